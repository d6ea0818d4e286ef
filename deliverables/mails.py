"""Whom the product's e-mails about updates go to, and those that tell of a step or of more time.

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
from deliverables.models import Deliverable, Extension, QuarterlyUpdate, UpdateEvent, UpdateState
from themes.models import ReportingPeriod

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
            subject=f"Submitted: {update.title}",
            template="deliverables/mail/submitted.txt",
            context=_about(update.deliverable, update.period, "review_update") | {"update": update, "by": by},
            at=at,
            by=by,
        )


def tell_of_return(update: QuarterlyUpdate, note: str, *, by: User, at: datetime.datetime) -> None:
    """Write to those who go on with an update that it came back with a note."""
    _tell_of_note(update, note, "Returned", by=by, at=at)


def tell_of_reopening(update: QuarterlyUpdate, note: str, *, by: User, at: datetime.datetime) -> None:
    """Write to those who go on with an approved update that it was reopened, and why."""
    _tell_of_note(update, note, "Reopened", by=by, at=at)


def _tell_of_note(update: QuarterlyUpdate, note: str, step: str, *, by: User, at: datetime.datetime) -> None:
    for user in _who_goes_on_with(update.deliverable, update.period, by=by, at=at):
        post(
            kind=Mail.Kind.RETURNED,
            to=user,
            subject=f"{step}: {update.title}",
            template=f"deliverables/mail/{step.lower()}.txt",
            context=_about(update.deliverable, update.period, "write_update") | {"by": by, "note": note.strip()},
            at=at,
            by=by,
        )


def tell_of_more_time(extension: Extension, *, by: User, at: datetime.datetime) -> None:
    """Write to those who have an update to write until when they now can; not where it is submitted or approved."""
    deliverable, period = extension.deliverable, extension.period
    if period.updates.filter(deliverable=deliverable).exclude(state=UpdateState.DRAFT).exists():
        return
    for user in _who_goes_on_with(deliverable, period, by=by, at=at):
        post(
            kind=Mail.Kind.MORE_TIME,
            to=user,
            subject=f"More time: {deliverable.title_in(period.quarter)}",
            template="deliverables/mail/more_time.txt",
            context=_about(deliverable, period, "write_update") | {"by": by, "extension": extension},
            at=at,
            by=by,
        )


def _who_goes_on_with(
    deliverable: Deliverable, period: ReportingPeriod, *, by: User, at: datetime.datetime
) -> set[User]:
    """Who leads it now, or else their coordinators, and who submitted its update, where they may still write it.

    Not who acts, and nobody who can no longer see what they would be written to about.
    """
    day = timezone.localdate(at)
    people = set(Recipients().of(deliverable.leader_on(day)))
    steps = UpdateEvent.objects.filter(update__deliverable=deliverable, update__period=period)
    submitted = steps.filter(step=UpdateEvent.Step.SUBMITTED).select_related("by").last()
    if submitted and can_be_written_to(submitted.by):
        still = Deliverable.objects.written_by(submitted.by, day).filter(pk=deliverable.pk)
        people |= {submitted.by} if still.exists() else set()
    return people - {by}


def _about(deliverable: Deliverable, period: ReportingPeriod, view: str) -> dict[str, Any]:
    theme, quarter = period.theme, period.quarter
    where = {"plan": theme.plan.slug, "year": str(quarter.year), "quarter": quarter.slug, "theme": theme.number}
    address = reverse(view, kwargs=where | {"deliverable": deliverable.number})
    return {"deliverable": deliverable, "theme": theme, "quarter": quarter, "link": f"{settings.SITE_URL}{address}"}
