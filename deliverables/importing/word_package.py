"""Opens an uploaded Word file that anybody may have made: small trees of the parts that say what is in it.

What else it holds, such as pictures, embedded objects and comments, is never unzipped. No database here.
"""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from deliverables.importing.zipped import (
    Unreadable,
    Zipped,
    feed,
    part_at,
    relationships_of,
    unzipped,
    xml_parser,
)

_SAVE_AS = "Open it in Word and save it as “Word Document (.docx)”."
_SMALLER = "Copy the pages that are to be brought in into an empty document, and save that."
WORD = Zipped(
    program="Word",
    megabytes=10,
    unzipped=60_000_000,
    parts=2000,
    smaller=_SMALLER,
    save_as=_SAVE_AS,
    old=f"It is in the format of an older Word (.doc). {_SAVE_AS}",
    protected="It is protected with a password. Save it in Word without one: File, Info, Protect Document.",
    broken=f"It is not a Word document, or not a whole one. {_SAVE_AS}",
)
_BROKEN = f"Something in it is broken. {_SAVE_AS}"
_MACROS = "It can hold macros (.docm). Save it in Word as “Word Document (.docx)”, which holds none."
_TOO_MUCH = f"There is far more in it than in any plan. {_SMALLER}"
MOST_XML, MOST_ELEMENTS, MOST_LETTERS, _DEEPEST = 30_000_000, 400_000, 3_000_000, 100
"""Of all parts that are read together: bytes, elements and attributes, characters of text; and how deep they nest."""

_OTHER_FILES = (
    (rb"%PDF", f"It is a PDF file, which does not say where its tables and cells are. {_SAVE_AS}"),
    (rb"\{\\rtf", f"It is in Rich Text Format (.rtf). {_SAVE_AS}"),
    (rb"<", f"It is a web page or other text with markup. {_SAVE_AS}"),
)
_OTHER_PARTS = {
    "xl/": "It is an Excel workbook. Take it to the import of spreadsheets.",
    "ppt/": "It is a PowerPoint presentation. Copy what is to be brought in into a Word document.",
    "content.xml": f"It is in OpenDocument format, such as .odt. {_SAVE_AS}",
}
_STRICT, _USUAL = "http://purl.oclc.org/ooxml/", "http://schemas.openxmlformats.org/"
_PREFIXES = {
    f"{_USUAL}wordprocessingml/2006/main": "",
    f"{_STRICT}wordprocessingml/main": "",
    f"{_USUAL}officeDocument/2006/relationships": "r:",
    f"{_STRICT}officeDocument/relationships": "r:",
    f"{_USUAL}officeDocument/2006/math": "m:",
    f"{_STRICT}officeDocument/math": "m:",
    f"{_USUAL}markup-compatibility/2006": "mc:",
    f"{_USUAL}package/2006/relationships": "",
    f"{_USUAL}package/2006/content-types": "",
    "http://www.w3.org/XML/1998/namespace": "xml:",
    "": "",
}
_OTHER = "other"
_WITH_TEXT = ("t", "instrText")


@dataclass(frozen=True)
class Package:
    """What is read of a file. An element's tag is its name in Word's own namespace, whichever of its two that is.

    Of other namespaces those of compatibility and of equations have a prefix, and all others are called `other` and
    have no attributes. Only `t` and `instrText` have text.
    """

    document: Element
    styles: Element
    """Empty where there are none, as the next."""
    numbering: Element
    links: dict[str, str]
    """Addresses out of the file by the keys that the document has for them."""


