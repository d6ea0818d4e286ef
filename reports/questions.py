"""The reading side of questions: which a reader gets in the list, by its address, beside a row, and at an edition."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.urls import reverse

from accounts.roles import Permission, may
from pcc_tracker.errors import NothingHere
from reports.edition_models import Edition, EditionRow, EditionTheme
from reports.panel_models import MeetingAction, Question
from reports.published import Reader


@dataclass(frozen=True)
class Listed:
    """A question with the numbers of the themes that it is about: its row's, or all of the edition's."""

    question: Question
    themes: tuple[int, ...]


def listed(user: Reader) -> list[Listed]:
    """The questions that the user may see, the latest first; two queries."""
    found = with_themes(Question.objects.visible_to(user).select_related("asked_by"))
    return [replace(one, question=_as_seen_by(user, one.question)) for one in found]


def with_themes(questions: QuerySet[Question]) -> list[Listed]:
    """Each with its edition and its themes; two queries."""
    of_row = EditionRow.objects.filter(theme__edition=OuterRef("edition"), key=OuterRef("row_key"))
    found = _with_edition(questions).annotate(row_theme=Subquery(of_row.values("theme__number")[:1]))
    numbers = EditionTheme.objects.only("edition", "number")
    return [
        Listed(one, (one.row_theme,) if one.row_theme else tuple(theme.number for theme in one.edition.themes.all()))
        for one in found.prefetch_related(Prefetch("edition__themes", numbers))
    ]


def find_question(user: Reader, asked: int) -> Question:
    """The question, if the user may see it; raises NothingHere for any other, whether or not there is one."""
    found = _with_edition(Question.objects.visible_to(user)).filter(pk=asked)
    if question := found.select_related("asked_by", "answered_by", "closed_by").first():
        return _as_seen_by(user, question)
    raise NothingHere("There is no question at this address", [("Questions", reverse("questions"))])


def _as_seen_by(user: Reader, question: Question) -> Question:
    """To who does not answer questions, who asked among them, a draft is not there at all."""
    if not question.is_answered and not may(user, Permission.ANSWER_QUESTIONS):
        question.answer = ""
    return question


@dataclass(frozen=True)
class About:
    """What a question is about, in few words, and the page on that: a deliverable's own, or the edition's."""

    name: str
    address: str


def about(question: Question) -> About:
    """A question's row as its edition printed it, or the whole report; one query for a row."""
    edition = question.edition
    rows = EditionRow.objects.filter(theme__edition=edition, key=question.row_key) if question.row_key else None
    row = rows.values_list("theme__number", "number").first() if rows is not None else None
    if row is None:
        return About(f"the report on {edition.quarter.label}", edition.get_absolute_url())
    where = (edition.plan_slug, edition.quarter.year, edition.quarter.slug, *row)
    return About("Theme {}, deliverable {}".format(*row), reverse("published_deliverable", args=where))


def taken_back_on(question: Question) -> datetime.datetime | None:
    """When a published answer was last taken back; None where none was. One query, of the history."""
    steps = Question.history.filter(id=question.pk).order_by("history_date", "history_id")
    saved = list(steps.values_list("answered_at", "history_date"))
    return next((at for (before, _), (after, at) in reversed([*pairwise(saved)]) if before and not after), None)


@dataclass(frozen=True)
class Waiting:
    """What the office has to see to of what the Panel asked."""

    questions: int
    """Those that wait for a published answer."""
    overdue: int
    """Open actions that are past their day."""


def waiting(user: Reader, today: datetime.date) -> Waiting:
    """How much waits on a day for who answers questions, in two queries; nothing for anybody else."""
    if not may(user, Permission.ANSWER_QUESTIONS):
        return Waiting(0, 0)
    return Waiting(
        Question.objects.filter(answered_at=None, closed_at=None).count(),
        MeetingAction.objects.filter(closed_on=None, due__lt=today).count(),
    )


def answered_by_row(keys: Iterable[uuid.UUID | str], user: Reader) -> dict[uuid.UUID, list[Question]]:
    """The answered questions that the user may see about each of the deliverables with these keys, oldest answer first.

    They are about any edition that prints the deliverable, of whichever quarter. One query. Give it the keys of rows
    that the reader is shown, and of no others.
    """
    by_key: defaultdict[uuid.UUID, list[Question]] = defaultdict(list)
    for one in _answered(user).filter(row_key__in=list(keys)):
        assert one.row_key is not None
        by_key[one.row_key].append(one)
    return dict(by_key)


def answered_about(edition: Edition, user: Reader) -> list[Question]:
    """The answered questions that the user may see about an edition, the oldest answer first; one query.

    One about another edition of the same report, such as the one that this one corrects, counts too; but about a
    row only where this edition prints it, so that what has become exempt since is not told of here.
    """
    prints_row = Exists(EditionRow.objects.filter(theme__edition=edition, key=OuterRef("row_key")))
    return list(_answered(user).filter(Q(row_key=None) | prints_row, edition__slug=edition.slug))


def _answered(user: Reader) -> QuerySet[Question]:
    return _with_edition(Question.objects.visible_to(user)).filter(answered_at__isnull=False).order_by("answered_at")


def _with_edition(questions: QuerySet[Question]) -> QuerySet[Question]:
    """With the edition that each is about, but for its large facts."""
    return questions.select_related("edition").defer("edition__cover", "edition__overall", "edition__columns")
