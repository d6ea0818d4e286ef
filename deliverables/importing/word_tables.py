"""The deliverables in the tables of a Word file, one table after the other. No database here."""

from collections.abc import Sequence

from deliverables.blocks import Heading, Paragraph
from deliverables.importing.dates import label_of
from deliverables.importing.document import FileCell, FileTable
from deliverables.importing.found import FoundShare
from deliverables.importing.guessing import theme_of
from deliverables.importing.heads import Head, head_of, number_before, number_of
from deliverables.importing.status_keys import shares_of
from deliverables.importing.word_columns import Columns, columns_of, repeats_heads, same_columns
from deliverables.importing.word_grid import Line, has_number, lines_of, one_line
from deliverables.importing.written import Written

EXEMPT = "Exempt from publication"
_LONGEST_HEADING = 120


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
        if shares := shares_of(lines, table.number, self.theme):
            return shares
        if found := columns_of(lines, table.columns, self._quarter):
            columns, start, end = found
            self._before_heads(lines[:start], table.columns)
            self._columns = columns
            self._note_columns(columns)
            self._deliverables(lines[end:], columns, goes_on=False)
        elif _is_keyed(lines):
            self._by_keys(lines)
        elif self._columns and (columns := same_columns(lines, table.columns, self._columns)):
            self._deliverables(lines, columns, goes_on=True)
        else:
            self._pass_over(lines)
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
                said = (
                    f"“{_short(' | '.join(one.text for one in line.own))}” stands over the heads, so it is not taken."
                )
                self.unread.append((self._place(line), said))

    def _deliverables(self, lines: Sequence[Line], columns: Columns, *, goes_on: bool) -> None:
        for at, line in enumerate(lines):
            if repeats_heads(line, columns):
                continue
            if wide := _wide_cell(line, columns):
                following = lines[at + 1] if at + 1 < len(lines) else None
                self._wide(line, wide, columns, is_followed=bool(following and _wide_cell(following, columns)))
            elif self._last and (pairs := _pairs(line)) and len(pairs) * 2 == len(line.own):
                for head, value in pairs:
                    _say(self._last, head, value)
            elif line.own:
                self._line(line, columns, is_first=goes_on and at == 0)

    def _wide(self, line: Line, cell: FileCell, columns: Columns, *, is_followed: bool) -> None:
        """What stands over the width of a table: a theme, a heading, or what goes on below a deliverable."""
        text = one_line(cell.blocks)
        if theme := theme_of(text):
            self.begin_theme(*theme)
        elif head_of(text, exactly=True) is Head.UPDATE:
            return
        elif (_is_short(cell) and not self._last) or (
            _looks_like_heading(cell, columns)
            and (columns.has_update or not self._last or self._last.parts or is_followed)
        ):
            self.notes.append(f"“{_short(text)}” in {self._place(line)} was taken for a heading.")
        elif self._last:
            if self._last.parts and _is_short(cell):
                said = f"“{_short(text)}” in {self._place(line)} was taken for a part of its update."
                self._last.doubt(Head.UPDATE, said, is_guessed=True)
            self._last.parts.append(("", cell.blocks))
        else:
            said = f"“{_short(text)}” stands below no deliverable, so it is not taken."
            self.unread.append((self._place(line), said))

    def _line(self, line: Line, columns: Columns, *, is_first: bool) -> None:
        cells = _by_head(line.cells, columns)
        own = _by_head(line.row.cells, columns)
        number = own.get(Head.NUMBER)
        is_numbered = number is not None and bool(number.text)
        wording = own.get(Head.WORDING)
        is_worded = wording is not None and bool(wording.text)
        has_more = any(head in own and (own[head].text or own[head].fill) for head in (Head.ORGANISATION, Head.RATING))
        goes_on = is_first and not is_numbered and not has_more
        if self._last and (goes_on or not is_numbered and not is_worded):
            self._go_on(self._last, line, own)
        elif not is_numbered and not is_worded:
            said = (
                f"“{_short(' | '.join(one.text for one in line.own))}” belongs to no deliverable, so it is not taken."
            )
            self.unread.append((self._place(line), said))
        else:
            self._begin(line, cells)

    def _begin(self, line: Line, cells: dict[Head, FileCell]) -> None:
        row = Written(self._place(line), theme=self.theme, theme_title=self._title)
        for head, cell in cells.items():
            _say(row, head, cell)
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
        said = number_of(row.text(Head.NUMBER))
        self._counted = row.number or (said.number if said else self._counted)
        self.rows.append(row)
        self._last = row

    def _go_on(self, row: Written, line: Line, own: dict[Head, FileCell]) -> None:
        """Adds what a row without a number says to the deliverable before it."""
        for head, cell in own.items():
            if head is Head.WORDING and cell.text:
                said = f"“{_short(cell.text)}” in {self._place(line)} was taken for the rest of its wording."
                row.doubt(Head.WORDING, said, is_guessed=True)
                row.texts[head] = f"{row.text(head)} {one_line(cell.blocks)}"
            elif head not in (Head.UPDATE, Head.DATE, Head.OTHER) and cell.text and row.text(head):
                if head is Head.RECOVERY_STEP:
                    row.texts[head] += f"\n{cell.text}"
                elif cell.text != row.text(head):
                    said = f"“{_short(cell.text)}” in {self._place(line)} is not taken: “{_short(row.text(head))}” is."
                    row.doubt(head, said, is_guessed=True)
            elif head not in (Head.UPDATE, Head.DATE, Head.NUMBER) and (cell.text or cell.fill):
                _say(row, head, cell)
        _add_update(row, own)

    # A table for each deliverable.

    def _by_keys(self, lines: Sequence[Line]) -> None:
        row: Written | None = None
        for line in lines:
            pairs = _pairs(line)
            if not pairs:
                for cell in line.own:
                    text = one_line(cell.blocks)
                    if theme := theme_of(text):
                        self.begin_theme(*theme)
                    elif row and head_of(text, exactly=True) is None:
                        row.parts.append(("", cell.blocks))
                    elif not row and head_of(text, exactly=True) is None:
                        self.unread.append((self._place(line), f"“{_short(text)}” belongs to no deliverable."))
                continue
            for head, value in pairs:
                if row is None or (head in (Head.NUMBER, Head.WORDING) and row.text(head)):
                    row = Written(self._place(line), theme=self.theme, theme_title=self._title)
                    self._last = row
                    self.rows.append(row)
                _say(row, head, value)
        if row:
            self.rows.pop()
            self._keep(row)

    # What is no deliverable.

    def _pass_over(self, lines: Sequence[Line]) -> None:
        said = _short(", ".join(" ".join(one.text.split()) for one in lines[0].own))
        numbers = [line for line in lines if len(line.own) > 2 and number_of(line.own[0].text)]
        rated = [line for line in lines if any(one.fill and one.text and len(one.text) < 12 for one in line.own[1:])]
        if 2 * max(len(numbers), len(rated)) >= len(lines) and max(map(len, (line.own for line in lines))) > 2:
            self.unread.append(
                (
                    f"table {self._table}",
                    f"Its {len(lines)} rows look like deliverables, but no heads are known that say what its columns "
                    "are. Write heads such as No., Organisation, Deliverable and Rating over them.",
                )
            )
        else:
            self.notes.append(f"Table {self._table} (“{said}”) is passed over: it has no columns of deliverables.")

    def _note_columns(self, columns: Columns) -> None:
        for text in columns.again:
            self._note_once(f"Another column says already what “{_short(text)}” says, so this one is passed over.")
        for at, text in columns.texts.items():
            if text and at not in columns.heads and head_of(text) is None:
                self._note_once(f"The column “{_short(text)}” is not one of an import, so it is passed over.")

    def _note_once(self, said: str) -> None:
        if said not in self.notes:
            self.notes.append(said)

    def _place(self, line: Line) -> str:
        return f"table {self._table}, row {line.row.number}"


