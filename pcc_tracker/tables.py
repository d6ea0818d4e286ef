"""What every list of records shares: how it looks, is paged, and is taken away as CSV, XLSX and JSON."""

import datetime
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count

import django_tables2 as tables
import openpyxl
import tablib
from django.core.paginator import EmptyPage, PageNotAnInteger
from django.http import HttpRequest, HttpResponse
from django.utils.text import get_text_list, slugify
from django_tables2 import RequestConfig
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from pcc_tracker.errors import NothingHere

ROWS_PER_PAGE = 50
SCHEMA = "pcc-tracker-list-1"
MADE_AT = datetime.datetime(1980, 1, 1)  # the earliest that a zip file can say; the file has no other
WIDEST_COLUMN = 60  # characters; a longer text goes on below
LONGEST_CELL = 32_767  # Excel's limit
LONGEST_SHEET_TITLE = 31  # Excel's limit
_NO_SHEET_TITLE = re.compile(r"[\[\]:*?/\\]")
CUT = " … (cut here: a cell holds no more; the CSV file has all of it)"
# What neither a spreadsheet nor XML can hold.
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class BaseTable(tables.Table):
    """A list of records. `value_...` methods give the HTML-free twin of `render_...` for files."""

    class Meta:
        attrs = {"class": "records"}
        template_name = "components/table.html"


