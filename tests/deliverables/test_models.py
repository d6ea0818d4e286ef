import datetime
import itertools

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deliverables.models import (
    ApprovedUpdate,
    DatePrecision,
    Deliverable,
    DeliverableOwner,
    QuarterlyUpdate,
    UpdateEvent,
    UpdateState,
)
from tests import builders as make
from tests.builders import NEXT_Q1, NOW, Q1, Q2, Q3, Q4, YEAR, violates
from themes.quarters import Quarter

pytestmark = pytest.mark.django_db

TODAY = NOW.date()


def changed(row, **changes):
    """Change a row past everything but the database itself."""
    type(row).objects.filter(pk=row.pk).update(**changes)


class TestDeliverable:
    def test_its_number_is_used_once_in_a_theme_and_year(self):
        row = make.deliverable(number=7)
        make.deliverable(row.theme, number=7, financial_year=YEAR.next)
        make.deliverable(number=7)
        with violates(Deliverable, "one_number_per_theme_and_year"):
            make.deliverable(row.theme, number=7)

    def test_a_withdrawn_one_keeps_its_number(self):
        row = make.deliverable(number=7, withdrawn_from=Q2, withdrawn_reason="The grant ended.")
        with violates(Deliverable, "one_number_per_theme_and_year"):
            make.deliverable(row.theme, number=7)

    def test_it_is_carried_forward_once_a_year_whatever_the_theme(self):
        row = make.deliverable()
        make.deliverable(row.theme, key=row.key, financial_year=YEAR.next)
        with violates(Deliverable, "carried_forward_once_a_year"):
            make.deliverable(key=row.key, financial_year=YEAR.next)

    def test_one_that_is_not_carried_forward_has_a_key_of_its_own(self):
        assert make.deliverable().key != make.deliverable().key

    @pytest.mark.parametrize(
        ("changes", "constraint"),
        [
            ({"completed_in": Q2}, "completed_goes_with_a_reason"),
            ({"completed_reason": "Done."}, "completed_goes_with_a_reason"),
            ({"withdrawn_from": Q2}, "withdrawn_goes_with_a_reason"),
            ({"withdrawn_reason": "Not needed."}, "withdrawn_goes_with_a_reason"),
        ],
    )
    def test_its_end_and_the_reason_go_together(self, changes, constraint):
        row = make.deliverable()
        with violates(Deliverable, constraint):
            changed(row, **changes)

    @pytest.mark.parametrize("withdrawn_from", [Q1, Q2])
    def test_it_is_in_force_before_it_is_withdrawn(self, withdrawn_from):
        row = make.deliverable(in_force_from=Q2)
        with violates(Deliverable, "in_force_before_withdrawn"):
            changed(row, withdrawn_from=withdrawn_from, withdrawn_reason="Not needed.")

    def test_it_is_not_due_before_its_planned_start(self):
        row = make.deliverable(planned_start=Q4)
        with violates(Deliverable, "due_after_planned_start"):
            changed(row, due=Q3)

    def test_it_may_be_due_in_the_quarter_it_starts_in_and_in_a_later_year(self):
        row = make.deliverable(planned_start=Q4, due=Q4)
        changed(row, due=NEXT_Q1)
        row.refresh_from_db()
        assert row.due == NEXT_Q1

    @pytest.mark.parametrize("quarter", [Q1.previous, NEXT_Q1])
    @pytest.mark.parametrize("field", ["in_force_from", "withdrawn_from"])
    def test_it_comes_into_force_and_is_withdrawn_within_its_year(self, field, quarter):
        row = make.deliverable(withdrawn_from=Q4, withdrawn_reason="Not needed.")
        setattr(row, field, quarter)
        with pytest.raises(ValidationError) as caught:
            row.clean()
        assert caught.value.message_dict == {field: ["Choose a quarter of 2019-20."]}


