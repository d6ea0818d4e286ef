"""What the front page says: how a plan's themes stand by what was published, what changed, and what comes next."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format

from deliverables.rag import Line
from reports.changes import Changes, changes
from reports.content import EXCEPTIONS
from reports.models import ProgrammeItem
from reports.published import (
    Publication,
    Reader,
    Since,
    by_theme,
    counting,
    newest_plan,
    publications,
    since_when,
    states,
)
from reports.states import RowState, ThemeState
from themes.place import themes_in_words
from themes.quarters import Quarter


@dataclass(frozen=True)
class Attention:
    """A deliverable that is amber or red, and since when."""

    row: RowState
    since: Since
    before: RowState | None
    """As it stood in the report before."""

    @property
    def slipped_from(self) -> datetime.date | None:
        """By when it was to be on course again in the report before, where that was sooner; else None."""
        was = self.before.recovery_by if self.before else None
        return was if was and self.row.recovery_by and was < self.row.recovery_by else None


@dataclass(frozen=True)
class ReportedTheme:
    """A theme as it was last reported on, or as it was at an earlier quarter."""

    publication: Publication
    state: ThemeState
    before: Publication | None
    """The report before it, which changes are told from; None of the first."""
    changes: Changes | None
    exceptions: tuple[Attention, ...]

    @property
    def lines_of_concern(self) -> list[Line]:
        """The lines of the status key to be looked at first, where they count any: red, amber, and no update."""
        figures = self.state.figures
        rated = [line for line in reversed(figures.ratings) if line.rating and line.rating.kind in EXCEPTIONS]
        return [line for line in (*rated, figures.no_update) if line.count]


@dataclass(frozen=True)
class NextReport:
    """What goes to the Panel next, by its work programme."""

    papers_due: datetime.date
    meeting: datetime.date
    themes: str
    quarter: Quarter
    is_late: bool

    @property
    def sentence(self) -> str:
        was = "was" if self.is_late else "is"
        return (
            f"The next report {was} due on {date_format(self.papers_due)}: {self.themes} at {self.quarter.label}, "
            f"for the Panel's meeting of {date_format(self.meeting)}."
        )


@dataclass(frozen=True)
class Front:
    """A plan's front page."""

    plan: str
    plan_slug: str
    other_plans: tuple[tuple[str, str], ...]
    """Other plans that were reported on: title and address part, the newest first."""
    themes: tuple[ReportedTheme, ...]
    next_report: NextReport | None


def gather_front(user: Reader, today: datetime.date, plan: str = "") -> Front | None:
    """The front page of the plan with an address part, or of the one reported on last; None where there is none.

    As many queries whatever the history.
    """
    counted = counting(publications(user))
    slug = plan or newest_plan(counted)
    themes = by_theme(one for one in counted if one.plan_slug == slug)
    if not themes:
        return None
    plans = {one.plan_slug: one.plan for one in reversed(counted)}
    newest = next(one for one in counted if one.plan_slug == slug)
    return Front(
        plan=newest.plan,
        plan_slug=slug,
        other_plans=tuple((title, other) for other, title in reversed(plans.items()) if other != slug),
        themes=tuple(reported(themes, themes)),
        next_report=next_report(
            slug, {(one.number, one.quarter) for listed in themes.values() for one in listed}, today
        ),
    )


def reported(themes: dict[int, list[Publication]], of: Collection[int]) -> list[ReportedTheme]:
    """How themes stand by the first of their publications, and what changed since the second; five queries.

    `themes` are a plan's publications that count, newest first, and `of` the numbers of those that are asked for.
    """
    found = states(one for number in of for one in themes[number][:2])
    since = since_when({number: found[themes[number][0].pk].exceptions for number in of}, themes)
    return [_reported(themes[number], found, since) for number in of]


def _reported(
    listed: Sequence[Publication], found: dict[int, ThemeState], since: dict[tuple[int, str], Since]
) -> ReportedTheme:
    now = listed[0]
    before = listed[1] if len(listed) > 1 else None
    state = found[now.pk]
    earlier = {row.key: row for row in found[before.pk].rows} if before else {}
    exceptions = (Attention(row, since[now.number, row.key], earlier.get(row.key)) for row in state.exceptions)
    return ReportedTheme(
        publication=now,
        state=state,
        before=before,
        changes=changes(found[before.pk], state) if before else None,
        exceptions=tuple(exceptions),
    )


def next_report(plan: str, published: Collection[tuple[int, Quarter]], today: datetime.date) -> NextReport | None:
    """What the work programme has next of a plan that is not published, by theme and quarter; one query."""
    items = (
        ProgrammeItem.objects.filter(meeting__date__gte=today, theme__plan__slug=plan)
        .select_related("meeting", "theme")
        .order_by("meeting__date", "quarter", "theme__number")
    )
    open_items = [one for one in items if (one.theme.number, one.quarter) not in published]
    if not open_items:
        return None
    first = open_items[0]
    alike = [one for one in open_items if (one.meeting, one.quarter) == (first.meeting, first.quarter)]
    return NextReport(
        papers_due=first.meeting.due,
        meeting=first.meeting.date,
        themes=themes_in_words(sorted({one.theme.number for one in alike})),
        quarter=first.quarter,
        is_late=first.meeting.due < today,
    )
