"""The verbs on meetings, their programme, and the reports prepared for them: each names its actor, all or nothing.

Each raises `Refused`, with the reason in words for the person who asked, and then leaves everything as it was.
The verbs on a report's sections are in `section_actions.py`, those on what the office keeps in `office_actions.py`.
"""

import datetime
from collections.abc import Iterable, Sequence
from copy import copy
from itertools import chain, count
from typing import Any

from django.db import models, transaction
from django.utils.formats import date_format

from accounts.actions import hold, refuse_without, remove, save
from accounts.models import User
from accounts.roles import Permission, Refused, refuse_unless
from reports.models import CoverFacts, Edition, PanelMeeting, PanelReport, ProgrammeItem, ReportDefaults
from reports.shown import refuse_unless_shown, seen
from themes.models import Plan, ReportingPeriod, Theme
from themes.place import themes_in_words
from themes.quarters import Quarter

LONGEST_SLUG = PanelReport._meta.get_field("slug").max_length - len("-999")


class StartedAlready(Refused):
    """There is a `report` on the same already that waits to be published."""

    def __init__(self, report: PanelReport) -> None:
        super().__init__(
            f"{report.full_title} is in preparation for this meeting already. Go on with it; or choose other themes, "
            "another quarter or another classification."
        )
        self.report = report


@transaction.atomic
def add_meeting(*, date: datetime.date, papers_due: datetime.date | None, note: str, by: User) -> PanelMeeting:
    refuse_unless(by, Permission.PREPARE_REPORTS)
    meeting = PanelMeeting(date=date, papers_due=papers_due, note=note)
    save(meeting, by)
    return meeting


@transaction.atomic
def change_meeting(
    *, meeting: PanelMeeting, date: datetime.date, papers_due: datetime.date | None, note: str, by: User
) -> None:
    """Move a meeting or its papers. Its reports print the new date; what is published keeps the old one."""
    refuse_unless(by, Permission.PREPARE_REPORTS)
    hold(meeting)
    meeting.date, meeting.papers_due, meeting.note = date, papers_due, note
    save(meeting, by)


@transaction.atomic
def remove_meeting(*, meeting: PanelMeeting, reason: str, by: User) -> None:
    """Take a meeting away with its programme; refused where a report is prepared for it, or it asked for an action."""
    refuse_unless(by, Permission.PREPARE_REPORTS)
    hold(meeting)
    reason = refuse_without(reason)
    if meeting.reports.exists():
        raise Refused(
            f"The meeting of {date_format(meeting.date)} has reports. Give them another meeting first, or remove them."
        )
    if meeting.actions.exists():
        raise Refused(
            f"The meeting of {date_format(meeting.date)} has actions, which are kept. Remove those that are mistakes "
            "first."
        )
    for item in meeting.programme.all():
        remove(item, by, reason)
    remove(meeting, by, reason)


@transaction.atomic
def add_to_programme(*, meeting: PanelMeeting, theme: Theme, quarter: Quarter, by: User) -> ProgrammeItem:
    """Plan that a theme's quarter goes to a meeting; the quarter need not be open yet."""
    refuse_unless(by, Permission.PREPARE_REPORTS)
    if quarter.year not in theme.plan.years:
        raise Refused(f"{theme.plan} does not cover {quarter.label}.")
    item = ProgrammeItem(meeting=meeting, theme=theme, quarter=quarter)
    save(item, by)
    return item


@transaction.atomic
def remove_from_programme(*, item: ProgrammeItem, by: User) -> None:
    """Take a line off a meeting's programme. A report that was started for it stays."""
    refuse_unless(by, Permission.PREPARE_REPORTS)
    remove(item, by)


