"""A workbook of a quarter's updates, opened as a spreadsheet program opens it."""

import datetime
import io
import zipfile

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Office, Organisation, User
from deliverables.importing.spreadsheets import read_spreadsheet
from deliverables.models import DatePrecision, Deliverable
from deliverables.offline.columns import CUT, FILLED, SHEET, Column, Key
from deliverables.offline.workbook import HELP
from tests import builders as make
from tests.conftest import PLAN
from tests.deliverables.workbooks import ADDRESS, cell, opened, sheet_for, taken_away
from themes.models import Plan, ReportingPeriod

pytestmark = pytest.mark.django_db
OFFLINE = f"/plans/{PLAN}/2020-21/q1/offline/"


@pytest.fixture
def owner():
    return make.person(display_name="Head of matters")


@pytest.fixture
def row(owner):
    """Led by the owner, asked for in Quarter 4."""
    new = make.deliverable(owner=owner, wording="Fewer thefts")
    make.period(new.theme)
    return new


def page_of(row, owner):
    return opened(taken_away(owner, row.theme.plan))[SHEET]


def test_the_last_rating_and_text_stand_beside_the_cells_to_fill_in(row, owner):
    make.approved(row, make.Q1, "R")
    text = "<p>Two teams:</p><ul><li><p>North</p></li><li><p>South</p></li></ul>"
    dated = {"date": datetime.date(2019, 9, 1), "date_precision": DatePrecision.MONTH}
    make.approved(row, make.Q2, "A", narrative=text, **dated)
    page = page_of(row, owner)
    said = {column: cell(page, column).value for column in Column}
    assert [said[one] for one in (Column.THEME, Column.NUMBER, Column.DELIVERABLE)] == [1, 1, "Fewer thefts"]
    assert said[Column.STANDS] == "To do, due on 21 April 2020"
    assert said[Column.LAST_RATING] == "A Amber\nQuarter 2, 2019-20"
    assert said[Column.LAST_TEXT] == "September 2019\nTwo teams:\n- North\n- South"
    assert [said[one] for one in FILLED] == [None] * 5


def test_the_last_text_is_found_in_the_year_before_under_the_same_key(row, owner):
    before = make.deliverable(row.theme, key=row.key, financial_year=make.YEAR.previous)
    make.approved(before, make.YEAR.previous.quarters[3], narrative="<p>Last year.</p>")
    assert cell(page_of(row, owner), Column.LAST_TEXT).value == "Last year."


def test_what_is_written_so_far_stands_in_the_cells_with_its_reviewers_note(row, owner):
    make.update(row, code="A", date=datetime.date(2020, 3, 28), date_precision=DatePrecision.DAY,
                recovery_step="Recruit", recovery_by=datetime.date(2020, 9, 30))  # fmt: skip
    page = page_of(row, owner)
    assert [cell(page, one).value for one in FILLED] == [
        "A Amber", "Teams met.", datetime.datetime(2020, 3, 28), "Recruit", datetime.datetime(2020, 9, 30),
    ]  # fmt: skip


def test_all_is_locked_but_the_cells_to_fill_in(row, owner):
    book = opened(taken_away(owner, row.theme.plan))
    page = book[SHEET]
    assert page.protection.sheet and not page.protection.password and book[HELP].protection.sheet
    unlocked = {one.column_letter for line in page.iter_rows() for one in line if not one.protection.locked}
    assert unlocked == {cell(page, one).column_letter for one in FILLED}
    assert all(cell(page, one).fill.fgColor.rgb == "00FFF9DB" for one in FILLED)
    assert all(one.protection.locked for line in book[HELP].iter_rows() for one in line)


def test_the_rating_is_chosen_from_the_plans_and_days_are_days(row, owner):
    book = opened(taken_away(owner, row.theme.plan))
    page = book[SHEET]
    rules = {str(one.sqref): one for one in page.data_validations.dataValidation}
    choice = rules[f"{cell(page, Column.RATING).coordinate}"]
    sheet_name, _, cells = choice.formula1.partition("!")
    first, last = cells.replace("$", "").split(":")
    listed = [one.value for line in book[sheet_name.strip("'")][first:last] for one in line]
    assert listed == ["G Green", "A Amber", "R Red", "NS Not started"]
    assert choice.type == "list" and choice.showErrorMessage and not choice.showDropDown
    for column in (Column.DATE, Column.BY):
        assert rules[cell(page, column).coordinate].type == "date"
        assert cell(page, column).number_format == "dd/mm/yyyy"
    assert cell(page, Column.TEXT).number_format == "@", "a line that begins with a dash would be taken for a formula"


def test_the_key_is_hidden_and_names_deliverable_quarter_and_version(row, owner):
    make.update(row, version=7)
    page = page_of(row, owner)
    hidden = cell(page, Column.KEY)
    assert page.column_dimensions[hidden.column_letter].hidden and hidden.protection.locked
    key = Key.parse(hidden.value)
    assert (key.deliverable, key.quarter, key.version) == (row.key, make.Q4, 7)


def test_it_prints_on_a4_with_its_heads_on_every_page_and_without_the_key(row, owner):
    page = page_of(row, owner)
    setup = page.page_setup
    assert (setup.paperSize, setup.orientation, setup.fitToWidth, setup.fitToHeight) == (9, "landscape", 1, 0)
    assert (page.print_title_rows, page.freeze_panes) == ("$1:$1", "D2")
    assert page.print_area.endswith("$A$1:$K$2")
    assert cell(page, Column.LAST_TEXT).alignment.wrap_text


