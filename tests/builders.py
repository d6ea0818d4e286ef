"""Builds what a test needs: each function has defaults for everything, so a test names only what matters to it.

Everything is built beside the demonstration plan, in a plan of its own unless one is given.
"""

import datetime
import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.roles import Role
from deliverables.models import (
    ApprovedUpdate,
    DatePrecision,
    Deliverable,
    DeliverableOwner,
    QuarterlyUpdate,
    UpdateState,
)
from deliverables.searching import words_of_update
from needs.models import Assessment, DeliverableLink, Need, Section, ThemeLink
from needs.options import NeedKind
from reports.checks import find
from reports.edition_models import Edition
from reports.findings import Finding
from reports.gather import gather_report
from reports.models import (
    EditionRow,
    MeetingAction,
    OfficeSection,
    PanelMeeting,
    PanelReport,
    ProgrammeItem,
    Question,
)
from reports.publishing import latest_edition, next_number, publish
from themes.actions import start_plan
from themes.models import Plan, Rating, RatingScheme, ReportingPeriod, Theme
from themes.quarters import FinancialYear, Quarter
from themes.ratings import Kind

YEAR = FinancialYear.parse("2019-20")
Q1, Q2, Q3, Q4 = YEAR.quarters
NEXT_Q1 = Q4.next

_count = itertools.count(1)


def noon(day: str) -> datetime.datetime:
    """Noon of a day written 2020-04-02, where the office is."""
    return timezone.make_aware(datetime.datetime.combine(datetime.date.fromisoformat(day), datetime.time(12)))


NOW = noon("2020-04-02")
"""A moment at which the updates for Quarter 4, 2019-20 are written."""


def organisation(**changes: Any) -> Organisation:
    number = next(_count)
    return Organisation.objects.create(**{"name": f"Partner {number}", "short_name": f"P{number}"} | changes)


def office() -> Organisation:
    return Organisation.objects.get(is_office=True)


def person(role: Role = Role.CONTRIBUTOR, **changes: Any) -> User:
    """Someone in an organisation of their own, or in the office where the role is the office's."""
    number = next(_count)
    of_the_office = role in (Role.STAFF, Role.ADMINISTRATOR)
    facts = {
        "display_name": f"{role.value.capitalize()} {number}",
        "initials": f"X{number}",
        "role": role,
        "organisation": changes.get("organisation") or (office() if of_the_office else organisation()),
    }
    return User.objects.create_user(**facts | changes)


def staff(**changes: Any) -> User:
    return person(Role.STAFF, **changes)


def administrator(**changes: Any) -> User:
    return person(Role.ADMINISTRATOR, **changes)


def panel_member(**changes: Any) -> User:
    return person(Role.PANEL_MEMBER, **changes)


def rating(scheme: RatingScheme, code: str, kind: Kind, **changes: Any) -> Rating:
    facts = {"name": f"Rating {code}", "definition": f"What {code} says", "colour": "#00703c"}
    facts["order"] = scheme.ratings.count() + 1
    return Rating.objects.create(scheme=scheme, code=code, kind=kind, **facts | changes)


def scheme(**changes: Any) -> RatingScheme:
    """Green, Amber, Red and Not started."""
    new = RatingScheme.objects.create(**{"name": f"Scheme {next(_count)}"} | changes)
    rating(new, "G", Kind.ON_COURSE, name="Green")
    rating(new, "A", Kind.AT_RISK, name="Amber", needs_recovery=True)
    rating(new, "R", Kind.OFF_TRACK, name="Red", needs_recovery=True)
    rating(new, "NS", Kind.NOT_STARTED, name="Not started")
    return new


def plan(**changes: Any) -> Plan:
    """With the default bands."""
    facts = {"title": f"Plan {next(_count)}", "start_year": 2018, "end_year": 2021}
    facts["rating_scheme"] = changes.get("rating_scheme") or scheme()
    return start_plan(by=administrator(), **facts | changes)


def theme(of: Plan | None = None, **changes: Any) -> Theme:
    of = of or plan()
    number = of.themes.count() + 1
    return Theme.objects.create(plan=of, **{"number": number, "title": f"Title {number}"} | changes)


