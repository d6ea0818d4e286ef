"""What a returned workbook would do: each of its rows held against what is stored. No query here."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from deliverables.actions import Draft
from deliverables.importing.cells import Problem, Row, Spreadsheet, short
from deliverables.narrative import NarrativeTooLong
from deliverables.offline.columns import CUT, FILLED, Column, Filled, Key
from deliverables.offline.days import day, day_or_month
from deliverables.offline.gather import filled_of
from deliverables.offline.sheet import TAKE_AFRESH, Sheet
from deliverables.offline.typed import as_narrative
from deliverables.writing_forms import LONGEST_STEP
from themes.quarters import Quarter
from themes.ratings import RatingValue


@dataclass(frozen=True)
class Stored:
    """A deliverable's update as it stands, as far as the one who brings the workbook in may read it."""

    deliverable: int
    period: int
    """Primary keys; the second 0 where the quarter was not opened."""
    name: str
    address: str
    """Of the page it is written on; empty where that is not theirs."""
    draft: Draft
    version: int
    """0 where nothing is written yet."""
    saved: str
    """By whom and when, in words."""
    why_not: str
    """Why it cannot be written now; empty where it can."""


@dataclass(frozen=True)
class Returned:
    """A row that says something new."""

    row: int
    version: int
    """Of the update when the workbook was made."""
    stored: Stored
    draft: Draft
    """What it says."""
    lacks: str
    """What it needs before it can be submitted, in words."""
    loses: bool
    """Whether lists in tables, bold type, headings or links go with the text that it replaces."""


