"""The pages on which staff say what answers a need: from the need, and from the deliverable. Ticks, and one button."""

from collections.abc import Callable
from functools import partial
from itertools import chain

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.forms import carried_out
from accounts.roles import Permission, requires
from deliverables.latest import latest_plan
from deliverables.views import find_history
from needs.finding import find_assessment, find_need
from needs.linking import change_links, change_needs_of
from needs.linking_forms import LinksForm
from needs.models import Assessment, DeliverableLink
from needs.offered import needs_to_link, targets
from pcc_tracker.errors import NothingHere
from themes.models import Plan
from themes.place import Choice, find_place

_requires = requires(Permission.MANAGE_NEEDS)


@_requires
def link_need(request: HttpRequest, assessment: str, need: int) -> HttpResponse:
    """The themes and deliverables of a plan, each with a tick where it is linked to the need."""
    found = find_assessment(assessment, request.user)
    row = find_need(found, need)
    plans = list(Plan.objects.all())
    asked = next((one for one in plans if one.slug == request.GET.get("plan")), None)
    plan = asked or latest_plan(timezone.localdate()) or found.informs
    form = LinksForm(request.POST or None, targets(row, plan, request.user))
    here = reverse("need", args=[found.slug, row.pk])
    if _is_saved(form, partial(change_links, need=row, by=request.user)):
        messages.success(request, "What answers it is kept.")
        return redirect(here)
    choices = [Choice(one.title, f"?plan={one.slug}", one == plan) for one in plans]
    context = {"assessment": found, "need": row, "plan": plan, "choices": choices, "form": form, "back": here}
    context |= {"groups": form.grouped, "stylesheets": [plan.rating_scheme.stylesheet_address]}
    return render(request, "needs/link_need.html", context)


@_requires
def link_deliverable(
    request: HttpRequest, plan: str, year: str, quarter: str, theme: str, deliverable: str
) -> HttpResponse:
    """The needs of an assessment, each with a tick where the deliverable answers it."""
    place = find_place(plan=plan, quarter=f"{year} {quarter}", theme=theme)
    row = find_history(request, place, deliverable).deliverable
    there = list(Assessment.objects.visible_to(request.user).select_related("informs"))
    if not there:
        raise NothingHere("There is no needs assessment yet.", [("Needs assessments", reverse("needs"))])
    asked = [one for one in there if one.slug == request.GET.get("assessment")]
    linked = DeliverableLink.objects.filter(deliverable__key=row.key).values_list(
        "need__section__assessment", flat=True
    )
    found = next(chain(asked, (one for one in there if one.pk in set(linked)), there))
    form = LinksForm(request.POST or None, needs_to_link(found, row))
    here = place.address("deliverable", deliverable=row.number)
    if _is_saved(form, partial(change_needs_of, deliverable=row, by=request.user)):
        messages.success(request, "Which needs it answers is kept.")
        return redirect(here)
    choices = [Choice(str(one), f"?assessment={one.slug}", one == found) for one in there]
    context = {"place": place, "deliverable": row, "assessment": found, "choices": choices, "back": here}
    return render(request, "needs/link_deliverable.html", context | {"form": form, "groups": form.grouped})


def _is_saved(form: LinksForm, verb: Callable[..., object]) -> bool:
    """Whether what was ticked is kept; sent to narrow the list it is shown again, with every tick."""
    return not form.only_narrows and carried_out(form, lambda: verb(**form.changes))
