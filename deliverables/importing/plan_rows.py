"""What a row of an uploaded plan says, and what is wrong with it, in the plan it is brought into. No database here."""

import datetime
from dataclasses import dataclass, field

from django.utils.formats import date_format

from deliverables.importing.cells import short
from deliverables.importing.found import Doubt, Field, Found, FoundRow
from deliverables.importing.guessing import rating_of
from deliverables.importing.plan_values import Choices, Stored
from deliverables.narrative import MOST_BYTES
from deliverables.rag import listed
from themes.quarters import Quarter
from themes.ratings import Kind, RatingValue

_LONG_BEFORE, _LONG_AFTER = datetime.timedelta(days=200), datetime.timedelta(days=120)
"""An update of a quarter is dated within so much of it, or that is worth a look."""

LONGEST_LABEL, LONGEST_TEXT, LONGEST_TITLE, HIGHEST_NUMBER = 30, 1000, 200, 999
"""In characters: a label of the column Organisation, a wording or a recovery step, a theme's title."""


@dataclass
class ReadRow:
    """A row with the theme, quarter and rating that it is about, as far as they are known."""

    row: FoundRow
    theme: int | None
    quarter: Quarter | None
    rating: RatingValue | None
    problems: list[Doubt] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    brings: bool = False
    """Whether it brings an update, once the deliverable that it is about is known."""

    def wrong(self, about: Field, said: str) -> None:
        """Note a problem, unless something is wrong with that field already."""
        if all(one.field != about for one in self.problems):
            self.problems.append(Doubt(about, self.row.place, said))

    @property
    def is_planned_later(self) -> bool:
        """Whether all that it says of the quarter is that the work starts in a later one."""
        start, is_rated = self.row.planned_start, self.rating is not None and self.rating.kind is not Kind.NOT_STARTED
        is_later = start is not None and self.quarter is not None and start > self.quarter
        return is_later and not (self.row.updates or is_rated)

    @property
    def is_complete_before(self) -> bool:
        """Whether all that it says of the quarter is that the work was complete in an earlier one."""
        end = self.row.completed_in
        return not self.row.updates and end is not None and self.quarter is not None and end < self.quarter


