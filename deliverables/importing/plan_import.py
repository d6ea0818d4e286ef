"""The verb that brings a plan in: what its preview says is written in one transaction, or nothing is.

All that can be done before is done before, so that others wait for the writing alone.
"""

import datetime
from collections.abc import Mapping
from itertools import chain, count
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet

from accounts.actions import add_organisation, change_all, hold, save_all
from accounts.models import Organisation, User
from accounts.people_actions import add_person
from accounts.roles import Permission, Refused, refuse_unless
from deliverables.file_models import PlanFile
from deliverables.importing.plan_files import Looked, hold_file, look, refuse_if_imported, state_of
from deliverables.importing.plan_values import Content, Does, NewLeader, Outcome, Period, Planned, PlanPreview
from deliverables.models import (
    ApprovedUpdate,
    Deliverable,
    DeliverableOwner,
    QuarterlyUpdate,
    UpdateEvent,
    UpdateState,
)
from deliverables.narrative import parse
from deliverables.searching import words_of
from themes.actions import add_theme, change_period, open_period
from themes.models import Plan, Rating, ReportingPeriod, Theme
from themes.quarters import Quarter

AROUND_ITS_END = datetime.timedelta(days=21)
"""A quarter that an import opens was open, and its updates were due, so long before and after its end."""

_SAME = "All that the file says is here already, so nothing is changed."
_ALL_KEPT = "Nothing is new. Where the file says otherwise, what is here is kept, unless you say that it is replaced."
_CHANGED = "The plan or the file was changed since you looked. Look at the preview once more."


def import_plan(*, file: PlanFile, agreed: str, by: User, at: datetime.datetime) -> str:
    """Do what the preview of a file says, all or nothing; what was done, in words.

    `agreed` is the fingerprint of the preview that somebody looked at: where anything was changed since, nothing is
    done. Raises Refused.
    """
    refuse_unless(by, Permission.MANAGE_PLAN)
    looked = look(file)
    found = looked.preview
    if found.fingerprint != agreed:
        raise Refused(_CHANGED)
    if count := len(found.problems):
        row, problem = found.problems[0]
        things = "1 thing was" if count == 1 else f"{count:,} things were"
        raise Refused(f"Nothing is imported: {things} not understood, the first at {row.place}: {problem.said}")
    if found.does_nothing:
        raise Refused(_ALL_KEPT if found.counts[Does.KEEPS] else _SAME)
    return _Writer(file, looked, by, at).write()


