"""What can be linked: of a need the themes and deliverables of a plan, of a deliverable the needs of an assessment."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from accounts.models import User
from deliverables.models import Deliverable
from needs.forms import sections_of
from needs.live import latest_quarter, live_states
from needs.models import Assessment, DeliverableLink, Need, ThemeLink
from needs.options import in_words
from needs.sight import At, DeliverableState
from themes.models import Plan, Theme

MOST_OFFERED = 300
"""How many are offered at once beside those that are ticked: more are narrowed by words."""

LONGEST_WORDS = 100  # characters


@dataclass(frozen=True)
class Offered:
    """One thing that can be ticked."""

    value: str
    """Names it among those that are offered."""
    group: str
    """The theme or section that it stands under."""
    label: str
    is_linked: bool
    note: str
    """Why it is linked."""
    row: Theme | Deliverable | Need
    at: At | None = None
    """How a deliverable stands now; None where it was not in force yet, and of what is no deliverable."""
    remark: str = ""


def targets(need: Need, plan: Plan, user: User) -> list[Offered]:
    """A plan's themes with the deliverables of its latest year, and those that answer the need in another year.

    In some twelve queries. Of one that is carried forward it is the row of the latest
    year that was reported on.
    """
    of_need = {"need__key": need.key, "need__section__assessment": need.section.assessment_id}
    named = dict(ThemeLink.objects.filter(**of_need).values_list("theme", "note"))
    links = DeliverableLink.objects.filter(**of_need).values_list("deliverable__key", "note")
    answering = {str(key): note for key, note in links}
    quarter = latest_quarter([plan.pk])
    rows: dict[str, Deliverable] = {}
    for row in Deliverable.objects.visible_to(user).filter(theme__plan=plan).order_by("financial_year"):
        key = str(row.key)
        is_reported = quarter is None or row.financial_year <= quarter.year
        if key not in rows or is_reported:
            rows[key] = row
    states = live_states(user, keys=set(rows), plans=[], now=quarter).states
    by_theme: dict[int, list[Deliverable]] = defaultdict(list)
    for key, row in rows.items():
        # One that has ended is offered no more, unless it is linked already.
        if key in answering or states[key].counts or quarter is None or row.financial_year > quarter.year:
            by_theme[row.theme_id].append(row)
    return [
        one
        for theme in plan.themes.all()
        for one in (_theme(theme, named), *_rows(theme, by_theme[theme.pk], answering, states))
    ]


def matching(one: Offered, words: str) -> bool:
    """Whether all the words stand in what is offered; of a theme in its title."""
    text = f"{one.group} {one.label}" if isinstance(one.row, Theme) else one.label
    return all(word in text.casefold() for word in words.casefold().split())


def _theme(theme: Theme, named: dict[int, str]) -> Offered:
    is_linked = theme.pk in named
    return Offered(
        value=f"theme-{theme.pk}",
        group=str(theme),
        label="The theme itself",
        is_linked=is_linked,
        note=named.get(theme.pk, ""),
        row=theme,
    )


def _rows(
    theme: Theme, rows: list[Deliverable], answering: dict[str, str], states: Mapping[str, DeliverableState]
) -> Iterator[Offered]:
    for row in sorted(rows, key=lambda one: (one.financial_year, one.number)):
        state = states[str(row.key)]
        yield Offered(
            value=f"deliverable-{row.pk}",
            group=str(theme),
            label=f"{row.number}. {row.wording}",
            is_linked=str(row.key) in answering,
            note=answering.get(str(row.key), ""),
            row=row,
            at=state.now,
            remark=state.remark if state.at else f"Begins in {row.in_force_from.label}",
        )


def needs_to_link(assessment: Assessment, deliverable: Deliverable) -> list[Offered]:
    """The needs of an assessment, section by section.

    A need that several sections have stands once. Three queries.
    """
    links = DeliverableLink.objects.filter(
        need__section__assessment=assessment, deliverable__key=deliverable.key
    ).values_list("need__key", "note")
    linked = dict(links)
    sections = {one.pk: one for one in sections_of(assessment)}
    order = {key: place for place, key in enumerate(sections)}
    offered, seen = [], set()
    for need in sorted(Need.objects.of(assessment).standing(), key=lambda one: (order[one.section_id], one.pk)):
        if need.key in seen:
            continue
        seen.add(need.key)
        need.section = sections[need.section_id]
        offered.append(
            Offered(
                value=f"need-{need.pk}",
                group=str(need.section),
                label=f"{in_words(need.level, need.kind)}: {need.wording}",
                is_linked=need.key in linked,
                note=linked.get(need.key, ""),
                row=need,
            )
        )
    return offered
