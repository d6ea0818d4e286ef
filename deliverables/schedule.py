"""The schedule of changes: what was changed of a year's deliverables, why, and what it did to the figures."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.history import REMOVED, Change, entries, in_words, label_of
from accounts.models import User
from deliverables.models import ApprovedUpdate, Deliverable, DeliverableOwner
from deliverables.rag import Breakdown, Standing, breakdown, standing
from themes.models import ReportingPeriod, Theme
from themes.place import YearPlace
from themes.quarters import FinancialYear, Quarter
from themes.ratings import RatingValue

_TOLD = ("number", "wording", "in_force_from", "planned_start", "due", "completed_in", "withdrawn_from")
_FIGURES = ("in_force_from", "planned_start", "completed_in", "withdrawn_from")
"""The fields on which it depends what a deliverable counts as."""


@dataclass(frozen=True)
class Effect:
    """A theme's figures in the first reported quarter that a change tells in, without it and with it."""

    quarter: Quarter
    without: Breakdown
    with_it: Breakdown

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """Each rating whose share is another: its name, and the share without and with the change."""
        pairs = zip(self.without.lines, self.with_it.lines, strict=True)
        return [
            (now.label, before.printed, now.printed)
            for before, now in pairs
            if (before.count or now.count) and before.printed != now.printed
        ]

    @property
    def in_words(self) -> str:
        """For a spreadsheet's cell and a printed line."""
        return f"{self.quarter}: " + "; ".join(f"{label} {before} → {now}" for label, before, now in self.lines)


@dataclass(frozen=True)
class PlanChange:
    """One change of one deliverable."""

    at: datetime.datetime
    by: User | None
    theme: Theme
    number: int
    wording: str
    in_force_from: Quarter
    step: str
    changes: tuple[Change, ...]
    reason: str
    effect: Effect | None
    tells: bool
    """Whether it can tell in the figures; without an effect then no quarter it would tell in is reported yet."""

    @property
    def effect_in_words(self) -> str:
        if self.effect and self.effect.lines:
            return self.effect.in_words
        return "None yet: no quarter that it tells in is reported" if self.tells and not self.effect else "None"


@dataclass(frozen=True)
class Schedule:
    """A year's changes, oldest first, and how many deliverables each theme began the year with."""

    year: FinancialYear
    began_with: tuple[tuple[Theme, int, int], ...]
    """Each theme, how many of its deliverables were in force from the first quarter on, and how many of these new."""
    new: tuple[tuple[Deliverable, str], ...]
    """Those that the year began with and no year before had, each with why it was added."""
    changes: tuple[PlanChange, ...]


def gather_changes(place: YearPlace, user: User) -> Schedule:
    """The changes of the year's deliverables as far as `user` may see them, in six queries."""
    themes = {theme.pk: theme for theme in place.themes if place.theme in (None, theme)}
    visible = Deliverable.objects.visible_to(user).select_related("theme")
    rows = list(visible.filter(theme__in=themes, financial_year=place.year))
    figures = _Figures(place, rows)
    records: dict[int, list[Any]] = defaultdict(list)
    of_rows = Deliverable.history.filter(id__in=[row.pk for row in rows]).select_related("history_user")
    for record in of_rows.order_by("history_date", "history_id"):
        records[record.id].append(record)
    told = [change for row in rows for change in _changes(row, themes[row.theme_id], records[row.pk], figures)]
    told += _changes_of_lead(rows, themes)
    first = place.year.quarters[0]
    began = [row for row in rows if row.in_force_from == first]
    return Schedule(
        place.year,
        tuple(
            (
                theme,
                sum(row.theme_id == theme.pk for row in began),
                sum(row.theme_id == theme.pk and not row.carried_forward_reason for row in began),
            )
            for theme in themes.values()
        ),
        tuple(
            (row, records[row.pk][0].history_change_reason or "")
            for row in began
            if not row.carried_forward_reason and records[row.pk]
        ),
        tuple(sorted(told, key=lambda change: change.at)),
    )


def _changes(row: Deliverable, theme: Theme, records: list[Any], figures: "_Figures") -> Iterator[PlanChange]:
    before = None
    for record in records:
        after = record
        # What the year began with is no change.
        if before is not None or record.in_force_from != record.financial_year.quarters[0]:
            changes = tuple(_differing(before, after))
            if changes:
                tells = before is None or any(getattr(before, name) != getattr(after, name) for name in _FIGURES)
                yield PlanChange(
                    at=record.history_date,
                    by=record.history_user,
                    theme=theme,
                    number=record.number,
                    wording=record.wording,
                    in_force_from=record.in_force_from,
                    step=_step(before, after),
                    changes=changes,
                    reason=record.history_change_reason or "",
                    effect=figures.effect(row, before, after) if tells else None,
                    tells=tells,
                )
        before = after


