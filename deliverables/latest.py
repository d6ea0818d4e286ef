"""Which plan and quarter are shown where none is asked for."""

import datetime

from django.db.models import Exists, OuterRef, QuerySet

from deliverables.models import ApprovedUpdate
from themes.models import Plan, ReportingPeriod


def latest_plan(today: datetime.date) -> Plan | None:
    """The plan whose latest quarter `latest_period` finds; without any, the latest plan."""
    period = latest_period(ReportingPeriod.objects.select_related("theme__plan"), today)
    return period.theme.plan if period else Plan.objects.first()


def latest_period(periods: QuerySet[ReportingPeriod], today: datetime.date) -> ReportingPeriod | None:
    """The latest with an approved update of a quarter whose updates are all due, so that it is not just begun.

    Without one it is the latest with an approved update, or else the latest. Three queries at most.
    """
    approved = Exists(ApprovedUpdate.objects.filter(update__period=OuterRef("pk")))
    of_quarter = ReportingPeriod.objects.filter(theme__plan=OuterRef("theme__plan"), quarter=OuterRef("quarter"))
    not_due = Exists(of_quarter.filter(locked_at=None, updates_due__gte=today))
    latest = periods.order_by("-quarter")
    reported = latest.filter(approved)
    return reported.exclude(not_due).first() or reported.first() or latest.first()
