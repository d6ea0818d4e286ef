"""Appendix A as one HTML file that stands alone: no address in it is fetched, and it prints as the page does."""

from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from reports.content import Appendix


def render(appendix: Appendix) -> bytes:
    return render_to_string("reports/appendix_file.html", {"appendix": appendix, "style": _style()}).encode()


@cache
def _style() -> str:
    """The product's own stylesheet, as it was when the process started."""
    path = finders.find("pcc_tracker.css")
    assert path is not None, "static/pcc_tracker.css is part of the product"
    return Path(path).read_text(encoding="utf-8")
