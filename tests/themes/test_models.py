import datetime

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Cast

from accounts.roles import Refused
from deliverables.models import Deliverable
from tests import builders as make
from tests.builders import Q1, Q4, violates
from themes.actions import open_period, start_plan
from themes.models import Plan, Rating, ReportingPeriod, Theme, WordingBand
from themes.quarters import FinancialYear, Quarter
from themes.ratings import Kind

pytestmark = pytest.mark.django_db


class TestPlan:
    @pytest.mark.parametrize("end_year", [2017, 2018])
    def test_it_ends_after_it_starts(self, end_year):
        plan = make.plan()
        with violates(Plan, "plan_ends_after_it_starts"):
            Plan.objects.filter(pk=plan.pk).update(start_year=2018, end_year=end_year)

    def test_each_of_its_themes_has_a_number_of_its_own(self):
        theme = make.theme(number=3)
        make.theme(number=3)
        with violates(Theme, "one_theme_per_number"):
            make.theme(theme.plan, number=3)


class TestRatingScheme:
    def test_it_has_one_rating_for_not_started(self):
        scheme = make.scheme()
        with violates(Rating, "one_not_started_rating_per_scheme"):
            make.rating(scheme, "NY", Kind.NOT_STARTED)

    def test_it_may_have_several_ratings_of_any_other_kind(self):
        scheme = make.scheme()
        make.rating(scheme, "M", Kind.ON_COURSE, name="Mint")
        assert [rating.code for rating in scheme.ratings.filter(kind=Kind.ON_COURSE)] == ["G", "M"]

    @pytest.mark.parametrize(
        ("changes", "constraint"),
        [
            ({"code": "G"}, "one_code_per_scheme"),
            ({"name": "Green"}, "one_name_per_scheme"),
            ({"order": 1}, "one_place_per_scheme"),
            ({"kind": "nearly done"}, "rating_kind_is_known"),
        ],
    )
    def test_its_ratings_can_be_told_apart_and_are_of_a_known_kind(self, changes, constraint):
        scheme = make.scheme()
        with violates(Rating, constraint):
            make.rating(scheme, **{"code": "B", "kind": Kind.COMPLETE} | changes)

    def test_its_values_are_its_ratings_in_order(self):
        scheme = make.scheme()
        make.rating(scheme, "B", Kind.COMPLETE, order=0)
        assert [value.code for value in scheme.values] == ["B", "G", "A", "R", "NS"]
        assert [value.needs_recovery for value in scheme.values] == [False, False, True, True, False]


class TestBands:
    @pytest.mark.parametrize(
        ("least", "most"), [("-0.01", "0"), ("100.01", "0"), ("0", "-0.01"), ("0", "100.01"), ("101", "101")]
    )
    def test_they_are_percentages(self, least, most):
        plan = make.plan()
        with violates(WordingBand, "bands_are_percentages"):
            WordingBand.objects.create(plan=plan, wording="odd", least_on_course=least, most_off_track=most)

    def test_they_may_be_as_low_as_0_and_as_high_as_100(self):
        plan = make.plan()
        WordingBand.objects.create(plan=plan, wording="all", least_on_course=100, most_off_track=0)
        WordingBand.objects.create(plan=plan, wording="any", least_on_course=0, most_off_track=100)
        assert plan.wording_bands.filter(wording__in=["all", "any"]).count() == 2

    def test_a_plan_has_one_for_each_wording(self):
        plan = make.plan()
        with violates(WordingBand, "one_band_per_wording"):
            WordingBand.objects.create(plan=plan, wording="good", least_on_course=80)


