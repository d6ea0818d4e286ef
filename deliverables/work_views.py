"""The pages of the quarter's work: an owner's updates, and the office's review of all."""

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.roles import Permission, Refused, requires
from deliverables.actions import approve, reopen, return_update
from deliverables.forms import NoteForm
from deliverables.models import Deliverable, QuarterlyUpdate, UpdateState
from deliverables.progress import gather
from deliverables.views import find_history
from deliverables.work import OPEN, Stage, at_a_glance, open_periods, tasks
from pcc_tracker.errors import NothingHere
from themes.actions import lock_period, unlock_period
from themes.place import Place, find_place


@requires(Permission.WRITE_UPDATE)
def my_updates(request: HttpRequest) -> HttpResponse:
    """What the reader leads in the periods that are open: what waits for them first, then what is done."""
    today = timezone.localdate()
    mine = tasks(Deliverable.objects.led_by(request.user, today), open_periods(today), today)
    context = {
        "to_do": sorted((task for task in mine if task.stage in OPEN), key=lambda task: task.period.updates_due),
        "done": [task for task in mine if task.stage not in OPEN],
    }
    return render(request, "deliverables/my_updates.html", context)


def _updates(place: Place) -> QuerySet[QuarterlyUpdate]:
    """The updates of the place's quarter that may be reviewed."""
    return QuarterlyUpdate.objects.filter(period__in=place.periods)


@requires(Permission.REVIEW)
def review(request: HttpRequest, plan: str, year: str, quarter: str) -> HttpResponse:
    """The quarter at a glance: by theme and by organisation, what waits for review, and who is late."""
    place = find_place(plan=plan, quarter=f"{year} {quarter}")
    all_tasks = tasks(Deliverable.objects.visible_to(request.user), place.periods, timezone.localdate())
    titles = {theme.pk: str(theme) for theme in place.themes}
    context = {
        "place": place,
        "is_locked": all(period.is_locked for period in place.periods),
        "stages": list(Stage),
        "by_theme": at_a_glance((titles[task.period.theme_id], task) for task in all_tasks),
        "by_organisation": at_a_glance(
            (task.owner.organisation.name if task.owner else "Nobody yet", task)
            for task in sorted(all_tasks, key=lambda task: task.owner.organisation.name if task.owner else "")
        ),
        "waiting": [task for task in all_tasks if task.stage is Stage.SUBMITTED],
        "open": [task for task in all_tasks if task.stage in OPEN],
        "themes": gather(place, request.user, themes=place.themes, texts=False),
    }
    return render(request, "deliverables/review.html", context)


@requires(Permission.REVIEW)
@require_POST
def lock_quarter(request: HttpRequest, plan: str, year: str, quarter: str) -> HttpResponse:
    """Lock the quarter of all themes, or open it again."""
    place = find_place(plan=plan, quarter=f"{year} {quarter}")
    with transaction.atomic():
        for period in place.periods:
            if "unlock" in request.POST:
                unlock_period(period=period, by=request.user)
            elif not period.is_locked:
                lock_period(period=period, by=request.user, at=timezone.now())
    messages.success(request, f"{place.quarter.label} is {'open again' if 'unlock' in request.POST else 'locked'}.")
    return redirect(place.address("review"))


@requires(Permission.REVIEW)
@require_POST
def approve_many(request: HttpRequest, plan: str, year: str, quarter: str) -> HttpResponse:
    """Approve all that were ticked; each that cannot be is named with the reason, and the others go through."""
    place = find_place(plan=plan, quarter=f"{year} {quarter}")
    ticked = [one for one in request.POST.getlist("update") if one.isascii() and one.isdigit() and len(one) < 19]
    approved = 0
    for update in _updates(place).filter(pk__in=ticked).select_related("deliverable__theme"):
        version = request.POST.get(f"version-{update.pk}", "")
        try:
            approve(
                update=update, by=request.user, at=timezone.now(), version=int(version) if version.isdecimal() else 0
            )
        except Refused as error:
            messages.error(request, f"{update.deliverable} was not approved: {error}")
        else:
            approved += 1
    messages.success(request, f"{approved} approved." if ticked else "Nothing was ticked, so nothing was approved.")
    return redirect(place.address("review"))


@requires(Permission.REVIEW)
def review_update(
    request: HttpRequest, plan: str, year: str, quarter: str, theme: str, deliverable: str
) -> HttpResponse:
    """One update beside that of the quarter before: approve it, return it with a note, or reopen it."""
    place = find_place(plan=plan, quarter=f"{year} {quarter}", theme=theme)
    history = find_history(request, place, deliverable)
    update = (
        _updates(place)
        .filter(deliverable=history.deliverable)
        .select_related("deliverable__theme", "period", "rating", "last_changed_by")
        .first()
    )
    if update is None:
        raise NothingHere(f"{history.deliverable} has no update to review for {place.quarter.label}.")
    form = NoteForm(request.POST or None)
    if request.method == "POST" and _is_reviewed(request, form, update):
        return redirect(place.address("review"))
    context = {
        "place": place,
        "deliverable": history.deliverable,
        "update": update,
        "form": form,
        "last": history.last_update_before(place.quarter),
        "is_submitted": update.state == UpdateState.SUBMITTED,
        "is_approved": update.state == UpdateState.APPROVED,
    }
    return render(request, "deliverables/review_update.html", context)


def _is_reviewed(request: HttpRequest, form: NoteForm, update: QuarterlyUpdate) -> bool:
    """Take the step that was asked for. What is refused is said on the form, and a note that was typed stays."""
    form.is_valid()
    note, version = form.cleaned_data.get("note", ""), form.cleaned_data.get("version")
    try:
        if "approve" in request.POST:
            approve(update=update, by=request.user, at=timezone.now(), version=version or 0)
            messages.success(request, f"{update.deliverable} approved.")
        elif "return" in request.POST:
            return_update(update=update, note=note, by=request.user, at=timezone.now())
            messages.success(request, f"{update.deliverable} returned.")
        elif "reopen" in request.POST:
            reopen(update=update, reason=note, by=request.user, at=timezone.now())
            messages.success(request, f"{update.deliverable} reopened. What was approved counts until it is again.")
        else:
            return False
    except Refused as error:
        form.add_error("note", str(error))
        return False
    return True
