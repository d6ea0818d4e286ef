"""The pages of the import, from the upload to what it did."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from needs.import_lines import Column
from needs.models import Need, NeedsFile, ThemeLink
from pcc_tracker.tables import as_csv, sheet
from tests import builders as make
from tests.needs.test_importing import HEADS, all_that_is_stored, written
from tests.needs.test_spreadsheets import in_sheet, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def section():
    return make.section(number="1", title="Violence")


def uploaded(client, assessment, content, name="needs.csv"):
    where = reverse("import_needs", args=[assessment.slug])
    return client.post(where, {"file": SimpleUploadedFile(name, content)}, follow=True)


def main(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode().partition("<main")[2])
    return " ".join(text.split())


def test_a_spreadsheet_is_uploaded_looked_at_and_imported(signed_in, section):
    client = signed_in("staff")
    page = uploaded(client, section.assessment, written(["1", "", "risk", "A", "high"], ["2", "Two", "risk", "B"]))
    assert "Sections to be added 1 Needs to be added 2 Needs to be changed 0" in main(page)
    assert "Import all 3" in main(page)
    assert not Need.objects.of(section.assessment).exists()
    done = client.post(page.request["PATH_INFO"], follow=True)
    assert done.request["PATH_INFO"] == section.assessment.get_absolute_url()
    assert "The spreadsheet is imported: 1 section added, 2 needs added." in done.content.decode()
    assert Need.objects.of(section.assessment).count() == 2
    again = client.get(page.request["PATH_INFO"])
    assert "It was imported on" in main(again) and "<button" not in again.content.decode().partition("<main")[2]


def test_the_page_says_what_stands_below_each_head(signed_in, section):
    page = signed_in("staff").get(reverse("import_needs", args=[section.assessment.slug]))
    assert re.findall(r'<th scope="row">(.*?)</th>', page.content.decode()) == [one.value for one in Column]


def test_with_a_problem_there_is_a_message_a_cell_and_no_way_to_import(signed_in, section):
    client = signed_in("staff")
    rows = [["1", "", "risk", f"Risk {number}", "low"] for number in range(60)]
    page = uploaded(client, section.assessment, written(["1", "", "risk", "Fine"], *rows))
    assert "Nothing can be imported yet: 60 cells have problems." in main(page)
    assert "Row 3, column Level “low” is not known here. Write very high or high, or leave it empty." in main(page)
    assert "<button" not in page.content.decode().partition("<main")[2]
    file = NeedsFile.objects.get()
    where = reverse("needs_problems_file", args=[section.assessment.slug, file.pk, "json"])
    assert len(json.loads(client.get(where).content)["rows"]) == 60
    before = all_that_is_stored()
    forced = client.post(page.request["PATH_INFO"], follow=True)
    assert "Nothing is imported: 60 cells have problems" in forced.content.decode()
    assert all_that_is_stored() == before


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_taken_away_and_brought_back_is_there_already(signed_in, section, form):
    make.names(make.risk(section, "high"), make.theme(section.assessment.informs))
    make.recommendation(section, wording="=1+1", response="not accepted", response_reason="+No\r\nmoney")
    make.section(section.assessment, title="Empty")
    client = signed_in("staff")
    file = client.get(reverse("needs_template", args=[section.assessment.slug, form]))
    page = uploaded(client, section.assessment, file.content, f"needs.{form}")
    assert "The assessment has all of this already, so there is nothing to import." in main(page)
    assert ThemeLink.objects.filter(need__section=section).count() == 1


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("needs.csv", b"", "The file is empty. Choose another."),
        ("needs.csv", b"\0\1\2", "It is neither an Excel workbook nor a text"),
        ("needs.csv", written(), "The file has no rows below its heads."),
        ("needs.pdf", b"%PDF-1.7\n\xff\xfe\x81\x8d", "It is neither an Excel workbook nor a text"),
        ("needs.xlsx", workbook()[:-100], "It is not an Excel workbook, or not a whole one."),
        ("needs.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "older Excel (.xls)"),
        ("needs.csv", b"x" * 5_100_000, "It is 5.1 MB large; the most is 5 MB."),
        ("needs.xlsx", in_sheet("<a>" * 200), "There is far more in it"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_at_its_field_and_not_kept(signed_in, section, name, content, says):
    page = uploaded(signed_in("staff"), section.assessment, content, name)
    assert page.status_code == 200
    assert page.content.decode().count("There is a problem") == 1
    assert says in main(page)
    assert not NeedsFile.objects.exists()


def test_thousands_are_written_with_a_comma(signed_in, section):
    page = uploaded(signed_in("staff"), section.assessment, written(*(["1", "", "risk", f"R{n}"] for n in range(1000))))
    assert "Import all 1,000" in main(page) and "Needs to be added 1,000" in main(page)


def test_a_wrong_ending_does_no_harm(signed_in, section):
    content = workbook(HEADS, [1, None, "risk", "A"])
    assert "Import this one" in main(uploaded(signed_in("staff"), section.assessment, content, "needs.csv"))


def test_what_a_spreadsheet_says_is_text_on_the_page(signed_in, section):
    evil = "<script>alert(1)</script>"
    content = as_csv(sheet("A", ["Section", "Kind", "Need", evil], [["1", evil, "A", ""], ["1", "risk", evil, ""]]))
    page = uploaded(signed_in("staff"), section.assessment, content, f"{evil}.csv")
    assert evil not in page.content.decode()
    assert page.content.decode().count("&lt;script&gt;") == 3


def test_what_is_not_there_is_answered_with_what_is(signed_in, section):
    client = signed_in("staff")
    other = make.assessment()
    file = NeedsFile.objects.create(
        assessment=other, file_name="a", content=b"a", uploaded_by=make.staff(), uploaded_at=make.NOW
    )
    no_assessment = client.get(reverse("import_needs", args=["none"]))
    assert no_assessment.status_code == 404 and str(section.assessment) in no_assessment.content.decode()
    of_another = client.get(reverse("preview_needs", args=[section.assessment.slug, file.pk]))
    assert of_another.status_code == 404 and "Upload a spreadsheet" in of_another.content.decode()
