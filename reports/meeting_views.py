"""The pages on the Panel's meetings and what goes to which."""

import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from accounts.forms import FORM_PAGE, ReasonForm, carried_out
from accounts.roles import Permission, Refused, requires
from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import download, sheet_of, show
from reports.actions import (
    StartedAlready,
    add_meeting,
    add_to_programme,
    change_meeting,
    remove_from_programme,
    remove_meeting,
    start_report,
)
from reports.forms import MeetingForm, ProgrammeForm, StartReportForm
from reports.models import PanelMeeting
from reports.programme import due_next, lines_of, with_programme
from reports.tables import MeetingTable
from themes.forms import quarters_of
from themes.models import ReportingPeriod, Theme
from themes.quarters import Quarter


@requires(Permission.PREPARE_REPORTS)
def meetings(request: HttpRequest) -> HttpResponse:
    """The Panel's meetings and the work programme: what is to come, what is due next, what has been."""
    today = timezone.localdate()
    found = list(with_programme(PanelMeeting.objects.all()))
    coming = [one for one in found if one.date >= today]
    past = [one for one in reversed(found) if one.date < today]
    context = {
        "next": due_next(coming, today),
        "coming": show(request, MeetingTable(coming, "To come", prefix="coming-")) if coming else None,
        "past": show(request, MeetingTable(past, "Past", prefix="past-")) if past else None,
    }
    return render(request, "reports/meetings.html", context)


@requires(Permission.PREPARE_REPORTS)
def meetings_file(request: HttpRequest, form: str) -> HttpResponse:
    """All meetings, oldest first, with what goes to each."""
    table = MeetingTable(with_programme(PanelMeeting.objects.all()))
    return download("meetings and work programme", form, sheet_of(table, "Work programme"))


@requires(Permission.PREPARE_REPORTS)
def add(request: HttpRequest) -> HttpResponse:
    form = MeetingForm(request.POST or None)
    if carried_out(form, lambda: add_meeting(by=request.user, **form.cleaned_data)):
        messages.success(request, f"The meeting of {date_format(form.cleaned_data['date'])} is added.")
        return redirect("meeting", meeting=form.cleaned_data["date"].isoformat())
    return _form_page(request, form, "Add a meeting", "Add it")


@requires(Permission.PREPARE_REPORTS)
def meeting(request: HttpRequest, meeting: str) -> HttpResponse:
    """A meeting with its programme, reports and actions; a further line can be added to the programme."""
    found = find_meeting(meeting)
    themes = Theme.objects.select_related("plan").order_by("-plan__start_year", "plan__title", "number")
    years = {year for theme in themes for year in theme.plan.years}
    form = ProgrammeForm(
        request.POST or None, quarters=quarters_of(sorted(years)), themes=themes, likely=Quarter.of(found.date).previous
    )
    if carried_out(form, lambda: add_to_programme(meeting=found, by=request.user, **form.cleaned_data)):
        chosen = form.cleaned_data
        messages.success(request, f"{chosen['theme']}, {chosen['quarter'].label}, is on the programme.")
        return redirect("meeting", meeting=meeting)
    actions = found.actions.select_related("owner")
    context = {"meeting": found, "lines": lines_of(found), "actions": actions, "form": form}
    context["has_themes"] = bool(themes)
    return render(request, "reports/meeting.html", context)


@requires(Permission.PREPARE_REPORTS)
def change(request: HttpRequest, meeting: str) -> HttpResponse:
    found = find_meeting(meeting)
    form = MeetingForm(request.POST or None, instance=found)
    if carried_out(form, lambda: change_meeting(meeting=found, by=request.user, **form.cleaned_data)):
        messages.success(request, "The meeting is changed.")
        return redirect("meeting", meeting=found.date.isoformat())
    return _form_page(request, form, "Change the meeting", "Save", meeting)


