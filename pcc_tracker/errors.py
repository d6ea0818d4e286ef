"""What people are told when something is not there, not allowed or not possible."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render


class NothingHere(Http404):
    """What was asked for is not there. Says what there is, as pairs of a label and its address."""

    def __init__(self, message: str, choices: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.choices = tuple(choices)

    @property
    def in_text(self) -> str:
        """For a command line: what was wrong, and what there is, a line each."""
        listed = "".join(f"\n  {label}" for label, _ in self.choices)
        return f"{self.message} There is:{listed or ' nothing yet'}"


def page_not_found(request: HttpRequest, exception: Http404) -> HttpResponse:
    """The 404 page; with what there is instead, where the view said so."""
    known = isinstance(exception, NothingHere)
    context = {"message": exception.message, "choices": exception.choices} if known else {}
    return render(request, "404.html", context, status=404)