def _by_head(cells: Sequence[FileCell], columns: Columns) -> dict[Head, FileCell]:
    found: dict[Head, FileCell] = {}
    for cell in cells:
        head = columns.head(cell)
        if head and (head not in found or not found[head].text):
            found[head] = cell
    return found


def _wide_cell(line: Line, columns: Columns) -> FileCell | None:
    """The one cell that says something in a row and is no column's, as headings and updates below are."""
    if len(line.own) != 1:
        return None
    (cell,) = line.own
    spanned = [at for at in columns.heads if cell.column <= at < cell.column + cell.columns]
    head = columns.head(cell)
    if len(spanned) > 1 or columns.count == 1 and columns.has_update:
        return cell
    if head is Head.NUMBER:
        return None if number_of(cell.text) else cell
    if head is Head.WORDING:
        is_rated = any(one.fill for one in line.row.cells if columns.head(one) is Head.RATING)
        is_row = is_rated or not columns.has_number or columns.has_update
        return cell if not is_row or _looks_like_heading(cell, columns) and _is_bold(cell) else None
    return cell if head in (Head.ORGANISATION, None) else None


def _looks_like_heading(cell: FileCell, columns: Columns) -> bool:
    """Whether a cell is one short line in bold or on a colour; beside a column for updates any short line is."""
    return _is_short(cell) and (columns.has_update or bool(cell.fill) or _is_bold(cell))


