"""Searching what the reader may see, for everyone: the page, and what was found as a file."""

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import download, list_format, sheet
from reports.addresses import absolute
from reports.public_pages import public_page
from reports.search_forms import SearchForm
from reports.searching import Tally, colours_of, hit, hits, search, tally

HITS_PER_PAGE = 25
MOST_IN_A_FILE = 2000
HEADER = [
    "Plan", "Theme", "Theme title", "Quarter", "Number", "Organisation", "Deliverable", "Rating code", "Rating",
    "Remark", "Text", "Address",
]  # fmt: skip


@public_page
def search_page(request: HttpRequest) -> HttpResponse:
    """What holds the words that are asked for, the best first, a page at a time."""
    form = SearchForm(request.GET, request.user)
    rows = search(request.user, form.source, form.query, form.narrowed)
    counted = tally(rows, form.source) if form.query else Tally(0, 0, 0)
    page = _page(request, rows, counted)
    shown = list(page.object_list)
    context = {
        "form": form,
        "tally": counted,
        "page": page,
        "page_range": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "hits": hits(shown, form.source, form.query),
        # Each plan's stylesheet says what a letter looks like on the whole page, so only the best hit's is taken;
        # a letter that its plan does not have stays without a colour.
        "stylesheets": [colours_of(row, request.user) for row in shown[:1]],
        "most_in_a_file": MOST_IN_A_FILE,
    }
    return render(request, "reports/search.html", context)


@public_page
def search_file(request: HttpRequest, form: str) -> HttpResponse:
    """What was found, the best first, with its text whole; where that is too much, the last line says so."""
    asked = SearchForm(request.GET, request.user)
    asked.refuse_what_is_not_there()
    list_format(form)
    everything = search(request.user, asked.source, asked.query, asked.narrowed)
    found = [hit(row) for row in everything[:MOST_IN_A_FILE]]
    rows: list[list[object]] = [
        [
            one.plan,
            one.theme,
            one.theme_title,
            one.quarter,
            one.number,
            one.owner_label,
            one.wording,
            one.rating.code if one.rating else "",
            one.rating.name if one.rating else "No update",
            one.remark,
            one.words,
            absolute(one.address),
        ]
        for one in found
    ]
    if len(found) == MOST_IN_A_FILE and (count := everything.count()) > MOST_IN_A_FILE:
        cut = f"Cut here: these are the best {MOST_IN_A_FILE} of {count} rows. Search for more words or choose filters."
        rows.append([cut, *[""] * (len(HEADER) - 1)])
    return download("search", form, sheet("Found", HEADER, rows))


def _page(request: HttpRequest, rows: QuerySet, counted: Tally) -> Page:
    """The page that is asked for; raises NothingHere, with the first one's address, where it is not there."""
    pages = Paginator(rows, HITS_PER_PAGE)
    pages.count = counted.rows
    asked = request.GET.get("page", 1)
    try:
        return pages.page(asked)
    except (EmptyPage, PageNotAnInteger) as error:
        query = request.GET.copy()
        query.pop("page")
        there = "is one page" if pages.num_pages == 1 else f"are {pages.num_pages} pages"
        raise NothingHere(
            f'There is no page "{asked}" of what was found: there {there}.',
            [("The first page", f"{request.path}?{query.urlencode()}")],
        ) from error
