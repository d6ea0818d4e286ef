"""The pages on what meetings of the Panel asked for: the list, and for the office to add, change, close and remove."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.db.models import F, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.forms import FORM_PAGE, ReasonForm, carried_out
from accounts.models import User
from accounts.roles import Permission, may, requires
from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import download, sheet_of, show
from reports.meeting_action_actions import add_action, change_action, close_action, remove_action, reopen_action
from reports.meeting_views import find_meeting
from reports.panel_forms import ActionFilter, ActionForm, CloseActionForm
from reports.panel_models import MeetingAction
from reports.panel_tables import ActionTable
from reports.step_pages import Step, step_page


def actions(request: HttpRequest) -> HttpResponse:
    """The actions that the reader may see: all for the Panel and the office, their own for owners."""
    today = timezone.localdate()
    found = list(_in_order(MeetingAction.objects.visible_to(request.user)))
    chosen = ActionFilter(request.GET, found, today)
    table = show(request, ActionTable(chosen.matching(), today=today, may_keep=_may_keep(request)))
    overdue = sum(one.state_on(today) == "Overdue" for one in found)
    context = {"table": table, "filter": chosen, "total": len(found), "overdue": overdue}
    return render(request, "reports/actions.html", context)


def actions_file(request: HttpRequest, form: str) -> HttpResponse:
    """The list as it is sorted and filtered on the page."""
    today = timezone.localdate()
    chosen = ActionFilter(request.GET, list(_in_order(MeetingAction.objects.visible_to(request.user))), today)
    chosen.refuse_what_is_not_there()
    table = ActionTable(chosen.matching(), today=today, may_keep=False)
    table.order_by = request.GET.getlist("sort")
    return download(f"actions{' filtered' if chosen.chosen else ''}", form, sheet_of(table, "Actions"))


def _in_order(found: QuerySet[MeetingAction]) -> QuerySet[MeetingAction]:
    """Those that are open first, the first due first; then the others, the last closed first."""
    ordered = found.order_by(F("closed_on").desc(nulls_first=True), "due", "pk")
    return ordered.select_related("meeting", "owner__organisation")


def _may_keep(request: HttpRequest) -> bool:
    return may(request.user, Permission.ANSWER_QUESTIONS)


@requires(Permission.ANSWER_QUESTIONS)
def add(request: HttpRequest, meeting: str) -> HttpResponse:
    found, form = find_meeting(meeting), ActionForm(request.POST or None)
    if carried_out(form, lambda: add_action(meeting=found, by=request.user, **form.facts)):
        messages.success(request, f"The action is added{_told(form.facts['owner'], request.user)}")
        return redirect("meeting", meeting=meeting)
    context = {"form": form, "heading": "Add an action", "intro": f"Of the meeting of {date_format(found.date)}."}
    context |= {"button": "Add it", "back": reverse("meeting", args=[meeting]), "back_label": "The meeting"}
    return render(request, FORM_PAGE, context)


@requires(Permission.ANSWER_QUESTIONS)
def change(request: HttpRequest, action: int) -> HttpResponse:
    """Change an open action. Where somebody else has saved since, both are shown and none is lost."""
    found = _find(action)
    owner = found.owner
    form = ActionForm(request.POST or None, action=found)
    if form.carried_out(
        lambda: change_action(action=found, shown=form.cleaned_data["shown"], by=request.user, **form.facts),
        fresh=lambda: ActionForm(None, action=_find(action)),
    ):
        told = _told(found.owner, request.user) if found.owner != owner else "."
        messages.success(request, f"The action is changed{told}")
        return redirect("actions")
    return render(request, "reports/action.html", {"form": form, "action": found})


@requires(Permission.ANSWER_QUESTIONS)
def close(request: HttpRequest, action: int) -> HttpResponse:
    form = CloseActionForm(request.POST or None, initial={"closed_on": timezone.localdate()})
    return _step(request, action, Step("Close the action", "Close it", "The action is closed."), form, close_action)


@requires(Permission.ANSWER_QUESTIONS)
def reopen(request: HttpRequest, action: int) -> HttpResponse:
    step = Step("Open the action again", "Open it again", "The action is open again.")
    return _step(request, action, step, ReasonForm(request.POST or None), reopen_action)


@requires(Permission.ANSWER_QUESTIONS)
def remove(request: HttpRequest, action: int) -> HttpResponse:
    step = Step("Remove the action", "Remove it", "The action is removed.")
    return _step(request, action, step, ReasonForm(request.POST or None), remove_action)


def _find(asked: int) -> MeetingAction:
    found = MeetingAction.objects.select_related("meeting", "owner").filter(pk=asked).first()
    if found is None:
        raise NothingHere("There is no action at this address", [("Actions", reverse("actions"))])
    return found


def _told(owner: User, by: User) -> str:
    """How a message goes on that began with what became of an action: whether its new owner has been told."""
    if owner == by:
        return "."
    return ", and its owner is told." if owner.email else f". {owner} has no e-mail here: tell them yourself."


def _step(request: HttpRequest, asked: int, step: Step, form: Form, verb: Callable[..., None]) -> HttpResponse:
    found = _find(asked)
    of = {"intro": found.text, "back": reverse("actions"), "back_label": "Actions"}
    return step_page(request, step, form, partial(verb, action=found), **of)
