"""What a reader can search: what is published, or the plan's approved updates before they are; and what was found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.template.defaultfilters import pluralize
from django.urls import reverse

from accounts.roles import Permission, may
from deliverables.forms import NO_UPDATE
from deliverables.models import ApprovedUpdate
from deliverables.searching import Found, Query, best_first, found, show
from reports.edition_models import EditionRow
from reports.published import Reader, colours_address, counting, publications
from themes.quarters import Quarter
from themes.ratings import GREEN_AMBER_RED

SearchedRow = EditionRow | ApprovedUpdate


@dataclass(frozen=True)
class Source:
    """Rows that can be searched, and the lookups by which each fact of them is found."""

    visible_to: Callable[[Reader], QuerySet]
    wording: str
    owner: str
    key: str
    quarter: str
    plan: str
    plan_title: str
    theme: str
    theme_title: str
    related: tuple[str, ...]
    """What a hit is shown with."""
    large: tuple[str, ...]
    """Columns that no hit is shown with."""
    prefetched: tuple[str, ...] = ()


PUBLISHED = Source(
    visible_to=lambda user: EditionRow.objects.filter(theme__in=[one.pk for one in counting(publications(user))]),
    wording="deliverable",
    owner="organisation",
    key="key",
    quarter="theme__edition__quarter",
    plan="theme__edition__plan_slug",
    plan_title="theme__edition__plan",
    theme="theme__number",
    theme_title="theme__title",
    related=("theme__edition",),
    large=("updates", "theme__edition__cover", "theme__withdrawn"),
)
PLAN = Source(
    visible_to=lambda user: ApprovedUpdate.objects.visible_to(user),
    wording="wording",
    owner="owner_label",
    key="update__deliverable__key",
    quarter="update__period__quarter",
    plan="update__deliverable__theme__plan__slug",
    plan_title="update__deliverable__theme__plan__title",
    theme="update__deliverable__theme__number",
    theme_title="update__deliverable__theme__title",
    related=("update__period", "update__deliverable__theme__plan__rating_scheme", "rating"),
    large=("narrative",),
    prefetched=("update__deliverable__theme__plan__rating_scheme__ratings",),
)


def source(user: Reader, asked: str) -> Source:
    """What is searched: what is published, unless the reader asks for the plan, and may see it."""
    return PLAN if asked == "plan" and may(user, Permission.VIEW_PLAN) else PUBLISHED


@dataclass(frozen=True)
class Choices:
    """What the rows that a reader may see can be narrowed to, as values and labels."""

    theme: list[tuple[str, str]]
    owner: list[tuple[str, str]]
    rating: list[tuple[str, str]]
    quarter: list[tuple[str, str]]


def choices(user: Reader, of: Source) -> Choices:
    """In three queries, whatever there is."""
    rows = of.visible_to(user).order_by()
    places = sorted(
        rows.values_list(of.plan, of.theme, of.quarter, of.plan_title, of.theme_title).distinct(),
        key=lambda place: place[:3],
    )
    # A theme is named as it was last.
    themes = {f"{plan}/{number}": (title, f"Theme {number}: {name}") for plan, number, _, title, name in places}
    plans = {title for title, _ in themes.values()}
    ratings = sorted(rows.values_list("rating__code", "rating__name").distinct(), key=_scheme_order)
    names: dict[str, str] = {}
    for code, name in ratings:
        if code:
            names[code] = f"{names[code]} or {name}" if code in names else name
    return Choices(
        theme=[(value, f"{label} ({title})" if len(plans) > 1 else label) for value, (title, label) in themes.items()],
        owner=[(one, one) for one in sorted(set(rows.values_list(of.owner, flat=True).distinct())) if one],
        rating=[*names.items(), *[(NO_UPDATE, "No update")] * ((None, None) in ratings)],
        quarter=[(str(one), one.label) for one in sorted({place[2] for place in places}, reverse=True)],
    )


_USUAL_ORDER = [rating.code for rating in GREEN_AMBER_RED]


def _scheme_order(rating: tuple[str | None, str | None]) -> tuple[int, str]:
    """As in the default scheme; others after them."""
    code = rating[0] or ""
    return (_USUAL_ORDER.index(code) if code in _USUAL_ORDER else len(_USUAL_ORDER), code)


def search(user: Reader, of: Source, query: Query, chosen: dict[str, str]) -> QuerySet:
    """The rows that the reader may see, hold all that is asked for and answer to the filters, the best first.

    Best are those that hold it all in the deliverable's wording, then those of the newest quarter.
    """
    rows = found(of.visible_to(user), query)
    if theme := chosen.get("theme"):
        plan, _, number = theme.rpartition("/")
        rows = rows.filter(**{of.plan: plan, of.theme: int(number)})
    if owner := chosen.get("owner"):
        rows = rows.filter(**{of.owner: owner})
    if quarter := chosen.get("quarter"):
        rows = rows.filter(**{of.quarter: quarter})
    if rating := chosen.get("rating"):
        rows = rows.filter(Q(rating__isnull=True) if rating == NO_UPDATE else Q(rating__code=rating))
    if not query:
        return rows
    rows = rows.select_related(*of.related).prefetch_related(*of.prefetched).defer(*of.large)
    return rows.order_by(best_first(query, of.wording), f"-{of.quarter}", of.plan, of.theme, "number")


@dataclass(frozen=True)
class Tally:
    """How much was found."""

    rows: int
    deliverables: int
    quarters: int

    @property
    def in_words(self) -> str:
        """ "3 deliverables in 2 quarters"."""
        deliverables = f"{self.deliverables} deliverable{pluralize(self.deliverables)}"
        return f"{deliverables} in {self.quarters} quarter{pluralize(self.quarters)}"


def tally(rows: QuerySet, of: Source) -> Tally:
    """One query."""
    return Tally(
        **rows.order_by().aggregate(
            rows=Count("pk"), deliverables=Count(of.key, distinct=True), quarters=Count(of.quarter, distinct=True)
        )
    )


class Tag(NamedTuple):
    """What a rating's tag shows."""

    code: str
    name: str


