"""A document as one HTML file that stands alone: no address in it is fetched, and it prints as the page does."""

from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from reports.content import Document


def render(document: Document) -> bytes:
    return render_to_string("reports/document_file.html", {"document": document, "style": _style()}).encode()


def body(document: Document) -> bytes:
    """What stands between the site's head and foot: of an edition it is stored, and shown as it was stored."""
    return render_to_string("reports/_document.html", {"document": document}).encode()


@cache
def _style() -> str:
    """The product's own stylesheet, as it was when the process started."""
    path = finders.find("pcc_tracker.css")
    assert path is not None, "static/pcc_tracker.css is part of the product"
    return Path(path).read_text(encoding="utf-8")
