"""What the import of a plan would do: each row that was found held against what the plan has. No database here."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from html import escape
from itertools import groupby

from deliverables.importing.found import Field, Found, FoundUpdate
from deliverables.importing.key_check import differences
from deliverables.importing.plan_matched import Matched, is_in_force
from deliverables.importing.plan_matching import Matching
from deliverables.importing.plan_rows import Reader, ReadRow
from deliverables.importing.plan_values import (
    Choices,
    Content,
    Does,
    Identity,
    Outcome,
    Period,
    Planned,
    PlanPreview,
    Stored,
    StoredUpdate,
)
from deliverables.narrative import parse
from themes.quarters import FinancialYear, Quarter


def preview_of(found: Found, stored: Stored, choices: Choices, *, file_name: str) -> PlanPreview:
    """What importing `found` would do to what is `stored`; every problem is found, none raised."""
    reader = Reader(found, stored, choices)
    read = reader.read_all()
    periods = {(one.theme, one.quarter) for one in read if one.theme and one.quarter and not one.problems}
    matching = Matching(stored, choices, periods)
    matched: dict[int, Matched] = {}
    for _, rows in groupby(_by_quarter(read), key=lambda one: one.quarter):
        # Sorted before any is matched: what has the plan's own wording comes before what is worded alike.
        for one in sorted(rows, key=lambda one: not matching.is_worded(one)):
            if there := matching.match(one):
                matched[one.row.at] = there
    why = f"{file_name} lists it as withdrawn."
    withdrawn = [matching.withdraw(one, reader.theme_of(one.theme), why) for one in found.withdrawn]
    matching.refuse_to_change_locked()
    updates = _Updates(stored, choices, matching)
    by_row = {one.row.at: updates.outcome(one, matched.get(one.row.at)) for one in _by_quarter(read)}
    outcomes = tuple(by_row.get(one.row.at) or _made(one, Does.CANNOT) for one in read)
    done = [one for one in outcomes if one.does is not Does.CANNOT]
    in_use = {(one.theme, one.quarter) for one in done if one.theme and one.quarter}
    understood = {one.identity for one in done}
    changed = [one.planned for one in matching.all if one.is_changed]
    planned = tuple(one for one in changed if one.identity in understood or one.withdrawn_from)
    numbers = {theme for theme, _ in in_use} | {one.identity[0] for one in planned}
    return PlanPreview(
        outcomes=outcomes,
        deliverables=planned,
        themes=tuple(sorted((number, title) for number, title in reader.titles.items() if number in numbers)),
        periods=tuple(sorted(in_use - stored.periods.keys())),
        leaders=tuple(sorted(matching.leaders.made.values())),
        led_by=tuple(sorted(matching.leaders.named.items())),
        differences=differences(found, outcomes, stored.scheme, reader),
        unread=found.unread,
        notes=(
            *reader.about_the_file,
            *found.notes,
            *filter(None, withdrawn),
            *_missing(matching, done, in_use),
        ),
    )


def _by_quarter(read: Iterable[ReadRow]) -> list[ReadRow]:
    """Those that can be placed, oldest quarter first."""
    placed = [one for one in read if not one.problems and one.quarter]
    return sorted(placed, key=lambda one: (one.quarter, one.row.at))


class _Updates:
    """Says what becomes of each row's update; rows come oldest quarter first."""

    def __init__(self, stored: Stored, choices: Choices, matching: Matching) -> None:
        self._stored, self._choices, self._matching = stored, choices, matching
        self._here = {(one.deliverable, one.quarter): one for one in stored.updates}
        self._of_work: dict[uuid.UUID, dict[Quarter, Content]] = defaultdict(dict)
        for one in stored.updates:
            if one.approved:
                self._of_work[one.key][one.quarter] = one.approved

    def outcome(self, read: ReadRow, matched: Matched | None) -> Outcome:
        """What becomes of a row, which is about a deliverable unless it has problems."""
        if matched is None or read.quarter is None or read.problems:
            return _made(read, Does.CANNOT)
        identity, is_new = matched.planned.identity, matched.stored is None
        if is_new and min(matched.rows) == read.quarter:
            read.said.insert(0, "Adds the deliverable")
        does = Does.ADDS if is_new and read.said else Does.CHANGES if read.said else Does.LEAVES
        content = None
        if read.brings:
            here = self._here.get((matched.stored.pk, read.quarter)) if matched.stored else None
            content = self._content(read, matched, here)
            self._note_label(read, matched, content)
            if here is None:
                read.said.append(f"Adds its update, {read.rating}")
                does = Does.ADDS
            elif here.is_approved and here.approved == content:
                content = None
            elif here.is_approved and not self._choices.replaces and _says_the_same(here.approved, content):
                read.notes.append("The same words are here, set otherwise; how they are set here is kept.")
                content = None
            elif self._choices.replaces:
                read.said.append(f"Replaces what is here: {_differences(here, content)}")
                does = Does.CHANGES
            else:
                read.notes.append(f"Something else is here and is kept: {_differences(here, content)}.")
                content, does = None, does if read.said else Does.KEEPS
        if does in (Does.ADDS, Does.CHANGES) and self._stored.periods.get((identity[0], read.quarter)):
            said = f"{read.quarter.label} is locked, so nothing in it can be changed."
            read.wrong(Field.QUARTER, f"{said} Open that quarter first, or leave this row out.")
            return _made(read, Does.CANNOT)
        if content:
            self._of_work[matched.planned.key][read.quarter] = content
        standing = matched.standing(read.quarter, self._stored.scheme, read.rating if read.brings else None)
        return _made(read, does, identity, content, standing)

    def _content(self, read: ReadRow, matched: Matched, here: StoredUpdate | None) -> Content:
        """What an update says by the file; of what that does not speak, what is approved here already."""
        row, approved = read.row, here.approved if here else None
        assert read.rating is not None and read.quarter is not None and row.number is not None
        newest, *others = row.updates or (FoundUpdate(""),)
        narrative, earlier = newest.narrative, []
        for one in others:
            quarter = self._approved_as(one, read.quarter, matched)
            if quarter:
                earlier.append(quarter)
            else:
                narrative += _dated(one)
        date, precision, step, by = newest.date, newest.date_precision, row.recovery_step, row.recovery_by
        if approved and date is None and narrative == approved.narrative:
            date, precision = approved.date, approved.date_precision
        if approved and read.rating.needs_recovery and not (step or by):
            step, by = approved.recovery_step, approved.recovery_by
        label = approved.owner_label if approved else self._matching.label_on(matched, read.quarter)
        return Content(
            rating=read.rating.code,
            narrative=narrative,
            date=date,
            date_precision=precision,
            recovery_step=step,
            recovery_by=by,
            earlier=tuple(sorted(set(earlier), reverse=True)),
            number=row.number,
            wording=row.wording or matched.planned.wording,
            owner_label=row.organisation or label,
        )

    def _note_label(self, read: ReadRow, matched: Matched, content: Content) -> None:
        assert read.quarter is not None
        here = self._matching.label_on(matched, read.quarter)
        if matched.stored and here and here.casefold() != content.owner_label.casefold():
            read.notes.append(f"In the plan {here} leads it; for this quarter the file says {content.owner_label}.")

    def _approved_as(self, one: FoundUpdate, before: Quarter, matched: Matched) -> Quarter | None:
        """The earlier quarter whose approved update a text below the newest is; None where it is none of them."""
        for quarter, there in self._of_work[matched.planned.key].items():
            if quarter < before and (there.narrative, there.date) == (one.narrative, one.date):
                return quarter
        return None


