"""The pages of gaps: what is missing between need and result. For everyone who may see the assessment."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from needs.finding import around, find_assessment, sight_of
from reports.public_pages import public_page


@public_page
def gaps(request: HttpRequest, assessment: str) -> HttpResponse:
    """Each kind of gap with its count, and its list."""
    found = find_assessment(assessment, request.user)
    return render(request, "needs/gaps.html", around(request, found, sight_of(request, found)))
