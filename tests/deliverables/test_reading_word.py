import io
import re
import warnings
import zipfile
from dataclasses import replace
from html import escape
from itertools import count

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import given, settings
from hypothesis import strategies as st

from deliverables.blocks import Blocks, Cell, Heading, ListBlock, Narrative, Paragraph, Run, Table
from deliverables.importing.document import FileDocument
from deliverables.importing.word import read_word
from deliverables.importing.zipped import Unreadable
from deliverables.narrative import clean
from deliverables.narrative_parser import tidy
from reports.renderers.docx import render
from reports.renderers.word_file import opened
from reports.renderers.word_grid import grid
from reports.renderers.word_narrative import Place, Writer, _address
from reports.renderers.word_xml import cell, row, run, table
from tests.deliverables.test_narrative import narratives
from tests.deliverables.word_files import changed, of_xml, read, saved
from tests.reports.word_documents import appendix, document, update
from tests.reports.word_documents import row as row_of


def written(narrative: Narrative) -> bytes:
    """A Word file of ours with a narrative in a cell, below a heading as in Appendix A."""
    file = opened(None)
    writer = Writer(file)
    inner = writer.narrative(narrative, Place("Report Table Text", "Report Table List", 9000, under=1))
    last = writer.paragraph("Report Table Text")
    body = file.element.body
    body.insert(0, writer.heading(1, run("Deliverables and updates")))
    body.insert(1, table(writer.styles["table grid"], [9000], [row([cell([*inner, last], 9000)])]))
    return saved(file)


def has_words(blocks: Blocks) -> bool:
    return any(isinstance(one, Paragraph) and one.runs for one in blocks)


class _Kept:
    """A narrative as far as a Word file keeps it: see `TestWhatWeWrote`."""

    def __init__(self) -> None:
        self.level = 0

    def blocks(self, blocks: Blocks) -> Blocks:
        kept: list = []
        for block in blocks:
            if isinstance(block, Paragraph):
                kept.append(Paragraph(self.runs(block.runs)))
            elif isinstance(block, Heading):
                self.level = min(block.level, self.level + 1)
                kept.append(Heading(self.level, self.runs(block.runs)))
            elif isinstance(block, ListBlock):
                items = tuple(self.blocks(item) for item in block.items)
                if kept and isinstance(kept[-1], ListBlock) and not kept[-1].numbered and not block.numbered:
                    items = kept.pop().items + items
                kept.append(ListBlock(block.numbered, items))
            else:
                kept.append(self.table(block))
        return tuple(kept)

    def runs(self, runs: tuple[Run, ...]) -> tuple[Run, ...]:
        return tidy(replace(one, href=_address(one.href)) for one in runs)

    def table(self, table: Table) -> Table:
        rows = []
        for at, line in enumerate(grid(table)):
            cells = []
            for placed in line:
                if placed.merge == "continue":
                    continue
                blocks = self.blocks(placed.cell.blocks)
                is_head = at < table.header_rows or (placed.cell.header and placed.column == 0 and has_words(blocks))
                if placed.cell.header:
                    blocks = tuple(
                        Paragraph(tidy(replace(run, bold=not is_head) for run in one.runs))
                        if isinstance(one, Paragraph)
                        else one
                        for one in blocks
                    )
                deep = min(placed.cell.rows, len(table.rows) - at) if placed.merge else 1
                cells.append(Cell(blocks, is_head, placed.columns, deep))
            rows.append(cells)
        for at, line in enumerate(rows):
            for n, one in enumerate(line):
                line[n] = replace(one, rows=sum(bool(below) for below in rows[at : at + one.rows]))
        return Table(tuple(tuple(line) for line in rows if line), table.header_rows)


