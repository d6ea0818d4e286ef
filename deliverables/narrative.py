"""The narrative of an update: made safe, parsed once into plain blocks, and written back. No database here.

What is stored is always `clean()`'s result: HTML of a fixed, small set of elements. Every renderer reads the
blocks of `parse()`, so page, Word, PDF and CSV cannot differ in what they understand.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from itertools import groupby
from math import ceil

import nh3

MOST_BYTES = 100_000
"""The largest narrative that is taken, in bytes of UTF-8: some 25 pages of text."""

DEEPEST_LIST = 8
"""Lists nested deeper are kept as items of the deepest level."""

DEEPEST_TABLE = 2
"""A table may hold a table; one nested deeper is kept as paragraphs."""

LINK_SCHEMES = {"http", "https", "mailto"}
_LINK = re.compile(r"(https?://|mailto:)\S{1,2000}", re.IGNORECASE)

_HEADINGS = {"h1": 1, "h2": 1, "h3": 1, "h4": 2, "h5": 2, "h6": 2}
_BOLD, _ITALIC = {"strong", "b"}, {"em", "i"}
_PARAGRAPHS = {"p", "div", "blockquote", "pre", "dt", "dd"}
_LISTS = {"ul", "ol"}
_TABLE = {"table", "thead", "tbody", "tfoot", "tr", "th", "td"}
_ALLOWED = set(_HEADINGS) | _BOLD | _ITALIC | _PARAGRAPHS | _LISTS | _TABLE | {"li", "br", "a"}
_NO_TEXT = {"script", "style", "title", "textarea", "noscript", "template", "svg", "math", "iframe", "object"}
_WIDEST_SPAN = 50

# What may open or close an element, or a comment. Any other `<` is one that a person typed ("fewer than <10").
_ELEMENTS = _ALLOWED | _NO_TEXT | nh3.ALLOWED_TAGS | {"html", "head", "body", "meta", "link", "base", "font", "o:p"}
_ELEMENTS |= {
    "form",
    "input",
    "button",
    "select",
    "option",
    "label",
    "embed",
    "param",
    "frame",
    "frameset",
    "applet",
    "section",
    "main",
}
_TYPED_LESS_THAN = re.compile(rf"<(?!/?(?:{'|'.join(sorted(_ELEMENTS))})(?![\w:-])|!|\?)", re.IGNORECASE)

# What XML and PostgreSQL cannot hold: control characters other than tab and line ends, and lone surrogates.
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile(r"[ \t\r\n\f]+")


class NarrativeTooLong(ValueError):
    """A narrative over the limit; the message says its size. `text` is what was given, whole."""

    def __init__(self, text: str, size: int) -> None:
        self.text = text
        super().__init__(
            f"The update is {ceil(size / 100) / 10:g} kB long; the most that can be kept is {MOST_BYTES // 1000} kB. "
            "Shorten it, or put tables of figures in a document of their own and link to it."
        )


@dataclass(frozen=True)
class Run:
    """Text in one style; a line break is a newline in it."""

    text: str
    bold: bool = False
    italic: bool = False
    href: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Paragraph:
    runs: Runs


@dataclass(frozen=True)
class Heading:
    level: int
    """1 or 2, below whatever heading the update itself stands under."""
    runs: Runs


@dataclass(frozen=True)
class ListBlock:
    numbered: bool
    items: tuple["Blocks", ...]


@dataclass(frozen=True)
class Cell:
    blocks: "Blocks"
    header: bool = False
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True)
class Table:
    rows: tuple[tuple[Cell, ...], ...]
    header_rows: int = 0
    """How many of the first rows are header cells throughout."""


Block = Paragraph | Heading | ListBlock | Table
Blocks = tuple[Block, ...]


@dataclass(frozen=True)
class Narrative:
    """A narrative as plain blocks."""

    blocks: Blocks = ()

    def __bool__(self) -> bool:
        return bool(self.blocks)

    @property
    def html(self) -> str:
        """As it is stored and shown on a page: the fixed set of elements, escaped."""
        return "".join(_html(self.blocks))

    @property
    def page(self) -> str:
        """For a page: as `html`, with each table in a frame that scrolls on a narrow screen, by keyboard too."""
        frame = '<div class="scroll" role="group" aria-label="Table" tabindex="0"><table>'
        return self.html.replace("<table>", frame).replace("</table>", "</table></div>")

    @property
    def text(self) -> str:
        """For a spreadsheet's cell: a line a paragraph, list items with their number or a dash, cells by tabs."""
        return "\n".join(_lines(self.blocks))

    def excerpt(self, length: int = 240) -> str:
        """The first words of its paragraphs, at most `length` characters and an ellipsis, ending at a word."""
        paragraphs = tuple(block for block in self.blocks if isinstance(block, Paragraph)) or self.blocks
        words = " ".join(" ".join(_lines(paragraphs)).split())
        return words if len(words) <= length else words[: length + 1].rsplit(" ", 1)[0][:length].rstrip(",;:") + " …"


def clean(html: str) -> str:
    """Make a narrative safe to store, whatever it was: harmless, of known elements, in one form.

    Raises NarrativeTooLong, with the text, over MOST_BYTES.
    """
    size = len(html.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        raise NarrativeTooLong(html, size)
    stored = _parse(_allowed(_TYPED_LESS_THAN.sub("&lt;", storable(html)))).html
    # Tags add to the length, so bare text near the limit can pass it only now.
    if (size := len(stored.encode())) > MOST_BYTES:
        raise NarrativeTooLong(html, size)
    return stored


@lru_cache(maxsize=256)
def parse(stored: str) -> Narrative:
    """The blocks of a stored narrative. Sanitised once more, so that nothing can come past `clean()`."""
    return _parse(_allowed(stored))


def storable(text: str) -> str:
    """Text without the characters that no file or database can hold; Word's soft line break becomes a line end."""
    return _UNSTORABLE.sub("", text.replace("\x0b", "\n"))


def _allowed(html: str) -> str:
    safe = nh3.clean(
        html,
        tags=_ALLOWED,
        clean_content_tags=_NO_TEXT,
        attributes={"a": {"href"}, "th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"}},
        url_schemes=LINK_SCHEMES,
        link_rel=None,
    )
    # Once more, since `&#1;` is a character only now.
    return storable(safe)


