from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.roles import Permission, requires
from deliverables.models import Deliverable
from deliverables.views import latest_plan
from deliverables.work import current_tasks
from reports.edition_views import published


def start(request: HttpRequest) -> HttpResponse:
    """Where somebody comes to by signing in: owners to what waits for them to write, all others to the front page."""
    user, today = request.user, timezone.localdate()
    writes_only = user.may(Permission.WRITE_UPDATE) and not user.may(Permission.REVIEW)
    if writes_only and any(task.is_open for task in current_tasks(Deliverable.objects.led_by(user, today), today)):
        return redirect("my_updates")
    return redirect("home")


def home(request: HttpRequest) -> HttpResponse:
    """The front page: the plan for who may see it, the published reports for others."""
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
