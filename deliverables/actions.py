"""The verbs on updates: each names its actor, takes the time, and is all or nothing.

Each raises `Refused`, with the reason in words for the person who asked, and then leaves everything as it was.
The states and who may take which step are DESIGN section 4, rules 5 and 6.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.formats import date_format

from accounts.actions import in_words, save
from accounts.models import Office, User
from accounts.roles import Permission, Refused, refuse_unless
from deliverables import mails, narrative
from deliverables.models import (
    ApprovedUpdate,
    DatePrecision,
    Deliverable,
    Extension,
    QuarterlyUpdate,
    UpdateEvent,
    UpdateState,
)
from deliverables.rag import listed
from deliverables.revisions import remember, remember_refused
from deliverables.searching import words_of_update
from themes.models import Rating, ReportingPeriod
from themes.quarters import Quarter
from themes.ratings import Kind

Step = UpdateEvent.Step


class NewerEdit(Refused):
    """Somebody else has saved the update since the text that is now being saved, or approved, was read."""

    def __init__(self, message: str, newer: QuarterlyUpdate, refused: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.newer, self.refused = newer, refused or {}


@dataclass(frozen=True)
class Draft:
    """What an owner writes. `rating` is a code of the plan's scheme, or empty while it is undecided."""

    narrative: str
    rating: str = ""
    date: datetime.date | None = None
    date_precision: str = DatePrecision.NONE
    recovery_step: str = ""
    recovery_by: datetime.date | None = None
    earlier: Sequence[Quarter] = ()
    """The quarters whose approved updates are printed below it."""


def save_draft(
    *,
    deliverable: Deliverable,
    period: ReportingPeriod,
    draft: Draft,
    by: User,
    at: datetime.datetime,
    version: int | None = None,
) -> QuarterlyUpdate:
    """Keep what was written so far. `version` is that of the text it was written over; None for the first.

    Raises NewerEdit where the update has been saved since, and then keeps what was written in its history;
    NarrativeTooLong over the limit. A text that is sent again because its answer was lost on the way is no
    conflict with itself.
    """
    try:
        return _save_draft(deliverable, period, draft, by, at, version)
    except NewerEdit as conflict:
        remember_refused(conflict.newer, conflict.refused, by=by, at=at)
        raise


@transaction.atomic
def _save_draft(
    deliverable: Deliverable,
    period: ReportingPeriod,
    draft: Draft,
    by: User,
    at: datetime.datetime,
    version: int | None,
) -> QuarterlyUpdate:
    # As they are now: the caller may have read them before somebody locked or withdrew.
    period = _held(ReportingPeriod.objects.filter(pk=period.pk))
    deliverable = _led_by(by, deliverable, at)
    _refuse_unless_open(deliverable, period, at)
    found = QuarterlyUpdate.objects.select_related("rating", "last_changed_by")
    update = found.filter(deliverable=deliverable, period=period).first()
    content = _content(deliverable, period, draft, update)
    if update is None:
        update = QuarterlyUpdate(deliverable=deliverable, period=period, version=0)
    elif version != update.version:
        if _is_sent_again(update, content, by, version):
            return update
        raise NewerEdit(f"{update.last_changed_by} saved this update since you opened it.", update, content)
    if update.state != UpdateState.DRAFT:
        raise Refused(f"This update is {update.state}. It can be changed once it has been returned or reopened.")
    for name, value in content.items():
        setattr(update, name, value)
    update.last_changed_by, update.last_changed_at = by, at
    update.version += 1
    try:
        update.clean_fields(exclude={"deliverable", "period", "rating", "last_changed_by"})
    except ValidationError as error:
        raise Refused(in_words(update, error)) from error
    update.save_without_historical_record()
    remember(update, by=by, at=at)
    return update


def _is_sent_again(update: QuarterlyUpdate, content: dict[str, Any], by: User, version: int | None) -> bool:
    """Whether this is the very save that made the update what it is: its answer did not arrive, so it comes again."""
    is_over_the_same = (version or 0) == update.version - 1 and update.last_changed_by == by
    return is_over_the_same and all(getattr(update, name) == value for name, value in content.items())


def _content(
    deliverable: Deliverable, period: ReportingPeriod, draft: Draft, stored: QuarterlyUpdate | None
) -> dict[str, Any]:
    """What is stored of a draft, field by field; raises Refused where it does not hold together.

    What is `stored` already has been looked up once: a rating stays in its scheme, what was approved stays approved.
    """
    if (draft.date is None) != (draft.date_precision == DatePrecision.NONE):
        raise Refused("Give the date of the update with how much of it is known, or say that there is none.")
    there = stored.earlier if stored else ()
    _refuse_unless_printable(deliverable, period, [one for one in draft.earlier if one not in there])
    is_same = stored and stored.rating and stored.rating.code == draft.rating
    return {
        "rating": stored.rating if is_same else _rating(period, draft.rating),
        "narrative": narrative.clean(draft.narrative),
        "date": draft.date,
        "date_precision": draft.date_precision,
        "recovery_step": draft.recovery_step,
        "recovery_by": draft.recovery_by,
        "earlier": tuple(sorted(set(draft.earlier), reverse=True)),
    }


