"""Which edition a reader gets, and what it corrected: the reading side of what was published."""

import json
from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from accounts.models import User
from pcc_tracker.errors import NothingHere
from reports.differences import Comparison, differences
from reports.edition_models import Edition


def by_report(user: User | AnonymousUser) -> list[list[Edition]]:
    """Each report's editions that the user may see, the newest first; the report of the latest meeting first."""
    reports: dict[str, list[Edition]] = {}
    for edition in Edition.objects.visible_to(user).newest_first().defer("cover", "overall", "columns"):
        reports.setdefault(edition.slug, []).append(edition)
    by_agenda = sorted(reports.values(), key=lambda editions: (editions[0].agenda_item, editions[0].slug))
    return sorted(by_agenda, key=lambda editions: editions[0].meeting_date, reverse=True)


def of_report(user: User | AnonymousUser, slug: str) -> list[Edition]:
    """A report's editions that the user may see, the newest first."""
    return list(Edition.objects.visible_to(user).newest_first().filter(slug=slug))


def in_view(editions: Sequence[Edition]) -> list[Edition]:
    return [one for one in editions if not one.is_withdrawn]


def find_edition(user: User | AnonymousUser, slug: str, number: int) -> Edition | None:
    """The edition of a report, if the user may see it; None where they might, had it not been withdrawn from view.

    Raises NothingHere for any other, whether or not there is one.
    """
    asked = Edition.objects.filter(slug=slug, number=number)
    if found := asked.visible_to(user).first():
        return found
    if asked.readable_by(user).exists():
        return None
    raise not_there()


def not_there() -> NothingHere:
    """The same whether something is hidden or was never there."""
    return NothingHere("There is no published report at this address", [("Published reports", reverse("published"))])


def before(editions: Sequence[Edition], one: Edition) -> Edition | None:
    """Of a report's editions, newest first, the one in view just before one of them."""
    return next((other for other in in_view(editions) if other.number < one.number), None)


def find_before(user: User | AnonymousUser, one: Edition) -> Edition:
    """The edition just before one that the user may see; raises NothingHere where there is none."""
    earlier = before(of_report(user, one.slug), one)
    if earlier is None:
        raise NothingHere(
            f"There is no edition in view before {one.version} to compare it with.",
            [(one.version, one.get_absolute_url())],
        )
    return earlier


def compared(one: Edition, other: Edition) -> Comparison:
    """What differs from one edition to the other, by what was published of each."""
    contents = [json.loads(bytes(each.files.get(form="json").content)) for each in (one, other)]
    exempt = [
        [key for keys in each.themes.values_list("exempt_keys", flat=True) for key in keys] for each in (one, other)
    ]
    return differences(*contents, exempt_before=exempt[0], exempt_after=exempt[1])
