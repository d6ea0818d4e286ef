"""The lists of gaps, as tables on a page and as rows of a file."""

from collections.abc import Callable, Iterable

import django_tables2 as tables
import tablib
from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from deliverables.templatetags.rag import rating_tag
from needs.filters import SightFilter
from needs.gap_document import Cell, GapDocument, Said, rated, response, worst_first
from needs.options import LEVEL_ORDER
from needs.sight import DeliverableState, Gap, GapKind, NeedState, in_order
from pcc_tracker.tables import BaseTable, sheet, sheet_of

SHEETS = {
    GapKind.RISKS_UNANSWERED: "Risks unanswered",
    GapKind.RISKS_TROUBLED: "Risks amber or red",
    GapKind.RISKS_WAITING: "Risks not on course",
    GapKind.NO_RESPONSE: "Recommendations no response",
    GapKind.UNANSWERED: "Recommendations unanswered",
    GapKind.TROUBLED: "Recommendations amber or red",
    GapKind.WAITING: "Recommendations not on course",
    GapKind.DELIVERABLES: "Deliverables without a need",
}
"""What a workbook calls them, where a name has at most 31 characters and no colon."""

COUNTS_HEADER = ["Gap", "What it means", "Count", "Of", "Percent", "Printed", "Counted of", "Ratings", "Address"]


class NeedGapTable(BaseTable):
    """Risks or recommendations, with what answers each."""

    wording = tables.Column(verbose_name="Risk or recommendation", orderable=False)
    level = tables.Column(order_by="gravity")
    response = tables.Column()
    response_reason = tables.Column(verbose_name="Reason of the response", visible=False)
    section = tables.Column(order_by="section_order")
    section_title = tables.Column(visible=False)
    answers = tables.Column(verbose_name="What answers it", orderable=False)
    also_in = tables.Column(verbose_name="Also in sections", visible=False)
    basis = tables.Column(verbose_name="Ratings", visible=False)
    address = tables.Column(visible=False)

    class Meta(BaseTable.Meta):
        empty_text = "None."
        default = ""

    def __init__(self, needs: Iterable[NeedState], document: GapDocument, *, of_risks: bool) -> None:
        hidden = ("response", "response_reason") if of_risks else ("level",)
        super().__init__([self._record(need, document) for need in needs], exclude=hidden)

    @staticmethod
    def _record(need: NeedState, document: GapDocument) -> dict[str, object]:
        return {
            "need": need,
            "wording": need.wording,
            "place": need.address + document.query,
            "level": need.level,
            "gravity": LEVEL_ORDER.index(need.level),
            "response": response(need),
            "response_reason": need.response_reason,
            "section": need.section,
            "section_order": in_order(need.section),
            "section_title": need.section_title,
            "answers": document.answers(need),
            "also_in": ", ".join(need.also_in),
            "basis": document.sight.standing,
            "address": document.whole(need.address + document.query),
        }

    def render_wording(self, value: str, record: dict) -> SafeString:
        return format_html('<a href="{}">{}</a>', record["place"], value)

    def value_wording(self, value: str) -> str:
        return value

    def render_level(self, value: str) -> str:
        return value.capitalize()

    def value_level(self, value: str) -> str:
        return value

    def render_section(self, record: dict) -> str:
        return f"{record['section']} {record['section_title']}"

    def value_section(self, value: str) -> str:
        return value

    def render_answers(self, value: Cell) -> SafeString:
        return format_html_join("", '<div class="said">{}</div>', ((drawn(one),) for one in value))

    def value_answers(self, value: Cell) -> str:
        return "\n".join(map(in_words, value))


class DeliverableGapTable(BaseTable):
    """Deliverables in force, as they stand; the worst rated first unless somebody sorts them otherwise."""

    wording = tables.Column(verbose_name="Deliverable", orderable=False)
    plan = tables.Column(visible=False)
    theme = tables.Column(order_by=("theme_number", "number"))
    number = tables.Column(verbose_name="No.")
    organisation = tables.Column(verbose_name="Led by")
    rating = tables.Column(order_by="gravity", empty_values=())
    rating_code = tables.Column(visible=False)
    remark = tables.Column(visible=False)
    quarter = tables.Column(visible=False)
    basis = tables.Column(verbose_name="Ratings", visible=False)
    address = tables.Column(visible=False)

    class Meta(BaseTable.Meta):
        order_by = "rating"
        empty_text = "None."
        default = ""

    def __init__(self, deliverables: Iterable[DeliverableState], document: GapDocument) -> None:
        super().__init__([self._record(one, document) for one in deliverables])

    @staticmethod
    def _record(one: DeliverableState, document: GapDocument) -> dict[str, object]:
        return {
            "wording": one.wording,
            "place": one.address,
            "plan": one.plan,
            "theme": f"Theme {one.theme_number}: {one.theme_title}",
            "theme_number": (one.plan, one.theme_number),
            "number": one.number,
            "organisation": one.organisation,
            "rating": rated(one, ""),
            "gravity": worst_first(one),
            "rating_code": one.rating.code if one.rating else "",
            "remark": one.remark,
            "quarter": str(one.now.quarter) if one.now else "",
            "basis": document.sight.standing,
            "address": document.whole(one.address) if one.address else "",
        }

    def render_wording(self, value: str, record: dict) -> SafeString | str:
        return format_html('<a href="{}">{}</a>', record["place"], value) if record["place"] else value

    def value_wording(self, value: str) -> str:
        return value

    def render_rating(self, value: Said) -> SafeString:
        return drawn(value)

    def value_rating(self, value: Said) -> str:
        return value.rating.name if value.rating else value.label


