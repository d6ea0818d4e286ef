"""Many rows of an uploaded plan that have one and the same problem, and putting them right at once."""

import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from itertools import groupby

from django.db import transaction

from accounts.models import User
from accounts.roles import Permission, Refused, refuse_unless
from deliverables.file_models import PlanFile
from deliverables.importing.found import Doubt, Field, FoundRow
from deliverables.importing.plan_files import LEFT_OUT, look, put_right, shown_of
from deliverables.importing.plan_rows import LONGEST_TEXT
from deliverables.importing.plan_values import Outcome, PlanPreview

FEW = 3
"""So many rows of one problem are put right one by one."""

_PARTICULAR = re.compile(r"“[^”]*”|\d+")


class Answer(StrEnum):
    """What can be said of many rows at once."""

    LEFT_OUT = "left out"
    SAME_WORK = "the same work"

    @property
    def facts(self) -> dict[str, bool]:
        return {LEFT_OUT: True} if self is Answer.LEFT_OUT else {"is_same": True}


@dataclass(frozen=True)
class Alike:
    """More than a few rows with one problem: of one field, in one sentence but for its numbers and quotations."""

    field: Field
    said: str
    """Of the first row."""
    rows: tuple[FoundRow, ...]
    asks_for_same: bool
    """Whether it asks if each is the work that the plan has under its number."""

    @property
    def key(self) -> str:
        """What a page sends back: another one where other rows, or other words in them, have the problem."""
        return sha256(repr((self.field, self.asks_for_same, self.rows)).encode()).hexdigest()

    @property
    def answers(self) -> tuple[Answer, ...]:
        return (Answer.SAME_WORK, Answer.LEFT_OUT) if self.asks_for_same else (Answer.LEFT_OUT,)


def alike(preview: PlanPreview) -> list[Alike]:
    """The problems that more than a few rows have, the first in the file first."""
    every = [(one, problem) for one in preview.outcomes for problem in one.problems]
    by_kind = groupby(sorted(every, key=lambda pair: _kind(*pair)), key=lambda pair: _kind(*pair))
    found = []
    for (field, asks_for_same, _), pairs in by_kind:
        there = list(pairs)
        rows = tuple(dict.fromkeys(one.row for one, _ in there))
        if len(rows) > FEW:
            found.append(Alike(field, there[0][1].said, rows, asks_for_same))
    return sorted(found, key=lambda one: one.rows[0].at)


def put_all_right(*, file: PlanFile, key: str, answer: Answer, by: User) -> int:
    """Say the same of all rows that have one problem, beside what was said of each before; how many they are.

    `key` is of the rows that somebody looked at: where they are others by now, nothing is done. Raises Refused.
    """
    refuse_unless(by, Permission.MANAGE_PLAN)
    there = next((one for one in alike(look(file).preview) if one.key == key), None)
    if there is None or answer not in there.answers:
        raise Refused("The plan or the file was changed since you looked. Look at the preview once more.")
    places = [one.at for one in there.rows]
    with transaction.atomic():
        before = dict(file.rows.filter(at__gte=places[0], at__lte=places[-1]).values_list("at", "put_right"))
        for at in places:
            put_right(file=file, at=at, facts=before[at] | answer.facts, by=by, shown=shown_of(before[at]))
    return len(places)


def _kind(outcome: Outcome, problem: Doubt) -> tuple[Field, bool, str]:
    return problem.field, _asks_for_same(outcome, problem), _PARTICULAR.sub("", problem.said)


def _asks_for_same(outcome: Outcome, problem: Doubt) -> bool:
    """Whether all that is wrong with a row is that the plan words its number otherwise."""
    row = outcome.row
    is_unread = any(not one.is_guessed for one in row.doubts)
    return problem.field is Field.WORDING and not is_unread and 0 < len(row.wording) <= LONGEST_TEXT
