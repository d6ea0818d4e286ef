"""The e-mails about questions and actions: to who answers, to who asked, and to who owns an action.

Each holds nothing that its reader may not see. Who asked is named to who answers, and to nobody else.
"""

import datetime

from django.urls import reverse
from django.utils.formats import date_format

from accounts.mail import post
from accounts.models import Mail, User
from accounts.roles import PERMISSIONS, Permission, Role
from reports.addresses import absolute
from reports.panel_models import MeetingAction, Question

_WHO_ANSWER = [role for role in Role if Permission.ANSWER_QUESTIONS in PERMISSIONS[role]]


def tell_of_question(question: Question, *, at: datetime.datetime) -> None:
    """Write to all who may answer that a question waits."""
    for user in User.objects.filter(role__in=_WHO_ANSWER, is_active=True, email__isnull=False):
        post(
            kind=Mail.Kind.QUESTION,
            to=user,
            subject=f"Question: {question.about}",
            template="reports/mail/question.txt",
            context={"question": question, "link": _link("answer_question", question.pk)},
            at=at,
            by=question.asked_by,
        )


def tell_of_answer(question: Question, *, by: User, at: datetime.datetime) -> None:
    """Write the published answer to who asked."""
    _tell_who_asked(question, "Answered", "reports/mail/answer.txt", by=by, at=at)


def tell_of_close(question: Question, *, by: User, at: datetime.datetime) -> None:
    """Write to who asked that there will be no published answer, and why."""
    _tell_who_asked(question, "Closed", "reports/mail/closed.txt", by=by, at=at)


def tell_of_taking_back(question: Question, *, by: User, at: datetime.datetime) -> None:
    """Write to who asked that the published answer is none any more; why is the office's own matter."""
    _tell_who_asked(question, "Answer taken back", "reports/mail/taken_back.txt", by=by, at=at)


def _tell_who_asked(question: Question, step: str, template: str, *, by: User, at: datetime.datetime) -> None:
    """Nothing goes to who asked and is no member of the Panel any more, where the public may not see it either."""
    if not Question.objects.visible_to(question.asked_by).filter(pk=question.pk).exists():
        return
    post(
        kind=Mail.Kind.ANSWER,
        to=question.asked_by,
        subject=f"{step}: your question on {question.about_in_view}",
        template=template,
        context={"question": question, "link": _link_by_sign_in("question", question.pk)},
        at=at,
        by=by,
    )


def tell_of_action(action: MeetingAction, *, by: User, at: datetime.datetime) -> None:
    """Write to an action's owner what the meeting asked for, unless it is who gave it to them."""
    if action.owner != by:
        post(
            kind=Mail.Kind.ACTION,
            to=action.owner,
            subject=f"Action for you from the meeting of {date_format(action.meeting.date)}",
            template="reports/mail/action.txt",
            context={"action": action, "by": by, "link": _link("actions")},
            at=at,
            by=by,
        )


def _link(view: str, *of: int) -> str:
    return absolute(reverse(view, args=of))


def _link_by_sign_in(view: str, *of: int) -> str:
    """By the page to sign in, which sends on who has: a question's own page asks nobody to."""
    return f"{_link('account_login')}?next={reverse(view, args=of)}"
