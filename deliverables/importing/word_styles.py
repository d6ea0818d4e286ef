"""What the styles of a Word file, and the properties that stand beside them, say of a paragraph or a run.

Elements are those of `word_package`. No database here.
"""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

_LONGEST_CHAIN = 20  # styles based on one another; Word has at most 11
_HEADING = re.compile(r"heading ([1-9])")
_LENGTH = re.compile(r"(-?\d{1,6})(?:\.\d+)?(pt|pi|pc|in|cm|mm)?")
_TWIPS = {"": 1, "pt": 20, "pi": 240, "pc": 240, "in": 1440, "cm": 567, "mm": 57}
_COLOUR = re.compile(r"[0-9a-f]{6}")
_HIGHLIGHTS = {
    "yellow": "ffff00",
    "green": "00ff00",
    "cyan": "00ffff",
    "magenta": "ff00ff",
    "blue": "0000ff",
    "red": "ff0000",
    "darkblue": "000080",
    "darkcyan": "008080",
    "darkgreen": "008000",
    "darkmagenta": "800080",
    "darkred": "800000",
    "darkyellow": "808000",
    "darkgray": "808080",
    "lightgray": "c0c0c0",
    "black": "000000",
}
_BODY_TEXT = 9  # the outline level of what is no heading


@dataclass(frozen=True)
class Style:
    """What a style says together with those that it is based on."""

    name: str = ""
    """In lower case, as Word names it in English whatever its language."""
    heading: int = 0
    """1 to 9; 0 for one that is no heading."""
    is_bold: bool = False
    is_italic: bool = False
    is_hidden: bool = False
    shade: str = ""
    indent: int | None = None
    """Of a paragraph's left edge, in twentieths of a point, as all lengths here."""
    number: Element | None = None
    """`numPr`."""


class Styles:
    """The styles of a file by their keys."""

    def __init__(self, styles: Element) -> None:
        self._elements = {one.get("styleId", ""): one for one in styles.findall("style")}
        self._known: dict[str, Style] = {}
        self._default = next(
            (
                key
                for key, one in self._elements.items()
                if one.get("type") == "paragraph" and one.get("default") in ("1", "true", "on")
            ),
            "",
        )

    def of_paragraph(self, properties: Element | None) -> Style:
        """That of a paragraph with these `pPr`; the file's usual one where it names none."""
        return self.of(value(properties, "pStyle") or self._default)

    def of(self, key: str) -> Style:
        if key not in self._known:
            self._known[key] = _together(self._chain(key))
        return self._known[key]

    def _chain(self, key: str) -> list[Element]:
        chain: list[Element] = []
        while key in self._elements and len(chain) < _LONGEST_CHAIN:
            chain.append(self._elements[key])
            key = value(chain[-1], "basedOn")
        return chain


def _together(chain: list[Element]) -> Style:
    """Of a style and those that it is based on, nearest first: the nearest that says something of it counts."""
    if not chain:
        return Style()
    paragraphs = [one.find("pPr") for one in chain]
    runs = [one.find("rPr") for one in chain]
    return Style(
        name=_name(chain[0]),
        heading=next((found for one in chain if (found := _heading(one)) is not None), 0),
        is_bold=next((found for one in runs if (found := switch(one, "b")) is not None), False),
        is_italic=next((found for one in runs if (found := switch(one, "i")) is not None), False),
        is_hidden=next((found for one in runs if (found := switch(one, "vanish")) is not None), False),
        shade=next((behind for one in (*runs, *paragraphs) if (behind := shade(one)) is not None), ""),
        indent=next((far for one in paragraphs if (far := indent(one)) is not None), None),
        number=next((listed for one in paragraphs if (listed := child(one, "numPr")) is not None), None),
    )


def _name(style: Element) -> str:
    return value(style, "name").lower()


def _heading(style: Element) -> int | None:
    """The level of a heading's style by its name, or by its place in the outline; None where it says neither."""
    if named := _HEADING.fullmatch(_name(style)):
        return int(named[1])
    if _name(style) == "title":
        return 1
    return outline(style.find("pPr"))


def outline(properties: Element | None) -> int | None:
    """Which level of heading `pPr` make of a paragraph, 0 for none; None where they do not say."""
    level = number(value(properties, "outlineLvl"), None)
    return None if level is None else level + 1 if 0 <= level < _BODY_TEXT else 0


def child(element: Element | None, name: str) -> Element | None:
    return None if element is None else element.find(name)


def value(element: Element | None, name: str) -> str:
    """What a property of that name within an element says; empty where it has none."""
    found = child(element, name)
    return "" if found is None else found.get("val", "")


def switch(properties: Element | None, name: str) -> bool | None:
    """Whether a property is on; None where nothing says so."""
    found = child(properties, name)
    return None if found is None else found.get("val", "").lower() not in ("0", "false", "off", "none")


def number(text: str, otherwise: int | None) -> int | None:
    """A whole number or a length in twentieths of a point; `otherwise` for what is neither, or far too large."""
    found = _LENGTH.fullmatch(text)
    return int(found[1]) * _TWIPS[found[2] or ""] if found else otherwise


def indent(properties: Element | None) -> int | None:
    """How far in a paragraph's left edge stands; None where nothing says so."""
    found = child(properties, "ind")
    return None if found is None else number(found.get("start") or found.get("left") or "", None)


def shade(properties: Element | None) -> str | None:
    """The colour behind a text or a cell by its `rPr`, `pPr` or `tcPr`, such as `00b050`.

    Empty of white and of one that is put off, and None where nothing says so.
    """
    if highlight := value(properties, "highlight"):
        return _HIGHLIGHTS.get(highlight.lower(), "")
    found = child(properties, "shd")
    if found is None:
        return None
    colour = found.get("color" if found.get("val") == "solid" else "fill", "").lower()
    return colour if _COLOUR.fullmatch(colour) and colour != "ffffff" else ""
