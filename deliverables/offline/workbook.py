"""Writes a workbook of a quarter's updates, to be filled in away from the product. No query here.

Equal values give equal bytes. All is locked but the cells to be filled in, and none of them is a formula.
"""

import datetime
import re
from collections.abc import Sequence
from math import ceil

import openpyxl
from django.utils.formats import date_format
from django.utils.text import get_text_list
from openpyxl.cell import Cell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from deliverables.offline.columns import CUT, FILLED, SHEET, Column
from deliverables.offline.gather import Row, Sheet
from deliverables.writing_forms import EARLIEST, LATEST, LONGEST_STEP
from pcc_tracker.tables import fits_a_cell, saved, storable
from themes.ratings import RatingValue

HELP = "How to fill in"
_WIDTHS = {
    Column.THEME: 7, Column.NUMBER: 5, Column.DELIVERABLE: 24, Column.STANDS: 15, Column.LAST_RATING: 11,
    Column.LAST_TEXT: 42, Column.RATING: 12, Column.TEXT: 46, Column.DATE: 12, Column.STEP: 24, Column.BY: 12,
    Column.KEY: 10,
}  # fmt: skip
_COLUMNS = list(Column)
_TALLEST = 409  # points, Excel's limit of a row
_FONT, _SIZE, _SMALLER = "Calibri", 10, 9
_TO_FILL, _HEAD, _HEAD_TO_FILL = (PatternFill("solid", fgColor=one) for one in ("FFF9DB", "E4E7EB", "FFE58A"))
_EDGE = Border(*[Side("thin", color="B1B4B6")] * 4)
_DAY = "dd/mm/yyyy"
# Excel reads such a piece of a text as a character by its number.
_LIKE_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def as_workbook(sheet: Sheet) -> bytes:
    """The workbook, an XLSX file."""
    book = openpyxl.Workbook()
    ratings = _write_help(book.active, sheet)
    _write_updates(book.create_sheet(SHEET), sheet, ratings)
    return saved(book)


def _write_help(page: Worksheet, sheet: Sheet) -> str:
    """The first sheet, in plain words; where its ratings stand, for the list that cells choose from."""
    page.title = HELP
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 26, 84
    _put(page, 1, f"Updates for {sheet.quarter.label}", Font(_FONT, 18, bold=True))
    _put(page, 2, f"{sheet.plan}. {sheet.whose}.", Font(_FONT, 12))
    row = 4
    for head, lines in _help(sheet):
        _put(page, row, head, Font(_FONT, 13, bold=True))
        for line in lines:
            row += 1
            _put(page, row, line, Font(_FONT, 11))
        row += 2
    _put(page, row, "The ratings", Font(_FONT, 13, bold=True))
    for at, one in enumerate(sheet.scheme, start=row + 1):
        page.cell(at, 1, storable(one)).font = Font(_FONT, 11, bold=True)
        page.cell(at, 1).alignment = Alignment(vertical="top")
        meaning = f"{one.definition}. It needs a recovery step." if one.needs_recovery else one.definition
        _text(page.cell(at, 2), meaning).font = Font(_FONT, 11)
        page.cell(at, 2).alignment = Alignment(vertical="top", wrap_text=True)
        page.row_dimensions[at].height = _height([(meaning, 84, 11)])
    page.protection.sheet = True
    _print_on_a4(page, "portrait")
    return f"'{HELP}'!$A${row + 1}:$A${row + len(sheet.scheme)}"


