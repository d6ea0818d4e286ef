"""The pages on which a plan is brought in from Word or a spreadsheet: upload, checking, preview, putting right."""

from collections import defaultdict

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import capfirst
from django.views.decorators.http import require_POST

from accounts.forms import FORM_PAGE, carried_out
from accounts.roles import Permission, Refused, requires
from deliverables.file_models import PlanFile
from deliverables.import_forms import ChoicesForm, PlanFileForm
from deliverables.import_tables import (
    DifferenceTable,
    OutcomeTable,
    PlanFileTable,
    ProblemTable,
    counts_of,
)
from deliverables.importing.found import Doubt, FoundRow
from deliverables.importing.heads import TEMPLATE
from deliverables.importing.many import Alike, alike
from deliverables.importing.plan_files import (
    Looked,
    check_more,
    choices_of,
    choose,
    discard,
    keep_plan_file,
    look,
    progress_of,
)
from deliverables.importing.plan_import import import_plan
from deliverables.importing.plan_values import Does, PlanPreview
from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import download, sheet, sheet_of, show
from themes.forms import quarters_of
from themes.models import Plan
from themes.place import find_plan
from themes.quarters import Quarter


@requires(Permission.MANAGE_PLAN)
def upload(request: HttpRequest, plan: str) -> HttpResponse:
    """Take a file, which is kept once it could be read, and lead to what it would do; and the files so far."""
    _, found = find_plan(plan)
    form = PlanFileForm(request.POST or None, request.FILES or None, quarters=quarters_of(found.years))
    files: list[PlanFile] = []

    def keep() -> None:
        file = form.cleaned_data["file"]
        at = timezone.now()
        kept = keep_plan_file(
            plan=found, file_name=file.name, content=file.read(), choices=form.choices, by=request.user, at=at
        )
        files.append(kept)

    if form.is_valid():
        try:
            keep()
        except Refused as error:
            form.add_error("file", str(error))
        else:
            return redirect("plan_file", plan=plan, file=files[0].pk)
    return render(
        request, "deliverables/import.html", {"plan": found, "form": form, "table": show(request, _files(found))}
    )


@requires(Permission.MANAGE_PLAN)
def files_file(request: HttpRequest, plan: str, form: str) -> HttpResponse:
    """The files that were brought to a plan, to take away."""
    _, found = find_plan(plan)
    return download(f"files of {found.slug}", form, sheet_of(_files(found), "Files"))


def _files(plan: Plan) -> PlanFileTable:
    return PlanFileTable(plan.files.defer("content", "waiting", "found").select_related("uploaded_by", "plan"))


@requires(Permission.MANAGE_PLAN)
def template(request: HttpRequest, plan: str, form: str) -> HttpResponse:
    """A spreadsheet with the heads of an import and nothing below them."""
    _, found = find_plan(plan)
    return download(f"import into {found.slug}", form, sheet("Plan", [one.value for one in TEMPLATE], []))


@requires(Permission.MANAGE_PLAN)
def plan_file(request: HttpRequest, plan: str, file: int) -> HttpResponse:
    """What a file would do, or how far it is checked; and doing it."""
    kept = _file(plan, file)
    progress = progress_of(kept)
    if not progress.is_done:
        return render(request, "deliverables/import_checking.html", {"file": kept, "progress": progress})
    if request.method == "POST":
        try:
            did = import_plan(file=kept, agreed=request.POST.get("agreed", ""), by=request.user, at=timezone.now())
        except Refused as error:
            messages.error(request, str(error))
            return redirect("plan_file", plan=plan, file=file)
        messages.success(request, f"“{kept}” is imported: {did}.")
        return redirect(_first_page(kept))
    return render(request, "deliverables/import_preview.html", _preview(request, kept, look(kept)))


def _preview(request: HttpRequest, file: PlanFile, looked: Looked) -> dict[str, object]:
    found, is_done = looked.preview, file.imported_at is not None
    places = _places(found)
    many = [] if is_done else alike(found)
    single = _problems_but(many, found)
    untitled = [number for number, title in found.themes if title == f"Theme {number}"]
    return {
        "file": file,
        "colours": file.plan.rating_scheme.stylesheet_address,
        "found": found,
        "counts": [] if is_done else counts_of(found, looked.left_out),
        "keeps": found.counts[Does.KEEPS],
        "places": places[:20],
        "more_places": max(0, len(places) - 20),
        "heading": _other_heading(looked),
        "untitled": [] if is_done else untitled,
        "problems": show(request, ProblemTable(file, single, prefix="problems-")) if single else None,
        "many": many,
        "differences": DifferenceTable(found.differences) if found.differences else None,
        "unread": [(capfirst(place), said) for place, said in found.unread[:100]],
        "notes": looked.found.notes if is_done else found.notes,
        "outcomes": show(request, OutcomeTable(file, found, prefix="rows-")),
        "left_out": looked.left_out,
        "has_key": bool(looked.found.status_key),
    }


