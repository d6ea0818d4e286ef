"""Fills an empty database with the demonstration: a real plan's quarter, with illustrative data around it.

Everything goes in through the verbs that people use, so the demonstration keeps every rule of the domain.
What is loaded stands in `fixtures/`.
"""

import datetime
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Office, Organisation, User
from accounts.roles import Role
from deliverables.actions import Draft, approve, save_draft, submit
from deliverables.models import DatePrecision, Deliverable, QuarterlyUpdate
from deliverables.plan_actions import add_deliverable, carry_forward, mark_complete, withdraw
from needs.actions import add_assessment, add_need, add_section
from needs.linking import change_links
from needs.options import Audience, NeedKind
from pcc_tracker.empty import tables
from reports.actions import add_meeting, add_to_programme, change_report, start_report
from reports.checks import find_without_files
from reports.gather import gather_report
from reports.meeting_action_actions import add_action
from reports.models import EditionRow, PanelMeeting
from reports.office_actions import change_defaults, change_office_text
from reports.options import Classification
from reports.publishing import publish
from reports.question_actions import ask, publish_answer
from reports.sections import SectionKind
from themes.actions import lock_period, open_period, start_plan
from themes.models import Plan, Rating, RatingScheme, ReportingPeriod, Theme
from themes.quarters import FinancialYear, Quarter

FIXTURES = settings.BASE_DIR / "fixtures"
FIXTURE = FIXTURES / "police_and_crime_plan_2018_21"
REAL_QUARTER = Quarter.parse("2019-20 Q4")
OPEN_QUARTER = REAL_QUARTER.next
OPEN_QUARTER_NOTICE = (
    "Illustrative: this quarter was opened for the demonstration, so its updates are due soon after the day "
    "it was loaded, whatever the quarter."
)
PUBLISHED_AS_IT_IS = "Published as the owner wrote it."
CARRIED_FORWARD = "The work goes on in 2020-21, the plan's last full year."


def is_loaded() -> bool:
    """Whether the demonstration has filled this database."""
    return Office._meta.db_table in tables() and Office.objects.filter(demonstration_since__isnull=False).exists()


@transaction.atomic
def load(password: str, today: datetime.date) -> None:
    """Load the whole demonstration, or nothing. `today` is what the open quarter's due dates are reckoned from."""
    plan_file = _read("plan.toml")
    people = _load_people(plan_file, password)
    plan = _load_plan(plan_file, people)
    for number in range(1, 5):
        _ThemeLoader(_read(f"theme_{number}.toml"), plan, people, today).load()
    _load_needs(_read("assessment.toml", FIXTURES / "needs_assessment_2014_15"), plan, people["OPCC/PO"])
    _load_reports(plan_file, plan, people["OPCC/PO"], today)
    _load_what_the_panel_asked(plan_file, people)


def _read(name: str, folder: Path = FIXTURE) -> dict[str, Any]:
    with (folder / name).open("rb") as file:
        return tomllib.load(file)


def _load_people(plan_file: dict[str, Any], password: str) -> dict[str, User]:
    """The office, its organisations and people, by "organisation/initials". Only those with an e-mail sign in."""
    Office.objects.create(pk=1, demonstration_since=timezone.now(), **plan_file["office"])
    organisations = {facts["short_name"]: Organisation.objects.create(**facts) for facts in plan_file["organisations"]}
    people = {}
    for facts in plan_file["users"]:
        organisation = organisations[facts.pop("organisation")]
        people[f"{organisation.short_name}/{facts['initials']}"] = User.objects.create_user(
            organisation=organisation, password=password if "email" in facts else None, **facts
        )
    return people


def _load_plan(plan_file: dict[str, Any], people: dict[str, User]) -> Plan:
    scheme_facts = plan_file["rating_scheme"]
    scheme = RatingScheme.objects.create(name=scheme_facts["name"])
    for order, facts in enumerate(scheme_facts["ratings"], start=1):
        Rating.objects.create(scheme=scheme, order=order, **facts)
    return start_plan(rating_scheme=scheme, by=people["OPCC/ADM"], **plan_file["plan"])


def _load_reports(plan_file: dict[str, Any], plan: Plan, by: User, today: datetime.date) -> None:
    """The meetings with their reports, published; and the next meeting, with what is to go to it."""
    change_defaults(by=by, **plan_file["report_defaults"])
    for facts in plan_file["office_texts"]:
        change_office_text(by=by, **facts | {"kind": SectionKind(facts["kind"])})
    for facts in plan_file["meetings"]:
        meeting = add_meeting(date=facts["date"], papers_due=facts["papers_due"], note=facts["note"], by=by)
        themes, quarter = plan.themes.filter(number__in=facts["themes"]), Quarter.parse(facts["quarter"])
        for theme in themes:
            add_to_programme(meeting=meeting, theme=theme, quarter=quarter, by=by)
        report = start_report(
            meeting=meeting,
            themes=list(themes),
            quarter=quarter,
            agenda_item=facts["agenda_item"],
            classification=Classification.PUBLIC,
            by=by,
        )
        change_report(report=report, themes=list(themes), evidence=facts["evidence"], by=by)
        decided = dict.fromkeys(find_without_files(gather_report(report, by), by), PUBLISHED_AS_IT_IS)
        publish(report=report, by=by, decided=decided, expected_number=1, at=_noon(facts["papers_due"], days_before=1))
    thursday = today + datetime.timedelta(days=42 + (3 - today.weekday()) % 7)
    next_one = add_meeting(
        date=thursday,
        papers_due=thursday - datetime.timedelta(days=8),
        note="Illustrative: reckoned from the day the demonstration was loaded.",
        by=by,
    )
    for theme in plan.themes.all():
        add_to_programme(meeting=next_one, theme=theme, quarter=OPEN_QUARTER, by=by)


