"""A document as JSON: its rows and its figures, the figures both as numbers and as they are printed.

The shape is documented in `docs/report.schema.json`. An edition's tables are filled from `content()` and held
against it by `verify_editions`, so it says all that they hold.
"""

import json
from typing import Any

from deliverables.rag import Breakdown, Line, Overall, Standing
from reports.content import Appendix, AppendixRow, Document, PrintedUpdate, WithdrawnRow
from reports.cover import Contact, Cover

SCHEMA = "pcc-tracker-report-1"


def render(document: Document) -> bytes:
    return written(content(document))


def written(data: dict[str, Any]) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def content(document: Document) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "office": document.office,
        "strapline": document.strapline,
        "plan": document.plan,
        "title": document.title,
        "quarter": str(document.quarter),
        "classification": document.classification.value,
        "version": document.version or None,
        "columns": [column.value for column in document.options.columns],
        "exceptions": document.options.exceptions.value,
        "evidence": document.options.evidence,
        "report": _cover(document.cover) if document.cover else None,
        **_figures(document.figures, document.overall),
        "exempt": document.exempt,
        "themes": [_appendix(one) for one in document.appendices],
    }


def _cover(cover: Cover) -> dict[str, Any]:
    return {
        "for": cover.for_line,
        "report_to": cover.report_to,
        "meeting_date": cover.meeting_date.isoformat(),
        "agenda_item": cover.agenda_item,
        "report_of": cover.report_of,
        "author": _contact(cover.author),
        "other_contact": _contact(cover.other_contact),
        "sections": [
            {
                "number": section.number,
                "heading": section.heading,
                "qualifier": section.qualifier,
                "html": section.narrative.html,
                "text": section.narrative.text,
            }
            for section in cover.sections
        ],
    }


def _contact(contact: Contact) -> dict[str, Any]:
    return {"role": contact.role, "email": contact.email, "phone": contact.phone}


def _appendix(appendix: Appendix) -> dict[str, Any]:
    return {
        "theme": {"number": appendix.theme_number, "title": appendix.theme_title},
        "quarter": str(appendix.quarter),
        "as_at": appendix.as_at.isoformat(),
        "notice": appendix.notice,
        **_figures(appendix.figures, appendix.overall),
        "exempt": appendix.exempt,
        "rows": [_row(row) for row in appendix.rows],
        "not_printed": [_stands(row) for row in appendix.not_printed],
        "withdrawn": [_withdrawn(row) for row in appendix.withdrawn],
    }


def _figures(figures: Breakdown, overall: Overall | None) -> dict[str, Any]:
    return {
        "deliverables_in_force": figures.total,
        "status_key": [_line(line) for line in figures.lines],
        "rounding_note": figures.rounding_note,
        "planned_for_later": figures.planned_later,
        "overdue_to_start": figures.overdue_to_start,
        "complete_since_earlier": figures.complete_since,
        "overall": _overall(overall) if overall else None,
    }


def _line(line: Line) -> dict[str, Any]:
    rating = line.rating
    return {
        "code": rating.code if rating else None,
        "name": line.label,
        "kind": rating.kind.value if rating else None,
        "colour": rating.colour if rating else None,
        "definition": line.definition,
        "count": line.count,
        "of": line.total,
        "percent": line.percent or None,
        "printed": line.printed,
    }


def _overall(overall: Overall) -> dict[str, Any]:
    return {
        "wording": overall.wording,
        "due_to_have_started": overall.on_course.total,
        "complete_or_on_course": overall.on_course.printed,
        "off_track": overall.off_track.printed,
        "bands": [
            {
                "wording": band.wording,
                "at_least": band.least,
                "at_most_off_track": band.most,
            }
            for band in overall.bands
        ],
    }


def _stands(row: AppendixRow) -> dict[str, Any]:
    """How a deliverable stands, without a word of it."""
    return {
        "key": row.key,
        "number": row.number,
        "rating": _rating(row.standing),
        "standing": row.standing.because.value,
        "remark": row.standing.remark,
        "completed": str(row.completed) if row.completed else None,
    }


def _row(row: AppendixRow) -> dict[str, Any]:
    return {
        **_stands(row),
        "organisation": row.owner_label,
        "deliverable": row.wording,
        "previous_rating": _rating(row.previous) if row.previous else None,
        "since_last_quarter": row.movement.value,
        "due": str(row.due) if row.due else None,
        "recovery": (
            {"step": row.recovery_step, "by": row.recovery_by.isoformat() if row.recovery_by else None}
            if row.recovery_step
            else None
        ),
        "evidence": list(row.evidence),
        "exempt": row.is_exempt,
        "updates": [_update(update) for update in row.updates],
    }


def _rating(standing: Standing) -> dict[str, Any] | None:
    return {"code": standing.rating.code, "name": standing.rating.name} if standing.rating else None


def _withdrawn(row: WithdrawnRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "organisation": row.owner_label,
        "deliverable": row.wording,
        "withdrawn_from": str(row.withdrawn_from),
        "reason": row.reason,
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
