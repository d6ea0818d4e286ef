from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.roles import Permission, requires
from deliverables.views import latest_plan
from reports.views import published


def home(request: HttpRequest) -> HttpResponse:
    """Where each role starts: the plan for who may see it, the published reports for others."""
    if not request.user.may(Permission.VIEW_PLAN):
        return published(request)
    plan = latest_plan()
    if plan is None:
        return render(request, "deliverables/no_plan.html")
    return redirect("plan", plan=plan.slug)


@requires(Permission.MANAGE_OFFICE)
def administration(request: HttpRequest) -> HttpResponse:
    """What an administrator looks after, one link each."""
    return render(request, "administration.html")
