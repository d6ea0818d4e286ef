"""What the state and the facts of each deliverable's update have to say to who publishes them."""

import uuid
from collections.abc import Iterator

from django.db.models import F, OuterRef, Subquery
from django.utils.formats import date_format

from accounts.models import User
from deliverables.blocks import Narrative
from deliverables.models import ApprovedUpdate, QuarterlyUpdate, UpdateState
from deliverables.progress import Row
from deliverables.rag import Because
from deliverables.warnings import warnings
from reports.findings import Check, Finding
from reports.gather import Prepared
from reports.pieces import named, review_address


def of_updates(prepared: Prepared, user: User) -> Iterator[Finding]:
    """The findings on all deliverables that count, also those that are not printed; two queries."""
    rows = [row for one in prepared.progress for row in one.rows]
    states = dict(
        QuarterlyUpdate.objects.filter(
            deliverable__in=[row.deliverable.pk for row in rows], period__quarter=prepared.place.quarter
        ).values_list("deliverable", "state")
    )
    before = _updates_before(prepared, rows, user)
    for row in rows:
        state, address = states.get(row.deliverable.pk), review_address(prepared.place, row.deliverable)
        for check, said in (
            (Check.MISSING, _missing(row, state)),
            (Check.NOT_APPROVED_AGAIN, _not_approved_again(row, state)),
            (Check.WITHOUT_RECOVERY, _without_recovery(row)),
            (Check.ON_COURSE_PAST_DUE, _warned(prepared, row, due=row.deliverable.due)),
            (Check.UNCHANGED, _unchanged(prepared, row, before.get(row.deliverable.key))),
            (Check.RECOVERY_PAST, _recovery_past(prepared, row)),
        ):
            if said:
                yield Finding(check, f"{named(row.deliverable)}: {said}", address)


def _updates_before(prepared: Prepared, rows: list[Row], user: User) -> dict[uuid.UUID, ApprovedUpdate]:
    """The latest approved update before this quarter of each deliverable that has one, by its key."""
    earlier = ApprovedUpdate.objects.filter(
        update__deliverable__key=OuterRef("update__deliverable__key"),
        update__period__quarter__lt=prepared.place.quarter,
    ).order_by("-update__period__quarter")
    found = ApprovedUpdate.objects.visible_to(user).filter(
        update__deliverable__key__in={row.deliverable.key for row in rows}, pk=Subquery(earlier.values("pk")[:1])
    )
    known = found.select_related("rating").with_quarter().annotate(key=F("update__deliverable__key"))
    return {one.key: one for one in known}


def _missing(row: Row, state: str | None) -> str:
    if row.standing.because is not Because.NO_UPDATE:
        return ""
    if state is None:
        return "No update has been written for the quarter."
    return "Its update waits for approval." if state == UpdateState.SUBMITTED else "Its update is still a draft."


def _not_approved_again(row: Row, state: str | None) -> str:
    if row.update is None or state == UpdateState.APPROVED:
        return ""
    now = "waits for approval" if state == UpdateState.SUBMITTED else "is a draft again"
    return f"Its update {now}; what was approved on {date_format(row.update.approved_at)} is printed."


def _without_recovery(row: Row) -> str:
    rating = row.standing.rating
    if row.update is None or rating is None or not rating.needs_recovery:
        return ""
    asked = {"recovery step": row.update.recovery_step, "date to be back on course": row.update.recovery_by}
    missing = " and without a ".join(name for name, value in asked.items() if not value)
    return f"It is rated {rating.name} without a {missing}." if missing else ""


def _unchanged(prepared: Prepared, row: Row, before: ApprovedUpdate | None) -> str:
    if before is None:
        return ""
    last = before.quarter, before.parsed, before.rating_value
    return _warned(prepared, row, narrative=row.narrative, last=last)


def _warned(prepared: Prepared, row: Row, **facts: object) -> str:
    """The warning that these facts of an approved update give; they are given one by one, as each is a check."""
    if row.update is None:
        return ""
    unsaid = {"due": None, "narrative": Narrative(), "last": None, "date": None, "recovery_by": None}
    on = {"quarter": prepared.place.quarter, "rating": row.standing.rating, "today": prepared.report.meeting.date}
    return " ".join(warnings(**on, **(unsaid | facts)))


def _recovery_past(prepared: Prepared, row: Row) -> str:
    by, meeting = row.update.recovery_by if row.update else None, prepared.report.meeting.date
    if by is None or by >= meeting:
        return ""
    return f"It should be back on course by {date_format(by)}, and the Panel meets on {date_format(meeting)}."
