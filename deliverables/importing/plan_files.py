"""An uploaded plan on its way in: kept, read in short steps, put right, and looked at before it is imported.

Nothing of the plan itself is written here. Each step is a request of its own; what those before have found is stored.
"""

import datetime
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.actions import hold
from accounts.models import User
from accounts.roles import Permission, Refused, refuse_unless
from deliverables.file_models import PlanFile, PlanFileRow, kept_name
from deliverables.importing.found import Found, FoundRow
from deliverables.importing.plan_preview import preview_of
from deliverables.importing.plan_values import Choices, NewLeader, PlanPreview, Stored
from deliverables.importing.reading import SLICE, Read, found_in_slice, read_plan
from deliverables.importing.stored import stored_of
from deliverables.importing.zipped import Unreadable
from themes.models import Plan
from themes.quarters import Quarter

LEFT_OUT = "left out"
"""Beside the fields of a row in what was put right: that it is not to be imported."""


def keep_plan_file(
    *, plan: Plan, file_name: str, content: bytes, choices: Choices, by: User, at: datetime.datetime
) -> PlanFile:
    """Keep a file that is to be brought into a plan, and read it as far as that goes at once.

    Raises Refused for one that cannot be read, of which nothing is kept. What is wrong with its rows is said by `look`.
    """
    refuse_unless(by, Permission.MANAGE_PLAN)
    try:
        read = read_plan(content)
    except Unreadable as error:
        raise Refused(str(error)) from error
    return keep_read(plan=plan, file_name=file_name, content=content, read=read, choices=choices, by=by, at=at)


@transaction.atomic
def keep_read(
    *, plan: Plan, file_name: str, content: bytes, read: Read, choices: Choices, by: User, at: datetime.datetime
) -> PlanFile:
    """Keep a file with what was read of it."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    file = PlanFile.objects.create(
        plan=plan,
        file_name=kept_name(file_name),
        content=content,
        choices=_kept(choices),
        found=read.found.facts,
        waiting=_packed(read.columns, read.waiting),
        uploaded_by=by,
        uploaded_at=at,
    )
    _keep_rows(file, read.found.rows)
    return file


class Progress(NamedTuple):
    """How many of a file's rows are checked."""

    done: int
    total: int

    @property
    def is_done(self) -> bool:
        return self.done == self.total


def progress_of(file: PlanFile) -> Progress:
    done = file.rows.count()
    return Progress(done, done + _how_many(file.waiting))


def check_more(*, file: PlanFile, by: User) -> Progress:
    """Check the next rows of a file, so many that it takes less than a second; how far that is.

    They are checked before the file is held, so that nobody waits for it; where somebody else was faster, what they
    have stored stays.
    """
    refuse_unless(by, Permission.MANAGE_PLAN)
    if not file.waiting:
        return progress_of(file)
    columns, waiting = _unpacked(file.waiting)
    rows = found_in_slice(columns, waiting[:SLICE])
    with transaction.atomic():
        before = bytes(file.waiting)
        hold_file(file)
        if bytes(file.waiting) == before:
            _keep_rows(file, rows)
            file.waiting = _packed(columns, waiting[SLICE:])
            file.save(update_fields=["waiting"])
    return progress_of(file)


def put_right(*, file: PlanFile, at: int, facts: Mapping[str, Any], by: User, shown: str | None = None) -> None:
    """Keep what somebody wrote instead of what was found in a row, by the names of `FoundRow.facts`; all of it anew.

    `shown` is `shown_of()` what they saw of it, None where they saw no page; refused where somebody put it right since.
    Without any facts the row is what the file says again.
    """
    refuse_unless(by, Permission.MANAGE_PLAN)
    with transaction.atomic():
        hold_file(file)
        refuse_if_imported(file)
        row = file.rows.select_related("put_right_by").get(at=at)
        if shown is not None and shown != shown_of(row.put_right):
            raise Refused(f"{row.put_right_by or 'Somebody'} put this row right since you opened it. Open it anew.")
        row.put_right, row.put_right_by, row.put_right_at = dict(facts), by, timezone.now()
        row.save(update_fields=["put_right", "put_right_by", "put_right_at"])


def shown_of(put_right: Mapping[str, Any]) -> str:
    """What a page sends back to say what it showed of how a row was put right."""
    return sha256(json.dumps(put_right, sort_keys=True).encode()).hexdigest()


def hold_file(file: PlanFile) -> None:
    """Hold a file until the verb is done; raises Refused where it was discarded meanwhile."""
    try:
        hold(file)
    except PlanFile.DoesNotExist as error:
        raise Refused("Somebody else has discarded the file meanwhile. Upload it again.") from error


