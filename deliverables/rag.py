"""How ratings are counted, compared and put into words (DESIGN section 4, rules 1 to 4). No database here.

Every percentage that the product shows comes from `breakdown()`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from themes.quarters import Quarter
from themes.ratings import Kind, RatingValue


class UnknownRating(ValueError):
    """A rating that the plan's scheme does not have; the message lists those it has."""


class Because(StrEnum):
    """Why a deliverable stands as it does in a quarter."""

    APPROVED = "approved update"
    COMPLETE = "complete since an earlier quarter"
    PLANNED_LATER = "planned for a later quarter"
    NO_UPDATE = "no update"


@dataclass(frozen=True)
class Standing:
    """How one deliverable stands in one quarter. `rating` is None where there is no update."""

    rating: RatingValue | None
    because: Because
    since: Quarter | None = None
    """The quarter it is complete since, or the one it is planned to start in."""
    overdue_to_start: bool = False

    @property
    def label(self) -> str:
        return self.rating.name if self.rating else "No update"

    @property
    def is_reported(self) -> bool:
        """Whether an approved update stands behind it."""
        return self.because in (Because.APPROVED, Because.COMPLETE)

    @property
    def remark(self) -> str:
        """What is printed beside the rating where it is not simply this quarter's."""
        if self.because is Because.COMPLETE:
            return f"Complete since {self.since}"
        if self.because is Because.PLANNED_LATER:
            return f"Planned to start {self.since}"
        return "Overdue to start" if self.overdue_to_start else ""


def standing(
    quarter: Quarter,
    *,
    approved: Mapping[Quarter, RatingValue],
    scheme: Sequence[RatingValue],
    planned_start: Quarter,
    completed_in: Quarter | None = None,
) -> Standing:
    """How a deliverable stands in `quarter`, given its approved ratings by quarter (rules 2 and 3).

    No update is not green: without an approved update in the quarter it counts as "No update". Two
    exceptions, both named: one marked complete keeps the last rating approved until then, and one planned to start
    later counts as Not started. One rated Not started although its start has come is overdue to start.
    """
    if rating := approved.get(quarter):
        not_started = rating.kind is Kind.NOT_STARTED
        if not_started and planned_start > quarter:
            return Standing(rating, Because.PLANNED_LATER, since=planned_start)
        return Standing(rating, Because.APPROVED, overdue_to_start=not_started)
    until_then = [past for past in approved if completed_in and past <= completed_in <= quarter]
    if until_then:
        return Standing(approved[max(until_then)], Because.COMPLETE, since=completed_in)
    if planned_start > quarter:
        return Standing(not_started_rating(scheme), Because.PLANNED_LATER, since=planned_start)
    return Standing(None, Because.NO_UPDATE)


def not_started_rating(scheme: Sequence[RatingValue]) -> RatingValue:
    """The scheme's own rating for what has not started; raises UnknownRating where it has none."""
    for rating in scheme:
        if rating.kind is Kind.NOT_STARTED:
            return rating
    raise UnknownRating(f"The rating scheme has no rating for Not started. It has {listed(scheme)}.")


def listed(scheme: Sequence[RatingValue]) -> str:
    """The scheme's ratings in a sentence: "G Green, A Amber and R Red"."""
    names = [str(rating) for rating in scheme]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names) or "no ratings"


@dataclass(frozen=True)
class Share:
    """A count of a total, and how it is printed."""

    count: int
    total: int

    @property
    def percent(self) -> str:
        """Rounded half up to one decimal, without a trailing .0: `93.3%`, `0%`; empty of nothing."""
        if not self.total:
            return ""
        whole, tenth = divmod(_tenths(self), 10)
        return f"{whole}.{tenth}%" if tenth else f"{whole}%"

    @property
    def printed(self) -> str:
        """Always beside its count: `14/15 (93.3%)`; of nothing `0/0`."""
        return f"{self.count}/{self.total} ({self.percent})" if self.total else f"{self.count}/{self.total}"

    @property
    def exact(self) -> Fraction:
        """The unrounded share, for comparisons; raises ZeroDivisionError of nothing."""
        return Fraction(self.count, self.total)


NO_APPROVED_UPDATE = "No approved update for this quarter"


