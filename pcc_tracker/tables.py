"""What every list of records shares: how it looks, is paged, and is taken away as CSV and XLSX."""

from collections.abc import Iterable, Sequence

import django_tables2 as tables
import tablib
from django.core.paginator import EmptyPage, PageNotAnInteger
from django.http import HttpRequest, HttpResponse
from django_tables2 import RequestConfig

from pcc_tracker.errors import NothingHere

ROWS_PER_PAGE = 50
DOWNLOADS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LONGEST_CELL = 32_767  # Excel's limit; openpyxl cuts a longer text silently.


class BaseTable(tables.Table):
    """A list of records. `value_...` methods give the HTML-free twin of `render_...` for CSV and XLSX."""

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
    """A sheet whose texts no spreadsheet program takes for a formula."""
    data = tablib.Dataset(title=title, headers=[str(one) for one in header])
    for row in rows:
        data.append([harmless(value) for value in row])
    return data


def harmless(value: object) -> object:
    """A cell's value; a text that a spreadsheet program would run as a formula gets an apostrophe before it.

    Source: OWASP, CSV Injection. Numbers stay numbers.
    """
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = str(value)
    if text.startswith(("=", "+", "-", "@", "\t", "\r")):
        text = "'" + text
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 2] + " …"


def download(name: str, form: str, *sheets: tablib.Dataset) -> HttpResponse:
    """A file of `form`, csv or xlsx: the first sheet alone as CSV, all of them as XLSX."""
    if form not in DOWNLOADS:
        raise NothingHere(f'This list can be had as csv and xlsx, not as "{form}".')
    # The byte order mark makes Excel read a CSV file as UTF-8.
    content = "\ufeff" + sheets[0].export("csv") if form == "csv" else tablib.Databook(sheets).export("xlsx")
    return HttpResponse(
        content,
        content_type=DOWNLOADS[form],
        headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'},
    )
