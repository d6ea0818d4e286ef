import re
from html import escape
from html.parser import HTMLParser
from itertools import count, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deliverables.blocks import Cell, Heading, ListBlock, Narrative, Paragraph, Run, Table
from deliverables.narrative import MOST_BYTES, NarrativeTooLong, clean, parse
from deliverables.narrative_parser import DEEPEST_LIST, DEEPEST_TABLE

quick = settings(max_examples=100, deadline=None)

STORED_ELEMENTS = {
    *("p", "h3", "h4", "strong", "em", "a", "br", "ul", "ol", "li"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
TAKEN_ELEMENTS = sorted(
    STORED_ELEMENTS | {*("h1", "h2", "h5", "h6", "b", "i", "div", "blockquote", "pre", "dt", "dd", "tfoot")}
)
OTHER_ELEMENTS = [
    *(
        "span",
        "font",
        "section",
        "u",
        "sup",
        "center",
        "dl",
        "img",
        "hr",
        "input",
        "label",
        "details",
        "nobr",
        "marquee",
    ),
    *(
        "caption",
        "colgroup",
        "col",
        "form",
        "button",
        "select",
        "option",
        "script",
        "style",
        "svg",
        "math",
        "mi",
        "mtext",
    ),
    *("foreignObject", "annotation-xml", "iframe", "object", "noscript", "template", "textarea", "title", "xmp", "o:p"),
]
ATTRIBUTES = [
    *(
        "",
        ' class="MsoNormal"',
        ' style="color:red"',
        ' onclick="alert(1)"',
        " colspan=3",
        ' rowspan="0"',
        " colspan=x",
    ),
    *(
        ' href="https://example.org/?a=1&amp;b=2"',
        " href=javascript:alert(1)",
        ' href="mailto:a@b.org" href="x"',
        ' id="a',
    ),
]
PIECES_OF_TEXT = [
    *(
        "word",
        "two words",
        " ",
        "\n",
        "a\r\nb",
        "\t",
        "\xa0",
        "&nbsp;",
        "&amp;",
        "&lt;b&gt;",
        "&amp;lt;",
        "&",
        "<",
        ">",
        '"',
    ),
    *(
        "&#10;",
        "&#13;",
        "&#0;",
        "&#1;",
        "&#xd800;",
        "&#xfffe;",
        "&notit;",
        "é",
        "\u2028",
        "\x85",
        "\x00",
        "\x1b",
        "\ud800",
    ),
    *("\udfff", "\ufffe", "\ufeff", "\U0001f600", "<!-- a -->", "<!", "<?php", "]]>", "<![CDATA[a]]>", "</", "--"),
]

texts = st.sampled_from(PIECES_OF_TEXT) | st.text(max_size=8)
tags = st.sampled_from(TAKEN_ELEMENTS) | st.sampled_from(OTHER_ELEMENTS)
opened = st.builds("<{}{}>".format, tags, st.sampled_from(ATTRIBUTES))
closed = st.builds("</{}>".format, tags)
unclosed_soup = st.lists(opened | closed | texts, max_size=25).map("".join)
nested_soup = st.recursive(
    texts,
    lambda inner: st.builds(
        lambda tag, attribute, parts: f"<{tag}{attribute}>{''.join(parts)}</{tag}>",
        tags,
        st.sampled_from(ATTRIBUTES),
        st.lists(inner, max_size=4),
    ),
    max_leaves=15,
)
soup = unclosed_soup | nested_soup

taken_markup = st.recursive(
    st.just("{word} "),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from(TAKEN_ELEMENTS),
        st.lists(inner, max_size=4),
    ),
    max_leaves=15,
)

PHRASES = [
    *(
        "word",
        "two words",
        "a & b",
        "<b>",
        "&lt;",
        "&#1;",
        "\"quoted\" 'too'",
        "1. one",
        "- two",
        "x\xa0y",
        "é",
        "a\u2028b",
    ),
    *("\U0001f600", "</p>", "<!-- a -->", "\xa0indented", "=1+1", "\\", "]]>"),
]
HREFS = ["", "", 'https://example.org/?a=1&b="2"#<c>\'', "HTTP://example.org", "mailto:pcc@example.org"]

phrases = st.sampled_from(PHRASES) | st.text("aé<&; ", min_size=1, max_size=6).map(str.split).filter(bool).map(" ".join)
styles = st.tuples(st.booleans(), st.booleans(), st.sampled_from(HREFS))
ends = st.sampled_from(["", " ", "\n", " \n", "\n\n"])


def neighbours_differ(parts):
    return all(one[1] != other[1] for one, other in pairwise(parts))


# As runs come out of reading: neighbours differ in style, and no white space at either end or twice.
run_lists = (
    st.lists(st.tuples(phrases, styles, ends), min_size=1, max_size=3)
    .filter(neighbours_differ)
    .map(lambda parts: [*parts[:-1], (*parts[-1][:2], "")])
    .map(lambda parts: tuple(Run(text + end, *style) for text, style, end in parts))
)


def leading_header_rows(rows):
    plain = [at for at, row in enumerate(rows) if not all(cell.header for cell in row)]
    return plain[0] if plain else len(rows)


def depth(blocks, kind):
    """How deep blocks of `kind` are nested in one another."""
    deepest = 0
    for block in blocks:
        if isinstance(block, ListBlock):
            inner = max(depth(item, kind) for item in block.items)
        elif isinstance(block, Table):
            inner = max(depth(cell.blocks, kind) for row in block.rows for cell in row)
        else:
            inner = 0
        deepest = max(deepest, inner + isinstance(block, kind))
    return deepest


def lists_and_tables(block):
    several = st.lists(block, min_size=1, max_size=2).map(tuple)
    cell = st.builds(Cell, several | st.just(()), st.booleans(), st.sampled_from([1, 2, 50]), st.sampled_from([1, 3]))
    rows = st.lists(st.lists(cell, min_size=1, max_size=2).map(tuple), min_size=1, max_size=3).map(tuple)
    return st.builds(ListBlock, st.booleans(), st.lists(several, min_size=1, max_size=3).map(tuple)) | (
        rows.filter(lambda rows: any(cell.blocks for row in rows for cell in row)).map(
            lambda rows: Table(rows, leading_header_rows(rows))
        )
    )


blocks = st.recursive(
    st.builds(Paragraph, run_lists) | st.builds(Heading, st.sampled_from([1, 2]), run_lists),
    lists_and_tables,
    max_leaves=6,
)
narratives = (
    st.lists(blocks, min_size=1, max_size=3)
    .map(tuple)
    .filter(lambda several: depth(several, Table) <= DEEPEST_TABLE)
    .map(Narrative)
)


class Witness(HTMLParser):
    """Reads HTML apart from the module and notes all that must not be in a stored narrative."""

    def __init__(self):
        super().__init__()
        self.harm = []

    def handle_starttag(self, tag, attrs):
        if tag not in STORED_ELEMENTS:
            self.harm.append(f"element {tag}")
        for name, value in attrs:
            is_link = tag == "a" and name == "href" and re.match(r"(https?://|mailto:)", value or "", re.IGNORECASE)
            is_span = tag in ("th", "td") and name in ("colspan", "rowspan") and (value or "").isdigit()
            if not is_link and not is_span:
                self.harm.append(f"attribute {name}={value!r}")

    def handle_comment(self, data):
        self.harm.append(f"comment {data}")

    handle_decl = handle_pi = unknown_decl = handle_comment


def harm_in(html):
    witness = Witness()
    witness.feed(html)
    witness.close()
    return witness.harm


def blocks_of(html):
    return parse(clean(html)).blocks


def text_of(html):
    return parse(clean(html)).text


def para(*runs):
    return Paragraph(tuple(Run(run) if isinstance(run, str) else run for run in runs))


def items(*texts, numbered=False):
    return ListBlock(numbered, tuple((para(text),) for text in texts))


def cells(*texts, header=False):
    return tuple(Cell((para(text),), header) for text in texts)


def runs_in(blocks):
    """All runs, in the order in which they are read."""
    for block in blocks:
        if isinstance(block, ListBlock):
            for item in block.items:
                yield from runs_in(item)
        elif isinstance(block, Table):
            for row in block.rows:
                for cell in row:
                    yield from runs_in(cell.blocks)
        else:
            yield from block.runs


HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<script>alert(1);//<</script>",
    "<script\x0b>alert(1)</script\x0b>",
    "<script/random>alert(1)</script>",
    "<script>alert(1)",
    "</script><script>alert(1)</script>",
    "<p>text<script>document.write('<img src=x onerror=alert(1)>')</script></p>",
    "<img src=x onerror=alert(1)>",
    '<img src="x" ONERROR="alert(1)">',
    "<img/src=x/onerror=alert(1)>",
    "<img src=x onerror=&#97;lert(1)>",
    '<img """><script>alert(1)</script>">',
    "<img src=`x` onerror=alert(1)>",
    '<img srcset="javascript:alert(1)">',
    '<img src="javascript:alert(1)">',
    "<p onclick=alert(1)>text</p>",
    '<p onmouseover="alert(1)" style="background:url(javascript:alert(1))">text</p>',
    '<p/onpointerenter="alert(1)">text',
    "<li onfocus=alert(1) tabindex=1 autofocus>text</li>",
    '<td background="javascript:alert(1)" onclick=alert(1)>text</td>',
    '<table background="javascript:alert(1)"><tr><td style="x:expression(alert(1))">text</table>',
    "<body onload=alert(1)>",
    "<html onclick=alert(1)><head></head><body>text",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)></audio>",
    "<details open ontoggle=alert(1)>text</details>",
    "<marquee onstart=alert(1)>text</marquee>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)><option>text</select>",
    "<textarea autofocus onfocus=alert(1)></textarea>",
    "<button formaction=javascript:alert(1)>text</button>",
    '<form action="javascript:alert(1)"><input type=submit></form>',
    "<isindex type=image src=1 onerror=alert(1)>",
    '<a href="javascript:alert(1)">text</a>',
    '<a href="JaVaScRiPt:alert(1)">text</a>',
    '<a href=" javascript:alert(1)">text</a>',
    '<a href="\x01javascript:alert(1)">text</a>',
    '<a href="java\tscript:alert(1)">text</a>',
    '<a href="java\nscript:alert(1)">text</a>',
    '<a href="jav&#x09;ascript:alert(1)">text</a>',
    '<a href="jav&NewLine;ascript&colon;alert(1)">text</a>',
    '<a href="&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)">text</a>',
    '<a href="&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3Aalert(1)">text</a>',
    '<a href="java\x00script:alert(1)">text</a>',
    '<a href="data:text/html,<script>alert(1)</script>">text</a>',
    '<a href="DATA:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">text</a>',
    '<a href="vbscript:msgbox(1)">text</a>',
    '<a href="VB\rScript:msgbox(1)">text</a>',
    '<a href="file:///etc/passwd">text</a>',
    '<a href="//evil.example/">text</a>',
    '<a href="\\\\evil.example\\share">text</a>',
    '<a href="https:evil.example" onclick=alert(1)>text</a>',
    '<a href="https://example.org" target=_blank ping="https://evil.example" onclick="alert(1)">text</a>',
    '<a xlink:href="javascript:alert(1)">text</a>',
    "<a href=https://example.org href=javascript:alert(1) onclick=alert(1)>text</a>",
    '<area href="javascript:alert(1)"><map name=x></map>',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<svg><a xlink:href="javascript:alert(1)"><text>text</text></a></svg>',
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    '<svg><use href="data:image/svg+xml,<svg id=x onload=alert(1)>#x"></svg>',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<svg><foreignObject><iframe srcdoc="<script>alert(1)</script>"></iframe></foreignObject></svg>',
    '<math><maction actiontype="statusline" xlink:href="javascript:alert(1)">text</maction></math>',
    '<math href="javascript:alert(1)">text</math>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<math><annotation-xml encoding="text/html"><script>alert(1)</script></annotation-xml></math>',
    "<iframe src=javascript:alert(1)></iframe>",
    '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>',
    "<iframe/onload=alert(1)>",
    "<frameset onload=alert(1)><frame src=javascript:alert(1)></frameset>",
    "<object data=javascript:alert(1)></object>",
    '<object type="text/html" data="data:text/html,<script>alert(1)</script>"><param name=x></object>',
    "<embed src=javascript:alert(1)>",
    "<applet code=javascript:alert(1)></applet>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<style>p{background:url(javascript:alert(1))}</style><p style=color:red>text",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    '<meta http-equiv=refresh content="0;url=javascript:alert(1)">',
    '<base href="javascript:alert(1)//"><a href="x">text</a>',
    "<!--<img src=x onerror=alert(1)>-->",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><?import namespace=t implementation=x?><script>alert(1)</script>",
    "<!DOCTYPE html [<!ENTITY x '<script>alert(1)</script>'>]><p>&x;<script>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    '<noembed><img title="</noembed><img src=x onerror=alert(1)>"></noembed>',
    '<xmp><p title="</xmp><img src=x onerror=alert(1)>"></xmp>',
    '<title><p title="</title><img src=x onerror=alert(1)>"></title>',
    '<textarea><p title="</textarea><img src=x onerror=alert(1)>"></textarea>',
    "<template><script>alert(1)</script></template>",
    '<template shadowrootmode="open"><img src=x onerror=alert(1)></template>',
    "<plaintext><img src=x onerror=alert(1)>",
    "<p>a</p><img src=x onerror=alert(1)//<p>b</p>",
    '<p title="<img src=x onerror=alert(1)>">text</p>',
    '<a href="https://example.org/\'&quot;&gt;&lt;img src=x onerror=alert(1)&gt;" class=x>text</a>',
    '<td colspan="1 onclick=alert(1)" rowspan=\'"><script>alert(1)</script>\'>text</td>',
    "<table><tr><td colspan='2\" onclick=\"alert(1)'>text</table>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "<custom-element is=x onclick=alert(1)>text</custom-element>",
    "<dialog open onclose=alert(1)>text</dialog><slot name=x></slot>",
    "\ufeff<script>alert(1)</script>",
    "<s\x00cript>alert(1)</s\x00cript><img src=x onerror\x00=alert(1)>",
    "<b" * 50 + "><script>alert(1)</script>",
]


