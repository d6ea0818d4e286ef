"""What checks look for before a report is published, and what they find. No database here."""

from dataclasses import dataclass
from enum import StrEnum


class Check(StrEnum):
    """What is looked for, in the words that head its findings; in the order in which they are shown."""

    CANNOT_BE_MADE = "Files that cannot be made"
    EXEMPT_TEXT = "Text that is exempt from publication"
    SHARED_TEXT = "Words shared with what is exempt from publication"
    MISSING = "No approved update"
    NOT_APPROVED_AGAIN = "An older approved version counts"
    WITHOUT_RECOVERY = "No step back on course, or no date for it"
    ON_COURSE_PAST_DUE = "On course though past the due quarter"
    UNCHANGED = "Text unchanged since the update before"
    RECOVERY_PAST = "Dates back on course that are past when the Panel meets"
    NOTHING = "Themes without a deliverable"
    LEFT_OUT = "Sections that are left out"
    STALE = "Sentences that may no longer hold"
    STRANGE_FIGURE = "Figures that are none of the report's"
    CONTACT = "E-mail addresses and telephone numbers"
    WRONG_CHANGE = "Changes that a table's own figures contradict"
    REPLACED = "Characters that the PDF prints otherwise"
    STILL_IN_VIEW = "Published before it became exempt"

    @property
    def blocks(self) -> bool:
        """Whether the report cannot be published with it; on all else a person decides (issue 4, line 5)."""
        return self in (Check.CANNOT_BE_MADE, Check.EXEMPT_TEXT)


@dataclass(frozen=True)
class Finding:
    """One thing that was found, and the address of the page that it is mended on."""

    check: Check
    message: str
    address: str

    @property
    def blocks(self) -> bool:
        return self.check.blocks
