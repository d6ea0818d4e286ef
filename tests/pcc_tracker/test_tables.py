import io

import openpyxl
import pytest

from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import LONGEST_CELL, download, harmless, sheet


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"])
def test_a_text_that_starts_like_a_formula_gets_an_apostrophe(text):
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("value", [0, -3, 12.5])
def test_a_number_stays_a_number(value):
    assert harmless(value) is value


def test_a_text_too_long_for_a_cell_is_cut_where_it_can_be_seen():
    assert harmless("x" * 40_000) == "x" * (LONGEST_CELL - 2) + " …"


def test_no_cell_of_a_spreadsheet_is_a_formula():
    response = download("a", "xlsx", sheet("A", ["Text"], [["=1+1"], ["plain"]]))
    cells = openpyxl.load_workbook(io.BytesIO(response.content)).active["A"]
    assert [cell.data_type for cell in cells] == ["s", "s", "s"]


def test_csv_opens_in_excel_as_utf_8():
    assert download("a", "csv", sheet("A", ["Ä"], [])).content.startswith("\ufeffÄ".encode())


def test_an_unknown_form_is_answered_with_those_there_are():
    with pytest.raises(NothingHere, match="csv and xlsx"):
        download("a", "exe", sheet("A", ["B"], []))
