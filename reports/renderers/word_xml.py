"""The elements that a Word file is made of, built straight away: python-docx searches, so its tables grow too slowly.

Sizes are in twentieths of a point ("twips"), as in the file itself; 567 are a centimetre.
"""

import re
from collections.abc import Iterable, Sequence

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from deliverables.narrative import storable
from deliverables.rag import Line, Standing
from themes.ratings import NEAR_BLACK, RatingValue

CELL_MARGIN = 100
HEAD_SHADE, ROW_SHADE, NO_UPDATE_SHADE = "E4E9F0", "F3F4F5", "D9DBDD"
_LINE_ENDS = re.compile(r"\r\n|\r")
_BREAKS = {"\n": "w:br", "\t": "w:tab"}


def el(tag: str, *children: BaseOxmlElement, **attributes: object) -> BaseOxmlElement:
    """An element such as `w:p` with its children; its attributes are of Word's own namespace."""
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    element.extend(children)
    return element


def run(
    text: str, *, bold: bool = False, italic: bool = False, style: str = "", ink: str = "", shade: str = ""
) -> BaseOxmlElement:
    """Text in one style; its line ends and tabs are Word's. What no XML can hold is dropped."""
    properties = el("w:rPr")
    if style:
        properties.append(el("w:rStyle", val=style))
    if bold:
        properties.extend([el("w:b"), el("w:bCs")])
    if italic:
        properties.extend([el("w:i"), el("w:iCs")])
    if ink:
        properties.append(el("w:color", val=_hex(ink)))
    if shade:
        properties.append(el("w:shd", val="clear", color="auto", fill=_hex(shade)))
    made = el("w:r", *([properties] if len(properties) else []))
    for part in re.split(r"([\n\t])", _LINE_ENDS.sub("\n", storable(text))):
        if part in _BREAKS:
            made.append(el(_BREAKS[part]))
        elif part:
            words = el("w:t")
            words.text = part
            words.set(qn("xml:space"), "preserve")
            made.append(words)
    return made


def paragraph(
    style: str,
    *content: BaseOxmlElement,
    keep: bool = False,
    new_page: bool = False,
    numbered: tuple[int, int] | None = None,
    spacing: tuple[int, int] | None = None,
    indent: tuple[int, int] | None = None,
    align: str = "",
) -> BaseOxmlElement:
    """A paragraph in the style of an id.

    `keep` keeps it with the next one; `numbered` is its list and level; `spacing` is before and after it; `indent` is
    its left edge and how far its first line, with the number, hangs out of it.
    """
    properties = el("w:pPr", el("w:pStyle", val=style))
    if keep:
        properties.append(el("w:keepNext"))
    if new_page:
        properties.append(el("w:pageBreakBefore"))
    if numbered:
        properties.append(el("w:numPr", el("w:ilvl", val=numbered[1]), el("w:numId", val=numbered[0])))
    if spacing:
        properties.append(el("w:spacing", before=spacing[0], after=spacing[1]))
    if indent:
        properties.append(el("w:ind", left=indent[0], hanging=indent[1]))
    if align:
        properties.append(el("w:jc", val=align))
    return el("w:p", properties, *content)


def cell(
    content: Sequence[BaseOxmlElement],
    width: int,
    *,
    columns: int = 1,
    shade: str = "",
    merge: str = "",
) -> BaseOxmlElement:
    """A cell over so many columns; `merge` is `restart` where one over several rows begins, and else `continue`."""
    properties = el("w:tcPr", el("w:tcW", w=width, type="dxa"))
    if columns > 1:
        properties.append(el("w:gridSpan", val=columns))
    if merge:
        properties.append(el("w:vMerge", val=merge))
    if shade:
        properties.append(el("w:shd", val="clear", color="auto", fill=_hex(shade)))
    return el("w:tc", properties, *content)


def row(cells: Iterable[BaseOxmlElement], *, repeats: bool = False, breaks: bool = False) -> BaseOxmlElement:
    """A row; one that `repeats` is a header over every page, and only one that `breaks` may go on over the page."""
    properties = el("w:trPr")
    if not breaks:
        properties.append(el("w:cantSplit"))
    if repeats:
        properties.append(el("w:tblHeader"))
    return el("w:tr", properties, *cells)


def table(
    style: str,
    widths: Sequence[int],
    rows: Iterable[BaseOxmlElement],
    *,
    indent: int = 0,
    caption: str = "",
    padding: int = 50,
) -> BaseOxmlElement:
    """A table of columns of these widths; `caption` is what it is for somebody who listens.

    `padding` is above and below what is in each cell.
    """
    properties = el(
        "w:tblPr",
        el("w:tblStyle", val=style),
        el("w:tblW", w=sum(widths), type="dxa"),
        el("w:tblInd", w=indent, type="dxa"),
        el("w:tblLayout", type="fixed"),
        el(
            "w:tblCellMar",
            *(el(f"w:{side}", w=padding if side in ("top", "bottom") else CELL_MARGIN, type="dxa")
              for side in ("top", "left", "bottom", "right")),
        ),
        el("w:tblLook", val="0420", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=0, noVBand=1),
    )  # fmt: skip
    if caption:
        properties.append(el("w:tblCaption", val=storable(caption)))
    return el("w:tbl", properties, el("w:tblGrid", *(el("w:gridCol", w=width) for width in widths)), *rows)


def rating_cell(of: Standing | Line, style: str, width: int, remark: str = "") -> BaseOxmlElement:
    """A rating's letter and name on its colour, so that it can be read without the colour; the remark below."""
    rating = of.rating
    ink = rating.ink if rating else NEAR_BLACK
    content = [paragraph(style, run(str(rating) if rating else of.label, bold=True, ink=ink), keep=True)]
    if remark:
        content.append(paragraph(style, run(remark, ink=ink), keep=True))
    return cell(content, width, shade=rating.colour if rating else NO_UPDATE_SHADE)


def rating_tag(rating: RatingValue | None) -> BaseOxmlElement:
    """A rating in a line of text: letter and name on its colour; that of no update is grey."""
    said = f"\N{NO-BREAK SPACE}{rating or 'No update'}\N{NO-BREAK SPACE}"
    ink, shade = (rating.ink, rating.colour) if rating else (NEAR_BLACK, NO_UPDATE_SHADE)
    return run(said, bold=True, ink=ink, shade=shade)


def _hex(colour: str) -> str:
    return colour.lstrip("#").upper()
