"""Hostile narratives, each on its own and put together by chance, are stored as harmless elements and nothing else."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliverables.narrative import clean, parse
from tests.deliverables.hostile import VECTORS

ELEMENTS = {"h3", "h4", "p", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "strong", "em", "a", "br"}
ATTRIBUTES = {"a": {"href"}, "th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"}}
LINK = re.compile(r"(https?://|mailto:)\S+", re.IGNORECASE)


class Inspector(HTMLParser):
    """Notes every element and attribute that is not of the fixed, small set."""

    def __init__(self, html):
        super().__init__()
        self.strange = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in ELEMENTS:
            self.strange.append(tag)
        for name, value in attrs:
            is_known = name in ATTRIBUTES.get(tag, ())
            is_harmless = bool(LINK.fullmatch(value)) if name == "href" else (value or "").isdigit()
            if not (is_known and is_harmless):
                self.strange.append((tag, name, value))

    def handle_comment(self, data):
        self.strange.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def check(html):
    stored = clean(html)
    assert Inspector(stored).strange == []
    assert clean(stored) == stored
    assert parse(stored).html == stored


def test_the_list_is_long_enough_to_be_worth_its_name():
    assert len(set(VECTORS)) > 400


def test_the_inspector_finds_what_it_looks_for():
    for html in ("<script>", "<p onclick=x>", "<a href='javascript:x'>", "<!-- x -->", "<td colspan=x>", "<?x?>"):
        assert Inspector(html).strange, html


@pytest.mark.parametrize("vector", VECTORS, ids=map(str, range(len(VECTORS))))
def test_a_hostile_narrative_is_stored_harmless(vector):
    check(vector)
    check(f"<ul><li><p>Before {vector} after</p></li></ul>")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(VECTORS) | st.text(max_size=20), min_size=2, max_size=6))
def test_so_are_several_in_a_row(parts):
    check("".join(parts))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(VECTORS), st.integers(0, 200), st.text("<>/'\"&;=\x00 \t\nas!-[]`", max_size=8))
def test_so_is_one_with_something_thrown_into_it(vector, at, thrown):
    check(vector[:at] + thrown + vector[at:])
