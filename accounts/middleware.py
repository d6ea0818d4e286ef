"""What the office asks of a person before they may go on."""

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.models import Office

Handler = Callable[[HttpRequest], HttpResponse]

ON_THE_WAY = ("mfa_activate_totp", "account_reauthenticate", "mfa_reauthenticate", "account_logout")


def require_second_factor(handle: Handler) -> Handler:
    """Lead who needs a second factor and has none to set it up, whatever they asked for.

    Whose role needs none costs no query here. The office is read once a request, for the page too.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.office = SimpleLazyObject(Office.get)
        if _lacks_second_factor(request) and request.path not in map(reverse, ON_THE_WAY):
            return redirect("mfa_activate_totp")
        return handle(request)

    return middleware


def _lacks_second_factor(request: HttpRequest) -> bool:
    user = request.user
    return (
        user.is_authenticated
        and user.needs_second_factor(request.office)
        and not signed_in_elsewhere(request)
        and not user.has_second_factor
    )


def signed_in_elsewhere(request: HttpRequest) -> bool:
    """Whether this session was begun by single sign-on, whose provider asks for its own second factor."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "socialaccount" for record in records)