class TestHostileMarkup:
    @pytest.mark.parametrize("hostile", HOSTILE, ids=count(1))
    def test_nothing_harmful_is_stored_or_shown(self, hostile):
        assert harm_in(hostile)
        assert harm_in(clean(hostile)) == []
        assert harm_in(parse(hostile).html) == []

    @settings(quick, max_examples=200)
    @given(soup)
    def test_no_soup_of_markup_leaves_anything_harmful(self, html):
        assert harm_in(clean(html)) == []

    @quick
    @given(st.lists(st.sampled_from(HOSTILE) | opened | closed, min_size=1, max_size=4).map("".join))
    def test_hostile_markup_in_any_company_is_made_harmless(self, html):
        assert harm_in(clean(html)) == []

    @pytest.mark.parametrize(
        "element", ["script", "style", "noscript", "template", "svg", "math", "iframe", "textarea", "title"]
    )
    def test_what_was_never_meant_to_be_read_is_dropped_with_its_text(self, element):
        assert clean(f"<p>before</p><{element}>hidden</{element}><p>after</p>") == "<p>before</p><p>after</p>"

    def test_markup_written_as_text_stays_text(self):
        stored = clean("<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;b&amp;gt;</p>")
        assert stored == "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;b&amp;gt;</p>"
        assert parse(stored).text == "<script>alert(1)</script> &lt;b&gt;"

    def test_a_narrative_that_came_past_cleaning_is_made_safe_when_it_is_read(self):
        assert parse('<p onclick="alert(1)">text<script>alert(1)</script></p>').html == "<p>text</p>"

    @pytest.mark.parametrize(
        "repeated", ["<div>", "<b>", "<ul><li>", "<table><tr><td>", "<blockquote><li>", "<svg>", "</p>", "<!--"]
    )
    def test_very_deep_markup_is_taken_without_trouble(self, repeated):
        deep = repeated * (20_000 // len(repeated)) + "text"
        assert harm_in(clean(deep)) == []


class TestWhatIsStored:
    @settings(quick, max_examples=250)
    @given(soup)
    @example("a\nb<p>c")
    @example("<p>&#1;</p>")
    def test_cleaning_twice_is_cleaning_once(self, html):
        stored = clean(html)
        assert clean(stored) == stored

    @settings(quick, max_examples=250)
    @given(soup)
    def test_what_is_stored_is_read_and_written_back_the_same(self, html):
        stored = clean(html)
        assert parse(stored).html == stored

    @settings(quick, max_examples=120)
    @given(narratives)
    def test_blocks_are_written_and_read_back_the_same(self, narrative):
        assert parse(narrative.html) == narrative

    @quick
    @given(narratives)
    def test_blocks_are_stored_as_they_are_written(self, narrative):
        assert clean(narrative.html) == narrative.html

    @settings(quick, max_examples=200)
    @given(soup)
    @example("&#8;")
    @example('<a href="https://example.org/&#2;">text</a>')
    def test_what_is_stored_can_be_held_in_xml_and_in_the_database(self, html):
        stored = clean(html)
        ElementTree.fromstring(f"<x>{stored.replace('<br>', '<br/>')}</x>")

    @quick
    @given(taken_markup)
    def test_no_word_is_lost_from_markup_that_is_taken(self, markup):
        numbers = count()
        html = re.sub(r"\{word\}", lambda _: f"w{next(numbers)}x", markup)
        assert sorted(re.findall(r"w\d+x", text_of(html))) == sorted(re.findall(r"w\d+x", html))

    @quick
    @given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1))
    def test_any_visible_text_is_kept_to_the_letter(self, text):
        assert text_of(f"<p>{escape(text)}</p>") == text

    def test_nul_lone_surrogates_and_control_characters_are_dropped(self):
        assert clean("<p>a\x00b\ud800c\udfffd\x1be\x7ff\ufffeg</p>") == "<p>abcdefg</p>"

    @pytest.mark.parametrize("reference", ["&#1;", "&#x1f;", "&#8;", "&#127;", "&#xfffe;"])
    def test_control_characters_written_as_references_are_dropped_too(self, reference):
        assert clean(f"<p>a{reference}b</p>") == "<p>ab</p>"

    def test_characters_outside_the_basic_plane_are_kept(self):
        assert clean("<p>\U0001f600 £5 – ‘quoted’</p>") == "<p>\U0001f600 £5 – ‘quoted’</p>"

    @pytest.mark.parametrize(
        "empty", ["", " ", "\n\n", "<p></p>", "<p>&nbsp;</p>", "<ul><li></li></ul>", "<p><br></p>", "<img>"]
    )
    def test_where_there_is_no_text_nothing_is_stored(self, empty):
        assert clean(empty) == ""
        assert not parse(clean(empty))

    def test_a_narrative_with_text_is_true(self):
        assert parse("<p>a</p>")


