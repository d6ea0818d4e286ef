"""What was published as charts: of a plan and of a theme. For everyone.

What a reader may not see is answered like what is not there.
"""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from deliverables.charts import Chart
from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import LIST_FORMATS, download, list_format, sheet
from reports.chart_data import gather_plan_charts, gather_theme_charts
from reports.progress_lists import CompareForm
from reports.progress_views import Around, find_around, nothing_published
from reports.public_pages import public_page
from reports.published import Publication, by_theme, colours_address, counting, publications


@public_page
def plan_charts(request: HttpRequest, plan: str) -> HttpResponse:
    """Each theme's shares, and the trend of the plan and of each theme."""
    themes = _themes(request, plan)
    newest = next(iter(themes.values()))[0]
    context = {
        "plan": newest.plan,
        "plan_slug": plan,
        "themes": [listed[0] for listed in themes.values()],
        "charts": gather_plan_charts(themes),
        "forms": LIST_FORMATS,
        "colours": colours_address(request.user, plan),
    }
    return render(request, "reports/plan_charts.html", context)


@public_page
def chart_file(request: HttpRequest, plan: str, chart: str, form: str) -> HttpResponse:
    """The table of one of a plan's charts."""
    list_format(form)
    charts = gather_plan_charts(_themes(request, plan))
    return _file(plan, charts, chart, form, reverse("plan_charts", args=[plan]))


def _themes(request: HttpRequest, plan: str) -> dict[int, list[Publication]]:
    """A plan's publications that count, by theme; raises NothingHere where the reader can see none."""
    there = publications(request.user)
    themes = by_theme(one for one in counting(there) if one.plan_slug == plan)
    if not themes:
        raise nothing_published(there, "There is no published report on this plan.")
    return themes


@public_page
def theme_charts(request: HttpRequest, plan: str, theme: str) -> HttpResponse:
    """A theme's trend, its deliverables by quarter, and the movement between two of its quarters."""
    around, form, charts = _theme_charts(request, plan, theme)
    before, now = form.chosen
    context = {
        "around": around,
        "form": form,
        "chosen": f"?from={before.reference}&to={now.reference}",
        "charts": charts,
        "forms": LIST_FORMATS,
        "colours": colours_address(request.user, plan),
    }
    return render(request, "reports/theme_charts.html", context)


@public_page
def theme_chart_file(request: HttpRequest, plan: str, theme: str, chart: str, form: str) -> HttpResponse:
    """The table of one of a theme's charts; of its movement between the quarters that the address names."""
    list_format(form)
    around, chosen, charts = _theme_charts(request, plan, theme)
    if not chosen.is_valid():
        raise nothing_published(around.all_of_theme, "There are no two such reports to compare.")
    name = f"{plan} theme {around.publication.number}"
    return _file(name, charts, chart, form, reverse("theme_charts", args=[plan, theme]))


def _theme_charts(request: HttpRequest, plan: str, theme: str) -> tuple[Around, CompareForm, list[Chart]]:
    around = find_around(request, plan, theme)
    form = CompareForm(request.GET, around.up_to)
    before, now = form.chosen
    return around, form, gather_theme_charts(around.up_to, before, now)


def _file(name: str, charts: Sequence[Chart], key: str, form: str, page: str) -> HttpResponse:
    found = next((chart for chart in charts if chart.key == key), None)
    if found is None:
        raise NothingHere(f'There is no chart "{key}" here.', [(one.title, f"{page}#{one.key}") for one in charts])
    return download(f"{name} {key}", form, sheet(key.capitalize(), *found.for_a_file))
