"""`python manage.py seed_scale`: a made-up plan of any size, to measure the product and to try it with.

What it writes is what the verbs in `actions.py` would have left behind, but it is written in bulk: past the
verbs, and so without a check of each row and without an entry in the audit trail. Only the office, its people,
the rating scheme, the plan and its themes are made one by one. The same numbers and seed give the same plan,
but for the keys of its deliverables, which no two plans may share.
"""

import datetime
import random
import time
import uuid
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from django.core.management.base import BaseCommand, CommandError
from django.db import reset_queries, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from tqdm import tqdm

from accounts.models import Office, Organisation, User
from accounts.roles import Role
from deliverables import narrative
from deliverables.models import (
    ApprovedUpdate,
    DatePrecision,
    Deliverable,
    DeliverableOwner,
    QuarterlyUpdate,
    UpdateEvent,
    UpdateState,
)
from deliverables.searching import words_of_update
from themes.actions import start_plan
from themes.models import Plan, Rating, RatingScheme, ReportingPeriod, Theme
from themes.quarters import Quarter
from themes.ratings import Kind

LAST_QUARTER = Quarter.parse("2019-20 Q4")
MOST_DELIVERABLES = 100_000
MOST_QUARTERS = 400
BATCH = 1_000
"""Deliverables that are held in memory with their texts at once."""

PLAN_TITLE = "Scale plan"
THEMES = ["Protecting people from harm", "Helping victims", "Tackling crime", "Transforming services"]
RATINGS = [
    ("G", "Green", Kind.ON_COURSE, "#00703c", "Achieved, or progressing as it should"),
    ("A", "Amber", Kind.AT_RISK, "#f4a81c", "Under way, but too slowly, or with a risk of not being achieved"),
    ("R", "Red", Kind.OFF_TRACK, "#b42318", "Not achieved, or very likely not to be"),
    ("NS", "Not started", Kind.NOT_STARTED, "#ffffff", "Not begun"),
]
NO_UPDATE = ""
SPREAD = {"G": 75, "A": 15, "R": 5, "NS": 2, NO_UPDATE: 3}
"""Percent of the updates by rating, in the long run of quarters."""
RATING_STAYS = 0.7
"""The share of ratings that are carried from one quarter to the next before any is drawn anew."""
ONE_IN_WAITS = 20
"""Of so many deliverables one has, in the last quarter, an update that is submitted and not approved."""

TASKS = ["Expand", "Review", "Pilot", "Bring together", "Improve", "Evaluate"]
SUBJECTS = [
    "support for victims of hidden harm",
    "the response to calls about noise",
    "work with schools on knife crime",
    "visits to repeat offenders",
    "advice to small businesses on fraud",
    "checks on vehicles on rural roads",
    "help for those who leave prison",
]
PLACES = ["the city", "the north of the county", "the south of the county", "the market towns", "the villages"]
RECOVERY_STEP = "Two posts are filled by the end of next quarter, and the backlog is looked at every week."

_FIRST = (
    "<p>Work in {place} has gone on through the quarter. {a} people took part, against {b} in the quarter before, and "
    "{c} of them were referred by a partner. The steering group met as planned and agreed what comes next.</p>"
)
_MORE = (
    "<p>Of those asked, <strong>{d} of {e}</strong> said that the service had helped them. Staff turnover slowed the "
    "start: two posts stood empty for some weeks, and training had to be moved. Both posts are now filled, and the "
    "first results from {place} are expected in time for the next update.</p>"
)
_RISK = (
    "<p>The main risk is money: the grant that pays for this ends with the year, and what follows it is not yet known. "
    "Partners have been told, and {c} cases that would be hit first have been listed, so that nobody is left without "
    "help. A second risk is that figures from {place} come in late; a monthly return has been agreed.</p>"
)
_LIST = (
    "<p>Since the last update:</p><ul><li>{a} visits were made in {place}, most of them within a week of the call</li>"
    "<li>a new agreement was signed with <em>two</em> councils</li><li>{c} officers were trained, and {d} more are "
    "booked on the next course</li></ul>"
)
_STEPS = (
    "<h3>What comes next</h3><ol><li>Publish the findings for {place}</li><li>Agree who pays for the second year"
    "<ul><li>the force has offered a third</li><li>partners answer by the end of the quarter</li></ul></li>"
    "<li>Look again at the {b} cases that were closed without an outcome</li></ol>"
)
_TABLE = (
    "<table><thead><tr><th><p>Measure</p></th><th><p>This quarter</p></th><th><p>Quarter before</p></th></tr></thead>"
    "<tbody><tr><td><p>People supported</p></td><td><p>{a}</p></td><td><p>{b}</p></td></tr>"
    "<tr><td><p>Referred by partners</p></td><td><p>{c}</p></td><td><p>{d}</p></td></tr>"
    "<tr><td><p>Closed with an outcome</p></td><td><p>{e}</p></td><td><p>{b}</p></td></tr></tbody></table>"
)
SHAPES = [
    _FIRST,
    _FIRST + _RISK,
    _FIRST + _LIST,
    _FIRST + _RISK + _TABLE,
    _MORE + _LIST + _STEPS,
    _FIRST + _MORE + _RISK + _LIST + _STEPS + _TABLE,
]
"""Texts of a few hundred to some 2,000 characters. What is filled in is figures and plain words, so a text
stays as clean as its shape is."""