class TestReportingPeriod:
    def test_a_theme_has_one_for_each_quarter(self):
        period = make.period(quarter=Q4)
        make.period(period.theme, Q1)
        with violates(ReportingPeriod, "one_period_per_theme_and_quarter"):
            make.period(period.theme, Q4)

    def test_updates_are_not_due_before_it_opens(self):
        theme = make.theme()
        day = datetime.date(2020, 4, 1)
        with violates(ReportingPeriod, "updates_are_due_after_opening"):
            make.period(theme, opens=day, updates_due=day - datetime.timedelta(days=1))

    def test_updates_may_be_due_on_the_day_it_opens(self):
        day = datetime.date(2020, 4, 1)
        assert make.period(opens=day, updates_due=day).pk

    @pytest.mark.parametrize("half", ["locked_at", "locked_by"])
    def test_it_is_locked_at_a_time_and_by_a_person_or_not_at_all(self, half):
        period = make.period()
        locked = {"locked_at": make.NOW, "locked_by": make.administrator()}
        with violates(ReportingPeriod, "locked_at_goes_with_locked_by"):
            ReportingPeriod.objects.filter(pk=period.pk).update(**{half: locked[half]})

    def test_it_is_locked_once_it_was_locked(self):
        assert not make.period().is_locked
        assert make.period(locked_at=make.NOW, locked_by=make.administrator()).is_locked

    def test_its_figures_stand_at_the_quarters_end(self):
        assert make.period(quarter=Q4).as_at == datetime.date(2020, 3, 31)

    def test_its_figures_stand_at_another_day_where_that_is_set(self):
        day = datetime.date(2020, 4, 17)
        assert make.period(quarter=Q4, as_at_set=day).as_at == day


def stored_text(field, row):
    """A field of a row as the database has it."""
    return (
        type(row).objects.annotate(text=Cast(field, models.CharField())).values_list("text", flat=True).get(pk=row.pk)
    )


class TestQuarterField:
    def test_it_reads_back_as_the_quarter_that_was_stored(self):
        period = make.period(quarter=Q4)
        assert ReportingPeriod.objects.get(pk=period.pk).quarter == Q4
        assert stored_text("quarter", period) == "2019-20 Q4"

    @pytest.mark.parametrize("written", ["2019-20 Q4", "Quarter 4, 2019/20", "q4 2019-20"])
    def test_it_is_stored_in_one_form_however_it_was_written(self, written):
        period = make.period(quarter=Q1)
        period.quarter = written
        period.save()
        assert stored_text("quarter", period) == "2019-20 Q4"

    def test_an_empty_one_stays_empty(self):
        row = make.deliverable(due=None)
        assert Deliverable.objects.get(pk=row.pk).due is None
        row.due = ""
        row.full_clean()
        row.save()
        assert Deliverable.objects.filter(pk=row.pk, due__isnull=True).exists()

    @pytest.mark.parametrize("wrong", ["2019-20 Q5", "2019-21 Q1", "last quarter", "2019-20"])
    def test_what_is_not_a_quarter_is_refused_with_what_one_looks_like(self, wrong):
        period = make.period()
        period.quarter = wrong
        with pytest.raises(ValidationError, match="Write it like 2019-20 Q4") as caught:
            period.full_clean()
        assert set(caught.value.message_dict) == {"quarter"}

    def test_what_is_not_a_quarter_is_neither_stored_nor_looked_for(self):
        period = make.period()
        period.quarter = "last quarter"
        with pytest.raises(ValidationError):
            period.save()
        with pytest.raises(ValidationError):
            ReportingPeriod.objects.filter(quarter="last quarter").exists()

    def test_it_goes_through_a_file_and_back(self):
        period = make.period(quarter=Q4)
        (read,) = serializers.deserialize("json", serializers.serialize("json", [period]))
        assert read.object.quarter == Q4


class TestFinancialYearField:
    def test_it_reads_back_as_the_year_that_was_stored(self):
        row = make.deliverable(financial_year=FinancialYear(1999))
        assert Deliverable.objects.get(pk=row.pk).financial_year == FinancialYear(1999)
        assert stored_text("financial_year", row) == "1999-00"

    def test_it_is_looked_for_however_it_is_written(self):
        row = make.deliverable()
        assert Deliverable.objects.get(theme=row.theme, financial_year="2019/20") == row

    @pytest.mark.parametrize("wrong", ["2019-21", "2019", "this year"])
    def test_what_is_not_a_year_is_refused_with_what_one_looks_like(self, wrong):
        row = make.deliverable()
        row.financial_year = wrong
        with pytest.raises(ValidationError, match="Write it like 2019-20") as caught:
            row.clean_fields()
        assert set(caught.value.message_dict) == {"financial_year"}


