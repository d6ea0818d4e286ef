"""How a plan's themes stand in a quarter: read once from the database, for pages and reports alike.

The queries are the same in number whatever the history; they read one financial year's approved ratings (and,
for a Quarter 1, the year before), and the texts of the quarter alone.
"""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import Case, F, Prefetch, Q, When

from accounts.models import User
from accounts.roles import Permission
from deliverables.blocks import Narrative
from deliverables.models import ApprovedUpdate, Deliverable, DeliverableOwner, QuarterlyUpdate, UpdateState
from deliverables.querysets import DeliverableQuerySet
from deliverables.rag import (
    Band,
    Breakdown,
    Movement,
    Movements,
    Overall,
    Standing,
    breakdown,
    movement,
    overall,
    standing,
)
from themes.models import Plan, Rating, ReportingPeriod, Theme
from themes.place import Place
from themes.quarters import Quarter
from themes.ratings import RatingValue


@dataclass(frozen=True)
class Row:
    """One deliverable in a quarter."""

    deliverable: Deliverable
    standing: Standing
    before: Standing | None
    """How it stood in the quarter just before; None where it was not in force or not reported on then."""
    owner_label: str
    update: ApprovedUpdate | None
    """The quarter's approved update; only with texts."""

    @property
    def number(self) -> int:
        """An approved update keeps the number it was approved under."""
        return self.update.number if self.update else self.deliverable.number

    @property
    def wording(self) -> str:
        return self.update.wording if self.update else self.deliverable.wording

    @property
    def movement(self) -> Movement:
        return movement(self.standing, self.before)

    @property
    def narrative(self) -> Narrative:
        return self.update.parsed if self.update else Narrative()


@dataclass(frozen=True)
class ThemeProgress:
    """One theme in a quarter: its deliverables and the figures made of them."""

    theme: Theme
    period: ReportingPeriod | None
    rows: tuple[Row, ...]
    figures: Breakdown
    overall: Overall | None
    provisional: Breakdown | None
    """The figures if all that is submitted were approved; None for who may not see them or if nothing is."""
    withdrawn: tuple[Deliverable, ...]
    last_approved_at: datetime.datetime | None
    """When the last of the quarter's updates was approved: how current the page is."""
    by_quarter: tuple[tuple[Quarter, Breakdown], ...]
    """The financial year's quarters up to this one that the theme was reported in; only with texts."""
    exempt: tuple[Deliverable, ...] = ()
    """In Public form, those in force that are left out of all the above."""

    @cached_property
    def movements(self) -> Movements:
        return Movements.count(row.movement for row in self.rows)

    @property
    def missing(self) -> int:
        """How many deliverables in force have no approved update."""
        return self.figures.no_update.count


def bands(plan: Plan) -> list[Band]:
    return [Band(band.wording, band.least_on_course, band.most_off_track) for band in plan.wording_bands.all()]


def gather(
    place: Place, user: User, *, themes: Sequence[Theme], texts: bool, public_form: bool = False
) -> list[ThemeProgress]:
    """How `themes` stand at `place`, as far as `user` may see, in two queries.

    With `texts` two queries more, for the owners and for what was approved this quarter. In `public_form` what is
    exempt from publication is left out, of movement too (rule 9); one query more says what that is.
    """
    deliverables = _deliverables(place, user, themes, public_form)
    ratings = _ratings(place, user, deliverables)
    updates: dict[int, ApprovedUpdate] = {}
    if texts:
        approved = ApprovedUpdate.objects.visible_to(user).filter(
            update__deliverable__in=deliverables.values("pk"), update__period__quarter=place.quarter
        )
        updates = {update.deliverable_id: update for update in approved.with_quarter()}
        owners = DeliverableOwner.objects.select_related("user__organisation")
        deliverables = deliverables.prefetch_related(Prefetch("owners", owners))
    rows = list(deliverables)
    progress = [
        _theme_progress(place, theme, rows, ratings, updates, texts=texts, public_form=public_form) for theme in themes
    ]
    if not public_form:
        return progress
    exempt = [one for one in _of_the_year(place, user, themes).exempt(place.quarter) if one.is_in_force(place.quarter)]
    return [
        replace(one, exempt=left_out, figures=replace(one.figures, left_out=len(left_out)), by_quarter=())
        for one in progress
        for left_out in [tuple(row for row in exempt if row.theme_id == one.theme.pk)]
    ]


def _of_the_year(place: Place, user: User, themes: Sequence[Theme]) -> DeliverableQuerySet:
    return Deliverable.objects.visible_to(user).filter(theme__in=themes, financial_year=place.quarter.year)


def _deliverables(place: Place, user: User, themes: Sequence[Theme], public_form: bool) -> DeliverableQuerySet:
    """The year's deliverables of the themes and, for a Quarter 1, what they were carried forward from."""
    this_year = _of_the_year(place, user, themes)
    if public_form:
        this_year = this_year.publishable(place.quarter)
    if place.quarter.number > 1:
        return this_year
    return Deliverable.objects.visible_to(user).filter(
        Q(pk__in=this_year.values("pk"))
        | Q(financial_year=place.quarter.year.previous, key__in=this_year.values("key"))
    )


