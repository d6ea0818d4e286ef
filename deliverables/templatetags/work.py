"""How far the work of a theme or an organisation is, drawn as one bar; its numbers stand beside it."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from deliverables.work import Glance

register = template.Library()


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