def period(of: Theme | None = None, quarter: Quarter = Q4, **changes: Any) -> ReportingPeriod:
    """Open from three weeks before the quarter's end, its updates due three weeks after."""
    three_weeks = datetime.timedelta(days=21)
    facts = {"opens": quarter.ends - three_weeks, "updates_due": quarter.ends + three_weeks}
    return ReportingPeriod.objects.create(theme=of or theme(), quarter=quarter, **facts | changes)


def deliverable(of: Theme | None = None, *, owner: User | None = None, **changes: Any) -> Deliverable:
    """In force from the first quarter of its year, and led by `owner` from then on if one is given."""
    of = of or theme()
    year = changes.get("financial_year", YEAR)
    start = changes.get("in_force_from", year.quarters[0])
    facts = {"financial_year": year, "in_force_from": start, "planned_start": start}
    facts["number"] = of.deliverables.filter(financial_year=year).count() + 1
    facts["wording"] = f"Work on matter {next(_count)}"
    row = Deliverable.objects.create(theme=of, **facts | changes)
    if owner:
        led_by(row, owner, since=start.starts)
    return row


def led_by(row: Deliverable, user: User, since: datetime.date) -> DeliverableOwner:
    return DeliverableOwner.objects.create(deliverable=row, user=user, since=since)


def update(row: Deliverable, quarter: Quarter = Q4, code: str = "G", **changes: Any) -> QuarterlyUpdate:
    """A draft rated with `code`, or not rated where that is empty; its period is opened where it is not yet."""
    asked_for = row.theme.periods.filter(quarter=quarter).first() or period(row.theme, quarter)
    facts = {
        "rating": row.theme.plan.rating_scheme.ratings.get(code=code) if code else None,
        "narrative": "<p>Teams met.</p>",
        "date_precision": DatePrecision.NONE,
        "last_changed_by": changes.get("last_changed_by") or staff(),
        "last_changed_at": NOW,
    }
    return QuarterlyUpdate.objects.create(deliverable=row, period=asked_for, **facts | changes)


def approved(row: Deliverable, quarter: Quarter = Q4, code: str = "G", **changes: Any) -> ApprovedUpdate:
    """What was approved of an update, under the number and wording that the deliverable has now."""
    written = update(row, quarter, code, state=UpdateState.APPROVED)
    facts = {name: getattr(written, name) for name in QuarterlyUpdate.CONTENT}
    facts |= {"number": row.number, "wording": row.wording, "owner_label": row.owner_label_on(quarter)}
    facts |= {"approved_by": written.last_changed_by, "approved_at": NOW}
    new = ApprovedUpdate(update=written, **facts | changes)
    new.words = words_of_update(new, new.wording)
    new.save()
    return new


def meeting(date: str = "2020-05-14", **changes: Any) -> PanelMeeting:
    """The meeting of a day written 2020-05-14, which is made where there is none yet."""
    return PanelMeeting.objects.get_or_create(date=datetime.date.fromisoformat(date), defaults=changes)[0]


def line(of: PanelMeeting, on: Theme, quarter: Quarter = Q4) -> ProgrammeItem:
    """A line of a meeting's work programme."""
    return ProgrammeItem.objects.create(meeting=of, theme=on, quarter=quarter)


def report(*themes: Theme, quarter: Quarter = Q4, **changes: Any) -> PanelReport:
    """A Public report for the meeting of 14 May 2020, on a theme of its own unless some are given."""
    on = themes or (theme(),)
    for one in on:
        if not one.periods.filter(quarter=quarter).exists():
            period(one, quarter)
    facts = {"slug": f"report-{next(_count)}", "meeting": changes.get("meeting") or meeting()}
    new = PanelReport.objects.create(plan=on[0].plan, quarter=quarter, **facts | changes)
    new.themes.set(on)
    return new


def findings(of: PanelReport, by: User | None = None) -> list[Finding]:
    """What is found in the report as `by`, or somebody of the staff, would publish it now."""
    by = by or staff()
    return find(gather_report(of, by, version=f"V{next_number(latest_edition(of.slug))}"), by)


