import datetime

import pytest

from deliverables.importing.guessing import as_at_of, plan_of, quarter_ended, quarter_of, rating_of, theme_of, year_of
from deliverables.importing.heads import TEMPLATE, Head, head_of, number_before, number_of
from tests.builders import Q4
from themes.quarters import FinancialYear
from themes.ratings import BLUE_FOR_COMPLETE, GREEN_AMBER_RED, Kind, RatingValue

STARS = (
    RatingValue("3", "Well ahead", Kind.ON_COURSE, "#eeeeee"),
    RatingValue("2", "Slow", Kind.AT_RISK, "#999999"),
    RatingValue("1", "Stuck", Kind.OFF_TRACK, "#333333"),
)
TWO_GREENS = (
    RatingValue("D", "Done", Kind.COMPLETE, "#004d00"),
    RatingValue("G", "Going", Kind.ON_COURSE, "#7be07b"),
    RatingValue("R", "Red", Kind.OFF_TRACK, "#b42318"),
)


def code(text, fill="", scheme=BLUE_FOR_COMPLETE):
    rating, is_guess = rating_of(text, fill, scheme)
    return (rating.code, is_guess) if rating else None


class TestARating:
    @pytest.mark.parametrize("text", ["G", "g", "Green", "GREEN", "G Green", "RAG: Green", "Rating: G", "G - Green"])
    def test_letter_and_name_are_no_guess(self, text):
        assert code(text) == ("G", False)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("On track", "G"),
            ("Achieved", "B"),
            ("Complete", "B"),
            ("Off target", "R"),
            ("Not on track", "R"),
            ("At risk", "A"),
            ("Yellow", "A"),
            ("Not due", "NS"),
            ("R - delayed", "R"),
            ("Green, all actions on track", "G"),
        ],
    )
    def test_words_are_a_guess(self, text, expected):
        assert code(text) == (expected, True)

    def test_what_is_complete_is_on_course_where_no_rating_says_complete(self):
        assert code("Achieved", scheme=GREEN_AMBER_RED) == ("G", True)

    def test_blue_is_on_course_where_no_rating_says_complete(self):
        assert code("Blue", scheme=GREEN_AMBER_RED) == ("G", True)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [("Green/Amber", "A"), ("A/G", "A"), ("Amber → Green", "G"), ("G -> R", "R"), ("Amber to Green", "G")],
    )
    def test_of_two_it_is_what_it_has_become_or_else_the_worse_one(self, text, expected):
        assert code(text) == (expected, True)

    def test_what_it_was_before_does_not_count(self):
        assert code("Amber (was Green)") == ("A", False)

    @pytest.mark.parametrize("text", ["Not complete", "A delay in recruiting", "7", "No update"])
    def test_what_says_no_single_rating_says_none(self, text):
        assert code(text, "ff0000") is None

    @pytest.mark.parametrize(
        ("fill", "expected"),
        [
            ("00b050", "G"),
            ("92d050", "G"),
            ("ffc000", "A"),
            ("ffff00", "A"),
            ("ff0000", "R"),
            ("ffc7ce", "R"),
            ("0070c0", "B"),
        ],
    )
    def test_a_colour_without_a_text_is_a_guess(self, fill, expected):
        assert code("", fill) == (expected, True)

    @pytest.mark.parametrize("fill", ["", "ffffff", "d9d9d9", "000000", "7030a0", "auto"])
    def test_white_grey_and_other_colours_say_nothing(self, fill):
        assert code("", fill) is None

    def test_the_plans_own_scheme_is_asked_whatever_it_is(self):
        assert code("well ahead", scheme=STARS) == ("3", False)
        assert code("at risk", scheme=STARS) == ("2", True)
        assert code("", "ff0000", STARS) == ("1", True)
        assert code("", "0070c0", GREEN_AMBER_RED) is None
        assert [code("", fill, TWO_GREENS) for fill in ("006100", "80e080")] == [("D", True), ("G", True)]


