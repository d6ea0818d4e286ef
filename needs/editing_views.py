"""The pages on which staff keep assessments: begin, change, copy forward and remove them, their sections and needs."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.forms import FORM_PAGE, ReasonForm, carried_out
from accounts.history import entries, newest_first
from accounts.roles import Permission, requires
from deliverables.models import Deliverable
from needs.actions import (
    add_assessment,
    add_need,
    add_section,
    bring_back,
    change_assessment,
    change_need,
    change_section,
    mark_gone,
    remove_assessment,
    remove_need,
    remove_section,
    respond,
    why_not_removed,
)
from needs.copying import copy_forward
from needs.finding import find_assessment, find_need
from needs.forms import AssessmentForm, CopyForm, NeedForm, ResponseForm, SectionForm, sections_of
from needs.models import Assessment, DeliverableLink, Need, Section, ThemeLink
from needs.options import NeedKind
from pcc_tracker.errors import NothingHere
from reports.forms import OverShown
from reports.step_pages import Step, step_page

_requires = requires(Permission.MANAGE_NEEDS)


@_requires
def add(request: HttpRequest) -> HttpResponse:
    form, made = AssessmentForm(request.POST or None), []
    if carried_out(form, lambda: made.append(add_assessment(by=request.user, **form.facts))):
        messages.success(request, "The assessment is added. Add its sections, or import its risks and recommendations.")
        return redirect(made[0])
    context = {"form": form, "heading": "Add a needs assessment", "button": "Add it", "back": reverse("needs")}
    return render(request, FORM_PAGE, context | {"back_label": "Needs assessments"})


@_requires
def change(request: HttpRequest, assessment: str) -> HttpResponse:
    """What an assessment is called and about, and who may see it."""
    found = find_assessment(assessment, request.user)

    def fresh() -> AssessmentForm:
        return AssessmentForm(None, assessment=find_assessment(assessment, request.user))

    form = AssessmentForm(request.POST or None, assessment=found)
    verb = partial(change_assessment, assessment=found, by=request.user)
    return _over_shown(request, form, verb, fresh, "Change the assessment", "The assessment is changed.", found)


@_requires
def remove(request: HttpRequest, assessment: str) -> HttpResponse:
    found = find_assessment(assessment, request.user)
    if why := why_not_removed(found):
        messages.error(request, why)
        return redirect(found)
    step = Step("Remove the assessment", "Remove it", "The assessment is removed.")
    back = found.get_absolute_url()
    form = ReasonForm(request.POST or None)
    if carried_out(form, lambda: remove_assessment(assessment=found, by=request.user, **form.cleaned_data)):
        messages.success(request, step.done)
        return redirect("needs")
    context = {"form": form, "heading": step.heading, "button": step.button, "back": back, "back_label": str(found)}
    return render(request, FORM_PAGE, context | {"intro": "With all its sections, risks and recommendations."})


@_requires
def copy(request: HttpRequest, assessment: str) -> HttpResponse:
    """To the next year, with every need kept until somebody says otherwise."""
    found, made = find_assessment(assessment, request.user), []
    if there := found.copy:
        messages.error(request, f"It was copied forward to {there} already.")
        return redirect(there)
    form = CopyForm(request.POST or None, assessment=found)
    if carried_out(form, lambda: made.append(copy_forward(assessment=found, by=request.user, **form.cleaned_data))):
        messages.success(
            request,
            "The assessment is copied, and every risk and recommendation counts as kept. Change those that changed, "
            "mark those that are gone, and add what is new.",
        )
        return redirect(made[0])
    context = {"form": form, "heading": "Copy the assessment forward", "button": "Copy it"}
    context |= {"back": found.get_absolute_url(), "back_label": str(found)}
    context["intro"] = "With all that is in it: sections, risks and recommendations, responses, and what answers them."
    return render(request, FORM_PAGE, context)


@_requires
def history(request: HttpRequest, assessment: str) -> HttpResponse:
    """Who changed what of an assessment and its sections. Each need has a history of its own."""
    found = find_assessment(assessment, request.user)
    told = entries(
        Assessment.history.filter(id=found.pk), about=lambda record: "the assessment", without={"slug", "follows"}
    )
    told += entries(
        Section.history.filter(assessment=found.pk),
        about=lambda record: f"section {record.number}",
        without={"assessment"},
    )
    context = {"heading": f"History of {found}", "over": str(found), "back": found.get_absolute_url()}
    return render(request, "components/history_page.html", context | {"entries": newest_first(told)})


@_requires
def section_add(request: HttpRequest, assessment: str) -> HttpResponse:
    found, form = find_assessment(assessment, request.user), SectionForm(request.POST or None)
    if carried_out(form, lambda: add_section(assessment=found, by=request.user, **form.facts)):
        messages.success(request, f"Section {form.facts['number']} is added.")
        return redirect(found)
    context = {"form": form, "heading": "Add a section", "button": "Add it"}
    return render(request, FORM_PAGE, context | {"back": found.get_absolute_url(), "back_label": str(found)})


@_requires
def section_change(request: HttpRequest, assessment: str, section: int) -> HttpResponse:
    found = find_assessment(assessment, request.user)
    row = _find_section(found, section)
    form = SectionForm(request.POST or None, section=row)
    verb = partial(change_section, section=row, by=request.user)

    def fresh() -> SectionForm:
        return SectionForm(None, section=_find_section(found, section))

    return _over_shown(request, form, verb, fresh, f"Change section {row.number}", "The section is changed.", found)


@_requires
def section_remove(request: HttpRequest, assessment: str, section: int) -> HttpResponse:
    found = find_assessment(assessment, request.user)
    row = _find_section(found, section)
    step = Step(f"Remove section {row.number}", "Remove it", "The section is removed.")
    back = {"intro": str(row), "back": found.get_absolute_url(), "back_label": str(found)}
    return step_page(request, step, ReasonForm(request.POST or None), partial(remove_section, section=row), **back)


def _find_section(assessment: Assessment, asked: int) -> Section:
    found = assessment.sections.filter(pk=asked).first()
    if found is None:
        raise NothingHere(f"{assessment} has no such section.", [(str(assessment), assessment.get_absolute_url())])
    return found


@_requires
def need_add(request: HttpRequest, assessment: str) -> HttpResponse:
    """One after another: the page comes back for the next of the same section and kind."""
    found = find_assessment(assessment, request.user)
    sections = sections_of(found)
    if not sections:
        messages.success(request, "Add a section first: each risk and recommendation stands in one.")
        return redirect("add_section", assessment=found.slug)
    begun = {name: request.GET[name] for name in ("section", "kind") if name in request.GET}
    form = NeedForm(request.POST or None, sections, initial={"kind": NeedKind.RISK} | begun)
    if carried_out(form, lambda: add_need(by=request.user, **form.facts)):
        facts = form.facts
        messages.success(request, f"The {facts['kind']} is added to section {facts['section'].number}. Add the next.")
        address = reverse("add_need", args=[found.slug])
        return redirect(f"{address}?section={facts['section'].pk}&kind={facts['kind']}")
    context = {"form": form, "heading": "Add a risk or recommendation", "button": "Add it"}
    return render(request, FORM_PAGE, context | {"back": found.get_absolute_url(), "back_label": str(found)})


@_requires
def need_change(request: HttpRequest, assessment: str, need: int) -> HttpResponse:
    found = find_assessment(assessment, request.user)
    row, sections = find_need(found, need), sections_of(found)
    form = NeedForm(request.POST or None, sections, need=row)
    verb = partial(change_need, need=row, by=request.user)

    def fresh() -> NeedForm:
        return NeedForm(None, sections, need=find_need(found, need))

    heading = f"Change the {row.kind}"
    return _over_shown(request, form, verb, fresh, heading, f"The {row.kind} is changed.", found, row)


@_requires
def need_respond(request: HttpRequest, assessment: str, need: int) -> HttpResponse:
    found = find_assessment(assessment, request.user)
    row = find_need(found, need)
    if row.is_risk:
        raise NothingHere("A risk has no response; only a recommendation has.", [(row.wording, _address(found, row))])
    form = ResponseForm(request.POST or None, need=row)
    verb = partial(respond, need=row, by=request.user)

    def fresh() -> ResponseForm:
        return ResponseForm(None, need=find_need(found, need))

    heading = "The office’s response"
    return _over_shown(request, form, verb, fresh, heading, "The response is kept.", found, row, intro=row.wording)


@_requires
def need_remove(request: HttpRequest, assessment: str, need: int) -> HttpResponse:
    found = find_assessment(assessment, request.user)
    row = find_need(found, need)
    step = Step(f"Remove the {row.kind}", "Remove it", f"The {row.kind} is removed.")
    back = {"intro": row.wording, "back": found.get_absolute_url(), "back_label": str(found)}
    return step_page(request, step, ReasonForm(request.POST or None), partial(remove_need, need=row), **back)


@_requires
def need_gone(request: HttpRequest, assessment: str, need: int) -> HttpResponse:
    step = Step("Mark it as gone", "Mark it as gone", "It is marked as gone.")
    return _need_step(request, assessment, need, step, mark_gone)


@_requires
def need_back(request: HttpRequest, assessment: str, need: int) -> HttpResponse:
    step = Step("Bring it back", "Bring it back", "It stands again.")
    return _need_step(request, assessment, need, step, bring_back)


@_requires
def need_history(request: HttpRequest, assessment: str, need: int) -> HttpResponse:
    """Who changed a need, and who linked it to what."""
    found = find_assessment(assessment, request.user)
    row = find_need(found, need)
    told = entries(Need.history.filter(id=row.pk), about=lambda record: f"the {row.kind}", without={"key", "kind"})
    # A link that another section keeps is this one's too.
    alike = {"need__in": list(Need.objects.of(found).filter(key=row.key).values_list("pk", flat=True))}
    told += entries(ThemeLink.history.filter(**alike), about=lambda record: "a theme that it names", without={"need"})
    links = DeliverableLink.history.filter(**alike)
    rows = Deliverable.objects.filter(pk__in=links.values("deliverable")).select_related("theme")
    names = {one.pk: f"{one}: {one.wording}" for one in rows}
    told += entries(
        links,
        about=lambda record: "what answers it",
        texts={"deliverable": lambda key: names.get(key, "one since removed")},
        without={"need"},
    )
    context = {"heading": f"History of the {row.kind}", "over": row.wording, "back": _address(found, row)}
    return render(request, "components/history_page.html", context | {"entries": newest_first(told)})


def _address(assessment: Assessment, need: Need) -> str:
    return reverse("need", args=[assessment.slug, need.pk])


def _need_step(request: HttpRequest, assessment: str, need: int, step: Step, verb: Callable[..., None]) -> HttpResponse:
    found = find_assessment(assessment, request.user)
    row = find_need(found, need)
    back = {"intro": row.wording, "back": _address(found, row), "back_label": f"The {row.kind}"}
    return step_page(request, step, ReasonForm(request.POST or None), partial(verb, need=row), **back)


def _over_shown(
    request: HttpRequest,
    form: Form,
    verb: Callable[..., None],
    fresh: Callable[[], OverShown],
    heading: str,
    done: str,
    assessment: Assessment,
    need: Need | None = None,
    intro: str = "",
) -> HttpResponse:
    """The page of a form on what is there. Where somebody else has saved since, both are shown and none is lost."""
    if form.carried_out(lambda: verb(shown=form.cleaned_data["shown"], **form.facts), fresh=fresh):
        messages.success(request, done)
        return redirect("need", assessment=assessment.slug, need=need.pk) if need else redirect(assessment)
    back = _address(assessment, need) if need else assessment.get_absolute_url()
    context = {"form": form, "heading": heading, "button": "Save", "intro": intro, "back": back}
    context["back_label"] = f"The {need.kind}" if need else str(assessment)
    return render(request, "needs/change.html", context)
