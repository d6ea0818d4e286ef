"""What a spreadsheet says of a plan: a row a deliverable in a quarter. No database here.

A file may have 20,000 rows, so it is read in two steps: `sheet_columns` finds out what its columns are, `sheet_rows`
which rows belong together and which number each has; then `found_in_rows` reads any slice of these, in any request,
since JSON can keep both.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from openpyxl.utils import get_column_letter

from deliverables.blocks import Blocks
from deliverables.importing.cell_texts import blocks_of
from deliverables.importing.cells import Row, Spreadsheet
from deliverables.importing.found import Doubt, Field, Found, FoundRow
from deliverables.importing.guessing import (
    as_at_of,
    plan_of,
    quarter_ended,
    quarter_of,
    theme_of,
    theme_of_sheet,
    year_of,
)
from deliverables.importing.heads import TEMPLATE, Head, first_of_each, head_of, number_of
from deliverables.importing.written import Written, numbered, row_of
from deliverables.narrative import NarrativeTooLong, clean, parse
from pcc_tracker.tables import CUT
from themes.quarters import FinancialYear

_FURTHEST_HEADS = 20
_TEXTS = (Head.UPDATE, Head.UPDATE_HTML, Head.DATE, Head.EARLIER)


@dataclass(frozen=True)
class SheetColumns:
    """Which column says what. Without any, `found` says why nothing can be read."""

    heads: dict[int, Head]
    """By the column, from 0."""
    first_row: int
    """The number of the first row below the heads."""
    is_lettered: bool
    texts: dict[int, str]
    found: Found
    """What the titles over the heads say, with notes, and without rows."""
    sheet: str = ""
    """Its name, where several are read."""

    def row_place(self, row: int) -> str:
        """Where a row is, in words: "row 7", "Sheet Theme 2, row 7"."""
        return f"Sheet {self.sheet}, row {row}" if self.sheet else f"row {row}"

    def place(self, row: int, column: int) -> str:
        """Where a cell is, in words: "B7", or "row 7, column Level"."""
        if self.is_lettered:
            sheet = f"Sheet {self.sheet}, " if self.sheet else ""
            return f"{sheet}{get_column_letter(column + 1)}{row}"
        return f"row {row}, column {self.texts.get(column) or column + 1}"

    def places(self, row: int) -> dict[Head, str]:
        """Where each cell of a row is that says something of use."""
        return {head: self.place(row, column) for column, head in self.heads.items() if head is not Head.OTHER}

    @property
    def year(self) -> FinancialYear | None:
        """In which a quarter without a year is."""
        return self.found.quarter.year if self.found.quarter else None

    @property
    def facts(self) -> dict[str, Any]:
        """As JSON can keep it."""
        heads = {str(column): head.value for column, head in self.heads.items()}
        texts = {str(column): text for column, text in self.texts.items()}
        return {
            "heads": heads,
            "first_row": self.first_row,
            "is_lettered": self.is_lettered,
            "texts": texts,
            "found": self.found.facts,
            "sheet": self.sheet,
        }

    @classmethod
    def of(cls, facts: dict[str, Any]) -> Self:
        """What `facts` kept."""
        return cls(
            **facts
            | {
                "heads": {int(column): Head(head) for column, head in facts["heads"].items()},
                "texts": {int(column): text for column, text in facts["texts"].items()},
                "found": Found.of(facts["found"], ()),
            }
        )


@dataclass(frozen=True)
class SheetRow:
    """What one deliverable's cells hold. All that depends on other rows is said here already."""

    at: int
    """Its place among the deliverables, from 1."""
    row: int
    """As a spreadsheet program counts it, from 1."""
    texts: dict[str, str]
    """By the values of Head."""
    parts: tuple[dict[str, str], ...]
    """The cells of its updates, row by row."""
    number: int | None
    theme: int | None
    theme_title: str
    doubts: tuple[Doubt, ...] = ()
    fill: str = ""
    """The colour of its rating's cell."""
    sheet: int = 0
    """Which of the sheets that are read it is of, from 0."""

    @property
    def facts(self) -> dict[str, Any]:
        """As JSON can keep it."""
        return asdict(self) | {"doubts": [asdict(one) for one in self.doubts], "parts": list(self.parts)}

    @classmethod
    def of(cls, facts: dict[str, Any]) -> Self:
        """What `facts` kept."""
        doubts = tuple(Doubt(**one | {"field": Field(one["field"])}) for one in facts["doubts"])
        return cls(**facts | {"doubts": doubts, "parts": tuple(facts["parts"])})


