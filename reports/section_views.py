"""The pages on which a section of a report is written by hand, kept as it is, or filled from the data again."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.roles import Permission, Refused, requires
from deliverables.narrative import parse
from deliverables.writing_views import keeping_what_was_typed
from pcc_tracker.errors import NothingHere
from reports.forms import SectionForm
from reports.gather import Prepared, gather_report
from reports.models import PanelReport, ReportSection
from reports.report_views import back_to, find_report
from reports.section_actions import LeftEmpty, fill_section_again, keep_section, write_section
from reports.sections import SectionKind
from reports.shown import SavedSince, seen

LOST = "The form did not arrive whole, so nothing was saved or changed. The text is shown as it was; try again."
TAKEN_AGAIN = "It is filled from the data again. What was written is kept in the report's history."


@keeping_what_was_typed
@requires(Permission.PREPARE_REPORTS)
def write(request: HttpRequest, report: str, kind: str) -> HttpResponse:
    """Write a section by hand. Where somebody else has saved it since, both texts are shown and none is lost."""
    prepared, found = _find(request, report, kind)
    section, stored = prepared.section(found), _stored(prepared.report, found)
    if request.method == "POST" and not request.POST.keys() >= SectionForm.SENT:
        messages.error(request, LOST)
        return redirect("write_section", report=report, kind=kind)
    form = SectionForm(
        request.POST or None,
        initial={"narrative": section.narrative.typed, "filled": section.fresh.html, "shown": seen(stored)},
    )
    newer = None
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        try:
            write_section(
                report=prepared.report,
                kind=found,
                text=entered["narrative"],
                filled=entered["filled"],
                shown=entered["shown"],
                is_left_out=entered["is_left_out"],
                by=request.user,
            )
        except SavedSince as error:
            newer = parse(error.newer.text) if error.newer else section.fresh
            form.add_error(None, f"{error} Both texts are below: bring them together, then save.")
            form.bring_up_to_date(seen(error.newer))
        except LeftEmpty as error:
            form.add_error("narrative", str(error))
            form.ask_whether_to_leave_it_out()
        except Refused as error:
            form.add_error("narrative", str(error))
        else:
            messages.success(request, "The section is saved.")
            return redirect(_to_section(report, found))
    context = {
        "report": prepared.report, "document": prepared.document, "section": section, "form": form, "newer": newer,
        "shown": seen(stored), "heading": f"Section: {section.heading}", **back_to(report),
    }  # fmt: skip
    return render(request, "reports/write_section.html", context)


@requires(Permission.PREPARE_REPORTS)
@require_POST
def keep(request: HttpRequest, report: str, kind: str) -> HttpResponse:
    """Say that a text is to stand though the data have changed since it was written."""
    found, of = find_report(report), _kind(report, kind)
    if "filled" not in request.POST:
        messages.error(request, LOST)
        return redirect(_to_section(report, of))
    given = {name: request.POST.get(name, "") for name in ("filled", "shown")}
    verb = partial(keep_section, report=found, kind=of, by=request.user, **given)
    return _done(request, report, of, verb, "Your text stays.")


@requires(Permission.PREPARE_REPORTS)
@require_POST
def fill_again(request: HttpRequest, report: str, kind: str) -> HttpResponse:
    """Take the office's text again, filled from the data."""
    found, of = find_report(report), _kind(report, kind)
    shown = request.POST.get("shown", "")
    verb = partial(fill_section_again, report=found, kind=of, shown=shown, by=request.user)
    return _done(request, report, of, verb, TAKEN_AGAIN)


def _done(request: HttpRequest, report: str, kind: SectionKind, verb: Callable[[], None], said: str) -> HttpResponse:
    """Do what a button of the report's page asks; what is refused is said there, beside the text as it is now."""
    try:
        verb()
    except SavedSince as error:
        messages.error(request, f"{error} It is shown as it is now; nothing was changed.")
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect(_to_section(report, kind))


def _find(request: HttpRequest, report: str, kind: str) -> tuple[Prepared, SectionKind]:
    found, of = find_report(report), _kind(report, kind)
    return gather_report(found, request.user), of


def _kind(report: str, asked: str) -> SectionKind:
    try:
        return SectionKind(asked)
    except ValueError as error:
        there = [(one.value.capitalize(), reverse("write_section", args=[report, one.value])) for one in SectionKind]
        raise NothingHere(f'A report has no section "{asked}".', there) from error


def _stored(report: PanelReport, kind: SectionKind) -> ReportSection | None:
    return next((one for one in report.sections.all() if one.kind == kind), None)


def _to_section(report: str, kind: SectionKind) -> str:
    return f"{reverse('report', args=[report])}#{kind.value}"