def opened(content: bytes) -> Package:
    """The parts of a Word document; raises Unreadable.

    Takes at most some 3 seconds and 150 MB, whatever the bytes are.
    """
    if not content:
        raise Unreadable("There is nothing in it.")
    refuse_other_files(content)
    parts = unzipped(content, WORD, lambda name: name == "[content_types].xml" or name.endswith(".rels"))
    trees = _Trees(parts)
    main = next((part for kind, part in trees.named("").values() if kind == "officeDocument"), "")
    _refuse_other_kinds(trees, main)
    named = {kind: part for kind, part in trees.named(main).values() if kind in ("styles", "numbering")}
    wanted = {main, *named.values()}
    trees.parts |= {name: part for name, part in unzipped(content, WORD, wanted.__contains__).items() if part}
    document = trees.of(main)
    if document.tag != "document" or document.find("body") is None:
        raise Unreadable(_BROKEN)
    styles, numbering = (trees.of(named.get(kind, "")) for kind in ("styles", "numbering"))
    return Package(document, styles, numbering, trees.links(main))


def refuse_other_files(content: bytes) -> None:
    """Raises Unreadable for what begins like a file of another kind that plans are often in."""
    for start, said in _OTHER_FILES:
        if re.match(rb"(?:\xef\xbb\xbf)?\s*" + start, content[:1000]):
            raise Unreadable(said)


def _refuse_other_kinds(trees: "_Trees", main: str) -> None:
    for start, said in _OTHER_PARTS.items():
        if any(name.startswith(start) for name in trees.parts) and not main.startswith("word/"):
            raise Unreadable(said)
    kinds = " ".join(one.get("ContentType", "").lower() for one in trees.of("[content_types].xml"))
    if "macroenabled" in kinds or "vbaproject" in kinds or any("vbaproject" in name for name in trees.parts):
        raise Unreadable(_MACROS)
    if "wordprocessingml." not in kinds or main not in trees.parts:
        raise Unreadable(WORD.broken)


class _Trees:
    """Makes trees of parts, and refuses what is far more than a plan in all of them together."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self.parts = parts
        self._bytes = self._elements = self._letters = 0
        self._names: dict[str, str] = {}
        self._values: dict[str, str] = {}

    def named(self, of: str) -> dict[str, tuple[str, str]]:
        """The parts that a part names: by its key there, of what kind it is and which."""
        return {
            one.get("Id", ""): (one.get("Type", "").rpartition("/")[2], part_at(of, one.get("Target", "")))
            for one in self.of(relationships_of(of))
            if one.get("TargetMode") != "External"
        }

    def links(self, of: str) -> dict[str, str]:
        """The addresses out of the file that a part names, by its key there."""
        return {
            one.get("Id", ""): one.get("Target", "")
            for one in self.of(relationships_of(of))
            if one.get("TargetMode") == "External" and one.get("Type", "").endswith("/hyperlink")
        }

    def of(self, name: str) -> Element:
        """The root of a part; an empty element where there is no such part."""
        content = self.parts.get(name)
        if not content:
            return Element(_OTHER)
        self._bytes += len(content)
        if self._bytes > MOST_XML:
            raise Unreadable(_TOO_MUCH)
        top = Element(_OTHER)
        stack, parser = [top], xml_parser("Word")
        pieces: list[str] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            self._elements += 1 + len(attributes)
            if self._elements > MOST_ELEMENTS or len(stack) > _DEEPEST:
                raise Unreadable(_TOO_MUCH)
            tag = self._name(name)
            element = Element(tag)
            if tag is not _OTHER:
                for key, value in attributes.items():
                    short = self._name(key)
                    if short is not _OTHER and not short.startswith("rsid"):
                        element.set(short, self._values.setdefault(value, value))
            stack[-1].append(element)
            stack.append(element)
            pieces.clear()

        def end(_: str) -> None:
            element = stack.pop()
            if element.tag in _WITH_TEXT:
                element.text = "".join(pieces)
            pieces.clear()

        def text(text: str) -> None:
            if stack[-1].tag in _WITH_TEXT:
                self._letters += len(text)
                if self._letters > MOST_LETTERS:
                    raise Unreadable(_TOO_MUCH)
                pieces.append(text)

        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
        feed(parser, content, _BROKEN)
        return top[0]

    def _name(self, name: str) -> str:
        if name not in self._names:
            space, _, local = name.rpartition("}")
            prefix = _PREFIXES.get(space)
            self._names[name] = _OTHER if prefix is None else prefix + local
        return self._names[name]
