"""What a reader should be told of an update, though nobody is kept from submitting or approving it. No database here.

DESIGN section 4, rule 5. The page an update is written on, its review and the reports read the same words.
"""

from deliverables.blocks import Narrative
from themes.quarters import Quarter
from themes.ratings import Kind, RatingValue


def warnings(
    *,
    quarter: Quarter,
    rating: RatingValue | None,
    due: Quarter | None,
    narrative: Narrative,
    last: tuple[Quarter, Narrative] | None,
) -> list[str]:
    """The warnings on one update. `last` is the latest approved update before it, as its quarter and text."""
    found = []
    if rating and rating.kind is Kind.ON_COURSE and due and due < quarter:
        found.append(f"It is rated {rating.name}, though it was due in {due.label}.")
    if last and narrative and narrative == last[1]:
        found.append(f"The text is the same as for {last[0].label}.")
    return found
