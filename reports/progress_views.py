"""How a plan's themes stand by what was published: the front page, a theme, a deliverable. For everyone.

What a reader may not see is answered like what is not there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.roles import Permission, may
from deliverables.latest import latest_plan
from deliverables.tables import figures_sheet
from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import download, sheet_of, show
from reports.changes import Changes, changes
from reports.front import ReportedTheme, gather_front, reported
from reports.live import gather_live
from reports.progress_lists import CompareForm, RowFilter, RowTable, changes_sheet, front_sheet
from reports.public_pages import public_page
from reports.published import (
    Publication,
    address_of_colours,
    by_theme,
    colours_address,
    colours_of,
    counting,
    entries_of,
    publications,
    states,
)
from reports.questions import answered_by_row, waiting
from reports.states import ThemeState
from themes.place import Choice


@public_page
def front(request: HttpRequest) -> HttpResponse:
    """The front page, of the plan that was reported on last."""
    return _plan_page(request, "")


@public_page
def published_plan(request: HttpRequest, plan: str) -> HttpResponse:
    """The same page for a plan by name."""
    return _plan_page(request, plan)


def _plan_page(request: HttpRequest, plan: str) -> HttpResponse:
    found = gather_front(request.user, timezone.localdate(), plan)
    if found is None:
        if plan:
            raise nothing_published(publications(request.user), "There is no published report on this plan.")
        return render(request, "reports/nothing_published.html", {"plan": latest_plan(timezone.localdate())})
    context = {"front": found, "colours": colours_address(request.user, found.plan_slug)}
    if may(request.user, Permission.PREPARE_REPORTS):
        context["live"] = gather_live(request.user, found)
        context["waiting"] = waiting(request.user, timezone.localdate())
    return render(request, "reports/front.html", context)


@public_page
def published_plan_file(request: HttpRequest, plan: str, form: str) -> HttpResponse:
    """The figures of all themes of a plan as they were last reported."""
    found = gather_front(request.user, timezone.localdate(), plan)
    if found is None:
        raise nothing_published(publications(request.user), "There is no published report on this plan.")
    return download(f"themes {found.plan_slug}", form, front_sheet(found.themes))


def nothing_published(found: Sequence[Publication], message: str) -> NothingHere:
    """The same whether something is hidden or was never there; with what the reader may see instead."""
    return NothingHere(message, [(f"{one.theme_label}, {one.quarter.label}", one.address()) for one in counting(found)])


@dataclass(frozen=True)
class Around:
    """A theme at a quarter as it was published, with the others that the page leads to."""

    publication: Publication
    themes: dict[int, list[Publication]]
    """Those of the plan that count, by theme, newest first."""
    up_to: list[Publication]
    """This theme's from this quarter back, newest first."""
    all_of_theme: list[Publication]
    """All editions on this theme, those that another has taken the place of too; newest quarter first."""

    @property
    def theme_choices(self) -> list[Choice]:
        """Each theme at this quarter, or else as it was last reported on."""
        here = self.publication
        at_quarter = [next((one for one in of if one.quarter == here.quarter), of[0]) for of in self.themes.values()]
        return [Choice(f"Theme {one.number}", one.address(), one.number == here.number) for one in at_quarter]

    @property
    def year_choices(self) -> list[Choice]:
        """One link a financial year: to the last quarter of it that this theme was reported on."""
        last = {one.quarter.year: one for one in reversed(self.themes[self.publication.number])}
        return [Choice(str(year), one.address(), year == self.publication.quarter.year) for year, one in last.items()]

    @property
    def quarter_choices(self) -> list[Choice]:
        """The quarters of the year that this theme was reported on."""
        here = self.publication
        of_year = [one for one in reversed(self.themes[here.number]) if one.quarter.year == here.quarter.year]
        return [Choice(one.quarter.short, one.address(), one == here) for one in of_year]


def find_around(request: HttpRequest, plan: str, theme: str, quarter: str = "") -> Around:
    """The theme that an address names, at a quarter such as `2019-20 q4` or as it was last reported on.

    Raises NothingHere where the reader can see no such thing. One query.
    """
    all_there = publications(request.user)
    themes = by_theme(one for one in counting(all_there) if one.plan_slug == plan)
    listed = next((listed for number, listed in themes.items() if str(number) == theme), [])
    for place, one in enumerate(listed):
        if not quarter or f"{one.quarter.year} {one.quarter.slug}" == quarter:
            of_theme = [other for other in all_there if (other.plan_slug, other.number) == (plan, one.number)]
            of_theme.sort(key=lambda other: other.quarter, reverse=True)
            return Around(one, themes, listed[place:], of_theme)
    raise nothing_published(all_there, "There is no published report on this theme and quarter.")


@login_not_required
def latest_theme(request: HttpRequest, plan: str, theme: str) -> HttpResponse:
    """A theme's address that stays: to the last quarter that was reported on."""
    return redirect(find_around(request, plan, theme).publication.address())


