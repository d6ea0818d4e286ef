"""The pages on questions: ask one, the list, one with its answer, and what the office does with it.

Answered questions about Public editions need no sign-in. What a reader may not see is answered like what is not there.
"""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.forms import FORM_PAGE, ReasonForm, carried_out
from accounts.history import entries
from accounts.roles import Permission, may, requires
from deliverables.writing_views import keeping_what_was_typed
from pcc_tracker.errors import NothingHere
from pcc_tracker.tables import download, sheet_of, show
from reports.edition_views import withdrawn
from reports.editions import find_edition
from reports.panel_forms import AnswerForm, AskForm, NoteForm, QuestionFilter
from reports.panel_models import Question
from reports.panel_tables import QuestionTable
from reports.public_pages import public_page
from reports.question_actions import (
    ask,
    close_question,
    draft_answer,
    publish_answer,
    reopen_question,
    take_back_answer,
)
from reports.questions import about, find_question, listed, taken_back_on
from reports.step_pages import Step, step_page


@keeping_what_was_typed
@requires(Permission.ASK_QUESTIONS)
def ask_question(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Ask about an edition, or about a row of it, whose key the address may give as `row`."""
    edition = find_edition(request.user, slug, number)
    if edition is None:
        return withdrawn(request, slug, number)
    form = AskForm(request.POST or None, edition=edition, row=request.GET.get("row", ""))
    if form["row"].initial not in dict(form.fields["row"].choices):
        raise NothingHere("This report prints no such deliverable.", [(str(edition), edition.get_absolute_url())])
    asked: list[Question] = []
    if carried_out(form, lambda: asked.append(ask(edition=edition, by=request.user, **form.facts))):
        messages.success(request, "Your question is sent. You will be told by e-mail when it is answered.")
        return redirect(asked[0])
    context = {
        "form": form,
        "heading": "Ask about this report",
        "intro": f"{edition.title}, {edition.quarter.label}, {edition.version}.",
        "button": "Send the question",
        "back": edition.get_absolute_url(),
        "back_label": "The report",
    }
    return render(request, FORM_PAGE, context)


@public_page
def questions(request: HttpRequest) -> HttpResponse:
    """The questions that the reader may see: answered ones, their own, and all for who answers."""
    found = listed(request.user)
    chosen = QuestionFilter(request.GET, found)
    table = show(request, QuestionTable(chosen.matching(), names_who_asked=_names_who_asked(request)))
    waiting = sum(one.question.is_open for one in found)
    context = {"table": table, "filter": chosen, "total": len(found), "waiting": waiting}
    return render(request, "reports/questions.html", context)


@public_page
def questions_file(request: HttpRequest, form: str) -> HttpResponse:
    """The list as it is sorted and filtered on the page."""
    chosen = QuestionFilter(request.GET, listed(request.user))
    chosen.refuse_what_is_not_there()
    table = QuestionTable(chosen.matching(), names_who_asked=_names_who_asked(request))
    table.order_by = request.GET.getlist("sort")
    return download(f"questions{' filtered' if chosen.chosen else ''}", form, sheet_of(table, "Questions"))


def _names_who_asked(request: HttpRequest) -> bool:
    return may(request.user, Permission.ANSWER_QUESTIONS)


@public_page
def question(request: HttpRequest, question: int) -> HttpResponse:
    """A question with its answer. To others than the office it says nothing of a report withdrawn from view."""
    found = find_question(request.user, question)
    says_about = _names_who_asked(request) or not found.edition.is_withdrawn
    context = {"question": found, "about": about(found) if says_about else None, "taken_back_on": taken_back_on(found)}
    return render(request, "reports/question.html", context)


@keeping_what_was_typed
@requires(Permission.ANSWER_QUESTIONS)
def answer_question(request: HttpRequest, question: int) -> HttpResponse:
    """Draft the answer or publish it. Where somebody else has saved since, both texts are shown and none is lost."""
    found = find_question(request.user, question)
    if not found.is_open and request.method != "POST":
        return redirect(found)
    form = AnswerForm(request.POST or None, question=found)
    publishes = "publish" in request.POST
    verb = publish_answer if publishes else draft_answer
    if form.carried_out(
        lambda: verb(
            question=found,
            answer=form.cleaned_data["narrative"],
            shown=form.cleaned_data["shown"],
            by=request.user,
        ),
        fresh=lambda: AnswerForm(None, question=find_question(request.user, question)),
    ):
        told = "The answer is published, and who asked is told." if publishes else "The draft is saved."
        messages.success(request, told)
        return redirect(found)
    return render(request, "reports/answer.html", {"question": found, "about": about(found), "form": form})


@requires(Permission.ANSWER_QUESTIONS)
def close(request: HttpRequest, question: int) -> HttpResponse:
    step = Step("Close it without a published answer", "Close it", "The question is closed, and who asked is told.")
    return _step(request, question, step, NoteForm(request.POST or None), close_question)


@requires(Permission.ANSWER_QUESTIONS)
def take_back(request: HttpRequest, question: int) -> HttpResponse:
    done = "The answer is a draft again, which only the office sees. Who asked is told that it was taken back."
    step = Step("Take back the published answer", "Take it back", done)
    return _step(request, question, step, ReasonForm(request.POST or None), take_back_answer)


@requires(Permission.ANSWER_QUESTIONS)
def reopen(request: HttpRequest, question: int) -> HttpResponse:
    step = Step("Open the question again", "Open it again", "The question waits for an answer again.")
    return _step(request, question, step, ReasonForm(request.POST or None), reopen_question)


def _step(request: HttpRequest, asked: int, step: Step, form: Form, verb: Callable[..., None]) -> HttpResponse:
    found = find_question(request.user, asked)
    of = {"intro": found.about, "back": found.get_absolute_url(), "back_label": "The question"}
    return step_page(request, step, form, partial(verb, question=found), **of)


@requires(Permission.ANSWER_QUESTIONS)
def question_history(request: HttpRequest, question: int) -> HttpResponse:
    """Who asked, drafted, published, took back, closed and opened again, when and why."""
    found = find_question(request.user, question)
    told = entries(Question.history.filter(id=found.pk), without={"edition", "row_key"})
    context = {"heading": "History of the question", "over": "The question", "back": found.get_absolute_url()}
    return render(request, "components/history_page.html", context | {"entries": told})
