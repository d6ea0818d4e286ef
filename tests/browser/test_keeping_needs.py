"""Staff begin an assessment, enter a risk, and link it to a deliverable: by keyboard alone."""

from playwright.sync_api import expect

from tests.browser.conftest import NARROW, WIDE


def check_both(walker):
    """Hold the page that is open against a wide and a narrow screen."""
    for size in (NARROW, WIDE):
        walker.page.set_viewport_size(size)
        walker.check()


def press(target):
    """Reach a link or button as the keyboard does, press Enter on it, and wait for where it leads."""
    target.focus()
    expect(target).to_be_focused()
    with target.page.expect_navigation():
        target.page.keyboard.press("Enter")


def test_an_assessment_is_begun_and_a_risk_linked_by_keyboard_alone(wide_walker):
    walker, page = wide_walker, wide_walker.page
    walker.sign_in("staff")
    walker.go("/needs/")
    check_both(walker)
    press(page.get_by_role("link", name="Add a needs assessment"))
    press(page.get_by_role("button", name="Add it"))
    expect(page.get_by_role("alert")).to_contain_text("Enter the title.")
    check_both(walker)
    page.get_by_label("Title").press_sequentially("County needs")
    page.get_by_label("Financial year").press_sequentially("2026-27")
    page.get_by_label("Plan that it informs").press("P")
    press(page.get_by_role("button", name="Add it"))
    check_both(walker)

    press(page.get_by_role("link", name="Add a section"))
    page.get_by_label("Number").press_sequentially("4.3")
    page.get_by_label("Title").press_sequentially("Serious crime")
    check_both(walker)
    press(page.get_by_role("button", name="Add it"))
    press(page.get_by_role("link", name="Add a risk or recommendation"))
    page.get_by_label("Wording").press_sequentially("Fraud on the telephone")
    page.get_by_label("Level").press("V")
    check_both(walker)
    press(page.get_by_role("button", name="Add it"))
    expect(page.get_by_text("The risk is added to section 4.3.")).to_be_visible()
    press(page.get_by_role("link", name="County needs 2026-27"))
    check_both(walker)

    press(page.get_by_role("link", name="Fraud on the telephone"))
    press(page.get_by_role("link", name="Link it to themes and deliverables"))
    page.get_by_label("Only those with the words").press_sequentially("fraud")
    press(page.get_by_role("button", name="Show only those"))
    page.get_by_role("checkbox", name="2. Improve the partnership response").press("Space")
    page.get_by_label("Why").press_sequentially("Warns those who are called")
    check_both(walker)
    press(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("What answers it is kept.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Warns those who are called")

    walker.go("/plans/police-and-crime-plan-2018-21/2019-20/q4/themes/3/deliverables/2/needs/")
    press(page.get_by_role("link", name="County needs 2026-27"))
    expect(page.get_by_role("checkbox", name="Very high risk: Fraud on the telephone")).to_be_checked()
    check_both(walker)
