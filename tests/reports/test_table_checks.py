"""Printed changes in tables: what their own figures contradict is found, and nothing else ever is."""

import string
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deliverables.blocks import Cell, Narrative, Paragraph, Run, Table
from deliverables.narrative import clean, parse
from reports.table_checks import wrong_changes
from tests.reports.test_appendix import CRIME_TABLE

YEARS = ("2019/20", "2018/19")


def table(headings, *rows, header=True):
    def cell(text, is_header=False):
        return Cell((Paragraph((Run(text),)),) if text else (), is_header)

    first = tuple(cell(text, header) for text in headings)
    body = tuple(tuple(cell(text) for text in row) for row in rows)
    return Narrative((Table((first, *body), 1 if header else 0),))


def found(headings, *rows, header=True):
    return [(one.printed, one.worked_out) for one in wrong_changes(table(headings, *rows, header=header))]


def percent(now, before, decimals=1):
    exact = Decimal(now - before) * 100 / Decimal(before)
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP) + 0


class TestTheRealTable:
    """Deliverable 14: every change but one is reckoned from the later year."""

    @pytest.fixture
    def wrong(self):
        return wrong_changes(table(["Force", *YEARS, "Volume change", "% change"], *CRIME_TABLE))

    def test_its_last_figure_is_said_both_ways(self, wrong):
        assert str(wrong[-1]) == (
            'prints -13.2% under "% change" for "Burglary, business and community", but 2,519 before and 2,226 now '
            "give -11.6%"
        )

    def test_what_rounds_to_the_same_from_either_year_is_not_found(self, wrong):
        assert [one.row for one in wrong] == [
            "Robbery",
            "Robbery of business property",
            "Robbery of personal property",
            "Burglary",
            "Burglary, business and community",
        ]


class TestWhatIsWrong:
    def test_a_volume_change(self):
        assert found(["Crime", *YEARS, "Volume change"], ["Theft", "90", "100", "-11"]) == [("-11", "-10")]

    def test_a_plain_change_whose_cells_are_in_percent(self):
        assert found(["Crime", *YEARS, "Change"], ["Theft", "90", "100", "-11%"]) == [("-11%", "-10%")]

    def test_a_plain_change_that_is_neither_the_number_nor_the_percentage(self):
        assert found(["Crime", *YEARS, "Change"], ["Theft", "45", "50", "-7"]) == [("-7", "-5")]

    def test_a_fall_printed_as_a_rise(self):
        assert found(["Crime", *YEARS, "% change"], ["Theft", "90", "100", "+10%"]) == [("+10%", "-10%")]

    def test_the_base_is_the_earlier_year_wherever_it_stands(self):
        rows = ["Theft", "100", "90", "-10%"]
        assert found(["Crime", *YEARS[::-1], "% change"], rows) == []
        assert found(["Crime", *YEARS[::-1], "% change"], ["Theft", "100", "90", "-11%"]) == [("-11%", "-10%")]

    @pytest.mark.parametrize(
        ("now", "before"),
        [
            ("2020", "2019"),
            ("19/20", "18/19"),
            ("2019–20", "2018–19"),
            ("Year to March 2020", "Year to March 2019"),
            ("Q4 2019/20", "Q4 2018/19"),
            ("Q4 2019/20", "Q3 2019/20"),
            ("This year", "Last year"),
            ("Current", "Previous"),
            ("Force 2019/20", "Force 2018/19"),
        ],
    )
    def test_headings_that_say_which_is_earlier(self, now, before):
        assert found(["Crime", now, before, "% change"], ["Theft", "90", "100", "-11.0%"]) == [("-11.0%", "-10.0%")]
        assert found(["Crime", before, now, "% change"], ["Theft", "100", "90", "-10.0%"]) == []

    @pytest.mark.parametrize(
        "heading",
        ["% change", "Change (%)", "Percentage change", "% Difference", "change %", "% variance", "Variance (%)"],
    )
    def test_headings_of_changes_in_percent(self, heading):
        assert found(["Crime", *YEARS, heading], ["Theft", "90", "100", "-11.0"]) == [("-11.0", "-10.0%")]

    @pytest.mark.parametrize("heading", ["% reduction", "% decrease", "% reduction since 2018/19"])
    def test_a_reduction_of_another_size(self, heading):
        for printed in ("11%", "-11%"):
            assert found(["Crime", *YEARS, heading], ["Theft", "90", "100", printed]) == [(printed, "-10%")]
        for printed in ("10%", "-10%", "(10)%"):
            assert found(["Crime", *YEARS, heading], ["Theft", "90", "100", printed]) == []

    @pytest.mark.parametrize(
        ("since", "right", "wrong"), [("since 2018/19", "-10%", "-20%"), ("compared with 2017/18", "50%", "-10%")]
    )
    def test_of_three_years_those_that_the_heading_names(self, since, right, wrong):
        headings = ["Crime", "2017/18", "2018/19", "2019/20", f"% change {since}"]
        assert found(headings, ["Theft", "60", "100", "90", wrong]) == [(wrong, right)]
        assert found(headings, ["Theft", "60", "100", "90", right]) == []

    def test_two_changes_each_since_another_year(self):
        headings = ["Crime", "2019/20", "2018/19", "2017/18", "% change on 2018/19", "% change on 2017/18"]
        assert found(headings, ["Theft", "90", "100", "60", "-10%", "51%"]) == [("51%", "50%")]

    def test_a_table_without_header_cells(self):
        assert found(["Crime", *YEARS, "% change"], ["Theft", "90", "100", "-11%"], header=False) == [("-11%", "-10%")]

    def test_a_table_in_a_list(self):
        html = (
            "<ul><li><p>Crime</p><table><tr><th>A</th><th>2020</th><th>2019</th><th>Change</th></tr>"
            "<tr><td>Theft</td><td>9</td><td>10</td><td>-2</td></tr></table></li></ul>"
        )
        assert [one.worked_out for one in wrong_changes(parse(clean(html)))] == ["-1"]


