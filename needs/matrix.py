"""Needs against themes: the list of an assessment's needs, narrowed, as a table on a page and as rows of a file."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import django_tables2 as tables
import tablib
from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from deliverables.rag import Share
from needs.filters import NeedFilter
from needs.options import LEVEL_ORDER
from needs.sight import Answer, Answered, NeedState, Sight, ThemeRef, ways_of
from pcc_tracker.tables import BaseTable, sheet
from reports.addresses import absolute
from themes.ratings import RatingValue

NAMED = "named"
"""Said in the cell of a theme that a need names, where none of its deliverables answers the need."""

NO_UPDATE = "–"
"""Stands in a cell where the letter of a rating would."""

_ANSWERED = list(Answered)

Place = tuple[str, int]
"""A theme by its plan's slug and its number."""


def place_of(theme: ThemeRef) -> Place:
    return theme.plan_slug, theme.number


def answers_by_theme(need: NeedState) -> dict[Place, list[Answer]]:
    """What answers a need now, by theme."""
    found: dict[Place, list[Answer]] = defaultdict(list)
    for one in need.counting:
        found[one.deliverable.plan_slug, one.deliverable.theme_number].append(one)
    return found


class Tally(NamedTuple):
    """How many of an assessment's needs are answered in one way."""

    answered: Answered
    share: Share


def tallies(needs: Sequence[NeedState]) -> list[Tally]:
    """Of all needs how many are answered how, each way that there is; together they are all."""
    counted = Counter(need.answered for need in needs)
    return [Tally(one, Share(counted[one], len(needs))) for one in ways_of(needs)]


def letters(needs: Iterable[NeedState]) -> list[RatingValue]:
    """The ratings whose letters stand in the matrix, each once."""
    shown = [one.deliverable.rating for need in needs for one in need.counting if one.deliverable.rating]
    return sorted({(one.code, one.name): one for one in shown}.values(), key=lambda one: one.code)


class MatrixFilter(NeedFilter):
    """Narrows an assessment's needs, also to those that name a theme or are answered in it."""

    theme = forms.ChoiceField(required=False, label="Theme")

    def __init__(self, data: object, sight: Sight) -> None:
        sections = {need.section: f"{need.section} {need.section_title}" for need in sight.needs}
        super().__init__(data, sight.needs, sections.items())
        self.offer(
            "theme", [(_asked(place_of(one)), f"{one.plan}, Theme {one.number}: {one.title}") for one in sight.themes]
        )

    def _matches(self, need: NeedState, chosen: dict[str, str]) -> bool:
        is_of_theme = "theme" not in chosen or chosen["theme"] in _themes_asked(need)
        return is_of_theme and super()._matches(need, chosen)


def _asked(place: Place) -> str:
    """A theme in an address."""
    return f"{place[0]}/{place[1]}"


def _themes_asked(need: NeedState) -> set[str]:
    return {_asked(place) for place in (*map(place_of, need.themes), *answers_by_theme(need))}


class ThemeColumn(tables.Column):
    """A theme's column: what of the theme answers each need. Its head stands in two rows, the plan over its themes."""

    def __init__(self, theme: ThemeRef, spans: int) -> None:
        """`spans`: how many columns its plan's head is over, at the first theme of a plan; 0 at the others."""
        label = f"{theme.plan}, Theme {theme.number}"
        super().__init__(verbose_name=label, empty_values=(), orderable=False)
        self.theme, self.spans = theme, spans

    def render(self, record: dict) -> SafeString | str:
        place = place_of(self.theme)
        if found := record["by_theme"].get(place):
            return format_html_join(" ", "{}", ((_mark(one),) for one in found))
        if place in record["named"]:
            return format_html('<span class="remark">{}<span class="full">, not answered here</span></span>', NAMED)
        return ""

    def value(self, record: dict) -> str:
        place = place_of(self.theme)
        if found := record["by_theme"].get(place):
            return "; ".join(f"{one.deliverable.number} {one.deliverable.label}" for one in found)
        return NAMED if place in record["named"] else ""


