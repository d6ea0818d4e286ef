"""What the templates of a document ask of its values."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from deliverables.blocks import Block, Narrative
from reports.content import AppendixRow
from reports.options import Column

register = template.Library()


@register.simple_tag
def appendix_cell(row: AppendixRow, column: Column) -> str:
    return row.cell(column)


@register.filter
def as_page(block: Block) -> SafeString:
    """One block of a section as it stands on a page. Its words were made safe when they were parsed."""
    return mark_safe(Narrative((block,)).page)  # noqa: S308
