"""The assessment and the need that an address names, as far as its reader may see them."""

from collections.abc import Collection

from django.http import HttpRequest

from needs.gather import gather_sight
from needs.models import Assessment, Need
from needs.published import reads_published, sees_live
from needs.sight import NeedState, Sight
from pcc_tracker.errors import NothingHere
from reports.published import Reader, colours_addresses
from themes.models import RatingScheme

AS_PUBLISHED = "published"
"""What `ratings` says in an address where who sees the live plan looks at what everybody else sees."""


def find_assessment(asked: str, reader: Reader) -> Assessment:
    """The assessment with an address; raises NothingHere, with those that the reader may see, where they see none."""
    there = list(Assessment.objects.visible_to(reader).select_related("informs"))
    for one in there:
        if one.slug == asked:
            return one
    raise NothingHere(
        "There is no needs assessment at this address.", [(str(one), one.get_absolute_url()) for one in there]
    )


def find_need(assessment: Assessment, asked: int) -> Need:
    """The assessment's risk or recommendation with a key in addresses; raises NothingHere."""
    found = Need.objects.of(assessment).select_related("section__assessment").filter(pk=asked).first()
    if found is None:
        raise _no_such_need(assessment)
    return found


def find_state(sight: Sight, assessment: Assessment, asked: int) -> NeedState:
    """The need of the assessment's line of sight with a key in addresses; raises NothingHere."""
    for one in (*sight.needs, *sight.gone):
        if one.pk == asked:
            return one
    raise _no_such_need(assessment)


def _no_such_need(assessment: Assessment) -> NothingHere:
    address = assessment.get_absolute_url()
    return NothingHere(f"{assessment} has no such risk or recommendation.", [(str(assessment), address)])


def sight_of(request: HttpRequest, assessment: Assessment) -> Sight:
    """The line of sight that the request asks for: the live plan's for who sees that, unless it says otherwise."""
    return gather_sight(assessment, request.user, as_published=request.GET.get("ratings") == AS_PUBLISHED)


def around(request: HttpRequest, assessment: Assessment, sight: Sight) -> dict[str, object]:
    """What each page of line of sight shows around it; two queries."""
    is_live = sees_live(request.user)
    return {
        "assessment": assessment,
        "sight": sight,
        "sees_live": is_live,
        "as_published": is_live and sight.is_published,
        "stylesheets": stylesheets_of(
            {one.plan_slug for one in sight.deliverables}, request.user, is_published=sight.is_published
        ),
    }


def stylesheets_of(plans: Collection[str], reader: Reader, *, is_published: bool) -> list[str]:
    """Where the colours of the ratings are that a page shows of plans, by their slugs."""
    if is_published:
        return colours_addresses(reads_published(reader), plans)
    schemes = RatingScheme.objects.filter(plans__slug__in=plans).distinct().prefetch_related("ratings")
    return [scheme.stylesheet_address for scheme in schemes]
