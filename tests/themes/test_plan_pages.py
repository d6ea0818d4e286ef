"""The pages on which an administrator looks after plans, themes, quarters and ratings."""

import datetime

import pytest

from deliverables.models import ApprovedUpdate, QuarterlyUpdate
from tests.answers import refused
from tests.conftest import PLAN
from themes.models import Plan, Rating, RatingScheme, ReportingPeriod, Theme

HOME = f"/administration/plans/{PLAN}/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(signed_in):
    return signed_in("admin")


def rows(formset, **changes):
    """What a browser posts of a page of rows, as it was shown, with some fields changed."""
    data = {f"{formset.prefix}-{name}": value for name, value in formset.management_form.initial.items()}
    for form in formset:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = value
    return data | changes


class TestStart:
    facts = {"title": "Plan 2021-25", "start_year": 2021, "end_year": 2025, "presented": "2021-12-02"}

    def test_a_plan_is_started_with_ratings_of_its_own(self, administrator):
        response = administrator.post(
            "/administration/start-a-plan/", self.facts | {"scheme": "new:blue-for-complete"}, follow=True
        )
        plan = Plan.objects.get(title="Plan 2021-25")
        assert response.redirect_chain[-1][0] == f"/administration/plans/{plan.slug}/"
        assert [rating.code for rating in plan.rating_scheme.ratings.all()] == ["B", "G", "A", "R", "NS"]
        assert plan.presented == datetime.date(2021, 12, 2)

    def test_titles_that_make_the_same_address_or_none_get_one_each(self, administrator, plan):
        before = set(Plan.objects.values_list("slug", flat=True))
        for title in ("Police and Crime Plan 2018/21", "★★★"):
            administrator.post(
                "/administration/start-a-plan/",
                self.facts | {"title": title, "scheme": plan.rating_scheme_id},
            )
        slugs = set(Plan.objects.values_list("slug", flat=True))
        assert slugs - before == {"police-and-crime-plan-201821", "plan"}

    def test_a_plan_that_is_refused_leaves_no_ratings_behind(self, administrator):
        before = RatingScheme.objects.count()
        data = self.facts | {"scheme": "new:blue-for-complete", "title": "x" * 201}
        administrator.post("/administration/start-a-plan/", data)
        assert RatingScheme.objects.count() == before

    def test_or_with_those_that_are_there(self, administrator, plan):
        administrator.post("/administration/start-a-plan/", self.facts | {"scheme": plan.rating_scheme_id})
        assert Plan.objects.get(title="Plan 2021-25").rating_scheme == plan.rating_scheme

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"title": "Police and Crime Plan 2018-21"}, "There is a plan with this title already."),
            ({"end_year": 2021}, "The plan ends before it starts."),
            ({"start_year": "soon"}, "Enter a whole number."),
            ({"scheme": "999999"}, "Select a valid choice"),
            ({"title": ""}, "This field is required."),
            ({"start_year": 18, "end_year": 21}, "Enter a year from 1990 on."),
            ({"start_year": 2021, "end_year": 20210}, "Enter a year up to 2150."),
            ({"start_year": 2000, "end_year": 2100}, "A plan covers at most 20 years."),
        ],
    )
    def test_bad_input_is_told_and_kept(self, administrator, changes, says):
        data, before = self.facts | {"scheme": "new:blue-for-complete"} | changes, Plan.objects.count()
        html = refused(administrator.post("/administration/start-a-plan/", data), says)
        assert 'value="2021-12-02"' in html
        assert Plan.objects.count() == before


class TestPlan:
    def test_its_facts_are_changed_and_who_did_it_is_kept(self, administrator, user):
        data = {"title": "The Plan", "start_year": 2018, "end_year": 2022, "presented": ""}
        administrator.post(f"{HOME}facts/", data)
        plan = Plan.objects.get(slug=PLAN)
        assert (plan.title, plan.end_year) == ("The Plan", 2022)
        assert plan.history.latest().history_user == user("admin")

    def test_its_years_cover_its_quarters(self, administrator):
        data = {"title": "The Plan", "start_year": 2019, "end_year": 2022}
        refused(administrator.post(f"{HOME}facts/", data), "The plan has deliverables or quarters in 2018-19")

    def test_the_page_names_its_themes_years_and_quarters(self, administrator):
        html = administrator.get(HOME).content.decode()
        for words in ("Theme 4: Transforming", "2020-21", "Quarter 1, 2020-21", "open the next year"):
            assert words in html

    def test_a_plan_that_is_not_there_is_answered_with_those_that_are(self, administrator):
        response = administrator.get("/administration/plans/another/")
        assert response.status_code == 404
        assert "Police and Crime Plan 2018-21" in response.content.decode()


