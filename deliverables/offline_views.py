"""The pages on which updates are taken away as workbooks and brought back: who has what, upload, preview."""

import re

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header

from accounts.models import Office, Organisation, User
from accounts.roles import Permission, Refused, requires
from deliverables.file_models import ReturnFile
from deliverables.importing.tables import ProblemTable
from deliverables.models import Deliverable
from deliverables.offline.actions import keep_return, read_return, save_return
from deliverables.offline.forms import ReturnForm
from deliverables.offline.gather import gather_sheet, to_write
from deliverables.offline.preview import Preview
from deliverables.offline.tables import ReturnedTable, organisations_table, people_table, rows_of
from deliverables.offline.workbook import as_workbook
from deliverables.work import Task
from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import LIST_FORMATS, download, sheet_of, show
from themes.place import Place, find_place

_XLSX = LIST_FORMATS["xlsx"].content_type
_MOST_SAID = 10
_NO_FILE_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def _find(plan: str, year: str, quarter: str) -> Place:
    return find_place(plan=plan, quarter=f"{year} {quarter}")


def _tasks(request: HttpRequest, place: Place) -> list[Task]:
    """What is still to write in the quarter and the reader may write."""
    today = timezone.localdate()
    return to_write(Deliverable.objects.written_by(request.user, today), place, today)


@requires(Permission.REVIEW)
def offline(request: HttpRequest, plan: str, year: str, quarter: str) -> HttpResponse:
    """Who has updates of the quarter still to write, with a workbook for each person and each organisation."""
    place = _find(plan, year, quarter)
    found = _tasks(request, place)
    context = {
        "place": place,
        "count": len(found),
        "without_owner": sum(task.owner is None for task in found),
        "people": show(request, people_table(place, found)),
        "organisations": show(request, organisations_table(place, found)),
    }
    return render(request, "deliverables/offline.html", context)


@requires(Permission.REVIEW)
def people_file(request: HttpRequest, plan: str, year: str, quarter: str, form: str) -> HttpResponse:
    """How many updates of the quarter each person has still to write."""
    place = _find(plan, year, quarter)
    table = show(request, people_table(place, _tasks(request, place)))
    return download(f"people who write in {place.quarter}", form, sheet_of(table, "People"))


@requires(Permission.REVIEW)
def organisations_file(request: HttpRequest, plan: str, year: str, quarter: str, form: str) -> HttpResponse:
    """How many updates of the quarter the people of each organisation have still to write."""
    place = _find(plan, year, quarter)
    table = show(request, organisations_table(place, _tasks(request, place)))
    return download(f"organisations that write in {place.quarter}", form, sheet_of(table, "Organisations"))


@requires(Permission.REVIEW)
def workbook_of_all(request: HttpRequest, plan: str, year: str, quarter: str) -> HttpResponse:
    """All updates of the quarter that are still to write, whoever leads them."""
    place = _find(plan, year, quarter)
    return _workbook(request, place, _tasks(request, place), "All updates")


@requires(Permission.REVIEW)
def workbook_of_person(request: HttpRequest, plan: str, year: str, quarter: str, user: int) -> HttpResponse:
    """What one person still has to write."""
    place = _find(plan, year, quarter)
    found = [task for task in _tasks(request, place) if task.owner and task.owner.pk == user]
    return _workbook(request, place, found, str(User.objects.filter(pk=user).first() or "This person"))


@requires(Permission.REVIEW)
def workbook_of_organisation(
    request: HttpRequest, plan: str, year: str, quarter: str, organisation: int
) -> HttpResponse:
    """What the people of one organisation still have to write."""
    place = _find(plan, year, quarter)
    found = [task for task in _tasks(request, place) if task.owner and task.owner.organisation_id == organisation]
    whose = Organisation.objects.filter(pk=organisation).first()
    return _workbook(request, place, found, str(whose or "This organisation"))


@requires(Permission.WRITE_UPDATE)
def my_workbook(request: HttpRequest, plan: str, year: str, quarter: str) -> HttpResponse:
    """What the reader leads, or for a coordinator the organisation, and is still to write."""
    place, today = _find(plan, year, quarter), timezone.localdate()
    found = to_write(Deliverable.objects.led_by(request.user, today), place, today)
    return _workbook(request, place, found, str(request.user))


def _workbook(request: HttpRequest, place: Place, found: list[Task], whose: str) -> HttpResponse:
    if not found:
        there = [("My updates", reverse("my_updates"))]
        if request.user.may(Permission.REVIEW):
            there = [(f"Who has something to write in {place.quarter.label}", place.address("offline"))]
        raise NothingHere(
            f"{whose}: nothing is left to write in {place.quarter.label}, so there is no workbook.", there
        )
    address = settings.SITE_URL + place.address("return_workbook")
    sheet = gather_sheet(place, found, whose=whose, address=address, reader=request.user)
    name = _NO_FILE_NAME.sub(" ", f"{place.plan.slug} {place.quarter} {whose}.xlsx")
    return HttpResponse(
        as_workbook(sheet),
        content_type=_XLSX,
        headers={"Content-Disposition": content_disposition_header(True, name)},
    )


