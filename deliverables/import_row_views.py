"""The pages on which rows of a file that is brought in are put right: one of them, or many at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_POST

from accounts.forms import carried_out
from accounts.roles import Permission, Refused, requires
from deliverables.import_forms import RowForm
from deliverables.import_tables import facts_of
from deliverables.import_views import checked
from deliverables.importing.found import FoundRow
from deliverables.importing.many import Answer, put_all_right
from deliverables.importing.plan_files import LEFT_OUT, Looked, look, put_right, row_of, shown_of
from deliverables.importing.plan_rows import folded
from deliverables.importing.plan_values import Outcome
from deliverables.narrative import parse
from pcc_tracker.errors import NothingHere


@requires(Permission.MANAGE_PLAN)
def row(request: HttpRequest, plan: str, file: int, at: int) -> HttpResponse:
    """One row of a file: what was found, what is wrong with it, and putting it right."""
    kept = checked(plan, file)
    stored = kept.rows.select_related("put_right_by").filter(at=at).first()
    if stored is None:
        raise NothingHere("This file has no such row.", [("All its rows", reverse("plan_file", args=[plan, file]))])
    here = reverse("plan_file_row", args=[plan, file, at])
    shown = request.POST.get("shown", shown_of(stored.put_right))
    if "as_found" in request.POST:
        try:
            put_right(file=kept, at=at, facts={}, by=request.user, shown=shown)
        except Refused as error:
            messages.error(request, str(error))
        return redirect(here)
    looked = look(kept)
    outcome = next((one for one in looked.preview.outcomes if one.row.at == at), None)
    found = row_of(stored.facts, stored.put_right)
    form = RowForm(
        request.POST or None,
        row=found,
        rating=outcome.rating.code if outcome and outcome.rating else "",
        stored=looked.state.stored,
        worded=_worded(outcome, looked) if outcome else "",
        is_left_out=bool(stored.put_right.get(LEFT_OUT)),
    )
    unclear = _next_unclear(looked, at)
    if carried_out(form, lambda: put_right(file=kept, at=at, facts=form.put_right, by=request.user, shown=shown)):
        if unclear and "next" in request.POST:
            return redirect("plan_file_row", plan=plan, file=file, at=unclear)
        return redirect("plan_file", plan=plan, file=file)
    said = found if kept.imported_at else FoundRow.of(stored.facts)
    context = {
        "file": kept,
        "form": form,
        "where": capfirst(found.place),
        "outcome": outcome,
        "earlier": [(one.label, parse(one.narrative)) for one in found.updates[1:]],
        "stored": stored,
        "shown": shown,
        "is_left_out": bool(stored.put_right.get(LEFT_OUT)),
        "facts": facts_of(said),
        "text": parse(said.updates[0].narrative) if said.updates else None,
        "unclear": unclear,
        "before": kept.rows.filter(at__lt=at).order_by("-at").values_list("at", flat=True).first(),
        "after": kept.rows.filter(at__gt=at).order_by("at").values_list("at", flat=True).first(),
    }
    return render(request, "deliverables/import_row.html", context)


def _worded(outcome: Outcome, looked: Looked) -> str:
    """How the plan words what it has under a row's number, where that is otherwise than the row; else nothing."""
    identity = (outcome.theme, outcome.quarter and outcome.quarter.year, outcome.row.number)
    there = next((one.wording for one in looked.state.stored.deliverables if one.identity == identity), "")
    return "" if folded(there) == folded(outcome.row.wording) else there


def _next_unclear(looked: Looked, at: int) -> int | None:
    """The next other row that is not understood, from the first on again after the last."""
    others = sorted({row.at for row, _ in looked.preview.problems} - {at})
    return next((one for one in others if one > at), others[0] if others else None)


@requires(Permission.MANAGE_PLAN)
@require_POST
def put_many_right(request: HttpRequest, plan: str, file: int) -> HttpResponse:
    """Say the same of all rows of a file that have one problem."""
    kept = checked(plan, file)
    said = request.POST.get("answer")
    if said in [*Answer]:
        try:
            count = put_all_right(file=kept, key=request.POST.get("key", ""), answer=Answer(said), by=request.user)
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"{count} rows are {said}.")
    return redirect("plan_file", plan=plan, file=file)
