"""Line of sight from the other side: for a deliverable or a theme, which needs it answers.

Of a need that several years' assessments have, the newest that may be shown says how it reads and what answers it;
one that is gone in that is left out.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from deliverables.models import Deliverable
from deliverables.rag import Share
from needs.live import latest_quarter, live_states
from needs.models import Assessment, DeliverableLink, Need, ThemeLink
from needs.options import LEVEL_ORDER, NeedKind, in_words
from needs.published import published_states, sees_live
from needs.sight import Basis, DeliverableState, ThemeRef, in_order
from reports.published import Reader, counting, publications
from themes.models import Plan, Theme


@dataclass(frozen=True)
class NeedRef:
    """A need as it is named away from its assessment."""

    key: str
    kind: NeedKind
    level: str
    wording: str
    sections: tuple[str, ...]
    """The numbers of all sections that have it."""
    section_title: str
    """Of the first of them."""
    assessment_id: int
    assessment: str
    address: str
    note: str = ""
    """Why it is linked."""

    @property
    def label(self) -> str:
        """What it is, in words: "Very high risk"."""
        return in_words(self.level, self.kind)

    @property
    def place(self) -> str:
        """Where it stands: "4.3 Serious and organised crime"; with "and 5" where another section has it too."""
        others = ", ".join(self.sections[1:])
        return f"{self.sections[0]} {self.section_title}" + (f" (and {others})" if others else "")


def needs_answered(
    keys: Collection[str] | QuerySet[Deliverable], shown: QuerySet[Assessment]
) -> Mapping[str, tuple[NeedRef, ...]]:
    """By deliverable, of `keys`, the needs of the `shown` assessments that it answers; grave risks first.

    Two queries, however many there are.
    """
    links = list(
        DeliverableLink.objects.filter(deliverable__key__in=keys, need__section__assessment__in=shown)
        .annotate(key=F("deliverable__key"), need_key=F("need__key"), assessment=F("need__section__assessment"))
        .order_by("pk")
    )
    newest = _newest({one.need_key for one in links}, shown)
    found: dict[str, dict[str, NeedRef]] = defaultdict(dict)
    for one in links:
        if need := _of_link(one, newest):
            found[str(one.key)].setdefault(need.key, need)
    return {key: _grave_first(needs.values()) for key, needs in found.items()}


def _needs_naming(theme: ThemeRef, shown: QuerySet[Assessment]) -> tuple[NeedRef, ...]:
    """The needs that name a theme; two queries."""
    of_theme = Q(theme__plan__slug=theme.plan_slug, theme__number=theme.number)
    links = list(
        ThemeLink.objects.filter(of_theme, need__section__assessment__in=shown)
        .annotate(need_key=F("need__key"), assessment=F("need__section__assessment"))
        .order_by("pk")
    )
    newest = _newest({one.need_key for one in links}, shown)
    found: dict[str, NeedRef] = {}
    for one in links:
        if need := _of_link(one, newest):
            found.setdefault(need.key, need)
    return _grave_first(found.values())


def _newest(keys: Collection[object], shown: QuerySet[Assessment]) -> Mapping[object, NeedRef]:
    """Each need, by its key, as the newest of the assessments has it; without those that are gone in that."""
    if not keys:
        return {}
    rows: dict[object, list[Need]] = defaultdict(list)
    for need in Need.objects.filter(key__in=keys, section__assessment__in=shown).select_related("section__assessment"):
        rows[need.key].append(need)
    found = {}
    for key, of_key in rows.items():
        newest = max((one.section.assessment for one in of_key), key=lambda one: (one.period, one.pk))
        standing = [one for one in of_key if one.section.assessment == newest and not one.is_gone]
        if standing:
            found[key] = _ref(newest, sorted(standing, key=lambda one: in_order(one.section.number)))
    return found


def _ref(assessment: Assessment, rows: list[Need]) -> NeedRef:
    first = rows[0]
    return NeedRef(
        key=str(first.key),
        kind=NeedKind(first.kind),
        level=first.level,
        wording=first.wording,
        sections=tuple(one.section.number for one in rows),
        section_title=first.section.title,
        assessment_id=assessment.pk,
        assessment=str(assessment),
        address=reverse("need", args=[assessment.slug, first.pk]),
    )


def _of_link(link: DeliverableLink | ThemeLink, newest: Mapping[object, NeedRef]) -> NeedRef | None:
    """The need of a link with its note; None where the newest assessment has not the need, or not the link."""
    need = newest.get(link.need_key)
    return replace(need, note=link.note) if need and need.assessment_id == link.assessment else None


def _grave_first(needs: Iterable[NeedRef]) -> tuple[NeedRef, ...]:
    def order(need: NeedRef) -> tuple[object, ...]:
        kinds = need.kind == NeedKind.RECOMMENDATION, LEVEL_ORDER.index(need.level)
        return *kinds, need.assessment, in_order(need.sections[0]), need.wording

    return tuple(sorted(needs, key=order))


@dataclass(frozen=True)
class Answering:
    """A deliverable, and the needs that it answers."""

    deliverable: DeliverableState
    needs: tuple[NeedRef, ...]


@dataclass(frozen=True)
class ThemeSide:
    """A theme with what its deliverables answer, as a reader may see it."""

    theme: ThemeRef
    answering: tuple[Answering, ...]
    """The theme's deliverables in force now, by number."""
    completed: tuple[Answering, ...]
    """Those completed before that answer a need, by number."""
    named: tuple[NeedRef, ...]
    """The needs that name the theme, though none of its deliverables answers them."""
    basis: Basis
    left_out: int
    """How many of the theme's deliverables that answer needs are exempt from publication."""

    @property
    def is_published(self) -> bool:
        return self.basis.is_published

    @cached_property
    def share(self) -> Share:
        """Of the deliverables in force how many answer a need."""
        return Share(sum(1 for one in self.answering if one.needs), len(self.answering))

    @property
    def standing(self) -> str:
        """What the ratings are, in words, and how many deliverables are left out."""
        return self.basis.standing(self.left_out)


