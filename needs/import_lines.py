"""What each row of a spreadsheet of needs says, and what is wrong with its cells. No database here."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from django.core.exceptions import ValidationError

from deliverables.importing.cells import Problem, Row, Spreadsheet, short
from needs.actions import one_line
from needs.models import LONGEST_NEED, LONGEST_REASON, Section
from needs.options import Level, NeedKind, Response

LONGEST_TITLE = Section._meta.get_field("title").max_length

_Word = TypeVar("_Word", bound=StrEnum)


class Column(StrEnum):
    """What a spreadsheet of needs says of each, by the columns' heads, in the order in which we write them."""

    SECTION = "Section"
    TITLE = "Section title"
    KIND = "Kind"
    NEED = "Need"
    WAS = "Was worded"
    LEVEL = "Level"
    RESPONSE = "Response"
    REASON = "Reason"
    THEMES = "Themes"


REQUIRED = (Column.SECTION, Column.KIND, Column.NEED)
_OTHER_HEADS = {"wording": Column.NEED, "risk": Column.NEED, "recommendation": Column.NEED}
_BY_HEAD = {one.value.casefold(): one for one in Column} | _OTHER_HEADS


@dataclass(frozen=True)
class Line:
    """What a row says, as far as it makes sense: what is wrong or not said is empty."""

    row: int
    section: str
    kind: str
    wording: str
    was: str
    level: str
    response: str
    reason: str
    themes: frozenset[int]

    @property
    def is_whole(self) -> bool:
        """Whether it says what it is about."""
        return all((self.section, self.kind, self.wording))


class Sheet:
    """A spreadsheet whose columns are known; gathers the problems of its cells, one for each."""

    def __init__(self, sheet: Spreadsheet) -> None:
        self.notes: list[str] = []
        self._sheet = sheet
        self._problems: dict[tuple[int, int], str] = dict(sheet.faults)
        self.columns: dict[Column, int] = {}
        self.titles: list[tuple[int, str, str]] = []
        """Row, number and title wherever a section is given one."""
        self._find_columns(sheet.rows[0])

    @property
    def rows(self) -> tuple[Row, ...]:
        return self._sheet.rows[1:] if all(one in self.columns for one in REQUIRED) else ()

    @property
    def wrong_rows(self) -> set[int]:
        return {row for row, _ in self._problems}

    @property
    def problems(self) -> list[Problem]:
        """From the top, and in a row from the left."""
        return [
            Problem(row, self._sheet.place(row, column), said) for (row, column), said in sorted(self._problems.items())
        ]

    def text(self, row: Row, column: Column) -> str:
        return row.text(self.columns[column]) if column in self.columns else ""

    def wrong(self, row: int, column: Column, said: str) -> None:
        """Note what is wrong with a cell, unless something is noted already."""
        self._problems.setdefault((row, self.columns.get(column, 0)), said)

    def place(self, row: int, column: Column) -> str:
        return self._sheet.place(row, self.columns.get(column, 0))

    def _find_columns(self, heads: Row) -> None:
        for at, text in enumerate(heads.texts):
            column = _BY_HEAD.get(one_line(text).casefold())
            if column in self.columns:
                first = self._sheet.place(heads.number, self.columns[column])
                said = f"The column {column} stands at {first} already. Take one of the two out, or name it otherwise."
                self._problems[heads.number, at] = said
            elif column:
                self.columns[column] = at
            elif text:
                self.notes.append(f"The column “{short(text)}” is not one of an import, so it is passed over.")
        filled = {at for row in self._sheet.rows for at, text in enumerate(row.texts) if text}
        if not all(map(heads.text, filled)):
            self.notes.append("What stands in columns without a head is passed over.")
        if others := self._sheet.other_sheets:
            names = ", ".join(map(short, others[:10]))
            self.notes.append(f"The sheet “{short(self._sheet.sheet)}” is read; what is in {names} is passed over.")
        if missing := [one.value for one in REQUIRED if one not in self.columns]:
            self._problems[heads.number, 0] = (
                f"There is no column {' and none '.join(missing)}. The first row that is not empty must have the heads "
                f"{', '.join(REQUIRED[:-1])} and {REQUIRED[-1]}."
            )


