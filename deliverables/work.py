"""The quarter's work: which updates are to do, written, waiting and done, and which of them are late."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.formats import date_format

from accounts.models import User
from deliverables.models import Deliverable, Extension, QuarterlyUpdate, UpdateEvent, UpdateState
from deliverables.querysets import DeliverableQuerySet
from themes.models import ReportingPeriod


class Stage(StrEnum):
    """Where an update stands, as a list of tasks says it. Late is a fact beside it, never a stage."""

    TO_DO = "to do"
    DRAFT = "draft"
    RETURNED = "returned"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    NOT_NEEDED = "not needed"


OPEN = {Stage.TO_DO, Stage.DRAFT, Stage.RETURNED}
"""What still waits for its owner."""


LONG_LATE = 60
"""From more days than this on nobody counts them."""


@dataclass(frozen=True)
class Task:
    """One deliverable's update for one reporting period, as it stands on a day."""

    deliverable: Deliverable
    period: ReportingPeriod
    stage: Stage
    update: QuarterlyUpdate | None
    note: str
    """What the reviewer asked for, where it is returned or reopened."""
    owner: User | None
    """Who leads the deliverable on the day, and so has to write its update, whatever the quarter."""
    extension: Extension | None
    today: datetime.date

    @property
    def due(self) -> datetime.date:
        """The day it is due. More time never makes it less: of two days the later, while the quarter is open."""
        if self.extension is None:
            return self.period.updates_due
        return self.extension.until if self.period.is_locked else max(self.extension.until, self.period.updates_due)

    @property
    def is_open(self) -> bool:
        """Whether it still waits for its owner."""
        return self.stage in OPEN

    @property
    def is_reopened(self) -> bool:
        """Whether it was approved and waits for its owner again."""
        return self.stage is Stage.DRAFT and self.update.last_step == UpdateEvent.Step.REOPENED

    @property
    def stage_label(self) -> str:
        """The stage as a list says it: a draft that was reopened is said to be."""
        return "Reopened" if self.is_reopened else self.stage.capitalize()

    @property
    def is_late(self) -> bool:
        return self.is_open and self.today > self.due

    @property
    def is_writable(self) -> bool:
        """Whether its quarter takes it: it has opened, and is not locked or more time was given and is not over."""
        more_time = self.extension is not None and self.today <= self.extension.until
        return self.period.opens <= self.today and (more_time or not self.period.is_locked)

    @property
    def can_be_approved(self) -> bool:
        """Whether it waits for approval and its quarter takes one: it is not locked, or more time was given."""
        return self.stage is Stage.SUBMITTED and (self.extension is not None or not self.period.is_locked)

    @property
    def deadline(self) -> str:
        """How far off the due day is, in words; nothing where it no longer waits for its owner."""
        return deadline(self.due, self.today) if self.is_open else ""

    @property
    def when(self) -> str:
        """The due day, and how far off it is: "due in 3 days, on 4 May 2020", "due on 4 May 2020, 1 day late"."""
        if self.is_open and not self.is_late:
            return f"{self.deadline}, on {date_format(self.due)}"
        if self.is_late and (self.today - self.due).days > LONG_LATE:
            return self.deadline
        return f"due on {date_format(self.due)}" + (f", {self.deadline}" if self.is_late else "")

    @property
    def name(self) -> str:
        return f"Theme {self.deliverable.theme.number}, {self.deliverable.number}. {self.deliverable.wording}"

    @property
    def address(self) -> str:
        """Where it is written."""
        return self._page("write_update")

    @property
    def review_address(self) -> str:
        return self._page("review_update")

    @property
    def deliverable_address(self) -> str:
        return self._page("deliverable")

    @property
    def extend_address(self) -> str:
        return self._page("extend")

    def _page(self, view: str) -> str:
        theme, quarter = self.deliverable.theme, self.period.quarter
        where = {"plan": theme.plan.slug, "year": str(quarter.year), "quarter": quarter.slug}
        return reverse(view, kwargs=where | {"theme": theme.number, "deliverable": self.deliverable.number})


def deadline(due: datetime.date, today: datetime.date) -> str:
    """How far off a due day is, as people say it: "due in 3 days", "due today", "5 days late".

    What is long late is said by its day: "late since 21 April 2020".
    """
    days = (due - today).days
    if days < -LONG_LATE:
        return f"late since {date_format(due)}"
    if days < 0:
        return f"{-days} day{'' if days == -1 else 's'} late"
    return {0: "due today", 1: "due tomorrow"}.get(days, f"due in {days} days")