def sheet_columns(sheet: Spreadsheet) -> SheetColumns:
    """What the columns say; titles may stand above the heads, which are looked for in the first 20 rows."""
    rows = sheet.rows[:_FURTHEST_HEADS]
    at = next((at for at, row in enumerate(rows) if _is_head_row(row)), None)
    titles = [text for row in rows[:at] for text in row.texts if text] + [sheet.sheet]
    as_at = next(filter(None, map(as_at_of, titles)), None)
    quarter = next(filter(None, map(quarter_of, titles)), None)
    year = next(filter(None, map(year_of, titles)), None)
    if not quarter and year:
        quarter = next(filter(None, (quarter_of(text, year) for text in titles)), None)
    quarter = quarter or quarter_ended(as_at)
    notes: list[str] = []
    if at is None:
        said = (
            "No row is found that has the heads of its columns. Write a row of heads over the deliverables, such as "
            f"{', '.join(TEMPLATE[:-1])} and {TEMPLATE[-1]}; Deliverable and one more are enough."
        )
        place = f"row {sheet.rows[0].number}" if sheet.rows else "row 1"
        return SheetColumns({}, 0, sheet.is_lettered, {}, Found((), unread=((place, said),), notes=tuple(notes)))
    texts = {column: " ".join(text.split()) for column, text in enumerate(rows[at].texts) if text}
    known = [(column, head, text) for column, text in texts.items() if (head := head_of(text))]
    heads, again = first_of_each(known, quarter.number if quarter else None)
    others = [text for column, text in texts.items() if column not in heads and text not in again]
    notes += [f"Another column says already what “{text[:60]}” says, so this one is passed over." for text in again]
    notes += [f"The column “{text[:60]}” is not one of an import, so it is passed over." for text in others]
    below = sheet.rows[at + 1 :]
    if any(text and column not in texts for row in below for column, text in enumerate(row.texts)):
        notes.append("What stands in columns without a head is passed over.")
    theme = next(filter(None, map(theme_of, titles)), None) or theme_of_sheet(sheet.sheet)
    found = Found(
        rows=(),
        plan=next(filter(None, map(plan_of, titles)), ""),
        theme=theme[0] if theme else None,
        theme_title=theme[1] if theme else "",
        quarter=quarter,
        as_at=as_at,
        notes=tuple(notes),
    )
    return SheetColumns(heads, below[0].number if below else 0, sheet.is_lettered, texts, found)


def has_heads(sheet: Spreadsheet) -> bool:
    """Whether a sheet has heads of deliverables among its first rows."""
    return any(map(_is_head_row, sheet.rows[:_FURTHEST_HEADS]))


def _is_head_row(row: Row) -> bool:
    texts = [text for text in row.texts if text]
    heads = [head for text in texts if (head := head_of(text))]
    return len(set(heads)) > 1 and Head.WORDING in heads and 2 * len(heads) >= len(texts)


def sheet_rows(sheet: Spreadsheet, columns: SheetColumns) -> tuple[tuple[SheetRow, ...], tuple[tuple[str, str], ...]]:
    """The deliverables' cells, and place and sentence of each row that belongs to none.

    A row without number and wording goes on with the updates of the one before. A row with a theme alone sets that of
    those below it.
    """
    gatherer = _Gatherer(sheet, columns)
    for row in sheet.rows if columns.heads else ():
        if row.number >= columns.first_row:
            gatherer.read(row)
    for rows in gatherer.by_quarter():
        numbered(rows)
    kept = tuple(
        SheetRow(
            at,
            row,
            {head.value: text for head, text in one.texts.items()},
            tuple(gatherer.parts[id(one)]),
            one.number,
            one.theme,
            one.theme_title,
            tuple(one.doubts),
            one.fill,
        )
        for at, (row, one) in enumerate(zip(gatherer.numbers, gatherer.rows, strict=True), start=1)
    )
    return kept, tuple(gatherer.unread)


