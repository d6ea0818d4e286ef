"""Documents of plain values for the tests of Word files, and how such a file is read back."""

import datetime
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import docx
from docx.document import Document as WordFile
from docx.oxml.ns import qn

from deliverables.blocks import Narrative
from deliverables.models import DatePrecision
from deliverables.narrative import clean, parse
from deliverables.rag import Because, Movement, Movements, Standing, breakdown
from reports.content import Appendix, AppendixRow, Document, PrintedUpdate
from reports.cover import Contact, Cover, Section
from reports.options import Classification, Options
from reports.renderers.docx import render
from tests.builders import Q4
from themes.ratings import GREEN_AMBER_RED

GREEN, AMBER, RED, NOT_STARTED = GREEN_AMBER_RED


def narrative(html: str) -> Narrative:
    return parse(clean(html))


def update(of: Narrative | str = "<p>Teams met.</p>", label: str = "April 2020") -> PrintedUpdate:
    text = narrative(of) if isinstance(of, str) else of
    return PrintedUpdate(Q4, datetime.date(2020, 4, 1), DatePrecision.MONTH, label, text)


def row(number: int = 1, *updates: PrintedUpdate, **changes: Any) -> AppendixRow:
    facts = {
        "key": f"key-{number}",
        "number": number,
        "owner_label": "Force",
        "wording": f"Work on matter {number}",
        "standing": Standing(GREEN, Because.APPROVED),
        "previous": None,
        "movement": Movement.NOT_COMPARABLE,
        "due": Q4,
        "completed": None,
        "recovery_step": "",
        "recovery_by": None,
        "updates": updates,
        "evidence": (),
        "is_exempt": False,
    }
    return AppendixRow(**facts | changes)


def appendix(*rows: AppendixRow, **changes: Any) -> Appendix:
    facts = {
        "theme_number": 3,
        "theme_title": "Tackling Crime",
        "quarter": Q4,
        "as_at": Q4.ends,
        "notice": "",
        "last_approved_at": None,
        "figures": breakdown((one.standing for one in rows), GREEN_AMBER_RED),
        "overall": None,
        "rows": rows,
        "not_printed": (),
        "movements": Movements.count(one.movement for one in rows),
        "withdrawn": (),
        "exempt": 0,
        "exempt_keys": (),
        "exceptions_note": "",
    }
    return Appendix(**facts | changes)


def document(*appendices: Appendix, **changes: Any) -> Document:
    appendices = appendices or (appendix(row(1, update())),)
    standings = [row.standing for one in appendices for row in one.rows]
    facts = {
        "office": "Office of the Commissioner",
        "strapline": "Safer together",
        "plan": "Police and Crime Plan 2018-21",
        "quarter": Q4,
        "classification": Classification.PUBLIC,
        "version": "V1",
        "appendices": appendices,
        "figures": breakdown(standings, GREEN_AMBER_RED),
        "overall": None,
        "options": Options(),
        "scheme": GREEN_AMBER_RED,
        "colours": "",
        "cover": None,
    }
    return Document(**facts | changes)


def cover(*sections: Section, **changes: Any) -> Cover:
    facts = {
        "for_line": "For Consideration",
        "report_to": "Police and Crime Panel",
        "meeting_date": datetime.date(2020, 5, 14),
        "agenda_item": "04",
        "report_of": "Police and Crime Commissioner",
        "author": Contact("Chief Executive", "chief.executive@example.org", "0100 000 0001"),
        "other_contact": Contact("Head of Strategy", "", ""),
        "sections": sections,
    }
    return Cover(**facts | changes)


def section(number: int, heading: str, html: str, qualifier: str = "") -> Section:
    return Section(number, heading, qualifier, narrative(html))


def opened(of: Document | bytes, template: bytes | None = None) -> WordFile:
    content = of if isinstance(of, bytes) else render(replace(of, word_template=template or b""))
    return docx.Document(io.BytesIO(content))


def words(element: Any) -> str:
    """All text of an element in its order, line ends as such."""
    marks = {qn("w:br"): "\n", qn("w:tab"): "\t"}
    inside = (one for run in element.iter(qn("w:r")) for one in run)
    return "".join(one.text or "" if one.tag == qn("w:t") else marks.get(one.tag, "") for one in inside)


def lines(file: WordFile) -> list[str]:
    return [words(one) for one in file.element.body.iter(qn("w:p"))]


def headings(file: WordFile) -> Iterator[tuple[str, str]]:
    """Each heading's style and text, those in tables too."""
    names = {style.style_id: style.name for style in file.styles}
    for one in file.element.body.iter(qn("w:p")):
        name = names.get(one.pPr.pStyle.val, "") if one.pPr is not None and one.pPr.pStyle is not None else ""
        if name == "Title" or name.startswith("Heading"):
            yield name, words(one)


def main_table(file: WordFile) -> Any:
    """The table of deliverables and updates."""
    return file.tables[-1]._tbl


def update_cell(file: WordFile, number: int = 1) -> Any:
    """The cell with the updates of the deliverable that stands at that place."""
    return main_table(file).tr_lst[2 * number].tc_lst[0]


def numbering(file: WordFile, paragraph: Any) -> dict[str, str] | None:
    """How a paragraph is numbered: its list, level, form, and where the list is made to begin."""
    properties = paragraph.pPr.numPr if paragraph.pPr is not None else None
    if properties is None or properties.numId.val == 0:
        return None
    number, level = properties.numId.val, properties.ilvl.val
    root = file.part.numbering_part.element
    (num,) = root.xpath(f'./w:num[@w:numId="{number}"]')
    (form,) = root.xpath(
        f'./w:abstractNum[@w:abstractNumId="{num.abstractNumId.val}"]/w:lvl[@w:ilvl="{level}"]/w:numFmt/@w:val'
    )
    start = num.xpath(f'./w:lvlOverride[@w:ilvl="{level}"]/w:startOverride/@w:val')
    return {"list": str(number), "level": str(level), "form": form, "start": start[0] if start else ""}