def open_periods(today: datetime.date) -> list[ReportingPeriod]:
    """The periods in which updates can be written on a day, be it by more time alone; the latest quarter first."""
    more_time = Extension.objects.filter(period=OuterRef("pk"), until__gte=today)
    periods = ReportingPeriod.objects.filter(Q(locked_at__isnull=True) | Exists(more_time), opens__lte=today)
    return list(periods.select_related("theme__plan").order_by("-quarter", "theme__number"))


def period_to_review(today: datetime.date) -> ReportingPeriod | None:
    """One of the latest quarter that has opened by a day: of those not locked, or else of all."""
    opened = ReportingPeriod.objects.filter(opens__lte=today).annotate(takes_updates=Q(locked_at=None))
    return opened.select_related("theme__plan").order_by("-takes_updates", "-quarter", "theme__plan").first()


def current_tasks(deliverables: DeliverableQuerySet, today: datetime.date) -> list[Task]:
    """The tasks of `deliverables` that can be written on a day, or were: of a locked quarter only those with time."""
    return [task for task in tasks(deliverables, open_periods(today), today) if task.is_writable]


def tasks(deliverables: DeliverableQuerySet, periods: Sequence[ReportingPeriod], today: datetime.date) -> list[Task]:
    """The tasks of `deliverables` in `periods`, in the periods' order, by number; six queries."""
    rows = deliverables.filter(
        theme__in={period.theme_id for period in periods},
        financial_year__in={period.quarter.year for period in periods},
    ).select_related("theme__plan")
    of_theme: dict[int, list[Deliverable]] = defaultdict(list)
    for row in rows.prefetch_related("owners__user__organisation").order_by("number"):
        of_theme[row.theme_id].append(row)
    last_step = UpdateEvent.objects.latest_of("pk")
    written = QuarterlyUpdate.objects.filter(period__in=periods).select_related("rating", "last_changed_by")
    updates = {
        (update.deliverable_id, update.period_id): update
        for update in written.defer("narrative").annotate(
            last_step=Subquery(last_step.values("step")[:1]), last_note=Subquery(last_step.values("note")[:1])
        )
    }
    extensions = {(one.deliverable_id, one.period_id): one for one in Extension.objects.filter(period__in=periods)}
    return [
        _task(row, period, updates.get((row.pk, period.pk)), extensions.get((row.pk, period.pk)), today)
        for period in periods
        for row in of_theme[period.theme_id]
        if row.is_in_force(period.quarter)
    ]


def _task(
    row: Deliverable,
    period: ReportingPeriod,
    update: QuarterlyUpdate | None,
    extension: Extension | None,
    today: datetime.date,
) -> Task:
    stage = _stage(row, period, update)
    came_back = stage in (Stage.DRAFT, Stage.RETURNED)
    return Task(
        deliverable=row,
        period=period,
        stage=stage,
        update=update,
        note=(update.last_note or "") if update and came_back else "",
        owner=row.leader_on(today),
        extension=extension,
        today=today,
    )


def _stage(row: Deliverable, period: ReportingPeriod, update: QuarterlyUpdate | None) -> Stage:
    if update is None:
        complete = row.completed_in is not None and row.completed_in <= period.quarter
        return Stage.NOT_NEEDED if complete or row.planned_start > period.quarter else Stage.TO_DO
    if update.state == UpdateState.DRAFT:
        if row.completed_in is not None and row.completed_in < period.quarter:
            return Stage.NOT_NEEDED  # begun before it was marked complete; it can no longer be written
        return Stage.RETURNED if update.last_step == UpdateEvent.Step.RETURNED else Stage.DRAFT
    return Stage(update.state)


@dataclass(frozen=True)
class Glance:
    """How the work of one theme or organisation stands."""

    name: str
    counts: dict[Stage, int]
    late: int

    @property
    def needed(self) -> int:
        return sum(count for stage, count in self.counts.items() if stage is not Stage.NOT_NEEDED)

    @property
    def approved(self) -> int:
        return self.counts[Stage.APPROVED]

    @property
    def submitted(self) -> int:
        return self.counts[Stage.SUBMITTED]

    @property
    def in_words(self) -> str:
        """How far it is: "3 of 12 approved, 2 submitted"."""
        return f"{self.approved} of {self.needed} approved, {self.submitted} submitted"


def at_a_glance(named: Iterable[tuple[str, Task]]) -> list[Glance]:
    """The stages counted by name, in the order in which the names first come."""
    groups: dict[str, list[Task]] = defaultdict(list)
    for name, task in named:
        groups[name].append(task)
    return [_glance(name, group) for name, group in groups.items()]


def _glance(name: str, group: list[Task]) -> Glance:
    counts = Counter(task.stage for task in group)
    return Glance(name, {stage: counts[stage] for stage in Stage}, sum(task.is_late for task in group))