class TestAQuarter:
    @pytest.mark.parametrize(
        "text",
        [
            "Q4 2019/20",
            "2019-20 Q4",
            "Quarter 4, 2019-20 (January to March 2020). Draft",
            "January to March 2020",
            "Quarter 4 (Jan-Mar 2020)",
            "Quarter Four 2019-2020",
            "4th quarter of 19/20",
        ],
    )
    def test_it_is_read_as_people_write_it(self, text):
        assert quarter_of(text) == Q4

    def test_the_end_of_a_quarter_says_which_it_is(self):
        assert quarter_ended(datetime.date(2020, 3, 31)) == Q4
        assert quarter_ended(datetime.date(2020, 3, 30)) is quarter_ended(None) is None

    def test_a_year_elsewhere_makes_it_whole(self):
        assert quarter_of("Q4 update") is None
        assert quarter_of("Q4 update", year_of("Delivery plan 2019/20")) == Q4

    @pytest.mark.parametrize("text", ["Q3 and Q4 2019/20", "Quarter 3 (Jan-Mar 2020)", "March to May 2020", "Q5"])
    def test_what_names_no_single_quarter_names_none(self, text):
        assert quarter_of(text, FinancialYear(2019)) is None


class TestHeadings:
    @pytest.mark.parametrize(
        ("text", "theme"),
        [
            ("Theme 3: Tackling Crime", (3, "Tackling Crime")),
            ("Theme 3 – Tackling Crime", (3, "Tackling Crime")),
            ("STRATEGIC THEME THREE", (3, "")),
            ("Police and Crime Plan 2018-21 – Theme 3 (2019-20 Delivery Plan): Tackling Crime", (3, "Tackling Crime")),
            ("Appendix A: Theme 3", (3, "")),
            ("Theme 2 – Supporting Victims. Quarter 2 2019-20", (2, "Supporting Victims")),
            ("Theme 2: Victims - Police and Crime Plan 2018-21 (January to March 2020)", (2, "Victims")),
            ("Theme 1: Rural Crime Strategy", (1, "Rural Crime Strategy")),
            ("Theme 3 has done well", None),
            ("Themes 1 and 3", None),
        ],
    )
    def test_a_theme(self, text, theme):
        assert theme_of(text) == theme

    @pytest.mark.parametrize(
        ("text", "plan"),
        [
            ("Police and Crime Plan 2018-21", "Police and Crime Plan 2018-21"),
            ("The Police & Crime Plan (2018-21)", "The Police & Crime Plan 2018-21"),
            ("Police and Crime Plan (2018-21) - Theme 3: Tackling Crime", "Police and Crime Plan 2018-21"),
            ("Our plan is good", ""),
        ],
    )
    def test_a_plan(self, text, plan):
        assert plan_of(text) == plan

    def test_the_day_that_figures_stand_at(self):
        assert as_at_of("Position at 31 March 2020. Draft.") == datetime.date(2020, 3, 31)
        assert as_at_of("Figures as at the 3rd of February 2020") == datetime.date(2020, 2, 3)
        assert as_at_of("Progress as at February 2020") == datetime.date(2020, 2, 29)
        assert as_at_of("Presented on 31 March 2020") is None


class TestColumns:
    def test_our_own_heads_are_known(self):
        assert [head_of(one) for one in TEMPLATE] == list(TEMPLATE)

    @pytest.mark.parametrize(
        ("text", "head"),
        [
            ("No.", Head.NUMBER),
            ("Nº", Head.NUMBER),
            ("Org.", Head.ORGANISATION),
            ("Owner/Lead", Head.ORGANISATION),
            ("RAG Status Q4", Head.RATING),
            ("Comments/Progress", Head.UPDATE),
            ("Lead Officer", Head.ORGANISATION),
            ("What we will do", Head.WORDING),
            ("Q4 RAG", Head.RATING),
            ("R/A/G", Head.RATING),
            ("Progress rating", Head.RATING),
            ("Progress Q4 2019/20", Head.UPDATE),
            ("Lead partner(s)", Head.ORGANISATION),
            ("By when?", Head.DUE),
            ("Path to green", Head.RECOVERY_STEP),
            ("Previous rating", Head.OTHER),
            ("Key contact", None),
            ("Visit every victim of burglary, whatever the weather or the time of day", None),
        ],
    )
    def test_other_peoples_are_too(self, text, head):
        assert head_of(text) is head

    @pytest.mark.parametrize(
        ("text", "number", "theme"),
        [("3.", 3, None), ("3)", 3, None), ("No. 3", 3, None), ("D3", 3, None), ("3.2", 2, 3), ("T3/2", 2, 3)],
    )
    def test_numbers(self, text, number, theme):
        found = number_of(text)
        assert (found.number, found.theme) == (number, theme)

    def test_what_is_no_number(self):
        assert [number_of(text) for text in ("", "2019", "Force", "1.2.3", "0")] == [None] * 5
        assert number_before("3. Run patrols") == ("3", "Run patrols")
        assert number_before("3.2 Run patrols") == ("3.2", "Run patrols")
        assert number_before("30 patrols a week") == ("", "30 patrols a week")