def _changes_of_lead(rows: list[Deliverable], themes: dict[int, Theme]) -> Iterator[PlanChange]:
    """Who came to lead what, apart from the first, who leads it from when it was added; no figure depends on it."""
    of_row = {str(row.pk): row for row in rows}
    records = DeliverableOwner.history.filter(deliverable__in=of_row)
    told = entries(records, about=lambda record: str(record.deliverable_id), without={"deliverable"})
    begun: set[str] = set()
    for entry in reversed(told):
        row = of_row[entry.about]
        if entry.about in begun:
            yield PlanChange(
                at=entry.at,
                by=entry.by,
                theme=themes[row.theme_id],
                number=row.number,
                wording=row.wording,
                in_force_from=row.in_force_from,
                step="No longer led so" if entry.step == REMOVED else "Led by another",
                changes=entry.changes,
                reason=entry.reason,
                effect=None,
                tells=False,
            )
        begun.add(entry.about)


def _differing(before: Any, after: Any) -> Iterator[Change]:
    for field in after.tracked_fields:
        if field.name in _TOLD:
            old = in_words(getattr(before, field.name)) if before else ""
            new = in_words(getattr(after, field.name))
            if old != new:
                yield Change(label_of(field), old, new)


def _step(before: Any, after: Any) -> str:
    """A change's name: what a person did."""
    if before is None:
        return "Added"
    ended = [
        ("Withdrawn", before.withdrawn_from, after.withdrawn_from),
        ("Marked complete", before.completed_in, after.completed_in),
    ]
    for name, old, new in ended:
        if old != new:
            return name if new else "Taken back into force"
    if before.wording != after.wording:
        return "Reworded"
    return "Renumbered" if before.number != after.number else "Dates changed"


class _Figures:
    """The year's ratings, from which each change's effect is worked out."""

    def __init__(self, place: YearPlace, rows: list[Deliverable]) -> None:
        self.rows = rows
        self.scheme = place.plan.rating_scheme.values
        self.reported: dict[int, set[Quarter]] = defaultdict(set)
        periods = ReportingPeriod.objects.filter(theme__in={row.theme_id for row in rows})
        for theme, quarter in periods.values_list("theme", "quarter"):
            self.reported[theme].add(quarter)
        self.approved: dict[int, dict[Quarter, RatingValue]] = defaultdict(dict)
        approved = ApprovedUpdate.objects.filter(update__deliverable__in=[row.pk for row in rows])
        for update in approved.select_related("rating").with_quarter():
            self.approved[update.deliverable_id][update.quarter] = update.rating.value

    def effect(self, row: Deliverable, before: Any, after: Any) -> Effect | None:
        """In the first reported quarter in which the row counts otherwise; None where there is none yet.

        Whatever else was changed stays as it is now. A withdrawn one counts, without the change, as it was last rated.
        """
        for quarter in row.financial_year.quarters:
            if quarter not in self.reported[row.theme_id]:
                continue
            approved = self.approved[row.pk]
            now = self._standing(after, quarter, approved)
            past = [one for one in approved if one < quarter]
            if now is None and past:
                approved = {quarter: approved[max(past)], **approved}
            without = self._standing(before, quarter, approved)
            if now != without:
                others = [
                    self._standing(one, quarter, self.approved[one.pk])
                    for one in self.rows
                    if one.theme_id == row.theme_id and one.pk != row.pk
                ]
                return Effect(quarter, self._breakdown([*others, without]), self._breakdown([*others, now]))
        return None

    def _standing(self, facts: Any, quarter: Quarter, approved: Mapping[Quarter, RatingValue]) -> Standing | None:
        """How a row with these facts, its own or a record's, stands; None where it is not in force."""
        if facts is None or not Deliverable.is_in_force(facts, quarter):
            return None
        return standing(
            quarter,
            approved=approved,
            scheme=self.scheme,
            planned_start=facts.planned_start,
            completed_in=facts.completed_in,
        )

    def _breakdown(self, standings: list[Standing | None]) -> Breakdown:
        return breakdown((one for one in standings if one is not None), self.scheme)
