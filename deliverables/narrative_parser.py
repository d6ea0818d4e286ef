"""Sanitised HTML to blocks. Called by `narrative`, which makes sure that it is sanitised. No database here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from deliverables.blocks import Block, Blocks, Cell, Heading, ListBlock, Narrative, Paragraph, Run, Runs, Table

DEEPEST_LIST = 8
"""Lists nested deeper are kept as items of the deepest level."""

DEEPEST_TABLE = 2
"""A table may hold a table; one nested deeper is kept as paragraphs."""

HEADINGS = {"h1": 1, "h2": 1, "h3": 1, "h4": 2, "h5": 2, "h6": 2}
BOLD, ITALIC = {"strong", "b"}, {"em", "i"}
PARAGRAPHS = {"p", "div", "blockquote", "pre", "dt", "dd"}
LISTS = {"ul", "ol"}
TABLE = {"table", "thead", "tbody", "tfoot", "tr", "th", "td"}
UNDERSTOOD = set(HEADINGS) | BOLD | ITALIC | PARAGRAPHS | LISTS | TABLE | {"li", "br", "a"}
"""The elements that mean something; others must have been taken out."""

_WIDEST_SPAN = 50
LINK = re.compile(r"(https?://|mailto:)\S{1,2000}", re.IGNORECASE)
_BULLET = re.compile(r"[·•▪◦●‣\uf0a7\uf0b7]\s+")
_SPACES, _AFTER_BREAK = re.compile(r"[ \t\r\f]+"), re.compile(r"\n +")


def to_blocks(safe_html: str) -> Narrative:
    """The blocks of sanitised HTML. Elements in odd places are taken for what their text is."""
    builder = _Builder()
    builder.feed(safe_html)
    builder.close()
    return Narrative(builder.finish())


@dataclass
class _Frame:
    """An open element that holds blocks: the narrative itself, a list item or a cell."""

    tag: str
    blocks: list[Block] = field(default_factory=list)


@dataclass
class _OpenList:
    numbered: bool
    items: list[Blocks] = field(default_factory=list)


@dataclass
class _OpenTable:
    rows: list[list[Cell]] = field(default_factory=list)


class _Builder(HTMLParser):
    """Turns sanitised HTML into blocks. Elements in odd places are taken for what their text is."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[_Frame | _OpenList | _OpenTable] = [_Frame("body")]
        self.spans: list[tuple[bool, int, int]] = []
        self.runs: list[Run] = []
        self.heading = 0
        self.in_paragraph = 0
        self.bold = 0
        self.italic = 0
        self.hrefs: list[str] = []
        self.lists_too_deep = 0
        self.tables_too_deep = 0

    # What HTMLParser calls.

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "br":
            self.runs.append(Run("\n", *self._style()))
        elif tag in BOLD:
            self.bold += 1
        elif tag in ITALIC:
            self.italic += 1
        elif tag == "a":
            href = (attributes.get("href") or "").strip()
            self.hrefs.append(href if LINK.fullmatch(href) else "")
        elif tag in HEADINGS:
            self._end_paragraph()
            self.heading = HEADINGS[tag]
        elif tag in PARAGRAPHS:
            self._end_paragraph()
            self.in_paragraph += 1
        elif tag in LISTS:
            self._end_paragraph()
            self._open_list(tag == "ol")
        elif tag == "li":
            self._end_paragraph()
            self._open_item()
        elif tag == "table":
            self._end_paragraph()
            self._open_table()
        elif tag in TABLE and self.tables_too_deep:
            self._end_paragraph()
        elif tag == "tr":
            self._end_paragraph()
            self._close_to(_OpenTable)
            if isinstance(self.stack[-1], _OpenTable):
                self.stack[-1].rows.append([])
        elif tag in ("th", "td"):
            self._end_paragraph()
            self._close_to(_OpenTable)
            if isinstance(self.stack[-1], _OpenTable):
                self.spans.append((tag == "th", _span(attributes.get("colspan")), _span(attributes.get("rowspan"))))
                self.stack.append(_Frame("cell"))

    def handle_endtag(self, tag: str) -> None:
        if tag in BOLD:
            self.bold = max(0, self.bold - 1)
        elif tag in ITALIC:
            self.italic = max(0, self.italic - 1)
        elif tag == "a":
            if self.hrefs:
                self.hrefs.pop()
        elif tag in HEADINGS:
            self._end_paragraph()
            self.heading = 0
        elif tag in PARAGRAPHS:
            self._end_paragraph()
            self.in_paragraph = max(0, self.in_paragraph - 1)
        elif tag == "li":
            self._end_paragraph()
            self._close_frame("li")
        elif tag in LISTS and self.lists_too_deep:
            self._end_paragraph()
            self.lists_too_deep -= 1
        elif tag in LISTS:
            self._end_paragraph()
            self._close_frame("li")
            if isinstance(self.stack[-1], _OpenList):
                self._close_list()
        elif tag in TABLE and self.tables_too_deep:
            self._end_paragraph()
            self.tables_too_deep -= tag == "table"
        elif tag in ("th", "td"):
            self._end_paragraph()
            self._close_frame("cell")
        elif tag == "table":
            self._end_paragraph()
            self._close_to(_OpenTable)
            if isinstance(self.stack[-1], _OpenTable):
                self._close_table()

    def handle_data(self, data: str) -> None:
        if not self.in_paragraph and not self.heading and isinstance(self.stack[-1], _Frame):
            # Bare lines, as typed into a plain text box: each is a paragraph of its own.
            first, *rest = data.split("\n")
            self._text(first)
            for line in rest:
                if self.stack[-1].tag == "body":
                    self._end_paragraph()
                    self._text(line)
                else:
                    self._text(" " + line)
        else:
            self._text(data.replace("\n", " "))

    def finish(self) -> Blocks:
        """All blocks, with whatever was left open closed."""
        self._end_paragraph()
        while len(self.stack) > 1:
            self._close_top()
        body = self.stack[0]
        assert isinstance(body, _Frame)
        return tuple(body.blocks)

    # How blocks open and close.

    def _style(self) -> tuple[bool, bool, str]:
        return bool(self.bold), bool(self.italic), self.hrefs[-1] if self.hrefs else ""

    def _text(self, text: str) -> None:
        if text:
            self.runs.append(Run(text, *self._style()))

    def _frame(self) -> _Frame:
        """The innermost element that can hold a block.

        Text between a list's items gets an item of its own; a table's caption stands before the table.
        """
        top = self.stack[-1]
        if isinstance(top, _OpenList):
            self.stack.append(_Frame("li"))
        frame = self.stack[-2] if isinstance(top, _OpenTable) else self.stack[-1]
        assert isinstance(frame, _Frame)
        return frame

    def _end_paragraph(self) -> None:
        runs = tidy(self.runs)
        self.runs = []
        if runs:
            block = Heading(self.heading, runs) if self.heading else Paragraph(runs)
            self._frame().blocks.append(block)

    def _open_list(self, numbered: bool) -> None:
        if sum(isinstance(one, _OpenList) for one in self.stack) >= DEEPEST_LIST:
            self.lists_too_deep += 1
        else:
            # A list straight inside a list, as some editors write it, belongs to the item before it.
            top = self.stack[-1]
            if isinstance(top, _OpenList) and top.items:
                self.stack.append(_Frame("li", list(top.items.pop())))
            self._frame()
            self.stack.append(_OpenList(numbered))

    def _open_table(self) -> None:
        if sum(isinstance(one, _OpenTable) for one in self.stack) >= DEEPEST_TABLE:
            self.tables_too_deep += 1
        else:
            self._frame()
            self.stack.append(_OpenTable())

    def _open_item(self) -> None:
        self._close_frame("li")
        if not isinstance(self.stack[-1], _OpenList):
            self._frame()
            self.stack.append(_OpenList(numbered=False))
        self.stack.append(_Frame("li"))

    def _close_frame(self, tag: str) -> None:
        top = self.stack[-1]
        if isinstance(top, _Frame) and top.tag == tag:
            self._close_top()

    def _close_to(self, kind: type) -> None:
        """Close what stands open inside the innermost element of `kind`, where there is one."""
        if any(isinstance(one, kind) for one in self.stack):
            while not isinstance(self.stack[-1], kind):
                self._close_top()

    def _close_top(self) -> None:
        top = self.stack[-1]
        if isinstance(top, _OpenList):
            self._close_list()
        elif isinstance(top, _OpenTable):
            self._close_table()
        else:
            self.stack.pop()
            outer = self.stack[-1]
            if isinstance(outer, _OpenList):
                outer.items.append(tuple(top.blocks))
            elif isinstance(outer, _OpenTable):
                header, columns, rows = self.spans.pop()
                if not outer.rows:
                    outer.rows.append([])
                outer.rows[-1].append(Cell(tuple(top.blocks), header, columns, rows))

    def _close_list(self) -> None:
        done = self.stack.pop()
        assert isinstance(done, _OpenList)
        if items := tuple(item for item in done.items if item):
            self._frame().blocks.append(ListBlock(done.numbered, items))

    def _close_table(self) -> None:
        done = self.stack.pop()
        assert isinstance(done, _OpenTable)
        rows = tuple(tuple(row) for row in done.rows if row)
        if any(cell.blocks for row in rows for cell in row):
            header_rows = 0
            while header_rows < len(rows) and all(cell.header for cell in rows[header_rows]):
                header_rows += 1
            self._frame().blocks.append(Table(rows, header_rows))