def _mark(answer: Answer) -> SafeString:
    """A rating's letter and the deliverable's number, leading to it; with the whole of it for who hears it."""
    one = answer.deliverable
    leads = format_html('<a class="mark" href="{}"', one.address) if one.address else mark_safe('<span class="mark"')
    return format_html(
        '{} title="{}"><span class="rating rating-{}{}"><b>{}</b><span class="full"> {}</span>'
        '</span> {}<span class="full">. {}</span></{}>',
        leads,
        f"{one.label}: {one.number}. {one.wording}",
        one.rating.code if one.rating else "none",
        "" if one.rating else " no-update",
        one.rating.code if one.rating else NO_UPDATE,
        one.rating.name if one.rating else "No update",
        one.number,
        one.wording,
        "a" if one.address else "span",
    )


def _columns(themes: Sequence[ThemeRef]) -> list[tuple[str, ThemeColumn]]:
    sizes = Counter(one.plan_slug for one in themes)
    spans = {one.plan_slug: place for place, one in reversed(list(enumerate(themes)))}
    return [
        (f"theme_{place}", ThemeColumn(one, sizes[one.plan_slug] if spans[one.plan_slug] == place else 0))
        for place, one in enumerate(themes)
    ]


class MatrixTable(BaseTable):
    """An assessment's needs, with what answers each in each theme."""

    section = tables.Column(order_by="section_order")
    wording = tables.Column(verbose_name="Need", order_by="wording_order")
    label = tables.Column(verbose_name="Kind", order_by="kind_order")
    answered = tables.Column(verbose_name="How it is answered", order_by="answered_order")
    section_title = tables.Column(accessor="need__section_title", visible=False, orderable=False)
    level = tables.Column(accessor="need__level", visible=False, orderable=False)
    response = tables.Column(accessor="need__response", visible=False, orderable=False)
    ratings = tables.Column(verbose_name="Which ratings", visible=False, orderable=False)

    class Meta(BaseTable.Meta):
        attrs = {"class": "records matrix"}
        sequence = ("section", "wording", "label", "level", "answered", "...", "section_title", "response", "ratings")
        order_by = "section"
        empty_text = "No risk or recommendation answers to this choice."
        template_name = "needs/_matrix_table.html"

    def __init__(self, sight: Sight, needs: Iterable[NeedState], query: str = "") -> None:
        """`query` is what the addresses that the page leads to say of whose ratings it shows."""
        self.query = query
        places = {need.pk: place for place, need in enumerate(sight.needs)}
        records = [
            {
                "need": need,
                "by_theme": answers_by_theme(need),
                "named": {place_of(one) for one in need.themes},
                "section": need.section,
                "section_order": places[need.pk],
                "wording": need.wording,
                "wording_order": need.wording.casefold(),
                "label": need.label,
                "kind_order": (not need.is_risk, LEVEL_ORDER.index(need.level), places[need.pk]),
                "answered": need.answered.value.capitalize(),
                "answered_order": (_ANSWERED.index(need.answered), places[need.pk]),
                "ratings": sight.standing,
            }
            for need in needs
        ]
        super().__init__(records, default="", extra_columns=_columns(sight.themes))

    def render_wording(self, value: str, record: dict) -> SafeString:
        return format_html('<a href="{}{}">{}</a>', record["need"].address, self.query, value)

    def value_wording(self, value: str) -> str:
        return value

    def value_label(self, record: dict) -> str:
        """The kind alone: in files the level has a column of its own."""
        return record["need"].kind.value


def answers_sheet(needs: Iterable[NeedState], standing: str) -> tablib.Dataset:
    """Each deliverable that answers one of the needs, a line for each; those that count no more too.

    `standing` is which ratings these are, in words.
    """
    header = [
        "Section", "Need", "Plan", "Theme", "No.", "Deliverable", "Organisation", "Rating", "Rating code", "Quarter",
        "Remark", "Counts", "Why", "Which ratings", "Address",
    ]  # fmt: skip
    rows = [
        [
            need.section,
            need.wording,
            one.plan,
            one.theme_number,
            one.number,
            one.wording,
            one.organisation,
            one.now.label if one.now else "",
            one.rating.code if one.rating else "",
            str(one.now.quarter) if one.now else "",
            one.remark,
            "yes" if one.counts else "no",
            answer.note,
            standing,
            absolute(one.address) if one.address else "",
        ]
        for need in needs
        for answer in need.answers
        for one in [answer.deliverable]
    ]
    return sheet("What answers them", header, rows)
