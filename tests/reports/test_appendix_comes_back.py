"""Our own Appendix A in Word is read back as what it was made of."""

from dataclasses import replace

import pytest

from deliverables.blocks import Narrative
from deliverables.importing.found import Found
from deliverables.importing.guessing import rating_of
from deliverables.importing.word import read_word
from deliverables.importing.word_rows import found_in_document
from deliverables.narrative import clean
from deliverables.rag import Because
from reports.content import Appendix, AppendixRow, Document
from reports.gather_appendix import gather_appendix
from reports.options import Column, Options
from reports.renderers.docx import render
from tests.deliverables.test_reading_word import _Kept
from tests.reports.word_documents import cover, section
from themes.place import find_place


def brought_back(document: Document) -> Found:
    return found_in_document(read_word(render(document)))


def as_written(narrative: Narrative) -> str:
    """A narrative as a Word file can say it: it knows no level of heading without the one above it."""
    return clean(Narrative(_Kept().blocks(narrative.blocks)).html)


def facts(row: AppendixRow) -> dict:
    """What a row is to come back as."""
    because = row.standing.because
    return {
        "number": row.number,
        "organisation": row.owner_label,
        "wording": row.wording,
        "rating": row.standing.rating,
        "updates": [(one.date, str(one.date_precision), as_written(one.narrative)) for one in row.updates],
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
        ] == [(one.number, one.owner_label, one.wording, one.withdrawn_from, one.reason) for one in appendix.withdrawn]


def key_of(found: Found, appendix: Appendix) -> list[tuple]:
    return [
        (one.rating, one.count, one.total, one.percent)
        for one in found.status_key
        if one.theme == appendix.theme_number
    ]


def gathered(plan, user, quarter: str) -> list[Document]:
    """The appendix of each theme in a quarter."""
    place = find_place(plan=plan.slug, quarter=quarter)
    return [gather_appendix(place, user("staff"), themes=[theme]) for theme in place.themes]


@pytest.mark.parametrize("quarter", ["2019-20 Q1", "2019-20 Q2", "2019-20 Q3", "2019-20 Q4"])
def test_every_theme_of_a_quarter_comes_back(quarter, plan, user):
    for one in gathered(plan, user, quarter):
        comes_back(one)


def test_all_themes_in_one_file_come_back(plan, user):
    place = find_place(plan=plan.slug, quarter="2019-20 Q4")
    comes_back(gather_appendix(place, user("staff"), themes=place.themes))


def test_all_columns_that_can_be_chosen_come_back(theme_3, user):
    document = gather_appendix(theme_3, user("staff"), options=Options(columns=tuple(Column)))
    comes_back(document)
    assert [row.due for row in brought_back(document).rows] == [row.due for row in document.appendices[0].rows]


def test_a_covering_report_before_it_is_passed_over(theme_3, user):
    document = gather_appendix(theme_3, user("staff"))
    text = (
        "<p>Two are late.</p><table><tr><td>No.</td><td>Deliverable</td></tr><tr><td>9</td><td>Meet</td></tr></table>"
    )
    comes_back(replace(document, cover=cover(section(1, "Purpose of the report", text))))


def test_evidence_and_what_is_exempt_are_no_part_of_texts(theme_3, user):
    document = gather_appendix(theme_3, user("staff"))
    rows = tuple(replace(row, evidence=("Hate crime",), is_exempt=True) for row in document.appendices[0].rows)
    comes_back(replace(document, appendices=(replace(document.appendices[0], rows=rows),)))
