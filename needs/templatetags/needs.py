"""What pages of the rooms to the left show of needs."""

from django import template
from django.template.context import RequestContext

from needs.models import Assessment
from needs.other_side import needs_answered

register = template.Library()


@register.inclusion_tag("needs/_needs_answered.html", takes_context=True)
def needs_that_it_answers(context: RequestContext, key: object) -> dict[str, object]:
    """The needs that the deliverable with a key answers, of the assessments that the reader may see; two queries."""
    shown = Assessment.objects.visible_to(context["request"].user)
    found = needs_answered([str(key)], shown).get(str(key), ())
    # The live page's place and row, for the way to link it.
    return {"needs": found, "may": context["may"], "place": context.get("place"), "row": context.get("row")}
