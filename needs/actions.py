"""The verbs on assessments, their sections and needs: each names its actor, all or nothing.

Each raises `Refused`, with the reason in words, and then leaves everything as it was. The verbs on what answers a need
are in `linking.py`, copying to the next year in `copying.py`, and bringing in a spreadsheet in `importing.py`.
"""

from itertools import chain, count
from typing import Any

from django.db import models, transaction
from django.utils.text import slugify

from accounts.actions import hold, refuse_without, remove, remove_all, save
from accounts.models import User
from accounts.roles import Permission, Refused, refuse_unless
from deliverables.narrative import plain
from needs.models import Assessment, DeliverableLink, Need, Section, ThemeLink
from needs.options import Audience, NeedKind, Response
from reports.shown import refuse_unless_shown
from themes.models import Plan
from themes.quarters import FinancialYear

LONGEST_SLUG = Assessment._meta.get_field("slug").max_length - len("-2019-20-999")


@transaction.atomic
def add_assessment(
    *,
    title: str,
    period: FinancialYear,
    informs: Plan,
    by: User,
    cross_cutting: str = "",
    audience: str = Audience.OFFICE,
    follows: Assessment | None = None,
) -> Assessment:
    """Begin an assessment, without sections yet. `follows` is last year's, where it is a copy of that."""
    refuse_unless(by, Permission.MANAGE_NEEDS)
    assessment = Assessment(
        slug=_free_slug(title, period),
        title=one_line(title),
        period=period,
        informs=informs,
        cross_cutting=cross_cutting,
        audience=audience,
        follows=follows,
    )
    save(assessment, by)
    return assessment


