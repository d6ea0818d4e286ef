"""The pages on which needs are brought in from a spreadsheet: upload, preview, and the file to begin with."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Permission, Refused, requires
from needs.import_forms import SpreadsheetForm
from needs.import_lines import Column
from needs.import_plan import Plan
from needs.import_tables import OutcomeTable, ProblemTable
from needs.importing import as_rows, import_needs, keep_upload, read
from needs.models import Assessment, NeedsFile
from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import download, sheet, sheet_of, show


@requires(Permission.MANAGE_NEEDS)
def upload(request: HttpRequest, assessment: str) -> HttpResponse:
    """Take a spreadsheet, which is kept, and lead to what it would do."""
    found = _assessment(assessment)
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
    kept = _file(assessment, file)
    if request.method == "POST":
        try:
            done = import_needs(file=kept, by=request.user, at=timezone.now())
        except Refused as error:
            messages.error(request, str(error))
            return redirect("preview_needs", assessment=assessment, file=file)
        messages.success(request, _said(done))
        return redirect("assessment", assessment=assessment)
    plan = read(kept)
    context = {
        "assessment": kept.assessment,
        "file": kept,
        "plan": plan,
        "problems": show(request, ProblemTable(plan.problems, prefix="problems-")) if plan.problems else None,
        "outcomes": show(request, OutcomeTable(plan, prefix="rows-")) if plan.added or plan.changed else None,
    }
    return render(request, "needs/import_preview.html", context)


@requires(Permission.MANAGE_NEEDS)
def problems_file(request: HttpRequest, assessment: str, file: int, form: str) -> HttpResponse:
    """All that is wrong with an uploaded spreadsheet."""
    table = ProblemTable(read(_file(assessment, file)).problems)
    return download("problems of the spreadsheet", form, sheet_of(table, "Problems"))


@requires(Permission.MANAGE_NEEDS)
def template(request: HttpRequest, assessment: str, form: str) -> HttpResponse:
    """The assessment's needs in the columns of an import: to be filled in or changed, and brought back."""
    found = _assessment(assessment)
    return download(f"needs of {found.slug}", form, sheet("Needs", [one.value for one in Column], as_rows(found)))


def _said(done: Plan) -> str:
    if not done.count:
        return "The spreadsheet says what the assessment has already, so nothing is changed."
    counts = {"sections added": done.sections, "needs added": done.added, "needs changed": done.changed}
    said = ", ".join(f"{len(rows):,} {what}" for what, rows in counts.items() if rows)
    return f"The spreadsheet is imported: {said}."


def _file(assessment: str, asked: int) -> NeedsFile:
    found = _assessment(assessment)
    kept = found.files.select_related("uploaded_by").filter(pk=asked).first()
    if kept is None:
        raise NothingHere(
            "This spreadsheet is not there any more: one that was not imported goes with the next that is uploaded.",
            [("Upload a spreadsheet", reverse("import_needs", args=[assessment]))],
        )
    kept.assessment = found
    return kept


def _assessment(asked: str) -> Assessment:
    """The assessment of an address; raises NothingHere, with those there are, where there is none."""
    found = Assessment.objects.select_related("informs").filter(slug=asked).first()
    if found is None:
        there = [(str(one), reverse("import_needs", args=[one.slug])) for one in Assessment.objects.all()]
        raise NothingHere(f'There is no needs assessment "{asked}".', there)
    return found
