"""The pages of a plan: its summary, a theme, a deliverable."""

import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.roles import Permission, requires
from deliverables.actions import why_not_writable
from deliverables.forms import DeliverableFilter
from deliverables.history import History, gather_history
from deliverables.latest import latest_period
from deliverables.models import Deliverable, QuarterlyUpdate, UpdateState
from deliverables.progress import ThemeProgress, gather
from deliverables.tables import DeliverableTable, figures_sheet, themes_sheet
from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import download, sheet_of, show
from themes.models import ReportingPeriod
from themes.place import Place, find_place, find_plan


@requires(Permission.VIEW_PLAN)
def plan(request: HttpRequest, plan: str) -> HttpResponse:
    """To the summary of the latest quarter that is reported, or else the latest that is open."""
    plans, found = find_plan(plan)
    latest = latest_period(ReportingPeriod.objects.filter(theme__plan=found), timezone.localdate())
    if latest is None:
        return render(request, "deliverables/no_quarter.html", {"plan": found, "plans": plans})
    return redirect("summary", plan=found.slug, year=str(latest.quarter.year), quarter=latest.quarter.slug)


@requires(Permission.VIEW_PLAN)
def summary(request: HttpRequest, plan: str, year: str, quarter: str) -> HttpResponse:
    place = find_place(plan=plan, quarter=f"{year} {quarter}")
    themes = gather(place, request.user, themes=place.themes, texts=False)
    return render(request, "deliverables/summary.html", {"place": place, "themes": themes})


@requires(Permission.VIEW_PLAN)
def summary_file(request: HttpRequest, plan: str, year: str, quarter: str, form: str) -> HttpResponse:
    place = find_place(plan=plan, quarter=f"{year} {quarter}")
    themes = gather(place, request.user, themes=place.themes, texts=False)
    return download(f"themes {place.quarter}", form, themes_sheet(place, themes))


@requires(Permission.VIEW_PLAN)
def theme(request: HttpRequest, plan: str, year: str, quarter: str, theme: str) -> HttpResponse:
    place = find_place(plan=plan, quarter=f"{year} {quarter}", theme=theme)
    progress = _theme_progress(request, place)
    chosen = DeliverableFilter(request.GET, place, progress.rows)
    tells_exempt = request.user.may(Permission.PREPARE_REPORTS)
    table = show(request, DeliverableTable(place, chosen.matching(), tells_exempt=tells_exempt))
    context = {"place": place, "progress": progress, "table": table, "filter": chosen}
    return render(request, "deliverables/theme.html", context)


@requires(Permission.VIEW_PLAN)
def theme_file(request: HttpRequest, plan: str, year: str, quarter: str, theme: str, form: str) -> HttpResponse:
    """The theme's list as it is sorted and filtered on the page; as XLSX with the status key on a second sheet."""
    place = find_place(plan=plan, quarter=f"{year} {quarter}", theme=theme)
    progress = _theme_progress(request, place)
    chosen = DeliverableFilter(request.GET, place, progress.rows)
    chosen.refuse_what_is_not_there()
    table = DeliverableTable(place, chosen.matching())
    table.order_by = request.GET.getlist("sort") or table.order_by
    wording = progress.overall.wording if progress.overall else ""
    return download(
        f"theme {place.theme.number} {place.quarter}{' filtered' if chosen.chosen else ''}",
        form,
        sheet_of(table, "Deliverables"),
        figures_sheet(progress.figures, wording),
    )


def _theme_progress(request: HttpRequest, place: Place) -> ThemeProgress:
    return gather(place, request.user, themes=[place.theme], texts=True)[0]


@requires(Permission.VIEW_PLAN)
def deliverable(request: HttpRequest, plan: str, year: str, quarter: str, theme: str, deliverable: str) -> HttpResponse:
    place = find_place(plan=plan, quarter=f"{year} {quarter}", theme=theme)
    history = find_history(request, place, deliverable)
    context = {
        "place": place,
        "history": history,
        "may_write": _may_write(request, place, history.deliverable),
    }
    return render(request, "deliverables/deliverable.html", context)


def find_history(request: HttpRequest, place: Place, asked: str) -> History:
    """The history of the deliverable with a number; raises NothingHere, with those there are, for a wrong one."""
    history = gather_history(place, request.user, asked)
    if history is not None:
        return history
    there = Deliverable.objects.visible_to(request.user).filter(theme=place.theme, financial_year=place.quarter.year)
    raise NothingHere(
        f"Theme {place.theme.number} has no deliverable {asked} in {place.quarter.year}.",
        [(f"{one.number}. {one.wording}", place.address("deliverable", deliverable=one.number)) for one in there],
    )


def why_not(row: Deliverable, period: ReportingPeriod, update: QuarterlyUpdate | None, at: datetime.datetime) -> str:
    """Why the update cannot be written now, in words; empty where it can."""
    if update and update.state != UpdateState.DRAFT:
        return f"This update is {update.state}. It can be changed once it has been returned or reopened."
    return why_not_writable(row, period, at)


def _may_write(request: HttpRequest, place: Place, row: Deliverable) -> bool:
    """Whether the reader can write the quarter's update now."""
    period, now = place.period(place.theme), timezone.now()
    writes = Deliverable.objects.written_by(request.user, timezone.localdate(now))
    if period is None or not writes.filter(pk=row.pk).exists():
        return False
    return not why_not(row, period, QuarterlyUpdate.objects.filter(deliverable=row, period=period).first(), now)
