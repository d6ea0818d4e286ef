"""The verbs on returned workbooks: one is kept as it was uploaded, shown as what it would do, and then saved as drafts.

What its cells say is held against what is stored in `preview.py`.
"""

import datetime
import uuid

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from accounts.roles import Permission, Refused, refuse_unless
from deliverables.actions import Draft, NewerEdit, save_draft, why_closed
from deliverables.file_models import ReturnFile, kept_name
from deliverables.importing.spreadsheets import read_spreadsheet
from deliverables.importing.zipped import Unreadable
from deliverables.models import Deliverable, Extension, QuarterlyUpdate, UpdateState
from deliverables.offline.columns import SHEET
from deliverables.offline.gather import draft_of
from deliverables.offline.preview import Preview, Returned, Stored, preview_of
from deliverables.offline.sheet import NoReturn, quarters_of
from themes.models import Plan, ReportingPeriod
from themes.quarters import Quarter


@transaction.atomic
def keep_return(
    *, plan: Plan, quarter: Quarter, file_name: str, content: bytes, by: User, at: datetime.datetime
) -> ReturnFile:
    """Keep a returned workbook until it is saved, in place of one of the quarter that the same person did not save.

    Raises Refused for one that cannot be read, and for one of another quarter. What is wrong with single cells is
    said by `read_return`.
    """
    refuse_unless(by, Permission.WRITE_UPDATE)
    try:
        quarters = quarters_of(read_spreadsheet(content, SHEET))
    except (Unreadable, NoReturn) as error:
        raise Refused(str(error)) from error
    if quarters and quarter not in quarters:
        raise Refused(f"It is of {max(quarters).label}. Bring it in on that quarter’s page, not for {quarter.label}.")
    # Held, so that of two uploads at once the later one takes the earlier one's place.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    ReturnFile.objects.filter(plan=plan, quarter=quarter, uploaded_by=by, imported_at=None).delete()
    return ReturnFile.objects.create(
        plan=plan, quarter=quarter, file_name=kept_name(file_name), content=content, uploaded_by=by, uploaded_at=at
    )


def read_return(file: ReturnFile, *, by: User, at: datetime.datetime) -> Preview:
    """What a kept workbook would do to the updates as they are now. Six queries, whatever is in it."""
    return preview_of(
        read_spreadsheet(bytes(file.content), SHEET),
        _stored(file.plan, file.quarter, by, at),
        plan=str(file.plan),
        quarter=file.quarter,
        scheme=file.plan.rating_scheme.values,
    )


@transaction.atomic
def save_return(*, file: ReturnFile, by: User, at: datetime.datetime) -> Preview:
    """Save what a kept workbook says as drafts, all or nothing; what it did.

    It is read again against what is stored now. Raises Refused where any cell has a problem. Nothing is written over
    an update that was saved since the workbook was made: what the row says is kept in that update's history, as
    `save_draft` does. What cannot be written now is left alone. The same file a second time changes nothing. One of
    which nothing was saved goes, as there is nothing to keep a record of.
    """
    refuse_unless(by, Permission.WRITE_UPDATE)
    file = ReturnFile.objects.select_for_update(of=("self",)).select_related("plan__rating_scheme").get(pk=file.pk)
    # Held in one order, so that nothing is saved, submitted or locked between what is read and what is written.
    periods = ReportingPeriod.objects.filter(theme__plan=file.plan, quarter=file.quarter).order_by("pk")
    list(periods.select_for_update(of=("self",), no_key=True))
    found = read_return(file, by=by, at=at)
    if found.problems:
        first = found.problems[0]
        raise Refused(f"Nothing is saved: {first.place} has a problem. {first.said}")
    for one in found.saved:
        _save(one, by, at)
    for one in found.conflicts:
        try:
            _save(one, by, at)
        except NewerEdit:
            continue  # kept in the update's history
    if file.imported_at is None and not found.saved:
        file.delete()
    elif file.imported_at is None:
        file.imported_at = at
        file.save(update_fields=["imported_at"])
    return found


def _save(one: Returned, by: User, at: datetime.datetime) -> None:
    save_draft(
        deliverable=Deliverable(pk=one.stored.deliverable),
        period=ReportingPeriod(pk=one.stored.period),
        draft=one.draft,
        by=by,
        at=at,
        version=one.version or None,
    )


def _stored(plan: Plan, quarter: Quarter, by: User, at: datetime.datetime) -> dict[uuid.UUID, Stored]:
    """The year's deliverables by key; of what `by` may not write, that alone."""
    today = timezone.localdate(at)
    year = Deliverable.objects.visible_to(by).filter(theme__plan=plan, financial_year=quarter.year)
    writable = set(year.written_by(by, today).values_list("pk", flat=True))
    periods = {one.theme_id: one for one in ReportingPeriod.objects.filter(theme__plan=plan, quarter=quarter)}
    of_quarter = {"period__quarter": quarter, "period__theme__plan": plan}
    updates = QuarterlyUpdate.objects.visible_to(by, today).filter(**of_quarter)
    written = {one.deliverable_id: one for one in updates.select_related("rating", "last_changed_by")}
    extensions = {one.deliverable_id: one for one in Extension.objects.filter(**of_quarter)}
    found = {}
    for row in year.select_related("theme"):
        period, update = periods.get(row.theme_id), written.get(row.pk)
        where = {"plan": plan.slug, "year": str(quarter.year), "quarter": quarter.slug, "theme": row.theme.number}
        found[row.key] = Stored(
            deliverable=row.pk,
            period=period.pk if period else 0,
            name=f"Theme {row.theme.number}, {row.number}. {row.wording}",
            address=reverse("write_update", kwargs=where | {"deliverable": row.number}) if row.pk in writable else "",
            draft=draft_of(update) if update else Draft(""),
            version=update.version if update else 0,
            saved=_saved(update) if update else "",
            why_not=_why_not(row, period, update, extensions.get(row.pk), today, row.pk in writable, quarter),
        )
    return found


def _saved(update: QuarterlyUpdate) -> str:
    at = date_format(timezone.localtime(update.last_changed_at), "DATETIME_FORMAT")
    return f"Saved by {update.last_changed_by} on {at}"


def _why_not(
    row: Deliverable,
    period: ReportingPeriod | None,
    update: QuarterlyUpdate | None,
    extension: Extension | None,
    today: datetime.date,
    may_write: bool,
    quarter: Quarter,
) -> str:
    """Why an update cannot be written, as `save_draft` would refuse it; empty where it can."""
    if not may_write:
        return "You do not lead this deliverable, so its update is not yours to write. Ask the office."
    if period is None:
        return f"Its theme has not been opened for {quarter.label}."
    if closed := why_closed(row, period, extension, today):
        return closed
    if update and update.state != UpdateState.DRAFT:
        return f"It is {update.state} already. It can be changed once it has been returned or reopened."
    return ""
