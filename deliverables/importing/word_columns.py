"""Which column of a Word table says what, by its heads or by those of the table before it. No database here."""

from collections.abc import Sequence
from dataclasses import dataclass

from deliverables.importing.document import FileCell
from deliverables.importing.heads import Head, first_of_each, head_of, number_of
from deliverables.importing.word_grid import Line

_FURTHEST_HEADS = 8
"""Among how many of the first rows heads are looked for; titles may stand above them."""


@dataclass(frozen=True)
class Columns:
    heads: dict[int, Head]
    """By the column of the grid where each begins."""
    texts: dict[int, str]
    count: int
    """Of the grid."""
    again: tuple[str, ...] = ()
    """Heads of columns that say what another says already."""

    @property
    def has_update(self) -> bool:
        return Head.UPDATE in self.heads.values()

    @property
    def has_number(self) -> bool:
        return Head.NUMBER in self.heads.values()

    def head(self, cell: FileCell) -> Head | None:
        """What a cell says: by the column where it begins, or the last head before it that spans it."""
        return self.heads.get(cell.column)


def has_heads(line: Line) -> bool:
    """Whether heads of columns begin in a row, two at least."""
    return sum(head_of(one.text) is not None for one in line.own) > 1


def repeats_heads(line: Line, columns: Columns) -> bool:
    """Whether a row has the heads of its columns again."""
    known = [(columns.head(one), head_of(one.text)) for one in line.own if columns.head(one)]
    return len(known) > 1 and all(head is said for head, said in known)


def columns_of(lines: Sequence[Line], count: int, quarter: int | None) -> tuple[Columns, int, int] | None:
    """The columns of a table, and where its heads begin and end; None of a table without heads of deliverables."""
    for at, line in enumerate(lines[:_FURTHEST_HEADS]):
        known = [(one, head) for one in line.own if (head := head_of(one.text))]
        heads = {head for _, head in known}
        # A row of deliverables that is short may read as heads here and there.
        if len(known) < 2 or 2 * len(known) < len(line.own) or not _is_of_deliverables(heads):
            continue
        cells, end = list(line.own), at + 1
        while end < len(lines) and _goes_on(lines[end], line):
            cells += lines[end].own
            end += 1
        return _columns(cells, lines[end:], count, quarter), at, end
    return None


def _is_of_deliverables(heads: set[Head]) -> bool:
    others = {Head.NUMBER, Head.ORGANISATION, Head.RATING, Head.UPDATE, Head.DUE, Head.RECOVERY_STEP}
    return Head.WORDING in heads and bool(heads & others) or {Head.NUMBER, Head.RATING} <= heads


def _goes_on(line: Line, first: Line) -> bool:
    """Whether a row below the heads is a second row of them, as where one head is over two others."""
    heads = [head_of(one.text) for one in line.own]
    reaches = any(one.rows > 1 for one in first.row.cells)
    return bool(heads) and all(heads) and (len(heads) > 1 or reaches) and (reaches or line.row.repeats)


def _columns(cells: Sequence[FileCell], below: Sequence[Line], count: int, quarter: int | None) -> Columns:
    said = {one.column: one for one in cells if head_of(one.text)}  # a lower head says more than the one over it
    known = sorted((at, head, one.text) for at, one in said.items() if (head := head_of(one.text)))
    heads, again = first_of_each(known, quarter)
    texts = {one.column: " ".join(one.text.split()) for one in cells}
    bare = sorted({one.column for line in below for one in line.row.cells if one.columns == 1} - set(texts))
    for at in bare:
        inside = [one for line in below for one in line.row.cells if one.column == at and one.columns == 1]
        filled = [one for one in inside if one.text or one.fill]
        if Head.NUMBER not in heads.values() and _mostly(filled, _is_number):
            heads[at] = Head.NUMBER
        elif Head.RATING not in heads.values() and _mostly(filled, _is_rating):
            heads[at] = Head.RATING
    return Columns(heads, texts, count, tuple(again))


def same_columns(lines: Sequence[Line], count: int, before: Columns) -> Columns | None:
    """The columns of the table before, where a table without heads goes on with them; None where it does not.

    A program that splits a table may give the second one another grid with as many cells in a row.
    """
    fullest = max(lines, key=lambda one: len(one.row.cells), default=None)
    if fullest is None:
        return None
    at = sorted(before.heads)
    if count == before.count and all(one.column in before.heads or one.columns == 1 for one in fullest.row.cells):
        columns = before
    elif len(fullest.row.cells) == len(before.texts):
        places = dict(zip(sorted(before.texts), (one.column for one in fullest.row.cells), strict=True))
        columns = Columns(
            {places[one]: before.heads[one] for one in at if one in places},
            {places[one]: text for one, text in before.texts.items()},
            count,
        )
    elif len(lines[0].row.cells) == 1 and len(lines) == 1:
        return before  # what goes on below the last deliverable, over the full width
    else:
        return None
    numbers = [one for line in lines for one in line.row.cells if columns.heads.get(one.column) is Head.NUMBER]
    if not any(map(_is_number, numbers)) and Head.NUMBER in columns.heads.values() and len(lines) > 2:
        return None
    return columns


def _mostly(cells: Sequence[FileCell], test: object) -> bool:
    assert callable(test)
    return len(cells) > 0 and 2 * sum(map(test, cells)) > len(cells)


def _is_number(cell: FileCell) -> bool:
    return bool(number_of(cell.text))


def _is_rating(cell: FileCell) -> bool:
    return bool(cell.fill) and len(cell.text) <= 20