class TestThemes:
    def test_a_theme_is_added_after_the_last(self, administrator, plan):
        assert administrator.get(f"{HOME}add-a-theme/").context["form"]["number"].value() == 5
        administrator.post(f"{HOME}add-a-theme/", {"number": 5, "title": "Prevention"})
        assert str(plan.themes.last()) == "Theme 5: Prevention"

    def test_a_number_that_is_taken_is_told_at_its_field(self, administrator):
        html = refused(administrator.post(f"{HOME}add-a-theme/", {"number": 3, "title": "Prevention"}))
        assert "Theme 3 is there already. Choose another number." in html
        assert 'value="Prevention"' in html

    def test_a_title_is_changed(self, administrator):
        administrator.post(f"{HOME}themes/3/", {"number": 3, "title": "Less crime"})
        assert Theme.objects.get(plan__slug=PLAN, number=3).title == "Less crime"


class TestQuarters:
    facts = {"quarter": "2020-21 Q2", "opens": "2020-09-30", "updates_due": "2020-10-21", "notice": ""}

    def test_the_next_quarter_is_opened_for_all_themes_at_once(self, administrator, user):
        response = administrator.get(f"{HOME}open-a-quarter/")
        assert response.context["form"]["quarter"].value() == "2020-21 Q2"
        administrator.post(f"{HOME}open-a-quarter/", self.facts)
        opened = ReportingPeriod.objects.filter(quarter="2020-21 Q2")
        assert [period.theme.number for period in opened] == [1, 2, 3, 4]
        assert {period.history.get().history_user for period in opened} == {user("admin")}

    def test_a_theme_that_was_added_since_gets_it_too(self, administrator, plan):
        administrator.post(f"{HOME}open-a-quarter/", self.facts)
        Theme.objects.create(plan=plan, number=5, title="Prevention")
        administrator.post(f"{HOME}open-a-quarter/", self.facts)
        assert ReportingPeriod.objects.filter(quarter="2020-21 Q2").count() == 5

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"quarter": "2019-20 Q4"}, "Quarter 4, 2019-20 is open for all themes"),
            ({"quarter": "2030-31 Q1"}, "Select a valid choice"),
            ({"quarter": "Q9"}, "Select a valid choice"),
            ({"updates_due": "2020-09-01"}, "The updates are due before the quarter opens for them."),
            ({"opens": "0020-09-01"}, "Enter a real date"),
            ({"opens": "30 Feb"}, "Enter a real date"),
        ],
    )
    def test_what_makes_no_sense_opens_nothing(self, administrator, changes, says):
        before = ReportingPeriod.objects.count()
        refused(administrator.post(f"{HOME}open-a-quarter/", self.facts | changes), says)
        assert ReportingPeriod.objects.count() == before

    def test_its_dates_and_notice_are_changed(self, administrator):
        where = f"{HOME}quarters/2020-21/q1/themes/3/"
        data = {"opens": "2020-06-20", "updates_due": "2020-07-31", "as_at_set": "2020-07-05", "notice": "Late."}
        administrator.post(where, data)
        period = ReportingPeriod.objects.get(quarter="2020-21 Q1", theme__number=3)
        assert (period.as_at, period.notice) == (datetime.date(2020, 7, 5), "Late.")
        refused(administrator.post(where, data | {"updates_due": "2020-06-01"}), "due before the quarter opens")

    @pytest.mark.parametrize(
        "where", ["2020-21/q2/themes/3", "2020-21/q9/themes/3", "2020-21/q1/themes/9", "x/y/themes/3"]
    )
    def test_one_that_is_not_there_is_a_404(self, administrator, where):
        assert administrator.get(f"{HOME}quarters/{where}/").status_code == 404


