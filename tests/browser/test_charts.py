"""Charts at a browser: drawn where they are looked at, taken away as a picture, and passing every check."""

from playwright.sync_api import expect

from tests.browser.conftest import Walker

THEME_3 = "/progress/police-and-crime-plan-2018-21/themes/3/charts/"


def test_on_a_phone_a_chart_is_drawn_once_it_is_scrolled_to_and_its_picture_can_be_taken(browser, server):
    context = browser.new_context(viewport={"width": 390, "height": 300}, reduced_motion="reduce")
    walker, asked = Walker(context.new_page(), server), []
    page = walker.page
    page.on("request", lambda request: asked.append(request.url))
    walker.go(THEME_3)
    bars = page.locator("#trend .chart-bars")
    expect(page.get_by_role("button", name="Download picture (PNG) of Ratings, quarter by quarter")).to_have_count(1)
    assert not [one for one in asked if "plotly.min" in one]

    drawing = page.get_by_role("img", name="Over 2 quarters, from Quarter 3, 2019-20")
    page.locator("#trend").scroll_into_view_if_needed()
    expect(drawing.get_by_text("G 14")).to_be_visible()
    expect(bars).to_be_hidden()
    page.locator("#movement").scroll_into_view_if_needed()
    expect(page.locator("#movement").get_by_text("G Green: 14")).to_be_visible()
    walker.check()

    with page.expect_download() as taken:
        page.get_by_role("button", name="Download picture (PNG) of Every deliverable").press("Enter")
    assert taken.value.suggested_filename.startswith("Every deliverable, quarter by quarter Theme 3")
    assert taken.value.path().read_bytes().startswith(b"\x89PNG")
    walker.check()

    page.emulate_media(media="print")
    expect(bars).to_be_visible()
    expect(drawing).to_be_hidden()
    context.close()
