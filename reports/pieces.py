"""The texts that a report prints, each with where it stands in words and where it is mended, for the checks."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import User
from accounts.roles import Permission
from deliverables.blocks import Narrative, Paragraph, Run
from deliverables.models import Deliverable
from reports.addresses import section_address
from reports.content import Appendix, AppendixRow, PrintedUpdate
from reports.gather import Prepared
from themes.models import Theme
from themes.place import Place


@dataclass(frozen=True)
class Piece:
    where: str
    address: str
    text: Narrative
    said_by: str = ""
    """The deliverable whose own approved update it is of, where it is of one."""


def named(deliverable: Deliverable) -> str:
    return f"Theme {deliverable.theme.number}, deliverable {deliverable.number}"


def plain(*texts: str) -> Narrative:
    """Each text that is not empty as a paragraph."""
    return Narrative(tuple(Paragraph((Run(text),)) for text in texts if text))


def review_address(place: Place, deliverable: Deliverable) -> str:
    """Where staff read the quarter's update, whatever its state, and return or reopen it."""
    return place.address("review_update", theme=deliverable.theme, deliverable=deliverable.number)


def pieces(prepared: Prepared, user: User) -> Iterator[Piece]:
    """All that a person wrote in what is printed, but for how the contacts are reached; one query."""
    yield _of_cover(prepared)
    for section in prepared.sections:
        about, address = f'Section "{section.heading}"', section_address(prepared.report, section.kind)
        if section.narrative:
            yield Piece(about, address, section.narrative)
            head = plain(section.heading, section.qualifier)
            yield Piece(f"{about}, its heading", reverse("office_text", args=[section.kind]), head)
    place, appendices = prepared.place, prepared.document.appendices
    found = Deliverable.objects.visible_to(user).filter(
        key__in=[row.key for one in appendices for row in one.rows], financial_year=place.quarter.year
    )
    deliverables = {str(one.key): one for one in found.select_related("theme")}
    themes = {theme.number: theme for theme in place.themes}
    for appendix in appendices:
        yield from _of_theme(place, appendix, themes[appendix.theme_number], user.may(Permission.MANAGE_PLAN))
        for row in appendix.rows:
            yield from _of_row(place, row, deliverables[row.key], user.may(Permission.MANAGE_PLAN))


def _of_cover(prepared: Prepared) -> Piece:
    report = prepared.report
    facts = (report.for_line, report.report_to, report.report_of, report.author, report.other_contact)
    address = reverse("change_report", args=[report.slug])
    return Piece("The facts over the report", address, plain(*facts, report.agenda_item))


def _of_theme(place: Place, appendix: Appendix, theme: Theme, may_manage: bool) -> Iterator[Piece]:
    theme_page = place.address("theme", theme=theme)
    notice_page = place.address("change_period", theme=theme) if may_manage else theme_page
    yield Piece(f"Theme {theme.number}, its notice", notice_page, plain(appendix.notice))
    for one in appendix.withdrawn:
        about = f"Theme {theme.number}, deliverable {one.number}, withdrawn"
        yield Piece(about, theme_page, plain(one.wording, one.reason))


def _of_row(place: Place, row: AppendixRow, deliverable: Deliverable, may_manage: bool) -> Iterator[Piece]:
    about, review = named(deliverable), review_address(place, deliverable)
    if row.updates:
        # Another wording is printed only once the update is reopened and approved under it.
        yield Piece(f"{about}, its wording as it was approved", review, plain(row.wording))
    else:
        yield Piece(f"{about}, its wording", _wording_page(place, deliverable, may_manage), plain(row.wording))
    yield Piece(f"{about}, its recovery step", review, plain(row.recovery_step), said_by=named(deliverable))
    if row.evidence:
        yield Piece(f"{about}, its evidence of need", _page(place, deliverable), plain(*row.evidence))
    for update in row.updates:
        yield _of_update(place, deliverable, update)


def _of_update(place: Place, deliverable: Deliverable, update: PrintedUpdate) -> Piece:
    about = f"{named(deliverable)}, its update"
    if update.quarter == place.quarter:
        return Piece(about, review_address(place, deliverable), update.narrative, said_by=named(deliverable))
    # In another year it may have had another number; its page this quarter shows all years.
    is_of_the_year = update.quarter.year == place.quarter.year
    quarter, view = (update.quarter, "review_update") if is_of_the_year else (place.quarter, "deliverable")
    address = place.address(view, quarter=quarter, theme=deliverable.theme, deliverable=deliverable.number)
    return Piece(f"{about} for {update.quarter.label}", address, update.narrative, said_by=named(deliverable))


def _wording_page(place: Place, deliverable: Deliverable, may_manage: bool) -> str:
    if not may_manage:
        return _page(place, deliverable)
    where = {"theme": deliverable.theme.number, "deliverable": deliverable.number}
    return reverse("change_deliverable", kwargs={"plan": place.plan.slug, "year": str(place.quarter.year), **where})


def _page(place: Place, deliverable: Deliverable) -> str:
    return place.address("deliverable", theme=deliverable.theme, deliverable=deliverable.number)