class Command(BaseCommand):
    help = (
        "Add a made-up plan of any size to the database, for measuring and trying out: so many deliverables in each "
        "financial year, and so many quarters of approved updates back from 2019-20 Q4. All of it or nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--deliverables", type=int, required=True, help=f"in each financial year, 1 to {MOST_DELIVERABLES:,}"
        )
        parser.add_argument("--quarters", type=int, required=True, help=f"of history, 1 to {MOST_QUARTERS}")
        parser.add_argument("--seed", type=int, default=1, help="another seed makes other texts and ratings (1)")

    def handle(self, *, deliverables: int, quarters: int, seed: int, verbosity: int, **options: object) -> None:
        refuse_unless_between("--deliverables", deliverables, MOST_DELIVERABLES)
        refuse_unless_between("--quarters", quarters, MOST_QUARTERS)
        started = time.perf_counter()
        bar = tqdm(total=deliverables * quarters, unit=" updates", disable=None if verbosity else True)
        with bar, transaction.atomic():
            seeder = Seeder(deliverables, quarters, seed, advance=bar.update)
            plan = seeder.fill()
        if verbosity:
            self.stdout.write(f"{plan}, {quarters} quarter(s) up to {LAST_QUARTER}:")
            for name, number in seeder.made.items():
                self.stdout.write(f"  {number:>12,} {name}")
            self.stdout.write(f"in {time.perf_counter() - started:.1f} seconds.")


def refuse_unless_between(option: str, given: int, most: int) -> None:
    """Raise CommandError, with what is allowed, where a number is not one from 1 to `most`."""
    if not 1 <= given <= most:
        raise CommandError(f"{option} {given} cannot be used: give a number from 1 to {most:,}.")


@dataclass(eq=False, slots=True)
class Work:
    """A piece of work through the years: what its row of every year has in common, and where it stands now."""

    key: uuid.UUID
    theme: Theme
    number: int
    wording: str
    owner: User
    rating: str
    row: int = 0
    """The primary key of its deliverable in the year that is being written."""