class TestInForce:
    @pytest.mark.parametrize(
        ("in_force_from", "withdrawn_from", "expected"),
        [
            (Q1, None, [Q1, Q2, Q3, Q4]),
            (Q2, None, [Q2, Q3, Q4]),
            (Q1, Q2, [Q1]),
            (Q2, Q4, [Q2, Q3]),
            (Q4, None, [Q4]),
        ],
    )
    def test_it_counts_from_its_first_quarter_until_it_is_withdrawn_within_its_year(
        self, in_force_from, withdrawn_from, expected
    ):
        row = Deliverable(financial_year=YEAR, in_force_from=in_force_from, withdrawn_from=withdrawn_from)
        quarters = [Q4.previous.previous.previous.previous, Q1.previous, Q1, Q2, Q3, Q4, NEXT_Q1, NEXT_Q1.next]
        assert [quarter for quarter in quarters if row.is_in_force(quarter)] == expected


class TestOwner:
    def test_nobody_leads_it_until_somebody_does(self):
        row = make.deliverable()
        assert row.owner_on(Q4) is None
        assert row.owner_label_on(Q4) == ""

    def test_who_led_it_at_the_quarters_end_is_its_owner_in_that_quarter(self):
        row = make.deliverable()
        first, second = make.person(), make.person()
        make.led_by(row, first, since=datetime.date(2019, 4, 1))
        make.led_by(row, second, since=datetime.date(2019, 12, 31))
        assert [row.owner_on(quarter) for quarter in (Q1, Q2, Q3, Q4)] == [first, first, second, second]

    def test_a_hand_over_on_the_day_after_the_quarter_changes_nothing_in_it(self):
        row = make.deliverable(owner=(first := make.person()))
        make.led_by(row, make.person(), since=datetime.date(2020, 1, 1))
        assert row.owner_on(Q3) == first

    def test_before_the_first_owners_time_it_is_the_first_owner(self):
        row = make.deliverable()
        make.led_by(row, make.person(), since=datetime.date(2020, 3, 1))
        first = make.led_by(row, make.person(), since=datetime.date(2020, 2, 1)).user
        assert row.owner_on(Q1) == first

    def test_nobody_leads_it_before_the_first_owners_day(self):
        row = make.deliverable()
        first = make.led_by(row, make.person(), since=datetime.date(2020, 2, 1))
        for day, leader in ((datetime.date(2020, 1, 31), None), (first.since, first.user)):
            assert row.leader_on(day) == leader
            assert Deliverable.objects.led_by(first.user, day).filter(pk=row.pk).exists() is (leader is not None)

    def test_it_is_handed_over_once_a_day(self):
        row = make.deliverable(owner=make.person())
        with violates(DeliverableOwner, "one_owner_from_a_day_on"):
            make.led_by(row, make.person(), since=Q1.starts)

    def test_the_column_organisation_prints_the_owners_label_of_that_quarter(self):
        row = make.deliverable(owner=make.person(organisation=make.organisation(short_name="Fire")))
        make.led_by(row, make.staff(initials="NWX"), since=Q3.starts)
        assert [row.owner_label_on(quarter) for quarter in (Q2, Q3)] == ["Fire", "NWX"]

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        since=st.lists(st.dates(datetime.date(2018, 1, 1), datetime.date(2021, 12, 31)), min_size=1, unique=True),
        day=st.dates(datetime.date(2018, 1, 1), datetime.date(2021, 12, 31)),
    )
    def test_the_owner_is_the_latest_by_the_quarters_end_or_else_the_first(self, cast, since, day):
        row, people = cast
        row.owners.all().delete()
        DeliverableOwner.objects.bulk_create(
            DeliverableOwner(deliverable=row, user=person, since=one)
            for one, person in zip(since, itertools.cycle(people), strict=False)
        )
        quarter = Quarter.of(day)
        leads = {owner.since: owner.user for owner in row.owners.all()}
        expected = max((one for one in since if one <= quarter.ends), default=min(since))
        assert row.owner_on(quarter) == leads[expected]

    @pytest.fixture
    def cast(self):
        return make.deliverable(), [make.person() for _ in range(3)]


