"""What the error summary on top of a page says of a field."""

from django import template
from django.forms import BoundField

register = template.Library()

STOCK = (
    "This field ",
    "This value ",
    "Null characters ",
    "Ensure ",
    "Enter a valid ",
    "Enter a whole ",
    "Enter a number.",
    "Select a valid ",
)
"""How Django's own messages begin, which name no field."""


@register.filter
def naming_itself(field: BoundField) -> list[str]:
    """A field's errors as they can be read away from it: one in stock words begins with the field's label."""
    return [f"{field.label}: {error}" if error.startswith(STOCK) else error for error in field.errors]
