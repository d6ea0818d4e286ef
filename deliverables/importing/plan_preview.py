"""What the import of a plan would do: each row that was found held against what the plan has. No database here."""

import uuid
from collections import defaultdict
from html import escape

from deliverables.importing.found import Field, Found, FoundUpdate
from deliverables.importing.plan_matching import Matched, Matching
from deliverables.importing.plan_rows import Reader, ReadRow
from deliverables.importing.plan_values import Choices, Content, Does, Outcome, PlanPreview, Stored, StoredUpdate
from deliverables.importing.status_key import differences
from deliverables.narrative import parse
from themes.quarters import Quarter


def preview_of(found: Found, stored: Stored, choices: Choices, *, file_name: str) -> PlanPreview:
    """What importing `found` would do to what is `stored`; every problem is found, none raised."""
    reader = Reader(found, stored, choices)
    read = reader.read_all()
    periods = {(one.theme, one.quarter) for one in read if one.theme and one.quarter and not one.problems}
    matching = Matching(stored, choices, periods)
    matched: dict[int, Matched] = {}
    in_order = sorted((one for one in read if not one.problems), key=lambda one: (one.quarter, one.row.at))
    for one in in_order:
        if there := matching.match(one):
            matched[one.row.at] = there
    updates = _Updates(stored, choices, matching)
    outcomes = tuple(updates.outcome(one, matched.get(one.row.at)) for one in read)
    why = f"{file_name} lists it as withdrawn."
    withdrawn = [matching.withdraw(one, reader.theme_of(one.theme), why) for one in found.withdrawn]
    done = {(one.theme, one.quarter) for one in outcomes if one.theme and one.quarter and one.does is not Does.CANNOT}
    in_use = {theme for theme, _ in done} | {one.identity[0] for one in matching.changed}
    return PlanPreview(
        outcomes=outcomes,
        deliverables=matching.changed,
        themes=tuple(sorted((number, title) for number, title in reader.titles.items() if number in in_use)),
        periods=tuple(sorted(done - stored.periods.keys())),
        leaders=tuple(sorted(matching.leaders.values())),
        differences=differences(found, outcomes, stored.scheme, reader.theme_of),
        unread=found.unread,
        notes=(*found.notes, *filter(None, withdrawn), *_missing(matching, outcomes, done)),
    )


class _Updates:
    """Says what becomes of each row's update."""

    def __init__(self, stored: Stored, choices: Choices, matching: Matching) -> None:
        self._stored, self._choices, self._matching = stored, choices, matching
        self._here = {(one.deliverable, one.quarter): one for one in stored.updates}
        self._of_work: dict[uuid.UUID, list[StoredUpdate]] = defaultdict(list)
        for one in stored.updates:
            self._of_work[one.key].append(one)

    def outcome(self, read: ReadRow, matched: Matched | None) -> Outcome:
        if matched is None or read.quarter is None:
            return _made(read, Does.CANNOT)
        identity, is_new = matched.planned.identity, matched.stored is None
        if is_new:
            read.said.insert(0, "Adds the deliverable")
        does = Does.ADDS if is_new else Does.CHANGES if read.said else Does.LEAVES
        content = None
        if read.has_update and not self._matching.keeps_rating(read, matched):
            content = self._content(read, matched)
            here = self._here.get((matched.stored.pk, read.quarter)) if matched.stored else None
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
            said = f"{read.quarter.label} is locked, so nothing in it can be changed. Open it again first."
            read.wrong(Field.QUARTER, said)
            return _made(read, Does.CANNOT)
        return _made(read, does, identity, content)

    def _content(self, read: ReadRow, matched: Matched) -> Content:
        row = read.row
        newest, *others = row.updates or (FoundUpdate(""),)
        narrative, earlier = newest.narrative, []
        for one in others:
            quarter = self._approved_as(one, read, matched)
            if quarter:
                earlier.append(quarter)
            else:
                narrative += _dated(one)
        assert read.rating is not None and row.number is not None
        return Content(
            rating=read.rating.code,
            narrative=narrative,
            date=newest.date,
            date_precision=newest.date_precision,
            recovery_step=row.recovery_step,
            recovery_by=row.recovery_by,
            earlier=tuple(sorted(set(earlier), reverse=True)),
            number=row.number,
            wording=row.wording or matched.planned.wording,
            owner_label=row.organisation,
        )

    def _approved_as(self, one: FoundUpdate, read: ReadRow, matched: Matched) -> Quarter | None:
        """The earlier quarter whose approved update a text below the newest is; None where it is none of them."""
        assert read.quarter is not None
        for there in self._of_work[matched.planned.key]:
            said = there.approved and (there.approved.narrative, there.approved.date)
            if there.quarter < read.quarter and said == (one.narrative, one.date):
                return there.quarter
        return None


def _says_the_same(here: Content | None, content: Content) -> bool:
    """Whether two differ in nothing but how their text is set, which a spreadsheet cannot say."""
    if here is None or here._replace(narrative="") != content._replace(narrative=""):
        return False
    return parse(here.narrative).text.split() == parse(content.narrative).text.split()


def _dated(one: FoundUpdate) -> str:
    """An earlier text that no approved update has, as it is kept within the newest: below its date."""
    return (f"<p><strong>{escape(one.label)}</strong></p>" if one.label else "") + one.narrative


def _made(read: ReadRow, does: Does, identity: tuple | None = None, content: Content | None = None) -> Outcome:
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
        return "a draft that waits to be approved" if here.approved else "a draft"
    assert here.approved is not None
    names = dict.fromkeys(
        _NAMES[name] for name, one, other in zip(Content._fields, here.approved, content, strict=True) if one != other
    )
    return f"another {', '.join(names)}"


def _missing(matching: Matching, outcomes: tuple[Outcome, ...], periods: set) -> list[str]:
    """What is said of deliverables that are in force in a quarter of the file and not in it."""
    there = {(one.identity, one.quarter) for one in outcomes if one.identity}
    said = []
    for theme, quarter in sorted(periods):
        missing = sorted(
            one.identity[2]
            for one in matching.all
            if one.identity[:2] == (theme, quarter.year)
            and one.in_force_from <= quarter
            and not (one.withdrawn_from and one.withdrawn_from <= quarter)
            and (one.identity, quarter) not in there
        )
        if missing:
            numbers = ", ".join(map(str, missing))
            said.append(f"Theme {theme}, {quarter.label}: in force in the plan and not in the file: {numbers}.")
    return said