class TestWhatIsRight:
    @pytest.mark.parametrize("printed", ["-10%", "−10%", "–10%", "- 10 %", "(10%)", "(10)%", "-10.0%", "-10"])
    def test_a_fall_however_it_is_written(self, printed):
        assert found(["Crime", *YEARS, "% change"], ["Theft", "90", "100", printed]) == []

    @pytest.mark.parametrize(
        "printed", ["", "-", "–", "n/a", "N/A", "*", "<5", "up 3", "▼ 11%", "11 fewer", "-10% to -12%"]
    )
    def test_a_cell_that_is_no_plain_figure(self, printed):
        assert found(["Crime", *YEARS, "% change"], ["Theft", "90", "100", printed]) == []
        assert found(["Crime", *YEARS, "% change"], ["Theft", printed, "100", "-55%"]) == []

    @pytest.mark.parametrize(
        "headings",
        [
            ["Crime", "Force", "Region", "% change"],
            ["Crime", "2019/20", "Target 2020/21", "% change"],
            ["Crime", "2019/20", "2019/20", "% change"],
            ["Crime", "March 2020", "June 2020", "% change"],
            ["Crime", "2019/20", "2018/19", "% change since 2010/11"],
            ["Crime", "2019/20", "2018/19", "Percentage point change"],
            ["Crime", "2019/20", "2018/19", "Share of change"],
            ["Crime", "2019/20", "2018/19", "Climate change"],
            ["Crime", "2019/20", "2018/19", "Rank"],
        ],
    )
    def test_columns_that_cannot_be_told(self, headings):
        assert found(headings, ["Theft", "90", "100", "-55%"]) == []

    def test_three_years_or_two_columns_of_one_kind(self):
        assert found(["A", "2020", "2019", "2018", "% change"], ["Theft", "1", "2", "3", "-99%"]) == []
        assert found(["A", "2020", "2019", "% change", "% change"], ["Theft", "90", "100", "-10%", "-99%"]) == []

    def test_shares_may_be_compared_by_points_or_by_percent(self):
        assert found(["Met", *YEARS, "Change"], ["Calls", "55%", "50%", "5%"]) == []
        assert found(["Met", *YEARS, "% change"], ["Calls", "55%", "50%", "10%"]) == []

    @pytest.mark.parametrize(
        ("headings", "label"),
        [
            (["Measure", *YEARS], "Satisfaction %"),
            (["Satisfaction (per cent)", *YEARS], "Victims"),
            (["Measure", "2019/20 %", "2018/19 %"], "Satisfaction"),
        ],
    )
    @pytest.mark.parametrize("heading", ["% change", "Change"])
    def test_percentages_without_their_sign_are_shares_too(self, headings, label, heading):
        assert found([*headings, heading], [label, "85.1", "82.1", "3.0"]) == []
        assert found([*headings, heading], [label, "85.1", "82.1", "3.7"]) == []

    def test_a_fall_without_its_sign(self):
        assert found(["Crime", *YEARS, "% change"], ["Burglary", "2,226", "2,519", "11.6%"]) == []
        assert found(["Crime", *YEARS, "Volume change"], ["Burglary", "2,226", "2,519", "293"]) == []
        assert found(["Crime", *YEARS, "% change"], ["Burglary", "2,226", "2,519", "13.2%"]) == [("13.2%", "-11.6%")]

    def test_from_nothing_there_is_no_percentage(self):
        assert found(["Crime", *YEARS, "% change"], ["Theft", "5", "0", "500%"]) == []

    def test_figures_that_were_rounded_themselves(self):
        assert found(["Rate", *YEARS, "% change"], ["Theft", "1.2", "1.1", "5.0%"]) == []
        assert found(["Rate", "2019/20 (£000)", "2018/19 (£000)", "% change"], ["Pay", "12", "11", "5.0%"]) == []
        assert found(["Rate", "2019/20 £m", "2018/19 £m", "Change"], ["Pay", "12", "11", "2"]) == []

    def test_cells_that_span_others(self):
        spanned = Cell((Paragraph((Run("2019/20"),)),), True, columns=2)
        one = Cell((Paragraph((Run("Change"),)),), True)
        assert wrong_changes(Narrative((Table(((one, spanned), (one, one, one)), 1),))) == []

    def test_rows_of_another_length(self):
        assert found(["Crime", *YEARS, "% change"], ["Theft", "90", "100"], ["Total", "-55%"]) == []

    def test_figures_too_long_for_any_table(self):
        assert found(["A", *YEARS, "% change"], ["Theft", "9" * 60, "8" * 60, "1%"]) == []


