"""The approved updates of each theme's quarter as a page that any browser shows, without this product."""

from collections.abc import Iterator
from itertools import groupby

from django.db import models
from django.template.loader import render_to_string

from deliverables.models import ApprovedUpdate

_UPDATES_AT_ONCE = 500


def count_pages() -> int:
    """How many narratives the pages hold, all together."""
    return ApprovedUpdate.objects.count()


def narrative_pages() -> Iterator[tuple[str, int, str]]:
    """Each page: its path in the archive, how many updates it holds, and its HTML."""
    for period, approved in groupby(_approved(), key=lambda one: one.update.period):
        updates = list(approved)
        quarter, theme = period.quarter, period.theme
        folder = f"narratives/{theme.plan.slug}/{quarter.year}-q{quarter.number}"
        context = {
            "period": period,
            "quarter": quarter,
            "theme": theme,
            "updates": [(one, one.update.deliverable.is_exempt(quarter)) for one in updates],
        }
        html = render_to_string("archive/narratives.html", context)
        yield f"{folder}/theme-{theme.number}.html", len(updates), html


def _approved() -> Iterator[ApprovedUpdate]:
    """A period's stand together, in the order of their numbers."""
    related = ("rating", "update__deliverable", "update__period__theme__plan")
    found: models.QuerySet[ApprovedUpdate] = ApprovedUpdate.objects.select_related(*related).defer("words")
    return found.order_by("update__period_id", "number", "pk").iterator(chunk_size=_UPDATES_AT_ONCE)
