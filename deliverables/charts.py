"""Charts: what was counted as a plotly figure, as a sentence, and as the rows of a table. No database here.

All three say the same, and every share is a breakdown's as it is printed everywhere else (DESIGN section 4, rule 1).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from textwrap import wrap
from typing import Any

from deliverables.bars import Bar, bars_with_words, close_bars, in_words, name_of, ratings_of, same, standing_bars
from deliverables.drawings import NO_UPDATE, NO_UPDATE_MARK, End, Figure, best_first, flows
from deliverables.drawings import grid as drawn_grid
from deliverables.rag import Movement
from themes.ratings import Kind, RatingValue

WIDE, NARROW = 110, 44
"""How many characters a line of text in a chart holds, on a wide and on a narrow screen."""
MOST_COLUMNS = 6
"""How many columns side by side have room for a letter in each of their parts, at 600 pixels."""

Row = tuple[str | int, ...]


@dataclass(frozen=True)
class Chart:
    """One chart in all its forms."""

    key: str
    """Its name in addresses and on its page."""
    about: str
    """The theme or plan that it shows."""
    title: str
    says: str
    """Its text alternative."""
    draw_wide: Callable[[], Figure]
    """A file of the figures needs no drawing, so none is made before it is asked for."""
    draw_narrow: Callable[[], Figure]
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    bars: tuple[Bar, ...] = ()
    """Of bars: what is drawn before any script."""
    is_spelt_out: bool = False
    """Whether the drawing has all of its figures in words beside it, so that `says` need not be shown too."""
    grid: "Grid | None" = None
    """Of a grid: its rows and columns. It is shown as a table, whose cells are links, with or without a script."""

    @property
    def wide(self) -> Figure:
        return self.draw_wide()

    @property
    def narrow(self) -> Figure:
        """The same for a narrow screen."""
        return self.draw_narrow()

    @property
    def for_a_file(self) -> tuple[tuple[str, ...], list[Row]]:
        """The table's headings and rows, and after each row's printed shares their counts as numbers.

        What they are counts of is the number under "In force".
        """
        if not self.bars:
            return self.headings, list(self.rows)
        which = ratings_of(self.bars)
        headings = (*self.headings, *(f"{name_of(rating)}, count" for rating in which.values()))
        counts = [{same(line): line.count for line in bar.figures.lines} for bar in self.bars]
        return headings, [
            (*row, *(of_bar.get(one, "") for one in which)) for row, of_bar in zip(self.rows, counts, strict=True)
        ]

    @property
    def figures(self) -> dict[str, Any]:
        """What a script draws it from; the title is that of its picture, in lines."""
        return {
            "title": "<br>".join([*wrap(self.title, WIDE), *wrap(self.about, WIDE)]),
            "wide": self.wide,
            "narrow": self.narrow,
        }


def shares(key: str, about: str, title: str, bars: Sequence[Bar], notes: Iterable[str] = ()) -> Chart:
    """How each theme's deliverables are rated: a bar for each, parted by rating."""
    return Chart(
        key=key,
        about=about,
        title=title,
        says=" ".join(f"{bar.label}: {in_words(bar.figures)}." for bar in bars),
        draw_wide=partial(bars_with_words, bars, WIDE),
        draw_narrow=partial(bars_with_words, bars, NARROW),
        **_table(bars, "Theme"),
        notes=_notes(bars, notes),
        bars=tuple(bars),
        is_spelt_out=True,
    )


def trend(key: str, about: str, title: str, bars: Sequence[Bar], notes: Iterable[str] = ()) -> Chart:
    """How ratings went from quarter to quarter: a bar for each, the earliest first."""
    return Chart(
        key=key,
        about=about,
        title=title,
        says=_trend_in_words(bars),
        draw_wide=partial(standing_bars, bars) if len(bars) <= MOST_COLUMNS else partial(close_bars, bars, WIDE),
        draw_narrow=partial(close_bars, bars, NARROW),
        **_table(bars, "Quarter"),
        notes=_notes(bars, notes),
        bars=tuple(bars),
    )


def _notes(bars: Sequence[Bar], notes: Iterable[str]) -> tuple[str, ...]:
    rounding = {bar.figures.rounding_note for bar in bars} - {""}
    return ("Each percentage is of all deliverables in force that the bar counts.", *rounding, *notes)


def _trend_in_words(bars: Sequence[Bar]) -> str:
    first, last = bars[0], bars[-1]
    if len(bars) == 1:
        return f"One quarter is reported so far. {last.label}: {in_words(last.figures)}."
    before = {same(line): line for line in first.figures.lines}
    now = {same(line): line for line in last.figures.lines}
    moved = []
    for which, rating in ratings_of(bars).items():
        lines = [side[which] for side in (before, now) if which in side]
        if any(line.count for line in lines):
            went = [side[which].printed if which in side else "not in use" for side in (before, now)]
            moved.append(f"{rating.name if rating else NO_UPDATE} from {went[0]} to {went[1]}")
    return f"Over {len(bars)} quarters, from {first.label} to {last.label}: {'; '.join(moved)}."


def _table(bars: Sequence[Bar], about: str) -> dict[str, Any]:
    """The bars as a table's headings and rows."""
    ratings = ratings_of(bars)
    rows = []
    for bar in bars:
        printed = {same(line): line.printed for line in bar.figures.lines}
        rows.append((bar.label, bar.figures.total, *(printed.get(which, "") for which in ratings)))
    return {"headings": (about, "In force", *map(name_of, ratings.values())), "rows": tuple(rows)}


