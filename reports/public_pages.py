"""Pages that anyone may read: rendered once, kept by each process, and answered with 304 where nothing changed.

Only what is asked for without signing in is kept. Whether anything shown has changed is read from the histories of
the tables that it is made of, so no verb has to say so: every change of a row there writes a line. They are looked
at again half a second after the last look, so every process shows what was published or withdrawn within a second.
"""

import datetime
import gzip
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.messages.storage.cookie import CookieStorage
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date

from accounts.models import Office
from reports.edition_models import Edition
from reports.models import PanelMeeting, ProgrammeItem
from reports.panel_models import Question

SHOWN = (Edition, PanelMeeting, ProgrammeItem, Question, Office)
"""What public pages are made of. An edition's rows and files never change once it is stored."""

MOST_KEPT = 500
"""How many answers a process keeps, some 20 kB each."""

_CONDITIONS = {"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE"}

View = Callable[..., HttpResponse]
_STARTED = timezone.now()


@dataclass(frozen=True)
class Stamp:
    """What was there at a look: it differs as soon as anything that is shown does."""

    counts: tuple[tuple[int, int | None], ...]
    """Of each history its lines and the newest: with both, one that is committed late is noticed too."""
    day: datetime.date
    changed_at: datetime.datetime
    """When what is shown last changed; with each day and each start of the product it may look otherwise."""

    @classmethod
    def read(cls) -> "Stamp":
        found = [
            model.history.aggregate(lines=Count("*"), newest=Max("history_id"), at=Max("history_date"))
            for model in SHOWN
        ]
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(
            counts=tuple((one["lines"], one["newest"]) for one in found),
            day=midnight.date(),
            changed_at=max([midnight, _STARTED, *(one["at"] for one in found if one["at"])]),
        )


@dataclass(frozen=True)
class Kept:
    """An answer as it was made, ready to be given out as it is and packed."""

    plain: tuple[bytes, dict[str, str]]
    """Content and headers."""
    packed: tuple[bytes, dict[str, str]]
    etag: str
    """Weak, as one and the same page goes out packed and unpacked."""
    last_modified: int
    """Seconds since 1970."""


class _Shelf:
    """What one process keeps. Nothing is lost with it."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.stamp: Stamp | None = None
        self.looked_at = 0.0
        self.answers: dict[str, Kept] = {}

    def look(self) -> Stamp:
        """The stamp, at most half a second old; where it has changed the shelf is empty."""
        now = time.monotonic()
        if self.stamp is None or now - self.looked_at >= settings.PUBLIC_PAGES_LOOK_EVERY:
            self.looked_at = now  # first, so that one thread looks and the others need not
            stamp = Stamp.read()
            if stamp != self.stamp:
                self.stamp, self.answers = stamp, {}
        return self.stamp


shelf = _Shelf()


def public_page(view: View) -> View:
    """A view that needs no sign-in, and whose answer without one is kept until anything that is shown changes.

    An address with a query is answered afresh each time, or anybody could fill the shelf; so is who has a session.
    """

    @login_not_required
    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not _may_be_kept(request):
            return view(request, *args, **kwargs)
        stamp = shelf.look()
        answers = shelf.answers
        kept = answers.get(request.path)
        if kept is None:
            response = view(request, *args, **kwargs)
            if response.status_code != 200:
                return response
            kept = _kept(response, stamp)
            if len(answers) >= MOST_KEPT:
                answers.clear()
            answers[request.path] = kept
        return _answer(request, kept)

    return answered


def _may_be_kept(request: HttpRequest) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and not request.META.get("QUERY_STRING")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and CookieStorage.cookie_name not in request.COOKIES
    )


def _kept(response: HttpResponse, stamp: Stamp) -> Kept:
    content = response.content
    etag = f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
    last_modified = _say_what_it_is(response, etag, stamp.changed_at)
    headers = dict(response.headers)
    return Kept(
        plain=(content, headers),
        # Nothing secret is in a public page, so that packing it gives nothing away.
        packed=(gzip.compress(content, 6, mtime=0), headers | {"Content-Encoding": "gzip"}),
        etag=etag,
        last_modified=last_modified,
    )


def _answer(request: HttpRequest, kept: Kept) -> HttpResponse:
    packed = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    content, headers = kept.packed if packed else kept.plain
    response = HttpResponse(content, headers=headers)
    return _or_not_modified(request, response, kept.etag, kept.last_modified)


def with_conditions(
    request: HttpRequest, response: HttpResponse, etag: str, changed_at: datetime.datetime
) -> HttpResponse:
    """The response with its ETag and Last-Modified, to be kept by anyone but asked about each time; or a 304 for it."""
    return _or_not_modified(request, response, etag, _say_what_it_is(response, etag, changed_at))


def _say_what_it_is(response: HttpResponse, etag: str, changed_at: datetime.datetime) -> int:
    last_modified = int(changed_at.timestamp())
    response["ETag"] = etag
    response["Last-Modified"] = http_date(last_modified)
    response["Cache-Control"] = "public, no-cache"
    return last_modified


def _or_not_modified(request: HttpRequest, response: HttpResponse, etag: str, last_modified: int) -> HttpResponse:
    if _CONDITIONS.isdisjoint(request.META):
        return response
    return get_conditional_response(request, etag=etag, last_modified=last_modified, response=response)