def _load_what_the_panel_asked(plan_file: dict[str, Any], people: dict[str, User]) -> None:
    """Questions about a published report, one with its answer, and what a meeting asked for; nobody is told."""
    office = people["OPCC/PO"]
    for facts in plan_file["questions"]:
        row = EditionRow.objects.select_related("theme__edition").get(
            theme__edition__report__quarter=Quarter.parse(facts["quarter"]),
            theme__number=facts["theme"],
            number=facts["deliverable"],
        )
        question = ask(
            edition=row.theme.edition,
            row_key=row.key,
            text=facts["text"],
            by=people["Panel/PM"],
            at=_noon(facts["asked_at"], days_before=0),
            tell=False,
        )
        if "answer" in facts:
            at = _noon(facts["answered_at"], days_before=0)
            publish_answer(question=question, answer=facts["answer"], by=office, at=at, tell=False)
    for facts in plan_file["actions"]:
        meeting, owner = PanelMeeting.objects.get(date=facts["meeting"]), people[facts["owner"]]
        add_action(meeting=meeting, text=facts["text"], owner=owner, due=facts["due"], by=office, tell=False)


def _load_needs(file: dict[str, Any], plan: Plan, by: User) -> None:
    """The assessment of 2014-15, the plan that it informs, and what of the demonstration's plan answers its needs."""
    informed = file["plan"]
    titles = informed.pop("themes")
    administrator = User.objects.get(role=Role.ADMINISTRATOR, email__isnull=False)
    earlier = start_plan(rating_scheme=plan.rating_scheme, by=administrator, **informed)
    themes = [
        Theme.objects.create(plan=earlier, number=number, title=title) for number, title in enumerate(titles, start=1)
    ]
    facts, answers = file["assessment"], file["answers"]
    rows = {
        row.number: row
        for row in Deliverable.objects.filter(
            theme__plan__slug=answers["plan"], theme__number=answers["theme"], financial_year=answers["year"]
        )
    }
    assessment = add_assessment(
        title=facts["title"],
        period=FinancialYear.parse(facts["period"]),
        informs=earlier,
        cross_cutting="\n".join(facts["cross_cutting"]),
        audience=Audience.EVERYONE,
        by=by,
    )
    for listed in file["sections"]:
        section = add_section(assessment=assessment, number=listed["number"], title=listed["title"], by=by)
        for kind, name in ((NeedKind.RISK, "risks"), (NeedKind.RECOMMENDATION, "recommendations")):
            for one in listed.get(name, []):
                need = add_need(section=section, kind=kind, wording=one["wording"], level=one.get("level", ""), by=by)
                change_links(need=need, add=[themes[number - 1] for number in one.get("themes", [])], by=by)
                answering = [rows[number] for number in one.get("answers", [])]
                change_links(need=need, add=answering, note=one.get("note", ""), by=by)


