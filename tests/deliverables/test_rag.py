from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deliverables.rag import (
    Band,
    Because,
    Movement,
    Movements,
    Share,
    Standing,
    UnknownRating,
    breakdown,
    listed,
    movement,
    not_started_rating,
    overall,
    standing,
)
from themes.quarters import Quarter
from themes.ratings import Kind, RatingValue

quick = settings(max_examples=100, deadline=None)

BLUE = RatingValue("B", "Blue", Kind.COMPLETE, "#1d70b8")
GREEN = RatingValue("G", "Green", Kind.ON_COURSE, "#00703c")
AMBER = RatingValue("A", "Amber", Kind.AT_RISK, "#ffbf47", needs_recovery=True)
RED = RatingValue("R", "Red", Kind.OFF_TRACK, "#d4351c", needs_recovery=True)
NOT_STARTED = RatingValue("NS", "Not started", Kind.NOT_STARTED, "#ffffff")
SCHEME = [GREEN, AMBER, RED, NOT_STARTED]
WITH_BLUE = [BLUE, *SCHEME]

BANDS = [
    Band("very good", Decimal(90), Decimal(0)),
    Band("good", Decimal(75), Decimal(5)),
    Band("mixed", Decimal(50), Decimal(100)),
    Band("poor", Decimal(0), Decimal(100)),
]

Q1, Q2, Q3, Q4 = (Quarter.parse(f"2019-20 Q{number}") for number in (1, 2, 3, 4))
LATER = Q4.next

NO_UPDATE = Standing(None, Because.NO_UPDATE)
PLANNED_LATER = Standing(NOT_STARTED, Because.PLANNED_LATER, since=LATER)
OVERDUE = Standing(NOT_STARTED, Because.APPROVED, overdue_to_start=True)
COMPLETE_SINCE = Standing(GREEN, Because.COMPLETE, since=Q2)


def rated(rating):
    return Standing(rating, Because.APPROVED)


def stands(quarter=Q4, *, approved=None, scheme=SCHEME, planned_start=Q1, completed_in=None):
    return standing(
        quarter, approved=approved or {}, scheme=scheme, planned_start=planned_start, completed_in=completed_in
    )


def figures(*, blue=0, green=0, amber=0, red=0, overdue=0, later=0, none=0, scheme=WITH_BLUE):
    return breakdown(
        [
            *([rated(BLUE)] * blue + [rated(GREEN)] * green + [rated(AMBER)] * amber + [rated(RED)] * red),
            *([OVERDUE] * overdue + [PLANNED_LATER] * later + [NO_UPDATE] * none),
        ],
        scheme,
    )


def wording(bands=BANDS, **counts):
    found = overall(figures(**counts), bands)
    return found and found.wording


def rounded(count, total):
    """The percentage to one decimal by the decimal module's own rounding, as an oracle."""
    return (Decimal(100 * count) / Decimal(total)).quantize(Decimal("0.1"), ROUND_HALF_UP)


shares = st.integers(1, 20_000).flatmap(lambda total: st.builds(Share, st.integers(0, total), st.just(total)))
sets_of_standings = st.lists(
    st.sampled_from([*map(rated, (BLUE, GREEN, AMBER, RED)), OVERDUE, PLANNED_LATER, COMPLETE_SINCE, NO_UPDATE]),
    max_size=40,
)
quarters = st.sampled_from([Q1.previous, Q1, Q2, Q3, Q4, LATER])
ratings = st.sampled_from(SCHEME)
histories = st.dictionaries(quarters, ratings)


