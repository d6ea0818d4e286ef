"""What is said of a document is said in the same words on the page and in the PDF, the Word file and the data."""

import io
import json
import re
from dataclasses import replace
from decimal import Decimal
from html import unescape

import openpyxl
import pytest
from docx.oxml.ns import qn

from deliverables.blocks import ListBlock, Narrative, Paragraph, Run, Table
from deliverables.rag import Band, Because, Standing, overall
from reports.content import WithdrawnRow
from reports.renderers import html, pdf, xlsx
from reports.renderers import json as json_renderer
from reports.renderers.word_numbering import LEVELS
from tests.builders import Q3
from tests.reports.test_pdf import words as words_of_pdf
from tests.reports.word_documents import GREEN, appendix, document, lines, opened, row, update

GONE = WithdrawnRow(4, "NW", "Old work", Q3, "Done elsewhere")
WITHOUT = Standing(None, Because.NO_UPDATE)


@pytest.fixture(scope="module")
def said():
    """Four themes: one with a row, one without its update, one of whose rows none is printed, and one without any."""
    missing = appendix(row(2, standing=WITHOUT), theme_number=2, withdrawn=(GONE,))
    themes = (
        appendix(row(1, update()), theme_number=1),
        missing,
        replace(appendix(row(3), theme_number=3), rows=()),
        appendix(theme_number=4),
    )
    return document(*themes)


def on_the_page(said):
    without_tags = re.sub(r"<[^>]+>", "", html.body(said).decode())
    return re.sub(r"\s+", " ", unescape(without_tags))


@pytest.mark.parametrize(
    "words",
    [
        "All of these themes",
        "None of the deliverables needs to be printed here.",
        "No deliverable of this theme was in force in Quarter 4, 2019-20.",
        "4. Old work (NW). Withdrawn from Quarter 3, 2019-20: Done elsewhere",
        "No approved update for this quarter",
        "Overall, progress is very good.",
    ],
)
def test_page_pdf_and_word_file_say_the_same(said, words):
    said = replace(said, overall=overall(document().figures, [Band("very good", Decimal(90), Decimal(0))]))
    for made in (on_the_page(said), words_of_pdf(pdf.render(said)), "\n".join(lines(opened(said)))):
        assert words in made


def test_the_data_call_a_missing_update_what_the_page_does(said):
    meaning = said.figures.meaning(said.figures.no_update)
    data = json.loads(json_renderer.render(said))
    assert [one["definition"] for one in data["status_key"] if one["code"] is None] == [meaning]
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx.render(said)))["Status key"]
    assert {line[3] for line in sheet.iter_rows(values_only=True) if line[2] == "No update"} == {meaning}
    assert sheet.cell(sheet.max_row, 1).value == said.together


def test_one_theme_alone_has_nothing_together():
    assert document().together == ""
    assert document().figures.line("G").definition == GREEN.definition


@pytest.mark.parametrize("table", [Table(()), Table(((),))])
def test_a_table_without_a_cell_is_passed_over(table):
    beside = Paragraph((Run("Beside it"),))
    for blocks in [(table,), (beside, table, beside), (ListBlock(False, ((beside, table), (table,))), beside)]:
        of = document(appendix(row(1, update(Narrative(blocks)))))
        count = sum(block is beside for block in blocks) + any(isinstance(block, ListBlock) for block in blocks)
        for words in (words_of_pdf(pdf.render(of)), "\n".join(lines(opened(of)))):
            assert words.count("Beside it") == count


def test_a_list_deeper_than_word_has_levels_stays_on_its_last_level():
    deep = Paragraph((Run("Deep down"),))
    for _ in range(40):
        deep = ListBlock(numbered=True, items=((deep,),))
    file = opened(document(appendix(row(1, update(Narrative((deep,)))))))
    assert "Deep down" in lines(file)
    assert max(int(one.get(qn("w:val"))) for one in file.element.body.iter(qn("w:ilvl"))) == LEVELS - 1