@dataclass(frozen=True)
class Preview:
    """What a workbook would do. With problems nothing of it is saved."""

    saved: tuple[Returned, ...]
    conflicts: tuple[Returned, ...]
    """Those saved by somebody since the workbook was made: what they say is kept in the updates' history alone."""
    refused: tuple[Returned, ...]
    """Those whose updates cannot be written now."""
    left_alone: int
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many rows agreeing would do something with."""
        return len(self.saved) + len(self.conflicts)


def preview_of(
    spreadsheet: Spreadsheet,
    stored: Mapping[uuid.UUID, Stored],
    *,
    plan: str,
    quarter: Quarter,
    scheme: tuple[RatingValue, ...],
) -> Preview:
    """Read a workbook against what is stored; every problem is found. Raises NoReturn where it is no workbook of ours.

    Rows are known by their hidden key, whatever their order and whatever else stands in them.
    """
    sheet = Sheet(spreadsheet)
    found: dict[str, list[Returned]] = {"saved": [], "conflicts": [], "refused": []}
    left_alone, seen = 0, {}
    for row in sheet.rows:
        key = _key(sheet, row, plan, quarter, stored, seen)
        if key is None:
            continue
        there = stored[key.deliverable]
        filled = _filled(sheet, row, there, scheme)
        if sheet.is_wrong(row):
            continue
        is_untouched = filled.folded.digest == key.digest or not any(filled)
        draft = there.draft if is_untouched else _draft(sheet, row, filled, there)
        if sheet.is_wrong(row):
            continue
        if draft == there.draft:
            left_alone += 1
            continue
        returned = Returned(row.number, key.version, there, draft, lacking(draft, scheme), _loses(draft, there.draft))
        what = "refused" if there.why_not else "saved" if key.version == there.version else "conflicts"
        found[what].append(returned)
    return Preview(
        **{what: tuple(some) for what, some in found.items()},
        left_alone=left_alone,
        problems=tuple(sheet.problems),
        notes=tuple(sheet.notes),
    )


def _key(
    sheet: Sheet,
    row: Row,
    plan: str,
    quarter: Quarter,
    stored: Mapping[uuid.UUID, Stored],
    seen: dict[uuid.UUID, int],
) -> Key | None:
    """What a row is about; None of one about nothing, with what is wrong noted where something is."""
    text = sheet.text(row, Column.KEY)
    if not text:
        if any(sheet.text(row, one) for one in FILLED):
            sheet.wrong(row, Column.KEY, f"Nothing in this hidden cell says what the row is about. {TAKE_AFRESH}")
        return None
    key = Key.parse(text)
    if key is None:
        sheet.wrong(row, Column.KEY, f"This hidden key was changed, so it is of no use. {TAKE_AFRESH}")
        return None
    if key.quarter != quarter:
        sheet.wrong(row, Column.KEY, f"This row is of {key.quarter.label}. Bring it in on that quarter’s page.")
        return None
    if key.deliverable not in stored:
        said = f"{plan} has no such deliverable in {quarter.year}: the row is of another plan, or its key was changed."
        sheet.wrong(row, Column.KEY, f"{said} {TAKE_AFRESH}")
        return None
    if key.deliverable in seen:
        said = f"Row {seen[key.deliverable]} is about the same update. Take one of the two rows out."
        sheet.wrong(row, Column.KEY, said)
        return None
    seen[key.deliverable] = row.number
    theme, number = sheet.text(row, Column.THEME), sheet.text(row, Column.NUMBER)
    if (theme or str(key.theme), number or str(key.number)) != (str(key.theme), str(key.number)):
        said = (
            f"The row says Theme {short(theme)}, {short(number)}, and its hidden key Theme {key.theme}, {key.number}: "
            f"only some of its columns were sorted or copied. {TAKE_AFRESH}"
        )
        sheet.wrong(row, Column.NUMBER, said)
    return key


def _filled(sheet: Sheet, row: Row, there: Stored, scheme: tuple[RatingValue, ...]) -> Filled:
    """What stands in the cells to be filled in, each in one form; of a column that is not there, what is stored."""
    now = filled_of(there.draft)
    found = {
        Column.RATING: _rating(sheet, row, scheme),
        Column.TEXT: sheet.text(row, Column.TEXT),
        Column.DATE: _date(sheet, row),
        Column.STEP: sheet.text(row, Column.STEP),
        Column.BY: _by(sheet, row),
    }
    return Filled(*(found[one] if one in sheet.columns else now[at] for at, one in enumerate(FILLED)))


def _rating(sheet: Sheet, row: Row, scheme: tuple[RatingValue, ...]) -> str:
    text = " ".join(sheet.text(row, Column.RATING).split())
    for one in scheme:
        if text.casefold() in (str(one).casefold(), one.code.casefold(), one.name.casefold()):
            return one.code
    if text:
        there = ", ".join(map(str, scheme))
        sheet.wrong(row, Column.RATING, f"“{short(text)}” is not a rating of this plan. Choose one of these: {there}.")
    return ""


def _date(sheet: Sheet, row: Row) -> str:
    text = sheet.text(row, Column.DATE)
    if not text:
        return ""
    if found := day_or_month(text):
        date, precision = found
        return f"{date:%Y-%m-%d}" if precision == "day" else f"{date:%B %Y}"
    said = f"“{short(text)}” is not a real date. Write a day, such as 28/03/2020, or a month, such as March 2020."
    sheet.wrong(row, Column.DATE, said)
    return ""


def _by(sheet: Sheet, row: Row) -> str:
    text = sheet.text(row, Column.BY)
    if found := day(text):
        return found.isoformat()
    if text:
        sheet.wrong(row, Column.BY, f"“{short(text)}” is not a real date. Write a day, such as 30/09/2020.")
    return ""


def _draft(sheet: Sheet, row: Row, filled: Filled, there: Stored) -> Draft:
    """What would be stored of a row. What it says as it was put out stays as it is stored, with all its formatting."""
    was, now = filled_of(there.draft).folded, filled.folded
    changed: dict[str, object] = {}
    if now.rating != was.rating:
        changed["rating"] = filled.rating
    if now.text != was.text:
        changed["narrative"] = _narrative(sheet, row, filled.text)
    if now.date != was.date:
        dated = day_or_month(filled.date)
        changed |= dict(zip(("date", "date_precision"), dated or (None, "none"), strict=True))
    if now.step != was.step:
        if len(filled.step) > LONGEST_STEP:
            sheet.wrong(row, Column.STEP, f"It is longer than {LONGEST_STEP:,} characters. Shorten it.")
        changed["recovery_step"] = filled.step
    if now.by != was.by:
        changed["recovery_by"] = day(filled.by)
    return replace(there.draft, **changed)


def _narrative(sheet: Sheet, row: Row, text: str) -> str:
    if CUT.strip() in text:
        said = "This text was too long for a cell, so a part of it is missing here. Write it on its own page."
        sheet.wrong(row, Column.TEXT, said)
        return ""
    try:
        return as_narrative(text)
    except NarrativeTooLong as error:
        sheet.wrong(row, Column.TEXT, str(error))
        return ""


def _loses(draft: Draft, stored: Draft) -> bool:
    if draft.narrative == stored.narrative or not stored.narrative:
        return False
    return as_narrative(filled_of(stored).text) != stored.narrative


def lacking(draft: Draft, scheme: tuple[RatingValue, ...]) -> str:
    """What a draft needs before it can be submitted, in words; empty where it has all."""
    rating = next((one for one in scheme if one.code == draft.rating), None)
    lacks = ["a rating"] if rating is None else []
    lacks += [] if draft.narrative else ["its text"]
    if rating and rating.needs_recovery:
        lacks += [] if draft.recovery_step.strip() else ["the recovery step"]
        lacks += [] if draft.recovery_by else ["when it is back on course"]
    return " and ".join([", ".join(lacks[:-1]), lacks[-1]] if len(lacks) > 1 else lacks)
