"""A value of the database as the text of a CSV cell, and back. The rules stand in `docs/archive.md`.

Every value has exactly one text, so the same rows give the same bytes on every database.
"""

import datetime
import decimal
import json
import re
import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Value

MARK = "'"
_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", MARK)
"""How a text begins that a spreadsheet program would run (OWASP, CSV Injection), or that a mark would be taken off."""
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NOT_IN_JSONB = re.compile(r"\\u0000|\\ud[89a-f]", re.IGNORECASE)
MOST_SHOWN = 60  # characters of a wrong cell in a message


class BadCell(ValueError):
    """A cell that is no value of its column; the message says why, as the end of a sentence about it."""


def cell_of(field: models.Field, value: Any) -> str:
    """The text of a value as Django reads it from the database."""
    text = _text_of(field, value)
    if text is None:
        return ""
    if text == "" and field.null:
        return MARK
    return MARK + text if text.startswith(_LIKE_A_FORMULA) else text


def value_of(field: models.Field, cell: str) -> Any:
    """The value that a cell stands for. Trusts the cell: what was not written by `cell_of` raises nearly anything."""
    if cell == "" and field.null:
        return None
    return _parser(field)(cell.removeprefix(MARK))


def check_cell(field: models.Field, cell: str) -> None:
    """Raise BadCell where a cell is not one that `cell_of` writes for a value that this database can hold."""
    try:
        value = value_of(field, cell)
    except ValidationError as error:
        raise BadCell(f"is not right: {' '.join(error.messages)}") from error
    except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError) as error:
        raise BadCell(f"is not {_called(field)}") from error
    if value is None:
        if field.null:
            return
        raise BadCell(f"is empty and must be {_called(field)}")
    if cell_of(field, value) != cell:
        raise BadCell(f"is not {_called(field)} as docs/archive.md says that one is written")
    _check_it_fits(_stored(field), value, cell)


def _check_it_fits(field: models.Field, value: Any, cell: str) -> None:
    """Raise BadCell for what the database would not take: SQLite takes longer texts, PostgreSQL does not."""
    if isinstance(value, int) and not isinstance(value, bool):
        least, most = connection.ops.integer_field_range(field.get_internal_type())
        if (least is not None and value < least) or (most is not None and value > most):
            raise BadCell(f"is not between {least} and {most}")
    if isinstance(value, decimal.Decimal):
        try:
            field.run_validators(value)
        except ValidationError as error:
            raise BadCell(f"is not right: {' '.join(error.messages)}") from error
    if connection.vendor == "postgresql":
        if "\0" in cell or (isinstance(field, models.JSONField) and _NOT_IN_JSONB.search(cell.replace("\\\\", ""))):
            raise BadCell("holds a character that PostgreSQL cannot: zero, or half of one")
        if isinstance(field, models.CharField) and len(cell.removeprefix(MARK)) > (field.max_length or len(cell)):
            raise BadCell(f"is longer than {field.max_length} characters")


def _text_of(field: models.Field, value: Any) -> str | None:
    """Without the mark; nothing for what is NULL."""
    stored = _stored(field)
    if isinstance(stored, models.JSONField):
        if isinstance(value, Value) or (value is None and not field.null):
            return "null"
        return None if value is None else _canonical(value)
    if value is None:
        return None
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, decimal.Decimal):
        return f"{value:.{stored.decimal_places}f}"
    text = stored.get_prep_value(value)
    return None if text is None else str(text)


def _canonical(value: Any) -> str:
    """JSON without spaces, keys in order, letters as themselves but for halves of one, which UTF-8 cannot hold."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def _parser(field: models.Field) -> Callable[[str], Any]:
    stored = _stored(field)
    return next((parse for kind, parse in _PARSERS if isinstance(stored, kind)), stored.to_python)


def _json(text: str) -> Any:
    if text == "null":
        return Value(None, models.JSONField())  # None would be NULL
    return json.loads(text, parse_constant=_refuse)


def _refuse(text: str) -> Any:
    raise ValueError(text)


_PARSERS: list[tuple[type[models.Field], Callable[[str], Any]]] = [
    (models.JSONField, _json),
    (models.BooleanField, {"true": True, "false": False}.__getitem__),
    (models.DateTimeField, datetime.datetime.fromisoformat),
    (models.DateField, datetime.date.fromisoformat),
    (models.DecimalField, decimal.Decimal),
    (models.UUIDField, uuid.UUID),
    (models.IntegerField, int),
]


def _stored(field: models.Field) -> models.Field:
    """What is stored in a column; of one that refers to a row, what that row's key is."""
    while field.remote_field:
        field = field.target_field
    return field


def _called(field: models.Field) -> str:
    """What a column holds, in words."""
    stored = _stored(field)
    return next((words for kind, words in _WORDS if isinstance(stored, kind)), "a text of its kind")


_WORDS: list[tuple[type[models.Field], str]] = [
    (models.JSONField, "JSON"),
    (models.BooleanField, "true or false"),
    (models.DateTimeField, "a time, such as 2020-05-14T09:30:00.000000Z"),
    (models.DateField, "a date, such as 2020-05-14"),
    (models.DecimalField, "a decimal number"),
    (models.UUIDField, "a UUID"),
    (models.IntegerField, "a whole number"),
]