def lines_of(sheet: Sheet) -> tuple[list[Line], dict[str, str]]:
    """What each row says, and the titles that rows give to sections, by number.

    A row that has a section and its title and nothing else adds the section alone.
    """
    lines, titles, title_rows = [], {}, {}
    others = [one for one in Column if one not in (Column.SECTION, Column.TITLE)]
    for row in sheet.rows:
        if not any(sheet.text(row, one) for one in Column):
            continue
        section, title = _section(sheet, row), _title(sheet, row)
        if section and title:
            sheet.titles.append((row.number, section, title))
            first = titles.setdefault(section, title)
            place = sheet.place(title_rows.setdefault(section, row.number), Column.TITLE)
            if one_line(first).casefold() != title.casefold():
                said = f"Section {section} has another title at {place}: “{short(first)}”. Write one title in all rows."
                sheet.wrong(row.number, Column.TITLE, said)
        if not title or any(sheet.text(row, one) for one in others):
            lines.append(_line(sheet, row, section))
    return lines, titles


def _line(sheet: Sheet, row: Row, section: str) -> Line:
    kind = _word(sheet, row, Column.KIND, NeedKind)
    if not sheet.text(row, Column.KIND):
        sheet.wrong(row.number, Column.KIND, "It is empty. Write risk or recommendation.")
    level = _word(sheet, row, Column.LEVEL, Level)
    if level and kind == NeedKind.RECOMMENDATION:
        sheet.wrong(row.number, Column.LEVEL, "Only a risk has a level. Empty this cell, or write risk under Kind.")
        level = ""
    response = _word(sheet, row, Column.RESPONSE, Response)
    reason = _at_most(sheet, row, Column.REASON, LONGEST_REASON)
    for text, column in ((response, Column.RESPONSE), (reason, Column.REASON)):
        if text and kind == NeedKind.RISK:
            said = "Only a recommendation has a response. Empty this cell, or write recommendation under Kind."
            sheet.wrong(row.number, column, said)
            response = reason = ""
    return Line(
        row.number, section, kind, _wording(sheet, row), one_line(sheet.text(row, Column.WAS)), level, response,
        reason, _themes(sheet, row),
    )  # fmt: skip


def _section(sheet: Sheet, row: Row) -> str:
    number = sheet.text(row, Column.SECTION)
    if not number:
        sheet.wrong(row.number, Column.SECTION, "It is empty. Write the section’s number.")
        return ""
    try:
        Section._meta.get_field("number").run_validators(number)
    except ValidationError as error:
        sheet.wrong(row.number, Column.SECTION, " ".join(error.messages))
        return ""
    return number


def _title(sheet: Sheet, row: Row) -> str:
    return one_line(_at_most(sheet, row, Column.TITLE, LONGEST_TITLE))


def _wording(sheet: Sheet, row: Row) -> str:
    if not sheet.text(row, Column.NEED):
        sheet.wrong(row.number, Column.NEED, "It is empty. Write the risk or the recommendation.")
    return one_line(_at_most(sheet, row, Column.NEED, LONGEST_NEED))


def _at_most(sheet: Sheet, row: Row, column: Column, most: int) -> str:
    text = sheet.text(row, column)
    if len(text) <= most:
        return text
    sheet.wrong(row.number, column, f"It is longer than {most:,} characters. Shorten it.")
    return text[:most]


def _word(sheet: Sheet, row: Row, column: Column, words: type[_Word]) -> _Word | str:
    text = sheet.text(row, column)
    found = next((one for one in words if one.value == one_line(text[:100]).casefold()), "")
    if text and not found:
        *some, last = words
        there = f"{', '.join(some)} or {last}"
        nothing = "" if column in REQUIRED else ", or leave it empty"
        sheet.wrong(row.number, column, f"“{short(text)}” is not known here. Write {there}{nothing}.")
    return found


def _themes(sheet: Sheet, row: Row) -> frozenset[int]:
    text = sheet.text(row, Column.THEMES)
    pieces = [one for one in re.split(r"[,;\s]+", text[:500]) if one]
    if len(text) > 500 or not all(re.fullmatch(r"[Tt]?[0-9]{1,4}", one) for one in pieces):
        said = f"“{short(text)}” is no list of themes. Write their numbers, such as 3, 5."
        sheet.wrong(row.number, Column.THEMES, said)
        return frozenset()
    return frozenset(int(one.lstrip("Tt")) for one in pieces)


def folded(text: str) -> str:
    """What two texts have in common that differ in capitals and blanks alone."""
    return one_line(text).casefold()
