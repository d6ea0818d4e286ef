"""Updates written offline, in a real browser: staff take a workbook, an owner brings it back filled in and saves it."""

from playwright.sync_api import expect

from tests.conftest import PLAN
from tests.deliverables.workbooks import filled_in

OFFLINE = f"/plans/{PLAN}/2020-21/q1/offline/"
OWNER = "Head of neighbourhood policing"


def test_a_workbook_goes_out_is_filled_in_and_comes_back_as_drafts(wide_walker, narrow_walker):
    staff, owner = wide_walker, narrow_walker
    staff.sign_in("staff")
    staff.go(f"/plans/{PLAN}/2020-21/q1/review/")
    staff.page.get_by_role("link", name="Workbooks to write updates offline").click()
    with staff.page.expect_download() as download:
        staff.page.get_by_role("link", name=f"Workbook for {OWNER}").click()
    assert download.value.suggested_filename == f"{PLAN} 2020-21 Q1 {OWNER}.xlsx"
    content = download.value.path().read_bytes()
    staff.check_wide_and_narrow(OFFLINE)

    owner.sign_in("owner")
    owner.go("/my-updates/")
    owner.check()
    page = owner.page
    page.get_by_role("link", name="Bring a filled workbook back").last.click()
    owner.check()
    bring_back(page, filled_in(filled_in(content, rating="Grene"), row=3, text="Teams met.\n- North"))
    expect(page.get_by_text("“Grene” is not a rating of this plan.")).to_be_visible()
    owner.check()
    page.get_by_role("link", name="upload it again").click()
    bring_back(page, filled_in(filled_in(content, rating="R Red"), row=3, text="Teams met.\n- North"))
    expect(page.locator("li", has_text="North")).to_be_visible()
    owner.check()
    page.set_viewport_size({"width": 1280, "height": 900})
    owner.check()
    page.get_by_role("button", name="Save 2 drafts").click()
    expect(page.get_by_text("2 updates were saved as drafts. Look at each, and submit it.")).to_be_visible()
    expect(page.get_by_text("lacks the recovery step and when it is back on course.")).to_be_visible()
    owner.check()


def bring_back(page, content):
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.get_by_label("Workbook").set_input_files({"name": "back.xlsx", "mimeType": kind, "buffer": content})
    page.get_by_role("button", name="Upload and preview").click()
