import io
import random
import re
import zipfile
import zlib
from dataclasses import replace

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.renderers.docx import render
from reports.renderers.word_template import NEEDED_STYLES, check
from tests.reports.word_documents import appendix, cover, document, headings, lines, opened, row, section, update, words

RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def picture():
    """A PNG of one red point."""

    def chunk(kind, data):
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    header = (1).to_bytes(4) * 2 + bytes([8, 2, 0, 0, 0])
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\x00\xff\x00\x00"))
        + chunk(b"IEND", b"")
    )


def template(change=lambda file: None):
    """An office's file: its font, a header with words and a logo, words in the footer, and a body to be dropped."""
    file = docx.Document()
    file.styles["Heading 1"].font.name = "Georgia"
    header, footer = file.sections[0].header, file.sections[0].footer
    header.paragraphs[0].text = "The office's own head"
    header.paragraphs[0].add_run().add_picture(picture(), width=Cm(2))
    footer.paragraphs[0].text = "Postal address"
    file.add_paragraph("Dear Sir or Madam")
    file.core_properties.author = "Somebody"
    change(file)
    written = io.BytesIO()
    file.save(written)
    return written.getvalue()


TEMPLATE = template()


def zipped(parts):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return written.getvalue()


def changed(replacements=(), added=()):
    """The template with texts replaced, each a (part, old, new), and parts added."""
    with zipfile.ZipFile(io.BytesIO(TEMPLATE)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    for name, old, new in replacements:
        assert old.encode() in parts[name]
        parts[name] = parts[name].replace(old.encode(), new.encode(), 1)
    return zipped(parts | dict(added))


def in_body(xml):
    return changed([("word/document.xml", "<w:body>", f"<w:body>{xml}")])


def related(kind, target, mode=' TargetMode="External"'):
    relationship = f'<Relationship Id="rIdX" Type="{RELATIONSHIPS}/{kind}" Target="{target}"{mode}/>'
    return changed([("word/_rels/document.xml.rels", "</Relationships>", f"{relationship}</Relationships>")])


def of_kind(kind):
    return changed([("[Content_Types].xml", "wordprocessingml.document.main+xml", kind)])


def field(*instructions):
    return in_body("".join(f"<w:p><w:r><w:instrText>{one}</w:instrText></w:r></w:p>" for one in instructions))


class TestWhatIsTaken:
    def test_a_file_as_word_writes_it(self):
        assert check(TEMPLATE) == []

    def test_our_own_word_file(self):
        assert check(render(document())) == []

    def test_links_to_the_web_and_to_a_mailbox(self):
        for address in ("https://example.org/", "mailto:office@example.org"):
            assert check(related("hyperlink", address)) == []

    def test_fields_that_show_what_the_file_knows(self):
        assert check(field(" PAGE ", " NUMPAGES ", ' HYPERLINK "https://example.org/" ', " DATE ", " LINKED ")) == []


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "content",
        [b"", b"PK\x03\x04", b"words", b"%PDF-1.7", TEMPLATE[:1000], TEMPLATE[: len(TEMPLATE) // 2], TEMPLATE[20:-60]],
        ids=["empty", "a zip's beginning", "words", "a PDF", "cut off early", "cut off late", "cut off at both ends"],
    )  # fmt: skip
    def test_what_is_no_word_file_at_all(self, content):
        (problem,) = check(content)
        assert problem.startswith("It is not a Word document, or not a whole one. Open it in Word")

    def test_another_kind_of_file_by_a_word_files_name(self):
        assert check(zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}))[0].startswith(
            "It is not a Word document"
        )

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"x" * 5_000_001, "It is 5.1 MB large; the most is 5 MB"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "protected with a password"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "an older Word (.doc)"),
            (of_kind("wordprocessingml.template.main+xml"), "a Word template (.dotx)"),
            (
                of_kind("macroEnabled.main+xml"),
                "It can hold macros (.docm)",
            ),
            (changed(added={"word/vbaProject.bin": b"x"}.items()), "It holds macros"),
            (changed(added={"word/embeddings/oleObject1.bin": b"x"}.items()), "embedded object (oleobject1.bin)"),
            (changed(added={"word/activeX/activeX1.xml": b"<a/>"}.items()), "embedded object (activex1.xml)"),
            (changed(added={"word/media/run.exe": b"MZ"}.items()), "run.exe, which is neither text nor a picture"),
            (related("oleObject", "media/image1.png", mode=""), "an embedded object or control"),
            (in_body("<w:altChunk/>"), "an embedded object or control"),
            (related("attachedTemplate", "file:///C:/there.dotm"), "attached to another template (file:///C:/there.dotm)"),
            (related("image", "https://example.org/a.png"), "It fetches a part of the kind “image” from elsewhere"),
            (related("hyperlink", "file:///C:/there.docx"), "a link to file:///C:/there.docx, which is neither"),
            (related("hyperlink", "http://[broken"), "a link to http://[broken, which is neither"),
            (
                in_body('<v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" src="//there/a.png"/>'),
                "It fetches a picture from elsewhere (//there/a.png)",
            ),
            (
                changed([("word/document.xml", "<w:document", '<!DOCTYPE a [<!ENTITY b "c">]><w:document')]),
                "It declares a document type (DTD)",
            ),
            (
                changed([("word/document.xml", "UTF-8", "cp037")]),
                "It is not written in Unicode",
            ),
            (in_body("<unclosed>"), "Its part word/document.xml is broken (mismatched tag"),
            (in_body("<a>" * 200 + "</a>" * 200), "far more in it than a template needs"),
            (in_body("<a/>" * 260_000), "far more in it than a template needs"),
            (in_body("a" * 12_000_000), "The text in it is larger than 12 MB"),
            (
                changed([("word/document.xml", "<w:pgSz", "<w:noSize")]),
                "It does not say how large its pages are",
            ),
            (template(lambda file: setattr(file.sections[0], "page_width", Cm(12))), "more than 11 cm"),
        ],
    )  # fmt: skip
    def test_it_says_what_is_wrong(self, content, says):
        (problem,) = check(content)
        assert says in problem

    @pytest.mark.parametrize(
        "instruction",
        [
            ' INCLUDEPICTURE "https://example.org/a.png" \\d',
            "includetext x",
            "DDE a b",
            ' DDEAUTO"a"',
            "LINK Excel.Sheet x",
        ],
    )
    def test_fields_that_fetch(self, instruction):
        (problem,) = check(field(instruction))
        name = re.match(r"\W*([A-Z]+)", instruction.upper())[1]
        assert f"It has a field {name} that fetches something from elsewhere" in problem
        simple = instruction.replace('"', "&quot;")
        assert check(in_body(f'<w:p><w:fldSimple w:instr="{simple}"/></w:p>')) == [problem]

    def test_a_field_whose_name_is_in_pieces(self):
        begin, end = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>', '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        pieces = "".join(f"<w:r><w:instrText>{one}</w:instrText></w:r>" for one in ("INCL", "UDETEXT", " x"))
        assert "a field INCLUDETEXT" in check(in_body(f"<w:p>{begin}{pieces}{end}</w:p>"))[0]
        nested = f"{begin}<w:r><w:instrText>DD{begin}QUOTE 69{end}</w:instrText></w:r>{end}"
        assert "a field whose name is made by another field" in check(in_body(f"<w:p>{nested}</w:p>"))[0]

    def test_every_style_that_is_missing_is_named_with_how_to_get_it(self):
        def without(file):
            for name in ("Title", "Heading 4", "Table Grid"):
                file.styles[name].delete()

        problems = check(template(without))
        assert [re.search("“(.+?)”", one)[1] for one in problems] == ["Title", "Heading 4", "Table Grid"]
        assert problems[1].endswith("apply it to a line once and save: it then stays in the file, whatever you delete.")
        assert "apply it to a table once" in problems[2]

    def test_everything_that_is_wrong_is_listed_at_once(self):
        content = changed(
            [("word/document.xml", "<w:body>", "<w:body><w:altChunk/><w:p><w:fldSimple w:instr='DDE x'/></w:p>")],
            {"word/vbaProject.bin": b"x"}.items(),
        )
        assert len(check(content)) == 3


