"""The page on which a quarter's update is written, and the address that keeps the draft while it is typed."""

import datetime
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import BigIntegerField
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import time_format
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.roles import Permission, Refused, View, requires
from deliverables.actions import NewerEdit, save_draft, submit
from deliverables.history import History
from deliverables.models import Deliverable, Extension, QuarterlyUpdate, UpdateEvent, UpdateState
from deliverables.revisions import has_refused
from deliverables.views import find_history, why_not
from deliverables.work import Task, current_tasks
from deliverables.writing_forms import AutosaveForm, UpdateForm
from pcc_tracker.errors import NothingHere, typed
from themes.models import ReportingPeriod
from themes.place import find_place
from themes.quarters import Quarter


def keeping_what_was_typed(view: View) -> View:
    """For a page that a text is typed on: what is sent after the session has ended is shown to be copied, not lost.

    LoginRequiredMiddleware passes over the view, which makes this the one place that looks. A browser without
    JavaScript has no other copy.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method != "POST":
            return redirect_to_login(request.get_full_path())
        return render(request, "deliverables/signed_out.html", {"typed": typed(request)}, status=401)

    return login_not_required(answered)


@keeping_what_was_typed
@requires(Permission.WRITE_UPDATE)
def write_update(
    request: HttpRequest, plan: str, year: str, quarter: str, theme: str, deliverable: str
) -> HttpResponse:
    """Write one's update for a quarter, keep it as a draft or submit it. What others lead is not open to write."""
    place = find_place(plan=plan, quarter=f"{year} {quarter}", theme=theme)
    history = find_history(request, place, deliverable)
    row, period = history.deliverable, place.period(place.theme)
    now = timezone.now()
    if not Deliverable.objects.written_by(request.user, timezone.localdate(now)).filter(pk=row.pk).exists():
        raise PermissionDenied
    if period is None:
        raise NothingHere(f"Theme {place.theme.number} has not been opened for {place.quarter.label}.")
    updates = QuarterlyUpdate.objects.select_related("rating", "last_changed_by").filter(deliverable=row, period=period)
    update, newer, unconfirmed = updates.first(), None, []
    last = history.last_update_before(place.quarter)
    may_start_from_last = last is not None and not (update and update.narrative)
    form = UpdateForm(
        request.POST or None,
        scheme=place.plan.rating_scheme.values,
        update=update,
        starts_from=last.update if may_start_from_last and "from-last" in request.GET else None,
        printable=_printable(history, place.quarter),
    )
    if request.method == "POST" and form.is_valid():
        try:
            unconfirmed = _carry_out(request, form, history, period, now)
        except NewerEdit as error:
            update = newer = updates.get()
            form.add_error(
                None, f"{_who_saved(error, request.user)} Both texts are below: bring them together, then save."
            )
            form.bring_up_to_date(version=update.version)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            if not unconfirmed:
                copy = form.cleaned_data["copy"]
                kept = f"?kept={copy}" if copy.isascii() and copy.isalnum() else ""
                return redirect(place.address("write_update", deliverable=row.number) + kept)
            update = updates.get()
            form.bring_up_to_date(version=update.version, confirmed=_in_one(unconfirmed))
    is_submitted = update is not None and update.state == UpdateState.SUBMITTED
    context = {
        "place": place, "deliverable": row, "period": period, "update": update, "form": form, "newer": newer,
        "extension": Extension.objects.filter(deliverable=row, period=period).first(), "last": last,
        "may_start_from_last": may_start_from_last, "why_not": why_not(row, period, update, now),
        "returned": _returned(update), "unconfirmed": unconfirmed,
        "warnings": history.warnings_on(update, place.quarter, timezone.localdate(now)) if update else [],
        "needing_recovery": " ".join(one.code for one in form.scheme if one.needs_recovery),
        "submitted": is_submitted and request.method == "GET",
        "next_task": _next_task(request, row, period, now) if is_submitted else None,
        "has_refused": update is not None and has_refused(update),
    }  # fmt: skip
    return render(request, "deliverables/write_update.html", context)


def _carry_out(
    request: HttpRequest, form: UpdateForm, history: History, period: ReportingPeriod, at: datetime.datetime
) -> list[str]:
    """Save what was entered, and submit it where that is the button that was pressed.

    The warnings that its writer has not been shown yet are returned instead of submitting it: it is a draft then.
    """
    version, row = form.cleaned_data["version"], history.deliverable
    saved = save_draft(deliverable=row, period=period, draft=form.draft(), by=request.user, at=at, version=version)
    if "submit" not in request.POST:
        messages.success(request, "Draft saved.")
        return []
    found = history.warnings_on(saved, period.quarter, timezone.localdate(at))
    if found and form.cleaned_data["confirmed"] != _in_one(found):
        return found
    submit(update=saved, by=request.user, at=at)
    return []


