"""The verbs on what answers a need: links to deliverables and themes, with a note why.

A need that several sections of an assessment have is one need: a link that one of them has is all of theirs, so it is
kept once and removed from all.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from accounts.actions import remove, save
from accounts.models import User
from accounts.roles import Permission, Refused, refuse_unless
from deliverables.models import Deliverable
from needs.actions import hold_for, one_line
from needs.models import DeliverableLink, Need, ThemeLink
from themes.models import Theme


@transaction.atomic
def change_links(
    *,
    need: Need,
    by: User,
    note: str = "",
    add: Iterable[Deliverable | Theme] = (),
    take_away: Iterable[Deliverable | Theme] = (),
    notes: Iterable[tuple[Deliverable | Theme, str, str]] = (),
) -> int:
    """Keep which deliverables answer a need and which themes it names; how many links were made or removed.

    `note` says why, of those that are new. One that is there already stays as it is, and its note too, so that of two
    people who link at once neither undoes what the other did. `notes` are to be changed: each what is linked, why as
    the page showed it, and why now. Raises Refused.
    """
    hold_for(by, need, "It")
    add, changed = list(add), 0
    if need.is_gone and add:
        raise Refused("It is marked as gone. Bring it back first.")
    for row in take_away:
        for link in _links(need, row):
            remove(link, by)
            changed += 1
    for row in add:
        if not _links(need, row).exists():
            save(_new(need, row, one_line(note)), by)
            changed += 1
    for row, shown, now in notes:
        change_note(need=need, row=row, note=now, shown=shown, by=by)
    return changed


@transaction.atomic
def change_needs_of(
    *,
    deliverable: Deliverable,
    by: User,
    note: str = "",
    add: Iterable[Need] = (),
    take_away: Iterable[Need] = (),
    notes: Iterable[tuple[Need, str, str]] = (),
) -> int:
    """The same from the deliverable's side: which needs it answers."""
    refuse_unless(by, Permission.MANAGE_NEEDS)
    for need, shown, now in notes:
        change_note(need=need, row=deliverable, note=now, shown=shown, by=by)
    return sum(change_links(need=need, by=by, note=note, add=[deliverable]) for need in add) + sum(
        change_links(need=need, by=by, take_away=[deliverable]) for need in take_away
    )


@transaction.atomic
def change_note(*, need: Need, row: Deliverable | Theme, note: str, shown: str, by: User) -> None:
    """Say otherwise why a need is linked. Raises Refused where `shown` is not what is stored any more."""
    hold_for(by, need, "It")
    link = _links(need, row).select_for_update().first()
    if link is None:
        raise Refused("The link has been removed meanwhile.")
    if link.note != shown:
        raise Refused(f"Somebody else has written meanwhile why it is linked: “{link.note}”. Bring the two together.")
    link.note = one_line(note)
    save(link, by)


def _links(need: Need, row: Deliverable | Theme) -> QuerySet:
    """The links of a need, whichever of its sections has them, to a theme, or to a deliverable in any of its years."""
    of_need = {"need__key": need.key, "need__section__assessment": need.section.assessment_id}
    if isinstance(row, Theme):
        return ThemeLink.objects.filter(theme=row, **of_need)
    return DeliverableLink.objects.filter(deliverable__key=row.key, **of_need)


def _new(need: Need, row: Deliverable | Theme, note: str) -> DeliverableLink | ThemeLink:
    if isinstance(row, Theme):
        return ThemeLink(need=need, theme=row, note=note)
    return DeliverableLink(need=need, deliverable=row, note=note)