class _Writer:
    """Writes what a preview says, the rows of each table at once."""

    def __init__(self, file: PlanFile, looked: Looked, by: User, at: datetime.datetime) -> None:
        self.file, self.looked, self.found, self.by, self.at = file, looked, looked.preview, by, at
        self.reason = f"Imported from {file.file_name}"
        self.words = [_words(one) for one in self.found.updates]  # which takes long, so it is done by now

    @transaction.atomic
    def write(self) -> str:
        self._refuse_if_changed()
        themes = self._themes()
        periods = self._periods(themes)
        self._deliverables(themes)
        self._updates(periods)
        self.file.imported_at, self.file.imported_by, self.file.did = self.at, self.by, said_of(self.found)
        self.file.save(update_fields=["imported_at", "imported_by", "did"])
        return self.file.did

    def _refuse_if_changed(self) -> None:
        """Hold what the import was held against, and see that it is still so.

        Whoever writes an update holds its period, and whoever changes a deliverable that.
        """
        hold_file(self.file)
        refuse_if_imported(self.file)
        hold(self.file.plan)
        for rows in (_periods_of(self.file.plan), Deliverable.objects.filter(theme__plan=self.file.plan)):
            list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
        if state_of(self.file, self.looked.found) != self.looked.state:
            raise Refused(_CHANGED)

    def _themes(self) -> dict[int, Theme]:
        for number, title in self.found.themes:
            add_theme(theme=Theme(plan=self.file.plan, number=number, title=title), by=self.by)
        return {theme.number: theme for theme in self.file.plan.themes.all()}

    def _periods(self, themes: Mapping[int, Theme]) -> dict[Period, ReportingPeriod]:
        as_at = self.looked.found.as_at
        for number, quarter in self.found.periods:
            opens, due = quarter.ends - AROUND_ITS_END, quarter.ends + AROUND_ITS_END
            period = open_period(theme=themes[number], quarter=quarter, opens=opens, updates_due=due, by=self.by)
            if as_at and as_at != quarter.ends and Quarter.of(as_at) in (quarter, quarter.next):
                change_period(period=period, as_at_set=as_at, by=self.by)
        return {(one.theme.number, one.quarter): one for one in _periods_of(self.file.plan).select_related("theme")}

    def _deliverables(self, themes: Mapping[int, Theme]) -> None:
        planned = [one for one in self.found.deliverables if one.pk is None]
        new = [_new(one, themes, self.reason) for one in planned]
        save_all(new, self.by, self.reason)
        made = {label.casefold(): self._made(label, kind).pk for label, kind in self.found.leaders}
        leading = [one.leader or made.get(one.owner_label.casefold()) for one in planned]
        owners = [
            DeliverableOwner(deliverable=row, user_id=leader, since=row.in_force_from.starts)
            for row, leader in zip(new, leading, strict=True)
            if leader
        ]
        save_all(owners, self.by, self.reason)
        changed = {one.pk: one for one in self.found.deliverables if one.pk is not None}
        rows = list(Deliverable.objects.filter(pk__in=changed))
        for row in rows:
            _change(row, changed[row.pk], self.reason)
        change_all(rows, _CHANGEABLE, self.by, self.reason)

    def _made(self, label: str, kind: NewLeader) -> User:
        """Somebody who never signs in, until they are given an e-mail address."""
        if kind is NewLeader.OFFICE:
            office = Organisation.objects.get(is_office=True)
            return add_person(display_name=label, initials=label[:10], organisation=office, by=self.by)
        there = Organisation.objects.filter(short_name__iexact=label).first()
        if there and not there.is_active:
            raise Refused(f"{there} is deactivated. Activate it first, or say who else leads what “{label}” leads.")
        organisation = there or add_organisation(name=label, short_name=label, by=self.by)
        taken = set(organisation.users.values_list("initials", flat=True))
        initials = next(one for one in chain(["LEAD"], map("LEAD{}".format, count(2))) if one not in taken)
        facts = {"display_name": f"Lead officer, {label}", "initials": initials}
        return add_person(organisation=organisation, by=self.by, **facts)

    def _updates(self, periods: Mapping[Period, ReportingPeriod]) -> None:
        numbered = {
            (number, year, row): pk
            for pk, number, year, row in Deliverable.objects.filter(theme__plan=self.file.plan).values_list(
                "pk", "theme__number", "financial_year", "number"
            )
        }
        ratings = {one.code: one for one in self.file.plan.rating_scheme.ratings.all()}
        here = self.looked.state.updates
        added: list[QuarterlyUpdate] = []
        approved: list[ApprovedUpdate] = []
        replaced: list[tuple[int, dict[str, Any], dict[str, Any]]] = []
        for one, words in zip(self.found.updates, self.words, strict=True):
            content, under = _facts(one.content, ratings)
            under |= {"words": words, "approved_by": self.by, "approved_at": self.at}
            deliverable = numbered[one.identity]
            if pk := here.get((deliverable, one.quarter)):
                replaced.append((pk, content, under))
                continue
            update = QuarterlyUpdate(
                deliverable_id=deliverable,
                period=periods[one.theme, one.quarter],
                state=UpdateState.APPROVED,
                last_changed_by=self.by,
                last_changed_at=self.at,
                **content,
            )
            added.append(update)
            approved.append(ApprovedUpdate(update=update, **content, **under))
        save_all(added, self.by, self.reason)
        save_all(approved, self.by, self.reason)
        written = [one.pk for one in added] + self._replace(replaced)
        step = UpdateEvent.Step.IMPORTED
        UpdateEvent.objects.bulk_create(
            [UpdateEvent(update_id=pk, step=step, by=self.by, at=self.at, file=self.file) for pk in written],
            batch_size=500,
        )

    def _replace(self, replaced: list[tuple[int, dict[str, Any], dict[str, Any]]]) -> list[int]:
        """Put what the file says in the place of what is here, whose history keeps it; which updates those are."""
        updates = QuarterlyUpdate.objects.select_for_update().in_bulk([pk for pk, _, _ in replaced])
        approved = ApprovedUpdate.objects.in_bulk(list(updates))
        new: list[ApprovedUpdate] = []
        for pk, content, under in replaced:
            update = updates[pk]
            _set(update, content)
            update.state, update.version = UpdateState.APPROVED, update.version + 1
            update.last_changed_by, update.last_changed_at = self.by, self.at
            if pk in approved:
                _set(approved[pk], content | under)
            else:
                new.append(ApprovedUpdate(update=update, **content, **under))
        steps = ("state", "version", "last_changed_by", "last_changed_at")
        change_all(list(updates.values()), [*QuarterlyUpdate.CONTENT, *steps], self.by, self.reason)
        change_all(list(approved.values()), [*QuarterlyUpdate.CONTENT, *_UNDER], self.by, self.reason)
        save_all(new, self.by, self.reason)
        return list(updates)


