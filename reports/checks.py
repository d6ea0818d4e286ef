"""What a person should look at before a report is published, each with where it is mended (issue 4, line 5)."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db.models import Case, F, When

from accounts.models import User
from deliverables.models import Deliverable, QuarterlyUpdate
from deliverables.narrative import parse
from reports.addresses import report_address, section_address
from reports.edition_models import EditionRow
from reports.files import Made, make_files
from reports.findings import Check, Finding
from reports.gather import Prepared
from reports.options import Classification
from reports.pieces import Piece, named, pieces, plain, review_address
from reports.renderers.pdf import replaced
from reports.table_checks import wrong_changes
from reports.text_checks import Saying, Sayings, contacts
from reports.update_checks import of_updates


def find(prepared: Prepared, user: User, made: Made | None = None) -> list[Finding]:
    """All that there is to look at, in the order of `Check`. The number of queries does not grow with the report.

    `made` are the report's files where they were made already.
    """
    made = made or make_files(prepared.document)
    return [*of_files(prepared, made), *find_without_files(prepared, user)]


def of_files(prepared: Prepared, made: Made) -> list[Finding]:
    address = report_address(prepared.report)
    return [Finding(Check.CANNOT_BE_MADE, why, address) for why in made.failures]


def find_without_files(prepared: Prepared, user: User) -> list[Finding]:
    """As `find`, but for the files, which take a while to make."""
    is_public = prepared.report.is_public
    printed = list(pieces(prepared, user))
    found = [*of_updates(prepared, user), *_of_themes(prepared)]
    found += [*_of_sections(prepared), *_of_tables(printed)]
    if is_public:
        found += [*_of_contacts(printed), *_of_exempt_text(_exempt_sayings(prepared, user), printed)]
    found += [*_of_characters(prepared), *_still_in_view(prepared)]
    order = list(Check)
    return sorted(dict.fromkeys(found), key=lambda one: order.index(one.check))


def find_in_correction(prepared: Prepared, user: User, correction: str) -> list[Finding]:
    """What should not stand in what a Public edition is said to correct, which its pages show to anyone."""
    if not (correction and prepared.report.is_public):
        return []
    address = report_address(prepared.report)
    printed = [Piece("What this edition corrects", address, plain(*correction.splitlines()))]
    return [*_of_contacts(printed), *_of_exempt_text(_exempt_sayings(prepared, user), printed)]


def _of_sections(prepared: Prepared) -> Iterator[Finding]:
    for section in prepared.sections:
        where, address = f'Section "{section.heading}"', section_address(prepared.report, section.kind)
        for one in section.stale:
            was = f'was written over "{one.was}", and ' if one.was else "was written by hand, and "
            now = f'the data say "{one.now}" now' if one.now else "the data say nothing of the kind now"
            yield Finding(Check.STALE, f"{where} {was}{now}.", address)
        if section.is_edited and section.fresh and not section.narrative:
            yield Finding(Check.LEFT_OUT, f"{where} was emptied by hand and is not printed.", address)
        for figure in section.strange_figures:
            yield Finding(Check.STRANGE_FIGURE, f"{where} prints {figure}.", address)


def _of_themes(prepared: Prepared) -> Iterator[Finding]:
    for of_theme in prepared.progress:
        if not of_theme.rows and not of_theme.exempt:
            address = prepared.place.address("theme", theme=of_theme.theme)
            yield Finding(Check.NOTHING, f"{of_theme.theme} has nothing to report on in the quarter.", address)


def _of_tables(printed: Iterable[Piece]) -> Iterator[Finding]:
    for piece in printed:
        for wrong in wrong_changes(piece.text):
            yield Finding(Check.WRONG_CHANGE, f"{piece.where}: a table {wrong}.", piece.address)


def _of_contacts(printed: Iterable[Piece]) -> Iterator[Finding]:
    for piece in printed:
        for contact in contacts(piece.text):
            yield Finding(Check.CONTACT, f"{piece.where}: {contact}", piece.address)


FEWEST_TO_SHARE = 2
"""A sentence that so many other deliverables say in updates of their own is taken for a stock phrase."""


def _of_exempt_text(sayings: Sayings, printed: Iterable[Piece]) -> Iterator[Finding]:
    """Where words of what is exempt in the quarter have come into what Public form prints.

    A sentence that several others say of themselves may be a stock phrase, and so may a short wording among other
    words: on these a person decides.
    """
    told = [(piece, saying, is_whole) for piece in printed for saying, is_whole in sayings.told_in(piece.text)]
    said_by: dict[Saying, set[str]] = defaultdict(set)
    for piece, saying, _ in told:
        said_by[saying] |= {piece.said_by} if piece.said_by else set()
    for piece, saying, is_whole in told:
        if saying.is_wording:
            is_shared = saying.is_short and not is_whole
        else:
            is_shared = bool(piece.said_by) and len(said_by[saying]) >= FEWEST_TO_SHARE
        said = f'{piece.where}: "{saying.text}" is of {saying.of}, which is exempt from publication.'
        yield Finding(Check.SHARED_TEXT if is_shared else Check.EXEMPT_TEXT, said, piece.address)


def _exempt_sayings(prepared: Prepared, user: User) -> Sayings:
    """What the plan's deliverables that are exempt in the quarter ever said, approved or not; two queries."""
    quarter = prepared.place.quarter
    of_the_year = Deliverable.objects.visible_to(user).filter(
        theme__plan=prepared.place.plan, financial_year=quarter.year
    )
    exempt = {row.key: row for row in of_the_year.exempt(quarter).select_related("theme")}
    written = QuarterlyUpdate.objects.filter(deliverable__key__in=exempt).order_by("deliverable", "period__quarter")
    texts = written.values_list(
        *("deliverable__key", "narrative", "recovery_step"),
        *("approved__narrative", "approved__recovery_step", "approved__wording"),
    )
    sayings = Sayings()
    for row in exempt.values():
        sayings.add_wording(named(row), row.wording)
    for key, *_, wording in texts:
        sayings.add_wording(named(exempt[key]), wording or "")
    for key, narrative, step, approved_narrative, approved_step, _ in texts:
        for one in {narrative: None, approved_narrative or "": None}:
            sayings.add_text(named(exempt[key]), parse(one))
        for one in {step: None, approved_step or "": None}:
            sayings.add_text(named(exempt[key]), plain(one))
    return sayings


