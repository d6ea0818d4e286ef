"""What differs between two editions, and what must not be told by it."""

import json
from copy import deepcopy
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.differences import NOT_COMPARED, REFORMATTED, differences
from reports.gather_appendix import gather_appendix
from reports.renderers.json import content

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(theme_3, user):
    return content(replace(gather_appendix(theme_3, user("staff")), version="V1"))


def row(data, number):
    return next(one for one in data["themes"][0]["rows"] if one["number"] == number)


def compared(before, after, exempt_before=(), exempt_after=()):
    found = differences(before, after, exempt_before=exempt_before, exempt_after=exempt_after)
    return [(one.where, one.what, one.before, one.after) for one in found.differences], found.note


def test_of_two_that_are_the_same_nothing_differs(published):
    assert compared(published, deepcopy(published) | {"version": "V2"}) == ([], "")


def test_a_changed_rating_is_said_with_its_row_and_the_figures_it_changed(published):
    after = deepcopy(published)
    row(after, 12)["rating"] = {"code": "G", "name": "Green"}
    after["themes"][0]["status_key"][0]["printed"] = "15/15 (100%)"
    found, _ = compared(published, after)
    assert ("Theme 3, deliverable 12", "Rating", "A Amber", "G Green") in found
    assert ("Theme 3", "Green, of all deliverables", "14/15 (93.3%)", "15/15 (100%)") in found


def test_a_changed_text_is_said_whole_with_the_words_marked(published):
    after = deepcopy(published)
    row(after, 1)["updates"][0]["text"] += " One more sentence."
    (found,) = differences(published, after, exempt_before=(), exempt_after=()).differences
    assert (found.where, found.what) == ("Theme 3, deliverable 1", "Update")
    assert "One more sentence." in "".join(piece.text for piece in found.pieces if piece.kind == "new")


def test_a_row_that_came_or_went_is_said(published):
    after = deepcopy(published)
    after["themes"][0]["rows"] = [one for one in after["themes"][0]["rows"] if one["number"] != 5]
    wording = row(published, 5)["deliverable"]
    assert compared(published, after)[0] == [("Theme 3, deliverable 5", "No longer printed", wording, "")]
    assert compared(after, published)[0] == [("Theme 3, deliverable 5", "Added", "", wording)]


def test_a_theme_that_came_is_said_by_its_title(published):
    after = deepcopy(published)
    after["themes"].append(deepcopy(after["themes"][0]) | {"theme": {"number": 4, "title": "Transforming"}})
    assert compared(published, after)[0] == [("Theme 4", "Reported on", "", "Transforming")]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"columns": ["due quarter"]}, "Further columns"),
        ({"exceptions": "alone"}, "Red and amber"),
        ({"evidence": True}, "Evidence of need"),
        ({"classification": "Public"}, "Classification"),
    ],
)
def test_how_it_is_printed_and_for_whom_is_said_also_where_rows_are_exempt(published, change, what):
    after = deepcopy(published) | change
    for exempt in ((), (row(published, 12)["key"],)):
        assert [one[1] for one in compared(published, after, (), exempt)[0]] == [what]


def test_another_definition_of_a_rating_is_said(published):
    after = deepcopy(published)
    after["themes"][0]["status_key"][0]["definition"] = "Done"
    assert compared(published, after)[0][0][:2] == ("Theme 3", "Green, what it means")


def test_a_text_with_the_same_words_and_another_link_is_said(published):
    after = deepcopy(published)
    row(after, 1)["updates"][0]["html"] += "<p></p>"
    assert compared(published, after)[0] == [("Theme 3, deliverable 1", "Update", "", REFORMATTED)]


def test_dates_and_movement_are_said_as_they_are_printed(published):
    after = deepcopy(published)
    after["themes"][0]["as_at"] = "2020-06-30"
    row(after, 2)["since_last_quarter"] = "worse"
    assert compared(published, after)[0] == [
        ("Theme 3", "Position at", "31 March 2020", "30 June 2020"),
        ("Theme 3, deliverable 2", "Since last quarter", "Same", "Worse"),
    ]


def test_a_row_that_is_exempt_now_is_told_by_nothing_not_even_by_the_figures(published):
    after = deepcopy(published)
    exempt = row(after, 12)
    after["themes"][0]["rows"].remove(exempt)
    for figures in (after, after["themes"][0]):
        figures["status_key"][0] |= {"of": 14, "percent": "100%", "printed": "14/14 (100%)"}
        figures["status_key"][1] |= {"count": 0, "of": 14, "percent": "0%", "printed": "0/14 (0%)"}
    for pair in ([published, after, (), (exempt["key"],)], [after, published, (exempt["key"],), ()]):
        found, note = compared(*pair)
        assert found == []
        assert note == NOT_COMPARED


def test_another_row_is_still_compared_where_one_is_exempt(published):
    after = deepcopy(published)
    row(after, 1)["organisation"] = "Council"
    found, _ = compared(published, after, (), (row(published, 12)["key"],))
    assert found == [("Theme 3, deliverable 1", "Organisation", "Force", "Council")]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changed=st.sets(st.integers(1, 15)), exempt=st.sets(st.integers(1, 15)))
def test_exactly_the_changed_rows_that_are_not_exempt_are_told(published, changed, exempt):
    after = json.loads(json.dumps(published))
    for number in changed:
        row(after, number)["deliverable"] += " and more"
    keys = [row(published, number)["key"] for number in exempt]
    found, _ = compared(published, after, keys, keys)
    assert {where for where, *_ in found} == {f"Theme 3, deliverable {number}" for number in changed - exempt}
