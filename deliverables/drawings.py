"""Drawings for plotly in plain values, without plotly: what all share, a grid, and flows. No database here.

Lengths are in pixels. Every colour and letter comes from its rating; none is told by colour alone. Bars are in
`bars.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from themes.ratings import NEAR_BLACK, WHITE, Kind, RatingValue

Figure = dict[str, Any]

QUIET = "#505a5f"
GREY = "#dee0e2"
FONT = {
    "family": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif",
    "size": 14,
    "color": NEAR_BLACK,
}
BOLD = FONT | {"weight": 700}  # by the font alone: plotly's bold tag would be an inline style
NO_UPDATE = "No update"
NO_UPDATE_MARK = "–"
FEWEST_COLUMNS = 8  # of a grid, so that a cell of a short one is no wider than of a long one

KEY = {
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


def hidden(**more: Any) -> Figure:
    return {"visible": False, "fixedrange": True} | more


def shown(**more: Any) -> Figure:
    return {"fixedrange": True, "showgrid": False, "zeroline": False, "ticks": "", "tickangle": 0} | more


def text_at(text: str, y: float, **more: Any) -> Figure:
    """A text at the left, its top at a height."""
    usual = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "y", "y": y, "yanchor": "top", "align": "left"}
    return usual | {"text": text, "showarrow": False, "borderpad": 0} | more


def layout_of(**more: Any) -> Figure:
    hover = {"bgcolor": WHITE, "bordercolor": NEAR_BLACK, "font": FONT, "align": "left"}
    return {"font": FONT, "paper_bgcolor": WHITE, "plot_bgcolor": WHITE, "dragmode": False, "hoverlabel": hover} | more


def grid(cells: Sequence[Sequence[RatingValue | str | None]], across: Sequence[str], down: Sequence[str]) -> Figure:
    """Ratings by row and column, coloured and lettered. A text stands for what has no rating; None leaves a gap."""
    there = {one for row in cells for one in row if one is not None}
    traces = []
    for kind in sorted(there, key=best_first):
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
        where = [[1 if one == kind else None for one in row] for row in cells]
        usual = {"type": "heatmap", "z": where, "showscale": False, "hoverinfo": "skip", "hoverongaps": False}
        # The outline is a larger cell below, for the colours that are hardly seen on white.
        traces.append(usual | {"colorscale": [[0, outline], [1, outline]], "xgap": 2, "ygap": 2})
        text = {"text": [[mark if one == kind else "" for one in row] for row in cells], "texttemplate": "%{text}"}
        named = {"name": str(kind), "showlegend": True, "textfont": BOLD | {"color": ink}}
        traces.append(usual | text | named | {"colorscale": [[0, colour], [1, colour]], "xgap": 4, "ygap": 4})
    lines = [wrap(one, 70) for one in down]
    return {
        "data": traces,
        "layout": layout_of(
            height=44 * len(down) + 94,
            margin={"l": 490, "r": 2, "t": 48, "b": 46, "autoexpand": False},
            legend=KEY | {"y": 0, "yanchor": "top"},
            xaxis=shown(
                side="top",
                range=[-0.5, max(len(across), FEWEST_COLUMNS) - 0.5],
                tickvals=list(range(len(across))),
                ticktext=list(across),
            ),
            yaxis=shown(
                autorange="reversed",
                tickvals=list(range(len(down))),
                ticktext=["<br>".join(one) for one in lines],
                tickfont=FONT | {"size": 12},
            ),
        ),
    }


def best_first(kind: RatingValue | str) -> tuple[int, str]:
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
                "textfont": BOLD | {"shadow": f"0 0 3px {WHITE}, 0 0 3px {WHITE}, 0 0 3px {WHITE}"},
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
        "layout": layout_of(
            height=height + 50,
            margin={"l": 4, "r": 4, "t": 42, "b": 8, "autoexpand": False},
            annotations=[
                text_at(heads[0], 1, font=BOLD, yref="paper", yanchor="bottom", yshift=10),
                text_at(heads[1], 1, font=BOLD, yref="paper", yanchor="bottom", yshift=10, x=1, xanchor="right"),
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
