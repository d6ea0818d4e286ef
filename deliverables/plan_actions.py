"""The verbs on deliverables themselves: add, change, renumber, carry forward, complete, withdraw, take back, remove.

Each names its actor, is all or nothing, and raises `Refused` with the reason in words for who asked. The reasons
are kept in the history, from where the schedule of changes prints them. The figures of a locked quarter stay: what
would change them is refused until it is opened again.
"""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass

from django.db import transaction

from accounts.actions import hold, refuse_without, remove, save
from accounts.models import User
from accounts.roles import Permission, Refused, refuse_unless
from deliverables.models import ApprovedUpdate, Deliverable
from deliverables.owner_actions import lead
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

    Number, wording, owner and dates stay as they are unless given. The quarters it is exempt from publication in
    stay as they are, with the reason: they are the same in all its years.
    """
    refuse_unless(by, Permission.MANAGE_PLAN)
    if not reason.strip():
        raise Refused("Say why the deliverable is carried forward.")
    hold_all_years(deliverable)
    _hold(deliverable)
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
        exempt_from=deliverable.exempt_from,
        exempt_until=deliverable.exempt_until,
        exempt_reason=deliverable.exempt_reason,
    )
    return _added(carried, owner, reason.strip(), by)


def _added(deliverable: Deliverable, owner: User, reason: str, by: User) -> Deliverable:
    plan = deliverable.theme.plan
    if deliverable.financial_year not in plan.years:
        raise Refused(f"{plan} covers {plan.years[0]} to {plan.years[-1]}, so it has no {deliverable.financial_year}.")
    _refuse_to_change_locked(None, deliverable)
    save(deliverable, by, reason)
    lead(deliverable, owner, deliverable.in_force_from.starts, reason, by)
    return deliverable


def hold_all_years(deliverable: Deliverable) -> list[Deliverable]:
    """The deliverable's rows of all years, oldest first, as they are now and held until the verb is done.

    Whoever adds a year holds the oldest row first as well, so that none is added unseen.
    """
    rows = Deliverable.objects.filter(key=deliverable.key).order_by("financial_year").select_for_update()
    rows.first()
    return list(rows.all())


def _hold(deliverable: Deliverable) -> Deliverable:
    """Read the deliverable as it is now and hold it until the verb is done; how it was, to compare with."""
    hold(deliverable)
    return copy(deliverable)


def _refuse_to_change_locked(before: Deliverable | None, after: Deliverable) -> None:
    """Raise Refused where a deliverable would count otherwise in a quarter that is locked."""
    locked = ReportingPeriod.objects.filter(theme=after.theme_id, locked_at__isnull=False)
    rated = set(
        ApprovedUpdate.objects.filter(update__deliverable=after.pk).with_quarter().values_list("quarter", flat=True)
    )
    for quarter in sorted(locked.values_list("quarter", flat=True)):
        is_rated = quarter in rated
        if _counts_as(before, quarter, is_rated) != _counts_as(after, quarter, is_rated):
            raise Refused(
                f"{quarter.label} is locked, and this would change its figures. Choose a later one, or open it again."
            )


def _counts_as(deliverable: Deliverable | None, quarter: Quarter, is_rated: bool) -> object:
    """What its own facts make of it in a quarter's figures; None where it is not in them."""
    if deliverable is None or not deliverable.is_in_force(quarter):
        return None
    is_complete = deliverable.completed_in is not None and deliverable.completed_in <= quarter
    return "its update" if is_rated else (is_complete, deliverable.planned_start > quarter)


@transaction.atomic
def mark_complete(*, deliverable: Deliverable, quarter: Quarter, reason: str, by: User) -> None:
    """From `quarter` on it needs no further update and keeps its last approved rating of the year."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    before = _hold(deliverable)
    if before.completed_in:
        raise Refused(f"It is complete since {before.completed_in} already. Take that back first.")
    approved = ApprovedUpdate.objects.filter(update__deliverable=deliverable).with_quarter().order_by("-quarter")
    kept = approved.select_related("rating").first()
    if kept is None:
        raise Refused(f"{deliverable} has no approved rating to keep. Approve an update of {quarter} or before first.")
    if kept.quarter > quarter:
        raise Refused(f"It has an approved update of {kept.quarter}, after that. Choose that quarter or a later one.")
    if kept.rating.kind not in (Kind.COMPLETE, Kind.ON_COURSE):
        raise Refused(f"{deliverable} would keep {kept.rating.name}. Approve an update that says it is done first.")
    deliverable.completed_in, deliverable.completed_reason = quarter, reason.strip()
    _refuse_to_change_locked(before, deliverable)
    save(deliverable, by, reason.strip())


@transaction.atomic
def withdraw(*, deliverable: Deliverable, quarter: Quarter, reason: str, by: User) -> None:
    """From `quarter` on it no longer counts; it keeps its number, which is not used again that year."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    before = _hold(deliverable)
    if before.withdrawn_from:
        raise Refused(f"It is withdrawn from {before.withdrawn_from} already. Take that back first.")
    deliverable.withdrawn_from, deliverable.withdrawn_reason = quarter, reason.strip()
    _refuse_to_change_locked(before, deliverable)
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
    before = _hold(deliverable)
    rated = ApprovedUpdate.objects.filter(update__deliverable=deliverable, update__period__quarter__lt=in_force_from)
    if (first := rated.with_quarter().order_by("quarter").first()) is not None:
        raise Refused(f"It has an approved update of {first.quarter}, so it was in force then. Choose that or earlier.")
    deliverable.wording, deliverable.in_force_from = wording.strip(), in_force_from
    deliverable.planned_start, deliverable.due = planned_start, due
    _refuse_to_change_locked(before, deliverable)
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
    """Take back that a deliverable was withdrawn or, where it was not, that it was marked complete."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    before = _hold(deliverable)
    if before.withdrawn_from:
        deliverable.withdrawn_from, deliverable.withdrawn_reason = None, ""
    elif before.completed_in:
        deliverable.completed_in, deliverable.completed_reason = None, ""
    else:
        raise Refused(f"{deliverable} is neither complete nor withdrawn, so there is nothing to take back.")
    _refuse_to_change_locked(before, deliverable)
    save(deliverable, by, refuse_without(reason))


@transaction.atomic
def remove_deliverable(*, deliverable: Deliverable, reason: str, by: User) -> None:
    """Take out a deliverable that was added by mistake: one that nobody has written an update on. Its history stays."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    before = _hold(deliverable)
    if before.updates.exists():
        raise Refused("Updates are written on it, so it cannot be removed. Withdraw it instead.")
    if Deliverable.objects.filter(key=before.key, financial_year__gt=before.financial_year).exists():
        raise Refused("It is carried forward already. Remove it from the later year first.")
    after = copy(before)
    after.withdrawn_from = after.in_force_from
    _refuse_to_change_locked(before, after)
    remove(deliverable, by, refuse_without(reason))


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
