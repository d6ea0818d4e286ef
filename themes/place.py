"""Which plan, quarter and theme a page shows, read from its address, and the links to the others."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import prefetch_related_objects
from django.urls import reverse

from pcc_tracker.errors import NothingHere
from themes.models import Plan, ReportingPeriod, Theme
from themes.quarters import FinancialYear, InvalidQuarter, Quarter


@dataclass(frozen=True)
class Choice:
    """A link among several of which one is where the reader is."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Place:
    """A plan, a quarter and, on a theme's pages, a theme. Holds what every page of the plan shows around it."""

    plans: tuple[Plan, ...]
    plan: Plan
    themes: tuple[Theme, ...]
    periods: tuple[ReportingPeriod, ...]
    quarter: Quarter
    theme: Theme | None = None

    def period(self, theme: Theme) -> ReportingPeriod | None:
        """The theme's reporting period of this quarter; None where it was not opened."""
        for period in self.periods:
            if period.theme_id == theme.pk and period.quarter == self.quarter:
                return period
        return None

    @cached_property
    def quarters(self) -> tuple[Quarter, ...]:
        """The quarters that any theme of the plan has, oldest first."""
        return tuple(sorted({period.quarter for period in self.periods}))

    @cached_property
    def notices(self) -> tuple[str, ...]:
        """What is to be printed on this page about its quarter, each text once."""
        shown = [
            p for p in self.periods if p.quarter == self.quarter and (not self.theme or p.theme_id == self.theme.pk)
        ]
        return tuple(dict.fromkeys(period.notice for period in shown if period.notice))

    def address(
        self, view: str = "", *, quarter: Quarter | None = None, theme: Theme | None = None, **more: object
    ) -> str:
        """The address of a page for this place, or for another quarter or theme of the plan."""
        quarter, theme = quarter or self.quarter, theme or self.theme
        where = {"plan": self.plan.slug, "year": str(quarter.year), "quarter": quarter.slug, **more}
        if theme is not None:
            where["theme"] = theme.number
        return reverse(view or ("theme" if theme else "summary"), kwargs=where)

    @property
    def summary_address(self) -> str:
        return reverse(
            "summary",
            kwargs={"plan": self.plan.slug, "year": str(self.quarter.year), "quarter": self.quarter.slug},
        )

    @property
    def plan_choices(self) -> list[Choice]:
        return [Choice(plan.title, reverse("plan", args=[plan.slug]), plan == self.plan) for plan in self.plans]

    @property
    def year_choices(self) -> list[Choice]:
        """One link a financial year: to the same quarter of it, or else to the last that it has."""
        latest: dict[FinancialYear, Quarter] = {}
        for quarter in self.quarters:
            if quarter.year not in latest or quarter.number <= self.quarter.number:
                latest[quarter.year] = quarter
        return [
            Choice(str(year), self.address(quarter=quarter), year == self.quarter.year)
            for year, quarter in latest.items()
        ]

    @property
    def quarter_choices(self) -> list[Choice]:
        return [
            Choice(quarter.short, self.address(quarter=quarter), quarter == self.quarter)
            for quarter in self.quarters
            if quarter.year == self.quarter.year
        ]

    @property
    def theme_choices(self) -> list[Choice]:
        return [
            Choice(f"Theme {theme.number}", self.address(theme=theme), theme == self.theme) for theme in self.themes
        ]


def find_plan(slug: str) -> tuple[tuple[Plan, ...], Plan]:
    """All plans and the one at an address; raises NothingHere with those there are."""
    plans = tuple(Plan.objects.select_related("rating_scheme"))
    for plan in plans:
        if plan.slug == slug:
            return plans, plan
    raise NothingHere(
        f'There is no plan "{slug}".', [(plan.title, reverse("plan", args=[plan.slug])) for plan in plans]
    )


def find_place(*, plan: str, year: str, quarter: str, theme: str | None = None) -> Place:
    """The place at an address. Raises NothingHere, with what there is, where any part of it is wrong."""
    plans, found_plan = find_plan(plan)
    prefetch_related_objects([found_plan], "themes", "rating_scheme__ratings", "wording_bands")
    themes = tuple(found_plan.themes.all())
    # Themes are at hand already, so a join for them would only read them again for every period.
    periods = tuple(ReportingPeriod.objects.filter(theme__plan=found_plan).order_by("quarter"))
    place = Place(plans, found_plan, themes, periods, _quarter(year, quarter))
    if place.quarter not in place.quarters:
        _say_what_quarters_there_are(place, f"{year} {quarter.upper()}")
    if theme is None:
        return place
    for one in themes:
        if str(one.number) == theme:
            return Place(plans, found_plan, themes, periods, place.quarter, one)
    raise NothingHere(
        f"{found_plan} has no Theme {theme}.", [(str(one), place.address("theme", theme=one)) for one in themes]
    )


_NO_QUARTER = Quarter(FinancialYear(1900), 1)


def _quarter(year: str, quarter: str) -> Quarter:
    try:
        return Quarter.parse(f"{year} {quarter}")
    except InvalidQuarter:
        return _NO_QUARTER


def _say_what_quarters_there_are(place: Place, asked: str) -> None:
    raise NothingHere(
        f"{place.plan} has no quarter {asked}.",
        [(quarter.label, place.address("summary", quarter=quarter)) for quarter in reversed(place.quarters)],
    )