class Reader:
    """Reads the rows of one file; gathers the titles of the themes that they name and the plan does not have."""

    def __init__(self, found: Found, stored: Stored, choices: Choices) -> None:
        self._found, self._stored, self._choices = found, stored, choices
        self._is_of_one_theme = len({row.theme for row in found.rows if row.theme}) < 2
        self._is_of_one_quarter = len({row.quarter for row in found.rows if row.quarter}) < 2
        self._ratings: dict[tuple[str, str], tuple[RatingValue | None, bool]] = {}
        self.titles: dict[int, str] = {}

    def read_all(self) -> list[ReadRow]:
        read = [self._read(row) for row in self._found.rows]
        _refuse_twice(read)
        return read

    @property
    def about_the_file(self) -> list[str]:
        """What is worth a look about the file as a whole."""
        found, here = self._found, self._stored.title
        if found.plan and folded(found.plan) != folded(here):
            return [f"The file says that it is of “{short(found.plan)}”, and it is brought into “{here}”."]
        return []

    def theme_of(self, named: int | None) -> int | None:
        """What is chosen for the whole file counts for all of a file on one theme, else where none is named."""
        first, second = (self._choices.theme, named) if self._is_of_one_theme else (named, self._choices.theme)
        return first or second or self._found.theme

    def quarter_of(self, named: Quarter | None) -> Quarter | None:
        first, second = (self._choices.quarter, named) if self._is_of_one_quarter else (named, self._choices.quarter)
        return first or second or self._found.quarter

    def _read(self, row: FoundRow) -> ReadRow:
        written = (row.rating, row.fill)
        if written not in self._ratings:
            self._ratings[written] = rating_of(*written, self._stored.scheme)
        rating, is_guessed = self._ratings[written]
        read = ReadRow(row, self.theme_of(row.theme), self.quarter_of(row.quarter), rating)
        read.notes += [one.said for one in row.doubts if one.is_guessed]
        read.problems += [one for one in row.doubts if not one.is_guessed]
        self._check_place(read)
        self._check_times(read)
        _check_texts(read)
        self._check_rating(read, is_guessed)
        return read

    def _check_place(self, read: ReadRow) -> None:
        row, years = read.row, self._stored.years
        if read.theme is not None and not 1 <= read.theme <= HIGHEST_NUMBER:
            read.wrong(Field.THEME, f"{read.theme} is no number of a theme: they go from 1 to {HIGHEST_NUMBER}.")
        elif read.theme is None:
            read.wrong(Field.THEME, "The file does not say which theme this is about. Choose it.")
        elif read.theme not in self._stored.themes:
            said = row.theme_title or self._choices.theme_title or self._found.theme_title
            if len(said) > LONGEST_TITLE:
                read.notes.append(f"The theme’s title is longer than {LONGEST_TITLE} characters and is cut.")
            self.titles.setdefault(read.theme, said[:LONGEST_TITLE] or f"Theme {read.theme}")
        if read.quarter is None:
            read.wrong(Field.QUARTER, "The file does not say which quarter this is about. Choose it.")
        elif read.quarter.year not in years:
            covers = f"{self._stored.title} covers {years[0]} to {years[-1]}, so it has no {read.quarter}."
            read.wrong(Field.QUARTER, f"{covers} Choose another quarter, or change the plan’s years first.")
        if row.number is None:
            read.wrong(Field.NUMBER, "It has no number. Write the deliverable’s number.")
        elif not 1 <= row.number <= HIGHEST_NUMBER:
            read.wrong(Field.NUMBER, f"{row.number} is no number of a deliverable: they go from 1 to {HIGHEST_NUMBER}.")

    def _check_times(self, read: ReadRow) -> None:
        row, quarter = read.row, read.quarter
        if quarter is None:
            return
        if row.completed_in and row.completed_in > quarter:
            read.wrong(Field.COMPLETED_IN, f"{row.completed_in.label} is after {quarter.label}. Correct it.")
        elif row.completed_in and row.completed_in.year != quarter.year:
            said = f"What was complete in {row.completed_in.year} is not among the deliverables of {quarter.year}."
            read.wrong(Field.COMPLETED_IN, f"{said} Leave the row out, or empty this.")
        for one in row.updates[:1]:
            if one.date and not quarter.starts - _LONG_BEFORE <= one.date <= quarter.ends + _LONG_AFTER:
                read.notes.append(f"The update is dated {date_format(one.date)}, far from {quarter.label}.")

    def _check_rating(self, read: ReadRow, is_guessed: bool) -> None:
        row, rating, there = read.row, read.rating, listed(self._stored.scheme)
        if rating is None:
            if row.rating:
                read.wrong(Field.RATING, f"“{short(row.rating)}” is not a rating of the plan. It has {there}.")
            elif row.updates:
                read.wrong(Field.RATING, f"There is an update and no rating. Choose one: {there}.")
            return
        if is_guessed:
            what = f"“{short(row.rating)}”" if row.rating else "The colour of its cell"
            read.notes.append(f"{what} is taken for {rating}.")
        if not (row.updates or read.is_planned_later or read.is_complete_before):
            read.notes.append(f"{rating.name} without a text.")
        if rating.needs_recovery and not row.recovery_step:
            read.notes.append(f"{rating.name} without a recovery step; it is taken as it is.")


def _check_texts(read: ReadRow) -> None:
    row = read.row
    if len(row.organisation) > LONGEST_LABEL:
        said = f"“{short(row.organisation)}” is longer than {LONGEST_LABEL} characters."
        read.wrong(Field.ORGANISATION, f"{said} Write the short name that Appendix A is to print.")
    for about, text in ((Field.WORDING, row.wording), (Field.RECOVERY_STEP, row.recovery_step)):
        if len(text) > LONGEST_TEXT:
            read.wrong(about, f"It is longer than {LONGEST_TEXT:,} characters. Shorten it.")
    if sum(len(one.narrative.encode()) for one in row.updates) > MOST_BYTES:
        read.wrong(Field.UPDATE, f"The text is longer than {MOST_BYTES // 1000} kB. Shorten it.")


def _refuse_twice(read: list[ReadRow]) -> None:
    first: dict[tuple[int | None, Quarter | None, int], ReadRow] = {}
    for one in read:
        if one.row.number is None:
            continue
        there = first.setdefault((one.theme, one.quarter, one.row.number), one)
        if there is not one:
            said = f"Number {one.row.number} stands at {there.row.place} already."
            one.wrong(Field.NUMBER, f"{said} Give this row its own number, or leave one of the two out.")


def folded(text: str) -> str:
    """What two texts have in common that differ in capitals and blanks alone."""
    return " ".join(text.split()).casefold()
