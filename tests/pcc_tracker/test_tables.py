import csv
import datetime
import io
import json

import openpyxl
import pytest
from openpyxl.writer import excel

from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import CUT, LONGEST_CELL, as_csv, as_json, as_xlsx, download, sheet

LIKE_A_FORMULA = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"]


def in_csv(value):
    return list(csv.reader(io.StringIO(as_csv(sheet("A", ["Text"], [[value]])).decode("utf-8-sig"))))[1][0]


def in_xlsx(value):
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(sheet("A", ["Text"], [[value]]))))
    return book.active["A2"]


@pytest.mark.parametrize("text", LIKE_A_FORMULA)
def test_a_text_that_starts_like_a_formula_gets_an_apostrophe_in_csv(text):
    assert in_csv(text) == "'" + text


@pytest.mark.parametrize("text", LIKE_A_FORMULA)
def test_no_cell_of_a_spreadsheet_is_a_formula(text):
    assert in_xlsx(text).data_type == "s"
    assert in_xlsx(text).value.endswith(text)


@pytest.mark.parametrize("value", [*LIKE_A_FORMULA, "x" * 40_000, 0, -3, 12.5])
def test_json_has_every_value_as_it_is(value):
    assert json.loads(as_json("a", sheet("A", ["Value"], [[value]])))["rows"] == [{"value": value}]


@pytest.mark.parametrize("nothing", ["", None])
def test_in_json_an_empty_cell_is_null(nothing):
    assert json.loads(as_json("a", sheet("A", ["Value"], [[nothing]])))["rows"] == [{"value": None}]


def test_in_json_no_two_columns_are_called_alike_and_none_is_called_nothing():
    data = json.loads(as_json("a", sheet("A", ["Plan", "plan", "Plan 2", "!", "Green, count"], [[1, 2, 3, 4, 5]])))
    assert data["rows"] == [{"plan": 1, "plan_2": 2, "plan_2_2": 3, "column": 4, "green_count": 5}]
    assert [one["label"] for one in data["columns"]] == ["Plan", "plan", "Plan 2", "!", "Green, count"]


@pytest.mark.parametrize("value", [0, -3, 12.5])
def test_a_number_stays_a_number(value):
    assert in_xlsx(value).value == value


@pytest.mark.parametrize("form", [in_csv, lambda text: in_xlsx(text).value])
def test_characters_that_no_file_can_hold_are_left_out(form):
    assert form("a\x0b\x00\ud800\ufffeb") == "ab"


def test_csv_has_all_of_a_text_and_a_spreadsheet_says_where_it_cuts():
    text = "x" * 40_000
    assert in_csv(text) == text
    assert in_xlsx(text).value == "x" * (LONGEST_CELL - len(CUT)) + CUT


def test_csv_opens_in_excel_as_utf_8():
    assert download("a", "csv", sheet("A", ["Ä"], [])).content.startswith("\ufeffÄ".encode())


def test_an_unknown_form_is_answered_with_those_there_are():
    with pytest.raises(NothingHere, match="csv, xlsx and json"):
        download("a", "exe", sheet("A", ["B"], []))


def test_a_day_is_a_date_in_a_spreadsheet_and_written_as_iso_elsewhere():
    day = datetime.date(2020, 6, 25)
    assert in_xlsx(day).is_date
    assert in_xlsx(day).value.date() == day
    assert in_csv(day) == "2020-06-25"
    assert json.loads(as_json("a", sheet("A", ["Day"], [[day]])))["rows"] == [{"day": "2020-06-25"}]
    assert in_xlsx(datetime.date(1839, 1, 1)).value == "1839-01-01"


def test_a_workbook_is_the_same_whenever_it_is_made_and_can_be_filtered_by_its_heads(monkeypatch):
    rows = sheet("A", ["Text", "Number"], [["a", 1], ["b", 2]])
    first = as_xlsx(rows)

    class Later(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz) + datetime.timedelta(days=400)

    monkeypatch.setattr(excel.datetime, "datetime", Later)
    assert as_xlsx(rows) == first
    assert openpyxl.load_workbook(io.BytesIO(first)).active.auto_filter.ref == "A1:B3"


def test_a_workbook_has_only_sheet_titles_that_excel_takes():
    long = "High and very high risks without a deliverable"
    sheets = [sheet(title, ["Need"], [["Theft"]]) for title in (long, long.upper(), "Risk: [4/3]?")]
    titles = openpyxl.load_workbook(io.BytesIO(as_xlsx(*sheets))).sheetnames
    assert titles == ["High and very high risks withou", "HIGH AND VERY HIGH RISKS WITH 2", "Risk   4 3"]
