"""A narrative in Word: a walk over its blocks, with nothing of them lost and every list numbered afresh."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import quote, urlsplit

from docx.document import Document as WordFile
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from deliverables.blocks import Block, Blocks, Cell, Heading, ListBlock, Narrative, Paragraph, Run, Table
from reports.renderers.word_grid import Placed, column_widths, figure_columns, grid
from reports.renderers.word_numbering import LEVELS, Numbering
from reports.renderers.word_xml import CELL_MARGIN, HEAD_SHADE, cell, el, paragraph, row, run, table

DEEPEST_HEADING = 4
STEP = 360
"""How far each level of a list stands in, where there is room."""


@dataclass(frozen=True)
class Place:
    """Where blocks stand: in which styles, how wide, how far in, below a heading of which level, how deep in lists."""

    text: str
    items: str
    width: int
    under: int
    indent: int = 0
    depth: int = 0

    @property
    def step(self) -> int:
        return min(STEP, self.width // 12)

    @property
    def deeper(self) -> "Place":
        return replace(self, text=self.items, indent=self.indent + self.step, depth=min(self.depth + 1, LEVELS - 1))


class Writer:
    """What writes into one Word file: it knows the file's styles by name, its lists and its links."""

    def __init__(self, file: WordFile) -> None:
        self.styles = {(style.name or "").lower(): style.style_id for style in file.styles}
        self.numbering = Numbering(file.part.numbering_part.element)
        self._relationships = file.part.rels
        self._links: dict[str, str] = {}
        self._level = 0

    def paragraph(self, style: str, *content: BaseOxmlElement, **how: object) -> BaseOxmlElement:
        """A paragraph in a style of that name."""
        return paragraph(self.styles[style.lower()], *content, **how)

    def heading(self, level: int, *content: BaseOxmlElement, **how: object) -> BaseOxmlElement:
        """A heading that follows from the one before: no level is skipped, and the file's own numbering is put off."""
        self._level = min(level, self._level + 1, DEEPEST_HEADING)
        return self.paragraph(f"Heading {self._level}", *content, **{"numbered": (0, 0)} | how)

    def narrative(self, narrative: Narrative, place: Place) -> list[BaseOxmlElement]:
        """All of it, below the heading that it stands under."""
        self._level = place.under
        return self.blocks(narrative.blocks, place)

    def blocks(self, blocks: Blocks, place: Place) -> list[BaseOxmlElement]:
        return [element for block in blocks for element in self.block(block, place)]

    def block(self, block: Block, place: Place) -> list[BaseOxmlElement]:
        if isinstance(block, Paragraph):
            return [self.paragraph(place.text, *self.runs(block.runs), indent=_indent(place))]
        if isinstance(block, Heading):
            return [self._sub_heading(block, place, indent=_indent(place))]
        if isinstance(block, ListBlock):
            return self._list(block, place)
        return [self._table(block, place), self.gap()] if any(block.rows) else []

    def gap(self) -> BaseOxmlElement:
        """A low empty paragraph, as Word needs after a table: two in a row would be one, and a cell must end so."""
        return self.paragraph("Report Gap")

    def runs(self, runs: Iterable[Run]) -> list[BaseOxmlElement]:
        made: list[BaseOxmlElement] = []
        for href, several in groupby(runs, key=lambda one: one.href):
            link = self.link(href)
            style = self.styles["hyperlink"] if link is not None else ""
            words = [run(one.text, bold=one.bold, italic=one.italic, style=style) for one in several]
            if link is not None:
                link.extend(words)
                words = [link]
            made += words
        return made

    def link(self, href: str) -> BaseOxmlElement | None:
        """A link without its words yet; None where there is no address, or none that Word would open."""
        if not (address := _address(href)):
            return None
        if address not in self._links:
            identity = f"rIdLink{len(self._links) + 1}"
            self._relationships.add_relationship(RELATIONSHIP_TYPE.HYPERLINK, address, identity, is_external=True)
            self._links[address] = identity
        link = el("w:hyperlink", history=1)
        link.set(qn("r:id"), self._links[address])
        return link

    def _sub_heading(self, block: Heading, place: Place, **how: object) -> BaseOxmlElement:
        spacing = (120, 60) if place.text != "Normal" else None
        return self.heading(place.under + block.level, *self.runs(block.runs), spacing=spacing, **how)

    def _list(self, block: ListBlock, place: Place) -> list[BaseOxmlElement]:
        number = self.numbering.numbers(place.depth) if block.numbered else self.numbering.bullets
        inner = place.deeper
        how = {"numbered": (number, place.depth), "indent": (inner.indent, inner.step)}
        made: list[BaseOxmlElement] = []
        for first, *rest in block.items:
            if isinstance(first, Paragraph):
                made.append(self.paragraph(place.items, *self.runs(first.runs), **how))
            elif isinstance(first, Heading):
                made.append(self._sub_heading(first, inner, **how))
            else:
                made.append(self.paragraph(place.items, **how))
                rest = [first, *rest]
            for one in rest:
                made += self.block(one, inner)
        return made

    def _table(self, block: Table, place: Place) -> BaseOxmlElement:
        rows = grid(block)
        widths = column_widths(rows, max(place.width - place.indent, 60 * len(rows[0])))
        figures = figure_columns(rows, block.header_rows)
        return table(
            self.styles["table grid"],
            widths,
            (
                row(
                    [self._cell(one, widths, place, one.column in figures) for one in line],
                    repeats=at < block.header_rows,
                    breaks=True,
                )
                for at, line in enumerate(rows)
            ),
            indent=place.indent,
        )

    def _cell(self, placed: Placed, widths: Sequence[int], place: Place, is_figure: bool) -> BaseOxmlElement:
        width = sum(widths[placed.column : placed.column + placed.columns])
        inner = Place("Report Table Cell", "Report Table List", width - 2 * CELL_MARGIN, place.under)
        content = self.blocks(_emphasised(placed.cell), inner)
        if is_figure:
            for one in (one for one in content if one.tag == qn("w:p")):
                one.get_or_add_pPr().append(el("w:jc", val="right"))
        return cell(
            content or [self.paragraph(inner.text)],
            width,
            columns=placed.columns,
            shade=HEAD_SHADE if placed.cell.header else "",
            merge=placed.merge,
        )


def _indent(place: Place) -> tuple[int, int] | None:
    return (place.indent, 0) if place.indent else None


def _emphasised(one: Cell) -> Blocks:
    """A header cell's paragraphs are bold."""
    if not one.header:
        return one.blocks
    return tuple(
        Paragraph(tuple(replace(part, bold=True) for part in block.runs)) if isinstance(block, Paragraph) else block
        for block in one.blocks
    )


def _address(href: str) -> str:
    """An address as a file may hold it, with what no address can hold written as %XX; empty of one that is broken."""
    try:
        urlsplit(href).port  # noqa: B018 - raises where the address has a broken host or port
    except ValueError:
        return ""
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", quote(href, safe="%/:?#[]@!$&'()*+,;=~"))
