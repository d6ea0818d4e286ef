"""Signing in, and a person's own account. The pages of signing in are allauth's, in the product's look and words."""

from functools import wraps
from typing import Any

from allauth.account import views as account_views
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST
from requests import RequestException

from accounts.forms import FORM_PAGE, AccountForm, carried_out
from accounts.middleware import signed_in_elsewhere
from accounts.people_actions import be_told_of_submissions
from accounts.roles import View


def by_password(view: View) -> View:
    """A page of password sign-in, which is closed where the office signs in by single sign-on alone."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if settings.OIDC_ONLY:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


class SignInView(account_views.LoginView):
    """Sign-in by password, by single sign-on where the office has set it up, or by that alone."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return by_password(super().post)(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        elsewhere = settings.OIDC_NAME if settings.OIDC_SERVER_URL else ""
        return super().get_context_data(**kwargs) | {"elsewhere": elsewhere, "only_elsewhere": settings.OIDC_ONLY}


sign_in = SignInView.as_view()
forgotten_password = by_password(account_views.PasswordResetView.as_view())
forgotten_password_done = by_password(account_views.PasswordResetDoneView.as_view())
set_password = by_password(account_views.PasswordResetFromKeyView.as_view())
_change_password = account_views.PasswordChangeView.as_view(
    template_name=FORM_PAGE,
    extra_context={"heading": "Change your password", "button": "Change the password"},
)


@by_password
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's password, which signs one out everywhere else; who has none yet is sent one by e-mail."""
    if not request.user.has_usable_password():
        return redirect("account_reset_password")
    return _change_password(request)


def _carefully(view: View) -> View:
    """Single sign-on, whatever the provider answers, or does not."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: str) -> HttpResponse:
        try:
            return view(request, **kwargs)
        except SocialApp.DoesNotExist as error:
            raise Http404 from error
        except (RequestException, LookupError, TypeError, ValueError) as error:
            get_adapter().on_authentication_error(request, None, exception=error)
            raise

    return guarded


@login_not_required
@require_POST
@_carefully
def single_sign_on(request: HttpRequest) -> HttpResponse:
    """To the office's identity provider, and from there on to what was asked for."""
    provider = get_adapter().get_provider(request, "office")
    return provider.redirect(request, process="login", next_url=get_next_redirect_url(request))


@login_not_required
@_carefully
def single_sign_on_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the identity provider."""
    return openid_connect.callback(request, provider_id)


def your_account(request: HttpRequest) -> HttpResponse:
    """Who one is here, as facts, and what one may choose oneself."""
    form = AccountForm(request.POST if request.method == "POST" else None, instance=request.user)
    if form.is_bound and carried_out(
        form, lambda: be_told_of_submissions(user=request.user, told=form.cleaned_data["is_told_of_submissions"])
    ):
        messages.success(request, "Saved.")
        return redirect("your_account")
    context = {
        "form": form,
        "has_second_factor": request.user.has_second_factor,
        "elsewhere": settings.OIDC_NAME if signed_in_elsewhere(request) else "",
        "only_elsewhere": settings.OIDC_ONLY,
    }
    return render(request, "accounts/your_account.html", context)