def _free_slug(title: str, period: FinancialYear) -> str:
    wanted = f"{slugify(title)[:LONGEST_SLUG].rstrip('-') or 'assessment'}-{period}"
    taken = set(Assessment.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    return next(slug for slug in chain([wanted], (f"{wanted}-{number}" for number in count(2))) if slug not in taken)


def one_line(text: str) -> str:
    """A text without line breaks, and without what can be neither stored nor seen."""
    return " ".join(plain(text).split())


@transaction.atomic
def change_assessment(*, assessment: Assessment, by: User, shown: str | None = None, **facts: Any) -> None:
    """Change what an assessment is called, is about and informs, and who may see it. Its address stays.

    `shown` is `seen()` of it as the page showed it. Raises SavedSince where it is another by now.
    """
    hold_for(by, assessment, "The assessment")
    history = Assessment.history.filter(id=assessment.pk)
    refuse_unless_shown(assessment, shown, what="this assessment", history=history, by=by)
    for name, value in facts.items():
        setattr(assessment, name, value)
    _refuse_out_of_order(assessment)
    assessment.title = one_line(assessment.title)
    save(assessment, by)


def _refuse_out_of_order(assessment: Assessment) -> None:
    """An assessment is of a later year than the one it was copied from, and of an earlier than its own copy."""
    if assessment.follows and assessment.period <= assessment.follows.period:
        raise Refused(f"It was copied from {assessment.follows}, so choose a later year.")
    if (copy := assessment.copy) and assessment.period >= copy.period:
        raise Refused(f"It was copied forward to {copy}, so choose an earlier year.")


def why_not_removed(assessment: Assessment) -> str:
    """Why an assessment cannot be removed, in words; empty where it can."""
    if assessment.audience != Audience.OFFICE:
        return "Others than the office can see it. Let the office and owners alone see it first."
    copy = assessment.copy
    return f"{copy} was copied from it, so it is kept." if copy else ""


@transaction.atomic
def remove_assessment(*, assessment: Assessment, reason: str, by: User) -> None:
    """Take an assessment away that was begun by mistake, with all that is in it. The history keeps each of its rows.

    Refused where panel members or the public can see it, and where the next year's was copied from it.
    """
    hold_for(by, assessment, "The assessment")
    reason = refuse_without(reason)
    if why := why_not_removed(assessment):
        raise Refused(why)
    for links in (ThemeLink, DeliverableLink):
        remove_all(list(links.objects.filter(need__section__assessment=assessment)), by, reason)
    remove_all(list(Need.objects.of(assessment)), by, reason)
    remove_all(list(assessment.sections.all()), by, reason)
    remove(assessment, by, reason)


@transaction.atomic
def add_section(*, assessment: Assessment, number: str, title: str, by: User) -> Section:
    refuse_unless(by, Permission.MANAGE_NEEDS)
    section = Section(assessment=assessment, number=number.strip(), title=one_line(title))
    save(section, by)
    return section


@transaction.atomic
def change_section(*, section: Section, number: str, title: str, by: User, shown: str | None = None) -> None:
    """Number or name a section otherwise; `shown` as for `change_assessment`."""
    hold_for(by, section, "The section")
    history = Section.history.filter(id=section.pk)
    refuse_unless_shown(section, shown, what="this section", history=history, by=by)
    section.number, section.title = number.strip(), one_line(title)
    save(section, by)


@transaction.atomic
def remove_section(*, section: Section, reason: str, by: User) -> None:
    """Take an empty section away."""
    hold_for(by, section, "The section")
    reason = refuse_without(reason)
    if section.needs.exists():
        raise Refused(f"Section {section.number} has risks or recommendations. Move or remove them first.")
    remove(section, by, reason)


@transaction.atomic
def add_need(*, section: Section, kind: str, wording: str, by: User, level: str = "") -> Need:
    """Add a risk or a recommendation at a section's end.

    One that another section of the assessment has in the same words is the same need: what answers that answers this.
    """
    refuse_unless(by, Permission.MANAGE_NEEDS)
    need = Need(section=section, kind=kind, wording=one_line(wording), level=level)
    if twin := _twin(need):
        need.key, need.response, need.response_reason = twin.key, twin.response, twin.response_reason
    _refuse_what_is_gone(need)
    save(need, by)
    return need


@transaction.atomic
def change_need(
    *, need: Need, section: Section, wording: str, by: User, level: str = "", shown: str | None = None
) -> None:
    """Word a need otherwise, give it another level, or move it to another section of its assessment.

    It stays the same need, through the years too; worded as another section words one, the two are one need from now
    on. `shown` as for `change_assessment`.
    """
    hold_for(by, need, "It")
    refuse_unless_shown(need, shown, what="this", history=Need.history.filter(id=need.pk), by=by)
    if section.assessment_id != need.section.assessment_id:
        raise Refused("Choose a section of the same assessment.")
    need.section, need.wording, need.level = section, one_line(wording), level
    twin = _twin(need)
    if twin and twin.key != need.key:
        _join(need, twin, by)
    save(need, by)


@transaction.atomic
def remove_need(*, need: Need, reason: str, by: User) -> None:
    """Take a need away that was entered by mistake; one that last year's assessment has is marked as gone instead."""
    hold_for(by, need, "It")
    reason = refuse_without(reason)
    last_year = need.section.assessment.follows_id
    if last_year and Need.objects.standing().filter(section__assessment=last_year, key=need.key).exists():
        raise Refused("Last year’s assessment has it, so it is not removed but marked as gone, with the reason.")
    if twin := Need.objects.of(need.section.assessment).filter(key=need.key).exclude(pk=need.pk).first():
        _move_links(need, twin, by, reason)
    remove(need, by, reason)


@transaction.atomic
def mark_gone(*, need: Need, reason: str, by: User) -> None:
    """Say that a need of last year's assessment is none any more, and why. It is kept, and counted no more."""
    hold_for(by, need, "It")
    reason = refuse_without(reason)
    if need.is_gone:
        raise Refused("It is marked as gone already.")
    if need.section.assessment.follows_id is None:
        raise Refused("There is no assessment before this one that it could be gone since. Remove it instead.")
    need.gone_reason = reason
    save(need, by, reason)


@transaction.atomic
def bring_back(*, need: Need, reason: str, by: User) -> None:
    """Say that a need marked as gone stands after all."""
    hold_for(by, need, "It")
    reason = refuse_without(reason)
    if not need.is_gone:
        raise Refused("It is not marked as gone.")
    need.gone_reason = ""
    save(need, by, reason)


@transaction.atomic
def respond(*, need: Need, response: str, reason: str, by: User, shown: str | None = None) -> None:
    """Keep what the office makes of a recommendation, of each section that has it; an empty `response` is none yet.

    `shown` as for `change_assessment`.
    """
    hold_for(by, need, "It")
    refuse_unless_shown(need, shown, what="this", history=Need.history.filter(id=need.pk), by=by)
    if need.kind != NeedKind.RECOMMENDATION:
        raise Refused("Only a recommendation has a response.")
    reason = plain(reason).strip() if response else ""
    if response in (Response.IN_PART, Response.NOT_ACCEPTED) and not reason:
        raise Refused("Say why it is not accepted as it is.")
    for one in Need.objects.of(need.section.assessment).filter(key=need.key).select_for_update():
        one.response, one.response_reason = response, reason
        save(one, by)
    need.refresh_from_db()


def hold_for(by: User, row: models.Model, what: str) -> None:
    """Hold a row for somebody who keeps assessments; raises Refused for others, and where it is there no more."""
    refuse_unless(by, Permission.MANAGE_NEEDS)
    try:
        hold(row)
    except type(row).DoesNotExist as error:
        raise Refused(f"{what} has been removed meanwhile.") from error


def _twin(need: Need) -> Need | None:
    """The same need in another section of the assessment, however its letters are set."""
    others = Need.objects.of(need.section.assessment).filter(kind=need.kind).exclude(section=need.section)
    return others.filter(wording__iexact=need.wording).first()


def _join(need: Need, twin: Need, by: User) -> None:
    """Let two needs be one from now on: it has the key of the one that goes back to last year's assessment."""
    last_year = Need.objects.filter(section__assessment=need.section.assessment.follows_id)
    is_old, twin_is_old = (last_year.filter(key=one.key).exists() for one in (need, twin))
    if is_old and twin_is_old:
        raise Refused(
            f"Section {twin.section.number} has this already, and last year’s assessment has them as two. Word it "
            "otherwise, or mark one of them as gone."
        )
    key, other = (need.key, twin.key) if is_old else (twin.key, need.key)
    for one in Need.objects.of(need.section.assessment).filter(key=other).exclude(pk=need.pk):
        one.key = key
        save(one, by)
    need.key = key
    if not need.response:
        need.response, need.response_reason = twin.response, twin.response_reason


def _move_links(need: Need, to: Need, by: User, reason: str) -> None:
    """What answers a need goes on answering it in the section that still has it."""
    for link in (*need.theme_links.all(), *need.deliverable_links.all()):
        link.need = to
        save(link, by, reason)


def _refuse_what_is_gone(need: Need) -> None:
    gone = Need.objects.filter(section=need.section, kind=need.kind, wording__iexact=need.wording).exclude(
        gone_reason=""
    )
    if gone.exists():
        raise Refused("The section has this already, marked as gone. Bring that back instead.")