def test_the_first_sheet_says_what_to_do_by_when_and_whom_to_send_it_to(row, owner):
    Office.objects.filter(pk=1).update(email="office@example.org")
    book = opened(taken_away(owner, row.theme.plan))
    assert book.sheetnames == [HELP, SHEET]
    said = "\n".join(str(one.value) for line in book[HELP].iter_rows() for one in line if one.value)
    for words in ("They are due on 21 April 2020.", "Head of matters", "office@example.org", ADDRESS,
                  "What G says", "For Amber or Red write also"):  # fmt: skip
        assert words in said


def test_nothing_in_it_is_a_formula_and_odd_characters_do_no_harm(row, owner):
    texts = {"=1+1": "'=1+1", "-5 and +44": "-5 and +44", "a_x0041_b": "a_x005F_x0041_b", "b\x0bc": "bc"}
    for text, shown in texts.items():
        row.wording = text
        row.save()
        content = taken_away(owner, row.theme.plan)
        page = opened(content)[SHEET]
        assert cell(page, Column.DELIVERABLE).data_type == "s"
        assert cell(page, Column.DELIVERABLE).value == shown
        read = read_spreadsheet(content, SHEET)
        assert not read.faults and read.rows[1].text(2) == text.replace("\x0b", "")


def test_a_text_that_no_cell_holds_is_cut_said_to_be_and_locked(row, owner):
    make.update(row, narrative=f"<p>{'x' * 40_000}</p>")
    page = page_of(row, owner)
    text = cell(page, Column.TEXT)
    assert len(text.value) <= 32_767 and text.value.endswith(CUT)
    assert text.protection.locked and not cell(page, Column.RATING).protection.locked


def test_equal_content_gives_equal_bytes_with_nothing_of_the_time_in_them(row, owner, monkeypatch):
    make.approved(row, make.Q1)
    first = taken_away(owner, row.theme.plan)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000)
    assert taken_away(owner, row.theme.plan) == first
    with zipfile.ZipFile(io.BytesIO(first)) as file:
        assert b"2026" not in file.read("docProps/core.xml")


def test_it_holds_what_its_reader_may_write_and_is_still_to_write(row, owner):
    others, plan = make.deliverable(row.theme, owner=make.person()), row.theme.plan
    make.update(make.deliverable(row.theme, owner=owner), state="submitted")
    make.deliverable(row.theme, owner=owner, completed_in=make.Q2, completed_reason="Done")
    make.deliverable(row.theme, owner=owner, withdrawn_from=make.Q3, withdrawn_reason="Gone")
    coordinator = make.person(organisation=owner.organisation, is_coordinator=True)
    keys = [[one.key.deliverable for one in sheet_for(who, plan).rows] for who in (owner, coordinator, make.staff())]
    assert keys == [[row.key], [row.key], [row.key, others.key]]


def test_a_locked_quarter_has_nothing_to_write(row, owner):
    ReportingPeriod.objects.update(locked_at=timezone.now(), locked_by=make.staff())
    assert sheet_for(owner, row.theme.plan).rows == ()


class TestThePages:
    def test_staff_find_a_workbook_for_each_person_and_organisation_and_one_for_all(self, signed_in):
        client = signed_in("staff")
        assert f'href="{OFFLINE}"' in client.get(f"/plans/{PLAN}/2020-21/q1/review/").content.decode()
        html = client.get(OFFLINE).content.decode()
        person, force = User.objects.get(email="owner@example.org"), Organisation.objects.get(short_name="Force")
        for end in ("updates.xlsx", f"people/{person.pk}/updates.xlsx", f"organisations/{force.pk}/updates.xlsx"):
            assert f'href="{OFFLINE}{end}"' in html
            assert client.get(OFFLINE + end).content.startswith(b"PK")
        response = client.get(f"{OFFLINE}people/{person.pk}/updates.xlsx")
        assert f'filename="{PLAN} 2020-21 Q1 {person}.xlsx"' in response["Content-Disposition"]
        led = {one.key for one in Deliverable.objects.led_by(person, timezone.localdate())}
        keys = [row[-1].value for row in opened(response.content)[SHEET].iter_rows(min_row=2)]
        assert {Key.parse(one).deliverable for one in keys} < led

    def test_an_owner_finds_theirs_beside_what_waits_for_them(self, signed_in):
        client = signed_in("owner")
        html = client.get("/my-updates/").content.decode()
        assert f'href="{OFFLINE}my-updates.xlsx"' in html and f'href="{OFFLINE}return/"' in html
        assert client.get(f"{OFFLINE}my-updates.xlsx").status_code == 200
        nothing = client.get(f"/plans/{PLAN}/2018-19/q4/offline/my-updates.xlsx")
        assert nothing.status_code == 404 and "nothing is left to write" in nothing.content.decode()

    def test_a_page_and_a_workbook_cost_the_same_with_1_quarter_of_history_and_with_20(self, signed_in):
        client, costs = signed_in("staff"), []
        for quarters in (1, 20):
            before = set(Plan.objects.values_list("pk", flat=True))
            call_command("seed_scale", deliverables=8, quarters=quarters, verbosity=0)
            plan = Plan.objects.exclude(pk__in=before).get()
            theme = plan.themes.first()
            last = ReportingPeriod.objects.filter(theme=theme).latest("quarter").quarter
            make.deliverable(theme, owner=make.person(), number=99, financial_year=last.year)
            ReportingPeriod.objects.filter(theme=theme, quarter=last).update(locked_at=None, locked_by=None)
            for end in ("", "updates.xlsx"):
                where = f"/plans/{plan.slug}/{last.year}/{last.slug}/offline/{end}"
                assert client.get(where).status_code == 200
                with CaptureQueriesContext(connection) as captured:
                    client.get(where)
                costs.append(len(captured))
        assert costs[:2] == costs[2:] and max(costs) <= 20
