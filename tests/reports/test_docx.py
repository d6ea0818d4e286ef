import re
import zipfile
from dataclasses import replace
from io import BytesIO
from itertools import pairwise

import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings

from deliverables.blocks import Cell, Narrative, Paragraph, Run, Table
from deliverables.rag import Because, Standing
from reports.content import WithdrawnRow
from reports.gather_appendix import gather_appendix
from reports.options import Classification, Column, Options
from reports.renderers.docx import render
from tests.builders import Q3
from tests.deliverables.test_narrative import narratives, runs_in
from tests.reports.test_appendix import CRIME_TABLE, OWNER_LABELS, PRINTED
from tests.reports.word_documents import (
    AMBER,
    GREEN,
    NOT_STARTED,
    RED,
    appendix,
    cover,
    document,
    headings,
    lines,
    main_table,
    numbering,
    opened,
    row,
    section,
    update,
    update_cell,
    words,
)

OVERDUE = Standing(NOT_STARTED, Because.APPROVED, overdue_to_start=True)


@pytest.fixture
def real(theme_3, user):
    return opened(gather_appendix(theme_3, user("staff")))


def narrated(html, **changes):
    """A file with one deliverable that has this update."""
    return opened(document(appendix(row(1, update(html, label=""))), **changes))


def running(file, part):
    return words(getattr(file.sections[-1], part)._element)


def cells(tr):
    return [words(tc) for tc in tr.tc_lst]


def shade(tc):
    return tc.tcPr.find(qn("w:shd")).get(qn("w:fill"))


class TestTheRealDocument:
    def test_it_has_its_fifteen_rows_in_order(self, real):
        rows = [cells(tr) for tr in main_table(real).tr_lst[1::2]]
        assert [row[0] for row in rows] == [str(number) for number in range(1, 16)]
        assert [row[1] for row in rows] == OWNER_LABELS
        assert [row[3] for row in rows] == ["A Amber" if number == 12 else "G Green" for number in range(1, 16)]

    def test_the_status_key_has_every_count_with_its_percentage(self, real):
        key = {cells(tr)[0]: cells(tr)[2] for tr in real.tables[0]._tbl.tr_lst[1:]}
        assert key == dict(zip(["G Green", "A Amber", "R Red", "NS Not started"], PRINTED.values(), strict=True))
        assert "Overall, progress is very good." in lines(real)

    def test_deliverable_8_prints_both_updates_newest_first(self, real):
        text = words(update_cell(real, 8))
        assert text.startswith("April 2020\n")
        assert text.index("April 2020") < text.index("October 2019")

    def test_both_numbered_lists_of_deliverable_9_begin_at_1(self, real):
        numbered = [numbering(real, p) for p in update_cell(real, 9).iter(qn("w:p"))]
        items = [one for one in numbered if one and one["form"] == "decimal"]
        assert [one["level"] for one in items] == ["0"] * 8
        first, second = {one["list"] for one in items[:4]}, {one["list"] for one in items[4:]}
        assert len(first) == len(second) == 1 and first != second
        assert {one["start"] for one in items} == {"1"}

    def test_deliverable_14_keeps_its_table(self, real):
        (table,) = update_cell(real, 14).iter(qn("w:tbl"))
        head, *body = [cells(tr) for tr in table.tr_lst]
        assert head == ["Force", "2019/20", "2018/19", "Volume change", "% change"]
        assert body == CRIME_TABLE
        assert [tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for tr in table.tr_lst[:2]] == [True, False]

    def test_deliverable_12_says_how_it_gets_back_on_course(self, real):
        assert "Back on course by 30 September 2020: " in words(update_cell(real, 12))

    def test_it_is_a_draft(self, real):
        assert "Draft, not published." in running(real, "header")


