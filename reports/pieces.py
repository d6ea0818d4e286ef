"""The texts that a report prints, each with where it stands in words and where it is mended, for the checks."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import User
from accounts.roles import Permission
from deliverables.blocks import Narrative, Paragraph, Run
from deliverables.models import Deliverable
from deliverables.progress import Row, ThemeProgress
from reports.addresses import section_address
from reports.content import Appendix, PrintedUpdate
from reports.gather import Prepared
from themes.place import Place


@dataclass(frozen=True)
class Piece:
    where: str
    address: str
    text: Narrative


def named(deliverable: Deliverable) -> str:
    return f"Theme {deliverable.theme.number}, deliverable {deliverable.number}"


def plain(text: str) -> Narrative:
    return Narrative((Paragraph((Run(text),)),)) if text else Narrative()


def review_address(place: Place, row: Row) -> str:
    """Where staff read the quarter's update, whatever its state, and return or reopen it."""
    return place.address("review_update", theme=row.deliverable.theme, deliverable=row.deliverable.number)


def pieces(prepared: Prepared, progress: list[ThemeProgress], user: User) -> Iterator[Piece]:
    """All that a person wrote in what is printed, but for the contacts. `progress` is of the report's themes."""
    for section in prepared.sections:
        yield Piece(f'Section "{section.heading}"', section_address(prepared.report, section.kind), section.narrative)
    for appendix, of_theme in zip(prepared.document.appendices, progress, strict=True):
        yield from _of_theme(prepared.place, appendix, of_theme, user.may(Permission.MANAGE_PLAN))


def _of_theme(place: Place, appendix: Appendix, progress: ThemeProgress, may_manage: bool) -> Iterator[Piece]:
    theme = progress.theme
    theme_page = place.address("theme", theme=theme)
    notice_page = place.address("change_period", theme=theme) if may_manage else theme_page
    yield Piece(f"Theme {theme.number}, its notice", notice_page, plain(appendix.notice))
    rows = {str(row.deliverable.key): row for row in progress.rows}
    for printed in appendix.rows:
        row = rows[printed.key]
        about, review = named(row.deliverable), review_address(place, row)
        yield Piece(f"{about}, its wording", _wording_page(place, row, may_manage), plain(printed.wording))
        yield Piece(f"{about}, its recovery step", review, plain(printed.recovery_step))
        for update in printed.updates:
            yield _of_update(place, row, update)
    for one in appendix.withdrawn:
        about = f"Theme {theme.number}, deliverable {one.number}, withdrawn"
        yield Piece(about, theme_page, Narrative(plain(one.wording).blocks + plain(one.reason).blocks))


def _of_update(place: Place, row: Row, update: PrintedUpdate) -> Piece:
    about = f"{named(row.deliverable)}, its update"
    if update.quarter == place.quarter:
        return Piece(about, review_address(place, row), update.narrative)
    # In another year it may have had another number; its page this quarter shows all years.
    is_of_the_year = update.quarter.year == place.quarter.year
    quarter, view = (update.quarter, "review_update") if is_of_the_year else (place.quarter, "deliverable")
    address = place.address(view, quarter=quarter, theme=row.deliverable.theme, deliverable=row.deliverable.number)
    return Piece(f"{about} for {update.quarter.label}", address, update.narrative)


def _wording_page(place: Place, row: Row, may_manage: bool) -> str:
    where = {"theme": row.deliverable.theme, "deliverable": row.deliverable.number}
    if not may_manage:
        return place.address("deliverable", **where)
    year = {"plan": place.plan.slug, "year": str(place.quarter.year)}
    return reverse("change_deliverable", kwargs={**year, **where, "theme": row.deliverable.theme.number})
