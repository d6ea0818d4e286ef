"""What the import of a plan is held against and what it would do, as plain values. No database here."""

import datetime
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

from deliverables.importing.found import Doubt, FoundRow
from deliverables.rag import Standing
from themes.quarters import FinancialYear, Quarter
from themes.ratings import RatingValue

_ANY = uuid.UUID(int=0)

Period = tuple[int, Quarter]
"""A theme's number and a quarter."""

Exempt = tuple[Quarter | None, Quarter | None, str]
"""From and until which quarter a deliverable is exempt from publication, and why."""

Identity = tuple[int, FinancialYear, int]
"""A deliverable by theme, financial year and number."""


class Content(NamedTuple):
    """What is approved of an update, with what it is approved under."""

    rating: str
    """Its code."""
    narrative: str
    date: datetime.date | None
    date_precision: str
    recovery_step: str
    recovery_by: datetime.date | None
    earlier: tuple[Quarter, ...]
    number: int
    wording: str
    owner_label: str


class StoredDeliverable(NamedTuple):
    pk: int
    key: uuid.UUID
    theme: int
    year: FinancialYear
    number: int
    wording: str
    in_force_from: Quarter
    planned_start: Quarter
    due: Quarter | None
    completed_in: Quarter | None
    withdrawn_from: Quarter | None
    exempt: Exempt

    @property
    def identity(self) -> Identity:
        return self.theme, self.year, self.number


class StoredUpdate(NamedTuple):
    pk: int
    deliverable: int
    key: uuid.UUID
    """Of its deliverable."""
    quarter: Quarter
    state: str
    approved: Content | None

    @property
    def is_approved(self) -> bool:
        """Whether nothing of it waits to be approved."""
        return self.state == "approved"


class Leader(NamedTuple):
    """A person whom the plan can name as who leads a deliverable."""

    pk: int
    name: str
    label: str
    """What the column Organisation prints for them."""


@dataclass(frozen=True)
class Stored:
    """What there is already of the plan that a file is brought into; empty of a new one."""

    title: str
    years: tuple[FinancialYear, ...]
    scheme: tuple[RatingValue, ...]
    themes: Mapping[int, str] = field(default_factory=dict)
    periods: Mapping[Period, bool] = field(default_factory=dict)
    """Whether each is locked."""
    deliverables: tuple[StoredDeliverable, ...] = ()
    updates: tuple[StoredUpdate, ...] = ()
    owners: Mapping[int, tuple[tuple[datetime.date, Leader], ...]] = field(default_factory=dict)
    """Who leads each deliverable, by its key in the database, and since when; oldest first."""
    leaders: Mapping[str, tuple[Leader, ...]] = field(default_factory=dict)
    """By the label that Appendix A prints, in lower case; the likeliest first."""


class NewLeader(StrEnum):
    """Who is made for a label that nobody has yet."""

    ORGANISATION = "organisation"
    """An organisation of that short name, with one person in it."""
    OFFICE = "office"
    """Somebody of the office with those initials."""


@dataclass(frozen=True)
class Choices:
    """What people said of a whole file."""

    theme: int | None = None
    theme_title: str = ""
    quarter: Quarter | None = None
    replaces: bool = False
    """Whether it replaces what was approved or drafted otherwise here."""
    leaders: Mapping[str, int | NewLeader] = field(default_factory=dict)
    """By label, in lower case: the person who leads what it names, or who is made."""


class Does(StrEnum):
    """What an import does with a row."""

    ADDS = "added"
    CHANGES = "changed"
    LEAVES = "left alone"
    KEEPS = "kept as it is here"
    """It says otherwise than the plan, and what is here is kept."""
    CANNOT = "not understood"


@dataclass(frozen=True)
class Outcome:
    """What becomes of one row."""

    row: FoundRow
    """As it was put right."""
    does: Does
    theme: int | None
    quarter: Quarter | None
    rating: RatingValue | None
    said: tuple[str, ...]
    """What is done, in words."""
    problems: tuple[Doubt, ...] = ()
    """Why it cannot be imported as it is."""
    notes: tuple[str, ...] = ()
    """What was guessed, or is worth a look."""
    identity: Identity | None = None
    content: Content | None = None
    """What is approved; None where it brings no update, or one that is here already."""
    standing: Standing | None = None
    """How the deliverable stands in the quarter by what the file says; None where that is not understood."""


@dataclass(frozen=True)
class Planned:
    """A deliverable that is added or changed."""

    identity: Identity
    pk: int | None
    key: uuid.UUID
    wording: str
    owner_label: str
    in_force_from: Quarter
    planned_start: Quarter
    due: Quarter | None
    completed_in: Quarter | None
    withdrawn_from: Quarter | None = None
    withdrawn_reason: str = ""
    goes_on_from: FinancialYear | None = None
    """The year before, where it is carried forward from that."""
    leader: int | None = None
    """Who leads it from its first day on, of a new one; None where nobody does or they are made."""
    exempt: Exempt = (None, None, "")


@dataclass(frozen=True)
class Difference:
    """Where the file's own status key says otherwise than its rows."""

    place: str
    said: str


@dataclass(frozen=True)
class PlanPreview:
    """What an import would do."""

    outcomes: tuple[Outcome, ...]
    deliverables: tuple[Planned, ...]
    themes: tuple[tuple[int, str], ...]
    """Number and title of those to be added."""
    periods: tuple[Period, ...]
    """To be opened."""
    leaders: tuple[tuple[str, NewLeader], ...]
    """To be made: label and what it names."""
    led_by: tuple[tuple[str, str], ...]
    """The label and the name of each person who is to lead something new."""
    differences: tuple[Difference, ...]
    unread: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]

    @cached_property
    def counts(self) -> Counter[Does]:
        return Counter(one.does for one in self.outcomes)

    @property
    def problems(self) -> list[tuple[FoundRow, Doubt]]:
        return [(one.row, problem) for one in self.outcomes for problem in one.problems]

    @property
    def updates(self) -> list[Outcome]:
        return [one for one in self.outcomes if one.content]

    @property
    def does_nothing(self) -> bool:
        return not (self.updates or self.deliverables or self.themes or self.periods)

    @cached_property
    def fingerprint(self) -> str:
        """What a page sends back to say what somebody has agreed to."""
        keyed = [replace(one, key=_ANY) if one.pk is None else one for one in self.deliverables]  # made by chance
        written = (keyed, self.themes, self.periods, self.leaders, self.led_by)
        rows = [(one.row.at, one.identity, one.quarter, one.content) for one in self.outcomes]
        return sha256(repr((written, rows, self.problems)).encode()).hexdigest()
