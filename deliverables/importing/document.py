"""What an uploaded Word document holds, as plain values: its paragraphs and tables in their order. No database here."""

from dataclasses import dataclass

from deliverables.blocks import Block, Blocks, Narrative


@dataclass(frozen=True)
class FileCell:
    """A cell of a table; one that is merged with others stands once, where it begins."""

    column: int
    """From 0, as the table's grid counts."""
    blocks: Blocks
    fill: str = ""
    """Its own colour, such as `00b050`, or one behind all of its text; empty for none, for white and for bands."""
    columns: int = 1
    rows: int = 1

    @property
    def text(self) -> str:
        return Narrative(self.blocks).text.strip()


@dataclass(frozen=True)
class FileRow:
    number: int
    """Within its table, from 1, as somebody counts who looks at it."""
    cells: tuple[FileCell, ...]
    """From the left. What a cell above reaches down into is not here again."""
    repeats: bool = False
    """Whether Word repeats it on every page, as it does with heads."""

    def cell(self, column: int) -> FileCell | None:
        """The one that covers a column of the grid, where one begins in this row."""
        return next((one for one in self.cells if one.column <= column < one.column + one.columns), None)


@dataclass(frozen=True)
class FileTable:
    number: int
    """From 1, of those that stand in no other table."""
    rows: tuple[FileRow, ...]
    columns: int
    """Of its grid."""


@dataclass(frozen=True)
class FileDocument:
    body: tuple[Block | FileTable, ...]
    """A table within a cell is a block of that cell, as in a narrative.

    Headings here have Word's own levels, 1 to 9; those in cells 1 or 2.
    """
    passed_over: tuple[str, ...] = ()
    """What else it holds that cannot be taken, in words, such as pictures."""

    @property
    def tables(self) -> tuple[FileTable, ...]:
        return tuple(one for one in self.body if isinstance(one, FileTable))