def _help(sheet: Sheet) -> list[tuple[str, list[str]]]:
    when = [date_format(one) for one in sheet.due]
    by_when = "They are due on " + (when[0] if len(when) == 1 else f"different days, the first on {when[0]}")
    named = [one.name for one in sheet.scheme if one.needs_recovery]
    recovery = (
        [f"For {get_text_list(named, 'or')} write also what will be done (Recovery step) and by when it is back on "
         "course."]
        if named
        else []
    )  # fmt: skip
    send = f"Or send it to {sheet.office}{f', {sheet.email}' if sheet.email else ''}, who will bring it in."
    return [
        (
            "What to do",
            [
                f"Go to the sheet “{SHEET}” (its name is at the foot of the window). It has a row for each update.",
                "Write into the yellow cells. All others are locked: they show what the update is about, and the last "
                "one. A long text can be read whole by a click on its cell.",
                "Rating: choose it from the list that opens in the cell.",
                "Update: what was done and what came of it. Alt and Enter together begin a new line. Each line "
                "becomes a paragraph; lines that begin with “- ” become a list, with “1. ”, “2. ” a numbered one.",
                "Date of the update: a day, such as 28/03/2020. Leave it empty if none is to be printed.",
                *recovery,
                "What you leave empty or as it is changes nothing. Rows can be deleted, and the workbook can be sent "
                "back as often as you like.",
            ],
        ),
        ("By when", [f"{by_when}. The column “{Column.STANDS}” says it of each."]),
        (
            "How it comes back",
            [
                f"Save it as an Excel workbook (.xlsx). Sign in at {sheet.address} and bring it in: you see what "
                "would be saved first, and it is saved as drafts that you can look at and submit.",
                send,
                "A hidden column tells which row is about what. Please leave it as it is.",
            ],
        ),
    ]


def _put(page: Worksheet, row: int, text: str, font: Font) -> None:
    """A line over both columns of the first sheet."""
    page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2)
    cell = _text(page.cell(row, 1), text)
    cell.font, cell.alignment = font, Alignment(vertical="top", wrap_text=True)
    page.row_dimensions[row].height = _height([(text, 110, font.size)])


def _write_updates(page: Worksheet, sheet: Sheet, ratings: str) -> None:
    for at, column in enumerate(_COLUMNS, start=1):
        head = page.cell(1, at, column.value)
        head.font, head.border = Font(_FONT, _SIZE, bold=True), _EDGE
        head.fill = _HEAD_TO_FILL if column in FILLED else _HEAD
        head.alignment = Alignment(vertical="center", wrap_text=True)
        page.column_dimensions[get_column_letter(at)].width = _WIDTHS[column]
    page.row_dimensions[1].height = 30
    page.column_dimensions[_letter(Column.KEY)].hidden = True
    named = {one.code: one for one in sheet.scheme}
    for at, row in enumerate(sheet.rows, start=2):
        texts = _texts(row, named)
        for number, column in enumerate(_COLUMNS, start=1):
            _write_cell(page.cell(at, number), column, texts[column])
        measured = [(texts[one], _WIDTHS[one], _size(one)) for one in _COLUMNS[:-1]]
        page.row_dimensions[at].height = max(75, _height(measured))
    page.freeze_panes = page.cell(2, _COLUMNS.index(Column.STANDS) + 1)
    page.protection.sheet = True
    page.protection.formatRows = False  # so that a row can be made taller
    _print_on_a4(page, "landscape")
    page.print_title_rows = "1:1"
    page.print_area = f"A1:{_letter(Column.BY)}{len(sheet.rows) + 1}"
    if sheet.rows:
        _validate(page, len(sheet.rows) + 1, ratings)
        _mark_what_is_needed(page, len(sheet.rows) + 1, [one for one in sheet.scheme if one.needs_recovery])


def _texts(row: Row, named: dict[str, RatingValue]) -> dict[Column, object]:
    filled = row.filled
    return {
        Column.THEME: row.key.theme,
        Column.NUMBER: row.key.number,
        Column.DELIVERABLE: row.deliverable,
        Column.STANDS: row.stands,
        Column.LAST_RATING: row.last_rating,
        Column.LAST_TEXT: row.last_text,
        Column.RATING: str(named[filled.rating]) if filled.rating else "",
        Column.TEXT: filled.text,
        Column.DATE: _as_day(filled.date),
        Column.STEP: filled.step,
        Column.BY: _as_day(filled.by),
        Column.KEY: str(row.key),
    }


