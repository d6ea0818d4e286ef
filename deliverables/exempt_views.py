"""The pages on which staff leave a deliverable out of what is published in Public form, and lift that."""

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.forms import FORM_PAGE, ReasonForm, carried_out
from accounts.roles import Permission, requires
from deliverables import exempt_actions
from deliverables.forms import ExemptForm
from deliverables.history import History
from deliverables.views import find_history
from themes.place import Place, find_place


@requires(Permission.PREPARE_REPORTS)
def exempt(request: HttpRequest, plan: str, year: str, quarter: str, theme: str, deliverable: str) -> HttpResponse:
    """From which quarter until which a deliverable is exempt from publication, and why."""
    place = find_place(plan=plan, quarter=f"{year} {quarter}", theme=theme)
    history = find_history(request, place, deliverable)
    row = history.deliverable
    form = ExemptForm(request.POST or None, place=place, row=row)
    if carried_out(form, lambda: exempt_actions.exempt(deliverable=row, by=request.user, **form.cleaned_data)):
        messages.success(request, f"Deliverable {row.number} is exempt from publication.")
        return redirect(place.address("deliverable", deliverable=row.number))
    intro = (
        "Reports in Public form leave it out of every row, figure, sentence and file about these quarters, and say how "
        "many were left out. Non public ones print it. What is published already stays as it is."
    )
    if row.exempt_from:
        intro += " What you save takes the place of the quarters it is exempt in now."
    heading = f"Exempt {row.number}. {row.wording} from publication"
    return _form_page(request, place, history, form, heading, "Exempt it", intro)


@requires(Permission.PREPARE_REPORTS)
def lift(request: HttpRequest, plan: str, year: str, quarter: str, theme: str, deliverable: str) -> HttpResponse:
    place = find_place(plan=plan, quarter=f"{year} {quarter}", theme=theme)
    history = find_history(request, place, deliverable)
    row = history.deliverable
    form = ReasonForm(request.POST or None)
    if carried_out(form, lambda: exempt_actions.lift_exemption(deliverable=row, by=request.user, **form.cleaned_data)):
        messages.success(request, f"Deliverable {row.number} is no longer exempt from publication.")
        return redirect(place.address("deliverable", deliverable=row.number))
    intro = "It is printed in what is published from now on, also about the quarters it was exempt in."
    heading = f"Print {row.number}. {row.wording} again"
    return _form_page(request, place, history, form, heading, "Lift the exemption", intro)


def _form_page(
    request: HttpRequest, place: Place, history: History, form: BaseForm, heading: str, button: str, intro: str
) -> HttpResponse:
    row = history.deliverable
    years = ", ".join(f"number {one.number} in {one.financial_year}" for one in history.years)
    context = {
        "form": form,
        "heading": heading,
        "button": button,
        "intro": f"{intro} This is about the deliverable in all its years: {years}, and later ones.",
        "back": place.address("deliverable", deliverable=row.number),
        "back_label": f"{place.theme.short}, deliverable {row.number}, {place.quarter.label}",
    }
    return render(request, FORM_PAGE, context)
