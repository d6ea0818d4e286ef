"""Appendix A as JSON: its rows and its figures, the figures both as numbers and as they are printed."""

import json
from typing import Any

from deliverables.rag import Line
from reports.content import Appendix, AppendixRow, PrintedUpdate


def render(appendix: Appendix) -> bytes:
    figures = appendix.figures
    content = {
        "office": appendix.office,
        "plan": appendix.plan,
        "theme": {"number": appendix.theme_number, "title": appendix.theme_title},
        "quarter": str(appendix.quarter),
        "as_at": appendix.as_at.isoformat(),
        "notice": appendix.notice,
        "deliverables_in_force": figures.total,
        "status_key": [_line(line) for line in figures.lines],
        "rounding_note": figures.rounding_note,
        "planned_for_later": figures.planned_later,
        "overdue_to_start": figures.overdue_to_start,
        "complete_since_earlier": figures.complete_since,
        "overall": _overall(appendix),
        "rows": [_row(row) for row in appendix.rows],
        "withdrawn": [
            {
                "number": row.number,
                "organisation": row.owner_label,
                "deliverable": row.wording,
                "withdrawn_from": str(row.withdrawn_from),
                "reason": row.reason,
            }
            for row in appendix.withdrawn
        ],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _line(line: Line) -> dict[str, Any]:
    return {
        "code": line.rating.code if line.rating else None,
        "name": line.label,
        "definition": line.rating.definition if line.rating else "No approved update for the quarter",
        "count": line.count,
        "of": line.total,
        "percent": line.percent or None,
        "printed": line.printed,
    }


def _overall(appendix: Appendix) -> dict[str, Any] | None:
    overall = appendix.overall
    if overall is None:
        return None
    return {
        "wording": overall.wording,
        "due_to_have_started": overall.on_course.total,
        "complete_or_on_course": overall.on_course.printed,
        "off_track": overall.off_track.printed,
    }


def _row(row: AppendixRow) -> dict[str, Any]:
    rating = row.standing.rating
    return {
        "key": row.key,
        "number": row.number,
        "organisation": row.owner_label,
        "deliverable": row.wording,
        "rating": {"code": rating.code, "name": rating.name} if rating else None,
        "standing": row.standing.because.value,
        "remark": row.standing.remark,
        "since_last_quarter": row.movement.value,
        "due": str(row.due) if row.due else None,
        "recovery": (
            {"step": row.recovery_step, "by": row.recovery_by.isoformat() if row.recovery_by else None}
            if row.recovery_step
            else None
        ),
        "updates": [_update(update) for update in row.updates],
    }


def _update(update: PrintedUpdate) -> dict[str, Any]:
    return {
        "quarter": str(update.quarter),
        "date": update.date.isoformat() if update.date else None,
        "date_precision": update.date_precision.value,
        "date_printed": update.date_label,
        "html": update.narrative.html,
        "text": update.narrative.text,
    }