class TestPercentages:
    @pytest.mark.parametrize(
        ("count", "total", "printed"),
        [
            (14, 15, "14/15 (93.3%)"),
            (1, 15, "1/15 (6.7%)"),
            (0, 15, "0/15 (0%)"),
            (15, 15, "15/15 (100%)"),
            (1, 1, "1/1 (100%)"),
            (0, 1, "0/1 (0%)"),
            (1, 2, "1/2 (50%)"),
            (1, 3, "1/3 (33.3%)"),
            (2, 3, "2/3 (66.7%)"),
            (1, 1001, "1/1001 (0.1%)"),
        ],
    )
    def test_a_percentage_is_printed_beside_its_count(self, count, total, printed):
        assert Share(count, total).printed == printed

    @pytest.mark.parametrize(
        ("count", "total", "percent"),
        [
            (1, 16, "6.3%"),
            (3, 16, "18.8%"),
            (1, 8, "12.5%"),
            (1, 2000, "0.1%"),
            (1, 2001, "0%"),
            (3, 2000, "0.2%"),
            (1999, 2000, "100%"),
            (1, 80, "1.3%"),
            (57, 400, "14.3%"),
            (899, 1000, "89.9%"),
            (8995, 10_000, "90%"),
        ],
    )
    def test_a_percentage_is_rounded_half_up(self, count, total, percent):
        assert Share(count, total).percent == percent

    @settings(quick, max_examples=300)
    @given(shares)
    @example(Share(1, 2000))
    @example(Share(1001, 2000))
    def test_a_percentage_is_what_decimal_arithmetic_makes_of_it(self, share):
        expected = rounded(share.count, share.total)
        assert Decimal(share.percent.removesuffix("%")) == expected
        assert not share.percent.endswith(".0%")
        assert share.percent == f"{expected}%".replace(".0%", "%")

    def test_a_share_of_nothing_has_no_percentage(self):
        assert Share(0, 0).printed == "0/0"
        assert Share(0, 0).percent == ""

    def test_a_share_is_compared_unrounded(self):
        assert Share(8995, 10_000).exact < Fraction(9, 10) == Share(9, 10).exact

    def test_a_share_of_nothing_cannot_be_compared(self):
        with pytest.raises(ZeroDivisionError):
            _ = Share(0, 0).exact


class TestTheRealQuarter:
    """Quarter 4 of 2019-20: of fifteen deliverables fourteen were Green and one was Amber."""

    def test_it_is_printed_as_the_status_key_has_it(self):
        lines = figures(green=14, amber=1, scheme=SCHEME).lines
        assert [(line.label, line.printed) for line in lines] == [
            ("Green", "14/15 (93.3%)"),
            ("Amber", "1/15 (6.7%)"),
            ("Red", "0/15 (0%)"),
            ("Not started", "0/15 (0%)"),
            ("No update", "0/15 (0%)"),
        ]

    def test_its_overall_wording_is_very_good(self):
        assert wording(green=14, amber=1) == "very good"

    def test_its_figures_add_up_and_need_no_note(self):
        assert figures(green=14, amber=1).rounding_note == ""