@dataclass(frozen=True)
class Line(Share):
    """One rating's share of a breakdown; `rating` is None for the deliverables without an update."""

    rating: RatingValue | None

    @property
    def label(self) -> str:
        return self.rating.name if self.rating else "No update"

    @property
    def definition(self) -> str:
        return self.rating.definition if self.rating else NO_APPROVED_UPDATE


def _tenths(share: Share) -> int:
    """Tenths of a percent, rounded half up, in whole numbers so that no binary fraction is in the way."""
    return (2000 * share.count + share.total) // (2 * share.total)


@dataclass(frozen=True)
class Breakdown:
    """Counts and percentages of one set of deliverables by rating; what is shown is its `lines`."""

    ratings: tuple[Line, ...]
    """One line for each rating of the scheme, in its order."""
    no_update: Line
    planned_later: int
    overdue_to_start: int
    complete_since: int
    left_out: int = 0
    """How many in force are not counted, as they are exempt from publication."""

    @property
    def total(self) -> int:
        """The denominator: all deliverables in force in the set in that quarter."""
        return self.no_update.total

    @property
    def lines(self) -> tuple[Line, ...]:
        return (*self.ratings, self.no_update)

    @property
    def rounding_note(self) -> str:
        """Printed where the rounded percentages do not add up to 100."""
        if not self.total or sum(_tenths(line) for line in self.lines) == 1000:
            return ""
        return "Percentages may not add up to 100% because each is rounded."

    @property
    def printed_lines(self) -> tuple[Line, ...]:
        """The lines of a status key: every rating, and "No update" where there are any."""
        return tuple(line for line in self.lines if line.rating or line.count)

    def meaning(self, line: Line) -> str:
        """What a status key says that a line is."""
        overdue = self.overdue_to_start if line.rating and line.rating.kind is Kind.NOT_STARTED else 0
        return f"{line.definition}; {overdue} of these overdue to start" if overdue else line.definition

    @property
    def missing_note(self) -> str:
        """What is said, with weight, of deliverables without an approved update; empty where there are none."""
        count = self.no_update.count
        return f"{count} {'has' if count == 1 else 'have'} no approved update" if count else ""

    @property
    def exempt_note(self) -> str:
        """What is said of those that Public form leaves out; empty where there are none."""
        return exempt_note(self.left_out)

    @property
    def notes(self) -> list[str]:
        """What is printed below a status key: the denominator, and everything that is counted otherwise than rated."""
        if not self.total:
            return [f"No deliverable{' that may be published' if self.left_out else ''} is in force."]
        of = f"{self.total} deliverable{'' if self.total == 1 else 's'} in force"
        said = [f"Each percentage is of the {of}{' that may be published' if self.left_out else ''}."]
        if count := self.no_update.count:
            said.append(f"{self.missing_note} and {'counts' if count == 1 else 'count'} in the total.")
        if count := self.planned_later:
            are, as_it = ("is", "counts") if count == 1 else ("are", "count")
            said.append(f"{count} {are} planned for a later quarter and {as_it} as Not started.")
        if count := self.overdue_to_start:
            said.append(f"{count} {'is' if count == 1 else 'are'} overdue to start.")
        if count := self.complete_since:
            are, keep = ("is", "keeps its") if count == 1 else ("are", "keep their")
            said.append(f"{count} {are} complete since an earlier quarter and {keep} rating.")
        return [*said, *filter(None, [self.rounding_note])]

    @property
    def started(self) -> int:
        """How many were due to have started: all but those planned for a later quarter."""
        return self.total - self.planned_later

    def of_kind(self, *kinds: Kind) -> int:
        """How many are rated with a rating of one of `kinds`."""
        return sum(line.count for line in self.ratings if line.rating and line.rating.kind in kinds)

    def line(self, code: str) -> Line:
        """The line of the rating with `code`; raises UnknownRating."""
        for line in self.ratings:
            if line.rating and line.rating.code == code:
                return line
        scheme = [line.rating for line in self.ratings if line.rating]
        raise UnknownRating(f'"{code}" is not a rating of this plan. It has {listed(scheme)}.')


def exempt_note(count: int) -> str:
    """What is said of rows that Public form leaves out; empty where there are none."""
    if not count:
        return ""
    are = "deliverable is" if count == 1 else "deliverables are"
    return f"{count} {are} exempt from publication and left out here, of the figures too."


