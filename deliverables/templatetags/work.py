"""Where the quarter's work is reviewed, and how far it is, drawn as one bar with its numbers beside it."""

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from deliverables.work import Glance, period_to_review
from themes.place import Place

register = template.Library()


@register.simple_tag
def review_address(place: Place | None) -> str:
    """The review of the page's quarter; from a page that has none, of the latest that is open; else empty."""
    if place:
        return place.address("review")
    period = period_to_review(timezone.localdate())
    if period is None:
        return ""
    plan, quarter = period.theme.plan, period.quarter
    return reverse("review", kwargs={"plan": plan.slug, "year": str(quarter.year), "quarter": quarter.slug})


@register.simple_tag
def work_bar(glance: Glance) -> SafeString:
    """What is approved of all that is needed, and after it what is submitted."""
    share = 100 / (glance.needed or 1)
    approved, submitted = share * glance.approved, share * glance.submitted
    return format_html(
        '<svg class="work-bar" role="img" aria-label="{}: {}" width="100%" height="16" focusable="false">'
        '<rect class="work-submitted" x="{}%" width="{}%" height="16"></rect>'
        '<rect class="work-approved" width="{}%" height="16"></rect></svg>',
        glance.name,
        glance.in_words,
        f"{approved:.3f}",
        f"{submitted:.3f}",
        f"{approved:.3f}",
    )
