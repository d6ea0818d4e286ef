"""The verbs on questions: ask, draft the answer, publish it, take it back, close without one, open again.

No edit is lost (DESIGN section 4, rule 7): who writes an answer says which question they were shown, and is refused
where somebody has saved since.
"""

import datetime
import uuid

from django.db import transaction
from django.utils import timezone

from accounts.actions import hold, refuse_without, save
from accounts.models import User
from accounts.roles import Permission, Refused, refuse_unless
from deliverables.narrative import plain
from reports.edition_models import Edition, EditionRow
from reports.panel_mails import tell_of_answer, tell_of_close, tell_of_question, tell_of_taking_back
from reports.panel_models import Question
from reports.shown import refuse_unless_shown


@transaction.atomic
def ask(
    *,
    edition: Edition,
    row_key: uuid.UUID | None,
    text: str,
    by: User,
    at: datetime.datetime | None = None,
    tell: bool = True,
) -> Question:
    """Ask about an edition in view that `by` may read: the whole of it, or the row of it with a key.

    Who may answer is told, unless `tell` is false. What was sent twice is asked once. Raises Refused where the
    edition is not in view or prints no such row.
    """
    refuse_unless(by, Permission.ASK_QUESTIONS)
    hold(edition)
    if not Edition.objects.readable_by(by).in_view().filter(pk=edition.pk).exists():
        raise Refused("This report is not in view any more, so nothing can be asked about it.")
    at, text = at or timezone.now(), plain(text)
    new = Question(
        edition=edition, row_key=row_key, about=_about(edition, row_key), text=text, asked_by=by, asked_at=at
    )
    same = Question.objects.filter(edition=edition, row_key=row_key, text=text, asked_by=by)
    if found := same.filter(answered_at=None, closed_at=None).first():
        return found
    save(new, by)
    if tell:
        tell_of_question(new, at=at)
    return new


def _about(edition: Edition, row_key: uuid.UUID | None) -> str:
    """What a question is about, as it was printed, on one line."""
    if row_key is None:
        return f"{edition.title}, {edition.quarter.label}"
    row = EditionRow.objects.filter(theme__edition=edition, key=row_key).select_related("theme").first()
    if row is None:
        raise Refused(
            "This report prints no such deliverable. Ask about the whole report, or about one that it prints."
        )
    return " ".join(f"Theme {row.theme.number}, deliverable {row.number}: {row.deliverable}".split())


@transaction.atomic
def draft_answer(*, question: Question, answer: str, by: User, shown: str | None = None) -> None:
    """Keep an answer that only those see who answer questions; an empty one takes the draft away.

    `shown` is `seen()` of the question as the page showed it. Raises SavedSince where it is another by now.
    """
    answer = _hold_to_answer(question, answer, by, shown)
    if answer != question.answer:
        question.answer = answer
        save(question, by)


@transaction.atomic
def publish_answer(
    *,
    question: Question,
    answer: str,
    by: User,
    shown: str | None = None,
    at: datetime.datetime | None = None,
    tell: bool = True,
) -> None:
    """Let everybody who can read the edition read question and answer, and tell who asked, unless `tell` is false.

    `shown` is as for `draft_answer`. Raises Refused while the edition is withdrawn from view.
    """
    answer, at = _hold_to_answer(question, answer, by, shown), at or timezone.now()
    if not answer:
        raise Refused("Write the answer before you publish it.")
    if not Edition.objects.in_view().filter(pk=question.edition_id).exists():
        raise Refused(
            "The report that it is about is withdrawn from view, so nobody could read the answer. "
            "Save it as a draft, or close the question with a note to who asked."
        )
    question.answer, question.answered_at, question.answered_by = answer, at, by
    save(question, by)
    if tell:
        tell_of_answer(question, by=by, at=at)


@transaction.atomic
def take_back_answer(*, question: Question, reason: str, by: User, at: datetime.datetime | None = None) -> None:
    """Make a published answer a draft again, and tell who asked that; the history keeps it, and why."""
    _hold(question, by)
    reason = refuse_without(reason)
    if not question.is_answered:
        raise Refused("No answer is published, so there is none to take back.")
    question.answered_at, question.answered_by = None, None
    save(question, by, reason)
    tell_of_taking_back(question, by=by, at=at or timezone.now())


@transaction.atomic
def close_question(*, question: Question, note: str, by: User, at: datetime.datetime | None = None) -> None:
    """Close a question without a published answer; who asked is sent the note, and nobody else sees it.

    A drafted answer is kept.
    """
    _hold(question, by)
    _refuse_unless_open(question)
    note, at = plain(note), at or timezone.now()
    if not note:
        raise Refused("Say why it gets no published answer. Who asked is sent it.")
    question.closed_at, question.closed_by, question.closed_note = at, by, note
    save(question, by)
    tell_of_close(question, by=by, at=at)


@transaction.atomic
def reopen_question(*, question: Question, reason: str, by: User) -> None:
    """Let a closed question wait for an answer again; the history keeps the note it was closed with."""
    _hold(question, by)
    reason = refuse_without(reason)
    if not question.closed_at:
        raise Refused("It is not closed.")
    question.closed_at, question.closed_by, question.closed_note = None, None, ""
    save(question, by, reason)


def _hold_to_answer(question: Question, answer: str, by: User, shown: str | None) -> str:
    """Hold a question that waits for an answer, as the page showed it; the answer as it can be stored."""
    _hold(question, by)
    history = Question.history.filter(id=question.pk)
    refuse_unless_shown(question, shown, what="this question", history=history, by=by)
    _refuse_unless_open(question)
    return plain(answer)


def _hold(question: Question, by: User) -> None:
    refuse_unless(by, Permission.ANSWER_QUESTIONS)
    hold(question)


def _refuse_unless_open(question: Question) -> None:
    if question.is_answered:
        raise Refused("Its answer is published. Take it back first, with a reason.")
    if question.closed_at:
        raise Refused("It is closed. Open it again first, with a reason.")
