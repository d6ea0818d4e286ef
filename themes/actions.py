"""Verbs on plans: each names its actor and is all or nothing."""

import datetime

from django.db import transaction
from django.utils.text import slugify

from accounts.actions import save
from accounts.models import User
from accounts.roles import Permission, refuse_unless
from themes.models import Plan, RatingScheme, ReportingPeriod, Theme, WordingBand
from themes.quarters import Quarter

# DESIGN section 4, rule 4: wording, least share of complete and on course, most share of off track, in percent.
DEFAULT_BANDS = [("very good", 90, 0), ("good", 75, 5), ("mixed", 50, 100), ("poor", 0, 100)]


@transaction.atomic
def start_plan(
    *,
    title: str,
    start_year: int,
    end_year: int,
    rating_scheme: RatingScheme,
    by: User,
    presented: datetime.date | None = None,
) -> Plan:
    """A new plan with the default bands for its overall wording; the office may change them."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    plan = Plan(
        title=title,
        slug=slugify(title)[:80],
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
def open_period(
    *, theme: Theme, quarter: Quarter, opens: datetime.date, updates_due: datetime.date, by: User, notice: str = ""
) -> ReportingPeriod:
    """Open a theme's quarter, so that its updates can be written from `opens` on."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    period = ReportingPeriod(theme=theme, quarter=quarter, opens=opens, updates_due=updates_due, notice=notice)
    save(period, by)
    return period
