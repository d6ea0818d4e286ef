"""Bars for plotly in plain values: lying below each other, or standing side by side. No database here.

What is printed comes from a breakdown; a share is worked out here for drawing only. Lengths are in pixels, widths of
parts in percent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from textwrap import wrap
from typing import Any

from deliverables.drawings import BOLD, FONT, KEY, NO_UPDATE, QUIET, Figure, hidden, layout_of, shown, text_at
from deliverables.rag import Breakdown, Line
from themes.ratings import NEAR_BLACK, WHITE, Kind, RatingValue

Same = tuple[str, Kind] | None

HATCH = {"shape": "/", "fgcolor": "#c4c8cb", "bgcolor": WHITE, "size": 8, "solidity": 0.4}
"""Of "No update", as on every page."""
TEXT_IN_BARS = 12
TEXT_LINE, LYING_BAR, BETWEEN_BARS, COLUMNS = 19, 32, 18, 400
WIDE_FROM = 60  # characters in a line
NARROWEST, LEAST_WIDE = 288, 600  # the least width that a narrow and a wide chart is drawn in (static/charts.js)
LEAST_PART = 6.25  # percent of a column that a line of text needs
LABELS_APART = 5.5  # percent of a column's height
WHOLE = [0, 100.3]  # percent, with room for the last part's outline
FEWEST_SLOTS = 5


@dataclass(frozen=True)
class Bar:
    """One breakdown in a chart: a theme's, or a quarter's."""

    label: str
    figures: Breakdown
    short: tuple[str, ...] = ()
    """Its name where there is little room, in lines."""


def same(line: Line) -> Same:
    return line.rating.same if line.rating else None


def ratings_of(bars: Sequence[Bar]) -> dict[Same, RatingValue | None]:
    """All ratings of the bars, as the last bar that has them names them and in its order; without an update last."""
    found: dict[Same, RatingValue | None] = {}
    for bar in reversed(bars):
        for line in bar.figures.ratings:
            found.setdefault(same(line), line.rating)
    return {**found, None: None}


def name_of(rating: RatingValue | None) -> str:
    return str(rating) if rating else NO_UPDATE


def in_words(figures: Breakdown) -> str:
    """A breakdown in a sentence without its end: "G Green 14/15 (93.3%), A Amber 1/15 (6.7%)"."""
    parts = [f"{name_of(line.rating)} {line.printed}" for line in figures.lines if line.count]
    return ", ".join(parts) or "no deliverable is in force"


def bars_with_words(bars: Sequence[Bar], characters: int) -> Figure:
    """Bars lying below each other, each with its name above it and its figures in words below it."""
    places, notes, down = [], [], 0
    for bar in bars:
        label, words = wrap(bar.label, characters), wrap(in_words(bar.figures), characters)
        notes.append(text_at("<br>".join(label), down, font=BOLD))
        down += len(label) * TEXT_LINE + 6
        places.append(down + LYING_BAR / 2)
        down += LYING_BAR + 4
        notes.append(text_at("<br>".join(words), down))
        down += len(words) * TEXT_LINE + BETWEEN_BARS
    key = _key(characters)
    return {
        "data": _parts(bars, places, partial(_has_room, room=_least(characters)), lying=True, thickness=LYING_BAR),
        "layout": _of_bars(
            height=down + key,
            margin={"l": 2, "r": 2, "t": key, "b": 0, "autoexpand": False},
            xaxis=hidden(range=WHOLE),
            yaxis=hidden(range=[down, 0]),
            annotations=notes,
        ),
    }


def close_bars(bars: Sequence[Bar], characters: int) -> Figure:
    """Bars lying close below each other, each with its short name at its left and its smallest parts in words below."""
    names = 0.2 if characters > WIDE_FROM else 0.36
    has_room = partial(_has_room, room=_least(characters) * (1 - names))
    places: list[float] = []
    notes, down = [], 0
    for bar in bars:
        places.append(down + LYING_BAR / 2)
        down += LYING_BAR
        if small := [_mark_in_words(line) for line in bar.figures.lines if line.count and not has_room(line)]:
            words = wrap(", ".join(small), 30)
            notes.append(text_at("<br>".join(words), down, xref="x", font=FONT | {"size": TEXT_IN_BARS}))
            down += len(words) * 16
        down += 8
    key = _key(characters)
    ticks = {"tickvals": places, "ticktext": [f"{' '.join(bar.short)}<br>{_in_force(bar)}" for bar in bars]}
    return {
        "data": _parts(bars, places, has_room, lying=True, thickness=LYING_BAR - 4),
        "layout": _of_bars(
            height=down + key,
            margin={"l": 2, "r": 2, "t": key, "b": 0, "autoexpand": False},
            xaxis=hidden(range=WHOLE, domain=[names, 1]),
            yaxis=shown(range=[down, 0], tickfont=FONT | {"size": 12}, **ticks),
            annotations=notes,
        ),
    }


def standing_bars(bars: Sequence[Bar]) -> Figure:
    """Bars standing beside each other, each with its smallest parts above it.

    The last one's figures are all at its right, each beside its part.
    """
    names = ["<br>".join((*bar.short, _in_force(bar))) for bar in bars]
    last = len(bars) - 1
    notes = [
        text_at(f"{name_of(line.rating)} {line.printed}", height, x=last + 0.36, xshift=12, xref="x", yanchor="middle")
        for line, height in _beside(bars[last])
    ]
    above = 0
    for number, bar in enumerate(bars[:-1]):
        small = [_mark_in_words(line) for line in reversed(bar.figures.lines) if line.count and not _has_height(line)]
        words = [part for one in small for part in wrap(one, 9)]
        notes.append(
            text_at("<br>".join(words), 100, x=number, xref="x", xanchor="center", yanchor="bottom", align="center")
        )
        above = max(above, len(words) * TEXT_LINE)
    return {
        "data": _parts(bars, list(range(len(bars))), _has_height, lying=False, thickness=0.72),
        "layout": _of_bars(
            height=COLUMNS + 76 + above,
            margin={"l": 2, "r": 200, "t": 8 + above, "b": 68, "autoexpand": False},
            showlegend=False,
            xaxis=shown(
                range=[-0.4, max(len(bars), FEWEST_SLOTS) - 0.6],
                tickvals=list(range(len(bars))),
                ticktext=names,
                tickfont=FONT | {"size": 12},
            ),
            yaxis=hidden(range=WHOLE),
            annotations=[one for one in notes if one["text"]],
        ),
    }


def _key(characters: int) -> int:
    """The height of the key, which takes two lines on a narrow screen."""
    return 46 if characters > WIDE_FROM else 74


def _least(characters: int) -> int:
    """The least width in which a chart of so many characters a line is drawn."""
    return LEAST_WIDE if characters > WIDE_FROM else NARROWEST


def _has_room(line: Line, room: float) -> bool:
    """Whether letter and count fit into a part of a lying bar of that width."""
    return _percent(line) * room / 100 >= 8 * len(_mark(line)) + 8


def _has_height(line: Line) -> bool:
    """Whether letter and count fit into a part of a column."""
    return _percent(line) >= LEAST_PART


def _in_force(bar: Bar) -> str:
    return f"{bar.figures.total} in force"


def _beside(bar: Bar) -> list[tuple[Line, float]]:
    """The lines of a column from the bottom with the height at which each is named, none over another."""
    heights: list[float] = []
    below = 0.0
    for line in bar.figures.printed_lines:
        share = _percent(line)
        heights.append(max(below + share / 2, heights[-1] + LABELS_APART if heights else 2))
        below += share
    limit = 98.0
    for number in reversed(range(len(heights))):
        heights[number] = min(heights[number], limit)
        limit = heights[number] - LABELS_APART
    return list(zip(bar.figures.printed_lines, heights, strict=True))


def _percent(line: Line | None) -> float:
    return float(100 * line.exact) if line and line.total else 0.0


def _parts(
    bars: Sequence[Bar], places: Sequence[float], has_room: Callable[[Line], bool], *, lying: bool, thickness: float
) -> list[Figure]:
    """A trace for each rating: its part of every bar, with letter and count in it where they fit."""
    traces = []
    for which, rating in ratings_of(bars).items():
        found = [next((line for line in bar.figures.lines if same(line) == which), None) for bar in bars]
        if not any(line and line.count for line in found):
            continue
        shares = [_percent(line) or None for line in found]  # of a part that is not there not even the outline is drawn
        traces.append(
            {
                "type": "bar",
                "name": name_of(rating),
                "orientation": "h" if lying else "v",
                "x": shares if lying else list(places),
                "y": list(places) if lying else shares,
                "width": thickness,
                "text": [_mark(line) if line and has_room(line) else "" for line in found],
                "textposition": "inside",
                "insidetextanchor": "middle",
                "textangle": 0,
                "insidetextfont": BOLD
                | {"color": [line.rating.ink if line and line.rating else NEAR_BLACK for line in found]},
                "customdata": [
                    [bar.label, line.printed if line else ""] for bar, line in zip(bars, found, strict=True)
                ],
                "hovertemplate": "%{customdata[0]}<br>%{fullData.name} %{customdata[1]}<extra></extra>",
                "marker": _marker(rating, found),
            }
        )
    return traces


def _mark_in_words(line: Line) -> str:
    """What stands beside a part that is too small for it."""
    return _mark(line) if line.rating else f"{NO_UPDATE} {line.count}"


def _mark(line: Line) -> str:
    """What stands in a part: letter and count; of those without an update the count."""
    if not line.count:
        return ""
    return f"{line.rating.code} {line.count}" if line.rating else str(line.count)


def _marker(rating: RatingValue | None, found: Sequence[Line | None]) -> Figure:
    if rating is None:
        return {"color": WHITE, "line": {"color": QUIET, "width": 1}, "pattern": HATCH}
    each = [line.rating if line and line.rating else rating for line in found]
    return {"color": [one.colour for one in each], "line": {"color": [one.outline for one in each], "width": 1}}


def _of_bars(**more: Any) -> Figure:
    return layout_of(
        barmode="stack",
        legend=KEY,
        uniformtext={"minsize": TEXT_IN_BARS, "mode": "hide"},
        **more,
    )
