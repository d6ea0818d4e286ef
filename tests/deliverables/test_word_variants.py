"""Plans in Word as other people make them: each gives the right rows, or says exactly what could not be read."""

import datetime
from pathlib import Path

import pytest

from deliverables.importing.document import FileDocument
from deliverables.importing.found import Found
from deliverables.importing.guessing import rating_of
from deliverables.importing.word import read_word
from deliverables.importing.word_rows import found_in_document
from tests.builders import Q4
from tests.deliverables import word_variants as variants
from tests.deliverables.word_variants import COURSES, PATROLS, TITLE, VISITS, as_libreoffice_saves_it
from themes.ratings import BLUE_FOR_COMPLETE

FILES = Path(__file__).parent / "files"


def found_in(content: bytes) -> Found:
    return found_in_document(read_word(content))


def rows(found: Found) -> list[tuple]:
    return [(row.number, row.organisation, row.wording, row.rating) for row in found.rows]


def updates(found: Found) -> list[list[tuple]]:
    return [[(one.label, one.narrative) for one in row.updates] for row in found.rows]


def doubts(found: Found) -> list[tuple]:
    return [(row.at, one.field.value, one.is_guessed) for row in found.rows for one in row.doubts]


def is_all_understood(found: Found) -> bool:
    return not doubts(found) and not found.unread


def test_updates_in_a_column_beside_the_deliverables():
    found = found_in(variants.updates_beside())
    assert (found.plan, found.theme, found.theme_title) == (TITLE, 3, "Tackling Crime")
    assert (found.quarter, found.as_at) == (Q4, datetime.date(2020, 3, 31))
    assert rows(found) == [(1, "Force", PATROLS, "G"), (2, "NW", VISITS, "A"), (3, "Force", COURSES, "R")]
    assert updates(found) == [
        [("28.3.20", "<p>Patrols run in all six.</p>"), ("April 2019", "<p>Three began.</p>")],
        [("03/01/2020", "<p>Most were.</p>"), ("October 2019", "<p>Half were visited.</p>")],
        [("", "<p>April 2020 saw the first course.</p>")],
    ]
    assert [row.due for row in found.rows] == [Q4, Q4, None]
    assert is_all_understood(found)


def test_updates_over_the_full_width_below_them():
    found = found_in(variants.updates_below())
    assert (found.theme, found.quarter) == (3, Q4)
    assert rows(found) == [(1, "Force", PATROLS, "On track"), (2, "NW", VISITS, "At risk")]
    assert updates(found) == [[("28.3.20", "<p>Patrols run in all six.</p>")], [("", "<p>Most were visited.</p>")]]
    assert found.rows[1].recovery_step == "Two more officers from May."
    assert found.notes == (
        "“Antisocial behaviour” in table 1, row 2 was taken for a heading.",
        "“Burglary” in table 1, row 5 was taken for a heading.",
    )
    assert [(one.field.value, one.is_guessed) for row in found.rows for one in row.doubts] == [("recovery_step", True)]
    assert not found.unread


def test_a_list_split_over_tables_with_heads_in_the_middle():
    found = found_in(variants.split_over_tables())
    assert [(row.place, row.number, row.rating) for row in found.rows] == [
        ("table 1, row 2", 1, "Green"),
        ("table 2, row 2", 2, "Amber"),
        ("table 3, row 1", 3, "Red"),
        ("table 3, row 3", 4, "Green"),
    ]
    assert updates(found)[0] == [("March 2020", "<p>Patrols run in five.</p><p>The sixth began in May.</p>")]
    assert is_all_understood(found)


def test_cells_merged_down():
    found = found_in(variants.merged_cells())
    assert rows(found) == [(1, "Force", PATROLS, "B"), (2, "Force", VISITS, "G")]
    assert updates(found)[0] == [("28/03/2020", "<p>All six run.</p>"), ("October 2019", "<p>Three run.</p>")]
    assert is_all_understood(found)


