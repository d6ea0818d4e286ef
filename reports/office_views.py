"""The pages on what the office keeps for its reports: what they begin with, their texts, and their Word template."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.roles import Permission, Refused, requires
from deliverables.narrative import parse
from deliverables.writing_views import keeping_what_was_typed
from pcc_tracker.errors import NothingHere
from reports.formats import WORD
from reports.forms import FactsForm, OfficeTextForm, WordTemplateForm
from reports.models import OfficeSection, ReportDefaults, WordTemplate
from reports.office_actions import (
    TemplateRefused,
    change_defaults,
    change_office_text,
    kept_or_product_text,
    upload_word_template,
    use_product_look,
    use_product_text,
)
from reports.sections import PLACEHOLDERS, SectionKind
from reports.shown import SavedSince, seen

BACK = {"back_label": "Office texts and template"}


@requires(Permission.PREPARE_REPORTS)
def office_texts(request: HttpRequest) -> HttpResponse:
    """What each section of a report begins with, and whose words they are."""
    kept = set(OfficeSection.objects.values_list("kind", flat=True))
    texts = [(kind, text, parse(text.text), kind.value in kept) for kind, text in OfficeSection.texts().items()]
    return render(request, "reports/office_texts.html", {"texts": texts, "template": WordTemplate.current()})


@keeping_what_was_typed
@requires(Permission.PREPARE_REPORTS)
def office_text(request: HttpRequest, kind: str) -> HttpResponse:
    found = _kind(kind)
    text = kept_or_product_text(found)
    form = OfficeTextForm(request.POST or None, text=text)
    if form.carried_out(
        lambda: change_office_text(
            kind=found,
            heading=form.cleaned_data["heading"],
            qualifier=form.cleaned_data["qualifier"],
            text=form.cleaned_data["narrative"],
            shown=form.cleaned_data["shown"],
            by=request.user,
        ),
        fresh=lambda: OfficeTextForm(None, text=kept_or_product_text(found)),
    ):
        messages.success(request, f"“{form.cleaned_data['heading']}” is changed. Reports begin with it from now on.")
        return redirect("office_texts")
    context = {
        "form": form,
        "heading": f"Office text: {text.heading}",
        "kind": found,
        "is_kept": text.pk is not None,
        "shown": seen(text),
        "placeholders": PLACEHOLDERS.items(),
        "back": reverse("office_texts"),
        **BACK,
    }
    return render(request, "reports/office_text.html", context)


@requires(Permission.PREPARE_REPORTS)
@require_POST
def product_text(request: HttpRequest, kind: str) -> HttpResponse:
    found = _kind(kind)
    try:
        use_product_text(kind=found, shown=request.POST.get("shown", ""), by=request.user)
    except SavedSince as error:
        messages.error(request, f"{error} It is shown as it is now; nothing was changed.")
        return redirect("office_text", kind=kind)
    messages.success(request, f"“{OfficeSection.texts()[found].heading}” has the product's own text again.")
    return redirect("office_texts")


@requires(Permission.PREPARE_REPORTS)
def defaults(request: HttpRequest) -> HttpResponse:
    """What stands over the next report, until it is changed there."""
    form = _facts_form(request.POST or None)
    if form.carried_out(lambda: change_defaults(by=request.user, **form.cleaned_data), fresh=lambda: _facts_form(None)):
        messages.success(request, "What reports begin with is changed. Reports that are there keep what they have.")
        return redirect("office_texts")
    context = {
        "form": form,
        "heading": "What reports begin with",
        "intro": "Each new report starts with these facts; they can be changed in it.",
        "button": "Save",
        "back": reverse("office_texts"),
        **BACK,
    }
    return render(request, "reports/facts_form.html", context)


def _facts_form(data: object) -> FactsForm:
    kept = ReportDefaults.get()
    return FactsForm(data, instance=kept, initial={"shown": seen(kept)})


@requires(Permission.PREPARE_REPORTS)
def word_template(request: HttpRequest) -> HttpResponse:
    """The Word file whose styles, header, footer and logo reports have; another is checked before it is kept."""
    form = WordTemplateForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload_word_template(file_name=file.name, content=file.read(), by=request.user, at=timezone.now())
        except TemplateRefused as error:
            for problem in error.problems:
                form.add_error("file", problem)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Reports are made with “{file.name}” from now on.")
            return redirect("word_template")
    context = {
        "form": form,
        "template": WordTemplate.current(),
        "heading": "Word template",
        "back": reverse("office_texts"),
        **BACK,
    }
    return render(request, "reports/word_template.html", context)


@requires(Permission.PREPARE_REPORTS)
def word_template_file(request: HttpRequest) -> HttpResponse:
    """The template in use, as it was uploaded."""
    template = WordTemplate.current()
    if template is None:
        raise NothingHere(
            "No Word template was uploaded: reports have the product's own look.",
            [("Upload a template", reverse("word_template"))],
        )
    headers = {"Content-Disposition": 'attachment; filename="word-template.docx"'}
    return HttpResponse(bytes(template.content), content_type=WORD, headers=headers)


@requires(Permission.PREPARE_REPORTS)
@require_POST
def product_look(request: HttpRequest) -> HttpResponse:
    use_product_look(by=request.user, at=timezone.now())
    messages.success(request, "Reports have the product's own look again.")
    return redirect("word_template")


def _kind(asked: str) -> SectionKind:
    try:
        return SectionKind(asked)
    except ValueError as error:
        there = [(text.heading, reverse("office_text", args=[kind])) for kind, text in OfficeSection.texts().items()]
        raise NothingHere(f'A report has no section "{asked}".', there) from error