class TestSize:
    def test_over_the_limit_it_is_refused_with_its_size_and_the_limit(self):
        with pytest.raises(NarrativeTooLong, match="120 kB long.* 100 kB"):
            clean("<p>" + "a" * 119_993 + "</p>")

    def test_the_text_is_kept_whole_on_the_refusal(self):
        text = "a\x00\ud800<script>" + "é" * MOST_BYTES
        with pytest.raises(NarrativeTooLong) as refused:
            clean(text)
        assert refused.value.text == text

    def test_the_size_named_is_above_the_limit_even_when_just_over(self):
        with pytest.raises(NarrativeTooLong) as refused:
            clean("a" * (MOST_BYTES + 1))
        size, limit = (float(figure.replace(",", "")) for figure in re.findall(r"([\d.,]+) kB", str(refused.value)))
        assert size > limit

    def test_a_narrative_of_just_the_limit_is_taken(self):
        text = "<p>" + "a" * (MOST_BYTES - 7) + "</p>"
        assert clean(text) == text

    def test_one_byte_over_the_limit_is_refused(self):
        with pytest.raises(NarrativeTooLong):
            clean("<p>" + "a" * (MOST_BYTES - 6) + "</p>")

    def test_bytes_are_counted_and_not_characters(self):
        with pytest.raises(NarrativeTooLong):
            clean("<p>" + "é" * (MOST_BYTES // 2) + "</p>")

    def test_bare_text_that_its_tags_bring_over_the_limit_is_refused_whole(self):
        text = "a\n" * (MOST_BYTES // 2)
        with pytest.raises(NarrativeTooLong) as refused:
            clean(text)
        assert refused.value.text == text


class TestParagraphs:
    @pytest.mark.parametrize(
        "typed", ["one\ntwo", "one\n\ntwo", "one\r\ntwo", "\none\n \ntwo\n", "one<p>two", "<div>one</div>two"]
    )
    def test_bare_lines_become_paragraphs(self, typed):
        assert clean(typed) == "<p>one</p><p>two</p>"

    @pytest.mark.parametrize("element", ["p", "div", "blockquote", "pre", "dt", "dd"])
    def test_each_element_that_holds_a_paragraph_becomes_one(self, element):
        assert clean(f"<{element}>one</{element}><{element}>two</{element}>three") == "<p>one</p><p>two</p><p>three</p>"

    def test_a_line_end_within_a_paragraph_is_a_space(self):
        assert clean("<p>one\ntwo\r\nthree</p>") == "<p>one two three</p>"

    def test_white_space_is_folded_and_trimmed(self):
        assert clean("<p>  one \t two  <b> three</b> </p>") == "<p>one two <strong>three</strong></p>"

    def test_a_line_break_is_kept_within_and_dropped_at_the_ends(self):
        assert blocks_of("<p><br>one<br>two<br><br></p>") == (para("one\ntwo"),)
        assert clean("<p>one<br/>two</p>") == "<p>one<br>two</p>"

    def test_after_a_heading_or_a_list_bare_lines_are_paragraphs_again(self):
        stored = clean("<h1>head</h1>one\ntwo<ul><li>item</li></ul>three\nfour")
        assert stored == "<h3>head</h3><p>one</p><p>two</p><ul><li><p>item</p></li></ul><p>three</p><p>four</p>"

    def test_unknown_elements_are_taken_for_their_text(self):
        assert clean('<section><p>one <span style="x">two</span><o:p></o:p></p></section>') == "<p>one two</p>"

    @pytest.mark.parametrize("element", ["address", "big", "nobr", "fieldset", "video", "picture", "canvas"])
    def test_other_elements_of_html_are_taken_for_their_text(self, element):
        assert clean(f"<p>one <{element}>two</{element}></p>").replace("</p><p>", " ") == "<p>one two</p>"

    @pytest.mark.parametrize("element", ["o:p", "st1:place", "w:sdt", "v:shape", "u1:p", "m:oMath"])
    def test_the_elements_that_word_pastes_are_taken_for_their_text(self, element):
        assert clean(f'<p>one <{element} w:st="on">two</{element}></p>') == "<p>one two</p>"

    @pytest.mark.parametrize(
        "typed", ["fewer than <10", "a < b", "x <= y", "<3", "see <name of the officer> for it", "<", "1<2>1", "</ 5"]
    )
    def test_a_less_than_that_a_person_typed_stays_text(self, typed):
        assert text_of(typed) == typed
        assert text_of(f"<p>{typed}</p>") == typed

    def test_the_soft_line_break_of_word_is_a_line_end(self):
        assert clean("one\x0btwo") == clean("one\ntwo")
        assert clean("<p>one\x0btwo</p>") == "<p>one two</p>"


class TestStyles:
    @pytest.mark.parametrize("written", ["<b>a</b>", "<strong>a</strong>", "<b><strong>a</strong></b>", "<b>a"])
    def test_bold_is_written_one_way(self, written):
        assert clean(written) == "<p><strong>a</strong></p>"

    @pytest.mark.parametrize("written", ["<i>a</i>", "<em>a</em>", "<i><em>a</em></i>", "<em>a"])
    def test_italic_is_written_one_way(self, written):
        assert clean(written) == "<p><em>a</em></p>"

    def test_styles_are_read_as_runs_of_text(self):
        assert blocks_of("<p>plain <b>bold <i>both</i></b><i> italic</i></p>") == (
            para(
                "plain ",
                Run("bold ", bold=True),
                Run("both", bold=True, italic=True),
                Run(" italic", italic=True),
            ),
        )

    def test_neighbours_of_one_style_are_one_run(self):
        assert blocks_of("<p><b>one </b><strong>two</strong></p>") == (para(Run("one two", bold=True)),)

    def test_a_style_over_several_paragraphs_holds_in_each_and_then_ends(self):
        assert clean("<b><p>one</p><p>two</p></b><p>three</p>") == (
            "<p><strong>one</strong></p><p><strong>two</strong></p><p>three</p>"
        )

    def test_a_link_across_styles_stays_one_link(self):
        stored = '<p><a href="https://example.org">one <strong>two</strong></a></p>'
        assert clean(stored) == stored


class TestHeadings:
    @pytest.mark.parametrize(("element", "level"), [("h1", 1), ("h2", 1), ("h3", 1), ("h4", 2), ("h5", 2), ("h6", 2)])
    def test_headings_are_of_two_levels(self, element, level):
        assert blocks_of(f"<{element}>head</{element}>") == (Heading(level, (Run("head"),)),)

    def test_the_two_levels_stand_below_the_headings_of_the_page(self):
        assert clean("<h1>one</h1><h6>two</h6>") == "<h3>one</h3><h4>two</h4>"

    def test_a_line_end_within_a_heading_is_a_space(self):
        assert clean("<h1>one\ntwo</h1>") == "<h3>one two</h3>"

    def test_a_paragraph_after_a_heading_is_not_a_heading(self):
        assert clean("<h2>head</h2><p>text</p>") == "<h3>head</h3><p>text</p>"


class TestLinks:
    @pytest.mark.parametrize(
        "href", ["https://example.org/a?b=1#c", "http://example.org", "HTTPS://EXAMPLE.ORG", "mailto:pcc@example.org"]
    )
    def test_a_link_to_the_web_or_a_mailbox_is_kept(self, href):
        assert blocks_of(f'<a href="{href}">text</a>') == (para(Run("text", href=href)),)

    @pytest.mark.parametrize(
        "href",
        [
            *("www.example.org", "/updates/1", "#top", "//example.org", "ftp://example.org", "tel:0123456789", "", " "),
            *(
                "file:///c:/plan.docx",
                "data:text/plain,a",
                "javascript:alert(1)",
                "https:example.org",
                "https://",
                "mailto:",
            ),
            *("https://example.org/two words", "blob:https://example.org/1"),
        ],
    )
    def test_any_other_link_becomes_plain_text(self, href):
        assert clean(f'<p>see <a href="{href}">this</a></p>') == "<p>see this</p>"

    def test_an_anchor_without_an_address_becomes_plain_text(self):
        assert clean('<p><a name="x">text</a></p>') == "<p>text</p>"

    def test_an_endless_address_becomes_plain_text(self):
        assert clean(f'<a href="https://{"a" * 3000}">text</a>') == "<p>text</p>"

    def test_quotes_and_ampersands_in_an_address_survive(self):
        href = "https://example.org/?a=\"1\"&b='2'&lt=<3>"
        assert blocks_of(f'<a href="{escape(href)}">text</a>') == (para(Run("text", href=href)),)

    def test_text_after_a_link_is_not_linked(self):
        assert clean('<p><a href="https://example.org">one</a> two</p>') == (
            '<p><a href="https://example.org">one</a> two</p>'
        )


class TestLists:
    def test_a_list_is_read_item_by_item(self):
        assert blocks_of("<ul><li>one</li><li>two</li></ul>") == (items("one", "two"),)
        assert blocks_of("<ol><li>one<li>two</ol>") == (items("one", "two", numbered=True),)

    def test_a_list_in_a_list_is_the_same_in_both_written_forms(self):
        inside = blocks_of("<ul><li>one<ul><li>two</li></ul></li><li>three</li></ul>")
        beside = blocks_of("<ul><li>one</li><ul><li>two</li></ul><li>three</li></ul>")
        assert inside == beside == (ListBlock(False, ((para("one"), items("two")), (para("three"),))),)

    def test_numbers_within_bullets_keep_their_kind(self):
        assert blocks_of("<ul><li>one<ol><li>two</li><li>three</li></ol></li></ul>") == (
            ListBlock(False, ((para("one"), items("two", "three", numbered=True)),)),
        )

    def test_two_lists_in_one_item_stay_two(self):
        assert blocks_of("<ul><li>one<ul><li>two</li></ul><ol><li>three</li></ol>four</li></ul>") == (
            ListBlock(False, ((para("one"), items("two"), items("three", numbered=True), para("four")),)),
        )

    def test_a_list_without_an_item_before_it_gets_one(self):
        assert blocks_of("<ul><ul><li>one</li></ul></ul>") == (ListBlock(False, ((items("one"),),)),)

    def test_an_item_can_hold_several_paragraphs(self):
        assert blocks_of("<ul><li><p>one</p><p>two</p></li></ul>") == (ListBlock(False, ((para("one"), para("two")),)),)

    def test_text_between_items_gets_an_item_of_its_own(self):
        assert blocks_of("<ul><li>one</li>two<li>three</li></ul>") == (items("one", "two", "three"),)

    def test_items_without_a_list_are_bulleted(self):
        assert blocks_of("<li>one</li><li>two</li>") == (items("one", "two"),)

    def test_items_without_text_are_dropped(self):
        assert blocks_of("<ul><li></li><li>one</li><li> </li></ul>") == (items("one"),)

    def test_a_line_end_in_an_item_is_a_space(self):
        assert blocks_of("<ul>\n<li>one\n  two</li>\n</ul>") == (items("one two"),)

    def test_lists_of_the_deepest_level_are_kept_as_they_are(self):
        blocks = blocks_of("<ul><li>a" * DEEPEST_LIST + "</li></ul>" * DEEPEST_LIST)
        assert depth(blocks, ListBlock) == DEEPEST_LIST

    @pytest.mark.parametrize("form", ["<ul><li>{}", "<ol><li>{}", "<ul>{}<li>", "<ul><ol><li>{}"])
    def test_lists_deeper_than_that_keep_their_text_in_order(self, form):
        levels = [f"level{n}" for n in range(3 * DEEPEST_LIST)]
        blocks = blocks_of("".join(form.format(level) for level in levels))
        assert depth(blocks, ListBlock) == DEEPEST_LIST
        assert [run.text for run in runs_in(blocks)] == levels

    def test_items_too_deep_are_items_of_the_deepest_level(self):
        deepest = "<ul><li>a" * DEEPEST_LIST + "<ul><li>b</li><li>c</li></ul>" + "</li></ul>" * DEEPEST_LIST + "after"
        blocks = blocks_of(deepest)
        assert text_of(deepest).split("\n")[-4:] == [
            *("  " * (DEEPEST_LIST - 1) + f"- {item}" for item in "abc"),
            "after",
        ]
        assert blocks[-1] == para("after")

    def test_after_a_list_too_deep_the_deepest_list_goes_on(self):
        html = "<ul><li>a" * DEEPEST_LIST + "<ul><li>b</li></ul>c</li><li>d</li>" + "</ul></li>" * DEEPEST_LIST
        assert text_of(html).split("\n")[-3:] == ["  " * (DEEPEST_LIST - 1) + f"- {item}" for item in "bcd"]


class TestTables:
    def test_a_table_is_read_row_by_row(self):
        assert blocks_of("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>") == (
            Table((cells("a", "b"), cells("c"))),
        )

    def test_a_head_is_the_same_whether_or_not_it_is_marked_as_one(self):
        marked = blocks_of("<table><thead><tr><th>a<th>b</thead><tbody><tr><td>c<td>d</tbody></table>")
        unmarked = blocks_of("<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></table>")
        assert marked == unmarked == (Table((cells("a", "b", header=True), cells("c", "d")), header_rows=1),)

    def test_a_table_is_written_with_its_head_marked(self):
        assert clean("<table><tr><th>a</th></tr><tr><td>b</td></tr></table>") == (
            "<table><thead><tr><th><p>a</p></th></tr></thead><tbody><tr><td><p>b</p></td></tr></tbody></table>"
        )

    def test_a_header_at_the_side_does_not_make_a_header_row(self):
        (table,) = blocks_of("<table><tr><th>a</th><td>b</td></tr></table>")
        assert table.header_rows == 0
        assert [cell.header for cell in table.rows[0]] == [True, False]

    def test_header_rows_are_those_before_the_first_other_row(self):
        (table,) = blocks_of("<table><tr><th>a<tr><th>b<tr><td>c<tr><th>d</table>")
        assert table.header_rows == 2

    def test_the_foot_is_kept_where_it_stands(self):
        assert text_of("<table><tbody><tr><td>a</tbody><tfoot><tr><td>b</tfoot></table>") == "a\nb"

    def test_cells_over_several_columns_and_rows_keep_their_spans(self):
        stored = clean("<table><tr><td colspan=2 rowspan='3'>a</td></tr></table>")
        assert stored == '<table><tbody><tr><td colspan="2" rowspan="3"><p>a</p></td></tr></tbody></table>'
        (table,) = parse(stored).blocks
        assert (table.rows[0][0].columns, table.rows[0][0].rows) == (2, 3)

    @pytest.mark.parametrize(
        ("written", "columns"),
        [
            ("1", 1),
            ("0", 1),
            ("-2", 1),
            ("", 1),
            ("two", 1),
            ("2.5", 1),
            ("\uff12", 1),
            ("50", 50),
            ("51", 50),
            ("9" * 20, 50),
        ],
    )
    def test_a_span_is_a_number_within_reason(self, written, columns):
        (table,) = blocks_of(f'<table><tr><td colspan="{written}">a</td></tr></table>')
        assert table.rows[0][0].columns == columns

    def test_a_span_of_thousands_of_digits_is_taken_for_the_widest(self):
        (table,) = blocks_of(f'<table><tr><td rowspan="{"9" * 5000}">a</td></tr></table>')
        assert table.rows[0][0].rows == 50

    def test_an_empty_cell_keeps_its_place(self):
        assert blocks_of("<table><tr><td></td><td>a</td></tr></table>") == (Table(((Cell(()), *cells("a")),)),)

    def test_a_table_without_text_is_dropped(self):
        assert clean("<p>a</p><table><tr><td></td><td> </td></tr></table>") == "<p>a</p>"

    def test_a_table_in_a_table_is_kept(self):
        assert blocks_of("<table><tr><td>a<table><tr><td>b</td></tr></table>c</td><td>d</td></tr></table>") == (
            Table(((Cell((para("a"), Table((cells("b"),)), para("c"))), *cells("d")),)),
        )

    def test_tables_deeper_than_that_are_kept_as_paragraphs(self):
        levels = [f"level{n}" for n in range(3 * DEEPEST_TABLE)]
        blocks = blocks_of("".join(f"<table><tr><td>{level}" for level in levels))
        assert depth(blocks, Table) == DEEPEST_TABLE
        assert [run.text for run in runs_in(blocks)] == levels

    def test_after_a_table_too_deep_the_outer_tables_go_on(self):
        inner = "<table><tr><td>x</td><td>y</td></tr><tr><td>z</td></tr></table>"
        (table,) = blocks_of(
            f"<table><tr><td><table><tr><td>{inner}</td><td>b</td></tr></table></td><td>c</td></tr></table>"
        )
        (within,) = table.rows[0][0].blocks
        assert within == Table(((Cell((para("x"), para("y"), para("z"))), *cells("b")),))
        assert table.rows[0][1:] == cells("c")

    def test_a_table_in_a_list_belongs_to_its_item(self):
        assert blocks_of("<ul><li>a<table><tr><td>b</td></tr></table></li><li>c</li></ul>") == (
            ListBlock(False, ((para("a"), Table((cells("b"),))), (para("c"),))),
        )

    def test_a_list_in_a_cell_belongs_to_its_cell(self):
        assert blocks_of("<table><tr><td><ul><li>a</ul></td><td>b</td></tr></table>") == (
            Table(((Cell((items("a"),)), *cells("b")),)),
        )

    def test_a_caption_is_a_paragraph_before_its_table(self):
        assert blocks_of("<table><caption>Figures</caption><tr><td>a</td><td>b</td></tr></table>") == (
            para("Figures"),
            Table((cells("a", "b"),)),
        )

    def test_an_inner_table_with_a_caption_leaves_the_outer_table_whole(self):
        inner = "<table><caption>Figures</caption><tr><td>a</td></tr></table>"
        (table,) = blocks_of(f"<table><tr><td>{inner}</td><td>b</td></tr></table>")
        assert table.rows == ((Cell((para("Figures"), Table((cells("a"),)))), *cells("b")),)

    def test_the_widths_of_columns_are_left_out(self):
        assert blocks_of("<table><colgroup><col width=9></colgroup><tr><td>a</td></tr></table>") == (
            Table((cells("a"),)),
        )

    def test_cells_without_a_table_are_paragraphs(self):
        assert " ".join(text_of("<tr><td>a</td></tr><p>b</p>").split()) == "a b"


class TestOnAPage:
    @pytest.mark.parametrize(
        "stored", ["", "<p>one</p>", "<ul><li><p>one</p></li></ul>", "<p>&lt;table&gt;one&lt;/table&gt;</p>"]
    )
    def test_without_a_table_it_is_shown_as_it_is_stored(self, stored):
        assert parse(stored).page == stored

    def test_each_table_stands_in_a_frame_that_scrolls_and_takes_the_keyboard(self):
        html = "<table><tr><td>a<table><tr><td>b</td></tr></table></td></tr></table><table><tr><td>c</td></tr></table>"
        page = ElementTree.fromstring(f"<x>{parse(html).page}</x>")
        frames = page.findall(".//table/..")
        assert [(frame.get("class"), frame.get("tabindex")) for frame in frames] == [("scroll", "0")] * 3

    @quick
    @given(narratives)
    def test_the_frames_are_all_that_a_page_adds_and_empty_header_cells_all_that_it_changes(self, narrative):
        without_empty_headers = re.sub(r"<th([^>]*)></th>", r"<td\1></td>", narrative.html)
        assert re.sub(r"<div[^>]*>|</div>", "", narrative.page) == without_empty_headers

    def test_a_tables_corner_without_a_word_is_no_header(self):
        html = "<table><tr><th></th><th>May</th></tr><tr><td>City</td><td>1</td></tr></table>"
        assert "<thead><tr><td></td><th><p>May</p></th></tr></thead>" in parse(html).page


class TestInAPlainTextBox:
    def test_plain_paragraphs_are_lines(self):
        assert parse("<p>one</p><p>two £5</p>").typed == "one\ntwo £5"

    @pytest.mark.parametrize(
        "stored",
        [
            "<p>one <strong>two</strong></p>",
            "<p><em>one</em></p>",
            '<p><a href="https://example.org">one</a></p>',
            "<p>one<br>two</p>",
            "<p>one</p><h3>two</h3>",
            "<ul><li><p>one</p></li></ul>",
            "<p>one &lt; two</p>",
            "<p>one &amp; two</p>",
        ],
    )
    def test_anything_more_is_its_html(self, stored):
        assert parse(stored).typed == stored

    @quick
    @given(narratives)
    def test_saved_as_it_stands_in_the_box_it_stays_the_same(self, narrative):
        assert clean(narrative.typed) == narrative.html

    @settings(quick, max_examples=250)
    @given(soup)
    @example("<p>\ufeffa</p>")
    def test_whatever_was_stored_stays_the_same_when_saved_from_the_box(self, html):
        stored = clean(html)
        assert clean(parse(stored).typed) == stored


class TestTextForASpreadsheet:
    def test_each_paragraph_and_heading_is_a_line(self):
        assert text_of("<h1>head</h1><p>one <b>two</b></p><p>three</p>") == "head\none two\nthree"

    def test_a_line_break_starts_a_line(self):
        assert text_of("<p>one<br>two</p>") == "one\ntwo"

    def test_items_have_a_dash_or_their_number_and_are_indented_below_one_another(self):
        assert text_of("<ul><li>a<ol><li>b</li><li>c<p>d</p></li></ol></li><li>e</li></ul>") == (
            "- a\n  1. b\n  2. c\n     d\n- e"
        )

    def test_a_broken_line_of_an_item_is_indented_with_it(self):
        assert text_of("<ul><li>one<br>two</li></ul>") == "- one\n  two"

    def test_a_row_is_a_line_with_tabs_between_its_cells(self):
        assert text_of("<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td></td></tr></table>") == "a\tb\nc\t"

    @pytest.mark.parametrize(
        "cell",
        ["a<br>b", "<p>a</p><p>b</p>", "<ul><li>a<br>b</li></ul>", "<table><tr><td>a</td><td>b</td></tr></table>"],
    )
    def test_a_row_stays_one_line_with_its_own_tabs_whatever_its_cells_hold(self, cell):
        (line,) = text_of(f"<table><tr><td>{cell}</td><td>c</td></tr></table>").split("\n")
        assert line.count("\t") == 1

    @quick
    @given(narratives)
    def test_all_text_is_there_in_its_order(self, narrative):
        written = re.sub(r"[\s\d.-]", "", "".join(run.text for run in runs_in(narrative.blocks)))
        assert re.sub(r"[\s\d.-]", "", narrative.text) == written


class TestExcerpt:
    def test_a_short_narrative_is_its_own_excerpt(self):
        assert parse("<p>one<br>two</p><p>three</p>").excerpt() == "one two three"

    def test_where_there_are_paragraphs_headings_lists_and_tables_are_left_out(self):
        html = "<h1>head</h1><p>one</p><ul><li>item</li></ul><table><tr><td>a</td></tr></table><p>two</p>"
        assert parse(html).excerpt() == "one two"

    def test_where_there_are_none_the_rest_is_taken(self):
        assert parse("<h1>head</h1><ol><li>one</li><li>two</li></ol>").excerpt() == "head 1. one 2. two"

    def test_of_nothing_there_is_no_excerpt(self):
        assert parse("").excerpt() == ""

    def test_an_excerpt_is_of_240_characters_unless_asked_otherwise(self):
        assert parse(f"<p>{'a' * 240}</p>").excerpt() == "a" * 240
        assert parse(f"<p>{'a' * 241}</p>").excerpt() == "a" * 240 + " …"

    def test_a_narrative_of_just_the_length_is_whole(self):
        assert parse("<p>one two three</p>").excerpt(13) == "one two three"

    @pytest.mark.parametrize(
        ("length", "excerpt"), [(13, "one two three …"), (12, "one two …"), (7, "one two …"), (6, "one …")]
    )
    def test_a_long_narrative_is_cut_after_a_word_and_marked(self, length, excerpt):
        assert parse("<p>one two three four five</p>").excerpt(length) == excerpt

    def test_no_comma_or_colon_is_left_before_the_mark(self):
        assert parse("<p>one two: three four five</p>").excerpt(9) == "one two …"

    def test_a_single_endless_word_is_cut_to_the_length(self):
        assert parse(f"<p>{'a' * 500}</p>").excerpt(100) == "a" * 100 + " …"

    @quick
    @given(st.lists(st.text("abcé;,", min_size=1, max_size=9), min_size=1, max_size=30), st.integers(9, 90))
    def test_an_excerpt_is_the_first_words_that_fit(self, words, length):
        whole = " ".join(words)
        excerpt = Narrative((para(whole),)).excerpt(length)
        if len(whole) <= length:
            assert excerpt == whole
        else:
            fitting = [" ".join(words[:n]) for n in range(len(words)) if len(" ".join(words[:n])) <= length]
            assert excerpt == fitting[-1].rstrip(",;:") + " …"


class TestListsOfWordInAPlainTextBox:
    @pytest.mark.parametrize("mark", ["·\t", "·       ", "•\u00a0", "\uf0b7 ", "▪ "])
    def test_lines_that_begin_with_a_bullet_become_a_list(self, mark):
        assert clean(f"We did:\n{mark}one\n{mark}two\nThat is all.") == (
            "<p>We did:</p><ul><li><p>one</p></li><li><p>two</p></li></ul><p>That is all.</p>"
        )

    def test_emphasis_and_links_stay(self):
        html = '<p>• <strong>One</strong> <a href="https://example.org/">two</a></p>'
        assert clean(html) == '<ul><li><p><strong>One</strong> <a href="https://example.org/">two</a></p></li></ul>'

    @pytest.mark.parametrize("text", ["- one", "1. April was calm.", "·", "•  ", "3 · 4", "-13.2% since", "·one"])
    def test_what_may_be_a_sentence_stays_one(self, text):
        assert clean(text) == f"<p>{text.strip()}</p>"

    def test_what_is_stored_is_not_read_again_as_another_list(self):
        stored = clean("• • one\n<ul><li>• two</li></ul>")
        assert clean(stored) == stored
