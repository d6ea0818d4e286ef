"""The pages on which administrators look after the office, the organisations and the people."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import actions, people_actions
from accounts.forms import (
    FORM_PAGE,
    OfficeForm,
    OrganisationForm,
    PeopleFilter,
    PersonForm,
    ReasonForm,
    carried_out,
)
from accounts.history import entries, newest_first
from accounts.models import Office, Organisation, User
from accounts.querysets import SignIn, UserQuerySet
from accounts.roles import Permission, Refused, requires
from accounts.tables import OrganisationTable, PeopleTable
from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import download, sheet_of, show


@requires(Permission.MANAGE_OFFICE)
def office(request: HttpRequest) -> HttpResponse:
    """What the office is called, what it allows and requires, and when it reminds."""
    form = OfficeForm(request.POST or None, instance=Office.get())
    if carried_out(form, lambda: actions.change_office(by=request.user, **form.cleaned_data)):
        messages.success(request, "Saved.")
        return redirect("office")
    context = {"heading": "The office", "form": form, "button": "Save", **_back_to("administration", "Administration")}
    return render(request, FORM_PAGE, context)


@requires(Permission.MANAGE_OFFICE)
def office_history(request: HttpRequest) -> HttpResponse:
    """Who changed what of the office's settings and of the organisations."""
    told = entries(Office.history.all(), about=lambda record: "the office")
    told += entries(Organisation.history.all(), about=lambda record: f"organisation “{record.short_name}”")
    context = {
        "heading": "History of the office and the organisations",
        "over": "Administration",
        "back": reverse("administration"),
        "entries": newest_first(told),
    }
    return render(request, "components/history_page.html", context)


