"""A table of a Word file as it looks: which cell covers which column of each row, merged ones too. No database here."""

from collections.abc import Iterator
from dataclasses import dataclass

from deliverables.blocks import Blocks, Heading, ListBlock, Paragraph
from deliverables.importing.document import FileCell, FileRow, FileTable


@dataclass(frozen=True)
class Line:
    """A row with all that covers it."""

    row: FileRow
    cells: tuple[FileCell, ...]
    """From the left; those that reach down from a row above are here too."""

    @property
    def own(self) -> list[FileCell]:
        """The cells that begin in this row and say something."""
        return [one for one in self.row.cells if one.text]


def lines_of(table: FileTable) -> list[Line]:
    """The rows of a table, top to bottom."""
    lines, reaching = [], list[tuple[int, FileCell]]()
    for at, row in enumerate(table.rows):
        reaching = [(end, cell) for end, cell in reaching if end > at]
        cells = sorted([*(cell for _, cell in reaching), *row.cells], key=lambda one: one.column)
        lines.append(Line(row, tuple(cells)))
        reaching += [(at + cell.rows, cell) for cell in row.cells if cell.rows > 1]
    return lines


def has_number(cell: FileCell) -> bool:
    """Whether a cell's text is one item of an automatically numbered list."""
    blocks = cell.blocks
    first = blocks[0] if blocks else None
    return isinstance(first, ListBlock) and first.numbered and len(first.items) == 1


def one_line(blocks: Blocks) -> str:
    """The text of blocks in a line, without what a list puts before its items."""
    return " ".join(" ".join(_inner(blocks)).split())


def _inner(blocks: Blocks) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph | Heading):
            yield "".join(run.text for run in block.runs)
        elif isinstance(block, ListBlock):
            for item in block.items:
                yield from _inner(item)
        else:
            for row in block.rows:
                for cell in row:
                    yield from _inner(cell.blocks)
