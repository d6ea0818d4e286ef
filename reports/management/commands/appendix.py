"""`python manage.py appendix`: Appendix A of a theme and quarter as a file, without a browser."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.roles import Role
from pcc_tracker.errors import NothingHere
from reports.files import CannotBeMade, make_file
from reports.formats import FORMATS
from reports.gather_appendix import gather_appendix
from themes.place import find_place


class Command(BaseCommand):
    help = "Write Appendix A of a theme and quarter to a file. Only approved updates are in it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--plan", required=True, help='the plan\'s title, such as "Police and Crime Plan 2018-21"')
        parser.add_argument("--theme", required=True, help="the theme's number, such as 3")
        parser.add_argument("--period", required=True, help='the quarter, such as "2019-20 Q4"')
        parser.add_argument("--format", required=True, help=f"one of {', '.join(FORMATS)}")
        parser.add_argument(
            "--output", required=True, type=Path, help="the file to write; one that is there is replaced"
        )

    def handle(self, *, plan: str, theme: str, period: str, output: Path, **options: object) -> None:
        asked = str(options["format"])
        if asked not in FORMATS:
            raise CommandError(f'There is no format "{asked}". There is: {", ".join(FORMATS)}.')
        try:
            place = find_place(plan=plan, quarter=period, theme=theme)
        except NothingHere as error:
            raise CommandError(error.in_text) from error
        document = gather_appendix(place, User(role=Role.STAFF, display_name="Command line"))
        (appendix,) = document.appendices
        try:
            output.write_bytes(make_file(document, FORMATS[asked]).content)
        except CannotBeMade as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{output} could not be written: {error.strerror}.") from error
        figures = ", ".join(f"{line.label} {line.printed}" for line in appendix.figures.lines)
        self.stdout.write(f"{output}: {len(appendix.rows)} rows; {figures}")
