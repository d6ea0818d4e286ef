"""Hostile narratives in a real browser: stored by the product's own endpoint, looked at wherever they are shown."""

from itertools import islice
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Walker
from tests.browser.test_editor import QUARTER, page_of, text_box
from tests.conftest import PLAN
from tests.deliverables.hostile import VECTORS

ROWS = (7, 8, 9, 10, 11, 13, 14)  # of Theme 3: nothing is written on them, and no other test does
EACH = -(-len(VECTORS) // len(ROWS))
WATCH = """
window.ran = [];
for (const name of ["alert", "confirm", "prompt", "print", "open", "fetch"]) {
    window[name] = () => { window.ran.push(name); return new Promise(() => {}); };
}
"""


@pytest.fixture
def watched(browser, server):
    """Two people whose browsers note what runs and what is asked for."""
    walkers, asked = [], set()
    for name in ("staff", "admin"):
        walker = Walker(browser.new_context().new_page(), server)
        walker.sign_in(name)
        walker.page.add_init_script(WATCH)
        walker.page.on("request", lambda request: asked.add(request.url))
        walkers.append(walker)
    yield walkers
    for walker in walkers:
        assert not walker.complaints
        walker.page.context.close()
    paths = {urlsplit(url).path.split("/")[1] for url in asked if url.startswith(server)}
    assert {url for url in asked if not url.startswith((server, "data:,"))} == set()
    assert paths <= {"static", "plans", "rating-schemes"}


def look(walker, address):
    """Go to a page, touch everything in its narratives, and see that nothing ran."""
    walker.go(address)
    page = walker.page
    page.wait_for_load_state("networkidle")
    page.evaluate(
        """() => { for (const one of document.querySelectorAll(".narrative *")) {
            const events = ["mouseover", "focus", "pointerenter", "load", "error", "toggle"];
            for (const name of events) one.dispatchEvent(new Event(name));
            if (one.localName !== "a") one.click();
        } }"""
    )
    assert page.evaluate("window.ran") == []
    assert page.evaluate("window.canary === undefined")
    assert page.locator(".narrative").locator("script, img, svg, math, iframe, form, style, object, embed").count() == 0
    assert page.locator(".narrative").first.inner_text() != ""


def test_nothing_runs_and_nothing_is_asked_for_wherever_a_narrative_is_shown(watched):
    staff, admin = watched
    vectors = (one.replace("\x00", "") for one in VECTORS)  # a form takes none of those at all
    for number in ROWS:
        address = page_of(3, number)
        body = {"narrative": "".join(f"<p>{one}</p>\n" for one in islice(vectors, EACH))}
        token = next(one["value"] for one in staff.page.context.cookies() if one["name"] == "csrftoken")
        staff.go(address)
        answer = staff.page.request.post(
            staff.server + staff.page.locator("form[data-autosave]").get_attribute("data-autosave"),
            form=body | {"rating": "G", "date_precision": "none", "version": ""},
            headers={"X-CSRFToken": token},
        )
        assert answer.json()["left_out"] == {}
        look(staff, address)
        expect(text_box(staff.page)).to_be_visible()
        staff.page.get_by_role("button", name="Submit for review").click()
        staff.page.get_by_role("heading", name="Submitted for review.").wait_for()
        review = f"{QUARTER}themes/3/deliverables/{number}/review/"
        look(admin, review)
        admin.page.get_by_role("button", name="Approve", exact=True).click()
        admin.page.wait_for_url(lambda url, review=review: not url.endswith(review))
        look(admin, f"{QUARTER}themes/3/deliverables/{number}/")
    assert next(vectors, None) is None
    look(admin, f"/plans/{PLAN}/2020-21/q1/themes/3/appendix-a/")
