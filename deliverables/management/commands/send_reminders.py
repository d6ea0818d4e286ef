"""`python manage.py send_reminders`, from cron once a day: reminds owners of what is due, as the office has set.

It also removes what was uploaded and never imported."""

from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.mail import send_waiting
from accounts.models import Mail
from deliverables.reminders import Letter, send_scheduled
from deliverables.uploads import KEPT_FOR, remove_forgotten_uploads
from deliverables.work import Task


class Command(BaseCommand):
    help = (
        "Write to everyone who has updates to write and whom the office's schedule asks to remind today: one e-mail "
        "a person, listing all. Sends first what an earlier run, or a page, could not. Removes files that were "
        "uploaded and not imported within 30 days. Safe to run again at any hour. Ends with exit code 1 "
        "only where an e-mail could not be sent; it is tried again by the next run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say who would be written to; send and remove nothing"
        )

    def handle(self, *, dry_run: bool, **options: object) -> None:
        at = timezone.now()
        waiting = 0
        if not dry_run:
            went, waiting = send_waiting(at)
            if went or waiting:
                self.stdout.write(f"Of the e-mails that waited {went} went out, {waiting} still wait.")
        done = send_scheduled(at=at, dry_run=dry_run)
        self.stdout.write(
            f"{'Would be reminded' if dry_run else 'Reminded'}: {len(done.letters)}. "
            f"Others with updates to write, to whom no reminder is due today: {done.held_back}."
        )
        for letter in done.letters:
            self.stdout.write(_line(letter))
        if done.unreached:
            self.stdout.write("Nobody can be written to about these; tell their owners, or name a coordinator:")
            for line in _unreached(done.unreached):
                self.stdout.write(line)
        if not dry_run and (removed := remove_forgotten_uploads(at=at)):
            self.stdout.write(f"Removed, as not imported within {KEPT_FOR.days} days of being uploaded: {removed}.")
        failed = list(Mail.objects.filter(pk__in=[mail.pk for mail in done.mails], sent_at=None))
        if failed or waiting:
            raise CommandError(_trouble(failed, waiting))


def _line(letter: Letter) -> str:
    late = f", {len(letter.late)} late" if letter.late else ""
    return f"  {letter.to} <{letter.to.email}>: {len(letter.tasks)} to write{late}"


def _unreached(tasks: Iterable[Task]) -> Iterator[str]:
    """A line for each person that no e-mail reaches, with what they have to write."""
    of_owner: dict[str, list[str]] = defaultdict(list)
    for task in tasks:
        of_owner[str(task.owner or "Led by nobody yet")].append(f"{task.deliverable} ({task.deadline})")
    for owner in sorted(of_owner):
        yield f"  {owner}: {', '.join(of_owner[owner])}"


def _trouble(failed: Iterable[Mail], waiting: int) -> str:
    """What could not be sent and why, a line each."""
    lines = [f"{mail.address}: {mail.trouble}" for mail in failed]
    if waiting:
        lines.append(f"{waiting} that waited from before")
    return "\n  ".join(["The mail server did not take these; the next run tries them again:", *lines])
