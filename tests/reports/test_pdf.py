import dataclasses
import datetime
import io
import re
import unicodedata

import pikepdf
import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Name

from deliverables.blocks import Cell, Heading, ListBlock, Narrative, Paragraph, Run, Table
from deliverables.narrative import clean, parse
from reports.cover import Contact, Cover, Section
from reports.gather_appendix import gather_appendix
from reports.options import Column, Options
from reports.renderers import pdf, typesetting
from reports.renderers.fonts import printable
from reports.renderers.typesetting import NotSet
from tests.deliverables.test_narrative import narratives
from tests.reports.test_appendix import CRIME_TABLE

FOUR_NARRATIVES = st.lists(narratives, min_size=4, max_size=4)


def narrative(html):
    return parse(clean(html))


def cover(*sections, **changes):
    facts = {
        "for_line": "For Consideration",
        "report_to": "Police and Crime Panel",
        "meeting_date": datetime.date(2020, 5, 14),
        "agenda_item": "04",
        "report_of": "Police and Crime Commissioner",
        "author": Contact("Head of Policy", "policy@example.org", ""),
        "other_contact": Contact("", "", ""),
        "sections": sections,
    }
    return Cover(**facts | changes)


def with_narratives(document, *several):
    """The first deliverables with these as their updates."""
    (one,) = document.appendices
    rows = list(one.rows)
    for at, text in enumerate(several):
        printed = dataclasses.replace(rows[at].updates[0], narrative=text)
        rows[at] = dataclasses.replace(rows[at], updates=(printed,))
    return dataclasses.replace(document, appendices=(dataclasses.replace(one, rows=tuple(rows)),))


def with_updates(document, *htmls):
    return with_narratives(document, *map(narrative, htmls))


def with_one_row(document, lines):
    """The first deliverable alone, with so many paragraphs."""
    made = with_updates(document, "<p>said</p>" + "<p>More.</p>" * lines)
    (one,) = made.appendices
    return dataclasses.replace(made, appendices=(dataclasses.replace(one, rows=one.rows[:1]),))


@pytest.fixture
def document(theme_3, user):
    return gather_appendix(theme_3, user("staff"))


@pytest.fixture
def report(document):
    """The real appendix with a covering report, published."""
    purpose = Section(
        1, "Purpose", "", narrative("<p>To inform members.</p><ul><li>of it all</li></ul><p>And more.</p>")
    )
    papers = Section(2, "Background papers", "Panel only", narrative('<p><a href="https://example.org/">Plan</a></p>'))
    return dataclasses.replace(document, cover=cover(purpose, papers), version="V1")


