"""The verbs on deliverables themselves: add, change, renumber, carry forward, complete, withdraw, hand over.

Each names its actor, is all or nothing, and raises `Refused` with the reason in words for who asked. The reasons
are kept in the history, from where the schedule of changes prints them.
"""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.formats import date_format

from accounts.actions import refuse_without, save
from accounts.models import User
from accounts.people_actions import deactivate_person
from accounts.roles import Permission, Refused, refuse_unless
from deliverables.models import ApprovedUpdate, Deliverable, DeliverableOwner
from themes.models import ReportingPeriod, Theme
from themes.quarters import FinancialYear, Quarter
from themes.ratings import Kind

_BEYOND_ALL_NUMBERS = 20_000


@transaction.atomic
def add_deliverable(
    *,
    theme: Theme,
    financial_year: FinancialYear,
    number: int,
    wording: str,
    owner: User,
    by: User,
    in_force_from: Quarter | None = None,
    planned_start: Quarter | None = None,
    due: Quarter | None = None,
    reason: str = "",
) -> Deliverable:
    """A new deliverable, led by `owner` from the first day it is in force; in force from the year's Q1 unless said."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    in_force_from = in_force_from or financial_year.quarters[0]
    deliverable = Deliverable(
        theme=theme,
        financial_year=financial_year,
        number=number,
        wording=wording,
        in_force_from=in_force_from,
        planned_start=planned_start or in_force_from,
        due=due,
    )
    return _added(deliverable, owner, reason.strip(), by)


@transaction.atomic
def carry_forward(
    *,
    deliverable: Deliverable,
    reason: str,
    by: User,
    number: int | None = None,
    wording: str = "",
    owner: User | None = None,
    planned_start: Quarter | None = None,
    due: Quarter | None = None,
) -> Deliverable:
    """Next year's row of a deliverable that goes on, linked to this year's by its key.

    Number, wording, owner and dates stay as they are unless given.
    """
    refuse_unless(by, Permission.MANAGE_PLAN)
    if not reason.strip():
        raise Refused("Say why the deliverable is carried forward.")
    if deliverable.withdrawn_from:
        raise Refused(f"{deliverable} was withdrawn from {deliverable.withdrawn_from}, so it is not carried forward.")
    if deliverable.completed_in:
        raise Refused(f"{deliverable} is complete since {deliverable.completed_in}, so it is not carried forward.")
    year = deliverable.financial_year.next
    owner = owner or deliverable.leader_on(datetime.date.max)
    if owner is None:
        raise Refused(f"{deliverable} has no owner. Say who leads it in {year}.")
    carried = Deliverable(
        key=deliverable.key,
        theme=deliverable.theme,
        financial_year=year,
        number=number or deliverable.number,
        wording=wording or deliverable.wording,
        in_force_from=year.quarters[0],
        planned_start=planned_start or deliverable.planned_start,
        due=due or deliverable.due,
        carried_forward_reason=reason.strip(),
    )
    return _added(carried, owner, reason.strip(), by)


def _added(deliverable: Deliverable, owner: User, reason: str, by: User) -> Deliverable:
    save(deliverable, by, reason)
    _lead(deliverable, owner, deliverable.in_force_from.starts, reason, by)
    return deliverable


@transaction.atomic
def mark_complete(*, deliverable: Deliverable, quarter: Quarter, reason: str, by: User) -> None:
    """From `quarter` on it needs no further update and keeps its last approved rating of the year."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    rated = ApprovedUpdate.objects.filter(update__deliverable=deliverable, update__period__quarter__lte=quarter)
    kept = rated.select_related("rating").order_by("-update__period__quarter").first()
    if kept is None:
        raise Refused(f"{deliverable} has no approved rating to keep. Approve an update of {quarter} or before first.")
    if kept.rating.kind not in (Kind.COMPLETE, Kind.ON_COURSE):
        raise Refused(f"{deliverable} would keep {kept.rating.name}. Approve an update that says it is done first.")
    deliverable.completed_in, deliverable.completed_reason = quarter, reason.strip()
    save(deliverable, by, reason.strip())


@transaction.atomic
def withdraw(*, deliverable: Deliverable, quarter: Quarter, reason: str, by: User) -> None:
    """From `quarter` on it no longer counts; it keeps its number, which is not used again that year."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    deliverable.withdrawn_from, deliverable.withdrawn_reason = quarter, reason.strip()
    save(deliverable, by, reason.strip())


@transaction.atomic
def change_deliverable(
    *,
    deliverable: Deliverable,
    wording: str,
    in_force_from: Quarter,
    planned_start: Quarter,
    due: Quarter | None,
    reason: str,
    by: User,
) -> None:
    """Reword a deliverable or move its dates. What was approved keeps the wording it was approved under."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    rated = ApprovedUpdate.objects.filter(update__deliverable=deliverable, update__period__quarter__lt=in_force_from)
    if (first := rated.with_quarter().order_by("quarter").first()) is not None:
        raise Refused(f"It has an approved update of {first.quarter}, so it was in force then. Choose that or earlier.")
    deliverable.wording, deliverable.in_force_from = wording.strip(), in_force_from
    deliverable.planned_start, deliverable.due = planned_start, due
    save(deliverable, by, refuse_without(reason))


