"""Of an office's Word file nothing is published that nobody sees on its pages."""

import io
import zipfile
from dataclasses import replace

import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from reports.renderers.docx import render
from reports.renderers.word_template import check
from tests.reports.test_word_template import changed, template
from tests.reports.word_documents import document, opened, words

SECRET = "for our eyes only"


def in_header(xml, *, also=lambda file: None):
    """A template whose header has a paragraph of such content."""

    def change(file):
        file.sections[0].header._element.append(parse_xml(f"<w:p {nsdecls('w', 'r')}>{xml}</w:p>"))
        also(file)

    return template(change)


def published(content):
    """The text of all parts of a report made with the template, by name."""
    with zipfile.ZipFile(io.BytesIO(render(replace(document(), word_template=content)))) as file:
        return {name: file.read(name).decode(errors="replace") for name in file.namelist()}


def told(content):
    return "".join(published(content).values())


@pytest.mark.parametrize(
    ("name", "xml"),
    [
        ("docVar", f'<w:docVars><w:docVar w:name="a" w:val="{SECRET}"/></w:docVars>'),
        ("writeProtection", '<w:writeProtection w:recommended="1"/>'),
        ("rsid", '<w:rsids><w:rsid w:val="00AB12CD"/></w:rsids>'),
        ("attachedSchema", f'<w:attachedSchema w:val="{SECRET}"/>'),
        ("trackRevisions", "<w:trackRevisions/>"),
        ("documentProtection", '<w:documentProtection w:edit="forms"/>'),
    ],
)
def test_of_the_settings_only_those_of_the_look_are_kept(name, xml):
    root = parse_xml(f"<w:settings {nsdecls('w')}>{xml}</w:settings>")
    content = template(lambda file: file.settings.element.insert(0, root[0]))
    assert check(content) == []
    assert f"w:{name}" not in published(content)["word/settings.xml"]
    assert SECRET not in told(content)


def test_settings_of_the_look_stay():
    def with_even_pages(file):
        file.settings.odd_and_even_pages_header_footer = True
        file.sections[0].even_page_header.paragraphs[0].text = "On even pages"

    said = published(template(with_even_pages))
    assert "<w:evenAndOddHeaders" in said["word/settings.xml"]
    assert any("On even pages" in one for one in said.values())


@pytest.mark.parametrize("of", ["first_page_header", "even_page_footer"])
def test_a_header_or_footer_that_no_page_shows_is_left_out(of):
    def with_one_unshown(file):
        getattr(file.sections[0], of).paragraphs[0].text = SECRET

    content = template(with_one_unshown)
    assert check(content) == []
    assert SECRET not in told(content)


@pytest.mark.parametrize(
    "xml",
    [
        f'<w:del w:id="1" w:author="Somebody"><w:r><w:delText>{SECRET}</w:delText></w:r></w:del>',
        f'<w:ins w:id="1" w:author="Somebody"><w:r><w:t>{SECRET}</w:t></w:r></w:ins>',
        f'<w:moveFrom w:id="1" w:author="Somebody"><w:r><w:t>{SECRET}</w:t></w:r></w:moveFrom>',
        '<w:pPr><w:rPr><w:del w:id="1" w:author="Somebody"/></w:rPr></w:pPr>',
    ],
)
def test_tracked_changes_have_to_be_accepted_first(xml):
    (problem,) = check(in_header(xml))
    assert problem.startswith("Its header or footer has tracked changes. In Word, choose Review, Accept")


def hiding_style(file):
    """A style that hides, one that is based on it, and one based on that which shows again."""
    for identity, based_on, properties in (
        ("Hides", "", "<w:rPr><w:vanish/></w:rPr>"),
        ("HidesToo", "Hides", ""),
        ("Shows", "HidesToo", '<w:rPr><w:vanish w:val="0"/></w:rPr>'),
        ("Round", "Round", ""),
    ):
        base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
        xml = f'<w:name w:val="{identity}"/>{base}{properties}'
        file.styles.element.append(
            parse_xml(f'<w:style {nsdecls("w")} w:type="character" w:styleId="{identity}">{xml}</w:style>')
        )


