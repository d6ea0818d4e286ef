import datetime
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from themes.quarters import FinancialYear, InvalidQuarter, Quarter

quick = settings(max_examples=120, deadline=None)

FIRST, LAST = 1900, 2199
HOW_TO_WRITE_A_YEAR = "Write it like 2019-20."
HOW_TO_WRITE_A_QUARTER = "Write it like 2019-20 Q4."

years = st.builds(FinancialYear, st.integers(FIRST, LAST))
quarters = st.builds(Quarter, years, st.integers(1, 4))
quarters_with_neighbours = st.builds(
    Quarter, st.builds(FinancialYear, st.integers(FIRST + 1, LAST - 1)), st.integers(1, 4)
)
days = st.dates(datetime.date(FIRST, 4, 1), datetime.date(LAST + 1, 3, 31))

# Letters, digits and marks that a quarter is written with, so that some of the text is nearly right.
nearly_quarters = st.text("0129-/\u2013 ,qQuarter\n\t\u0662", max_size=20)
damaged_quarters = st.builds(
    lambda quarter, at, extra: str(quarter)[:at] + extra + str(quarter)[at:],
    quarters,
    st.integers(0, 10),
    st.text(max_size=3),
)
any_text = st.text() | nearly_quarters | damaged_quarters


def year(text="2019-20"):
    return FinancialYear.parse(text)


def quarter(text="2019-20 Q4"):
    return Quarter.parse(text)


class TestFinancialYear:
    @pytest.mark.parametrize("written", ["2019-20", "2019/20", "2019\u201320", " 2019-20 ", "2019 - 20", "2019 / 20\n"])
    def test_every_written_form_is_the_same_year(self, written):
        assert year(written) == FinancialYear(2019)

    def test_a_year_is_printed_with_both_of_its_calendar_years(self):
        assert str(FinancialYear(2019)) == "2019-20"

    @pytest.mark.parametrize(
        ("start", "printed"), [(1999, "1999-00"), (2000, "2000-01"), (2009, "2009-10"), (2099, "2099-00")]
    )
    def test_the_turn_of_a_century_is_written_with_two_noughts(self, start, printed):
        assert str(FinancialYear(start)) == printed
        assert year(printed) == FinancialYear(start)

    @quick
    @given(years)
    def test_what_is_printed_is_read_back_as_the_same_year(self, one):
        assert FinancialYear.parse(str(one)) == one

    @pytest.mark.parametrize(
        "wrong",
        [
            *("2019-21", "2019-19", "2019-18", "1999-01", "2019-2020", "19-20", "2019", "2019-", "-20", "201920"),
            *("", " ", "next year", "2019-20 Q4", "2019--20", "2019.20", "\u0662\u0660\u0661\u0669-20"),
        ],
    )
    def test_what_is_not_a_year_is_refused_with_how_to_write_one(self, wrong):
        with pytest.raises(InvalidQuarter) as refused:
            year(wrong)
        assert HOW_TO_WRITE_A_YEAR in str(refused.value)
        assert f'"{wrong}"' in str(refused.value)

    @pytest.mark.parametrize("written", ["1899-00", "2200-01", "0000-01", "9999-00"])
    def test_a_year_out_of_range_is_refused_with_the_range(self, written):
        with pytest.raises(InvalidQuarter, match="between 1900 and 2199"):
            year(written)

    @pytest.mark.parametrize("start", [FIRST, LAST])
    def test_the_first_and_the_last_year_of_the_range_are_taken(self, start):
        assert FinancialYear(start).start == start

    @quick
    @given(any_text)
    @example("2019-20")
    def test_any_text_is_either_a_year_or_refused(self, text):
        try:
            read = FinancialYear.parse(text)
        except InvalidQuarter:
            return
        assert FinancialYear.parse(str(read)) == read

    def test_a_year_has_its_four_quarters_in_order(self):
        assert [str(one) for one in year().quarters] == ["2019-20 Q1", "2019-20 Q2", "2019-20 Q3", "2019-20 Q4"]

    def test_the_next_and_the_previous_year_are_a_year_away(self):
        assert str(year("1999-00").next) == "2000-01"
        assert str(year("2000-01").previous) == "1999-00"

    def test_there_is_no_year_beyond_the_range(self):
        with pytest.raises(InvalidQuarter):
            _ = FinancialYear(LAST).next
        with pytest.raises(InvalidQuarter):
            _ = FinancialYear(FIRST).previous

    @quick
    @given(years, years)
    def test_years_are_ordered_by_their_start_and_so_is_their_text(self, one, other):
        assert (one < other) == (one.start < other.start) == (str(one) < str(other))
        assert (one <= other) == (one.start <= other.start)
        assert (one == other) == (one.start == other.start)

    def test_a_year_is_not_ordered_against_something_else(self):
        with pytest.raises(TypeError):
            _ = year() < 2020
        assert year() != 2019