def _problems_but(many: list[Alike], found: PlanPreview) -> list[tuple[FoundRow, Doubt]]:
    """The problems that are not those of many rows."""
    told = {(row.at, one.field) for one in many for row in one.rows}
    return [(row, problem) for row, problem in found.problems if (row.at, problem.field) not in told]


def _places(found: PlanPreview) -> list[tuple[str, str]]:
    """Each theme that a file is about, with its quarters."""
    quarters: dict[int, set[Quarter]] = defaultdict(set)
    for one in found.outcomes:
        if one.theme and one.quarter:
            quarters[one.theme].add(one.quarter)
    new = {number: f" (new: {title})" for number, title in found.themes}
    return [
        (f"Theme {theme}{new.get(theme, '')}", "; ".join(one.label for one in sorted(there)))
        for theme, there in sorted(quarters.items())
    ]


def _other_heading(looked: Looked) -> str:
    """What a file's own headings say, where something else was chosen for it; else nothing."""
    found, said = looked.found, looked.state.choices
    is_other = (said.theme and found.theme and said.theme != found.theme) or (
        said.quarter and found.quarter and said.quarter != found.quarter
    )
    theme = f"Theme {found.theme}" if found.theme else ""
    return ", ".join(filter(None, [theme, found.quarter.label if found.quarter else ""])) if is_other else ""


@requires(Permission.MANAGE_PLAN)
@require_POST
def check(request: HttpRequest, plan: str, file: int) -> HttpResponse:
    """Check the next rows; a script asks for how far it is, a person without one sees the page again."""
    progress = check_more(file=_file(plan, file), by=request.user)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"done": progress.done, "total": progress.total})
    return redirect("plan_file", plan=plan, file=file)


@requires(Permission.MANAGE_PLAN)
def choices(request: HttpRequest, plan: str, file: int) -> HttpResponse:
    """Say of a whole file which theme and quarter it is about, who leads what, and whether it replaces what is here."""
    kept = checked(plan, file)
    if kept.imported_at:
        return redirect("plan_file", plan=plan, file=file)  # it is a record
    looked = look(kept)
    form = ChoicesForm(
        request.POST or None,
        choices=choices_of(kept),
        found=looked.preview,
        heading=looked.found,
        stored=looked.state.stored,
    )
    if carried_out(form, lambda: choose(file=kept, choices=form.choices, by=request.user)):
        return redirect("plan_file", plan=plan, file=file)
    context = {
        "form": form,
        "heading": "What the whole file is about",
        "button": "Keep, and see the preview",
        "back": reverse("plan_file", args=[plan, file]),
        "back_label": f"Preview of “{kept}”",
    }
    return render(request, FORM_PAGE, context)


@requires(Permission.MANAGE_PLAN)
def rows_file(request: HttpRequest, plan: str, file: int, form: str) -> HttpResponse:
    """What a file would do with each of its rows, to take away."""
    kept = checked(plan, file)
    found = look(kept).preview
    problems = [] if kept.imported_at else [ProblemTable(kept, found.problems).sheet("Not understood")]
    return download("rows of the file", form, OutcomeTable(kept, found).sheet("Rows"), *problems)


@requires(Permission.MANAGE_PLAN)
def original(request: HttpRequest, plan: str, file: int) -> HttpResponse:
    """The file as it was uploaded; never shown by a browser, whatever is in it."""
    kept = _file(plan, file)
    response = HttpResponse(bytes(kept.content), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, kept.file_name)
    return response


@requires(Permission.MANAGE_PLAN)
@require_POST
def discard_file(request: HttpRequest, plan: str, file: int) -> HttpResponse:
    """Take away a file that was not imported."""
    kept = _file(plan, file)
    try:
        discard(file=kept, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("plan_file", plan=plan, file=file)
    messages.success(request, f"“{kept}” is discarded. Nothing of it was imported.")
    return redirect("import_plan", plan=plan)


def _first_page(file: PlanFile) -> str:
    """Where to see what was imported: the newest quarter that the file brought updates to, or the plan."""
    newest = (
        file.events.annotate(quarter=F("update__period__quarter"), theme=F("update__deliverable__theme__number"))
        .order_by("-quarter", "theme")
        .values_list("quarter", "theme")
        .first()
    )
    if newest is None:
        return reverse("manage_plan", args=[file.plan.slug])
    quarter, theme = newest
    return reverse("theme", args=[file.plan.slug, str(quarter.year), quarter.slug, theme])


def checked(plan: str, file: int) -> PlanFile:
    """A file all of whose rows are checked."""
    kept = _file(plan, file)
    if not progress_of(kept).is_done:
        raise NothingHere("This file is still being checked.", [("Go on", reverse("plan_file", args=[plan, file]))])
    return kept


def _file(plan: str, asked: int) -> PlanFile:
    _, found = find_plan(plan)
    kept = (
        found.files.defer("content")
        .select_related("uploaded_by", "imported_by", "plan__rating_scheme")
        .filter(pk=asked)
        .first()
    )
    if kept is None:
        raise NothingHere(
            "This file is not there any more, or was uploaded for another plan.",
            [("Upload a file", reverse("import_plan", args=[plan]))],
        )
    return kept
