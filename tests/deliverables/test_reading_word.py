import io
import re
from dataclasses import replace

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deliverables.blocks import Blocks, Cell, Heading, ListBlock, Narrative, Paragraph, Run, Table
from deliverables.importing.document import FileDocument
from deliverables.importing.word import read_word
from deliverables.importing.zipped import Unreadable
from deliverables.narrative import clean
from deliverables.narrative_parser import tidy
from reports.renderers.word_file import opened
from reports.renderers.word_grid import grid
from reports.renderers.word_narrative import Place, Writer, _address
from reports.renderers.word_xml import cell, paragraph, row, run, table
from tests.deliverables.test_narrative import narratives
from tests.deliverables.word_files import changed, of_xml, read, saved


def written(narrative: Narrative) -> bytes:
    """A Word file of ours with a narrative in a cell, below a heading as in Appendix A."""
    file = opened(None)
    writer = Writer(file)
    inner = writer.narrative(narrative, Place("Report Table Text", "Report Table List", 9000, under=1))
    last = writer.paragraph("Report Table Text")
    body = file.element.body
    body.insert(0, writer.heading(1, run("Deliverables and updates")))
    body.insert(1, table(writer.styles["table grid"], [9000], [row([cell([*inner, last], 9000)])]))
    return saved(file)


class _Kept:
    """A narrative as far as the writer keeps it."""

    def __init__(self) -> None:
        self.level = 0

    def blocks(self, blocks: Blocks, in_item: bool = False) -> Blocks:
        kept: list = []
        for block in blocks:
            if isinstance(block, Paragraph):
                kept.append(Paragraph(self.runs(block.runs)))
            elif isinstance(block, Heading):
                self.level = min(block.level, self.level + 1)
                kept.append(Heading(self.level, self.runs(block.runs)))
            elif isinstance(block, ListBlock):
                items = tuple(self.blocks(item) for item in block.items)
                if kept and isinstance(kept[-1], ListBlock) and not kept[-1].numbered and not block.numbered:
                    items = kept.pop().items + items
                kept.append(ListBlock(block.numbered, items))
            else:
                kept.append(self.table(block))
        return tuple(kept)

    def runs(self, runs: tuple[Run, ...]) -> tuple[Run, ...]:
        return tidy(replace(one, href=_address(one.href)) for one in runs)

    def table(self, table: Table) -> Table:
        rows = []
        for at, line in enumerate(grid(table)):
            cells = []
            for placed in line:
                if placed.merge == "continue":
                    continue
                blocks = self.blocks(placed.cell.blocks)
                is_head = at < table.header_rows
                if placed.cell.header:
                    blocks = tuple(
                        Paragraph(tidy(replace(run, bold=not is_head) for run in one.runs))
                        if isinstance(one, Paragraph)
                        else one
                        for one in blocks
                    )
                deep = min(placed.cell.rows, len(table.rows) - at) if placed.merge else 1
                cells.append(Cell(blocks, is_head, placed.columns, deep))
            rows.append(cells)
        for at, line in enumerate(rows):
            for n, one in enumerate(line):
                line[n] = replace(one, rows=sum(bool(below) for below in rows[at : at + one.rows]))
        return Table(tuple(tuple(line) for line in rows if line), table.header_rows)


class TestWhatWeWrote:
    @settings(max_examples=100, deadline=None)
    @given(narratives)
    def test_it_comes_back_as_it_was(self, narrative):
        (found,) = read_word(written(narrative)).tables
        kept = Narrative(_Kept().blocks(narrative.blocks)).html
        assert clean(Narrative(found.rows[0].cells[0].blocks).html) == clean(kept)
