"""Our own Appendix A in Word is read back as what it was made of."""

import pytest

from accounts.models import User
from deliverables.importing.found import Found
from deliverables.importing.guessing import rating_of
from deliverables.importing.word import read_word
from deliverables.importing.word_rows import found_in_document
from deliverables.rag import Because
from reports.content import Appendix, AppendixRow, Document
from reports.gather_appendix import gather_appendix
from reports.renderers.docx import render
from themes.place import find_place


def brought_back(document: Document) -> Found:
    return found_in_document(read_word(render(document)))


def facts(row: AppendixRow) -> dict:
    """What a row is to come back as."""
    because = row.standing.because
    return {
        "number": row.number,
        "organisation": row.owner_label,
        "wording": row.wording,
        "rating": row.standing.rating,
        "updates": [(one.date, str(one.date_precision), one.narrative.html) for one in row.updates],
        "recovery": (row.recovery_step, row.recovery_by),
        "completed_in": row.standing.since if because is Because.COMPLETE else None,
        "planned_start": row.standing.since if because is Because.PLANNED_LATER else None,
    }


def found_facts(found: Found, theme: int, scheme: tuple) -> list[dict]:
    return [
        {
            "number": row.number,
            "organisation": row.organisation,
            "wording": row.wording,
            "rating": rating_of(row.rating, row.fill, scheme)[0],
            "updates": [(one.date, one.date_precision, one.narrative) for one in row.updates],
            "recovery": (row.recovery_step, row.recovery_by),
            "completed_in": row.completed_in,
            "planned_start": row.planned_start,
        }
        for row in found.rows
        if row.theme == theme
    ]


def comes_back(document: Document) -> None:
    found = brought_back(document)
    assert (found.plan, found.quarter) == (document.plan, document.quarter)
    assert [one for row in found.rows for one in row.doubts] == []
    assert found.unread == ()
    for appendix in document.appendices:
        assert found_facts(found, appendix.theme_number, document.scheme) == [facts(row) for row in appendix.rows]
        assert {row.theme_title for row in found.rows if row.theme == appendix.theme_number} <= {appendix.theme_title}
        assert key_of(found, appendix) == [
            (str(line.rating or line.label), line.count, line.total, line.percent)
            for line in appendix.figures.printed_lines
        ]
        assert [
            (one.number, one.organisation, one.wording, one.withdrawn_from, one.reason)
            for one in found.withdrawn
            if one.theme == appendix.theme_number
        ] == [
            (one.number, one.owner_label, one.wording, one.withdrawn_from, one.reason) for one in appendix.withdrawn
        ]


def key_of(found: Found, appendix: Appendix) -> list[tuple]:
    return [
        (one.rating, one.count, one.total, one.percent)
        for one in found.status_key
        if one.theme == appendix.theme_number
    ]


@pytest.mark.parametrize("quarter", ["2019-20 Q1", "2019-20 Q2", "2019-20 Q3", "2019-20 Q4"])
def test_every_theme_of_a_quarter_comes_back(quarter, plan, user):
    place = find_place(plan=plan.slug, quarter=quarter)
    for theme in place.themes:
        comes_back(gather_appendix(find_place(plan=plan.slug, quarter=quarter, theme=str(theme.number)), user("staff")))


def test_all_themes_in_one_file_come_back(plan, user):
    comes_back(gather_appendix(find_place(plan=plan.slug, quarter="2019-20 Q4"), user("staff")))
