"""Reads an uploaded plan, of whatever format it is, into what was found in it. No database here.

A spreadsheet may have 20,000 rows, whose texts take long to read: they are read in slices.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from deliverables.importing.found import Found, FoundRow
from deliverables.importing.sheet_rows import SheetColumns, SheetRow, found_in_rows, sheet_columns, sheet_rows
from deliverables.importing.spreadsheets import read_spreadsheet
from deliverables.importing.word import read_word
from deliverables.importing.word_package import WORD, refuse_other_files
from deliverables.importing.word_rows import found_in_document

SLICE = 500
"""Rows that are read in one step, which takes less than a second."""

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
        return Read(found_in_document(read_word(content)))
    refuse_other_files(content)
    sheet = read_spreadsheet(content)
    columns = sheet_columns(sheet)
    rows, unread = sheet_rows(sheet, columns)
    found = replace(columns.found, unread=(*columns.found.unread, *unread))
    if len(rows) > SLICE:
        return Read(found, columns.facts, tuple(row.facts for row in rows))
    return Read(replace(found, rows=found_in_rows(rows, columns)))


def found_in_slice(columns: dict[str, Any], waiting: Sequence[dict[str, Any]]) -> tuple[FoundRow, ...]:
    """What the next rows say; a slice says what it would among all."""
    return found_in_rows(map(SheetRow.of, waiting), SheetColumns.of(columns))


def _is_word(content: bytes) -> bool:
    """Whether a file has the parts of a Word document, or has some of their names, or is of an older Word."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            return any(name.lower().startswith("word/") for name in file.namelist())
    except Exception:  # bytes that are no zip file make zipfile raise nearly anything
        return b"word/" in content if content.startswith(b"PK") else "WordDocument".encode("utf-16-le") in content
