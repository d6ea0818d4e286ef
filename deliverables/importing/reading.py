"""Reads an uploaded plan, of whatever format it is, into what was found in it. No database here.

A spreadsheet may have 20,000 rows, whose texts take long to read: they are read in slices.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, NamedTuple

from deliverables.importing.cells import TOO_WIDE, Spreadsheet
from deliverables.importing.found import Found, FoundRow
from deliverables.importing.heads import Head, head_of
from deliverables.importing.sheet_rows import (
    SheetColumns,
    SheetRow,
    found_in_rows,
    has_heads,
    sheet_columns,
    sheet_rows,
)
from deliverables.importing.spreadsheets import all_sheets
from deliverables.importing.word import read_word
from deliverables.importing.word_package import WORD, refuse_other_files
from deliverables.importing.word_rows import found_in_document
from deliverables.importing.zipped import Unreadable

SLICE = 500
"""Rows that are read in one step, which takes less than a second."""

MOST_DELIVERABLES = 10_000
"""Rows of a plan's file in all, since each preview is made of all of them."""

_MAY_HOLD_ZEROS = (b"PK", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"\xfe\xff")
_SAVE_AS = "Bring in a Word Document (.docx), an Excel Workbook (.xlsx) or a CSV file, with heads over its columns."

MOST_MEGABYTES = WORD.megabytes
why_too_large = WORD.why_too_large


class Read(NamedTuple):
    """What was found in a file so far."""

    found: Found
    columns: dict[str, Any] | None = None
    waiting: tuple[dict[str, Any], ...] = ()
    """Further rows under these columns, as JSON can keep them, that `found_in_slice` reads."""


def read_plan(content: bytes) -> Read:
    """Read a Word file, a workbook or CSV; what it is is seen by its bytes. Raises Unreadable."""
    if _is_word(content):
        found = found_in_document(read_word(content))
        _refuse_too_many(len(found.rows))
        return Read(found)
    refuse_other_files(content)
    if b"\0" in content[:1000] and not content.startswith(_MAY_HOLD_ZEROS):
        raise Unreadable(f"It is neither a Word document, nor an Excel workbook, nor text (CSV). {_SAVE_AS}")
    sheets, notes = _wanted(all_sheets(content, lambda text: head_of(text) is Head.RATING))
    columns, rows, unread = list[SheetColumns](), list[SheetRow](), list[tuple[str, str]]()
    for at, sheet in enumerate(sheets):
        columns.append(replace(sheet_columns(sheet), sheet=sheet.sheet if len(sheets) > 1 else ""))
        of_sheet, not_read = sheet_rows(sheet, columns[at])
        rows += [replace(one, at=number, sheet=at) for number, one in enumerate(of_sheet, start=len(rows) + 1)]
        unread += [*columns[at].found.unread, *not_read]
    _refuse_too_many(len(rows))
    found = replace(_together([one.found for one in columns], notes), unread=tuple(unread))
    if len(rows) > SLICE:
        return Read(found, {"sheets": [one.facts for one in columns]}, tuple(row.facts for row in rows))
    return Read(replace(found, rows=_found_in(rows, columns)))


def found_in_slice(columns: dict[str, Any], waiting: Sequence[dict[str, Any]]) -> tuple[FoundRow, ...]:
    """What the next rows say; a slice says what it would among all."""
    return _found_in(map(SheetRow.of, waiting), [SheetColumns.of(one) for one in columns["sheets"]])


def _found_in(rows: Iterable[SheetRow], columns: Sequence[SheetColumns]) -> tuple[FoundRow, ...]:
    by_sheet = groupby(rows, key=lambda row: row.sheet)
    return tuple(found for sheet, of_sheet in by_sheet for found in found_in_rows(of_sheet, columns[sheet]))


def _wanted(sheets: Sequence[Spreadsheet]) -> tuple[Sequence[Spreadsheet], list[str]]:
    """The sheets with heads of deliverables, or else the first, and a note on the others; raises Unreadable."""
    wanted = [one for one in sheets if has_heads(one)]
    if not wanted and not sheets[0].is_lettered and all(len(row.texts) < 2 for row in sheets[0].rows):
        raise Unreadable(f"It is text without columns. {_SAVE_AS}")
    wanted = wanted or [sheets[0]]
    for one in wanted:
        if one.is_too_wide:
            raise Unreadable(f"Of the sheet “{one.sheet[:60]}”: {TOO_WIDE}")
    read = [one.sheet for one in wanted]
    others = [name for name in (read[0], *wanted[0].other_sheets) if name not in read]
    if not others:
        return wanted, []
    sheet_is = "sheet {} is" if len(read) == 1 else "sheets {} are"
    return wanted, [f"The {sheet_is.format(_quoted(read))} read; what is in {_quoted(others)} is passed over."]


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"“{name[:60]}”" for name in names[:10]) + (" and others" if len(names) > 10 else "")


def _together(found: Sequence[Found], notes: Sequence[str]) -> Found:
    """What sheets say of all their rows: a theme only if they are on the same one."""
    is_one = len({one.theme for one in found}) == 1
    return replace(
        found[0],
        plan=next((one.plan for one in found if one.plan), ""),
        theme=found[0].theme if is_one else None,
        theme_title=found[0].theme_title if is_one else "",
        quarter=next((one.quarter for one in found if one.quarter), None),
        as_at=next((one.as_at for one in found if one.as_at), None),
        notes=tuple(dict.fromkeys([*notes, *(note for one in found for note in one.notes)])),
    )


def _refuse_too_many(count: int) -> None:
    if count > MOST_DELIVERABLES:
        raise Unreadable(
            f"It has {count:,} rows of deliverables; the most is {MOST_DELIVERABLES:,}. Split it into several files."
        )


def _is_word(content: bytes) -> bool:
    """Whether a file has the parts of a Word document, or has some of their names, or is of an older Word."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            return any(name.lower().startswith("word/") for name in file.namelist())
    except Exception:  # bytes that are no zip file make zipfile raise nearly anything
        return b"word/" in content if content.startswith(b"PK") else "WordDocument".encode("utf-16-le") in content
