"""`python manage.py demo`: the product on a real plan, on this machine, in one command."""

import os
import secrets
from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from pcc_tracker import demo
from pcc_tracker.empty import NotEmpty, refuse_unless_empty


class Command(BaseCommand):
    help = (
        "Fill an empty database with a real delivery plan and serve it at http://127.0.0.1:8000. "
        "Run again, it keeps everything and serves. A database with anything else in it is refused."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="serve at this port of 127.0.0.1 (8000)")
        parser.add_argument("--password", help="the password of the four accounts; made up and printed if not given")
        parser.add_argument("--no-server", action="store_true", help="fill the database and stop")

    def handle(self, *, port: int, password: str | None, no_server: bool, **options: object) -> None:
        if not 1 <= port <= 65535:
            raise CommandError(f"--port {port} is not a port: give a number from 1 to 65535.")
        if demo.is_loaded():
            call_command("migrate", verbosity=0)
            self.stdout.write("The demonstration is already here; everything in it is kept.")
            if password:
                self.stdout.write("--password is passed over: the accounts keep the password they have.")
        else:
            self._fill(password or secrets.token_urlsafe(9))
        if "SITE_URL" not in os.environ:
            settings.SITE_URL = f"http://127.0.0.1:{port}"  # what links in e-mails begin with
        if not no_server:
            self.stdout.write(f"Open http://127.0.0.1:{port}/ and sign in. Ctrl+C stops the server.\n")
            self.stdout.flush()
            call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, skip_checks=True, verbosity=0)

    def _fill(self, password: str) -> None:
        try:
            refuse_unless_empty()
        except NotEmpty as error:
            raise CommandError(
                f"The database {connection.settings_dict['NAME']} is not empty: {error}. The demonstration is only "
                "loaded into an empty one. Name another with DATABASE_URL, such as sqlite:///demo.sqlite3."
            ) from error
        self.stdout.write("Setting up the database and loading the plan ...")
        self.stdout.flush()
        call_command("migrate", verbosity=0)
        demo.load(password, today=timezone.localdate())
        self.stdout.write("Accounts, one for each role:")
        for email, role in demo.accounts():
            self.stdout.write(f"  {email:<20} {role}")
        self.stdout.write(f"Password of all four: {password}")