@dataclass(frozen=True)
class Hit:
    """A row that was found, as it is shown and taken away."""

    address: str
    plan: str
    theme: int
    theme_title: str
    quarter: Quarter
    number: int
    owner_label: str
    wording: str
    rating: Tag | None
    remark: str
    words: str
    found: Found | None = None


def hits(rows: Iterable[SearchedRow], of: Source, query: Query) -> list[Hit]:
    """The rows with their found words marked; one query beside those for the rows."""
    rows = list(rows)
    marked = show(rows, query, of.wording)
    return [hit(row, marked.get(row.pk)) for row in rows]


def hit(row: SearchedRow, marked: Found | None = None) -> Hit:
    """A row as a plain value. Without `marked`, for a file, its words are not marked."""
    return Hit(address=address_of(row), number=row.number, words=row.words, found=marked, **_facts(row))


def address_of(row: SearchedRow) -> str:
    """Where a row that was found is read: its deliverable's page, of the plan or of what was published."""
    if isinstance(row, EditionRow):
        edition = row.theme.edition
        where = (edition.plan_slug, edition.quarter.year, edition.quarter.slug, row.theme.number, row.number)
        return reverse("published_deliverable", args=where)
    quarter, of = row.update.period.quarter, row.update.deliverable
    return reverse("deliverable", args=(of.theme.plan.slug, quarter.year, quarter.slug, of.theme.number, of.number))


def colours_of(row: SearchedRow, user: Reader) -> str:
    """The address of the stylesheet of its plan's ratings; at most one query."""
    if isinstance(row, EditionRow):
        return colours_address(user, row.theme.edition.plan_slug)
    return row.update.deliverable.theme.plan.rating_scheme.stylesheet_address


def _facts(row: SearchedRow) -> dict:
    if isinstance(row, EditionRow):
        theme, edition = row.theme, row.theme.edition
        return {
            "plan": edition.plan,
            "theme": theme.number,
            "theme_title": theme.title,
            "quarter": edition.quarter,
            "owner_label": row.organisation,
            "wording": row.deliverable,
            "rating": Tag(row.rating["code"], row.rating["name"]) if row.rating else None,
            "remark": ". ".join([row.remark] * bool(row.remark) + ["Exempt from publication"] * row.exempt),
        }
    theme = row.update.deliverable.theme
    return {
        "plan": theme.plan.title,
        "theme": theme.number,
        "theme_title": theme.title,
        "quarter": row.update.period.quarter,
        "owner_label": row.owner_label,
        "wording": row.wording,
        "rating": Tag(row.rating.code, row.rating.name),
        "remark": "",
    }
