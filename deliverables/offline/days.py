"""Days and months as people write them into a cell. No query here."""

import datetime
import re

from deliverables.models import DatePrecision
from deliverables.writing_forms import EARLIEST, LATEST

_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d.%m.%y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y")
_MONTHS = ("%B %Y", "%b %Y", "%m/%Y", "%Y-%m")
_TIME = re.compile(r" \d\d:\d\d$")


def day(text: str) -> datetime.date | None:
    """A day, the day before the month as in Britain; None for anything else, and for a year of nobody who writes."""
    return _read(_TIME.sub("", text), _DAYS)


def day_or_month(text: str) -> tuple[datetime.date, DatePrecision] | None:
    """A day, or the first of a month; None for anything else."""
    if found := day(text):
        return found, DatePrecision.DAY
    found = _read(text, _MONTHS)
    return (found, DatePrecision.MONTH) if found else None


def _read(text: str, forms: tuple[str, ...]) -> datetime.date | None:
    for form in forms:
        try:
            found = datetime.datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
        if EARLIEST <= found <= LATEST:
            return found
    return None
