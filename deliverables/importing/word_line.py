"""The words of one paragraph of a Word file, in their styles, and what else stands in it. No database here."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from deliverables.blocks import Run
from deliverables.importing.word_styles import Style, Styles, number, shade, switch, value
from deliverables.narrative import storable
from deliverables.narrative_parser import LINK

_LETTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\N{NON-BREAKING HYPHEN}"}
_SYMBOLS = {  # of Symbol and Wingdings, in which offices write bullets, ticks and crosses
    0xB7: "•",
    0xA7: "▪",
    0xD8: "➢",
    0xE0: "→",
    0xFB: "✗",
    0xFC: "✓",
    0xFD: "☒",
    0xFE: "☑",
    0x6F: "☐",
    0xA8: "☐",
}
_OTHER_FONTS = range(0xF000, 0xF100)  # where Word puts what such a font has instead of letters
_LEFT_OUT = {
    "pPr",
    "rPr",
    "sdtPr",
    "sdtEndPr",
    "customXmlPr",
    "smartTagPr",
    "rt",
    "instrText",
    "delText",
    "delInstrText",
    "other",
}
PASSED_OVER = {
    "m:oMath": "equations",
    "m:oMathPara": "equations",
    "commentReference": "comments",
    "footnoteReference": "footnotes",
    "endnoteReference": "footnotes",
    "del": "deleted text of tracked changes",
    "moveFrom": "deleted text of tracked changes",
    "object": "embedded objects",
    "altChunk": "embedded objects",
    "subDoc": "embedded objects",
    "control": "embedded objects",
}
PICTURES, HIDDEN, SYMBOLS = "pictures and drawings", "hidden text", "symbols of fonts of their own"
_ADDRESS = re.compile(r'\s*HYPERLINK\s+(?:\\[nmt]\s+)*"?([^"\s\\]+)"?', re.IGNORECASE)
_LONGEST_FIELD = 2100


@dataclass
class _Field:
    """A field that is open: its instruction, which is not shown, and then its result, which is."""

    is_seen: bool
    """Whether it does not stand in another's instruction."""
    href: str
    """Of the link that it stands in, and then its own."""
    instruction: str = ""
    is_shown: bool = False


