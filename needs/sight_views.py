"""The pages of line of sight: a need, the matrix, and from the other side a theme. For everyone who may see them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from needs.filters import ANY_DELIVERABLE
from needs.finding import AS_PUBLISHED, around, find_assessment, find_state, sight_of, stylesheets_of
from needs.matrix import MatrixFilter, MatrixTable, answers_sheet, letters, tallies
from needs.other_side import ThemeSide, gather_theme, themes_seen
from needs.over_time import other_years, over_time
from needs.published import sees_live
from needs.sight import ThemeRef
from needs.theme_lists import AnsweringFilter, AnsweringTable, answering_sheet
from needs.wording import answered_in_words
from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import download, sheet_of, show
from reports.public_pages import public_page


@public_page
def need(request: HttpRequest, assessment: str, need: int) -> HttpResponse:
    """What is being done about a need, and how it is rated now and was before."""
    found = find_assessment(assessment, request.user)
    sight = sight_of(request, found)
    state = find_state(sight, found, need)
    context = around(request, found, sight) | {
        "need": state,
        "answered": answered_in_words(state),
        "over_time": over_time(state.answers),
        "other_years": other_years(state, found, request.user),
    }
    return render(request, "needs/need.html", context)


@public_page
def matrix(request: HttpRequest, assessment: str) -> HttpResponse:
    """Each need against each theme, with the rating of what answers it there."""
    found = find_assessment(assessment, request.user)
    sight = sight_of(request, found)
    context = around(request, found, sight)
    chosen = MatrixFilter(request.GET, sight)
    context |= {
        "filter": chosen,
        "table": show(request, MatrixTable(sight, chosen.matching(), _query(context["as_published"]))),
        "tallies": tallies(sight.needs),
        "letters": letters(sight.needs),
        "any_deliverable": ANY_DELIVERABLE,
    }
    return render(request, "needs/matrix.html", context)


@public_page
def matrix_file(request: HttpRequest, assessment: str, form: str) -> HttpResponse:
    """The matrix as it is sorted and narrowed on the page, and on a second sheet what answers each need."""
    found = find_assessment(assessment, request.user)
    sight = sight_of(request, found)
    chosen = MatrixFilter(request.GET, sight)
    chosen.refuse_what_is_not_there()
    table = MatrixTable(sight, chosen.matching())
    table.order_by = request.GET.getlist("sort") or table.order_by
    answers = answers_sheet((row.record["need"] for row in table.rows), sight.standing)
    name = f"needs by theme {found.slug}{' as published' if sight.is_published else ''}"
    return download(name, form, sheet_of(table, "Needs by theme"), answers)


@public_page
def theme_needs(request: HttpRequest, plan: str, theme: int) -> HttpResponse:
    """Which needs each of a theme's deliverables answers, and which name the theme and are answered by none."""
    seen, side = _find_side(request, plan, theme)
    chosen = AnsweringFilter(request.GET, side)
    is_live = sees_live(request.user)
    as_published = is_live and side.is_published
    plans = {one.deliverable.plan_slug for one in (*side.answering, *side.completed)}
    context = {
        "side": side,
        "filter": chosen,
        "table": show(request, AnsweringTable(chosen.matching())),
        "others": [one for one in seen if one.plan_slug == plan],
        "query": _query(as_published),
        "sees_live": is_live,
        "as_published": as_published,
        "stylesheets": stylesheets_of(plans, request.user, is_published=side.is_published),
    }
    return render(request, "needs/theme.html", context)


@public_page
def theme_needs_file(request: HttpRequest, plan: str, theme: int, form: str) -> HttpResponse:
    """The same as it is sorted on the page, a line for each deliverable and need.

    Where the deliverables are narrowed, those completed before and the needs that name the theme alone are left out.
    """
    _, side = _find_side(request, plan, theme)
    chosen = AnsweringFilter(request.GET, side)
    chosen.refuse_what_is_not_there()
    table = AnsweringTable([*chosen.matching(), *(() if chosen.chosen else side.completed)])
    table.order_by = request.GET.getlist("sort") or table.order_by
    named = () if chosen.chosen else side.named
    return download(f"needs that theme {theme} answers {plan}", form, answering_sheet(table, named, side.standing))


def _query(as_published: bool) -> str:
    """What the addresses that a page leads to say of whose ratings they show."""
    return f"?ratings={AS_PUBLISHED}" if as_published else ""


def _find_side(request: HttpRequest, plan: str, theme: int) -> tuple[list[ThemeRef], ThemeSide]:
    """All themes that the reader may know of, and the one that is asked for; raises NothingHere with the others."""
    seen = themes_seen(request.user)
    if (plan, theme) not in seen:
        there = [
            (f"{one.plan}, Theme {one.number}: {one.title}", reverse("theme_needs", args=[one.plan_slug, one.number]))
            for one in seen.values()
        ]
        raise NothingHere("There is no theme at this address.", there)
    as_published = request.GET.get("ratings") == AS_PUBLISHED
    return list(seen.values()), gather_theme(seen[plan, theme], request.user, as_published=as_published)
