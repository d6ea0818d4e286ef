"""`python manage.py import_plan FILE`: brings a plan or a quarter in from Word or a spreadsheet, without a browser."""

import re
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from accounts.models import User
from accounts.roles import Refused, Role
from deliverables.importing.found import Found
from deliverables.importing.plan_files import keep_read, look, themes_of
from deliverables.importing.plan_import import import_plan, said_of
from deliverables.importing.plan_preview import preview_of
from deliverables.importing.plan_values import Choices, NewLeader, PlanPreview, Stored
from deliverables.importing.reading import SLICE, Read, found_in_slice, read_plan
from deliverables.importing.stored import leaders, stored_of
from deliverables.importing.zipped import Unreadable
from themes.actions import NewScheme, start_plan
from themes.models import Plan, RatingScheme
from themes.quarters import InvalidQuarter, Quarter
from themes.ratings import GREEN_AMBER_RED

_YEARS = re.compile(r"(\d{4})\s*[-–/]\s*(\d{4}|\d{2})\b")


class Command(BaseCommand):
    help = (
        "Bring a plan or a quarter of it in from a Word file or a spreadsheet, all or nothing; plan, theme and period "
        "are made where they are not there yet. What it brings in counts as approved. What was not understood is said "
        "with its place, and then nothing is imported: put it right in the file, or in the browser."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a .docx, .xlsx or .csv file")
        parser.add_argument("--plan", required=True, help='the plan\'s title, such as "Police and Crime Plan 2018-21"')
        parser.add_argument("--theme", type=int, help="the theme's number, such as 3, where the file does not say it")
        parser.add_argument("--theme-title", default="", help="the title of a theme that is not there yet")
        parser.add_argument("--period", help='the quarter, such as "2019-20 Q4", where the file does not say it')
        parser.add_argument(
            "--replace", action="store_true", help="replace what is here where the file says otherwise, not keep it"
        )
        parser.add_argument("--by", help="the e-mail of the administrator who imports it; else the first there is")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and store nothing")

    def handle(self, *, file: Path, plan: str, by: str | None, dry_run: bool, **options: object) -> None:
        user, choices = _administrator(by), _choices(options)
        content, found = self._read(file)
        stored_plan = Plan.objects.filter(title__iexact=plan.strip()).first()
        if stored_plan:
            stored = stored_of(stored_plan, themes_of(found, choices))
        else:
            stored = _of_new(plan.strip(), choices.quarter or found.quarter)
        preview = preview_of(found, stored, choices, file_name=file.name)
        self._say(preview)
        if preview.problems or not preview.outcomes:
            count = len(preview.problems)
            why = f"{count:,} thing{'' if count == 1 else 's'} not understood" if count else "no deliverable was found"
            raise CommandError(f"Nothing is imported: {why}.")
        if preview.does_nothing:
            self.stdout.write("All that the file says is here already, so nothing is changed.")
        elif dry_run:
            self.stdout.write(f"Would do: {said_of(preview)}. Nothing is stored.")
        else:
            did = _imported(stored_plan, stored, file.name, content, found, choices, user)
            self.stdout.write(f"Imported by {user}: {did}.")

    def _read(self, file: Path) -> tuple[bytes, Found]:
        """The file with all its rows checked."""
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} could not be read: {error.strerror}.") from error
        try:
            read = read_plan(content)
        except Unreadable as error:
            raise CommandError(f"{file.name}: {error}") from error
        rows = [*read.found.rows]
        for first in tqdm(range(0, len(read.waiting), SLICE), unit="step", disable=None):
            rows += found_in_slice(read.columns, read.waiting[first : first + SLICE])
        return content, replace(read.found, rows=tuple(rows))

    def _say(self, preview: PlanPreview) -> None:
        for theme, quarter in preview.periods:
            self.stdout.write(f"Opens Theme {theme}, {quarter.label}.")
        for label, kind in preview.leaders:
            what = "a person of the office" if kind is NewLeader.OFFICE else "an organisation"
            self.stdout.write(f"Adds “{label}” as {what}.")
        for one in preview.outcomes:
            for note in one.notes:
                self.stdout.write(f"{one.row.place}: {note}")
        for one in preview.differences:
            self.stdout.write(f"{one.place}: {one.said}")
        for place, said in preview.unread:
            self.stdout.write(f"{place}: {said}")
        for note in preview.notes:
            self.stdout.write(note)
        for row, problem in preview.problems:
            self.stderr.write(f"{problem.place or row.place}: {problem.said}")


def _administrator(email: str | None) -> User:
    there = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk")
    found = there.filter(email=email.lower()).first() if email else there.first()
    if found is None:
        raise CommandError(f"There is no administrator {email or 'yet: run createsuperuser first'}.")
    return found


def _choices(options: dict[str, object]) -> Choices:
    period = options["period"]
    try:
        quarter = Quarter.parse(str(period)) if period else None
    except InvalidQuarter as error:
        raise CommandError(str(error)) from error
    return Choices(
        theme=options["theme"], theme_title=options["theme_title"], quarter=quarter, replaces=options["replace"]
    )


def _of_new(title: str, quarter: Quarter | None) -> Stored:
    """What there is of a plan that is not there yet: its years by its title, or the one of the quarter."""
    if said := _YEARS.search(title):
        start = int(said[1])
        end = int(said[2]) if len(said[2]) == 4 else start - start % 100 + int(said[2])
    elif quarter:
        start, end = quarter.year.start, quarter.year.start + 1
    else:
        raise CommandError(f'There is no plan "{title}" yet, and its title does not say its years. Give --period.')
    plan = Plan(title=title, start_year=start, end_year=end)
    if not plan.years:
        raise CommandError(f'"{title}" ends before it starts. Correct its years.')
    scheme = RatingScheme.objects.order_by("pk").first()
    return Stored(title, plan.years, scheme.values if scheme else GREEN_AMBER_RED, leaders=leaders())


@transaction.atomic
def _imported(
    plan: Plan | None, stored: Stored, file_name: str, content: bytes, found: Found, choices: Choices, by: User
) -> str:
    """Import it, and start the plan where there is none yet; what was done."""
    at = timezone.now()
    try:
        if plan is None:
            years, scheme = stored.years, RatingScheme.objects.order_by("pk").first()
            plan = start_plan(
                title=stored.title,
                start_year=years[0].start,
                end_year=years[-1].start + 1,
                rating_scheme=scheme or NewScheme("Green, Amber, Red", GREEN_AMBER_RED),
                by=by,
            )
        read = Read(found)
        file = keep_read(plan=plan, file_name=file_name, content=content, read=read, choices=choices, by=by, at=at)
        return import_plan(file=file, agreed=look(file).preview.fingerprint, by=by, at=at)
    except Refused as error:
        raise CommandError(str(error)) from error
