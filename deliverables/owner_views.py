"""The pages on which an administrator says who leads a deliverable, and hands over all that somebody leads."""

from collections import Counter

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.forms import carried_out
from accounts.models import User
from accounts.roles import Permission, requires
from deliverables.models import DeliverableOwner
from deliverables.owner_actions import change_owner, hand_over, remove_owner, to_hand_over
from deliverables.plan_forms import HandOverForm, OwnerForm, PrintedReasonForm
from deliverables.plan_views import back_to_list, find_row, form_page, to_list
from pcc_tracker.errors import NothingHere
from themes.place import find_year


@requires(Permission.MANAGE_PLAN)
def owners(request: HttpRequest, plan: str, year: str, theme: str, deliverable: str) -> HttpResponse:
    """Who leads a deliverable from which day on; a further one can be added."""
    place = find_year(plan=plan, year=year, theme=theme)
    row = find_row(place, deliverable)
    form = OwnerForm(request.POST or None, initial={"since": timezone.localdate()})
    if carried_out(form, lambda: change_owner(deliverable=row, by=request.user, **form.cleaned_data)):
        messages.success(request, f"{form.cleaned_data['owner']} leads deliverable {row.number}.")
        return to_list(place)
    context = {
        "manage": place,
        "row": row,
        "owners": row.owners.select_related("user__organisation"),
        "form": form,
        "heading": f"Who leads {row.number}. {row.wording}",
        "button": "Save",
        **back_to_list(place),
    }
    return render(request, "deliverables/owners.html", context)


@requires(Permission.MANAGE_PLAN)
def remove_one_owner(
    request: HttpRequest, plan: str, year: str, theme: str, deliverable: str, ownership: int
) -> HttpResponse:
    place = find_year(plan=plan, year=year, theme=theme)
    row = find_row(place, deliverable)
    found = DeliverableOwner.objects.filter(pk=ownership, deliverable=row).select_related("user").first()
    if found is None:
        raise NothingHere(
            "Nobody leads it from that day on.", [("Who leads it", place.address("owners", deliverable=row.number))]
        )
    form = PrintedReasonForm(request.POST or None)
    if carried_out(form, lambda: remove_owner(ownership=found, by=request.user, **form.cleaned_data)):
        messages.success(request, f"{found.user} no longer leads it from that day on.")
        return redirect(place.address("owners", deliverable=row.number))
    return form_page(
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
        of_year = Counter(str(row.financial_year) for row in rows)
        counted = ", ".join(f"{count} of {year}" for year, count in sorted(of_year.items()))
        messages.success(request, f"To {form.cleaned_data['successor']} go the deliverables: {counted}.")

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