class TestTheFile:
    def test_it_says_its_language_title_version_and_author(self):
        of = document()
        file = opened(of)
        about = file.core_properties
        assert (about.title, about.version, about.author, about.language) == (of.title, "V1", of.office, "en-GB")
        assert {one.get(qn("w:val")) for one in file.styles.element.iter(qn("w:lang"))} == {"en-GB"}

    def test_it_is_of_a4_pages(self):
        (one,) = opened(document()).sections
        assert (round(one.page_width.mm), round(one.page_height.mm)) == (210, 297)

    def test_each_page_has_its_number_by_fields(self):
        footer = opened(document()).sections[0].footer._element
        assert [one.get(qn("w:instr")).strip() for one in footer.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]
        assert words(footer) == "Page 1 of 1"

    def test_each_page_says_office_theme_and_version(self):
        text = running(opened(document()), "header")
        assert text == "Office of the CommissionerTheme 3: Tackling Crime, Quarter 4, 2019-20. Version V1."

    def test_only_a_draft_has_the_mark_across_its_pages(self):
        draft = opened(document(version="")).sections[0].header._element
        mark = draft.find(".//{urn:schemas-microsoft-com:vml}shape/{urn:schemas-microsoft-com:vml}textpath")
        assert mark.get("string") == "DRAFT"
        assert words(draft).endswith("Draft, not published.")
        assert b"DRAFT" not in b"".join(parts(render(document())).values())

    def test_the_same_document_is_the_same_bytes(self):
        assert render(document()) == render(document())

    def test_nothing_tells_when_or_on_what_it_was_made(self):
        written = parts(render(document()))
        assert "docProps/app.xml" not in written
        assert b"dcterms" not in written["docProps/core.xml"].split(b">", 2)[2]
        assert b"python" not in b"".join(written.values())


