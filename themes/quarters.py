"""Quarters and financial years as ordered values: parse once, then trust. No database here.

A financial year runs from 1 April to 31 March and is written `2019-20`. Its quarters are Q1 April to June,
Q2 July to September, Q3 October to December and Q4 January to March.
"""

import calendar
import datetime
import re
from dataclasses import dataclass
from functools import total_ordering
from typing import Self

_YEAR = re.compile(r"\s*(\d{4})\s*[-/\u2013]\s*(\d{2})\s*", re.ASCII)
_QUARTER = re.compile(r"(.+?)[\s,]+Q(?:uarter)?\s*([1-4])\s*", re.ASCII | re.IGNORECASE)
_QUARTER_FIRST = re.compile(r"\s*Q(?:uarter)?\s*([1-4])[\s,]+(.+)", re.ASCII | re.IGNORECASE)
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_MONTHS = ("April to June", "July to September", "October to December", "January to March")


class InvalidQuarter(ValueError):
    """What was given is not a quarter or a financial year. The message says what one looks like."""


@total_ordering
@dataclass(frozen=True)
class FinancialYear:
    """A financial year by the calendar year it starts in."""

    start: int

    def __post_init__(self) -> None:
        if not _FIRST_YEAR <= self.start <= _LAST_YEAR:
            raise InvalidQuarter(f"{self.start} is not a year between {_FIRST_YEAR} and {_LAST_YEAR}.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2019-20` (or `2019/20`); raises InvalidQuarter."""
        found = _YEAR.fullmatch(text)
        if not found or (int(found[1]) + 1) % 100 != int(found[2]):
            raise InvalidQuarter(f'"{text}" is not a financial year. Write it like 2019-20.')
        return cls(int(found[1]))

    @property
    def quarters(self) -> tuple["Quarter", "Quarter", "Quarter", "Quarter"]:
        return (Quarter(self, 1), Quarter(self, 2), Quarter(self, 3), Quarter(self, 4))

    @property
    def next(self) -> "FinancialYear":
        return FinancialYear(self.start + 1)

    @property
    def previous(self) -> "FinancialYear":
        return FinancialYear(self.start - 1)

    def __str__(self) -> str:
        return f"{self.start}-{(self.start + 1) % 100:02d}"

    def __lt__(self, other: object) -> bool:
        return self.start < other.start if isinstance(other, FinancialYear) else NotImplemented


@total_ordering
@dataclass(frozen=True)
class Quarter:
    """One quarter of a financial year. Written `2019-20 Q4`, printed "Quarter 4, 2019-20"."""

    year: FinancialYear
    number: int

    def __post_init__(self) -> None:
        if self.number not in (1, 2, 3, 4):
            raise InvalidQuarter(f"Quarter {self.number} is not one of 1, 2, 3 and 4.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2019-20 Q4`, also as people write it ("Quarter 4, 2019-20", "2019/20 q4"); raises InvalidQuarter."""
        if found := _QUARTER.fullmatch(text):
            year, number = found[1], found[2]
        elif found := _QUARTER_FIRST.fullmatch(text):
            number, year = found[1], found[2]
        else:
            raise InvalidQuarter(f'"{text}" is not a quarter. Write it like 2019-20 Q4.')
        try:
            return cls(FinancialYear.parse(year), int(number))
        except InvalidQuarter as error:
            raise InvalidQuarter(f'"{text}" is not a quarter. Write it like 2019-20 Q4.') from error

    @classmethod
    def of(cls, day: datetime.date) -> Self:
        """The quarter that `day` falls in."""
        year = day.year if day.month >= 4 else day.year - 1
        return cls(FinancialYear(year), (day.month - 4) % 12 // 3 + 1)

    @property
    def starts(self) -> datetime.date:
        """The quarter's first day."""
        month = 1 + 3 * (self.number % 4)
        return datetime.date(self.year.start + (self.number == 4), month, 1)

    @property
    def ends(self) -> datetime.date:
        """The quarter's last day."""
        last = self.starts.replace(month=self.starts.month + 2)
        return last.replace(day=calendar.monthrange(last.year, last.month)[1])

    @property
    def next(self) -> "Quarter":
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year.next, 1)

    @property
    def previous(self) -> "Quarter":
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year.previous, 4)

    @property
    def label(self) -> str:
        """As it is printed: "Quarter 4, 2019-20"."""
        return f"Quarter {self.number}, {self.year}"

    @property
    def months(self) -> str:
        """Its months: "January to March 2020"."""
        return f"{_MONTHS[self.number - 1]} {self.starts.year}"

    @property
    def short(self) -> str:
        """Within its year: "Q4"."""
        return f"Q{self.number}"

    @property
    def slug(self) -> str:
        """Within its year, in an address: "q4"."""
        return f"q{self.number}"

    def __str__(self) -> str:
        return f"{self.year} {self.short}"

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Quarter):
            return NotImplemented
        return (self.year.start, self.number) < (other.year.start, other.number)
