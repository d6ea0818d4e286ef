"""The lists of assessments and of an assessment's needs, as tables on a page and as rows of a file."""

from collections import Counter
from collections.abc import Iterable, Sequence

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from deliverables.templatetags.rag import rating_tag
from needs.models import Assessment, Section
from needs.options import LEVEL_ORDER
from needs.sight import Answer, Answered, NeedState, in_order
from pcc_tracker.tables import BaseTable

_ANSWERED = list(Answered)


def with_counts(sections: Iterable[Section], needs: Iterable[NeedState]) -> list[tuple[Section, int, int]]:
    """Each section with how many of the risks and of the recommendations stand in it."""
    counted = Counter((need.section, need.is_risk) for need in needs)
    return [(one, counted[one.number, True], counted[one.number, False]) for one in sections]


class AssessmentTable(BaseTable):
    """Assessments, the newest first. Who may see each is told to the office alone."""

    title = tables.Column(verbose_name="Assessment")
    period = tables.Column(verbose_name="Year")
    informs = tables.Column(accessor="informs__title", verbose_name="Plan that it informs")
    risks = tables.Column()
    grave = tables.Column(verbose_name="High and very high")
    recommendations = tables.Column()
    audience = tables.Column(verbose_name="Who may see it")

    class Meta(BaseTable.Meta):
        empty_text = "No assessment can be seen here."

    def __init__(self, assessments: Iterable[Assessment], *, tells_audience: bool) -> None:
        super().__init__(list(assessments), exclude=() if tells_audience else ("audience",))

    def render_title(self, record: Assessment) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), record.title)

    def value_title(self, record: Assessment) -> str:
        return record.title

    def render_period(self, record: Assessment) -> str:
        return str(record.period)

    value_period = render_period


class NeedTable(BaseTable):
    """Risks and recommendations with what answers them."""

    section = tables.Column(order_by="section_order")
    section_title = tables.Column(accessor="need__section_title", visible=False, orderable=False)
    kind = tables.Column(accessor="need__kind")
    level = tables.Column(accessor="need__level", order_by="level_order")
    wording = tables.Column(accessor="need__wording", verbose_name="Risk or recommendation")
    themes = tables.Column(orderable=False, verbose_name="Themes that it names")
    answered = tables.Column(order_by="answered_order", verbose_name="Answered by")
    deliverables = tables.Column(orderable=False, visible=False)
    mark = tables.Column(verbose_name="Since last year")
    worded_before = tables.Column(accessor="need__worded_before", visible=False, orderable=False)
    gone_reason = tables.Column(accessor="need__gone_reason", visible=False, orderable=False)
    response = tables.Column(accessor="need__response", visible=False, orderable=False)
    response_reason = tables.Column(accessor="need__response_reason", visible=False, orderable=False)

    class Meta(BaseTable.Meta):
        attrs = {"class": "records compact"}
        order_by = "section"
        empty_text = "No risk or recommendation answers to this choice."

    def __init__(self, needs: Sequence[NeedState], *, tells_marks: bool) -> None:
        records = [
            {
                "need": need,
                "section": need.section,
                "section_order": (in_order(need.section), place),
                "level_order": LEVEL_ORDER.index(need.level),
                "themes": need.themes,
                "answered": need.answered,
                "answered_order": _ANSWERED.index(need.answered),
                "deliverables": need.answers,
                "mark": need.mark or "",
            }
            for place, need in enumerate(needs)
        ]
        super().__init__(records, default="", exclude=() if tells_marks else ("mark", "worded_before", "gone_reason"))

    def render_section(self, record: dict) -> SafeString:
        need = record["need"]
        return format_html('<span title="{}">{}</span>', need.section_title, need.section)

    def value_section(self, value: str) -> str:
        return value

    def render_kind(self, value: str) -> str:
        return value.capitalize()

    render_level = value_level = value_kind = render_kind

    def render_wording(self, value: str, record: dict) -> SafeString:
        need = record["need"]
        gone = format_html(' <span class="remark">Gone: {}</span>', need.gone_reason) if need.gone_reason else ""
        return format_html('<a href="{}">{}</a>{}', need.address, value, gone)

    def value_wording(self, value: str) -> str:
        return value

    def render_themes(self, value: Sequence) -> str:
        return ", ".join(f"T{one.number}" for one in value)

    def value_themes(self, value: Sequence) -> str:
        return "; ".join(f"{one.plan}, Theme {one.number}: {one.title}" for one in value)

    def render_answered(self, value: Answered, record: dict) -> SafeString:
        tags = format_html_join(" ", "{}", ((_tag(one),) for one in record["need"].counting))
        return format_html("{} {}", value.capitalize(), tags) if tags else format_html("{}", value.capitalize())

    def value_answered(self, value: Answered) -> str:
        return value.capitalize()

    def value_deliverables(self, value: Sequence[Answer]) -> str:
        return "; ".join(
            f"{one.deliverable.plan}, {one.deliverable.place}: {one.deliverable.wording} ({one.deliverable.label})"
            for one in value
        )

    def render_mark(self, value: str, record: dict) -> SafeString | str:
        before = record["need"].worded_before
        if not before:
            return str(value).capitalize()
        return format_html('{}<span class="remark">Before: {}</span>', str(value).capitalize(), before)

    def value_mark(self, value: str) -> str:
        return str(value)


def _tag(answer: Answer) -> SafeString:
    """The rating of one deliverable that answers, leading to its page."""
    row = answer.deliverable
    tag = rating_tag(row.rating)
    about = format_html('<span class="visually-hidden">{}: {}: </span>', row.place, row.wording)
    return (
        format_html('<a href="{}">{}{}</a>', row.address, about, tag)
        if row.address
        else format_html("{}{}", about, tag)
    )
