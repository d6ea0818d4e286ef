"""The formats that a document is made in: the one table that pages, commands and editions choose from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pcc_tracker.tables import LIST_FORMATS
from reports.content import Document
from reports.renderers import csv, docx, html, json, pdf, xlsx

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


PDF = "application/pdf"

D = TypeVar("D")


@dataclass(frozen=True)
class Format(Generic[D]):
    """A format that values of one type are made in."""

    name: str
    label: str
    content_type: str
    render: Callable[[D], bytes]


FORMATS: dict[str, Format[Document]] = {
    one.name: one
    for one in (
        Format("html", "HTML", "text/html; charset=utf-8", html.render),
        Format("docx", "Word", WORD, docx.render),
        Format("pdf", "PDF", PDF, pdf.render),
        Format("csv", "CSV", LIST_FORMATS["csv"].content_type, csv.render),
        Format("xlsx", "XLSX", LIST_FORMATS["xlsx"].content_type, xlsx.render),
        Format("json", "JSON", LIST_FORMATS["json"].content_type, json.render),
    )
}