class TestBreakdown:
    def test_every_rating_of_the_scheme_has_a_line_in_its_order_and_no_update_comes_last(self):
        assert [line.rating for line in figures(red=1, scheme=WITH_BLUE).lines] == [*WITH_BLUE, None]

    def test_each_deliverable_is_counted_under_its_rating(self):
        made = figures(blue=1, green=2, amber=3, red=4, overdue=5, later=6, none=7)
        assert [line.count for line in made.lines] == [1, 2, 3, 4, 11, 7]
        assert made.total == 28

    def test_no_update_is_in_the_denominator_and_is_not_green(self):
        made = figures(green=3, none=1)
        assert made.line("G").printed == "3/4 (75%)"
        assert made.no_update.printed == "1/4 (25%)"
        assert made.of_kind(Kind.COMPLETE, Kind.ON_COURSE) == 3

    def test_both_kinds_of_not_started_are_shown(self):
        made = figures(green=1, overdue=2, later=3)
        assert made.line("NS").count == 5
        assert made.overdue_to_start == 2
        assert made.planned_later == 3

    def test_those_complete_since_an_earlier_quarter_are_shown(self):
        made = breakdown([COMPLETE_SINCE, rated(GREEN), NO_UPDATE], SCHEME)
        assert made.complete_since == 1
        assert made.line("G").count == 2

    def test_a_breakdown_of_nothing_has_no_percentage_and_no_note(self):
        made = figures()
        assert {line.printed for line in made.lines} == {"0/0"}
        assert made.total == made.started == 0
        assert made.rounding_note == ""

    def test_kinds_are_counted_together(self):
        made = figures(blue=1, green=2, amber=4, none=8)
        assert made.of_kind(Kind.COMPLETE, Kind.AT_RISK) == 5
        assert made.of_kind() == 0

    def test_two_ratings_of_one_kind_are_counted_together(self):
        mint = RatingValue("M", "Mint", Kind.ON_COURSE, "#85994b")
        made = breakdown([rated(GREEN), rated(mint)], [*SCHEME, mint])
        assert made.of_kind(Kind.ON_COURSE) == 2
        assert made.line("M").count == 1

    def test_a_rating_outside_the_scheme_is_refused_and_the_scheme_listed(self):
        with pytest.raises(UnknownRating) as refused:
            figures(green=1, blue=1, scheme=SCHEME)
        assert '"B Blue"' in str(refused.value)
        assert "G Green, A Amber, R Red and NS Not started" in str(refused.value)

    def test_a_rating_of_the_same_letter_with_another_meaning_is_refused(self):
        with pytest.raises(UnknownRating):
            breakdown([rated(RatingValue("G", "Grey", Kind.AT_RISK, "#505a5f"))], SCHEME)

    def test_a_letter_outside_the_scheme_has_no_line_and_the_scheme_is_listed(self):
        with pytest.raises(UnknownRating, match='"B" is not .* G Green, A Amber, R Red and NS Not started'):
            figures(green=1, scheme=SCHEME).line("B")

    def test_the_standings_can_come_from_a_generator(self):
        assert breakdown((rated(one) for one in (GREEN, GREEN)), SCHEME).line("G").printed == "2/2 (100%)"

    @quick
    @given(sets_of_standings)
    def test_counts_add_up_to_the_total(self, standings):
        made = breakdown(standings, WITH_BLUE)
        assert sum(line.count for line in made.lines) == made.total == len(standings)
        assert {line.total for line in made.lines} == {made.total}
        assert made.of_kind(*Kind) == made.total - made.no_update.count
        assert made.started + made.planned_later == made.total

    @quick
    @given(sets_of_standings)
    def test_one_more_without_an_update_never_adds_to_another_rating(self, standings):
        before, after = breakdown(standings, WITH_BLUE), breakdown([*standings, NO_UPDATE], WITH_BLUE)
        assert [line.count for line in after.ratings] == [line.count for line in before.ratings]
        assert (after.total, after.no_update.count) == (before.total + 1, before.no_update.count + 1)

    @quick
    @given(sets_of_standings, st.randoms(use_true_random=False))
    def test_the_order_of_standings_does_not_matter(self, standings, random):
        mixed = random.sample(standings, len(standings))
        assert breakdown(mixed, WITH_BLUE) == breakdown(standings, WITH_BLUE)

    @settings(quick, max_examples=250)
    @given(sets_of_standings.filter(bool))
    @example([rated(GREEN), rated(AMBER), rated(RED)])
    @example([rated(GREEN)] * 14 + [rated(AMBER)])
    def test_a_note_is_printed_just_where_rounded_figures_do_not_add_up(self, standings):
        made = breakdown(standings, WITH_BLUE)
        adds_up = sum(rounded(line.count, line.total) for line in made.lines) == 100
        assert (made.rounding_note == "") is adds_up

    def test_the_note_says_why_thirds_do_not_add_up(self):
        assert figures(green=1, amber=1, red=1).rounding_note == (
            "Percentages may not add up to 100% because each is rounded."
        )


