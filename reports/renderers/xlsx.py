"""A document as a workbook: its rows, its figures, and what it is."""

import tablib

from deliverables.rag import Breakdown, Overall
from pcc_tracker.tables import as_xlsx, sheet
from reports.content import Appendix, Document
from reports.renderers.rows import rows_sheet

FIGURES_HEADER = ["Theme", "Code", "Rating", "Definition", "Count", "Of", "Percent", "Printed"]


def render(document: Document) -> bytes:
    return as_xlsx(rows_sheet(document), _figures_sheet(document), _about_sheet(document))


def _figures_sheet(document: Document) -> tablib.Dataset:
    lines = []
    for one in document.appendices:
        lines += _lines(one.theme_label, one.figures, one.overall)
    if document.together:
        lines += _lines(document.together, document.figures, document.overall)
    return sheet("Status key", FIGURES_HEADER, lines)


def _lines(about: str, figures: Breakdown, overall: Overall | None) -> list[list[object]]:
    lines: list[list[object]] = [
        [
            about,
            line.rating.code if line.rating else "",
            line.label,
            line.definition,
            line.count,
            line.total,
            line.percent,
            line.printed,
        ]
        for line in figures.lines
    ]
    return [*lines, [about, "", "Overall", "", "", "", "", overall.wording]] if overall else lines


def _about_sheet(document: Document) -> tablib.Dataset:
    facts: list[tuple[str, object]] = [
        ("Title", document.title),
        ("Office", document.office),
        ("Quarter", document.quarter.label),
        ("Classification", document.classification.value),
        ("Version", document.state),
        *(document.cover.facts if document.cover else []),
        *(
            (one.theme_label, f"Position at {one.as_at:%-d %B %Y}. {one.exceptions_note}")
            for one in document.appendices
        ),
    ]
    if document.exempt_note:
        facts.append(("Exempt from publication", document.exempt_note))
    return sheet("About", ["What", "Said"], facts)


def _about(appendix: Appendix) -> str:
    return " ".join(filter(None, (f"{appendix.position}.", appendix.exceptions_note, appendix.notice)))