@transaction.atomic
def start_report(
    *,
    meeting: PanelMeeting,
    themes: Sequence[Theme],
    quarter: Quarter,
    agenda_item: str,
    classification: str,
    by: User,
) -> PanelReport:
    """A new report for a meeting on themes of one plan; its other facts are those that reports begin with.

    Raises StartedAlready for what was sent twice: the same meeting, themes, quarter and classification as a report
    that has not been published yet.
    """
    refuse_unless(by, Permission.PREPARE_REPORTS)
    hold(meeting)
    plan = _plan_of(themes)
    same = meeting.reports.with_themes().filter(quarter=quarter, classification=classification, editions=None)
    if found := next((one for one in same if set(one.themes.all()) == set(themes)), None):
        raise StartedAlready(found)
    _refuse_unless_open(themes, quarter)
    defaults = ReportDefaults.get()
    report = PanelReport(
        slug=_free_slug(plan, themes, quarter),
        meeting=meeting,
        plan=plan,
        quarter=quarter,
        agenda_item=agenda_item,
        classification=classification,
        **{name: getattr(defaults, name) for name in CoverFacts.FACTS},
    )
    save(report, by)
    report.themes.set(themes)
    return report


@transaction.atomic
def change_report(
    *, report: PanelReport, themes: Sequence[Theme], by: User, shown: str | None = None, **facts: Any
) -> None:
    """Change what stands over a report, its meeting, its themes and how its appendix is printed.

    Plan and quarter stay, and so does its address. What was published of it stays as it was published.
    `shown` is `seen()` of the report as the page showed it. Raises SavedSince where it is another by now.
    """
    refuse_unless(by, Permission.PREPARE_REPORTS)
    hold(report)
    if _plan_of(themes) != report.plan:
        raise Refused(f"Choose themes of {report.plan}.")
    _refuse_unless_open(themes, report.quarter)
    stored, linked = copy(report), list(report.themes.all())
    set_facts(report, facts)
    if seen(report, themes=themes) == seen(stored, themes=linked):
        return
    history = PanelReport.history.filter(id=report.pk)
    refuse_unless_shown(stored, shown, what="this report", history=history, by=by, themes=linked)
    save(report, by)
    report.themes.set(themes)


@transaction.atomic
def remove_report(*, report: PanelReport, reason: str, by: User) -> None:
    """Take a report away that was never published."""
    refuse_unless(by, Permission.PREPARE_REPORTS)
    hold(report)
    reason = refuse_without(reason)
    if report.editions.exists():
        raise Refused("It has been published, so it stays. An edition can be withdrawn from view, with a reason.")
    for section in report.sections.all():
        remove(section, by, reason)
    remove(report, by, reason)


def set_facts(row: models.Model, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        setattr(row, name, value)


def _plan_of(themes: Iterable[Theme]) -> Plan:
    plans = {theme.plan_id: theme.plan for theme in themes}
    if not plans:
        raise Refused("Choose at least one theme.")
    if len(plans) > 1:
        raise Refused("Choose themes of one plan.")
    return next(iter(plans.values()))


def _refuse_unless_open(themes: Iterable[Theme], quarter: Quarter) -> None:
    opened = set(ReportingPeriod.objects.filter(theme__in=themes, quarter=quarter).values_list("theme", flat=True))
    missing = sorted(theme.number for theme in themes if theme.pk not in opened)
    if missing:
        of = themes_in_words(missing)
        raise Refused(f"{quarter.label} has not been opened for {of}, so there is nothing to report on yet.")


def _free_slug(plan: Plan, themes: Sequence[Theme], quarter: Quarter) -> str:
    """What the report's addresses are called: plan, themes and quarter, with a number where one is called so.

    An edition keeps the address of its report, also where that is there no more.
    """
    numbers = sorted(theme.number for theme in themes)
    about = themes_in_words(numbers).lower().replace(",", "").replace(" ", "-")
    if 1 < len(numbers) == plan.themes.count():
        about = "all-themes"
    rest = f"-{about}-{quarter.year}-{quarter.slug}"
    wanted = plan.slug[: LONGEST_SLUG - len(rest)].rstrip("-") + rest
    taken = {
        slug
        for model in (PanelReport, Edition)
        for slug in model.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)
    }
    return next(one for one in chain([wanted], map(f"{wanted}-{{}}".format, count(2))) if one not in taken)
