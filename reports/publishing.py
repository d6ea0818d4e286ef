"""The verbs on editions: publish one, withdraw it from view, and put it back (DESIGN section 4, rule 8).

An edition is written once and never changed; what is wrong in it is put right by the next one.
"""

import datetime
import hashlib
from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format, time_format

from accounts.actions import hold, refuse_without, save
from accounts.models import User
from accounts.roles import Permission, Refused, refuse_unless
from reports.checks import find, find_in_correction
from reports.content import Document
from reports.edition_models import Edition, EditionDecision, EditionFile
from reports.files import MadeFile, make_files
from reports.findings import Finding
from reports.freezing import freeze, thawed
from reports.gather import gather_report
from reports.manifest import seal
from reports.models import PanelReport
from reports.renderers.json import content


def latest_edition(slug: str) -> Edition | None:
    """The last edition of the report with an address; withdrawn ones count."""
    return Edition.objects.filter(slug=slug).order_by("-number").first()


def next_number(last: Edition | None) -> int:
    """Which edition comes after the last one."""
    return last.number + 1 if last else 1


def publish(
    *,
    report: PanelReport,
    by: User,
    decided: Mapping[Finding, str],
    expected_number: int,
    correction: str = "",
    at: datetime.datetime | None = None,
) -> Edition:
    """Publish the report as it stands, as edition `expected_number`: all of it, or nothing.

    `decided` are the findings that a person looked at and publishes in spite of, each with a note that may be empty.
    From the second edition on `correction` says what it puts right. Raises Refused, in words, also where another
    edition was published or anything in the report changed meanwhile, and NothingHere where the quarter is gone.

    The files take the longest and are made before anything is locked; what they were made of is then held against
    what is stored, so that of two people who publish at once one is refused. The checks take a fraction of a
    second and are run while it is held, so that they have looked at what is published.
    """
    refuse_unless(by, Permission.PREPARE_REPORTS)
    version = f"V{expected_number}"
    document = gather_report(report, by, version=version).document
    made = make_files(document)
    with transaction.atomic():
        _hold(report)
        _refuse_unless_next(report, expected_number)
        prepared = gather_report(report, by, version=version)
        if prepared.document != document:
            raise Refused("Something in the report changed while its files were being made. Look at it again.")
        found = find(prepared, by, made)
        _refuse_unless_decided(found, decided)
        edition = Edition(
            slug=report.slug,
            number=expected_number,
            report=report,
            plan_slug=report.plan.slug,
            published_at=at or timezone.now(),
            published_by=by,
            published_by_name=by.display_name,
            correction=correction.strip(),
        )
        _refuse_unless_it_corrects(edition, document)
        _refuse_what_should_not_stand_in(find_in_correction(prepared, by, edition.correction))
        freeze(edition, document, by)
        EditionFile.objects.bulk_create(_file(edition, one) for one in made.files)
        EditionDecision.objects.bulk_create(
            EditionDecision(edition=edition, check_name=one.check.value, message=one.message, note=decided[one].strip())
            for one in found
        )
        seal(edition)
    return edition


def _hold(report: PanelReport) -> None:
    try:
        hold(report)
    except PanelReport.DoesNotExist as error:
        raise Refused("The report has been removed meanwhile.") from error


def _refuse_unless_next(report: PanelReport, number: int) -> None:
    last = latest_edition(report.slug)
    if number == next_number(last):
        return
    if last is None:
        raise Refused(f"There is no edition yet, so V{number} cannot be the next one.")
    at = timezone.localtime(last.published_at)
    raise Refused(
        f"{last.published_by_name} published {last.version} at {time_format(at, 'H:i')} on {date_format(at, 'j F Y')}. "
        "Look at it first; what is wrong in it can be put right in the next edition."
    )


def _refuse_unless_decided(found: Collection[Finding], decided: Mapping[Finding, str]) -> None:
    if blocking := [one.message for one in found if one.blocks]:
        raise Refused(f"It cannot be published. {' '.join(blocking)}")
    if undecided := [one.message for one in found if one not in decided]:
        raise Refused(f"Look at what was found first, and tick that you have. {' '.join(undecided)}")


def _refuse_unless_it_corrects(edition: Edition, document: Document) -> None:
    """A later edition says what it puts right, and differs from the one before it."""
    if edition.number == 1:
        if edition.correction:
            raise Refused("A first edition corrects nothing. Leave out what it corrects.")
        return
    if not edition.correction:
        raise Refused(f"Say what {edition.version} corrects. It is printed beside it and at the edition before.")
    last = latest_edition(edition.slug)
    assert last is not None, "a later edition comes after one"
    if content(document) | {"version": last.version} == thawed(last):
        raise Refused(f"Nothing in the report differs from {last.version}, so there is nothing to publish.")


def _refuse_what_should_not_stand_in(correction: Collection[Finding]) -> None:
    """Unlike a report's texts it is written here and now, so nothing of it has to be decided on."""
    if correction:
        said = " ".join(one.message for one in correction)
        raise Refused(f"Anyone can read what the edition corrects, so this has to be left out of it. {said}")


def _file(edition: Edition, made: MadeFile) -> EditionFile:
    return EditionFile(
        edition=edition,
        form=made.form,
        file_name=made.name,
        content_type=made.content_type,
        content=made.content,
        sha256=hashlib.sha256(made.content).hexdigest(),
    )


@transaction.atomic
def withdraw(*, edition: Edition, by: User, reason: str, at: datetime.datetime | None = None) -> None:
    """Take an edition out of view. Its tables and files are kept, and its address says that it was withdrawn."""
    refuse_unless(by, Permission.WITHDRAW_EDITIONS)
    reason = refuse_without(reason)
    hold(edition)
    if edition.is_withdrawn:
        raise Refused(f"{edition.version} is withdrawn from view already.")
    edition.withdrawn_at, edition.withdrawn_by, edition.withdrawn_reason = at or timezone.now(), by, reason
    save(edition, by, reason)


@transaction.atomic
def put_back_in_view(*, edition: Edition, by: User, reason: str) -> None:
    """Show a withdrawn edition again. That it was withdrawn, and why, stays in its history."""
    refuse_unless(by, Permission.WITHDRAW_EDITIONS)
    reason = refuse_without(reason)
    hold(edition)
    if not edition.is_withdrawn:
        raise Refused(f"{edition.version} is in view already.")
    edition.withdrawn_at, edition.withdrawn_by, edition.withdrawn_reason = None, None, ""
    save(edition, by, reason)
