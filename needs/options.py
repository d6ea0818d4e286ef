"""The words that needs are described with. No database here."""

from enum import StrEnum


class NeedKind(StrEnum):
    """What a section of an assessment lists."""

    RISK = "risk"
    RECOMMENDATION = "recommendation"


class Level(StrEnum):
    """How grave a risk is, where the assessment says so."""

    VERY_HIGH = "very high"
    HIGH = "high"


LEVEL_ORDER = [*(level.value for level in Level), ""]
"""How needs sort by level: the gravest first, and what has none last."""


def in_words(level: str, kind: str) -> str:
    """What a need is: "Very high risk"."""
    return f"{level} {kind}".strip().capitalize()


class Response(StrEnum):
    """What the office makes of a recommendation."""

    ACCEPTED = "accepted"
    IN_PART = "accepted in part"
    NOT_ACCEPTED = "not accepted"


class Audience(StrEnum):
    """Who may see an assessment."""

    OFFICE = "the office and owners"
    PANEL = "panel members too"
    EVERYONE = "everyone"


class Mark(StrEnum):
    """What became of a need since the assessment that this one was copied from."""

    KEPT = "kept"
    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"


class Answered(StrEnum):
    """How a need is answered by the deliverables that count: those in force now, and those completed."""

    NOTHING = "no deliverable"
    LEFT_OUT = "not published"
    """What answers it is exempt from publication."""
    TROUBLED = "amber or red only"
    WAITING = "none on course yet"
    PARTLY = "on course in part"
    ON_COURSE = "on course"