def _of_characters(prepared: Prepared) -> Iterator[Finding]:
    """What no font of the PDF has, such as an emoji; every other format prints it."""
    printed = [one for one in prepared.sections if one.narrative]
    rows = {(of_theme.theme.number, row.number): row for of_theme in prepared.progress for row in of_theme.rows}
    for one in replaced(prepared.document):
        address = report_address(prepared.report)
        if one.section:
            address = section_address(prepared.report, printed[one.section - 1].kind)
        elif row := rows.get((one.theme, one.row)):
            address = review_address(prepared.place, row.deliverable)
        where = one.where[:1].upper() + one.where[1:]
        instead = f'is printed as "{one.printed}"' if one.printed else "is left out"
        yield Finding(Check.REPLACED, f"{where}: {one.name} {instead}.", address)


def _still_in_view(prepared: Prepared) -> Iterator[Finding]:
    """Public editions in view on the report's themes that print a deliverable on a quarter it has become exempt in."""
    exempt: dict[uuid.UUID, list[Deliverable]] = defaultdict(list)
    for one in Deliverable.objects.filter(theme__plan=prepared.place.plan, exempt_from__isnull=False):
        exempt[one.key].append(one)
    in_view = EditionRow.objects.filter(
        key__in=exempt,
        theme__number__in=[one.theme_number for one in prepared.document.appendices],
        theme__edition__plan_slug=prepared.place.plan.slug,
        theme__edition__classification=Classification.PUBLIC,
        theme__edition__withdrawn_at__isnull=True,
    ).select_related("theme__edition")
    # The first update is the edition's quarter's; most rows have no other, and their texts are not read.
    in_view = in_view.annotate(several=Case(When(updates__1__isnull=False, then=F("updates"))))
    edition_facts = ("slug", "number", "title", "quarter")
    named_by = ("key", "number", "theme__number", *(f"theme__edition__{one}" for one in edition_facts))
    for row in in_view.only(*named_by):
        edition = row.theme.edition
        printed = {str(edition.quarter), *(update["quarter"] for update in row.several or ())}
        years = [(one, quarter) for one in exempt[row.key] for quarter in one.financial_year.quarters]
        if any(str(quarter) in printed and one.is_exempt(quarter) for one, quarter in years):
            said = f"{edition} prints Theme {row.theme.number}, deliverable {row.number}, which is exempt now."
            yield Finding(Check.STILL_IN_VIEW, f"{said} An administrator can withdraw it.", edition.get_absolute_url())
