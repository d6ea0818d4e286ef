"""A deliverable through all its quarters and years, as it was carried forward."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from accounts.models import User
from accounts.roles import Permission
from deliverables.models import ApprovedUpdate, Deliverable, QuarterlyUpdate, UpdateEvent
from deliverables.rag import Movement, Standing, movement, standing
from deliverables.warnings import warnings
from themes.place import Place
from themes.quarters import Quarter
from themes.ratings import RatingValue


@dataclass(frozen=True)
class Entry:
    """One quarter of a deliverable's life."""

    quarter: Quarter
    deliverable: Deliverable
    """The row of that quarter's financial year."""
    standing: Standing
    movement: Movement
    owner_label: str
    update: ApprovedUpdate | None
    events: tuple[UpdateEvent, ...]
    """The update's steps, for staff."""


@dataclass(frozen=True)
class History:
    """A deliverable as it is in one year, and all its quarters, newest first."""

    deliverable: Deliverable
    entries: tuple[Entry, ...]
    years: tuple[Deliverable, ...]
    """Its rows year by year, oldest first."""

    def last_update_before(self, quarter: Quarter) -> Entry | None:
        """The latest earlier quarter that has an approved update, however far back."""
        return next((entry for entry in self.entries if entry.quarter < quarter and entry.update), None)

    def warnings_on(self, update: QuarterlyUpdate, quarter: Quarter, today: datetime.date) -> list[str]:
        """What its writer and its reviewer should be told of the quarter's update on a day."""
        last = self.last_update_before(quarter)
        return warnings(
            quarter=quarter,
            rating=update.rating_value,
            due=self.deliverable.due,
            narrative=update.parsed,
            last=(last.quarter, last.update.parsed, last.update.rating_value) if last and last.update else None,
            date=update.date,
            recovery_by=update.recovery_by,
            today=today,
        )


def gather_history(place: Place, user: User, number: str) -> History | None:
    """The history of the deliverable with `number` in the place's theme and year; None where there is none."""
    if not (number.isascii() and number.isdigit()) or len(number) > 5:
        return None
    visible = Deliverable.objects.visible_to(user)
    this_year = visible.filter(theme=place.theme, financial_year=place.quarter.year, number=int(number))
    years = tuple(
        visible.filter(key__in=this_year.values("key"))
        .select_related("theme")
        .prefetch_related("owners__user__organisation")
        .order_by("financial_year")
    )
    found = next((one for one in years if one.financial_year == place.quarter.year), None)
    if found is None:
        return None
    updates = _approved_updates(user, years)
    events = _events(user, updates)
    ratings: dict[int, dict[Quarter, RatingValue]] = defaultdict(dict)
    for update in updates.values():
        ratings[update.deliverable_id][update.quarter] = update.rating.value
    entries: list[Entry] = []
    before: dict[Quarter, Standing] = {}
    for row in years:
        for quarter in row.financial_year.quarters:
            if (row.theme_id, quarter) not in place.reported or not row.is_in_force(quarter):
                continue
            stands = standing(
                quarter,
                approved=ratings[row.pk],
                scheme=place.plan.rating_scheme.values,
                planned_start=row.planned_start,
                completed_in=row.completed_in,
            )
            update = updates.get((row.pk, quarter))
            entries.append(
                Entry(
                    quarter=quarter,
                    deliverable=row,
                    standing=stands,
                    movement=movement(stands, before.get(quarter.previous)),
                    owner_label=update.owner_label if update else row.owner_label_on(quarter),
                    update=update,
                    events=tuple(events[update.pk]) if update else (),
                )
            )
            before[quarter] = stands
    return History(found, tuple(reversed(entries)), years)


def _approved_updates(user: User, years: tuple[Deliverable, ...]) -> dict[tuple[int, Quarter], ApprovedUpdate]:
    found = (
        ApprovedUpdate.objects.visible_to(user)
        .filter(update__deliverable__in=years)
        .select_related("rating", "approved_by")
        .with_quarter()
    )
    return {(update.deliverable_id, update.quarter): update for update in found}


def _events(user: User, updates: dict[tuple[int, Quarter], ApprovedUpdate]) -> dict[int, list[UpdateEvent]]:
    events: dict[int, list[UpdateEvent]] = defaultdict(list)
    if user.may(Permission.VIEW_PROVISIONAL):
        ids = [update.pk for update in updates.values()]
        of_file = [f"file__{name}" for name in ("content", "choices", "found", "waiting")]  # large, and not shown
        for event in UpdateEvent.objects.filter(update__in=ids).select_related("by", "file").defer(*of_file):
            events[event.update_id].append(event)
    return events
