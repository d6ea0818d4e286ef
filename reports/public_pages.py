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
from django.db.models import Count, Max, Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date

from accounts.models import Office
from reports.edition_models import Edition
from reports.models import PanelMeeting, ProgrammeItem
from reports.panel_models import Question
from themes.models import Plan, Theme

SHOWN: list[type[Model]] = [Edition, PanelMeeting, ProgrammeItem, Question, Office, Plan, Theme]
"""What public pages are made of; a room to the right that shows more adds it as it starts. Each has a history.

An edition's rows and files never change once it is stored.
"""

MOST_KEPT = 32_000_000
"""How many bytes of answers a process keeps: some thousand pages."""

WORTH_PACKING = ("text/", "application/json", "application/atom+xml", "application/schema+json")

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

    @property
    def size(self) -> int:
        return len(self.plain[0]) + len(self.packed[0])


class _Shelf:
    """What one process keeps. Nothing is lost with it."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.stamp: Stamp | None = None
        self.looked_at = 0.0
        self.last_modified = 0
        self._empty()

    def _empty(self) -> None:
        self.answers: dict[str, Kept] = {}
        self.size = 0

    def look(self) -> int:
        """When what is shown last changed, by a look at most half a second old; where it has, the shelf is empty.

        In seconds since 1970. Each change that is seen has a later one than that before it, and one whose
        transaction was slow has not the time that it began at.
        """
        now = time.monotonic()
        if self.stamp is None or now - self.looked_at >= settings.PUBLIC_PAGES_LOOK_EVERY:
            self.looked_at = now  # first, so that one thread looks and the others need not
            stamp = Stamp.read()
            if stamp != self.stamp:
                changed_at = int(stamp.changed_at.timestamp())
                self.last_modified = max(int(time.time()), self.last_modified + 1) if self.stamp else changed_at
                self._empty()
                self.stamp = stamp
        return self.last_modified

    def put(self, answers: dict[str, Kept], path: str, kept: Kept) -> None:
        """Keep an answer with those that it was made among; where there is no room, in the place of them all."""
        self.size += kept.size
        if self.size > MOST_KEPT:
            answers.clear()
            self.size = kept.size
        answers[path] = kept


shelf = _Shelf()


def public_page(view: View) -> View:
    """A view that needs no sign-in, and whose answer without one is kept until anything that is shown changes.

    An address with a query is answered afresh each time, or anybody could fill the shelf; so is who has a session.
    """

    @login_not_required
    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if _is_ones_own(request):
            return view(request, *args, **kwargs)
        last_modified, answers = shelf.look(), shelf.answers
        kept = None if request.META.get("QUERY_STRING") else answers.get(request.path)
        if kept is None:
            response = view(request, *args, **kwargs)
            if response.status_code != 200:
                return response
            kept = _kept(response, last_modified)
            if not request.META.get("QUERY_STRING"):
                shelf.put(answers, request.path, kept)
        content, headers = kept.packed if _takes_packed(request) else kept.plain
        return _or_not_modified(request, HttpResponse(content, headers=headers), kept.etag, kept.last_modified)

    return answered


def _is_ones_own(request: HttpRequest) -> bool:
    """Whether the answer may be another for this reader than for others; or it is no question at all."""
    return (
        request.method not in ("GET", "HEAD")
        or settings.SESSION_COOKIE_NAME in request.COOKIES
        or CookieStorage.cookie_name in request.COOKIES
    )


def _kept(response: HttpResponse, last_modified: int) -> Kept:
    content = response.content
    etag = f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'
    patch_vary_headers(response, ["Accept-Encoding"])
    _say_what_it_is(response, etag, last_modified)
    plain = packed = (content, dict(response.headers))
    if response["Content-Type"].startswith(WORTH_PACKING):
        # Nothing secret is in a public page, so that packing it gives nothing away.
        packed = gzip.compress(content, 6, mtime=0), plain[1] | {"Content-Encoding": "gzip"}
    return Kept(plain, packed, etag, last_modified)


def _takes_packed(request: HttpRequest) -> bool:
    for offered in request.META.get("HTTP_ACCEPT_ENCODING", "").split(","):
        name, _, quality = offered.replace(" ", "").partition(";q=")
        if name == "gzip":
            return quality.strip("0.") != "" or not quality
    return False


def with_conditions(
    request: HttpRequest, response: HttpResponse, etag: str, changed_at: datetime.datetime
) -> HttpResponse:
    """The response with its ETag and Last-Modified, to be kept by anyone but asked about each time; or a 304 for it."""
    last_modified = int(changed_at.timestamp())
    _say_what_it_is(response, etag, last_modified)
    return _or_not_modified(request, response, etag, last_modified)


def _say_what_it_is(response: HttpResponse, etag: str, last_modified: int) -> None:
    response["ETag"] = etag
    response["Last-Modified"] = http_date(last_modified)
    response["Cache-Control"] = "public, no-cache"
    # Who signs in sees another page at the same address.
    patch_vary_headers(response, ["Cookie"])


def _or_not_modified(request: HttpRequest, response: HttpResponse, etag: str, last_modified: int) -> HttpResponse:
    if _CONDITIONS.isdisjoint(request.META):
        return response
    return get_conditional_response(request, etag=etag, last_modified=last_modified, response=response)
