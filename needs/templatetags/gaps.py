"""How the page of gaps draws its cells."""

from django import template
from django.utils.safestring import SafeString

from needs.gap_document import Said
from needs.gap_tables import drawn

register = template.Library()


@register.simple_tag
def said(one: Said) -> SafeString:
    return drawn(one)
