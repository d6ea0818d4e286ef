"""The pages on which an administrator looks after deliverables, who leads them, and the next year."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.forms import carried_out
from accounts.models import User
from accounts.roles import Permission, requires
from deliverables.models import Deliverable, DeliverableOwner
from deliverables.plan_actions import (
    add_deliverable,
    change_deliverable,
    change_owner,
    hand_over,
    mark_complete,
    open_year,
    put_back,
    remove_owner,
    renumber,
    to_hand_over,
    withdraw,
)
from deliverables.plan_forms import (
    DeliverableForm,
    EndForm,
    HandOverForm,
    NewDeliverableForm,
    NextYearForm,
    OwnerForm,
    PrintedReasonForm,
    RenumberForm,
)
from deliverables.schedule import gather_changes
from deliverables.tables import changes_sheet
from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import download
from themes.place import YearPlace, find_year

FORM_PAGE = "components/form_page.html"
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
    today = timezone.localdate()
    rows = _rows(place).prefetch_related("owners__user__organisation")
    carried = set(
        Deliverable.objects.filter(theme=place.theme, financial_year=place.year.next).values_list("key", flat=True)
    )
    lines = [(row, row.leader_on(today), row.key in carried) for row in rows]
    return render(request, "deliverables/manage.html", {"manage": place, "lines": lines})


def _rows(place: YearPlace) -> QuerySet[Deliverable]:
    return Deliverable.objects.filter(theme=place.theme, financial_year=place.year).select_related("theme__plan")


@requires(Permission.MANAGE_PLAN)
def add(request: HttpRequest, plan: str, year: str, theme: str) -> HttpResponse:
    place = find_year(plan=plan, year=year, theme=theme)
    taken = set(_rows(place).values_list("number", flat=True))
    form = NewDeliverableForm(request.POST or None, year=place.year, taken=taken)
    if carried_out(
        form,
        lambda: add_deliverable(theme=place.theme, financial_year=place.year, by=request.user, **form.cleaned_data),
    ):
        messages.success(request, f"Deliverable {form.cleaned_data['number']} is added.")
        return _to_list(place)
    return _form_page(request, place, form, "Add a deliverable", "Add it")


@requires(Permission.MANAGE_PLAN)
def change(request: HttpRequest, plan: str, year: str, theme: str, deliverable: str) -> HttpResponse:
    place = find_year(plan=plan, year=year, theme=theme)
    row = _row(place, deliverable)
    form = DeliverableForm(request.POST or None, year=place.year, row=row)
    if carried_out(form, lambda: change_deliverable(deliverable=row, by=request.user, **form.cleaned_data)):
        messages.success(request, f"Deliverable {row.number} is changed.")
        return _to_list(place)
    return _form_page(request, place, form, f"Change deliverable {row.number}", "Save")


@requires(Permission.MANAGE_PLAN)
def complete(request: HttpRequest, plan: str, year: str, theme: str, deliverable: str) -> HttpResponse:
    place = find_year(plan=plan, year=year, theme=theme)
    row = _row(place, deliverable)
    form = EndForm(request.POST or None)
    form.fields["quarter"].offer(quarter for quarter in place.year.quarters if row.is_in_force(quarter))
    if carried_out(form, lambda: mark_complete(deliverable=row, by=request.user, **form.cleaned_data)):
        messages.success(request, f"Deliverable {row.number} is complete from {form.cleaned_data['quarter']} on.")
        return _to_list(place)
    intro = "From this quarter on it needs no further update and keeps its last approved rating."
    return _form_page(request, place, form, f"Mark {row.number}. {row.wording} complete", "Mark complete", intro)


@requires(Permission.MANAGE_PLAN)
def withdraw_one(request: HttpRequest, plan: str, year: str, theme: str, deliverable: str) -> HttpResponse:
    place = find_year(plan=plan, year=year, theme=theme)
    row = _row(place, deliverable)
    form = EndForm(request.POST or None)
    form.fields["quarter"].offer(quarter for quarter in place.year.quarters if quarter > row.in_force_from)
    if carried_out(form, lambda: withdraw(deliverable=row, by=request.user, **form.cleaned_data)):
        messages.success(request, f"Deliverable {row.number} is withdrawn from {form.cleaned_data['quarter']} on.")
        return _to_list(place)
    intro = "From this quarter on it counts in no figure. It keeps its number, and what was reported before stays."
    return _form_page(request, place, form, f"Withdraw {row.number}. {row.wording}", "Withdraw it", intro)


@requires(Permission.MANAGE_PLAN)
def put_one_back(request: HttpRequest, plan: str, year: str, theme: str, deliverable: str) -> HttpResponse:
    place = find_year(plan=plan, year=year, theme=theme)
    row = _row(place, deliverable)
    form = PrintedReasonForm(request.POST or None)
    if carried_out(form, lambda: put_back(deliverable=row, by=request.user, **form.cleaned_data)):
        messages.success(request, f"Deliverable {row.number} is in force again.")
        return _to_list(place)
    intro = "It counts again in every quarter it is in force in, and is asked for updates again."
    return _form_page(request, place, form, f"Take {row.number}. {row.wording} back into force", "Take it back", intro)


@requires(Permission.MANAGE_PLAN)
def carry_one_forward(request: HttpRequest, plan: str, year: str, theme: str, deliverable: str) -> HttpResponse:
    place = find_year(plan=plan, year=year, theme=theme)
    row = _row(place, deliverable)
    form = NextYearForm(request.POST or None, [row], place.year)
    if carried_out(
        form,
        lambda: open_year(carried=form.carried(), reason=form.cleaned_data["reason"], by=request.user),
    ):
        messages.success(request, f"Deliverable {row.number} goes on in {place.year.next}.")
        return _to_list(place)
    return _rows_page(
        request, place, form, f"Carry {row.number} forward to {place.year.next}", "Carry forward", NEXT_YEAR
    )


@requires(Permission.MANAGE_PLAN)
def open_next_year(request: HttpRequest, plan: str, year: str) -> HttpResponse:
    """Carry forward what goes on of all themes. What is complete, withdrawn or carried already is not offered."""
    place = find_year(plan=plan, year=year)
    if place.year.next not in place.plan.years:
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
    return _rows_page(
        request, place, form, f"Open {place.year.next} from {place.year}", "Carry forward those ticked", NEXT_YEAR
    )


@requires(Permission.MANAGE_PLAN)
def renumber_theme(request: HttpRequest, plan: str, year: str, theme: str) -> HttpResponse:
    place = find_year(plan=plan, year=year, theme=theme)
    form = RenumberForm(request.POST or None, _rows(place).filter(withdrawn_from=None))
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
        return _to_list(place)
    return _rows_page(request, place, form, "Renumber", "Save the numbers", ("Number",))


@requires(Permission.MANAGE_PLAN)
def owners(request: HttpRequest, plan: str, year: str, theme: str, deliverable: str) -> HttpResponse:
    """Who leads a deliverable from which day on; a further one can be added."""
    place = find_year(plan=plan, year=year, theme=theme)
    row = _row(place, deliverable)
    form = OwnerForm(request.POST or None, initial={"since": timezone.localdate()})
    if carried_out(form, lambda: change_owner(deliverable=row, by=request.user, **form.cleaned_data)):
        messages.success(request, f"{form.cleaned_data['owner']} leads deliverable {row.number}.")
        return _to_list(place)
    context = {
        "manage": place,
        "row": row,
        "owners": row.owners.select_related("user__organisation"),
        "form": form,
        "heading": f"Who leads {row.number}. {row.wording}",
        "button": "Save",
        **_back(place),
    }
    return render(request, "deliverables/owners.html", context)


@requires(Permission.MANAGE_PLAN)
def remove_one_owner(
    request: HttpRequest, plan: str, year: str, theme: str, deliverable: str, ownership: int
) -> HttpResponse:
    place = find_year(plan=plan, year=year, theme=theme)
    row = _row(place, deliverable)
    found = DeliverableOwner.objects.filter(pk=ownership, deliverable=row).select_related("user").first()
    if found is None:
        raise NothingHere(
            "Nobody leads it from that day on.", [("Who leads it", place.address("owners", deliverable=row.number))]
        )
    form = PrintedReasonForm(request.POST or None)
    if carried_out(form, lambda: remove_owner(ownership=found, by=request.user, **form.cleaned_data)):
        messages.success(request, f"{found.user} no longer leads it from that day on.")
        return redirect(place.address("owners", deliverable=row.number))
    return _form_page(
        request, place, form, f"Take back: {found}", "Take it back", "Who led it before goes on leading it."
    )


@requires(Permission.MANAGE_PLAN)
def hand_over_all(request: HttpRequest, user: int) -> HttpResponse:
    """All that somebody leads goes to a successor from a day on, with the drafts that are open."""
    leaver = User.objects.filter(pk=user).select_related("organisation").first()
    if leaver is None:
        raise NothingHere("There is no such person.")
    today = timezone.localdate()
    form = HandOverForm(request.POST or None, leaver=leaver, today=today)

    def carry_out() -> None:
        rows = hand_over(leaver=leaver, by=request.user, **form.cleaned_data)
        messages.success(request, f"{len(rows)} deliverables go to {form.cleaned_data['successor']}.")

    if carried_out(form, carry_out):
        return redirect("person", user=leaver.pk)
    context = {
        "leaver": leaver,
        "rows": to_hand_over(leaver, today),
        "form": form,
        "heading": f"Hand over what {leaver} leads",
        "button": "Hand over",
        "intro": f"{leaver.job_title or leaver.display_name}, {leaver.organisation}.",
        "back": reverse("person", args=[leaver.pk]),
        "back_label": str(leaver),
    }
    return render(request, "deliverables/hand_over.html", context)


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


def _row(place: YearPlace, asked: str) -> Deliverable:
    for row in _rows(place):
        if str(row.number) == asked:
            return row
    there = [
        (f"{row.number}. {row.wording}", place.address("change_deliverable", deliverable=row.number))
        for row in _rows(place)
    ]
    raise NothingHere(f"Theme {place.theme.number} has no deliverable {asked} in {place.year}.", there)


def _to_list(place: YearPlace) -> HttpResponse:
    return redirect(place.address("manage_deliverables"))


def _back(place: YearPlace) -> dict[str, str]:
    if place.theme is None:
        return {"back": reverse("manage_plan", args=[place.plan.slug]), "back_label": str(place.plan)}
    return {
        "back": place.address("manage_deliverables"),
        "back_label": f"{place.plan}, {place.theme.short}, {place.year}",
    }


def _form_page(
    request: HttpRequest, place: YearPlace, form: object, heading: str, button: str, intro: str = ""
) -> HttpResponse:
    context = {"form": form, "heading": heading, "button": button, "intro": intro, **_back(place)}
    return render(request, FORM_PAGE, context)


def _rows_page(
    request: HttpRequest, place: YearPlace, form: object, heading: str, button: str, columns: tuple[str, ...]
) -> HttpResponse:
    context = {"manage": place, "form": form, "heading": heading, "button": button, "columns": columns, **_back(place)}
    return render(request, "deliverables/rows_form.html", context)
