"""What line of sight makes of needs and deliverables, whatever they are."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from needs.options import Level, NeedKind, Response
from needs.sight import Answer, Answered, At, Basis, DeliverableState, GapKind, NeedState, Sight
from tests.builders import Q3, Q4, YEAR
from themes.ratings import BLUE_FOR_COMPLETE, Kind

G, A, R = BLUE_FOR_COMPLETE[1:4]
ANSWERED = {
    True: (GapKind.RISKS_UNANSWERED, GapKind.RISKS_TROUBLED, GapKind.RISKS_WAITING),
    False: (GapKind.UNANSWERED, GapKind.TROUBLED, GapKind.WAITING),
}
"""The gaps in how risks, and how recommendations, are answered."""


def deliverable(number, *ratings, counts=True):
    """One with these ratings, the newest first."""
    at = tuple(At(quarter, rating, "") for quarter, rating in zip((Q4, Q3), ratings, strict=False))
    return DeliverableState(str(number), "P", "p", 1, "T", number, f"Work {number}", "Force", at, counts, "/d/")


def need(pk=1, kind=NeedKind.RISK, *answers, level="", response=""):
    facts = {"section": "1", "section_title": "S", "response_reason": "", "gone_reason": "", "mark": None}
    facts |= {"worded_before": "", "also_in": (), "themes": (), "address": f"/{pk}/", "key": str(pk)}
    answers = tuple(Answer(one, "") for one in answers)
    return NeedState(pk, kind=kind, wording=f"Need {pk}", level=level, response=response, answers=answers, **facts)


def sight(*needs, in_force=()):
    basis = Basis({}, frozenset(), Q4)
    return Sight("Needs 2019-20", YEAR, "P", needs, (), (), tuple(in_force), basis)


@st.composite
def sights(draw):
    ratings = st.sampled_from([None, *BLUE_FOR_COMPLETE])
    deliverables = [
        deliverable(number, *draw(st.lists(ratings, min_size=1, max_size=2)), counts=draw(st.booleans()))
        for number in range(draw(st.integers(0, 6)))
    ]
    needs = []
    for pk in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(NeedKind))
        answers = draw(st.lists(st.sampled_from(deliverables), unique=True)) if deliverables else []
        level = draw(st.sampled_from(["", *Level])) if kind is NeedKind.RISK else ""
        response = draw(st.sampled_from(["", *Response])) if kind is NeedKind.RECOMMENDATION else ""
        needs.append(need(pk, kind, *answers, level=level, response=response))
    return sight(*needs, in_force=[one for one in deliverables if one.counts])


@given(sights())
def test_each_count_is_that_of_its_list_and_of_a_set_that_holds_it(seen):
    totals = {True: len(seen.grave), False: len(seen.recommendations)}
    for gap in seen.gaps:
        listed = gap.needs or gap.deliverables
        assert gap.share.count == len(listed) == len(set(listed)) <= gap.total
        assert all(one.is_risk == gap.kind.is_of_risks for one in gap.needs)
        if gap.kind is not GapKind.DELIVERABLES:
            assert gap.total <= totals[gap.kind.is_of_risks]


@given(sights())
def test_a_need_is_in_one_gap_of_how_it_is_answered_or_something_is_on_course(seen):
    asked = [one for one in seen.needs if one.is_grave or (not one.is_risk and not one.is_turned_down)]
    for one in asked:
        found = [kind for kind in ANSWERED[one.is_risk] if one in seen.gap(kind).needs]
        on_course = {answer.deliverable.rating and answer.deliverable.rating.kind for answer in one.counting}
        assert len(found) == (0 if on_course & {Kind.COMPLETE, Kind.ON_COURSE} else 1)


@given(sights())
def test_what_ended_answers_nothing(seen):
    without = dataclasses.replace(
        seen, needs=tuple(dataclasses.replace(one, answers=one.counting) for one in seen.needs)
    )
    for kind in (*ANSWERED[True], *ANSWERED[False]):
        assert [one.pk for one in seen.gap(kind).needs] == [one.pk for one in without.gap(kind).needs]


@given(sights())
def test_what_is_turned_down_is_in_no_gap(seen):
    assert not any(one.is_turned_down for gap in seen.gaps for one in gap.needs)


@given(sights())
def test_no_update_is_never_on_course(seen):
    for one in seen.needs:
        if not any(answer.deliverable.rating for answer in one.counting):
            assert one.answered in (Answered.NOTHING, Answered.WAITING)


def test_how_a_need_is_answered():
    stands = {
        (): Answered.NOTHING,
        (G,): Answered.ON_COURSE,
        (A, R): Answered.TROUBLED,
        (A, G): Answered.PARTLY,
        (G, None): Answered.PARTLY,
        (A, None): Answered.WAITING,
        (None,): Answered.WAITING,
    }
    for ratings, answered in stands.items():
        found = need(1, NeedKind.RISK, *(deliverable(at, rating) for at, rating in enumerate(ratings)))
        assert found.answered is answered, ratings


def test_the_latest_rating_counts():
    assert need(1, NeedKind.RISK, deliverable(1, R, G)).answered is Answered.TROUBLED
