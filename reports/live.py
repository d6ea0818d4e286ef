"""The live plan beside what was published of it: for who prepares reports."""

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from deliverables.latest import latest_period
from reports.changes import Changes, changes
from reports.front import Front
from reports.gather_appendix import gather_appendix
from reports.options import Classification
from reports.published import Publication
from reports.states import ThemeState, state_of
from themes.models import ReportingPeriod
from themes.place import find_place
from themes.quarters import Quarter


@dataclass(frozen=True)
class LiveTheme:
    """A theme as it stands now, in Public form."""

    state: ThemeState
    address: str
    publication: Publication | None
    """Its last report; None where it was never reported on."""
    changes: Changes | None
    """What differs from that."""


@dataclass(frozen=True)
class Live:
    """A plan's themes as they stand now, at the latest quarter whose updates are in or that is published."""

    quarter: Quarter
    themes: dict[int, LiveTheme]
    """By number."""

    def not_reported(self, front: Front) -> list[LiveTheme]:
        """Those that nothing was published on."""
        there = {one.state.number for one in front.themes}
        return [one for number, one in self.themes.items() if number not in there]


def gather_live(user: User, front: Front) -> Live | None:
    """The plan of a front page as it stands now; None where it has no open quarter any more."""
    periods = ReportingPeriod.objects.filter(theme__plan__slug=front.plan_slug)
    latest = latest_period(periods, timezone.localdate())
    if latest is None:
        return None
    # Never one before what is published already.
    of_published = periods.filter(quarter__in=[one.publication.quarter for one in front.themes])
    quarter = max([latest.quarter, *of_published.values_list("quarter", flat=True)])
    place = find_place(plan=front.plan_slug, quarter=str(quarter))
    document = gather_appendix(place, user, themes=place.themes, classification=Classification.PUBLIC)
    reported = {one.state.number: one for one in front.themes}
    themes = {}
    for theme, appendix in zip(place.themes, document.appendices, strict=True):
        state, published = state_of(appendix), reported.get(theme.number)
        themes[theme.number] = LiveTheme(
            state=state,
            address=place.address("theme", theme=theme),
            publication=published.publication if published else None,
            changes=changes(published.state, state) if published else None,
        )
    return Live(quarter, themes)
