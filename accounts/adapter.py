"""Where allauth asks how this product does things: signing in, the second factor, single sign-on."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.mail import send_password_link
from accounts.models import Office, User

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The e-mail address or the password is not right. Check both and try again.",
        "enter_current_password": "That is not your current password.",
        "incorrect_password": "That is not your password.",
        "too_many_login_attempts": "Too many failed tries. Wait a few minutes, then try again.",
        "rate_limited": "Too many failed tries. Wait a few minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: people are invited."""
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str = "", *args: object, **kwargs: object
    ) -> None:
        """Say that a password is set. Of all else the page that follows tells; a message would say it twice."""
        if message_template == "account/messages/password_changed.txt":
            messages.success(request, "Your new password is set. Wherever else you were signed in, you are signed out.")

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in without a row in the person's history: nothing of theirs has changed."""
        user.skip_history_when_saving = True
        try:
            super().login(request, user)
        finally:
            del user.skip_history_when_saving

    def set_password(self, user: User, password: str) -> None:
        """Store a new password and nothing else, as an administrator may be changing the person meanwhile."""
        user.set_password(password)
        user._history_user, user._change_reason = user, "Set a password"
        user.save(update_fields=["password"])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("your_account")

    def is_safe_url(self, url: str) -> bool:
        """Nobody is led on to another site, be it one of this installation's other hosts."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        send_password_link(user)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That code is not right, or has been used. Wait for the app to show the next one.",
        "cannot_delete_authenticator": "The office requires a second factor of you, so it cannot be switched off.",
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not authenticator.user.needs_second_factor(Office.get())


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Lets in who is in the list of people, by the address that the office's own provider gives for them.

    From the second time on the provider's name for the person counts, whatever either address says then.
    """

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        claims = _claims(sociallogin)
        if sociallogin.state.get("process") != "login" or not claims:
            raise ImmediateHttpResponse(_failed(request, is_known=True))
        if not sociallogin.is_existing:
            user = _person_of(claims)
            if user is None:
                raise ImmediateHttpResponse(_failed(request, is_known=False))
            sociallogin.user = sociallogin.account.user = user
            sociallogin.account.save()

    def on_authentication_error(self, request: HttpRequest, provider: object, **facts: Any) -> None:
        logger.warning("Single sign-on failed: %s %s", facts.get("error"), facts.get("exception") or "")
        raise ImmediateHttpResponse(_failed(request, is_known=True))


def _claims(sociallogin: SocialLogin) -> list[dict[str, Any]]:
    """What the provider says of the person, in its own page and in the signed token; nothing if they differ on who."""
    told = sociallogin.account.extra_data
    claims = [told[name] for name in ("userinfo", "id_token") if name in told]
    return claims if all(str(one.get("sub")) == sociallogin.account.uid for one in claims) else []


def _person_of(claims: list[dict[str, Any]]) -> User | None:
    """The active person with the address given, unless the provider doubts it or names somebody else by it already."""
    if any(str(one.get("email_verified", True)).lower() == "false" for one in claims) or any(map(_is_guest, claims)):
        return None
    given = [one[name] for name in ("email", "preferred_username") for one in claims if one.get(name)]
    user = User.objects.filter(email=str(given[0]).strip().lower(), is_active=True).first() if given else None
    issuer = claims[-1].get("iss")
    if user and user.socialaccount_set.filter(extra_data__id_token__iss=issuer).exists():
        return None
    return user


def _is_guest(claims: dict[str, Any]) -> bool:
    """Whether another organisation vouches for the person, as Entra says of guests: their address is not the office's.

    Source: Microsoft, ID token claims reference: `idp` is given where it is not the issuer.
    """
    elsewhere = claims.get("idp") not in (None, claims.get("iss"))
    return elsewhere or "#EXT#" in str(claims.get("preferred_username", "")).upper()


def _failed(request: HttpRequest, *, is_known: bool) -> HttpResponse:
    return render(request, "accounts/single_sign_on_failed.html", {"is_known": is_known}, status=403)
