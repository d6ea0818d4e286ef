"""The office's Word template is large: its bytes are read where a Word file is made of it, and nowhere else."""

import io

import docx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Refused
from reports import formats
from reports.gather_appendix import gather_appendix
from reports.models import WordTemplate
from reports.publishing import publish
from tests import builders as make
from tests.builders import NOW, noon
from tests.conftest import THEME_3
from tests.reports.test_word_template import TEMPLATE

pytestmark = pytest.mark.django_db

OWN_HEAD = "The office's own head"


def upload(content=TEMPLATE, at=NOW):
    return WordTemplate.objects.create(
        file_name="look.docx" if content else "", content=content, uploaded_at=at, uploaded_by=make.staff()
    )


def reads_the_bytes(client, address):
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200
    asked = [one["sql"].partition(" FROM ")[0] for one in captured]
    column = '"reports_wordtemplate"."content"'
    return any(column in one.replace(f"LENGTH({column})", "") for one in asked)


def head(content):
    return docx.Document(io.BytesIO(content)).sections[0].header.paragraphs[0].text


@pytest.fixture
def report():
    theme = make.theme()
    make.approved(make.deliverable(theme))
    return make.report(theme, slug="the-report")


def files(report):
    return {one.form: bytes(one.content) for one in make.edition(report).files.all()}


def test_no_page_reads_the_bytes(signed_in, report):
    upload()
    assert not reads_the_bytes(signed_in("owner"), f"{THEME_3}appendix-a/")
    staff = signed_in("staff")
    for address in (
        f"{THEME_3}appendix-a/",
        f"{THEME_3}appendix-a.json",
        "/reports/texts/",
        "/reports/word-template/",
        "/reports/the-report/",
        "/reports/the-report/preview/",
        "/reports/the-report/sections/summary/",
    ):
        assert not reads_the_bytes(staff, address), address


def test_a_word_file_and_the_template_itself_are_made_of_them(signed_in):
    upload()
    staff = signed_in("staff")
    for address in (f"{THEME_3}appendix-a.docx", "/reports/word-template/file/"):
        assert reads_the_bytes(staff, address)
        assert head(staff.get(address).content) == OWN_HEAD
    upload(b"", noon("2030-01-01"))
    assert head(staff.get(f"{THEME_3}appendix-a.docx").content) != OWN_HEAD


def test_an_edition_has_the_look_of_the_template(report):
    upload()
    assert head(files(report)["docx"]) == OWN_HEAD


def test_what_is_gathered_twice_is_equal_until_another_template_is_uploaded(theme_3, user):
    upload()
    first = gather_appendix(theme_3, user("staff"))
    assert gather_appendix(theme_3, user("staff")) == first
    upload(at=noon("2030-01-01"))
    assert gather_appendix(theme_3, user("staff")) != first


def test_a_document_that_names_a_template_is_not_made_without_it(theme_3, user):
    upload()
    with pytest.raises(AssertionError):
        formats.FORMATS["docx"].render(gather_appendix(theme_3, user("staff")))


def test_a_template_uploaded_while_the_files_are_made_keeps_them_from_being_published(report, monkeypatch):
    csv = formats.FORMATS["csv"]

    def uploads_meanwhile(document):
        upload()
        return csv.render(document)

    monkeypatch.setitem(formats.FORMATS, "csv", formats.Format("csv", "CSV", "text/csv", uploads_meanwhile))
    with pytest.raises(Refused, match="Something in the report changed while its files were being made"):
        publish(report=report, by=make.staff(), decided={}, expected_number=1)
    assert not report.editions.exists()
