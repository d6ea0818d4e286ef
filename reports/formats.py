"""The formats that Appendix A is made in: the one table that page, command and files choose from."""

from collections.abc import Callable
from dataclasses import dataclass

from reports.content import Appendix
from reports.renderers import csv, html, json


@dataclass(frozen=True)
class Format:
    name: str
    label: str
    content_type: str
    render: Callable[[Appendix], bytes]


FORMATS = {
    one.name: one
    for one in (
        Format("html", "HTML", "text/html; charset=utf-8", html.render),
        Format("csv", "CSV", "text/csv; charset=utf-8", csv.render),
        Format("json", "JSON", "application/json", json.render),
    )
}