def _as_day(text: str) -> datetime.date | str:
    """A day as a spreadsheet counts days; what is a month alone stays a text."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return text


def _write_cell(cell: Cell, column: Column, value: object) -> None:
    is_cut = isinstance(value, str) and value.endswith(CUT)
    if isinstance(value, str):
        _text(cell, value)
    else:
        cell.value = value
    cell.font, cell.border = Font(_FONT, _size(column)), _EDGE
    cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
    if column in FILLED:
        # As text, a line that begins with a dash or an equals sign stays what was typed.
        cell.number_format = _DAY if column in (Column.DATE, Column.BY) else "@"
        if not is_cut:
            cell.fill, cell.protection = _TO_FILL, Protection(locked=False)


def _text(cell: Cell, text: str) -> Cell:
    if text:
        cell.value = fits_a_cell(_LIKE_AN_ESCAPE.sub("_x005F_", storable(text)), CUT)
        cell.data_type = "s"
    return cell


def _validate(page: Worksheet, last: int, ratings: str) -> None:
    """What Excel itself says while somebody types. What comes back is checked again all the same."""
    days = {"type": "date", "operator": "between", "formula1": _number(EARLIEST), "formula2": _number(LATEST)}
    for column, rule in {
        Column.RATING: DataValidation(
            type="list", formula1=ratings, errorTitle="Not a rating", error="Choose a rating from the list.",
            promptTitle="Rating", prompt="Choose it from the list.",
        ),
        Column.DATE: DataValidation(
            **days, errorStyle="warning", errorTitle="Not a day",
            error="Write a day, such as 28/03/2020. A month alone, such as March 2020, can stay.",
            promptTitle="Date of the update", prompt="A day, such as 28/03/2020. Empty: no date is printed.",
        ),
        Column.STEP: DataValidation(
            type="textLength", operator="lessThanOrEqual", formula1=str(LONGEST_STEP), errorTitle="Too long",
            error=f"At most {LONGEST_STEP:,} characters.",
        ),
        Column.BY: DataValidation(
            **days, errorTitle="Not a day", error="Write a day, such as 30/09/2020.",
            promptTitle="Back on course by", prompt="A day, such as 30/09/2020.",
        ),
    }.items():  # fmt: skip
        rule.allow_blank = rule.showErrorMessage = rule.showInputMessage = True
        rule.add(f"{_letter(column)}2:{_letter(column)}{last}")
        page.add_data_validation(rule)


def _mark_what_is_needed(page: Worksheet, last: int, needing: Sequence[RatingValue]) -> None:
    """The cells for the recovery are edged in red while the rating asks for what they lack."""
    if not needing:
        return
    rating = f"${_letter(Column.RATING)}2"
    names = (str(one).replace('"', '""') for one in needing)
    asks = ",".join(f'{rating}="{name}"' for name in names)
    edge = Border(*[Side("thin", color="B42318")] * 4)
    for column in (Column.STEP, Column.BY):
        cells = f"{_letter(column)}2:{_letter(column)}{last}"
        rule = FormulaRule([f"AND(OR({asks}),ISBLANK({_letter(column)}2))"], border=edge)
        page.conditional_formatting.add(cells, rule)


def _number(day: datetime.date) -> str:
    """A day as Excel counts it."""
    return str((day - datetime.date(1899, 12, 30)).days)


def _letter(column: Column) -> str:
    return get_column_letter(_COLUMNS.index(column) + 1)


def _size(column: Column) -> int:
    """Of a column's letters, in points."""
    return _SMALLER if column is Column.LAST_TEXT else _SIZE


def _height(texts: Sequence[tuple[object, float, float]]) -> float:
    """How many points a row needs for texts, each with its column's width and the size of its letters.

    A width counts digits of 11 points, and most letters are narrower; so what is wide by chance has room too.
    """
    return min(
        _TALLEST,
        max(
            6 + size * 1.3 * sum(max(1, ceil(len(line) * size / 11 / width)) for line in str(text).split("\n"))
            for text, width, size in texts
        ),
    )


def _print_on_a4(page: Worksheet, orientation: str) -> None:
    page.page_setup.paperSize, page.page_setup.orientation = page.PAPERSIZE_A4, orientation
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_margins.left = page.page_margins.right = 0.4
    page.oddFooter.center.text = "Page &P of &N"
    page.sheet_view.zoomScale = 100
