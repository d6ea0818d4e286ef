"""How a page offers its list of records to be taken away."""

from django import template
from django.template.context import RequestContext
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from pcc_tracker.tables import LIST_FORMATS

register = template.Library()

OF_THE_PAGE = ("page", "all")
"""What an address says of how a page shows its list, which has nothing to do with what is in it."""


@register.simple_tag(takes_context=True)
def take_away(context: RequestContext, view: str, **where: object) -> SafeString:
    """Links to a list's file in each format, sorted and filtered as the page is; `view` is the name of its address."""
    query = context["request"].GET.copy()
    for name in OF_THE_PAGE:
        query.pop(name, None)
    asked = f"?{query.urlencode()}" if query else ""
    return format_html_join(
        ", ",
        '<a href="{}{}">{}</a>',
        ((reverse(view, kwargs=where | {"form": form}), asked, one.label) for form, one in LIST_FORMATS.items()),
    )
