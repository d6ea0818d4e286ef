"""What a councillor and the public come for, on a telephone: in at most three steps from the front page."""

import re

import pytest
from playwright.sync_api import expect

PLAN = "/progress/police-and-crime-plan-2018-21/"
THEME = f"{PLAN}2019-20/q4/themes/3/"
PAGES = {
    "front page": "/",
    "theme": THEME,
    "theme with no update": f"{PLAN}2019-20/q4/themes/4/",
    "deliverable with a question": f"{THEME}deliverables/12/",
    "comparison": f"{PLAN}themes/3/compare/",
    "help": "/help/figures/",
    "what was found": "/search/?q=noise",
    "nothing found": "/search/?q=zebra",
    "questions": "/questions/",
    "open data": "/open-data/",
    "accessibility": "/accessibility/",
}


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_a_public_page_passes_axe_and_the_csp_and_fits_the_screen(wide_walker, address):
    wide_walker.check_wide_and_narrow(address)


def test_a_councillor_finds_what_is_red_or_amber_what_changed_and_why_by_keyboard_alone(narrow_walker):
    """No step for the first two, as they stand on the front page; one for the third; one for the spreadsheet."""
    page = narrow_walker.page
    narrow_walker.go("/")
    theme = page.get_by_role("region", name="Theme 3: Tackling Crime and Antisocial Behaviour")
    expect(theme.get_by_text("since the last report (Quarter 3, 2019-20)")).to_be_visible()
    expect(theme.get_by_text("improved, from R Red to G Green")).to_be_visible()
    amber = theme.get_by_role("link", name=re.compile("^12. Improve the 101 response")).first
    expect(amber).to_be_visible()
    spreadsheet = theme.get_by_role("link", name="XLSX")
    tab_to(page, spreadsheet)
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "panel-report theme-3 2019-20 Q4 V1.xlsx"
    narrow_walker.go("/")
    tab_to(page, amber)
    page.keyboard.press("Enter")
    page.wait_for_url("**/deliverables/12/")
    expect(page.get_by_text("Amber reflects both points")).to_be_visible()
    narrow_walker.check()


def tab_to(page, link):
    for _ in range(150):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            return
    raise AssertionError("the keyboard does not come to the link")


def test_it_all_works_without_javascript(walker_without_javascript):
    page = walker_without_javascript.page
    walker_without_javascript.go("/")
    page.get_by_role("link", name="Theme 3: Tackling Crime and Antisocial Behaviour").last.click()
    expect(page.get_by_text("14/15 (93.3%)").first).to_be_visible()
    page.get_by_text("Show workings").click()
    expect(page.get_by_text("14 ÷ 15 × 100")).to_be_visible()
    page.get_by_label("Rating", exact=True).select_option("A")
    page.get_by_role("button", name="Filter").click()
    assert page.locator("td.col-number").all_inner_texts() == ["12"]
    page.get_by_role("link", name="Charts:").click()
    expect(page.get_by_role("table").first).to_be_visible()
    page.get_by_role("searchbox").fill("noise calls")
    page.get_by_role("search", name="Every report").get_by_role("button", name="Search").click()
    expect(page.locator("mark").first).to_be_visible()


def test_printed_the_front_page_says_all_of_it_without_navigation(narrow_walker):
    narrow_walker.go("/")
    page = narrow_walker.page
    page.emulate_media(media="print")
    expect(page.get_by_text("14/15 (93.3%)").first).to_be_visible()
    expect(page.get_by_text("Back on course by 30 September 2020").first).to_be_visible()
    expect(page.get_by_role("navigation", name="Product")).to_be_hidden()
    expect(page.get_by_role("search", name="Every report")).to_be_hidden()
