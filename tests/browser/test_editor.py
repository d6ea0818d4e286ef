"""An update written in a real browser: the editor, the paste, the autosave, and everything that may go wrong meanwhile.

Each test writes on a deliverable of its own, as staff, who may write any.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Walker
from tests.browser.pastes import GOOGLE, OUTLOOK, PLAIN, WORD, WORD_TABLE
from tests.conftest import PLAN

QUARTER = f"/plans/{PLAN}/2020-21/q1/"
SAVED = re.compile(r"^Draft saved at \d\d:\d\d$")


def page_of(theme, number):
    return f"{QUARTER}themes/{theme}/deliverables/{number}/update/"


def text_box(page):
    """The editor's, which takes the place of the plain one a moment after the page is there."""
    return page.locator(".editor").get_by_role("textbox", name="Update", exact=True)


def write(page, text):
    text_box(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def says(page, what):
    expect(page.locator("#saving")).to_have_text(what)


def stored(page):
    """What a reload shows in the editor."""
    page.reload()
    box = text_box(page)
    box.wait_for()
    return " ".join(box.inner_text().split())


def paste(page, html="", text=""):
    text_box(page).click()
    page.evaluate(
        """([html, text]) => {
            const data = new DataTransfer();
            if (html) data.setData("text/html", html);
            data.setData("text/plain", text);
            const how = {clipboardData: data, bubbles: true, cancelable: true};
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", how));
        }""",
        [html, text],
    )


def shape(page):
    """The stored narrative as the form sends it, without what the server leaves out."""
    html = page.locator("textarea[name=narrative]").evaluate("one => one.value")
    return re.sub(r"</?tbody>| (data-type|colspan|rowspan)=\"[^\"]*\"", "", html)


@pytest.fixture
def writer(browser, server):
    """Staff at a wide screen, and a way to open a page there."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    walker = Walker(context.new_page(), server)
    walker.sign_in("staff")
    yield walker
    assert not walker.complaints
    context.close()


def open_page(walker, theme, number):
    walker.go(page_of(theme, number))
    text_box(walker.page).wait_for()
    return walker.page


def test_the_page_passes_axe_with_the_editor_a_table_and_errors(walker):
    walker.sign_in("staff")
    page = open_page(walker, 2, 1)
    write(page, "Met. ")
    page.get_by_role("button", name="Bold", exact=True).click()
    page.get_by_role("button", name="Table", exact=True).click()
    for head in ("Area", "May", "June"):
        page.keyboard.type(head)
        page.keyboard.press("ArrowRight")
    walker.check()
    page.get_by_role("radio", name="R Red").check()
    page.get_by_role("button", name="Submit for review").click()
    page.get_by_role("link", name="Red needs the recovery step.").click()
    assert page.evaluate("document.activeElement.id") == "id_recovery_step"
    walker.check()


class TestEditor:
    def test_what_is_typed_and_formatted_is_what_a_reload_shows(self, writer):
        page = open_page(writer, 2, 2)
        write(page, "Teams met  twice ")
        page.keyboard.press("Control+b")
        page.keyboard.type("in May")
        page.keyboard.press("Control+b")
        page.keyboard.press("Control+i")
        page.keyboard.type(" as planned")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Sub-heading").click()
        page.keyboard.type("Next")
        page.keyboard.press("Enter")
        assert "met  twice" in text_box(page).evaluate("one => one.textContent")
        says(page, SAVED)
        assert stored(page) == "Teams met twice in May as planned Next"
        assert text_box(page).locator("strong").inner_text() == "in May"
        assert text_box(page).locator("h3").inner_text() == "Next"

    def test_lists_are_nested_and_tables_written_by_keyboard(self, writer):
        page = open_page(writer, 2, 4)
        text_box(page).focus()
        page.keyboard.press("Control+Shift+8")
        for key in ("One", "Enter", "Two", "Control+]", "Enter", "Three", "Control+[", "Enter", "Enter"):
            page.keyboard.press(key) if key in ("Enter", "Control+]", "Control+[") else page.keyboard.type(key)
        assert shape(page) == ("<ul><li><p>One</p><ul><li><p>Two</p></li></ul></li><li><p>Three</p></li></ul><p></p>")
        page.keyboard.press("Shift+Tab")
        self.press_tool(page, "Table")
        page.keyboard.type("Area")
        page.keyboard.press("ArrowRight")
        page.keyboard.type("Arrests")
        page.keyboard.press("Shift+Tab")
        self.press_tool(page, "Remove column")
        page.keyboard.press("Shift+Tab")
        self.press_tool(page, "Add row")
        table = text_box(page).locator("table")
        assert table.locator("tr").count() == 4
        assert [head.strip() for head in table.locator("th").all_inner_texts()] == ["Area", ""]
        says(page, SAVED)

    def press_tool(self, page, name):
        for _ in range(20):
            if page.evaluate("document.activeElement.textContent") == name:
                page.keyboard.press("Enter")
                expect(text_box(page)).to_be_focused()
                return
            page.keyboard.press("ArrowRight")
        raise AssertionError(f"the arrow keys do not come to {name}")

    def test_the_tab_key_leaves_the_text_wherever_it_stands_in_it(self, writer):
        page = open_page(writer, 2, 5)
        write(page, "- item")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == "date_precision"
        text_box(page).focus()
        page.get_by_role("button", name="Table", exact=True).click()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == "date_precision"
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("document.activeElement.closest('[role=toolbar]') !== null")

    def test_a_link_takes_web_and_mail_addresses_and_no_others(self, writer):
        page = open_page(writer, 2, 6)
        write(page, "report")
        page.keyboard.press("Control+a")
        page.keyboard.press("Control+k")
        page.get_by_label("Address of the link").fill("javascript:alert(1)")
        page.keyboard.press("Enter")
        expect(page.get_by_text("That is not an address.")).to_be_visible()
        page.get_by_label("Address of the link").fill("https://example.org/report")
        page.keyboard.press("Enter")
        assert shape(page) == '<p><a href="https://example.org/report">report</a></p>'
        page.keyboard.press("Control+z")
        assert shape(page) == "<p>report</p>"

    def test_without_javascript_the_text_box_stands(self, walker_without_javascript):
        walker = walker_without_javascript
        walker.sign_in("staff")
        walker.go(page_of(2, 8))
        page = walker.page
        page.get_by_label("Update", exact=True).fill("Met twice.\nThe guide is out.")
        expect(page.get_by_label("Recovery step")).to_be_visible()
        page.get_by_role("button", name="Save draft").click()
        expect(page.get_by_text("Draft saved.")).to_be_visible()
        assert page.get_by_label("Update", exact=True).input_value() == "Met twice.\nThe guide is out."


class TestPaste:
    @pytest.mark.parametrize(
        ("number", "pasted"), [(1, WORD), (3, WORD_TABLE), (5, OUTLOOK), (6, PLAIN), (7, GOOGLE)],
        ids=["Word", "Word's table", "Outlook", "plain text", "web page"],
    )  # fmt: skip
    def test_a_paste_becomes_what_an_update_holds(self, writer, number, pasted):
        html, text, becomes = pasted
        page = open_page(writer, 1, number)
        paste(page, html, text)
        assert shape(page).replace("<p></p>", "") == becomes
        says(page, SAVED)
        page.reload()
        text_box(page).wait_for()
        assert shape(page).replace("<p></p>", "") == becomes


class TestSaving:
    def test_the_recovery_is_shown_where_the_rating_needs_it_and_never_hidden_with_a_text(self, writer):
        page = open_page(writer, 4, 2)
        step = page.get_by_label("Recovery step")
        expect(step).to_be_hidden()
        page.get_by_role("radio", name="A Amber").check()
        step.fill("Hire two.")
        page.get_by_role("radio", name="G Green").check()
        expect(step).to_be_visible()
        step.fill("")
        page.get_by_role("radio", name="G Green").focus()
        page.get_by_role("radio", name="NS Not started").check()
        expect(step).to_be_hidden()

    def test_a_field_that_cannot_be_kept_is_named_and_the_rest_is_saved(self, writer):
        page = open_page(writer, 4, 3)
        page.get_by_role("radio", name="R Red").check()
        page.get_by_label("Recovery step").fill("x" * 1001)
        write(page, "Met twice.")
        says(page, re.compile(r"^Draft saved at \d\d:\d\d, without Recovery step: "))
        assert page.get_by_role("alert").count() == 0
        assert stored(page) == "Met twice."
        expect(page.get_by_role("heading", name="There is a newer text on this device")).to_be_visible()
        page.get_by_role("button", name="Use it").click()
        assert len(page.get_by_label("Recovery step").input_value()) == 1001

    def test_without_a_connection_the_text_is_kept_and_saved_once_it_is_back(self, writer):
        page = open_page(writer, 4, 4)
        write(page, "First. ")
        says(page, SAVED)
        page.context.set_offline(True)
        write(page, "Typed on the train.")
        says(page, re.compile("^No connection: what you type is kept on this device and saved as soon as"))
        page.get_by_role("button", name="Submit for review").click()
        assert "Typed on the train." in text_box(page).inner_text()
        page.context.set_offline(False)
        says(page, SAVED)
        assert stored(page) == "First. Typed on the train."
        expect(page.locator("#on-device")).to_be_hidden()

    @pytest.mark.parametrize(
        "answer",
        [{"body": "<h1>Sign in</h1>", "content_type": "text/html"}, {"status": 302, "headers": {"Location": "/"}}],
        ids=["a page", "a redirect"],
    )
    def test_a_page_in_place_of_an_answer_is_told_and_saved_once_it_is_gone(self, writer, answer):
        page = open_page(writer, 1, 10)
        page.route("**/autosave/**", lambda route: route.fulfill(**answer))
        write(page, "Behind a page. ")
        says(page, re.compile("^Something else is asked for first, such as signing in. .* is kept on this device"))
        page.get_by_role("button", name="Save draft").click()
        assert "Behind a page." in text_box(page).inner_text()
        page.unroute("**/autosave/**")
        page.get_by_role("button", name="Save draft").click()
        expect(page.get_by_text("Draft saved.")).to_be_visible()
        assert "Behind a page." in stored(page)

    def test_where_the_autosave_itself_fails_the_button_sends_the_form(self, writer):
        page = open_page(writer, 1, 11)
        page.route("**/autosave/**", lambda route: route.fulfill(json={"version": 1, "at": "14:02"}))
        write(page, "Sent in the ordinary way.")
        page.get_by_role("button", name="Save draft").click()
        expect(page.get_by_text("Draft saved.")).to_be_visible()
        assert stored(page) == "Sent in the ordinary way."
        writer.complaints.clear()

    def test_a_text_that_was_never_saved_is_offered_when_the_page_is_opened_again(self, writer):
        page = open_page(writer, 4, 5)
        page.route("**/autosave/**", lambda route: route.abort())
        write(page, "Lost in the tunnel.")
        says(page, re.compile("^No connection"))
        page.reload()
        page.get_by_text("Lost in the tunnel.").wait_for()
        writer.check()
        page.unroute("**/autosave/**")
        page.get_by_role("button", name="Use it").click()
        says(page, SAVED)
        assert stored(page) == "Lost in the tunnel."
        expect(page.locator("#on-device")).to_be_hidden()

    def test_a_session_that_ended_keeps_the_text_and_goes_on_after_signing_in(self, writer):
        page = open_page(writer, 4, 6)
        cookies = page.context.cookies()
        page.context.clear_cookies(name="sessionid")
        write(page, "Written too long.")
        says(page, re.compile("^You have been signed out. Your text is kept here: Sign in in another tab"))
        assert page.get_by_role("link", name="Sign in in another tab").get_attribute("target") == "_blank"
        page.get_by_role("button", name="Save draft").click()
        assert "Written too long." in text_box(page).inner_text()
        # Signing in gives the session and the token for forms afresh.
        page.context.add_cookies([one | {"value": "x" * 32} for one in cookies if one["name"] == "csrftoken"])
        page.context.add_cookies([one for one in cookies if one["name"] == "sessionid"])
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        says(page, SAVED)
        page.get_by_role("button", name="Save draft").click()
        expect(page.get_by_text("Draft saved.")).to_be_visible()
        assert stored(page) == "Written too long."

    def test_leaving_the_page_saves_what_was_just_typed(self, writer):
        page = open_page(writer, 4, 7)
        write(page, "Just typed.")
        page.get_by_role("link", name="My updates").click()
        page.get_by_role("heading", name="My updates").wait_for()
        page.evaluate("localStorage.clear()")
        open_page(writer, 4, 7)
        # It is sent while the next page is already being fetched.
        for _ in range(20):
            if stored(page):
                break
            page.wait_for_timeout(100)
        assert stored(page) == "Just typed."
        expect(page.locator("#on-device")).to_be_hidden()

    def test_leaving_is_asked_about_only_where_nothing_could_be_kept(self, writer):
        page = open_page(writer, 4, 9)
        asked = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        page.route("**/autosave/**", lambda route: route.abort())
        write(page, "On the device.")
        page.reload()
        assert asked == []
        page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full') } }")
        write(page, "Nowhere.")
        page.reload()
        assert asked == ["beforeunload"]

    def test_signing_out_leaves_no_text_on_the_device(self, writer, browser, server):
        page = open_page(writer, 4, 9)
        page.route("**/autosave/**", lambda route: route.abort())
        write(page, "On the device.")
        says(page, re.compile("^No connection"))
        answers = iter(["dismiss", "accept"])
        page.on("dialog", lambda dialog: getattr(dialog, next(answers))())
        # The session is shared by the tests: the sign-out itself must not reach the server.
        page.route("**/accounts/logout/", lambda route: route.fulfill(body="Signed out."))
        page.get_by_role("button", name="Sign out").click()
        assert page.evaluate("Object.keys(localStorage).length") == 1
        page.get_by_role("button", name="Sign out").click()
        page.get_by_text("Signed out.").wait_for()
        assert page.evaluate("Object.keys(localStorage).length") == 0


class TestTwoBrowsers:
    @pytest.fixture
    def two(self, browser, server):
        contexts = [browser.new_context() for _ in range(2)]
        pages = []
        for context, name in zip(contexts, ("staff", "admin"), strict=True):
            walker = Walker(context.new_page(), server)
            walker.sign_in(name)
            pages.append(walker)
        yield pages
        for walker in pages:
            assert not walker.complaints
            walker.page.context.close()

    def conflict(self, two, number):
        one, other = (open_page(walker, 3, number) for walker in two)
        write(one, "Text of one.")
        says(one, SAVED)
        write(other, "Text of the other.")
        says(other, re.compile("^Not saved: .* saved this update since you opened it. See both texts$"))
        assert "Text of one." in other.locator("#conflict").inner_text()
        assert "Text of the other." in text_box(other).inner_text()
        expect(text_box(other)).to_be_focused()
        return one, other

    def test_the_second_save_shows_both_and_the_person_may_keep_theirs(self, two):
        _, other = self.conflict(two, 2)
        two[1].check()
        write(other, " More.")
        other.get_by_role("button", name="Keep my text over it").click()
        says(other, SAVED)
        expect(other.locator("#conflict")).to_be_hidden()
        assert stored(other) == "Text of the other. More."

    def test_or_take_the_text_that_was_saved_meanwhile(self, two):
        _, other = self.conflict(two, 3)
        other.get_by_role("button", name="Use that text").click()
        expect(text_box(other)).to_have_text("Text of one.")
        write(other, " Agreed.")
        says(other, SAVED)
        assert stored(other) == "Text of one. Agreed."
        expect(other.locator("#on-device")).to_be_hidden()

    def test_or_bring_both_together_and_save(self, two):
        one, other = self.conflict(two, 5)
        write(other, " With that of one.")
        other.get_by_role("button", name="Save draft").click()
        expect(other.get_by_text("Draft saved.")).to_be_visible()
        assert stored(other) == "Text of the other. With that of one."
        expect(other.locator("#on-device")).to_be_hidden()
        write(one, " Again.")
        says(one, re.compile("^Not saved: "))
        assert "With that of one." in one.locator("#conflict").inner_text()

    def test_where_the_other_text_is_submitted_already_nothing_is_offered_and_nothing_lost(self, two):
        one, other = (open_page(walker, 1, 9) for walker in two)
        write(one, "Text of one.")
        one.get_by_role("radio", name="G Green").check()
        one.get_by_label("No date").check()
        one.get_by_role("button", name="Submit for review").click()
        one.get_by_role("heading", name="Submitted for review.").wait_for()
        write(other, "Text of the other.")
        says(other, re.compile("^Not saved: "))
        expect(other.get_by_text("yours cannot be saved over it")).to_be_visible()
        expect(other.get_by_role("button", name="Keep my text over it")).to_be_hidden()
        assert "Text of the other." in text_box(other).inner_text()

    def test_plain_forms_without_javascript_show_both_texts_too(self, browser, server):
        walkers = [Walker(browser.new_context(java_script_enabled=False).new_page(), server) for _ in range(2)]
        for walker, name in zip(walkers, ("staff", "admin"), strict=True):
            walker.sign_in(name)
            walker.go(page_of(3, 6))
        for walker, text in zip(walkers, ("Text of one.", "Text of the other."), strict=True):
            walker.page.get_by_label("Update", exact=True).fill(text)
            walker.page.get_by_role("button", name="Save draft").click()
        page = walkers[1].page
        assert "Both texts are below" in page.get_by_role("alert").inner_text()
        assert page.locator(".quoted").first.inner_text().endswith("Text of one.")
        assert page.get_by_label("Update", exact=True).input_value() == "Text of the other."
        for walker in walkers:
            walker.page.context.close()


def test_from_the_e_mails_link_to_submitted_in_four_pages_by_keyboard_alone(browser, server):
    """The link leads to sign-in and back; then the update's page, and the page that says what comes next."""
    context = browser.new_context()
    walker = Walker(context.new_page(), server)
    page, pages = walker.page, []
    page.on("framenavigated", lambda frame: pages.append(frame.url))
    walker.go(page_of(4, 8))
    _tab_to(page, "document.activeElement.name === 'login'")
    page.keyboard.type("owner@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type("walk through it")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{page_of(4, 8)}")
    text_box(page).wait_for()
    _tab_to(page, "document.activeElement.name === 'rating'")
    page.keyboard.press("Space")
    _tab_to(page, "document.activeElement.id === 'id_narrative'")
    page.keyboard.type("Specials met twice.")
    _tab_to(page, "document.activeElement.name === 'date_precision'")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    _tab_to(page, "document.activeElement.name === 'submit'")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Submitted for review.").wait_for()
    expect(page.get_by_role("link", name=re.compile("^Write the next: Theme "))).to_be_visible()
    shown = [url for number, url in enumerate(pages) if url != pages[number - 1] or not number]
    assert len(pages) <= 4, shown
    walker.check()
    context.close()


def _tab_to(page, condition):
    for _ in range(60):
        if page.evaluate(condition):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not come to where {condition}")
