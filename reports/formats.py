"""The formats that a document is made in: the one table that pages, commands and editions choose from."""

from collections.abc import Callable
from dataclasses import dataclass

from pcc_tracker.tables import LIST_FORMATS
from reports.content import Document
from reports.renderers import csv, docx, html, json, pdf, xlsx

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Format:
    name: str
    label: str
    content_type: str
    render: Callable[[Document], bytes]


FORMATS = {
    one.name: one
    for one in (
        Format("html", "HTML", "text/html; charset=utf-8", html.render),
        Format("docx", "Word", WORD, docx.render),
        Format("pdf", "PDF", "application/pdf", pdf.render),
        Format("csv", "CSV", LIST_FORMATS["csv"].content_type, csv.render),
        Format("xlsx", "XLSX", LIST_FORMATS["xlsx"].content_type, xlsx.render),
        Format("json", "JSON", LIST_FORMATS["json"].content_type, json.render),
    )
}
