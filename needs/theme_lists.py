"""The list of a theme's deliverables with the needs that each answers: narrowed, as a table and as rows of a file."""

from collections.abc import Iterable

import django_tables2 as tables
import tablib
from django import forms
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from deliverables.templatetags.rag import rating_tag
from needs.filters import SightFilter
from needs.other_side import Answering, NeedRef, ThemeSide
from pcc_tracker.tables import BaseTable, sheet
from reports.addresses import absolute
from themes.ratings import Kind

NAMED_ALONE = "It names the theme; no deliverable of the theme answers it"

_KINDS = list(Kind)
_SOME, _NONE = "some", "none"


class AnsweringFilter(SightFilter):
    """Narrows a theme's deliverables."""

    words = forms.CharField(required=False, max_length=100, label="Words")
    organisation = forms.ChoiceField(required=False, label="Organisation")
    needs = forms.ChoiceField(required=False, label="Answers")

    def __init__(self, data: object, side: ThemeSide) -> None:
        super().__init__(data)
        self.side = side
        owners = sorted({one.deliverable.organisation for one in side.answering if one.deliverable.organisation})
        self.offer("organisation", [(owner, owner) for owner in owners])
        self.offer("needs", [(_SOME, "A need"), (_NONE, "No need")])

    def matching(self) -> list[Answering]:
        chosen = self.chosen
        return [one for one in self.side.answering if self._matches(one, chosen)]

    def _matches(self, one: Answering, chosen: dict[str, str]) -> bool:
        row, has = one.deliverable, _SOME if one.needs else _NONE
        text = " ".join([row.wording, *(need.wording for need in one.needs)]).casefold()
        return (
            all(word in text for word in chosen.get("words", "").casefold().split())
            and chosen.get("organisation", row.organisation) == row.organisation
            and chosen.get("needs", has) == has
        )


class AnsweringTable(BaseTable):
    """A theme's deliverables with the needs that each answers."""

    number = tables.Column(verbose_name="No.")
    wording = tables.Column(verbose_name="Deliverable")
    organisation = tables.Column()
    rating = tables.Column(empty_values=(), order_by="rating_order")
    needs = tables.Column(verbose_name="Needs that it answers", empty_values=(), order_by="needs_order")

    class Meta(BaseTable.Meta):
        attrs = {"class": "records answering"}
        order_by = "number"
        empty_text = "No deliverable answers to this choice."

    def __init__(self, rows: Iterable[Answering]) -> None:
        records = [
            {
                "row": row,
                "number": one.number,
                "wording": one.wording,
                "organisation": one.organisation,
                "rating_order": _KINDS.index(one.rating.kind) if one.rating else len(_KINDS),
                "needs_order": -len(row.needs),
            }
            for row in rows
            for one in [row.deliverable]
        ]
        super().__init__(records, default="")

    def render_wording(self, value: str, record: dict) -> SafeString:
        address = record["row"].deliverable.address
        return format_html('<a href="{}">{}</a>', address, value) if address else format_html("{}", value)

    def render_rating(self, record: dict) -> SafeString:
        one = record["row"].deliverable
        remark = format_html(' <span class="remark">{}</span>', one.remark) if one.remark else ""
        return format_html("{}{}", rating_tag(one.rating), remark)

    def render_needs(self, record: dict) -> SafeString:
        return render_to_string("needs/_need_refs.html", {"needs": record["row"].needs})


def answering_sheet(table: AnsweringTable, named: Iterable[NeedRef], standing: str) -> tablib.Dataset:
    """A line for each deliverable and need that it answers; then one for each need that names the theme alone.

    `standing` is which ratings these are, in words.
    """
    header = [
        "No.", "Deliverable", "Organisation", "Rating", "Rating code", "Quarter", "Remark",
        "Kind", "Level", "Need", "Section", "Assessment", "Why", "Address of the need",
        "Which ratings",
    ]  # fmt: skip
    rows: list[list[object]] = []
    for row in (one.record["row"] for one in table.rows):
        one = row.deliverable
        facts = [
            one.number,
            one.wording,
            one.organisation,
            one.now.label if one.now else "",
            one.rating.code if one.rating else "",
            str(one.now.quarter) if one.now else "",
            one.remark,
        ]
        rows += [facts + _facts(need) for need in row.needs] or [facts + [""] * 7]
    rows += [[""] * 6 + [NAMED_ALONE, *_facts(need)] for need in named]
    return sheet("Needs answered", header, ([*row, standing] for row in rows))


def _facts(need: NeedRef) -> list[object]:
    return [
        need.kind.value,
        need.level,
        need.wording,
        ", ".join(need.sections),
        need.assessment,
        need.note,
        absolute(need.address),
    ]
