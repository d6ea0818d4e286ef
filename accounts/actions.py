"""What every verb's writing shares, and the verbs on the office and the organisations.

The rules are checked, and the history says who acted, and why where a reason is asked for.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DataError, IntegrityError, connection, models, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.models import Office, Organisation, User
from accounts.roles import Permission, Refused, refuse_unless

_BATCH = 500  # rows
_CHANGED = "Somebody else has just made a change that this one does not go with. Try again."
_ADDED_TO = "Something belongs to it that has to be taken away first."


def save(row: models.Model, by: User, reason: str = "") -> None:
    """Save a row that holds all its rules, with `by` as who changed it, and why, in its history.

    Raises Refused, with every rule that is broken in words, and then puts `row` back as it is stored.
    """
    try:
        row.full_clean()
    except ValidationError as error:
        if row.pk:
            row.refresh_from_db()
        raise Refused(in_words(row, error)) from error
    row._history_user, row._change_reason = by, reason or None
    with _refused_as(_CHANGED):
        row.save()


def save_all(rows: Sequence[models.Model], by: User, reason: str = "") -> None:
    """Store many new rows of one table, in batches, with `by` as who added them in the history of each.

    The rules of each row have been checked by the caller; the database's constraints alone are left to refuse one,
    and then all of them. Raises Refused.
    """
    if rows:
        with _refused_as(_CHANGED):
            type(rows[0])._base_manager.bulk_create(rows, batch_size=_BATCH)
            _remember(rows, "+", by, reason)


def change_all(rows: Sequence[models.Model], fields: Sequence[str], by: User, reason: str = "") -> None:
    """Store `fields` of many rows of one table, which the caller holds, as `save_all` stores new ones."""
    if rows and fields:
        model = type(rows[0])
        with _refused_as(_CHANGED):
            # Some ten times as fast as bulk_update(), which writes a CASE for each field of each row.
            model._base_manager.bulk_create(
                rows,
                batch_size=_BATCH,
                update_conflicts=True,
                update_fields=fields,
                unique_fields=[model._meta.pk.name],
            )
            _remember(rows, "~", by, reason)


def remove(row: models.Model, by: User, reason: str = "") -> None:
    """Delete a row, with `by` as who removed it, and why, in its history, which stays.

    Raises Refused where something that was added to it meanwhile keeps it.
    """
    row._history_user, row._change_reason = by, reason or None
    key = row.pk
    try:
        with _refused_as(_ADDED_TO):
            row.delete()
    except Refused:
        row.pk = key  # which Django takes from what it has deleted
        raise


def remove_all(rows: Sequence[models.Model], by: User, reason: str = "") -> None:
    """Delete many rows of one table, in batches, as `remove` deletes one.

    What hangs on them is removed by the caller before; where something does still, all are refused.
    """
    if not rows:
        return
    model = type(rows[0])
    with _refused_as(_ADDED_TO):
        _remember(rows, "-", by, reason)
        for first in range(0, len(rows), _BATCH):
            batch = model._base_manager.filter(pk__in=[row.pk for row in rows[first : first + _BATCH]])
            batch._raw_delete(batch.db)  # delete() would write the history a second time, row by row


def _remember(rows: Sequence[models.Model], kind: str, by: User, reason: str) -> None:
    """Copy rows as they are stored into their history, within the database, as added, changed or removed (`+~-`).

    Some ten times as fast as the history's own bulk methods, which read and write every value of every row once more.
    """
    model, history = type(rows[0]), type(rows[0]).history.model
    of_history = {
        "history_date": timezone.now(), "history_user": by.pk, "history_change_reason": reason or None,
        "history_type": kind,
    }  # fmt: skip
    fields = [history._meta.get_field(name) for name in of_history]
    values = [one.get_db_prep_save(value, connection) for one, value in zip(fields, of_history.values(), strict=True)]
    quote = connection.ops.quote_name
    copied = ", ".join(quote(one.column) for one in history.tracked_fields)
    into = f"{quote(history._meta.db_table)} ({copied}, {', '.join(quote(one.column) for one in fields)})"
    select = f"{copied}, {', '.join(['%s'] * len(fields))} FROM {quote(model._meta.db_table)}"
    which = f"{quote(model._meta.pk.column)} IN ({{}})"
    statement = f"INSERT INTO {into} SELECT {select} WHERE {which}"  # noqa: S608 - of our own tables' names
    with connection.cursor() as cursor:
        for first in range(0, len(rows), _BATCH):
            keys = [row.pk for row in rows[first : first + _BATCH]]
            cursor.execute(statement.format(", ".join(["%s"] * len(keys))), [*values, *keys])


@contextmanager
def _refused_as(said: str) -> Iterator[None]:
    """Do something all or nothing; where the database does not take it, raises Refused with what is said of that."""
    try:
        with transaction.atomic():
            yield
            if connection.vendor == "postgresql":
                # It leaves foreign keys to the commit, which nobody answers for. SQLite lets one write at a time.
                connection.check_constraints()
    except ProtectedError as error:
        holding = sorted({str(one) for one in error.protected_objects})
        raise Refused(f"{said} It is in use: {'; '.join(holding[:3])}.") from error
    except (IntegrityError, DataError) as error:  # the latter of what a column cannot hold
        raise Refused(said) from error


def hold(row: models.Model) -> None:
    """Read a row as it is now and hold it until the verb is done: what its caller read may have been changed since."""
    row.refresh_from_db(from_queryset=type(row)._base_manager.select_for_update())


def in_words(row: models.Model, error: ValidationError) -> str:
    """Every rule that is broken, each after the name of the field it is about."""
    said = []
    for name, messages in error.message_dict.items():
        about = "" if name == NON_FIELD_ERRORS else f"{row._meta.get_field(name).verbose_name}: ".capitalize()
        said += [about + message for message in messages]
    return " ".join(said)


def refuse_without(reason: str) -> str:
    """The reason, without blanks around it; raises Refused where there is none."""
    if not reason.strip():
        raise Refused("Say why. It is kept in the history.")
    return reason.strip()


@transaction.atomic
def change_office(*, by: User, **facts: Any) -> Office:
    """Change what the office is called, what it allows and requires, and when it reminds."""
    refuse_unless(by, Permission.MANAGE_OFFICE)
    return _changed(Office.get(), facts, by)


@transaction.atomic
def add_organisation(*, by: User, name: str, short_name: str) -> Organisation:
    refuse_unless(by, Permission.MANAGE_OFFICE)
    return _changed(Organisation(), {"name": name, "short_name": short_name}, by)


@transaction.atomic
def change_organisation(*, organisation: Organisation, by: User, name: str, short_name: str) -> Organisation:
    """Give an organisation another name. What was approved under the old one keeps it."""
    refuse_unless(by, Permission.MANAGE_OFFICE)
    return _changed(_fresh(organisation), {"name": name, "short_name": short_name}, by)


@transaction.atomic
def deactivate_organisation(*, organisation: Organisation, by: User, reason: str) -> Organisation:
    """Offer an organisation no more where one is chosen. Its people and deliverables stay as they are."""
    refuse_unless(by, Permission.MANAGE_OFFICE)
    reason, organisation = refuse_without(reason), _fresh(organisation)
    if organisation.is_office:
        raise Refused("The office itself cannot be deactivated.")
    return _changed(organisation, {"is_active": False}, by, reason)


@transaction.atomic
def activate_organisation(*, organisation: Organisation, by: User, reason: str) -> Organisation:
    refuse_unless(by, Permission.MANAGE_OFFICE)
    return _changed(_fresh(organisation), {"is_active": True}, by, refuse_without(reason))


def _fresh(organisation: Organisation) -> Organisation:
    """As it is stored, locked: what a form has made of the one given does not count."""
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _changed(row: Any, facts: dict[str, Any], by: User, reason: str = "") -> Any:
    for name, value in facts.items():
        setattr(row, name, value)
    save(row, by, reason)
    return row
