"""The appendix's rows alone as CSV: one line a deliverable, texts plain."""

from pcc_tracker.tables import as_csv, sheet
from reports.content import Appendix, AppendixRow

HEADER = [
    "Number", "Organisation", "Deliverable", "Rating code", "Rating", "Remark", "Since last quarter", "Due",
    "Recovery step", "Recovery by", "Update date", "Update", "Earlier updates",
]  # fmt: skip


def render(appendix: Appendix) -> bytes:
    return as_csv(sheet("Appendix A", HEADER, map(_cells, appendix.rows)))


def _cells(row: AppendixRow) -> list[object]:
    update, earlier = row.updates[:1], row.updates[1:]
    return [
        row.number,
        row.owner_label,
        row.wording,
        row.standing.rating.code if row.standing.rating else "",
        row.standing.label,
        row.standing.remark,
        row.movement.value,
        row.due or "",
        row.recovery_step,
        row.recovery_by.isoformat() if row.recovery_by else "",
        update[0].date_label if update else "",
        update[0].narrative.text if update else "",
        "\n\n".join(f"{one.date_label}\n{one.narrative.text}".strip() for one in earlier),
    ]
