"""What an import would do: each line of a spreadsheet held against what the assessment has. No database here."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from deliverables.importing.cells import Problem, Spreadsheet, short
from needs.import_lines import Column, Line, Sheet, folded, lines_of
from needs.options import Response


class StoredNeed(NamedTuple):
    pk: int
    section: str
    key: uuid.UUID
    kind: str
    wording: str
    level: str
    response: str
    reason: str
    is_gone: bool


@dataclass(frozen=True)
class Stored:
    """What an assessment has."""

    sections: dict[str, str]
    """Titles by number."""
    needs: tuple[StoredNeed, ...]
    themes: frozenset[int]
    """The numbers of the plan that it informs."""
    named: dict[uuid.UUID, frozenset[int]]
    """Which of these each need names, by its key."""


@dataclass(frozen=True)
class Outcome:
    """A need as it would be; `pk` is the one that is changed, None where it is added."""

    pk: int | None
    section: str
    kind: str
    key: uuid.UUID
    wording: str
    level: str
    response: str
    reason: str
    themes: tuple[int, ...]
    """To be named beside those that it names."""
    changes: tuple[str, ...] = ()
    """In words, of one that is changed."""


@dataclass(frozen=True)
class Preview:
    """What an import would do; with problems, of the other rows alone, and then it is not done."""

    sections: tuple[tuple[str, str], ...]
    """Number and title of those to be added."""
    added: tuple[Outcome, ...]
    changed: tuple[Outcome, ...]
    left_alone: int
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many sections and needs it would write."""
        return len(self.sections) + len(self.added) + len(self.changed)


def preview_of(spreadsheet: Spreadsheet, stored: Stored) -> Preview:
    """Read a spreadsheet against what is stored; every problem is found, none raised."""
    sheet = Sheet(spreadsheet)
    lines, titles = lines_of(sheet)
    _check_sections(sheet, lines, titles, stored)
    matched = _matched(sheet, [line for line in lines if line.is_whole], stored)
    keyed = _keyed(sheet, matched, stored)
    responses = _responses(sheet, keyed, stored)
    wrong = sheet.wrong_rows
    added, changed, left_alone = [], [], 0
    named = dict(stored.named)
    for one in keyed:
        if one.line.row in wrong:
            continue
        outcome = _outcome(one, responses[one.key], named.get(one.key, frozenset()))
        named[one.key] = named.get(one.key, frozenset()).union(outcome.themes)
        if one.need is None:
            added.append(outcome)
        elif outcome.changes:
            changed.append(outcome)
        else:
            left_alone += 1
    seen = {one.need.pk for one in keyed if one.need}
    others = [_with_response(need, responses[need.key]) for need in stored.needs if need.key in responses]
    return Preview(
        sections=tuple((number, title) for number, title in titles.items() if number not in stored.sections),
        added=tuple(added),
        changed=(*changed, *(one for one in others if one.changes and one.pk not in seen)),
        left_alone=left_alone,
        problems=tuple(sheet.problems),
        notes=tuple(sheet.notes),
    )


class _Matched(NamedTuple):
    line: Line
    need: StoredNeed | None
    """The one that the line is about; None of a new one."""
    key: uuid.UUID = uuid.UUID(int=0)


@dataclass
class _Response:
    response: str
    reason: str
    row: int | None = None
    """That gives it."""


def _check_sections(sheet: Sheet, lines: list[Line], titles: dict[str, str], stored: Stored) -> None:
    for line in lines:
        number = line.section
        if number and number not in stored.sections and number not in titles:
            said = f"There is no section {number}. Add a title in the column {Column.TITLE}, or correct the number."
            sheet.wrong(line.row, Column.SECTION, said)
        for theme in sorted(line.themes - stored.themes):
            there = ", ".join(map(str, sorted(stored.themes))) or "none yet"
            said = f"The plan that the assessment informs has no theme {theme}. It has: {there}."
            sheet.wrong(line.row, Column.THEMES, said)
    for row, number, title in sheet.titles:
        known = stored.sections.get(number)
        if known is not None and folded(known) != folded(title):
            said = f"Section {number} is called “{short(known)}”. Write that or nothing, or rename the section first."
            sheet.wrong(row, Column.TITLE, said)


def _matched(sheet: Sheet, lines: list[Line], stored: Stored) -> list[_Matched]:
    """Each line with the need that it is about, without those that say the same a second time."""
    here = {(need.section, need.kind, folded(need.wording)): need for need in stored.needs}
    first_rows: dict[tuple[str, str, str], int] = {}
    taken: dict[int, int] = {}
    found = []
    for line in lines:
        words = (line.section, line.kind, folded(line.wording))
        if (first := first_rows.setdefault(words, line.row)) != line.row:
            place = sheet.place(first, Column.NEED)
            said = f"The same {line.kind} of section {line.section} stands at {place}. Take one of the two out."
            sheet.wrong(line.row, Column.NEED, said)
            continue
        need = here.get(words)
        if line.was and folded(line.was) != words[2]:
            before = here.get((line.section, line.kind, folded(line.was)))
            _check_was(sheet, line, need, before)
            need = before or need
        if need and need.is_gone:
            said = f"Section {line.section} has this already, marked as gone. Bring it back first."
            sheet.wrong(line.row, Column.NEED, said)
        if need and (first := taken.setdefault(need.pk, line.row)) != line.row:
            said = f"The row of {sheet.place(first, Column.NEED)} is about the same one. Take one of the two out."
            sheet.wrong(line.row, Column.WAS if line.was else Column.NEED, said)
            continue
        found.append(_Matched(line, need))
    return found


