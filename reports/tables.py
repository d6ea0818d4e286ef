"""The lists of meetings and reports, as tables on a page and as rows of a file."""

import datetime
from collections.abc import Iterable

import django_tables2 as tables
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pcc_tracker.tables import BaseTable
from reports.models import PanelMeeting, PanelReport
from reports.programme import Line, lines_of


class MeetingTable(BaseTable):
    """Meetings with what goes to each: a row for each line, or one where nothing is on the programme."""

    date = tables.Column(verbose_name="Meeting")
    papers_due = tables.Column()
    theme = tables.Column(accessor="theme_label", verbose_name="Theme", order_by=("theme_number", "quarter"))
    quarter = tables.Column(empty_values=())
    state = tables.Column(verbose_name="Report", order_by="state")
    particulars = tables.Column(verbose_name="Which report")
    plan = tables.Column(visible=False, orderable=False)
    note = tables.Column(visible=False, orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "No meeting."
        default = ""

    def __init__(self, meetings: Iterable[PanelMeeting], caption: str = "", **options: object) -> None:
        self.caption = caption
        super().__init__([record for one in meetings for record in self._records(one)], **options)

    @staticmethod
    def _records(meeting: PanelMeeting) -> list[dict[str, object]]:
        def record(line: Line | None) -> dict[str, object]:
            return {
                "meeting": meeting,
                "line": line,
                "date": meeting.date,
                "papers_due": meeting.due,
                "theme_label": str(line.theme) if line else "Nothing on its programme yet",
                "theme_number": line.theme.number if line else 0,
                "quarter": str(line.quarter) if line else "",
                "state": line.state if line else "",
                "particulars": line.particulars if line else "",
                "plan": str(line.plan) if line else "",
                "note": meeting.note,
            }

        return [record(line) for line in lines_of(meeting)] or [record(None)]

    def render_date(self, value: datetime.date) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("meeting", args=[value.isoformat()]), date_format(value))

    def value_date(self, value: datetime.date) -> datetime.date:
        return value

    def render_papers_due(self, value: datetime.date) -> str:
        return date_format(value)

    def value_papers_due(self, value: datetime.date) -> datetime.date:
        return value

    def render_quarter(self, record: dict) -> str:
        return record["line"].quarter.label if record["line"] else ""

    def value_quarter(self, record: dict) -> str:
        return record["quarter"]

    def render_state(self, value: str, record: dict) -> SafeString | str:
        line = record["line"]
        if line is None:
            return value
        if line.report is None:
            address = reverse("start_report", args=[line.meeting.date.isoformat()])
            about = f"{line.theme.short}, {line.quarter.label}"
            return format_html(
                '{} <a href="{}?quarter={}">Start it<span class="visually-hidden">: {}</span></a>',
                value, address, line.quarter, about,
            )  # fmt: skip
        about = f"{line.theme.short}, {line.quarter.label}, {line.particulars}"
        return format_html(
            '<a href="{}">{}<span class="visually-hidden">: {}</span></a>',
            reverse("report", args=[line.report.slug]), value, about,
        )  # fmt: skip

    def value_state(self, value: str) -> str:
        return value


class ReportTable(BaseTable):
    meeting = tables.Column(accessor="meeting__date")
    agenda_item = tables.Column()
    themes = tables.Column(accessor="numbered_label", verbose_name="Report", orderable=False)
    quarter = tables.Column()
    plan = tables.Column(visible=False, orderable=False)
    classification = tables.Column()
    state = tables.Column()

    class Meta(BaseTable.Meta):
        empty_text = "No report answers to this choice."
        default = ""

    def render_meeting(self, value: datetime.date) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("meeting", args=[value.isoformat()]), date_format(value))

    def value_meeting(self, value: datetime.date) -> datetime.date:
        return value

    def render_themes(self, value: str, record: PanelReport) -> SafeString:
        return format_html('<a href="{}">{}, {}</a>', reverse("report", args=[record.slug]), record.plan, value)

    def value_themes(self, value: str) -> str:
        return value

    def render_quarter(self, record: PanelReport) -> str:
        return record.quarter.label

    def value_quarter(self, record: PanelReport) -> str:
        return str(record.quarter)
