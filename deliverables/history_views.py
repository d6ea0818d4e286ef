"""Who changed what, when and why: of an update, of a deliverable and of a person."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.history import Entry, entries, newest_first
from accounts.models import User
from accounts.roles import Permission, requires
from deliverables.models import Deliverable, DeliverableOwner, Extension, QuarterlyUpdate
from deliverables.narrative import parse
from deliverables.revisions import NOT_KEPT
from deliverables.views import find_history
from pcc_tracker.errors import NothingHere
from themes.place import find_place

_OF_NO_INTEREST = {"version", "last_changed_by", "last_changed_at", "deliverable", "period"}


@requires(Permission.WRITE_UPDATE)
def update_history(
    request: HttpRequest, plan: str, year: str, quarter: str, theme: str, deliverable: str
) -> HttpResponse:
    """Every text that an update had, and its steps, for who may write it: drafts are nobody else's to read."""
    place = find_place(plan=plan, quarter=f"{year} {quarter}", theme=theme)
    row = find_history(request, place, deliverable).deliverable
    if not Deliverable.objects.written_by(request.user, timezone.localdate()).filter(pk=row.pk).exists():
        raise PermissionDenied
    update = QuarterlyUpdate.objects.filter(deliverable=row, period__in=place.periods).first()
    if update is None:
        raise NothingHere(f"{row} has no update for {place.quarter.label}, so it has no history.")
    told = entries(
        update.history.all(),
        texts={"narrative": lambda html: parse(html).text},
        without=_OF_NO_INTEREST,
        aside=lambda record: record.history_change_reason == NOT_KEPT,
    )
    told += entries(
        Extension.history.filter(deliverable=row.pk, period=update.period_id),
        about=lambda record: "more time",
        without=_OF_NO_INTEREST | {"given_by", "given_at"},
    )
    context = {
        "place": place,
        "heading": f"History of the update on {row.number}. {row.wording}",
        "over": f"Deliverable {row.number}",
        "back": place.address("deliverable", deliverable=row.number),
        "entries": newest_first(told),
    }
    return render(request, "components/history_page.html", context)


@requires(Permission.VIEW_PLAN)
def deliverable_history(
    request: HttpRequest, plan: str, year: str, quarter: str, theme: str, deliverable: str
) -> HttpResponse:
    """A deliverable's changes in all its years: wording, number, dates, who leads it, how it ended."""
    place = find_place(plan=plan, quarter=f"{year} {quarter}", theme=theme)
    history = find_history(request, place, deliverable)
    years = {row.pk: str(row.financial_year) for row in history.years}
    told = entries(
        Deliverable.history.filter(id__in=years),
        about=lambda record: f"deliverable {record.number} of {record.financial_year}",
        without={"key", "theme", "exempt_reason"},  # why it is exempt is the reason of the change too
    )
    told += _ownerships(about=lambda record: f"who leads it in {years[record.deliverable_id]}", deliverable__in=years)
    context = {
        "place": place,
        "heading": f"History of {history.deliverable.number}. {history.deliverable.wording}",
        "over": f"Deliverable {history.deliverable.number}",
        "back": place.address("deliverable", deliverable=history.deliverable.number),
        "entries": newest_first(told),
    }
    return render(request, "components/history_page.html", context)


@requires(Permission.REVIEW)
def person_history(request: HttpRequest, user: int) -> HttpResponse:
    """A person's changes, and from when on they led what."""
    found = User.objects.filter(pk=user).first()
    if found is None:
        raise NothingHere("There is no such person.")
    led = set(DeliverableOwner.history.filter(user=found.pk).values_list("deliverable", flat=True))
    rows = Deliverable.objects.select_related("theme").in_bulk(led)
    told = entries(User.history.filter(id=found.pk), about=lambda record: "the account")
    # Who took over from them too: that they lead no longer is told by nothing else.
    told += _ownerships(
        about=lambda record: f"lead of {rows.get(record.deliverable_id, 'a deliverable')}", deliverable__in=led
    )
    context = {"heading": f"History of {found}", "over": str(found.organisation), "entries": newest_first(told)}
    if request.user.may(Permission.MANAGE_OFFICE):
        context["back"] = reverse("person", args=[found.pk])
    return render(request, "components/history_page.html", context)


def _ownerships(*, about: Callable[[Any], str], **which: object) -> list[Entry]:
    return entries(DeliverableOwner.history.filter(**which), about=about, without={"deliverable"})
