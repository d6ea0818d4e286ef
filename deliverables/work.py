"""The quarter's work: which updates are to do, written, waiting and done, and which of them are late."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Subquery

from accounts.models import User
from deliverables.models import Deliverable, QuarterlyUpdate, UpdateEvent, UpdateState
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


@dataclass(frozen=True)
class Task:
    """One deliverable's update for one reporting period."""

    deliverable: Deliverable
    period: ReportingPeriod
    stage: Stage
    update: QuarterlyUpdate | None
    note: str
    """What the reviewer asked for, where it is returned."""
    owner: User | None
    is_late: bool


def open_periods(today: datetime.date) -> list[ReportingPeriod]:
    """The periods whose updates can be written on a day, the latest quarter first."""
    periods = ReportingPeriod.objects.filter(opens__lte=today, locked_at__isnull=True)
    return list(periods.select_related("theme__plan").order_by("-quarter", "theme__number"))


def tasks(deliverables: DeliverableQuerySet, periods: Sequence[ReportingPeriod], today: datetime.date) -> list[Task]:
    """The tasks of `deliverables` in `periods`, in the periods' order, by number; five queries."""
    rows = deliverables.filter(theme__in={period.theme_id for period in periods}).select_related("theme")
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
    return [
        _task(row, period, updates.get((row.pk, period.pk)), today)
        for period in periods
        for row in of_theme[period.theme_id]
        if row.is_in_force(period.quarter)
    ]


def _task(row: Deliverable, period: ReportingPeriod, update: QuarterlyUpdate | None, today: datetime.date) -> Task:
    stage = _stage(row, period, update)
    return Task(
        deliverable=row,
        period=period,
        stage=stage,
        update=update,
        note=update.last_note if update and stage is Stage.RETURNED else "",
        owner=row.owner_on(period.quarter),
        is_late=stage in OPEN and today > period.updates_due,
    )


def _stage(row: Deliverable, period: ReportingPeriod, update: QuarterlyUpdate | None) -> Stage:
    if update is None:
        complete = row.completed_in is not None and row.completed_in <= period.quarter
        return Stage.NOT_NEEDED if complete or row.planned_start > period.quarter else Stage.TO_DO
    if update.state == UpdateState.DRAFT:
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


def at_a_glance(named: Iterable[tuple[str, Task]]) -> list[Glance]:
    """The stages counted by name, in the order in which the names first come."""
    groups: dict[str, list[Task]] = defaultdict(list)
    for name, task in named:
        groups[name].append(task)
    return [_glance(name, group) for name, group in groups.items()]


def _glance(name: str, group: list[Task]) -> Glance:
    counts = Counter(task.stage for task in group)
    return Glance(name, {stage: counts[stage] for stage in Stage}, sum(task.is_late for task in group))
