"""What is missing between need and result. No query here."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from deliverables.rag import Share
from needs.options import Answered

if TYPE_CHECKING:
    from needs.sight import DeliverableState, NeedState, Sight


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
    needs: tuple["NeedState", ...] = ()
    deliverables: tuple["DeliverableState", ...] = ()

    @property
    def share(self) -> Share:
        return Share(len(self.needs) + len(self.deliverables), self.total)


GRAVE = "high and very high risks"
RECOMMENDATIONS = "recommendations"
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
        RECOMMENDATIONS,
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


def gaps_in(sight: "Sight") -> tuple[Gap, ...]:
    """Each kind of gap, those without anything in them too."""
    sets: dict[str, Sequence[NeedState]] = {
        GRAVE: sight.grave,
        RECOMMENDATIONS: sight.recommendations,
        NOT_TURNED_DOWN: [one for one in sight.recommendations if not one.is_turned_down],
    }
    gaps = [
        Gap(kind, title, meaning, of, len(sets[of]), needs=tuple(filter(is_one, sets[of])))
        for kind, (title, meaning, of, is_one) in _OF_NEEDS.items()
    ]
    answering = {one.deliverable.key for need in sight.needs for one in need.answers}
    return (
        *gaps,
        Gap(
            GapKind.DELIVERABLES,
            "Deliverables that answer no need",
            "They are in force, and no risk or recommendation of this assessment is linked to them.",
            IN_FORCE,
            len(sight.in_force),
            deliverables=tuple(one for one in sight.in_force if one.key not in answering),
        ),
    )
