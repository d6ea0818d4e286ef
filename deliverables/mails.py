"""Whom the product's e-mails about updates go to, and the two that tell of a step: submitted, and returned.

They name the deliverable, its quarter and its rating, and lead to it; what is written in the update stays out.
"""

import datetime
from collections import defaultdict
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.mail import post
from accounts.models import Mail, User
from accounts.roles import PERMISSIONS, Permission, Role
from deliverables.models import QuarterlyUpdate, UpdateEvent

REVIEWERS = [role for role in Role if Permission.REVIEW in PERMISSIONS[role]]


def can_be_written_to(user: User) -> bool:
    """Whether an e-mail to this person can lead to an update: there is an address, and they may sign in and write."""
    return bool(user.email) and user.may(Permission.WRITE_UPDATE)


class Recipients:
    """Who is written to about what a person leads: that person, or else the coordinators of the organisation.

    So what is led by someone who never signs in, or who has left, still reaches somebody who can write it.
    One query, whatever the number of people that are asked about.
    """

    def __init__(self) -> None:
        self.coordinators: dict[int, list[User]] = defaultdict(list)
        for user in User.objects.filter(is_coordinator=True, is_active=True, email__isnull=False):
            if can_be_written_to(user):
                self.coordinators[user.organisation_id].append(user)

    def of(self, leader: User | None) -> list[User]:
        """Whom to write to about what `leader` leads; nobody where there is no way to."""
        if leader is None:
            return []
        return [leader] if can_be_written_to(leader) else self.coordinators[leader.organisation_id]


def tell_of_submission(update: QuarterlyUpdate, *, by: User, at: datetime.datetime) -> None:
    """Write to all who review and want to be told that an update waits for them, but not to who submitted it."""
    reviewers = User.objects.filter(role__in=REVIEWERS, is_active=True, is_told_of_submissions=True)
    for user in reviewers.exclude(pk=by.pk).filter(email__isnull=False):
        post(
            kind=Mail.Kind.SUBMITTED,
            to=user,
            subject=f"Submitted: {update}",
            template="deliverables/mail/submitted.txt",
            context=_about(update, "review_update") | {"by": by},
            at=at,
            by=by,
        )


def tell_of_return(update: QuarterlyUpdate, note: str, *, by: User, at: datetime.datetime) -> None:
    """Write to who submitted an update, and to who leads it now, that it came back with a note."""
    submitted_by = update.events.filter(step=UpdateEvent.Step.SUBMITTED).last().by
    leader = update.deliverable.leader_on(timezone.localdate(at))
    for user in {submitted_by, *Recipients().of(leader)} - {by}:
        post(
            kind=Mail.Kind.RETURNED,
            to=user,
            subject=f"Returned: {update}",
            template="deliverables/mail/returned.txt",
            context=_about(update, "write_update") | {"by": by, "note": note.strip()},
            at=at,
            by=by,
        )


def _about(update: QuarterlyUpdate, view: str) -> dict[str, Any]:
    deliverable, theme, quarter = update.deliverable, update.period.theme, update.period.quarter
    where = {"plan": theme.plan.slug, "year": str(quarter.year), "quarter": quarter.slug, "theme": theme.number}
    address = reverse(view, kwargs=where | {"deliverable": deliverable.number})
    return {
        "update": update,
        "deliverable": deliverable,
        "theme": theme,
        "quarter": quarter,
        "link": f"{settings.SITE_URL}{address}",
    }
