"""The pages of needs assessments for all who may see them: the list, and one with its sections and needs."""

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.roles import Permission, may
from needs.finding import around, find_assessment, sight_of
from needs.forms import AssessmentFilter, sections_of
from needs.gather import copied_from
from needs.models import Assessment
from needs.options import NeedKind
from needs.tables import AssessmentTable, NeedTable, with_counts
from pcc_tracker.tables import download, sheet_of, show
from reports.public_pages import public_page


@public_page
def assessments(request: HttpRequest) -> HttpResponse:
    """The assessments that the reader may see, newest first."""
    found = _counted(Assessment.objects.visible_to(request.user))
    table = show(request, AssessmentTable(found, tells_audience=may(request.user, Permission.VIEW_PLAN)))
    return render(request, "needs/needs.html", {"table": table})


@public_page
def assessments_file(request: HttpRequest, form: str) -> HttpResponse:
    found = _counted(Assessment.objects.visible_to(request.user))
    table = AssessmentTable(found, tells_audience=may(request.user, Permission.VIEW_PLAN))
    table.order_by = request.GET.getlist("sort")
    return download("needs assessments", form, sheet_of(table, "Assessments"))


def _counted(found: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Each with how many risks and recommendations stand in it."""
    stands = Q(sections__needs__gone_reason="")
    risk, recommendation = (Q(sections__needs__kind=kind) for kind in NeedKind)
    return found.select_related("informs").annotate(
        risks=Count("sections__needs", stands & risk),
        grave=Count("sections__needs", stands & risk & ~Q(sections__needs__level="")),
        recommendations=Count("sections__needs", stands & recommendation),
    )


@public_page
def assessment(request: HttpRequest, assessment: str) -> HttpResponse:
    """An assessment's sections, and its risks and recommendations with what answers each."""
    found = find_assessment(assessment, request.user)
    before = copied_from(found, request.user)
    sight, sections = sight_of(request, found), sections_of(found)
    chosen = AssessmentFilter(request.GET, sight, sections)
    table = show(request, NeedTable(chosen.matching(), tells_marks=before is not None))
    context = around(request, found, sight) | {
        "sections": with_counts(sections, sight.needs),
        "filter": chosen,
        "table": table,
        "before": before,
        "next_year": Assessment.objects.visible_to(request.user).filter(follows=found).first(),
    }
    return render(request, "needs/assessment.html", context)


@public_page
def assessment_file(request: HttpRequest, assessment: str, form: str) -> HttpResponse:
    """The risks and recommendations as they are sorted and filtered on the page."""
    found = find_assessment(assessment, request.user)
    chosen = AssessmentFilter(request.GET, sight_of(request, found), sections_of(found))
    chosen.refuse_what_is_not_there()
    table = NeedTable(chosen.matching(), tells_marks=copied_from(found, request.user) is not None)
    table.order_by = request.GET.getlist("sort") or table.order_by
    return download(f"{found.slug}{' filtered' if chosen.chosen else ''}", form, sheet_of(table, "Needs"))
