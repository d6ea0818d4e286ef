"""What every verb's writing shares, and the verbs on the office and the organisations.

The rules are checked, and the history says who acted, and why where a reason is asked for.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.models import Office, Organisation, User
from accounts.roles import Permission, Refused, refuse_unless


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
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused("Somebody else has just made a change that this one does not go with. Try again.") from error


def save_all(rows: Sequence[models.Model], by: User, reason: str = "") -> None:
    """Store many new rows of one table, in batches, with `by` as who added them in the history of each.

    The rules of each row have been checked by the caller; the database's constraints alone are left to refuse one.
    """
    if rows:
        bulk_create_with_history(
            rows, type(rows[0]), batch_size=500, default_user=by, default_change_reason=reason or None
        )


def change_all(rows: Sequence[models.Model], fields: Sequence[str], by: User, reason: str = "") -> None:
    """Store `fields` of many rows of one table, as `save_all` stores new ones."""
    if rows:
        bulk_update_with_history(
            rows, type(rows[0]), fields, batch_size=100, default_user=by, default_change_reason=reason or None
        )


def remove(row: models.Model, by: User, reason: str = "") -> None:
    """Delete a row, with `by` as who removed it, and why, in its history, which stays."""
    row._history_user, row._change_reason = by, reason or None
    row.delete()


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