@transaction.atomic
def renumber(
    *, theme: Theme, financial_year: FinancialYear, numbers: Mapping[int, int], reason: str, by: User
) -> list[Deliverable]:
    """Give a year's deliverables the numbers in `numbers`, by primary key; those whose number changed.

    All at once, so that two can change places. A withdrawn one keeps its number.
    """
    refuse_unless(by, Permission.MANAGE_PLAN)
    rows = list(Deliverable.objects.filter(theme=theme, financial_year=financial_year).select_for_update())
    wanted = {row.pk: numbers.get(row.pk, row.number) for row in rows}
    for number, count in Counter(wanted.values()).items():
        if count > 1:
            raise Refused(f"Number {number} is given to {count} deliverables. Give each a number of its own.")
    moved = [row for row in rows if wanted[row.pk] != row.number]
    for row in moved:
        if row.withdrawn_from:
            raise Refused(f"Number {row.number} was withdrawn, and a withdrawn deliverable keeps its number.")
    # Out of each other's way first: the database holds the numbers apart at every step.
    for away, row in enumerate(moved, start=_BEYOND_ALL_NUMBERS):
        Deliverable.objects.filter(pk=row.pk).update(number=away)
    for row in moved:
        row.number = wanted[row.pk]
        save(row, by, refuse_without(reason))
    return moved


@transaction.atomic
def put_back(*, deliverable: Deliverable, reason: str, by: User) -> None:
    """Take back that a deliverable was marked complete or withdrawn: it is in force and asked for updates again."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    if not deliverable.completed_in and not deliverable.withdrawn_from:
        raise Refused(f"{deliverable} is neither complete nor withdrawn, so there is nothing to take back.")
    deliverable.completed_in = deliverable.withdrawn_from = None
    deliverable.completed_reason = deliverable.withdrawn_reason = ""
    save(deliverable, by, refuse_without(reason))


@transaction.atomic
def change_owner(*, deliverable: Deliverable, owner: User, since: datetime.date, reason: str, by: User) -> None:
    """From a day on `owner` leads the deliverable, until the next one who is to lead it does."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    _refuse_unless_active(owner)
    _lead(deliverable, owner, since, refuse_without(reason), by)


@transaction.atomic
def remove_owner(*, ownership: DeliverableOwner, reason: str, by: User) -> None:
    """Take back that somebody leads a deliverable from a day on: who led it before goes on."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    if not DeliverableOwner.objects.filter(deliverable=ownership.deliverable).exclude(pk=ownership.pk).exists():
        raise Refused("Nobody else has led it. Say who leads it instead.")
    ownership._history_user, ownership._change_reason = by, refuse_without(reason)
    ownership.delete()


@transaction.atomic
def hand_over(
    *, leaver: User, successor: User, since: datetime.date, reason: str, by: User, deactivate: bool = False
) -> list[Deliverable]:
    """From a day on `successor` leads all that `leaver` would lead then; the deliverables that were handed over.

    With `deactivate` the leaver's account is closed at once, in the same step.

    Their open drafts go with them: an update belongs to its deliverable, and whoever leads that may write it. Years
    that are over stay as they were.
    """
    refuse_unless(by, Permission.MANAGE_PLAN)
    if leaver == successor:
        raise Refused(f"{leaver} leads them already. Choose somebody else.")
    _refuse_unless_active(successor)
    reason = refuse_without(reason)
    rows = to_hand_over(leaver, since)
    if not rows:
        raise Refused(f"{leaver} leads nothing from {date_format(since)} on, so there is nothing to hand over.")
    for row in rows:
        if row.leader_on(since) == leaver:
            _lead(row, successor, since, reason, by)
        for later in row.owners.filter(user=leaver, since__gt=since):
            _lead(row, successor, later.since, reason, by)
    if deactivate:
        deactivate_person(user=leaver, reason=reason, by=by)
    return rows


def to_hand_over(leaver: User, since: datetime.date) -> list[Deliverable]:
    """What `leaver` leads on a day or is to lead after it, in the years that are not over.

    A year is over once it has ended and none of its quarters can be written any more.
    """
    not_locked = ReportingPeriod.objects.filter(locked_at=None).values_list("theme", "quarter")
    can_be_written = {(theme, quarter.year) for theme, quarter in not_locked}
    rows = (
        Deliverable.objects.filter(owners__user=leaver)
        .distinct()
        .select_related("theme__plan")
        .prefetch_related("owners__user__organisation")
        .order_by("theme__plan", "financial_year", "theme__number", "number")
    )
    return [
        row
        for row in rows
        if (row.financial_year >= Quarter.of(since).year or (row.theme_id, row.financial_year) in can_be_written)
        and (
            row.leader_on(since) == leaver or any(one.user == leaver and one.since > since for one in row.owners.all())
        )
    ]


def _refuse_unless_active(owner: User) -> None:
    if not owner.is_active:
        raise Refused(f"{owner} is deactivated. Choose somebody who can take it on.")


def _lead(deliverable: Deliverable, owner: User, since: datetime.date, reason: str, by: User) -> None:
    found = DeliverableOwner.objects.filter(deliverable=deliverable, since=since).first()
    leads = found or DeliverableOwner(deliverable=deliverable, since=since)
    leads.user = owner
    save(leads, by, reason)


@dataclass(frozen=True)
class Carried:
    """One deliverable that goes on next year."""

    deliverable: Deliverable
    number: int
    due: Quarter | None


@transaction.atomic
def open_year(*, carried: Sequence[Carried], reason: str, by: User) -> list[Deliverable]:
    """Carry this year's deliverables forward to the next, under their new numbers; all of them or none."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    return [
        carry_forward(deliverable=one.deliverable, number=one.number, due=one.due, reason=reason, by=by)
        for one in carried
    ]