class TestWhatWeWrote:
    @settings(max_examples=20, deadline=None)
    @given(narratives)
    def test_it_comes_back_as_it_was(self, narrative):
        """But for what the writer changes on purpose.

        A heading skips no level. Bulleted lists that touch are one. Addresses are written as files may hold them. A
        table's grid is filled up, without columns and rows that nobody sees, and has at most 63 columns. A header
        cell's paragraphs are bold: in rows that repeat that is the head's own, and elsewhere it stays as bold alone.
        """
        (found,) = read_word(written(narrative)).tables
        kept = Narrative(_Kept().blocks(narrative.blocks)).html
        assert clean(Narrative(found.rows[0].cells[0].blocks).html) == clean(kept)

    def test_a_cell_of_an_appendix_has_its_date_its_lists_and_the_colour_of_its_rating(self):
        update_of = "<p>Teams <strong>met</strong>.</p><ol><li><p>One</p><ul><li><p>Deep</p></li></ul></li></ol>"
        content = render(document(appendix(row_of(7, update(update_of), owner_label="Force"))))
        key, rows = read_word(content).tables
        assert [(cell.text, cell.fill) for cell in key.rows[1].cells][0] == ("G Green", "00703c")
        head, deliverable, text = rows.rows
        assert (head.repeats, deliverable.repeats, rows.columns) == (True, False, 4)
        assert [cell.text for cell in deliverable.cells] == ["7", "Force", "Work on matter 7", "G Green"]
        (cell,) = text.cells
        assert cell.columns == 4
        assert stored(cell.blocks) == update_of.replace("<p>Teams", "<p><strong>April 2020<br></strong>Teams", 1)


def stored(blocks):
    return clean(Narrative(tuple(blocks)).html)


def words(found: FileDocument):
    return stored(found.body)


def w(tag, inside="", **attributes):
    said = "".join(f' w:{name}="{escape(str(value))}"' for name, value in attributes.items())
    return f"<w:{tag}{said}>{inside}</w:{tag}>"


def r(text, properties=""):
    return w("r", (w("rPr", properties) if properties else "") + f'<w:t xml:space="preserve">{text}</w:t>')


def p(*inside, properties=""):
    return w("p", (w("pPr", properties) if properties else "") + "".join(inside))


def tc(text, properties=""):
    return w("tc", w("tcPr", properties) + (text if text.startswith("<") else p(r(text))))


def tbl(*rows):
    return w("tbl", "".join(w("tr", one if isinstance(one, str) else "".join(one)) for one in rows))


def grid_of(table):
    return [[(cell.column, cell.columns, cell.rows, cell.text) for cell in row.cells] for row in table.rows]


