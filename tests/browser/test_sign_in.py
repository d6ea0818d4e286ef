"""Being invited, setting a password, the second factor, and the pages for the office and its people."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from oidc_provider_mock import run_server_in_thread
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, Walker, last_link, serve

ADMINISTRATION = "/administration/"
PAGES = {
    "your account": "/accounts/",
    "change the password": "/accounts/password/change/",
    "second factor": "/accounts/second-factor/",
    "confirm": "/accounts/confirm/",
    "administration": ADMINISTRATION,
    "office": f"{ADMINISTRATION}office/",
    "organisations": f"{ADMINISTRATION}organisations/",
    "add an organisation": f"{ADMINISTRATION}organisations/add/",
    "an organisation": f"{ADMINISTRATION}organisations/2/",
    "deactivate an organisation": f"{ADMINISTRATION}organisations/2/deactivate/",
    "people": f"{ADMINISTRATION}people/",
    "people filtered to nobody": f"{ADMINISTRATION}people/?words=zebra&role=councillor",
    "add a person": f"{ADMINISTRATION}people/add/",
    "a person": f"{ADMINISTRATION}people/3/",
    "change a person": f"{ADMINISTRATION}people/3/change/",
    "deactivate a person": f"{ADMINISTRATION}people/3/deactivate/",
    "activate a person": f"{ADMINISTRATION}people/3/activate/",
    "remove a second factor": f"{ADMINISTRATION}people/3/second-factor/",
    "nobody": f"{ADMINISTRATION}people/99999/",
}
SIGNED_OUT = {
    "forgotten": "/accounts/password/forgotten/",
    "forgotten, sent": "/accounts/password/forgotten/sent/",
    "a link of no use": "/accounts/password/set/1/x/",
    "account closed": "/accounts/inactive/",
}
NEW_PASSWORD = "staple of another battery"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sign-in")


@pytest.fixture(scope="module")
def server(demonstration, folder):
    """A server of this file's own, as what the office requires here would close it to the other tests."""
    with serve(demonstration, folder) as address:
        yield address


def code_of(secret):
    """What the app on the phone shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_a_page_passes_axe_and_the_csp_and_fits_the_screen(wide_walker, address):
    wide_walker.sign_in("admin")
    wide_walker.check_wide_and_narrow(address)


@pytest.mark.parametrize("address", SIGNED_OUT.values(), ids=SIGNED_OUT)
def test_a_page_for_who_is_signed_out_passes_too(wide_walker, address):
    wide_walker.check_wide_and_narrow(address)


@pytest.mark.parametrize("page", ["office/", "people/add/", "people/3/deactivate/"])
def test_a_form_with_errors_passes_and_its_summary_leads_to_the_field(walker, page):
    walker.sign_in("admin")
    walker.go(ADMINISTRATION + page)
    for box in walker.page.get_by_role("main").get_by_role("textbox").all():
        box.fill("")
    walker.page.get_by_role("main").get_by_role("button").last.click()
    walker.check()
    walker.page.get_by_role("alert").get_by_role("link").first.click()
    assert walker.page.evaluate("document.activeElement.tagName") in ("INPUT", "TEXTAREA")


def test_an_invitation_leads_by_keyboard_alone_to_where_one_begins(browser, server, folder):
    boss = Walker(browser.new_context().new_page(), server)
    boss.sign_in("admin")
    boss.go(f"{ADMINISTRATION}people/add/")
    boss.page.get_by_label("Name").fill("Head of custody")
    boss.page.get_by_label("Initials").fill("HC")
    boss.page.get_by_label("Organisation").select_option("Nottinghamshire Police")
    boss.page.get_by_label("E-mail address").fill("Custody@example.org")
    boss.page.get_by_role("button", name="Add").click()
    boss.page.get_by_role("button", name="Send an invitation").click()
    expect(boss.page.get_by_text("The invitation is sent to custody@example.org.")).to_be_visible()
    boss.check()

    invited = Walker(browser.new_context(viewport={"width": 390, "height": 844}).new_page(), server)
    page = invited.page
    page.goto(last_link(folder))
    invited.check()
    page.get_by_label("New password", exact=True).focus()
    page.keyboard.type("short")
    page.keyboard.press("Enter")
    assert "at least 12 characters" in page.get_by_role("alert").inner_text()
    invited.check()
    page.get_by_label("New password", exact=True).focus()
    page.keyboard.type(NEW_PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.type(NEW_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server}/")
    expect(page.get_by_role("link", name="Head of custody (contributor)")).to_be_visible()
    invited.check()


def test_the_office_requires_a_second_factor_and_it_is_set_up_and_asked_for(browser, server):
    boss = Walker(browser.new_context().new_page(), server)
    boss.sign_in("admin")
    staff = Walker(browser.new_context(viewport={"width": 390, "height": 844}).new_page(), server)
    staff.sign_in("staff")
    boss.go(f"{ADMINISTRATION}office/")
    boss.page.get_by_label("Staff and administrators need a second factor").check()
    boss.page.get_by_role("button", name="Save").click()

    page = staff.page
    staff.go("/my-updates/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("The office requires it of staff and administrators.")).to_be_visible()
    staff.check()
    picture = page.get_by_role("img")
    assert picture.evaluate("picture => picture.complete && picture.naturalWidth > 0")
    secret = page.locator("code.secret").inner_text()
    page.get_by_label("Code").fill("1")
    page.get_by_role("button", name="Switch it on").click()
    assert "That code is not right" in page.get_by_role("alert").inner_text()
    staff.check()
    assert page.locator("code.secret").inner_text() == secret
    page.get_by_label("Code").fill(code_of(secret))
    page.keyboard.press("Enter")
    page.wait_for_url("**/recovery-codes/")
    staff.check()
    recovery = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="Make new codes").click()
    staff.check()
    staff.go("/accounts/second-factor/switch-off/")
    expect(page.get_by_text("cannot be switched off")).to_be_visible()
    staff.check()

    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("E-mail address").fill("staff@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/accounts/code/")
    staff.check()
    page.get_by_label("Code").fill("000 000")
    page.keyboard.press("Enter")
    assert "That code is not right" in page.get_by_role("alert").inner_text()
    staff.check()
    page.get_by_label("Code").fill(recovery)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server}/")
    staff.check()


def test_single_sign_on_goes_to_the_provider_and_back_under_the_csp(browser, demonstration, tmp_path):
    with run_server_in_thread() as provider:
        named = {"OIDC_SERVER_URL": f"http://localhost:{provider.server_port}", "OIDC_NAME": "Microsoft"}
        with serve(
            demonstration, tmp_path, **named, OIDC_CLIENT_ID="tracker", OIDC_CLIENT_SECRET="only-for-this-test"
        ) as server:
            owner = Walker(browser.new_context(viewport={"width": 390, "height": 844}).new_page(), server)
            page = owner.page
            owner.go("/my-updates/")
            owner.check()
            page.get_by_role("button", name="Sign in with Microsoft").click()
            page.get_by_placeholder("sub").fill("owner@example.org")  # the provider gives the subject as the address
            page.get_by_role("button", name="Authorize").click()
            page.wait_for_url(f"{server}/my-updates/")
            owner.check()
            owner.go("/accounts/")
            expect(page.get_by_text("You are signed in with Microsoft")).to_be_visible()
            owner.check()
            page.get_by_role("button", name="Sign out").click()
            page.get_by_role("button", name="Sign in with Microsoft").click()
            page.get_by_placeholder("sub").fill("nobody@example.org")
            page.get_by_role("button", name="Authorize").click()
            expect(page.get_by_role("heading", name="No account is known here for you")).to_be_visible()
            owner.check()
