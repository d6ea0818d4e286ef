"""The verbs on what the office keeps for its reports: what they begin with, their texts, and their Word template."""

import datetime
import re
from copy import copy
from typing import Any

from django.db import transaction

from accounts.actions import remove, save
from accounts.models import User
from accounts.roles import Permission, Refused, refuse_unless
from deliverables.blocks import Narrative
from deliverables.narrative import NarrativeTooLong, clean, parse
from reports.actions import set_facts
from reports.models import OfficeSection, ReportDefaults, WordTemplate
from reports.renderers import word_template
from reports.sections import OFFICE_TEXTS, PLACEHOLDERS, SectionKind, unknown_placeholders
from reports.shown import refuse_unless_shown, seen
from reports.text_checks import paragraphs


class TemplateRefused(Refused):
    """A Word file that reports cannot be made with; `problems` is all that is wrong or missing."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@transaction.atomic
def change_defaults(*, by: User, shown: str | None = None, **facts: Any) -> None:
    """Change what the next report begins with. Reports that are there keep what they have.

    `shown` is `seen()` of what the page showed. Raises SavedSince where they are others by now.
    """
    refuse_unless(by, Permission.PREPARE_REPORTS)
    defaults = ReportDefaults.objects.select_for_update().first() or ReportDefaults(pk=1)
    stored = copy(defaults)
    set_facts(defaults, facts)
    if seen(defaults) == seen(stored):
        return
    history = ReportDefaults.history.all()
    refuse_unless_shown(stored, shown, what="what reports begin with", history=history, by=by)
    save(defaults, by)


@transaction.atomic
def change_office_text(
    *, kind: SectionKind, heading: str, qualifier: str, text: str, by: User, shown: str | None = None
) -> None:
    """Change what a section begins with in every report; sections edited by hand keep what was written.

    `shown` is `seen()` of the text that the page showed. Raises SavedSince where it is another by now, and
    Refused, naming them and those there are, where it has placeholders that nothing is known of, and where a brace
    belongs to no placeholder, which would be printed as it stands.
    """
    refuse_unless(by, Permission.PREPARE_REPORTS)
    try:
        cleaned = clean(text)
    except NarrativeTooLong as error:
        raise Refused(str(error)) from error
    if any(brace in heading + qualifier for brace in "{}"):
        raise Refused("Nothing is filled in in a heading or below it: write both without braces.")
    there = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    if unknown := unknown_placeholders(parse(cleaned)):
        named = ", ".join(f"{{{name}}}" for name in unknown)
        raise Refused(f"There is nothing to fill in for {named}. There is: {there}.")
    if stray := _with_a_stray_brace(parse(cleaned)):
        raise Refused(
            f'A brace in "{stray}" belongs to no placeholder. A placeholder is its name between one {{ and one }}, '
            f"all of it in one format. There is: {there}."
        )
    section = kept_or_product_text(kind, hold=True)
    stored = copy(section)
    section.heading, section.qualifier, section.text = heading, qualifier, cleaned
    if seen(section) == seen(stored):
        return
    _refuse_unless_shown(stored, shown, by)
    save(section, by)


def _with_a_stray_brace(narrative: Narrative) -> str:
    """The first stretch of one format that has a brace beside its placeholders, cut at 60 characters; or nothing.

    A placeholder that is partly bold counts as none: which of its formats the words filled in should have is a guess.
    """
    known = re.compile("|".join(rf"\{{{name}\}}" for name in PLACEHOLDERS))
    texts = [run.text for paragraph in paragraphs(narrative.blocks) for run in paragraph.runs]
    return next((text[:60] for text in texts if any(brace in known.sub("", text) for brace in "{}")), "")


@transaction.atomic
def use_product_text(*, kind: SectionKind, by: User, shown: str | None = None) -> None:
    """Go back to the product's own text of a section; the history keeps the office's.

    `shown` is as for `change_office_text`, and SavedSince is raised in the same way.
    """
    refuse_unless(by, Permission.PREPARE_REPORTS)
    section = kept_or_product_text(kind, hold=True)
    if section.pk:
        _refuse_unless_shown(section, shown, by)
        remove(section, by)


def kept_or_product_text(kind: SectionKind, *, hold: bool = False) -> OfficeSection:
    """What a section begins with: as the office keeps it or, not stored, as the product has it."""
    kept = OfficeSection.objects.select_for_update() if hold else OfficeSection.objects.all()
    product = OFFICE_TEXTS[kind]
    return kept.filter(kind=kind).first() or OfficeSection(
        kind=kind, heading=product.heading, qualifier=product.qualifier, text=product.text
    )


def _refuse_unless_shown(stored: OfficeSection, shown: str | None, by: User) -> None:
    history = OfficeSection.history.filter(kind=stored.kind)
    refuse_unless_shown(stored, shown, what="this text", history=history, by=by)


@transaction.atomic
def upload_word_template(*, file_name: str, content: bytes, by: User, at: datetime.datetime) -> None:
    """Make Word files with the office's own styles, header, footer and logo from now on.

    Raises TemplateRefused with all that is wrong, and then keeps nothing.
    """
    refuse_unless(by, Permission.PREPARE_REPORTS)
    if problems := word_template.check(content):
        raise TemplateRefused(problems)
    save(WordTemplate(file_name=file_name, content=content, uploaded_at=at, uploaded_by=by), by)


@transaction.atomic
def use_product_look(*, by: User, at: datetime.datetime) -> None:
    """Make Word files with the product's own look again. What was uploaded is kept."""
    refuse_unless(by, Permission.PREPARE_REPORTS)
    if WordTemplate.current():
        save(WordTemplate(uploaded_at=at, uploaded_by=by), by)
