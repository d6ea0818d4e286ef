"""The pages of line of sight: a need, the matrix, the gaps. For everyone who may see the assessment."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from needs.finding import around, find_assessment, find_need, sight_of
from reports.public_pages import public_page


@public_page
def need(request: HttpRequest, assessment: str, need: int) -> HttpResponse:
    """What is being done about a need, and how it is rated now and was before."""
    found = find_assessment(assessment, request.user)
    row = find_need(found, need)
    sight = sight_of(request, found)
    state = next(one for one in (*sight.needs, *sight.gone) if one.pk == row.pk)
    context = around(request, found, sight) | {"need": state}
    return render(request, "needs/need.html", context)


@public_page
def matrix(request: HttpRequest, assessment: str) -> HttpResponse:
    """Each need against each theme, with the rating of what answers it there."""
    found = find_assessment(assessment, request.user)
    return render(request, "needs/matrix.html", around(request, found, sight_of(request, found)))
