"""Which plan, quarter and theme a page shows, read from its address, and the links to the others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.db import DEFAULT_DB_ALIAS
from django.db.models import prefetch_related_objects
from django.urls import reverse

from pcc_tracker.errors import NothingHere
from themes.models import Plan, ReportingPeriod, Theme
from themes.quarters import FinancialYear, InvalidQuarter, Quarter

WITHOUT_A_THEME = {"summary", "summary_file", "review", "review_file", "approve_many", "lock_quarter", "remind"}
"""The pages of a quarter that are about all themes."""


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
    reported: frozenset[tuple[int, Quarter]]
    """Each reporting period of the plan, as the theme's primary key and the quarter."""
    periods: tuple[ReportingPeriod, ...]
    """Those of this quarter."""
    quarter: Quarter
    theme: Theme | None = None

    def period(self, theme: Theme) -> ReportingPeriod | None:
        """The theme's reporting period of this quarter; None where it was not opened."""
        return next((period for period in self.periods if period.theme_id == theme.pk), None)

    @cached_property
    def quarters(self) -> tuple[Quarter, ...]:
        """The quarters that any theme of the plan has, oldest first."""
        return tuple(sorted({quarter for _, quarter in self.reported}))

    def quarters_of(self, theme: Theme) -> list[Quarter]:
        """The quarters that the theme has, oldest first."""
        return sorted(quarter for of_theme, quarter in self.reported if of_theme == theme.pk)

    @cached_property
    def notices(self) -> list[str]:
        """What is to be printed on this page about its quarter; of all themes, with the numbers it is about."""
        about: dict[str, list[int]] = {}
        for theme in [self.theme] if self.theme else self.themes:
            period = self.period(theme)
            if period and period.notice:
                about.setdefault(period.notice, []).append(theme.number)
        if self.theme or (len(about) == 1 and len(*about.values()) == len(self.themes)):
            return list(about)
        return [f"{themes_in_words(numbers)}: {notice}" for notice, numbers in about.items()]

    def address(
        self, view: str = "", *, quarter: Quarter | None = None, theme: Theme | None = None, **more: object
    ) -> str:
        """The address of a page for this place, or for another quarter or theme of the plan.

        Without `view` it is the theme's page, or the summary where the place has no theme.
        """
        quarter, theme = quarter or self.quarter, theme or self.theme
        view = view or ("theme" if theme else "summary")
        where = {"plan": self.plan.slug, "year": str(quarter.year), "quarter": quarter.slug, **more}
        if theme and view not in WITHOUT_A_THEME:
            where["theme"] = theme.number
        return reverse(view, kwargs=where)

    @property
    def summary_address(self) -> str:
        return self.address("summary")

    @property
    def plan_choices(self) -> list[Choice]:
        return [Choice(plan.title, reverse("plan", args=[plan.slug]), plan == self.plan) for plan in self.plans]

    @property
    def year_choices(self) -> list[Choice]:
        """One link a financial year: to the same quarter of it, or else to the last that it has."""
        of_year: dict[FinancialYear, list[Quarter]] = {}
        for quarter in self.quarters:
            of_year.setdefault(quarter.year, []).append(quarter)
        leads_to = {
            year: next((one for one in quarters if one.number == self.quarter.number), quarters[-1])
            for year, quarters in of_year.items()
        }
        return [
            Choice(str(year), self.address(quarter=quarter), year == self.quarter.year)
            for year, quarter in leads_to.items()
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


def themes_in_words(numbers: Sequence[int]) -> str:
    """ "Theme 3", or "Themes 1, 2 and 4"."""
    *most, last = map(str, numbers)
    return f"Themes {', '.join(most)} and {last}" if most else f"Theme {last}"


def find_plan(name: str) -> tuple[tuple[Plan, ...], Plan]:
    """All plans, and the one with this title or address; raises NothingHere with those there are."""
    plans = tuple(Plan.objects.select_related("rating_scheme"))
    for plan in plans:
        if name in (plan.slug, plan.title):
            return plans, plan
    raise NothingHere(
        f'There is no plan "{name}".', [(plan.title, reverse("plan", args=[plan.slug])) for plan in plans]
    )


@dataclass(frozen=True)
class YearPlace:
    """A financial year of a plan and, on a theme's pages, a theme: where deliverables are looked after."""

    plan: Plan
    year: FinancialYear
    themes: tuple[Theme, ...]
    theme: Theme | None = None

    @property
    def has_next_year(self) -> bool:
        return self.year.next in self.plan.years

    def address(self, view: str, **more: object) -> str:
        where = {"plan": self.plan.slug, "year": str(self.year), **more}
        if self.theme:
            where.setdefault("theme", self.theme.number)
        return reverse(view, kwargs=where)


def find_year(*, plan: str, year: str, theme: str | None = None) -> YearPlace:
    """The year of a plan that an address names; raises NothingHere, with what there is, where a part is wrong."""
    _, found = find_plan(plan)
    themes = tuple(found.themes.all())
    chosen = next((one for one in found.years if str(one) == year), None)
    if chosen is None:
        there = [(str(one), reverse("manage_year", args=[found.slug, one])) for one in found.years]
        raise NothingHere(f"{found} has no year {year}.", there)
    place = YearPlace(found, chosen, themes)
    if theme is None:
        return place
    for one in themes:
        if str(one.number) == theme:
            return replace(place, theme=one)
    there = [(str(one), place.address("manage_deliverables", theme=one.number)) for one in themes]
    raise NothingHere(f"{found} has no Theme {theme}.", there)


def find_place(*, plan: str, quarter: str, theme: str | None = None) -> Place:
    """The place that an address or a command names, in five queries.

    Raises NothingHere, with what there is, where any part of it is wrong.
    """
    plans, found_plan = find_plan(plan)
    prefetch_related_objects([found_plan], "themes", "rating_scheme__ratings", "wording_bands")
    themes = tuple(found_plan.themes.all())
    # Plain values: of many quarters' periods only one quarter's are needed whole.
    stored = list(ReportingPeriod.objects.filter(theme__in=[one.pk for one in themes]).values())
    reported = frozenset((one["theme_id"], one["quarter"]) for one in stored)

    def place_at(quarter: Quarter) -> Place:
        of_quarter = [one for one in stored if one["quarter"] == quarter]
        periods = tuple(ReportingPeriod.from_db(DEFAULT_DB_ALIAS, list(one), list(one.values())) for one in of_quarter)
        return Place(plans, found_plan, themes, reported, periods, quarter)

    try:
        place = place_at(Quarter.parse(quarter))
    except InvalidQuarter:
        place = None
    if place is None or not place.periods:
        there = sorted({quarter for _, quarter in reported}, reverse=True)
        raise NothingHere(
            f"{found_plan} has no quarter {quarter.upper()}.", [(str(one), place_at(one).address()) for one in there]
        )
    if theme is None:
        return place
    for one in themes:
        if str(one.number) == theme:
            return replace(place, theme=one)
    raise NothingHere(f"{found_plan} has no Theme {theme}.", [(str(one), place.address(theme=one)) for one in themes])
