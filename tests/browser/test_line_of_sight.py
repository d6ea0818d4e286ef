"""From a need to what answers it and back, wide and narrow, by keyboard alone."""

import re

from playwright.sync_api import expect

MATRIX = "/needs/nottinghamshire-police-and-crime-needs-assessment-2014-15/matrix/"
THEME = "/line-of-sight/police-and-crime-plan-2018-21/themes/3/"


def test_who_follows_a_need_through_the_matrix_to_its_deliverable_comes_back_to_it(walker):
    page = walker.page
    walker.go(f"{MATRIX}?words=positive")
    walker.check()
    row = page.get_by_role("row").filter(has_text="Positive action against antisocial behaviour")
    expect(row).to_contain_text("Amber or red only")
    expect(row.get_by_role("link", name=re.compile("^A Amber 12"))).to_be_visible()
    row.get_by_role("link", name="Positive action against antisocial behaviour").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Answered by an amber deliverable only.")).to_be_visible()
    walker.check()
    page.get_by_role("link", name=re.compile("^12. Improve the 101 response")).first.focus()
    page.keyboard.press("Enter")
    answered = page.get_by_role("region", name="Needs that it answers")
    expect(answered.get_by_role("link", name="Positive action against antisocial behaviour")).to_be_visible()
    walker.check()


def test_the_whole_matrix_and_a_themes_side_pass_axe_and_fit_the_screen(wide_walker):
    wide_walker.sign_in("staff")
    wide_walker.check_wide_and_narrow(THEME)
    wide_walker.check_wide_and_narrow(MATRIX)
    # A narrow screen lists a need's themes that have something, and no others.
    page = wide_walker.page
    need = page.get_by_role("link", name="Organised crime groups", exact=True)
    cells = page.locator("tr").filter(has=need).locator("td:visible")
    labels = cells.evaluate_all("cells => cells.map(cell => cell.dataset.label)")
    assert labels == ["Section", "Kind", "How it is answered", "Police and Crime Plan 2018-21, Theme 3"]
