"""The pages on which an administrator looks after plans, themes, quarters and ratings."""

import datetime
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.forms import FORM_PAGE, carried_out
from accounts.history import entries, newest_first
from accounts.roles import Permission, requires
from pcc_tracker.errors import NothingHere
from themes.actions import (
    NewScheme,
    add_theme,
    change_bands,
    change_period,
    change_plan,
    change_ratings,
    change_theme,
    open_quarter,
    start_plan,
)
from themes.forms import (
    NEW_SCHEMES,
    BandFormSet,
    NewPlanForm,
    OpenQuarterForm,
    PeriodForm,
    PlanForm,
    RatingFormSet,
    ThemeForm,
    quarters_of,
)
from themes.models import Plan, Rating, RatingScheme, ReportingPeriod, Theme, WordingBand
from themes.place import find_plan
from themes.quarters import InvalidQuarter, Quarter

AFTER_THE_QUARTER = datetime.timedelta(days=21)


@requires(Permission.MANAGE_PLAN)
def plans(request: HttpRequest) -> HttpResponse:
    return render(request, "themes/plans.html", {"plans": Plan.objects.select_related("rating_scheme")})


@requires(Permission.MANAGE_PLAN)
def add_plan(request: HttpRequest) -> HttpResponse:
    form = NewPlanForm(request.POST or None)
    plans: list[Plan] = []

    def start() -> None:
        facts = {name: form.cleaned_data[name] for name in PlanForm.Meta.fields}
        plans.append(start_plan(rating_scheme=_chosen_scheme(form.cleaned_data["scheme"]), by=request.user, **facts))

    if carried_out(form, start):
        messages.success(request, f"{plans[0]} is started. Add its themes next.")
        return redirect("manage_plan", plan=plans[0].slug)
    context = {
        "form": form,
        "heading": "Start a plan",
        "button": "Start the plan",
        "back": reverse("plans"),
        "back_label": "Plans",
    }
    return render(request, FORM_PAGE, context)


def _chosen_scheme(value: str) -> RatingScheme | NewScheme:
    return NewScheme(*NEW_SCHEMES[value]) if value in NEW_SCHEMES else RatingScheme.objects.get(pk=value)


@requires(Permission.MANAGE_PLAN)
def manage_plan(request: HttpRequest, plan: str) -> HttpResponse:
    """A plan with its themes, its years and its quarters, each a link to where it is looked after."""
    _, found = find_plan(plan)
    periods = ReportingPeriod.objects.filter(theme__plan=found).select_related("theme")
    context = {
        "plan": found,
        "themes": found.themes.all(),
        "periods": periods.order_by("-quarter", "theme__number"),
        "bands": found.wording_bands.all(),
    }
    return render(request, "themes/plan.html", context)


@requires(Permission.MANAGE_PLAN)
def plan_history(request: HttpRequest, plan: str) -> HttpResponse:
    """Who changed what of a plan: its facts, wording, ratings, themes and quarters."""
    _, found = find_plan(plan)
    themes = {theme.pk: f"Theme {theme.number}" for theme in found.themes.all()}
    of_plan = {"plan"}
    told = entries(Plan.history.filter(id=found.pk), about=lambda record: "the plan")
    told += entries(WordingBand.history.filter(plan=found.pk), about=_named("wording"), without=of_plan)
    told += entries(Rating.history.filter(scheme=found.rating_scheme_id), about=_named("rating"), without={"scheme"})
    told += entries(Theme.history.filter(plan=found.pk), about=_named("theme"), without=of_plan)
    told += entries(
        ReportingPeriod.history.filter(theme__in=themes),
        about=lambda record: f"{record.quarter.label}, {themes[record.theme_id]}",
        without={"theme", "quarter"},
    )
    context = {
        "heading": f"History of {found}",
        "over": str(found),
        "back": reverse("manage_plan", args=[plan]),
        "entries": newest_first(told),
    }
    return render(request, "components/history_page.html", context)


def _named(what: str) -> Callable[[Any], str]:
    """Names a record by its own title, name or wording."""
    return lambda record: f"{what} “{getattr(record, 'title', '') or getattr(record, 'name', '') or record.wording}”"


@requires(Permission.MANAGE_PLAN)
def change_plan_facts(request: HttpRequest, plan: str) -> HttpResponse:
    _, found = find_plan(plan)
    form = PlanForm(request.POST or None, instance=found)
    if carried_out(form, lambda: change_plan(plan=found, by=request.user, **form.cleaned_data)):
        messages.success(request, "The plan is changed.")
        return redirect("manage_plan", plan=plan)
    return render(request, FORM_PAGE, {"form": form, "heading": "Change the plan", "button": "Save", **_back(plan)})


@requires(Permission.MANAGE_PLAN)
def change_wording(request: HttpRequest, plan: str) -> HttpResponse:
    """From which share on the plan's progress is called what."""
    _, found = find_plan(plan)
    formset = BandFormSet(request.POST or None, instance=found)
    if carried_out(formset, lambda: change_bands(bands=formset.kept, removed=formset.removed, by=request.user)):
        messages.success(request, "The overall wording is changed.")
        return redirect("manage_plan", plan=plan)
    intro = (
        "The first line that holds is printed, from the greatest share on course down. Shares are of the deliverables "
        "due to have started, in percent."
    )
    context = {"formset": formset, "heading": "Overall wording", "intro": intro, **_back(plan)}
    return render(request, "themes/formset.html", context)