class TestStanding:
    def test_an_approved_update_gives_its_rating(self):
        assert stands(Q4, approved={Q4: AMBER}) == rated(AMBER)

    def test_without_an_approved_update_there_is_no_update(self):
        one = stands(Q4)
        assert one == NO_UPDATE
        assert one.label == "No update"
        assert one.remark == ""

    def test_a_rating_of_another_quarter_is_not_carried_forward_or_back(self):
        assert stands(Q3, approved={Q2: GREEN, Q4: GREEN}) == NO_UPDATE

    def test_planned_for_a_later_quarter_counts_as_not_started(self):
        one = stands(Q2, planned_start=Q3)
        assert one == Standing(NOT_STARTED, Because.PLANNED_LATER, since=Q3)
        assert one.label == "Not started"
        assert one.remark == "Planned to start 2019-20 Q3"
        assert not one.overdue_to_start

    def test_in_the_quarter_it_was_to_start_there_is_no_update_until_one_is_approved(self):
        assert stands(Q3, planned_start=Q3) == NO_UPDATE

    def test_rated_not_started_before_its_start_is_planned_for_later(self):
        one = stands(Q2, approved={Q2: NOT_STARTED}, planned_start=Q3)
        assert one == Standing(NOT_STARTED, Because.PLANNED_LATER, since=Q3)

    @pytest.mark.parametrize("planned_start", [Q1, Q2])
    def test_rated_not_started_once_its_start_has_come_is_overdue_to_start(self, planned_start):
        one = stands(Q2, approved={Q2: NOT_STARTED}, planned_start=planned_start)
        assert one == OVERDUE
        assert one.remark == "Overdue to start"

    def test_started_ahead_of_its_plan_it_has_the_approved_rating(self):
        assert stands(Q2, approved={Q2: GREEN}, planned_start=Q4) == rated(GREEN)

    def test_complete_since_an_earlier_quarter_keeps_the_last_approved_rating(self):
        one = stands(Q4, approved={Q1: RED, Q2: AMBER}, completed_in=Q2)
        assert one == Standing(AMBER, Because.COMPLETE, since=Q2)
        assert one.label == "Amber"
        assert one.remark == "Complete since 2019-20 Q2"

    def test_completed_in_this_quarter_without_an_update_in_it_keeps_the_last_approved_rating(self):
        assert stands(Q2, approved={Q1: GREEN}, completed_in=Q2) == Standing(GREEN, Because.COMPLETE, since=Q2)

    def test_what_was_approved_after_its_completion_is_not_what_it_keeps(self):
        one = stands(Q4, approved={Q1: AMBER, Q3: RED}, completed_in=Q2)
        assert one == Standing(AMBER, Because.COMPLETE, since=Q2)

    def test_the_rating_of_the_quarter_it_was_completed_in_is_kept(self):
        assert stands(Q3, approved={Q1: RED, Q2: GREEN}, completed_in=Q2).rating == GREEN

    def test_before_it_was_completed_it_still_needs_its_update(self):
        assert stands(Q2, approved={Q1: GREEN}, completed_in=Q3) == NO_UPDATE

    def test_completed_without_any_approved_update_is_no_update(self):
        assert stands(Q4, completed_in=Q2) == NO_UPDATE

    def test_completed_with_an_update_only_in_a_later_quarter_is_no_update(self):
        assert stands(Q3, approved={Q4: GREEN}, completed_in=Q2) == NO_UPDATE

    def test_completed_before_its_planned_start_is_complete(self):
        one = stands(Q3, approved={Q2: GREEN}, planned_start=Q4, completed_in=Q2)
        assert one.because is Because.COMPLETE

    def test_an_approved_update_in_the_quarter_comes_before_its_completion(self):
        assert stands(Q4, approved={Q2: GREEN, Q4: RED}, completed_in=Q2) == rated(RED)

    def test_the_not_started_rating_is_the_schemes_own(self):
        white = RatingValue("W", "White", Kind.NOT_STARTED, "#ffffff")
        assert stands(Q2, scheme=[GREEN, white], planned_start=Q3).rating == white

    def test_a_scheme_without_not_started_is_refused_and_listed(self):
        with pytest.raises(UnknownRating, match=r"no rating for Not started. It has G Green and R Red\."):
            stands(Q2, scheme=[GREEN, RED], planned_start=Q3)

    @settings(quick, max_examples=250)
    @given(quarters, histories, quarters, st.none() | quarters)
    def test_only_three_things_give_a_rating_and_each_is_named(self, quarter, approved, planned_start, completed_in):
        one = stands(quarter, approved=approved, planned_start=planned_start, completed_in=completed_in)
        if quarter in approved:
            assert one.rating == approved[quarter]
        elif one.because is Because.COMPLETE:
            assert completed_in <= quarter
            assert one.rating == approved[max(past for past in approved if past <= completed_in)]
        elif one.because is Because.PLANNED_LATER:
            assert planned_start > quarter
            assert one.rating == NOT_STARTED
        else:
            assert one == NO_UPDATE

    @quick
    @given(quarters, histories, quarters, st.none() | quarters, ratings)
    def test_a_later_update_changes_nothing(self, quarter, approved, planned_start, completed_in, rating):
        known = {past: one for past, one in approved.items() if past <= quarter}
        with_later = {**known, quarter.next: rating}
        facts = {"planned_start": planned_start, "completed_in": completed_in}
        assert stands(quarter, approved=with_later, **facts) == stands(quarter, approved=known, **facts)

    @quick
    @given(quarters, histories, quarters, st.none() | quarters)
    def test_what_is_overdue_to_start_is_never_planned_for_later(self, quarter, approved, planned_start, completed_in):
        one = stands(quarter, approved=approved, planned_start=planned_start, completed_in=completed_in)
        assert one.overdue_to_start == (approved.get(quarter) == NOT_STARTED and planned_start <= quarter)
        assert not (one.overdue_to_start and one.because is Because.PLANNED_LATER)


