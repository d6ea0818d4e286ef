"""Which sheets of a workbook are read as one plan, and what is said of files that are none."""

import io
import json

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from deliverables.importing import reading
from deliverables.importing.reading import found_in_slice, read_plan
from deliverables.importing.zipped import Unreadable
from tests.builders import Q3, Q4

HEADS = ["Nº", "Org.", "Deliverable", "BRAG status", "Comments/Progress"]


def workbook(sheets, change=lambda book: None):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    change(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def a_sheet(*wordings, title=None):
    rows = [[number, "Force", wording, "G", ""] for number, wording in enumerate(wordings, start=1)]
    return [*([[title]] if title else []), HEADS, *rows]


THEMES = {
    "Cover": [["Our plan"], ["Whose it is"]],
    "1. Victims": a_sheet("Visit", "Listen"),
    "T2": a_sheet("Patrol"),
    "Deeds": a_sheet("Speak", title="Theme 3: Together. Quarter 4 2019-20"),
}


def test_every_sheet_with_heads_is_read_and_names_its_theme():
    found = read_plan(workbook(THEMES)).found
    assert [(one.at, one.place, one.theme, one.theme_title, one.number, one.wording) for one in found.rows] == [
        (1, "Sheet 1. Victims, row 2", 1, "Victims", 1, "Visit"),
        (2, "Sheet 1. Victims, row 3", 1, "Victims", 2, "Listen"),
        (3, "Sheet T2, row 2", 2, "", 1, "Patrol"),
        (4, "Sheet Deeds, row 3", 3, "Together", 1, "Speak"),
    ]
    assert (found.theme, found.quarter, found.unread) == (None, Q4, ())
    assert found.notes == ("The sheets “1. Victims”, “T2”, “Deeds” are read; what is in “Cover” is passed over.",)


def test_places_name_the_sheet_where_several_are_read():
    def change(book):
        book["T2"]["D2"] = "=A1"

    row = read_plan(workbook(THEMES, change)).found.rows[2]
    assert [one.place for one in row.doubts] == ["Sheet T2, D2"]


def test_the_colour_of_a_ratings_cell_is_read_where_it_has_no_letter():
    def change(book):
        for at, colour in (("D2", "FF00B050"), ("D3", "FFC000"), ("C3", "FFFF0000")):
            book["Plan"][at].fill = PatternFill("solid", fgColor=colour)
        book["Plan"]["D2"] = book["Plan"]["D3"] = None

    rows = read_plan(workbook({"Plan": a_sheet("Visit", "Listen", "Speak")}, change)).found.rows
    assert [(one.rating, one.fill) for one in rows] == [("", "00b050"), ("", "ffc000"), ("G", "")]


def test_hidden_sheets_are_not_read_and_sheets_of_quarters_keep_theirs():
    def change(book):
        book["Old"].sheet_state = "hidden"

    sheets = {"Q3 2019-20": a_sheet("Visit"), "Q4 2019-20": a_sheet("Visit"), "Old": a_sheet("Past")}
    rows = read_plan(workbook(sheets, change)).found.rows
    assert [(one.wording, one.quarter) for one in rows] == [("Visit", Q3), ("Visit", Q4)]


def test_slices_of_several_sheets_say_what_all_say(monkeypatch):
    whole = read_plan(workbook(THEMES)).found.rows
    monkeypatch.setattr(reading, "SLICE", 2)
    read = json.loads(json.dumps(read_plan(workbook(THEMES))[1:]))
    columns, waiting = read
    assert found_in_slice(columns, waiting[:3]) + found_in_slice(columns, waiting[3:]) == whole


def test_limits_hold_for_all_sheets_together(monkeypatch):
    monkeypatch.setattr(reading, "MOST_DELIVERABLES", 3)
    with pytest.raises(Unreadable, match=r"4 rows of deliverables; the most is 3\. Split it"):
        read_plan(workbook(THEMES))
    monkeypatch.setattr("deliverables.importing.workbook.MOST_ROWS", 7)
    with pytest.raises(Unreadable, match="rows. Split it"):
        read_plan(workbook(THEMES))


def test_a_wide_sheet_hinders_only_where_it_is_a_plans():
    wide = [["x"] * 60]
    assert len(read_plan(workbook(THEMES | {"Data": wide})).found.rows) == 4
    with pytest.raises(Unreadable, match="Of the sheet “Theme 4”: It has more than 50 columns"):
        read_plan(workbook(THEMES | {"Theme 4": a_sheet("Help") + wide}))


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (OLD + "WordDocument".encode("utf-16-le"), r"Word Document \(\.docx\)"),
        (OLD + "Workbook".encode("utf-16-le"), r"Excel Workbook \(\.xlsx\)"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", r"Word Document \(\.docx\), an Excel Workbook \(\.xlsx\) or a CSV file"),
        (b"Dear all\n\nHere is our plan for the year.", r"text without columns\. Bring in a Word Document"),
    ],
)
def test_what_is_no_plans_file_is_refused_with_what_to_bring(content, said):
    with pytest.raises(Unreadable, match=said):
        read_plan(content)