class Seeder:
    """Writes one plan, quarter by quarter; what it holds in memory does not grow with the history."""

    def __init__(self, deliverables: int, quarters: int, seed: int, advance: Callable[[int], object]) -> None:
        self.deliverables = deliverables
        self.quarters = _quarters_back(quarters)
        self.random = random.Random(seed)  # noqa: S311 - nothing here is secret
        self.advance = advance
        self.shapes = [narrative.clean(shape) for shape in SHAPES]
        self.made: Counter[str] = Counter()

    def fill(self) -> Plan:
        """The whole plan. To be called in a transaction, so that nothing is left half done."""
        self._find_people()
        self.scheme, self.ratings = _rating_scheme()
        plan, themes = self._start_plan()
        works = [self._work(index, themes) for index in range(self.deliverables)]
        for quarter in self.quarters:
            if quarter.number == 1 or quarter == self.quarters[0]:
                self._start_year(works, quarter)
            self._write_quarter(works, quarter, _open_periods(themes, quarter))
        return plan

    def _find_people(self) -> None:
        Office.objects.get_or_create(pk=1, defaults={"name": "Police and Crime Commissioner"})
        office, _ = Organisation.objects.get_or_create(
            is_office=True, defaults={"name": "Office of the Police and Crime Commissioner", "short_name": "OPCC"}
        )
        force, _ = Organisation.objects.get_or_create(short_name="Scale", defaults={"name": "Scale Constabulary"})
        self.administrator = _person(office, "SC0", Role.ADMINISTRATOR)
        self.reviewer = _person(office, "SC1", Role.STAFF)
        self.owners = [
            _person(organisation, f"SC{n}") for n, organisation in enumerate([force, force, office], start=2)
        ]

    def _start_plan(self) -> tuple[Plan, list[Theme]]:
        plan = start_plan(
            title=_free_title(),
            start_year=self.quarters[0].year.start,
            end_year=LAST_QUARTER.year.next.start,
            rating_scheme=self.scheme,
            by=self.administrator,
        )
        return plan, [Theme.objects.create(plan=plan, number=n, title=title) for n, title in enumerate(THEMES, start=1)]

    def _work(self, index: int, themes: list[Theme]) -> Work:
        turn, place = divmod(index, len(themes))
        return Work(
            key=uuid.uuid4(),
            theme=themes[place],
            number=turn + 1,
            wording=f"{self.random.choice(TASKS)} {self.random.choice(SUBJECTS)} in {self.random.choice(PLACES)}",
            owner=self.owners[index % len(self.owners)],
            rating=self._drawn_rating(),
        )

    def _drawn_rating(self) -> str:
        return self.random.choices(list(SPREAD), weights=SPREAD.values())[0]

    def _start_year(self, works: list[Work], first: Quarter) -> None:
        """The deliverables of the year that `first` is in, with their owners; carried forward after the first year."""
        reason = "The work goes on." if first > self.quarters[0] else ""
        for batch in _batches(works):
            rows = Deliverable.objects.bulk_create(
                Deliverable(
                    key=work.key,
                    theme=work.theme,
                    financial_year=first.year,
                    number=work.number,
                    wording=work.wording,
                    in_force_from=first,
                    planned_start=self.quarters[0],
                    due=LAST_QUARTER,
                    carried_forward_reason=reason,
                )
                for work in batch
            )
            for work, row in zip(batch, rows, strict=True):
                work.row = row.pk
            DeliverableOwner.objects.bulk_create(
                DeliverableOwner(deliverable_id=work.row, user=work.owner, since=first.starts) for work in batch
            )
            self.made["deliverables"] += len(batch)

    def _write_quarter(self, works: list[Work], quarter: Quarter, periods: dict[int, ReportingPeriod]) -> None:
        for work in works:
            if self.random.random() >= RATING_STAYS:
                work.rating = self._drawn_rating()
        waiting = self._waiting(works) if quarter == LAST_QUARTER else set()
        for batch in _batches(works):
            self._write_updates([work for work in batch if work.rating], waiting, periods)
            self.advance(len(batch))
            reset_queries()  # with DEBUG on, Django would keep every statement with its texts

    def _waiting(self, works: list[Work]) -> set[Work]:
        """Those whose update is submitted and not approved: a few, but never all."""
        rated = [work for work in works if work.rating]
        return set(self.random.sample(rated, min(max(1, len(rated) // ONE_IN_WAITS), max(0, len(rated) - 1))))

    def _write_updates(self, works: list[Work], waiting: set[Work], periods: dict[int, ReportingPeriod]) -> None:
        updates = [self._update(work, periods[work.theme.pk], approved=work not in waiting) for work in works]
        QuarterlyUpdate.objects.bulk_create(updates)
        UpdateEvent.objects.bulk_create(event for update in updates for event in self._events(update))
        approved = [
            self._approved(update, work)
            for update, work in zip(updates, works, strict=True)
            if update.state == UpdateState.APPROVED
        ]
        ApprovedUpdate.objects.bulk_create(approved)
        self.made["approved updates"] += len(approved)
        self.made["submitted updates"] += len(updates) - len(approved)

    def _update(self, work: Work, period: ReportingPeriod, *, approved: bool) -> QuarterlyUpdate:
        rating = self.ratings[work.rating]
        date, precision = self._dated(period.quarter)
        return QuarterlyUpdate(
            deliverable_id=work.row,
            period=period,
            state=UpdateState.APPROVED if approved else UpdateState.SUBMITTED,
            rating=rating,
            narrative=self._narrative(),
            date=date,
            date_precision=precision,
            recovery_step=RECOVERY_STEP if rating.needs_recovery else "",
            recovery_by=period.quarter.next.ends if rating.needs_recovery else None,
            last_changed_by=work.owner,
            last_changed_at=_noon(period, days_before=4),
        )

    def _narrative(self) -> str:
        figures = {name: self.random.randint(2, 900) for name in "abc"}
        whole = self.random.randint(20, 400)
        return self.random.choice(self.shapes).format(
            **figures, d=self.random.randint(1, whole), e=whole, place=self.random.choice(PLACES)
        )

    def _dated(self, quarter: Quarter) -> tuple[datetime.date | None, DatePrecision]:
        """Mostly a day in the quarter's last two weeks; now and then its last month, or nothing."""
        precision = self.random.choices(list(DatePrecision), weights=[8, 1, 1])[0]
        day = quarter.ends - datetime.timedelta(days=self.random.randrange(14))
        return {
            DatePrecision.DAY: day,
            DatePrecision.MONTH: day.replace(day=1),
            DatePrecision.NONE: None,
        }[precision], precision

    def _approved(self, update: QuarterlyUpdate, work: Work) -> ApprovedUpdate:
        return ApprovedUpdate(
            update=update,
            number=work.number,
            wording=work.wording,
            words=words_of_update(update, work.wording),
            owner_label=work.owner.owner_label,
            approved_by=self.reviewer,
            approved_at=_noon(update.period, days_before=1),
            **{name: getattr(update, name) for name in QuarterlyUpdate.CONTENT},
        )

    def _events(self, update: QuarterlyUpdate) -> Iterator[UpdateEvent]:
        step, at = UpdateEvent.Step, _noon(update.period, days_before=3)
        yield UpdateEvent(update=update, step=step.SUBMITTED, by=update.last_changed_by, at=at)
        if update.state == UpdateState.APPROVED:
            at = _noon(update.period, days_before=1)
            yield UpdateEvent(update=update, step=step.APPROVED, by=self.reviewer, at=at)


def _quarters_back(number: int) -> list[Quarter]:
    """So many quarters up to the last, oldest first."""
    quarters = [LAST_QUARTER]
    while len(quarters) < number:
        quarters.append(quarters[-1].previous)
    return quarters[::-1]


def _person(organisation: Organisation, initials: str, role: Role = Role.CONTRIBUTOR) -> User:
    """The one with these initials; made without an e-mail or a password, so nobody can sign in as them."""
    found = User.objects.filter(organisation=organisation, initials=initials).select_related("organisation").first()
    return found or User.objects.create_user(
        display_name=f"Scale {role} {initials}", initials=initials, organisation=organisation, role=role
    )


def _rating_scheme() -> tuple[RatingScheme, dict[str, Rating]]:
    """The scale plans' scheme, and its ratings by code."""
    scheme, _ = RatingScheme.objects.get_or_create(name="Scale plan: Red, Amber, Green")
    for order, (code, name, kind, colour, definition) in enumerate(RATINGS, start=1):
        facts = {"name": name, "kind": kind, "colour": colour, "definition": definition, "order": order}
        needs_recovery = kind in (Kind.AT_RISK, Kind.OFF_TRACK)
        Rating.objects.get_or_create(scheme=scheme, code=code, defaults={**facts, "needs_recovery": needs_recovery})
    return scheme, {rating.code: rating for rating in scheme.ratings.all()}


def _free_title() -> str:
    """ "Scale plan", or the first of "Scale plan 2", "Scale plan 3" ... that no plan has yet."""
    titles = (PLAN_TITLE if number == 1 else f"{PLAN_TITLE} {number}" for number in count(1))
    return next(title for title in titles if not Plan.objects.filter(Q(title=title) | Q(slug=slugify(title))).exists())


def _open_periods(themes: list[Theme], quarter: Quarter) -> dict[int, ReportingPeriod]:
    """The quarter's reporting periods, by theme."""
    weeks = datetime.timedelta(weeks=3)
    opens, due = quarter.ends - weeks, quarter.ends + weeks
    periods = ReportingPeriod.objects.bulk_create(
        ReportingPeriod(theme=theme, quarter=quarter, opens=opens, updates_due=due) for theme in themes
    )
    return {period.theme_id: period for period in periods}


def _batches(works: list[Work]) -> Iterator[list[Work]]:
    for start in range(0, len(works), BATCH):
        yield works[start : start + BATCH]


def _noon(period: ReportingPeriod, *, days_before: int) -> datetime.datetime:
    """Noon, so many days before the period's updates are due."""
    day = period.updates_due - datetime.timedelta(days=days_before)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
