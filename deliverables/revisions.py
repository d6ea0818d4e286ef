"""What an update said before: its texts are kept in its history, an evening of saves as one entry."""

import datetime
from copy import copy
from typing import Any

from django.db.models import Subquery

from accounts.models import User
from deliverables.models import QuarterlyUpdate

AN_EVENING = datetime.timedelta(hours=6)
"""Saves by one person that follow each other within this time are one entry; a step or another person ends it."""

NOT_KEPT = "Not kept: somebody else had saved the update meanwhile."


def remember(update: QuarterlyUpdate, *, by: User, at: datetime.datetime) -> None:
    """Keep the text that was just saved in the update's history."""
    entries = update.history.model.objects
    facts = _facts(update)
    if update.version == 1:
        entries.create(**facts, history_user=by, history_date=at, history_type="+")
        return
    newest = entries.filter(id=update.pk).order_by("-history_id").values("pk")[:1]
    same_evening = entries.filter(
        pk=Subquery(newest), history_user=by, history_change_reason=None, history_date__gte=at - AN_EVENING
    )
    if not same_evening.update(**facts, history_date=at):
        entries.create(**facts, history_user=by, history_date=at, history_type="~")


def remember_refused(newer: QuarterlyUpdate, content: dict[str, Any], *, by: User, at: datetime.datetime) -> None:
    """Keep a text that came too late to be saved over `newer`: once, however often the same text is sent."""
    refused = copy(newer)
    for name, value in {**content, "last_changed_by": by, "last_changed_at": at}.items():
        setattr(refused, name, value)
    entries, facts = newer.history.model.objects, _facts(refused)
    told = {**facts, "history_user": by, "history_change_reason": NOT_KEPT}
    del told["last_changed_at"]
    if not entries.filter(**told).exists():
        entries.create(**facts, history_user=by, history_date=at, history_type="~", history_change_reason=NOT_KEPT)


def has_refused(update: QuarterlyUpdate) -> bool:
    """Whether a text came too late to be saved over the update as it is; it stands in its history."""
    late = {"history_change_reason": NOT_KEPT, "history_date__gte": update.last_changed_at}
    return update.history.filter(**late).exists()


def _facts(update: QuarterlyUpdate) -> dict[str, Any]:
    return {field.attname: getattr(update, field.attname) for field in update._meta.concrete_fields}
