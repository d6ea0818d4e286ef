"""Line of sight as plain values: what each need is answered by, how that is rated, and where there is a gap.

The same of the live plan as of what was published. No query here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from deliverables.rag import Share
from needs.options import Level, Mark, NeedKind, Response
from reports.content import EXCEPTIONS
from themes.quarters import FinancialYear, Quarter
from themes.ratings import Kind, RatingValue


class Answered(StrEnum):
    """How a need is answered by the deliverables that count: those in force now, and those completed."""

    NOTHING = "no deliverable"
    TROUBLED = "amber or red only"
    WAITING = "none on course yet"
    PARTLY = "on course in part"
    ON_COURSE = "on course"


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
        return self.at[0].remark if self.counts else f"Ended: last rated for {self.at[0].quarter.label}"

    @property
    def label(self) -> str:
        """How it stands, in words alone."""
        said = self.at[0].label if self.at else ""
        return ". ".join(part for part in (said, self.remark) if part)


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
        return f"{self.level} {self.kind}".strip().capitalize()

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
            return Answered.NOTHING
        if all(on_course):
            return Answered.ON_COURSE
        if any(on_course):
            return Answered.PARTLY
        return Answered.TROUBLED if all(kind in EXCEPTIONS for kind in kinds) else Answered.WAITING


class GapKind(StrEnum):
    """What can be missing between need and result; the value names its list in addresses."""

    RISKS_UNANSWERED = "risks-without-a-deliverable"
    RISKS_TROUBLED = "risks-amber-or-red-only"
    RISKS_WAITING = "risks-not-on-course-yet"
    NO_RESPONSE = "recommendations-without-a-response"
    UNANSWERED = "recommendations-without-a-deliverable"
    TROUBLED = "recommendations-amber-or-red-only"
    WAITING = "recommendations-not-on-course-yet"
    DELIVERABLES = "deliverables-without-a-need"

    @property
    def is_of_risks(self) -> bool:
        return self in (GapKind.RISKS_UNANSWERED, GapKind.RISKS_TROUBLED, GapKind.RISKS_WAITING)

    @property
    def is_unanswered(self) -> bool:
        """Whether nothing answers the needs in it."""
        return self in (GapKind.RISKS_UNANSWERED, GapKind.UNANSWERED)


@dataclass(frozen=True)
class Gap:
    """One kind of gap: what is in it, of how many."""

    kind: GapKind
    title: str
    meaning: str
    of: str
    """What they are counted of, in words."""
    total: int
    needs: tuple[NeedState, ...] = ()
    deliverables: tuple[DeliverableState, ...] = ()

    @property
    def share(self) -> Share:
        return Share(len(self.needs) + len(self.deliverables), self.total)


GRAVE = "high and very high risks"
NOT_TURNED_DOWN = "recommendations that are not turned down"
IN_FORCE = "deliverables in force"

_OF_NEEDS = {
    GapKind.RISKS_UNANSWERED: (
        "High and very high risks without a deliverable",
        "No deliverable that is in force or was completed answers them.",
        GRAVE,
        lambda need: need.answered is Answered.NOTHING,
    ),
    GapKind.RISKS_TROUBLED: (
        "High and very high risks answered by amber or red deliverables only",
        "Something is being done, and all of it is at risk or off track.",
        GRAVE,
        lambda need: need.answered is Answered.TROUBLED,
    ),
    GapKind.RISKS_WAITING: (
        "High and very high risks with nothing on course yet",
        "Of what is being done, some has no update or has not started, and nothing is on course.",
        GRAVE,
        lambda need: need.answered is Answered.WAITING,
    ),
    GapKind.NO_RESPONSE: (
        "Recommendations without a response",
        "The office has not said yet whether it accepts them.",
        "recommendations",
        lambda need: not need.response,
    ),
    GapKind.UNANSWERED: (
        "Recommendations without a deliverable",
        "No deliverable that is in force or was completed answers them, and the office has not turned them down.",
        NOT_TURNED_DOWN,
        lambda need: need.answered is Answered.NOTHING,
    ),
    GapKind.TROUBLED: (
        "Recommendations answered by amber or red deliverables only",
        "Something is being done, and all of it is at risk or off track.",
        NOT_TURNED_DOWN,
        lambda need: need.answered is Answered.TROUBLED,
    ),
    GapKind.WAITING: (
        "Recommendations with nothing on course yet",
        "Of what is being done, some has no update or has not started, and nothing is on course.",
        NOT_TURNED_DOWN,
        lambda need: need.answered is Answered.WAITING,
    ),
}


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
    now: Quarter | None
    """The quarter that the ratings are of; None where nothing is reported."""
    is_published: bool
    """Whether the ratings are those of published editions; otherwise they are the live plan's approved ones."""

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
        sets: dict[str, Sequence[NeedState]] = {
            GRAVE: self.grave,
            "recommendations": self.recommendations,
            NOT_TURNED_DOWN: [one for one in self.recommendations if not one.is_turned_down],
        }
        gaps = [
            Gap(kind, title, meaning, of, len(sets[of]), needs=tuple(filter(is_one, sets[of])))
            for kind, (title, meaning, of, is_one) in _OF_NEEDS.items()
        ]
        answering = {one.deliverable.key for need in self.needs for one in need.answers}
        return (
            *gaps,
            Gap(
                GapKind.DELIVERABLES,
                "Deliverables that answer no need",
                "They are in force, and no risk or recommendation of this assessment is linked to them.",
                IN_FORCE,
                len(self.in_force),
                deliverables=tuple(one for one in self.in_force if one.key not in answering),
            ),
        )

    def gap(self, kind: GapKind) -> Gap:
        return next(one for one in self.gaps if one.kind is kind)

    @property
    def standing(self) -> str:
        """What the ratings are, in words."""
        return which_ratings(self.now, is_published=self.is_published)

    @property
    def counting_note(self) -> str:
        """What to know of the counts, in words; empty where there is nothing."""
        return ""


def which_ratings(now: Quarter | None, *, is_published: bool) -> str:
    """Which ratings a page shows, in words: up to which quarter, and whether as published."""
    if now is None:
        return "No rating has been published yet." if is_published else "No rating has been approved yet."
    if is_published:
        return f"Ratings as last published, up to {now.label}."
    return f"Ratings as approved for {now.label}, published or not."


def in_order(number: str) -> tuple[tuple[int, str], ...]:
    """A section's number as something that sorts as the document does: 4.2 before 4.10, and A after 10."""
    parts = re.findall(r"\d+|[^\d.]+", number)
    return tuple((int(part), "") if part.isdigit() else (10**9, part.casefold()) for part in parts)
