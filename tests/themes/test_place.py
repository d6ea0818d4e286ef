import pytest

from pcc_tracker.errors import NothingHere
from tests import builders as make
from tests.builders import NEXT_Q1, Q1, Q2, Q3, Q4, YEAR
from themes.place import Choice, find_place
from themes.quarters import Quarter

pytestmark = pytest.mark.django_db


@pytest.fixture
def rutland():
    """A plan of three themes, the first reported in Q3 and Q4, the second in Q4, the third not yet."""
    plan = make.plan(title="Rutland 2018-21")
    first, second, _ = (make.theme(plan, title=title) for title in ("Prevention", "Victims", "Roads"))
    for theme, quarter in ((first, Q3), (first, Q4), (second, Q4)):
        make.period(theme, quarter)
    return plan


def place(plan, quarter=Q4, theme=None):
    return find_place(plan=plan.slug, quarter=str(quarter), theme=theme)


def current(choices):
    return [choice.label for choice in choices if choice.is_current]


class TestFindPlace:
    def test_it_finds_a_plan_by_its_address_or_its_title(self, rutland):
        by_address = find_place(plan="rutland-2018-21", quarter="2019-20 q4")
        by_title = find_place(plan="Rutland 2018-21", quarter="Quarter 4, 2019-20")
        assert (by_address.plan, by_address.quarter, by_address.theme) == (rutland, Q4, None)
        assert (by_title.plan, by_title.quarter, by_title.theme) == (rutland, Q4, None)

    def test_it_finds_a_theme_by_its_number(self, rutland):
        assert place(rutland, theme="2").theme.title == "Victims"

    def test_it_finds_a_theme_that_was_not_opened_for_the_quarter(self, rutland):
        found = place(rutland, Q3, theme="2")
        assert found.period(found.theme) is None
        assert found.period(found.themes[0]).quarter == Q3

    def test_it_takes_five_queries(self, rutland, django_assert_num_queries):
        with django_assert_num_queries(5):
            found = place(rutland, theme="1")
            assert [value.code for value in found.plan.rating_scheme.values] == ["G", "A", "R", "NS"]
            assert len(found.plan.wording_bands.all()) == 4
            assert found.period(found.theme).quarter == Q4

    def test_another_plans_quarters_and_themes_are_not_its_own(self, rutland):
        other = make.plan()
        make.period(make.theme(other, number=9), Q1)
        found = place(rutland)
        assert found.quarters == (Q3, Q4)
        assert [theme.number for theme in found.themes] == [1, 2, 3]


class TestWhereNothingIs:
    def test_a_wrong_plan_is_answered_with_all_plans(self, rutland):
        with pytest.raises(NothingHere) as caught:
            find_place(plan="kent", quarter="2019-20 Q4")
        assert caught.value.message == 'There is no plan "kent".'
        assert ("Rutland 2018-21", "/plans/rutland-2018-21/") in caught.value.choices
        assert ("Police and Crime Plan 2018-21", "/plans/police-and-crime-plan-2018-21/") in caught.value.choices

    @pytest.mark.parametrize(
        ("quarter", "printed"),
        [("2018-19 Q1", "2018-19 Q1"), ("2019-20 q7", "2019-20 Q7"), ("2019-21 q1", "2019-21 Q1"), ("soon", "SOON")],
    )
    def test_a_wrong_quarter_is_answered_with_the_plans_quarters_latest_first(self, rutland, quarter, printed):
        with pytest.raises(NothingHere) as caught:
            find_place(plan="rutland-2018-21", quarter=quarter)
        assert caught.value.message == f"Rutland 2018-21 has no quarter {printed}."
        assert caught.value.choices == (
            ("2019-20 Q4", "/plans/rutland-2018-21/2019-20/q4/"),
            ("2019-20 Q3", "/plans/rutland-2018-21/2019-20/q3/"),
        )

    @pytest.mark.parametrize("theme", ["4", "0", "x", "01", "²", ""])
    def test_a_wrong_theme_is_answered_with_the_plans_themes_in_that_quarter(self, rutland, theme):
        with pytest.raises(NothingHere) as caught:
            place(rutland, Q3, theme=theme)
        assert caught.value.message == f"Rutland 2018-21 has no Theme {theme}."
        assert caught.value.choices == (
            ("Theme 1: Prevention", "/plans/rutland-2018-21/2019-20/q3/themes/1/"),
            ("Theme 2: Victims", "/plans/rutland-2018-21/2019-20/q3/themes/2/"),
            ("Theme 3: Roads", "/plans/rutland-2018-21/2019-20/q3/themes/3/"),
        )

    def test_a_plan_without_quarters_offers_none(self):
        plan = make.plan(title="New plan")
        make.theme(plan)
        with pytest.raises(NothingHere, match="New plan has no quarter 2019-20 Q4") as caught:
            place(plan)
        assert caught.value.choices == ()


