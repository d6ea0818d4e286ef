"""The rows of a document as a sheet: one line a deliverable, texts plain. CSV and XLSX are written from it."""

import tablib

from deliverables.rag import Standing
from pcc_tracker.tables import sheet
from reports.content import AppendixRow, Document
from reports.options import EVIDENCE

HEADER = [
    "Theme", "Number", "Organisation", "Deliverable", "Rating code", "Rating", "Remark", "Previous rating",
    "Since last quarter", "Due", "Recovery step", "Recovery by", "Update date", "Update", "Earlier updates",
    "Quarter", "Version", "Notice",
]  # fmt: skip


def rows_sheet(document: Document) -> tablib.Dataset:
    """The needs that deliverables answer have a column, the last one, only in a document that prints them."""
    version, has_evidence = document.version or document.state, document.options.evidence
    rows = (
        [
            one.theme_number,
            *_cells(row),
            document.quarter,
            version,
            one.notice,
            *(["; ".join(row.evidence)] if has_evidence else []),
        ]
        for one in document.appendices
        for row in one.rows
    )
    return sheet("Appendix A", [*HEADER, EVIDENCE] if has_evidence else HEADER, rows)


def _cells(row: AppendixRow) -> list[object]:
    update, earlier = row.updates[:1], row.updates[1:]
    return [
        row.number,
        row.owner_label,
        row.wording,
        row.standing.rating.code if row.standing.rating else "",
        row.standing.label,
        row.standing.remark,
        _previous(row.previous),
        row.movement.value,
        row.due or "",
        row.recovery_step,
        row.recovery_by or "",
        update[0].date_label if update else "",
        update[0].narrative.text if update else "",
        "\n\n".join(f"{one.date_label}\n{one.narrative.text}".strip() for one in earlier),
    ]


def _previous(standing: Standing | None) -> str:
    return standing.label if standing else ""