@requires(Permission.PREPARE_REPORTS)
def remove(request: HttpRequest, meeting: str) -> HttpResponse:
    found = find_meeting(meeting)
    form = ReasonForm(request.POST or None)
    if carried_out(form, lambda: remove_meeting(meeting=found, by=request.user, **form.cleaned_data)):
        messages.success(request, f"The meeting of {date_format(found.date)} is removed.")
        return redirect("meetings")
    intro = "Its programme goes with it. A meeting that has reports or actions stays."
    return _form_page(request, form, f"Remove the meeting of {date_format(found.date)}", "Remove it", meeting, intro)


@requires(Permission.PREPARE_REPORTS)
@require_POST
def remove_line(request: HttpRequest, meeting: str, line: int) -> HttpResponse:
    """Take a line off a meeting's programme. One that is gone already is no error: it was pressed twice."""
    found = find_meeting(meeting)
    if item := next((one for one in found.programme.all() if one.pk == line), None):
        remove_from_programme(item=item, by=request.user)
        messages.success(request, f"{item} is off the programme.")
    return redirect("meeting", meeting=meeting)


@requires(Permission.PREPARE_REPORTS)
def start(request: HttpRequest, meeting: str) -> HttpResponse:
    """Start a report for a meeting: what its programme says and has not been started is chosen already."""
    found = find_meeting(meeting)
    periods = ReportingPeriod.objects.order_by("-quarter").values_list("quarter", flat=True).distinct()
    if not periods:
        raise NothingHere("No quarter has been opened yet, so there is nothing to report on.")
    form = StartReportForm(
        request.POST or None,
        quarters=periods,
        themes=Theme.objects.select_related("plan").order_by("-plan__start_year", "plan__title", "number"),
        initial=_expected(found, request.GET.get("quarter", "")),
    )
    intro = ""
    if request.method == "POST" and form.is_valid():
        try:
            started = start_report(meeting=found, by=request.user, **form.cleaned_data)
        except StartedAlready as error:
            form.add_error(None, str(error))
            address = reverse("report", args=[error.report.slug])
            intro = format_html('<a href="{}">Go on with the report that is there</a>', address)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The report is started. Its sections are filled from the data.")
            return redirect("report", report=started.slug)
    heading = f"Start a report for {date_format(found.date)}"
    return _form_page(request, form, heading, "Start the report", meeting, intro)


def _expected(meeting: PanelMeeting, asked: str) -> dict[str, object]:
    """The quarter that is asked for, or the first not started, with its themes that are not started."""
    lines = [line for line in lines_of(meeting) if line.report is None]
    if not lines:
        return {"quarter": asked}
    quarter = next((line.quarter for line in lines if str(line.quarter) == asked), lines[0].quarter)
    together = [line.theme for line in lines if line.quarter == quarter]
    return {"quarter": quarter, "themes": [theme.pk for theme in together if theme.plan_id == together[0].plan_id]}


def find_meeting(asked: str) -> PanelMeeting:
    """The meeting of a day; raises NothingHere, with those there are, where there is none."""
    try:
        day = datetime.date.fromisoformat(asked)
    except ValueError:
        day = None
    found = with_programme(PanelMeeting.objects.filter(date=day)).first() if day else None
    if found is None:
        there = [(str(one), reverse("meeting", args=[one.date.isoformat()])) for one in PanelMeeting.objects.all()]
        raise NothingHere(f'There is no meeting of "{asked}".', there or [("Meetings", reverse("meetings"))])
    return found


def _form_page(
    request: HttpRequest, form: object, heading: str, button: str, meeting: str = "", intro: str = ""
) -> HttpResponse:
    """A page of one form, from which one goes back to the meeting, or to all where there is none yet."""
    back = reverse("meeting", args=[meeting]) if meeting else reverse("meetings")
    context = {"form": form, "heading": heading, "button": button, "intro": intro, "back": back}
    context["back_label"] = "The meeting" if meeting else "Meetings and work programme"
    return render(request, FORM_PAGE, context)
