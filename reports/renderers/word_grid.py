"""A narrative's table as Word wants it: every cell at its column, at most 63 columns, and how wide each is."""

import re
from dataclasses import dataclass, replace

from deliverables.blocks import Cell, Narrative, Table

MOST_COLUMNS = 63
"""As many as Word takes."""

# A minus is written in several ways.
_FIGURE = re.compile(r"[-+−–]?£?\d[\d,. ]*%?")
_EMPTY = Cell(())


@dataclass(frozen=True)
class Placed:
    """A cell at its column. One over several rows is in each of them, with its words in the first."""

    cell: Cell
    column: int
    columns: int
    merge: str = ""
    """`restart` in the first of several rows and `continue` in those below; empty of a cell in one row."""


Grid = list[list[Placed]]


def grid(table: Table) -> Grid:
    """The rows, each filled to the same width without gap or overlap; in HTML neither need hold."""
    rows = _laid_out(table)
    width = max(one.column + one.columns for line in rows for one in line)
    rows = [_filled(line, width) for line in rows]
    # Columns that no cell ends at are none that anybody sees: a single cell over 50 columns is one column.
    edges = sorted({one.column + one.columns for line in rows for one in line})
    at = {0: 0} | {edge: index for index, edge in enumerate(edges, start=1)}
    rows = [
        [replace(one, column=at[one.column], columns=at[one.column + one.columns] - at[one.column]) for one in line]
        for line in rows
    ]
    return rows if len(edges) <= MOST_COLUMNS else [_narrowed(line) for line in rows]


def _laid_out(table: Table) -> Grid:
    """Each cell at the first column that is free, as a browser does it; one that reaches a taken one ends there."""
    rows: Grid = [[] for _ in table.rows]
    taken: list[set[int]] = [set() for _ in table.rows]
    for at, line in enumerate(table.rows):
        column = 0
        for cell in line:
            while column in taken[at]:
                column += 1
            columns = next((n for n in range(1, cell.columns) if column + n in taken[at]), cell.columns)
            deep = min(cell.rows, len(rows) - at)
            for below in range(deep):
                taken[at + below].update(range(column, column + columns))
                merge = ("continue" if below else "restart") if deep > 1 else ""
                rows[at + below].append(Placed(replace(cell, blocks=()) if below else cell, column, columns, merge))
            column += columns
    return rows


def _filled(line: list[Placed], width: int) -> list[Placed]:
    filled: list[Placed] = []
    column = 0
    for one in sorted(line, key=lambda placed: placed.column):
        if one.column > column:
            filled.append(Placed(_EMPTY, column, one.column - column))
        filled.append(one)
        column = one.column + one.columns
    return [*filled, Placed(_EMPTY, column, width - column)] if column < width else filled


def _narrowed(line: list[Placed]) -> list[Placed]:
    """What stands right of the last column that Word takes is put into that one."""
    last = MOST_COLUMNS - 1
    kept = [one for one in line if one.column + one.columns <= last]
    beyond = [one for one in line if one.column + one.columns > last]
    start = beyond[0].column
    together = Cell(tuple(block for one in beyond for block in one.cell.blocks), beyond[0].cell.header)
    return [*kept, Placed(together, start, MOST_COLUMNS - start)]


def figure_columns(rows: Grid, header_rows: int) -> set[int]:
    """The columns that hold figures and nothing else below their heads: those are set to the right."""
    figures: dict[int, bool] = {}
    for line in rows[header_rows:]:
        for one in line:
            if text := Narrative(one.cell.blocks).text:
                figures[one.column] = figures.get(one.column, True) and bool(_FIGURE.fullmatch(text))
    return {column for column, only in figures.items() if only}


def column_widths(rows: Grid, width: int) -> list[int]:
    """The width shared out by how much each column holds, within reason."""
    weights = [6] * (rows[0][-1].column + rows[0][-1].columns)
    for one in (one for line in rows for one in line if one.columns == 1):
        text = Narrative(one.cell.blocks).text
        longest = max(map(len, text.split("\n")))
        weights[one.column] = max(weights[one.column], min(longest, 36))
    return [width * weight // sum(weights) for weight in weights]
