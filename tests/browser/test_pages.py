import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Walker
from tests.conftest import PLAN, QUARTER, THEME_3

OPEN_QUARTER = f"/plans/{PLAN}/2020-21/q1/"
PAGES = {
    "front page with the live state": "/",
    "summary": QUARTER,
    "summary with what is submitted": OPEN_QUARTER,
    "theme": THEME_3,
    "theme with withdrawn and planned": f"{QUARTER}themes/2/",
    "theme with updates missing": f"/plans/{PLAN}/2019-20/q3/themes/4/",
    "theme filtered to nothing": f"{THEME_3}?words=zebra",
    "deliverable": f"{THEME_3}deliverables/12/",
    "deliverable with a table": f"{THEME_3}deliverables/14/",
    "appendix": f"{THEME_3}appendix-a/",
    "writing": f"{OPEN_QUARTER}themes/3/deliverables/15/update/",
    "my updates": "/my-updates/",
    "review": f"{OPEN_QUARTER}review/",
    "review narrowed, all ticked": f"{OPEN_QUARTER}review/?theme=3&all=1",
    "more time": f"{OPEN_QUARTER}themes/3/deliverables/15/more-time/",
    "e-mails": "/mails/",
    "review of one": f"{OPEN_QUARTER}themes/3/deliverables/1/review/",
    "review of one not written": f"{OPEN_QUARTER}themes/3/deliverables/15/review/",
    "not there": f"{QUARTER}themes/9/",
    "signing out": "/accounts/logout/",
}
MANAGED = f"/administration/plans/{PLAN}/"
ADMINISTRATORS_PAGES = {
    "front page with the live state": "/",
    "administration": "/administration/",
    "the office's history": "/administration/office/history/",
    "plans": "/administration/plans/",
    "starting a plan": "/administration/start-a-plan/",
    "a plan": MANAGED,
    "a plan's history": f"{MANAGED}history/",
    "overall wording": f"{MANAGED}wording/",
    "ratings": f"{MANAGED}ratings/",
    "opening a quarter": f"{MANAGED}open-a-quarter/",
    "a quarter's dates": f"{MANAGED}quarters/2020-21/q1/themes/3/",
    "deliverables": f"{MANAGED}2020-21/themes/3/",
    "adding a deliverable": f"{MANAGED}2020-21/themes/3/add/",
    "renumbering": f"{MANAGED}2020-21/themes/3/renumber/",
    "withdrawing": f"{MANAGED}2020-21/themes/3/deliverables/12/withdraw/",
    "who leads": f"{MANAGED}2020-21/themes/3/deliverables/12/owners/",
    "carrying forward": f"{MANAGED}2020-21/themes/3/deliverables/12/carry-forward/",
    "handing over": "/administration/people/3/hand-over/",
    "a person's history": "/people/3/history/",
    "a deliverable's history": f"{THEME_3}deliverables/12/history/",
    "an update's history": f"{THEME_3}deliverables/12/update/history/",
    "schedule of changes": f"/plans/{PLAN}/2019-20/changes/",
}


@pytest.mark.parametrize("address", ADMINISTRATORS_PAGES.values(), ids=ADMINISTRATORS_PAGES)
def test_an_administrators_page_passes_too(wide_walker, address):
    wide_walker.sign_in("admin")
    wide_walker.check_wide_and_narrow(address)


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_a_page_passes_axe_and_the_csp_and_fits_the_screen(wide_walker, address):
    wide_walker.sign_in("staff")
    wide_walker.check_wide_and_narrow(address)


@pytest.mark.parametrize("address", ["/", QUARTER], ids=["front page", "refused"])
def test_a_panel_members_pages_pass_too(wide_walker, address):
    wide_walker.sign_in("panel")
    wide_walker.check_wide_and_narrow(address)


def test_the_sign_in_page_passes_also_with_errors(walker):
    walker.go("/accounts/login/")
    walker.check()
    walker.page.get_by_role("button", name="Sign in").click()
    walker.page.get_by_role("link", name="Enter your password.").click()
    assert walker.page.evaluate("document.activeElement.id") == "id_password"
    walker.check()


def test_choosing_a_quarter_and_a_theme_is_one_click_each_and_stays_in_the_address(wide_walker):
    wide_walker.sign_in("owner")
    wide_walker.go(QUARTER)
    page = wide_walker.page
    page.get_by_role("navigation", name="Quarter").get_by_role("link", name="Q3").click()
    assert page.url.endswith("/2019-20/q3/")
    page.get_by_role("navigation", name="Themes").get_by_role("link", name="Theme 4").click()
    assert page.url.endswith("/2019-20/q3/themes/4/")
    page.get_by_role("navigation", name="Financial year").get_by_role("link", name="2018-19").click()
    assert page.url.endswith("/2018-19/q4/themes/4/")


