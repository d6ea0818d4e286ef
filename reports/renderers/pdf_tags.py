"""Marks the headers of rows in a PDF that typst made, which has no way to say them (see `kept-row` in `report.typ`)."""

import io
from collections.abc import Callable, Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name


def with_row_headers(made: bytes) -> bytes:
    """The file with each kept row's first cell as the header of its row, and its other cells as ordinary ones."""
    return _mended(made, _mend)


def with_first_cells_as_headers(made: bytes) -> bytes:
    """The file with the first cell of each row below a table's heads as the header of its row, in every table."""
    return _mended(made, lambda pdf, table: _head_each_row(table))


def _mended(made: bytes, mend: Callable[[pikepdf.Pdf, Dictionary], None]) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(made)) as pdf:
        for table in list(_tables(pdf.Root.StructTreeRoot)):
            mend(pdf, table)
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _head_each_row(table: Dictionary) -> None:
    for part, row in list(_rows(table)):
        if part != "TBody":
            continue
        first, *others = _children(row)
        first.S = Name.TH
        _table_attribute(first).Scope = Name.Row
        for cell in (first, *others):  # they would name the column's head alone; without them the scopes say both
            del _table_attribute(cell)["/Headers"]


def _children(element: Dictionary) -> list[Dictionary]:
    """The elements right below, without the marks that lead to the page's content."""
    below = element.get("/K")
    several = list(below) if isinstance(below, Array) else [below]
    return [one for one in several if isinstance(one, Dictionary) and "/S" in one]


def _kind(element: Dictionary) -> str:
    return str(element.S).removeprefix("/")


def _tables(element: Dictionary) -> Iterator[Dictionary]:
    """Those that stand in no other table: a table within a text has no kept rows, and looking for it takes time."""
    for child in _children(element):
        if _kind(child) == "Table":
            yield child
        else:
            yield from _tables(child)


def _mend(pdf: pikepdf.Pdf, table: Dictionary) -> None:
    rows = list(_rows(table))
    if not any(_is_kept(row) for _, row in rows):
        return
    # typst begins a new part of the table at each kept row, and has the first one among the column heads; a table of
    # nothing but header cells has no parts.
    head = [row for part, row in rows if part != "TBody" and not _is_kept(row)]
    body = [row for part, row in rows if part == "TBody" or _is_kept(row)]
    header = None
    for row in body:
        if _is_kept(row):
            header = _mark(row)
        else:
            for cell in _children(row):
                _set_headers(cell, header)
    table.K = Array([_part(pdf, table, name, rows) for name, rows in ((Name.THead, head), (Name.TBody, body)) if rows])


def _rows(table: Dictionary) -> Iterator[tuple[str, Dictionary]]:
    """Each row with the kind of part that it stands in, of the table itself where it is in none."""
    for part in _children(table):
        if _kind(part) == "TR":
            yield "Table", part
        elif _kind(part) in ("THead", "TBody"):
            yield from ((_kind(part), row) for row in _children(part))


def _is_kept(row: Dictionary) -> bool:
    """Whether it is a row of header cells that stand under others."""
    cells = _children(row)
    return bool(cells) and all(
        _kind(cell) == "TH" and len(_table_attribute(cell).get("/Headers", ())) for cell in cells
    )


def _mark(row: Dictionary) -> pikepdf.Object:
    """Make the row's first cell its header, and give the name that the cells below it call it by."""
    first, *others = _children(row)
    _table_attribute(first).Scope = Name.Row
    for cell in others:
        cell.S = Name.TD
        attribute = _table_attribute(cell)
        del attribute["/Scope"]
        attribute.Headers = Array([*attribute.Headers, first.ID])
    return first.ID


def _set_headers(cell: Dictionary, header: pikepdf.Object | None) -> None:
    if header is not None:
        _table_attribute(cell).Headers = Array([header])


def _table_attribute(cell: Dictionary) -> Dictionary:
    several = list(cell.A) if isinstance(cell.A, Array) else [cell.A]
    return next(one for one in several if one.get("/O") == Name.Table)


def _part(pdf: pikepdf.Pdf, table: Dictionary, name: Name, rows: list[Dictionary]) -> pikepdf.Object:
    part = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=name, P=table, K=Array(rows)))
    for row in rows:
        row.P = part
    return part
