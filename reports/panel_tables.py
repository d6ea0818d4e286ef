"""The lists of questions and actions, as tables on a page and as rows of a file."""

import datetime
from collections.abc import Iterable

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from pcc_tracker.tables import BaseTable
from reports.panel_models import MeetingAction
from reports.questions import Listed


class QuestionTable(BaseTable):
    """Questions; an answer is told once it is published, and to the office alone who asked and of what is withdrawn."""

    wording = tables.Column(accessor="text", verbose_name="Question", order_by="text")
    about = tables.Column(verbose_name="What it is about", order_by=("first_theme", "about"))
    report = tables.Column(verbose_name="Report", orderable=False)
    themes = tables.Column(visible=False, orderable=False)
    state = tables.Column()
    asked = tables.Column(order_by="asked_at")
    asked_by = tables.Column(verbose_name="Asked by")
    answered = tables.Column(order_by="answered_at")
    answer = tables.Column(visible=False, orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "No question answers to this choice."
        default = ""

    def __init__(self, questions: Iterable[Listed], *, names_who_asked: bool) -> None:
        hidden = () if names_who_asked else ("asked_by",)
        self.names_who_asked = names_who_asked
        super().__init__([self._record(one) for one in questions], exclude=hidden)

    def _record(self, listed: Listed) -> dict[str, object]:
        question = listed.question
        return {
            "question": question,
            "text": question.text,
            "about": question.about if self.names_who_asked else question.about_in_view,
            "first_theme": listed.themes[:1],
            "report": f"{question.edition.quarter.label}, {question.edition.version}",
            "themes": ", ".join(map(str, listed.themes)),
            "state": question.state,
            "asked": question.asked_at,
            "asked_at": question.asked_at,
            "asked_by": question.asked_by.display_name,
            "answered": question.answered_at,
            "answered_at": (question.answered_at is not None, question.answered_at or question.asked_at),
            "answer": question.answer if question.is_answered else "",
        }

    def render_wording(self, value: str, record: dict) -> SafeString:
        excerpt = Truncator(" ".join(value.split())).chars(160)
        return format_html('<a href="{}">{}</a>', record["question"].get_absolute_url(), excerpt)

    def value_wording(self, value: str) -> str:
        return value

    def render_about(self, value: str) -> str:
        return Truncator(value).chars(120)

    def value_about(self, value: str) -> str:
        return value

    def render_asked(self, value: datetime.datetime) -> str:
        return date_format(timezone.localtime(value))

    def value_asked(self, value: datetime.datetime) -> datetime.date:
        return timezone.localdate(value)

    render_answered, value_answered = render_asked, value_asked


class ActionTable(BaseTable):
    """What meetings asked for. `may_keep` adds what can be done with each, on the page alone."""

    wording = tables.Column(accessor="text", verbose_name="Action", orderable=False)
    meeting = tables.Column(accessor="meeting__date")
    owner = tables.Column(accessor="owner__display_name", verbose_name="Owner")
    organisation = tables.Column(accessor="owner__organisation__short_name", verbose_name="Organisation")
    due_on = tables.Column(accessor="due", verbose_name="Due")
    state = tables.Column(empty_values=(), orderable=False)
    closed_on = tables.Column(visible=False)
    outcome = tables.Column(orderable=False)
    tools = tables.Column(empty_values=(), orderable=False, exclude_from_export=True, verbose_name="Change")

    class Meta(BaseTable.Meta):
        empty_text = "No action answers to this choice."
        default = ""

    def __init__(self, actions: Iterable[MeetingAction], *, today: datetime.date, may_keep: bool) -> None:
        self.today = today
        super().__init__(list(actions), exclude=() if may_keep else ("tools",))

    def render_meeting(self, value: datetime.date) -> str:
        return date_format(value)

    def value_meeting(self, value: datetime.date) -> datetime.date:
        return value

    render_due_on, value_due_on = render_meeting, value_meeting

    def value_closed_on(self, value: datetime.date) -> datetime.date:
        return value

    def render_state(self, record: MeetingAction) -> SafeString | str:
        state = record.state_on(self.today)
        if not record.is_open:
            return f"{state} on {date_format(record.closed_on)}"
        return format_html('<b class="late">{}</b>', state) if state == "Overdue" else state

    def value_state(self, record: MeetingAction) -> str:
        return record.state_on(self.today)

    def render_tools(self, record: MeetingAction) -> SafeString:
        steps = [("close_action", "Close"), ("change_action", "Change")]
        steps = steps if record.is_open else [("reopen_action", "Open again")]
        about = Truncator(record.text).chars(60)
        links = (
            (reverse(view, args=[record.pk]), label, about) for view, label in [*steps, ("remove_action", "Remove")]
        )
        return format_html_join(", ", '<a href="{}">{}<span class="visually-hidden">: {}</span></a>', links)
