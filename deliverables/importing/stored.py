"""What a plan has, read from the database into the values that an import is held against."""

import datetime
from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Count, F

from accounts.models import User
from deliverables.importing.plan_values import Content, Leader, Stored, StoredDeliverable, StoredUpdate
from deliverables.models import Deliverable, DeliverableOwner, QuarterlyUpdate
from themes.models import Plan, ReportingPeriod
from themes.quarters import Quarter

_OF_UPDATES = (
    "pk", "deliverable", "deliverable__key", "period__quarter", "state", "approved__rating__code",
    *(f"approved__{name}" for name in Content._fields if name != "rating"),
)  # fmt: skip


def stored_of(plan: Plan, themes: Collection[int]) -> Stored:
    """What the plan has on the themes with these numbers, all years. Seven queries, whatever there is."""
    of_plan = {"theme__plan": plan, "theme__number__in": themes}
    periods = ReportingPeriod.objects.filter(**of_plan).values_list("theme__number", "quarter", "locked_at")
    deliverables = Deliverable.objects.filter(**of_plan).values_list(
        "pk", "key", "theme__number", "financial_year", "number", "wording", "in_force_from", "planned_start", "due",
        "completed_in", "withdrawn_from", "exempt_from", "exempt_until", "exempt_reason",
    )  # fmt: skip
    updates = QuarterlyUpdate.objects.filter(deliverable__theme__plan=plan, period__theme__number__in=themes)
    return Stored(
        title=plan.title,
        years=plan.years,
        scheme=plan.rating_scheme.values,
        themes=dict(plan.themes.values_list("number", "title")),
        periods={(number, quarter): locked_at is not None for number, quarter, locked_at in periods},
        deliverables=tuple(
            StoredDeliverable(*facts[:-3], (facts[-3], facts[-2], facts[-1])) for facts in deliverables.order_by("pk")
        ),
        updates=tuple(_update(*facts) for facts in updates.order_by("pk").values_list(*_OF_UPDATES)),
        owners=_owners(of_plan),
        leaders=leaders(),
    )


def _update(
    pk: int, deliverable: int, key: UUID, quarter: Quarter, state: str, rating: str | None, *approved: Any
) -> StoredUpdate:
    content = Content(rating, *approved) if rating else None
    return StoredUpdate(pk, deliverable, key, quarter, state, content)


def _owners(of_plan: dict[str, Any]) -> dict[int, tuple[tuple[datetime.date, Leader], ...]]:
    found: dict[int, list[tuple[datetime.date, Leader]]] = defaultdict(list)
    owners = DeliverableOwner.objects.filter(**{f"deliverable__{name}": value for name, value in of_plan.items()})
    for one in owners.select_related("user__organisation").order_by("since"):
        leader = Leader(one.user.pk, one.user.display_name, one.user.owner_label)
        found[one.deliverable_id].append((one.since, leader))
    return {pk: tuple(there) for pk, there in found.items()}


def leaders() -> dict[str, tuple[Leader, ...]]:
    """Whom each label of the column Organisation can mean, by the label in lower case.

    The likeliest first: who leads most, and of those who lead as much a coordinator.
    """
    found: dict[str, list[Leader]] = defaultdict(list)
    people = User.objects.filter(is_active=True, organisation__is_active=True).select_related("organisation")
    leading = people.annotate(leads=Count("ownerships")).order_by("-leads", F("is_coordinator").desc(), "pk")
    for user in leading:
        found[user.owner_label.casefold()].append(Leader(user.pk, user.display_name, user.owner_label))
    return {label: tuple(there) for label, there in found.items()}