def with_lists(narrative: Narrative) -> Narrative:
    """Paragraphs that begin with a bullet, one after the other, as the list that they were where they come from.

    So Word's lists arrive in a plain text box. A dash or a number may begin a sentence as well, so those stay.
    """
    blocks: list[Block] = []
    items: list[Blocks] = []
    for block in narrative.blocks:
        if item := _item(block):
            items.append((item,))
            continue
        if items:
            blocks.append(ListBlock(False, tuple(items)))
            items = []
        blocks.append(block)
    if items:
        blocks.append(ListBlock(False, tuple(items)))
    return Narrative(tuple(blocks))


def _item(block: Block) -> Paragraph | None:
    """A paragraph that begins with a bullet, without it; None for any other block."""
    if not isinstance(block, Paragraph) or not (mark := _BULLET.match(block.runs[0].text)):
        return None
    first, *rest = block.runs
    runs = tidy((replace(first, text=first.text[mark.end() :]), *rest))
    return Paragraph(runs) if runs else None


def _span(value: str | None) -> int:
    if not value or not (value.isascii() and value.isdigit()):
        return 1
    return max(1, min(int(value[:4]), _WIDEST_SPAN))


def tidy(runs: Iterable[Run]) -> Runs:
    """Join runs of one style, fold white space but line breaks, drop what is empty; nothing where there is no text."""
    tidied: list[Run] = []
    for run in runs:
        text = _AFTER_BREAK.sub("\n", _SPACES.sub(" ", run.text))
        if not tidied:
            text = text.lstrip(" \n")
        elif tidied[-1].text[-1] in " \n":
            text = text.lstrip(" ")
        if not text:
            continue
        if tidied and _style(tidied[-1]) == _style(run):
            text = tidied.pop().text + text
        tidied.append(Run(text, *_style(run)))
    while tidied and not tidied[-1].text.strip():
        tidied.pop()
    if tidied:
        tidied[-1] = replace(tidied[-1], text=tidied[-1].text.rstrip())
    return tuple(tidied) if any(run.text.strip() for run in tidied) else ()


def _style(run: Run) -> tuple[bool, bool, str]:
    return run.bold, run.italic, run.href
