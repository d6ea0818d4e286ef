"""`python manage.py import_archive FILE`: everything from an archive, into an empty installation."""

import time
from argparse import ArgumentParser
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from tqdm import tqdm

from pcc_tracker.archive.checking import check, opened
from pcc_tracker.archive.manifest import BadArchive
from pcc_tracker.archive.restoring import restore
from pcc_tracker.empty import NotEmpty, refuse_unless_empty


class Command(BaseCommand):
    help = (
        "Bring everything in an archive of export_archive into an empty installation, on SQLite or PostgreSQL: all of "
        "it or nothing. The archive is checked first; its tables are made where there are none yet."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="an archive, such as tracker.zip")
        parser.add_argument(
            "--check-only", action="store_true", help="say whether the archive is whole, and change nothing"
        )
        parser.add_argument(
            "--whatever-differs",
            action="store_true",
            help="bring in editions too that were no longer as published when the archive was made",
        )

    def handle(
        self, *, file: Path, check_only: bool, whatever_differs: bool, verbosity: int, **options: object
    ) -> None:
        started = time.perf_counter()
        quiet = None if verbosity else True
        try:
            if not check_only:
                refuse_unless_empty()
            with opened(file) as archive:
                with tqdm(desc="Checking", unit=" rows", disable=quiet) as bar:
                    check(archive, bar)
                if not check_only:
                    call_command("migrate", verbosity=0)
                    with tqdm(desc="Storing", unit=" rows", disable=quiet) as bar:
                        differing = restore(archive, bar, whatever_differs=whatever_differs)
        except NotEmpty as error:
            raise CommandError(
                f"The database {connection.settings_dict['NAME']} is not empty: {error}. An archive is only brought "
                "into an empty one. Name another with DATABASE_URL, such as sqlite:///restored.sqlite3."
            ) from error
        except BadArchive as error:
            raise CommandError(f"{file} is not brought in, and nothing was changed. {error}") from error
        except DatabaseError as error:
            raise CommandError(
                f"The database cannot be written, and nothing was changed: {str(error).strip()}."
            ) from error
        if not verbosity:
            return
        manifest = archive.manifest
        done = "is whole" if check_only else "is brought in"
        self.stdout.write(
            f"{file}, made at {manifest.made_at:%Y-%m-%d %H:%M} UTC, {done}: {manifest.rows:,} rows in "
            f"{len(manifest.tables)} tables and {len(manifest.files):,} other files, "
            f"in {time.perf_counter() - started:.1f} seconds."
        )
        if not check_only:
            as_published = "but:" if differing else "and every edition is as it was published."
            self.stdout.write(f"Every count is right, {as_published}")
            for said in differing:
                self.stdout.write(said)
            if not manifest.sign_in:
                self.stdout.write(
                    "It was made without what people sign in with: set an administrator's password by "
                    "manage.py changepassword E-MAIL, and invite the others from Administration, People."
                )
