"""What was published, as data to take away: the list of editions with their figures, and the Atom feed of them.

Every figure is the frozen one. Every address is absolute and begins with the setting SITE_URL, never with what a
request says.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import tablib
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch
from django.db.models.functions import Length
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Enclosure
from django.utils.html import escape

from accounts.models import Office, User
from deliverables.rag import Share
from pcc_tracker.tables import sheet, storable
from reports.addresses import absolute
from reports.edition_models import Edition, EditionFigure, EditionFile, EditionTheme
from reports.editions import in_view
from reports.formats import FORMATS
from reports.querysets import EditionQuerySet

LATEST = 50
"""How many editions the feed holds, the last published. The list holds all."""

Same = tuple[str, str]
Cells = list[tuple[str, object]]
"""A row, each value with its column's label."""


def published_sheets(user: User | AnonymousUser) -> list[tablib.Dataset]:
    """Every edition that the user may see, the last published first; and on a second sheet each one's themes."""
    editions = list(_with_figures_and_files(Edition.objects.visible_to(user)))
    latest = _latest(editions)
    ratings = _rating_labels(editions)
    reports = [
        [
            *_facts(one, latest.get(one.slug)),
            ("Themes", "; ".join(str(theme) for theme in one.themes.all())),
            *_figures(one, _lines(one), ratings),
            *_files(one),
        ]
        for one in editions
    ]
    themes = [
        [
            *_facts(one, latest.get(one.slug)),
            ("Theme", theme.number),
            ("Theme title", theme.title),
            ("As at", theme.as_at),
            *_figures(theme, _lines(one, theme), ratings),
        ]
        for one in editions
        for theme in one.themes.all()
    ]
    return [_sheet("Published reports", reports), _sheet("Themes", themes)]


def _sheet(title: str, rows: Sequence[Cells]) -> tablib.Dataset:
    header = [label for label, _ in rows[0]] if rows else ["Title"]
    return sheet(title, header, ([value for _, value in row] for row in rows))


def _latest(editions: Iterable[Edition]) -> dict[str, Edition]:
    """Of each report the last of the editions in view, by the report's name in addresses."""
    by_number = sorted(in_view(list(editions)), key=lambda one: one.number)
    return {one.slug: one for one in by_number}


def _facts(one: Edition, latest: Edition | None) -> Cells:
    corrected = latest is not None and latest.number > one.number
    return [
        ("Title", one.title),
        ("Plan", one.plan),
        ("Quarter", one.quarter),
        ("Meeting", one.meeting_date),
        ("Agenda item", one.agenda_item),
        ("Version", one.version),
        ("Classification", one.classification),
        ("Published on", timezone.localdate(one.published_at)),
        ("Corrected by", latest.version if corrected else ""),
        ("Withdrawn on", timezone.localdate(one.withdrawn_at) if one.withdrawn_at else ""),
        ("Page", absolute(one.get_absolute_url())),
    ]


def _figures(of: Edition | EditionTheme, lines: Sequence[EditionFigure], ratings: Mapping[Same, str]) -> Cells:
    """What was published of a set of deliverables; a rating that its plan did not have stays empty."""
    there = {_same(line): line for line in lines}
    return [
        ("Deliverables in force", of.deliverables_in_force),
        *((label, _printed(there[one]) if one in there else "") for one, label in ratings.items()),
        *((f"{label}, count", there[one].count if one in there else "") for one, label in ratings.items()),
        ("Planned for later", of.planned_for_later),
        ("Overdue to start", of.overdue_to_start),
        ("Complete since earlier", of.complete_since_earlier),
        ("Exempt from publication", of.exempt),
        ("Overall", of.overall["wording"] if of.overall else ""),
    ]


def _lines(one: Edition, theme: EditionTheme | None = None) -> list[EditionFigure]:
    """The status key of one of an edition's themes, or of all together."""
    return [line for line in one.figures.all() if line.theme_id == (theme.pk if theme else None)]


def _rating_labels(editions: Iterable[Edition]) -> dict[Same, str]:
    """The ratings of all the editions, each once under its last name, as status keys order them, "No update" last.

    Where two are named alike, their letters are told too, and their kinds where even those are the same.
    """
    lines = [line for one in editions for line in one.figures.all()]
    names: dict[Same, str] = {}
    for line in sorted(lines, key=lambda line: (not line.code, line.order)):
        names.setdefault(_same(line), line.name)
    with_letters = {one: f"{name} ({one[0]})" if one[0] else name for one, name in names.items()}
    with_kinds = {one: f"{name} ({', '.join(filter(None, one))})" for one, name in names.items()}
    for finer in (with_letters, with_kinds):
        often = Counter(names.values())
        names = {one: finer[one] if one[0] and often[name] > 1 else name for one, name in names.items()}
    return names


def _same(line: EditionFigure) -> Same:
    """As `RatingValue.same`; of those without an update nothing."""
    return line.code, line.kind


def _printed(line: EditionFigure) -> str:
    return Share(line.count, line.of).printed


def published_feed(user: User | AnonymousUser) -> Atom1Feed:
    """The last editions in view that the user may see, newest first, each with its figures and its files."""
    office = Office.get()
    feed = Atom1Feed(
        title=storable(f"Published reports of {office.name}"),
        link=absolute(reverse("published")),
        description=None,
        feed_url=absolute(reverse("published_feed")),
        author_name=storable(office.name),
        language=settings.LANGUAGE_CODE,
    )
    for one in _with_figures_and_files(Edition.objects.visible_to(user).in_view())[:LATEST]:
        address = absolute(one.get_absolute_url())
        feed.add_item(
            title=storable(one),
            link=address,
            unique_id=address,
            description=escape(storable(in_a_sentence(one))),
            pubdate=one.published_at,
            updateddate=one.published_at,
            categories=[one.classification],
            enclosures=[
                Enclosure(_file_address(one, file.form), str(file.size), file.content_type) for file in one.files.all()
            ],
        )
    return feed


def in_a_sentence(one: Edition) -> str:
    """An edition's figures as they were printed, and its overall wording."""
    if not one.deliverables_in_force:
        return "No deliverable is in force."
    # As in a status key: every rating, and "No update" where there are any.
    shares = ", ".join(f"{line.name} {_printed(line)}" for line in _lines(one) if line.code or line.count)
    overall = f"; overall, progress is {one.overall['wording']}" if one.overall else ""
    return f"Of the deliverables in force: {shares}{overall}."


def _with_figures_and_files(editions: EditionQuerySet) -> EditionQuerySet:
    """The last published first, with the `size` in bytes of each file in place of its bytes."""
    files = EditionFile.objects.filter(form__in=FORMATS).annotate(size=Length("content")).defer("content")
    return (
        editions.order_by("-published_at", "slug", "-number")
        .defer("cover", "columns")
        .prefetch_related("themes", "figures", Prefetch("files", files))
    )


def _files(one: Edition) -> Cells:
    there = {file.form for file in one.files.all()}
    return [
        (f"{form.label} file", _file_address(one, form.name) if form.name in there else "") for form in FORMATS.values()
    ]


def _file_address(one: Edition, form: str) -> str:
    return absolute(reverse("edition_file", args=[one.slug, one.number, form]))
