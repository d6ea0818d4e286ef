"""The pages on which an administrator looks after deliverables and the next year, and the schedule of changes."""

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.forms import FORM_PAGE, carried_out
from accounts.roles import Permission, requires
from deliverables.models import Deliverable, QuarterlyUpdate
from deliverables.plan_actions import (
    add_deliverable,
    change_deliverable,
    mark_complete,
    open_year,
    put_back,
    remove_deliverable,
    renumber,
    withdraw,
)
from deliverables.plan_forms import (
    DeliverableForm,
    EndForm,
    NewDeliverableForm,
    NextYearForm,
    PrintedReasonForm,
    RenumberForm,
)
from deliverables.schedule import gather_changes
from deliverables.tables import changes_sheet
from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import download
from themes.place import YearPlace, find_year

NEXT_YEAR = ("Goes on", "Number", "Due")
"""The columns of a list of what is carried forward."""


@requires(Permission.MANAGE_PLAN)
def manage_year(request: HttpRequest, plan: str, year: str) -> HttpResponse:
    """A year's deliverables are looked after theme by theme: to the first theme."""
    place = find_year(plan=plan, year=year)
    if not place.themes:
        raise NothingHere(f"{place.plan} has no themes yet.")
    return redirect(place.address("manage_deliverables", theme=place.themes[0].number))


@requires(Permission.MANAGE_PLAN)
def manage_deliverables(request: HttpRequest, plan: str, year: str, theme: str) -> HttpResponse:
    """A theme's deliverables of a year, each with what can be done with it."""
    place = find_year(plan=plan, year=year, theme=theme)
    # Of a year that has not begun yet, who is to lead each from its first day on.
    day = max(timezone.localdate(), place.year.quarters[0].starts)
    rows = rows_of(place).annotate(is_written=Exists(QuarterlyUpdate.objects.filter(deliverable=OuterRef("pk"))))
    rows = rows.prefetch_related("owners__user__organisation")
    carried = set(
        Deliverable.objects.filter(theme=place.theme, financial_year=place.year.next).values_list("key", flat=True)
    )
    lines = [(row, row.leader_on(day), row.key in carried) for row in rows]
    return render(request, "deliverables/manage.html", {"manage": place, "lines": lines})


def rows_of(place: YearPlace) -> QuerySet[Deliverable]:
    return Deliverable.objects.filter(theme=place.theme, financial_year=place.year).select_related("theme__plan")


@requires(Permission.MANAGE_PLAN)
def add(request: HttpRequest, plan: str, year: str, theme: str) -> HttpResponse:
    place = find_year(plan=plan, year=year, theme=theme)
    taken = set(rows_of(place).values_list("number", flat=True))
    opened = place.theme.periods.filter(quarter__in=place.year.quarters).order_by("-quarter").first()
    form = NewDeliverableForm(
        request.POST or None, year=place.year, taken=taken, now=opened.quarter if opened else place.year.quarters[0]
    )
    if carried_out(
        form,
        lambda: add_deliverable(theme=place.theme, financial_year=place.year, by=request.user, **form.cleaned_data),
    ):
        messages.success(request, f"Deliverable {form.cleaned_data['number']} is added.")
        return to_list(place)
    return form_page(request, place, form, "Add a deliverable", "Add it")


@requires(Permission.MANAGE_PLAN)
def change(request: HttpRequest, plan: str, year: str, theme: str, deliverable: str) -> HttpResponse:
    place = find_year(plan=plan, year=year, theme=theme)
    row = find_row(place, deliverable)
    form = DeliverableForm(request.POST or None, year=place.year, row=row)
    if carried_out(form, lambda: change_deliverable(deliverable=row, by=request.user, **form.cleaned_data)):
        messages.success(request, f"Deliverable {row.number} is changed.")
        return to_list(place)
    return form_page(request, place, form, f"Change deliverable {row.number}", "Save")


