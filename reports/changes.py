"""What changed in a theme from one state to another, in a sentence per change. No query here.

What either state leaves out as exempt is left out of this too: its coming or going would say that it is there
(DESIGN section 4, rule 9).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from accounts.words import Piece, compare
from deliverables.rag import Movement, movement
from reports.states import RowState, ThemeState


class ChangeKind(StrEnum):
    """What happened to a deliverable, in the order that a reader wants to hear it."""

    WORSE = "got worse"
    SILENT = "without an update now"
    IMPROVED = "improved"
    REPORTED = "reported on again"
    RATED = "rated otherwise"
    ADDED = "added"
    WITHDRAWN = "withdrawn"
    GONE = "no longer listed"
    REWORDED = "reworded"


@dataclass(frozen=True)
class Change:
    """One thing that changed about one deliverable."""

    kind: ChangeKind
    before: RowState | None
    now: RowState | None
    what: str
    """What happened to it, to stand after its name: "got worse, from G Green to A Amber"."""

    @property
    def row(self) -> RowState:
        """The deliverable as it stands, or as it last stood."""
        row = self.now or self.before
        assert row is not None
        return row

    @property
    def mark(self) -> str:
        """For the eye, where it went better or worse."""
        return {ChangeKind.IMPROVED: "▲", ChangeKind.WORSE: "▼"}.get(self.kind, "")

    @property
    def sentence(self) -> str:
        return f"{self.row.number}. {self.row.wording} {self.what}."

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Of a new wording: both in one, with what went and what came marked."""
        if self.kind is not ChangeKind.REWORDED or not (self.before and self.now):
            return ()
        return compare(self.before.wording, self.now.wording)


@dataclass(frozen=True)
class Changes:
    """All that changed in a theme from one state to another."""

    before: ThemeState
    now: ThemeState
    changes: tuple[Change, ...]

    def of_kind(self, kind: ChangeKind) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.kind is kind)

    @property
    def by_kind(self) -> list[tuple[str, tuple[Change, ...]]]:
        """Each kind there is, as a heading with its changes."""
        return [(kind.value.capitalize(), found) for kind in ChangeKind if (found := self.of_kind(kind))]

    @property
    def counts(self) -> str:
        """In words: "1 got worse, 2 improved"; without any change that."""
        said = [f"{len(found)} {kind.value}" for kind in ChangeKind if (found := self.of_kind(kind))]
        return ", ".join(said) or self.nothing

    @property
    def nothing(self) -> str:
        """What is said where there is no change."""
        if self.before.has_all_rows and self.now.has_all_rows:
            return "no rating or wording changed"
        return "nothing changed in what both print"

    @property
    def figures_compare(self) -> bool:
        """Whether the figures of both count the same kind of set; where other rows are exempt they do not."""
        return self.before.exempt_keys == self.now.exempt_keys

    @property
    def notes(self) -> list[str]:
        """What could not be told, and why."""
        said = []
        if not self.figures_compare:
            said.append(
                "The figures are not compared, because the two do not leave out the same deliverables as exempt from "
                "publication."
            )
        if not (self.before.has_all_rows and self.now.has_all_rows):
            said.append(
                "One of the two prints red and amber deliverables only, so what was added, is gone, or went from or to "
                "green cannot be told."
            )
        return said


def changes(before: ThemeState, now: ThemeState) -> Changes:
    """What changed from `before` to `now`, deliverables matched by their stable key; worse first."""
    exempt = before.exempt_keys | now.exempt_keys
    was, is_ = ({row.key: row for row in state.in_order if row.key not in exempt} for state in (before, now))
    comparable = before.has_all_rows and now.has_all_rows
    found = [change for key in was.keys() & is_.keys() for change in _of_row(was[key], is_[key])]
    if comparable:
        found += [Change(ChangeKind.ADDED, None, is_[key], _added(is_[key])) for key in is_.keys() - was.keys()]
        found += [_gone(was[key], before, now) for key in was.keys() - is_.keys()]
    order = list(ChangeKind)
    found.sort(key=lambda change: (order.index(change.kind), change.row.number))
    return Changes(before, now, tuple(found))


def _of_row(before: RowState, now: RowState) -> Iterator[Change]:
    moved = movement(now.standing, before.standing)
    if moved is Movement.WORSE:
        yield Change(ChangeKind.WORSE, before, now, f"got worse, from {before.label} to {now.label}")
    elif moved is Movement.IMPROVED:
        yield Change(ChangeKind.IMPROVED, before, now, f"improved, from {before.label} to {now.label}")
    elif now.rating is None and before.rating is not None:
        yield Change(ChangeKind.SILENT, before, now, f"has no update; it was rated {before.label}")
    elif before.rating is None and now.rating is not None:
        yield Change(ChangeKind.REPORTED, before, now, f"is reported on again, rated {now.label}")
    elif before.rating and now.rating and before.rating.same != now.rating.same:
        yield Change(ChangeKind.RATED, before, now, f"went from {before.label} to {now.label}")
    if before.wording != now.wording:
        yield Change(ChangeKind.REWORDED, before, now, f"is worded anew. It was: {before.wording}")


def _added(row: RowState) -> str:
    return f"is new, rated {row.label}" if row.rating else "is new, without an update so far"


def _gone(row: RowState, before: ThemeState, now: ThemeState) -> Change:
    """It was withdrawn where the later state says so, by the number that it keeps within its year."""
    same_year = before.quarter.year == now.quarter.year
    for one in now.withdrawn if same_year else ():
        if one.number == row.number:
            reason = one.reason.rstrip(".")
            return Change(ChangeKind.WITHDRAWN, row, None, f"was withdrawn from {one.since.label}: {reason}")
    years = "" if same_year else f" in {now.quarter.year}"
    return Change(ChangeKind.GONE, row, None, f"is no longer listed{years}; it was rated {row.label}")
