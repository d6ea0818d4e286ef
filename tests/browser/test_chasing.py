"""Chasing in a real browser: staff remind an owner, see it on record, and give more time; by keyboard too."""

from playwright.sync_api import expect

from tests.conftest import PLAN

REVIEW = f"/plans/{PLAN}/2020-21/q1/review/"


def test_staff_remind_an_owner_and_read_what_was_sent(walker):
    walker.sign_in("staff")
    walker.go(REVIEW)
    page = walker.page
    button = page.get_by_role("button", name="Send a reminder now to Head of neighbourhood policing")
    button.focus()
    page.keyboard.press("Enter")
    # The screen that comes second finds the reminder of the first.
    page.get_by_role("status").filter(has_text="remind").first.wait_for()
    walker.check()
    page.get_by_role("link", name="All e-mails that were sent").click()
    walker.check()
    page.get_by_role("link", name="to write").first.click()
    expect(page.get_by_text("Sent by Performance officer")).to_be_visible()
    walker.check()


def test_staff_give_more_time_and_a_wrong_day_is_said_at_its_field(walker):
    walker.sign_in("staff")
    walker.go(REVIEW)
    page = walker.page
    page.get_by_role("link", name="Give more time for Theme 4, deliverable 13").click()
    page.get_by_label("The last day to write it").fill("")
    page.get_by_role("button", name="Give more time").click()
    page.get_by_role("link", name="Enter the last day.").click()
    assert page.evaluate("document.activeElement.id") == "id_until"
    walker.check()
    page.get_by_label("The last day to write it").fill("2140-12-04")
    page.get_by_label("Why more time is given").fill("The count is not done yet.")
    page.get_by_role("button", name="Give more time").click()
    expect(page.get_by_text("has time until 4 December 2140.")).to_be_visible()
    walker.check()


def test_staff_are_asked_before_they_lock_what_is_not_all_approved(walker):
    walker.sign_in("staff")
    walker.go(REVIEW)
    page = walker.page
    page.get_by_role("button", name="Lock Quarter 1, 2020-21 for all themes").click()
    expect(page.get_by_text("they count as No update.")).to_be_visible()
    walker.check()
    page.get_by_role("link", name="Review of Quarter 1, 2020-21").click()
    expect(page.get_by_role("button", name="Lock Quarter 1, 2020-21 for all themes")).to_be_visible()
