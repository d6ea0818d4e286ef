"""The verbs on a report's sections: written by hand, kept as they are, or filled from the data again.

No edit is lost (DESIGN section 4, rule 7): each verb is told which text the person was shown, and refuses where
somebody else has saved another since.
"""

from django.db import transaction

from accounts.actions import hold, remove, save
from accounts.models import User
from accounts.roles import Permission, Refused, refuse_unless
from deliverables.narrative import NarrativeTooLong, clean, parse
from reports.models import PanelReport, ReportSection
from reports.sections import SectionKind, merge, placeholders
from reports.shown import refuse_unless_shown


class LeftEmpty(Refused):
    """The text was emptied, and nobody has said that the section is to be left out of the report."""

    def __init__(self) -> None:
        super().__init__(
            "The section has no text, so it will be left out of the report, and those after it get other numbers. "
            "Write a text; or tick that it is to be left out, and save."
        )


@transaction.atomic
def write_section(
    *,
    report: PanelReport,
    kind: SectionKind,
    text: str,
    filled: str,
    shown: str,
    by: User,
    is_left_out: bool = False,
) -> None:
    """Keep what a person wrote over `filled`, what the office's text was filled with when the page was shown.

    `shown` is `seen()` of the section that the page showed. A text left as it was filled is not kept: it is filled each
    time. An empty text leaves the section out of the report, which the person has to say by `is_left_out`.
    Raises SavedSince, LeftEmpty, and Refused for a text that is too long or holds a placeholder.
    """
    stored = _held(report, kind, by)
    text, filled = _cleaned(text), _cleaned(filled)
    if stored and stored.text == text and stored.filled == filled:
        return
    _refuse_unless_shown(stored, shown, report, kind, by)
    if filled and not text and not is_left_out:
        raise LeftEmpty
    known = placeholders(parse(filled))
    if typed := [name for name in placeholders(parse(text)) if name not in known]:
        raise Refused(
            f"Nothing is filled in here for {_braced(typed)}: write the words themselves. "
            "Placeholders are for the office's texts, which every report begins with."
        )
    if text == filled:
        if stored:
            remove(stored, by)
        return
    section = stored or ReportSection(report=report, kind=kind)
    section.text, section.filled = text, filled
    save(section, by)


@transaction.atomic
def keep_section(*, report: PanelReport, kind: SectionKind, filled: str, shown: str, by: User) -> None:
    """Let what was written by hand stand beside `filled`, what the data were shown to say now: it is not stale."""
    stored = _held(report, kind, by)
    _refuse_unless_shown(stored, shown, report, kind, by)
    if stored is None:
        return
    filled = _cleaned(filled)
    merged = merge(filled=parse(stored.filled), edited=parse(stored.text), fresh=parse(filled))
    stored.text, stored.filled = _cleaned(merged.narrative.html), filled
    save(stored, by)


@transaction.atomic
def fill_section_again(*, report: PanelReport, kind: SectionKind, shown: str, by: User) -> None:
    """Drop what was written by hand; its history keeps it. From now on the office's text is filled each time."""
    stored = _held(report, kind, by)
    _refuse_unless_shown(stored, shown, report, kind, by)
    if stored:
        remove(stored, by)


def _held(report: PanelReport, kind: SectionKind, by: User) -> ReportSection | None:
    """The section as it is stored now; the report is held, so that two people wait for each other."""
    refuse_unless(by, Permission.PREPARE_REPORTS)
    hold(report)
    return ReportSection.objects.filter(report=report, kind=kind).first()


def _cleaned(text: str) -> str:
    try:
        return clean(text)
    except NarrativeTooLong as error:
        raise Refused(str(error)) from error


def _refuse_unless_shown(
    stored: ReportSection | None, shown: str, report: PanelReport, kind: SectionKind, by: User
) -> None:
    history = ReportSection.history.filter(report=report.pk, kind=kind)
    refuse_unless_shown(stored, shown, what="this section", history=history, by=by)


def _braced(names: list[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)
