"""`python manage.py export_archive FILE`: everything in one archive of open formats."""

import os
import time
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from tqdm import tqdm

from pcc_tracker.archive.writing import write_archive


class Command(BaseCommand):
    help = (
        "Write everything into one archive (a zip file) of open formats: a CSV file a table, narratives as HTML, every "
        "edition's files, kept uploads, and a manifest with counts and SHA-256. People can go on working meanwhile. "
        "The archive holds what is not published, and what people sign in with: keep it as safe as the database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="where to, such as tracker.zip")
        parser.add_argument(
            "--without-sign-in",
            action="store_true",
            help="leave out passwords, second factors and accounts of other providers",
        )
        parser.add_argument("--overwrite", action="store_true", help="put it in the place of a file of that name")

    def handle(self, *, file: Path, without_sign_in: bool, overwrite: bool, verbosity: int, **options: object) -> None:
        if file.exists() and not overwrite:
            raise CommandError(f"{file} is there already. Name another file, or say --overwrite.")
        started = time.perf_counter()
        part = file.with_name(f"{file.name}.part")
        try:
            part.unlink(missing_ok=True)  # of a run that was ended
            # Nobody else on this machine may read it, from its first byte on.
            with (
                os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written,
                tqdm(unit=" rows", disable=None if verbosity else True) as bar,
            ):
                manifest = write_archive(written, at=timezone.now(), sign_in=not without_sign_in, bar=bar)
                written.flush()
                os.fsync(written.fileno())
            part.replace(file)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror or error}.") from error
        except DatabaseError as error:
            raise CommandError(
                f"The database cannot be read: {str(error).strip()}. If PCC Tracker was just installed or brought up "
                "to date, run manage.py migrate first."
            ) from error
        finally:
            part.unlink(missing_ok=True)
        if verbosity:
            size = file.stat().st_size / 1_000_000
            self.stdout.write(
                f"{file}: {manifest.rows:,} rows in {len(manifest.tables)} tables and {len(manifest.files):,} other "
                f"files, {size:.1f} MB, in {time.perf_counter() - started:.1f} seconds."
            )
            self.stdout.write(
                "Keep it safe: it holds what is not published"
                + ("." if without_sign_in else ", and what people sign in with.")
            )