class TestOrderInTheDatabase:
    """Quarters are stored as text, so the order of the text has to be the order in time."""

    QUARTERS = [
        Quarter.parse(text)
        for text in ("1999-00 Q3", "1999-00 Q4", "2000-01 Q1", "2009-10 Q4", "2010-11 Q1", "2019-20 Q4", "2020-21 Q1")
    ]

    @pytest.fixture
    def periods(self):
        theme = make.theme()
        for quarter in self.QUARTERS[3::-1] + self.QUARTERS[:3:-1]:
            make.period(theme, quarter)
        return theme.periods

    def test_quarters_are_sorted_in_time_over_the_ends_of_years(self, periods):
        assert [period.quarter for period in periods.order_by("quarter")] == self.QUARTERS
        assert [period.quarter for period in periods.order_by("-quarter")] == self.QUARTERS[::-1]

    @pytest.mark.parametrize("at", range(len(QUARTERS)))
    def test_quarters_are_compared_in_time_over_the_ends_of_years(self, periods, at):
        def found(**asked):
            return [period.quarter for period in periods.filter(**asked).order_by("quarter")]

        quarter = self.QUARTERS[at]
        assert found(quarter__lt=quarter) == self.QUARTERS[:at]
        assert found(quarter__lte=quarter) == self.QUARTERS[: at + 1]
        assert found(quarter__gte=quarter) == self.QUARTERS[at:]
        assert found(quarter__gt=quarter) == self.QUARTERS[at + 1 :]

    def test_the_latest_is_found_as_a_quarter(self, periods):
        assert periods.aggregate(latest=models.Max("quarter")) == {"latest": self.QUARTERS[-1]}


class TestStartPlan:
    def test_it_has_the_default_bands_best_first(self):
        bands = make.plan().wording_bands.values_list("wording", "least_on_course", "most_off_track")
        assert list(bands) == [("very good", 90, 0), ("good", 75, 5), ("mixed", 50, 100), ("poor", 0, 100)]

    def test_its_address_is_made_of_its_title(self):
        assert make.plan(title="Make Rutland Safe, 2021/25").slug == "make-rutland-safe-202125"

    @pytest.mark.parametrize("role", [make.staff, make.person, make.panel_member])
    def test_only_an_administrator_starts_one(self, role):
        scheme, by = make.scheme(), role()
        with pytest.raises(Refused, match="may not"):
            start_plan(title="Mine", start_year=2021, end_year=2025, rating_scheme=scheme, by=by)
        assert not Plan.objects.filter(title="Mine").exists()

    def test_one_that_ends_before_it_starts_leaves_nothing_behind(self):
        with pytest.raises(Refused, match="The plan ends before it starts"):
            make.plan(title="Back", start_year=2025, end_year=2021)
        assert not Plan.objects.filter(title="Back").exists()


class TestOpenPeriod:
    facts = {"quarter": Q4, "opens": datetime.date(2020, 3, 10), "updates_due": datetime.date(2020, 4, 21)}

    def test_it_opens_a_themes_quarter(self):
        theme = make.theme()
        open_period(theme=theme, by=make.administrator(), notice="As printed.", **self.facts)
        period = theme.periods.get()
        assert {name: getattr(period, name) for name in self.facts} == self.facts
        assert (period.notice, period.is_locked) == ("As printed.", False)

    def test_its_history_says_who_opened_it(self):
        by = make.administrator()
        period = open_period(theme=make.theme(), by=by, **self.facts)
        assert period.history.get().history_user == by

    @pytest.mark.parametrize("role", [make.staff, make.person, make.panel_member])
    def test_only_an_administrator_opens_one(self, role):
        theme = make.theme()
        with pytest.raises(Refused, match="may not"):
            open_period(theme=theme, by=role(), **self.facts)
        assert not theme.periods.exists()

    def test_it_opens_each_quarter_once_and_with_sensible_dates(self):
        theme, by = make.theme(), make.administrator()
        open_period(theme=theme, by=by, **self.facts)
        backwards = {"quarter": Q1, "opens": datetime.date(2019, 6, 30), "updates_due": datetime.date(2019, 6, 29)}
        for changes in ({}, backwards):
            with pytest.raises(Refused):
                open_period(theme=theme, by=by, **self.facts | changes)
        assert theme.periods.count() == 1
