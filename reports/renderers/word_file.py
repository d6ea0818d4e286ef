"""The file that a report is written into: the product's own, or one made of the office's template. No database here.

Of a template its styles, headers, footers and page are kept, and what those need; its body and all else is left out.
"""

import io
import zipfile
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path

import docx
from docx.document import Document as WordFile
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.package import OpcPackage
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.opc.rel import _Relationship
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.parts.numbering import NumberingPart

from reports.renderers.word_leftovers import without_leftovers
from reports.renderers.word_xml import el

LANGUAGE = "en-GB"
LEAST_WIDTH = 6000
"""The narrowest page, between its margins, that a report is set on: about 10.5 cm."""

_KEPT = {
    RELATIONSHIP_TYPE.STYLES,
    RELATIONSHIP_TYPE.NUMBERING,
    RELATIONSHIP_TYPE.SETTINGS,
    RELATIONSHIP_TYPE.THEME,
    RELATIONSHIP_TYPE.FONT_TABLE,
    RELATIONSHIP_TYPE.HEADER,
    RELATIONSHIP_TYPE.FOOTER,
}
_RUNNING = ("headerReference", "footerReference")
_KEPT_IN_SECTION = ("pgSz", "pgMar", "pgBorders", "titlePg", "docGrid")
_A4 = {"w": 11906, "h": 16838}
_MARGINS = {"top": 1474, "right": 1134, "bottom": 1247, "left": 1134, "header": 624, "footer": 567}
_SAVED_AT = (1980, 1, 1, 0, 0, 0)


def opened(template: bytes | None) -> WordFile:
    """An empty file to write into, with every style, a numbering part and a single section.

    A template must have passed `word_template.check`.
    """
    return docx.Document(io.BytesIO(_own())) if template is None else _emptied(docx.Document(io.BytesIO(template)))


def saved(file: WordFile) -> bytes:
    """The file's bytes: the same for the same content, whenever they are made."""
    written, again = io.BytesIO(), io.BytesIO()
    file.save(written)
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as same:
        for name in parts.namelist():
            part = zipfile.ZipInfo(name, _SAVED_AT)
            part.compress_type = zipfile.ZIP_DEFLATED
            same.writestr(part, parts.read(name))
    return again.getvalue()


def text_width(section: BaseOxmlElement) -> int:
    """How wide the page is between its margins, never less than LEAST_WIDTH."""
    page, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
    between = _number(page, "w") - _number(margins, "left") - _number(margins, "right") - _number(margins, "gutter")
    return max(between, LEAST_WIDTH)


def turned(section: BaseOxmlElement) -> BaseOxmlElement:
    """The same page on its long side, with the same headers and footers."""
    section = deepcopy(section)
    page = section.find(qn("w:pgSz"))
    long, short = sorted((_number(page, "w"), _number(page, "h")), reverse=True)
    for name, value in {"w": long, "h": short, "orient": "landscape"}.items():
        page.set(qn(f"w:{name}"), str(value))
    return section


@cache
def _own() -> bytes:
    """The product's own empty file, made once a process."""
    file = docx.Document()
    file.styles.element[:] = _styles()
    file.part.numbering_part.element[:] = []
    settings = file.settings.element
    for mode in settings.iter(qn("w:compatSetting")):
        if mode.get(qn("w:name")) == "compatibilityMode":
            mode.set(qn("w:val"), "15")  # else Word says that the file is an old one
    section = file.element.body.sectPr
    for name, values in {"pgSz": _A4, "pgMar": _MARGINS}.items():
        for side, value in values.items():
            section.find(qn(f"w:{name}")).set(qn(f"w:{side}"), str(value))
    return saved(_emptied(file))


def _styles() -> list[BaseOxmlElement]:
    written = Path(__file__).with_name("word_styles.xml").read_bytes()
    return [one for one in parse_xml(written) if isinstance(one.tag, str)]


