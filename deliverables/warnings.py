"""What a reader should be told of an update, though nobody is kept from submitting or approving it. No database here.

DESIGN section 4, rule 5. The page an update is written on, its review and the reports read the same words.
"""

import datetime

from deliverables.blocks import Narrative
from themes.quarters import Quarter
from themes.ratings import Kind, RatingValue


def warnings(
    *,
    quarter: Quarter,
    rating: RatingValue | None,
    due: Quarter | None,
    narrative: Narrative,
    last: tuple[Quarter, Narrative, RatingValue] | None,
    date: datetime.date | None,
    recovery_by: datetime.date | None,
    today: datetime.date,
) -> list[str]:
    """The warnings on one update. `last` is the latest approved update before it, as its quarter, text and rating."""
    found = []
    if rating and rating.kind is Kind.ON_COURSE and due and due < quarter:
        found.append(f"It is rated {rating.name}, though it was due in {due.label}.")
    if last and narrative and narrative == last[1]:
        same = "text and the rating are" if rating and rating == last[2] else "text is"
        found.append(f"The {same} the same as for {last[0].label}.")
    if date and date > today:
        found.append(f"Its date, {_in_words(date)}, is in the future.")
    if recovery_by and recovery_by < today:
        found.append(f"The date it should be back on course, {_in_words(recovery_by)}, is past.")
    return found


def _in_words(date: datetime.date) -> str:
    return f"{date.day} {date:%B %Y}"
