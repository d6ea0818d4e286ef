"""Dates as people write them, the day first as in the United Kingdom. No database here."""

import calendar
import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"\d{4}|['\u2019]?\d{2}"
_DATE = re.compile(
    rf"""(?<![\w./-])(?:
    (?P<y1>\d{{4}})(?P<s1>[-./])(?P<m1>\d{{1,2}})(?P=s1)(?P<d1>\d{{1,2}})
    |(?P<d2>\d{{1,2}})\s?(?P<s2>[-./])\s?(?P<m2>\d{{1,2}})\s?(?P=s2)\s?(?P<y2>\d{{4}}|\d{{2}})
    |(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s./-]*(?P<m3>{MONTH})\b[\s.,/-]*(?P<y3>{_YEAR})
    |(?P<m4>{MONTH})\.?\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y4>\d{{4}})
    |(?P<m5>{MONTH})\b[\s.,/-]*(?P<y5>{_YEAR})
    |(?P<m6>\d{{1,2}})[./](?P<y6>\d{{4}})
    )(?!\w|[./-]\d)""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
_LABEL_WORDS = re.compile(
    r"""(?:(?:the|progress|latest|current|previous|final|interim|mid|year|end|quarterly|quarter|qtr|q|updates?|updated
    |positions?|status|reports?|reported|reporting|commentary|narrative|as|at|of|on|to|for|in|date|dated|period|month
    |review|reviewed|performance|opcc|force|(?:mon|tues|wednes|thurs|fri|satur|sun)day|q?[1-4]|\d{4}[-/]\d{2,4})\b
    |[\s():,.–—-])*""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
_TAIL = re.compile(r"(?:[ ]+(?:progress|updates?|position|status|commentary|report)\b)*(?:[ ]?\))?", re.IGNORECASE)
_PARTED = re.compile(r"[ ]*(?::[ ]*\n?|\n|$)|[ ]+[-–—][ ]+")
_LONGEST_LABEL = 80
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


@dataclass(frozen=True)
class WrittenDate:
    """A date in a text. One that is in no calendar has no `date`, and `wrong` says why."""

    start: int
    end: int
    """Where it stands in the text."""
    label: str
    """As it is written there."""
    date: datetime.date | None
    precision: str
    """`day`, `month` (the first of it) or `none`."""
    wrong: str = ""

    @property
    def last_day(self) -> datetime.date | None:
        """The day, or the last one of the month."""
        if not self.date or self.precision == "day":
            return self.date
        return self.date.replace(day=calendar.monthrange(self.date.year, self.date.month)[1])


def dates_in(text: str) -> Iterator[WrittenDate]:
    """All dates of a text in their order. A year of two digits is of this century."""
    for found in _DATE.finditer(text):
        parts = {name[0]: part for name, part in found.groupdict().items() if part and name[0] in "ymd"}
        month = parts["m"] if parts["m"].isdigit() else str(_MONTHS.index(parts["m"][:3].lower()) + 1)
        digits = parts["y"].lstrip("'\u2019")
        year = int(digits) if len(digits) == 4 else 2000 + int(digits)
        try:
            if not _FIRST_YEAR <= year <= _LAST_YEAR:
                raise ValueError(year)
            date, wrong = datetime.date(year, int(month), int(parts.get("d", 1))), ""
        except ValueError:
            date, wrong = None, f"“{found[0]}” is in no calendar."
        precision = "none" if wrong else "day" if "d" in parts else "month"
        yield WrittenDate(found.start(), found.end(), found[0], date, precision, wrong)


def date_in(text: str) -> WrittenDate | None:
    """The first date of a text; None where there is none."""
    return next(dates_in(text), None)


def label_of(text: str) -> WrittenDate | None:
    """The date of a text that says nothing else, but for words such as "Update as at"; None of any other."""
    found = [*dates_in(text)] if len(text) <= _LONGEST_LABEL else []
    if len(found) != 1 or not all(map(_LABEL_WORDS.fullmatch, (text[: found[0].start], text[found[0].end :]))):
        return None
    return found[0]


def leading_label(text: str) -> tuple[WrittenDate, int] | None:
    """The date that a text has as its label, and where what follows it begins; None of a text without.

    What follows must be parted from it by a colon, a dash or a line end, so that a sentence which begins with a date
    ("April 2020 saw ...") is whole.
    """
    found = date_in(text[:_LONGEST_LABEL])
    if not found or not _LABEL_WORDS.fullmatch(text[: found.start]):
        return None
    tail = _TAIL.match(text, found.end)
    parted = _PARTED.match(text, tail.end() if tail else found.end)
    rest = text[parted.end() :] if parted else ""
    if not parted or _DATE.match(rest):  # "April 2020 - June 2020" is a span of time
        return None
    return found, parted.end()