def show(request: HttpRequest, table: tables.Table) -> tables.Table:
    """Sort and page a table as the address asks; raises NothingHere for a page that is not there."""
    RequestConfig(request, paginate=False).configure(table)
    asked = request.GET.get(table.prefixed_page_field, 1)
    try:
        table.paginate(page=asked, per_page=ROWS_PER_PAGE)
    except (EmptyPage, PageNotAnInteger) as error:
        pages = range(1, max(1, -(-len(table.rows) // ROWS_PER_PAGE)) + 1)
        there = "one page" if len(pages) == 1 else f"{len(pages)} pages"
        raise NothingHere(
            f'There is no page "{asked}" of this list: it has {there}.',
            [(f"Page {page}", _page_address(request, table, page)) for page in pages],
        ) from error
    return table


def _page_address(request: HttpRequest, table: tables.Table, page: int) -> str:
    query = request.GET.copy()
    query[table.prefixed_page_field] = str(page)
    return f"{request.path}?{query.urlencode()}"


def sheet_of(table: tables.Table, title: str) -> tablib.Dataset:
    """All of a table's rows, whatever page is shown, with its hidden columns too."""
    header, *rows = table.as_values()
    return sheet(title, header, rows)


def sheet(title: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> tablib.Dataset:
    data = tablib.Dataset(title=title, headers=[str(one) for one in header])
    for row in rows:
        data.append([value if isinstance(value, int | float) or _is_date(value) else storable(value) for value in row])
    return data


def _is_date(value: object) -> bool:
    """A day that a spreadsheet can hold as such, without a time: its calendar begins in 1900."""
    return isinstance(value, datetime.date) and not isinstance(value, datetime.datetime) and value.year >= 1900


def storable(value: object) -> str:
    """A value as text, without the characters that neither a spreadsheet nor XML can hold; empty for None."""
    return "" if value is None else _UNSTORABLE.sub("", str(value))


def as_csv(data: tablib.Dataset) -> bytes:
    """All of every text. One that a spreadsheet program would run as a formula gets an apostrophe before it.

    Source: OWASP, CSV Injection. The byte order mark makes Excel read the file as UTF-8.
    """
    return ("\ufeff" + _each(data, _no_formula).export("csv")).encode()


def as_xlsx(*sheets: tablib.Dataset) -> bytes:
    """A sheet for each, with its heads in view and its columns as wide as what is in them, up to a limit.

    Each column can be filtered by its head; days are dates and numbers numbers. A text over Excel's limit is cut, and
    ends in words that say so; none is a formula. The same rows give the same bytes, whenever they are written.
    """
    book = openpyxl.Workbook(write_only=True)
    styles: dict[tuple[bool, bool], StyleArray] = {}
    for title, data in zip(_sheet_titles(sheets), sheets, strict=True):
        page = book.create_sheet(title)
        page.freeze_panes = "A2"
        rows = [data.headers, *_each(data, fits_a_cell)]
        for number, column in enumerate(zip(*rows, strict=True), start=1):
            widest = max(len(line) for value in column for line in str(value)[:500].split("\n"))
            page.column_dimensions[get_column_letter(number)].width = min(max(widest + 2, 8), WIDEST_COLUMN)
        page.auto_filter.ref = f"A1:{get_column_letter(len(data.headers))}{len(rows)}"
        for number, row in enumerate(rows):
            page.append([_styled(page, value, styles, is_head=number == 0) for value in row])
    return saved(book)


def _sheet_titles(sheets: Sequence[tablib.Dataset]) -> list[str]:
    """What the sheets are called in a workbook: Excel takes 31 characters, none of a few marks, and no two alike."""
    titles: list[str] = []
    for data in sheets:
        short = _NO_SHEET_TITLE.sub(" ", data.title)[:LONGEST_SHEET_TITLE].strip("' ")
        ends = ("" if number == 1 else f" {number}" for number in count(1))
        candidates = (short[: LONGEST_SHEET_TITLE - len(end)] + end for end in ends)
        titles.append(next(one for one in candidates if one.casefold() not in map(str.casefold, titles)))
    return titles


def saved(book: openpyxl.Workbook) -> bytes:
    """A workbook without when it was saved, which openpyxl writes into it and beside each of its parts."""
    book.properties.created = MADE_AT
    timed, content = io.BytesIO(), io.BytesIO()
    book.save(timed)
    with zipfile.ZipFile(timed) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>%sZ" % MADE_AT.isoformat().encode(), part)
            place = zipfile.ZipInfo(name, MADE_AT.timetuple()[:6])
            place.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(place, part)
    return content.getvalue()


def _styled(
    page: WriteOnlyWorksheet, value: object, styles: dict[tuple[bool, bool], StyleArray], *, is_head: bool
) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, value)
    kind = is_head, _is_date(value)
    if kind not in styles:  # openpyxl takes long to make one, and cells can share it
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        if _is_date(value):
            cell.number_format = "yyyy-mm-dd"
        if is_head:
            cell.font = Font(bold=True)
        styles[kind] = cell._style
    cell._style = styles[kind]
    return cell


def _each(data: tablib.Dataset, of_text: Callable[[str], str]) -> tablib.Dataset:
    rows = ([of_text(value) if isinstance(value, str) else value for value in row] for row in data)
    return tablib.Dataset(*rows, title=data.title, headers=data.headers)


def _no_formula(text: str) -> str:
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def fits_a_cell(text: str, cut: str = CUT) -> str:
    """A text as a workbook's cell can hold it: no formula, and over Excel's limit cut, with `cut` at its end."""
    # openpyxl takes a text for a formula by its equals sign alone.
    text = "'" + text if text.startswith("=") else text
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(cut)] + cut


def as_json(name: str, *sheets: tablib.Dataset) -> bytes:
    """All sheets as they are, the first on top: numbers as numbers, every empty cell as null, no text cut or marked.

    The shape is documented in `docs/list.schema.json`. `name` says what the whole file is about.
    """
    first, *further = map(_records, sheets)
    data = {"schema": SCHEMA, "name": name, **first, "further": further}
    return (json.dumps(data, ensure_ascii=False, indent=1, default=str) + "\n").encode()


def _records(data: tablib.Dataset) -> dict[str, object]:
    names = _column_names(data.headers)
    return {
        "title": data.title,
        "columns": [{"name": name, "label": label} for name, label in zip(names, data.headers, strict=True)],
        "rows": [
            {name: None if value == "" else value for name, value in zip(names, row, strict=True)} for row in data
        ],
    }


def _column_names(labels: Iterable[str]) -> list[str]:
    """Of each column's label what a program can name it by, no two alike: "Rating code" is `rating_code`."""
    names: list[str] = []
    for label in labels:
        plain = slugify(label, allow_unicode=True).replace("-", "_") or "column"
        candidates = (plain if number == 1 else f"{plain}_{number}" for number in count(1))
        names.append(next(one for one in candidates if one not in names))
    return names


@dataclass(frozen=True)
class ListFormat:
    label: str
    content_type: str
    render: Callable[..., bytes]
    """Takes the file's name, without its ending, and then its sheets."""


LIST_FORMATS = {
    "csv": ListFormat("CSV", "text/csv; charset=utf-8", lambda name, first, *others: as_csv(first)),
    "xlsx": ListFormat(
        "XLSX",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda name, *sheets: as_xlsx(*sheets),
    ),
    "json": ListFormat("JSON", "application/json", as_json),
}
"""The formats that every list of records is taken away in: the one table that pages and files choose from."""


def list_format(form: str) -> ListFormat:
    """The format of that name; raises NothingHere, with those there are, where there is none."""
    if form not in LIST_FORMATS:
        raise NothingHere(f'This list can be had as {get_text_list(list(LIST_FORMATS), "and")}, not as "{form}".')
    return LIST_FORMATS[form]


def download(name: str, form: str, *sheets: tablib.Dataset) -> HttpResponse:
    """A file of `form`, one of LIST_FORMATS: as CSV the first sheet alone, else all of them."""
    chosen = list_format(form)
    return HttpResponse(
        chosen.render(name, *sheets),
        content_type=chosen.content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'},
    )
