"""What every verb's writing shares: the rules are checked, and the history says who acted."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from accounts.models import User
from accounts.roles import Refused


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


def in_words(row: models.Model, error: ValidationError) -> str:
    """Every rule that is broken, each after the name of the field it is about."""
    said = []
    for name, messages in error.message_dict.items():
        about = "" if name == NON_FIELD_ERRORS else f"{row._meta.get_field(name).verbose_name}: ".capitalize()
        said += [about + message for message in messages]
    return " ".join(said)
