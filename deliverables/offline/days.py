"""Days and months as people write them into a cell. No query here."""

import datetime
import re

from deliverables.importing.dates import date_in
from deliverables.models import DatePrecision
from deliverables.writing_forms import EARLIEST, LATEST

_TIME = re.compile(r" \d\d:\d\d$")


def day(text: str) -> datetime.date | None:
    """A day, the day before the month as in Britain; None for anything else, and for a year of nobody who writes."""
    date, precision = day_or_month(text) or (None, None)
    return date if precision == DatePrecision.DAY else None


def day_or_month(text: str) -> tuple[datetime.date, DatePrecision] | None:
    """A day, or the first of a month; None for anything else, and for what stands in a longer text."""
    text = _TIME.sub("", text.strip())
    found = date_in(text)
    if found is None or found.label != text or found.date is None or not EARLIEST <= found.date <= LATEST:
        return None
    return found.date, DatePrecision(found.precision)
