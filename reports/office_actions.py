"""The verbs on what the office keeps for its reports: what they begin with, their texts, and their Word template."""

import datetime
import re
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
from reports.sections import PLACEHOLDERS, SectionKind, unknown_placeholders
from reports.text_checks import paragraphs

MOST_MEGABYTES = 5
"""The largest Word template that is taken."""


class TemplateRefused(Refused):
    """A Word file that reports cannot be made with; `problems` is all that is wrong or missing."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@transaction.atomic
def change_defaults(*, by: User, **facts: Any) -> None:
    """Change what the next report begins with. Reports that are there keep what they have."""
    refuse_unless(by, Permission.PREPARE_REPORTS)
    defaults = ReportDefaults.get()
    set_facts(defaults, facts)
    save(defaults, by)


@transaction.atomic
def change_office_text(*, kind: SectionKind, heading: str, qualifier: str, text: str, by: User) -> None:
    """Change what a section begins with in every report; sections edited by hand keep what was written.

    Raises Refused, naming them and those there are, where it has placeholders that nothing is known of, and where a
    brace belongs to no placeholder, which would be printed as it stands.
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
    section = _kept(kind) or OfficeSection(kind=kind)
    section.heading, section.qualifier, section.text = heading, qualifier, cleaned
    save(section, by)


def _with_a_stray_brace(narrative: Narrative) -> str:
    """The first stretch of one format that has a brace beside its placeholders, cut at 60 characters; or nothing.

    Each stretch is filled by itself, so a placeholder that is partly bold is none.
    """
    known = re.compile("|".join(rf"\{{{name}\}}" for name in PLACEHOLDERS))
    texts = [run.text for paragraph in paragraphs(narrative.blocks) for run in paragraph.runs]
    return next((text[:60] for text in texts if any(brace in known.sub("", text) for brace in "{}")), "")


@transaction.atomic
def use_product_text(*, kind: SectionKind, by: User) -> None:
    """Go back to the product's own text of a section; the history keeps the office's."""
    refuse_unless(by, Permission.PREPARE_REPORTS)
    if section := _kept(kind):
        remove(section, by)


def _kept(kind: SectionKind) -> OfficeSection | None:
    return OfficeSection.objects.select_for_update().filter(kind=kind).first()


@transaction.atomic
def upload_word_template(*, file_name: str, content: bytes, by: User, at: datetime.datetime) -> None:
    """Make Word files with the office's own styles, header, footer and logo from now on.

    Raises TemplateRefused with all that is wrong, and then keeps nothing.
    """
    refuse_unless(by, Permission.PREPARE_REPORTS)
    if too_large := why_too_large(len(content)):
        raise TemplateRefused([too_large])
    if problems := word_template.check(content):
        raise TemplateRefused(problems)
    save(WordTemplate(file_name=file_name, content=content, uploaded_at=at, uploaded_by=by), by)


@transaction.atomic
def use_product_look(*, by: User, at: datetime.datetime) -> None:
    """Make Word files with the product's own look again. What was uploaded is kept."""
    refuse_unless(by, Permission.PREPARE_REPORTS)
    if WordTemplate.current():
        save(WordTemplate(uploaded_at=at, uploaded_by=by), by)


def why_too_large(size: int) -> str:
    """Why a file of so many bytes is not taken; empty for one that is."""
    megabytes = size / 1_000_000
    if megabytes <= MOST_MEGABYTES:
        return ""
    return f"The file has {megabytes:.1f} MB; at most {MOST_MEGABYTES} MB can be kept."
