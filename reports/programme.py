"""The work programme: what goes to which meeting, how far its report has come, and what is due next."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from reports.models import Edition, PanelMeeting, PanelReport, ProgrammeItem
from reports.querysets import ReportQuerySet
from themes.models import Plan, Theme
from themes.place import themes_in_words
from themes.quarters import Quarter

_EDITIONS = Prefetch("editions", Edition.objects.only("report", "number", "withdrawn_at"))


@dataclass(frozen=True)
class Line:
    """A theme's quarter that goes to a meeting, by the programme or because a report says so, and one report on it.

    Where several reports are on it, such as a Non public and a Public one, there is a line for each.
    """

    meeting: PanelMeeting
    theme: Theme
    quarter: Quarter
    item: ProgrammeItem | None
    """None where only the report says so."""
    report: PanelReport | None

    @property
    def plan(self) -> Plan:
        return self.report.plan if self.report else self.theme.plan

    @property
    def state(self) -> str:
        return self.report.state if self.report else "Not started"

    @property
    def particulars(self) -> str:
        """What tells its report from another on the same theme and quarter; empty where there is none."""
        return self.report.particulars if self.report else ""

    @property
    def is_published(self) -> bool:
        return self.report is not None and any(not one.is_withdrawn for one in self.report.editions.all())


@dataclass(frozen=True)
class Due:
    """The meeting whose papers are due next, and one quarter's themes of it that are not published."""

    meeting: PanelMeeting
    quarter: Quarter
    themes: str
    """Theme 3, or Themes 1 and 2."""
    report: PanelReport | None
    """None where it has to be started."""
    is_late: bool


def reports_with_states() -> ReportQuerySet:
    """Reports with all that lists say of them."""
    return PanelReport.objects.with_themes().prefetch_related(_EDITIONS)


def with_programme(meetings: QuerySet[PanelMeeting]) -> QuerySet[PanelMeeting]:
    """Meetings with their lines and reports, in a number of queries that does not grow."""
    items = ProgrammeItem.objects.select_related("theme__plan").order_by("quarter", "theme__number")
    return meetings.prefetch_related(Prefetch("programme", items), Prefetch("reports", reports_with_states()))


def lines_of(meeting: PanelMeeting) -> list[Line]:
    """What goes to a meeting that was read by `with_programme`, by quarter and theme."""
    items = {(item.theme_id, item.quarter): item for item in meeting.programme.all()}
    lines = [
        Line(meeting, theme, report.quarter, items.get((theme.pk, report.quarter)), report)
        for report in meeting.reports.all()
        for theme in report.themes.all()
    ]
    reported = {(line.theme.pk, line.quarter) for line in lines}
    lines += [
        Line(meeting, item.theme, item.quarter, item, None) for place, item in items.items() if place not in reported
    ]
    return sorted(lines, key=_in_order)


def _in_order(line: Line) -> tuple[Quarter, int, int, str]:
    return line.quarter, line.theme.plan_id, line.theme.number, line.report.slug if line.report else ""


def due_next(meetings: Iterable[PanelMeeting], today: datetime.date) -> Due | None:
    """What of the upcoming meetings' lines is to be done first; None where all of them are published."""
    for meeting in sorted(meetings, key=lambda one: one.due):
        open_lines = [line for line in lines_of(meeting) if not line.is_published]
        if open_lines:
            first = open_lines[0]
            together = [one for one in open_lines if (one.quarter, one.report) == (first.quarter, first.report)]
            numbers = sorted({line.theme.number for line in together})
            return Due(meeting, first.quarter, themes_in_words(numbers), first.report, meeting.due < today)
    return None