@requires(Permission.MANAGE_PLAN)
def complete(request: HttpRequest, plan: str, year: str, theme: str, deliverable: str) -> HttpResponse:
    place = find_year(plan=plan, year=year, theme=theme)
    row = find_row(place, deliverable)
    form = EndForm(request.POST or None)
    form.fields["quarter"].offer(quarter for quarter in place.year.quarters if row.is_in_force(quarter))
    if carried_out(form, lambda: mark_complete(deliverable=row, by=request.user, **form.cleaned_data)):
        messages.success(request, f"Deliverable {row.number} is complete from {form.cleaned_data['quarter']} on.")
        return to_list(place)
    intro = "From this quarter on it needs no further update and keeps its last approved rating."
    return form_page(request, place, form, f"Mark {row.number}. {row.wording} complete", "Mark complete", intro)


@requires(Permission.MANAGE_PLAN)
def withdraw_one(request: HttpRequest, plan: str, year: str, theme: str, deliverable: str) -> HttpResponse:
    place = find_year(plan=plan, year=year, theme=theme)
    row = find_row(place, deliverable)
    form = EndForm(request.POST or None)
    form.fields["quarter"].offer(quarter for quarter in place.year.quarters if quarter > row.in_force_from)
    if carried_out(form, lambda: withdraw(deliverable=row, by=request.user, **form.cleaned_data)):
        messages.success(request, f"Deliverable {row.number} is withdrawn from {form.cleaned_data['quarter']} on.")
        return to_list(place)
    intro = "From this quarter on it counts in no figure. It keeps its number, and what was reported before stays."
    return form_page(request, place, form, f"Withdraw {row.number}. {row.wording}", "Withdraw it", intro)


@requires(Permission.MANAGE_PLAN)
def put_one_back(request: HttpRequest, plan: str, year: str, theme: str, deliverable: str) -> HttpResponse:
    place = find_year(plan=plan, year=year, theme=theme)
    row = find_row(place, deliverable)
    form = PrintedReasonForm(request.POST or None)
    if carried_out(form, lambda: put_back(deliverable=row, by=request.user, **form.cleaned_data)):
        messages.success(request, f"Deliverable {row.number} is in force again.")
        return to_list(place)
    intro = "It counts again in every quarter it is in force in, and is asked for updates again."
    return form_page(request, place, form, f"Take {row.number}. {row.wording} back into force", "Take it back", intro)


@requires(Permission.MANAGE_PLAN)
def carry_one_forward(request: HttpRequest, plan: str, year: str, theme: str, deliverable: str) -> HttpResponse:
    place = find_year(plan=plan, year=year, theme=theme)
    row = find_row(place, deliverable)
    form = NextYearForm(request.POST or None, [row], place.year)
    if carried_out(
        form,
        lambda: open_year(carried=form.carried(), reason=form.cleaned_data["reason"], by=request.user),
    ):
        messages.success(request, f"Deliverable {row.number} goes on in {place.year.next}.")
        return to_list(place)
    return rows_page(
        request, place, form, f"Carry {row.number} forward to {place.year.next}", "Carry forward", NEXT_YEAR
    )


@requires(Permission.MANAGE_PLAN)
def open_next_year(request: HttpRequest, plan: str, year: str) -> HttpResponse:
    """Carry forward what goes on of all themes. What is complete, withdrawn or carried already is not offered."""
    place = find_year(plan=plan, year=year)
    if not place.has_next_year:
        raise NothingHere(
            f"{place.plan} ends with {place.year}. Start its successor, or change the plan's years.",
            [("Change the plan", reverse("change_plan", args=[plan]))],
        )
    carried = Deliverable.objects.filter(theme__plan=place.plan, financial_year=place.year.next).values("key")
    rows = Deliverable.objects.filter(
        theme__plan=place.plan, financial_year=place.year, completed_in=None, withdrawn_from=None
    ).exclude(key__in=carried)
    form = NextYearForm(
        request.POST or None, rows.select_related("theme").order_by("theme__number", "number"), place.year
    )
    if carried_out(
        form, lambda: open_year(carried=form.carried(), reason=form.cleaned_data["reason"], by=request.user)
    ):
        messages.success(request, f"{len(form.carried())} deliverables go on in {place.year.next}.")
        return redirect("manage_plan", plan=plan)
    return rows_page(
        request, place, form, f"Open {place.year.next} from {place.year}", "Carry forward those ticked", NEXT_YEAR
    )


