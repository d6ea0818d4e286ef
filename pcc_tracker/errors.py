"""What people are told when something is not there, not allowed or not possible."""

from collections.abc import Iterable

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


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
    """The 404 page; with what there is instead, where the view said so, and with the text that was typed."""
    known = isinstance(exception, NothingHere)
    context = {"message": exception.message, "choices": exception.choices} if known else {}
    return render(request, "404.html", context | {"typed": typed(request)}, status=404)


LONG_TEXTS = ("narrative", "wording")
"""The fields of forms that take a long time to write."""

_NOT_TYPED = {"csrfmiddlewaretoken", "version", "copy", "confirmed", "shown", "filled", "save", "submit"}


def typed(request: HttpRequest) -> dict[str, object]:
    """What somebody wrote on a form that holds a long text, to be shown where it cannot be taken: `text` and `others`.

    Empty for any other form, so that no password is ever sent back.
    """
    long_text = next((name for name in LONG_TEXTS if name in request.POST), None)
    if long_text is None:
        return {}
    others = [
        (name.replace("_", " ").capitalize(), ", ".join(filter(None, values)))
        for name, values in request.POST.lists()
        if name not in _NOT_TYPED | {long_text} and any(values)
    ]
    return {"text": request.POST[long_text], "others": others}


def form_was_open_too_long(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form whose token does not fit; with the text that was typed, where it had one."""
    return render(request, "403_csrf.html", {"typed": typed(request)}, status=403)


def request_not_read(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The 400 page. Made without the request, which may have been refused before anything of it was known."""
    is_too_long = isinstance(exception, RequestDataTooBig)
    return HttpResponse(render_to_string("400.html", {"is_too_long": is_too_long}), status=400)