class TestTables:
    def test_merged_cells_stand_once(self):
        def build(file):
            made = file.add_table(4, 3)
            for at, one in enumerate(made._cells):
                one.text = str(at)
            made.cell(0, 0).merge(made.cell(0, 1)).text = "across"
            made.cell(1, 2).merge(made.cell(3, 2)).text = "down"
            made.cell(2, 0).merge(made.cell(3, 1)).text = "both"

        (table,) = read(build).tables
        assert grid_of(table) == [
            [(0, 2, 1, "across"), (2, 1, 1, "2")],
            [(0, 1, 1, "3"), (1, 1, 1, "4"), (2, 1, 3, "down")],
            [(0, 2, 2, "both")],
            [],
        ]
        assert table.rows[0].cell(1) is table.rows[0].cells[0]

    def test_merged_as_old_programs_write_it_and_rows_that_begin_further_right(self):
        row = tc("a", '<w:hMerge w:val="restart"/>') + tc("", "<w:hMerge/>") + tc("b")
        (table,) = of_xml(tbl(row, '<w:trPr><w:gridBefore w:val="2"/></w:trPr>' + tc("c"))).tables
        assert grid_of(table) == [[(0, 2, 1, "a"), (2, 1, 1, "b")], [(2, 1, 1, "c")]]

    def test_a_row_that_nothing_goes_down_into_from_above_keeps_its_cells(self):
        (table,) = of_xml(tbl([tc("a", "<w:vMerge/>")], [tc("b", '<w:vMerge w:val="restart"/>')], [tc("c")])).tables
        assert [row.cells[0].text for row in table.rows] == ["a", "b", "c"]

    @pytest.mark.parametrize(
        ("cell", "fill"),
        [
            (tc("a", '<w:shd w:val="clear" w:color="auto" w:fill="00B050"/>'), "00b050"),
            (tc("a", '<w:shd w:val="clear" w:fill="C00000" w:themeFill="accent2"/>'), "c00000"),
            (tc("a", '<w:shd w:val="solid" w:color="FFC000" w:fill="auto"/>'), "ffc000"),
            (tc("a", '<w:shd w:val="clear" w:color="auto" w:fill="auto"/>'), ""),
            (tc("a", '<w:shd w:val="clear" w:fill="FFFFFF"/>'), ""),
            (tc("a", '<w:shd w:val="clear" w:fill="url(x)"/>'), ""),
            (tc(p(r("a", '<w:highlight w:val="green"/>'), r(" ")), ""), "00ff00"),
            (tc(p(r("a", '<w:shd w:val="clear" w:fill="FF0000"/>'))), "ff0000"),
            (tc(p(r("a", '<w:highlight w:val="green"/>'), r("b"))), ""),
            (tc(p(r("a"), properties='<w:shd w:val="clear" w:fill="FF0000"/>')), "ff0000"),
        ],
    )
    def test_a_cell_has_its_own_colour_or_one_behind_all_of_its_text(self, cell, fill):
        assert of_xml(tbl([cell])).tables[0].rows[0].cells[0].fill == fill

    def test_a_table_within_a_cell_is_a_block_of_it_and_one_deeper_than_narratives_have_its_paragraphs(self):
        deep = tbl([tc(tbl([tc(tbl([tc(tbl([tc("x")]) + p()), tc("y")]) + p())]) + p())])
        (table,) = of_xml(deep).tables
        inner = "<table><tbody><tr><td><p>x</p></td><td><p>y</p></td></tr></tbody></table>"
        assert stored(table.rows[0].cells[0].blocks) == f"<table><tbody><tr><td>{inner}</td></tr></tbody></table>"

    def test_rows_repeat_or_were_deleted_and_numbers_that_word_counts_are_written_out(self):
        numbered = '<w:pStyle w:val="ListNumber"/>'
        head = "<w:trPr><w:tblHeader/></w:trPr>" + tc("No.") + tc("Deliverable")
        gone = '<w:trPr><w:del w:id="1"/></w:trPr>' + tc("x") + tc("y")
        rows = [tc(p(properties=numbered)) + tc(name) for name in ("One", "Two")]
        found = of_xml(tbl(head, rows[0], gone, rows[1]))
        (table,) = found.tables
        assert [(row.number, row.repeats) for row in table.rows] == [(1, True), (2, False), (3, False)]
        assert [row.cells[1].text for row in table.rows] == ["Deliverable", "One", "Two"]
        assert [row.cells[0].text for row in table.rows] == ["No.", "1.", "2."]
        assert found.passed_over == ("deleted text of tracked changes",)


class TestLists:
    def test_by_styles_and_nested(self):
        def build(file):
            for style, text in (
                ("List Bullet", "a"),
                ("List Bullet 2", "b"),
                ("List Bullet", "c"),
                ("Normal", "between"),
                ("List Number", "d"),
                ("List Number", "e"),
                ("Normal", "again"),
                ("List Number", "f"),
            ):
                file.add_paragraph(text, style=style)

        assert words(read(build)) == (
            "<ul><li><p>a</p><ul><li><p>b</p></li></ul></li><li><p>c</p></li></ul><p>between</p>"
            "<ol><li><p>d</p></li><li><p>e</p></li></ol><p>again</p><p>3. f</p>"
        ), "a list that Word goes on counting has its number written out"

    def test_by_style_names_alone(self):
        def build(file):
            file.part.numbering_part.element[:] = []
            for style in file.styles.element.iter(qn("w:style")):
                for one in [*style.iter(qn("w:numPr"))]:
                    one.getparent().remove(one)
            for style in ("List Number", "List Bullet 2", "List Number"):
                file.add_paragraph("x", style=style)

        assert words(read(build)) == "<ol><li><p>x</p><ul><li><p>x</p></li></ul></li><li><p>x</p></li></ol>"

    def test_a_paragraph_as_far_in_as_an_items_text_belongs_to_it(self):
        far, near = ('<w:ind w:left="360"/>', '<w:ind w:left="0"/>')
        item = '<w:pStyle w:val="ListBullet"/>'
        found = of_xml(p(r("a"), properties=item), p(r("more"), properties=far), p(r("after"), properties=near))
        assert words(found) == "<ul><li><p>a</p><p>more</p></li></ul><p>after</p>"


