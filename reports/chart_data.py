"""The charts of a plan and of a theme, gathered from what was published; the queries are the same whatever the history.

What a reader may not see is in no publication here, so it is in no chart.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from deliverables.bars import Bar
from deliverables.charts import Cell, Chart, Grid, GridColumn, GridRow, Moved, grid, movement, shares, trend
from deliverables.drawings import NO_UPDATE, End
from deliverables.rag import Breakdown
from deliverables.rag import movement as movement_of
from reports.edition_models import EditionFigure, EditionRow, EditionTheme
from reports.options import Exceptions
from reports.published import Publication, breakdown_of, rating_of, states
from reports.states import RowState, ThemeState, together
from themes.place import themes_in_words
from themes.quarters import Quarter

Figures = Mapping[int, Breakdown]


def figures_of(wanted: Iterable[Publication]) -> dict[int, Breakdown]:
    """The figures of publications, by their key; two queries, and no row is read."""
    keys = [one.pk for one in wanted]
    lines: dict[int, list[EditionFigure]] = defaultdict(list)
    for line in EditionFigure.objects.filter(theme__in=keys).order_by("theme_id", "order"):
        lines[line.theme_id].append(line)
    themes = EditionTheme.objects.filter(pk__in=keys).defer("withdrawn", "exempt_keys", "notice", "overall")
    return {
        one.pk: breakdown_of(one, lines[one.pk], {line.code: rating_of(line) for line in lines[one.pk] if line.code})
        for one in themes
    }


def gather_plan_charts(themes: Mapping[int, Sequence[Publication]]) -> list[Chart]:
    """A plan's charts: each theme's newest shares, the plan's trend, and each theme's trend; two queries.

    `themes` are the plan's publications that count, newest first.
    """
    figures = figures_of(one for listed in themes.values() for one in listed)
    newest = [listed[0] for listed in themes.values()]
    bars = [Bar(f"{one.theme_label}, {one.quarter.label}", figures[one.pk]) for one in newest]
    notes = []
    if len({one.quarter for one in newest}) > 1:
        notes.append("Each theme is shown at the last quarter that it was reported on, which is not the same for all.")
    return [
        shares("shares", newest[0].plan, "How each theme stands", bars, [*notes, *_left_out(newest, figures)]),
        _plan_trend(themes, figures),
        *(
            theme_trend(f"theme-{number}", f"Theme {number}, quarter by quarter", listed, figures)
            for number, listed in themes.items()
        ),
    ]


def _plan_trend(themes: Mapping[int, Sequence[Publication]], figures: Figures) -> Chart:
    """All themes' figures as one. A quarter that not all of them are reported on is marked with a star."""
    by_quarter: dict[Quarter, list[Publication]] = defaultdict(list)
    for one in (one for listed in themes.values() for one in listed):
        by_quarter[one.quarter].append(one)
    bars, notes = [], []
    for quarter, found in sorted(by_quarter.items()):
        bar = _quarter_bar(quarter, together([figures[one.pk] for one in found]))
        if len(found) < len(themes):
            only = f"{quarter.label} ({themes_in_words([one.number for one in found])} only)"
            bar = Bar(only, bar.figures, (f"{quarter.short}*", str(quarter.year)))
            notes.append(f"* {only}: there is no report on the others for it.")
        bars.append(bar)
    every = [one for found in by_quarter.values() for one in found]
    notes += [*_gaps(sorted(by_quarter)), *_left_out(every, figures)]
    return trend("trend", every[0].plan, "All themes together, quarter by quarter", bars, notes)


def theme_trend(key: str, title: str, listed: Sequence[Publication], figures: Figures) -> Chart:
    """A theme's trend. `listed` are its publications that count, newest first."""
    earliest_first = list(reversed(listed))
    bars = [_quarter_bar(one.quarter, figures[one.pk]) for one in earliest_first]
    notes = [*_gaps([one.quarter for one in earliest_first]), *_left_out(earliest_first, figures)]
    return trend(key, listed[0].theme_label, title, bars, notes)


def _quarter_bar(quarter: Quarter, figures: Breakdown) -> Bar:
    return Bar(quarter.label, figures, (quarter.short, str(quarter.year)))


def _gaps(quarters: Sequence[Quarter]) -> Iterator[str]:
    """The quarters without a report among those with one, earliest first."""
    for one, following in zip(quarters, quarters[1:], strict=False):
        if one.next == following:
            continue
        if one.next == following.previous:
            yield f"No report is published for {one.next.label}."
        else:
            yield f"No report is published for the quarters from {one.next.label} to {following.previous.label}."


