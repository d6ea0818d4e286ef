"""What has been published, as panel members and the public see it: read from the frozen tables alone.

Of several editions on a theme and quarter the last one counts (DESIGN section 4, rule 8), of those that the reader
may read and that are in view. The queries are the same in number whatever the history.
"""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from accounts.models import User
from deliverables.narrative import parse
from deliverables.rag import Band, Because, Breakdown, Line, Movement, Overall, Share
from reports.content import in_a_line
from reports.edition_models import Edition, EditionFigure, EditionRow, EditionTheme
from reports.options import Classification, Exceptions
from reports.states import RowState, ThemeState, WithdrawnState
from themes.quarters import Quarter
from themes.ratings import Kind, RatingValue, stylesheet

Reader = User | AnonymousUser


@dataclass(frozen=True)
class Publication:
    """A theme's quarter in one edition: which it is and where, without what it says."""

    pk: int
    """Of the edition's theme."""
    edition_id: int
    slug: str
    version: int
    classification: str
    exceptions: str
    plan: str
    plan_slug: str
    number: int
    title: str
    quarter: Quarter
    meeting_date: datetime.date
    published_at: datetime.datetime

    @property
    def theme_label(self) -> str:
        return f"Theme {self.number}: {self.title}"

    @property
    def is_public(self) -> bool:
        return self.classification == Classification.PUBLIC

    @property
    def name(self) -> str:
        """Which of a theme's publications it is: "Quarter 4, 2019-20, V1"."""
        return f"{self.quarter.label}, V{self.version}" + ("" if self.is_public else ", Non public")

    @property
    def reference(self) -> str:
        """Which one it is, in an address: its report and version."""
        return f"{self.slug}-v{self.version}"

    @property
    def edition_address(self) -> str:
        return reverse("edition", args=[self.slug, self.version])

    def address(self, view: str = "published_theme", **more: object) -> str:
        """The address of a page about this theme at this quarter."""
        place = {"plan": self.plan_slug, "year": self.quarter.year, "quarter": self.quarter.slug, "theme": self.number}
        return reverse(view, kwargs=place | more)


_FIELDS = {
    "pk": "pk",
    "edition_id": "edition_id",
    "slug": "edition__slug",
    "version": "edition__number",
    "classification": "edition__classification",
    "exceptions": "edition__exceptions",
    "plan": "edition__plan",
    "plan_slug": "edition__plan_slug",
    "number": "number",
    "title": "title",
    "quarter": "edition__quarter",
    "meeting_date": "edition__meeting_date",
    "published_at": "edition__published_at",
}


def publications(user: Reader, **about: object) -> list[Publication]:
    """Every publication of a theme's quarter that the reader may see, the last published first; one query."""
    found = EditionTheme.objects.filter(edition__in=Edition.objects.readable_by(user).in_view(), **about)
    last_first = found.order_by("-edition__published_at", "-edition_id", "number")
    return [Publication(*values) for values in last_first.values_list(*_FIELDS.values())]


def counting(found: Iterable[Publication]) -> list[Publication]:
    """Of publications, last first, those that count: one for each theme and quarter; the newest quarter first."""
    last: dict[tuple[str, int, Quarter], Publication] = {}
    for one in found:
        last.setdefault((one.plan_slug, one.number, one.quarter), one)
    in_order = sorted(last.values(), key=lambda one: (one.plan_slug, one.number))
    return sorted(in_order, key=lambda one: one.quarter, reverse=True)


def by_theme(counted: Iterable[Publication]) -> dict[int, list[Publication]]:
    """A plan's publications that count, by the theme's number in order, each newest quarter first."""
    themes: dict[int, list[Publication]] = defaultdict(list)
    for one in counted:
        themes[one.number].append(one)
    return dict(sorted(themes.items()))


def newest_plan(counted: Sequence[Publication]) -> str:
    """The address part of the plan that was reported on for the newest quarter; empty where nothing is published."""
    return max(counted, key=lambda one: (one.quarter, one.published_at)).plan_slug if counted else ""


def states(wanted: Iterable[Publication]) -> dict[int, ThemeState]:
    """What publications say of their theme, by their key; three queries, and no text of an update is read."""
    by_key = {one.pk: one for one in wanted}
    figures: dict[int, list[EditionFigure]] = defaultdict(list)
    for figure in EditionFigure.objects.filter(theme__in=by_key).order_by("theme_id", "order"):
        figures[figure.theme_id].append(figure)
    rows: dict[int, list[EditionRow]] = defaultdict(list)
    for row in EditionRow.objects.filter(theme__in=by_key).defer("updates", "words").order_by("theme_id", "order"):
        rows[row.theme_id].append(row)
    themes = EditionTheme.objects.filter(pk__in=by_key)
    return {one.pk: _state(by_key[one.pk], one, figures[one.pk], rows[one.pk]) for one in themes}


