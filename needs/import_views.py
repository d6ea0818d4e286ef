"""The pages on which needs are brought in from a spreadsheet: upload, preview, and the file to begin with."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Permission, Refused, requires
from deliverables.importing.tables import ProblemTable
from needs.finding import find_assessment
from needs.import_forms import SpreadsheetForm
from needs.import_lines import Column
from needs.import_preview import Preview
from needs.import_tables import OutcomeTable, counts_of
from needs.importing import as_rows, import_needs, keep_upload, read
from needs.models import NeedsFile
from needs.wording import so_many, wrong_cells
from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import download, sheet, sheet_of, show


@requires(Permission.MANAGE_NEEDS)
def upload(request: HttpRequest, assessment: str) -> HttpResponse:
    """Take a spreadsheet, which is kept, and lead to what it would do."""
    found = find_assessment(assessment, request.user)
    form = SpreadsheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = keep_upload(
                assessment=found, file_name=file.name, content=file.read(), by=request.user, at=timezone.now()
            )
        except Refused as error:
            form.add_error("file", str(error))
        else:
            return redirect("preview_needs", assessment=assessment, file=kept.pk)
    themes = found.informs.themes.order_by("number")
    context = {"form": form, "assessment": found, "columns": Column.__members__, "themes": themes}
    return render(request, "needs/import.html", context)


@requires(Permission.MANAGE_NEEDS)
def preview(request: HttpRequest, assessment: str, file: int) -> HttpResponse:
    """What an uploaded spreadsheet would do, or all that is wrong with it; and doing it."""
    kept = _file(request, assessment, file)
    if request.method == "POST":
        try:
            done = import_needs(file=kept, by=request.user, at=timezone.now())
        except Refused as error:
            messages.error(request, str(error))
            return redirect("preview_needs", assessment=assessment, file=file)
        messages.success(request, _said(done))
        return redirect("assessment", assessment=assessment)
    found = read(kept)
    context = {
        "assessment": kept.assessment,
        "file": kept,
        "found": found,
        "counts": counts_of(found),
        "asks": "Import this one" if found.count == 1 else f"Import all {found.count:,}",
        "wrong_cells": wrong_cells(len(found.problems)),
        "problems": show(request, ProblemTable(found.problems, prefix="problems-")) if found.problems else None,
        "outcomes": show(request, OutcomeTable(found, prefix="rows-")) if found.added or found.changed else None,
    }
    return render(request, "needs/import_preview.html", context)


@requires(Permission.MANAGE_NEEDS)
def problems_file(request: HttpRequest, assessment: str, file: int, form: str) -> HttpResponse:
    """All that is wrong with an uploaded spreadsheet."""
    table = ProblemTable(read(_file(request, assessment, file)).problems)
    return download("problems of the spreadsheet", form, sheet_of(table, "Problems"))


@requires(Permission.MANAGE_NEEDS)
def template(request: HttpRequest, assessment: str, form: str) -> HttpResponse:
    """The assessment's needs in the columns of an import: to be filled in or changed, and brought back."""
    found = find_assessment(assessment, request.user)
    return download(f"needs of {found.slug}", form, sheet("Needs", [one.value for one in Column], as_rows(found)))


def _said(done: Preview) -> str:
    if not done.count:
        return "The spreadsheet says what the assessment has already, so nothing is changed."
    counts = (("section", "added", done.sections), ("need", "added", done.added), ("need", "changed", done.changed))
    said = ", ".join(f"{so_many(len(rows), what)} {how}" for what, how, rows in counts if rows)
    return f"The spreadsheet is imported: {said}."


def _file(request: HttpRequest, assessment: str, asked: int) -> NeedsFile:
    found = find_assessment(assessment, request.user)
    kept = found.files.select_related("uploaded_by").filter(pk=asked).first()
    if kept is None:
        raise NothingHere(
            "This spreadsheet is not there any more: one that was not imported goes with the next that "
            "is uploaded, or after 30 days.",
            [("Upload a spreadsheet", reverse("import_needs", args=[assessment]))],
        )
    kept.assessment = found
    return kept
