"""What was published, for everyone: the list of editions, an edition as it was stored, its files, and what differs.

Public editions need no sign-in. What a reader may not see is answered like what is not there.
"""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.forms import FORM_PAGE, ReasonForm, carried_out
from accounts.roles import Permission, may, requires
from pcc_tracker.errors import NothingHere, typed
from pcc_tracker.tables import download, sheet
from reports import manifest
from reports.edition_models import Edition
from reports.editions import before, by_report, compared, find_before, find_edition, in_view, not_there, of_report
from reports.files import BODY
from reports.formats import FORMATS
from reports.public_pages import public_page, with_conditions
from reports.publishing import put_back_in_view, withdraw
from reports.questions import answered_about
from themes.ratings import Kind, RatingValue, stylesheet


@public_page
def published(request: HttpRequest) -> HttpResponse:
    """The published reports that the reader may see, each with its latest edition."""
    lines = [(latest, earlier) for latest, *earlier in by_report(request.user)]
    return render(request, "reports/published.html", {"lines": lines})


@login_not_required
def latest_edition(request: HttpRequest, slug: str) -> HttpResponse:
    """A report's address that stays: to its latest edition in view."""
    there = in_view(of_report(request.user, slug))
    if not there:
        raise not_there()
    return redirect(there[0])


@public_page
def edition(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """An edition's page: its stored body as it was published, with what has happened since standing outside it."""
    found = find_edition(request.user, slug, number)
    if found is None:
        return withdrawn(request, slug, number)
    editions = of_report(request.user, slug)
    files = {file.form: file for file in found.files.defer("content")}
    context = {
        "edition": found,
        "body": bytes(files[BODY.name].content).decode(),
        "files": [(FORMATS[form].label, files[form]) for form in FORMATS if form in files],
        "seal": files[manifest.FORM],
        "corrected_by": [one for one in in_view(editions) if one.number > number],
        "before": before(editions, found),
        "others": [one for one in editions if one != found],
        "answers": answered_about(found, request.user),
        "decisions": found.decisions.all() if may(request.user, Permission.PREPARE_REPORTS) else (),
    }
    return render(request, "reports/edition.html", context)


@login_not_required
def edition_file(request: HttpRequest, slug: str, number: int, form: str) -> HttpResponse:
    """A file of an edition, byte for byte as it was published."""
    found = find_edition(request.user, slug, number)
    if found is None:
        return withdrawn(request, slug, number)
    offered = found.files.filter(form__in=FORMATS)
    file = offered.filter(form=form).first()
    if file is None:
        there = offered.values_list("form", flat=True)
        raise NothingHere(
            f'{found.version} cannot be had as "{form}".',
            [(FORMATS[one].label, reverse("edition_file", args=[slug, number, one])) for one in there],
        )
    how = "inline" if form == "pdf" else "attachment"
    headers = {"Content-Disposition": f'{how}; filename="{file.file_name}"'}
    response = HttpResponse(bytes(file.content), content_type=file.content_type, headers=headers)
    if request.user.is_authenticated:
        return response
    return with_conditions(request, response, f'"{file.sha256}"', found.published_at)


@public_page
def edition_colours(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The colours of an edition's ratings as they were published, as a stylesheet for its page."""
    found = find_edition(request.user, slug, number)
    if found is None:
        raise not_there()
    lines = found.figures.filter(theme=None).exclude(code="")
    ratings = (RatingValue(one.code, one.name, Kind(one.kind), one.colour, one.definition) for one in lines)
    return HttpResponse(stylesheet(ratings), content_type="text/css; charset=utf-8")


@public_page
def edition_differences(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What an edition corrected: all that differs from the one before it that the reader may see."""
    found = find_edition(request.user, slug, number)
    if found is None:
        return withdrawn(request, slug, number)
    earlier = find_before(request.user, found)
    context = {"edition": found, "before": earlier, "comparison": compared(earlier, found)}
    return render(request, "reports/edition_differences.html", context)


@public_page
def edition_differences_file(request: HttpRequest, slug: str, number: int, form: str) -> HttpResponse:
    found = find_edition(request.user, slug, number)
    if found is None:
        return withdrawn(request, slug, number)
    earlier = find_before(request.user, found)
    said = compared(earlier, found).differences
    rows = [(one.where, one.what, one.before, one.after) for one in said]
    name = f"{found.slug} {earlier.version} to {found.version}"
    return download(name, form, sheet("Differences", ["Where", "What", earlier.version, found.version], rows))


def withdrawn(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What is said in the place of an edition that was withdrawn from view, and what there is instead.

    A question that was being typed about it is shown, to be copied.
    """
    latest = next(iter(of_report(request.user, slug)), None)
    context = {"number": number, "latest": latest, "typed": typed(request)}
    return render(request, "reports/withdrawn.html", context, status=410)


@requires(Permission.WITHDRAW_EDITIONS)
def withdraw_edition(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = find_edition(request.user, slug, number)
    context = {
        "heading": f"Withdraw {found.version} of {found.title}",
        "intro": "Nobody outside the office can open its page or its files any more. Its bytes are kept.",
        "button": "Withdraw it from view",
    }
    return asked_why(request, found, withdraw, context, f"{found.version} is withdrawn from view.")


@requires(Permission.WITHDRAW_EDITIONS)
def put_edition_back(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = find_edition(request.user, slug, number)
    context = {
        "heading": f"Put back {found.version} of {found.title}",
        "intro": "Its page and its files can be opened again by whoever may.",
        "button": "Put it back in view",
    }
    return asked_why(request, found, put_back_in_view, context, f"{found.version} is in view again.")


def asked_why(
    request: HttpRequest, found: Edition, verb: Callable[..., None], context: dict[str, str], done: str
) -> HttpResponse:
    """The page that asks for a reason, and then does what it is for."""
    form = ReasonForm(request.POST or None)
    if carried_out(form, lambda: verb(edition=found, by=request.user, reason=form.cleaned_data["reason"])):
        messages.success(request, done)
        return redirect(found)
    back = {"back": found.get_absolute_url(), "back_label": found.version}
    return render(request, FORM_PAGE, {"form": form, **context, **back})
