"""The pages of the quarter's work: an owner's updates, and the office's review of all."""

from collections import Counter
from functools import wraps

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format

from accounts.forms import FORM_PAGE, carried_out
from accounts.models import User
from accounts.roles import Permission, Refused, View, requires
from accounts.words import Kind, Piece, compare, shortened
from deliverables.actions import approve, extend, reopen, return_update, why_not_writable
from deliverables.models import ApprovedUpdate, Deliverable, Extension, QuarterlyUpdate, UpdateState
from deliverables.progress import gather
from deliverables.reminders import last_reminders, letters, remind
from deliverables.views import find_history
from deliverables.work import Stage, Task, at_a_glance, current_tasks, tasks
from deliverables.work_forms import ExtendForm, NoteForm, TaskFilter
from deliverables.work_tables import NOBODY, OpenTable, TaskTable, WaitingTable
from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import download, sheet_of, show
from themes.actions import lock_quarter as lock_all_themes
from themes.actions import unlock_quarter
from themes.models import ReportingPeriod
from themes.place import Place, find_place

LEAST_KEPT = 0.25
"""An update of which less than this share stands in the one before is read as a new text."""


def _posted(view: View) -> View:
    """For what only posts: whoever comes otherwise, as after a time-out by way of signing in, is led to the review."""

    @wraps(view)
    def answered(request: HttpRequest, plan: str, year: str, quarter: str) -> HttpResponse:
        if request.method == "POST":
            return view(request, plan, year, quarter)
        messages.error(request, "Nothing was sent: please press the button again.")
        return redirect("review", plan=plan, year=year, quarter=quarter)

    return answered


@requires(Permission.WRITE_UPDATE)
def my_updates(request: HttpRequest) -> HttpResponse:
    """What the reader leads in the periods that are open: what waits for them first, then what is done."""
    today = timezone.localdate()
    mine = current_tasks(Deliverable.objects.led_by(request.user, today), today)
    to_do = sorted((task for task in mine if task.is_open), key=lambda task: task.due)
    context = {
        "to_do": to_do,
        "done": [task for task in mine if not task.is_open],
        "quarters": list({(task.period.theme.plan_id, task.period.quarter): task.period for task in to_do}.values()),
    }
    return render(request, "deliverables/my_updates.html", context)


def _updates(place: Place) -> QuerySet[QuarterlyUpdate]:
    """The updates of the place's quarter that may be reviewed."""
    return QuarterlyUpdate.objects.filter(period__in=place.periods)


def _tasks(request: HttpRequest, place: Place) -> list[Task]:
    return tasks(Deliverable.objects.visible_to(request.user), place.periods, timezone.localdate())


@requires(Permission.REVIEW)
def review(request: HttpRequest, plan: str, year: str, quarter: str) -> HttpResponse:
    """The quarter at a glance: by theme and by organisation, what waits for review, who is late, whom to remind."""
    place = find_place(plan=plan, quarter=f"{year} {quarter}")
    all_tasks = _tasks(request, place)
    chosen = TaskFilter(request.GET, all_tasks)
    matching = chosen.matching()
    waiting = [task for task in matching if task.stage is Stage.SUBMITTED]
    titles = {theme.pk: str(theme) for theme in place.themes}
    to_write, unreached = letters(all_tasks)
    last = last_reminders(timezone.now())
    context = {
        "place": place,
        "can_be_approved": any(task.can_be_approved for task in waiting),
        "is_locked": all(period.is_locked for period in place.periods),
        "stages": list(Stage),
        "by_theme": at_a_glance((titles[task.period.theme_id], task) for task in all_tasks),
        "by_organisation": at_a_glance(sorted(((_organisation(task), task) for task in all_tasks), key=_name)),
        "filter": chosen,
        "waiting_count": sum(task.stage is Stage.SUBMITTED for task in all_tasks),
        "open_count": sum(task.is_open for task in all_tasks),
        "waiting": show(request, WaitingTable(waiting, all_ticked="all" in request.GET)),
        "open": show(request, OpenTable([task for task in matching if task.is_open])),
        "to_write": [(letter, last.get(letter.to.pk)) for letter in to_write],
        "unreached": sorted(Counter(_owner(task) for task in unreached).items()),
        "themes": gather(place, request.user, themes=place.themes, texts=False),
    }
    return render(request, "deliverables/review.html", context)


def _organisation(task: Task) -> str:
    return task.owner.organisation.name if task.owner else NOBODY


def _owner(task: Task) -> str:
    return task.owner.display_name if task.owner else NOBODY


