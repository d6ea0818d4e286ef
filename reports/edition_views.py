"""What was published, for everyone: the list of editions, an edition as it was stored, its files, and what differs.

Public editions need no sign-in. What a reader may not see is answered like what is not there.
"""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.forms import FORM_PAGE, ReasonForm, carried_out
from accounts.models import User
from accounts.roles import Permission, requires
from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import download, sheet
from reports.differences import Comparison, differences
from reports.edition_models import Edition, EditionFile
from reports.formats import FORMATS
from reports.publishing import put_back_in_view, withdraw
from reports.querysets import may
from themes.ratings import Kind, RatingValue, stylesheet

NOT_THERE = "There is no published report at this address"


@login_not_required
def published(request: HttpRequest) -> HttpResponse:
    """The published reports that the reader may see, the latest meeting first, each with its latest edition."""
    reports: dict[str, list[Edition]] = {}
    for edition in Edition.objects.visible_to(request.user).in_reports():
        reports.setdefault(edition.slug, []).append(edition)
    lines = [(latest, earlier) for latest, *earlier in reports.values()]
    return render(request, "reports/published.html", {"lines": lines})


@login_not_required
def latest_edition(request: HttpRequest, slug: str) -> HttpResponse:
    """A report's address that stays: to its latest edition."""
    latest = Edition.objects.visible_to(request.user).in_reports().filter(slug=slug, withdrawn_at=None).first()
    if latest is None:
        raise not_there()
    return redirect(latest)


@login_not_required
def edition(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """An edition's page: its stored body as it was published, with what has happened since standing outside it."""
    found = find_edition(request.user, slug, number)
    if found is None:
        return withdrawn(request, slug, number)
    others = list(Edition.objects.visible_to(request.user).in_reports().filter(slug=slug))
    files = {file.form: file for file in found.files.exclude(form="body").defer("content")}
    context = {
        "edition": found,
        "body": bytes(found.files.get(form="body").content).decode(),
        "files": [(FORMATS[form].label, files[form]) for form in FORMATS if form in files],
        "corrected_by": next((one for one in others if one.number > number and not one.is_withdrawn), None),
        "before": before(others, found),
        "others": [one for one in others if one != found],
        "decisions": found.decisions.all() if may(request.user, Permission.PREPARE_REPORTS) else (),
    }
    return render(request, "reports/edition.html", context)


@login_not_required
def edition_file(request: HttpRequest, slug: str, number: int, form: str) -> HttpResponse:
    """A file of an edition, byte for byte as it was published."""
    found = find_edition(request.user, slug, number)
    if found is None:
        return withdrawn(request, slug, number)
    file = EditionFile.objects.filter(edition=found, form=form).exclude(form="body").first()
    if file is None:
        there = found.files.exclude(form="body").values_list("form", flat=True)
        raise NothingHere(
            f'{found.version} cannot be had as "{form}".',
            [(FORMATS[one].label, reverse("edition_file", args=[slug, number, one])) for one in there],
        )
    how = "inline" if form == "pdf" else "attachment"
    headers = {"Content-Disposition": f'{how}; filename="{file.file_name}"'}
    return HttpResponse(bytes(file.content), content_type=file.content_type, headers=headers)


@login_not_required
def edition_colours(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The colours of an edition's ratings as they were published, as a stylesheet for its page."""
    found = find_edition(request.user, slug, number)
    if found is None:
        raise not_there()
    lines = found.figures.filter(theme=None).exclude(code="")
    ratings = (RatingValue(one.code, one.name, Kind(one.kind), one.colour, one.definition) for one in lines)
    return HttpResponse(stylesheet(ratings), content_type="text/css; charset=utf-8")


@login_not_required
def edition_differences(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What an edition corrected: all that differs from the one before it that the reader may see."""
    found = find_edition(request.user, slug, number)
    if found is None:
        return withdrawn(request, slug, number)
    earlier = find_before(request.user, found)
    context = {"edition": found, "before": earlier, "comparison": compared(earlier, found)}
    return render(request, "reports/edition_differences.html", context)


@login_not_required
def edition_differences_file(request: HttpRequest, slug: str, number: int, form: str) -> HttpResponse:
    found = find_edition(request.user, slug, number)
    if found is None:
        return withdrawn(request, slug, number)
    earlier = find_before(request.user, found)
    said = compared(earlier, found).differences
    rows = [(one.where, one.what, one.before, one.after) for one in said]
    name = f"{found.slug} {earlier.version} to {found.version}"
    return download(name, form, sheet("Differences", ["Where", "What", earlier.version, found.version], rows))


def compared(one: Edition, other: Edition) -> Comparison:
    """What differs from one edition to the other, by what was published of each."""
    contents = [json.loads(bytes(each.files.get(form="json").content)) for each in (one, other)]
    exempt = [
        [key for keys in each.themes.values_list("exempt_keys", flat=True) for key in keys] for each in (one, other)
    ]
    return differences(*contents, exempt_before=exempt[0], exempt_after=exempt[1])


def find_before(user: User | AnonymousUser, one: Edition) -> Edition:
    """The edition just before one that the user may see; raises NothingHere where there is none."""
    earlier = before(list(Edition.objects.visible_to(user).in_reports().filter(slug=one.slug)), one)
    if earlier is None:
        raise NothingHere(
            f"There is no edition in view before {one.version} to compare it with.",
            [(one.version, one.get_absolute_url())],
        )
    return earlier


def before(editions: list[Edition], one: Edition) -> Edition | None:
    """The edition in view just before one of the same report."""
    earlier = [other for other in editions if other.number < one.number and not other.is_withdrawn]
    return max(earlier, key=lambda other: other.number, default=None)


def find_edition(user: User | AnonymousUser, slug: str, number: int) -> Edition | None:
    """The edition of a report, if the user may see it; None where it was withdrawn and they saw it before that.

    Raises NothingHere for any other, whether or not there is one.
    """
    asked = Edition.objects.filter(slug=slug, number=number)
    if found := asked.visible_to(user).first():
        return found
    if asked.readable_by(user).exists():
        return None
    raise not_there()


def not_there() -> NothingHere:
    """The same whether something is hidden or was never there."""
    return NothingHere(NOT_THERE, [("Published reports", reverse("published"))])


def withdrawn(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What is said in the place of an edition that was withdrawn from view, and what there is instead."""
    latest = Edition.objects.visible_to(request.user).in_reports().filter(slug=slug).first()
    return render(request, "reports/withdrawn.html", {"number": number, "latest": latest}, status=410)


@requires(Permission.WITHDRAW_EDITIONS)
def withdraw_edition(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Withdraw an edition from view, or put it back, with a reason."""
    found = find_edition(request.user, slug, number)
    form = ReasonForm(request.POST or None)
    verb = put_back_in_view if found.is_withdrawn else withdraw
    if carried_out(form, lambda: verb(edition=found, by=request.user, reason=form.cleaned_data["reason"])):
        done = "is in view again" if verb is put_back_in_view else "is withdrawn from view"
        messages.success(request, f"{found.version} {done}.")
        return redirect(found)
    put_back = found.is_withdrawn
    context = {
        "heading": f"{'Put back' if put_back else 'Withdraw'} {found.version} of {found.title}",
        "button": "Put it back in view" if put_back else "Withdraw it from view",
        "intro": (
            "Its pages and files can be seen again by whoever may."
            if put_back
            else "Nobody outside the office can open its page or its files any more. Its bytes are kept."
        ),
        "form": form,
        "back": found.get_absolute_url(),
        "back_label": found.version,
    }
    return render(request, FORM_PAGE, context)