@dataclass(frozen=True)
class Cell:
    """A deliverable at a quarter. Without an `address` it is not in the report, and `label` says why."""

    label: str
    rating: RatingValue | None = None
    number: int = 0
    address: str = ""

    @property
    def mark(self) -> str:
        """Its letter; a dash where there is no update, and nothing where it is not in the report."""
        if self.rating:
            return self.rating.code
        return NO_UPDATE_MARK if self.address else ""


@dataclass(frozen=True)
class GridRow:
    """A deliverable over the quarters, under its last number and wording."""

    number: int
    wording: str
    cells: tuple[Cell, ...]

    @property
    def label(self) -> str:
        return f"{self.number}. {self.wording}"


@dataclass(frozen=True)
class GridColumn:
    """A quarter: "Quarter 4, 2019-20", "Q4" and "2019-20"."""

    label: str
    short: str
    year: str


@dataclass(frozen=True)
class Grid:
    rows: tuple[GridRow, ...]
    columns: tuple[GridColumn, ...]
    """The earliest first."""

    @property
    def ratings(self) -> list[RatingValue | None]:
        """What its letters stand for, from best to worst; None where some cell has no update."""
        there = {cell.rating for row in self.rows for cell in row.cells if cell.address}
        return [*sorted(self.named.values(), key=best_first), *[None] * (None in there)]

    @property
    def named(self) -> dict[tuple[str, Kind], RatingValue]:
        """Each rating once, as the last quarter that has it names and colours it."""
        found: dict[tuple[str, Kind], RatingValue] = {}
        for quarter in reversed(list(zip(*(row.cells for row in self.rows), strict=True))):
            for rating in (cell.rating for cell in quarter if cell.rating):
                found.setdefault(rating.same, rating)
        return found


def grid(key: str, about: str, title: str, cells: Grid, notes: Iterable[str] = ()) -> Chart:
    """Deliverables by quarter, each with its rating."""

    def draw() -> Figure:
        named = cells.named

        def drawn(cell: Cell) -> RatingValue | str | None:
            return named[cell.rating.same] if cell.rating else (NO_UPDATE if cell.address else None)

        return drawn_grid(
            [[drawn(cell) for cell in row.cells] for row in cells.rows],
            [f"{column.short}<br>{column.year}" for column in cells.columns],
            [row.label for row in cells.rows],
        )

    last = [row.cells[-1] for row in cells.rows if row.cells[-1].address]
    counts = Counter(name_of(cell.rating) for cell in last)
    now = ", ".join(f"{name} {count}" for name, count in counts.items()) or "none is listed"
    down, across = len(cells.rows), len(cells.columns)
    size = f"{down} deliverable{_s(down)} over {across} quarter{_s(across)}"
    return Chart(
        key=key,
        about=about,
        title=title,
        says=f"{size}. At {cells.columns[-1].label}, the last of them: {now}.",
        draw_wide=draw,
        draw_narrow=draw,
        headings=("No.", "Deliverable", *(f"{column.short} {column.year}" for column in cells.columns)),
        rows=tuple((row.number, row.wording, *(cell.label for cell in row.cells)) for row in cells.rows),
        notes=tuple(notes),
        grid=cells,
    )


@dataclass(frozen=True)
class Moved:
    """One deliverable at two quarters."""

    number: int
    before: End
    now: End
    movement: Movement


def movement(
    key: str,
    about: str,
    title: str,
    moved: Sequence[Moved],
    quarters: tuple[str, str],
    notes: Iterable[str] = (),
) -> Chart:
    """From which rating to which the deliverables went between two quarters; each is counted once."""

    def place(end: End) -> tuple[int, str]:
        return best_first(end.rating or end.label)

    alike: dict[tuple[End, End], list[Moved]] = {}
    for one in sorted(moved, key=lambda one: (place(one.before), place(one.now), one.number)):
        alike.setdefault((one.before, one.now), []).append(one)

    def draw() -> Figure:
        return flows(
            {ends: len(found) for ends, found in alike.items()},
            sorted({start for start, _ in alike}, key=place),
            sorted({end for _, end in alike}, key=place),
            quarters,
        )

    rows = tuple(
        (start.label, end.label, len(found), found[0].movement.value.capitalize(), _numbers(found))
        for (start, end), found in alike.items()
    )
    return Chart(
        key=key,
        about=about,
        title=title,
        says=_movement_in_words(alike, quarters),
        draw_wide=draw,
        draw_narrow=draw,
        headings=(quarters[0], quarters[1], "How many", "Movement", "Which"),
        rows=rows,
        notes=tuple(notes),
    )


def _movement_in_words(alike: Mapping[tuple[End, End], Sequence[Moved]], quarters: tuple[str, str]) -> str:
    total = sum(len(found) for found in alike.values())
    said = []
    for (start, end), found in alike.items():
        went = f"stayed {end.label}" if start.label == end.label else f"went from {start.label} to {end.label}"
        said.append(f"{len(found)} {went}")
    return f"{total} deliverable{_s(total)} from {quarters[0]} to {quarters[1]}: {'; '.join(said) or 'none'}."


def _numbers(found: Sequence[Moved]) -> str:
    return ", ".join(str(one.number) for one in found)


def _s(count: int) -> str:
    return "" if count == 1 else "s"