def test_the_keyboard_alone_signs_in_and_reads_a_deliverable(wide_walker):
    page = wide_walker.page
    wide_walker.go(f"/accounts/login/?next={QUARTER}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("owner@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type("walk through it")
    page.keyboard.press("Enter")
    page.wait_for_url("**/2019-20/q4/")
    _tab_to(page, "Theme 3: Tackling Crime and Antisocial Behaviour")
    page.keyboard.press("Enter")
    page.wait_for_url("**/themes/3/")
    _tab_to(page, "Consider a pilot of alcohol monitoring tags against domestic violence")
    page.keyboard.press("Enter")
    page.wait_for_url("**/deliverables/7/")
    assert page.get_by_role("heading", level=1).inner_text().startswith("7. Consider a pilot")


def _tab_to(page, text):
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == text:
            return
    raise AssertionError(f"the keyboard does not come to “{text}”")


def test_everything_works_without_javascript(walker_without_javascript):
    walker = walker_without_javascript
    walker.sign_in("owner")
    walker.go(QUARTER)
    page = walker.page
    page.get_by_role("link", name="Theme 3: Tackling Crime").click()
    expect(page.get_by_text("14/15 (93.3%)").first).to_be_visible()
    page.get_by_label("Rating", exact=True).select_option("A")
    page.get_by_role("button", name="Filter").click()
    assert page.locator("td.col-number").all_inner_texts() == ["12"]
    page.get_by_role("link", name="Show all").click()
    page.get_by_role("columnheader", name="Deliverable", exact=True).get_by_role("link").click()
    assert "sort=wording" in page.url
    assert page.locator("td.col-number").first.inner_text() == "1"


def test_an_owner_writes_an_update_staff_approve_it_and_it_counts(browser, server):
    owner = Walker(browser.new_context().new_page(), server)
    owner.sign_in("owner")
    owner.go("/")
    page = owner.page
    page.get_by_role("link", name="My updates").click()
    page.get_by_role("listitem").filter(has_text="Quarter 1, 2020-21").get_by_role("link", name="Theme 1, 13.").click()
    page.get_by_role("radio", name="R Red").check()
    page.locator(".editor").get_by_label("Update", exact=True).fill("The supplier has stopped work.")
    page.get_by_label("Date of the update").fill("2020-07-02")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("alert")).to_contain_text("Red needs the recovery step")
    owner.check()
    page.get_by_label("Recovery step").fill("Find another supplier.")
    page.get_by_label("Back on course by").fill("2020-12-31")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("alert")).to_contain_text("31 December 2020, is past.")
    owner.check()
    page.get_by_role("button", name="Submit all the same").click()
    expect(page.get_by_text("Submitted for review.")).to_be_visible()
    owner.check()

    staff = Walker(browser.new_context().new_page(), server)
    staff.sign_in("staff")
    staff.go(OPEN_QUARTER)
    first = staff.page.locator("section.theme").first.inner_text()
    assert "If all submitted are approved" in first
    assert "Red 1/13" in first
    staff.page.get_by_role("link", name="Review").click()
    staff.page.get_by_role("checkbox", name="Theme 1, deliverable 13").check()
    staff.page.get_by_role("button", name="Approve those ticked").click()
    expect(staff.page.get_by_text("1 approved.")).to_be_visible()
    staff.check()
    staff.go(f"{OPEN_QUARTER}themes/1/")
    expect(staff.page.get_by_text("1/13 (7.7%)").first).to_be_visible()


class TestPrint:
    def test_the_appendix_prints_the_document_alone_with_its_headings_on_every_page(self, wide_walker):
        wide_walker.sign_in("staff")
        wide_walker.go(f"{THEME_3}appendix-a/")
        page = wide_walker.page
        page.emulate_media(media="print")
        for part in (".page-head", ".place", ".page-foot", ".downloads"):
            assert not page.locator(part).first.is_visible(), part
        assert page.evaluate("getComputedStyle(document.querySelector('.appendix-rows thead')).display") == (
            "table-header-group"
        )
        assert page.locator(".appendix-row .rating").count() == 15

    def test_the_appendix_keeps_its_lists_and_table(self, wide_walker):
        wide_walker.sign_in("staff")
        wide_walker.go(f"{THEME_3}appendix-a/")
        page = wide_walker.page
        nine = page.locator(".appendix-update").nth(8)
        assert nine.locator(".narrative > ol").count() == 2
        assert page.locator(".appendix-update").nth(13).locator("table tr").count() == 7
        assert page.locator(".appendix-update").nth(7).locator(".dated").all_inner_texts() == [
            "April 2020",
            "October 2019",
        ]