class Line:
    """What one paragraph holds."""

    def __init__(self, styles: Styles, style: Style, links: dict[str, str], pass_over: Callable[[str], None]) -> None:
        self.runs: list[Run] = []
        self.boxes: list[Element] = []
        """The contents of its text boxes."""
        self.shades: set[str] = set()
        """The colours behind its words, empty for none."""
        self._styles = styles
        self._style = style
        self._shade = style.shade
        self._links = links
        self._pass_over = pass_over
        self._fields: list[_Field] = []
        self._pieces: list[str] = []
        self._look = (False, False, "")

    def read(self, paragraph: Element) -> None:
        own = shade(paragraph.find("pPr"))
        self._shade = self._style.shade if own is None else own
        self._inside(paragraph, "")
        self._end_run()

    def _inside(self, element: Element, href: str) -> None:
        for child in branches(element):
            tag = child.tag
            if tag == "r":
                self._run(child, href)
            elif tag in PASSED_OVER:
                self._pass_over(PASSED_OVER[tag])
            elif tag == "hyperlink":
                self._inside(child, self._link(child) or href)
            elif tag == "fldSimple":
                self._inside(child, _field_link(child.get("instr", "")) or href)
            elif tag not in _LEFT_OUT:
                self._inside(child, href)

    def _run(self, run: Element, href: str) -> None:
        properties = run.find("rPr")
        named = self._styles.of(value(properties, "rStyle"))
        is_bold, is_italic = switch(properties, "b"), switch(properties, "i")
        is_hidden = switch(properties, "vanish")
        if is_hidden is None:
            is_hidden = named.is_hidden or self._style.is_hidden
        by_style = not self._style.heading  # a heading is bold as a heading
        own = shade(properties)
        look = (
            (self._style.is_bold and by_style) != named.is_bold if is_bold is None else is_bold,
            (self._style.is_italic and by_style) != named.is_italic if is_italic is None else is_italic,
        )
        self._content(run, href, look, is_hidden, (named.shade or self._shade) if own is None else own)

    def _content(self, run: Element, href: str, look: tuple[bool, bool], is_hidden: bool, behind: str) -> None:
        for child in branches(run):
            tag = child.tag
            if tag == "t":
                text = child.text or ""
                text = (text if child.get("xml:space") == "preserve" else text.strip(" \t\r\n")).replace("\n", " ")
                self._text(text, href, look, is_hidden, behind)
            elif tag in _LETTERS:
                self._text(_LETTERS[tag], href, look, is_hidden, behind)
            elif tag == "sym":
                self._text(self._symbol(child.get("char", "")), href, look, is_hidden, behind)
            elif tag == "fldChar":
                self._text(_chosen(child), href, look, is_hidden, behind)
                self._field_mark(child.get("fldCharType", ""))
            elif tag == "instrText":
                if self._fields and len(self._fields[-1].instruction) < _LONGEST_FIELD:
                    self._fields[-1].instruction += child.text or ""
            elif tag in ("drawing", "pict", "object") and (boxes := [*_boxes(child)]):
                self.boxes += boxes
            elif tag in ("drawing", "pict"):
                self._pass_over(PICTURES)
            elif tag in PASSED_OVER:
                self._pass_over(PASSED_OVER[tag])
            elif tag == "ruby":
                self._inside(child, href)

    def _text(self, text: str, href: str, look: tuple[bool, bool], is_hidden: bool, behind: str) -> None:
        text = storable(text)
        inner = self._fields[-1] if self._fields else _Field(True, "", is_shown=True)
        if not text or not inner.is_shown:
            return
        if is_hidden:
            self._pass_over(HIDDEN)
            return
        if text.strip():
            self.shades.add(behind)
        href = inner.href or href
        if self._look != (*look, href):
            self._end_run()
            self._look = (*look, href)
        self._pieces.append(text)

    def _end_run(self) -> None:
        if text := "".join(self._pieces):
            self.runs.append(Run(text, *self._look))
        self._pieces = []

    def _symbol(self, code: str) -> str:
        letter = int(code, 16) if re.fullmatch("[0-9A-Fa-f]{4}", code) else 0
        if letter in _OTHER_FONTS or letter < 0x100:
            if letter & 0xFF not in _SYMBOLS:
                self._pass_over(SYMBOLS)
            return _SYMBOLS.get(letter & 0xFF, "")
        return chr(letter)

    def _field_mark(self, kind: str) -> None:
        inner = self._fields[-1] if self._fields else None
        if kind == "begin":
            self._fields.append(_Field(inner.is_shown, inner.href) if inner else _Field(True, ""))
        elif kind == "separate" and inner:
            inner.is_shown = inner.is_seen
            inner.href = _field_link(inner.instruction) or inner.href
        elif kind == "end" and inner:
            self._fields.pop()

    def _link(self, hyperlink: Element) -> str:
        address = self._links.get(hyperlink.get("r:id", ""), "")
        place = hyperlink.get("anchor", "")
        return _address(f"{address}#{place}" if address and place else address)


def branches(element: Element) -> Iterator[Element]:
    """The children of an element; of what is written in several ways for several programs the first way."""
    for child in element:
        if child.tag == "mc:AlternateContent":
            chosen = child.find("mc:Choice")
            chosen = child.find("mc:Fallback") if chosen is None else chosen
            if chosen is not None:
                yield from branches(chosen)
        else:
            yield child


def _boxes(element: Element) -> Iterator[Element]:
    for child in branches(element):
        if child.tag == "txbxContent":
            yield child
        else:
            yield from _boxes(child)


def _chosen(mark: Element) -> str:
    """What is chosen in a form's list, which stands where the list begins and nowhere in the text."""
    choices = mark.find("ffData/ddList")
    if choices is None:
        return ""
    entries = [one.get("val", "") for one in choices.findall("listEntry")]
    chosen = number(value(choices, "result") or value(choices, "default"), 0) or 0
    return entries[chosen] if 0 <= chosen < len(entries) else ""


def _field_link(instruction: str) -> str:
    found = _ADDRESS.match(instruction)
    return _address(found[1]) if found else ""


def _address(address: str) -> str:
    """A link that a narrative can have; empty for any other."""
    address = storable(address).strip()
    return address if LINK.fullmatch(address) else ""