class _ThemeLoader:
    """Loads one theme's file: its periods, deliverables and updates, and then opens the next quarter."""

    def __init__(self, file: dict[str, Any], plan: Plan, people: dict[str, User], today: datetime.date) -> None:
        self.file = file
        self.people = people
        self.today = today
        self.administrator = people["OPCC/ADM"]
        self.reviewer = people["OPCC/PO"]
        self.theme = Theme.objects.create(plan=plan, number=file["number"], title=file["title"])
        self.periods: dict[Quarter, ReportingPeriod] = {}
        self.rows: dict[tuple[FinancialYear, int], Deliverable] = {}

    def load(self) -> None:
        for facts in self.file["periods"]:
            quarter = Quarter.parse(facts["quarter"])
            self.periods[quarter] = open_period(
                theme=self.theme,
                quarter=quarter,
                opens=quarter.ends - datetime.timedelta(days=21),
                updates_due=quarter.ends + datetime.timedelta(days=21),
                notice=facts["notice"],
                by=self.administrator,
            )
        deliverables = sorted(self.file["deliverables"], key=lambda facts: facts["financial_year"])
        for facts in deliverables:
            deliverable = self._deliverable(facts)
            for update in sorted(facts.get("updates", []), key=lambda update: update["quarter"]):
                self._approved_update(deliverable, update)
            self._end(deliverable, facts)
        for quarter, period in self.periods.items():
            if quarter < REAL_QUARTER:
                lock_period(period=period, by=self.reviewer, at=_noon(period.updates_due, days_before=-14))
        self._open_next_quarter()

    def _deliverable(self, facts: dict[str, Any]) -> Deliverable:
        year = FinancialYear.parse(facts["financial_year"])
        owner = self.people[facts["owner"]]
        dates = {
            name: Quarter.parse(facts[name]) for name in ("in_force_from", "planned_start", "due") if name in facts
        }
        if "carried_from" in facts:
            deliverable = carry_forward(
                deliverable=self.rows[year.previous, facts["carried_from"]],
                number=facts["number"],
                wording=facts["wording"],
                owner=owner,
                reason=facts["carried_forward_reason"],
                by=self.administrator,
                **dates,
            )
        else:
            deliverable = add_deliverable(
                theme=self.theme,
                financial_year=year,
                number=facts["number"],
                wording=facts["wording"],
                owner=owner,
                reason=facts.get("added_reason", ""),
                by=self.administrator,
                **dates,
            )
        self.rows[year, deliverable.number] = deliverable
        return deliverable

    def _approved_update(self, deliverable: Deliverable, facts: dict[str, Any]) -> None:
        period = self.periods[Quarter.parse(facts["quarter"])]
        update = self._draft(deliverable, period, facts, at=_noon(period.updates_due, days_before=4))
        owner = update.last_changed_by
        submit(update=update, by=owner, at=_noon(period.updates_due, days_before=3), tell=False)
        approve(update=update, by=self.reviewer, at=_noon(period.updates_due, days_before=1))

    def _draft(
        self, deliverable: Deliverable, period: ReportingPeriod, facts: dict[str, Any], at: datetime.datetime
    ) -> QuarterlyUpdate:
        date, precision = _dated(facts["date"])
        draft = Draft(
            narrative=facts["narrative"],
            rating=facts["rating"],
            date=date,
            date_precision=precision,
            recovery_step=facts.get("recovery_step", ""),
            recovery_by=facts.get("recovery_by"),
            earlier=[Quarter.parse(earlier) for earlier in facts.get("earlier", [])],
        )
        owner = deliverable.owner_on(period.quarter)
        assert owner is not None
        return save_draft(deliverable=deliverable, period=period, draft=draft, by=owner, at=at)

    def _end(self, deliverable: Deliverable, facts: dict[str, Any]) -> None:
        if "completed_in" in facts:
            mark_complete(
                deliverable=deliverable,
                quarter=Quarter.parse(facts["completed_in"]),
                reason=facts["completed_reason"],
                by=self.administrator,
            )
        if "withdrawn_from" in facts:
            withdraw(
                deliverable=deliverable,
                quarter=Quarter.parse(facts["withdrawn_from"]),
                reason=facts["withdrawn_reason"],
                by=self.administrator,
            )

    def _open_next_quarter(self) -> None:
        """Carry forward what goes on, and open the quarter with a few updates in it, none of them approved."""
        year = OPEN_QUARTER.year
        period = open_period(
            theme=self.theme,
            quarter=OPEN_QUARTER,
            opens=self.today - datetime.timedelta(days=7),
            updates_due=self.today + datetime.timedelta(days=14),
            notice=OPEN_QUARTER_NOTICE,
            by=self.administrator,
        )
        carried = {old.number: self._carry_into(old, year) for old in self._goes_on(year.previous)}
        for facts in self.file.get("next_quarter", []):
            update = self._draft(carried[facts["number"]], period, facts, at=_noon(self.today, days_before=2))
            if facts["state"] == "submitted":
                submit(update=update, by=update.last_changed_by, at=_noon(self.today, days_before=1), tell=False)

    def _goes_on(self, year: FinancialYear) -> Iterator[Deliverable]:
        for (row_year, _), deliverable in self.rows.items():
            if row_year == year and not deliverable.completed_in and not deliverable.withdrawn_from:
                yield deliverable

    def _carry_into(self, deliverable: Deliverable, year: FinancialYear) -> Deliverable:
        due = deliverable.due if deliverable.due and deliverable.due.year >= year else year.quarters[3]
        return carry_forward(deliverable=deliverable, reason=CARRIED_FORWARD, due=due, by=self.administrator)


def _noon(day: datetime.date, *, days_before: int) -> datetime.datetime:
    noon = datetime.datetime.combine(day - datetime.timedelta(days=days_before), datetime.time(12))
    return timezone.make_aware(noon)


def _dated(text: str) -> tuple[datetime.date | None, DatePrecision]:
    """A date as the fixture writes it: a day, a month, or nothing."""
    if not text:
        return None, DatePrecision.NONE
    if len(text) == len("2020-04"):
        return datetime.date.fromisoformat(f"{text}-01"), DatePrecision.MONTH
    return datetime.date.fromisoformat(text), DatePrecision.DAY


def accounts() -> list[tuple[str, str]]:
    """The accounts that can sign in: e-mail and role."""
    order = list(Role)
    users = sorted(User.objects.filter(email__isnull=False), key=lambda user: order.index(Role(user.role)))
    return [(user.email, user.role) for user in users]
