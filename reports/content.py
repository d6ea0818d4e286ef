"""What a report says, as frozen plain values that every renderer takes and nothing else. No query here.

A `Document` is a covering report with its Appendix A, or the appendix alone. `gather_appendix.py` and `gather.py`
make them.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format

from deliverables.blocks import Narrative
from deliverables.models import DatePrecision
from deliverables.rag import NO_APPROVED_UPDATE, Breakdown, Movement, Movements, Overall, Standing, exempt_note
from reports.cover import Cover
from reports.options import EVIDENCE, Classification, Column, Options
from themes.place import themes_in_words
from themes.quarters import Quarter
from themes.ratings import Kind, RatingValue

EXCEPTIONS = (Kind.AT_RISK, Kind.OFF_TRACK)
"""The kinds of rating that a reader is led to first: amber and red."""


def in_a_line(evidence: Sequence[str]) -> str:
    """The needs as they are printed, one after the other; empty of none."""
    return f"{'; '.join(evidence)}." if evidence else ""


@dataclass(frozen=True)
class PrintedUpdate:
    """One update as it is printed below its deliverable."""

    quarter: Quarter
    date: datetime.date | None
    date_precision: DatePrecision
    date_label: str
    narrative: Narrative


@dataclass(frozen=True)
class AppendixRow:
    """One deliverable of the appendix. `key` stays with it from year to year."""

    key: str
    number: int
    owner_label: str
    wording: str
    standing: Standing
    previous: Standing | None
    """How it stood in the quarter just before; None where that cannot be said."""
    movement: Movement
    due: Quarter | None
    completed: Quarter | None
    """The quarter that it was marked complete in, where it was by then."""
    recovery_step: str
    recovery_by: datetime.date | None
    updates: tuple[PrintedUpdate, ...]
    """The quarter's update and then the earlier ones that it names, newest first."""
    evidence: tuple[str, ...]
    """The needs that it answers, each in words; empty where the report does not print them."""
    is_exempt: bool
    """Whether Public form leaves it out; here it is printed because the document is Non public."""

    @property
    def is_exception(self) -> bool:
        return self.standing.rating is not None and self.standing.rating.kind in EXCEPTIONS

    def cell(self, column: Column) -> str:
        """What stands in one of the columns that can be chosen."""
        if column is Column.DUE:
            return self.due.label if self.due else "Not set"
        if column is Column.PREVIOUS:
            return str(self.previous.rating) if self.previous and self.previous.rating else "None"
        if column is Column.MOVEMENT:
            return self.movement.value.capitalize()
        return f"{self.recovery_label} {self.recovery_step}" if self.recovery_step else ""

    @property
    def recovery_label(self) -> str:
        """What is printed before the recovery step."""
        return f"Back on course by {date_format(self.recovery_by)}:" if self.recovery_by else "To get back on course:"

    @property
    def evidence_label(self) -> str:
        """What is printed before the needs that it answers."""
        return f"{EVIDENCE}:"

    @property
    def evidence_line(self) -> str:
        """The needs that it answers as they are printed; empty of none."""
        return in_a_line(self.evidence)

    @property
    def without_update(self) -> str:
        """What stands in the place of an update where there is none."""
        if self.updates:
            return ""
        return "No update is needed." if self.standing.remark else f"{NO_APPROVED_UPDATE}."


@dataclass(frozen=True)
class WithdrawnRow:
    """One deliverable that no longer counts, and why."""

    number: int
    owner_label: str
    wording: str
    withdrawn_from: Quarter
    reason: str

    @property
    def printed(self) -> str:
        """The line that stands for it."""
        since = self.withdrawn_from.label
        return f"{self.number}. {self.wording} ({self.owner_label}). Withdrawn from {since}: {self.reason}"


