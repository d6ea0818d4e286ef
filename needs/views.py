"""The pages on needs assessments."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.roles import Permission, requires
from needs.models import Assessment


@requires(Permission.MANAGE_NEEDS)
def assessment(request: HttpRequest, assessment: str) -> HttpResponse:
    found = get_object_or_404(Assessment, slug=assessment)
    return render(request, "needs/assessment.html", {"assessment": found})