class TestScheme:
    def test_the_first_rating_of_the_kind_not_started_is_taken(self):
        assert not_started_rating(SCHEME) == NOT_STARTED

    @pytest.mark.parametrize(
        ("scheme", "sentence"),
        [
            ([GREEN, AMBER, RED], "G Green, A Amber and R Red"),
            ([GREEN, RED], "G Green and R Red"),
            ([GREEN], "G Green"),
            ([], "no ratings"),
        ],
    )
    def test_a_scheme_is_listed_in_a_sentence(self, scheme, sentence):
        assert listed(scheme) == sentence


class TestOverallWording:
    @pytest.mark.parametrize(
        ("counts", "expected"),
        [
            ({"green": 9, "amber": 1}, "very good"),
            ({"green": 90, "amber": 10}, "very good"),
            ({"green": 899, "amber": 101}, "good"),
            ({"green": 8995, "amber": 1005}, "good"),
            ({"green": 99, "red": 1}, "good"),
            ({"green": 75, "amber": 20, "red": 5}, "good"),
            ({"green": 7499, "amber": 2501}, "mixed"),
            ({"green": 94, "red": 6}, "mixed"),
            ({"green": 9499, "red": 501}, "mixed"),
            ({"green": 1, "red": 1}, "mixed"),
            ({"green": 4999, "red": 5001}, "poor"),
            ({"red": 1}, "poor"),
            ({"green": 1}, "very good"),
        ],
    )
    def test_a_band_holds_from_its_exact_share_on(self, counts, expected):
        assert wording(**counts) == expected

    def test_what_prints_as_ninety_per_cent_can_still_be_short_of_it(self):
        found = overall(figures(green=8995, amber=1005), BANDS)
        assert found.on_course.percent == "90%"
        assert found.wording == "good"

    def test_complete_counts_as_on_course(self):
        assert wording(blue=9, amber=1) == "very good"

    def test_no_update_counts_against_the_wording(self):
        assert wording(green=8, none=2) == "good"
        assert wording(none=1) == "poor"

    def test_overdue_to_start_counts_against_the_wording(self):
        assert wording(green=8, overdue=2) == "good"

    def test_planned_for_later_is_left_out_of_the_wording(self):
        found = overall(figures(green=9, amber=1, later=40), BANDS)
        assert found.wording == "very good"
        assert found.on_course.printed == "9/10 (90%)"
        assert found.off_track.printed == "0/10 (0%)"

    def test_the_workings_name_both_shares(self):
        found = overall(figures(blue=1, green=14, amber=2, red=1, none=2), BANDS)
        assert (found.on_course.printed, found.off_track.printed) == ("15/20 (75%)", "1/20 (5%)")
        assert found.band == BANDS[1]

    def test_of_nothing_there_is_no_wording(self):
        assert wording() is None

    def test_where_all_is_planned_for_later_there_is_no_wording(self):
        assert wording(later=3) is None

    def test_where_no_band_holds_there_is_no_wording(self):
        assert wording(bands=BANDS[:1], green=1, red=1) is None
        assert wording(bands=[], green=1) is None

    def test_a_boundary_can_be_a_fraction_of_a_per_cent(self):
        bands = [Band("fine", Decimal("33.3"), Decimal(100))]
        assert wording(bands, green=333, amber=667) == "fine"
        assert wording(bands, green=3329, amber=6671) is None

    def test_of_two_bands_from_the_same_share_the_stricter_comes_first(self):
        bands = [Band("fair", Decimal(50), Decimal(50)), Band("fine", Decimal(50), Decimal(0))]
        assert wording(bands, green=1) == "fine"
        assert wording(bands, green=1, red=1) == "fair"

    @quick
    @given(sets_of_standings, st.permutations(BANDS))
    def test_the_order_in_which_bands_are_kept_does_not_matter(self, standings, bands):
        made = breakdown(standings, WITH_BLUE)
        assert overall(made, bands) == overall(made, BANDS)

    @quick
    @given(sets_of_standings)
    def test_one_more_planned_for_later_neither_helps_nor_hurts(self, standings):
        before, after = (breakdown(one, WITH_BLUE) for one in (standings, [*standings, PLANNED_LATER]))
        assert overall(after, BANDS) == overall(before, BANDS)

    @quick
    @given(sets_of_standings)
    def test_one_more_on_course_never_makes_the_wording_worse(self, standings):
        best_first = [band.wording for band in BANDS]
        before, after = (overall(breakdown(one, WITH_BLUE), BANDS) for one in (standings, [*standings, rated(GREEN)]))
        assert before is None or best_first.index(after.wording) <= best_first.index(before.wording)


