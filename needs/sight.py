"""Line of sight as plain values: what each need is answered by, how that is rated, and where there is a gap.

The same of the live plan as of what was published. No query here.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from deliverables.rag import exempt_note
from needs.gaps import Gap, GapKind, gaps_in
from needs.options import Answered, Level, Mark, NeedKind, Response, in_words
from reports.content import EXCEPTIONS
from themes.quarters import FinancialYear, Quarter
from themes.ratings import Kind, RatingValue


@dataclass(frozen=True)
class At:
    """How a deliverable stood in a quarter."""

    quarter: Quarter
    rating: RatingValue | None
    """None where there was no update."""
    remark: str

    @property
    def label(self) -> str:
        """Its rating in words: "A Amber", or "No update"."""
        return str(self.rating) if self.rating else "No update"


@dataclass(frozen=True)
class DeliverableState:
    """A deliverable as it stands, and as it stood."""

    key: str
    """It stays with it from year to year."""
    plan: str
    plan_slug: str
    theme_number: int
    theme_title: str
    number: int
    wording: str
    organisation: str
    at: tuple[At, ...]
    """Newest quarter first; nothing where it was not in force in a quarter that is reported."""
    counts: bool
    """Whether it is in force now, or was completed: what ended otherwise answers nothing any more."""
    address: str
    """Its page; empty where it has none."""
    is_dated: bool = False
    """Whether it was last reported on for an earlier quarter than what stands beside it."""
    is_in_force: bool = True

    @property
    def now(self) -> At | None:
        return self.at[0] if self.at else None

    @property
    def rating(self) -> RatingValue | None:
        return self.at[0].rating if self.at else None

    @property
    def place(self) -> str:
        return f"Theme {self.theme_number}, no. {self.number}"

    @property
    def remark(self) -> str:
        """What is said beside the rating, such as that it has ended."""
        if not self.at:
            return "Not in force in a quarter that is reported"
        newest = self.at[0]
        if not self.counts:
            return f"Ended: last rated for {newest.quarter.label}"
        completed = "" if self.is_in_force else "Completed"
        as_at = f"As at {newest.quarter.label}" if self.is_dated else ""
        return ". ".join(part for part in (newest.remark or completed, as_at) if part)

    @property
    def label(self) -> str:
        """How it stands, in words alone."""
        said = self.at[0].label if self.at else ""
        return ". ".join(part for part in (said, self.remark) if part)


def is_complete(rating: RatingValue | None, completed_in: Quarter | None) -> bool:
    """Whether a deliverable is done, and so goes on answering what it answers once it is in force no more.

    It was marked complete in a quarter, or its last rating says so.
    """
    return completed_in is not None or (rating is not None and rating.kind is Kind.COMPLETE)


@dataclass(frozen=True)
class ThemeRef:
    """A theme that a need names."""

    plan: str
    plan_slug: str
    number: int
    title: str
    note: str = ""


@dataclass(frozen=True)
class Answer:
    """A deliverable that answers a need, and why."""

    deliverable: DeliverableState
    note: str


@dataclass(frozen=True)
class NeedState:
    """A risk or recommendation as a section lists it, with all that answers it, whichever section that was kept in."""

    pk: int
    key: str
    kind: NeedKind
    wording: str
    level: str
    section: str
    """The section's number."""
    section_title: str
    response: str
    response_reason: str
    gone_reason: str
    mark: Mark | None
    """What became of it since last year's assessment; None where this one was not copied from any."""
    worded_before: str
    """Last year's wording and level where they were others; else empty."""
    also_in: tuple[str, ...]
    """The numbers of the other sections that have it."""
    themes: tuple[ThemeRef, ...]
    answers: tuple[Answer, ...]
    address: str
    left_out: frozenset[str] = frozenset()
    """The keys of the deliverables that answer it and are exempt from publication; never shown."""

    @property
    def is_risk(self) -> bool:
        return self.kind is NeedKind.RISK

    @property
    def is_grave(self) -> bool:
        """Whether it is a high or very high risk."""
        return self.level != ""

    @property
    def label(self) -> str:
        """What it is, in words: "Very high risk"."""
        return in_words(self.level, self.kind)

    @property
    def is_turned_down(self) -> bool:
        return self.response == Response.NOT_ACCEPTED

    @property
    def counting(self) -> tuple[Answer, ...]:
        return tuple(one for one in self.answers if one.deliverable.counts)

    @property
    def answered(self) -> Answered:
        """No update is not on course (DESIGN section 4, rule 2), nor is what has not started."""
        kinds = [one.deliverable.rating.kind if one.deliverable.rating else None for one in self.counting]
        on_course = [kind in (Kind.COMPLETE, Kind.ON_COURSE) for kind in kinds]
        if not kinds:
            return Answered.LEFT_OUT if self.left_out else Answered.NOTHING
        if all(on_course):
            return Answered.ON_COURSE
        if any(on_course):
            return Answered.PARTLY
        return Answered.TROUBLED if all(kind in EXCEPTIONS for kind in kinds) else Answered.WAITING