def _is_short(cell: FileCell) -> bool:
    """Whether a cell is one short line that is neither a sentence nor a date."""
    text = one_line(cell.blocks)
    is_line = len(cell.blocks) == 1 and isinstance(cell.blocks[0], Paragraph | Heading)
    return is_line and 0 < len(text) <= _LONGEST_HEADING and not text.endswith(".") and not label_of(text)


def _is_bold(cell: FileCell) -> bool:
    return all(
        isinstance(block, Heading) or isinstance(block, Paragraph) and all(run.bold for run in block.runs)
        for block in cell.blocks
    )


def _pairs(line: Line) -> list[tuple[Head, FileCell]]:
    """Each label of a row with what stands beside it: ("Update", its text)."""
    cells = list(line.row.cells)
    pairs = []
    for label, value in zip(cells, cells[1:], strict=False):
        head = head_of(label.text, exactly=True)
        if head and not head_of(value.text, exactly=True):
            pairs.append((head, value))
    if not pairs and len(line.own) == 2 and number_of(line.own[0].text):
        return []
    return pairs


def _is_keyed(lines: Sequence[Line]) -> bool:
    """Whether a table has its heads in the left column, as one for a single deliverable may."""
    pairs = [pairs for line in lines if (pairs := _pairs(line))]
    heads = {head for several in pairs for head, _ in several}
    return len(pairs) > 1 and 2 * len(pairs) >= len(lines) and Head.WORDING in heads


def _say(row: Written, head: Head, cell: FileCell) -> None:
    if head in (Head.UPDATE, Head.DATE):
        _add_update(row, {head: cell})
    elif cell.text or head is Head.RATING:
        row.texts[head] = cell.text if head in (Head.RATING, Head.REMARK, Head.RECOVERY_STEP) else one_line(cell.blocks)
        if head is Head.RATING:
            row.fill = cell.fill
    if head is Head.NUMBER:
        row.texts[head] = one_line(cell.blocks)


def _add_update(row: Written, cells: dict[Head, FileCell]) -> None:
    date, update = cells.get(Head.DATE), cells.get(Head.UPDATE)
    blocks = update.blocks if update else ()
    if blocks or (date and date.text):
        row.parts.append((date.text if date else "", blocks))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:79]}…"
