"""Charts as plain values: plotly takes each, and drawing, words and table say the same as the breakdown."""

from dataclasses import replace

import plotly.graph_objects as go
import pytest

from deliverables import charts
from deliverables.bars import Bar, name_of
from deliverables.charts import Cell, Grid, GridColumn, GridRow, Moved, grid, movement, shares, trend
from deliverables.drawings import End
from deliverables.rag import Because, Movement, Standing, breakdown
from themes.ratings import BLUE_FOR_COMPLETE, GREEN_AMBER_RED

GREEN, AMBER, RED, NOT_STARTED = GREEN_AMBER_RED


def figures(*ratings, scheme=GREEN_AMBER_RED):
    because = {True: Because.APPROVED, False: Because.NO_UPDATE}
    return breakdown([Standing(one, because[one is not None]) for one in ratings], scheme)


BARS = [
    Bar("Quarter 3, 2019-20", figures(GREEN, AMBER, RED, None), ("Q3", "2019-20")),
    Bar("Quarter 4, 2019-20", figures(GREEN, GREEN, AMBER), ("Q4", "2019-20")),
]
MOVED = [
    Moved(1, End("A Amber", AMBER), End("G Green", GREEN), Movement.IMPROVED),
    Moved(2, End("G Green", GREEN), End("G Green", GREEN), Movement.SAME),
    Moved(5, End("G Green", GREEN), End("G Green", GREEN), Movement.SAME),
    Moved(3, End("Not yet in force"), End("NS Not started", NOT_STARTED), Movement.NOT_COMPARABLE),
    Moved(4, End("No update"), End("No longer in force"), Movement.NOT_COMPARABLE),
]
CELLS = (Cell("G Green", GREEN, 4, "/there/"), Cell("No update", None, 7, "/here/"), Cell("Not in force"))
GRID = Grid(
    (GridRow(7, "Patrol the parks", CELLS),), tuple(GridColumn(f"Quarter {n}", f"Q{n}", "2019-20") for n in "123")
)
CHARTS = {
    "shares": shares("shares", "The plan", "How each theme stands", BARS),
    "trend": trend("trend", "The plan", "Quarter by quarter", BARS),
    "trend of nothing": trend("trend", "The plan", "Quarter by quarter", [Bar("Quarter 1", figures(), ("Q1",))]),
    "grid": grid("grid", "Theme 1", "Every deliverable", GRID),
    "movement": movement("movement", "Theme 1", "What moved", MOVED, ("Quarter 3", "Quarter 4")),
}


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_plotly_takes_every_figure(chart):
    for figure in (chart.wide, chart.narrow):
        assert go.Figure(figure).layout.height


@pytest.mark.parametrize("chart", [CHARTS["shares"], CHARTS["trend"]], ids=["shares", "trend"])
def test_drawing_words_and_table_print_what_the_breakdown_prints(chart):
    assert chart.headings == (
        "Theme" if chart.key == "shares" else "Quarter",
        "In force",
        "G Green",
        "A Amber",
        "R Red",
        "NS Not started",
        "No update",
    )
    for bar, row in zip(BARS, chart.rows, strict=True):
        printed = tuple(line.printed for line in bar.figures.lines)
        assert row == (bar.label, bar.figures.total, *printed)
        for line in bar.figures.lines:
            if line.count:
                assert f"{line.label} " in chart.says
                assert line.printed in chart.says
    for figure in (chart.wide, chart.narrow):
        drawn = {(trace["name"], *one) for trace in figure["data"] for one in map(tuple, trace["customdata"])}
        for bar in BARS:
            for line in bar.figures.lines:
                if line.count:
                    assert (str(line.rating or "No update"), bar.label, line.printed) in drawn


def test_a_part_carries_letter_and_count_and_one_without_an_update_is_hatched_with_its_count():
    by_name = {trace["name"]: trace for trace in CHARTS["trend"].wide["data"]}
    assert by_name["A Amber"]["text"] == ["A 1", "A 1"]
    assert by_name["A Amber"]["insidetextfont"]["color"] == [AMBER.ink, AMBER.ink]
    assert by_name["No update"]["text"] == ["1", ""]
    assert by_name["No update"]["marker"]["pattern"]["shape"] == "/"


def test_the_last_column_names_its_parts_beside_them_and_none_over_another():
    beside = CHARTS["trend"].wide["layout"]["annotations"]
    assert [one["text"] for one in beside] == [
        "G Green 2/3 (66.7%)",
        "A Amber 1/3 (33.3%)",
        "R Red 0/3 (0%)",
        "NS Not started 0/3 (0%)",
    ]
    heights = [one["y"] for one in beside]
    assert all(later - one >= 5 for one, later in zip(heights, heights[1:], strict=False))
    assert heights[-1] <= 100


def test_a_rating_that_only_an_earlier_quarter_has_is_said_to_be_not_in_use_later():
    before = Bar("Quarter 1", figures(BLUE_FOR_COMPLETE[0], scheme=BLUE_FOR_COMPLETE))
    said = trend("trend", "The plan", "Quarter by quarter", [before, BARS[1]]).says
    assert "Blue from 1/1 (100%) to not in use" in said
    assert "Green from 0/1 (0%) to 2/3 (66.7%)" in said