@requires(Permission.MANAGE_PLAN)
def change_scheme(request: HttpRequest, plan: str) -> HttpResponse:
    """The letters, names, colours and definitions of a plan's ratings."""
    _, found = find_plan(plan)
    scheme = found.rating_scheme
    formset = RatingFormSet(request.POST or None, instance=scheme, queryset=scheme.ratings.order_by("order"))
    if carried_out(
        formset,
        lambda: change_ratings(scheme=scheme, ratings=formset.kept, removed=formset.removed, by=request.user),
    ):
        messages.success(request, "The ratings are changed.")
        return redirect("manage_plan", plan=plan)
    shared = [str(one) for one in scheme.plans.exclude(pk=found.pk)]
    intro = (
        "Pages and new reports show them as they are here. An update whose rating needs recovery says how and when. "
    )
    intro += f"{', '.join(shared)} {'uses' if len(shared) == 1 else 'use'} the same ratings." if shared else ""
    context = {"formset": formset, "heading": f"Ratings: {scheme}", "intro": intro, **_back(plan)}
    return render(request, "themes/formset.html", context)


@requires(Permission.MANAGE_PLAN)
def add_plan_theme(request: HttpRequest, plan: str) -> HttpResponse:
    _, found = find_plan(plan)
    last = found.themes.order_by("number").last()
    form = ThemeForm(request.POST or None, instance=Theme(plan=found, number=last.number + 1 if last else 1))
    if carried_out(form, lambda: add_theme(theme=form.instance, by=request.user)):
        messages.success(request, f"{form.instance} is added.")
        return redirect("manage_plan", plan=plan)
    return render(request, FORM_PAGE, {"form": form, "heading": "Add a theme", "button": "Add it", **_back(plan)})


@requires(Permission.MANAGE_PLAN)
def change_plan_theme(request: HttpRequest, plan: str, theme: str) -> HttpResponse:
    _, found = find_plan(plan)
    form = ThemeForm(request.POST or None, instance=_theme(found, theme))
    if carried_out(form, lambda: change_theme(theme=form.instance, by=request.user, **form.cleaned_data)):
        messages.success(request, f"{form.instance} is changed.")
        return redirect("manage_plan", plan=plan)
    return render(request, FORM_PAGE, {"form": form, "heading": "Change the theme", "button": "Save", **_back(plan)})


def _theme(plan: Plan, number: str) -> Theme:
    themes = list(plan.themes.all())
    for theme in themes:
        if str(theme.number) == number:
            return theme
    there = [(str(theme), reverse("change_theme", args=[plan.slug, theme.number])) for theme in themes]
    raise NothingHere(f"{plan} has no Theme {number}.", there)


@requires(Permission.MANAGE_PLAN)
def open_plan_quarter(request: HttpRequest, plan: str) -> HttpResponse:
    """Open the next quarter for all themes; where one was added meanwhile, for that one too."""
    _, found = find_plan(plan)
    latest = ReportingPeriod.objects.filter(theme__plan=found).order_by("quarter").last()
    offered = quarters_of(found.years)
    expected = latest.quarter.next if latest else Quarter.of(timezone.localdate())
    initial = {"quarter": expected, "opens": expected.ends, "updates_due": expected.ends + AFTER_THE_QUARTER}
    form = OpenQuarterForm(request.POST or None, initial=initial)
    form.fields["quarter"].offer(offered)
    if carried_out(form, lambda: open_quarter(plan=found, by=request.user, **form.cleaned_data)):
        quarter = form.cleaned_data["quarter"]
        messages.success(request, f"{quarter.label} is open for all themes.")
        return redirect("manage_plan", plan=plan)
    intro = (
        "It is opened for every theme that does not have it yet. Owners find it under My updates from its first day."
    )
    context = {"form": form, "heading": "Open a quarter", "button": "Open it for all themes", "intro": intro}
    return render(request, FORM_PAGE, context | _back(plan))


@requires(Permission.MANAGE_PLAN)
def change_theme_period(request: HttpRequest, plan: str, year: str, quarter: str, theme: str) -> HttpResponse:
    """A theme's quarter: its dates and its notice."""
    _, found = find_plan(plan)
    period = _period(_theme(found, theme), f"{year} {quarter}")
    form = PeriodForm(request.POST or None, instance=period)
    if carried_out(form, lambda: change_period(period=period, by=request.user, **form.cleaned_data)):
        messages.success(request, f"{period} is changed.")
        return redirect("manage_plan", plan=plan)
    context = {"form": form, "heading": f"{period.quarter.label}, Theme {theme}", "button": "Save"}
    return render(request, FORM_PAGE, context | _back(plan))


def _period(theme: Theme, name: str) -> ReportingPeriod:
    try:
        found = theme.periods.filter(quarter=Quarter.parse(name)).select_related("theme").first()
    except InvalidQuarter:
        found = None
    if found is None:
        raise NothingHere(f"Theme {theme.number} has not been opened for {name.upper()}.")
    return found


def _back(plan: str) -> dict[str, str]:
    return {"back": reverse("manage_plan", args=[plan]), "back_label": "The plan"}