@requires(Permission.WRITE_UPDATE)
def return_workbook(request: HttpRequest, plan: str, year: str, quarter: str) -> HttpResponse:
    """Take a workbook that was filled in, which is kept, and lead to what it would do."""
    place = _find(plan, year, quarter)
    form = ReturnForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = keep_return(
                plan=place.plan, quarter=place.quarter, file_name=file.name, content=file.read(), by=request.user,
                at=timezone.now(),
            )  # fmt: skip
        except Refused as error:
            form.add_error("file", str(error))
        else:
            return redirect(place.address("preview_return", file=kept.pk))
    return render(request, "deliverables/return_workbook.html", {"place": place, "form": form})


@requires(Permission.WRITE_UPDATE)
def preview(request: HttpRequest, plan: str, year: str, quarter: str, file: int) -> HttpResponse:
    """What a returned workbook would do, or all that is wrong with it; and saving it as drafts."""
    place = _find(plan, year, quarter)
    kept, now = _kept(request, place, file), timezone.now()
    if request.method == "POST":
        try:
            done = save_return(file=kept, by=request.user, at=now)
        except Refused as error:
            messages.error(request, str(error))
            return redirect(request.path)
        _say(request, done)
        return redirect(place.address("review") if request.user.may(Permission.REVIEW) else "my_updates")
    found = read_return(kept, by=request.user, at=now)
    scheme = place.plan.rating_scheme.values
    context = {
        "place": place,
        "file": kept,
        "found": found,
        "is_reviewer": request.user.may(Permission.REVIEW) and not Office.get().allows_self_approval,
        "problems": show(request, ProblemTable(found.problems, prefix="problems-")) if found.problems else None,
        **{
            name: show(request, ReturnedTable(caption, rows, scheme, prefix=f"{name}-")) if rows else None
            for name, caption, rows in (
                ("saves", "What is saved as drafts", found.saved),
                ("conflicts", "Saved by somebody since the workbook was made", found.conflicts),
                ("refused", "What cannot be written now", found.refused),
            )
        },
    }
    return render(request, "deliverables/return_preview.html", context)


@requires(Permission.WRITE_UPDATE)
def problems_file(request: HttpRequest, plan: str, year: str, quarter: str, file: int, form: str) -> HttpResponse:
    """All that is wrong with a returned workbook."""
    kept = _kept(request, _find(plan, year, quarter), file)
    found = read_return(kept, by=request.user, at=timezone.now())
    table = show(request, ProblemTable(found.problems, prefix="problems-"))
    return download("problems of the workbook", form, sheet_of(table, "Problems"))


@requires(Permission.WRITE_UPDATE)
def rows_file(request: HttpRequest, plan: str, year: str, quarter: str, file: int, form: str) -> HttpResponse:
    """All that a returned workbook would do, row by row."""
    kept = _kept(request, _find(plan, year, quarter), file)
    found = read_return(kept, by=request.user, at=timezone.now())
    return download("rows of the workbook", form, rows_of(found, kept.plan.rating_scheme.values))


def _kept(request: HttpRequest, place: Place, file: int) -> ReturnFile:
    """A workbook that the reader brought back; of any other it is said that it is not there."""
    kept = ReturnFile.objects.filter(plan=place.plan, quarter=place.quarter, uploaded_by=request.user, pk=file).first()
    if kept is None:
        raise NothingHere(
            "This workbook is not there any more: one that was not saved goes with the next that "
            "is brought back, or after 30 days.",
            [("Bring a workbook back", place.address("return_workbook"))],
        )
    kept.plan = place.plan
    return kept


def _say(request: HttpRequest, done: Preview) -> None:
    """What was saved, and what is left to do with it."""
    if not done.count:
        messages.success(request, "The workbook says nothing new, so nothing was changed.")
        return
    if count := len(done.saved):
        said = "1 update was saved as a draft" if count == 1 else f"{count:,} updates were saved as drafts"
        messages.success(request, f"{said}. Look at each, and submit it.")
    for one in done.conflicts[:_MOST_SAID]:
        said = f"{one.stored.name} was not written over. What the workbook says of it is kept in its history."
        messages.warning(request, said)
    lacking = [one for one in done.saved if one.lacks]
    for one in lacking[:_MOST_SAID]:
        messages.warning(request, f"{one.stored.name} lacks {one.lacks}.")
    more = max(0, len(done.conflicts) - _MOST_SAID) + max(0, len(lacking) - _MOST_SAID)
    if more:
        messages.warning(request, f"So it is with {more:,} more.")
