"""The needs that deliverables answer, printed below them where a report says so; another room tells them."""

import csv
import io
import json

import jsonschema
import openpyxl
import pytest

from reports.checks import find_without_files
from reports.editions import compared
from reports.findings import Check
from reports.formats import FORMATS
from reports.freezing import thawed
from reports.gather import gather_report
from reports.models import EditionRow, PanelReport, ReportDefaults
from reports.options import EVIDENCE, Classification, Exceptions
from reports.renderers.json import content
from reports.verifying import differences
from tests import builders as make
from tests.builders import Q4
from tests.reports.test_json import SCHEMA
from tests.reports.test_pdf import words
from tests.reports.word_documents import lines, opened

pytestmark = pytest.mark.django_db

NEED = 'Very high risk "Organised crime groups" (Needs Assessment 2014-15, 4.3)'
OTHER = 'Recommendation "Map <all> groups" (Needs Assessment 2014-15, 4.9)'
LINE = f"{EVIDENCE}: {NEED}; {OTHER}."
IN_HTML = "Recommendation &quot;Map &lt;all&gt; groups&quot; (Needs Assessment 2014-15, 4.9).</p>"


class Needs(dict):
    """What the other room tells, by deliverable key, and each time that it was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, keys, classification):
        self.asked.append((sorted(keys), classification))
        return {key: self[key] for key in keys if key in self}


@pytest.fixture
def needs(settings, monkeypatch):
    needs = Needs()
    monkeypatch.setattr(f"{__name__}.told_by_the_other_room", needs, raising=False)
    settings.REPORT_EVIDENCE = f"{__name__}.told_by_the_other_room"
    return needs


@pytest.fixture
def row(needs):
    """A deliverable that answers two needs; the next one of its theme answers none."""
    row = make.deliverable()
    for one in (row, make.deliverable(row.theme)):
        make.approved(one)
    needs[str(row.key)] = (NEED, OTHER)
    return row


def document_of(report):
    return gather_report(report, make.staff()).document


def found(report):
    by = make.staff()
    return {one.check: one for one in find_without_files(gather_report(report, by), by)}


def sheets_of(document):
    """The rows of the CSV file and those of the workbook, each by the columns' heads."""
    in_csv = csv.DictReader(io.StringIO(FORMATS["csv"].render(document).decode("utf-8-sig")))
    header, *in_xlsx = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].render(document)))["Appendix A"].values
    return list(in_csv), [dict(zip(header, values, strict=True)) for values in in_xlsx]


def test_every_file_prints_it_once_for_the_row_that_has_some(row):
    document = document_of(make.report(row.theme, evidence=True))
    html = FORMATS["html"].render(document).decode()
    assert html.count(f"<b>{EVIDENCE}:</b>") == html.count(IN_HTML) == 1
    assert [line for line in lines(opened(FORMATS["docx"].render(document))) if EVIDENCE in line] == [LINE]
    in_pdf = words(FORMATS["pdf"].render(document))
    assert in_pdf.count(EVIDENCE) == in_pdf.count(LINE) == 1
    for rows in sheets_of(document):
        assert [one[EVIDENCE] or "" for one in rows] == [f"{NEED}; {OTHER}", ""]
    data = json.loads(FORMATS["json"].render(document))
    jsonschema.validate(data, SCHEMA)
    assert data["evidence"] is True
    assert [one["evidence"] for one in data["themes"][0]["rows"]] == [[NEED, OTHER], []]


def test_unless_a_report_says_so_nobody_is_asked_and_no_file_has_a_word_of_it(row, needs):
    document = document_of(make.report(row.theme))
    assert needs.asked == []
    for made in (FORMATS["html"].render(document).decode(), words(FORMATS["pdf"].render(document))):
        assert EVIDENCE not in made
    assert all(EVIDENCE not in one for rows in sheets_of(document) for one in rows)
    data = content(document)
    assert (data["evidence"], data["themes"][0]["rows"][0]["evidence"]) == (False, [])


def test_where_no_room_tells_any_there_is_none(row, settings):
    settings.REPORT_EVIDENCE = ""
    assert [one.evidence for one in document_of(make.report(row.theme, evidence=True)).appendices[0].rows] == [(), ()]


@pytest.mark.parametrize("classification", Classification)
def test_it_is_asked_once_for_all_themes_and_never_of_what_public_form_leaves_out(row, needs, classification):
    second = make.deliverable(make.theme(row.theme.plan))
    exempt = make.deliverable(row.theme, exempt_from=Q4, exempt_reason="A matter before the courts.")
    document_of(make.report(row.theme, second.theme, evidence=True, classification=classification))
    ((keys, told),) = needs.asked
    assert told is classification
    assert str(second.key) in keys
    assert (str(exempt.key) in keys) is (classification is Classification.NON_PUBLIC)


