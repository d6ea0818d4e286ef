"""Drawings for plotly in plain values, without plotly: bars lying and standing, a grid, and flows. No database here.

Lengths are in pixels, widths of parts in percent. Every colour and letter comes from its rating; none is told by
colour alone. What is printed comes from a breakdown; a share is worked out here for drawing only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from deliverables.rag import Breakdown, Line
from themes.ratings import NEAR_BLACK, WHITE, Kind, RatingValue

Figure = dict[str, Any]
Same = tuple[str, Kind] | None

QUIET = "#505a5f"
GREY = "#dee0e2"
FONT = {
    "family": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif",
    "size": 14,
    "color": NEAR_BLACK,
}
_BOLD = FONT | {"weight": 700}  # by the font alone: plotly's bold tag would be an inline style
HATCH = {"shape": "/", "fgcolor": "#c4c8cb", "bgcolor": WHITE, "size": 8, "solidity": 0.4}
"""Of "No update" in bars, as on every page."""
NO_UPDATE = "No update"
NO_UPDATE_MARK = "–"
TEXT_IN_BARS = 12  # pixels; a part that is too small for it is told in the words beside it
TEXT_LINE, LYING_BAR, BETWEEN_BARS, COLUMNS = 19, 32, 18, 400
LABELS_APART = 5.5  # percent of a column's height
WHOLE = [0, 100.3]  # percent, with room for the last part's outline
MOST_LABELS, FEWEST_SLOTS, FEWEST_COLUMNS = 14, 5, 8


@dataclass(frozen=True)
class Bar:
    """One breakdown in a chart: a theme's, or a quarter's."""

    label: str
    figures: Breakdown
    short: tuple[str, ...] = ()
    """Its name where there is little room, in lines."""


def same(line: Line) -> Same:
    """What makes a rating the same from one breakdown to another, whatever was changed about its name or colour."""
    return (line.rating.code, line.rating.kind) if line.rating else None


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
    """A breakdown in a sentence without its end: "Green 14/15 (93.3%), Amber 1/15 (6.7%)"."""
    parts = [f"{line.label} {line.printed}" for line in figures.lines if line.count]
    return ", ".join(parts) or "no deliverable is in force"


def rows_with_words(bars: Sequence[Bar], characters: int) -> Figure:
    """Bars lying below each other, each with its name above it and its figures in words below it."""
    places, notes, down = [], [], 0
    for bar in bars:
        label, words = wrap(bar.label, characters), wrap(in_words(bar.figures), characters)
        notes.append(_text("<br>".join(label), down, font=_BOLD))
        down += len(label) * TEXT_LINE + 6
        places.append(down + LYING_BAR / 2)
        down += LYING_BAR + 4
        notes.append(_text("<br>".join(words), down))
        down += len(words) * TEXT_LINE + BETWEEN_BARS
    key = 46 if characters > 60 else 74
    return {
        "data": _parts(bars, places, lying=True, thickness=LYING_BAR),
        "layout": _of_bars(
            height=down + key,
            margin={"l": 2, "r": 2, "t": key, "b": 0, "autoexpand": False},
            xaxis=_hidden(range=WHOLE),
            yaxis=_hidden(range=[down, 0]),
            annotations=notes,
        ),
    }


def rows(bars: Sequence[Bar]) -> Figure:
    """Bars lying close below each other, each with its short name at its left."""
    each = LYING_BAR + 6
    places = [each * number + each / 2 for number in range(len(bars))]
    ticks = {"tickvals": places, "ticktext": [" ".join((*bar.short, _of(bar))) for bar in bars]}
    return {
        "data": _parts(bars, places, lying=True, thickness=LYING_BAR - 4),
        "layout": _of_bars(
            height=each * len(bars) + 74,
            margin={"l": 2, "r": 2, "t": 74, "b": 0, "autoexpand": False},
            xaxis=_hidden(range=WHOLE, domain=[0.36, 1]),
            yaxis=_shown(range=[each * len(bars), 0], tickfont=FONT | {"size": 12}, **ticks),
        ),
    }


def columns(bars: Sequence[Bar]) -> Figure:
    """Bars standing beside each other, with the last one's figures at its right, each beside its part."""
    every = -(-len(bars) // MOST_LABELS)
    labelled = [number for number in range(len(bars)) if (len(bars) - 1 - number) % every == 0]
    names = ["<br>".join((*bars[number].short, _of(bars[number]))) for number in labelled]
    last = len(bars) - 1
    beside = [
        _text(f"{name_of(line.rating)} {line.printed}", height, x=last + 0.36, xshift=12, xref="x", yanchor="middle")
        for line, height in _beside(bars[last])
    ]
    return {
        "data": _parts(bars, list(range(len(bars))), lying=False, thickness=0.72),
        "layout": _of_bars(
            height=COLUMNS + 76,
            margin={"l": 2, "r": 200, "t": 8, "b": 68, "autoexpand": False},
            showlegend=False,
            xaxis=_shown(range=[-0.4, max(len(bars), FEWEST_SLOTS) - 0.6], tickvals=labelled, ticktext=names),
            yaxis=_hidden(range=WHOLE),
            annotations=beside,
        ),
    }


def _of(bar: Bar) -> str:
    return f"of {bar.figures.total}"


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


def _parts(bars: Sequence[Bar], places: Sequence[float], *, lying: bool, thickness: float) -> list[Figure]:
    """A trace for each rating: its part of every bar, with letter and count in it."""
    traces = []
    for which, rating in ratings_of(bars).items():
        found = [next((line for line in bar.figures.lines if same(line) == which), None) for bar in bars]
        if not any(line and line.count for line in found):
            continue
        shares = [_percent(line) for line in found]
        traces.append(
            {
                "type": "bar",
                "name": name_of(rating),
                "orientation": "h" if lying else "v",
                "x": shares if lying else list(places),
                "y": list(places) if lying else shares,
                "width": thickness,
                "text": [_mark(line) for line in found],
                "textposition": "inside",
                "insidetextanchor": "middle",
                "textangle": 0,
                "insidetextfont": _BOLD
                | {"color": [line.rating.ink if line and line.rating else NEAR_BLACK for line in found]},
                "customdata": [
                    [bar.label, line.printed if line else ""] for bar, line in zip(bars, found, strict=True)
                ],
                "hovertemplate": "%{customdata[0]}<br>%{fullData.name} %{customdata[1]}<extra></extra>",
                "marker": _marker(rating, found),
            }
        )
    return traces


def _mark(line: Line | None) -> str:
    """What stands in a part: letter and count; of those without an update the count."""
    if line is None or not line.count:
        return ""
    return f"{line.rating.code} {line.count}" if line.rating else str(line.count)


def _marker(rating: RatingValue | None, found: Sequence[Line | None]) -> Figure:
    if rating is None:
        return {"color": WHITE, "line": {"color": QUIET, "width": 1}, "pattern": HATCH}
    each = [line.rating if line and line.rating else rating for line in found]
    return {"color": [one.colour for one in each], "line": {"color": [one.outline for one in each], "width": 1}}


def grid(cells: Sequence[Sequence[RatingValue | str | None]], across: Sequence[str], down: Sequence[str]) -> Figure:
    """Ratings by row and column, coloured and lettered. A text stands for what has no rating; None leaves a gap."""
    there = {one for row in cells for one in row if one is not None}
    traces = []
    for kind in sorted(there, key=place):
        colour, outline, ink = (
            (kind.colour, kind.outline, kind.ink)
            if isinstance(kind, RatingValue)
            else (
                GREY,
                QUIET,
                NEAR_BLACK,
            )
        )
        mark = kind.code if isinstance(kind, RatingValue) else NO_UPDATE_MARK
        shown = [[1 if one == kind else None for one in row] for row in cells]
        usual = {"type": "heatmap", "z": shown, "showscale": False, "hoverinfo": "skip", "hoverongaps": False}
        # The outline is a larger cell below, for the colours that are hardly seen on white.
        traces.append(usual | {"colorscale": [[0, outline], [1, outline]], "xgap": 2, "ygap": 2})
        text = {"text": [[mark if one == kind else "" for one in row] for row in cells], "texttemplate": "%{text}"}
        named = {"name": str(kind), "showlegend": True, "textfont": _BOLD | {"color": ink}}
        traces.append(usual | text | named | {"colorscale": [[0, colour], [1, colour]], "xgap": 4, "ygap": 4})
    lines = [wrap(one, 70) for one in down]
    return {
        "data": traces,
        "layout": _layout(
            height=44 * len(down) + 94,
            margin={"l": 490, "r": 2, "t": 48, "b": 46, "autoexpand": False},
            legend=_KEY | {"y": 0, "yanchor": "top"},
            xaxis=_shown(
                side="top",
                range=[-0.5, max(len(across), FEWEST_COLUMNS) - 0.5],
                tickvals=list(range(len(across))),
                ticktext=list(across),
            ),
            yaxis=_shown(
                autorange="reversed",
                tickvals=list(range(len(down))),
                ticktext=["<br>".join(one) for one in lines],
                tickfont=FONT | {"size": 12},
            ),
        ),
    }


def place(kind: RatingValue | str) -> tuple[int, str]:
    """From best to worst; what has no rating last."""
    return (list(Kind).index(kind.kind), kind.code) if isinstance(kind, RatingValue) else (len(Kind), kind)


@dataclass(frozen=True)
class End:
    """What a deliverable is rated at one end of a movement, or in words why it is not."""

    label: str
    rating: RatingValue | None = None

    @property
    def colour(self) -> str:
        return self.rating.colour if self.rating else GREY

    @property
    def outline(self) -> str:
        return self.rating.outline if self.rating else QUIET


def flows(
    counts: Mapping[tuple[End, End], int], before: Sequence[End], now: Sequence[End], heads: tuple[str, str]
) -> Figure:
    """How many went from what to what: ends at left and right in order, joined by bands of the right ones' colours."""
    left = [sum(count for (end, _), count in counts.items() if end == one) for one in before]
    right = [sum(count for (_, end), count in counts.items() if end == one) for one in now]
    ends = [*before, *now]
    height = max(300, 64 * max(len(before), len(now)))
    return {
        "data": [
            {
                "type": "sankey",
                "arrangement": "fixed",
                "textfont": _BOLD | {"shadow": f"0 0 3px {WHITE}, 0 0 3px {WHITE}, 0 0 3px {WHITE}"},
                "node": {
                    "label": [f"{end.label}: {count}" for end, count in zip(ends, [*left, *right], strict=True)],
                    "color": [end.colour for end in ends],
                    "line": {"color": QUIET, "width": 1},
                    "x": [0.001] * len(before) + [0.999] * len(now),
                    "y": [*_middles(left), *_middles(right)],
                    "pad": 18,
                    "thickness": 26,
                    "hovertemplate": "%{label}<extra></extra>",
                },
                "link": {
                    "source": [before.index(start) for start, _ in counts],
                    "target": [len(before) + now.index(end) for _, end in counts],
                    "value": list(counts.values()),
                    "color": [_pale(end.colour if end.colour != WHITE else end.outline) for _, end in counts],
                    "label": [f"{start.label} to {end.label}: {count}" for (start, end), count in counts.items()],
                    "hovertemplate": "%{label}<extra></extra>",
                },
            }
        ],
        "layout": _layout(
            height=height + 50,
            margin={"l": 4, "r": 4, "t": 42, "b": 8, "autoexpand": False},
            annotations=[
                _text(heads[0], 1, font=_BOLD, yref="paper", yanchor="bottom", yshift=10),
                _text(heads[1], 1, font=_BOLD, yref="paper", yanchor="bottom", yshift=10, x=1, xanchor="right"),
            ],
        ),
    }


def _middles(counts: Sequence[int]) -> list[float]:
    """The middle of each end from the top, 0 to 1; plotly keeps them apart, and takes 0 and 1 for nothing."""
    total, above, found = sum(counts), 0, []
    for count in counts:
        found.append(min(max((above + count / 2) / total, 0.001), 0.999))
        above += count
    return found


def _pale(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.4)"


_KEY = {
    "orientation": "h",
    "xref": "container",
    "x": 0,
    "xanchor": "left",
    "y": 1,
    "yanchor": "bottom",
    "traceorder": "normal",
    # A chart without one of its ratings would mislead.
    "itemclick": False,
    "itemdoubleclick": False,
}


def _hidden(**more: Any) -> Figure:
    return {"visible": False, "fixedrange": True} | more


def _shown(**more: Any) -> Figure:
    return {"fixedrange": True, "showgrid": False, "zeroline": False, "ticks": "", "tickangle": 0} | more


def _text(text: str, y: float, **more: Any) -> Figure:
    """A text at the left, its top at a height."""
    usual = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "y", "y": y, "yanchor": "top", "align": "left"}
    return usual | {"text": text, "showarrow": False, "borderpad": 0} | more


def _layout(**more: Any) -> Figure:
    hover = {"bgcolor": WHITE, "bordercolor": NEAR_BLACK, "font": FONT, "align": "left"}
    return {"font": FONT, "paper_bgcolor": WHITE, "plot_bgcolor": WHITE, "dragmode": False, "hoverlabel": hover} | more


def _of_bars(**more: Any) -> Figure:
    return _layout(
        barmode="stack",
        legend=_KEY,
        uniformtext={"minsize": TEXT_IN_BARS, "mode": "hide"},
        **more,
    )