def _state(
    about: Publication, theme: EditionTheme, figures: Sequence[EditionFigure], rows: Sequence[EditionRow]
) -> ThemeState:
    ratings = {figure.code: rating_of(figure) for figure in figures if figure.code}
    counted = breakdown_of(theme, figures, ratings)
    return ThemeState(
        number=about.number,
        title=about.title,
        quarter=about.quarter,
        as_at=theme.as_at,
        notice=theme.notice,
        figures=counted,
        overall=_overall(theme.overall, counted),
        rows=tuple(_row(row, ratings) for row in rows),
        withdrawn=tuple(
            WithdrawnState(one["number"], one["deliverable"], Quarter.parse(one["withdrawn_from"]), one["reason"])
            for one in theme.withdrawn
        ),
        exempt_keys=frozenset(theme.exempt_keys),
        has_all_rows=about.exceptions != Exceptions.ALONE,
    )


def rating_of(figure: EditionFigure) -> RatingValue:
    """The rating that a line of a status key stands for, as it was when it was published."""
    return RatingValue(figure.code, figure.name, Kind(figure.kind), figure.colour, figure.definition)


def ratings_of(themes: Collection[int]) -> Mapping[int, Mapping[str, RatingValue]]:
    """The ratings of editions' themes, by their keys, by letter as they were published; one query."""
    ratings: dict[int, dict[str, RatingValue]] = defaultdict(dict)
    for figure in EditionFigure.objects.filter(theme__in=themes).exclude(code=""):
        ratings[figure.theme_id][figure.code] = rating_of(figure)
    return ratings


def breakdown_of(
    theme: EditionTheme, figures: Sequence[EditionFigure], ratings: Mapping[str, RatingValue]
) -> Breakdown:
    """A theme's figures as they were published."""
    lines = {figure.code: Line(figure.count, figure.of, ratings.get(figure.code)) for figure in figures}
    return Breakdown(
        ratings=tuple(line for code, line in lines.items() if code),
        no_update=lines[""],
        planned_later=theme.planned_for_later,
        overdue_to_start=theme.overdue_to_start,
        complete_since=theme.complete_since_earlier,
        left_out=theme.exempt,
    )


def _overall(said: Mapping[str, Any] | None, figures: Breakdown) -> Overall | None:
    """The wording as it was published, with the shares that it rests on."""
    if said is None:
        return None
    bands = tuple(
        Band(one["wording"], Decimal(one["at_least"]), Decimal(one["at_most_off_track"])) for one in said["bands"]
    )
    return Overall(
        band=next(band for band in bands if band.wording == said["wording"]),
        on_course=Share(figures.of_kind(Kind.COMPLETE, Kind.ON_COURSE), figures.started),
        off_track=Share(figures.of_kind(Kind.OFF_TRACK), figures.started),
        bands=bands,
    )


def _row(row: EditionRow, ratings: Mapping[str, RatingValue]) -> RowState:
    recovery = row.recovery or {"step": "", "by": None}
    return RowState(
        key=str(row.key),
        number=row.number,
        organisation=row.organisation,
        wording=row.deliverable,
        rating=ratings[row.rating["code"]] if row.rating else None,
        because=Because(row.standing),
        remark=row.remark,
        since_last_quarter=Movement(row.since_last_quarter),
        due=row.due,
        recovery_step=recovery["step"],
        recovery_by=datetime.date.fromisoformat(recovery["by"]) if recovery["by"] else None,
    )


@dataclass(frozen=True)
class Since:
    """How long a deliverable has been amber or red, by what was published."""

    quarter: Quarter
    """The earliest report of the unbroken run."""
    reports: int
    from_the_first: bool
    """Whether no earlier report on the theme is there, so that it may have been so for longer."""

    @property
    def in_words(self) -> str:
        """Such as "since Quarter 3, 2019-20 (2 reports)"; whether it was so before the first report is not known."""
        reports = "1 report" if self.reports == 1 else f"{self.reports} reports"
        if self.from_the_first:
            return f"since at least {self.quarter.label}, the first quarter published here ({reports})"
        return f"since {self.quarter.label} ({reports})"


