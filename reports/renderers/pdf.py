"""A document as PDF: tagged, PDF/UA-1, set by typst from `report.typ`."""

import json
from pathlib import Path

import typst

from reports.content import Document
from reports.renderers.fonts import fonts
from reports.renderers.pdf_data import Gathering, Replaced
from reports.renderers.pdf_tags import with_row_headers

TEMPLATE = Path(__file__).with_name("report.typ")


class CannotBeMade(Exception):
    """The PDF cannot be made of this document; the message says why, in words."""


def render(document: Document) -> bytes:
    """The document as a tagged PDF/UA-1 file; raises CannotBeMade."""
    data = json.dumps(Gathering().document(document), ensure_ascii=False)
    try:
        made = typst.compile(
            TEMPLATE, font_paths=fonts(), sys_inputs={"document": data}, format="pdf", pdf_standards=["ua-1"]
        )
    except typst.TypstError as error:
        raise CannotBeMade(f"The PDF cannot be made: {' '.join([error.message, *error.hints])}.") from error
    return with_row_headers(made)


def replaced(document: Document) -> list[Replaced]:
    """The characters that the PDF prints otherwise than they were typed, each place once, in reading order."""
    gathering = Gathering()
    gathering.document(document)
    return list(gathering.replaced)
