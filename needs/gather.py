"""An assessment's line of sight, gathered once from the database into the values of `sight.py`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import F
from django.urls import reverse

from needs.live import latest_quarter, live_states
from needs.models import Assessment, DeliverableLink, Need, ThemeLink
from needs.options import Mark, NeedKind
from needs.published import published_states, sees_live
from needs.sight import Answer, Basis, DeliverableState, NeedState, Sight, ThemeRef, in_order
from reports.published import Reader
from themes.models import Theme


def gather_sight(assessment: Assessment, reader: Reader, *, as_published: bool = False) -> Sight:
    """The line of sight of an assessment that the reader may see, in some fifteen queries, whatever the history.

    `as_published` shows who sees the live plan what the public sees instead. Each link counts for its need in every
    section that has it. A deliverable that the reader may not see is left out, as is all that is made of it.
    """
    as_published = as_published or not sees_live(reader)
    needs = sorted(
        Need.objects.visible_to(reader).of(assessment).prefetch_related("section").order_by("pk"),
        key=lambda need: (in_order(need.section.number), need.kind == NeedKind.RECOMMENDATION, need.pk),
    )
    named = list(
        ThemeLink.objects.filter(need__section__assessment=assessment)
        .prefetch_related("theme__plan")
        .annotate(need_key=F("need__key"))
        .order_by("theme__plan__start_year", "theme__plan_id", "theme__number", "pk")
    )
    links = list(
        DeliverableLink.objects.filter(need__section__assessment=assessment)
        .annotate(need_key=F("need__key"), key=F("deliverable__key"), plan=F("deliverable__theme__plan"))
        .order_by("pk")
    )
    shown = {one.key for one in needs}
    named = [one for one in named if one.need_key in shown]
    links = [one for one in links if one.need_key in shown]
    keys = {str(one.key) for one in links}
    plans = {assessment.informs_id, *(one.theme.plan_id for one in named), *(one.plan for one in links)}
    of_plans = Theme.objects.filter(plan__in=plans).select_related("plan")
    themes = list(of_plans.order_by("plan__start_year", "plan_id", "number"))
    if as_published:
        slugs = {one.plan.slug for one in themes}
        basis = published_states(reader, keys=keys, plans=slugs)
        # Of another plan than the assessment itself is about, no more is told than what was published.
        about = {assessment.informs_id, *(one.theme.plan_id for one in named)}
        printed = {(one.plan_slug, one.theme_number) for one in basis.states.values()}
        themes = [one for one in themes if one.plan_id in about or (one.plan.slug, one.number) in printed]
    else:
        basis = live_states(reader, keys=keys, plans=plans, now=latest_quarter(plans))
    linked = _Linked(
        needs, _themes(named), _answers(links, basis.states), _left_out(links, basis), copied_from(assessment, reader)
    )
    found = [linked.state(assessment, need) for need in needs]
    return Sight(
        title=str(assessment),
        period=assessment.period,
        plan=assessment.informs.title,
        needs=tuple(one for one in found if not one.gone_reason),
        gone=tuple(one for one in found if one.gone_reason),
        themes=tuple(ThemeRef(one.plan.title, one.plan.slug, one.number, one.title) for one in themes),
        in_force=tuple(one for key, one in basis.states.items() if key in basis.in_force),
        basis=basis,
    )


def _themes(named: Iterable[ThemeLink]) -> Mapping[str, tuple[ThemeRef, ...]]:
    """The themes that each need names, by the need's key, each once."""
    found: dict[str, dict[int, ThemeRef]] = defaultdict(dict)
    for one in named:
        plan, theme = one.theme.plan, one.theme
        ref = ThemeRef(plan.title, plan.slug, theme.number, theme.title, one.note)
        found[str(one.need_key)].setdefault(theme.pk, ref)
    return {key: tuple(of_need.values()) for key, of_need in found.items()}


def _answers(
    links: Iterable[DeliverableLink], states: Mapping[str, DeliverableState]
) -> Mapping[str, tuple[Answer, ...]]:
    """What answers each need, by the need's key, each deliverable once; in the order of plan, theme and number."""
    found: dict[str, dict[str, Answer]] = defaultdict(dict)
    for one in links:
        if state := states.get(str(one.key)):
            found[str(one.need_key)].setdefault(state.key, Answer(state, one.note))
    return {
        key: tuple(
            sorted(
                of_need.values(),
                key=lambda one: (one.deliverable.plan, one.deliverable.theme_number, one.deliverable.number),
            )
        )
        for key, of_need in found.items()
    }


def _left_out(links: Iterable[DeliverableLink], basis: Basis) -> Mapping[str, frozenset[str]]:
    """What is exempt from publication of what answers each need, by the need's key."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in links:
        found[str(one.need_key)] |= {str(one.key)} & basis.left_out
    return {key: frozenset(of_need) for key, of_need in found.items()}


def copied_from(assessment: Assessment, reader: Reader) -> Assessment | None:
    """The assessment that this one was copied from, where the reader may see it; one query."""
    return Assessment.objects.visible_to(reader).filter(followed_by=assessment).first()


def _last_year(before: Assessment | None) -> Mapping[str, list[Need]] | None:
    """The needs of the assessment before, by key; None where there is none that may be told of."""
    if before is None:
        return None
    found: dict[str, list[Need]] = defaultdict(list)
    for need in Need.objects.standing().of(before).order_by("pk"):
        found[str(need.key)].append(need)
    return found


class _Linked:
    """What an assessment's needs are made of beside themselves, by their keys."""

    def __init__(
        self,
        needs: Iterable[Need],
        themes: Mapping[str, tuple[ThemeRef, ...]],
        answers: Mapping[str, tuple[Answer, ...]],
        left_out: Mapping[str, frozenset[str]],
        before: Assessment | None,
    ) -> None:
        self.themes, self.answers, self.left_out, self.last_year = themes, answers, left_out, _last_year(before)
        self.sections: dict[str, list[str]] = defaultdict(list)
        for need in needs:
            if not need.is_gone:
                self.sections[str(need.key)].append(need.section.number)

    def state(self, assessment: Assessment, need: Need) -> NeedState:
        key = str(need.key)
        mark, before = self._since_last_year(need)
        return NeedState(
            pk=need.pk,
            key=key,
            kind=NeedKind(need.kind),
            wording=need.wording,
            level=need.level,
            section=need.section.number,
            section_title=need.section.title,
            response=need.response,
            response_reason=need.response_reason,
            gone_reason=need.gone_reason,
            mark=mark,
            worded_before=before,
            also_in=tuple(one for one in self.sections[key] if one != need.section.number),
            themes=self.themes.get(key, ()),
            answers=self.answers.get(key, ()),
            address=reverse("need", args=[assessment.slug, need.pk]),
            left_out=self.left_out.get(key, frozenset()),
        )

    def _since_last_year(self, need: Need) -> tuple[Mark | None, str]:
        """What became of it, and how it read before where that was otherwise."""
        if self.last_year is None:
            return None, ""
        were = self.last_year.get(str(need.key), [])
        marks = {need.mark_since(one): one for one in were} or {need.mark_since(None): None}
        for mark in (Mark.GONE, Mark.KEPT, Mark.NEW):
            if mark in marks:
                return mark, ""
        was = marks[Mark.CHANGED]
        return Mark.CHANGED, f"{was.wording} ({was.level or 'no level'})"