class TestText:
    @pytest.mark.parametrize(
        ("xml", "html"),
        [
            (p(r("a", "<w:b/><w:i/>"), r("b", '<w:b w:val="0"/>')), "<strong><em>a</em></strong>b"),
            (p(r("a", '<w:rStyle w:val="Strong"/>'), r("b")), "<strong>a</strong>b"),
            (p(r("a", '<w:rStyle w:val="Strong"/><w:b w:val="false"/>')), "a"),
            (p(w("r", "<w:t>a</w:t><w:br/><w:t>b</w:t><w:tab/><w:t>c</w:t><w:noBreakHyphen/>")), "a<br>b c‑"),
            (
                p(w("r", '<w:t>pro</w:t><w:softHyphen/><w:t>gress</w:t><w:sym w:font="Wingdings" w:char="F0FC"/>')),
                "progress✓",
            ),
            (p(w("ins", r("new"), id=1), w("del", w("r", "<w:delText>old</w:delText>"), id=2)), "new"),
            (p(w("moveTo", r("here"), id=1), w("moveFrom", r("there"), id=2)), "here"),
            (p(r("a"), properties='<w:rPr><w:del w:id="1"/></w:rPr>') + p(r("b")), "ab"),
            (p(w("sdt", w("sdtPr", "<w:text/>") + w("sdtContent", r("filled in")))), "filled in"),
            (w("sdt", w("sdtContent", p(r("a"), w("smartTag", r("b")), w("bdo", r("c"), val="rtl")))), "abc"),
            (p(w("sdt", w("sdtPr", "<w:showingPlcHdr/>") + w("sdtContent", r("Click here"))), r("x")), "x"),
            (
                p(w("r", "<w:ruby><w:rt>" + r("rt") + "</w:rt><w:rubyBase>" + r("base") + "</w:rubyBase></w:ruby>")),
                "base",
            ),
            (p(r("a"), r("hidden", "<w:vanish/>")), "a"),
            (p(w("fldSimple", r("3 May"), instr=" DATE ")), "3 May"),
            (
                p(w("fldSimple", r("x"), instr=' HYPERLINK "https://example.org/" ')),
                '<a href="https://example.org/">x</a>',
            ),
            (
                p(
                    w(
                        "r",
                        '<w:fldChar w:fldCharType="begin"/><w:instrText> HYPERLINK "https://e.org" </w:instrText>'
                        '<w:fldChar w:fldCharType="separate"/><w:t>x</w:t><w:fldChar w:fldCharType="end"/><w:t>y</w:t>',
                    )
                ),
                '<a href="https://e.org">x</a>y',
            ),
            (
                p(
                    w(
                        "r",
                        '<w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/>'
                        '<w:listEntry w:val="Red"/><w:listEntry w:val="Green"/></w:ddList></w:ffData></w:fldChar>'
                        '<w:instrText> FORMDROPDOWN </w:instrText><w:fldChar w:fldCharType="end"/>',
                    )
                ),
                "Green",
            ),
            (p(w("hyperlink", r("x"), anchor="_Toc1")), "x"),
            (p(w("fldSimple", r("x"), instr=' HYPERLINK "javascript:alert(1)" ')), "x"),
        ],
    )
    def test_each_way_of_writing_it_is_read_as_it_is_seen(self, xml, html):
        assert words(of_xml(xml)) == f"<p>{html}</p>"

    def test_links_are_followed_to_their_addresses(self):
        def build(file):
            key = file.part.relate_to("https://example.org/a", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
            xml = f'<w:hyperlink {nsdecls("w", "r")} r:id="{key}" w:anchor="b"><w:r><w:t>x</w:t></w:r></w:hyperlink>'
            file.add_paragraph()._p.append(parse_xml(xml))

        assert words(read(build)) == '<p><a href="https://example.org/a#b">x</a></p>'

    def test_headings_have_their_level_and_are_not_bold_besides(self):
        def build(file):
            file.add_heading("Title", 0)
            file.add_heading("Theme 3", 2)
            file.add_paragraph("By outline").paragraph_format.element.get_or_add_pPr().append(
                parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="2"/>')
            )

        assert [(one.level, one.runs) for one in read(build).body] == [
            (1, (Run("Title"),)),
            (2, (Run("Theme 3"),)),
            (3, (Run("By outline"),)),
        ]

    def test_a_text_box_is_read_once_and_what_cannot_be_taken_is_said_once(self):
        box = w("txbxContent", p(r("in the box")))
        shape = f"<w:drawing><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></w:drawing>"
        older = f"<w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict>"
        both = f"<mc:AlternateContent><mc:Choice Requires='wps'>{shape}</mc:Choice><mc:Fallback>{older}</mc:Fallback>"
        found = of_xml(
            p(r("anchor"), w("r", both + "</mc:AlternateContent>")),
            p(w("r", "<w:drawing/>"), w("r", "<w:drawing/>"), "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>"),
            p(r("hidden", "<w:vanish/>"), w("r", '<w:commentReference w:id="1"/><w:footnoteReference w:id="1"/>')),
            p(w("r", "<w:object/>")),
        )
        assert words(found) == "<p>anchor</p><p>in the box</p>"
        assert sorted(found.passed_over) == [
            "comments",
            "embedded objects",
            "equations",
            "footnotes",
            "hidden text",
            "pictures and drawings",
        ]


DOCUMENT, TYPES = "word/document.xml", "[Content_Types].xml"
ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")


def plain(text="Text"):
    file = docx.Document()
    file.add_paragraph(text, style="List Number")
    file.add_table(2, 2).cell(0, 0).merge(file.tables[0].cell(1, 0)).text = text
    return saved(file)


PLAIN = plain()
with zipfile.ZipFile(io.BytesIO(PLAIN)) as _file:
    PARTS = {
        name: _file.read(name)
        for name in (DOCUMENT, TYPES, "_rels/.rels", "word/_rels/document.xml.rels", "word/numbering.xml")
    }


def with_body(xml):
    spaces = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return changed(PLAIN, added={DOCUMENT: f"<w:document {spaces}><w:body>{xml}</w:body></w:document>".encode()})


def zipped(**parts):
    new = io.BytesIO()
    with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name.replace("__", "/").replace("_", "."), part)
    return new.getvalue()


