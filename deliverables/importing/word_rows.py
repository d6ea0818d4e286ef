"""What a Word file says of a plan: its deliverables with their updates, status key and headings. No database here."""

import re
from collections.abc import Iterable
from typing import TypeVar

from deliverables.blocks import Block, Heading, ListBlock, Narrative, Paragraph
from deliverables.importing.document import FileCell, FileDocument, FileTable
from deliverables.importing.found import Found, FoundShare, FoundWithdrawn
from deliverables.importing.guessing import as_at_of, plan_of, quarter_ended, quarter_of, theme_of, year_of
from deliverables.importing.word_columns import has_heads
from deliverables.importing.word_grid import lines_of, one_line
from deliverables.importing.word_tables import TableReader
from deliverables.importing.written import numbered, quarter_in, row_of
from themes.quarters import Quarter

_APPENDIX = re.compile(r"appendix [a-z0-9]\b.*", re.IGNORECASE)
_TOGETHER = re.compile(r"all (?:of )?(?:these |the )?themes(?: together)?", re.IGNORECASE)
_WITHDRAWN = re.compile(
    r"\s*(\d{1,5})[.)]\s+(.+)\s\((.+?)\)\.\s+Withdrawn from\s+(.+?):\s*(.*)", re.DOTALL | re.IGNORECASE
)
_LONGEST_HEADING, _LONGEST_WITHDRAWN = 300, 4000
_LONGEST_WITH_QUARTER = 150
"""A longer text that names a quarter may well speak of another than its own."""
_LONG = 200
"""Characters of a paragraph outside the tables from which on it is said that it is passed over."""


def found_in_document(document: FileDocument) -> Found:
    """All that a Word file says of deliverables; nothing that could be one is left out without a word.

    Where it has a covering report before "Appendix A", that is passed over.
    """
    body, notes = _appendix(document)
    texts = [text for one in body if not isinstance(one, FileTable) for text in _texts(one)]
    first_rows = [one_line(cell.blocks) for one in body if isinstance(one, FileTable) for cell in _title_cells(one)]
    said = [text for text in (*texts, *first_rows) if len(text) <= _LONGEST_HEADING]
    before = [text for one in document.body if not isinstance(one, FileTable) for text in _texts(one)]
    before = [text for text in before if len(text) <= _LONGEST_HEADING]
    as_at = _first(map(as_at_of, said))
    quarter = _quarter(said) or _quarter(before) or quarter_ended(as_at)
    year = quarter.year if quarter else _first(map(year_of, said))
    reader = TableReader(quarter.number if quarter else None)
    shares: list[FoundShare] = []
    withdrawn: list[FoundWithdrawn] = []
    passed_over: list[str] = []
    for one in body:
        if isinstance(one, FileTable):
            shares += reader.read(one)
            continue
        for text in _texts(one):
            if _TOGETHER.fullmatch(text.strip()):
                reader.begin_theme(None, "")
            elif theme := theme_of(text):
                reader.begin_theme(*theme)
            elif gone := _withdrawn(text, reader.theme, f"line {len(withdrawn) + 1} of those withdrawn"):
                withdrawn.append(gone)
            elif reader.rows and len(text) >= _LONG:
                passed_over.append(text)
    if passed_over:
        are = "is" if len(passed_over) == 1 else "are"
        count = f"{len(passed_over)} long paragraph{'' if len(passed_over) == 1 else 's'}"
        notes.append(f"{count} between the tables or after them {are} passed over: “{passed_over[0][:80]}…”")
    numbered(reader.rows)
    rows = tuple(row_of(one, at, year) for at, one in enumerate(reader.rows, start=1))
    themes = {one.theme: one.theme_title for one in rows if one.theme is not None} or dict(
        filter(None, map(theme_of, said))
    )
    ((number, title),) = themes.items() if len(themes) == 1 else ((None, ""),)
    return Found(
        rows=rows,
        plan=_first(map(plan_of, said)) or _first(map(plan_of, before)) or "",
        theme=number,
        theme_title=title,
        quarter=quarter,
        as_at=as_at,
        status_key=tuple(shares),
        withdrawn=tuple(withdrawn),
        unread=tuple(reader.unread),
        notes=(*notes, *reader.notes, *document.passed_over),
    )


def _appendix(document: FileDocument) -> tuple[tuple[Block | FileTable, ...], list[str]]:
    """What stands from the first heading "Appendix A" on that has tables below it; else everything."""
    starts = [
        at
        for at, one in enumerate(document.body)
        if isinstance(one, Heading)
        and _APPENDIX.fullmatch(one_line((one,)))
        and any(isinstance(other, FileTable) for other in document.body[at:])
    ]
    if not starts or not starts[0]:
        return document.body, []
    return document.body[starts[0] :], ["What stands before “Appendix A” is passed over."]


def _quarter(texts: Iterable[str]) -> Quarter | None:
    """The first that is named with its year, or else one of the first year that is named."""
    short = [text for text in texts if len(text) <= _LONGEST_WITH_QUARTER]
    if named := _first(map(quarter_of, short)):
        return named
    year = _first(map(year_of, short))
    return _first(quarter_of(text, year) for text in short) if year else None


def _texts(block: Block) -> list[str]:
    """The text of a paragraph, or of each item of a list."""
    if isinstance(block, ListBlock):
        return [Narrative(item).text for item in block.items]
    return ["".join(run.text for run in block.runs)] if isinstance(block, Paragraph | Heading) else []


def _title_cells(table: FileTable) -> list[FileCell]:
    """The cells of the first rows that are titles over a table, one alone in its row, or heads."""
    first = [line for line in lines_of(table)[:3] if len(line.own) == 1 or has_heads(line)]
    return [one for line in first for one in line.own if len(one.text) <= _LONGEST_HEADING]


def _withdrawn(text: str, theme: int | None, place: str) -> FoundWithdrawn | None:
    """The deliverable of a line such as "2. Patrols (Force). Withdrawn from Quarter 3, 2019-20: merged with 1"."""
    found = _WITHDRAWN.fullmatch(text) if len(text) <= _LONGEST_WITHDRAWN else None
    quarter = quarter_in(found[4], None) if found else None
    if not found or not quarter:
        return None
    return FoundWithdrawn(place, theme, int(found[1]), found[3], found[2], quarter, found[5].strip())


_T = TypeVar("_T")


def _first(found: Iterable[_T | None]) -> _T | None:
    return next((one for one in found if one), None)
