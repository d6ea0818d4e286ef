"""The pages on which staff prepare a panel report: the list, a report's own page, its sections, its preview."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.forms import FORM_PAGE, ReasonForm, carried_out
from accounts.roles import Permission, requires
from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import download, sheet_of, show
from reports.actions import change_report, remove_report
from reports.files import download_of
from reports.formats import FORMATS
from reports.forms import ReportFilter, ReportForm
from reports.gather import gather_report
from reports.models import PanelReport
from reports.programme import reports_with_states
from reports.shown import seen
from reports.tables import ReportTable


@requires(Permission.PREPARE_REPORTS)
def reports(request: HttpRequest) -> HttpResponse:
    found = list(reports_with_states())
    chosen = ReportFilter(request.GET, found)
    context = {"table": show(request, ReportTable(chosen.matching())), "filter": chosen, "total": len(found)}
    return render(request, "reports/reports.html", context)


@requires(Permission.PREPARE_REPORTS)
def reports_file(request: HttpRequest, form: str) -> HttpResponse:
    """The list as it is sorted and filtered on the page."""
    chosen = ReportFilter(request.GET, list(reports_with_states()))
    chosen.refuse_what_is_not_there()
    table = ReportTable(chosen.matching())
    table.order_by = request.GET.getlist("sort")
    return download(f"panel reports{' filtered' if chosen.chosen else ''}", form, sheet_of(table, "Reports"))


@requires(Permission.PREPARE_REPORTS)
def report(request: HttpRequest, report: str) -> HttpResponse:
    """A report as it is being prepared: its facts, its sections as they will be printed, and what is stale in them."""
    prepared = gather_report(find_report(report), request.user)
    printed = iter(prepared.document.cover.sections)
    edited = {one.kind: one for one in prepared.report.sections.all()}
    context = {
        "report": prepared.report,
        "document": prepared.document,
        "sections": [
            (one, next(printed) if one.narrative else None, seen(edited.get(one.kind))) for one in prepared.sections
        ],
        "editions": prepared.report.editions.order_by("-number"),
        "formats": FORMATS.values(),
    }
    return render(request, "reports/report.html", context)


@requires(Permission.PREPARE_REPORTS)
def change(request: HttpRequest, report: str) -> HttpResponse:
    found = find_report(report)
    form = ReportForm(request.POST or None, report=found)
    if form.carried_out(
        lambda: change_report(report=found, by=request.user, **form.cleaned_data),
        fresh=lambda: ReportForm(None, report=find_report(report)),
    ):
        messages.success(request, "The report is changed.")
        return redirect("report", report=report)
    context = {"form": form, "heading": "Change what stands over the report", "button": "Save", **back_to(report)}
    return render(request, "reports/facts_form.html", context)


@requires(Permission.PREPARE_REPORTS)
def remove(request: HttpRequest, report: str) -> HttpResponse:
    found = find_report(report)
    form = ReasonForm(request.POST or None)
    if carried_out(form, lambda: remove_report(report=found, by=request.user, **form.cleaned_data)):
        messages.success(request, "The report is removed.")
        return redirect("reports")
    intro = "What was written in its sections goes with it. A report that was published stays."
    context = {"form": form, "heading": f"Remove the report: {found.full_title}", "button": "Remove it", "intro": intro}
    return render(request, FORM_PAGE, context | back_to(report))


@requires(Permission.PREPARE_REPORTS)
def preview(request: HttpRequest, report: str) -> HttpResponse:
    """The whole document as it would be published now, with the mark of a draft across it."""
    prepared = gather_report(find_report(report), request.user)
    context = {
        "report": prepared.report,
        "document": prepared.document,
        "scheme": prepared.place.plan.rating_scheme,
        "formats": FORMATS.values(),
    }
    return render(request, "reports/preview.html", context)


@requires(Permission.PREPARE_REPORTS)
def preview_file(request: HttpRequest, report: str, form: str) -> HttpResponse:
    document = gather_report(find_report(report), request.user).document
    return download_of(document, form, lambda other: reverse("report_preview_file", args=[report, other]))


def find_report(asked: str) -> PanelReport:
    """The report with an address; raises NothingHere, with those there are, where there is none."""
    found = PanelReport.objects.with_themes().filter(slug=asked).first()
    if found is None:
        there = [(one.full_title, reverse("report", args=[one.slug])) for one in PanelReport.objects.with_themes()]
        raise NothingHere(f'There is no report "{asked}".', there or [("Reports", reverse("reports"))])
    return found


def back_to(report: str) -> dict[str, str]:
    return {"back": reverse("report", args=[report]), "back_label": "The report"}
