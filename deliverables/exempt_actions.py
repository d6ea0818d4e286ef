"""The verbs on what is exempt from publication (DESIGN section 4, rule 9): exempt a deliverable, and lift that.

A deliverable is exempt in quarters, and these may be of several years. So the rows of all its years say the same, and
whichever of them is looked at tells what a quarter may print.
"""

from django.db import transaction

from accounts.actions import refuse_without, save
from accounts.models import User
from accounts.roles import Permission, Refused, refuse_unless
from deliverables.models import Deliverable
from deliverables.plan_actions import hold_all_years
from themes.quarters import Quarter


@transaction.atomic
def exempt(*, deliverable: Deliverable, first: Quarter, last: Quarter | None, reason: str, by: User) -> None:
    """Leave the deliverable out of all that is published in Public form about `first` to `last`, or from then on.

    It holds in all its years, those it is carried forward to later too, and takes the place of what was exempt
    before. What is published already stays as it is.
    """
    refuse_unless(by, Permission.PREPARE_REPORTS)
    reason = refuse_without(reason)
    for row in hold_all_years(deliverable):
        row.exempt_from, row.exempt_until, row.exempt_reason = first, last, reason
        save(row, by, reason)


@transaction.atomic
def lift_exemption(*, deliverable: Deliverable, reason: str, by: User) -> None:
    """Print the deliverable again in what is published from now on, also about the quarters it was exempt in."""
    refuse_unless(by, Permission.PREPARE_REPORTS)
    exempt_rows = [row for row in hold_all_years(deliverable) if row.exempt_from is not None]
    if not exempt_rows:
        raise Refused("It is not exempt from publication.")
    reason = refuse_without(reason)
    for row in exempt_rows:
        row.exempt_from, row.exempt_until, row.exempt_reason = None, None, ""
        save(row, by, reason)
