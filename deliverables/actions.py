"""The verbs on deliverables and updates: each names its actor, takes the time, and is all or nothing.

Each raises `Refused`, with the reason in words for the person who asked, and then leaves everything as it was.
The states and who may take which step are DESIGN section 4, rules 5 and 6.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from accounts.actions import in_words, save
from accounts.models import Office, User
from accounts.roles import Permission, Refused, refuse_unless
from deliverables import narrative
from deliverables.models import (
    ApprovedUpdate,
    DatePrecision,
    Deliverable,
    DeliverableOwner,
    QuarterlyUpdate,
    UpdateEvent,
    UpdateState,
)
from deliverables.rag import listed
from themes.models import Rating, ReportingPeriod, Theme
from themes.quarters import FinancialYear, Quarter
from themes.ratings import Kind

Step = UpdateEvent.Step


class NewerEdit(Refused):
    """Somebody else has saved the update since the text that is now being saved was read."""


@dataclass(frozen=True)
class Draft:
    """What an owner writes. `rating` is a code of the plan's scheme, or empty while it is undecided."""

    narrative: str
    rating: str = ""
    date: datetime.date | None = None
    date_precision: str = DatePrecision.NONE
    recovery_step: str = ""
    recovery_by: datetime.date | None = None
    earlier: Sequence[QuarterlyUpdate] = field(default=())


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