def drawn(one: Said) -> SafeString:
    """What a cell says as HTML: the rating's tag first, then the words, then what is remarked."""
    tag = rating_tag(one.rating) if one.label else ""
    words = format_html('<b class="missing">{}</b>' if one.is_strong else "{}", one.text)
    if one.address and one.text:
        words = format_html('<a href="{}">{}</a>', one.address, words)
    remark = format_html('<span class="remark">{}</span>', one.remark) if one.remark else ""
    return format_html_join(" ", "{}", ((part,) for part in (tag, words, remark) if part))


def in_words(one: Said) -> str:
    """What a cell says as text alone."""
    words = f"{one.text} ({one.label})" if one.label and one.text else one.text or one.label
    return f"{words}. {one.remark}" if one.remark else words


GapTable = NeedGapTable | DeliverableGapTable


def gap_table(document: GapDocument, gap: Gap, states: Iterable | None = None) -> GapTable:
    """The list of a gap, or as much of it as `states` are."""
    if gap.kind is GapKind.DELIVERABLES:
        return DeliverableGapTable(gap.deliverables if states is None else states, document)
    return NeedGapTable(gap.needs if states is None else states, document, of_risks=gap.kind.is_of_risks)


def counts_sheet(document: GapDocument) -> tablib.Dataset:
    """The count of each gap, with what it is of."""
    return sheet(
        "Gaps",
        COUNTS_HEADER,
        (
            [
                one.gap.title,
                one.gap.meaning,
                one.gap.share.count,
                one.gap.total,
                one.gap.share.percent,
                one.gap.share.printed,
                one.gap.of,
                document.sight.standing,
                document.whole(one.address),
            ]
            for one in document.counts
        ),
    )


def all_sheets(document: GapDocument) -> list[tablib.Dataset]:
    """The counts, then the gravest risks with what answers them, then the list of each gap."""
    grave = NeedGapTable(document.sight.grave, document, of_risks=True)
    lists = [sheet_of(gap_table(document, gap), SHEETS[gap.kind]) for gap in document.sight.gaps]
    return [counts_sheet(document), sheet_of(grave, "High and very high risks"), *lists]


class GapFilter(SightFilter):
    """Narrows the list of a gap."""

    words = forms.CharField(required=False, max_length=100, label="Words")
    level = forms.ChoiceField(required=False, label="Level")
    section = forms.ChoiceField(required=False, label="Section")
    theme = forms.ChoiceField(required=False, label="Theme")
    organisation = forms.ChoiceField(required=False, label="Led by")

    def __init__(self, data: object, gap: Gap) -> None:
        super().__init__(data)
        self.states: tuple[NeedState, ...] | tuple[DeliverableState, ...] = gap.needs or gap.deliverables
        for name, fact in _FACTS.items():
            # By value and not by label, so that each stands once; in the order of the list.
            if choices := {value: label for value, label in map(fact, self.states) if value}:
                self.offer(name, choices.items())
            else:
                del self.fields[name]

    def matching(self) -> list[NeedState | DeliverableState]:
        """As much of the gap as was chosen."""
        chosen = self.chosen
        words = chosen.pop("words", "").casefold().split()
        return [
            one
            for one in self.states
            if all(word in one.wording.casefold() for word in words)
            and all(_FACTS[name](one)[0] == value for name, value in chosen.items())
        ]


def _fact(of: type, value: str, label: str = "") -> Callable[[object], tuple[str, str]]:
    """What can be chosen of a state of one type, as value and label, both with its facts filled in."""
    return lambda one: (value.format(one), (label or value).format(one)) if isinstance(one, of) else ("", "")


_FACTS = {
    "level": _fact(NeedState, "{0.level}"),
    "section": _fact(NeedState, "{0.section}", "{0.section} {0.section_title}"),
    "theme": _fact(DeliverableState, "{0.plan_slug}-{0.theme_number}", "Theme {0.theme_number}: {0.theme_title}"),
    "organisation": _fact(DeliverableState, "{0.organisation}"),
}
