"""The verbs on what is exempt from publication (DESIGN section 4, rule 9): exempt a deliverable, and lift that."""

from django.db import transaction

from accounts.actions import hold, refuse_without, save
from accounts.models import User
from accounts.roles import Permission, Refused, refuse_unless
from deliverables.models import Deliverable
from themes.quarters import Quarter


@transaction.atomic
def exempt(*, deliverable: Deliverable, first: Quarter, last: Quarter | None, reason: str, by: User) -> None:
    """Leave the deliverable out of all that is published in Public form about `first` to `last`, or from then on.

    What is published already stays as it is. Carried forward it stays exempt, unless `last` was given.
    """
    refuse_unless(by, Permission.PREPARE_REPORTS)
    hold(deliverable)
    deliverable.exempt_from, deliverable.exempt_until = first, last
    deliverable.exempt_reason = refuse_without(reason)
    save(deliverable, by, deliverable.exempt_reason)


@transaction.atomic
def lift_exemption(*, deliverable: Deliverable, reason: str, by: User) -> None:
    """Print the deliverable again in what is published from now on, also about the quarters it was exempt in."""
    refuse_unless(by, Permission.PREPARE_REPORTS)
    hold(deliverable)
    if deliverable.exempt_from is None:
        raise Refused("It is not exempt from publication.")
    deliverable.exempt_from, deliverable.exempt_until, deliverable.exempt_reason = None, None, ""
    save(deliverable, by, refuse_without(reason))