def themes_seen(reader: Reader) -> dict[tuple[str, int], ThemeRef]:
    """The themes that a reader may know of, by their plan's slug and number, in order; at most three queries.

    Who sees the live plan knows all. Others know those that were published to them, and those of the plans that an
    assessment which they may see informs or names.
    """
    themes = Theme.objects.select_related("plan").order_by("plan__start_year", "plan_id", "number")
    if not sees_live(reader):
        shown = Assessment.objects.visible_to(reader)
        named = Q(themes__need_links__need__section__assessment__in=shown)
        about = Plan.objects.filter(Q(assessments__in=shown) | named)
        themes = themes.filter(plan__in=about)
    found = {
        (one.plan.slug, one.number): ThemeRef(one.plan.title, one.plan.slug, one.number, one.title) for one in themes
    }
    for one in counting(publications(reader)):
        found.setdefault((one.plan_slug, one.number), ThemeRef(one.plan, one.plan_slug, one.number, one.title))
    return found


def gather_theme(theme: ThemeRef, reader: Reader, *, as_published: bool = False) -> ThemeSide:
    """What a theme's deliverables answer, in some fifteen queries; `as_published` as for `gather_sight`."""
    as_published = as_published or not sees_live(reader)
    shown = Assessment.objects.visible_to(reader)
    of_theme = Deliverable.objects.filter(theme__plan__slug=theme.plan_slug, theme__number=theme.number)
    needs = needs_answered(of_theme.values("key"), shown)
    if as_published:
        basis = published_states(reader, keys=set(needs), plans={theme.plan_slug})
    else:
        plans = list(Plan.objects.filter(slug=theme.plan_slug).values_list("pk", flat=True))
        basis = live_states(reader, keys=set(needs), plans=plans, now=latest_quarter(plans))
    here = sorted(
        (
            Answering(one, needs.get(key, ()))
            for key, one in basis.states.items()
            if (one.plan_slug, one.theme_number) == (theme.plan_slug, theme.number)
        ),
        key=lambda one: one.deliverable.number,
    )
    in_force = tuple(one for one in here if one.deliverable.key in basis.in_force)
    completed = tuple(one for one in here if one not in in_force and one.deliverable.counts and one.needs)
    answered = {need.key for one in (*in_force, *completed) for need in one.needs}
    answered |= {need.key for key in basis.left_out for need in needs.get(key, ())}
    return ThemeSide(
        theme=theme,
        answering=in_force,
        completed=completed,
        named=tuple(one for one in _needs_naming(theme, shown) if one.key not in answered),
        basis=basis,
        left_out=len(basis.left_out & set(needs)),
    )