def _refuse_unless_printable(deliverable: Deliverable, period: ReportingPeriod, earlier: Sequence[Quarter]) -> None:
    """Below an update, approved ones of the same work from earlier quarters are printed, and no others."""
    if not earlier:
        return
    approved = ApprovedUpdate.objects.filter(update__deliverable__key=deliverable.key)
    there = set(
        approved.filter(update__period__quarter__lt=period.quarter).with_quarter().values_list("quarter", flat=True)
    )
    if missing := [quarter for quarter in earlier if quarter not in there]:
        raise Refused(f"{deliverable} has no approved update of {missing[0]} to print below this one.")


@transaction.atomic
def submit(*, update: QuarterlyUpdate, by: User, at: datetime.datetime, tell: bool = True) -> QuarterlyUpdate:
    """Send a draft for review. It needs a text and a rating, and the recovery where the rating asks for it.

    Staff are told by e-mail; without `tell` they are not, for what is loaded rather than submitted today.
    """
    update = _locked(update)
    _refuse_unless_open(update.deliverable, update.period, at)
    _led_by(by, update.deliverable, at)
    _refuse_unless_state(update, UpdateState.DRAFT, "submitted")
    if update.rating is None:
        raise Refused(f"Choose a rating before you submit: {listed(update.period.theme.plan.rating_scheme.values)}.")
    if not update.narrative:
        raise Refused("Write the update before you submit it.")
    if update.rating.needs_recovery and not (update.recovery_step.strip() and update.recovery_by):
        raise Refused(f"{update.rating.name} needs the recovery step and the date it should be on course again.")
    _step(update, UpdateState.SUBMITTED, Step.SUBMITTED, by, at)
    if tell:
        mails.tell_of_submission(update, by=by, at=at)
    return update


@transaction.atomic
def return_update(*, update: QuarterlyUpdate, note: str, by: User, at: datetime.datetime) -> QuarterlyUpdate:
    """Send a submitted update back to its owner as a draft, with a note that says what is wanted, also by e-mail."""
    refuse_unless(by, Permission.REVIEW)
    if not note.strip():
        raise Refused("Say what the owner should change.")
    update = _locked(update)
    _refuse_unless_open(update.deliverable, update.period, at)
    _refuse_unless_state(update, UpdateState.SUBMITTED, "returned")
    _step(update, UpdateState.DRAFT, Step.RETURNED, by, at, note)
    mails.tell_of_return(update, note, by=by, at=at)
    return update


@transaction.atomic
def approve(*, update: QuarterlyUpdate, by: User, at: datetime.datetime, version: int | None = None) -> QuarterlyUpdate:
    """Let a submitted update count, under the number, wording and owner label that it has today.

    Nobody approves what they submitted or last changed, unless the office allows it; nor, where `version` is
    that of the text they read, a text that has been saved since.
    """
    refuse_unless(by, Permission.REVIEW)
    update = _locked(update)
    if version is not None and version != update.version:
        raise NewerEdit(f"{update.last_changed_by} has changed {update.title} since you read it.", update)
    _refuse_unless_open(update.deliverable, update.period, at, reviewing=True)
    _refuse_unless_state(update, UpdateState.SUBMITTED, "approved")
    submitted_by = update.events.filter(step=Step.SUBMITTED).last().by
    if by in (submitted_by, update.last_changed_by) and not Office.get().allows_self_approval:
        raise Refused("You submitted or last changed this update, so somebody else has to approve it.")
    deliverable = update.deliverable
    if deliverable.completed_in == update.period.quarter and update.rating.kind not in (Kind.COMPLETE, Kind.ON_COURSE):
        raise Refused(
            f"It is marked complete in {deliverable.completed_in}, so {update.rating.name} cannot stand there."
        )
    ApprovedUpdate.objects.update_or_create(
        update=update,
        defaults={
            **{name: getattr(update, name) for name in QuarterlyUpdate.CONTENT},
            "number": deliverable.number,
            "wording": deliverable.wording,
            "owner_label": deliverable.owner_label_on(update.period.quarter),
            "words": words_of_update(update, deliverable.wording),
            "approved_by": by,
            "approved_at": at,
        },
    )
    return _step(update, UpdateState.APPROVED, Step.APPROVED, by, at)


@transaction.atomic
def reopen(*, update: QuarterlyUpdate, reason: str, by: User, at: datetime.datetime) -> QuarterlyUpdate:
    """Let an approved update be written again. What was approved counts until the new text is approved.

    Those who go on with it are told by e-mail.
    """
    refuse_unless(by, Permission.REVIEW)
    if not reason.strip():
        raise Refused("Say why the update is reopened.")
    update = _locked(update)
    _refuse_unless_open(update.deliverable, update.period, at)
    _refuse_unless_state(update, UpdateState.APPROVED, "reopened")
    _step(update, UpdateState.DRAFT, Step.REOPENED, by, at, reason)
    mails.tell_of_reopening(update, reason, by=by, at=at)
    return update


