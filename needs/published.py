"""The deliverables as line of sight shows them to panel members and the public: from published editions alone."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from django.db.models import Q

from deliverables.rag import Because
from needs.sight import At, DeliverableState
from reports.edition_models import EditionFigure, EditionRow
from reports.options import Exceptions
from reports.published import Publication, Reader, counting, publications, rating_of
from themes.models import Plan
from themes.quarters import Quarter
from themes.ratings import Kind, RatingValue


def published_states(
    reader: Reader, *, keys: Collection[str], plans: Collection[str]
) -> tuple[dict[str, DeliverableState], frozenset[str], Quarter | None]:
    """The deliverables with `keys`, and all that the newest editions on `plans`, by their slugs, print as in force.

    By key; then the keys of the latter; then the newest quarter that any of the plans was reported on. What the
    reader may see no edition of is in none of them. Four queries, whatever the history.
    """
    counted = counting(publications(reader))
    listing = _listing(counted)
    here = [one.pk for one in listing.values() if one.plan_slug in plans]
    found = EditionRow.objects.filter(Q(theme__in=here) | Q(theme__in=[one.pk for one in counted], key__in=keys))
    rows: dict[str, dict[int, EditionRow]] = defaultdict(dict)
    for row in found.defer("updates", "words"):
        rows[str(row.key)][row.theme_id] = row
    about = {one.pk: one for one in counted}
    slugs = {about[theme].plan_slug for of_key in rows.values() for theme in of_key} | set(plans)
    now = max((one.quarter for one in counted if one.plan_slug in slugs), default=None)
    running = {plan.slug for plan in Plan.objects.filter(slug__in=slugs) if now and now.year in plan.years}
    ratings = _ratings({theme for of_key in rows.values() for theme in of_key})
    states, in_force = {}, set()
    for key, of_key in rows.items():
        printed = [(one, of_key[one.pk]) for one in counted if one.pk in of_key]
        newest = printed[0][0]
        is_listed = listing[newest.plan_slug, newest.number].quarter <= newest.quarter and newest.plan_slug in running
        states[key] = _state(key, printed, ratings, is_in_force=is_listed)
        if is_listed and newest.plan_slug in plans:
            in_force.add(key)
    return states, frozenset(in_force), now


def _listing(counted: Sequence[Publication]) -> dict[tuple[str, int], Publication]:
    """Of each theme the newest publication that lists all deliverables in force; without any, the newest."""
    listing: dict[tuple[str, int], Publication] = {}
    lists_all = [one for one in counted if one.exceptions != Exceptions.ALONE]
    for one in [*lists_all, *counted]:
        listing.setdefault((one.plan_slug, one.number), one)
    return listing


def _ratings(themes: Collection[int]) -> Mapping[int, Mapping[str, RatingValue]]:
    """The ratings of editions' themes by letter, as they were published."""
    ratings: dict[int, dict[str, RatingValue]] = defaultdict(dict)
    for figure in EditionFigure.objects.filter(theme__in=themes).exclude(code=""):
        ratings[figure.theme_id][figure.code] = rating_of(figure)
    return ratings


def _state(
    key: str,
    printed: Sequence[tuple[Publication, EditionRow]],
    ratings: Mapping[int, Mapping[str, RatingValue]],
    *,
    is_in_force: bool,
) -> DeliverableState:
    """One deliverable of the rows that print it, newest quarter first."""
    at = tuple(
        At(one.quarter, ratings[one.pk][row.rating["code"]] if row.rating else None, row.remark) for one, row in printed
    )
    newest, row = printed[0]
    is_complete = row.standing == Because.COMPLETE or (at[0].rating and at[0].rating.kind is Kind.COMPLETE)
    return DeliverableState(
        key=key,
        plan=newest.plan,
        plan_slug=newest.plan_slug,
        theme_number=newest.number,
        theme_title=newest.title,
        number=row.number,
        wording=row.deliverable,
        organisation=row.organisation,
        at=at,
        counts=is_in_force or bool(is_complete),
        address=newest.address("published_deliverable", deliverable=row.number),
    )