def _parse(safe_html: str) -> Narrative:
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
        elif tag in _BOLD:
            self.bold += 1
        elif tag in _ITALIC:
            self.italic += 1
        elif tag == "a":
            href = (attributes.get("href") or "").strip()
            self.hrefs.append(href if _LINK.fullmatch(href) else "")
        elif tag in _HEADINGS:
            self._end_paragraph()
            self.heading = _HEADINGS[tag]
        elif tag in _PARAGRAPHS:
            self._end_paragraph()
            self.in_paragraph += 1
        elif tag in _LISTS:
            self._end_paragraph()
            self._open_list(tag == "ol")
        elif tag == "li":
            self._end_paragraph()
            self._open_item()
        elif tag == "table":
            self._end_paragraph()
            self._open_table()
        elif tag in _TABLE and self.tables_too_deep:
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
        if tag in _BOLD:
            self.bold = max(0, self.bold - 1)
        elif tag in _ITALIC:
            self.italic = max(0, self.italic - 1)
        elif tag == "a":
            if self.hrefs:
                self.hrefs.pop()
        elif tag in _HEADINGS:
            self._end_paragraph()
            self.heading = 0
        elif tag in _PARAGRAPHS:
            self._end_paragraph()
            self.in_paragraph = max(0, self.in_paragraph - 1)
        elif tag == "li":
            self._end_paragraph()
            self._close_frame("li")
        elif tag in _LISTS and self.lists_too_deep:
            self._end_paragraph()
            self.lists_too_deep -= 1
        elif tag in _LISTS:
            self._end_paragraph()
            self._close_frame("li")
            if isinstance(self.stack[-1], _OpenList):
                self._close_list()
        elif tag in _TABLE and self.tables_too_deep:
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
        runs = _tidy(self.runs)
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


def _span(value: str | None) -> int:
    if not value or not (value.isascii() and value.isdigit()):
        return 1
    return max(1, min(int(value[:4]), _WIDEST_SPAN))


def _tidy(runs: Iterable[Run]) -> Runs:
    """Join runs of one style, fold white space, and drop what is empty; nothing where there is no text."""
    tidy: list[Run] = []
    for run in runs:
        text = run.text if run.text == "\n" else _SPACES.sub(" ", run.text)
        if not tidy:
            text = text.lstrip(" \n")
        elif tidy[-1].text[-1] in " \n":
            text = text.lstrip(" ")
        if not text:
            continue
        if tidy and replace(tidy[-1], text="") == replace(run, text=""):
            text = tidy.pop().text + text
        tidy.append(replace(run, text=text))
    while tidy and not tidy[-1].text.strip():
        tidy.pop()
    if tidy:
        tidy[-1] = replace(tidy[-1], text=tidy[-1].text.rstrip())
    return tuple(tidy) if any(run.text.strip() for run in tidy) else ()


def _html(blocks: Blocks) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield f"<p>{_inline(block.runs)}</p>"
        elif isinstance(block, Heading):
            tag = "h3" if block.level == 1 else "h4"
            yield f"<{tag}>{_inline(block.runs)}</{tag}>"
        elif isinstance(block, ListBlock):
            tag = "ol" if block.numbered else "ul"
            items = "".join(f"<li>{''.join(_html(item))}</li>" for item in block.items)
            yield f"<{tag}>{items}</{tag}>"
        else:
            head = "".join(map(_row_html, block.rows[: block.header_rows]))
            body = "".join(map(_row_html, block.rows[block.header_rows :]))
            yield f"<table>{head and f'<thead>{head}</thead>'}{body and f'<tbody>{body}</tbody>'}</table>"


def _row_html(row: tuple[Cell, ...]) -> str:
    cells = []
    for cell in row:
        tag = "th" if cell.header else "td"
        columns = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
        rows = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
        cells.append(f"<{tag}{columns}{rows}>{''.join(_html(cell.blocks))}</{tag}>")
    return f"<tr>{''.join(cells)}</tr>"


def _inline(runs: Runs) -> str:
    parts = []
    for href, linked in groupby(runs, key=lambda run: run.href):
        text = ""
        for run in linked:
            inner = escape(run.text, quote=False).replace("\n", "<br>")
            inner = f"<em>{inner}</em>" if run.italic else inner
            text += f"<strong>{inner}</strong>" if run.bold else inner
        parts.append(f'<a href="{escape(href)}">{text}</a>' if href else text)
    return "".join(parts)


def _lines(blocks: Blocks, indent: str = "") -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph | Heading):
            for line in "".join(run.text for run in block.runs).split("\n"):
                yield indent + line
        elif isinstance(block, ListBlock):
            for number, item in enumerate(block.items, start=1):
                mark = f"{number}. " if block.numbered else "- "
                first, *rest = _lines(item)
                yield indent + mark + first
                yield from (indent + " " * len(mark) + line for line in rest)
        else:
            for row in block.rows:
                yield indent + "\t".join(" ".join(_lines(cell.blocks)).replace("\t", " ") for cell in row)
