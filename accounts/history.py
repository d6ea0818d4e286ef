"""What is kept of every change: who, when, why, and each field before and after, for people to read."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property

from accounts.models import User
from accounts.words import Piece, compare, shortened

ADDED, CHANGED, REMOVED = "Added", "Changed", "Removed"
_STEPS = {"+": ADDED, "~": CHANGED, "-": REMOVED}


@dataclass(frozen=True)
class Change:
    """One field's change. `before` is empty where there was nothing, `after` where there is nothing now."""

    label: str
    before: str
    after: str

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The words that stayed, went and came, long unchanged stretches cut."""
        return shortened(compare(self.before, self.after))


@dataclass(frozen=True)
class Entry:
    """One change of one row."""

    at: datetime.datetime
    by: User | None
    """Nobody where it was done by a command or before anybody could sign in."""
    about: str
    """Which row it was, where a list tells of several."""
    step: str
    reason: str
    changes: tuple[Change, ...]


def entries(
    records: models.QuerySet,
    *,
    about: Callable[[Any], str] = lambda record: "",
    texts: Mapping[str, Callable[[Any], str]] | None = None,
    without: Iterable[str] = (),
    aside: Callable[[Any], bool] = lambda record: False,
) -> list[Entry]:
    """The changes that a model's history records tell of, newest first; a change of nothing is left out.

    `about` names the row of a record; `texts` says how a field's value is written where the field itself does not
    know; the fields `without` are not told; a record set `aside` is told against the one before it, but what comes
    after is not compared with it. One query, and one more for each relation.
    """
    found = list(records.select_related("history_user").order_by("history_date", "history_id"))
    shown = _Shown(found, texts or {}, {*without, records.model.instance_type._meta.pk.name})
    before: dict[Any, Any] = {}
    told = []
    for record in found:
        key = getattr(record, records.model.instance_type._meta.pk.attname)
        changes = shown.changes(before.get(key), record)
        step = _STEPS[record.history_type]
        if changes or step == REMOVED or record.history_change_reason:
            reason = record.history_change_reason or ""
            told.append(Entry(record.history_date, record.history_user, about(record), step, reason, changes))
        if not aside(record):
            before[key] = record
    return told[::-1]


def newest_first(told: Iterable[Entry]) -> list[Entry]:
    """Entries about several rows, in one list."""
    return sorted(told, key=lambda entry: entry.at, reverse=True)


class _Shown:
    """How the values of a model's records are written."""

    def __init__(self, records: Sequence[Any], texts: Mapping[str, Callable[[Any], str]], without: set[str]) -> None:
        self.texts = texts
        self.fields = [field for field in records[0].tracked_fields if field.name not in without] if records else []
        self.related = {
            field.name: field.related_model._base_manager.in_bulk(
                {getattr(record, field.attname) for record in records} - {None}
            )
            for field in self.fields
            if field.is_relation
        }

    def changes(self, before: Any, after: Any) -> tuple[Change, ...]:
        """What differs; of a first record, all that is not empty."""
        pairs = [(field, self.text(field, before) if before else "", self.text(field, after)) for field in self.fields]
        if after.history_type == "-":
            return ()
        return tuple(Change(label_of(field), old, new) for field, old, new in pairs if old != new)

    def text(self, field: models.Field, record: Any) -> str:
        value = getattr(record, field.attname)
        if field.name in self.texts:
            return self.texts[field.name](value)
        if field.is_relation:
            return "" if value is None else str(self.related[field.name].get(value, f"no. {value}, since removed"))
        if field.flatchoices:
            return str(dict(field.flatchoices).get(value, value or ""))
        return in_words(value)


def label_of(field: models.Field) -> str:
    return str(field.verbose_name).capitalize()


def in_words(value: Any) -> str:
    """A stored value as a person writes it."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime.datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, datetime.date):
        return date_format(value)
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
