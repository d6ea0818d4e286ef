"""Verbs on plans: each names its actor and is all or nothing."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from django.db import models, transaction
from django.db.models import F, QuerySet
from django.utils.text import slugify

from accounts.actions import hold, remove, save
from accounts.models import User
from accounts.roles import Permission, Refused, refuse_unless
from themes.models import Plan, Rating, RatingScheme, ReportingPeriod, Theme, WordingBand
from themes.quarters import Quarter
from themes.ratings import Kind, RatingValue

# DESIGN section 4, rule 4: wording, least share of complete and on course, most share of off track, in percent.
DEFAULT_BANDS = [("very good", 90, 0), ("good", 75, 5), ("mixed", 50, 100), ("poor", 0, 100)]


@dataclass(frozen=True)
class NewScheme:
    """Ratings that a plan brings with it."""

    name: str
    ratings: Sequence[RatingValue]


@transaction.atomic
def start_plan(
    *,
    title: str,
    start_year: int,
    end_year: int,
    rating_scheme: RatingScheme | NewScheme,
    by: User,
    presented: datetime.date | None = None,
) -> Plan:
    """A new plan with the default bands for its overall wording; the office may change them."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    if isinstance(rating_scheme, NewScheme):
        rating_scheme = add_scheme(name=rating_scheme.name, ratings=rating_scheme.ratings, by=by)
    plan = Plan(
        title=title,
        slug=_free_slug(title),
        start_year=start_year,
        end_year=end_year,
        presented=presented,
        rating_scheme=rating_scheme,
    )
    save(plan, by)
    for wording, least_on_course, most_off_track in DEFAULT_BANDS:
        band = WordingBand(plan=plan, wording=wording, least_on_course=least_on_course, most_off_track=most_off_track)
        save(band, by)
    return plan


