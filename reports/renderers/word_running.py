"""What stands on every page of a Word file, and what the file says of itself."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from docx.document import Document as WordFile
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement

from deliverables.narrative import storable
from reports.renderers.word_file import LANGUAGE
from reports.renderers.word_xml import el, paragraph, run

_PAGE_FIELD = re.compile(r"\bPAGE\b", re.IGNORECASE)
_GREY = "A6ACB0"


@dataclass(frozen=True)
class Running:
    """What is said on every page, and what a file says of itself."""

    office: str
    title: str
    subject: str
    about: str
    """What the pages are about, in a line of their head; and then the state where there is one."""
    state: str = ""
    version: str = ""
    is_draft: bool = False


def add_running(file: WordFile, said: Running, *, is_office_template: bool) -> None:
    """Headers, footers and properties. An office's own headers and footers only get what they lack."""
    headers, footers = running_parts(file)
    styles = {(style.name or "").lower(): style.style_id for style in file.styles}
    _head(headers, said, styles["header"], is_office_template)
    if not any(map(_numbers_pages, footers)):
        for footer in footers:
            _put(footer, _page_numbers(styles["footer"]))
    _describe(file, said)


def running_parts(file: WordFile) -> tuple[list[BaseOxmlElement], list[BaseOxmlElement]]:
    """All headers and all footers that its pages show; one that is not there yet is made."""
    (section,) = file.sections
    headers, footers = [section.header], [section.footer]
    if section.different_first_page_header_footer:
        headers.append(section.first_page_header)
        footers.append(section.first_page_footer)
    if file.settings.odd_and_even_pages_header_footer:
        headers.append(section.even_page_header)
        footers.append(section.even_page_footer)
    return [one.part.element for one in headers], [one.part.element for one in footers]


def _head(headers: list[BaseOxmlElement], said: Running, style: str, is_office_template: bool) -> None:
    for header in headers:
        if is_office_template:
            if said.is_draft:
                _put(header, paragraph(style, _watermark(), run(said.state, bold=True)))
            continue
        last = paragraph(style, run(f"{said.about}. "), run(f"{said.state}." if said.state else "", bold=said.is_draft))
        last.pPr.append(
            el("w:pBdr", el("w:bottom", val="single", sz=4, space=4, color=_GREY)),
        )
        if said.is_draft:
            last.insert(1, _watermark())
        _put(header, paragraph(style, run(said.office, bold=True)))
        _put(header, last)


def _put(part: BaseOxmlElement, made: BaseOxmlElement) -> None:
    """Add a paragraph, in the place of an empty one that is all there is."""
    if len(part) == 1 and part[0].tag == qn("w:p") and part[0].find(f".//{qn('w:r')}") is None:
        part.remove(part[0])
    part.append(made)


def _numbers_pages(footer: BaseOxmlElement) -> bool:
    told = "".join(one.text or "" for one in footer.iter(qn("w:instrText")))
    simple = " ".join(one.get(qn("w:instr"), "") for one in footer.iter(qn("w:fldSimple")))
    return bool(_PAGE_FIELD.search(f"{told} {simple}"))


def _page_numbers(style: str) -> BaseOxmlElement:
    fields = (el("w:fldSimple", run("1"), instr=f" {name} ") for name in ("PAGE", "NUMPAGES"))
    return paragraph(style, run("Page "), next(fields), run(" of "), next(fields), align="center")


def _describe(file: WordFile, said: Running) -> None:
    about = file.core_properties
    about.title = _property(said.title)
    about.subject = _property(said.subject)
    about.author = about.last_modified_by = _property(said.office)
    about.version = _property(said.version)
    about.content_status = said.state
    about.language = LANGUAGE
    about.comments = about.keywords = about.category = ""
    _forget_dates(about._element)


def _forget_dates(properties: Iterable[BaseOxmlElement]) -> None:
    """A file says nothing of when it was made: the same report is the same bytes."""
    for one in [one for one in properties if one.tag in map(qn, ("dcterms:created", "dcterms:modified"))]:
        one.getparent().remove(one)


def _property(text: str) -> str:
    """As long as python-docx lets a property be."""
    return storable(text)[:255]


def _watermark() -> BaseOxmlElement:
    """The word DRAFT across the page behind the text, as Word itself puts it there."""
    return parse_xml(
        f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:o="urn:schemas-microsoft-com:office:office">'
        "<w:rPr><w:noProof/></w:rPr><w:pict>"
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
        '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
        '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/>'
        '<v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" '
        'o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/>'
        '<v:handles><v:h position="#0,bottomRight" xrange="6629,14971"/></v:handles>'
        '<o:lock v:ext="edit" text="t" shapetype="t"/></v:shapetype>'
        '<v:shape id="PowerPlusWaterMarkObject1" o:spid="_x0000_s2049" type="#_x0000_t136" alt="Draft" '
        'style="position:absolute;margin-left:0;margin-top:0;width:440pt;height:165pt;rotation:315;z-index:-251658752;'
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        'mso-position-vertical:center;mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="silver" '
        'stroked="f"><v:fill opacity=".5"/>'
        '<v:textpath style="font-family:&quot;Arial&quot;;font-size:1pt" string="DRAFT"/></v:shape>'
        "</w:pict></w:r>"
    )
