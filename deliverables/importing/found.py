"""What was found in an uploaded plan, of whatever format: plain values that a preview is made of. No database here.

They are what the file says as far as it could be read; what it means in the plan that it is brought into is said by
`plan_preview.py`.
"""

import datetime
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any, Self

from themes.quarters import Quarter


class Field(StrEnum):
    """What a row says, by the names under which it can be put right on the page."""

    THEME = "theme"
    QUARTER = "quarter"
    NUMBER = "number"
    ORGANISATION = "organisation"
    WORDING = "wording"
    RATING = "rating"
    DATE = "date"
    UPDATE = "update"
    RECOVERY_STEP = "recovery_step"
    RECOVERY_BY = "recovery_by"
    PLANNED_START = "planned_start"
    DUE = "due"
    COMPLETED_IN = "completed_in"
    GOES_ON_FROM = "goes_on_from"

    @property
    def label(self) -> str:
        """As the page calls it."""
        return "Deliverable" if self is Field.WORDING else self.value.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Doubt:
    """What was not understood, or was guessed, of a row; it stands at a place of the file of its own."""

    field: Field
    place: str
    said: str
    """In a sentence or two: what stands there, what it was taken for, what to do."""
    is_guessed: bool = False
    """Whether a value was taken all the same, so that the row can be imported as it is."""


@dataclass(frozen=True)
class FoundUpdate:
    """One text of a row with its date."""

    narrative: str
    """HTML as `narrative.clean()` leaves it."""
    date: datetime.date | None = None
    date_precision: str = "none"
    """`day`, `month` (the first of it) or `none`."""
    label: str = ""
    """The date as the file writes it."""


@dataclass(frozen=True)
class FoundRow:
    """One deliverable in one quarter. What the file does not say is empty."""

    at: int
    """Its place among the rows of the file, from 1: it tells them apart."""
    place: str
    """Where it stands, for people: "table 2, row 5", "row 7"."""
    theme: int | None = None
    theme_title: str = ""
    quarter: Quarter | None = None
    number: int | None = None
    organisation: str = ""
    wording: str = ""
    rating: str = ""
    """As it is written: a letter or a word."""
    fill: str = ""
    """The colour of the rating's cell, such as `00b050`."""
    updates: tuple[FoundUpdate, ...] = ()
    """Newest first: that of the quarter, and then earlier ones printed below it."""
    recovery_step: str = ""
    recovery_by: datetime.date | None = None
    planned_start: Quarter | None = None
    due: Quarter | None = None
    completed_in: Quarter | None = None
    goes_on_from: int | None = None
    """The number that somebody said it has in the year before, where it is worded otherwise there."""
    is_same: bool = False
    """Whether somebody said that it is the work that the plan has under this number, however that is worded."""
    doubts: tuple[Doubt, ...] = ()

    @property
    def facts(self) -> dict[str, Any]:
        """As JSON can keep it."""
        facts: dict[str, Any] = _kept(self)
        return facts

    @classmethod
    def of(cls, facts: dict[str, Any]) -> Self:
        """What `facts` kept."""
        return cls(
            **facts
            | {
                "quarter": _quarter(facts["quarter"]),
                "planned_start": _quarter(facts["planned_start"]),
                "due": _quarter(facts["due"]),
                "completed_in": _quarter(facts["completed_in"]),
                "recovery_by": _day(facts["recovery_by"]),
                "updates": tuple(FoundUpdate(**one | {"date": _day(one["date"])}) for one in facts["updates"]),
                "doubts": tuple(Doubt(**one | {"field": Field(one["field"])}) for one in facts["doubts"]),
            }
        )


@dataclass(frozen=True)
class FoundShare:
    """A line of the file's own status key: how many deliverables it says have a rating."""

    place: str
    theme: int | None
    rating: str
    fill: str
    count: int
    total: int | None
    """None where the file gives the count alone."""
    percent: str = ""
    """As printed, such as `93.3%`."""


@dataclass(frozen=True)
class FoundWithdrawn:
    """A deliverable that the file lists as withdrawn."""

    place: str
    theme: int | None
    number: int
    organisation: str
    wording: str
    withdrawn_from: Quarter
    reason: str


@dataclass(frozen=True)
class Found:
    """All that was found in a file. Plan, theme and quarter are guesses from its headings, or empty."""

    rows: tuple[FoundRow, ...]
    plan: str = ""
    theme: int | None = None
    theme_title: str = ""
    quarter: Quarter | None = None
    as_at: datetime.date | None = None
    status_key: tuple[FoundShare, ...] = ()
    withdrawn: tuple[FoundWithdrawn, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    """Place and sentence of each part that could be a deliverable's and was not understood."""
    notes: tuple[str, ...] = ()
    """What was passed over on purpose, in sentences."""

    @property
    def facts(self) -> dict[str, Any]:
        """All but its rows, as JSON can keep it."""
        facts: dict[str, Any] = _kept(replace(self, rows=()))
        del facts["rows"]
        return facts

    @classmethod
    def of(cls, facts: dict[str, Any], rows: tuple[FoundRow, ...]) -> Self:
        """What `facts` kept, with its rows."""
        return cls(
            **facts
            | {
                "rows": rows,
                "quarter": _quarter(facts["quarter"]),
                "as_at": _day(facts["as_at"]),
                "status_key": tuple(FoundShare(**one) for one in facts["status_key"]),
                "withdrawn": tuple(
                    FoundWithdrawn(**one | {"withdrawn_from": Quarter.parse(one["withdrawn_from"])})
                    for one in facts["withdrawn"]
                ),
                "unread": tuple((place, said) for place, said in facts["unread"]),
                "notes": tuple(facts["notes"]),
            }
        )


def _kept(value: Any) -> Any:
    if isinstance(value, Quarter):
        return str(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_kept(one) for one in value]
    if is_dataclass(value):
        return {one.name: _kept(getattr(value, one.name)) for one in fields(value)}
    return value


def _quarter(text: str | None) -> Quarter | None:
    return Quarter.parse(text) if text else None


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
