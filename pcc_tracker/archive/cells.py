"""A value of the database as the text of a CSV cell, and back. The rules stand in `docs/archive.md`.

Every value has exactly one text, so the same rows give the same bytes on every database.
"""

import datetime
import decimal
import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Value

MARK = "'"
_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", MARK)
"""How a text begins that a spreadsheet program would run (OWASP, CSV Injection), or that a mark would be taken off."""
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NOT_IN_JSONB = re.compile(r"\\u0000|\\ud[89a-f]", re.IGNORECASE)


class BadCell(ValueError):
    """A cell that is no value of its column; the message says why, as the end of a sentence about it."""


class Column:
    """How the values of one column are written and read. Columns of bytes are not: a table names a path instead."""

    def __init__(self, field: models.Field) -> None:
        self.field = field
        self.stored = field
        while self.stored.remote_field:  # what the key is of the row that it refers to
            self.stored = self.stored.target_field
        self.null = field.null
        self.is_bytes = isinstance(field, models.BinaryField)
        self.kind = next(kind for kind in _KINDS if isinstance(self.stored, kind.field))
        self.is_json = isinstance(self.stored, models.JSONField)
        self.on_postgresql = connection.vendor == "postgresql"
        self.least = self.most = None
        if isinstance(self.stored, models.IntegerField):
            self.least, self.most = connection.ops.integer_field_range(self.stored.get_internal_type())

    def cell(self, value: Any) -> str:
        """The text of a value as Django reads it from the database."""
        if value is None and not (self.is_json and not self.null):
            return ""
        text = self.kind.write(self.stored, value)
        if text == "" and self.null:
            return MARK
        return MARK + text if text.startswith(_LIKE_A_FORMULA) else text

    def value(self, cell: str) -> Any:
        """What a cell stands for. Trusts the cell: what was not written by `cell` raises nearly anything."""
        if cell == "" and self.null:
            return None
        return self.kind.read(self.stored, cell.removeprefix(MARK))

    def check(self, cell: str) -> None:
        """Raise BadCell where a cell is not one that `cell` writes for a value that this database can hold."""
        try:
            value = self.value(cell)
            again = self.cell(value)
        except ValidationError as error:
            raise BadCell(f"is not right: {' '.join(error.messages)}") from error
        except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError) as error:
            raise BadCell(f"is not {self.kind.words}") from error
        if value is None and not self.null:
            raise BadCell(f"is empty and must be {self.kind.words}")
        if again != cell:
            raise BadCell(f"is not {self.kind.words} as docs/archive.md says that one is written")
        if value is not None:
            self._check_it_fits(value, cell)

    def _check_it_fits(self, value: Any, cell: str) -> None:
        """Raise BadCell for what the database would not take: SQLite takes longer texts, PostgreSQL does not."""
        if (self.least is not None and value < self.least) or (self.most is not None and value > self.most):
            raise BadCell(f"is not between {self.least} and {self.most}")
        if isinstance(value, decimal.Decimal):
            try:
                self.stored.run_validators(value)
            except ValidationError as error:
                raise BadCell(f"is not right: {' '.join(error.messages)}") from error
        if self.on_postgresql:
            if "\0" in cell or (self.is_json and _NOT_IN_JSONB.search(cell.replace("\\\\", ""))):
                raise BadCell("holds a character that PostgreSQL cannot: zero, or half of one")
            longest = self.stored.max_length if isinstance(self.stored, models.CharField) else None
            if longest is not None and len(cell.removeprefix(MARK)) > longest:
                raise BadCell(f"is longer than {longest} characters")


@dataclass(frozen=True)
class _Kind:
    """Columns that are written alike, with what one holds in words."""

    field: type[models.Field]
    words: str
    write: Callable[[Any, Any], str]
    read: Callable[[Any, str], Any]


def _time(_: object, value: datetime.datetime) -> str:
    return value.astimezone(datetime.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _json(_: object, value: Any) -> str:
    """Without spaces, names in order, letters as themselves but for halves of one, which UTF-8 cannot hold."""
    if value is None or isinstance(value, Value):
        return "null"
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def _from_json(_: object, text: str) -> Any:
    if text == "null":
        return Value(None, models.JSONField())  # None would be NULL
    return json.loads(text, parse_constant=_refuse)


def _refuse(text: str) -> Any:
    raise ValueError(text)


_KINDS = [
    _Kind(models.JSONField, "JSON", _json, _from_json),
    _Kind(
        models.BooleanField,
        "true or false",
        lambda _, value: "true" if value else "false",
        lambda _, text: {"true": True, "false": False}[text],
    ),
    _Kind(
        models.DateTimeField,
        "a time, such as 2020-05-14T09:30:00.000000Z",
        _time,
        lambda _, text: datetime.datetime.fromisoformat(text),
    ),
    _Kind(
        models.DateField,
        "a date, such as 2020-05-14",
        lambda _, value: value.isoformat(),
        lambda _, text: datetime.date.fromisoformat(text),
    ),
    _Kind(
        models.DecimalField,
        "a decimal number",
        lambda field, value: f"{value:.{field.decimal_places}f}",
        lambda _, text: decimal.Decimal(text),
    ),
    _Kind(models.UUIDField, "a UUID", lambda _, value: str(value), lambda _, text: uuid.UUID(text)),
    _Kind(models.IntegerField, "a whole number", lambda _, value: str(value), lambda _, text: int(text)),
    # Every other holds a text, or what is written as one, such as a quarter.
    _Kind(
        models.Field,
        "a text of its kind",
        lambda field, value: field.get_prep_value(value),
        lambda field, text: field.to_python(text),
    ),
]
