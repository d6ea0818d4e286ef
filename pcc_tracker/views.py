from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.roles import Permission, requires
from deliverables.models import Deliverable
from deliverables.views import latest_plan
from deliverables.work import current_tasks


def start(request: HttpRequest) -> HttpResponse:
    """Where somebody comes to by signing in: owners to what waits for them to write, all others to the front page."""
    user, today = request.user, timezone.localdate()
    writes_only = user.may(Permission.WRITE_UPDATE) and not user.may(Permission.REVIEW)
    if writes_only and any(task.is_open for task in current_tasks(Deliverable.objects.led_by(user, today), today)):
        return redirect("my_updates")
    return redirect("home")


@requires(Permission.VIEW_PLAN)
def current_plan(request: HttpRequest) -> HttpResponse:
    """To the plan that is reported on now."""
    plan = latest_plan()
    if plan is None:
        return render(request, "deliverables/no_plan.html")
    return redirect("plan", plan=plan.slug)


@requires(Permission.MANAGE_OFFICE)
def administration(request: HttpRequest) -> HttpResponse:
    """What an administrator looks after, one link each."""
    return render(request, "administration.html")
