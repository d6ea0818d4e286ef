"""The pages that need every room: where people begin, and what is said of the site itself."""

import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Permission, requires
from deliverables.latest import latest_plan
from deliverables.models import Deliverable
from deliverables.work import current_tasks
from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import LIST_FORMATS
from reports.formats import FORMATS
from reports.models import Edition
from reports.public_pages import public_page

SCHEMAS = ("list", "report")
"""What is described in `docs/`, in a file `<name>.schema.json` each."""

# The day on which the accessibility statement was last held against the product. Change it with the statement's
# words, and look at both whenever pages or files change in what they offer.
STATEMENT_PREPARED_ON = datetime.date(2026, 11, 22)


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
    plan = latest_plan(timezone.localdate())
    if plan is None:
        return render(request, "deliverables/no_plan.html")
    return redirect("plan", plan=plan.slug)


@requires(Permission.MANAGE_OFFICE)
def administration(request: HttpRequest) -> HttpResponse:
    """What an administrator looks after, one link each."""
    return render(request, "administration.html")


@public_page
def open_data(request: HttpRequest) -> HttpResponse:
    """What can be taken away, in which formats, and at which addresses."""
    editions = Edition.objects.visible_to(request.user).in_view()
    context = {
        "list_formats": _in_each_format("published_file"),
        "needs_formats": _in_each_format("needs_file"),
        "formats": FORMATS.values(),
        "example": editions.order_by("-published_at").defer("cover").first(),
        "site": settings.SITE_URL,
    }
    return render(request, "open_data.html", context)


def _in_each_format(name: str) -> list[tuple[str, str]]:
    """The addresses of a list's files, each with what its format is called."""
    return [(reverse(name, args=[form]), one.label) for form, one in LIST_FORMATS.items()]


@public_page
def schema(request: HttpRequest, schema: str) -> HttpResponse:
    """The description of what the JSON files hold, as a JSON Schema."""
    if schema not in SCHEMAS:
        there = [(one, reverse("schema", args=[one])) for one in SCHEMAS]
        raise NothingHere(f'There is no description of "{schema}".', there)
    content = (settings.BASE_DIR / "docs" / f"{schema}.schema.json").read_bytes()
    return HttpResponse(content, content_type="application/schema+json")


@public_page
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement, in the office's name."""
    return render(request, "accessibility.html", {"prepared_on": STATEMENT_PREPARED_ON})
