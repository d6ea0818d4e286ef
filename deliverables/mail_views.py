"""The record of the product's e-mails: the list of all, and one with its text."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.models import Mail
from accounts.roles import Permission, requires
from deliverables.work_forms import MailFilter
from deliverables.work_tables import MailTable, by_whom, outcome
from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import download, sheet_of, show


@requires(Permission.REVIEW)
def mails(request: HttpRequest) -> HttpResponse:
    """Every e-mail that the product wrote: when, to whom, about what, by whom, and whether it went out."""
    chosen = MailFilter(request.GET)
    table = show(request, MailTable(Mail.objects.filter(**chosen.chosen), timezone.now()))
    return render(request, "deliverables/mails.html", {"table": table, "filter": chosen})


@requires(Permission.REVIEW)
def mails_file(request: HttpRequest, form: str) -> HttpResponse:
    """The list as it is sorted and filtered on the page."""
    chosen = MailFilter(request.GET)
    chosen.refuse_what_is_not_there()
    table = MailTable(Mail.objects.filter(**chosen.chosen), timezone.now())
    table.order_by = request.GET.getlist("sort") or table.order_by
    return download(f"e-mails{' filtered' if chosen.chosen else ''}", form, sheet_of(table, "E-mails"))


@requires(Permission.REVIEW)
def mail(request: HttpRequest, mail: int) -> HttpResponse:
    """One e-mail's text, as it was sent."""
    found = Mail.objects.filter(pk=mail).select_related("to", "written_by").first()
    if found is None:
        raise NothingHere(f"There is no e-mail {mail}.", [("All e-mails", reverse("mails"))])
    context = {"mail": found, "by_whom": by_whom(found), "outcome": outcome(found, timezone.now())}
    return render(request, "deliverables/mail.html", context)
