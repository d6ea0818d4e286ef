"""Reads a spreadsheet, CSV or XLSX, that anybody may have made, into rows of texts. No database here.

What a file is is seen by its bytes, not by its name. At most a few seconds and 300 MB are used, whatever they are.
"""

import csv
import io
from collections.abc import Callable, Iterator

from deliverables.importing.cells import (
    FORMULA,
    MOST_COLUMNS,
    MOST_FAULTS,
    MOST_ROWS,
    TOO_MANY_FAULTS,
    TOO_MANY_ROWS,
    TOO_WIDE,
    Row,
    Spreadsheet,
)
from deliverables.importing.workbook import EXCEL, read_sheets, read_workbook
from deliverables.importing.zipped import Unreadable
from pcc_tracker.tables import storable

MOST_MEGABYTES = EXCEL.megabytes
why_too_large = EXCEL.why_too_large

_ZIPPED, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_SEPARATORS = (",", ";", "\t")
_NO_TEXT = "It is neither an Excel workbook nor a text (CSV). Save it as “Excel Workbook (.xlsx)” or “CSV UTF-8”."
_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read_spreadsheet(content: bytes, sheet_name: str = "") -> Spreadsheet:
    """The rows of a CSV file, or of the sheet of that name, or else the first, of an XLSX file; raises Unreadable.

    Each text is without blanks around it and without characters that cannot be stored.
    """
    if too_large := why_too_large(len(content)):
        raise Unreadable(too_large)
    sheet = read_workbook(content, sheet_name) if content.startswith((_ZIPPED, _OLD)) else _read_csv(_decoded(content))
    if not sheet.rows:
        raise Unreadable("There is nothing in it. Put the names of the columns into its first row.")
    return sheet


def all_sheets(content: bytes, is_coloured: Callable[[str], bool]) -> tuple[Spreadsheet, ...]:
    """What `read_spreadsheet` gives of a CSV file, or of each sheet of an XLSX file that is not hidden nor empty.

    Limits hold for all of them together; one that is too wide is cut and says so.
    Colours are read below the texts of the first rows of which `is_coloured` says so.
    """
    if not content.startswith((_ZIPPED, _OLD)) or why_too_large(len(content)):
        return (read_spreadsheet(content),)
    sheets = read_sheets(content, is_coloured)
    return tuple(one for one in sheets if one.rows) or (read_spreadsheet(content),)


def _decoded(content: bytes) -> str:
    """The text, in Unicode, or in Windows-1252 as Excel writes CSV files in western Europe."""
    marked = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "")
    for encoding in [marked] if marked else ["utf-8", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise Unreadable(_NO_TEXT)


def _read_csv(text: str) -> Spreadsheet:
    rows, faults = [], {}
    try:
        for number, cells in enumerate(_records(text, _separator(text)), start=1):
            while cells and not _plain(cells[-1]):
                cells.pop()
            if not cells:
                continue
            if len(rows) > MOST_ROWS:
                raise Unreadable(TOO_MANY_ROWS)
            if len(cells) > MOST_COLUMNS:
                raise Unreadable(TOO_WIDE)
            for at, cell in enumerate(cells):
                if cell.lstrip().startswith("="):
                    faults[number, at] = FORMULA
            if len(faults) > MOST_FAULTS:
                raise Unreadable(TOO_MANY_FAULTS)
            rows.append(Row(number, tuple(map(_plain, cells))))
    except csv.Error as error:
        raise Unreadable(
            f"It cannot be read beyond about row {len(rows) + 1}: a quotation mark is opened there and not "
            "closed, or a cell is far too long. Save it anew as “CSV UTF-8”."
        ) from error
    return Spreadsheet(tuple(rows), faults, is_lettered=False)


def _separator(text: str) -> str:
    """What parts the cells of the first line: the one that makes the most of it."""
    return max(_SEPARATORS, key=lambda one: len(next(_records(text.lstrip(), one), ())))


def _records(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _plain(cell: str) -> str:
    """A text without the sign that our own files put before what a spreadsheet program would take for a formula."""
    if not cell:  # most of the millions that a file may have
        return cell
    cell = cell.strip(" ")
    return storable(cell[1:] if cell[:1] == "'" and cell[1:].startswith(_LIKE_A_FORMULA) else cell).strip()