NUMBERS = st.integers(0, 10**9)


@given(now=NUMBERS, before=st.integers(1, 10**9), decimals=st.integers(0, 3), style=st.sampled_from("-−–("))
def test_a_change_worked_out_and_rounded_is_never_found_wrong(now, before, decimals, style):
    change, volume = percent(now, before, decimals), now - before

    def written(number, sign):
        text = f"{abs(number):,}{sign}"
        return text if number >= 0 else f"({text})" if style == "(" else f"{style}{text}"

    row = ["Theft", f"{now:,}", str(before), written(volume, ""), written(change, "%")]
    assert found(["Crime", *YEARS, "Volume change", "% change"], row) == []
    assert found(["Crime", *YEARS, "Change"], [*row[:3], row[4]]) == []
    assert found(["Crime", *YEARS, "Change"], row[:4]) == []


@given(now=NUMBERS, before=st.integers(1, 10**9), decimals=st.integers(0, 3), off=st.integers(-50, 50))
def test_a_change_that_is_off_by_more_than_rounding_is_always_found(now, before, decimals, off):
    assume(abs(off) > 1)
    right = percent(now, before, decimals)
    wrong = right + off * Decimal(1).scaleb(-decimals)
    said = found(["Crime", *YEARS, "% change"], ["Theft", str(now), str(before), f"{wrong:+,}%"])
    assert said == [(f"{wrong:+,}%", f"{right:,}%")]
    assert found(["Crime", *YEARS, "Volume change"], ["Theft", str(now), str(before), f"{now - before + off:+,}"])


TEXT = st.text(string.ascii_letters + string.digits + " %/()£.,-−–", max_size=20)
SAID = st.sampled_from([*YEARS, "% change", "Change", "This year", "Last year", "Volume change", "(3)", "-1.5%", ".5"])


@given(st.lists(st.lists(TEXT | SAID, max_size=6), max_size=4), st.booleans())
def test_no_table_whatever_breaks_it(rows, header):
    wrong_changes(table(rows[0] if rows else [], *rows[1:], header=header))
