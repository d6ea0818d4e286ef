import datetime

import pytest

from deliverables.models import Deliverable, DeliverableOwner, QuarterlyUpdate, UpdateState
from deliverables.work import Stage, at_a_glance, tasks
from tests import builders as make
from tests.builders import Q4
from themes.quarters import Quarter

DUE = datetime.date(2020, 4, 21)
NEXT_YEAR = Quarter.parse("2020-21 Q1")


@pytest.fixture
def row(db):
    return make.deliverable()


def task(row, today=DUE):
    period = row.theme.periods.filter(quarter=Q4).first() or make.period(row.theme, Q4)
    period.updates_due = DUE
    period.save()
    (found,) = tasks(Deliverable.objects.filter(pk=row.pk), [period], today)
    return found


def stepped(row, state, *steps):
    """An update of the row in a state, with the steps that led there."""
    update = make.update(row, state=state)
    for day, (step, note) in enumerate(steps, start=1):
        update.events.create(step=step, note=note, by=make.staff(), at=make.noon(f"2020-04-{day:02d}"))
    return update


def test_what_nobody_has_written_is_to_do(row):
    assert task(row).stage is Stage.TO_DO


def test_a_draft_is_a_draft(row):
    make.update(row, state=UpdateState.DRAFT)
    assert task(row).stage is Stage.DRAFT


def test_a_draft_that_was_returned_says_with_which_note(row):
    stepped(row, UpdateState.DRAFT, ("submitted", ""), ("returned", "Say how many."))
    assert (task(row).stage, task(row).note) == (Stage.RETURNED, "Say how many.")


def test_one_returned_and_submitted_again_is_submitted(row):
    stepped(row, UpdateState.SUBMITTED, ("returned", "Say how many."), ("submitted", ""))
    assert (task(row).stage, task(row).note) == (Stage.SUBMITTED, "")


def test_one_reopened_is_a_draft_again(row):
    stepped(row, UpdateState.DRAFT, ("returned", "More."), ("approved", ""), ("reopened", "A wrong figure."))
    assert task(row).stage is Stage.DRAFT


def test_one_that_starts_later_needs_no_update(row):
    row.planned_start = row.due = NEXT_YEAR
    row.save()
    assert task(row).stage is Stage.NOT_NEEDED


def test_one_that_is_complete_needs_no_update(row):
    row.completed_in, row.completed_reason = Quarter.parse("2019-20 Q2"), "It is done."
    row.save()
    assert task(row).stage is Stage.NOT_NEEDED


@pytest.mark.parametrize(("state", "is_late"), [("draft", True), ("submitted", False), ("approved", False)])
def test_late_is_what_still_waits_for_its_owner_after_the_due_day(row, state, is_late):
    make.update(row, state=state)
    assert not task(row, today=DUE).is_late
    assert task(row, today=DUE + datetime.timedelta(days=1)).is_late is is_late


def test_the_glance_counts_every_stage_and_what_is_late(row):
    other = make.deliverable(row.theme)
    make.update(row, state=UpdateState.APPROVED)
    (glance,) = at_a_glance(("All", task(one, today=DUE + datetime.timedelta(days=9))) for one in (row, other))
    assert (glance.counts[Stage.APPROVED], glance.counts[Stage.TO_DO], glance.late) == (1, 1, 1)
    assert (glance.approved, glance.needed) == (1, 2)


class TestMyUpdates:
    def test_an_owner_has_what_they_lead_in_the_open_quarters_and_nothing_else(self, signed_in):
        html = signed_in("owner").get("/my-updates/").content.decode()
        assert "15. Embed the national neighbourhood policing guidelines" in html
        assert "8. Commission new drug and alcohol services" not in html
        assert "2019-20/q3" not in html

    def test_a_coordinator_has_all_that_the_organisation_leads(self, signed_in, user):
        owner = user("owner")
        owner.is_coordinator = True
        owner.save()
        html = signed_in("owner").get("/my-updates/").content.decode()
        assert "1. Back targeted partnership programmes" in html
        assert "8. Commission new drug and alcohol services" not in html

    def test_what_is_handed_over_is_the_successors(self, signed_in, user):
        row = Deliverable.objects.get(theme__number=3, number=8, financial_year="2020-21")
        DeliverableOwner.objects.create(deliverable=row, user=user("owner"), since=datetime.date(2026, 1, 1))
        assert "8. Commission new drug" in signed_in("owner").get("/my-updates/").content.decode()

    def test_who_leads_nothing_is_told_so(self, signed_in):
        assert "Nothing waits for you" in signed_in("admin").get("/my-updates/").content.decode()

    def test_it_costs_the_same_queries_for_one_deliverable_and_for_many(
        self, signed_in, user, django_assert_max_num_queries
    ):
        client = signed_in("owner")
        User = type(user("owner"))
        User.objects.filter(email="owner@example.org").update(is_coordinator=True)
        client.get("/my-updates/")
        with django_assert_max_num_queries(9):
            client.get("/my-updates/")


def test_the_update_that_a_task_names_is_the_periods_own(row):
    make.update(row, Quarter.parse("2019-20 Q3"))
    assert task(row).update is None
    update = make.update(row)
    assert task(row).update == update
    assert QuarterlyUpdate.objects.count() > 1
