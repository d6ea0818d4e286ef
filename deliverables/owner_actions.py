"""The verbs on who leads a deliverable, from which day on: change it, take it back, hand over all that somebody leads.

Each names its actor, is all or nothing, and raises `Refused` with the reason in words for who asked.
"""

import datetime

from django.db import transaction
from django.utils.formats import date_format

from accounts.actions import refuse_without, remove, save
from accounts.models import User
from accounts.people_actions import deactivate_person
from accounts.roles import Permission, Refused, Role, refuse_unless
from deliverables.models import Deliverable, DeliverableOwner
from themes.models import FIRST_DAY, LAST_DAY, ReportingPeriod
from themes.quarters import Quarter


@transaction.atomic
def change_owner(*, deliverable: Deliverable, owner: User, since: datetime.date, reason: str, by: User) -> None:
    """From a day on `owner` leads the deliverable, until the next one who is to lead it does."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    if DeliverableOwner.objects.filter(deliverable=deliverable, user=owner, since=since).exists():
        raise Refused(f"{owner} leads it from that day on already.")
    lead(deliverable, owner, since, refuse_without(reason), by)


@transaction.atomic
def remove_owner(*, ownership: DeliverableOwner, reason: str, by: User) -> None:
    """Take back that somebody leads a deliverable from a day on: who led it before goes on."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    if not DeliverableOwner.objects.filter(deliverable=ownership.deliverable).exclude(pk=ownership.pk).exists():
        raise Refused("Nobody else has led it. Say who leads it instead.")
    remove(ownership, by, refuse_without(reason))


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
    if not FIRST_DAY <= since <= LAST_DAY:
        raise Refused(f"{date_format(since)} is not a day that a plan can be about.")
    reason = refuse_without(reason)
    rows = to_hand_over(leaver, since)
    if not rows:
        raise Refused(f"{leaver} leads nothing from {date_format(since)} on, so there is nothing to hand over.")
    for row in rows:
        if row.leader_on(since) == leaver:
            lead(row, successor, since, reason, by)
        for later in row.owners.filter(user=leaver, since__gt=since):
            lead(row, successor, later.since, reason, by)
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


def lead(deliverable: Deliverable, owner: User, since: datetime.date, reason: str, by: User) -> None:
    """Write down that `owner` leads a deliverable from a day on; refused for who could never write its updates."""
    if not owner.is_active:
        raise Refused(f"{owner} is deactivated. Choose somebody who can take it on.")
    if owner.role == Role.PANEL_MEMBER:
        raise Refused(f"{owner} is a member of the Panel, so they cannot lead what the Panel looks at.")
    found = DeliverableOwner.objects.filter(deliverable=deliverable, since=since).first()
    leads = found or DeliverableOwner(deliverable=deliverable, since=since)
    leads.user = owner
    save(leads, by, reason)