def _name(named: tuple[str, Task]) -> str:
    return named[0]


@requires(Permission.REVIEW)
def review_file(request: HttpRequest, plan: str, year: str, quarter: str, form: str) -> HttpResponse:
    """All the quarter's updates, whatever their stage, as they are filtered on the page."""
    place = find_place(plan=plan, quarter=f"{year} {quarter}")
    chosen = TaskFilter(request.GET, _tasks(request, place))
    chosen.refuse_what_is_not_there()
    name = f"updates {place.quarter}{' filtered' if chosen.chosen else ''}"
    return download(name, form, sheet_of(TaskTable(chosen.matching()), "Updates"))


@requires(Permission.REVIEW)
@_posted
def remind_one(request: HttpRequest, plan: str, year: str, quarter: str) -> HttpResponse:
    """Send one person a reminder of all that they have to write, and say whether it went out."""
    place = find_place(plan=plan, quarter=f"{year} {quarter}")
    user = User.objects.filter(pk__in=_keys(request, "user")).first()
    if user is None:
        messages.error(request, "Nobody was chosen, so nobody was reminded.")
        return redirect(place.address("review"))
    try:
        mail = remind(user=user, by=request.user, at=timezone.now())
    except Refused as error:
        messages.error(request, str(error))
    else:
        mail.refresh_from_db()
        if mail.trouble:
            messages.error(request, f"The reminder to {user} could not be sent. Try again later. {mail.trouble}")
        else:
            messages.success(request, f"A reminder was sent to {user}.")
    return redirect(place.address("review"))


def _keys(request: HttpRequest, name: str) -> list[str]:
    """What was posted that can be a primary key."""
    return [one for one in request.POST.getlist(name) if _is_number(one)]


def _is_number(text: str) -> bool:
    """Whether it is a number that the database can hold."""
    return text.isascii() and text.isdigit() and len(text) < 19


@requires(Permission.REVIEW)
def give_more_time(
    request: HttpRequest, plan: str, year: str, quarter: str, theme: str, deliverable: str
) -> HttpResponse:
    """Give one deliverable's update a later last day, with the reason, also in a locked quarter."""
    place = find_place(plan=plan, quarter=f"{year} {quarter}", theme=theme)
    row = find_history(request, place, deliverable).deliverable
    period = _period(place)
    extension = Extension.objects.filter(deliverable=row, period=period).first()
    form = ExtendForm(request.POST or None, extension)

    def verb() -> None:
        extend(deliverable=row, period=period, **form.cleaned_data, by=request.user, at=timezone.now())

    if request.method == "POST" and carried_out(form, verb):
        until = date_format(form.cleaned_data["until"])
        messages.success(request, f"{row.title_in(place.quarter)} has time until {until}.")
        return redirect(place.address("review"))
    context = {
        "place": place,
        "form": form,
        "heading": f"More time for {row.number}. {row.wording}",
        "intro": _time_given(period, extension),
        "button": "Give more time",
        "back": place.address("review"),
        "back_label": f"Review of {place.quarter.label}",
    }
    return render(request, FORM_PAGE, context)


def _period(place: Place) -> ReportingPeriod:
    period = place.period(place.theme)
    if period is None:
        raise NothingHere(f"Theme {place.theme.number} has not been opened for {place.quarter.label}.")
    return period


def _time_given(period: ReportingPeriod, extension: Extension | None) -> str:
    """Until when an update can be written as things stand, in words."""
    locked = f" {period.quarter.label} is locked." if period.is_locked else ""
    if extension:
        return f"It has more time until {date_format(extension.until)}: {extension.reason}{locked}"
    return f"Updates for {period.quarter.label} are due on {date_format(period.updates_due)}.{locked}"