_CHANGEABLE = (
    "in_force_from", "planned_start", "due", "completed_in", "completed_reason", "withdrawn_from", "withdrawn_reason",
)  # fmt: skip
_UNDER = ("number", "wording", "owner_label", "words", "approved_by", "approved_at")


def _periods_of(plan: Plan) -> QuerySet[ReportingPeriod]:
    return ReportingPeriod.objects.filter(theme__plan=plan)


def _new(one: Planned, themes: Mapping[int, Theme], reason: str) -> Deliverable:
    number, year, row = one.identity
    deliverable = Deliverable(
        key=one.key, theme=themes[number], financial_year=year, number=row, wording=one.wording,
        carried_forward_reason=f"{reason}: it goes on from {one.goes_on_from}" if one.goes_on_from else "",
    )  # fmt: skip
    _change(deliverable, one, reason)
    return deliverable


def _change(row: Deliverable, to: Planned, reason: str) -> None:
    """Make a deliverable what it would be."""
    if to.completed_in != row.completed_in:
        row.completed_reason = f"{reason}, which says that it is complete" if to.completed_in else ""
    row.in_force_from, row.planned_start, row.due = to.in_force_from, to.planned_start, to.due
    row.completed_in = to.completed_in
    if to.withdrawn_from != row.withdrawn_from:
        row.withdrawn_from, row.withdrawn_reason = to.withdrawn_from, to.withdrawn_reason
    row.exempt_from, row.exempt_until, row.exempt_reason = to.exempt


def _facts(content: Content, ratings: Mapping[str, Rating]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What an update says, and what it is approved under, by the names of their fields."""
    said = content._asdict() | {"rating": ratings[content.rating]}
    return {name: said[name] for name in QuarterlyUpdate.CONTENT}, {
        name: said[name] for name in ("number", "wording", "owner_label")
    }


def _set(row: Model, facts: Mapping[str, Any]) -> None:
    for name, value in facts.items():
        setattr(row, name, value)


def _words(one: Outcome) -> str:
    """What is stored of an update to be searched."""
    assert one.content is not None
    return words_of(one.content.wording, one.content.recovery_step, parse(one.content.narrative).text)


def said_of(found: PlanPreview) -> str:
    """What an import does, in words."""
    new = sum(one.pk is None for one in found.deliverables)
    counts = (
        (new, "deliverable", "added"),
        (len(found.deliverables) - new, "deliverable", "changed"),
        (len(found.updates), "update", "approved"),
        (found.counts[Does.LEAVES], "row", "here already"),
        (found.counts[Does.KEEPS], "row", "that says otherwise not taken"),
    )
    return ", ".join(f"{count:,} {what}{'' if count == 1 else 's'} {how}" for count, what, how in counts if count)