class TestHostileBytes:
    """Each of these ends in a sentence, soon, and in little room."""

    def test_a_bomb_is_not_unzipped(self):
        content = changed(added={"word/media/a.png": bytes(60_000_000)}.items())
        assert len(content) < 200_000
        assert "Unzipped it would be 61 MB large; the most is 25 MB" in check(content)[0]

    def test_a_bomb_that_understates_its_size_is_not_whole(self):
        content = bytearray(changed(added={"word/media/a.png": bytes(60_000_000)}.items()))
        for at in (one.start() for one in re.finditer((60_000_000).to_bytes(4, "little"), bytes(content))):
            content[at : at + 4] = (1000).to_bytes(4, "little")
        assert check(bytes(content))[0].startswith("It is not a Word document")

    def test_very_many_parts(self):
        content = changed(added=((f"word/media/{at}.png", b"") for at in range(400)))
        assert "the most is 300" in check(content)[0]

    def test_a_billion_laughs(self):
        entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 10))
        bomb = f"<!DOCTYPE a [{entities}]><w:document {WORD}>&a9;</w:document>"
        assert "DTD" in check(changed(added={"word/document.xml": bomb}.items()))[0]

    def test_a_field_without_end(self):
        assert check(in_body(f"<w:p><w:r><w:instrText>{'&#10;' * 1_000_000}</w:instrText></w:r></w:p>")) == []

    def test_a_thousand_problems_are_a_few(self):
        link = f'<Relationship Id="x%d" Type="{RELATIONSHIPS}/hyperlink" Target="file:///%d" TargetMode="External"/>'
        links = "".join(link % (at, at) for at in range(1000))
        content = changed([("word/_rels/document.xml.rels", "</Relationships>", f"{links}</Relationships>")])
        assert len(check(content)) == 20

    @given(st.binary(max_size=300))
    @settings(max_examples=30, deadline=None)
    def test_random_bytes(self, content):
        assert check(content)
        assert check(b"PK\x03\x04" + content)

    @given(st.integers(0, 2**32), st.integers(1, 20))
    @settings(max_examples=60, deadline=None)
    def test_a_file_with_some_bytes_changed_is_refused_or_can_be_used(self, seed, count):
        chance, content = random.Random(seed), bytearray(TEMPLATE)
        for _ in range(count):
            content[chance.randrange(len(content))] = chance.randrange(256)
        if not check(bytes(content)):
            opened(document(version=""), bytes(content))

    @given(
        st.integers(0, 2**32), st.sampled_from(["word/document.xml", "word/styles.xml", "word/_rels/document.xml.rels"])
    )
    @settings(max_examples=60, deadline=None)
    def test_a_part_with_some_bytes_changed_is_refused_or_can_be_used(self, seed, name):
        chance = random.Random(seed)
        with zipfile.ZipFile(io.BytesIO(TEMPLATE)) as file:
            part = bytearray(file.read(name))
        for _ in range(3):
            part[chance.randrange(len(part))] = chance.choice(b'<>/"= w:0a')
        content = changed(added={name: bytes(part)}.items())
        if not check(content):
            opened(document(version=""), content)