def refuse_if_imported(file: PlanFile) -> None:
    """Raise Refused for a file that was imported: it stays as the record of what was."""
    if file.imported_at:
        raise Refused("It was imported, so it is kept as the record of what was. Upload it again to import it again.")


def choose(*, file: PlanFile, choices: Choices, by: User) -> None:
    """Keep what somebody said of the whole file."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    with transaction.atomic():
        hold_file(file)
        refuse_if_imported(file)
        file.choices = _kept(choices)
        file.save(update_fields=["choices"])


def discard(*, file: PlanFile, by: User) -> None:
    """Take away a file that was not imported; one that was is kept as the record of what was."""
    refuse_unless(by, Permission.MANAGE_PLAN)
    with transaction.atomic():
        hold_file(file)
        refuse_if_imported(file)
        file.delete()


@dataclass(frozen=True)
class State:
    """All that a preview is made of: what the file says, and what there is in the plan."""

    stored: Stored
    choices: Choices
    put_right: tuple[tuple[int, Mapping[str, Any]], ...]

    @cached_property
    def updates(self) -> dict[tuple[int, Quarter], int]:
        """The updates that are here, by deliverable and quarter."""
        return {(one.deliverable, one.quarter): one.pk for one in self.stored.updates}


@dataclass(frozen=True)
class Looked:
    """What an import would do, and what that was held against."""

    preview: PlanPreview
    state: State
    found: Found
    """As it was put right, without the rows that are left out."""
    left_out: tuple[FoundRow, ...]


def look(file: PlanFile) -> Looked:
    """What importing a file that is wholly checked would do to its plan as that is now. Some ten queries."""
    rows, left_out = [], []
    for facts, instead in file.rows.values_list("facts", "put_right"):
        row = row_of(facts, instead)
        (left_out if instead.get(LEFT_OUT) else rows).append(row)
    found = Found.of(file.found, tuple(rows))
    state = state_of(file, found)
    preview = preview_of(found, state.stored, state.choices, file_name=file.file_name)
    return Looked(preview, state, found, tuple(left_out))


def row_of(facts: dict[str, Any], instead: Mapping[str, Any]) -> FoundRow:
    """A row as it was put right; who has done that has seen what was doubtful in it."""
    right = {name: value for name, value in instead.items() if name != LEFT_OUT}
    return FoundRow.of(facts | right | {"doubts": []} if right else facts)


def state_of(file: PlanFile, found: Found) -> State:
    """What the preview of a file is made of as it is now, beside what was found in it."""
    choices = choices_of(file)
    return State(
        stored_of(file.plan, themes_of(found, choices)),
        choices,
        tuple(file.rows.exclude(put_right={}).values_list("at", "put_right")),
    )


def themes_of(found: Found, choices: Choices) -> set[int]:
    """The numbers of the themes that a file may be about."""
    themes = {row.theme for row in (*found.rows, *found.withdrawn)} | {choices.theme, found.theme}
    return {one for one in themes if one}


def choices_of(file: PlanFile) -> Choices:
    """What was said of the whole file."""
    kept = file.choices
    leaders = {label: NewLeader(who) if isinstance(who, str) else who for label, who in kept["leaders"].items()}
    quarter = Quarter.parse(kept["quarter"]) if kept["quarter"] else None
    return Choices(**kept | {"quarter": quarter, "leaders": leaders})


def _kept(choices: Choices) -> dict[str, Any]:
    """As JSON can keep them."""
    quarter = str(choices.quarter) if choices.quarter else ""
    return {
        "theme": choices.theme,
        "theme_title": choices.theme_title,
        "quarter": quarter,
        "replaces": choices.replaces,
        "leaders": dict(choices.leaders),
    }


def _keep_rows(file: PlanFile, rows: tuple[FoundRow, ...]) -> None:
    PlanFileRow.objects.bulk_create(
        [PlanFileRow(file=file, at=row.at, facts=row.facts) for row in rows], batch_size=500
    )


def _packed(columns: dict[str, Any] | None, waiting: Sequence[dict[str, Any]]) -> bytes:
    """Rows and what their columns are in few bytes, after how many they are."""
    if not waiting:
        return b""
    return b"%d\n" % len(waiting) + zlib.compress(json.dumps([columns, waiting]).encode(), level=1)


def _unpacked(packed: bytes) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    columns, waiting = json.loads(zlib.decompress(bytes(packed).partition(b"\n")[2]))
    return columns, waiting


def _how_many(packed: bytes) -> int:
    return int(bytes(packed).partition(b"\n")[0] or 0)
