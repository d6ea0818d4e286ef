"""Bringing in needs from a spreadsheet: it is kept as it was uploaded, shown as what it would do, and then done.

What its cells say is read in `import_lines.py`, and held against what the assessment has in `import_preview.py`.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from django.db import transaction

from accounts.actions import change_all, save_all
from accounts.models import User
from accounts.roles import Permission, Refused, refuse_unless
from deliverables.file_models import kept_name
from deliverables.importing.spreadsheets import read_spreadsheet
from deliverables.importing.zipped import Unreadable
from needs.actions import hold_for
from needs.import_lines import Column
from needs.import_preview import Outcome, Preview, Stored, StoredNeed, preview_of
from needs.models import Assessment, Need, NeedsFile, Section, ThemeLink
from needs.wording import wrong_cells
from themes.models import Theme


@transaction.atomic
def keep_upload(
    *, assessment: Assessment, file_name: str, content: bytes, by: User, at: datetime.datetime
) -> NeedsFile:
    """Keep a spreadsheet of needs until it is imported, in place of one that the same person did not import.

    Raises Refused for one that cannot be read. What is wrong with single cells is said by `read`.
    """
    refuse_unless(by, Permission.MANAGE_NEEDS)
    try:
        sheet = read_spreadsheet(content)
    except Unreadable as error:
        raise Refused(str(error)) from error
    if len(sheet.rows) == 1:
        raise Refused("The file has no rows below its heads. Write one for each risk or recommendation.")
    hold_for(by, assessment, "The assessment")
    NeedsFile.objects.filter(assessment=assessment, uploaded_by=by, imported_at=None).delete()
    return NeedsFile.objects.create(
        assessment=assessment, file_name=kept_name(file_name), content=content, uploaded_by=by, uploaded_at=at
    )


def read(file: NeedsFile) -> Preview:
    """What the import of a kept file would do to its assessment as that is now. Five queries, whatever is in it."""
    return preview_of(read_spreadsheet(bytes(file.content)), stored(file.assessment))


@transaction.atomic
def import_needs(*, file: NeedsFile, by: User, at: datetime.datetime) -> Preview:
    """Add and change what a kept file says, all or nothing; what it did.

    It is read again against what is stored now. Raises Refused where any cell has a problem. The same file a second
    time changes nothing.
    """
    hold_for(by, file.assessment, "The assessment")
    hold_for(by, file, "The file")
    there = _held(file.assessment)
    found = read(file)
    if count := len(found.problems):
        first = found.problems[0]
        raise Refused(f"Nothing is imported: {wrong_cells(count)}, the first at {first.place}: {first.said}")
    _store(found, file.assessment, there, by)
    file.imported_at = file.imported_at or at
    file.save(update_fields=["imported_at"])
    return found


class _Held(NamedTuple):
    """What an import is read against, which nobody else can change or take away until it is done."""

    sections: dict[str, Section]
    needs: dict[int, Need]
    themes: dict[int, Theme]


def _held(assessment: Assessment) -> _Held:
    return _Held(
        {one.number: one for one in assessment.sections.select_for_update()},
        Need.objects.of(assessment).select_for_update(of=("self",)).in_bulk(),
        {one.number: one for one in Theme.objects.filter(plan=assessment.informs_id).select_for_update()},
    )


def _store(found: Preview, assessment: Assessment, there: _Held, by: User) -> None:
    new = [Section(assessment=assessment, number=number, title=title) for number, title in found.sections]
    save_all(new, by)
    sections = there.sections | {one.number: one for one in new}
    changed = [(there.needs[one.pk], one) for one in found.changed]
    added = [
        (Need(section=sections[one.section], kind=one.kind, key=one.key, **_facts(one)), one) for one in found.added
    ]
    fields = {name for need, one in changed for name in _change(need, one)}  # each costs a second for 10,000 needs
    change_all([need for need, _ in changed], sorted(fields), by)
    save_all([need for need, _ in added], by)
    links = [ThemeLink(need=need, theme=there.themes[number]) for need, one in changed + added for number in one.themes]
    save_all(links, by)


def _facts(outcome: Outcome) -> dict[str, str]:
    return {
        "wording": outcome.wording,
        "level": outcome.level,
        "response": outcome.response,
        "response_reason": outcome.reason,
    }


def _change(need: Need, outcome: Outcome) -> list[str]:
    """Make a need say what it would; the names of the fields that this changes."""
    changed = {name: said for name, said in _facts(outcome).items() if getattr(need, name) != said}
    for name, said in changed.items():
        setattr(need, name, said)
    return list(changed)


def stored(assessment: Assessment) -> Stored:
    """What an assessment has, as an import is held against it."""
    of_needs = Need.objects.of(assessment).order_by("section_id", "pk").values_list(
        "pk", "section__number", "key", "kind", "wording", "level", "response", "response_reason", "gone_reason"
    )  # fmt: skip
    links = ThemeLink.objects.filter(need__section__assessment=assessment, theme__plan=assessment.informs_id)
    named = defaultdict(set)
    for key, number in links.order_by().values_list("need__key", "theme__number"):
        named[key].add(number)
    return Stored(
        sections=dict(assessment.sections.values_list("number", "title")),
        needs=tuple(StoredNeed(*facts, bool(gone)) for *facts, gone in of_needs),
        themes=frozenset(Theme.objects.filter(plan=assessment.informs_id).values_list("number", flat=True)),
        named={key: frozenset(numbers) for key, numbers in named.items()},
    )


def as_rows(assessment: Assessment) -> Iterator[list[str]]:
    """All that an assessment has but what is gone, in an import's columns; a section without needs has a row too.

    Each says how its need is worded now as how it was, so that one worded otherwise stays the same need. Brought back
    as they are, these rows change nothing.
    """
    there = stored(assessment)
    by_section = defaultdict(list)
    for need in there.needs:
        if not need.is_gone:
            by_section[need.section].append(need)
    for number, title in there.sections.items():
        if number not in by_section:
            yield [number, title, *[""] * (len(Column) - 2)]
        for need in by_section[number]:
            themes = ", ".join(map(str, sorted(there.named.get(need.key, ()))))
            texts = (need.wording, need.wording, need.level, need.response, need.reason, themes)
            yield [number, title, need.kind, *texts]
