"""How ratings and figures are drawn on a page: always letter and name with the colour, never colour alone."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from deliverables.rag import Breakdown, Line, Movement
from themes.ratings import RatingValue

register = template.Library()

WIDE_ENOUGH_FOR_TEXT = 6  # percent of a bar that is at least 350 px wide

MOVEMENT_MARKS = {Movement.IMPROVED: "▲ ", Movement.WORSE: "▼ ", Movement.SAME: "", Movement.NOT_COMPARABLE: ""}


@register.simple_tag
def rating_tag(rating: RatingValue | None) -> SafeString:
    """A rating as a small tag of letter and name; the grey one where there is no update."""
    if rating is None:
        return mark_safe('<span class="rating no-update">No update</span>')
    return format_html('<span class="rating rating-{}"><b>{}</b> {}</span>', rating.code, rating.code, rating.name)


@register.simple_tag
def meaning(figures: Breakdown, line: Line) -> str:
    return figures.meaning(line)


@register.simple_tag
def rag_bar(figures: Breakdown) -> SafeString:
    """A breakdown as one bar. Letters and counts stand in the parts that are wide enough, and beside it in words."""
    shown = [line for line in figures.lines if line.count]
    parts, left = [], 0
    for line in shown:
        parts.append(_part(line, left))
        left += line.count
    label = ", ".join(f"{line.label} {line.count}" for line in shown) or "Nothing in force"
    return format_html(
        '<svg class="bar" role="img" aria-label="{}" width="100%" height="28" focusable="false">{}</svg>',
        f"{label}; {figures.total} in all",
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _part(line: Line, left: int) -> SafeString:
    # Widths for drawing only; what is printed beside them comes from the line itself.
    start, width = 100 * left / line.total, 100 * line.count / line.total
    middle = start + width / 2
    code = line.rating.code if line.rating else "no-update"
    fill = "" if line.rating else mark_safe(' fill="url(#hatch)"')
    part = format_html(
        '<rect class="bar-{}" x="{}%" width="{}%" height="28"{}></rect>', code, f"{start:.3f}", f"{width:.3f}", fill
    )
    if width < WIDE_ENOUGH_FOR_TEXT:
        return part
    text = f"{line.rating.code} {line.count}" if line.rating else str(line.count)
    return part + format_html(
        '<text class="bar-text-{}" x="{}%" y="19" text-anchor="middle">{}</text>', code, f"{middle:.3f}", text
    )


@register.simple_tag
def moved(movement: Movement) -> SafeString:
    """A movement in its word, with a mark for the eye that a screen reader passes over."""
    return format_html(
        '<span class="moved moved-{}"><span aria-hidden="true">{}</span>{}</span>',
        movement.value.replace(" ", "-"),
        MOVEMENT_MARKS[movement],
        movement.value.capitalize(),
    )