def _check_was(sheet: Sheet, line: Line, now: StoredNeed | None, before: StoredNeed | None) -> None:
    """That what a line words anew is there. Where it has the new words alone, that was done already."""
    if before is None and now is None:
        said = (
            f"Section {line.section} has no {line.kind} of these words. Write them as they stand there, or empty this "
            "cell to add a new one."
        )
        sheet.wrong(line.row, Column.WAS, said)
    elif before and now and before.pk != now.pk:
        said = f"Section {line.section} has this beside the {line.kind} that is to be worded so. Empty “{Column.WAS}”."
        sheet.wrong(line.row, Column.NEED, said)


def _keyed(sheet: Sheet, matched: list[_Matched], stored: Stored) -> list[_Matched]:
    """Each with its key: that of the same need in another section, or a new one."""
    keys = {(need.kind, folded(need.wording)): need.key for need in stored.needs}
    keys |= {(one.need.kind, folded(one.line.wording)): one.need.key for one in matched if one.need}
    here = {(need.section, need.key): need for need in stored.needs}
    found = []
    for line, need, _ in matched:
        key = need.key if need else keys.setdefault((line.kind, folded(line.wording)), uuid.uuid4())
        if need is None and (other := here.get((line.section, key))):
            said = f"Section {line.section} has this already in other words: “{short(other.wording)}”. Change that one."
            sheet.wrong(line.row, Column.NEED, said)
        found.append(_Matched(line, need, key))
    return found


def _responses(sheet: Sheet, keyed: list[_Matched], stored: Stored) -> dict[uuid.UUID, _Response]:
    """What the office makes of each need that the lines are about: the same of all that share a key."""
    before = {need.key: _Response(need.response, need.reason) for need in stored.needs}
    now = {one.key: replace(before.get(one.key, _Response("", ""))) for one in keyed}
    for line, _, key in keyed:
        one = now[key]
        if line.response and one.row is None:
            reason = one.reason if line.response == one.response else ""
            now[key] = _Response(line.response, reason, line.row)
        elif line.response and line.response != one.response:
            place = sheet.place(one.row, Column.RESPONSE)
            said = f"The same recommendation is “{one.response}” at {place}. Write the same in both."
            sheet.wrong(line.row, Column.RESPONSE, said)
    given: dict[uuid.UUID, int] = {}
    for line, _, key in keyed:
        if not line.reason:
            continue
        if not now[key].response:
            sheet.wrong(line.row, Column.REASON, "A reason goes with a response. Write one under Response.")
        elif key in given and folded(line.reason) != folded(now[key].reason):
            place = sheet.place(given[key], Column.REASON)
            said = f"The same recommendation has another reason at {place}. Write the same in both."
            sheet.wrong(line.row, Column.REASON, said)
        elif folded(line.reason) != folded(now[key].reason):
            now[key].reason = line.reason
        given.setdefault(key, line.row)
    for one in now.values():
        if one.row and one.response in (Response.IN_PART, Response.NOT_ACCEPTED) and not one.reason:
            sheet.wrong(one.row, Column.REASON, "Say why it is not accepted as it is.")
    return now


def _outcome(one: _Matched, response: _Response, named: Iterable[int]) -> Outcome:
    line, need = one.line, one.need
    themes = tuple(sorted(line.themes.difference(named)))
    if need is None:
        return Outcome(
            None, line.section, line.kind, one.key, line.wording, line.level, response.response, response.reason, themes
        )
    answered = _with_response(need, response)
    changes = [*answered.changes]
    wording = line.wording if line.was else need.wording
    level = line.level or need.level
    if wording != need.wording:
        changes.insert(0, f"wording from “{need.wording}”")
    if level != need.level:
        changes.append(f"level from {need.level or 'none'} to {level}")
    if themes:
        changes.append(f"names {'theme' if len(themes) == 1 else 'themes'} {', '.join(map(str, themes))}")
    return replace(answered, wording=wording, level=level, themes=themes, changes=tuple(changes))


def _with_response(need: StoredNeed, response: _Response) -> Outcome:
    """A stored need with what the office makes of it now, and nothing else changed."""
    changes = []
    if response.response != need.response:
        changes.append(f"response from {need.response or 'none'} to {response.response}")
    elif response.reason != need.reason:
        changes.append("reason of the response")
    return Outcome(
        need.pk, need.section, need.kind, need.key, need.wording, need.level, response.response, response.reason, (),
        tuple(changes),
    )  # fmt: skip
