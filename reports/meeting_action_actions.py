"""The verbs on what meetings of the Panel asked for: add, change, close with the outcome, open again, remove."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from accounts.actions import hold, refuse_without, remove, save
from accounts.models import User
from accounts.roles import Permission, Refused, refuse_unless
from deliverables.narrative import plain
from reports.models import PanelMeeting
from reports.panel_mails import tell_of_action
from reports.panel_models import MeetingAction
from reports.shown import refuse_unless_shown


@transaction.atomic
def add_action(
    *,
    meeting: PanelMeeting,
    text: str,
    owner: User,
    due: datetime.date,
    by: User,
    at: datetime.datetime | None = None,
    tell: bool = True,
) -> MeetingAction:
    """Keep what a meeting asked for, and tell its owner, unless `tell` is false. What was sent twice is kept once."""
    refuse_unless(by, Permission.ANSWER_QUESTIONS)
    try:
        hold(meeting)
    except PanelMeeting.DoesNotExist as error:
        raise Refused("The meeting has been removed meanwhile.") from error
    text = plain(text)
    same = meeting.actions.filter(text=text, owner=owner, due=due, closed_on=None)
    if found := same.first():
        return found
    action = MeetingAction(meeting=meeting, text=text, owner=owner, due=due)
    _refuse_a_wrong_owner_or_day(action)
    save(action, by)
    if tell:
        tell_of_action(action, by=by, at=at or timezone.now())
    return action


@transaction.atomic
def change_action(
    *,
    action: MeetingAction,
    text: str,
    owner: User,
    due: datetime.date,
    by: User,
    shown: str | None = None,
    at: datetime.datetime | None = None,
) -> None:
    """Word an open action otherwise, or give it another owner, who is told, or another day.

    `shown` is `seen()` of the action as the page showed it. Raises SavedSince where it is another by now.
    """
    _hold(action, by)
    history = MeetingAction.history.filter(id=action.pk)
    refuse_unless_shown(action, shown, what="this action", history=history, by=by)
    _refuse_unless_open(action)
    has_new_owner = owner != action.owner
    action.text, action.owner, action.due = plain(text), owner, due
    _refuse_a_wrong_owner_or_day(action)
    save(action, by)
    if has_new_owner:
        tell_of_action(action, by=by, at=at or timezone.now())


@transaction.atomic
def close_action(
    *, action: MeetingAction, outcome: str, closed_on: datetime.date, by: User, today: datetime.date | None = None
) -> None:
    """Close an action, with what came of it, on a day from its meeting's to today."""
    _hold(action, by)
    _refuse_unless_open(action)
    outcome = plain(outcome)
    if not outcome:
        raise Refused("Say what came of it.")
    if not action.meeting.date <= closed_on <= (today or timezone.localdate()):
        raise Refused(f"It was closed between the meeting, on {date_format(action.meeting.date)}, and today.")
    action.closed_on, action.closed_by, action.outcome = closed_on, by, outcome
    save(action, by)


@transaction.atomic
def reopen_action(*, action: MeetingAction, reason: str, by: User) -> None:
    """Open a closed action again; the history keeps its outcome."""
    _hold(action, by)
    reason = refuse_without(reason)
    if action.is_open:
        raise Refused("It is open already.")
    action.closed_on, action.closed_by, action.outcome = None, None, ""
    save(action, by, reason)


@transaction.atomic
def remove_action(*, action: MeetingAction, reason: str, by: User) -> None:
    """Take an action away that was kept by mistake; one that came to nothing is closed, with that as its outcome."""
    _hold(action, by)
    remove(action, by, refuse_without(reason))


def _hold(action: MeetingAction, by: User) -> None:
    refuse_unless(by, Permission.ANSWER_QUESTIONS)
    try:
        hold(action)
    except MeetingAction.DoesNotExist as error:
        raise Refused("The action has been removed meanwhile.") from error


def _refuse_unless_open(action: MeetingAction) -> None:
    if not action.is_open:
        raise Refused(f"It was closed on {date_format(action.closed_on)}. Open it again first, with a reason.")


def _refuse_a_wrong_owner_or_day(action: MeetingAction) -> None:
    if not action.owner.is_active:
        raise Refused(f"{action.owner} has been deactivated. Choose somebody else.")
    if action.due < action.meeting.date:
        raise Refused(f"It cannot be due before the meeting, on {date_format(action.meeting.date)}.")
