import datetime

import pytest

from deliverables.narrative import parse
from deliverables.warnings import warnings
from tests.builders import Q2, Q3, Q4
from themes.ratings import Kind, RatingValue

GREEN = RatingValue("G", "Green", Kind.ON_COURSE, "#00703c")
AMBER = RatingValue("A", "Amber", Kind.AT_RISK, "#f4a81c", needs_recovery=True)
BLUE = RatingValue("B", "Blue", Kind.COMPLETE, "#1d4f91")


TODAY = datetime.date(2020, 4, 8)


def found(rating=GREEN, due=Q4, text="<p>Teams met.</p>", last="<p>Teams met before.</p>", rated=AMBER, **dates):
    before = (Q3, parse(last), rated) if last else None
    dates = {"date": None, "recovery_by": None} | dates
    return warnings(quarter=Q4, rating=rating, due=due, narrative=parse(text), last=before, today=TODAY, **dates)


def test_nothing_is_said_of_an_update_like_any_other():
    assert found() == []


def test_on_course_though_past_its_due_quarter():
    assert found(due=Q2) == ["It is rated Green, though it was due in Quarter 2, 2019-20."]


@pytest.mark.parametrize(("rating", "due"), [(GREEN, Q4), (GREEN, None), (AMBER, Q2), (BLUE, Q2), (None, Q2)])
def test_not_in_its_due_quarter_nor_with_another_rating_nor_without_a_due_quarter(rating, due):
    assert found(rating, due) == []


def test_the_same_text_as_the_time_before_however_it_is_written():
    html = "<p>Teams <strong>met</strong>.</p>"
    assert found(text=html, last="<div>Teams  <b>met</b>.</div>") == ["The text is the same as for Quarter 3, 2019-20."]


@pytest.mark.parametrize("last", ["", "<p>Teams <em>met</em>.</p>", None])
def test_not_where_a_word_or_its_emphasis_is_new_or_there_was_none(last):
    assert found(last=last) == []


def test_an_empty_text_is_not_called_unchanged():
    assert found(text="", last="<p></p>") == []


def test_the_rating_too_was_taken_over_with_the_text():
    same = "The text and the rating are the same as for Quarter 3, 2019-20."
    assert found(last="<p>Teams met.</p>", rated=GREEN) == [same]
    assert found(rated=GREEN) == []


def test_a_date_that_is_still_to_come():
    assert found(date=datetime.date(2020, 4, 9)) == ["Its date, 9 April 2020, is in the future."]
    assert found(date=TODAY) == []


def test_a_date_back_on_course_that_is_past():
    said = ["The date it should be back on course, 7 April 2020, is past."]
    assert found(AMBER, recovery_by=datetime.date(2020, 4, 7)) == said
    assert found(AMBER, recovery_by=TODAY) == []