@requires(Permission.REVIEW)
@_posted
def lock_quarter(request: HttpRequest, plan: str, year: str, quarter: str) -> HttpResponse:
    """Lock the quarter of all themes, or open it again. What is not approved yet is said first, and asked about."""
    place = find_place(plan=plan, quarter=f"{year} {quarter}")
    locks = "unlock" not in request.POST
    if locks and "confirmed" not in request.POST:
        all_tasks = _tasks(request, place)
        waiting = sum(task.stage is Stage.SUBMITTED for task in all_tasks)
        missing = sum(task.is_open for task in all_tasks)
        if waiting or missing:
            context = {"place": place, "waiting": waiting, "missing": missing}
            return render(request, "deliverables/review_lock.html", context)
    try:
        if locks:
            lock_all_themes(plan=place.plan, quarter=place.quarter, by=request.user, at=timezone.now())
        else:
            unlock_quarter(plan=place.plan, quarter=place.quarter, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{place.quarter.label} is {'locked' if locks else 'open again'}.")
    return redirect(place.address("review"))


@requires(Permission.REVIEW)
@_posted
def approve_many(request: HttpRequest, plan: str, year: str, quarter: str) -> HttpResponse:
    """Approve all that were ticked; each that cannot be is named with the reason, and the others go through."""
    place = find_place(plan=plan, quarter=f"{year} {quarter}")
    ticked = _keys(request, "update")
    approved = 0
    for update in _updates(place).filter(pk__in=ticked).select_related("deliverable__theme", "period"):
        version = request.POST.get(f"version-{update.pk}", "")
        try:
            approve(
                update=update, by=request.user, at=timezone.now(), version=int(version) if _is_number(version) else 0
            )
        except Refused as error:
            messages.error(request, f"{update.title} was not approved: {error}")
        else:
            approved += 1
    messages.success(request, f"{approved} approved." if ticked else "Nothing was ticked, so nothing was approved.")
    return redirect(place.address("review") + _as_it_was(request))


def _as_it_was(request: HttpRequest) -> str:
    """The filter and sorting of the list that was posted from; not its page, which may be there no more."""
    query = request.GET.copy()
    for name in ("all", "waiting-page"):
        query.pop(name, None)
    return f"?{query.urlencode()}" if query else ""


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
        return _not_written(request, place, history.deliverable)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and _is_reviewed(request, form, update):
        return redirect(place.address("review"))
    last, now = history.last_update_before(place.quarter), timezone.now()
    is_submitted, is_approved = update.state == UpdateState.SUBMITTED, update.state == UpdateState.APPROVED
    why_not_changed = why_not_writable(update.deliverable, update.period, now) if is_submitted or is_approved else ""
    why_not_approved = why_not_writable(update.deliverable, update.period, now, reviewing=True) if is_submitted else ""
    context = {
        "place": place,
        "deliverable": history.deliverable,
        "update": update,
        "form": form,
        "last": last,
        "new": _new_since(last.update, update) if last else (),
        "warnings": history.warnings_on(update, place.quarter, timezone.localdate()),
        "extension": Extension.objects.filter(deliverable=update.deliverable, period=update.period).first(),
        "is_with_its_owner": update.state == UpdateState.DRAFT,
        "why_not": why_not_approved or why_not_changed,
        "can_be_approved": is_submitted and not why_not_approved,
        "can_be_returned": is_submitted and not why_not_changed,
        "can_be_reopened": is_approved and not why_not_changed,
    }
    return render(request, "deliverables/review_update.html", context)


def _not_written(request: HttpRequest, place: Place, row: Deliverable) -> HttpResponse:
    """Who has an update that nobody has begun, and what can be done about it."""
    found = tasks(Deliverable.objects.filter(pk=row.pk), [_period(place)], timezone.localdate())
    if not found:
        raise NothingHere(f"{row} has no update to review for {place.quarter.label}.")
    to_write, _ = letters(found)
    context = {"place": place, "task": found[0], "to_write": to_write}
    return render(request, "deliverables/review_not_written.html", context)


def _new_since(last: ApprovedUpdate, update: QuarterlyUpdate) -> tuple[Piece, ...]:
    """The text with the words marked that came or went; nothing where so little stayed that all is to be read."""
    pieces = compare(last.parsed.text, update.parsed.text)
    stayed = sum(len(piece.text) for piece in pieces if piece.kind is Kind.SAME)
    return shortened(pieces) if stayed > len(update.parsed.text) * LEAST_KEPT else ()


def _is_reviewed(request: HttpRequest, form: NoteForm, update: QuarterlyUpdate) -> bool:
    """Take the step that was asked for. What is refused is said on the form, and a note that was typed stays."""
    form.is_valid()
    note, version = form.cleaned_data.get("note", ""), form.cleaned_data.get("version")
    try:
        if "approve" in request.POST:
            approve(update=update, by=request.user, at=timezone.now(), version=version or 0)
            messages.success(request, f"{update.title} approved.")
        elif "return" in request.POST:
            return_update(update=update, note=note, by=request.user, at=timezone.now())
            messages.success(request, f"{update.title} returned.")
        elif "reopen" in request.POST:
            reopen(update=update, reason=note, by=request.user, at=timezone.now())
            messages.success(request, f"{update.title} reopened. What was approved counts until it is again.")
        else:
            return False
    except Refused as error:
        form.add_error("note", str(error))
        return False
    return True
