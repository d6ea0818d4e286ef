"""The live plan beside what was published, on the office's front page."""

from django import template

from reports.front import Front
from reports.live import Live, LiveTheme

register = template.Library()


@register.simple_tag
def live_theme(live: Live, number: int) -> LiveTheme | None:
    return live.themes.get(number)


@register.simple_tag
def not_reported(live: Live, front: Front) -> list[LiveTheme]:
    return live.not_reported(front)
