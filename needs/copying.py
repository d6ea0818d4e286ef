"""Copying an assessment forward to the next year, so that the thread of each need goes on."""

from typing import Any, TypeVar

from django.db import models, transaction

from accounts.actions import save_all
from accounts.models import User
from accounts.roles import Permission, Refused, refuse_unless
from needs.actions import add_assessment
from needs.models import Assessment, DeliverableLink, Need, ThemeLink
from themes.models import Plan
from themes.quarters import FinancialYear

_Row = TypeVar("_Row", bound=models.Model)


@transaction.atomic
def copy_forward(*, assessment: Assessment, title: str, period: FinancialYear, informs: Plan, by: User) -> Assessment:
    """A later year's assessment with all sections and standing needs of this one, their links and responses.

    Each need keeps its key, and so counts as kept until somebody changes it or marks it as gone; the office alone and
    owners see the copy until staff show it to others. Raises Refused, also where it was copied already. The queries
    are the same in number however many needs there are, but for batches.
    """
    refuse_unless(by, Permission.MANAGE_NEEDS)
    if there := assessment.copy:
        raise Refused(f"It was copied forward to {there} already.")
    if period <= assessment.period:
        raise Refused(f"Choose a financial year after {assessment.period}.")
    new = add_assessment(
        title=title,
        period=period,
        informs=informs,
        cross_cutting=assessment.cross_cutting,
        follows=assessment,
        by=by,
    )
    sections = {old.pk: _copied(old, assessment=new) for old in assessment.sections.all()}
    save_all(list(sections.values()), by)
    needs = {
        old.pk: _copied(old, section=sections[old.section_id])
        for old in Need.objects.of(assessment).standing().order_by("pk")
    }
    save_all(list(needs.values()), by)
    by_key = {need.key: need for need in reversed(needs.values())}
    for model, target in ((ThemeLink, "theme_id"), (DeliverableLink, "deliverable_id")):
        links = model.objects.filter(need__section__assessment=assessment).select_related("need").order_by("pk")
        # What a section without the need keeps of it answers it all the same, in those that still have it.
        copies = ((needs.get(old.need_id) or by_key.get(old.need.key), old) for old in links)
        each_once = {(need.key, getattr(old, target)): (need, old) for need, old in copies if need}
        save_all([_copied(old, need=need) for need, old in each_once.values()], by)
    return new


def _copied(old: _Row, **changes: Any) -> _Row:
    """A new row with all that an old one says but for `changes`."""
    said = {field.attname: getattr(old, field.attname) for field in old._meta.concrete_fields if not field.primary_key}
    for name in changes:
        del said[old._meta.get_field(name).attname]
    return type(old)(**said, **changes)
