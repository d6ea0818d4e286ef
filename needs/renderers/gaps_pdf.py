"""The gaps as PDF: tagged, PDF/UA-1, set by typst from `gaps.typ`."""

from pathlib import Path
from typing import Any

from needs.gap_document import GapDocument, Listing, Said
from reports.renderers.fonts import FAMILIES
from reports.renderers.pdf_data import Gathering
from reports.renderers.pdf_tags import with_first_cells_as_headers
from reports.renderers.typesetting import typeset

TEMPLATE = Path(__file__).with_name("gaps.typ")


def render(document: GapDocument) -> bytes:
    """The gaps as a tagged PDF/UA-1 file; raises NotSet. The same bytes for the same document."""
    return with_first_cells_as_headers(typeset(TEMPLATE, _Data(document).all))


class _Data:
    """The plain data that the template is given, every text printable."""

    def __init__(self, document: GapDocument) -> None:
        self.document = document
        self.gathering = Gathering(place={"where": "the gaps"})
        self.text = self.gathering.text

    @property
    def all(self) -> dict[str, Any]:
        document = self.document
        return {
            "fonts": FAMILIES,
            "title": self.text(document.title),
            "running": self.text(document.running),
            "office": self.text(document.office),
            "strapline": self.text(document.strapline),
            "basis": self.text(document.basis),
            "headline": document.headline,
            "counts": [
                (one.gap.title, one.gap.meaning, document.whole(one.address), one.gap.share.printed, one.gap.of)
                for one in document.counts
            ],
            "counting_note": document.sight.counting_note,
            "grave": self.listing(document.grave),
            "listings": [self.listing(one) for one in document.listings],
        }

    def listing(self, one: Listing) -> dict[str, Any]:
        return {
            "title": one.title,
            "meaning": one.meaning,
            "columns": [(column.heading, column.width) for column in one.columns],
            "rows": [[[self.said(said) for said in cell] for cell in row] for row in one.rows],
        }

    def said(self, one: Said) -> dict[str, Any]:
        return {
            "text": self.text(one.text),
            "has_rating": one.label != "",
            "rating": self.gathering.rating(one.rating),
            "remark": self.text(one.remark),
            "is_strong": one.is_strong,
        }
