"""A document as PDF: tagged, PDF/UA-1, set by typst from `report.typ`."""

from pathlib import Path

from reports.content import Document
from reports.renderers.pdf_data import Gathering, Replaced
from reports.renderers.pdf_tags import with_row_headers
from reports.renderers.typesetting import typeset

TEMPLATE = Path(__file__).with_name("report.typ")


def render(document: Document) -> bytes:
    """The document as a tagged PDF/UA-1 file; raises NotSet."""
    return with_row_headers(typeset(TEMPLATE, Gathering().document(document)))


def replaced(document: Document) -> list[Replaced]:
    """The characters that the PDF prints otherwise than they were typed, each place once, in reading order."""
    gathering = Gathering()
    gathering.document(document)
    return list(gathering.replaced)
