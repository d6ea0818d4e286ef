"""The pages of needs assessments: the list, one with its sections and needs, and for staff to keep them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from needs.finding import around, find_assessment, sight_of
from needs.models import Assessment
from reports.public_pages import public_page


@public_page
def assessments(request: HttpRequest) -> HttpResponse:
    return render(request, "needs/needs.html", {"assessments": Assessment.objects.visible_to(request.user)})


@public_page
def assessment(request: HttpRequest, assessment: str) -> HttpResponse:
    found = find_assessment(assessment, request.user)
    return render(request, "needs/assessment.html", around(request, found, sight_of(request, found)))
