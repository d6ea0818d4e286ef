"""How a theme stands at a quarter, as plain values: the same of an edition as of the live plan. No query here.

Pages, charts and comparisons for panel members and the public are made from these.
"""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from deliverables.rag import Because, Breakdown, Line, Movement, Overall, Standing
from reports.content import EXCEPTIONS, Appendix
from themes.quarters import Quarter
from themes.ratings import Kind, RatingValue


@dataclass(frozen=True)
class RowState:
    """One deliverable as it stands. `key` stays with it from year to year."""

    key: str
    number: int
    organisation: str
    wording: str
    rating: RatingValue | None
    """None where there is no update."""
    because: Because
    remark: str
    """What is said beside the rating where it is not simply this quarter's."""
    since_last_quarter: Movement
    due: Quarter | None
    recovery_step: str
    recovery_by: datetime.date | None

    @property
    def standing(self) -> Standing:
        return Standing(self.rating, self.because)

    @property
    def label(self) -> str:
        """Its rating in words: "A Amber", or "No update"."""
        return str(self.rating) if self.rating else "No update"

    @property
    def is_exception(self) -> bool:
        """Whether it is at risk or off track: amber or red."""
        return self.rating is not None and self.rating.kind in EXCEPTIONS


@dataclass(frozen=True)
class WithdrawnState:
    """One deliverable that no longer counts, as it was printed."""

    number: int
    wording: str
    since: Quarter
    reason: str


@dataclass(frozen=True)
class ThemeState:
    """One theme at a quarter."""

    number: int
    title: str
    quarter: Quarter
    as_at: datetime.date
    notice: str
    figures: Breakdown
    overall: Overall | None
    rows: tuple[RowState, ...]
    withdrawn: tuple[WithdrawnState, ...]
    exempt_keys: frozenset[str]
    """Which deliverables are left out of rows and figures alike. Never shown."""
    has_all_rows: bool = True
    """Whether every deliverable that is counted is in `rows`; otherwise only those at risk and off track."""

    @property
    def label(self) -> str:
        return f"Theme {self.number}: {self.title}"

    @property
    def exceptions(self) -> tuple[RowState, ...]:
        """Those off track and then those at risk, each by number."""
        order = list(reversed(EXCEPTIONS))
        found = [row for row in self.in_order if row.is_exception]
        return tuple(sorted(found, key=lambda row: order.index(row.rating.kind) if row.rating else 0))

    @property
    def silent(self) -> tuple[RowState, ...]:
        """Those without an update, by number."""
        return tuple(row for row in self.in_order if row.rating is None)

    @property
    def in_order(self) -> tuple[RowState, ...]:
        """By number, however they were printed."""
        return tuple(sorted(self.rows, key=lambda row: row.number))


def state_of(appendix: Appendix) -> ThemeState:
    """How a theme stands in the live plan."""
    return ThemeState(
        number=appendix.theme_number,
        title=appendix.theme_title,
        quarter=appendix.quarter,
        as_at=appendix.as_at,
        notice=appendix.notice,
        figures=appendix.figures,
        overall=appendix.overall,
        rows=tuple(
            RowState(
                key=row.key,
                number=row.number,
                organisation=row.owner_label,
                wording=row.wording,
                rating=row.standing.rating,
                because=row.standing.because,
                remark=row.standing.remark,
                since_last_quarter=row.movement,
                due=row.due,
                recovery_step=row.recovery_step,
                recovery_by=row.recovery_by,
            )
            for row in appendix.rows
        ),
        withdrawn=tuple(
            WithdrawnState(one.number, one.wording, one.withdrawn_from, one.reason) for one in appendix.withdrawn
        ),
        exempt_keys=frozenset(appendix.exempt_keys),
    )


def together(figures: Sequence[Breakdown]) -> Breakdown:
    """Several themes' figures as one: counts are added up, and percentages worked out of the sums (rule 1).

    A rating is the same where its letter and kind are, whatever was changed about its name, meaning or colour.
    """
    total = sum(one.total for one in figures)
    ratings: dict[tuple[str, Kind], RatingValue] = {}
    counts: Counter[tuple[str, Kind]] = Counter()
    for line in (line for one in figures for line in one.ratings):
        assert line.rating is not None
        ratings.setdefault(line.rating.same, line.rating)
        counts[line.rating.same] += line.count
    return Breakdown(
        ratings=tuple(Line(counts[same], total, rating) for same, rating in ratings.items()),
        no_update=Line(sum(one.no_update.count for one in figures), total, None),
        planned_later=sum(one.planned_later for one in figures),
        overdue_to_start=sum(one.overdue_to_start for one in figures),
        complete_since=sum(one.complete_since for one in figures),
        left_out=sum(one.left_out for one in figures),
    )