def _emptied(file: WordFile) -> WordFile:
    body = file.element.body
    section = _section(body)
    body[:] = [section]
    file.element[:] = [body]
    _only_shown(file, section)
    used = {one.get(qn("r:id")) for one in section}
    running = (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER)
    _only(file.part, lambda one: one.reltype in _KEPT and (one.reltype not in running or one.rId in used))
    _only(file.part.package, lambda one: one.reltype == RELATIONSHIP_TYPE.OFFICE_DOCUMENT)
    _with_numbering(file)
    without_leftovers(file)
    for root in (file.styles.element, file.settings.element):
        for one in (*root.iter(qn("w:lang")), *root.iter(qn("w:themeFontLang"))):
            one.set(qn("w:val"), LANGUAGE)
    _with_styles(file.styles.element)
    return file


def _section(body: BaseOxmlElement) -> BaseOxmlElement:
    """The last section, with the headers and footers that it takes over from those before it."""
    ends = (qn("w:body"), qn("w:pPr"))
    sections = [one for one in body.iter(qn("w:sectPr")) if one.getparent().tag in ends]
    last = sections[-1]
    running: dict[tuple[str, str], BaseOxmlElement] = {}
    for section in sections:
        for one in section:
            if one.tag in map(qn, (f"w:{name}" for name in _RUNNING)):
                running[one.tag, one.get(qn("w:type"))] = one
    kept = {qn(f"w:{name}") for name in _KEPT_IN_SECTION}
    last[:] = [*running.values(), *(one for one in last if one.tag in kept)]
    return last


def _only_shown(file: WordFile, section: BaseOxmlElement) -> None:
    """Leave out headers and footers for a first or an even page that the file never shows."""
    (only,) = file.sections
    shown = {
        "default": True,
        "first": only.different_first_page_header_footer,
        "even": file.settings.odd_and_even_pages_header_footer,
    }
    for one in [one for name in _RUNNING for one in section.findall(qn(f"w:{name}"))]:
        if not shown.get(one.get(qn("w:type"))):
            section.remove(one)


def _only(source: Part | OpcPackage, wanted: Callable[[_Relationship], bool]) -> None:
    for identity in [one.rId for one in source.rels.values() if not wanted(one)]:
        source.rels.pop(identity)


def _with_numbering(file: WordFile) -> None:
    """A numbering part where there is none; python-docx has none to give."""
    if any(one.reltype == RELATIONSHIP_TYPE.NUMBERING for one in file.part.rels.values()):
        return
    part = NumberingPart(
        PackURI("/word/numbering.xml"), CONTENT_TYPE.WML_NUMBERING, el("w:numbering"), file.part.package
    )
    file.part.relate_to(part, RELATIONSHIP_TYPE.NUMBERING)


def _with_styles(styles: BaseOxmlElement) -> None:
    """Add the styles that the file lacks, each based on the file's own where that has it."""
    ids = {_name(one): one.get(qn("w:styleId")) for one in styles.findall(qn("w:style"))}
    names = {}
    for style in (one for one in _styles() if one.tag == qn("w:style")):
        name = _name(style)
        names[style.get(qn("w:styleId"))] = name
        if name in ids:
            continue
        identity = style.get(qn("w:styleId"))
        while identity in ids.values():
            identity += "Report"
        ids[name] = identity
        style.set(qn("w:styleId"), identity)
        style.attrib.pop(qn("w:default"), None)
        for one in (*style.findall(qn("w:basedOn")), *style.findall(qn("w:next"))):
            one.set(qn("w:val"), ids[names[one.get(qn("w:val"))]])
        styles.append(style)


def _name(style: BaseOxmlElement) -> str:
    name = style.find(qn("w:name"))
    return name.get(qn("w:val"), "").lower() if name is not None else ""


def _number(element: BaseOxmlElement, name: str) -> int:
    return int(element.get(qn(f"w:{name}"), "0"))
