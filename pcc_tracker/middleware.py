"""What stands between every request and its view, and in no library."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control

Handler = Callable[[HttpRequest], HttpResponse]


def refuse_other_encodings(handle: Handler) -> Handler:
    """Read forms as UTF-8 alone, which every browser sends; Python knows encodings that are none, and fails in them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.content_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
            return HttpResponse(render_to_string("400.html"), status=400)
        return handle(request)

    return middleware


def ignore_impossible_sessions(handle: Handler) -> Handler:
    """Pass over a session cookie that the product never gave out.

    PostgreSQL refuses to look up one with a NUL in it, which anybody can send.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if cookie and not (cookie.isascii() and cookie.isalnum()):
            del request.COOKIES[settings.SESSION_COOKIE_NAME]
        return handle(request)

    return middleware


def keep_nothing_of_the_signed_in(handle: Handler) -> Handler:
    """Tell browsers and proxies to keep no page that somebody saw signed in, unless its view said otherwise.

    Without it the back button shows drafts after sign-out on a shared computer.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = handle(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware
