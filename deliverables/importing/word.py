"""Reads a Word file that anybody may have made into paragraphs, lists and tables. No database here.

What was changed under "track changes" is taken as accepted, a field as what it shows. Of cells that are merged, of text
that is hidden and of what is written twice for older programs, only what is seen is taken.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from deliverables.blocks import Block, Blocks, Cell, Heading, Paragraph, Run, Table
from deliverables.importing.document import FileCell, FileDocument, FileRow, FileTable
from deliverables.importing.word_flow import Flow, numbered
from deliverables.importing.word_line import HIDDEN, PASSED_OVER, Line, branches
from deliverables.importing.word_numbering import Mark, Numbering
from deliverables.importing.word_package import Package, opened
from deliverables.importing.word_styles import Style, Styles, child, indent, number, outline, shade, switch, value
from deliverables.importing.zipped import Unreadable
from deliverables.narrative_parser import DEEPEST_TABLE, tidy

MOST_COLUMNS = 63
"""As many as Word takes."""

_LEFT_OUT = {"sdtPr", "sdtEndPr", "customXmlPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "other"}


def read_word(content: bytes) -> FileDocument:
    """All of a Word document but headers, footers and what `passed_over` says; raises Unreadable.

    Takes at most some 5 seconds and 200 MB, whatever the bytes are. Colours of a table's style are no cell's fill:
    they adorn its bands, and mean nothing.
    """
    return _Reader(opened(content)).document()


@dataclass
class _Place:
    """What is being read: the body or a cell, with what the paragraphs before left for those behind."""

    depth: int = 0
    """In how many tables it stands."""
    flow: Flow = field(default_factory=Flow)
    shades: set[str] = field(default_factory=set)
    label: str = ""
    """The number of its last paragraph that has a number and no words."""
    carried: list[Run] = field(default_factory=list)
    """Of a paragraph whose end was deleted as a tracked change: the next one goes on with it."""


@dataclass
class _OpenCell:
    """A cell that more columns and rows may yet be merged with."""

    column: int
    columns: int
    blocks: Blocks
    fill: str
    rows: int = 1


class _Reader:
    def __init__(self, package: Package) -> None:
        self._body = package.document.find("body")
        self._links = package.links
        self._styles = Styles(package.styles)
        self._numbering = Numbering(package.numbering)
        self._passed_over: dict[str, None] = {}
        self._tables = 0
        self._under = 0
        for control in package.document.iter("sdt"):
            if switch(control.find("sdtPr"), "showingPlcHdr"):  # nobody filled it in: it says "Click to enter text"
                for text in control.iter("t"):
                    text.text = ""

    def document(self) -> FileDocument:
        assert self._body is not None, "opened() sees that it is there"
        place = _Place()
        self._read(self._body, place)
        return FileDocument(self._finished(place), tuple(self._passed_over))

    def _pass_over(self, what: str) -> None:
        self._passed_over[what] = None

    def _read(self, container: Element, place: _Place) -> None:
        for element in self._within(container, ("p", "tbl")):
            if element.tag == "p":
                self._paragraph(element, place)
            else:
                self._table(element, place)

    def _within(self, container: Element, tags: tuple[str, ...]) -> Iterator[Element]:
        """The elements of these tags, through whatever is only put around them."""
        for element in branches(container):
            if element.tag in tags:
                yield element
            elif element.tag in PASSED_OVER:
                self._pass_over(PASSED_OVER[element.tag])
            elif element.tag not in _LEFT_OUT:
                yield from self._within(element, tags)

    def _finished(self, place: _Place) -> tuple[Block | FileTable, ...]:
        if runs := tidy(place.carried):
            place.flow.add(Paragraph(runs))
        place.flow.finish()
        return tuple(place.flow.blocks)

    # Paragraphs.

    def _paragraph(self, paragraph: Element, place: _Place) -> None:
        properties = paragraph.find("pPr")
        style = self._styles.of_paragraph(properties)
        line = Line(self._styles, style, self._links, self._pass_over)
        line.read(paragraph)
        place.shades |= line.shades
        of_mark = child(properties, "rPr")
        if child(of_mark, "del") is not None or child(of_mark, "moveFrom") is not None:
            place.carried += line.runs
        else:
            runs, place.carried = tidy([*place.carried, *line.runs]), []
            self._block(runs, properties, style, place)
        for box in line.boxes:
            self._read(box, place)

    def _block(self, runs: tuple[Run, ...], properties: Element | None, style: Style, place: _Place) -> None:
        mark = self._numbering.mark(properties, style)
        level = outline(properties)
        level = style.heading if level is None or style.heading else level
        block = Heading(self._level(level, place), runs) if level else Paragraph(runs)
        from_left = self._indent(properties, style, mark)
        # A heading's number is its own; but in a cell a list that somebody put headings into is a list.
        is_item = mark and (not level or (place.depth and child(properties, "numPr") is not None))
        if mark and not runs:
            place.label = mark.label
        if mark and is_item:
            place.flow.item(mark, from_left, block if runs else None)
        elif runs:
            place.flow.add(numbered(block, mark) if mark else block, from_left or 0 if place.depth or not level else 0)

    def _level(self, level: int, place: _Place) -> int:
        """Word's own in the body; in a cell below that of the heading which its table stands under."""
        if place.depth:
            return max(1, min(level - self._under, 2))
        self._under = level
        return level

    def _indent(self, properties: Element | None, style: Style, mark: Mark | None) -> int | None:
        """How far in its text stands: by what it says itself, else by its list, else by its style."""
        own = indent(properties)
        if own is None and mark is not None:
            own = mark.indent
        return style.indent if own is None else own

    # Tables.

    def _table(self, table: Element, place: _Place) -> None:
        if not place.depth:
            self._tables += 1
            place.flow.add_table(self._read_table(table, self._tables, place.depth))
            return
        read = self._read_table(table, 0, place.depth)
        from_left = child(child(table, "tblPr"), "tblInd")
        stands_in = 0 if from_left is None else number(from_left.get("w", ""), 0) or 0
        if place.depth > DEEPEST_TABLE:
            for block in (block for row in read.rows for cell in row.cells for block in cell.blocks):
                place.flow.add(block, stands_in)
        elif (whole := _as_block(read)) is not None:
            place.flow.add(whole, stands_in)

    def _read_table(self, table: Element, table_number: int, depth: int) -> FileTable:
        rows: list[tuple[list[_OpenCell], bool]] = []
        above: dict[int, _OpenCell] = {}
        for row in self._within(table, ("tr",)):
            properties = row.find("trPr")
            if child(properties, "del") is not None:
                self._pass_over(PASSED_OVER["del"])
            elif switch(properties, "hidden"):
                self._pass_over(HIDDEN)
            else:
                cells, above = self._row(row, properties, above, depth)
                rows.append((cells, bool(switch(properties, "tblHeader"))))
        ends = [one.column + one.columns for cells, _ in rows for one in cells]
        if max(ends, default=0) > MOST_COLUMNS:
            where = f"Table {table_number}" if table_number else "A table within a table"
            raise Unreadable(f"{where} is more than {MOST_COLUMNS} columns wide, which Word cannot be. Split it.")
        return FileTable(
            table_number,
            tuple(
                FileRow(
                    at,
                    tuple(FileCell(one.column, one.blocks, one.fill, one.columns, one.rows) for one in cells),
                    repeats,
                )
                for at, (cells, repeats) in enumerate(rows, start=1)
            ),
            max(ends, default=0),
        )

    def _row(
        self, row: Element, properties: Element | None, above: dict[int, _OpenCell], depth: int
    ) -> tuple[list[_OpenCell], dict[int, _OpenCell]]:
        """The cells that begin in a row, and those that the next row may go on with, by their column."""
        column = _count(properties, "gridBefore", 0)
        cells: list[_OpenCell] = []
        going_on: dict[int, _OpenCell] = {}
        last: _OpenCell | None = None
        for element in self._within(row, ("tc",)):
            own = element.find("tcPr")
            columns = _count(own, "gridSpan", 1)
            down = _merge(own, "vMerge")
            if last and _merge(own, "hMerge") == "continue":
                last.columns += columns
            elif down == "continue" and column in above:
                going_on[column] = above[column]
                above[column].rows += 1
                last = None
            else:
                last = self._cell(element, own, column, columns, depth)
                cells.append(last)
                if down:
                    going_on[column] = last
            column += columns
        return cells, going_on

    def _cell(self, element: Element, properties: Element | None, column: int, columns: int, depth: int) -> _OpenCell:
        place = _Place(depth + 1)
        self._read(element, place)
        blocks = self._finished(place)
        if not blocks and place.label:
            blocks = (Paragraph((Run(place.label),)),)
        fill = shade(properties)
        if not fill and len(place.shades) == 1:
            (fill,) = place.shades
        return _OpenCell(column, columns, tuple(one for one in blocks if not isinstance(one, FileTable)), fill or "")