@dataclass(frozen=True)
class Basis:
    """Deliverables as a reader may see them, and what that rests on."""

    states: Mapping[str, DeliverableState]
    """By key."""
    in_force: frozenset[str]
    """The keys of those in force now, of the plans that were asked for."""
    now: Quarter | None
    """The quarter that the ratings are of; None where nothing is reported."""
    is_published: bool = False
    """Whether the ratings are those of published editions; otherwise they are the live plan's approved ones."""
    has_non_public: bool = False
    """Whether Non public editions are among those."""
    left_out: frozenset[str] = frozenset()
    """The keys of those that are exempt from publication; never shown."""

    def standing(self, left_out: int) -> str:
        """What the ratings are, in words, and how many that answer needs are left out."""
        return " ".join(part for part in (self._ratings, exempt_note(left_out)) if part)

    @property
    def _ratings(self) -> str:
        if self.now is None:
            return f"No rating has been {'published' if self.is_published else 'approved'} yet."
        if not self.is_published:
            return f"Ratings as approved for {self.now.label}, published or not."
        among = ", Non public reports among them" if self.has_non_public else ""
        return f"Ratings as last published, up to {self.now.label}{among}."


@dataclass(frozen=True)
class Sight:
    """An assessment's line of sight as a reader may see it."""

    title: str
    period: FinancialYear
    plan: str
    """The plan that it informs."""
    needs: tuple[NeedState, ...]
    """Those that stand, in the document's order."""
    gone: tuple[NeedState, ...]
    """Those of last year's that stand no more."""
    themes: tuple[ThemeRef, ...]
    """Of the plan that it informs, and of each that a need names or is answered in."""
    in_force: tuple[DeliverableState, ...]
    """All deliverables in force now of the plans that answer or are informed."""
    basis: Basis

    @property
    def now(self) -> Quarter | None:
        return self.basis.now

    @property
    def is_published(self) -> bool:
        return self.basis.is_published

    @property
    def deliverables(self) -> tuple[DeliverableState, ...]:
        """All that answer a need or are in force, each once."""
        answering = (one.deliverable for need in (*self.needs, *self.gone) for one in need.answers)
        return tuple({one.key: one for one in (*self.in_force, *answering)}.values())

    @property
    def risks(self) -> tuple[NeedState, ...]:
        return tuple(need for need in self.needs if need.is_risk)

    @property
    def grave(self) -> tuple[NeedState, ...]:
        """The very high risks and then the high ones, in the document's order."""
        return tuple(need for level in Level for need in self.needs if need.level == level)

    @property
    def recommendations(self) -> tuple[NeedState, ...]:
        return tuple(need for need in self.needs if not need.is_risk)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """Each kind of gap, those without anything in them too."""
        return gaps_in(self)

    def gap(self, kind: GapKind) -> Gap:
        return next(one for one in self.gaps if one.kind is kind)

    @property
    def left_out(self) -> int:
        """How many deliverables that answer needs are left out, as they are exempt from publication."""
        return len({key for need in (*self.needs, *self.gone) for key in need.left_out})

    @property
    def standing(self) -> str:
        """What the ratings are, in words, and how many deliverables are left out."""
        return self.basis.standing(self.left_out)

    @property
    def counting_note(self) -> str:
        """How a need of several sections is counted; empty where there is none."""
        several = any(need.also_in for need in self.needs)
        return "One that several sections have is counted in each." if several else ""


def ways_of(needs: Collection[NeedState]) -> list[Answered]:
    """How needs can be answered; by what is not published only where one of them is."""
    there = {one.answered for one in needs}
    return [one for one in Answered if one in there or one is not Answered.LEFT_OUT]


def in_order(number: str) -> tuple[tuple[int, str], ...]:
    """A section's number as something that sorts as the document does: 4.2 before 4.10, and A after 10."""
    parts = re.findall(r"\d+|[^\d.]+", number)
    return tuple((int(part), "") if part.isdigit() else (10**9, part.casefold()) for part in parts)
