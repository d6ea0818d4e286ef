"""The product's addresses and, below `/bare`, views that answer with the bytes of a page and do nothing for them.
Below `/cold` public pages are made anew for each request.

A bare view passes through everything a page does but the view: server, middleware, session, user, sign-in check.
"""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from deliverables import views
from pcc_tracker.urls import handler400, handler404, urlpatterns
from reports import progress_views

__all__ = ["handler400", "handler404", "urlpatterns"]

View = Callable[..., HttpResponse]


def bare(view: View) -> View:
    """A view that asks `view` once for each address, and answers with the same bytes from then on."""
    pages: dict[str, bytes] = {}

    def answer(request: HttpRequest, **place: str) -> HttpResponse:
        if request.path not in pages:
            pages[request.path] = view(request, **place).content
        return HttpResponse(pages[request.path])

    return answer


def cold(view: View) -> View:
    """A public page's view that makes its answer anew for each request."""
    return login_not_required(view.__wrapped__)


def bare_public(view: View) -> View:
    return login_not_required(bare(view.__wrapped__))


_PUBLISHED = "progress/<str:plan>/"
_PUBLISHED_THEME = f"{_PUBLISHED}<str:year>/<str:quarter>/themes/<str:theme>/"
_QUARTER = "bare/plans/<str:plan>/<str:year>/<str:quarter>"

urlpatterns = [
    # Before the product's own, whose public pages are among the first that are tried.
    path(f"cold/{_PUBLISHED}", cold(progress_views.published_plan)),
    path(f"cold/{_PUBLISHED_THEME}", cold(progress_views.published_theme)),
    path(f"bare/{_PUBLISHED}", bare_public(progress_views.published_plan)),
    path(f"bare/{_PUBLISHED_THEME}", bare_public(progress_views.published_theme)),
    path(f"{_QUARTER}/", bare(views.summary)),
    path(f"{_QUARTER}/themes/<str:theme>/", bare(views.theme)),
    *urlpatterns,
]