def _left_out(listed: Sequence[Publication], figures: Figures) -> list[str]:
    """What publications say themselves of how many they leave out."""
    said = []
    for one in listed:
        if count := figures[one.pk].left_out:
            are = "deliverable is" if count == 1 else "deliverables are"
            said.append(f"Theme {one.number} at {one.quarter.label}: {count} {are} exempt from publication.")
    return said


def gather_theme_charts(listed: Sequence[Publication], before: Publication, now: Publication) -> list[Chart]:
    """A theme's trend, its grid, and the movement between two of its publications, where it has two; six queries.

    `listed` are its publications that count, newest first.
    """
    figures = figures_of(listed)
    charts = [theme_trend("trend", "Ratings, quarter by quarter", listed, figures), theme_grid(listed, figures)]
    return [*charts, theme_movement(before, now)] if len(listed) > 1 else charts


def theme_grid(listed: Sequence[Publication], figures: Figures) -> Chart:
    """Every deliverable at every quarter, followed by its key through years and numbers; one query.

    Those listed last come first, by number.
    """
    rows: dict[str, dict[int, _Printed]] = defaultdict(dict)
    found = EditionRow.objects.filter(theme__in=[one.pk for one in listed])
    for theme, key, *printed in found.values_list("theme_id", "key", "number", "deliverable", "rating", "remark"):
        rows[str(key)][theme] = _Printed(*printed)

    def last(row: Mapping[int, _Printed]) -> tuple[int, _Printed]:
        return next((place, row[one.pk]) for place, one in enumerate(listed) if one.pk in row)

    in_order = sorted(rows.values(), key=lambda row: (last(row)[0], last(row)[1].number))
    earliest_first = list(reversed(listed))
    grid_rows = [
        GridRow(
            last(row)[1].number,
            last(row)[1].wording,
            tuple(_cell(one, row.get(one.pk), figures[one.pk]) for one in earliest_first),
        )
        for row in in_order
    ]
    columns = [GridColumn(one.quarter.label, one.quarter.short, str(one.quarter.year)) for one in earliest_first]
    notes = [*_gaps([one.quarter for one in earliest_first]), *_left_out(earliest_first, figures)]
    title = "Every deliverable, quarter by quarter"
    return grid("grid", listed[0].theme_label, title, Grid(tuple(grid_rows), tuple(columns)), notes)


@dataclass(frozen=True)
class _Printed:
    """A row of an edition, as far as the grid shows it."""

    number: int
    wording: str
    rating: Mapping[str, str] | None
    remark: str


def _cell(one: Publication, row: _Printed | None, figures: Breakdown) -> Cell:
    if row is None:
        return Cell(_not_listed(one, figures))
    rating = figures.line(row.rating["code"]).rating if row.rating else None
    label = str(rating) if rating else NO_UPDATE
    return Cell(
        f"{label}, {row.remark}" if row.remark else label,
        rating,
        row.number,
        one.address("published_deliverable", deliverable=row.number),
    )


def _not_listed(one: Publication, figures: Breakdown) -> str:
    """Why a publication has no row for a deliverable, as far as it may be told (DESIGN section 4, rule 9)."""
    if one.exceptions == Exceptions.ALONE:
        return "Not printed: the report lists red and amber only"
    return "Not in force, or exempt from publication" if figures.left_out else "Not in force"


def theme_movement(before: Publication, now: Publication) -> Chart:
    """From which rating to which a theme's deliverables went; three queries. The earlier quarter comes first, always.

    What either leaves out as exempt is left out of this too: its coming or going would say that it is there.
    """
    before, now = sorted((before, now), key=lambda one: one.quarter)
    found = states([before, now])
    was, is_ = found[before.pk], found[now.pk]
    exempt = was.exempt_keys | is_.exempt_keys
    rows = [{row.key: row for row in state.rows if row.key not in exempt} for state in (was, is_)]
    moved = [_moved(rows[0].get(key), rows[1].get(key), was, is_) for key in {**rows[0], **rows[1]}]
    notes = ["Each deliverable is counted once, also one that is in only one of the two reports."]
    if exempt:
        notes.append("Deliverables that either report leaves out as exempt from publication are left out here.")
    return movement(
        "movement",
        now.theme_label,
        f"What moved from {before.quarter.label} to {now.quarter.label}",
        moved,
        (before.quarter.label, now.quarter.label),
        notes,
    )


def _moved(before: RowState | None, now: RowState | None, was: ThemeState, is_: ThemeState) -> Moved:
    row = now or before
    assert row is not None
    return Moved(
        number=row.number,
        before=_end(before, was, "Not yet in force"),
        now=_end(now, is_, "No longer in force"),
        movement=movement_of(now and now.standing, before and before.standing),
    )


def _end(row: RowState | None, state: ThemeState, absent: str) -> End:
    if row is None:
        return End(absent if state.has_all_rows else "Not printed: red and amber only")
    return End(row.label, row.rating)
