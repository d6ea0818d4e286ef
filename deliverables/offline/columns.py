"""The columns of a workbook of updates, and the hidden key by which its rows are known when it comes back.

No database here.
"""

import hashlib
import re
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Self

from deliverables import narrative
from themes.quarters import InvalidQuarter, Quarter

SHEET = "Updates"
CUT = " … (cut here: a cell holds no more. Its page has all of it.)"


class Column(StrEnum):
    """By their heads, in the order in which we write them."""

    THEME = "Theme"
    NUMBER = "No."
    DELIVERABLE = "Deliverable"
    STANDS = "Where it stands"
    LAST_RATING = "Last rating"
    LAST_TEXT = "Last update"
    RATING = "Rating"
    TEXT = "Update"
    DATE = "Date of the update"
    STEP = "Recovery step"
    BY = "Back on course by"
    KEY = "Key: leave it as it is"


FILLED = (Column.RATING, Column.TEXT, Column.DATE, Column.STEP, Column.BY)
"""Those to be filled in."""


class Filled(NamedTuple):
    """What stands in a row's cells to be filled in. Two that differ in blanks alone are the same after `folded`."""

    rating: str = ""
    """Its code."""
    text: str = ""
    date: str = ""
    """A day as 2020-03-28, a month as March 2020."""
    step: str = ""
    by: str = ""
    """A day as 2020-03-28."""

    @property
    def folded(self) -> Self:
        return self._replace(text=_folded(self.text), step=_folded(self.step))

    @property
    def digest(self) -> str:
        """By which it is seen when the workbook comes back whether anybody wrote into the row."""
        return hashlib.sha256("\0".join(self.folded).encode()).hexdigest()[:12]


def in_a_cell(stored: str) -> str:
    """A stored narrative as the workbook's cell shows it."""
    text = narrative.plain(narrative.parse(stored).text)
    return text if len(text) <= _MOST else text[: _MOST - len(CUT)] + CUT


_MOST = 32_766
"""Excel's limit of a cell, less the sign that is put before what looks like a formula."""


def _folded(text: str) -> str:
    """What a spreadsheet program may do to a text without anybody's will is no change: blanks, and empty lines."""
    lines = (" ".join(line.split()) for line in narrative.plain(text).split("\n"))
    return "\n".join(line for line in lines if line)


_KEY = re.compile(
    r"T(\d{1,5})\.(\d{1,5}) (\d{4}-\d{2} Q[1-4]) v(\d{1,9}) "
    r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) ([0-9a-f]{12})",
    re.ASCII,
)


@dataclass(frozen=True)
class Key:
    """What a row of the workbook is about, whatever else of it is changed or moved."""

    theme: int
    number: int
    """Of the deliverable when the workbook was made."""
    quarter: Quarter
    version: int
    """Of the update then; 0 where there was none."""
    deliverable: uuid.UUID
    digest: str
    """Of what stood in the cells to be filled in."""

    def __str__(self) -> str:
        return f"T{self.theme}.{self.number} {self.quarter} v{self.version} {self.deliverable} {self.digest}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read what `str` wrote; None for anything else."""
        found = _KEY.fullmatch(" ".join(narrative.plain(text[:200]).split()))
        try:
            return found and cls(
                int(found[1]),
                int(found[2]),
                Quarter.parse(found[3]),
                int(found[4]),
                uuid.UUID(found[5]),
                found[6],
            )
        except InvalidQuarter:
            return None