@transaction.atomic
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

    Raises NewerEdit where the update has been saved since, NarrativeTooLong over the limit.
    """
    # As they are now: the caller may have read them before somebody locked or withdrew.
    deliverable = Deliverable.objects.select_related("theme").get(pk=deliverable.pk)
    period = ReportingPeriod.objects.select_related("theme__plan__rating_scheme").get(pk=period.pk)
    _refuse_unless_open(deliverable, period, at)
    _refuse_unless_written_by(by, deliverable, at)
    if (draft.date is None) != (draft.date_precision == DatePrecision.NONE):
        raise Refused("Give the date of the update with how much of it is known, or say that there is none.")
    for earlier in draft.earlier:
        if earlier.deliverable.key != deliverable.key or earlier.period.quarter >= period.quarter:
            raise Refused(f"{earlier} is not an earlier update of {deliverable}, so it is not printed below it.")
        if not ApprovedUpdate.objects.filter(pk=earlier.pk).exists():
            raise Refused(f"{earlier} is not approved, so it is not printed below another.")
    rating = _rating(period, draft.rating)
    text = narrative.clean(draft.narrative)
    # Of two first saves at once the second finds the first one's row, and is told so.
    update, is_new = QuarterlyUpdate.objects.select_for_update().get_or_create(
        deliverable=deliverable,
        period=period,
        defaults={"version": 0, "last_changed_by": by, "last_changed_at": at, "date_precision": DatePrecision.NONE},
    )
    if not is_new and version != update.version:
        raise NewerEdit(f"{update.last_changed_by} saved this update since you opened it.")
    if update.state != UpdateState.DRAFT:
        raise Refused(f"This update is {update.state}. It can be changed once it has been returned or reopened.")
    update.rating, update.narrative = rating, text
    update.date, update.date_precision = draft.date, draft.date_precision
    update.recovery_step, update.recovery_by = draft.recovery_step, draft.recovery_by
    update.last_changed_by, update.last_changed_at = by, at
    update.version += 1
    try:
        update.clean_fields(exclude={"deliverable", "period", "rating", "last_changed_by"})
    except ValidationError as error:
        raise Refused(in_words(update, error)) from error
    update.save()
    update.earlier.set(draft.earlier)
    return update


@transaction.atomic
def submit(*, update: QuarterlyUpdate, by: User, at: datetime.datetime) -> QuarterlyUpdate:
    """Send a draft for review. It needs a text and a rating, and the recovery where the rating asks for it."""
    update = _locked(update)
    _refuse_unless_open(update.deliverable, update.period, at)
    _refuse_unless_written_by(by, update.deliverable, at)
    _refuse_unless_state(update, UpdateState.DRAFT, "submitted")
    if update.rating is None:
        raise Refused(f"Choose a rating before you submit: {listed(update.period.theme.plan.rating_scheme.values)}.")
    if not update.narrative:
        raise Refused("Write the update before you submit it.")
    if update.rating.needs_recovery and not (update.recovery_step.strip() and update.recovery_by):
        raise Refused(f"{update.rating.name} needs the recovery step and the date it should be on course again.")
    return _step(update, UpdateState.SUBMITTED, Step.SUBMITTED, by, at)


@transaction.atomic
def return_update(*, update: QuarterlyUpdate, note: str, by: User, at: datetime.datetime) -> QuarterlyUpdate:
    """Send a submitted update back to its owner as a draft, with a note that says what is wanted."""
    refuse_unless(by, Permission.REVIEW)
    if not note.strip():
        raise Refused("Say what the owner should change.")
    update = _locked(update)
    _refuse_unless_open(update.deliverable, update.period, at)
    _refuse_unless_state(update, UpdateState.SUBMITTED, "returned")
    return _step(update, UpdateState.DRAFT, Step.RETURNED, by, at, note)


@transaction.atomic
def approve(*, update: QuarterlyUpdate, by: User, at: datetime.datetime, version: int | None = None) -> QuarterlyUpdate:
    """Let a submitted update count, under the number, wording and owner label that it has today.

    Nobody approves what they submitted or last changed, unless the office allows it; nor, where `version` is
    that of the text they read, a text that has been saved since.
    """
    refuse_unless(by, Permission.REVIEW)
    update = _locked(update)
    if version is not None and version != update.version:
        raise NewerEdit(f"{update.last_changed_by} has changed {update.deliverable} since you read it.")
    _refuse_unless_open(update.deliverable, update.period, at)
    _refuse_unless_state(update, UpdateState.SUBMITTED, "approved")
    submitted_by = update.events.filter(step=Step.SUBMITTED).last().by
    if by in (submitted_by, update.last_changed_by) and not Office.get().allows_self_approval:
        raise Refused("You submitted or last changed this update, so somebody else has to approve it.")
    deliverable = update.deliverable
    approved, _ = ApprovedUpdate.objects.update_or_create(
        update=update,
        defaults={
            **{name: getattr(update, name) for name in QuarterlyUpdate.CONTENT},
            "number": deliverable.number,
            "wording": deliverable.wording,
            "owner_label": deliverable.owner_label_on(update.period.quarter),
            "approved_by": by,
            "approved_at": at,
        },
    )
    approved.earlier.set(ApprovedUpdate.objects.filter(pk__in=update.earlier.all()))
    return _step(update, UpdateState.APPROVED, Step.APPROVED, by, at)


@transaction.atomic
def reopen(*, update: QuarterlyUpdate, reason: str, by: User, at: datetime.datetime) -> QuarterlyUpdate:
    """Let an approved update be written again. What was approved counts until the new text is approved."""
    refuse_unless(by, Permission.REVIEW)
    if not reason.strip():
        raise Refused("Say why the update is reopened.")
    update = _locked(update)
    _refuse_unless_open(update.deliverable, update.period, at)
    _refuse_unless_state(update, UpdateState.APPROVED, "reopened")
    return _step(update, UpdateState.DRAFT, Step.REOPENED, by, at, reason)


def _locked(update: QuarterlyUpdate) -> QuarterlyUpdate:
    """The update as it is now, held against others until the verb is done."""
    return (
        QuarterlyUpdate.objects.select_for_update(of=("self",))
        .select_related("deliverable__theme", "period__theme__plan__rating_scheme", "rating", "last_changed_by")
        .get(pk=update.pk)
    )


def _step(
    update: QuarterlyUpdate, state: UpdateState, step: Step, by: User, at: datetime.datetime, note: str = ""
) -> QuarterlyUpdate:
    update.state = state
    update.save(update_fields=["state"])
    UpdateEvent.objects.create(update=update, step=step, by=by, at=at, note=note)
    return update


def why_not_writable(deliverable: Deliverable, period: ReportingPeriod, at: datetime.datetime) -> str:
    """Why a deliverable takes no update for a period at a time, in words; empty where it does."""
    if deliverable.theme_id != period.theme_id or not deliverable.is_in_force(period.quarter):
        return f"{deliverable} is not in force in {period.quarter}, so it takes no update there."
    if deliverable.completed_in and deliverable.completed_in < period.quarter:
        return f"{deliverable} is complete since {deliverable.completed_in}, so it needs no update."
    if period.is_locked:
        return f"{period.quarter.label} is locked, so its updates can no longer be changed."
    if timezone.localdate(at) < period.opens:
        return f"{period.quarter.label} opens for updates on {date_format(period.opens)}."
    return ""


def _refuse_unless_open(deliverable: Deliverable, period: ReportingPeriod, at: datetime.datetime) -> None:
    if reason := why_not_writable(deliverable, period, at):
        raise Refused(reason)


def _refuse_unless_written_by(user: User, deliverable: Deliverable, at: datetime.datetime) -> None:
    if not Deliverable.objects.written_by(user, timezone.localdate(at)).filter(pk=deliverable.pk).exists():
        raise Refused(f"{user} does not lead {deliverable}.")


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
