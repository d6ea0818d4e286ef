"""Staff prepare a report at a browser, from the meeting's date to the preview."""

import pytest
from playwright.sync_api import expect

from tests.conftest import PLAN

THEME = "Theme 3: Tackling Crime and Antisocial Behaviour"
PAGES = {
    "reports": "/reports/",
    "meetings": "/meetings/",
    "adding a meeting": "/meetings/add/",
    "office texts": "/reports/texts/",
    "an office text": "/reports/texts/summary/",
    "what reports begin with": "/reports/defaults/",
    "word template": "/reports/word-template/",
    "exempting": f"/plans/{PLAN}/2019-20/q4/themes/3/deliverables/12/exempt/",
    "lifting an exemption": f"/plans/{PLAN}/2019-20/q4/themes/3/deliverables/12/exempt/lift/",
}


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_a_page_passes_axe_and_the_csp_and_fits_the_screen(wide_walker, address):
    wide_walker.sign_in("staff")
    wide_walker.check_wide_and_narrow(address)


def test_a_report_is_started_from_the_programme_written_and_previewed(walker):
    page = walker.page
    day = "14" if page.viewport_size["width"] > 1000 else "21"
    walker.sign_in("staff")
    walker.go("/")
    page.get_by_role("navigation", name="Product").get_by_role("link", name="Reports").click()
    page.get_by_role("link", name="Meetings and work programme").click()
    page.get_by_role("link", name="Add a meeting").click()
    page.get_by_label("Date of the meeting").fill(f"2140-05-{day}")
    page.get_by_role("button", name="Add it").click()
    page.get_by_label("Theme").select_option(label=f"Police and Crime Plan 2018-21, {THEME}")
    page.get_by_label("Quarter").select_option("2019-20 Q4")
    page.get_by_role("button", name="Add the line").click()
    walker.check()
    page.get_by_role("link", name="Start the report").click()
    expect(page.get_by_role("checkbox", name=THEME)).to_be_checked()
    walker.check()
    page.get_by_role("button", name="Start the report").click()
    expect(page.get_by_text("The report is started.")).to_be_visible()
    walker.check()
    page.get_by_role("link", name="Edit Summary of key points").click()
    editor = page.locator(".editor").get_by_label("Text", exact=True)
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Written at a browser.")
    walker.check()
    page.get_by_role("button", name="Save").click()
    section = page.get_by_role("region", name="4. Summary of key points")
    expect(section.get_by_text("none got worse. Written at a browser.")).to_be_visible()
    expect(section.get_by_text("Edited by hand.")).to_be_visible()
    walker.check()
    page.get_by_role("link", name="Edit Summary of key points").click()
    walker.check()
    page.get_by_role("link", name="The report").click()
    for link in ("Change these", "who changed what", "remove the report"):
        page.get_by_role("link", name=link).click()
        walker.check()
        page.go_back()
    page.get_by_role("link", name="Preview").click()
    expect(page.get_by_text("Draft: not published")).to_be_visible()
    walker.check()


def test_a_section_is_written_without_javascript(walker_without_javascript):
    walker, page = walker_without_javascript, walker_without_javascript.page
    walker.sign_in("staff")
    walker.go("/meetings/add/")
    page.get_by_label("Date of the meeting").fill("2140-06-11")
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("link", name="Start a report").click()
    page.get_by_label("Quarter").select_option("2019-20 Q4")
    page.get_by_role("checkbox", name=THEME).check()
    page.get_by_role("button", name="Start the report").click()
    page.get_by_role("link", name="Edit Purpose of the report").click()
    box = page.get_by_label("Text", exact=True)
    box.fill(box.input_value() + "\nA second paragraph.")
    page.get_by_role("button", name="Save").click()
    section = page.get_by_role("region", name="1. Purpose of the report")
    expect(section.get_by_text("1.2")).to_be_visible()
    expect(section.get_by_text("A second paragraph.")).to_be_visible()