def edition(of: PanelReport, *, by: User | None = None, **changes: Any) -> Edition:
    """The report's next edition, published by somebody who looked at all that was found."""
    number, by = next_number(latest_edition(of.slug)), by or staff()
    facts = {"expected_number": number, "correction": "A wording is put right." if number > 1 else ""}
    facts["decided"] = dict.fromkeys(findings(of, by), "")
    return publish(report=of, by=by, **facts | changes)


def question(of: Edition | EditionRow, *, answer: str = "", **changes: Any) -> Question:
    """A question of a panel member about an edition or a row; with an answer it is published, a day after NOW."""
    edition = of.theme.edition if isinstance(of, EditionRow) else of
    facts = {"edition": edition, "row_key": of.key if isinstance(of, EditionRow) else None}
    facts |= {"about": "What was printed", "text": f"Question {next(_count)}?", "answer": answer, "asked_at": NOW}
    facts["asked_by"] = changes.get("asked_by") or panel_member()
    if answer:
        facts |= {"answered_at": NOW + datetime.timedelta(days=1), "answered_by": staff()}
    return Question.objects.get(pk=Question.objects.create(**facts | changes).pk)


def action(of: PanelMeeting | None = None, **changes: Any) -> MeetingAction:
    """An open action of a meeting, due four weeks after it."""
    of = of or meeting()
    facts = {"text": f"Look into matter {next(_count)}", "due": of.date + datetime.timedelta(days=28)}
    facts["owner"] = changes.get("owner") or person()
    return MeetingAction.objects.create(meeting=of, **facts | changes)


def assessment(**changes: Any) -> Assessment:
    """A needs assessment of 2019-20 for the office and owners alone, on a plan of its own unless one is given."""
    number = next(_count)
    facts = {"slug": f"needs-{number}", "title": f"Needs {number}", "period": YEAR}
    facts["informs"] = changes.get("informs") or plan()
    return Assessment.objects.create(**facts | changes)


def section(of: Assessment | None = None, **changes: Any) -> Section:
    of = of or assessment()
    facts = {"number": str(of.sections.count() + 1), "title": f"Section {next(_count)}"}
    return Section.objects.create(assessment=of, **facts | changes)


def risk(of: Section | None = None, level: str = "", **changes: Any) -> Need:
    """A risk in a section of its own unless one is given."""
    facts = {"kind": NeedKind.RISK, "wording": f"Risk {next(_count)}", "level": level}
    return Need.objects.create(section=of or section(), **facts | changes)


def recommendation(of: Section | None = None, **changes: Any) -> Need:
    facts = {"kind": NeedKind.RECOMMENDATION, "wording": f"Recommendation {next(_count)}"}
    return Need.objects.create(section=of or section(), **facts | changes)


def answers(row: Deliverable, need: Need, note: str = "") -> DeliverableLink:
    """Keep that a deliverable answers a need."""
    return DeliverableLink.objects.create(need=need, deliverable=row, note=note)


def names(need: Need, on: Theme, note: str = "") -> ThemeLink:
    """Keep that a need names a theme."""
    return ThemeLink.objects.create(need=need, theme=on, note=note)


def without_reports() -> None:
    """Take away the demonstration's meetings, reports, editions, questions, actions and office texts, with history."""
    for table in (Question, Edition, PanelReport, MeetingAction, PanelMeeting, OfficeSection):
        table.objects.all().delete()
        table.history.all().delete()


@contextmanager
def violates(model: type[models.Model], name: str) -> Iterator[None]:
    """The database refuses what is done inside by the model's constraint of that name, and by no other."""
    (constraint,) = (one for one in model._meta.constraints if one.name == name)
    columns = [model._meta.get_field(field).column for field in getattr(constraint, "fields", ())]
    # SQLite names a unique constraint by its columns.
    by_columns = ", ".join(f"{model._meta.db_table}.{column}" for column in columns)
    expected = rf"\b{name}\b" + (rf"|: {re.escape(by_columns)}$" if columns else "")
    with pytest.raises(IntegrityError, match=expected), transaction.atomic():
        yield
