"""Who changed what, when and why: of a report, of a meeting, and of what the office keeps for its reports."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format

from accounts.history import ADDED, CHANGED, Change, Entry, entries, newest_first
from accounts.roles import Permission, requires
from deliverables.narrative import parse
from reports.meeting_views import find_meeting
from reports.models import (
    MeetingAction,
    OfficeSection,
    PanelMeeting,
    PanelReport,
    ProgrammeItem,
    ReportDefaults,
    ReportSection,
    WordTemplate,
)
from reports.report_views import back_to, find_report
from themes.place import themes_in_words

_TEXTS = {"text": lambda html: parse(html).text}


@requires(Permission.PREPARE_REPORTS)
def report_history(request: HttpRequest, report: str) -> HttpResponse:
    """A report's facts and themes, and what was written in its sections."""
    found = find_report(report)
    told = entries(PanelReport.history.filter(id=found.pk), about=lambda record: "the report", without={"slug"})
    told += _themes(found)
    told += entries(
        ReportSection.history.filter(report=found.pk),
        about=lambda record: f"the section on {record.kind}",
        texts=_TEXTS,
        without={"report", "kind", "filled"},
    )
    back = back_to(report)["back"]
    return _page(request, f"History of the report: {found}", "The report", back, told)


def _themes(report: PanelReport) -> list[Entry]:
    """Each time that the themes of a report were changed: they are no field of its own, so no entry tells of them."""
    told, before = [], ""
    number_of = dict(report.plan.themes.values_list("pk", "number"))
    records = PanelReport.history.filter(id=report.pk).order_by("history_date", "history_id")
    for record in records.select_related("history_user").prefetch_related("historicalpanelreport_themes_set"):
        of = record.historicalpanelreport_themes_set.all()
        numbers = sorted(number_of[one.theme_id] for one in of if one.theme_id in number_of)
        after = themes_in_words(numbers) if numbers else ""
        if after not in ("", before):
            change = Change("Themes", before, after)
            told.append(Entry(record.history_date, record.history_user, "what it is on", CHANGED, "", (change,)))
            before = after
    return told


@requires(Permission.PREPARE_REPORTS)
def meeting_history(request: HttpRequest, meeting: str) -> HttpResponse:
    """A meeting's facts, what came on its programme and went off it, and what it asked for."""
    found = find_meeting(meeting)
    told = entries(PanelMeeting.history.filter(id=found.pk), about=lambda record: "the meeting")
    told += entries(
        ProgrammeItem.history.filter(meeting=found.pk),
        about=lambda record: f"{record.quarter} on its programme",
        without={"meeting"},
    )
    told += entries(
        MeetingAction.history.filter(meeting=found.pk), about=lambda record: "an action", without={"meeting"}
    )
    heading = f"History of the meeting of {date_format(found.date)}"
    return _page(request, heading, "The meeting", reverse("meeting", args=[meeting]), told)


@requires(Permission.PREPARE_REPORTS)
def office_texts_history(request: HttpRequest) -> HttpResponse:
    """The office's texts, what reports begin with, and each Word template."""
    told = entries(
        OfficeSection.history.all(), about=lambda record: f"“{record.heading}”", texts=_TEXTS, without={"kind"}
    )
    told += entries(ReportDefaults.history.all(), about=lambda record: "what reports begin with")
    told += [
        Entry(one.uploaded_at, one.uploaded_by, f"Word template: {one}", ADDED, "", ())
        for one in WordTemplate.objects.select_related("uploaded_by").defer("content")
    ]
    return _page(
        request, "History of office texts and template", "Office texts and template", reverse("office_texts"), told
    )


def _page(request: HttpRequest, heading: str, over: str, back: str, told: list[Entry]) -> HttpResponse:
    context = {"heading": heading, "over": over, "back": back, "entries": newest_first(told)}
    return render(request, "components/history_page.html", context)