def _count(properties: Element | None, name: str, otherwise: int) -> int:
    """A number of columns; one that no table can have is refused with the table, by its width."""
    return max(otherwise, min(number(value(properties, name), otherwise) or 0, MOST_COLUMNS + 1))


def _merge(properties: Element | None, name: str) -> str:
    found = child(properties, name)
    return "" if found is None else found.get("val", "continue")


def _as_block(table: FileTable) -> Table | None:
    """A table in a cell as narratives have it: each row has a cell, and its first rows are heads where they repeat.

    None for one without a word.
    """
    kept = [at for at, row in enumerate(table.rows) if row.cells]
    if not any(cell.blocks for row in table.rows for cell in row.cells):
        return None
    heads = next((n for n, at in enumerate(kept) if not table.rows[at].repeats), len(kept))
    places = {at: n for n, at in enumerate(kept)}
    rows = []
    for n, at in enumerate(kept):
        cells = []
        for one in table.rows[at].cells:
            deep = sum(below in places for below in range(at, at + one.rows))
            is_head = n < heads or (one.column == 0 and bool(one.fill) and _is_emphasised(one.blocks))
            blocks = _unemphasised(one.blocks) if is_head else one.blocks
            cells.append(Cell(blocks, is_head, one.columns, deep))
        rows.append(tuple(cells))
    return Table(tuple(rows), heads)


def _is_emphasised(blocks: Blocks) -> bool:
    """Whether all paragraphs are bold, and there are any: on a shaded ground at a row's beginning, it is its head."""
    runs = [run for one in blocks if isinstance(one, Paragraph) for run in one.runs]
    return bool(runs) and all(run.bold for run in runs)


def _unemphasised(blocks: Blocks) -> Blocks:
    """Of a head's cell: where all paragraphs are bold, that is because it is a head."""
    if not _is_emphasised(blocks):
        return blocks
    return tuple(
        Paragraph(tidy(replace(run, bold=False) for run in one.runs)) if isinstance(one, Paragraph) else one
        for one in blocks
    )