def since_when(
    exceptions: Mapping[int, Iterable[RowState]], themes: Mapping[int, Sequence[Publication]]
) -> dict[tuple[int, str], Since]:
    """Since when each exception of a theme's newest publication has been one, by theme number and row key.

    `themes` are all of the plan's publications that count, newest first. Two queries.
    """
    keys = {row.key for rows in exceptions.values() for row in rows}
    quarters = {one.pk: one.quarter for listed in themes.values() for one in listed}
    codes = set(
        EditionFigure.objects.filter(theme__in=quarters, kind__in=(Kind.AT_RISK, Kind.OFF_TRACK)).values_list(
            "theme_id", "code"
        )
    )
    was_one: dict[str, dict[Quarter, bool]] = defaultdict(dict)
    for theme, key, rating in EditionRow.objects.filter(theme__in=quarters, key__in=keys).values_list(
        "theme_id", "key", "rating"
    ):
        was_one[str(key)][quarters[theme]] = bool(rating) and (theme, rating["code"]) in codes
    found = {}
    for number, rows in exceptions.items():
        for row in rows:
            # Also the quarters in which another theme had it.
            told = was_one[row.key]
            there = sorted({one.quarter for one in themes[number]} | told.keys(), reverse=True)
            if run := list(takewhile(told.get, there)):
                found[number, row.key] = Since(run[-1], len(run), from_the_first=len(run) == len(there))
    return found


@dataclass(frozen=True)
class Entry:
    """A deliverable as it was published at one quarter, with the updates printed below it."""

    publication: Publication
    row: RowState
    updates: tuple[tuple[str, str], ...]
    """Each as its date and its HTML for a page."""
    evidence: str
    """The needs that it answers, as they were printed."""

    @property
    def address(self) -> str:
        """The deliverable's page at that quarter."""
        return self.publication.address("published_deliverable", deliverable=self.row.number)


def entries_of(key: str, counted: Sequence[Publication]) -> list[Entry]:
    """All that was published of a deliverable, newest quarter first; two queries.

    An update that was printed again below a later one stands once, with its own quarter where that was published.
    """
    by_key = {one.pk: one for one in counted}
    found = {row.theme_id: row for row in EditionRow.objects.filter(key=key, theme__in=by_key).defer("words")}
    ratings = ratings_of(found)
    told = {str(by_key[theme].quarter) for theme, row in found.items() if _own_update(row, by_key[theme])}
    return [
        Entry(
            publication=one,
            row=_row(found[one.pk], ratings[one.pk]),
            updates=tuple(
                (update["date_printed"], parse(update["html"]).page)
                for update in found[one.pk].updates
                if update["quarter"] == str(one.quarter) or update["quarter"] not in told
            ),
            evidence=in_a_line(found[one.pk].evidence),
        )
        for one in counted
        if one.pk in found
    ]


def _own_update(row: EditionRow, publication: Publication) -> bool:
    """Whether the quarter's own update is printed in the row."""
    return any(update["quarter"] == str(publication.quarter) for update in row.updates)


def colours_of(user: Reader, plan_slug: str) -> str:
    """A stylesheet of all the ratings that a plan's editions have; of one that changed its latest colour. One query."""
    return _colours(user, [plan_slug])[plan_slug]


def _colours(user: Reader, plan_slugs: Collection[str]) -> dict[str, str]:
    """The stylesheet of each plan by its slug; one query."""
    figures = EditionFigure.objects.filter(
        edition__in=Edition.objects.readable_by(user).in_view().filter(plan_slug__in=plan_slugs), theme=None
    ).exclude(code="")
    in_order = figures.order_by("edition__published_at", "edition_id", "order")
    latest: dict[str, dict[str, RatingValue]] = {slug: {} for slug in plan_slugs}
    for slug, code, name, kind, colour in in_order.values_list("edition__plan_slug", "code", "name", "kind", "colour"):
        latest[slug][code] = RatingValue(code, name, Kind(kind), colour)
    return {slug: stylesheet(of_plan.values()) for slug, of_plan in latest.items()}


def colours_address(user: Reader, plan_slug: str) -> str:
    """Where that stylesheet is: at another address once it says something else, so that it may be kept for ever."""
    return address_of_colours(plan_slug, colours_of(user, plan_slug))


def colours_addresses(user: Reader, plan_slugs: Collection[str]) -> list[str]:
    """Where those of several plans are, in the order of their slugs; one query."""
    return [address_of_colours(slug, colours) for slug, colours in sorted(_colours(user, plan_slugs).items())]


def address_of_colours(plan_slug: str, colours: str) -> str:
    """The address of a plan's stylesheet by what it says."""
    return reverse("published_colours", args=[plan_slug, hashlib.sha256(colours.encode()).hexdigest()[:12]])