@transaction.atomic
def extend(
    *,
    deliverable: Deliverable,
    period: ReportingPeriod,
    until: datetime.date,
    reason: str,
    by: User,
    at: datetime.datetime,
) -> Extension:
    """Give one deliverable's update more time, also in a locked quarter; given again, the new day counts.

    Those who have it to write are told by e-mail.
    """
    refuse_unless(by, Permission.REVIEW)
    if deliverable.theme_id != period.theme_id or not deliverable.is_in_force(period.quarter):
        raise Refused(f"{deliverable} is not in force in {period.quarter}, so it takes no update there.")
    if until < timezone.localdate(at):
        raise Refused(f"{date_format(until)} is past. Choose a day from today on.")
    if not period.is_locked and until <= period.updates_due:
        raise Refused(f"It is due on {date_format(period.updates_due)} anyway. Choose a later day.")
    found = Extension.objects.filter(deliverable=deliverable, period=period).first()
    extension = found or Extension(deliverable=deliverable, period=period)
    extension.until, extension.reason = until, reason.strip()
    extension.given_by, extension.given_at = by, at
    save(extension, by)
    mails.tell_of_more_time(extension, by=by, at=at)
    return extension


def _held(periods: models.QuerySet[ReportingPeriod]) -> ReportingPeriod:
    """The one period, held until the verb is done: its updates are written one verb after the other.

    So a text saved while another is, or while the quarter is being locked, is saved before or after it.
    """
    return periods.select_for_update(of=("self",), no_key=True).select_related("theme__plan__rating_scheme").get()


def _locked(update: QuarterlyUpdate) -> QuarterlyUpdate:
    """The update as it is now, held against others until the verb is done."""
    period = _held(ReportingPeriod.objects.filter(updates=update.pk))
    update = QuarterlyUpdate.objects.select_related("deliverable__theme", "rating", "last_changed_by").get(pk=update.pk)
    update.period = period
    return update


def _step(
    update: QuarterlyUpdate, state: UpdateState, step: Step, by: User, at: datetime.datetime, note: str = ""
) -> QuarterlyUpdate:
    update.state = state
    update._history_user, update._history_date = by, at
    update._change_reason = f"{step.label}: {note}" if note else step.label
    update.save(update_fields=["state"])
    UpdateEvent.objects.create(update=update, step=step, by=by, at=at, note=note)
    return update


def why_not_writable(
    deliverable: Deliverable, period: ReportingPeriod, at: datetime.datetime, *, reviewing: bool = False
) -> str:
    """Why a deliverable takes no update for a period at a time, in words; empty where it does.

    An extension opens a locked period until its last day; what was submitted in it can be approved after that.
    """
    more_time = Extension.objects.filter(deliverable=deliverable, period=period).first() if period.is_locked else None
    return why_closed(deliverable, period, more_time, timezone.localdate(at), reviewing=reviewing)


def why_closed(
    deliverable: Deliverable,
    period: ReportingPeriod,
    extension: Extension | None,
    today: datetime.date,
    *,
    reviewing: bool = False,
) -> str:
    """As `why_not_writable`, for who has looked up the deliverable's extension, if it has one; without a query."""
    if deliverable.theme_id != period.theme_id or not deliverable.is_in_force(period.quarter):
        return f"{deliverable} is not in force in {period.quarter}, so it takes no update there."
    if deliverable.completed_in and deliverable.completed_in < period.quarter:
        return f"{deliverable} is complete since {deliverable.completed_in}, so it needs no update."
    if today < period.opens:
        return f"{period.quarter.label} opens for updates on {date_format(period.opens)}."
    if not period.is_locked:
        return ""
    if extension is None:
        return f"{period.quarter.label} is locked, so its updates can no longer be changed."
    if today > extension.until and not reviewing:
        return f"{period.quarter.label} is locked, and more time was given until {date_format(extension.until)} only."
    return ""


def _refuse_unless_open(
    deliverable: Deliverable, period: ReportingPeriod, at: datetime.datetime, *, reviewing: bool = False
) -> None:
    if reason := why_not_writable(deliverable, period, at, reviewing=reviewing):
        raise Refused(reason)


def _led_by(user: User, deliverable: Deliverable, at: datetime.datetime) -> Deliverable:
    """The deliverable as it is now; refused where `user` may not write its updates."""
    named = Deliverable.objects.select_related("theme").filter(pk=deliverable.pk)
    if found := named.written_by(user, timezone.localdate(at)).first():
        return found
    raise Refused(f"{user} does not lead {named.first() or 'this deliverable'}.")


def _refuse_unless_state(update: QuarterlyUpdate, state: UpdateState, verb: str) -> None:
    if update.state != state:
        raise Refused(f"This update is {update.state}, so it cannot be {verb}.")


def _rating(period: ReportingPeriod, code: str) -> Rating | None:
    """The rating with `code` in the plan's scheme; refused, with the scheme listed, where it has none."""
    if not code:
        return None
    scheme = period.theme.plan.rating_scheme
    for rating in scheme.ratings.all():
        if rating.code == code:
            return rating
    raise Refused(f'"{code}" is not a rating of {scheme}. It has {listed(scheme.values)}.')
