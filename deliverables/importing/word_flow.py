"""Puts the paragraphs of a Word file, which knows marks and indents but no lists, into lists. No database here."""

from dataclasses import dataclass, field, replace
from typing import Any

from deliverables.blocks import Block, Heading, ListBlock, Paragraph, Run
from deliverables.importing.document import FileTable
from deliverables.importing.word_numbering import Mark
from deliverables.narrative_parser import DEEPEST_LIST, tidy

_STEP, _CLEARLY, _HARDLY = 360, 100, 20
"""Twentieths of a point: a level's indent where nothing says it; differences that are meant, or are not seen."""


@dataclass
class _OpenList:
    mark: Mark
    indent: int
    items: list[list[Block]] = field(default_factory=list)


class Flow:
    """The blocks of the body, a cell or a text box, in their order."""

    def __init__(self) -> None:
        self.blocks: list[Block | FileTable] = []
        self._open: list[_OpenList] = []

    def add(self, block: Block, indent: int = 0) -> None:
        """A block without a mark. One that stands in as far as the text of an item above it belongs to that item."""
        while self._open and not self._open[-1].indent - _HARDLY <= indent > 0:
            self._close()
        self._inner().append(block)

    def add_table(self, table: FileTable) -> None:
        """A table of the body: no list holds one."""
        self.finish()
        self.blocks.append(table)

    def item(self, mark: Mark, indent: int | None, block: Paragraph | Heading | None) -> None:
        """An item of a list, which may be without a word; its text stands `indent` in.

        A number that does not follow from where its list stands, as one that goes on from another cell, is written
        out: in a list it would be another number.
        """
        indent = (mark.level + 1) * _STEP if indent is None else indent
        kept = self._kept(mark, indent)
        while len(self._open) > kept:
            self._close()
        joins = bool(self._open) and self._joins(mark, indent, self._open[-1])
        if not joins and not mark.is_first:
            if block is not None:
                self.add(numbered(block, mark), indent)
            return
        if not joins and kept < DEEPEST_LIST:
            self._open.append(_OpenList(mark, indent))
        self._open[-1].items.append([] if block is None else [block])

    def finish(self) -> None:
        """No list goes on."""
        while self._open:
            self._close()

    def _kept(self, mark: Mark, indent: int) -> int:
        """How many of the open lists go on with a mark or around it."""
        for at in reversed(range(len(self._open))):
            one = self._open[at]
            if _is_next(mark, one.mark):
                return at + 1
        for at in reversed(range(len(self._open))):
            one = self._open[at]
            if _is_inside(mark, indent, one) or self._joins(mark, indent, one):
                return at + 1
        return 0

    def _joins(self, mark: Mark, indent: int, one: _OpenList) -> bool:
        """Whether it is an item of an open list: the next one, or a bullet of another look at the same place."""
        are_bullets = not mark.label and not one.mark.label
        is_level = mark.level == one.mark.level and abs(indent - one.indent) <= _CLEARLY
        return _is_next(mark, one.mark) or (are_bullets and is_level)

    def _inner(self) -> list[Any]:
        if not self._open:
            return self.blocks
        return self._open[-1].items[-1]

    def _close(self) -> None:
        done = self._open.pop()
        if items := tuple(tuple(item) for item in done.items if item):
            self._inner().append(ListBlock(bool(done.mark.label), items))


def _is_next(mark: Mark, of: Mark) -> bool:
    return (mark.counter, mark.level) == (of.counter, of.level) and not (mark.label and mark.is_first)


def _is_inside(mark: Mark, indent: int, one: _OpenList) -> bool:
    if mark.level != one.mark.level or mark.counter == one.mark.counter:
        return mark.level > one.mark.level
    return indent > one.indent + _CLEARLY


def numbered(block: Paragraph | Heading, mark: Mark) -> Paragraph | Heading:
    """With its number before its words."""
    return replace(block, runs=tidy((Run(f"{mark.label} "), *block.runs))) if mark.label else block