@pytest.mark.parametrize(
    ("before", "is_hidden"),
    [
        ("<w:rPr><w:vanish/></w:rPr>", True),
        ('<w:rPr><w:specVanish w:val="true"/></w:rPr>', True),
        ('<w:rPr><w:vanish w:val="0"/></w:rPr>', False),
        ('<w:rPr><w:rStyle w:val="HidesToo"/></w:rPr>', True),
        ('<w:rPr><w:rStyle w:val="HidesToo"/><w:vanish w:val="false"/></w:rPr>', False),
        ('<w:rPr><w:rStyle w:val="Shows"/></w:rPr>', False),
        ('<w:rPr><w:rStyle w:val="Round"/></w:rPr>', False),
    ],
)
def test_hidden_text_has_to_be_shown_or_deleted_first(before, is_hidden):
    problems = check(in_header(f"<w:r>{before}<w:t>{SECRET}</w:t></w:r>", also=hiding_style))
    assert [one.partition(". ")[0] for one in problems] == ["Its header or footer has hidden text"] * is_hidden


def test_a_paragraph_style_hides_too():
    xml = f'<w:pPr><w:pStyle w:val="HidesToo"/></w:pPr><w:r><w:t>{SECRET}</w:t></w:r>'
    assert "hidden text" in check(in_header(xml, also=hiding_style))[0]
    assert check(in_header("<w:r><w:rPr><w:vanish/></w:rPr></w:r>")) == []


def test_marks_are_taken_out_of_a_header_and_its_words_stay():
    content = in_header(
        f'<w:pPr><w:pPrChange w:id="1" w:author="{SECRET}"><w:pPr/></w:pPrChange></w:pPr>'
        f'<w:bookmarkStart w:id="2" w:name="{SECRET}"/><w:commentRangeStart w:id="7"/>'
        f'<w:sdt><w:sdtPr><w:dataBinding w:xpath="{SECRET}" w:storeItemID="a"/></w:sdtPr><w:sdtContent>'
        f'<w:customXml w:uri="{SECRET}" w:element="a"><w:customXmlPr/><w:r><w:t>Seen</w:t></w:r></w:customXml>'
        '</w:sdtContent></w:sdt><w:smartTag w:uri="a" w:element="b"><w:r><w:t> by all</w:t></w:r></w:smartTag>'
        '<w:commentRangeEnd w:id="7"/><w:r><w:commentReference w:id="7"/></w:r><w:bookmarkEnd w:id="2"/>'
    )
    assert check(content) == []
    header = opened(document(), content).sections[0].header._element
    assert words(header).endswith("Seen by all")
    left = {one.tag for one in header.iter()}
    assert not left & set(map(qn, ("w:sdt", "w:customXml", "w:smartTag", "w:commentReference", "w:bookmarkStart")))
    assert SECRET not in told(content)


def test_who_changed_a_style_and_when_is_taken_out():
    def with_a_change(file):
        style = file.styles["Heading 1"].element
        change = f'<w:rPrChange {nsdecls("w")} w:id="1" w:author="{SECRET}"><w:rPr/></w:rPrChange>'
        style.get_or_add_rPr().append(parse_xml(change))

    assert SECRET not in told(template(with_a_change))


def behind_the_header(kind):
    def also(file):
        part = Part(PackURI("/word/behind.xml"), "application/xml", f"<a>{SECRET}</a>".encode(), file.part.package)
        file.sections[0].header.part.rels.add_relationship(kind, part, "rIdBehind")

    return also


def test_what_a_header_refers_to_without_showing_it_is_left_out():
    content = in_header("<w:r><w:t>a</w:t></w:r>", also=behind_the_header(RELATIONSHIP_TYPE.CUSTOM_XML))
    assert check(content) == []
    assert SECRET not in told(content)


def test_a_chart_in_a_header_has_to_be_a_picture():
    shown = '<w:r><w:drawing><a xmlns="a" r:id="rIdBehind"/></w:drawing></w:r>'
    (problem,) = check(in_header(shown, also=behind_the_header(RELATIONSHIP_TYPE.CHART)))
    assert "neither text nor a picture, such as a chart" in problem


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('w:w="12240"', 'w:w="999999999999999999999"'),
        ('w:h="15840"', 'w:h="31681"'),
        ('w:top="1440"', 'w:top="-31681"'),
        ('w:footer="720"', 'w:footer="31681"'),
    ],
)
def test_a_page_larger_than_word_can_print_is_refused(old, new):
    (problem,) = check(changed([("word/document.xml", old, new)]))
    assert problem == "Its pages or their margins are larger than Word can print: the most is 56 cm."
    assert check(changed([("word/document.xml", old, old.replace("12240", "31680").replace("15840", "31680"))])) == []