def _in_one(warnings: list[str]) -> str:
    """Warnings as the form sends them back: whoever was shown others is shown these too."""
    return " ".join(warnings)


def _who_saved(conflict: NewerEdit, reader: User) -> str:
    """Whose text was saved meanwhile, as its reader should be told."""
    if conflict.newer.last_changed_by != reader:
        return str(conflict)
    at = time_format(timezone.localtime(conflict.newer.last_changed_at), "H:i")
    return f"You saved another text in another tab at {at}."


def _printable(history: History, quarter: Quarter) -> list[tuple[Quarter, object]]:
    """The approved updates of this work that can be printed below the quarter's, newest first."""
    return [(one.quarter, one.update) for one in history.entries if one.quarter < quarter and one.update]


def _returned(update: QuarterlyUpdate | None) -> UpdateEvent | None:
    """The step that gave a draft back to its owner, with the reviewer's note; None for one never sent."""
    if update is None or update.state != UpdateState.DRAFT:
        return None
    return update.events.select_related("by").order_by("-at", "-pk").first()


def _next_task(request: HttpRequest, row: Deliverable, period: ReportingPeriod, at: datetime.datetime) -> Task | None:
    """What the reader can write next: of what they lead, the one that is due first."""
    today = timezone.localdate(at)
    mine = current_tasks(Deliverable.objects.led_by(request.user, today), today)
    waiting = [task for task in mine if task.is_open and (task.deliverable, task.period) != (row, period)]
    return min(waiting, key=lambda task: task.due, default=None)


def _in_words_of_json(view: View) -> View:
    """For what a page asks in the background: who is not signed in is told so, and not sent to a page to sign in.

    LoginRequiredMiddleware passes over the view, which makes this the one place that looks.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"message": "You have been signed out."}, status=401)
        return view(request, *args, **kwargs)

    return login_not_required(answered)


@_in_words_of_json
@requires(Permission.WRITE_UPDATE)
@require_POST
def autosave(request: HttpRequest, period: int, deliverable: int) -> HttpResponse:
    """Keep what has been typed so far as the draft, by the rules and the verb that the page's button goes by.

    The address names both by their keys, as the page knows them: the verb reads them as they are now in any case.

    200 with the new version and what could not be read (see AutosaveForm); 409 with the newer text where somebody
    else has saved meanwhile; 401 where the session has ended; 422 with the reason where the verb refuses.
    """
    if request.POST.get("writer") not in (None, str(request.user.pk)):
        return JsonResponse({"message": "You have been signed out, and somebody else is signed in now."}, status=401)
    if max(period, deliverable) > BigIntegerField.MAX_BIGINT:
        raise Http404
    row, of_period = Deliverable(pk=deliverable), ReportingPeriod(pk=period)
    now, form = timezone.now(), AutosaveForm(request.POST)
    form.is_valid()
    updates = QuarterlyUpdate.objects.visible_to(request.user, timezone.localdate(now)).select_related("rating")
    draft = form.draft(stored=updates.filter(deliverable=deliverable, period=period).first)
    version = form.cleaned_data.get("version")
    try:
        saved = save_draft(deliverable=row, period=of_period, draft=draft, by=request.user, at=now, version=version)
    except ReportingPeriod.DoesNotExist as error:
        raise Http404 from error
    except NewerEdit as conflict:
        return JsonResponse(_newer(conflict, request.user), status=409)
    except Refused as refusal:
        return JsonResponse({"message": str(refusal)}, status=422)
    at = time_format(timezone.localtime(saved.last_changed_at), "H:i")
    return JsonResponse({"version": saved.version, "at": at, "left_out": form.left_out})


def _newer(conflict: NewerEdit, reader: User) -> dict[str, object]:
    """The text that was saved meanwhile: who and when, as it is read, and as the form takes it."""
    newer = conflict.newer
    return {
        "message": _who_saved(conflict, reader),
        "version": newer.version,
        "is_open": newer.state == UpdateState.DRAFT,
        "html": render_to_string("deliverables/_newer.html", {"newer": newer, "user": reader}),
        "fields": {
            "rating": newer.rating.code if newer.rating else "",
            "narrative": newer.parsed.html,
            "date_precision": newer.date_precision,
            "date": newer.date,
            "recovery_step": newer.recovery_step,
            "recovery_by": newer.recovery_by,
            "earlier": [str(one) for one in newer.earlier],
        },
    }
