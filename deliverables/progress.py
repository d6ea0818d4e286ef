"""How a plan's themes stand in a quarter: read once from the database, for pages and reports alike.

The queries are the same in number whatever the history; they read one financial year's approved ratings (and,
for a Quarter 1, the year before), and the texts of the quarter alone.
"""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Case, F, Prefetch, Q, TextField, Value, When

from accounts.models import User
from accounts.roles import Permission
from deliverables.models import ApprovedUpdate, Deliverable, DeliverableOwner, QuarterlyUpdate, UpdateState
from deliverables.narrative import Narrative, parse
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
from themes.models import Plan, ReportingPeriod, Theme
from themes.place import Place
from themes.quarters import Quarter
from themes.ratings import RatingValue

Approved = Mapping[Quarter, RatingValue]


@dataclass(frozen=True)
class Row:
    """One deliverable in a quarter."""

    deliverable: Deliverable
    standing: Standing
    before: Standing | None
    """How it stood in the quarter just before; None where it was not in force then."""
    owner_label: str
    update: ApprovedUpdate | None
    """The quarter's approved update."""

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
        return parse(self.update.shown_narrative) if self.update else Narrative()


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
    by_quarter: tuple[tuple[Quarter, Breakdown], ...]
    """The financial year's quarters up to this one that the theme was reported in."""

    @cached_property
    def movements(self) -> Movements:
        return Movements.count(row.movement for row in self.rows)

    @property
    def missing(self) -> int:
        """How many deliverables in force have no approved update."""
        return self.figures.no_update.count

    @cached_property
    def last_approved_at(self) -> datetime.datetime | None:
        """When the last of the quarter's updates was approved: how current the page is."""
        return max((row.update.approved_at for row in self.rows if row.update), default=None)


def bands(plan: Plan) -> list[Band]:
    return [Band(band.wording, band.least_on_course, band.most_off_track) for band in plan.wording_bands.all()]


def gather(place: Place, user: User, *, themes: Sequence[Theme], texts: bool) -> list[ThemeProgress]:
    """How `themes` stand at `place`, as far as `user` may see. With `texts`, also owners and narratives.

    Three queries with texts or two without, and one more for who may see provisional figures.
    """
    quarter, scheme = place.quarter, place.plan.rating_scheme.values
    deliverables = _deliverables(place, user, themes)
    approved, updates = _approved(place, user, deliverables, texts)
    submitted = _submitted(place, user, deliverables)
    if texts:
        owners = DeliverableOwner.objects.select_related("user__organisation")
        deliverables = deliverables.prefetch_related(Prefetch("owners", owners))
    of_theme: dict[int, list[Deliverable]] = defaultdict(list)
    year_before: dict[object, Deliverable] = {}
    for deliverable in deliverables:
        if deliverable.financial_year == quarter.year:
            of_theme[deliverable.theme_id].append(deliverable)
        else:
            year_before[deliverable.key] = deliverable

    def stands(deliverable: Deliverable | None, at: Quarter, ratings: Approved | None = None) -> Standing | None:
        if deliverable is None or not deliverable.is_in_force(at):
            return None
        return standing(
            at,
            approved=approved[deliverable.pk] if ratings is None else ratings,
            scheme=scheme,
            planned_start=deliverable.planned_start,
            completed_in=deliverable.completed_in,
        )

    def theme_progress(theme: Theme) -> ThemeProgress:
        rows, provisional = [], []
        for deliverable in of_theme[theme.pk]:
            now = stands(deliverable, quarter)
            if now is None:
                continue
            earlier = year_before.get(deliverable.key) if quarter.number == 1 else deliverable
            update = updates.get(deliverable.pk)
            label = update.owner_label if update else deliverable.owner_label_on(quarter) if texts else ""
            rows.append(Row(deliverable, now, stands(earlier, quarter.previous), label, update))
            with_submitted = {**approved[deliverable.pk], **submitted.get(deliverable.pk, {})}
            provisional.append(stands(deliverable, quarter, with_submitted))
        rows.sort(key=lambda row: row.number)
        figures = breakdown([row.standing for row in rows], scheme)
        any_submitted = any(row.deliverable.pk in submitted for row in rows)
        reported = {period.quarter for period in place.periods if period.theme_id == theme.pk}
        past = [one for one in quarter.year.quarters if one <= quarter and one in reported]
        return ThemeProgress(
            theme=theme,
            period=place.period(theme),
            rows=tuple(rows),
            figures=figures,
            overall=overall(figures, bands(place.plan)),
            provisional=breakdown(provisional, scheme) if any_submitted else None,
            withdrawn=tuple(one for one in of_theme[theme.pk] if one.withdrawn_from and one.withdrawn_from <= quarter),
            by_quarter=tuple(
                (one, breakdown(filter(None, (stands(row, one) for row in of_theme[theme.pk])), scheme)) for one in past
            ),
        )

    return [theme_progress(theme) for theme in themes]


def _deliverables(place: Place, user: User, themes: Sequence[Theme]):
    """The year's deliverables of the themes and, for a Quarter 1, what they were carried forward from."""
    year = place.quarter.year
    this_year = Deliverable.objects.visible_to(user).filter(theme__in=themes, financial_year=year)
    if place.quarter.number > 1:
        return this_year
    return Deliverable.objects.visible_to(user).filter(
        Q(pk__in=this_year.values("pk")) | Q(financial_year=year.previous, key__in=this_year.values("key"))
    )


def _approved(place: Place, user: User, deliverables, texts: bool):
    """Approved ratings by deliverable and quarter, up to this one; and this quarter's approved updates."""
    nothing = Value("", output_field=TextField())
    shown = Case(When(update__period__quarter=place.quarter, then=F("narrative")), default=nothing)
    found = (
        ApprovedUpdate.objects.visible_to(user)
        .filter(update__deliverable__in=deliverables.values("pk"), update__period__quarter__lte=place.quarter)
        .select_related("rating")
        .defer("narrative", *([] if texts else ["recovery_step", "wording"]))
        .with_quarter()
        .annotate(shown_narrative=shown if texts else nothing)
    )
    ratings: dict[int, dict[Quarter, RatingValue]] = defaultdict(dict)
    updates: dict[int, ApprovedUpdate] = {}
    for update in found:
        ratings[update.deliverable_id][update.quarter] = update.rating.value
        if update.quarter == place.quarter:
            updates[update.deliverable_id] = update
    return ratings, updates


def _submitted(place: Place, user: User, deliverables) -> dict[int, dict[Quarter, RatingValue]]:
    """The ratings of what is submitted and not yet approved this quarter, for who may see them."""
    if not user.may(Permission.VIEW_PROVISIONAL):
        return {}
    waiting = QuarterlyUpdate.objects.filter(
        deliverable__in=deliverables.values("pk"), period__quarter=place.quarter, state=UpdateState.SUBMITTED
    )
    values = {rating.pk: rating.value for rating in place.plan.rating_scheme.ratings.all()}
    return {
        deliverable: {place.quarter: values[rating]}
        for deliverable, rating in waiting.values_list("deliverable", "rating")
    }
