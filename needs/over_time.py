"""How what answers a need was rated quarter by quarter, and the same need in other years' assessments."""

from collections.abc import Sequence
from dataclasses import dataclass

from needs.models import Assessment, Need
from needs.sight import Answer, At, DeliverableState, NeedState
from reports.published import Reader
from themes.quarters import FinancialYear, Quarter


@dataclass(frozen=True)
class OverTime:
    """Deliverables against the quarters that any of them was rated for, the earliest quarter first."""

    quarters: tuple[Quarter, ...]
    rows: tuple[tuple[DeliverableState, tuple[At | None, ...]], ...]
    """Each with how it stood in each of the quarters; None where it was not in force or not reported."""

    @property
    def years(self) -> list[tuple[FinancialYear, int]]:
        """The financial years over the quarters, each with how many of its quarters there are."""
        years = [quarter.year for quarter in self.quarters]
        return [(year, years.count(year)) for year in dict.fromkeys(years)]


def over_time(answers: Sequence[Answer]) -> OverTime:
    """What answers a need, that of the earliest plan first."""
    rated = [one.deliverable for one in answers if one.deliverable.at]
    quarters = tuple(sorted({at.quarter for one in rated for at in one.at}))
    rows = []
    for one in sorted(rated, key=lambda one: one.at[-1].quarter):
        stood = {at.quarter: at for at in one.at}
        rows.append((one, tuple(stood.get(quarter) for quarter in quarters)))
    return OverTime(quarters, tuple(rows))


def other_years(need: NeedState, of: Assessment, reader: Reader) -> list[Need]:
    """The same need in the other assessments that the reader may see, the newest first; one query."""
    found = Need.objects.visible_to(reader).filter(key=need.key).exclude(section__assessment=of)
    return list(found.select_related("section__assessment").order_by("-section__assessment__period", "pk"))
