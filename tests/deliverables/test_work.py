import datetime

import pytest

from deliverables.models import Deliverable, DeliverableOwner, Extension, QuarterlyUpdate, UpdateState
from deliverables.work import Stage, at_a_glance, current_tasks, deadline, tasks
from tests import builders as make
from tests.builders import NOW, Q4
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
    assert (task(row).stage, task(row).stage_label, task(row).note) == (Stage.DRAFT, "Reopened", "A wrong figure.")


def test_one_that_starts_later_needs_no_update(row):
    row.planned_start = row.due = NEXT_YEAR
    row.save()
    assert task(row).stage is Stage.NOT_NEEDED


def test_a_draft_of_one_that_was_completed_before_the_quarter_needs_no_update_any_more(row):
    make.update(row, state=UpdateState.DRAFT)
    row.completed_in, row.completed_reason = Quarter.parse("2019-20 Q2"), "It is done."
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


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (14, "due in 14 days"),
        (2, "due in 2 days"),
        (1, "due tomorrow"),
        (0, "due today"),
        (-1, "1 day late"),
        (-5, "5 days late"),
        (-60, "60 days late"),
        (-61, "late since 21 April 2020"),
    ],
)
def test_a_due_day_is_said_as_people_say_it(days, words):
    assert deadline(DUE, DUE - datetime.timedelta(days=days)) == words


def test_what_is_submitted_has_no_deadline_any_more(row):
    make.update(row, state=UpdateState.SUBMITTED)
    assert (task(row).deadline, task(row).when) == ("", "due on 21 April 2020")


def test_the_owner_of_a_task_is_who_leads_it_on_the_day_whatever_the_quarter(row):
    first, successor = make.person(), make.person()
    make.led_by(row, first, since=Q4.starts)
    make.led_by(row, successor, since=datetime.date(2024, 1, 1))
    assert task(row, today=datetime.date(2023, 12, 31)).owner == first
    assert task(row, today=datetime.date(2024, 1, 1)).owner == successor


class TestMoreTime:
    UNTIL = DUE + datetime.timedelta(days=10)

    def give(self, row, until=UNTIL):
        period = row.theme.periods.filter(quarter=Q4).first() or make.period(row.theme, Q4)
        facts = {"until": until, "reason": "The system was down.", "given_by": make.staff(), "given_at": NOW}
        return Extension.objects.create(deliverable=row, period=period, **facts)

    def lock(self, row):
        period = row.theme.periods.filter(quarter=Q4).first() or make.period(row.theme, Q4)
        period.locked_at, period.locked_by = NOW, make.staff()
        period.save()

    def test_the_last_day_of_it_is_the_due_day_and_late_is_after_that(self, row):
        self.give(row)
        assert task(row).due == self.UNTIL
        assert not task(row, today=self.UNTIL).is_late
        assert task(row, today=self.UNTIL + datetime.timedelta(days=1)).is_late

    def test_it_is_never_less_time_than_the_others_have_while_the_quarter_is_open(self, row):
        self.give(row, until=DUE - datetime.timedelta(days=3))
        assert task(row).due == DUE
        self.lock(row)
        assert task(row).due == DUE - datetime.timedelta(days=3)

    def test_one_of_a_locked_quarter_can_be_written_until_then_and_another_cannot(self, row):
        other = make.deliverable(row.theme)
        self.give(row)
        self.lock(row)
        both = Deliverable.objects.filter(pk__in=[row.pk, other.pk])
        assert [one.deliverable for one in current_tasks(both, self.UNTIL)] == [row]
        assert not current_tasks(both, self.UNTIL + datetime.timedelta(days=1))

    def test_an_owner_finds_it_among_my_updates_with_the_reason(self, client, db):
        owner = make.person(email="an.owner@example.org")
        row = make.deliverable(owner=owner, wording="Open the new centre")
        self.give(row, until=datetime.date(2999, 1, 1))
        self.lock(row)
        client.force_login(owner)
        html = client.get("/my-updates/").content.decode()
        assert "Open the new centre" in html
        assert "More time was given until 1 January 2999: The system was down." in html
        Extension.objects.update(until=datetime.date(2020, 1, 1))
        assert "Open the new centre" not in client.get("/my-updates/").content.decode()

    def test_tasks_cost_six_queries_with_it_and_without(self, row, django_assert_num_queries):
        make.led_by(row, make.person(), since=Q4.starts)
        period = make.period(row.theme, Q4)
        with django_assert_num_queries(6):
            tasks(Deliverable.objects.all(), [period], DUE)
        for _ in range(3):
            self.give(make.deliverable(row.theme, owner=make.person()))
        with django_assert_num_queries(6):
            tasks(Deliverable.objects.all(), [period], DUE)


class TestMyUpdates:
    def test_an_owner_has_what_they_lead_in_the_open_quarters_and_nothing_else(self, signed_in):
        html = signed_in("owner").get("/my-updates/").content.decode()
        assert "15. Embed the national neighbourhood policing guidelines" in html
        assert "8. Commission new drug and alcohol services" not in html
        assert "2019-20/q3" not in html

    def test_what_was_reopened_says_so_with_the_note(self, client, db):
        owner = make.person(email="an.owner@example.org")
        update = stepped(make.deliverable(owner=owner), "draft", ("approved", ""), ("reopened", "A wrong figure."))
        client.force_login(owner)
        html = client.get("/my-updates/").content.decode()
        assert '<span class="stage">Reopened <b>Late</b></span>' in html
        assert "Reopened with the note: A wrong figure." in html
        assert f", late since {update.period.updates_due:%-d %B %Y}" in html

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
        with django_assert_max_num_queries(10):
            client.get("/my-updates/")


def test_the_update_that_a_task_names_is_the_periods_own(row):
    make.update(row, Quarter.parse("2019-20 Q3"))
    assert task(row).update is None
    update = make.update(row)
    assert task(row).update == update
    assert QuarterlyUpdate.objects.count() > 1
