"""A report is published, corrected and withdrawn at a browser, and read by who is not signed in."""

import re

import pytest
from playwright.sync_api import expect

REAL = "police-and-crime-plan-2018-21-theme-3-2019-20-q4"
THEME_1 = "Theme 1: Protecting People from Harm"


@pytest.mark.parametrize("address", ["/published/", f"/published/{REAL}/v1/", "/published/never-there/v1/"])
def test_who_is_not_signed_in_gets_pages_that_pass(wide_walker, address):
    wide_walker.check_wide_and_narrow(address)


@pytest.mark.parametrize("address", [f"/reports/{REAL}/", f"/reports/{REAL}/publish/", f"/published/{REAL}/v1/"])
def test_the_offices_pages_of_a_published_report_pass(wide_walker, address):
    wide_walker.sign_in("staff")
    wide_walker.check_wide_and_narrow(address)


def test_a_page_of_an_edition_shows_its_ratings_in_the_colours_they_were_published_in(wide_walker):
    wide_walker.go(f"/published/{REAL}/v1/")
    green = wide_walker.page.locator(".rating-G").first
    assert green.evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(0, 112, 60)"


def start_a_report(walker, day):
    page = walker.page
    walker.go("/meetings/add/")
    page.get_by_label("Date of the meeting").fill(day)
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("link", name="Start a report").click()
    page.get_by_label("Quarter").select_option("2019-20 Q3")
    page.get_by_role("checkbox", name=THEME_1).check()
    page.get_by_role("button", name="Start the report").click()
    expect(page.get_by_text("The report is started.")).to_be_visible()


def look_at_everything_and_publish(page, version):
    """Every tick by its key, and then the button."""
    for tick in page.get_by_role("checkbox").all():
        tick.focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name=f"Publish {version}").click()
    expect(page.get_by_text(f"{version} is published.")).to_be_visible()


def test_a_report_is_published_corrected_and_withdrawn(walker, browser):
    page = walker.page
    day = "16" if page.viewport_size["width"] > 1000 else "23"
    walker.sign_in("staff")
    start_a_report(walker, f"2141-02-{day}")
    report = page.url
    page.get_by_role("link", name="Check and publish").click()
    walker.check()
    page.get_by_role("button", name="Publish V1").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    walker.check()
    look_at_everything_and_publish(page, "V1")

    page.get_by_role("link", name="Edit Details of outcome of consultation").click()
    page.locator(".editor").get_by_label("Text", exact=True).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" So were the councils.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Check and publish").click()
    page.get_by_label("What this edition corrects").fill("The councils were left out.")
    look_at_everything_and_publish(page, "V2")
    page.get_by_role("link", name="V1", exact=True).click()
    first = page.url
    expect(page.get_by_text("Corrected by V2")).to_be_visible()
    expect(page.get_by_text("So were the councils.")).to_have_count(0)
    walker.check()
    page.get_by_role("link", name="V2", exact=True).first.click()
    second = page.url
    page.get_by_role("link", name="What differs from V1").click()
    expect(page.get_by_text("So were the councils.")).to_be_visible()
    walker.check()

    reader = browser.new_context().new_page()
    reader.goto(second)
    expect(reader.get_by_text("So were the councils.")).to_be_visible()
    page.context.clear_cookies()
    walker.sign_in("admin")
    page.goto(first)
    page.get_by_role("link", name="Withdraw it from view").click()
    walker.check()
    page.get_by_label("Reason").fill("It says too little.")
    page.get_by_role("button", name="Withdraw it from view").click()
    expect(page.get_by_text("Withdrawn from view on")).to_be_visible()
    walker.check()
    assert reader.goto(first).status == 410
    expect(reader.get_by_role("heading", name=re.compile("V1 of this report was withdrawn"))).to_be_visible()
    reader.goto(report)
    assert "/accounts/login/" in reader.url