class TestReadingAQuarter:
    @pytest.mark.parametrize(
        "written",
        [
            *("2019-20 Q4", "2019-20 q4", "2019/20 q4", "2019\u201320 Q4", "2019-20, Q4", "2019-20,Q4", "2019-20  Q4"),
            *("2019-20 Quarter 4", "2019-20 quarter 4", "2019-20 Q 4", "2019/20 QUARTER 4", "2019-20\tQ4"),
            *("Quarter 4, 2019-20", "Quarter 4 2019-20", "quarter 4, 2019/20", "Q4 2019-20", "q4, 2019\u201320"),
            *(" 2019-20 Q4 ", " Quarter 4, 2019-20 ", "2019-20 Q4\n", "2019 - 20 Q4", "Q 4,2019 / 20"),
        ],
    )
    def test_every_written_form_is_the_same_quarter(self, written):
        assert quarter(written) == Quarter(FinancialYear(2019), 4)

    @quick
    @given(quarters)
    def test_both_printed_forms_are_read_back_as_the_same_quarter(self, one):
        assert Quarter.parse(str(one)) == one
        assert Quarter.parse(one.label) == one

    @pytest.mark.parametrize(
        "wrong",
        [
            *("2019-20 Q5", "2019-20 Q0", "2019-20 Q44", "2019-20 Q", "2019-20", "Q4", "Quarter 4", "2019-20 4"),
            *("2019-21 Q4", "Quarter 4, 2019-21", "2019-2020 Q4", "2019 Q4", "19-20 Q4", "Quarter 5, 2019-20"),
            *("1899-00 Q4", "2200-01 Q1", "Quarter 1, 9999-00", "", " ", "soon", "2019-20 Q4 Q4", "Q4 2019-20 Q4"),
            *("2019-20 Qtr 4", "2019-20Q4", "2019-20 Q-4", "2019-20 Q\u0664", "2019-20 Q4."),
        ],
    )
    def test_what_is_not_a_quarter_is_refused_with_how_to_write_one(self, wrong):
        with pytest.raises(InvalidQuarter) as refused:
            quarter(wrong)
        assert HOW_TO_WRITE_A_QUARTER in str(refused.value)
        assert f'"{wrong}"' in str(refused.value)

    @pytest.mark.parametrize("number", [0, 5, -1, 44])
    def test_a_number_that_no_quarter_has_is_refused(self, number):
        with pytest.raises(InvalidQuarter, match="not one of 1, 2, 3 and 4"):
            Quarter(FinancialYear(2019), number)

    def test_a_form_can_catch_the_refusal_as_a_wrong_value(self):
        with pytest.raises(ValueError, match="not a quarter"):
            quarter("soon")

    @settings(quick, max_examples=300)
    @given(any_text)
    @example("2019-20 Q4")
    @example("Quarter 1, 1999-00")
    def test_any_text_is_either_a_quarter_or_refused(self, text):
        try:
            read = Quarter.parse(text)
        except InvalidQuarter:
            return
        assert Quarter.parse(str(read)) == read


class TestPrintingAQuarter:
    def test_a_quarter_is_printed_in_full_and_in_short(self):
        one = quarter("2019-20 Q4")
        assert str(one) == "2019-20 Q4"
        assert one.label == "Quarter 4, 2019-20"
        assert one.short == "Q4"
        assert one.slug == "q4"

    @pytest.mark.parametrize(
        ("written", "months"),
        [
            ("2019-20 Q1", "April to June 2019"),
            ("2019-20 Q2", "July to September 2019"),
            ("2019-20 Q3", "October to December 2019"),
            ("2019-20 Q4", "January to March 2020"),
        ],
    )
    def test_its_months_are_named_with_the_calendar_year_they_lie_in(self, written, months):
        assert quarter(written).months == months