def twice():
    new = io.BytesIO(PLAIN)
    with warnings.catch_warnings(), zipfile.ZipFile(new, "a") as file:
        warnings.simplefilter("ignore")
        file.writestr("Word/Document.xml", b"<other/>")
    return new.getvalue()


class TestHostileFiles:
    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "nothing in it"),
            (b"%PDF-1.7 text", "PDF"),
            (b"{\\rtf1 text}", ".rtf"),
            (b"\xef\xbb\xbf <html><table></table></html>", "web page"),
            (b"PK\x03\x04 text", "not a Word document"),
            (b"plain text", "not a Word document"),
            (PLAIN[:-200], "not a Word document"),
            (PLAIN[: len(PLAIN) // 2], "not a Word document"),
            (ENCRYPTED, "password"),
            (ENCRYPTED[:8], "(.doc)"),
            (b"x" * 10_000_001, "the most is 10 MB"),
            (zipped(a_xml=b"<a/>"), "not a Word document"),
            (zipped(xl__workbook_xml=b"<a/>"), "Excel"),
            (zipped(ppt__presentation_xml=b"<a/>"), "PowerPoint"),
            (zipped(mimetype=b"a", content_xml=b"<a/>"), "OpenDocument"),
            (zipped(a_xml=b" " * 60_000_001), "Unzipped"),
            (changed(PLAIN, {"document.main+xml": "document.macroEnabled.main+xml"}), "macros"),
            (changed(PLAIN, added={"word/vbaProject.bin": b"x"}), "macros"),
            (changed(PLAIN, {"word/document.xml": "word/elsewhere.xml"}, {}), "not a Word document"),
            (changed(PLAIN, {"w:body": "w:bodies"}), "broken"),
            (changed(PLAIN, {"</w:body>": "</w:bod>"}), "broken"),
            (changed(PLAIN, {"<w:document": '<!DOCTYPE x [<!ENTITY a "b">]><w:document'}), "DTD"),
            (changed(PLAIN, {"encoding='UTF-8'": "encoding='UTF-7'"}), "Unicode"),
            (with_body(p(r("\ud800".encode("utf-8", "surrogatepass").decode("latin-1")))[:-3]), "broken"),
            (with_body(p(r("&#xd800;"))), "broken"),
            (with_body(p(r("&unknown;"))), "broken"),
            (with_body("<w:sdt>" * 200 + "</w:sdt>" * 200), "far more"),
            (with_body("<w:p/>" * 1_000_000), "far more"),
            (with_body(p(r("a" * 3_000_001))), "far more"),
            (with_body(p(r("a" * 31_000_000))), "far more"),
            (with_body(f'<w:p w:a="{"a" * 2_000_000}"/>'), "broken"),
            (with_body(tbl([tc("a", '<w:gridSpan w:val="64"/>')])), "63 columns"),
            (with_body(tbl("".join(tc("a") for _ in range(64)))), "63 columns"),
            (twice(), "not a Word document"),
        ],
        ids=count(1),
    )
    def test_each_is_refused_in_words(self, content, said):
        with pytest.raises(Unreadable, match=re.escape(said)):
            read_word(content)

    def test_numbers_that_are_none_and_parts_that_are_missing_are_borne(self):
        far = "9" * 5000
        odd = changed(
            with_body(
                tbl([tc("a", f'<w:gridSpan w:val="{far}"/><w:vMerge w:val="{far}"/>')], "<w:trPr/><w:tc/>")
                + p(r("b"), properties=f'<w:numPr><w:ilvl w:val="{far}"/><w:numId w:val="1"/></w:numPr>')
                + p(r("c"), properties=f'<w:pStyle w:val="gone"/><w:ind w:left="{far}"/><w:outlineLvl w:val="-4"/>')
            ),
            {"styles.xml": "gone.xml", "numbering.xml": "missing.xml"},
        )
        assert [one.runs[0].text for one in read_word(odd).body[1:]] == ["b", "c"]

    def test_a_strict_document_is_read_like_any_other(self):
        strict = {
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "http://purl.oclc.org/ooxml/wordprocessingml/main",
            "http://schemas.openxmlformats.org/officeDocument/2006/": "http://purl.oclc.org/ooxml/officeDocument/",
        }
        assert read_word(changed(PLAIN, strict)) == read_word(PLAIN) != FileDocument(())

    @settings(max_examples=30, deadline=None)
    @given(st.data())
    def test_a_file_that_was_damaged_as_a_whole_or_in_one_part_is_read_or_refused(self, data):
        name = data.draw(st.sampled_from(["", *PARTS]))
        content = bytearray(PARTS[name] if name else PLAIN)
        for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
            content[at] = data.draw(st.integers(0, 255) | st.sampled_from(b'<>/"0 '))
        damaged = bytes(content[: data.draw(st.just(len(content)) | st.integers(0, len(content)))])
        try:
            found = read_word(changed(PLAIN, added={name: damaged}) if name else damaged)
            assert isinstance(found, FileDocument)
        except Unreadable as error:
            assert str(error)
