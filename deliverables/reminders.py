"""Reminders: who is written to about which updates, and on which days.

The policy, which `manage.py send_reminders` keeps:

- The office sets the days before and after an update's due day on which its owner is reminded, and the least
  number of days between two reminders of the schedule to one person.
- A person is reminded of all that they still have to write, in one e-mail, when a set day of any of it has come.
- A set day that passed without a reminder, as cron was down or the last one was too recent, still counts for
  three days. So nothing is lost by a missed day or two, and nobody hears of a day long past.
- What a person leads who cannot be written to goes to the coordinators of the organisation. Where there are
  none, it is named to the office, in the command's output and on the review page.
- A reminder that could not be sent reminded nobody and is not sent later: the next run writes one afresh, of
  what is then to write.
- Nothing is written about what is submitted, approved, not needed, or locked without more time.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from accounts.mail import BEING_SENT, post
from accounts.models import Mail, Office, User
from accounts.roles import Permission, Refused, refuse_unless
from deliverables.mails import Recipients, can_be_written_to
from deliverables.models import Deliverable
from deliverables.work import Task, current_tasks

CAUGHT_UP = datetime.timedelta(days=3)
"""For so long after it a set day still counts, where no reminder has gone since."""

BY_HAND_AGAIN = datetime.timedelta(hours=1)
"""So soon after a reminder nobody sends another one by hand."""


@dataclass(frozen=True)
class Schedule:
    """The days on which people are reminded, counted from a due day, and the least days between two reminders."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    every: int

    @classmethod
    def of(cls, office: Office) -> Self:
        return cls(_days(office.remind_before), _days(office.remind_after), office.remind_every)

    @property
    def offsets(self) -> tuple[int, ...]:
        """The set days, each as its number of days after the due day."""
        return *(-days for days in self.before), *self.after

    def asks_for_one(
        self, due_days: Iterable[datetime.date], *, today: datetime.date, last: datetime.date | None
    ) -> bool:
        """Whether who still has to write what is due on `due_days`, and was last reminded on `last`, is reminded."""
        if last is not None and (today - last).days < self.every:
            return False
        # By differences of days: a sum might lie past the last day that there is.
        return any(
            0 <= (today - due).days - offset <= CAUGHT_UP.days and (last is None or (last - due).days < offset)
            for due in due_days
            for offset in self.offsets
        )


def _days(listed: str) -> tuple[int, ...]:
    return tuple(int(one) for one in listed.split(",") if one.strip())


@dataclass(frozen=True)
class Letter:
    """All that one person is written to about: the updates that wait for them, late ones first."""

    to: User
    tasks: tuple[Task, ...]

    @cached_property
    def late(self) -> list[Task]:
        return [task for task in self.tasks if task.is_late]

    @cached_property
    def in_time(self) -> list[Task]:
        return [task for task in self.tasks if not task.is_late]

    @property
    def for_others(self) -> list[str]:
        """The names of those whose updates are in it, as they cannot be written to themselves."""
        return sorted(user.display_name for user in {task.owner for task in self.tasks} - {self.to})

    @property
    def subject(self) -> str:
        count = f"{len(self.tasks)} update{'' if len(self.tasks) == 1 else 's'} to write"
        if self.late:
            return f"{count}, {len(self.late)} late"
        return f"{count} by {date_format(self.tasks[0].due)}"


def letters(tasks: Iterable[Task]) -> tuple[list[Letter], list[Task]]:
    """Who is written to about those of `tasks` that are still to write, by name; and what reaches nobody."""
    recipients = Recipients()
    of_person: dict[User, list[Task]] = defaultdict(list)
    unreached = []
    for task in sorted((task for task in tasks if task.is_open and task.is_writable), key=lambda task: task.due):
        to = recipients.of(task.owner)
        for user in to:
            of_person[user].append(task)
        if not to:
            unreached.append(task)
    return [Letter(user, tuple(of_person[user])) for user in sorted(of_person, key=str)], unreached


def last_reminders(at: datetime.datetime) -> dict[int, datetime.datetime]:
    """When each person was last reminded, by primary key."""
    return dict(_reminders(at).order_by().values_list("to").annotate(Max("written_at")))


def _reminders(at: datetime.datetime) -> QuerySet[Mail]:
    """Those that went out, or are just being sent; one that could not be sent reminded nobody."""
    went = Q(sent_at__isnull=False) | Q(trouble="", written_at__gt=at - BEING_SENT)
    return Mail.objects.filter(went, kind=Mail.Kind.REMINDER)


@dataclass
class Round:
    """What one run of the schedule did, or would do."""

    letters: list[Letter] = field(default_factory=list)
    """Those that were posted, or would be."""
    held_back: int = 0
    """How many people have something to write and are not reminded today."""
    unreached: list[Task] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)


def send_scheduled(*, at: datetime.datetime, dry_run: bool = False) -> Round:
    """Remind everyone whom the schedule asks to remind at a time. Safe to run at any hour, again, or twice at once."""
    found, unreached = letters(current_tasks(Deliverable.objects.all(), timezone.localdate(at)))
    done = Round(unreached=unreached)
    schedule = Schedule.of(Office.get())
    for letter in found:
        with transaction.atomic():
            # Held, so that of two runs at once only the first finds that no reminder went yet.
            User.objects.select_for_update(of=("self",), no_key=True).get(pk=letter.to.pk)
            if not _is_due(letter, schedule, at):
                done.held_back += 1
                continue
            done.letters.append(letter)
            if not dry_run:
                done.mails.append(_post(letter, at=at, by=None))
    return done


def _is_due(letter: Letter, schedule: Schedule, at: datetime.datetime) -> bool:
    last = _reminders(at).filter(to=letter.to, written_by=None).first()
    return schedule.asks_for_one(
        (task.due for task in letter.tasks),
        today=timezone.localdate(at),
        last=timezone.localdate(last.written_at) if last else None,
    )


def _post(letter: Letter, *, at: datetime.datetime, by: User | None) -> Mail:
    mail = post(
        kind=Mail.Kind.REMINDER,
        to=letter.to,
        subject=letter.subject,
        template="deliverables/mail/reminder.txt",
        context={"letter": letter, "by": by},
        at=at,
        by=by,
    )
    assert mail is not None  # a letter is only for who can be written to
    return mail


@transaction.atomic
def remind(*, user: User, by: User, at: datetime.datetime) -> Mail:
    """Remind one person now of all that they have to write, whatever the schedule; not twice within an hour."""
    refuse_unless(by, Permission.REVIEW)
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    if not can_be_written_to(user):
        raise Refused(f"{user} has no e-mail address to sign in with, so no reminder can be sent.")
    found, _ = letters(current_tasks(Deliverable.objects.all(), timezone.localdate(at)))
    letter = next((letter for letter in found if letter.to == user), None)
    if letter is None:
        raise Refused(f"{user} has nothing to write now, so there is nothing to remind of.")
    last = _reminders(at).filter(to=user).first()
    if last and at - last.written_at < BY_HAND_AGAIN:
        went = date_format(timezone.localtime(last.written_at), "DATETIME_FORMAT")
        raise Refused(f"{user} was last reminded on {went}. Wait an hour before you send another reminder.")
    return _post(letter, at=at, by=by)
