"""The deliverables of the live plan as line of sight shows them: from approved updates alone."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from deliverables.latest import latest_period
from deliverables.models import Deliverable, DeliverableOwner, QuarterlyUpdate
from deliverables.rag import standing
from needs.sight import At, Basis, DeliverableState, is_complete
from themes.models import Plan, Rating, ReportingPeriod
from themes.quarters import Quarter
from themes.ratings import RatingValue


def latest_quarter(plans: Collection[int]) -> Quarter | None:
    """The quarter that plans, by their primary keys, were reported on last; three queries at most."""
    period = latest_period(ReportingPeriod.objects.filter(theme__plan__in=plans), timezone.localdate())
    return period.quarter if period else None


def live_states(user: User, *, keys: Collection[str], plans: Collection[int], now: Quarter | None) -> Basis:
    """The deliverables with `keys`, and all that are in force `now` in `plans`; six queries, whatever the history."""
    wanted = Q(key__in=keys)
    if now:
        wanted |= Q(theme__plan__in=plans, financial_year=now.year)
    owners = DeliverableOwner.objects.select_related("user__organisation")
    found = (
        Deliverable.objects.visible_to(user)
        .filter(wanted)
        .select_related("theme__plan")
        .prefetch_related(Prefetch("owners", owners))
        .order_by("theme__plan_id", "theme__number", "-financial_year", "number")
    )
    years: dict[str, list[Deliverable]] = defaultdict(list)
    for row in found:
        years[str(row.key)].append(row)
    rows = [row for of_key in years.values() for row in of_key]
    ratings = _Ratings(rows)
    states = {key: _state(of_key, ratings, now) for key, of_key in years.items()}
    in_force = {str(row.key) for row in rows if now and row.theme.plan_id in plans and row.is_in_force(now)}
    shown = {key: one for key, one in states.items() if key in in_force or key in keys}
    return Basis(shown, frozenset(in_force), now)


class _Ratings:
    """The approved ratings of deliverables, and the quarters that their themes have; four queries."""

    def __init__(self, rows: Sequence[Deliverable]) -> None:
        by_key: dict[int, RatingValue] = {}
        self.schemes: dict[int, list[RatingValue]] = defaultdict(list)
        self.scheme_of = dict(Plan.objects.values_list("pk", "rating_scheme"))
        for rating in Rating.objects.all():
            by_key[rating.pk] = rating.value
            self.schemes[rating.scheme_id].append(rating.value)
        self.approved: dict[int, dict[Quarter, RatingValue]] = defaultdict(dict)
        for row, quarter, rating in QuarterlyUpdate.objects.filter(
            deliverable__in=[one.pk for one in rows], approved__isnull=False
        ).values_list("deliverable", "period__quarter", "approved__rating"):
            self.approved[row][quarter] = by_key[rating]
        periods = ReportingPeriod.objects.filter(theme__in={one.theme_id for one in rows})
        self.reported = set(periods.values_list("theme", "quarter"))

    def at(self, row: Deliverable, now: Quarter) -> Iterable[At]:
        """How a row stood in each quarter of its year that was reported, newest first."""
        for quarter in reversed(row.financial_year.quarters):
            if quarter <= now and (row.theme_id, quarter) in self.reported and row.is_in_force(quarter):
                yield self.stood(row, quarter)

    def stood(self, row: Deliverable, quarter: Quarter) -> At:
        found = standing(
            quarter,
            approved=self.approved[row.pk],
            scheme=self.schemes[self.scheme_of[row.theme.plan_id]],
            planned_start=row.planned_start,
            completed_in=row.completed_in,
        )
        return At(quarter, found.rating, found.remark)


def _state(rows: Sequence[Deliverable], ratings: _Ratings, now: Quarter | None) -> DeliverableState:
    """One deliverable of its rows, the latest year's first."""
    at = [(row, one) for row in rows for one in ratings.at(row, now)] if now else []
    in_force = next((row for row in rows if now and row.is_in_force(now)), None)
    if now and in_force and not at:
        at = [(in_force, ratings.stood(in_force, now))]
    row = at[0][0] if at else rows[0]
    newest = at[0][1] if at else None
    quarter = newest.quarter if newest else row.in_force_from
    is_done = newest is not None and is_complete(newest.rating, row.completed_in)
    return DeliverableState(
        key=str(row.key),
        plan=row.theme.plan.title,
        plan_slug=row.theme.plan.slug,
        theme_number=row.theme.number,
        theme_title=row.theme.title,
        number=row.number,
        wording=row.wording,
        organisation=row.owner_label_on(quarter),
        at=tuple(one for _, one in at),
        counts=in_force is not None or is_done,
        address=_address(row, quarter) if (row.theme_id, quarter) in ratings.reported else "",
        is_dated=quarter != now,
        is_in_force=in_force is not None,
    )


def _address(row: Deliverable, quarter: Quarter) -> str:
    place = {"plan": row.theme.plan.slug, "year": str(quarter.year), "quarter": quarter.slug}
    return reverse("deliverable", kwargs=place | {"theme": row.theme.number, "deliverable": row.number})