def _free_slug(title: str) -> str:
    """What the plan's addresses are called: its title, with a number where another plan is called so."""
    wanted = slugify(title)[:70] or "plan"
    taken = set(Plan.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    return next(one for one in chain([wanted], map(f"{wanted}-{{}}".format, count(2))) if one not in taken)


@transaction.atomic
def lock_period(*, period: ReportingPeriod, by: User, at: datetime.datetime) -> None:
    """Close a theme's quarter: from now on its updates cannot be changed."""
    refuse_unless(by, Permission.REVIEW)
    period.locked_at, period.locked_by = at, by
    save(period, by)


@transaction.atomic
def unlock_period(*, period: ReportingPeriod, by: User) -> None:
    """Open a locked quarter again, so that its updates can be changed."""
    refuse_unless(by, Permission.REVIEW)
    period.locked_at = period.locked_by = None
    save(period, by)


@transaction.atomic
def lock_quarter(*, plan: Plan, quarter: Quarter, by: User, at: datetime.datetime) -> None:
    """Lock a quarter for all themes of a plan; what was locked already keeps when that was, and who did it."""
    refuse_unless(by, Permission.REVIEW)
    for period in _held(plan, quarter):
        if not period.is_locked:
            lock_period(period=period, by=by, at=at)


@transaction.atomic
def unlock_quarter(*, plan: Plan, quarter: Quarter, by: User) -> None:
    """Open a locked quarter again for all themes of a plan."""
    refuse_unless(by, Permission.REVIEW)
    for period in _held(plan, quarter):
        if period.is_locked:
            unlock_period(period=period, by=by)


def _held(plan: Plan, quarter: Quarter) -> QuerySet[ReportingPeriod]:
    """The quarter's periods as they are now, held against what else is written of them until the verb is done."""
    periods = ReportingPeriod.objects.filter(theme__plan=plan, quarter=quarter)
    return periods.select_for_update(of=("self",), no_key=True).order_by("pk")


@transaction.atomic
def open_period(
    *, theme: Theme, quarter: Quarter, opens: datetime.date, updates_due: datetime.date, by: User, notice: str = ""
) -> ReportingPeriod:
    """Open a theme's quarter, so that its updates can be written from `opens` on."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    period = ReportingPeriod(theme=theme, quarter=quarter, opens=opens, updates_due=updates_due, notice=notice)
    save(period, by)
    return period


@transaction.atomic
def open_quarter(
    *, plan: Plan, quarter: Quarter, opens: datetime.date, updates_due: datetime.date, by: User, notice: str = ""
) -> list[ReportingPeriod]:
    """Open a quarter for all themes of a plan that it is not open for yet."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    if quarter.year not in plan.years:
        raise Refused(f"{plan} ends with {plan.years[-1]}, so it has no {quarter}. Change the plan's years first.")
    missing = plan.themes.exclude(periods__quarter=quarter)
    if not missing:
        raise Refused(f"{quarter.label} is open for all themes of {plan} already.")
    return [
        open_period(theme=theme, quarter=quarter, opens=opens, updates_due=updates_due, notice=notice, by=by)
        for theme in missing
    ]


@transaction.atomic
def change_plan(*, plan: Plan, by: User, **facts: Any) -> None:
    """Change a plan's title and years; the years that its deliverables and quarters are in stay in it."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    _set(plan, facts)
    quarters = ReportingPeriod.objects.filter(theme__plan=plan).values_list("quarter", flat=True)
    years = Theme.objects.filter(plan=plan).values_list("deliverables__financial_year", flat=True)
    in_use = {quarter.year for quarter in quarters} | set(years) - {None}
    if outside := sorted(in_use - set(plan.years)):
        raise Refused(f"The plan has deliverables or quarters in {outside[0]}, so its years must cover that.")
    save(plan, by)


def _set(row: models.Model, facts: dict[str, Any]) -> None:
    """Change a row as it is now, held until the verb is done."""
    hold(row)
    for name, value in facts.items():
        setattr(row, name, value)


@transaction.atomic
def add_theme(*, theme: Theme, by: User) -> None:
    """A further theme of a plan."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    save(theme, by)


@transaction.atomic
def change_theme(*, theme: Theme, by: User, number: int, title: str) -> None:
    """Give a theme another number or title. What was published keeps the old ones."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    _set(theme, {"number": number, "title": title})
    save(theme, by)


@transaction.atomic
def change_period(*, period: ReportingPeriod, by: User, **facts: Any) -> None:
    """Give a theme's quarter other dates or another notice."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    _set(period, facts)
    save(period, by)


@transaction.atomic
def change_bands(*, bands: Sequence[WordingBand], removed: Sequence[WordingBand], by: User) -> None:
    """Keep from which share on a plan's progress is called what; some band must hold for any share."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    if not any(band.least_on_course == 0 and band.most_off_track == 100 for band in bands):
        raise Refused("One wording must hold for any figures: from 0% on course and up to 100% off track.")
    for band in removed:
        remove(band, by)
    for band in bands:
        save(band, by)


@transaction.atomic
def change_ratings(*, scheme: RatingScheme, ratings: Sequence[Rating], removed: Sequence[Rating], by: User) -> None:
    """Keep a scheme's ratings, in this order. Once updates are rated by one, it stays, with its letter and its kind."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    stored = {rating.pk: rating for rating in scheme.ratings.all()}
    if stored.keys() - {rating.pk for rating in (*ratings, *removed)}:
        raise Refused("Somebody else has added a rating meanwhile. Reload the page and change it again.")
    for rating in removed:
        if rating.is_used:
            raise Refused(f"Updates are rated {rating}, so it cannot be removed.")
        remove(rating, by)
    # Out of each other's way first: the database holds the places apart at every step.
    scheme.ratings.update(order=F("order") + 1000)
    for order, rating in enumerate(ratings, start=1):
        before = stored.get(rating.pk)
        if before and (before.code, before.kind) != (rating.code, rating.kind) and rating.is_used:
            raise Refused(f"Updates are rated {before}, so its letter and its kind stay as they are.")
        rating.order = order
        save(rating, by)
    if scheme.plans.exists() and not scheme.ratings.filter(kind=Kind.NOT_STARTED).exists():
        raise Refused("A plan's scheme needs a rating for Not started.")


@transaction.atomic
def add_scheme(*, name: str, ratings: Sequence[RatingValue], by: User) -> RatingScheme:
    """A new rating scheme, its ratings in this order."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    scheme = RatingScheme(name=name)
    save(scheme, by)
    for order, value in enumerate(ratings, start=1):
        rating = Rating(
            scheme=scheme,
            code=value.code,
            name=value.name,
            definition=value.definition,
            kind=value.kind,
            colour=value.colour,
            needs_recovery=value.needs_recovery,
            order=order,
        )
        save(rating, by)
    return scheme