def test_a_grid_tells_a_rating_no_update_and_not_in_force_apart_by_letter_and_name():
    chart = CHARTS["grid"]
    assert [cell.mark for cell in CELLS] == ["G", "–", ""]
    assert chart.rows == ((7, "Patrol the parks", "G Green", "No update", "Not in force"),)
    lettered = [trace for trace in chart.wide["data"] if "text" in trace]
    assert [(trace["name"], trace["text"]) for trace in lettered] == [
        ("G Green", [["G", "", ""]]),
        ("No update", [["", "–", ""]]),
    ]
    assert chart.grid.ratings == [GREEN, None]


def test_a_movement_counts_every_deliverable_once_in_drawing_words_and_table():
    chart = CHARTS["movement"]
    assert chart.rows == (
        ("G Green", "G Green", 2, "Same", "2, 5"),
        ("A Amber", "G Green", 1, "Improved", "1"),
        ("No update", "No longer in force", 1, "Not comparable", "4"),
        ("Not yet in force", "NS Not started", 1, "Not comparable", "3"),
    )
    links = chart.wide["data"][0]["link"]
    assert sum(links["value"]) == len(MOVED)
    names = chart.wide["data"][0]["node"]["label"]
    assert [(names[one], names[other]) for one, other in zip(links["source"], links["target"], strict=True)][1] == (
        "A Amber: 1",
        "G Green: 3",
    )
    assert chart.says == (
        "5 deliverables from Quarter 3 to Quarter 4: 2 stayed G Green; 1 went from A Amber to G Green; "
        "1 went from No update to No longer in force; 1 went from Not yet in force to NS Not started."
    )


def test_no_text_of_a_figure_asks_plotly_for_an_inline_style():
    assert not [chart for chart in CHARTS.values() if "<b>" in str(chart.figures) or "<span" in str(chart.figures)]


def test_many_quarters_lie_below_each_other_so_that_every_part_has_room_for_its_letter():
    wide = trend("trend", "The plan", "Quarter by quarter", BARS[:1] * 21).wide
    assert {trace["orientation"] for trace in wide["data"]} == {"h"}
    assert wide["layout"]["height"] > 21 * 30


def every_text(figure):
    inside = [text for trace in figure["data"] for text in trace["text"]]
    beside = [part for one in figure["layout"]["annotations"] for part in one["text"].replace("<br>", ", ").split(", ")]
    return [*inside, *beside]


@pytest.mark.parametrize("how", ["wide", "narrow", "wide of many"])
def test_every_part_however_small_has_its_letter_and_count_in_it_or_beside_it(how):
    of_53 = Bar("Quarter 2", figures(*[GREEN] * 49, AMBER, AMBER, RED, None), ("Q2", "2019-20"))
    bars = [of_53, *BARS[:1] * (charts.MOST_COLUMNS if how == "wide of many" else 1)]
    chart = trend("trend", "The plan", "Quarter by quarter", bars)
    texts = every_text(chart.wide if how.startswith("wide") else chart.narrow)
    joined = ", ".join(texts)
    assert {"G 49", "A 2", "R 1"} <= set(texts)
    assert "No update 1" in joined or "No, update 1" in joined
    assert len([text for text in texts if text == "A 2"]) == 1


def test_shares_have_letters_and_counts_in_words_beside_each_bar():
    beside = " ".join(one["text"] for one in CHARTS["shares"].narrow["layout"]["annotations"])
    for bar in BARS:
        for line in bar.figures.lines:
            if line.count:
                assert f"{name_of(line.rating)} {line.printed}" in beside.replace("<br>", " ")


def test_a_file_has_the_counts_as_numbers_after_what_is_printed():
    headings, rows = CHARTS["trend"].for_a_file
    last = dict(zip(headings, rows[-1], strict=True))
    assert (last["In force"], last["G Green"], last["G Green, count"]) == (3, "2/3 (66.7%)", 2)
    assert (last["No update"], last["No update, count"]) == ("0/3 (0%)", 0)


def test_a_table_is_had_without_a_drawing(monkeypatch):
    def drawn(*_):
        pytest.fail("It was drawn.")

    for name in ("drawn_grid", "flows", "standing_bars", "close_bars", "bars_with_words"):
        monkeypatch.setattr(charts, name, drawn)
    assert trend("trend", "The plan", "Quarter by quarter", BARS).for_a_file
    assert grid("grid", "Theme 1", "Every deliverable", GRID).for_a_file
    assert movement("movement", "Theme 1", "What moved", MOVED, ("Quarter 3", "Quarter 4")).for_a_file


def test_a_rating_whose_definition_was_changed_stands_once_in_a_grids_key_as_it_is_called_last():
    now = replace(GREEN, definition="On its way", colour="#00ff00")
    cells = (Cell("G Green", GREEN, 1, "/then/"), Cell("G Green", now, 1, "/now/"))
    two = Grid((GridRow(1, "Patrol", cells),), GRID.columns[:2])
    assert two.ratings == [now]
    drawn = grid("grid", "Theme 1", "Every deliverable", two).wide
    assert [trace["name"] for trace in drawn["data"] if "text" in trace] == ["G Green"]