def parts(content):
    with zipfile.ZipFile(BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


class TestTheTable:
    def test_its_header_repeats_and_its_rows_stay_with_their_updates(self):
        head, deliverable, updates = main_table(opened(document())).tr_lst
        marks = [{one.tag.rpartition("}")[2] for one in tr.trPr} if tr.trPr is not None else set() for tr in
                 (head, deliverable, updates)]  # fmt: skip
        assert marks == [{"tblHeader", "cantSplit"}, {"cantSplit"}, set()]
        kept = [[p.pPr.keepNext is not None and p.pPr.keepNext.val for p in tr.iter(qn("w:p"))] for tr in
                (deliverable, updates)]  # fmt: skip
        assert all(kept[0])
        assert not any(kept[1])

    def test_updates_stand_across_the_width(self):
        _, deliverable, updates = main_table(opened(document())).tr_lst
        assert [tc.grid_span for tc in deliverable.tc_lst] == [1, 1, 1, 1]
        assert [tc.grid_span for tc in updates.tc_lst] == [4]

    @pytest.mark.parametrize(
        ("standing", "text", "fill", "ink"),
        [
            (Standing(GREEN, Because.APPROVED), "G Green", "00703C", "FFFFFF"),
            (Standing(AMBER, Because.APPROVED), "A Amber", "F4A81C", "0B0C0C"),
            (Standing(RED, Because.APPROVED), "R Red", "B42318", "FFFFFF"),
            (OVERDUE, "NS Not startedOverdue to start", "FFFFFF", "0B0C0C"),
            (Standing(None, Because.NO_UPDATE), "No update", "D9DBDD", "0B0C0C"),
        ],
    )  # fmt: skip
    def test_a_rating_is_letter_and_name_on_its_colour(self, standing, text, fill, ink):
        cell = main_table(opened(document(appendix(row(standing=standing))))).tr_lst[1].tc_lst[-1]
        assert words(cell) == text
        assert shade(cell) == fill
        assert {one.get(qn("w:val")) for one in cell.iter(qn("w:color"))} == {ink}

    def test_the_columns_that_were_chosen_are_there_and_the_page_is_turned(self):
        file = opened(document(options=Options(tuple(Column))))
        head, deliverable, updates = main_table(file).tr_lst
        assert cells(head)[3:] == [*(one.value.capitalize() for one in Column), "Rating"]
        assert cells(deliverable)[3:] == ["Quarter 4, 2019-20", "None", "Not comparable", "", "G Green"]
        assert updates.tc_lst[0].grid_span == 8
        assert file.sections[-1].page_width > file.sections[-1].page_height

    def test_recovery_is_printed_once(self):
        one = row(1, update(), recovery_step="Hire\x07 two\nanalysts")
        below = opened(document(appendix(one)))
        assert words(update_cell(below)).endswith("To get back on course: Hire two\nanalysts")
        beside = opened(document(appendix(one), options=Options((Column.RECOVERY,))))
        assert "analysts" not in words(update_cell(beside))
        assert "analysts" in words(main_table(beside).tr_lst[1])

    def test_without_an_update_the_row_says_so(self):
        without = row(standing=Standing(None, Because.NO_UPDATE))
        assert words(update_cell(opened(document(appendix(without))))) == "No approved update for this quarter."

    def test_an_exempt_row_says_so_where_it_is_printed(self):
        file = opened(document(appendix(row(1, update(), is_exempt=True)), classification=Classification.NON_PUBLIC))
        assert cells(main_table(file).tr_lst[1])[2] == "Work on matter 1\nExempt from publication"

    def test_what_was_left_out_or_withdrawn_is_told(self):
        gone = WithdrawnRow(4, "NW", "Old work", Q3, "Done\x00 elsewhere")
        said = lines(opened(document(appendix(row(), withdrawn=(gone,), exempt=2, notice="Made up."))))
        assert "4. Old work (NW). Withdrawn from Quarter 3, 2019-20: Done elsewhere" in said
        assert "2 deliverables are exempt from publication and left out here, of the figures too." in said
        assert "Made up." in said

    def test_where_no_row_is_printed_it_says_why(self):
        none = replace(appendix(row()), rows=())
        assert "None of the deliverables needs to be printed here." in lines(opened(document(none)))
        assert any("was in force in Quarter 4, 2019-20." in one for one in lines(opened(document(appendix()))))

    def test_characters_that_no_file_can_hold_are_dropped_wherever_they_stand(self):
        bad = "a\x00\x1f\ud800\ufffeb"
        one = row(1, wording=bad, owner_label=bad, updates=(update(Narrative((Paragraph((Run(bad),)),)), label=bad),))
        file = opened(document(appendix(one, notice=bad), office=bad, strapline=bad, plan=bad))
        assert cells(main_table(file).tr_lst[1])[1:3] == ["ab", "ab"]
        assert words(update_cell(file)) == "ab\nab"
        assert file.core_properties.author == "ab"


class TestHeadings:
    def test_an_appendix_alone(self):
        file = narrated("<h3>First</h3><h4>Second</h4><p>a</p>")
        assert list(headings(file)) == [
            ("Title", document().title),
            ("Heading 1", "Status key"),
            ("Heading 1", "Deliverables and updates"),
            ("Heading 2", "First"),
            ("Heading 3", "Second"),
        ]

    def test_several_themes_stand_below_headings_of_their_own_and_the_key_of_all(self):
        html = "<h3>First</h3><h4>Second</h4>"
        themes = (
            appendix(row(1, update(html)), theme_number=number, theme_title=f"Title {number}") for number in (1, 2)
        )
        assert [one for one in headings(opened(document(*themes))) if one[0] != "Title"] == [
            ("Heading 1", "All of these themes"),
            *(
                pair
                for number in (1, 2)
                for pair in (
                    ("Heading 1", f"Theme {number}: Title {number}"),
                    ("Heading 2", "Status key"),
                    ("Heading 2", "Deliverables and updates"),
                    ("Heading 3", "First"),
                    ("Heading 4", "Second"),
                )
            ),
        ]

    @given(narratives)
    @settings(max_examples=20, deadline=None)
    def test_no_level_is_ever_skipped(self, of):
        file = opened(document(appendix(row(1, update(of), update(of)))))
        levels = [0 if name == "Title" else int(name[-1]) for name, _ in headings(file)]
        assert all(after <= before + 1 for before, after in pairwise(levels))


class TestTheCoveringReport:
    SECTIONS = (
        section(1, "Purpose of the report", "<p>To inform.</p><p>And more.</p>"),
        section(2, "Background papers", "<p>A:</p><ol><li>one</li></ol><h3>Sub</h3><p>B.</p>", "For the Panel only"),
    )

    @pytest.fixture
    def file(self):
        return opened(document(cover=cover(*self.SECTIONS)))

    def test_its_facts_stand_over_its_title(self, file):
        said = lines(file)
        assert said[0] == "For Consideration\tPublic"
        assert said[1:7] == [
            "Report to:\tPolice and Crime Panel",
            "Date of meeting:\t14 May 2020",
            "Report of:\tPolice and Crime Commissioner",
            "Report author:\tChief Executive",
            "E-mail:\tchief.executive@example.org",
            "Other contacts:\tHead of Strategy",
        ]
        assert said[8] == document().title

    def test_sections_and_their_paragraphs_are_numbered_by_word(self, file):
        numbered = [(numbering(file, p), words(p)) for p in file.element.body.iter(qn("w:p"))]
        of_sections = numbered[[text for _, text in numbered].index("Purpose of the report")][0]["list"]
        assert [(how["level"], text) for how, text in numbered if how and how["list"] == of_sections] == [
            ("0", "Purpose of the report"),
            ("1", "To inform."),
            ("1", "And more."),
            ("0", "Background papers"),
            ("1", "A:"),
            ("1", "B."),
        ]
        texts = file.part.numbering_part.element.xpath(
            f"./w:abstractNum[@w:abstractNumId=../w:num[@w:numId={of_sections}]/w:abstractNumId/@w:val]"
            "/w:lvl/w:lvlText/@w:val"
        )
        assert texts[:2] == ["%1.", "%1.%2"]

    def test_its_headings_and_those_of_the_appendix_are_in_one_order(self, file):
        assert [name for name, _ in headings(file)] == ["Title", *["Heading 1"] * 2, "Heading 2", *["Heading 1"] * 2,
                                                        *["Heading 2"] * 2]  # fmt: skip
        assert [text for _, text in headings(file)][1:6] == [
            "Purpose of the report", "Background papers", "Sub", "Contacts", "Appendix A",
        ]  # fmt: skip

    def test_whom_a_section_is_for_and_whom_to_turn_to_are_said(self, file):
        assert "For the Panel only" in lines(file)
        assert "Chief Executive\nE-mail: chief.executive@example.org\nTelephone: 0100 000 0001" in lines(file)

    def test_the_appendix_begins_on_a_page_of_its_own(self, file):
        assert len(file.sections) == 2
        assert [words(file.sections[at].footer._element) for at in (0, 1)] == ["Page 1 of 1"] * 2


class TestNarratives:
    def test_bold_italic_and_line_breaks(self):
        runs = list(update_cell(narrated("<p>a<strong>b</strong><em>c</em><br>d</p>")).iter(qn("w:r")))
        assert [(words(one), bool(one.xpath(".//w:b")), bool(one.xpath(".//w:i"))) for one in runs] == [
            ("a", False, False), ("b", True, False), ("c", False, True), ("\nd", False, False),
        ]  # fmt: skip

    def test_links_are_relationships_to_the_outside(self):
        file = narrated('<p><a href="https://example.org/a b?q=é">x</a> <a href="mailto:a@b.org">y</a></p>')
        links = list(update_cell(file).iter(qn("w:hyperlink")))
        told = [(file.part.rels[one.get(qn("r:id"))], words(one)) for one in links]
        assert [(one.is_external, one.target_ref, text) for one, text in told] == [(True, "mailto:a@b.org", "y")]
        assert words(update_cell(file)) == "x y"

    def test_an_address_is_written_as_a_file_may_hold_it(self):
        runs = (Run("a", href="https://example.org/é?q=100%&r=%20"), Run("b", href="https://[broken/"))
        file = opened(document(appendix(row(1, update(Narrative((Paragraph(runs),)), label="")))))
        (link,) = update_cell(file).iter(qn("w:hyperlink"))
        assert file.part.rels[link.get(qn("r:id"))].target_ref == "https://example.org/%C3%A9?q=100%25&r=%20"
        assert words(update_cell(file)) == "ab"

    def test_every_numbered_list_begins_at_1_however_deep(self):
        file = narrated("<ol><li>a<ol><li>b</li></ol></li><li>c<ol><li>d</li></ol></li></ol><ol><li>e</li></ol>")
        told = [(words(p), numbering(file, p)) for p in update_cell(file).iter(qn("w:p"))]
        assert [(text, how["level"], how["start"]) for text, how in told] == [
            ("a", "0", "1"), ("b", "1", "1"), ("c", "0", "1"), ("d", "1", "1"), ("e", "0", "1"),
        ]  # fmt: skip
        lists = [how["list"] for _, how in told]
        assert lists[0] == lists[2]
        assert len(set(lists)) == 4

    def test_bullets_of_eight_levels(self):
        file = narrated("<ul><li>a" * 8 + "</li></ul>" * 8)
        told = [numbering(file, p) for p in update_cell(file).iter(qn("w:p"))]
        assert [(one["form"], one["level"]) for one in told] == [("bullet", str(level)) for level in range(8)]

    def test_what_follows_in_an_item_stands_below_its_words_without_a_mark(self):
        file = narrated("<ul><li><p>a</p><p>b</p></li></ul>")
        one, other = update_cell(file).iter(qn("w:p"))
        assert numbering(file, one) and numbering(file, other) is None
        assert one.pPr.ind.left == other.pPr.ind.left

    def test_cells_over_several_columns_and_rows(self):
        file = narrated(
            '<table><tr><td rowspan="2">a</td><td colspan="2">b</td></tr><tr><td>c</td><td>d</td></tr></table>'
        )
        (table,) = update_cell(file).iter(qn("w:tbl"))
        merged = [[(words(tc), tc.grid_span, tc.vMerge) for tc in tr.tc_lst] for tr in table.tr_lst]
        assert merged == [
            [("a", 1, "restart"), ("b", 2, None)],
            [("", 1, "continue"), ("c", 1, None), ("d", 1, None)],
        ]

    def test_a_table_in_a_table(self):
        file = narrated("<table><tr><td>a<table><tr><td>b</td></tr></table></td></tr></table>")
        outer, inner = update_cell(file).iter(qn("w:tbl"))
        assert words(inner) == "b" and inner in list(outer.iter())

    def test_more_columns_than_word_takes_are_put_into_the_last(self):
        line = tuple(Cell((Paragraph((Run(f"c{at} "),)),)) for at in range(80))
        of = Narrative((Table((line,)),))
        file = opened(document(appendix(row(1, update(of, label="")))))
        (table,) = update_cell(file).iter(qn("w:tbl"))
        assert len(table.tr_lst[0].tc_lst) == len(table.tblGrid.gridCol_lst) == 63
        assert words(table) == "".join(f"c{at} " for at in range(80))

    @given(narratives)
    @settings(max_examples=60, deadline=None)
    def test_every_word_comes_back_in_order_in_a_file_that_holds_together(self, of):
        file = opened(document(appendix(row(1, update(of, label="")))))
        written = "".join(run.text for run in runs_in(of.blocks))
        assert re.sub(r"\s", "", words(update_cell(file))) == re.sub(r"\s", "", written)
        for table in file.element.body.iter(qn("w:tbl")):
            width = len(table.tblGrid.gridCol_lst)
            assert width <= 63
            assert {sum(tc.grid_span for tc in tr.tc_lst) for tr in table.tr_lst} == {width}
            assert table.getnext().tag == qn("w:p")
        assert {tc[-1].tag for tc in file.element.body.iter(qn("w:tc"))} == {qn("w:p")}
