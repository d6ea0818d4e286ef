"""What can be chosen about how Appendix A is printed. No database here."""

from dataclasses import dataclass
from enum import StrEnum


class Column(StrEnum):
    """A column of the appendix beyond number, organisation, deliverable and rating."""

    DUE = "due quarter"
    PREVIOUS = "previous rating"
    MOVEMENT = "movement since last quarter"
    RECOVERY = "recovery"


class Exceptions(StrEnum):
    """Where the deliverables at risk and off track (red and amber) are printed."""

    AMONG = "in their place"
    FIRST = "first"
    ALONE = "alone"


EVIDENCE = "Evidence of need"
"""What the needs that a deliverable answers are printed under."""


class Classification(StrEnum):
    """Who may see what is published."""

    PUBLIC = "Public"
    NON_PUBLIC = "Non public"


@dataclass(frozen=True)
class Options:
    """How an appendix is printed; without a choice as the real ones are."""

    columns: tuple[Column, ...] = ()
    """In the order of `Column`. Recovery is printed below the update where it has no column."""
    exceptions: Exceptions = Exceptions.AMONG
    evidence: bool = False
    """Whether the needs that a deliverable answers are printed below its update."""

    def shows(self, column: Column) -> bool:
        return column in self.columns
