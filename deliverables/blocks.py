"""A narrative as plain blocks, and how they are written: as HTML, as text, as an excerpt. No database here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby

_EMPTY_HEADER = re.compile(r"<th([^>]*)></th>")


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
        """For a page: as `html`, with each table in a frame that scrolls on a narrow screen, by keyboard too.

        A header cell without a word, as in a table's corner, is no header to somebody who listens.
        """
        frame = '<div class="scroll" role="group" aria-label="Table" tabindex="0"><table>'
        return (
            _EMPTY_HEADER.sub(r"<td\1></td>", self.html).replace("<table>", frame).replace("</table>", "</table></div>")
        )

    @property
    def text(self) -> str:
        """For a spreadsheet's cell: a line a paragraph, list items with their number or a dash, cells by tabs."""
        return "\n".join(_lines(self.blocks))

    @property
    def typed(self) -> str:
        """For a plain text box: lines where it is nothing but plain paragraphs, and else its HTML."""
        plain = all(
            isinstance(block, Paragraph) and block.runs == (Run(block.runs[0].text),) and "\n" not in block.runs[0].text
            for block in self.blocks
        )
        return self.text if plain and not set("<&") & set(self.text) else self.html

    def excerpt(self, length: int = 240) -> str:
        """The first words of its paragraphs, at most `length` characters and an ellipsis, ending at a word."""
        paragraphs = tuple(block for block in self.blocks if isinstance(block, Paragraph)) or self.blocks
        words = " ".join(" ".join(_lines(paragraphs)).split())
        return words if len(words) <= length else words[: length + 1].rsplit(" ", 1)[0][:length].rstrip(",;:") + " …"


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
                first, *rest = [*_lines(item)] or [""]
                yield indent + mark + first
                yield from (indent + " " * len(mark) + line for line in rest)
        else:
            for row in block.rows:
                yield indent + "\t".join(" ".join(_lines(cell.blocks)).replace("\t", " ") for cell in row)