def breakdown(standings: Iterable[Standing], scheme: Sequence[RatingValue]) -> Breakdown:
    """Count deliverables in force by rating. The only place where a percentage comes from (rule 1).

    Raises UnknownRating where a deliverable has a rating that `scheme` does not have.
    """
    standings = list(standings)
    counts = Counter(one.rating for one in standings)
    if strange := [rating for rating in counts if rating is not None and rating not in scheme]:
        raise UnknownRating(f'"{strange[0]}" is not a rating of this plan. It has {listed(scheme)}.')
    total = len(standings)
    return Breakdown(
        ratings=tuple(Line(counts[rating], total, rating) for rating in scheme),
        no_update=Line(counts[None], total, None),
        planned_later=sum(one.because is Because.PLANNED_LATER for one in standings),
        overdue_to_start=sum(one.overdue_to_start for one in standings),
        complete_since=sum(one.because is Because.COMPLETE for one in standings),
    )


@dataclass(frozen=True)
class Band:
    """From when on a wording holds. Shares are percentages, 0 to 100."""

    wording: str
    least_on_course: Decimal
    most_off_track: Decimal

    @property
    def least(self) -> str:
        """As it is printed, whole: `90`, `62.25`."""
        return format(self.least_on_course.normalize(), "f")

    @property
    def most(self) -> str:
        return format(self.most_off_track.normalize(), "f")

    def holds(self, on_course: Share, off_track: Share) -> bool:
        """Whether the exact shares fall in the band."""
        return on_course.exact * 100 >= self.least_on_course and off_track.exact * 100 <= self.most_off_track


@dataclass(frozen=True)
class Overall:
    """The overall wording with its workings. Both shares are of the deliverables due to have started."""

    band: Band
    on_course: Share
    off_track: Share
    bands: tuple[Band, ...]
    """All that it could have been, best first."""

    @property
    def wording(self) -> str:
        return self.band.wording

    @property
    def sentence(self) -> tuple[str, str, str]:
        """How it is said: what stands before the wording, the wording, which has weight, and what stands after."""
        return "Overall, progress is ", self.wording, "."


def overall(figures: Breakdown, bands: Iterable[Band]) -> Overall | None:
    """Put progress into words from the plan's bands, best first (rule 4); None of nothing.

    Taken over the deliverables due to have started, so one planned for later neither helps nor hurts.
    """
    due = figures.started
    if not due:
        return None
    on_course = Share(figures.of_kind(Kind.COMPLETE, Kind.ON_COURSE), due)
    off_track = Share(figures.of_kind(Kind.OFF_TRACK), due)
    best_first = tuple(sorted(bands, key=lambda band: (-band.least_on_course, band.most_off_track)))
    for band in best_first:
        if band.holds(on_course, off_track):
            return Overall(band, on_course, off_track, best_first)
    return None


class Movement(StrEnum):
    """A rating against that of the period just before."""

    IMPROVED = "improved"
    WORSE = "worse"
    SAME = "same"
    NOT_COMPARABLE = "not comparable"


_RANK = {Kind.COMPLETE: 0, Kind.ON_COURSE: 1, Kind.AT_RISK: 2, Kind.OFF_TRACK: 3}


def movement(now: Standing | None, before: Standing | None) -> Movement:
    """How a rating moved since the quarter just before.

    Not comparable where either side has no rating. Not started says nothing of how the work goes, so a
    change into or out of it is not comparable either; from one quarter to the next it is the same.
    """
    if now is None or before is None or now.rating is None or before.rating is None:
        return Movement.NOT_COMPARABLE
    kind_now, kind_before = now.rating.kind, before.rating.kind
    if kind_now is kind_before:
        return Movement.SAME
    if kind_now not in _RANK or kind_before not in _RANK:
        return Movement.NOT_COMPARABLE
    return Movement.IMPROVED if _RANK[kind_now] < _RANK[kind_before] else Movement.WORSE


@dataclass(frozen=True)
class Movements:
    """How many deliverables of a set moved which way since the quarter just before."""

    improved: int
    worse: int
    same: int
    not_comparable: int

    @classmethod
    def count(cls, movements: Iterable[Movement]) -> "Movements":
        counts = Counter(movements)
        return cls(*(counts[one] for one in Movement))
