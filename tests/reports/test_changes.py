import datetime
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from deliverables.rag import Because, Movement, Standing, breakdown
from reports.changes import ChangeKind, changes
from reports.states import RowState, ThemeState, WithdrawnState, together
from tests.builders import Q3, Q4
from themes.ratings import GREEN_AMBER_RED

GREEN, AMBER, RED, NOT_STARTED = GREEN_AMBER_RED


def row(number=1, rating=GREEN, **changes_):
    facts = {
        "key": f"key {number}",
        "number": number,
        "organisation": "Force",
        "wording": f"Work on {number}",
        "rating": rating,
        "because": Because.APPROVED if rating else Because.NO_UPDATE,
        "remark": "",
        "since_last_quarter": Movement.SAME,
        "due": None,
        "recovery_step": "",
        "recovery_by": None,
    }
    return RowState(**facts | changes_)


def state(*rows, quarter=Q4, **changes_):
    facts = {
        "number": 3,
        "title": "Title",
        "quarter": quarter,
        "as_at": datetime.date(2020, 3, 31),
        "notice": "",
        "figures": breakdown([Standing(one.rating, one.because) for one in rows], GREEN_AMBER_RED),
        "overall": None,
        "rows": rows,
        "withdrawn": (),
        "exempt_keys": frozenset(),
    }
    return ThemeState(**facts | changes_)


def told(before, now):
    return [change.sentence for change in changes(before, now).changes]


def test_each_change_is_a_sentence_and_the_worse_stand_first():
    before = state(row(1, RED), row(2, GREEN), row(3, NOT_STARTED), row(4, None), quarter=Q3)
    now = state(row(1, AMBER), row(2, RED), row(3, GREEN), row(4, GREEN))
    assert told(before, now) == [
        "2. Work on 2 got worse, from G Green to R Red.",
        "1. Work on 1 improved, from R Red to A Amber.",
        "4. Work on 4 is reported on again, rated G Green.",
        "3. Work on 3 went from NS Not started to G Green.",
    ]
    assert changes(before, now).counts == "1 got worse, 1 improved, 1 reported on again, 1 rated otherwise"


def test_a_rating_of_another_name_or_meaning_is_no_change():
    renamed = replace(AMBER, name="Amber: at risk", definition="Otherwise said")
    now = state(row(1, AMBER))
    assert told(now, replace(now, rows=(row(1, renamed),))) == []


def test_who_stopped_reporting_stands_with_what_got_worse():
    assert told(state(row(1, AMBER), row(2, GREEN)), state(row(1, GREEN), row(2, None))) == [
        "2. Work on 2 has no update; it was rated G Green.",
        "1. Work on 1 improved, from A Amber to G Green.",
    ]


def test_what_is_reworded_shows_both_wordings_and_what_moved_besides():
    before, now = state(row(1, AMBER)), state(row(1, GREEN, wording="Work on all"))
    found = changes(before, now)
    assert [change.kind for change in found.changes] == [ChangeKind.IMPROVED, ChangeKind.REWORDED]
    assert "".join(piece.text for piece in found.changes[1].pieces if piece.kind != "new") == "Work on 1"
    assert "".join(piece.text for piece in found.changes[1].pieces if piece.kind != "gone") == "Work on all"


def test_a_deliverable_is_followed_by_its_key_when_its_number_changes():
    assert told(state(row(1)), state(row(7, key="key 1", wording="Work on 1"))) == []


def test_what_came_and_what_went_and_why():
    before = state(row(1), row(2), quarter=Q3)
    now = state(row(3, AMBER), row(4, None), withdrawn=(WithdrawnState(2, "Work on 2", Q4, "Funding ended."),))
    assert told(before, now) == [
        "3. Work on 3 is new, rated A Amber.",
        "4. Work on 4 is new, without an update so far.",
        "2. Work on 2 was withdrawn from Quarter 4, 2019-20: Funding ended.",
        "1. Work on 1 is no longer listed; it was rated G Green.",
    ]


def test_a_number_that_is_used_again_in_another_year_withdraws_nothing():
    gone = WithdrawnState(1, "Something else", Q4.next, "Not this one.")
    (sentence,) = told(state(row(1)), state(quarter=Q4.next, withdrawn=(gone,)))
    assert sentence == "1. Work on 1 is no longer listed in 2020-21; it was rated G Green."


def test_what_either_side_leaves_out_as_exempt_neither_comes_nor_goes():
    open_, secret = row(1), row(2, RED)
    without = state(open_, exempt_keys=frozenset({secret.key}))
    for before, now in [(state(open_, secret), without), (without, state(open_, secret))]:
        found = changes(before, now)
        assert found.changes == ()
        assert not found.figures_compare
        assert "do not leave out the same deliverables" in found.notes[0]


def test_where_only_red_and_amber_were_printed_nothing_is_said_to_be_new_or_gone():
    alone = state(row(1, AMBER), has_all_rows=False)
    found = changes(alone, state(row(1, GREEN), row(2)))
    assert [change.kind for change in found.changes] == [ChangeKind.IMPROVED]
    assert "cannot be told" in found.notes[0]
    assert changes(alone, alone).counts == "nothing changed in what both print"


RATINGS = st.sampled_from([*GREEN_AMBER_RED, None])
ROWS = st.dictionaries(st.integers(1, 8), RATINGS).map(lambda found: [row(*one) for one in found.items()])


@given(ROWS)
def test_nothing_changes_from_a_state_to_itself(rows):
    assert changes(state(*rows), state(*rows)).changes == ()


@given(ROWS, ROWS)
def test_told_the_other_way_round_what_improved_got_worse_and_what_came_went(one, other):
    there, back = changes(state(*one), state(*other)), changes(state(*other), state(*one))
    opposite = {
        ChangeKind.IMPROVED: ChangeKind.WORSE,
        ChangeKind.ADDED: ChangeKind.GONE,
        ChangeKind.SILENT: ChangeKind.REPORTED,
    }
    for kind, reverse in [*opposite.items(), *((b, a) for a, b in opposite.items())]:
        numbers = [
            sorted(change.row.number for change in found) for found in (there.of_kind(kind), back.of_kind(reverse))
        ]
        assert numbers[0] == numbers[1]
    assert len(there.changes) == len(back.changes)


@given(ROWS, ROWS)
def test_every_deliverable_that_differs_is_told_of_once_and_no_other(one, other):
    ratings = [{each.key: each.rating for each in rows} for rows in (one, other)]
    differs = {key for key in {*ratings[0], *ratings[1]} if ratings[0].get(key, 0) != ratings[1].get(key, 0)}
    found = [change.row.key for change in changes(state(*one), state(*other)).changes]
    assert sorted(found) == sorted(differs)


@given(st.lists(ROWS, max_size=4))
def test_figures_of_several_themes_are_those_of_all_their_deliverables_in_one(themes):
    figures = [state(*rows).figures for rows in themes] or [state().figures]
    everything = [Standing(one.rating, one.because) for rows in themes for one in rows]
    assert together(figures) == breakdown(everything, GREEN_AMBER_RED)


def test_a_rating_whose_meaning_was_changed_meanwhile_is_one_rating_in_figures_of_several_themes():
    other = [replace(one, definition="Otherwise said") for one in GREEN_AMBER_RED]
    figures = [breakdown([Standing(scheme[0], Because.APPROVED)], scheme) for scheme in (GREEN_AMBER_RED, other)]
    assert [line.printed for line in together(figures).lines] == [
        "2/2 (100%)",
        "0/2 (0%)",
        "0/2 (0%)",
        "0/2 (0%)",
        "0/2 (0%)",
    ]
