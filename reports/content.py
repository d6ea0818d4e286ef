"""What a report says, gathered once into frozen plain values that every renderer takes and nothing else."""

import datetime
from dataclasses import dataclass

from django.db.models import F

from accounts.models import Office, User
from deliverables.blocks import Narrative
from deliverables.models import ApprovedUpdate, DatePrecision
from deliverables.progress import Row, gather
from deliverables.rag import Breakdown, Movement, Overall, Standing
from themes.place import Place
from themes.quarters import Quarter


@dataclass(frozen=True)
class PrintedUpdate:
    """One update as it is printed below its deliverable."""

    quarter: Quarter
    date: datetime.date | None
    date_precision: DatePrecision
    date_label: str
    narrative: Narrative


@dataclass(frozen=True)
class AppendixRow:
    """One deliverable of the appendix. `key` stays with it from year to year."""

    key: str
    number: int
    owner_label: str
    wording: str
    standing: Standing
    movement: Movement
    due: Quarter | None
    recovery_step: str
    recovery_by: datetime.date | None
    updates: tuple[PrintedUpdate, ...]
    """The quarter's update and then the earlier ones that it names, newest first."""


@dataclass(frozen=True)
class WithdrawnRow:
    """One deliverable that no longer counts, and why."""

    number: int
    owner_label: str
    wording: str
    withdrawn_from: Quarter
    reason: str


@dataclass(frozen=True)
class Appendix:
    """Appendix A for one theme and quarter."""

    office: str
    strapline: str
    plan: str
    theme_number: int
    theme_title: str
    quarter: Quarter
    as_at: datetime.date
    notice: str
    last_approved_at: datetime.datetime | None
    figures: Breakdown
    overall: Overall | None
    rows: tuple[AppendixRow, ...]
    withdrawn: tuple[WithdrawnRow, ...]
    colours: str
    """The stylesheet of the rating scheme's colours."""

    @property
    def title(self) -> str:
        return f"Appendix A – Theme {self.theme_number}: {self.theme_title}"


def gather_appendix(place: Place, user: User) -> Appendix:
    """Appendix A of the place's theme and quarter from its approved updates, as far as `user` may see them."""
    assert place.theme is not None
    (progress,) = gather(place, user, themes=[place.theme], texts=True)
    earlier = _earlier(progress.rows)
    office = Office.get()
    return Appendix(
        office=office.name,
        strapline=office.strapline,
        plan=place.plan.title,
        theme_number=place.theme.number,
        theme_title=place.theme.title,
        quarter=place.quarter,
        as_at=progress.period.as_at if progress.period else place.quarter.ends,
        notice=progress.period.notice if progress.period else "",
        last_approved_at=progress.last_approved_at,
        figures=progress.figures,
        overall=progress.overall,
        rows=tuple(_row(row, earlier.get(row.update.pk, ()) if row.update else ()) for row in progress.rows),
        withdrawn=tuple(
            WithdrawnRow(
                one.number,
                one.owner_label_on(one.withdrawn_from),
                one.wording,
                one.withdrawn_from,
                one.withdrawn_reason,
            )
            for one in progress.withdrawn
        ),
        colours=place.plan.rating_scheme.stylesheet,
    )


def _earlier(rows: tuple[Row, ...]) -> dict[int, tuple[ApprovedUpdate, ...]]:
    """The earlier updates to be printed, newest first, by the update that names them; one query for all."""
    naming = [(row.update, row.deliverable.key) for row in rows if row.update and row.update.earlier]
    found = {
        (update.key, update.quarter): update
        for update in ApprovedUpdate.objects.with_quarter()
        .filter(
            update__deliverable__key__in={key for _, key in naming},
            update__period__quarter__in={quarter for update, _ in naming for quarter in update.earlier},
        )
        .annotate(key=F("update__deliverable__key"))
    }
    return {
        update.pk: tuple(found[key, quarter] for quarter in update.earlier if (key, quarter) in found)
        for update, key in naming
    }


def _row(row: Row, earlier: tuple[ApprovedUpdate, ...]) -> AppendixRow:
    update = row.update
    printed = [_printed(update)] if update else []
    return AppendixRow(
        key=str(row.deliverable.key),
        number=row.number,
        owner_label=row.owner_label,
        wording=row.wording,
        standing=row.standing,
        movement=row.movement,
        due=row.deliverable.due,
        recovery_step=update.recovery_step if update else "",
        recovery_by=update.recovery_by if update else None,
        updates=(*printed, *map(_printed, earlier)),
    )


def _printed(update: ApprovedUpdate) -> PrintedUpdate:
    return PrintedUpdate(
        quarter=update.quarter,
        date=update.date,
        date_precision=DatePrecision(update.date_precision),
        date_label=update.date_label,
        narrative=update.parsed,
    )
