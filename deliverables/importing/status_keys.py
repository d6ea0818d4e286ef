"""The status key of an uploaded plan: the table that says how many deliverables have which rating. No database here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from deliverables.importing.document import FileCell
from deliverables.importing.found import FoundShare
from deliverables.importing.heads import Head, head_of, number_of
from deliverables.importing.word_grid import Line

_SHARE = re.compile(
    r"(\d{1,4})\s*(?:/|of|out of)\s*(\d{1,4})(?:\s*[(,–-]?\s*(\d{1,3}(?:\.\d+)?\s*%)\s*\)?)?"
    r"|(\d{1,4})\s*[(,–-]\s*(\d{1,3}(?:\.\d+)?\s*%)\s*\)?",
    re.IGNORECASE,
)
_COUNT, _PERCENT = re.compile(r"\d{1,4}"), re.compile(r"\d{1,3}(?:\.\d+)?\s*%")
_COUNTS = re.compile(r"\b(?:count|number of|total|deliverables|actions|activities|how many)\b|^(?:no\.?|#|%)$", re.I)
_SUMS = ("total", "overall", "all", "totals", "grand total")
_OF_DELIVERABLES = {Head.NUMBER, Head.ORGANISATION, Head.WORDING, Head.RATING, Head.UPDATE, Head.DUE}
"""Heads of which a status key may have two, such as Rating and Deliverables, and a list of deliverables more."""
_LONGEST_LABEL = 60


@dataclass(frozen=True)
class _Counted:
    count: int
    total: int | None = None
    percent: str = ""


def shares_of(lines: Sequence[Line], number: int, theme: int | None) -> list[FoundShare]:
    """The lines of a table that is a status key, of either direction; none of any other table."""
    if len(lines) < 2 or len({head_of(one.text) for one in lines[0].own} & _OF_DELIVERABLES) > 2:
        return []
    if len(lines) == 2 and len(lines[1].own) > 1 and all(_counted(one, []) for one in lines[1].own):
        labels = {one.column: one for one in lines[0].cells}
        pairs = [(labels.get(one.column), one, lines[1]) for one in lines[1].own]
    else:
        head = lines[0] if not any(_SHARE.fullmatch(one.text) for one in lines[0].own) else None
        counts = {one.column for one in head.own if _COUNTS.search(one.text)} if head else set[int]()
        pairs = []
        for line in lines[1:] if head else lines:
            found = [one for one in line.own if _counted(one, line.own) and _is_count(one, counts)]
            if not found or line.cells[0] in found:
                return []
            pairs.append((line.cells[0], found[-1] if not counts else found[0], line))
    shares = []
    for label, cell, line in pairs:
        counted = _counted(cell, line.own)
        if label is None or counted is None or len(label.text) > _LONGEST_LABEL or number_of(label.text):
            return []
        if not (label.text or label.fill):
            return []
        if label.text.casefold() in _SUMS:
            continue
        text = " ".join(label.text.split())
        place = f"table {number}, row {line.row.number}"
        shares.append(FoundShare(place, theme, text, label.fill, counted.count, counted.total, counted.percent))
    return shares


def _is_count(cell: FileCell, counts: set[int]) -> bool:
    return bool(_SHARE.fullmatch(cell.text)) or cell.column in counts


def _counted(cell: FileCell, line: Sequence[FileCell]) -> _Counted | None:
    """What a cell counts; a count by itself may have its percentage in another cell of the line."""
    if found := _SHARE.fullmatch(cell.text):
        total = int(found[2]) if found[2] else None
        return _Counted(int(found[1] or found[4]), total, "".join((found[3] or found[5] or "").split()))
    if not _COUNT.fullmatch(cell.text):
        return None
    percent = next((one.text for one in line if _PERCENT.fullmatch(one.text)), "")
    return _Counted(int(cell.text), None, "".join(percent.split()))