@dataclass(frozen=True)
class Appendix:
    """Appendix A of one theme in a quarter."""

    theme_number: int
    theme_title: str
    quarter: Quarter
    as_at: datetime.date
    notice: str
    last_approved_at: datetime.datetime | None
    figures: Breakdown
    overall: Overall | None
    rows: tuple[AppendixRow, ...]
    """Those that are printed, in their order; `figures` count all."""
    not_printed: tuple[AppendixRow, ...]
    """The others that `figures` count."""
    movements: Movements
    """Of all rows since the quarter just before."""
    withdrawn: tuple[WithdrawnRow, ...]
    exempt: int
    """How many deliverables in force are left out of rows and figures alike."""
    exempt_keys: tuple[str, ...]
    """Which those are. No renderer prints it."""
    exceptions_note: str
    """Where not all rows stand in their place: which rows are printed, and where."""

    @property
    def position(self) -> str:
        """The day that its figures stand at."""
        return f"Position at {date_format(self.as_at)}"

    @property
    def theme_label(self) -> str:
        return f"Theme {self.theme_number}: {self.theme_title}"

    @property
    def without_rows(self) -> str:
        """What stands in the place of the rows where none is printed."""
        if self.rows:
            return ""
        if self.figures.total:
            return "None of the deliverables needs to be printed here."
        return f"No deliverable of this theme was in force in {self.quarter.label}."

    @property
    def exempt_note(self) -> str:
        return exempt_note(self.exempt)


@dataclass(frozen=True)
class Document:
    """A covering report with Appendix A, or the appendix alone, for one or more themes at a quarter."""

    office: str
    strapline: str
    plan: str
    quarter: Quarter
    classification: Classification
    version: str
    """`V1` of an edition; empty of what is not published, which every page of a file says across it."""
    appendices: tuple[Appendix, ...]
    """One a theme."""
    figures: Breakdown
    """Of all the themes together."""
    overall: Overall | None
    options: Options
    scheme: tuple[RatingValue, ...]
    colours: str
    """The stylesheet of the rating scheme's colours."""
    cover: Cover | None
    word_template_key: int | None = None
    """Which of the office's own Word files the Word format takes its look from; None for the product's look."""
    word_template: bytes = b""
    """That file itself, which is large: it is here only while the Word format is made."""

    @property
    def is_draft(self) -> bool:
        return not self.version

    @property
    def has_parts(self) -> bool:
        """Whether the appendix stands below headings of its own: beside a covering report, or with several themes."""
        return self.cover is not None or len(self.appendices) > 1

    @property
    def together(self) -> str:
        """What the figures of several themes together stand under; empty of one theme alone."""
        return "All of these themes" if len(self.appendices) > 1 else ""

    @property
    def headings(self) -> list[str]:
        """The heads of the appendix's columns, in their order."""
        return [
            "No.",
            "Organisation",
            "Deliverable",
            *(one.value.capitalize() for one in self.options.columns),
            "Rating",
        ]

    @property
    def columns(self) -> int:
        return len(self.headings)

    @property
    def recovery_has_a_column(self) -> bool:
        return self.options.shows(Column.RECOVERY)

    @property
    def themes(self) -> str:
        """The themes by number, and one theme by its title too."""
        if len(self.appendices) == 1:
            return self.appendices[0].theme_label
        return themes_in_words([one.theme_number for one in self.appendices])

    @property
    def title(self) -> str:
        """From plan, theme and year, as the real one is titled."""
        year = f"({self.quarter.year} Delivery Plan)"
        if len(self.appendices) == 1:
            (one,) = self.appendices
            return f"{self.plan} – Theme {one.theme_number} {year}: {one.theme_title}"
        return f"{self.plan} – {self.themes} {year}"

    @property
    def exempt(self) -> int:
        return sum(one.exempt for one in self.appendices)

    @property
    def exempt_note(self) -> str:
        return exempt_note(self.exempt)

    @property
    def state(self) -> str:
        """Its version in words, for headings and file properties."""
        return f"Version {self.version}" if self.version else "Draft, not published"

    @property
    def file_name(self) -> str:
        """What its files are called, without the ending."""
        about = themes_in_words([one.theme_number for one in self.appendices]).lower().replace(" ", "-")
        what = "panel-report" if self.cover else "appendix-a"
        return " ".join((what, about.replace(",", ""), str(self.quarter), self.version or "draft"))
