"""What an archive holds: which tables, in which columns, and where the bytes of kept files lie. `docs/archive.md`."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.db import connection, models

from accounts.models import User
from pcc_tracker.archive.cells import Column
from reports.models import EditionFile

FORMAT = "pcc-tracker-archive"
VERSION = 1
"""Counts the changes that a reader must know of. An archive of an earlier one is still read; of a later one, never."""

MANIFEST = "manifest.json"
README = "README.txt"
ROOMS = ("accounts", "themes", "deliverables", "reports", "needs")
SIGN_IN = (Authenticator, SocialAccount)
"""Of others' tables those that signing in needs and that are secret; an archive without sign-in has no row of them."""

LEFT_OUT = {
    "auth.Group": "nobody is in a group",
    "auth.Group_permissions": "nobody is in a group",
    "auth.Permission": "made by migrate, and asked by nobody",
    "contenttypes.ContentType": "made by migrate",
    "sessions.Session": "people sign in again",
    "account.EmailConfirmation": "a link that was sent and is soon of no use",
    "socialaccount.SocialApp": "the provider is named in the settings",
    "socialaccount.SocialToken": "kept of nobody",
}
"""The tables that no archive holds, each with why."""

_UNUSUAL = re.compile(r"[^A-Za-z0-9_. -]+")


@dataclass(frozen=True)
class Table:
    """A table that an archive holds."""

    model: type[models.Model]

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def file(self) -> str:
        return f"tables/{self.name}.csv"

    @cached_property
    def fields(self) -> list[models.Field]:
        return list(self.model._meta.concrete_fields)

    @cached_property
    def columns(self) -> list[Column]:
        return [Column(field) for field in self.fields]

    @cached_property
    def kept(self) -> list[models.Field]:
        """The columns of bytes. The table names a path instead, and the bytes are a file of the archive."""
        return [column.field for column in self.columns if column.is_bytes]

    @property
    def is_secret(self) -> bool:
        return self.model in SIGN_IN

    @property
    def rows(self) -> models.QuerySet:
        """In the order of their keys, which are numbers, so that it is the same on every database."""
        return self.model._base_manager.order_by("pk")


def tables() -> list[Table]:
    """All that an archive holds, by name: every table of ours with its history, and what signing in needs."""
    ours = [model for room in ROOMS for model in apps.get_app_config(room).get_models(include_auto_created=True)]
    return sorted((Table(model) for model in [*ours, EmailAddress, *SIGN_IN]), key=lambda table: table.name)


def count_rows() -> int:
    """How many rows an archive made now would hold; one query."""
    counts = (f"(SELECT COUNT(*) FROM {connection.ops.quote_name(table.name)})" for table in tables())  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {' + '.join(counts)}")
        return cursor.fetchone()[0]


def kept_path(row: Any, field: models.Field) -> str:
    """Where the bytes of a row's column lie in the archive. A name is kept as far as every system can hold it.

    The column stands in the path, so that no uploaded file's name is another column's.
    """
    if isinstance(row, EditionFile):
        return f"editions/{row.edition.slug}/v{row.edition.number}/{_plain(row.file_name)}"
    name = f"{field.name}-{_plain(row.file_name)}" if field.name == "content" else field.name
    return f"files/{row._meta.db_table}/{row.pk}-{name}"


def _plain(file_name: str) -> str:
    return _UNUSUAL.sub("_", file_name).strip(" .") or "file"


def is_password(field: models.Field) -> bool:
    return field.model is User and field.name == "password"
