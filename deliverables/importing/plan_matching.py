"""Which deliverable each row of an uploaded plan is about: one of the plan, or a new one. No database here."""

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from deliverables.importing.found import Field, FoundWithdrawn
from deliverables.importing.plan_rows import ReadRow, folded, short
from deliverables.importing.plan_values import (
    Choices,
    Identity,
    NewLeader,
    Period,
    Planned,
    Stored,
    StoredDeliverable,
)
from themes.quarters import FinancialYear, Quarter
from themes.ratings import Kind

_ALIKE = 0.5
"""From this likeness of their words on, 0 to 1, two deliverables of one number are taken for the same."""

_DONE = (Kind.COMPLETE, Kind.ON_COURSE)


@dataclass
class Matched:
    """A deliverable as it would be after the rows so far, and as it is."""

    planned: Planned
    stored: StoredDeliverable | None
    rated: set[Quarter] = field(default_factory=set)
    """The quarters that an update is approved of, or would be."""

    @property
    def is_changed(self) -> bool:
        return self.stored is None or self.planned != _planned(self.stored)


class Matching:
    """The deliverables of a plan while rows are matched with them, oldest quarter first.

    Wording counts before number, since numbers change within a year; a number alone is the same work where the two
    wordings are alike, or where somebody said so.
    """

    def __init__(self, stored: Stored, choices: Choices, periods: Iterable[Period]) -> None:
        self._stored, self._choices = stored, choices
        self._periods = {*stored.periods, *periods}
        self._by_number: dict[Identity, Matched] = {}
        self._by_wording: dict[tuple[int, FinancialYear, str], Matched] = {}
        self._keys: set[tuple[uuid.UUID, FinancialYear]] = set()
        self._older_wordings = {
            (one.deliverable, folded(one.approved.wording)) for one in stored.updates if one.approved is not None
        }
        self.leaders: dict[str, tuple[str, NewLeader]] = {}
        """Those to be made, by label in lower case."""
        rated: dict[int, set[Quarter]] = defaultdict(set)
        for update in stored.updates:
            if update.approved:
                rated[update.deliverable].add(update.quarter)
        for one in stored.deliverables:
            self._keep(Matched(_planned(one), one, rated[one.pk]))

    @property
    def changed(self) -> tuple[Planned, ...]:
        """Those that are added or changed, in their order."""
        return tuple(one.planned for _, one in sorted(self._by_number.items()) if one.is_changed)

    @property
    def all(self) -> Iterable[Planned]:
        return (one.planned for one in self._by_number.values())

    def match(self, read: ReadRow) -> Matched | None:
        """The deliverable that a row is about, changed as the row says; None where that cannot be said."""
        row, theme, quarter = read.row, read.theme, read.quarter
        assert theme is not None and quarter is not None and row.number is not None, "rows with problems do not come"
        identity = (theme, quarter.year, row.number)
        numbered = self._by_number.get(identity)
        worded = self._worded(theme, quarter.year, row.wording)
        if worded is None and numbered is None and not row.wording:
            read.wrong(Field.WORDING, "It has no wording, and the plan has no deliverable of this number. Write it.")
        if worded and worded is not numbered:
            kept = f"for this quarter it keeps number {row.number}"
            read.notes.append(f"The plan has this under number {worded.planned.identity[2]}; {kept}.")
        elif numbered and not worded and row.wording:
            self._check_same(read, numbered)
        if read.problems:
            return None
        found = worded or numbered or self._new(read, identity)
        self._check_in_force(read, found)
        self._take_facts(read, found)
        return None if read.problems else found

    def withdraw(self, one: FoundWithdrawn, theme: int | None, why: str) -> str:
        """Take what the file lists as withdrawn; what is to be said of it, empty of what is withdrawn already."""
        year = one.withdrawn_from.year
        if theme is None or year not in self._stored.years:
            return f"{one.place}: number {one.number} is listed as withdrawn, of no theme or year of the plan."
        found = self._worded(theme, year, one.wording) or self._by_number.get((theme, year, one.number))
        if found and found.planned.withdrawn_from:
            return ""
        first = found.planned.in_force_from if found else year.quarters[0]
        if one.withdrawn_from <= first:
            return f"{one.place}: number {one.number} was withdrawn before it counted in any quarter; it is left out."
        if found is None:
            planned = Planned(
                (theme, year, one.number), None, uuid.uuid4(), one.wording, one.organisation, first, first, None, None
            )
            found = self._keep(Matched(planned, None))
            self._lead(one.organisation)
        found.planned = replace(found.planned, withdrawn_from=one.withdrawn_from, withdrawn_reason=one.reason or why)
        return f"{one.place}: number {one.number} is withdrawn from {one.withdrawn_from.label}, as the file says."

    def _worded(self, theme: int, year: FinancialYear, wording: str) -> Matched | None:
        return self._by_wording.get((theme, year, folded(wording))) if wording else None

    def _check_same(self, read: ReadRow, numbered: Matched) -> None:
        here, there = numbered.planned.wording, read.row.wording
        is_older = numbered.stored is not None and (numbered.stored.pk, folded(there)) in self._older_wordings
        likeness = SequenceMatcher(None, folded(there).split(), folded(here).split(), autojunk=False).ratio()
        if is_older or read.row.is_same or likeness >= _ALIKE:
            read.notes.append(f"The plan words it “{short(here)}”; this quarter keeps the file’s wording.")
            return
        said = f"Number {read.row.number} of the plan is worded otherwise: “{short(here)}”."
        read.wrong(Field.WORDING, f"{said} Say that it is the same work, or give this row a number of its own.")

    def _new(self, read: ReadRow, identity: Identity) -> Matched:
        theme, year, _ = identity
        row, quarter = read.row, read.quarter
        assert quarter is not None
        before = self._goes_on(self._worded(theme, year.previous, row.wording), year)
        after = self._worded(theme, year.next, row.wording)
        if row.goes_on_from:
            before = self._goes_on(self._by_number.get((theme, year.previous, row.goes_on_from)), year)
            if before is None:
                said = f"{year.previous} has no number {row.goes_on_from} that can go on here."
                read.wrong(Field.GOES_ON_FROM, f"{said} Correct the number, or leave it empty.")
        if after and (after.planned.key, year) in self._keys:
            after = None
        if before:
            read.notes.append(f"It goes on from number {before.planned.identity[2]} of {year.previous}.")
        linked = before or after
        start = self._first_quarter(theme, quarter)
        planned = Planned(
            identity=identity,
            pk=None,
            key=linked.planned.key if linked else uuid.uuid4(),
            wording=row.wording,
            owner_label=row.organisation,
            in_force_from=start,
            planned_start=max(row.planned_start or start, start),
            due=None,
            completed_in=None,
            goes_on_from=year.previous if before else None,
        )
        read.notes += self._lead(row.organisation)
        return self._keep(Matched(planned, None))

    def _goes_on(self, before: Matched | None, year: FinancialYear) -> Matched | None:
        """A deliverable of the year before, where it can be carried forward to `year`."""
        if before is None or before.planned.withdrawn_from or before.planned.completed_in:
            return None
        return None if (before.planned.key, year) in self._keys else before

    def _first_quarter(self, theme: int, quarter: Quarter) -> Quarter:
        """From when a new one is in force: the year's first quarter, unless an earlier one is known without it."""
        known = any(number == theme and quarter.year.quarters[0] <= one < quarter for number, one in self._periods)
        return quarter if known else quarter.year.quarters[0]

    def _lead(self, label: str) -> list[str]:
        """See to who leads a new deliverable; what is to be said of it."""
        if not label:
            return ["The file does not say who leads it. Say it later, on the deliverable’s page."]
        chosen = self._choices.leaders.get(label.casefold())
        if chosen is None and not self._stored.leaders.get(label.casefold()):
            chosen = likely(label)
        if isinstance(chosen, NewLeader):
            self.leaders[label.casefold()] = (label, chosen)
        return []

    def _check_in_force(self, read: ReadRow, found: Matched) -> None:
        planned, quarter = found.planned, read.quarter
        assert quarter is not None
        if planned.withdrawn_from and planned.withdrawn_from <= quarter:
            said = f"The plan has it withdrawn from {planned.withdrawn_from}."
            read.wrong(Field.NUMBER, f"{said} Take that back in the plan first, or leave this row out.")
        if quarter < planned.in_force_from:
            if found.stored:
                read.said.append(f"In force from {quarter} on, not from {planned.in_force_from}")
            found.planned = replace(planned, in_force_from=quarter)
        locked = [
            one
            for (theme, one), is_locked in self._stored.periods.items()
            if is_locked and theme == read.theme and one.year == quarter.year and one >= quarter and one != quarter
        ]
        if locked and found.stored is None:
            said = f"It would count in {locked[0].label} too, which is locked."
            read.wrong(Field.NUMBER, f"{said} Open that quarter first, or leave this row out.")

    def _take_facts(self, read: ReadRow, found: Matched) -> None:
        """Due quarter, planned start and completion, where the plan is not to keep its own."""
        row, here, quarter = read.row, found.planned, read.quarter
        assert quarter is not None
        takes_all = found.stored is None or self._choices.replaces
        changes: dict[str, Quarter] = {}
        if read.is_planned_later and row.planned_start and takes_all:
            changes["planned_start"] = row.planned_start
        start = changes.get("planned_start", here.planned_start)
        if row.due and row.due >= start and (here.due is None or takes_all):
            changes["due"] = row.due
        elif here.due and here.due < start:
            del changes["planned_start"]
        if row.completed_in and read.rating and (here.completed_in is None or takes_all):
            if read.rating.kind not in _DONE:
                read.wrong(Field.RATING, f"It is complete, so {read.rating.name} cannot stand there.")
            # What is complete keeps its last rating until then; where none is known, this quarter's is taken as that.
            is_known = any(one <= row.completed_in for one in found.rated if one.year == quarter.year)
            changes["completed_in"] = row.completed_in if is_known else quarter
        found.planned = replace(here, **changes)
        if found.stored:
            names = {"due": "Due", "planned_start": "Planned to start", "completed_in": "Complete in"}
            changed = [(name, to) for name, to in changes.items() if getattr(here, name) != to]
            read.said += [f"{names[name]} {to.label}" for name, to in changed]
        if read.has_update and not self.keeps_rating(read, found):
            found.rated.add(quarter)

    def keeps_rating(self, read: ReadRow, found: Matched) -> bool:
        """Whether a row brings no update, as the work was complete before and it is known how it was rated."""
        end = found.planned.completed_in
        return read.is_complete_before and end is not None and read.quarter is not None and end < read.quarter

    def _keep(self, one: Matched) -> Matched:
        theme, year, _ = one.planned.identity
        self._by_number[one.planned.identity] = one
        self._keys.add((one.planned.key, year))
        self._by_wording.setdefault((theme, year, folded(one.planned.wording)), one)
        return one


def likely(label: str) -> NewLeader:
    """Who an unknown label is taken for: two capitals are somebody's initials, all else names an organisation."""
    return NewLeader.OFFICE if re.fullmatch("[A-Z]{2}", label) else NewLeader.ORGANISATION


def _planned(one: StoredDeliverable) -> Planned:
    """As it is."""
    return Planned(
        identity=one.identity,
        pk=one.pk,
        key=one.key,
        wording=one.wording,
        owner_label="",
        in_force_from=one.in_force_from,
        planned_start=one.planned_start,
        due=one.due,
        completed_in=one.completed_in,
        withdrawn_from=one.withdrawn_from,
    )
