"""Which deliverable each row of an uploaded plan is about: one of the plan, or a new one. No database here."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from difflib import SequenceMatcher

from deliverables.importing.cells import short
from deliverables.importing.found import Field, FoundWithdrawn
from deliverables.importing.plan_leaders import Leaders
from deliverables.importing.plan_matched import Matched, begun, is_in_force, planned_of, standing_of
from deliverables.importing.plan_rows import HIGHEST_NUMBER, LONGEST_TEXT, ReadRow, folded
from deliverables.importing.plan_values import Choices, Identity, Period, Planned, Stored
from deliverables.rag import Standing
from themes.quarters import FinancialYear, Quarter
from themes.ratings import Kind, RatingValue

_ALIKE = 0.5
"""From this likeness of their words on, 0 to 1, two deliverables of one number are taken for the same."""

_DONE = (Kind.COMPLETE, Kind.ON_COURSE)


class Matching:
    """The deliverables of a plan while rows are matched with them, oldest quarter first.

    Wording counts before number, since numbers change within a year; a number alone is the same work where the two
    wordings are alike, or where somebody said so. No deliverable has two rows in a quarter.
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
        self.leaders = Leaders(stored, choices)
        ratings = {one.code: one for one in stored.scheme}
        before: dict[int, dict[Quarter, RatingValue]] = defaultdict(dict)
        here: dict[int, set[Quarter]] = defaultdict(set)
        for update in stored.updates:
            here[update.deliverable].add(update.quarter)
            if update.approved:
                before[update.deliverable][update.quarter] = ratings[update.approved.rating]
        for one in stored.deliverables:
            self._keep(Matched(planned_of(one), one, before[one.pk], dict(before[one.pk]), here[one.pk]))

    @property
    def all(self) -> Iterable[Matched]:
        """In the plan's order."""
        return (one for _, one in sorted(self._by_number.items()))

    def is_worded(self, read: ReadRow) -> bool:
        """Whether the plan has a deliverable of just this wording: such rows are matched before those alike."""
        return bool(read.theme and read.quarter and self._worded(read.theme, read.quarter.year, read.row.wording))

    def match(self, read: ReadRow) -> Matched | None:
        """The deliverable that a row is about, changed as the row says; None where that cannot be said."""
        row, theme, quarter = read.row, read.theme, read.quarter
        assert theme is not None and quarter is not None and row.number is not None, "rows with problems do not come"
        identity = (theme, quarter.year, row.number)
        numbered = self._by_number.get(identity)
        worded = self._worded(theme, quarter.year, row.wording)
        if worded and quarter in worded.rows:
            worded = None  # of two rows worded alike the second is another deliverable
        if worded is None and numbered and quarter in numbered.rows:
            said = f"Number {row.number} of the plan is what stands at {numbered.rows[quarter].row.place}."
            read.wrong(Field.NUMBER, f"{said} Give this row a number of its own, or leave one of the two out.")
        elif worded is None and numbered is None and not row.wording:
            read.wrong(Field.WORDING, "It has no wording, and the plan has no deliverable of this number. Write it.")
        elif worded and worded is not numbered:
            kept = f"for this quarter it keeps number {row.number}"
            read.notes.append(f"The plan has this under number {worded.planned.identity[2]}; {kept}.")
        elif numbered and not worded and row.wording:
            self._check_same(read, numbered)
        if read.problems:
            return None
        found = worded or numbered or self._new(read, identity)
        found.rows[quarter] = read
        self._check_in_force(read, found)
        self._take_facts(read, found)
        return None if read.problems else found

    def refuse_to_change_locked(self) -> None:
        """Note, on the rows that would do it, each change of the figures of a quarter that is locked."""
        for one in self._by_number.values():
            locked = self._changed_in(one)
            for read in one.rows.values() if locked else ():
                if read.quarter == locked:
                    continue  # of which is said that nothing in it can be changed
                if one.stored is None or read.said or one.after.get(read.quarter) != one.before.get(read.quarter):
                    said = f"It would change the figures of {locked.label}, which is locked."
                    read.wrong(Field.QUARTER, f"{said} Open that quarter first, or leave this row out.")

    def withdraw(self, one: FoundWithdrawn, theme: int | None, why: str) -> str:
        """Take what the file lists as withdrawn; what is to be said of it, empty of what is withdrawn already."""
        year = one.withdrawn_from.year
        about = f"{one.place}: number {one.number} is listed as withdrawn from {one.withdrawn_from.label}"
        if theme is None or year not in self._stored.years or not 1 <= one.number <= HIGHEST_NUMBER:
            return f"{about}, of no theme, year or number of the plan; it is left out."
        if not one.wording or max(len(one.wording), len(one.reason)) > LONGEST_TEXT:
            return f"{about}, with no wording or a far too long one; it is left out."
        found = self._worded(theme, year, one.wording) or self._by_number.get((theme, year, one.number))
        if found and found.planned.withdrawn_from:
            return ""
        first = found.planned.in_force_from if found else year.quarters[0]
        if one.withdrawn_from <= first or any(
            quarter >= one.withdrawn_from for quarter in (found.rows if found else ())
        ):
            return f"{about}, and it counts from then on or not before; that is left out."
        if found is None:
            if any(number == theme and first <= quarter < one.withdrawn_from for number, quarter in self._periods):
                return f"{about}, and the plan has it in no quarter before; it is left out."
            leader = self.leaders.of(one.organisation, None, [])
            found = self._keep(Matched(begun((theme, year, one.number), one.wording, one.organisation, leader), None))
        before = found.planned
        found.planned = replace(before, withdrawn_from=one.withdrawn_from, withdrawn_reason=one.reason or why)
        if locked := self._changed_in(found):
            found.planned = before
            return f"{about}; {locked.label} is locked, so that is left out."
        return f"{about}, and is so here."

    def label_on(self, one: Matched, quarter: Quarter) -> str:
        """What the column Organisation prints for it in the plan; empty while nobody leads it."""
        if one.stored is None:
            return one.planned.owner_label
        owners = self._stored.owners.get(one.stored.pk, ())
        labels = [leader.label for since, leader in owners if since <= quarter.ends] or [
            leader.label for _, leader in owners[:1]
        ]
        return labels[-1] if labels else ""

    def _changed_in(self, one: Matched) -> Quarter | None:
        """The first locked quarter in which a deliverable would count otherwise than it does."""
        theme, year, _ = one.planned.identity
        before = planned_of(one.stored) if one.stored else None
        if not one.is_changed and one.before == one.after:
            return None
        for quarter in year.quarters:
            if self._stored.periods.get((theme, quarter)) and self._counts(before, one.before, quarter) != self._counts(
                one.planned, one.after, quarter
            ):
                return quarter
        return None

    def _counts(
        self, planned: Planned | None, approved: dict[Quarter, RatingValue], quarter: Quarter
    ) -> Standing | None:
        """How it stands in a quarter; None where it does not count there."""
        if planned is None or not is_in_force(planned, quarter):
            return None
        return standing_of(planned, approved, quarter, self._stored.scheme)

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
        leader = self.leaders.of(row.organisation, linked.stored if linked else None, read.notes)
        planned = replace(
            begun(identity, row.wording, row.organisation, leader),
            key=linked.planned.key if linked else uuid.uuid4(),
            in_force_from=start,
            planned_start=max(row.planned_start or start, start),
            goes_on_from=year.previous if before else None,
            exempt=linked.planned.exempt if linked else (None, None, ""),
        )
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

    def _check_in_force(self, read: ReadRow, found: Matched) -> None:
        planned, quarter, end = found.planned, read.quarter, found.planned.completed_in
        assert quarter is not None
        if planned.withdrawn_from and planned.withdrawn_from <= quarter:
            said = f"The plan has it withdrawn from {planned.withdrawn_from}."
            read.wrong(Field.NUMBER, f"{said} Take that back in the plan first, or leave this row out.")
        if end and end < quarter and read.row.updates:
            said = f"The plan has it complete since {end}, so it takes no update."
            read.wrong(Field.NUMBER, f"{said} Take that back in the plan first, or leave this row out.")
        if end == quarter and read.rating and read.rating.kind not in _DONE:
            read.wrong(Field.RATING, f"The plan has it complete in {end}, so {read.rating.name} cannot stand there.")
        if quarter < planned.in_force_from:
            if found.stored:
                read.said.append(f"In force from {quarter} on, not from {planned.in_force_from}")
            found.planned = replace(planned, in_force_from=quarter)

    def _take_facts(self, read: ReadRow, found: Matched) -> None:
        """Due quarter, planned start and completion, where the plan is not to keep its own; and whether it is rated."""
        row, here, quarter = read.row, found.planned, read.quarter
        assert quarter is not None
        takes_all = found.stored is None or self._choices.replaces
        changes: dict[str, Quarter] = {}
        if read.is_planned_later and row.planned_start and takes_all:
            if here.due and here.due < row.planned_start:
                read.notes.append(f"It is due {here.due.label}, so the planned start is not taken.")
            else:
                changes["planned_start"] = row.planned_start
        if row.due and (here.due is None or takes_all):
            if row.due < changes.get("planned_start", here.planned_start):
                read.notes.append(f"Due {row.due.label} is before its planned start, so that is not taken.")
            else:
                changes["due"] = row.due
        if row.completed_in and (here.completed_in is None or takes_all):
            changes |= self._completion(read, found, row.completed_in)
        found.planned = replace(here, **changes)
        if found.stored:
            names = {"due": "Due", "planned_start": "Planned to start", "completed_in": "Complete in"}
            changed = [(name, to) for name, to in changes.items() if getattr(here, name) != to]
            read.said += [f"{names[name]} {to.label}" for name, to in changed]
        end = found.planned.completed_in
        read.brings = read.rating is not None and not read.is_planned_later and not (end and end < quarter)
        if read.brings and read.rating and (quarter not in found.here or self._choices.replaces):
            found.after[quarter] = read.rating

    def _completion(self, read: ReadRow, found: Matched, end: Quarter) -> dict[str, Quarter]:
        """What is complete keeps its last rating until then; where none is known, this quarter's is taken as that."""
        assert read.quarter is not None
        kept = [
            rating for quarter, rating in sorted(found.after.items()) if quarter.year == end.year and quarter <= end
        ]
        rating = kept[-1] if kept else read.rating
        if rating is None:
            read.wrong(Field.RATING, "It is complete, and it is not known how it was rated. Choose its rating.")
            return {}
        if rating.kind not in _DONE:
            read.wrong(Field.RATING, f"It is complete, so {rating.name} cannot stand there.")
        if not kept and end < read.quarter:
            read.notes.append(f"No rating of {end.label} is known, so it is complete from {read.quarter.label} on.")
        return {"completed_in": end if kept else read.quarter}

    def _keep(self, one: Matched) -> Matched:
        theme, year, _ = one.planned.identity
        self._by_number[one.planned.identity] = one
        self._keys.add((one.planned.key, year))
        self._by_wording.setdefault((theme, year, folded(one.planned.wording)), one)
        return one
