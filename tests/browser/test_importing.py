"""A plan brought in from Word and from a long spreadsheet, in a real browser."""

import csv
import io

from playwright.sync_api import expect

from tests.deliverables.test_import_pages import appendix, line

IMPORT = "/administration/plans/police-and-crime-plan-2015-18/import/"


def test_a_word_file_is_put_right_by_keyboard_and_imported_and_a_long_one_shows_how_far_it_is(wide_walker):
    walker, page = wide_walker, wide_walker.page
    walker.sign_in("admin")
    walker.check_wide_and_narrow(IMPORT)
    bring(page, "Appendix A.docx", appendix(line(1), line(2, "Grene"), headings=("Theme 2: Safer", "Q4 2016-17")))
    expect(page.get_by_text("Nothing can be imported yet: 1 thing was not understood.")).to_be_visible()
    walker.check_wide_and_narrow(page.url.removeprefix(walker.server))
    page.get_by_role("link", name="Table 1, row 3").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Table 1, row 3")).to_be_visible()
    walker.check()
    page.get_by_label("Rating").focus()
    page.keyboard.type("A Amber")
    page.get_by_role("button", name="Keep this row so").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Say otherwise").click()
    expect(page.get_by_role("heading", name="What the whole file is about")).to_be_visible()
    walker.check()
    page.get_by_role("button", name="Keep, and see the preview").click()
    page.get_by_role("button", name="Import as approved").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 deliverables added, 2 updates approved.")).to_be_visible()
    walker.check()

    walker.go(IMPORT)
    bring(page, "long.csv", long())
    expect(page.get_by_role("heading", name="Preview of “long.csv”")).to_be_visible()
    expect(page.get_by_text("1,200 rows").or_(page.get_by_text("1200 rows"))).to_be_visible()


def bring(page, name, content):
    page.get_by_label("File").set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})
    page.get_by_role("button", name="Upload and preview").click()


def long():
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["Theme", "Quarter", "Number", "Deliverable", "Rating", "Update"])
    for at in range(1200):
        rows.writerow([1 + at // 600, "2016-17 Q4", 1 + at % 600, f"Matter {at}", "G", "Teams met."])
    return text.getvalue().encode()