class _Gatherer:
    def __init__(self, sheet: Spreadsheet, columns: SheetColumns) -> None:
        self.rows: list[Written] = []
        self.numbers: list[int] = []
        """Of the rows where they begin."""
        self.unread: list[tuple[str, str]] = []
        self.parts: dict[int, list[dict[str, str]]] = {}
        self._columns = columns
        self._fills = sheet.fills
        self._ratings = [at for at, head in columns.heads.items() if head is Head.RATING]
        self._theme, self._title = columns.found.theme, columns.found.theme_title
        self._faults: dict[int, list[tuple[int, str]]] = {}
        for (row, column), said in sheet.faults.items():
            self._faults.setdefault(row, []).append((column, said))

    def read(self, row: Row) -> None:
        texts = {head: row.text(column) for column, head in self._columns.heads.items() if row.text(column)}
        faults = [(column, said) for column, said in self._faults.get(row.number, ()) if column in self._columns.heads]
        if not texts and not faults:
            return
        if len(texts) > 1 and all(head_of(text) is head for head, text in texts.items()):
            return  # the heads again
        if len(texts) == 1 and (theme := theme_of(next(iter(texts.values())))):
            self._theme, self._title = theme
            return
        if texts.get(Head.WORDING) or number_of(texts.get(Head.NUMBER, "")) or faults:
            self._begin(row, texts, faults)
        elif self.rows and set(texts) <= {*_TEXTS, Head.OTHER, Head.THEME, Head.THEME_TITLE, Head.QUARTER}:
            self.parts[id(self.rows[-1])].append(_part(texts))
        else:
            said = f"“{' | '.join(texts.values())[:80]}” has no number and no wording, so it is not taken."
            self.unread.append((self._columns.row_place(row.number), said))

    def _begin(self, row: Row, texts: dict[Head, str], faults: Sequence[tuple[int, str]]) -> None:
        one = Written(self._columns.row_place(row.number), theme=self._theme, theme_title=self._title)
        one.texts = {head: text for head, text in texts.items() if head not in (*_TEXTS, Head.OTHER)}
        one.places = self._columns.places(row.number)
        for column, said in faults:
            head = self._columns.heads[column]
            if head is not Head.OTHER:
                one.doubt(head, said)
        fills = (self._fills.get((row.number, at), "") for at in self._ratings)
        one.fill = next(filter(None, fills), "")
        one.say_theme()
        self.rows.append(one)
        self.numbers.append(row.number)
        self.parts[id(one)] = [_part(texts)]

    def by_quarter(self) -> Iterable[list[Written]]:
        """The rows of each quarter: a number may stand once in each."""
        quarters: dict[str, list[Written]] = {}
        for one in self.rows:
            text = one.text(Head.QUARTER)
            quarters.setdefault(str(quarter_of(text, self._columns.year) or text.casefold()), []).append(one)
        return quarters.values()


def _part(texts: dict[Head, str]) -> dict[str, str]:
    return {head.value: texts[head] for head in _TEXTS if head in texts}


def found_in_rows(rows: Iterable[SheetRow], columns: SheetColumns) -> tuple[FoundRow, ...]:
    """What rows say; any slice of them gives what it gives among all."""
    return tuple(_found(row, columns) for row in rows)


def _found(row: SheetRow, columns: SheetColumns) -> FoundRow:
    one = Written(
        columns.row_place(row.row),
        texts={Head(head): text for head, text in row.texts.items()},
        number=row.number,
        theme=row.theme,
        theme_title=row.theme_title,
        fill=row.fill,
        doubts=list(row.doubts),
        places=columns.places(row.row),
    )
    for part in row.parts:
        one.parts.append((part.get(Head.DATE, ""), _blocks(part, one)))
        if earlier := part.get(Head.EARLIER):
            one.parts.append(("", blocks_of(earlier)))
    found = row_of(one, row.at, columns.year)
    if columns.sheet and not found.quarter and not one.text(Head.QUARTER):
        return replace(found, quarter=columns.found.quarter)
    return found


def _blocks(part: dict[str, str], one: Written) -> Blocks:
    """An update's text, from its column of HTML where it has one."""
    if html := part.get(Head.UPDATE_HTML):
        try:
            return parse(clean(html)).blocks
        except NarrativeTooLong as error:
            one.doubt(Head.UPDATE_HTML, str(error))
            return ()
    text = part.get(Head.UPDATE, "")
    if text.endswith(CUT):
        one.doubt(Head.UPDATE, "The text is cut, since a cell of Excel holds no more. Bring in the CSV file instead.")
    return blocks_of(text)
