"""One row of an uploaded plan as it is written, whatever the file, and what that says. No database here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from deliverables.blocks import Blocks
from deliverables.importing.dates import date_in
from deliverables.importing.found import Doubt, Field, FoundRow
from deliverables.importing.guessing import NOTHING, quarter_of, theme_of
from deliverables.importing.heads import LARGEST_NUMBER, Head, number_of
from deliverables.importing.updates import read_updates, recovery_of
from themes.quarters import FinancialYear, Quarter

FIELDS = {
    Head.THEME: Field.THEME,
    Head.THEME_TITLE: Field.THEME,
    Head.QUARTER: Field.QUARTER,
    Head.NUMBER: Field.NUMBER,
    Head.ORGANISATION: Field.ORGANISATION,
    Head.WORDING: Field.WORDING,
    Head.RATING_CODE: Field.RATING,
    Head.RATING: Field.RATING,
    Head.REMARK: Field.COMPLETED_IN,
    Head.DATE: Field.DATE,
    Head.UPDATE: Field.UPDATE,
    Head.UPDATE_HTML: Field.UPDATE,
    Head.EARLIER: Field.UPDATE,
    Head.RECOVERY_STEP: Field.RECOVERY_STEP,
    Head.RECOVERY_BY: Field.RECOVERY_BY,
    Head.PLANNED_START: Field.PLANNED_START,
    Head.DUE: Field.DUE,
    Head.COMPLETED_IN: Field.COMPLETED_IN,
}
"""Under which name what stands in a column can be put right."""

_REMARKS = {
    "completed_in": re.compile(r"\bcompleted? (?:since|in)\s+([^.;\n]+)", re.IGNORECASE),
    "planned_start": re.compile(r"\bplanned to start(?: in)?\s+([^.;\n]+)", re.IGNORECASE),
}
_ANY_REMARK = re.compile(
    r"\bcompleted? (?:since|in)\s[^\n]*|\bplanned to start\b[^\n]*|\boverdue to start\b[^\n]*", re.IGNORECASE
)
_THEME_NUMBER = re.compile(r"\s*(?:strategic\s+)?(?:t|theme)?\s*(\d{1,3})\s*[.:]?\s*", re.IGNORECASE)
_NO_QUARTER = (*NOTHING, "ongoing", "on-going", "on going")


@dataclass
class Written:
    """What stands in the cells of a row, gathered cell by cell."""

    place: str
    texts: dict[Head, str] = field(default_factory=dict)
    fill: str = ""
    parts: list[tuple[str, Blocks]] = field(default_factory=list)
    """Its updates' texts, each with what stands in its column for dates."""
    number: int | None = None
    theme: int | None = None
    theme_title: str = ""
    doubts: list[Doubt] = field(default_factory=list)
    places: dict[Head, str] = field(default_factory=dict)
    """Where single cells stand, where that is known better."""

    def text(self, head: Head) -> str:
        return self.texts.get(head, "")

    def doubt(self, head: Head, said: str, *, is_guessed: bool = False) -> None:
        self.doubts.append(Doubt(FIELDS[head], self.places.get(head, self.place), said, is_guessed))

    def say_theme(self) -> None:
        """Takes the theme that the row's own cells say, where they do."""
        text, title = self.text(Head.THEME), self.text(Head.THEME_TITLE)
        if found := _THEME_NUMBER.fullmatch(text):
            is_same = self.theme == int(found[1])
            self.theme, self.theme_title = int(found[1]), self.theme_title if is_same else ""
        elif theme := theme_of(text):
            self.theme, self.theme_title = theme
        elif text:
            self.theme = None
            self.doubt(Head.THEME, f"“{text[:60]}” is no theme’s number. Write its number, such as 3.")
        self.theme_title = title or self.theme_title


def numbered(rows: Iterable[Written]) -> None:
    """Gives each row the number that it says, and the next free one of its theme to one that says none.

    "3.2" is number 2 of theme 3. What is guessed or doubled is said in its doubts.
    """
    rows = [*rows]
    for one in rows:
        _say_number(one)
    places: dict[tuple[int | None, int], str] = {}
    taken = {(one.theme, one.number) for one in rows}
    last: dict[int | None, int] = {}
    for one in rows:
        if one.number is None:
            number = last.get(one.theme, 0) + 1
            while (one.theme, number) in taken:
                number += 1
            one.number = number
            taken.add((one.theme, number))
            stands = f"“{one.text(Head.NUMBER)[:40]}” is no number" if one.text(Head.NUMBER) else "There is no number"
            one.doubt(Head.NUMBER, f"{stands}, so the next free one was taken: {number}.", is_guessed=True)
        elif (before := places.get((one.theme, one.number))) is not None:
            said = f"Number {one.number} stands at {before} already. Give one of the two another number."
            one.doubt(Head.NUMBER, said)
        places.setdefault((one.theme, one.number), one.place)
        last[one.theme] = one.number


