"""The page that a report is published from."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.forms import carried_out
from accounts.roles import Permission, requires
from reports.addresses import report_address
from reports.checks import find_without_files, of_files
from reports.files import make_files
from reports.gather import gather_report
from reports.publish_forms import PublishForm
from reports.publishing import latest_edition, next_number, publish
from reports.report_views import find_report


@requires(Permission.PREPARE_REPORTS)
def publish_report(request: HttpRequest, report: str) -> HttpResponse:
    """What would be published, what was found in it, and the button that publishes it."""
    found = find_report(report)
    last = latest_edition(found.slug)
    number = next_number(last)
    prepared = gather_report(found, request.user, version=f"V{number}")
    findings = find_without_files(prepared, request.user)
    form = PublishForm(request.POST or None, [one for one in findings if not one.blocks], number)
    if carried_out(
        form,
        lambda: publish(
            report=found,
            by=request.user,
            decided=form.decided(),
            expected_number=form.cleaned_data["number"],
            correction=form.cleaned_data.get("correction", ""),
        ),
    ):
        messages.success(request, f"V{number} is published.")
        return redirect(report_address(found))
    blocking = [*of_files(prepared, make_files(prepared.document)), *(one for one in findings if one.blocks)]
    context = {
        "report": found,
        "report_address": report_address(found),
        "document": prepared.document,
        "number": number,
        "last": last,
        "blocking": blocking,
        "form": form,
    }
    return render(request, "reports/publish.html", context)
