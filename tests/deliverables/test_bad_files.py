"""Bad files are read or refused in words, and nothing of a plan is touched by either.

These are a few hundred of them; `python -m benchmarks.bad_files` tries as many thousands as are asked for.
"""

import time
import tracemalloc

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.roles import Refused
from deliverables.file_models import PlanFile
from deliverables.importing.plan_files import check_more, keep_plan_file, look
from deliverables.importing.plan_values import Choices
from deliverables.importing.reading import SLICE, read_plan
from deliverables.importing.word_package import WORD
from deliverables.importing.zipped import Unreadable, unzipped
from deliverables.models import Deliverable, QuarterlyUpdate, UpdateEvent
from pcc_tracker.tables import as_xlsx, sheet
from reports.gather_appendix import gather_appendix
from reports.renderers.docx import render
from tests.deliverables.bad_files import KINDS, LARGE, bad_files, good_files, with_blanks
from themes.models import ReportingPeriod, Theme

pytestmark = pytest.mark.django_db

OF_EACH, OF_THE_LARGE, THROUGH_THE_PAGES, SEED = 35, 10, 26, 20_200_331
PLAN_MODELS = (Theme, ReportingPeriod, Deliverable, QuarterlyUpdate, UpdateEvent)


def stored():
    return [list(one.objects.order_by("pk").values()) for one in PLAN_MODELS]


def kept(plan, by, name, content):
    file = keep_plan_file(plan=plan, file_name=name, content=content, choices=Choices(), by=by, at=by.date_joined)
    while not check_more(file=file, by=by).is_done:
        pass
    return file


@pytest.fixture
def good(theme_3, user):
    return [*good_files(), (".docx", render(gather_appendix(theme_3, user("staff"))))]


def test_what_they_are_made_of_is_good(plan, user, good):
    for name, content in good:
        found = look(kept(plan, user("admin"), name, content)).found
        assert found.rows and not found.unread, name


def test_a_spreadsheet_of_many_rows_is_read_in_slices_as_it_is_at_once(plan, user):
    heads = ["Theme", "Quarter", "Number", "Deliverable", "Rating", "Due"]
    rows = [[1, "2019-20 Q4", n, f"Matter {n}", "G", "soon"] for n in range(1, 2 * SLICE)]
    few, many = (
        look(kept(plan, user("admin"), "plan.xlsx", as_xlsx(sheet("Plan", heads, some)))).found.rows
        for some in (rows[:SLICE], rows)
    )
    assert many[:SLICE] == few
    assert [one.number for one in many] == [*range(1, 2 * SLICE)]
    assert many[-1].doubts[0].place == f"F{2 * SLICE}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_file_is_read_or_refused_in_words(plan, user, good, kind):
    by, before = user("admin"), stored()
    for name, content, _ in bad_files(OF_THE_LARGE if kind in LARGE else OF_EACH, SEED, good, [kind]):
        began = time.perf_counter()
        try:
            look(kept(plan, by, name, content))
        except Refused as error:
            assert len(str(error)) > 15 and str(error).endswith("."), name
            assert not PlanFile.objects.exists(), name
        PlanFile.objects.all().delete()
        assert time.perf_counter() - began < 10, name
    assert stored() == before


def test_the_pages_answer_each(plan, signed_in, good):
    before, client, upload = stored(), signed_in("admin"), reverse("import_plan", args=[plan.slug])
    for name, content, _ in bad_files(THROUGH_THE_PAGES, SEED + 1, good):
        response = client.post(upload, {"file": SimpleUploadedFile(name, content)})
        if response.status_code == 200:
            assert response.context["form"].errors["file"][0].endswith("."), name
            continue
        preview = response["Location"]
        while "progress" in (client.get(preview).context or {}):
            client.post(f"{preview}check/")
        pages = ["", "rows.csv", *(f"rows/{one.at}/" for one in PlanFile.objects.latest("pk").rows.all()[:1])]
        assert [client.get(preview + page).status_code for page in pages] == [200] * len(pages), name
    assert stored() == before


@pytest.mark.parametrize("says", [10, 9_999_999])
def test_a_part_is_unzipped_no_further_than_it_says(says):
    parts = {"[Content_Types].xml": b"", "word/document.xml": b""}
    content = with_blanks(parts, ["word/document.xml"], 200, says=says)
    tracemalloc.start()
    with pytest.raises(Unreadable):
        unzipped(content, WORD)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 50_000_000


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7", "PDF"),
        (b"{\\rtf1 No.}", "Rich Text"),
        (b"<html><table>", "web page"),
        (b"PK\x03\x04....word/document.xml", "not a Word document, or not a whole one"),
        (b"PK\x03\x04....xl/workbook.xml", "not an Excel workbook, or not a whole one"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "older Word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "older Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password.*Protect Document"),
    ],
)
def test_a_file_of_another_kind_is_refused_as_what_it_is(content, said):
    with pytest.raises(Unreadable, match=said):
        read_plan(content)
