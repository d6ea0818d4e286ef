"""The verbs on deliverables themselves: add, carry forward, complete, withdraw.

Each names its actor, is all or nothing, and raises `Refused` with the reason in words for who asked.
"""

from django.db import transaction

from accounts.actions import save
from accounts.models import User
from accounts.roles import Permission, Refused, refuse_unless
from deliverables.models import ApprovedUpdate, Deliverable, DeliverableOwner
from themes.models import Theme
from themes.quarters import FinancialYear, Quarter
from themes.ratings import Kind


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
    return _added(deliverable, owner, by)


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
    owner = owner or deliverable.owner_on(deliverable.financial_year.quarters[3])
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
    return _added(carried, owner, by)


def _added(deliverable: Deliverable, owner: User, by: User) -> Deliverable:
    save(deliverable, by)
    leads = DeliverableOwner(deliverable=deliverable, user=owner, since=deliverable.in_force_from.starts)
    save(leads, by)
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
    save(deliverable, by)


@transaction.atomic
def withdraw(*, deliverable: Deliverable, quarter: Quarter, reason: str, by: User) -> None:
    """From `quarter` on it no longer counts; it keeps its number, which is not used again that year."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    deliverable.withdrawn_from, deliverable.withdrawn_reason = quarter, reason.strip()
    save(deliverable, by)
