from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from themes.ratings import Kind, RatingValue, contrast, relative_luminance

quick = settings(max_examples=300, deadline=None)

GREY = "#505a5f"

colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def rating(colour="#00703c", code="G", name="Green"):
    return RatingValue(code, name, Kind.ON_COURSE, colour)


def linear(value):
    """WCAG 2's formula for one channel of 0 to 255."""
    return value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4


def wcag_contrast(one, other):
    """WCAG 2's contrast ratio of two colours written #rrggbb, worked out apart from the module."""
    light = [
        sum(
            weight * linear(value) for weight, value in zip((0.2126, 0.7152, 0.0722), bytes.fromhex(c[1:]), strict=True)
        )
        for c in (one, other)
    ]
    return (max(light) + 0.05) / (min(light) + 0.05)


@quick
@given(colours)
@example("#777777")
def test_ink_can_be_read_on_any_colour(colour):
    assert wcag_contrast(rating(colour).ink, colour) >= 4.5


@pytest.mark.parametrize(
    ("colour", "ink"),
    [
        ("#00703c", "#ffffff"),
        ("#d4351c", "#ffffff"),
        ("#1d70b8", "#ffffff"),
        ("#000000", "#ffffff"),
        ("#ffbf47", "#0b0c0c"),
        ("#ffffff", "#0b0c0c"),
        ("#777777", "#000000"),
    ],
)
def test_ink_is_white_on_dark_colours_and_near_black_on_light_ones(colour, ink):
    assert rating(colour).ink == ink


@quick
@given(colours)
def test_ink_is_one_of_white_and_the_blacks(colour):
    assert rating(colour).ink in ("#ffffff", "#0b0c0c", "#000000")


@quick
@given(colours, colours)
@example("#000000", "#ffffff")
def test_contrast_is_that_of_the_wcag_formula_whichever_colour_comes_first(one, other):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(wcag_contrast(one, other))


def test_contrast_runs_from_one_to_twenty_one():
    assert contrast("#d4351c", "#d4351c") == pytest.approx(1)
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("colour", ["#ffffff", "#f3f2f1", "#ffff80"])
def test_a_tag_too_near_to_the_white_of_the_page_has_a_grey_outline(colour):
    assert rating(colour).outline == GREY


@pytest.mark.parametrize("colour", ["#00703c", "#ffbf47", "#d4351c", "#000000"])
def test_any_other_tag_is_outlined_in_its_own_colour(colour):
    assert rating(colour).outline == colour


@quick
@given(colours)
def test_an_outline_can_always_be_told_from_the_page(colour):
    assert wcag_contrast(rating(colour).outline, "#ffffff") >= 1.23


@pytest.mark.parametrize(
    ("colour", "luminance"),
    [("#000000", 0), ("#ffffff", 1), ("#ff0000", 0.2126), ("#00ff00", 0.7152), ("#0000ff", 0.0722)],
)
def test_luminance_runs_from_black_to_white_by_the_weight_of_each_channel(colour, luminance):
    assert relative_luminance(colour) == pytest.approx(luminance)


def test_luminance_of_a_middle_grey_is_that_of_the_wcag_formula():
    assert relative_luminance("#767676") == pytest.approx(0.18116, abs=1e-5)


@quick
@given(st.lists(st.integers(0, 255), min_size=3, max_size=3), st.integers(0, 2), st.integers(1, 255))
def test_more_light_in_a_channel_is_more_luminance(channels, which, more):
    lighter = [min(255, value + more * (at == which)) for at, value in enumerate(channels)]
    darker_colour, lighter_colour = (f"#{bytes(one).hex()}" for one in (channels, lighter))
    assert relative_luminance(lighter_colour) >= relative_luminance(darker_colour)
    assert (relative_luminance(lighter_colour) > relative_luminance(darker_colour)) == (channels != lighter)


def test_capitals_in_a_colour_make_no_difference():
    assert relative_luminance("#FFBF47") == relative_luminance("#ffbf47")


def test_a_rating_is_printed_with_its_letter_and_its_name():
    assert str(rating(code="NS", name="Not started")) == "NS Not started"


def test_a_rating_needs_no_recovery_unless_the_scheme_says_so():
    assert not rating().needs_recovery


def test_two_ratings_alike_in_all_parts_are_the_same_rating():
    assert rating() == rating()
    assert len({rating(), rating(), rating(colour="#00703d")}) == 2


def test_a_kind_is_written_as_it_is_said():
    assert [str(kind) for kind in Kind] == ["complete", "on course", "at risk", "off track", "not started"]


def test_a_rating_stays_the_same_until_its_letter_or_kind_is_another():
    green = rating()
    assert replace(green, name="On course", colour="#00ff00", definition="Otherwise").same == green.same
    assert replace(green, kind=Kind.COMPLETE).same != green.same != replace(green, code="B").same