@public_page
def published_theme(request: HttpRequest, plan: str, year: str, quarter: str, theme: str) -> HttpResponse:
    around, found = _theme(request, plan, year, quarter, theme)
    chosen = RowFilter(request.GET, found.state)
    answers = answered_by_row([row.key for row in found.state.rows], request.user)
    table = show(request, RowTable(found.publication, found.state, chosen.matching(), answers))
    context = {
        "around": around,
        "theme": found,
        "filter": chosen,
        "table": table,
        "colours": colours_address(request.user, plan),
    }
    return render(request, "reports/published_theme.html", context)


@public_page
def published_theme_file(
    request: HttpRequest, plan: str, year: str, quarter: str, theme: str, form: str
) -> HttpResponse:
    """The list as it is sorted and filtered on the page, with the status key beside it."""
    _, found = _theme(request, plan, year, quarter, theme)
    chosen = RowFilter(request.GET, found.state)
    chosen.refuse_what_is_not_there()
    table = RowTable(found.publication, found.state, chosen.matching())
    table.order_by = request.GET.getlist("sort") or table.order_by
    wording = found.state.overall.wording if found.state.overall else ""
    return download(
        f"theme {found.publication.number} {found.publication.quarter} V{found.publication.version}",
        form,
        sheet_of(table, "Deliverables"),
        figures_sheet(found.state.figures, wording),
    )


def _theme(request: HttpRequest, plan: str, year: str, quarter: str, theme: str) -> tuple[Around, ReportedTheme]:
    around = find_around(request, plan, theme, f"{year} {quarter}")
    here = around.publication
    until_then = {
        number: [one for one in listed if one.quarter <= here.quarter] for number, listed in around.themes.items()
    }
    (found,) = reported(until_then, [here.number])
    return around, found


@public_page
def published_deliverable(
    request: HttpRequest, plan: str, year: str, quarter: str, theme: str, deliverable: str
) -> HttpResponse:
    """All that was published of a deliverable, quarter by quarter through its years."""
    around, found = _theme(request, plan, year, quarter, theme)
    row = next((one for one in found.state.rows if str(one.number) == deliverable), None)
    if row is None:
        raise NothingHere(
            f"{found.publication.name} prints no deliverable of this number in Theme {found.publication.number}.",
            [
                (
                    f"{one.number}. {one.wording}",
                    found.publication.address("published_deliverable", deliverable=one.number),
                )
                for one in found.state.in_order
            ],
        )
    of_plan = [one for listed in around.themes.values() for one in listed]
    context = {
        "around": around,
        "theme": found,
        "row": row,
        "attention": next((one for one in found.exceptions if one.row.key == row.key), None),
        "entries": entries_of(row.key, counting(of_plan)),
        "answers": [one for found in answered_by_row([row.key], request.user).values() for one in found],
        "changes": [one for one in found.changes.changes if one.row.key == row.key] if found.changes else [],
        "colours": colours_address(request.user, plan),
    }
    return render(request, "reports/published_deliverable.html", context)


def _compared(
    request: HttpRequest, plan: str, theme: str
) -> tuple[Around, CompareForm, list[tuple[Publication, ThemeState]], Changes | None]:
    around = find_around(request, plan, theme)
    form = CompareForm(request.GET, around.all_of_theme)
    chosen = form.chosen
    found = states(chosen)
    both = [(one, found[one.pk]) for one in chosen]
    return around, form, both, changes(both[0][1], both[1][1]) if len(around.all_of_theme) > 1 else None


@public_page
def compare_theme(request: HttpRequest, plan: str, theme: str) -> HttpResponse:
    """What differs between any two publications of a theme."""
    around, form, both, compared = _compared(request, plan, theme)
    (before, _), (now, _) = both
    context = {
        "around": around,
        "form": form,
        "before": before,
        "now": now,
        "both": both,
        "compared": compared,
        "is_current": now in around.themes[now.number],
        "colours": colours_address(request.user, plan),
    }
    return render(request, "reports/compare.html", context)


@public_page
def compare_theme_file(request: HttpRequest, plan: str, theme: str, form: str) -> HttpResponse:
    around, chosen, both, compared = _compared(request, plan, theme)
    if not chosen.is_valid() or compared is None:
        raise nothing_published(around.all_of_theme, "There are no two such reports to compare.")
    (before, _), (now, _) = both
    return download(f"theme {now.number} {before.reference} to {now.reference}", form, changes_sheet(compared))


@login_not_required
def published_colours(request: HttpRequest, plan: str, digest: str) -> HttpResponse:
    """The colours of a plan's published ratings. Its address changes with them, so it is kept for ever."""
    there = publications(request.user)
    if plan not in {one.plan_slug for one in there}:
        raise nothing_published(there, "There is no published report on this plan.")
    colours = colours_of(request.user, plan)
    response = HttpResponse(colours, content_type="text/css; charset=utf-8")
    fresh = request.path == address_of_colours(plan, colours)
    response["Cache-Control"] = "public, max-age=31536000, immutable" if fresh else "no-cache"
    return response
