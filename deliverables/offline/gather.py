"""What a workbook of updates holds, gathered into plain values, whoever it is for."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format

from accounts.models import Office, User
from deliverables.actions import Draft
from deliverables.models import ApprovedUpdate, DatePrecision, QuarterlyUpdate, UpdateContent
from deliverables.offline.columns import Filled, Key, in_a_cell
from deliverables.querysets import DeliverableQuerySet
from deliverables.work import Task, tasks
from themes.place import Place
from themes.quarters import Quarter
from themes.ratings import RatingValue

_WRITTEN = ("narrative", "date", "date_precision", "recovery_step", "recovery_by", "earlier")


@dataclass(frozen=True)
class Row:
    """One update to be written."""

    key: Key
    deliverable: str
    stands: str
    """How far it is, by when it is due, and what its reviewer asked for."""
    last_rating: str
    last_text: str
    filled: Filled
    """What is written of it so far."""


@dataclass(frozen=True)
class Sheet:
    """All that a workbook of one quarter's updates says."""

    plan: str
    quarter: Quarter
    whose: str
    """In words: who writes them."""
    office: str
    email: str
    address: str
    """Of the page that takes it back."""
    due: tuple[datetime.date, ...]
    """The days on which they are due, the first one first."""
    scheme: tuple[RatingValue, ...]
    rows: tuple[Row, ...]


def to_write(deliverables: DeliverableQuerySet, place: Place, today: datetime.date) -> list[Task]:
    """The updates of the place's quarter that wait for their owners and can be written on a day; six queries."""
    return [task for task in tasks(deliverables, place.periods, today) if task.is_open and task.is_writable]


def gather_sheet(place: Place, found: Sequence[Task], *, whose: str, address: str, reader: User) -> Sheet:
    """What the workbook of some tasks holds; four queries, whatever the history behind them."""
    office = Office.get()
    written = QuarterlyUpdate.objects.filter(pk__in=[task.update.pk for task in found if task.update])
    drafts = {one.deliverable_id: one for one in written.select_related("rating")}
    last = _last_approved(place.quarter, found, reader)
    return Sheet(
        plan=str(place.plan),
        quarter=place.quarter,
        whose=whose,
        office=office.name,
        email=office.email,
        address=address,
        due=tuple(sorted({task.due for task in found})),
        scheme=place.plan.rating_scheme.values,
        rows=tuple(
            _row(task, drafts.get(task.deliverable.pk), last.get(task.deliverable.key)) for task in found
        ),
    )  # fmt: skip


def _last_approved(quarter: Quarter, found: Sequence[Task], reader: User) -> dict[object, ApprovedUpdate]:
    """By a deliverable's key its latest approved update of an earlier quarter, however far back."""
    keys = [task.deliverable.key for task in found]
    earlier = (
        ApprovedUpdate.objects.visible_to(reader)
        .filter(update__deliverable__key__in=keys, update__period__quarter__lt=quarter)
        .with_quarter()
        .order_by("quarter")
        .values_list("update__deliverable__key", "pk")
    )
    latest = dict(earlier)  # of each key the last one stays
    texts = ApprovedUpdate.objects.select_related("rating").with_quarter().in_bulk(latest.values())
    return {key: texts[pk] for key, pk in latest.items()}


def _row(task: Task, update: QuarterlyUpdate | None, last: ApprovedUpdate | None) -> Row:
    filled = filled_of(draft_of(update)) if update else Filled()
    number, theme = task.deliverable.number, task.deliverable.theme.number
    version = update.version if update else 0
    note = f"\n{task.stage_label} with the note: {task.note}" if task.note else ""
    return Row(
        key=Key(theme, number, task.period.quarter, version, task.deliverable.key, filled.digest),
        deliverable=task.deliverable.wording,
        stands=f"{task.stage_label}, due on {date_format(task.due)}{note}",
        last_rating=f"{last.rating_value}\n{last.quarter.label}" if last else "",
        last_text=_dated(last) if last else "",
        filled=filled,
    )


def _dated(last: ApprovedUpdate) -> str:
    text = in_a_cell(last.narrative)
    return f"{last.date_label}\n{text}" if last.date_label else text


def draft_of(content: UpdateContent) -> Draft:
    """What is stored of an update as `save_draft` would take it again."""
    written = {name: getattr(content, name) for name in _WRITTEN}
    return Draft(rating=content.rating.code if content.rating else "", **written)


def filled_of(draft: Draft) -> Filled:
    """What the cells of a row say of a draft."""
    day = draft.date.isoformat() if draft.date else ""
    return Filled(
        rating=draft.rating,
        text=in_a_cell(draft.narrative),
        date=date_format(draft.date, "F Y") if draft.date_precision == DatePrecision.MONTH else day,
        step=draft.recovery_step,
        by=draft.recovery_by.isoformat() if draft.recovery_by else "",
    )
