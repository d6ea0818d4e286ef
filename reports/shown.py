"""No edit is lost (DESIGN section 4, rule 7): a page says which values it showed, and verbs refuse over newer ones."""

import json
from collections.abc import Iterable
from hashlib import sha256

from django.db.models import Model, QuerySet

from accounts.models import User
from accounts.roles import Refused


class SavedSince(Refused):
    """The row was saved after the page was shown. `newer` is as it is stored now; None where it is there no more."""

    def __init__(self, message: str, newer: Model | None) -> None:
        super().__init__(message)
        self.newer = newer


def seen(row: Model | None, **many: Iterable[Model]) -> str:
    """What a page sends back to say which values of a row it showed; empty for a row that is not there.

    `many` are the rows that it is linked to, by the name of the link.
    """
    if row is None:
        return ""
    values = {field.name: field.value_to_string(row) for field in row._meta.concrete_fields if not field.primary_key}
    links = {name: sorted(one.pk for one in rows) for name, rows in many.items()}
    return sha256(json.dumps([values, links]).encode()).hexdigest()


def refuse_unless_shown(
    stored: Model | None, shown: str | None, *, what: str, history: QuerySet, by: User, **many: Iterable[Model]
) -> None:
    """Raise SavedSince, naming who saved `what` last, unless the page showed what is `stored`.

    `shown` is `seen()` of what the page showed; None says that there was no page, such as on the command line.
    """
    if shown is None or seen(stored, **many) == shown:
        return
    last = history.select_related("history_user").first()
    who = last.history_user if last else None
    if who == by:
        raise SavedSince(f"You saved {what} in another tab since you opened it here.", stored)
    raise SavedSince(f"{who or 'Somebody else'} saved {what} since you opened it.", stored)