class TestWording:
    def test_a_band_is_changed_and_another_added(self, administrator, plan):
        formset = administrator.get(f"{HOME}wording/").context["formset"]
        data = rows(formset) | {
            f"{formset.prefix}-0-least_on_course": "95",
            f"{formset.prefix}-4-wording": "fair",
            f"{formset.prefix}-4-least_on_course": "60",
            f"{formset.prefix}-4-most_off_track": "20",
        }
        administrator.post(f"{HOME}wording/", data)
        bands = {band.wording: band.least_on_course for band in plan.wording_bands.all()}
        assert bands == {"very good": 95, "good": 75, "fair": 60, "mixed": 50, "poor": 0}

    def test_one_must_hold_for_any_figures(self, administrator, plan):
        formset = administrator.get(f"{HOME}wording/").context["formset"]
        html = refused(
            administrator.post(f"{HOME}wording/", rows(formset) | {f"{formset.prefix}-3-DELETE": "on"}),
            "One wording must hold for any figures",
        )
        assert 'value="very good"' in html
        assert plan.wording_bands.count() == 4

    def test_a_share_is_a_percentage(self, administrator):
        formset = administrator.get(f"{HOME}wording/").context["formset"]
        data = rows(formset) | {f"{formset.prefix}-1-least_on_course": "175"}
        refused(administrator.post(f"{HOME}wording/", data), "less than or equal to 100")

    def test_a_form_that_was_tampered_with_is_told_of(self, administrator):
        refused(administrator.post(f"{HOME}wording/", {"nothing": "1"}), "ManagementForm data is missing")


class TestRatings:
    def test_a_definition_and_the_order_are_changed(self, administrator, plan):
        formset = administrator.get(f"{HOME}ratings/").context["formset"]
        data = rows(formset) | {
            f"{formset.prefix}-0-definition": "As planned",
            f"{formset.prefix}-0-ORDER": "2",
            f"{formset.prefix}-1-ORDER": "1",
        }
        administrator.post(f"{HOME}ratings/", data)
        ratings = list(plan.rating_scheme.ratings.all())
        assert [rating.code for rating in ratings] == ["A", "G", "R", "NS"]
        assert ratings[1].definition == "As planned"

    def test_one_that_updates_have_keeps_its_letter_and_kind(self, administrator):
        formset = administrator.get(f"{HOME}ratings/").context["formset"]
        data = rows(formset) | {f"{formset.prefix}-0-kind": "complete"}
        refused(administrator.post(f"{HOME}ratings/", data), "its letter and its kind stay as they are")
        assert Rating.objects.get(code="G").kind == "on course"

    def test_one_that_updates_have_is_not_removed(self, administrator):
        formset = administrator.get(f"{HOME}ratings/").context["formset"]
        data = rows(formset) | {f"{formset.prefix}-1-DELETE": "on"}
        refused(administrator.post(f"{HOME}ratings/", data), "Updates are rated A Amber, so it cannot be removed.")

    def test_the_empty_row_is_left_alone_though_a_browser_sends_its_colour(self, administrator, plan):
        formset = administrator.get(f"{HOME}ratings/").context["formset"]
        assert f"{formset.prefix}-4-colour" in rows(formset)
        assert administrator.post(f"{HOME}ratings/", rows(formset)).status_code == 302
        assert plan.rating_scheme.ratings.count() == 4

    def test_a_row_that_the_page_did_not_send_is_not_passed_over(self, administrator, plan):
        formset = administrator.get(f"{HOME}ratings/").context["formset"]
        data = {f"{formset.prefix}-TOTAL_FORMS": 0, f"{formset.prefix}-INITIAL_FORMS": 0}
        refused(administrator.post(f"{HOME}ratings/", data), "Reload the page")
        assert [rating.order for rating in plan.rating_scheme.ratings.all()] == [1, 2, 3, 4]

    def test_one_that_counts_is_used_though_its_draft_says_another(self, plan):
        approved = ApprovedUpdate.objects.filter(rating__code="R").first()
        green = Rating.objects.get(code="G")
        QuarterlyUpdate.objects.filter(rating__code="R").update(rating=green)
        assert approved.rating.is_used

    def test_a_colour_is_a_colour(self, administrator):
        formset = administrator.get(f"{HOME}ratings/").context["formset"]
        data = rows(formset) | {f"{formset.prefix}-0-colour": "red; }"}
        refused(administrator.post(f"{HOME}ratings/", data), "Write the colour like #00703c.")


class TestSummaryOfRows:
    def test_it_names_the_row_and_the_field(self, administrator):
        formset = administrator.get(f"{HOME}ratings/").context["formset"]
        data = rows(formset) | {f"{formset.prefix}-0-name": ""}
        html = refused(administrator.post(f"{HOME}ratings/", data))
        first = formset.forms[0]
        assert f'href="#{first["name"].auto_id}">{first.instance}, Name: ' in html

    def test_a_row_that_somebody_removed_meanwhile_is_told(self, administrator):
        formset = administrator.get(f"{HOME}wording/").context["formset"]
        data = rows(formset) | {f"{formset.prefix}-0-id": "999999"}
        html = refused(administrator.post(f"{HOME}wording/", data))
        assert "Row 1: Somebody else has removed it meanwhile. Reload the page." in html