def _say_number(one: Written) -> None:
    said = number_of(one.text(Head.NUMBER))
    if one.number is not None or not said or said.number > LARGEST_NUMBER:
        return
    one.number = said.number
    if said.rest:
        words = f"“{one.text(Head.NUMBER)}” was taken for number {said.number}."
        one.doubt(Head.NUMBER, words, is_guessed=True)
    if said.theme is not None and one.theme is None:
        one.theme = said.theme
        words = f"“{one.text(Head.NUMBER)}” was taken for number {said.number} of theme {said.theme}."
        one.doubt(Head.THEME, words, is_guessed=True)
    elif said.theme is not None and said.theme != one.theme:
        words = (
            f"“{one.text(Head.NUMBER)}” was taken for number {said.number}, though it stands under theme {one.theme}. "
            "Check which theme it is of."
        )
        one.doubt(Head.NUMBER, words, is_guessed=True)


def row_of(one: Written, at: int, year: FinancialYear | None) -> FoundRow:
    """What a row says. A quarter without a year is taken for one of `year`."""
    row = FoundRow(
        at=at,
        place=one.place,
        theme=one.theme,
        theme_title=one.theme_title,
        number=one.number,
        organisation=_line(one.text(Head.ORGANISATION)),
        wording=_line(one.text(Head.WORDING)),
    )
    read = read_updates(one.parts, one.places.get(Head.UPDATE, one.place), one.places.get(Head.DATE, one.place))
    row = replace(row, updates=read.updates, recovery_step=read.recovery_step, recovery_by=read.recovery_by)
    doubts = one.doubts = [*one.doubts, *read.doubts]
    row = _with_rating(row, one, read.rating)
    row = _with_quarters(row, one, year)
    row = _with_recovery(row, one)
    if not row.wording:
        one.doubt(Head.WORDING, "It does not say what the deliverable is. Write its wording.")
    return replace(row, doubts=tuple(dict.fromkeys(doubts)))


def _with_rating(row: FoundRow, one: Written, spoken: str) -> FoundRow:
    text = _line(_ANY_REMARK.sub("", one.text(Head.RATING))).strip(" ,;–—-(")
    code = _line(one.text(Head.RATING_CODE))
    if text.casefold() in NOTHING:
        fill, text = ("" if text and text not in ("-", "–", "—") else one.fill), ""
        if not code and not fill and spoken:
            one.doubt(Head.RATING, f"The rating “{spoken}” was taken from the update’s text.", is_guessed=True)
            return replace(row, rating=spoken)
        return replace(row, rating=code, fill=fill)
    known = text if code.casefold() in ("", text.casefold()) else f"{code} {text}"
    return replace(row, rating=known, fill=one.fill)


def _with_quarters(row: FoundRow, one: Written, year: FinancialYear | None) -> FoundRow:
    changes: dict[str, Any] = {}
    remark = f"{one.text(Head.RATING)}\n{one.text(Head.REMARK)}"
    for name, pattern in _REMARKS.items():
        if (found := pattern.search(remark)) and (quarter := quarter_in(found[1], year)):
            changes[name] = quarter
    for head, name in (
        (Head.QUARTER, "quarter"),
        (Head.PLANNED_START, "planned_start"),
        (Head.DUE, "due"),
        (Head.COMPLETED_IN, "completed_in"),
    ):
        text = _line(one.text(head))
        if text.casefold() in _NO_QUARTER:
            continue
        if quarter := quarter_in(text, year):
            changes[name] = quarter
        else:
            one.doubt(head, f"“{text[:60]}” is no quarter and no day. Write it like 2019-20 Q4.")
    return replace(row, **changes)


def _with_recovery(row: FoundRow, one: Written) -> FoundRow:
    text = one.text(Head.RECOVERY_STEP).strip()
    if text and text.casefold() not in NOTHING:
        step, by = recovery_of(text)
        row = replace(row, recovery_step=step, recovery_by=by or row.recovery_by)
    text = _line(one.text(Head.RECOVERY_BY))
    if text.casefold() in NOTHING:
        return row
    date = date_in(text)
    if date and date.precision == "day":
        return replace(row, recovery_by=date.date)
    if date and (last := date.last_day):
        one.doubt(Head.RECOVERY_BY, f"“{text[:60]}” was taken for {last:%-d %B %Y}.", is_guessed=True)
        return replace(row, recovery_by=last)
    said = date.wrong if date else f"“{text[:60]}” is no day."
    one.doubt(Head.RECOVERY_BY, f"{said} Write it like 30 September 2020.")
    return row


def quarter_in(text: str, year: FinancialYear | None) -> Quarter | None:
    """The quarter that a text names, or that the one date in it falls in."""
    if quarter := quarter_of(text, year):
        return quarter
    date = date_in(text)
    return Quarter.of(date.date) if date and date.date else None


def _line(text: str) -> str:
    return " ".join(text.split())
