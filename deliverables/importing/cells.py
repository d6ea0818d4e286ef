"""What a spreadsheet holds, of whatever format it was. No database here."""

from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

MOST_ROWS, MOST_COLUMNS = 20_000, 50
"""Rows below the heads; columns from the left. What is empty does not count."""

TOO_MANY_ROWS = f"It has more than {MOST_ROWS:,} rows. Split it into several files."
TOO_WIDE = f"It has more than {MOST_COLUMNS} columns. Take out those that are not needed."
MOST_FAULTS = 10_000
TOO_MANY_FAULTS = (
    f"More than {MOST_FAULTS:,} of its cells hold formulas or errors. Copy all cells and paste them as values."
)
FORMULA = "It holds a formula. Copy the cells and paste them as values."


@dataclass(frozen=True)
class Row:
    number: int
    """As a spreadsheet program counts it, from 1."""
    texts: tuple[str, ...]
    """Of each cell from the left, up to the last that is not empty; a number, day or truth as text."""

    def text(self, column: int) -> str:
        return self.texts[column] if column < len(self.texts) else ""


@dataclass(frozen=True)
class Spreadsheet:
    """The rows that are not empty, and what is wrong with single cells, in words, by row number and column from 0."""

    rows: tuple[Row, ...]
    faults: dict[tuple[int, int], str]
    is_lettered: bool
    """Whether people know its columns by letters; else by their heads."""
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()
    """Those that are not read."""
    fills: dict[tuple[int, int], str] = field(default_factory=dict)
    """The colours of cells, such as `00b050`, below heads for which they were asked; by row number and column."""
    is_too_wide: bool = False
    """Whether there is more to the right of what is read."""

    def place(self, row: int, column: int) -> str:
        """Where a cell is, in words: "B7", or "row 7, column Level"."""
        if self.is_lettered:
            return f"{get_column_letter(column + 1)}{row}"
        head = self.rows[0].text(column) if self.rows else ""
        return f"row {row}, column {head or column + 1}"


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell, and what to do."""

    row: int
    place: str
    said: str


def short(text: str) -> str:
    """A text as it is quoted in a sentence."""
    return text if len(text) <= 80 else f"{text[:79]}…"