class TestAddresses:
    def test_the_summary_is_the_address_of_a_place_without_a_theme(self, rutland):
        assert place(rutland).address() == "/plans/rutland-2018-21/2019-20/q4/"

    def test_a_place_with_a_theme_has_that_themes_address(self, rutland):
        found = place(rutland, theme="2")
        assert found.address() == "/plans/rutland-2018-21/2019-20/q4/themes/2/"
        assert found.summary_address == "/plans/rutland-2018-21/2019-20/q4/"

    def test_another_quarter_or_theme_changes_nothing_else(self, rutland):
        found = place(rutland, theme="2")
        assert found.address(quarter=Q3) == "/plans/rutland-2018-21/2019-20/q3/themes/2/"
        assert found.address(theme=found.themes[0]) == "/plans/rutland-2018-21/2019-20/q4/themes/1/"

    def test_a_page_in_the_theme_is_named_with_what_it_needs(self, rutland):
        address = place(rutland, theme="2").address("deliverable", deliverable=7)
        assert address == "/plans/rutland-2018-21/2019-20/q4/themes/2/deliverables/7/"

    def test_the_summarys_files_are_named_without_the_theme(self, rutland):
        address = place(rutland, theme="2").address("summary_file", form="csv")
        assert address == "/plans/rutland-2018-21/2019-20/q4/themes.csv"


class TestChoices:
    def test_of_the_plans_one_is_current(self, rutland):
        choices = place(rutland).plan_choices
        assert current(choices) == ["Rutland 2018-21"]
        assert Choice("Police and Crime Plan 2018-21", "/plans/police-and-crime-plan-2018-21/", False) in choices

    def test_of_the_years_quarters_one_is_current(self, rutland):
        make.period(rutland.themes.first(), NEXT_Q1)
        assert place(rutland).quarter_choices == [
            Choice("Q3", "/plans/rutland-2018-21/2019-20/q3/", False),
            Choice("Q4", "/plans/rutland-2018-21/2019-20/q4/", True),
        ]

    def test_of_the_themes_one_is_current(self, rutland):
        choices = place(rutland, theme="2").theme_choices
        assert [choice.label for choice in choices] == ["Theme 1", "Theme 2", "Theme 3"]
        assert current(choices) == ["Theme 2"]
        assert choices[2].url == "/plans/rutland-2018-21/2019-20/q4/themes/3/"

    def test_on_the_summary_no_theme_is_current(self, rutland):
        assert current(place(rutland).theme_choices) == []

    def test_of_the_years_one_is_current_and_the_others_lead_to_the_same_quarter(self, rutland):
        theme = rutland.themes.first()
        for text in ("2018-19 Q3", "2018-19 Q4", "2020-21 Q3", "2020-21 Q4"):
            make.period(theme, Quarter.parse(text))
        assert place(rutland, Q3).year_choices == [
            Choice("2018-19", "/plans/rutland-2018-21/2018-19/q3/", False),
            Choice("2019-20", "/plans/rutland-2018-21/2019-20/q3/", True),
            Choice("2020-21", "/plans/rutland-2018-21/2020-21/q3/", False),
        ]

    @pytest.mark.parametrize(
        ("there", "leads_to"),
        [([1, 2, 3, 4], "q2"), ([2, 3], "q2"), ([1], "q1"), ([3], "q3"), ([3, 4], "q4"), ([1, 3], "q3")],
    )
    def test_a_year_leads_to_the_same_quarter_of_it_or_else_to_the_last_that_it_has(self, rutland, there, leads_to):
        theme = rutland.themes.first()
        for number in there:
            make.period(theme, Quarter(YEAR.next, number))
        make.period(theme, Q2)
        (_, following) = place(rutland, Q2).year_choices
        assert following == Choice("2020-21", f"/plans/rutland-2018-21/2020-21/{leads_to}/", False)


class TestNotices:
    def notices(self, plan, *notices, theme=None):
        for one, notice in zip(plan.themes.all(), notices, strict=True):
            one.periods.filter(quarter=Q4).delete()
            make.period(one, Q4, notice=notice)
        return place(plan, theme=theme).notices

    def test_the_summary_names_the_themes_that_each_is_about(self, rutland):
        printed = self.notices(rutland, "Figures are late.", "Illustrative.", "Figures are late.")
        assert printed == ["Themes 1 and 3: Figures are late.", "Theme 2: Illustrative."]

    def test_one_about_all_themes_names_none(self, rutland):
        assert self.notices(rutland, "Late.", "Late.", "Late.") == ["Late."]

    def test_a_theme_without_one_is_not_named(self, rutland):
        assert self.notices(rutland, "Late.", "", "") == ["Theme 1: Late."]

    def test_a_themes_page_prints_its_own_alone(self, rutland):
        assert self.notices(rutland, "Late.", "Illustrative.", "Late.", theme="2") == ["Illustrative."]

    def test_one_of_another_quarter_is_not_printed(self, rutland):
        make.period(rutland.themes.first(), Q2, notice="Long ago.")
        assert self.notices(rutland, "", "", "") == []