class TestDaysOfAQuarter:
    @pytest.mark.parametrize(
        ("written", "starts", "ends"),
        [
            ("2019-20 Q1", "2019-04-01", "2019-06-30"),
            ("2019-20 Q2", "2019-07-01", "2019-09-30"),
            ("2019-20 Q3", "2019-10-01", "2019-12-31"),
            ("2019-20 Q4", "2020-01-01", "2020-03-31"),
            ("1999-00 Q4", "2000-01-01", "2000-03-31"),
        ],
    )
    def test_a_quarter_starts_and_ends_on_its_months(self, written, starts, ends):
        assert quarter(written).starts == datetime.date.fromisoformat(starts)
        assert quarter(written).ends == datetime.date.fromisoformat(ends)

    @pytest.mark.parametrize("written", ["2018-19", "2019-20", "1999-00", "1900-01"])
    def test_every_day_of_a_year_lies_in_exactly_one_of_its_quarters(self, written):
        one = year(written)
        first = datetime.date(one.start, 4, 1)
        length = (datetime.date(one.start + 1, 4, 1) - first).days
        for day in (first + datetime.timedelta(days=n) for n in range(length)):
            holding = [part for part in one.quarters if part.starts <= day <= part.ends]
            assert holding == [Quarter.of(day)]

    @quick
    @given(days)
    @example(datetime.date(FIRST, 4, 1))
    @example(datetime.date(2020, 2, 29))
    @example(datetime.date(2019, 12, 31))
    def test_a_day_lies_between_the_start_of_its_quarter_and_that_of_the_next(self, day):
        one = Quarter.of(day)
        assert one.starts <= day
        assert (one.starts.year, one.starts.month) == (day.year, day.month - (day.month - 1) % 3)
        assert one.year.start == day.year - (day.month < 4)

    @pytest.mark.parametrize("day", [datetime.date(1900, 3, 31), datetime.date(2200, 4, 1), datetime.date.min])
    def test_a_day_outside_the_years_that_are_kept_is_refused(self, day):
        with pytest.raises(InvalidQuarter):
            Quarter.of(day)

    @quick
    @given(quarters)
    @example(Quarter(FinancialYear(LAST), 4))
    def test_a_quarter_starts_and_ends_within_itself(self, one):
        assert Quarter.of(one.starts) == Quarter.of(one.ends) == one

    @quick
    @given(quarters_with_neighbours)
    def test_a_quarter_ends_on_the_day_before_the_next_starts(self, one):
        assert (one.next.starts - one.ends).days == 1
        assert (one.starts - one.previous.ends).days == 1


class TestOrder:
    def test_quarters_follow_one_another_across_the_years(self):
        one = quarter("1998-99 Q3")
        walked = []
        for _ in range(7):
            walked.append(str(one))
            one = one.next
        assert walked == [
            *("1998-99 Q3", "1998-99 Q4", "1999-00 Q1", "1999-00 Q2", "1999-00 Q3", "1999-00 Q4", "2000-01 Q1")
        ]

    def test_the_quarter_before_the_first_of_a_year_is_the_last_of_the_year_before(self):
        assert quarter("2019-20 Q1").previous == quarter("2018-19 Q4")

    @quick
    @given(quarters_with_neighbours)
    def test_next_and_previous_undo_each_other(self, one):
        assert one.next.previous == one == one.previous.next
        assert one.previous < one < one.next

    @quick
    @given(quarters, quarters)
    def test_quarters_are_ordered_as_their_days_are(self, one, other):
        assert (one < other) == (one.starts < other.starts)
        assert (one >= other) == (one.starts >= other.starts)
        assert (one == other) == (one.starts == other.starts)
        assert one != other or hash(one) == hash(other)

    def test_the_stored_text_of_all_quarters_sorts_as_time_does(self):
        in_time = [str(one) for start in range(FIRST, LAST + 1) for one in FinancialYear(start).quarters]
        assert in_time == sorted(in_time)
        assert all(earlier < later for earlier, later in pairwise(map(Quarter.parse, in_time)))

    def test_a_quarter_is_not_ordered_against_something_else(self):
        with pytest.raises(TypeError):
            _ = quarter() < "2019-20 Q4"
        assert quarter() != "2019-20 Q4"