def _says_the_same(here: Content | None, content: Content) -> bool:
    """Whether two differ in nothing but how their text is set, which a spreadsheet cannot say."""
    if here is None or here._replace(narrative="") != content._replace(narrative=""):
        return False
    return parse(here.narrative).text.split() == parse(content.narrative).text.split()


def _dated(one: FoundUpdate) -> str:
    """An earlier text that no approved update has, as it is kept within the newest: below its date."""
    return (f"<p><strong>{escape(one.label)}</strong></p>" if one.label else "") + one.narrative


def _made(
    read: ReadRow, does: Does, identity: Identity | None = None, content: Content | None = None, standing=None
) -> Outcome:
    return Outcome(
        row=read.row,
        does=does,
        theme=read.theme,
        quarter=read.quarter,
        rating=read.rating,
        said=tuple(read.said) if does is not Does.CANNOT else (),
        problems=tuple(read.problems),
        notes=tuple(read.notes),
        identity=identity,
        content=content,
        standing=standing,
    )


_NAMES = {
    "rating": "rating",
    "narrative": "text",
    "date": "date",
    "date_precision": "date",
    "recovery_step": "recovery step",
    "recovery_by": "recovery date",
    "earlier": "earlier updates",
    "number": "number",
    "wording": "wording",
    "owner_label": "organisation",
}


def _differences(here: StoredUpdate, content: Content) -> str:
    """In what an update differs from what a file says, in words."""
    if not here.is_approved:
        return "a draft" if here.state == "draft" else "an update that waits to be approved"
    assert here.approved is not None
    names = dict.fromkeys(
        _NAMES[name] for name, one, other in zip(Content._fields, here.approved, content, strict=True) if one != other
    )
    return f"another {', '.join(names)}"


def _missing(matching: Matching, done: list[Outcome], periods: set[Period]) -> list[str]:
    """What is said of deliverables that are in force in a quarter of the file and not in it."""
    there = {(one.identity, one.quarter) for one in done}
    by_year: dict[tuple[int, FinancialYear], list[Planned]] = defaultdict(list)
    for one in matching.all:
        by_year[one.planned.identity[:2]].append(one.planned)
    said = []
    for theme, quarter in sorted(periods):
        missing = [
            one.identity[2]
            for one in by_year[theme, quarter.year]
            if is_in_force(one, quarter) and (one.identity, quarter) not in there
        ]
        if missing:
            said.append(f"Theme {theme}, {quarter.label}: in force in the plan and not in the file: {ranges(missing)}.")
    return said


def ranges(numbers: list[int]) -> str:
    """Rising numbers in words: "1 to 3, 7"."""
    parts = []
    for _, run in groupby(enumerate(numbers), key=lambda one: one[1] - one[0]):
        several = [number for _, number in run]
        parts.append(f"{several[0]} to {several[-1]}" if len(several) > 2 else ", ".join(map(str, several)))
    return ", ".join(parts)
