"""The product's addresses and, below `/bare`, views that answer with the bytes of a page and do nothing for them.

A bare view passes through everything a page does but the view: server, middleware, session, user, sign-in check.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import path

from deliverables import views
from pcc_tracker.urls import handler400, handler404, urlpatterns

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


_QUARTER = "bare/plans/<str:plan>/<str:year>/<str:quarter>"

urlpatterns = [
    path(f"{_QUARTER}/", bare(views.summary)),
    path(f"{_QUARTER}/themes/<str:theme>/", bare(views.theme)),
    *urlpatterns,
]
