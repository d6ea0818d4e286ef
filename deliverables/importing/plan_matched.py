"""A deliverable of an uploaded plan as it is, and as it would be once the plan is imported. No database here."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from deliverables.importing.plan_rows import ReadRow
from deliverables.importing.plan_values import Identity, Planned, StoredDeliverable
from deliverables.rag import Standing, standing
from themes.quarters import Quarter
from themes.ratings import RatingValue


@dataclass
class Matched:
    """A deliverable as it is, and as it would be after the rows so far."""

    planned: Planned
    stored: StoredDeliverable | None
    before: dict[Quarter, RatingValue] = field(default_factory=dict)
    """The ratings that are approved of it."""
    after: dict[Quarter, RatingValue] = field(default_factory=dict)
    here: set[Quarter] = field(default_factory=set)
    """The quarters in which an update is here, in whatever state."""
    rows: dict[Quarter, ReadRow] = field(default_factory=dict)

    @property
    def is_changed(self) -> bool:
        return self.stored is None or self.planned != planned_of(self.stored)

    def standing(self, quarter: Quarter, scheme: tuple[RatingValue, ...], rating: RatingValue | None) -> Standing:
        """How it stands in a quarter by what the file says, which rates it so there, or not at all."""
        return standing_of(self.planned, self.after | ({quarter: rating} if rating else {}), quarter, scheme)


def is_in_force(one: Planned, quarter: Quarter) -> bool:
    """Whether it counts in a quarter of its year."""
    return one.in_force_from <= quarter and (one.withdrawn_from is None or one.withdrawn_from > quarter)


def standing_of(
    one: Planned, approved: Mapping[Quarter, RatingValue], quarter: Quarter, scheme: Sequence[RatingValue]
) -> Standing:
    """How it stands in a quarter that it is in force in, given its approved ratings."""
    return standing(
        quarter, approved=approved, scheme=scheme, planned_start=one.planned_start, completed_in=one.completed_in
    )


def begun(identity: Identity, wording: str, label: str, leader: int | None) -> Planned:
    """A new one, in force from its year's first quarter."""
    first = identity[1].quarters[0]
    return Planned(identity, None, uuid.uuid4(), wording, label, first, first, None, None, leader=leader)


def planned_of(one: StoredDeliverable) -> Planned:
    """As it is."""
    return Planned(
        identity=one.identity,
        pk=one.pk,
        key=one.key,
        wording=one.wording,
        owner_label="",
        in_force_from=one.in_force_from,
        planned_start=one.planned_start,
        due=one.due,
        completed_in=one.completed_in,
        withdrawn_from=one.withdrawn_from,
        exempt=one.exempt,
    )