class TestMovement:
    @pytest.mark.parametrize(
        ("before", "now", "expected"),
        [
            (BLUE, BLUE, "same"),
            (BLUE, GREEN, "worse"),
            (BLUE, AMBER, "worse"),
            (BLUE, RED, "worse"),
            (BLUE, NOT_STARTED, "not comparable"),
            (GREEN, BLUE, "improved"),
            (GREEN, GREEN, "same"),
            (GREEN, AMBER, "worse"),
            (GREEN, RED, "worse"),
            (GREEN, NOT_STARTED, "not comparable"),
            (AMBER, BLUE, "improved"),
            (AMBER, GREEN, "improved"),
            (AMBER, AMBER, "same"),
            (AMBER, RED, "worse"),
            (AMBER, NOT_STARTED, "not comparable"),
            (RED, BLUE, "improved"),
            (RED, GREEN, "improved"),
            (RED, AMBER, "improved"),
            (RED, RED, "same"),
            (RED, NOT_STARTED, "not comparable"),
            (NOT_STARTED, BLUE, "not comparable"),
            (NOT_STARTED, GREEN, "not comparable"),
            (NOT_STARTED, AMBER, "not comparable"),
            (NOT_STARTED, RED, "not comparable"),
            (NOT_STARTED, NOT_STARTED, "same"),
        ],
    )
    def test_a_rating_moves_from_one_kind_to_another(self, before, now, expected):
        assert movement(rated(now), rated(before)) == expected

    def test_planned_for_later_and_then_overdue_to_start_is_the_same(self):
        assert movement(OVERDUE, PLANNED_LATER) is Movement.SAME

    def test_two_ratings_of_one_kind_are_the_same(self):
        mint = RatingValue("M", "Mint", Kind.ON_COURSE, "#85994b")
        assert movement(rated(mint), rated(GREEN)) is Movement.SAME

    @pytest.mark.parametrize("other", [None, NO_UPDATE, rated(GREEN), rated(RED), PLANNED_LATER, COMPLETE_SINCE])
    @pytest.mark.parametrize("nothing", [None, NO_UPDATE])
    def test_without_a_rating_on_either_side_it_is_not_comparable(self, nothing, other):
        assert movement(nothing, other) is movement(other, nothing) is Movement.NOT_COMPARABLE

    @quick
    @given(st.none() | st.sampled_from(WITH_BLUE).map(rated), st.none() | st.sampled_from(WITH_BLUE).map(rated))
    def test_the_way_back_is_the_opposite(self, now, before):
        opposite = {Movement.IMPROVED: Movement.WORSE, Movement.WORSE: Movement.IMPROVED}
        there, back = movement(now, before), movement(before, now)
        assert back is opposite.get(there, there)

    def test_movements_are_counted_by_their_way(self):
        moved = [
            Movement.WORSE,
            Movement.SAME,
            Movement.IMPROVED,
            Movement.SAME,
            Movement.NOT_COMPARABLE,
            Movement.SAME,
        ]
        assert Movements.count(moved) == Movements(improved=1, worse=1, same=3, not_comparable=1)

    @quick
    @given(st.lists(st.sampled_from(Movement)))
    def test_the_counts_of_movements_add_up(self, moved):
        counted = Movements.count(iter(moved))
        assert counted.improved + counted.worse + counted.same + counted.not_comparable == len(moved)
        assert (counted.improved, counted.worse) == (moved.count(Movement.IMPROVED), moved.count(Movement.WORSE))
