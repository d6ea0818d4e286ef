"""The deliverables in the tables of a Word file, one table after the other. No database here."""

from collections.abc import Sequence

from deliverables.importing.document import FileCell, FileTable
from deliverables.importing.found import FoundShare
from deliverables.importing.guessing import theme_of
from deliverables.importing.heads import Head, head_of, number_before, number_of
from deliverables.importing.status_keys import shares_of
from deliverables.importing.word_cells import (
    add_update,
    by_head,
    is_keyed,
    is_of_pairs,
    is_short,
    looks_like_heading,
    pairs_of,
    say,
    shortened,
    wide_cell,
)
from deliverables.importing.word_columns import Columns, columns_of, repeats_heads, same_columns
from deliverables.importing.word_grid import Line, has_number, lines_of, one_line
from deliverables.importing.written import Written

EXEMPT = "Exempt from publication"


_WIDEST_KEY = 3
"""Columns of a status key without heads; a wider table goes on with the one before, if that has as many."""


class TableReader:
    """Reads tables in their order: what one begins, the next may go on with."""

    def __init__(self, quarter: int | None) -> None:
        """`quarter`: which of several columns of ratings or updates is read, where each is of a quarter."""
        self.rows: list[Written] = []
        self.unread: list[tuple[str, str]] = []
        self.notes: list[str] = []
        self.theme: int | None = None
        self._title = ""
        self._quarter = quarter
        self._columns: Columns | None = None
        self._last: Written | None = None
        self._counted = 0
        self._table = 0

    def begin_theme(self, number: int | None, title: str) -> None:
        """What follows is of this theme."""
        if number == self.theme:
            self._title = self._title or title
            return
        self.theme, self._title, self._last, self._counted = number, title, None, 0

    def read(self, table: FileTable) -> list[FoundShare]:
        """Gathers the deliverables of a table; of a status key instead what it counts."""
        self._table = table.number
        lines = lines_of(table)
        if not any(line.own for line in lines):
            return []
        found = columns_of(lines, table.columns, self._quarter)
        may_go_on = not found and self._columns is not None and table.columns == self._columns.count > _WIDEST_KEY
        if not may_go_on and (shares := shares_of(lines, table.number, self.theme)):
            return shares
        if found:
            of_this, start, end = found
            self._before_heads(lines[:start], table.columns)
            self._columns = of_this
            self._note_columns(of_this)
            self._deliverables(lines[end:], of_this, goes_on=False)
        elif is_keyed(lines):
            self._by_keys(lines)
        elif self._columns and (columns := same_columns(lines, table.columns, self._columns)):
            self._deliverables(lines, columns, goes_on=True)
        else:
            self._pass_over(lines, is_alike=bool(self._columns and self._columns.count == table.columns))
        return []

    def _before_heads(self, lines: Sequence[Line], count: int) -> None:
        """Titles over the heads, or rows that go on from the table before."""
        rows = [line for line in lines if len(line.own) > 1]
        for line in lines:
            if len(line.own) == 1 and (theme := theme_of(one_line(line.own[0].blocks))):
                self.begin_theme(*theme)
        if rows and self._columns and (columns := same_columns(rows, count, self._columns)):
            self._deliverables(lines, columns, goes_on=True)
        else:
            for line in rows:
                self._not_taken(line, "stands over the heads")

    def _deliverables(self, lines: Sequence[Line], columns: Columns, *, goes_on: bool) -> None:
        for at, line in enumerate(lines):
            if repeats_heads(line, columns):
                continue
            if wide := wide_cell(line, columns):
                following = lines[at + 1] if at + 1 < len(lines) else None
                self._wide(line, wide, columns, is_followed=bool(following and wide_cell(following, columns)))
            elif self._last and (pairs := pairs_of(line)) and is_of_pairs(line, pairs):
                for head, value in pairs:
                    say(self._last, head, value)
            elif line.own:
                self._line(line, columns, is_first=goes_on and at == 0)

    def _wide(self, line: Line, cell: FileCell, columns: Columns, *, is_followed: bool) -> None:
        """What stands over the width of a table: a theme, a heading, or what goes on below a deliverable."""
        text = one_line(cell.blocks)
        if theme := theme_of(text):
            self.begin_theme(*theme)
        elif head_of(text, exactly=True) is Head.UPDATE:
            return
        elif (is_short(cell) and not self._last) or (
            looks_like_heading(cell, columns)
            and (columns.has_update or not self._last or self._last.parts or is_followed)
        ):
            self.notes.append(f"“{shortened(text)}” in {self._place(line)} was taken for a heading.")
        elif self._last:
            if self._last.parts and is_short(cell):
                said = f"“{shortened(text)}” in {self._place(line)} was taken for a part of its update."
                self._last.doubt(Head.UPDATE, said, is_guessed=True)
            self._last.parts.append(("", cell.blocks))
        else:
            self._not_taken(line, "stands below no deliverable")

    def _line(self, line: Line, columns: Columns, *, is_first: bool) -> None:
        cells = by_head(line.cells, columns)
        own = by_head(line.row.cells, columns)
        number = own.get(Head.NUMBER)
        is_numbered = number is not None and bool(number.text)
        wording = own.get(Head.WORDING)
        is_worded = wording is not None and bool(wording.text)
        has_more = any(head in own and (own[head].text or own[head].fill) for head in (Head.ORGANISATION, Head.RATING))
        goes_on = is_first and not is_numbered and not has_more
        if self._last and (goes_on or not is_numbered and not is_worded):
            self._go_on(self._last, line, own)
        elif not is_numbered and not is_worded:
            self._not_taken(line, "belongs to no deliverable")
        else:
            self._begin(line, cells)

    def _begin(self, line: Line, cells: dict[Head, FileCell]) -> None:
        row = Written(self._place(line), theme=self.theme, theme_title=self._title)
        for head, cell in cells.items():
            say(row, head, cell)
        wording = cells.get(Head.WORDING)
        if row.number is None and not row.text(Head.NUMBER) and wording:
            if has_number(wording):
                row.number = self._counted + 1
            else:
                row.texts[Head.NUMBER], row.texts[Head.WORDING] = number_before(row.text(Head.WORDING))
        self._keep(row)

    def _keep(self, row: Written) -> None:
        if row.text(Head.WORDING).endswith(f" {EXEMPT}"):
            row.texts[Head.WORDING] = row.text(Head.WORDING).removesuffix(EXEMPT).strip()
            self._note_once(f"“{EXEMPT}” is not taken over: say it of each deliverable once it is imported.")
        row.say_theme()
        said = number_of(row.text(Head.NUMBER))
        self._counted = row.number or (said.number if said else self._counted)
        self.rows.append(row)
        self._last = row

    def _go_on(self, row: Written, line: Line, own: dict[Head, FileCell]) -> None:
        """Adds what a row without a number says to the deliverable before it."""
        for head, cell in own.items():
            if head is Head.WORDING and cell.text:
                said = f"“{shortened(cell.text)}” in {self._place(line)} was taken for the rest of its wording."
                row.doubt(Head.WORDING, said, is_guessed=True)
                row.texts[head] = f"{row.text(head)} {one_line(cell.blocks)}"
            elif head not in (Head.UPDATE, Head.DATE, Head.OTHER) and cell.text and row.text(head):
                if head is Head.RECOVERY_STEP:
                    row.texts[head] += f"\n{cell.text}"
                elif cell.text != row.text(head):
                    other, taken = shortened(cell.text), shortened(row.text(head))
                    said = f"“{other}” in {self._place(line)} is not taken: “{taken}” is."
                    which = " Check which of the two it is." if head is Head.RATING else ""
                    row.doubt(head, said + which, is_guessed=head is not Head.RATING)
            elif head not in (Head.UPDATE, Head.DATE, Head.NUMBER) and (cell.text or cell.fill):
                say(row, head, cell)
        add_update(row, own)

    # A table for each deliverable.

    def _by_keys(self, lines: Sequence[Line]) -> None:
        row: Written | None = None
        for line in lines:
            pairs = pairs_of(line)
            if not pairs:
                for cell in line.own:
                    text = one_line(cell.blocks)
                    if theme := theme_of(text):
                        self.begin_theme(*theme)
                    elif row and head_of(text, exactly=True) is None:
                        row.parts.append(("", cell.blocks))
                    elif not row and head_of(text, exactly=True) is None:
                        self._not_taken(line, "belongs to no deliverable")
                continue
            for head, value in pairs:
                if row is None or (head in (Head.NUMBER, Head.WORDING) and row.text(head)):
                    row = Written(self._place(line), theme=self.theme, theme_title=self._title)
                    self._last = row
                    self.rows.append(row)
                say(row, head, value)
        if row:
            self.rows.pop()
            self._keep(row)

    # What is no deliverable.

    def _pass_over(self, lines: Sequence[Line], *, is_alike: bool) -> None:
        said = shortened(", ".join(" ".join(one.text.split()) for one in lines[0].own))
        numbers = [line for line in lines if len(line.own) > 2 and number_of(line.own[0].text)]
        rated = [line for line in lines if any(one.fill and one.text and len(one.text) < 12 for one in line.own[1:])]
        looks_like_it = 2 * max(len(numbers), len(rated)) >= len(lines) and max(len(one.own) for one in lines) > 2
        if looks_like_it or is_alike:
            self.unread.append(
                (
                    f"table {self._table}",
                    f"Its {len(lines)} rows look like deliverables, but no heads are known that say what its columns "
                    "are. Write heads such as No., Organisation, Deliverable and Rating over them.",
                )
            )
        else:
            self.notes.append(f"Table {self._table} (“{said}”) is passed over: it has no columns of deliverables.")

    def _not_taken(self, line: Line, why: str) -> None:
        said = shortened(" | ".join(one_line(one.blocks) for one in line.own))
        self.unread.append((self._place(line), f"“{said}” {why}, so it is not taken."))

    def _note_columns(self, columns: Columns) -> None:
        for text in columns.again:
            self._note_once(f"Another column says already what “{shortened(text)}” says, so this one is passed over.")
        for at, text in columns.texts.items():
            if text and at not in columns.heads and head_of(text) is None:
                self._note_once(f"The column “{shortened(text)}” is not one of an import, so it is passed over.")

    def _note_once(self, said: str) -> None:
        if said not in self.notes:
            self.notes.append(said)

    def _place(self, line: Line) -> str:
        return f"table {self._table}, row {line.row.number}"
