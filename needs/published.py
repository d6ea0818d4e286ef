"""The deliverables as line of sight shows them to panel members and the public: from published editions alone."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from accounts.roles import Permission, may
from needs.sight import At, Basis, DeliverableState, is_complete
from reports.edition_models import EditionRow, EditionTheme
from reports.published import Publication, Reader, counting, publications, ratings_of
from themes.models import Plan
from themes.quarters import Quarter
from themes.ratings import RatingValue

NOT_PRINTED = "A deliverable that the report counts and does not print"
"""Stands for the wording where a report of amber and red alone is all that was published."""


def sees_live(reader: Reader) -> bool:
    """Whether a reader sees the live plan's ratings; for everybody else there are those of published editions only."""
    return may(reader, Permission.VIEW_PLAN)


def reads_published(reader: Reader) -> Reader:
    """Whom published ratings are shown as to: to who sees the live plan as the public sees them."""
    return AnonymousUser() if sees_live(reader) else reader


@dataclass(frozen=True)
class _Stood:
    """How an edition says that a deliverable stood."""

    publication: Publication
    number: int
    code: str
    """Of its rating; empty where there was no update."""
    remark: str
    completed: Quarter | None
    row: EditionRow | None
    """None where the edition counts it and does not print it."""


def published_states(reader: Reader, *, keys: Collection[str], plans: Collection[str]) -> Basis:
    """The deliverables with `keys`, and all that the newest editions on `plans`, by their slugs, count as in force.

    What is exempt in its theme's newest edition is left out. Five queries, whatever the history.
    """
    counted = counting(publications(reads_published(reader)))
    newest: dict[tuple[str, int], Publication] = {}
    for one in counted:
        newest.setdefault((one.plan_slug, one.number), one)
    here = {one.pk for one in newest.values() if one.plan_slug in plans}
    stood, exempt = _stood(counted, here, keys)
    left_out = {key for one in newest.values() for key in exempt[one.pk]}
    used = [one.publication for of_key in stood.values() for one in of_key]
    slugs = {one.plan_slug for one in used} | set(plans)
    now = max((one.quarter for one in counted if one.plan_slug in slugs), default=None)
    running = {plan.slug for plan in Plan.objects.filter(slug__in=slugs) if now and now.year in plan.years}
    ratings = ratings_of({one.pk for one in used})
    states, in_force = {}, set()
    for key, of_key in stood.items():
        last = of_key[0].publication
        is_newest = newest[last.plan_slug, last.number] == last
        # One that is printed in a newest edition all the same has moved there from another theme.
        if key in left_out and not is_newest:
            continue
        is_in_force = is_newest and last.plan_slug in running
        states[key] = _state(key, of_key, ratings, now=now, is_in_force=is_in_force)
        if is_in_force and last.plan_slug in plans:
            in_force.add(key)
    in_order = sorted(states.items(), key=lambda item: (item[1].plan, item[1].theme_number, item[1].number))
    return Basis(
        states=dict(in_order),
        in_force=frozenset(in_force),
        now=now,
        is_published=True,
        has_non_public=any(not one.is_public for one in used),
        left_out=frozenset(key for key in left_out if key not in states),
    )


def _stood(
    counted: Sequence[Publication], here: Collection[int], keys: Collection[str]
) -> tuple[Mapping[str, Sequence[_Stood]], Mapping[int, Sequence[str]]]:
    """By key how the publications say that the deliverables stood, newest quarter first; by publication what is exempt.

    Of those `here` all are told, of the others those with `keys`; two queries.
    """
    by_key: dict[str, dict[int, _Stood]] = defaultdict(dict)
    about = {one.pk: one for one in counted}
    exempt = {}
    themes = EditionTheme.objects.filter(pk__in=about)
    for pk, exempt_keys, not_printed in themes.values_list("pk", "exempt_keys", "not_printed"):
        exempt[pk] = exempt_keys
        for one in not_printed:
            if pk in here or one["key"] in keys:
                completed = Quarter.parse(one["completed"]) if one["completed"] else None
                code = _code(one["rating"])
                by_key[one["key"]][pk] = _Stood(about[pk], one["number"], code, one["remark"], completed, None)
    found = EditionRow.objects.filter(Q(theme__in=here) | Q(theme__in=about, key__in=keys))
    for row in found.defer("updates", "words"):
        stood = _Stood(about[row.theme_id], row.number, _code(row.rating), row.remark, row.completed, row)
        by_key[str(row.key)][row.theme_id] = stood
    return {key: [of_key[one.pk] for one in counted if one.pk in of_key] for key, of_key in by_key.items()}, exempt


def _code(rating: Mapping[str, Any] | None) -> str:
    return rating["code"] if rating else ""


def _state(
    key: str,
    stood: Sequence[_Stood],
    ratings: Mapping[int, Mapping[str, RatingValue]],
    *,
    now: Quarter | None,
    is_in_force: bool,
) -> DeliverableState:
    """One deliverable, worded as it was printed last."""
    at = tuple(
        At(one.publication.quarter, ratings[one.publication.pk][one.code] if one.code else None, one.remark)
        for one in stood
    )
    last = stood[0]
    printed, row = next(((one.publication, one.row) for one in stood if one.row), (None, None))
    return DeliverableState(
        key=key,
        plan=last.publication.plan,
        plan_slug=last.publication.plan_slug,
        theme_number=last.publication.number,
        theme_title=last.publication.title,
        number=last.number,
        wording=row.deliverable if row else NOT_PRINTED,
        organisation=row.organisation if row else "",
        at=at,
        counts=is_in_force or is_complete(at[0].rating, last.completed),
        address=printed.address("published_deliverable", deliverable=row.number) if printed and row else "",
        is_dated=last.publication.quarter != now,
        is_in_force=is_in_force,
    )
