"""Appendix A of a theme and quarter as it stands now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.roles import Permission, requires
from reports.files import download_of
from reports.formats import FORMATS
from reports.gather_appendix import gather_appendix
from themes.place import find_place


@requires(Permission.VIEW_PLAN)
def appendix(request: HttpRequest, plan: str, year: str, quarter: str, theme: str) -> HttpResponse:
    place = find_place(plan=plan, quarter=f"{year} {quarter}", theme=theme)
    context = {"place": place, "document": gather_appendix(place, request.user), "formats": FORMATS.values()}
    return render(request, "reports/appendix.html", context)


@requires(Permission.VIEW_PLAN)
def appendix_file(request: HttpRequest, plan: str, year: str, quarter: str, theme: str, form: str) -> HttpResponse:
    place = find_place(plan=plan, quarter=f"{year} {quarter}", theme=theme)
    document = gather_appendix(place, request.user)
    return download_of(document, form, lambda other: place.address("appendix_file", form=other))