@dataclass(frozen=True)
class _Ratings:
    """The ratings of a set of deliverables, by the deliverable's primary key."""

    scheme: tuple[RatingValue, ...]
    approved: dict[int, dict[Quarter, RatingValue]]
    submitted: dict[int, RatingValue]
    """This quarter's that wait for approval; empty for who may not see them."""
    approved_at: dict[int, datetime.datetime]
    """When this quarter's were approved."""

    def standing(
        self, deliverable: Deliverable | None, quarter: Quarter, *, provisional: bool = False
    ) -> Standing | None:
        """How it stood in a quarter; None where it was not in force. `provisional` takes the submitted for approved."""
        if deliverable is None or not deliverable.is_in_force(quarter):
            return None
        approved = self.approved[deliverable.pk]
        if provisional and deliverable.pk in self.submitted:
            approved = {**approved, quarter: self.submitted[deliverable.pk]}
        return standing(
            quarter,
            approved=approved,
            scheme=self.scheme,
            planned_start=deliverable.planned_start,
            completed_in=deliverable.completed_in,
        )


def _ratings(place: Place, user: User, deliverables: DeliverableQuerySet) -> _Ratings:
    waiting = Q(state=UpdateState.SUBMITTED, period__quarter=place.quarter)
    if not user.may(Permission.VIEW_PROVISIONAL):
        waiting &= Q(pk__in=[])
    found = QuarterlyUpdate.objects.filter(
        deliverable__in=deliverables.values("pk"), period__quarter__lte=place.quarter
    ).values_list(
        "deliverable",
        "period__quarter",
        "approved__rating",
        "approved__approved_at",
        Case(When(waiting, then=F("rating")), default=None),
    )
    known = {rating.pk: rating.value for rating in place.plan.rating_scheme.ratings.all()}
    ratings = _Ratings(place.plan.rating_scheme.values, defaultdict(dict), {}, {})
    for deliverable, quarter, approved, approved_at, submitted in found:
        if approved:
            ratings.approved[deliverable][quarter] = known.get(approved) or Rating.objects.get(pk=approved).value
        if approved and quarter == place.quarter:
            ratings.approved_at[deliverable] = approved_at
        if submitted:
            ratings.submitted[deliverable] = known[submitted]
    return ratings


def _theme_progress(
    place: Place,
    theme: Theme,
    deliverables: Sequence[Deliverable],
    ratings: _Ratings,
    updates: Mapping[int, ApprovedUpdate],
    *,
    texts: bool,
    public_form: bool,
) -> ThemeProgress:
    quarter = place.quarter
    this_year = [one for one in deliverables if one.theme_id == theme.pk and one.financial_year == quarter.year]
    year_before = {one.key: one for one in deliverables if one.financial_year != quarter.year}
    rows, provisional = [], []
    for deliverable in this_year:
        deliverable.theme = theme  # known already, so that nobody who names it asks for it again
        now = ratings.standing(deliverable, quarter)
        if now is None:
            continue
        earlier = year_before.get(deliverable.key) if quarter.number == 1 else deliverable
        compared = earlier if earlier and (earlier.theme_id, quarter.previous) in place.reported else None
        if public_form and compared and compared.is_exempt(quarter.previous):
            compared = None
        update = updates.get(deliverable.pk)
        label = update.owner_label if update else deliverable.owner_label_on(quarter) if texts else ""
        rows.append(Row(deliverable, now, ratings.standing(compared, quarter.previous), label, update))
        provisional.append(ratings.standing(deliverable, quarter, provisional=True))
    rows.sort(key=lambda row: row.number)
    scheme = ratings.scheme
    figures = breakdown([row.standing for row in rows], scheme)
    return ThemeProgress(
        theme=theme,
        period=place.period(theme),
        rows=tuple(rows),
        figures=figures,
        # Before the first update is approved there is nothing to put into words.
        overall=overall(figures, bands(place.plan)) if any(row.standing.is_reported for row in rows) else None,
        provisional=(
            breakdown(provisional, scheme) if any(row.deliverable.pk in ratings.submitted for row in rows) else None
        ),
        withdrawn=tuple(one for one in this_year if one.withdrawn_from and one.withdrawn_from <= quarter),
        last_approved_at=max(
            (ratings.approved_at[row.deliverable.pk] for row in rows if row.deliverable.pk in ratings.approved_at),
            default=None,
        ),
        by_quarter=tuple(
            (one, breakdown(filter(None, (ratings.standing(row, one) for row in this_year)), scheme))
            for one in place.quarters_of(theme)
            if texts and one.year == quarter.year and one <= quarter
        ),
    )
