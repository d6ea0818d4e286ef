"""The cells of a row of a Word table: which say what, and which stand over its whole width. No database here."""

from collections.abc import Sequence

from deliverables.blocks import Heading, Paragraph
from deliverables.importing.dates import label_of
from deliverables.importing.document import FileCell
from deliverables.importing.heads import Head, head_of, number_of
from deliverables.importing.word_columns import Columns
from deliverables.importing.word_grid import Line, one_line
from deliverables.importing.written import Written

_LONGEST_HEADING = 120


def by_head(cells: Sequence[FileCell], columns: Columns) -> dict[Head, FileCell]:
    found: dict[Head, FileCell] = {}
    for cell in cells:
        head = columns.head(cell)
        if head and (head not in found or not found[head].text):
            found[head] = cell
    return found


def wide_cell(line: Line, columns: Columns) -> FileCell | None:
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
        return cell if not is_row or looks_like_heading(cell, columns) and is_bold(cell) else None
    return cell if head in (Head.ORGANISATION, None) else None


def looks_like_heading(cell: FileCell, columns: Columns) -> bool:
    """Whether a cell is one short line in bold or on a colour; beside a column for updates any short line is."""
    return is_short(cell) and (columns.has_update or bool(cell.fill) or is_bold(cell))


def is_short(cell: FileCell) -> bool:
    """Whether a cell is one short line that is neither a sentence nor a date."""
    text = one_line(cell.blocks)
    is_line = len(cell.blocks) == 1 and isinstance(cell.blocks[0], Paragraph | Heading)
    return is_line and 0 < len(text) <= _LONGEST_HEADING and not text.endswith(".") and not label_of(text)


def is_bold(cell: FileCell) -> bool:
    return all(
        isinstance(block, Heading) or isinstance(block, Paragraph) and all(run.bold for run in block.runs)
        for block in cell.blocks
    )


def pairs_of(line: Line) -> list[tuple[Head, FileCell]]:
    """Each label of a row with what stands beside it: ("Update", its text)."""
    cells = list(line.row.cells)
    pairs = []
    for label, value in zip(cells, cells[1:], strict=False):
        head = head_of(label.text, exactly=True)
        if head and not head_of(value.text, exactly=True):
            pairs.append((head, value))
    return pairs


def is_of_pairs(line: Line, pairs: Sequence[tuple[Head, FileCell]]) -> bool:
    """Whether a row has nothing but labels, each once, and what stands beside them, of the deliverable before it."""
    heads = [head for head, _ in pairs]
    if len({*heads}) < len(heads) or {Head.NUMBER, Head.WORDING} & {*heads}:
        return False
    return all(any(one is value for _, value in pairs) or head_of(one.text, exactly=True) for one in line.own)


def is_keyed(lines: Sequence[Line]) -> bool:
    """Whether a table has its heads in the left column, as one for a single deliverable may."""
    pairs = [pairs for line in lines if (pairs := pairs_of(line))]
    heads = {head for several in pairs for head, _ in several}
    return len(pairs) > 1 and 2 * len(pairs) >= len(lines) and Head.WORDING in heads


def say(row: Written, head: Head, cell: FileCell) -> None:
    if head in (Head.UPDATE, Head.DATE):
        add_update(row, {head: cell})
    elif cell.text or head is Head.RATING:
        row.texts[head] = cell.text if head in (Head.RATING, Head.REMARK, Head.RECOVERY_STEP) else one_line(cell.blocks)
        if head is Head.RATING:
            row.fill = cell.fill
    if head is Head.NUMBER:
        row.texts[head] = one_line(cell.blocks)


def add_update(row: Written, cells: dict[Head, FileCell]) -> None:
    date, update = cells.get(Head.DATE), cells.get(Head.UPDATE)
    blocks = update.blocks if update else ()
    if blocks or (date and date.text):
        row.parts.append((date.text if date else "", blocks))


def shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:79]}…"