def words(made):
    """All its text, with one space wherever there is any white space."""
    pages = pypdf.PdfReader(io.BytesIO(made)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def pages_of(document):
    return pypdf.PdfReader(io.BytesIO(pdf.render(document))).pages


def is_wide(page):
    return page.mediabox.width > page.mediabox.height


def opened(made):
    return pikepdf.open(io.BytesIO(made))


def elements(tree, kind):
    """The elements of a kind, in reading order."""
    below = tree.get("/K")
    for one in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(one, pikepdf.Dictionary) and "/S" in one:
            if str(one.S) == f"/{kind}":
                yield one
            yield from elements(one, kind)


def scope(cell):
    return next((str(one.Scope) for one in cell.get("/A", ()) if "/Scope" in one), None)


def cells(row):
    return [one for one in row.K if isinstance(one, pikepdf.Dictionary) and one.S in (Name.TH, Name.TD)]


class TestTheRealReport:
    def test_it_has_its_rows_figures_and_texts_whole(self, report):
        text = words(pdf.render(report))
        (appendix,) = report.appendices
        assert len(appendix.rows) == 15
        at = 0
        for row in appendix.rows:
            at = text.index(f"{row.number} {row.owner_label} {row.wording}", at)
        assert "14/15 (93.3%)" in text
        assert "Overall, progress is very good." in text
        for line in CRIME_TABLE:
            assert " ".join(line) in text

    def test_deliverable_9_keeps_both_numbered_lists_each_from_1(self, report):
        text = words(pdf.render(report))
        row = text[text.index(f" {report.appendices[0].rows[8].wording}") :].split("10 DH")[0]
        assert re.findall(r" (\d)\. ", row) == ["1", "2", "3", "4", "1", "2", "3", "4"]

    def test_deliverable_8_prints_both_updates_newest_first(self, report):
        text = words(pdf.render(report))
        row = text[text.index(f" {report.appendices[0].rows[7].wording}") :].split("9 Force")[0]
        assert 0 < row.index("April 2020") < row.index("October 2019")

    def test_the_covering_report_stands_before_it_with_numbered_paragraphs(self, report):
        text = words(pdf.render(report))
        said = ["For Consideration", "Report to", "14 May 2020", report.title, "1. Purpose", "1.1 To inform members."]
        said += ["of it all", "1.2 And more.", "2. Background papers", "Panel only", "Contacts", "Appendix A"]
        places = [text.index(one) for one in said]
        assert places == sorted(places)

    def test_every_page_says_which_one_it_is_of_how_many(self, report):
        pages = pypdf.PdfReader(io.BytesIO(pdf.render(report))).pages
        for number, page in enumerate(pages, start=1):
            assert f"Page {number} of {len(pages)}" in page.extract_text()
            assert "Version V1" in page.extract_text()

    def test_the_head_of_the_table_is_on_every_page_of_it(self, report):
        pages = pypdf.PdfReader(io.BytesIO(pdf.render(report))).pages
        assert all("Organisation" in page.extract_text() for page in pages[1:])


class TestWhatAReaderIsTold:
    def test_it_is_tagged_pdf_ua_with_title_language_and_bookmarks(self, report):
        with opened(pdf.render(report)) as file:
            assert file.Root.MarkInfo.Marked
            assert file.Root.Lang == "en-GB"
            assert file.Root.ViewerPreferences.DisplayDocTitle
            with file.open_metadata() as metadata:
                assert metadata["pdfuaid:part"] == "1"
                assert metadata["dc:title"] == report.title
            with file.open_outline() as outline:
                assert [one.title for one in outline.root][-2:] == ["Contacts", report.title]

    def test_each_deliverables_number_heads_its_row_and_its_update(self, report):
        with opened(pdf.render(report)) as file:
            key, rows = [
                table
                for table in elements(file.Root.StructTreeRoot, "Table")
                if any(scope(cell) == "/Row" for cell in elements(table, "TH"))
            ]
            assert [scope(cell) for cell in elements(key, "TH")] == ["/Column"] * 3 + ["/Row"] * 4
            head, body = rows.K
            assert [str(part.S) for part in rows.K] == ["/THead", "/TBody"]
            assert [scope(cell) for cell in elements(head, "TH")] == ["/Column"] * 4
            assert len(body.K) == 30
            for deliverable, update in zip(list(body.K)[::2], list(body.K)[1::2], strict=True):
                assert [str(cell.S) for cell in cells(deliverable)] == ["/TH", "/TD", "/TD", "/TD"]
                first = cells(deliverable)[0]
                assert scope(first) == "/Row"
                (told,) = [one.Headers for one in cells(update)[0].A if "/Headers" in one]
                assert list(told) == [first.ID]
                assert str(deliverable.P.S) == "/TBody"

    def test_lists_links_and_sub_headings_are_tagged_as_such(self, document):
        made = with_updates(
            document,
            "<ol><li>one<ul><li>within</li></ul></li><li>two</li></ol>",
            '<p><a href="https://example.org/?a=1&amp;b=2">page</a> <a href="mailto:pcc@example.org">mail</a></p>',
            "<h4>Skips a level</h4><h3>Sub-heading</h3><h4>Below</h4>",
            "<ul><li>a</li></ul>",
        )
        with opened(pdf.render(made)) as file:
            tree = file.Root.StructTreeRoot
            update = [row for row in elements(tree, "TR") if len(cells(row)) == 1]
            assert len(list(elements(update[0], "L"))) == 2
            assert len(list(elements(update[0], "LI"))) == 3
            assert len(list(elements(update[1], "Link"))) == 2
            levels = [len(list(elements(update[2], level))) for level in ("H1", "H2", "H3", "H4", "H5")]
            assert sum(levels) == 3
            addresses = {
                str(one.A.URI) for page in file.pages for one in page.get("/Annots", ()) if one.Subtype == Name.Link
            }
            assert {"https://example.org/?a=1&b=2", "mailto:pcc@example.org"} <= addresses


class TestADraft:
    def test_it_says_so_across_every_page_and_in_the_heading(self, document):
        made = pdf.render(document)
        pages = pypdf.PdfReader(io.BytesIO(made)).pages
        assert all("DRAFT" in page.extract_text() for page in pages)
        assert "Draft, not published" in words(made)

    def test_what_is_published_does_not(self, report):
        assert "draft" not in words(pdf.render(report)).lower()


def test_all_columns_that_can_be_chosen_are_printed(document):
    text = words(pdf.render(dataclasses.replace(document, options=Options(tuple(Column)))))
    assert "Due quarter Previous rating Movement since last quarter Recovery Rating" in text
    assert text.count("Back on course by 30") == 1


class TestPages:
    @pytest.fixture
    def with_all_columns(self, report):
        return dataclasses.replace(report, options=Options(tuple(Column)))

    def test_the_appendix_stands_on_the_long_side_where_its_columns_need_it(self, report, with_all_columns):
        assert not any(is_wide(page) for page in pages_of(report))
        cover, *appendix = pages_of(with_all_columns)
        assert not is_wide(cover)
        assert all(is_wide(page) for page in appendix)

    @pytest.mark.parametrize("lines", range(0, 60, 4))
    def test_the_closing_rule_is_never_alone_on_a_page(self, document, lines):
        *_, last = pages_of(with_one_row(document, lines))
        assert ("More." if lines else "said") in last.extract_text()

    @pytest.mark.parametrize("lines", range(0, 60, 4))
    def test_a_status_key_is_whole_on_its_page_and_a_tables_heading_stays_with_its_start(self, document, lines):
        (appendix,) = with_one_row(document, lines).appendices
        themes = [dataclasses.replace(appendix, theme_number=number, exceptions_note="Only some.") for number in (1, 2)]
        for page in pages_of(dataclasses.replace(document, appendices=tuple(themes))):
            text = page.extract_text()
            assert text.count("What it means") == text.count("Not achieved, or very likely not to be")
            assert text.count("Only some.") <= text.count("said")


def test_text_is_never_read_as_markup(document):
    typed = r"#let x = 1; *not bold* _nor_ $math$ `raw` @ref <label> // comment \ [x] #panic()"
    made = with_narratives(document, Narrative((Paragraph((Run(typed),)),)))
    assert typed in words(pdf.render(made))


def test_a_table_keeps_every_cell_where_cells_reach_over_others(document):
    html = (
        "<table><tr><th>a</th><th colspan=2>b</th></tr><tr><td rowspan=9>c</td><td>d</td><td></td></tr>"
        "<tr><td colspan=50>e<table><tr><td>f</td></tr></table></td></tr></table>"
    )
    with opened(pdf.render(with_updates(document, html))) as file:
        outer = [table for table in elements(file.Root.StructTreeRoot, "Table") if list(elements(table, "Table"))][-1]
        assert len(list(elements(outer, "Table"))) == 1
        assert len(list(elements(outer, "TH"))) == 2


class TestCharacters:
    @pytest.mark.parametrize(
        ("typed", "printed", "replaced"),
        [
            ("£5 – “quoted” naïve ✓ →", "£5 – “quoted” naïve ✓ →", ()),
            ("مرحبا بالعالم", "مرحبا بالعالم", ()),
            ("\uf0b7 one \uf0a7 two", "• one • two", ("\uf0b7", "\uf0a7")),
            ("good 😀", "good [grinning face]", ("😀",)),
            ("\U0001f469\u200d\U0001f4bb\ufe0f", "[woman]\u200d[personal computer]", ("\U0001f469", "\U0001f4bb")),
            ("\ue123", "□", ("\ue123",)),
            ("a\u0378", "a□", ("\u0378",)),
            ("a\ufe0fb\U000e0020", "ab", ()),
            ("one\u2028two\x85three", "one\ntwo\nthree", ()),
            ("e\u0301", "e\u0301", ()),
        ],
    )
    def test_what_no_font_has_is_named_and_what_cannot_be_seen_is_left_out(self, typed, printed, replaced):
        assert printable(typed) == (printed, replaced)

    def test_what_is_replaced_is_said_with_its_place(self, document):
        section = Section(2, "Purpose", "", narrative("<p>Good 😀</p>"))
        made = dataclasses.replace(with_updates(document, "<p>fine</p>", "<p>x \uf0b7</p>"), cover=cover(section))
        found = [(one.character, one.printed, one.theme, one.row, one.section) for one in pdf.replaced(made)]
        assert sorted(found, key=str) == sorted(
            [("😀", "[grinning face]", None, None, 2), ("\uf0b7", "•", 3, 2, None)], key=str
        )
        assert {one.where for one in pdf.replaced(made)} == {"section 2", "Theme 3, deliverable 2"}
        assert "[grinning face]" in words(pdf.render(made))

    def test_nothing_is_replaced_in_the_real_report(self, report):
        assert pdf.replaced(report) == []

    @settings(max_examples=300, deadline=None)
    @given(st.text(max_size=30))
    def test_everything_that_can_be_seen_is_there_or_said(self, typed):
        printed, replaced = printable(typed)
        whole = unicodedata.normalize("NFC", printed)
        for character in typed:
            if character.isalnum() and unicodedata.category(character)[0] in "LN":
                assert (
                    character in replaced
                    or unicodedata.normalize("NFC", character)[0] in whole
                    or (
                        # Composed with the mark that follows it.
                        character in unicodedata.normalize("NFD", printed)
                    )
                )


class TestAnythingMakesAFile:
    def test_of_a_long_table_with_a_link_among_its_heads(self, document):
        head = '<tr><th><a href="https://example.org">Where</a></th></tr>'
        rows = "".join(f"<tr><td>Street {number}</td></tr>" for number in range(90))
        table = f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
        made = pdf.render(with_updates(document, table))
        assert len(pypdf.PdfReader(io.BytesIO(made)).pages) > len(pages_of(document))

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(several=FOUR_NARRATIVES)
    def test_of_any_narrative(self, document, several):
        assert pdf.render(with_narratives(document, *several)).startswith(b"%PDF")

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(texts=st.lists(st.text(min_size=1), min_size=4, max_size=40))
    def test_of_any_text_in_any_place(self, document, texts):
        first, second, third, *others = texts
        runs = tuple(Run(text, bold=at % 2 == 0, italic=at % 3 == 0) for at, text in enumerate(others))
        linked = Paragraph((Run(first, href="https://example.org/"), Run(second)))
        inner = ListBlock(True, ((Paragraph(runs),), (Heading(2, (Run(third),)),)))
        table = Table(((Cell((inner,), header=True), Cell(())), (Cell((linked,), columns=2),)), header_rows=1)
        made = with_narratives(document, Narrative((linked, inner, table, Heading(1, (Run(first),)))))
        made = dataclasses.replace(made, office=first, strapline=second, plan=third)
        made = dataclasses.replace(made, cover=cover(Section(1, first, second, Narrative((linked,))), report_to=third))
        assert pdf.render(made).startswith(b"%PDF")


def test_what_typst_refuses_is_said_in_words(document, monkeypatch, tmp_path):
    refused = tmp_path / "refused.typ"
    refused.write_text('#panic("not like this")')
    monkeypatch.setattr(typesetting, "ROOT", tmp_path)
    monkeypatch.setattr(pdf, "TEMPLATE", refused)
    with pytest.raises(NotSet, match="not like this"):
        pdf.render(document)