def test_ratings_by_the_colour_of_a_cell_alone_or_by_words_of_the_update():
    coloured(found_in(variants.colours_alone()))


def coloured(found: Found) -> None:
    assert (found.theme, found.quarter) == (3, Q4)
    ratings = [rating_of(row.rating, row.fill, BLUE_FOR_COMPLETE) for row in found.rows]
    assert [(rating.code, is_guess) for rating, is_guess in ratings] == [("G", True), ("A", True), ("R", False)]
    assert doubts(found) == [(3, "rating", True)]
    assert found.unread == ()


def test_a_table_for_each_deliverable():
    found = found_in(variants.a_table_for_each())
    assert rows(found) == [(1, "Force", PATROLS, "Green"), (2, "Force", VISITS, "Amber")]
    assert updates(found) == [[("28th March 2020", "<p>It goes on.</p>")]] * 2
    assert [row.due for row in found.rows] == [Q4, Q4]
    assert is_all_understood(found)


def test_automatic_numbers_and_a_rich_update():
    automatic(found_in(variants.automatic_numbers()))


def automatic(found: Found) -> None:
    assert rows(found) == [(1, "Force", PATROLS, "Green"), (2, "NW", VISITS, "Amber")]
    assert updates(found)[0] == [
        (
            "",
            "<p><strong>Six</strong> towns have patrols:</p>"
            "<ul><li><p>two by night</p><ul><li><p>on Fridays</p></li></ul></li></ul>"
            "<table><tbody><tr><td><p>Town</p></td><td><p>Patrols</p></td></tr>"
            "<tr><td><p>North</p></td><td><p>12</p></td></tr></tbody></table><p>More in May.</p>",
        )
    ]
    assert is_all_understood(found)


def test_what_is_doubtful_or_not_read_is_said_with_its_place():
    found = found_in(variants.doubtful_numbers_and_dates())
    assert [row.number for row in found.rows] == [1, 2, 1, 5]
    assert doubts(found) == [
        (1, "date", True), (2, "number", True), (2, "date", True), (3, "number", False), (4, "number", True),
    ]  # fmt: skip
    said = [one.said for row in found.rows for one in row.doubts]
    assert said[0].startswith("“31/02/2020” is in no calendar.")
    assert said[3] == "Number 1 stands at table 2, row 2 already. Give one of the two another number."
    assert [place for place, _ in found.unread] == ["table 3"]
    assert [note.partition(" is passed over")[0] for note in found.notes] == [
        "Table 1 (“Version, Changed by”)",
        "Table 4 (“Contact, Telephone”)",
    ]


def test_headings_say_the_theme_of_what_follows():
    found = found_in(variants.with_a_key_and_several_themes())
    assert [(row.theme, row.theme_title, row.number) for row in found.rows] == [
        (1, "Protecting People", 1),
        (3, "Tackling Crime", 1),
    ]
    assert found.theme is None
    shares = [(one.theme, one.rating, one.count, one.percent) for one in found.status_key]
    assert shares == [(n, *line) for n in (1, 3) for line in (("Green", 1, "100%"), ("Amber", 0, "0%"))]
    assert found.status_key[0].fill == "00b050"


class TestSavedByLibreOffice:
    @pytest.mark.parametrize(("name", "is_right"), [("automatic_numbers", automatic), ("colours_alone", coloured)])
    def test_its_own_file(self, name, is_right):
        is_right(found_in((FILES / f"libreoffice_{name}.docx").read_bytes()))

    @pytest.mark.parametrize(("name", "is_right"), [("automatic_numbers", automatic), ("colours_alone", coloured)])
    def test_a_file_in_the_shape_of_its_xml(self, name, is_right):
        is_right(found_in(as_libreoffice_saves_it(getattr(variants, name)())))


def test_nothing_at_all_is_no_error():
    assert found_in_document(FileDocument(())) == Found(())
