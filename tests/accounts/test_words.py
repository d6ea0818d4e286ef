from hypothesis import given
from hypothesis import strategies as st

from accounts.words import MOST, Kind, Piece, compare, shortened

SAME, GONE, NEW = Kind.SAME, Kind.GONE, Kind.NEW
WORDS = st.lists(st.sampled_from(["Teams", "met", "twice", "in", "March.", "\n", " ", "  ", "Ärger"]), max_size=30)
TEXTS = WORDS.map(" ".join) | st.text(max_size=80)


def read(pieces, *kinds):
    return "".join(piece.text for piece in pieces if piece.kind in kinds)


def test_only_the_changed_words_are_marked():
    assert compare("Teams met twice in March.", "Teams met three times in March.") == (
        Piece(SAME, "Teams met "),
        Piece(GONE, "twice"),
        Piece(NEW, "three times"),
        Piece(SAME, " in March."),
    )


def test_changed_words_side_by_side_are_one_change():
    assert compare("Teams met twice today.", "Teams gathered often today.") == (
        Piece(SAME, "Teams "),
        Piece(GONE, "met twice"),
        Piece(NEW, "gathered often"),
        Piece(SAME, " today."),
    )


def test_few_words_that_stay_between_two_changes_are_part_of_the_change():
    assert compare("We met the owners in May and agreed.", "They wrote to the owners in June and left.") == (
        Piece(GONE, "We met the owners in May and agreed."),
        Piece(NEW, "They wrote to the owners in June and left."),
    )


def test_a_paragraph_that_came_is_new_as_a_whole():
    assert compare("One.\nThree.", "One.\nTwo.\nThree.") == (
        Piece(SAME, "One.\n"),
        Piece(NEW, "Two.\n"),
        Piece(SAME, "Three."),
    )


def test_a_very_long_paragraph_is_compared_as_a_whole():
    before, after = "word " * (MOST + 1), "word " * MOST + "other "
    assert compare(before, after) == (Piece(GONE, before), Piece(NEW, after))


def test_so_is_a_text_of_very_many_lines():
    before, after = "a\n" * (MOST + 1), "b\n" * (MOST + 1)
    assert compare(before, after) == (Piece(GONE, before), Piece(NEW, after))


@given(TEXTS, TEXTS)
def test_nothing_of_either_text_is_lost(before, after):
    pieces = compare(before, after)
    assert read(pieces, SAME, GONE) == before
    assert read(pieces, SAME, NEW) == after


@given(TEXTS)
def test_of_two_equal_texts_nothing_is_marked(text):
    assert compare(text, text) == ((Piece(SAME, text),) if text else ())


@given(TEXTS, TEXTS)
def test_neighbours_are_of_different_kinds(before, after):
    kinds = [piece.kind for piece in compare(before, after)]
    assert all(one != other for one, other in zip(kinds, kinds[1:], strict=False))


@given(TEXTS, TEXTS)
def test_shortening_keeps_every_change(before, after):
    pieces = compare(before, after)
    for kind in (GONE, NEW):
        assert read(shortened(pieces), kind) == read(pieces, kind)


def test_long_unchanged_stretches_are_cut_to_the_words_around_a_change():
    around = " ".join(str(number) for number in range(100))
    pieces = shortened(compare(f"{around} old {around}", f"{around} new {around}"))
    before, gone, new, after = (piece.text for piece in pieces)
    assert before == "… " + "".join(f"{number} " for number in range(88, 100))
    assert (gone, new) == ("old", "new")
    assert after == "".join(f" {number}" for number in range(12)) + "…"
