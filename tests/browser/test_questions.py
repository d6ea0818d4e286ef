"""A panel member asks about a row on a telephone; the office answers; the panel member reads it beside the report."""

from playwright.sync_api import expect

from tests.browser.conftest import Walker

REAL = "/published/police-and-crime-plan-2018-21-theme-3-2019-20-q4/v1/"


def test_a_question_is_asked_answered_and_read(browser, server):
    context = browser.new_context(viewport={"width": 390, "height": 900})
    walker = Walker(context.new_page(), server)
    page = walker.page
    walker.sign_in("panel")
    walker.go(REAL)
    page.get_by_role("link", name="Ask about this report").click()
    walker.check()
    choices = page.get_by_label("What it is about")
    choices.select_option(choices.get_by_role("option", name="Theme 3, deliverable 7:").get_attribute("value"))
    page.get_by_label("Your question").fill("Which teams are meant?")
    page.get_by_role("button", name="Send the question").click()
    expect(page.get_by_text("Your question is sent.")).to_be_visible()
    walker.check()

    context.clear_cookies()
    walker.sign_in("staff")
    walker.go("/questions/")
    page.get_by_role("link", name="Which teams are meant?").click()
    page.get_by_role("link", name="Answer it").click()
    walker.check()
    page.get_by_label("The answer").fill("Those of both districts.")
    page.get_by_role("button", name="Publish the answer").click()
    expect(page.get_by_text("The answer is published")).to_be_visible()
    walker.check()
    walker.go("/actions/")
    walker.check()

    context.clear_cookies()
    walker.sign_in("panel")
    walker.go(REAL)
    expect(page.get_by_text("Those of both districts.")).to_be_visible()
    walker.check()
    context.close()