@requires(Permission.MANAGE_PLAN)
def renumber_theme(request: HttpRequest, plan: str, year: str, theme: str) -> HttpResponse:
    place = find_year(plan=plan, year=year, theme=theme)
    form = RenumberForm(request.POST or None, rows_of(place).filter(withdrawn_from=None))
    if carried_out(
        form,
        lambda: renumber(
            theme=place.theme,
            financial_year=place.year,
            numbers=form.numbers(),
            reason=form.cleaned_data["reason"],
            by=request.user,
        ),
    ):
        messages.success(request, "The numbers are changed. What was approved keeps the number it had.")
        return to_list(place)
    return rows_page(request, place, form, "Renumber", "Save the numbers", ("Number",))


@requires(Permission.MANAGE_PLAN)
def remove(request: HttpRequest, plan: str, year: str, theme: str, deliverable: str) -> HttpResponse:
    place = find_year(plan=plan, year=year, theme=theme)
    row = find_row(place, deliverable)
    form = PrintedReasonForm(request.POST or None)
    if carried_out(form, lambda: remove_deliverable(deliverable=row, by=request.user, **form.cleaned_data)):
        messages.success(request, f"Deliverable {deliverable} is removed.")
        return to_list(place)
    intro = "For one that was added by mistake, while nobody has written an update on it. Its number is free again."
    return form_page(request, place, form, f"Remove {row.number}. {row.wording}", "Remove it", intro)


@requires(Permission.VIEW_PLAN)
def schedule_of_changes(request: HttpRequest, plan: str, year: str) -> HttpResponse:
    """What was changed of the year's deliverables, why, and what it did to the figures. It prints as it stands."""
    place = find_year(plan=plan, year=year)
    return render(
        request, "deliverables/schedule.html", {"manage": place, "schedule": gather_changes(place, request.user)}
    )


@requires(Permission.VIEW_PLAN)
def schedule_file(request: HttpRequest, plan: str, year: str, form: str) -> HttpResponse:
    place = find_year(plan=plan, year=year)
    return download(f"changes {place.year}", form, changes_sheet(gather_changes(place, request.user)))


def find_row(place: YearPlace, asked: str) -> Deliverable:
    for row in rows_of(place):
        if str(row.number) == asked:
            return row
    there = [
        (f"{row.number}. {row.wording}", place.address("change_deliverable", deliverable=row.number))
        for row in rows_of(place)
    ]
    raise NothingHere(f"Theme {place.theme.number} has no deliverable {asked} in {place.year}.", there)


def to_list(place: YearPlace) -> HttpResponse:
    return redirect(place.address("manage_deliverables"))


def back_to_list(place: YearPlace) -> dict[str, str]:
    if place.theme is None:
        return {"back": reverse("manage_plan", args=[place.plan.slug]), "back_label": str(place.plan)}
    return {
        "back": place.address("manage_deliverables"),
        "back_label": f"{place.plan}, {place.theme.short}, {place.year}",
    }


def form_page(
    request: HttpRequest, place: YearPlace, form: object, heading: str, button: str, intro: str = ""
) -> HttpResponse:
    context = {"form": form, "heading": heading, "button": button, "intro": intro, **back_to_list(place)}
    return render(request, FORM_PAGE, context)


def rows_page(
    request: HttpRequest, place: YearPlace, form: object, heading: str, button: str, columns: tuple[str, ...]
) -> HttpResponse:
    context = {
        "manage": place,
        "form": form,
        "heading": heading,
        "button": button,
        "columns": columns,
        **back_to_list(place),
    }
    return render(request, "deliverables/rows_form.html", context)