class TestUpdate:
    def test_there_is_one_of_a_deliverable_in_a_period(self):
        update = make.update(make.deliverable())
        make.update(update.deliverable, Q3)
        make.update(make.deliverable(update.deliverable.theme))
        with violates(QuarterlyUpdate, "one_update_per_deliverable_and_period"):
            make.update(update.deliverable)

    @pytest.mark.parametrize("state", [UpdateState.SUBMITTED, UpdateState.APPROVED])
    def test_it_is_submitted_only_with_a_rating(self, state):
        update = make.update(make.deliverable(), code="")
        with violates(QuarterlyUpdate, "submitted_only_with_a_rating"):
            changed(update, state=state)

    def test_it_is_in_a_known_state(self):
        update = make.update(make.deliverable())
        with violates(QuarterlyUpdate, "update_state_is_known"):
            changed(update, state="late")

    def test_it_is_approved_only_with_a_rating(self):
        approved = make.approved(make.deliverable())
        with violates(ApprovedUpdate, "approved_only_with_a_rating"):
            changed(approved, rating=None)

    @pytest.mark.parametrize("make_one", [make.update, make.approved])
    @pytest.mark.parametrize(
        "changes",
        [
            {"date": datetime.date(2020, 4, 1), "date_precision": DatePrecision.NONE},
            {"date": None, "date_precision": DatePrecision.DAY},
            {"date": None, "date_precision": DatePrecision.MONTH},
        ],
    )
    def test_it_has_a_date_and_its_precision_or_neither(self, make_one, changes):
        row = make_one(make.deliverable())
        with violates(type(row), f"{type(row).__name__.lower()}_date_goes_with_its_precision"):
            changed(row, **changes)

    @pytest.mark.parametrize(
        ("date", "precision", "printed"),
        [
            (datetime.date(2020, 3, 28), DatePrecision.DAY, "28 March 2020"),
            (datetime.date(2020, 4, 1), DatePrecision.DAY, "1 April 2020"),
            (datetime.date(2020, 4, 1), DatePrecision.MONTH, "April 2020"),
            (None, DatePrecision.NONE, ""),
        ],
    )
    def test_its_date_is_printed_as_far_as_it_is_known(self, date, precision, printed):
        assert QuarterlyUpdate(date=date, date_precision=precision).date_label == printed


class TestEvent:
    def event(self, step, note=""):
        update = make.update(make.deliverable())
        return UpdateEvent.objects.create(update=update, step=step, by=make.staff(), at=NOW, note=note)

    @pytest.mark.parametrize("step", ["returned", "reopened"])
    def test_one_that_asks_for_more_says_what(self, step):
        with violates(UpdateEvent, "returned_and_reopened_with_a_note"):
            self.event(step)
        assert self.event(step, note="Give the figure.").pk

    @pytest.mark.parametrize("step", ["submitted", "approved"])
    def test_one_that_asks_for_nothing_needs_no_note(self, step):
        assert self.event(step).pk


class TestUnapprovedText:
    """Who may see an update that is being written: who writes it."""

    def visible(self, user, update, on=TODAY):
        return QuarterlyUpdate.objects.visible_to(user, on).filter(pk=update.pk).exists()

    def test_it_is_seen_by_who_writes_it_and_by_staff(self):
        owner = make.person()
        update = make.update(make.deliverable(owner=owner))
        assert self.visible(owner, update)
        assert self.visible(make.staff(), update)

    def test_it_is_hidden_from_other_contributors_and_from_panel_members(self):
        panel_member = make.panel_member()
        update = make.update(make.deliverable(owner=panel_member))
        colleague = make.person(organisation=panel_member.organisation)
        assert not self.visible(panel_member, update)
        assert not self.visible(colleague, update)

    def test_it_goes_with_the_deliverable_when_that_is_handed_over(self):
        first, second = make.person(), make.person()
        update = make.update(make.deliverable(owner=first))
        make.led_by(update.deliverable, second, since=TODAY)
        day_before = TODAY - datetime.timedelta(days=1)
        assert [self.visible(who, update, on=day_before) for who in (first, second)] == [True, False]
        assert [self.visible(who, update) for who in (first, second)] == [False, True]