def test_what_was_published_keeps_it_whatever_the_room_says_later(row, needs, client):
    edition = make.edition(make.report(row.theme, evidence=True))
    published = thawed(edition)
    needs.clear()
    assert thawed(edition) == published
    assert published["themes"][0]["rows"][0]["evidence"] == [NEED, OTHER]
    assert list(differences(edition)) == []
    assert "groups&quot;" in client.get(edition.get_absolute_url()).content.decode()
    (hit,) = client.get("/search/", {"q": '"map all groups"'}).context["hits"]
    assert IN_HTML in client.get(hit.address).content.decode()


def test_a_frozen_line_that_was_changed_is_named(row):
    edition = make.edition(make.report(row.theme, evidence=True))
    EditionRow.objects.filter(theme__edition=edition, number=1).update(evidence=[NEED])
    assert list(differences(edition)) == [
        f"Theme {row.theme.number}, deliverable 1, evidence 2 was published and is not stored"
    ]


def test_what_differs_between_two_editions_is_listed(row, needs):
    report = make.report(row.theme, evidence=True)
    first = make.edition(report)
    needs[str(row.key)] = (OTHER,)
    (found,) = compared(first, make.edition(report)).differences
    assert (found.where, found.what) == (f"Theme {row.theme.number}, deliverable 1", EVIDENCE)
    assert (found.before, found.after) == (f"{NEED}; {OTHER}", OTHER)


def test_words_of_what_is_exempt_block_a_public_report_that_prints_them_in_it(row, needs, client):
    secret = "A suspect was arrested at the harbour in March."
    exempt = make.deliverable(row.theme, exempt_from=Q4, exempt_reason="A matter before the courts.")
    make.approved(exempt, narrative=f"<p>{secret}</p>")
    needs[str(row.key)] = (f"{NEED}, because a suspect was arrested at the harbour in March; ring 0115 967 0999",)
    said = found(make.report(row.theme, evidence=True))
    where = f"Theme {row.theme.number}, deliverable 1, its evidence of need: "
    assert said[Check.EXEMPT_TEXT].blocks
    assert said[Check.EXEMPT_TEXT].message.startswith(f'{where}"{secret}" is of')
    assert said[Check.CONTACT].message == f"{where}0115 967 0999"
    client.force_login(make.staff())
    assert row.wording in client.get(said[Check.EXEMPT_TEXT].address).content.decode()
    assert Check.EXEMPT_TEXT not in found(make.report(row.theme))


def test_a_character_of_it_that_no_font_has_is_not_looked_for_in_the_update(row, needs):
    needs[str(row.key)] = ("High risk “Fraud \N{GRINNING FACE}”",)
    report = make.report(row.theme, evidence=True)
    replaced = found(report)[Check.REPLACED]
    assert replaced.message.startswith(f"Theme {row.theme.number}, deliverable 1, its evidence of need: ")
    assert replaced.address == f"/reports/{report.slug}/"


def test_printed_alone_red_and_amber_rows_keep_theirs(row, needs):
    amber = make.deliverable(row.theme)
    make.approved(amber, code="A")
    needs[str(amber.key)] = (NEED,)
    (printed,) = document_of(make.report(row.theme, evidence=True, exceptions=Exceptions.ALONE)).appendices[0].rows
    assert printed.evidence == (NEED,)


class TestTheOption:
    def entered(self, client, address):
        form = client.get(address).context["form"]
        return {field.name: field.value() for field in form if field.value() not in (None, "")}

    @pytest.fixture
    def staff(self, client):
        client.force_login(make.staff())
        return client

    def test_it_is_off_until_staff_choose_it_and_the_history_says_so(self, staff):
        report = make.report()
        address = f"/reports/{report.slug}/facts/"
        assert "<dd>Not printed</dd>" in staff.get(f"/reports/{report.slug}/").content.decode()
        staff.post(address, self.entered(staff, address) | {"evidence": "on"})
        assert PanelReport.objects.get(pk=report.pk).options.evidence
        assert "<dd>Printed under each deliverable</dd>" in staff.get(f"/reports/{report.slug}/").content.decode()
        (change,) = staff.get(f"/reports/{report.slug}/history/").context["entries"][0].changes
        assert (change.label, change.before, change.after) == (EVIDENCE, "No", "Yes")

    def test_the_next_report_begins_with_what_the_office_chose(self, staff):
        address = "/reports/defaults/"
        staff.post(address, self.entered(staff, address) | {"evidence": "on"})
        assert ReportDefaults.get().evidence
        theme = make.period().theme
        entered = {"quarter": str(Q4), "themes": [theme.pk], "classification": "Public"}
        staff.post(f"/meetings/{make.meeting().date}/start-a-report/", entered)
        assert PanelReport.objects.get(themes=theme).evidence