class TestWhatIsMadeOfATemplate:
    def test_its_styles_header_logo_and_footer_are_kept_and_its_body_is_not(self):
        file = opened(document(), TEMPLATE)
        assert file.styles["Heading 1"].font.name == "Georgia"
        header = file.sections[0].header
        assert words(header._element) == "The office's own head"
        (logo,) = header._element.iter(qn("a:blip"))
        assert header.part.related_parts[logo.get(qn("r:embed"))].blob == picture().getvalue()
        assert "Dear Sir or Madam" not in lines(file)
        assert file.core_properties.author == document().office

    def test_the_report_is_in_it_whole(self):
        of = document(appendix(row(1, update("<ol><li>a</li></ol><table><tr><td>b</td></tr></table>"))))
        assert lines(opened(of, TEMPLATE)) == lines(opened(of))
        assert list(headings(opened(of, TEMPLATE))) == list(headings(opened(of)))

    def test_page_numbers_are_added_below_what_its_footer_says(self):
        assert words(opened(document(), TEMPLATE).sections[0].footer._element) == "Postal addressPage 1 of 1"

    @pytest.mark.parametrize("is_simple", [True, False])
    def test_a_footer_with_page_numbers_stays_as_it_is(self, is_simple):
        def numbered(file):
            paragraph = file.sections[0].footer.paragraphs[0]._p
            xml = '<w:fldSimple w:instr=" PAGE \\* MERGEFORMAT "/>' if is_simple else (
                "<w:r><w:instrText> PAG</w:instrText></w:r><w:r><w:instrText>E </w:instrText></w:r>"
            )  # fmt: skip
            paragraph.extend(docx.oxml.parse_xml(f"<w:p {WORD}>{xml}</w:p>"))

        assert words(opened(document(), template(numbered)).sections[0].footer._element) == "Postal address"

    def test_a_draft_is_marked_on_every_page_beside_what_is_there(self):
        def with_first_page(file):
            file.sections[0].different_first_page_header_footer = True
            file.sections[0].first_page_header.paragraphs[0].text = "Only once"
            file.settings.odd_and_even_pages_header_footer = True

        (part,) = opened(document(version=""), template(with_first_page)).sections
        for header, said in (
            (part.header, "The office's own head"),
            (part.first_page_header, "Only once"),
            (part.even_page_header, ""),
        ):
            assert words(header._element) == f"{said}Draft, not published"
            assert b"DRAFT" in header.part.blob
        assert "Draft" not in words(opened(document(), TEMPLATE).sections[0].header._element)

    def test_headers_of_an_earlier_section_hold_for_the_report_too(self):
        def two_sections(file):
            file.add_section()

        file = opened(document(), template(two_sections))
        assert [words(one.header._element) for one in file.sections] == ["The office's own head"]

    def test_a_first_page_of_its_own_comes_once(self):
        def with_first_page(file):
            file.sections[0].different_first_page_header_footer = True

        file = opened(document(cover=cover(section(1, "Purpose", "<p>a</p>"))), template(with_first_page))
        assert [one.different_first_page_header_footer for one in file.sections] == [True, False]

    def test_styles_that_only_a_report_has_are_based_on_the_offices_own(self):
        def in_another_language(file):
            normal = file.styles["Normal"].element
            normal.set(qn("w:styleId"), "Standard")
            for based in file.styles.element.iter(qn("w:basedOn")):
                if based.get(qn("w:val")) == "Normal":
                    based.set(qn("w:val"), "Standard")
            file.styles["Normal"].font.size = Pt(13)

        content = template(in_another_language)
        assert check(content) == []
        file = opened(document(), content)
        assert file.styles["Report Table Text"].base_style.font.size == Pt(13)
        names = [style.name for style in file.styles]
        assert len(names) == len(set(names)) and set(NEEDED_STYLES) <= set(names)

    def test_numbering_of_its_own_is_left_alone(self):
        before = docx.Document(io.BytesIO(TEMPLATE)).part.numbering_part.element
        after = opened(document(), TEMPLATE).part.numbering_part.element
        for kind, identity in (("w:abstractNum", "w:abstractNumId"), ("w:num", "w:numId")):
            was, now = ([one.get(qn(identity)) for one in root.findall(qn(kind))] for root in (before, after))
            assert set(was) <= set(now) and len(now) == len(set(now))

    def test_a_file_without_numbering_gets_it(self):
        def without(file):
            (identity,) = [one.rId for one in file.part.rels.values() if one.reltype.endswith("/numbering")]
            file.part.rels.pop(identity)

        of = document(appendix(row(1, update("<ol><li>a</li></ol>"))))
        assert lines(opened(of, template(without))) == lines(opened(of))

    def test_nothing_of_the_body_is_left_behind(self):
        def with_leftovers(file):
            file.add_picture(picture())
            file.add_comment(file.paragraphs[0].add_run("x"), text="For our eyes only", author="Somebody")
            file.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER

        content = template(with_leftovers)
        assert check(content) == []
        with zipfile.ZipFile(io.BytesIO(render(replace(document(), word_template=content)))) as file:
            assert sorted(name for name in file.namelist() if "comments" in name or "media" in name) == [
                "word/media/image1.png"  # the header's logo
            ]
            assert not any(b"our eyes" in file.read(name) for name in file.namelist())