@requires(Permission.MANAGE_OFFICE)
def organisations(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/organisations.html", {"table": show(request, OrganisationTable(_organisations()))})


@requires(Permission.MANAGE_OFFICE)
def organisations_file(request: HttpRequest, form: str) -> HttpResponse:
    table = OrganisationTable(_organisations())
    table.order_by = request.GET.getlist("sort")
    return download("organisations", form, sheet_of(table, "Organisations"))


def _organisations() -> QuerySet[Organisation]:
    """In their order, which counting would lose."""
    return Organisation.objects.annotate(people=Count("users", filter=Q(users__is_active=True))).order_by("short_name")


@requires(Permission.MANAGE_OFFICE)
def add_organisation(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None)
    if carried_out(form, lambda: actions.add_organisation(by=request.user, **form.cleaned_data)):
        messages.success(request, f"{form.cleaned_data['name']} is added.")
        return redirect("organisations")
    context = {"heading": "Add an organisation", "form": form, "button": "Add", **_to_organisations()}
    return render(request, FORM_PAGE, context)


@requires(Permission.MANAGE_OFFICE)
def organisation(request: HttpRequest, organisation: int) -> HttpResponse:
    """An organisation: change its names, and from here deactivate it or activate it again."""
    found = _find_organisation(organisation)
    form = OrganisationForm(request.POST or None, instance=found)
    if carried_out(form, lambda: actions.change_organisation(organisation=found, by=request.user, **form.cleaned_data)):
        messages.success(request, "Saved.")
        return redirect("organisations")
    context = {"heading": "Change an organisation", "form": form, "button": "Save", "organisation": found}
    return render(request, "accounts/organisation.html", context | _to_organisations())


@requires(Permission.MANAGE_OFFICE)
def deactivate_organisation(request: HttpRequest, organisation: int) -> HttpResponse:
    found = _find_organisation(organisation)
    people = found.users.filter(is_active=True).count()
    intro = (
        f"It is offered no more where an organisation is chosen. Its {people} active people keep their accounts, and "
        "its deliverables their owners. It stays in this list, and can be activated again."
    )
    return _with_reason(
        request,
        lambda reason: actions.deactivate_organisation(organisation=found, by=request.user, reason=reason),
        {"heading": f"Deactivate {found}", "intro": intro, "button": "Deactivate", **_to_organisations()},
        done=f"{found} is deactivated.",
    )


@requires(Permission.MANAGE_OFFICE)
def activate_organisation(request: HttpRequest, organisation: int) -> HttpResponse:
    found = _find_organisation(organisation)
    return _with_reason(
        request,
        lambda reason: actions.activate_organisation(organisation=found, by=request.user, reason=reason),
        {"heading": f"Activate {found}", "button": "Activate", **_to_organisations()},
        done=f"{found} is active.",
    )


@requires(Permission.MANAGE_OFFICE)
def people(request: HttpRequest) -> HttpResponse:
    chosen = PeopleFilter(request.GET)
    everybody = _everybody()
    table = show(request, PeopleTable(chosen.matching(everybody)))
    return render(request, "accounts/people.html", {"table": table, "filter": chosen, "total": everybody.count()})


@requires(Permission.MANAGE_OFFICE)
def people_file(request: HttpRequest, form: str) -> HttpResponse:
    """The list as it is sorted and filtered on the page."""
    chosen = PeopleFilter(request.GET)
    chosen.refuse_what_is_not_there()
    table = PeopleTable(chosen.matching(_everybody()))
    table.order_by = request.GET.getlist("sort")
    return download(f"people{' filtered' if chosen.chosen else ''}", form, sheet_of(table, "People"))


def _everybody() -> UserQuerySet:
    return User.objects.select_related("organisation").by_name()


@requires(Permission.MANAGE_OFFICE)
def add_person(request: HttpRequest) -> HttpResponse:
    form = PersonForm(request.POST or None)
    added = []
    if carried_out(form, lambda: added.append(people_actions.add_person(by=request.user, **form.cleaned_data))):
        messages.success(request, f"{added[0]} is added.")
        return redirect("person", added[0].pk)
    intro = "Whoever is to sign in is invited from their own page, once they are added."
    context = {"heading": "Add a person", "intro": intro, "form": form, "button": "Add", **_to_people()}
    return render(request, FORM_PAGE, context)


@requires(Permission.MANAGE_OFFICE)
def person(request: HttpRequest, user: int) -> HttpResponse:
    """A person's facts, whether they sign in, and what an administrator may do about it."""
    found = _find_person(user)
    context = {
        "person": found,
        "is_invited": found.sign_in == SignIn.INVITED,
        "may_be_invited": found.is_active and found.sign_in != SignIn.NEVER and not found.has_a_way_in,
        "has_second_factor": found.has_second_factor,
    }
    return render(request, "accounts/person.html", context)


@requires(Permission.MANAGE_OFFICE)
def change_person(request: HttpRequest, user: int) -> HttpResponse:
    found = _find_person(user)
    name = str(found)
    form = PersonForm(request.POST or None, instance=found)
    if carried_out(form, lambda: people_actions.change_person(user=found, by=request.user, **form.cleaned_data)):
        messages.success(request, "Saved.")
        return redirect("person", found.pk)
    context = {"heading": f"Change {name}", "form": form, "button": "Save", **_to_person(found.pk, name)}
    return render(request, FORM_PAGE, context)


@requires(Permission.MANAGE_OFFICE)
@require_POST
def invite_person(request: HttpRequest, user: int) -> HttpResponse:
    found = _find_person(user)
    try:
        mail = people_actions.invite(user=found, by=request.user, at=timezone.now())
    except Refused as error:
        messages.error(request, str(error))
    else:
        mail.refresh_from_db()
        if mail.sent_at:
            messages.success(request, f"The invitation is sent to {mail.address}.")
        else:
            messages.error(request, f"The invitation could not be sent: {mail.trouble} Try again later.")
    return redirect("person", found.pk)


@requires(Permission.MANAGE_OFFICE)
def deactivate_person(request: HttpRequest, user: int) -> HttpResponse:
    found = _find_person(user)
    intro = (
        "They are signed out at once, and can sign in no more. What they own and wrote stays theirs in every report "
        "and in the history. They can be activated again. If they still lead deliverables, hand those over first: "
        "their page leads there, and the account can be closed in the same step."
    )
    return _with_reason(
        request,
        lambda reason: people_actions.deactivate_person(user=found, by=request.user, reason=reason),
        {"heading": f"Deactivate {found}", "intro": intro, "button": "Deactivate", **_to_person(found.pk, str(found))},
        done=f"{found} is deactivated.",
    )


@requires(Permission.MANAGE_OFFICE)
def activate_person(request: HttpRequest, user: int) -> HttpResponse:
    found = _find_person(user)
    intro = 'Their old password is forgotten: they sign in by a new invitation, or by "Forgotten your password?".'
    return _with_reason(
        request,
        lambda reason: people_actions.activate_person(user=found, by=request.user, reason=reason),
        {"heading": f"Activate {found}", "intro": intro, "button": "Activate", **_to_person(found.pk, str(found))},
        done=f"{found} is active.",
    )


@requires(Permission.MANAGE_OFFICE)
def remove_second_factor(request: HttpRequest, user: int) -> HttpResponse:
    found = _find_person(user)
    intro = (
        "For who has lost their phone and their recovery codes. Make sure that it is they who ask: from now on their "
        "password alone signs them in, until they set up a second factor again."
    )
    heading = f"Remove the second factor of {found}"
    return _with_reason(
        request,
        lambda reason: people_actions.remove_second_factor(user=found, by=request.user, reason=reason),
        {"heading": heading, "intro": intro, "button": "Remove it", **_to_person(found.pk, str(found))},
        done=f"The second factor of {found} is removed.",
    )


def _with_reason(
    request: HttpRequest, verb: Callable[[str], object], context: dict[str, str], *, done: str
) -> HttpResponse:
    """A page that asks for a reason, and does it; from there back to where it was asked for."""
    form = ReasonForm(request.POST or None)
    if carried_out(form, lambda: verb(form.cleaned_data["reason"])):
        messages.success(request, done)
        return redirect(context["back"])
    return render(request, FORM_PAGE, context | {"form": form})


def _find_organisation(number: int) -> Organisation:
    found = Organisation.objects.filter(pk=number).first()
    if found is None:
        there = [(str(one), reverse("organisation", args=[one.pk])) for one in Organisation.objects.all()]
        raise NothingHere("There is no such organisation.", there)
    return found


def _find_person(number: int) -> User:
    found = User.objects.select_related("organisation").filter(pk=number).first()
    if found is None:
        raise NothingHere("There is no such person.", [("The list of people", reverse("people"))])
    return found


def _back_to(name: str, label: str, *args: int) -> dict[str, str]:
    return {"back": reverse(name, args=args), "back_label": label}


def _to_organisations() -> dict[str, str]:
    return _back_to("organisations", "Organisations")


def _to_people() -> dict[str, str]:
    return _back_to("people", "People")


def _to_person(number: int, name: str) -> dict[str, str]:
    return _back_to("person", name, number)
