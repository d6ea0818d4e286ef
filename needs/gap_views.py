"""The pages of gaps: what is missing between need and result. For everyone who may see the assessment."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from needs.finding import AS_PUBLISHED, around, find_assessment, sight_of
from needs.gap_document import GapDocument, gap_document
from needs.gap_files import GAP_FORMATS
from needs.gap_tables import GapFilter, gap_table
from needs.models import Assessment
from needs.sight import Gap, GapKind
from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import download, sheet_of, show
from reports.files import download_of
from reports.public_pages import public_page


@public_page
def gaps(request: HttpRequest, assessment: str) -> HttpResponse:
    """Each kind of gap with its count and what is in it, below the gravest risks and what answers them."""
    found = find_assessment(assessment, request.user)
    document = _document(request, found)
    context = around(request, found, document.sight) | {"here": "gaps", "document": document}
    return render(request, "needs/gaps.html", context)


@login_not_required
def gaps_file(request: HttpRequest, assessment: str, form: str) -> HttpResponse:
    """The page as a file. One in Word is never kept, since it changes with the office's template too."""
    return (_file if form == "docx" else public_page(_file))(request, assessment, form)


def _file(request: HttpRequest, assessment: str, form: str) -> HttpResponse:
    document = _document(request, find_assessment(assessment, request.user))
    return download_of(
        document, form, lambda other: reverse("gaps_file", args=[assessment, other]) + document.query, GAP_FORMATS
    )


@public_page
def gap(request: HttpRequest, assessment: str, gap: str) -> HttpResponse:
    """All that is in one gap."""
    found = find_assessment(assessment, request.user)
    document = _document(request, found)
    wanted = _gap(document, gap)
    chosen = GapFilter(request.GET, wanted)
    table = show(request, gap_table(document, wanted, chosen.matching()))
    context = around(request, found, document.sight) | {"document": document, "gap": wanted}
    return render(request, "needs/gap.html", context | {"filter": chosen, "table": table})


@public_page
def gap_file(request: HttpRequest, assessment: str, gap: str, form: str) -> HttpResponse:
    """A gap's list as it is sorted and filtered on its page."""
    document = _document(request, find_assessment(assessment, request.user))
    wanted = _gap(document, gap)
    chosen = GapFilter(request.GET, wanted)
    chosen.refuse_what_is_not_there()
    table = gap_table(document, wanted, chosen.matching())
    table.order_by = request.GET.getlist("sort") or table.order_by
    name = f"{wanted.kind}{' as published' if document.sight.is_published else ''}"
    return download(f"{name}{' filtered' if chosen.chosen else ''}", form, sheet_of(table, wanted.title))


def _document(request: HttpRequest, assessment: Assessment) -> GapDocument:
    """What the request asks for; its addresses go on asking for whose ratings this one does."""
    query = f"?ratings={AS_PUBLISHED}" if request.GET.get("ratings") == AS_PUBLISHED else ""
    return gap_document(assessment, sight_of(request, assessment), query)


def _gap(document: GapDocument, asked: str) -> Gap:
    """The gap with a name in addresses; raises NothingHere, with those there are."""
    if asked not in list(GapKind):
        there = [(one.gap.title, one.address) for one in document.counts]
        raise NothingHere(f'There is no list of gaps called "{asked}".', there)
    return document.sight.gap(GapKind(asked))
