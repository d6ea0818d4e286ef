import datetime
from contextlib import contextmanager

import pytest
from django.apps import apps

from accounts.models import Office
from accounts.roles import Permission, Refused, Role
from deliverables.actions import Draft, NewerEdit, approve, reopen, return_update, save_draft, submit
from deliverables.models import ApprovedUpdate, DatePrecision, Deliverable, QuarterlyUpdate, UpdateState
from deliverables.narrative import NarrativeTooLong
from deliverables.plan_actions import add_deliverable, carry_forward, mark_complete, withdraw
from deliverables.progress import gather
from tests import builders as make
from tests.builders import NEXT_Q1, NOW, Q1, Q2, Q3, Q4, YEAR
from themes.place import find_place
from themes.ratings import Kind

pytestmark = pytest.mark.django_db

LATER = NOW + datetime.timedelta(days=1)


class Scene:
    """A deliverable that `owner` leads, a quarter that is open for its updates, and the people around it."""

    def __init__(self):
        self.owner = make.person()
        self.staff = make.staff()
        self.reviewer = make.staff()
        self.administrator = make.administrator()
        self.row = make.deliverable(owner=self.owner)
        self.period = make.period(self.row.theme, Q4)

    def save(self, *, by=None, at=NOW, version=None, row=None, period=None, **written):
        return save_draft(
            deliverable=row or self.row,
            period=period or self.period,
            draft=Draft(**{"narrative": "Teams met.", "rating": "G"} | written),
            by=by or self.owner,
            at=at,
            version=version,
        )

    def submitted(self, **how):
        return self.submit(self.save(**how))

    def submit(self, update, *, by=None):
        submit(update=update, by=by or self.owner, at=NOW)
        return now(update)

    def approved(self, **how):
        update = self.submitted(**how)
        approve(update=update, by=self.reviewer, at=NOW)
        return now(update)

    def in_state(self, state):
        return {"draft": self.save, "submitted": self.submitted, "approved": self.approved}[state]()

    def reopened(self):
        update = self.approved()
        reopen(update=update, reason="The figure was wrong.", by=self.reviewer, at=NOW)
        return now(update)


@pytest.fixture
def scene():
    return Scene()


def now(update):
    """The update as the database has it."""
    return QuarterlyUpdate.objects.get(pk=update.pk)


def lock(period):
    period.locked_at, period.locked_by = NOW, make.administrator()
    period.save()


def steps(update):
    return [(event.step, event.by, event.at, event.note) for event in update.events.all()]


def everything():
    """All rows of deliverables and updates, with their histories."""
    every_model = apps.get_app_config("deliverables").get_models(include_auto_created=True)
    return {model: list(model.objects.order_by("pk").values_list()) for model in every_model}


@contextmanager
def refused(message=None, kind=Refused):
    """What is done inside is refused with exactly this message, and leaves the database as it was."""
    before = everything()
    with pytest.raises(kind) as caught:
        yield caught
    assert type(caught.value) is kind
    assert message is None or str(caught.value) == message
    after = everything()
    if kind is NewerEdit:
        # A text that came too late is kept in the history.
        before.pop(QuarterlyUpdate.history.model), after.pop(QuarterlyUpdate.history.model)
    assert after == before


class TestAddDeliverable:
    def add(self, theme, by, **changes):
        facts = {"financial_year": YEAR, "number": 7, "wording": "Open a refuge", "owner": make.person()}
        return add_deliverable(theme=theme, by=by, **facts | changes)

    def test_it_is_in_force_and_starts_from_the_years_quarter_1_unless_said(self, scene):
        row = self.add(scene.row.theme, scene.administrator)
        row.refresh_from_db()
        assert (row.number, row.wording, row.financial_year) == (7, "Open a refuge", YEAR)
        assert (row.in_force_from, row.planned_start, row.due) == (Q1, Q1, None)

    def test_it_starts_when_it_comes_into_force_unless_said(self, scene):
        row = self.add(scene.row.theme, scene.administrator, in_force_from=Q2)
        other = self.add(scene.row.theme, scene.administrator, number=8, in_force_from=Q2, planned_start=Q3, due=Q4)
        assert (row.in_force_from, row.planned_start) == (Q2, Q2)
        assert (other.in_force_from, other.planned_start, other.due) == (Q2, Q3, Q4)

    def test_its_owner_leads_it_from_its_first_day(self, scene):
        row = self.add(scene.row.theme, scene.administrator, in_force_from=Q2, owner=scene.owner)
        leads = row.owners.get()
        assert (leads.user, leads.since) == (scene.owner, datetime.date(2019, 7, 1))

    def test_its_history_says_who_added_it(self, scene):
        row = self.add(scene.row.theme, scene.administrator)
        assert row.history.get().history_user == scene.administrator
        assert row.owners.get().history.get().history_user == scene.administrator

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"in_force_from": NEXT_Q1}, "In force from: Choose a quarter of 2019-20."),
            ({"planned_start": Q4, "due": Q3}, "The due quarter comes before the planned start."),
        ],
    )
    def test_dates_that_cannot_be_are_refused(self, scene, wrong, says):
        with refused(says):
            self.add(scene.row.theme, scene.administrator, **wrong)

    @pytest.mark.parametrize("wrong", [{"number": 0}, {"wording": ""}, {"wording": "x" * 1001}])
    def test_a_number_or_wording_that_cannot_be_is_refused_and_it_is_said_which(self, scene, wrong):
        with refused() as caught:
            self.add(scene.row.theme, scene.administrator, **wrong)
        (field,) = wrong
        assert field in str(caught.value).lower()

    def test_a_number_that_is_taken_is_refused_even_by_a_withdrawn_one(self, scene):
        gone = self.add(scene.row.theme, scene.administrator)
        withdraw(deliverable=gone, quarter=Q2, reason="The grant ended.", by=scene.administrator)
        with refused("This number is taken in that year. A withdrawn deliverable keeps its number."):
            self.add(scene.row.theme, scene.administrator)


class TestCarryForward:
    def test_next_years_row_keeps_key_number_wording_owner_and_dates(self, scene):
        row = make.deliverable(number=7, planned_start=Q2, due=NEXT_Q1, owner=scene.owner)
        carried = carry_forward(deliverable=row, reason="It goes on.", by=scene.administrator)
        carried.refresh_from_db()
        assert carried.pk != row.pk
        kept = ("key", "theme", "number", "wording", "planned_start", "due")
        assert [getattr(carried, name) for name in kept] == [getattr(row, name) for name in kept]
        assert carried.history.get().history_user == scene.administrator
        assert (carried.financial_year, carried.in_force_from) == (YEAR.next, NEXT_Q1)
        assert carried.carried_forward_reason == "It goes on."
        assert carried.owner_on(NEXT_Q1) == scene.owner

    def test_what_is_given_is_taken_instead(self, scene):
        given = {"number": 12, "wording": "Open two refuges", "planned_start": NEXT_Q1, "due": NEXT_Q1.next}
        successor = make.person()
        carried = carry_forward(
            deliverable=scene.row, reason="It goes on.", by=scene.administrator, owner=successor, **given
        )
        carried.refresh_from_db()
        assert {name: getattr(carried, name) for name in given} == given
        assert carried.key == scene.row.key
        assert [(owner.user, owner.since) for owner in carried.owners.all()] == [(successor, NEXT_Q1.starts)]

    def test_the_owner_at_the_years_end_leads_it_on(self, scene):
        successor = make.person()
        make.led_by(scene.row, successor, since=Q4.ends)
        carried = carry_forward(deliverable=scene.row, reason="It goes on.", by=scene.administrator)
        assert carried.owner_on(NEXT_Q1) == successor

    def test_the_old_row_stays_as_it_was(self, scene):
        before = Deliverable.objects.filter(pk=scene.row.pk).values().get()
        carry_forward(deliverable=scene.row, reason="It goes on.", by=scene.administrator, number=12, wording="New")
        assert Deliverable.objects.filter(pk=scene.row.pk).values().get() == before

    def test_it_can_be_carried_forward_again_the_year_after(self, scene):
        scene.row.theme.plan.end_year = 2022
        scene.row.theme.plan.save()
        once = carry_forward(deliverable=scene.row, reason="It goes on.", by=scene.administrator)
        twice = carry_forward(deliverable=once, reason="It still goes on.", by=scene.administrator)
        assert (twice.key, twice.financial_year) == (scene.row.key, YEAR.next.next)

    def test_without_a_reason_it_is_refused(self, scene):
        with refused("Say why the deliverable is carried forward."):
            carry_forward(deliverable=scene.row, reason="", by=scene.administrator)

    def test_a_withdrawn_one_is_refused(self, scene):
        withdraw(deliverable=scene.row, quarter=Q4, reason="The grant ended.", by=scene.administrator)
        with refused(f"{scene.row} was withdrawn from 2019-20 Q4, so it is not carried forward."):
            carry_forward(deliverable=scene.row, reason="It goes on.", by=scene.administrator)

    def test_one_that_nobody_leads_is_refused_until_it_is_said_who_will(self, scene):
        orphan = make.deliverable()
        with refused(f"{orphan} has no owner. Say who leads it in 2020-21."):
            carry_forward(deliverable=orphan, reason="It goes on.", by=scene.administrator)
        carry_forward(deliverable=orphan, reason="It goes on.", by=scene.administrator, owner=scene.owner)

    def test_a_second_time_is_refused_under_whatever_number(self, scene):
        carry_forward(deliverable=scene.row, reason="It goes on.", by=scene.administrator)
        with refused("This deliverable is in that year already."):
            carry_forward(deliverable=scene.row, reason="It goes on.", by=scene.administrator, number=99)

    def test_a_number_that_next_year_has_already_is_refused(self, scene):
        make.deliverable(scene.row.theme, number=scene.row.number, financial_year=YEAR.next)
        with refused("This number is taken in that year. A withdrawn deliverable keeps its number."):
            carry_forward(deliverable=scene.row, reason="It goes on.", by=scene.administrator)


class TestEnd:
    def test_one_is_completed_in_a_quarter_with_a_reason(self, scene):
        make.approved(scene.row, Q1)
        mark_complete(deliverable=scene.row, quarter=Q2, reason=" The guide is out. ", by=scene.administrator)
        scene.row.refresh_from_db()
        assert (scene.row.completed_in, scene.row.completed_reason) == (Q2, "The guide is out.")
        assert scene.row.history.first().history_user == scene.administrator

    def test_one_without_an_approved_rating_to_keep_is_not_completed(self, scene):
        with refused(f"{scene.row} has no approved rating to keep. Approve an update of {Q2} or before first."):
            mark_complete(deliverable=scene.row, quarter=Q2, reason="The guide is out.", by=scene.administrator)

    @pytest.mark.parametrize("code", ["A", "R", "NS"])
    def test_one_that_would_keep_a_rating_that_is_not_on_course_is_not_completed(self, scene, code):
        make.approved(scene.row, Q2, code)
        with refused():
            mark_complete(deliverable=scene.row, quarter=Q2, reason="The guide is out.", by=scene.administrator)

    def test_one_that_is_complete_is_not_carried_forward(self, scene):
        make.approved(scene.row, Q2)
        mark_complete(deliverable=scene.row, quarter=Q2, reason="The guide is out.", by=scene.administrator)
        with refused(f"{scene.row} is complete since {Q2}, so it is not carried forward."):
            carry_forward(deliverable=scene.row, reason="It goes on.", by=scene.administrator)

    def test_one_is_withdrawn_from_a_quarter_with_a_reason(self, scene):
        withdraw(deliverable=scene.row, quarter=Q2, reason="The grant ended.", by=scene.administrator)
        scene.row.refresh_from_db()
        assert (scene.row.withdrawn_from, scene.row.withdrawn_reason) == (Q2, "The grant ended.")
        assert scene.row.history.first().history_user == scene.administrator

    @pytest.mark.parametrize(
        ("verb", "says"),
        [
            (mark_complete, "Say why it is complete, or leave out the quarter."),
            (withdraw, "Say why it is withdrawn, or leave out the quarter."),
        ],
    )
    @pytest.mark.parametrize("reason", ["", "  "])
    def test_without_a_reason_it_is_refused(self, scene, verb, says, reason):
        make.approved(scene.row, Q1)
        with refused(says):
            verb(deliverable=scene.row, quarter=Q2, reason=reason, by=scene.administrator)

    def test_one_is_not_withdrawn_from_its_first_quarter(self, scene):
        with refused("It can be withdrawn only from a quarter after the first it is in force in."):
            withdraw(deliverable=scene.row, quarter=Q1, reason="The grant ended.", by=scene.administrator)

    @pytest.mark.parametrize("quarter", [Q1, NEXT_Q1])
    def test_one_is_not_completed_in_a_quarter_that_it_is_not_in_force_in(self, scene, quarter):
        row = make.deliverable(in_force_from=Q2)
        make.approved(row, Q1)
        with refused("Completed in: Choose a quarter that the deliverable is in force in."):
            mark_complete(deliverable=row, quarter=quarter, reason="The guide is out.", by=scene.administrator)

    def test_one_is_not_withdrawn_in_another_year(self, scene):
        with refused("Withdrawn from: Choose a quarter of 2019-20."):
            withdraw(deliverable=scene.row, quarter=NEXT_Q1, reason="The grant ended.", by=scene.administrator)

    @pytest.mark.parametrize(
        ("verb", "end"), [(mark_complete, ("completed_in", "completed_reason")), (withdraw, ("withdrawn_from",))]
    )
    def test_a_refusal_leaves_the_deliverable_in_hand_as_it_was_too(self, scene, verb, end):
        before = [getattr(scene.row, name) for name in end]
        with refused():
            verb(deliverable=scene.row, quarter=Q2, reason="", by=scene.administrator)
        assert [getattr(scene.row, name) for name in end] == before


class TestSaveDraft:
    def test_what_was_written_is_kept(self, scene):
        written = {
            "rating": "A",
            "date": datetime.date(2020, 4, 1),
            "date_precision": DatePrecision.MONTH,
            "recovery_step": "A second team",
            "recovery_by": datetime.date(2020, 9, 30),
        }
        update = now(scene.save(narrative="<p>Teams <b>met</b>.</p>", **written))
        assert update.narrative == "<p>Teams <strong>met</strong>.</p>"
        assert update.rating.code == "A"
        kept = ("date", "date_precision", "recovery_step", "recovery_by")
        assert [getattr(update, name) for name in kept] == [written[name] for name in kept]
        assert (update.deliverable, update.period, update.state) == (scene.row, scene.period, UpdateState.DRAFT)
        assert (update.last_changed_by, update.last_changed_at, update.version) == (scene.owner, NOW, 1)

    def test_an_unfinished_one_is_kept_too(self, scene):
        update = now(scene.save(narrative="", rating=""))
        assert (update.narrative, update.rating, update.date_label) == ("", None, "")

    def test_saving_again_changes_the_same_update(self, scene):
        first = scene.save(narrative="First.", rating="A", recovery_step="A second team")
        second = scene.save(narrative="Second.", rating="", by=scene.staff, at=LATER, version=first.version)
        assert second.pk == first.pk
        update = now(second)
        assert (update.narrative, update.rating, update.recovery_step) == ("<p>Second.</p>", None, "")
        assert (update.last_changed_by, update.last_changed_at, update.version) == (scene.staff, LATER, 2)

    def test_the_earlier_updates_to_be_printed_below_it_are_those_named_last(self, scene):
        make.approved(scene.row, Q2), make.approved(scene.row, Q3)
        update = scene.save(earlier=[Q2, Q3])
        assert now(update).earlier == (Q3, Q2)
        scene.save(earlier=[Q3], version=update.version)
        assert now(update).earlier == (Q3,)

    def test_an_earlier_update_may_be_of_the_year_before_through_carry_forward(self, scene):
        before = make.deliverable(scene.row.theme, key=scene.row.key, financial_year=YEAR.previous)
        make.approved(before, Q1.previous)
        assert now(scene.save(earlier=[Q1.previous])).earlier == (Q1.previous,)

    def test_an_earlier_update_that_is_not_approved_is_not_printed(self, scene):
        make.update(scene.row, Q3)
        with refused(f"{scene.row} has no approved update of {Q3} to print below this one."):
            scene.save(earlier=[Q3])

    def test_one_complete_since_an_earlier_quarter_takes_no_update(self, scene):
        make.approved(scene.row, Q2)
        mark_complete(deliverable=scene.row, quarter=Q2, reason="The guide is out.", by=scene.administrator)
        with refused(f"{scene.row} is complete since {Q2}, so it needs no update."):
            scene.save()

    def test_a_period_locked_since_it_was_read_takes_no_edits(self, scene):
        read_before = scene.period
        lock(type(read_before).objects.get(pk=read_before.pk))
        with refused():
            scene.save()

    def test_an_update_of_a_later_quarter_is_no_earlier_one(self, scene):
        after = make.deliverable(scene.row.theme, key=scene.row.key, financial_year=YEAR.next)
        make.approved(after, NEXT_Q1)
        with refused():
            scene.save(earlier=[NEXT_Q1])

    def test_an_update_of_another_deliverable_is_no_earlier_one(self, scene):
        make.approved(make.deliverable(scene.row.theme), Q3)
        with refused():
            scene.save(earlier=[Q3])

    @pytest.mark.parametrize(
        "half",
        [
            {"date": NOW.date()},
            {"date_precision": DatePrecision.MONTH},
            {"date": NOW.date(), "date_precision": "century"},
        ],
    )
    def test_a_date_without_a_known_precision_is_refused(self, scene, half):
        with refused():
            scene.save(**half)

    def test_hostile_html_is_stored_harmless(self, scene):
        update = scene.save(
            narrative="<p onclick=x>Met<script>alert(1)</script><img src=x onerror=y> <a href='javascript:z'>twice</a>"
        )
        assert now(update).narrative == "<p>Met twice</p>"

    def test_a_rating_outside_the_scheme_is_refused_with_the_scheme_listed(self, scene):
        make.rating(make.scheme(), "B", Kind.COMPLETE, name="Blue")
        scheme = scene.period.theme.plan.rating_scheme
        with refused(f'"B" is not a rating of {scheme}. It has G Green, A Amber, R Red and NS Not started.'):
            scene.save(rating="B")

    def test_a_narrative_over_100_kb_is_refused_with_its_size_and_its_text_is_not_lost(self, scene):
        text = "word " * 25_000
        with refused(kind=NarrativeTooLong) as caught:
            scene.save(narrative=text)
        assert caught.value.text == text
        assert str(caught.value).startswith("The text is 125 kB long; the most that can be kept is 100 kB.")

    def test_one_too_long_leaves_what_was_saved_before(self, scene):
        update = scene.save(narrative="Short.")
        with refused(kind=NarrativeTooLong):
            scene.save(narrative="word " * 25_000, version=update.version)
        assert now(update).narrative == "<p>Short.</p>"


class TestWhoWrites:
    def test_a_contributor_who_does_not_lead_it_is_refused(self, scene):
        colleague = make.person(organisation=scene.owner.organisation)
        with refused(f"{colleague} does not lead {scene.row}."):
            scene.save(by=colleague)

    def test_an_owner_whom_it_was_handed_over_from_is_refused_and_the_next_one_writes(self, scene):
        successor = make.person()
        make.led_by(scene.row, successor, since=NOW.date())
        with refused(f"{scene.owner} does not lead {scene.row}."):
            scene.save(by=scene.owner)
        assert scene.submit(scene.save(by=successor), by=successor).state == UpdateState.SUBMITTED

    def test_until_the_day_of_the_hand_over_it_is_the_old_owner_who_writes(self, scene):
        successor = make.person()
        make.led_by(scene.row, successor, since=LATER.date())
        with refused(f"{successor} does not lead {scene.row}."):
            scene.save(by=successor)
        assert scene.save(by=scene.owner).pk

    def test_a_coordinator_writes_for_the_organisations_deliverables(self, scene):
        coordinator = make.person(organisation=scene.owner.organisation, is_coordinator=True)
        update = scene.submit(scene.save(by=coordinator), by=coordinator)
        assert (update.state, update.last_changed_by) == (UpdateState.SUBMITTED, coordinator)

    def test_a_coordinator_of_another_organisation_is_refused(self, scene):
        coordinator = make.person(is_coordinator=True)
        with refused(f"{coordinator} does not lead {scene.row}."):
            scene.save(by=coordinator)

    def test_a_coordinator_no_longer_writes_what_went_to_another_organisation(self, scene):
        coordinator = make.person(organisation=scene.owner.organisation, is_coordinator=True)
        make.led_by(scene.row, make.person(), since=NOW.date())
        with refused(f"{coordinator} does not lead {scene.row}."):
            scene.save(by=coordinator)

    @pytest.mark.parametrize("role", [make.staff, make.administrator])
    def test_the_office_writes_for_all(self, scene, role):
        someone = role()
        update = scene.submit(scene.save(by=someone), by=someone)
        assert (update.state, update.last_changed_by) == (UpdateState.SUBMITTED, someone)

    @pytest.mark.parametrize("how", [{"is_active": False}, {"role": Role.PANEL_MEMBER}])
    def test_an_owner_who_may_not_write_updates_at_all_is_refused(self, scene, how):
        owner = make.person(**how, is_coordinator=True)
        row = make.deliverable(scene.row.theme, owner=owner)
        with refused(f"{owner} does not lead {row}."):
            scene.save(by=owner, row=row)

    def test_who_does_not_lead_it_cannot_submit_it(self, scene):
        update, colleague = scene.save(), make.person(organisation=scene.owner.organisation)
        with refused(f"{colleague} does not lead {scene.row}."):
            scene.submit(update, by=colleague)


class TestWhenItIsWritten:
    """What the period and the deliverable allow, for saving and for every step."""

    STEPS = [
        ("draft", lambda scene, update: scene.save(version=update.version)),
        ("draft", lambda scene, update: scene.submit(update)),
        ("submitted", lambda scene, update: return_update(update=update, note="More.", by=scene.reviewer, at=NOW)),
        ("submitted", lambda scene, update: approve(update=update, by=scene.reviewer, at=NOW)),
        ("approved", lambda scene, update: reopen(update=update, reason="Wrong.", by=scene.reviewer, at=NOW)),
    ]
    each_step = pytest.mark.parametrize(("state", "verb"), STEPS, ids=["save", "submit", "return", "approve", "reopen"])

    @each_step
    def test_a_locked_period_takes_no_edits(self, scene, state, verb):
        update = scene.in_state(state)
        lock(scene.period)
        with refused("Quarter 4, 2019-20 is locked, so its updates can no longer be changed."):
            verb(scene, update)

    @each_step
    def test_nothing_is_done_before_the_period_opens(self, scene, state, verb):
        update = scene.in_state(state)
        scene.period.opens = datetime.date(2020, 4, 3)
        scene.period.save()
        with refused("Quarter 4, 2019-20 opens for updates on 3 April 2020."):
            verb(scene, update)

    @each_step
    def test_one_withdrawn_meanwhile_takes_no_update(self, scene, state, verb):
        update = scene.in_state(state)
        withdraw(deliverable=scene.row, quarter=Q4, reason="The grant ended.", by=scene.administrator)
        with refused(f"{scene.row} is not in force in 2019-20 Q4, so it takes no update there."):
            verb(scene, update)

    def test_the_day_it_opens_is_early_enough(self, scene):
        scene.period.opens = NOW.date()
        scene.period.save()
        assert scene.save().pk

    def test_after_the_updates_were_due_is_not_too_late(self, scene):
        assert scene.save(at=make.noon("2020-12-24")).pk

    def test_it_opens_at_midnight_where_the_office_is(self, scene):
        scene.period.opens = datetime.date(2020, 4, 2)
        scene.period.save()
        half_past_midnight = datetime.datetime(2020, 4, 1, 23, 30, tzinfo=datetime.UTC)
        assert scene.save(at=half_past_midnight).pk

    def test_a_hand_over_counts_from_midnight_where_the_office_is(self, scene):
        successor = make.person()
        make.led_by(scene.row, successor, since=datetime.date(2020, 4, 2))
        half_past_midnight = datetime.datetime(2020, 4, 1, 23, 30, tzinfo=datetime.UTC)
        assert scene.save(by=successor, at=half_past_midnight).pk

    def test_another_themes_period_is_refused(self, scene):
        with refused(f"{scene.row} is not in force in 2019-20 Q4, so it takes no update there."):
            scene.save(period=make.period(make.theme(scene.row.theme.plan), Q4))

    @pytest.mark.parametrize("quarter", [Q1.previous, Q1, NEXT_Q1])
    def test_a_quarter_that_it_is_not_in_force_in_is_refused(self, scene, quarter):
        row = make.deliverable(scene.row.theme, in_force_from=Q2, owner=scene.owner)
        period = make.period(row.theme, quarter)
        with refused(f"{row} is not in force in {quarter}, so it takes no update there."):
            scene.save(row=row, period=period, at=make.noon("2020-12-24"))


class TestNewerEdit:
    def test_a_save_over_a_text_that_is_newer_is_refused_and_the_newer_one_stays(self, scene):
        opened = scene.save(narrative="As both opened it.")
        newer = scene.save(narrative="Staff's text.", by=scene.staff, version=opened.version)
        with refused(f"{scene.staff} saved this update since you opened it.", kind=NewerEdit):
            scene.save(narrative="Owner's text.", version=opened.version)
        assert now(opened).narrative == "<p>Staff's text.</p>"
        scene.save(narrative="Both texts.", version=newer.version)
        assert now(opened).narrative == "<p>Both texts.</p>"

    def test_of_two_first_saves_the_second_is_refused(self, scene):
        first = scene.save(narrative="First.")
        with refused(f"{scene.owner} saved this update since you opened it.", kind=NewerEdit):
            scene.save(narrative="Also first.", by=scene.staff)
        assert now(first).narrative == "<p>First.</p>"

    def test_a_version_that_never_was_is_refused(self, scene):
        update = scene.save()
        with refused(kind=NewerEdit):
            scene.save(version=update.version + 1)

    def test_a_step_of_review_is_no_edit(self, scene):
        update = scene.submitted()
        return_update(update=update, note="Give the figure.", by=scene.reviewer, at=NOW)
        assert scene.save(version=update.version).version == update.version + 1


class TestSubmit:
    def test_it_is_sent_for_review_and_the_step_is_kept(self, scene):
        update = scene.save()
        submit(update=update, by=scene.owner, at=LATER)
        assert now(update).state == UpdateState.SUBMITTED
        assert steps(update) == [("submitted", scene.owner, LATER, "")]
        assert not ApprovedUpdate.objects.filter(update=update).exists()

    def test_without_a_rating_it_is_refused_with_the_scheme_listed(self, scene):
        update = scene.save(rating="")
        with refused("Choose a rating before you submit: G Green, A Amber, R Red and NS Not started."):
            scene.submit(update)

    @pytest.mark.parametrize("nothing", ["", "  \n ", "<p><br></p>", "<script>alert(1)</script>"])
    def test_without_a_text_it_is_refused(self, scene, nothing):
        update = scene.save(narrative=nothing)
        with refused("Write the update before you submit it."):
            scene.submit(update)

    @pytest.mark.parametrize("half", [{}, {"recovery_step": "A second team"}, {"recovery_by": NOW.date()}])
    @pytest.mark.parametrize(("code", "name"), [("A", "Amber"), ("R", "Red")])
    def test_a_rating_that_needs_recovery_is_refused_without_both_its_step_and_its_date(self, scene, code, name, half):
        update = scene.save(rating=code, **half)
        with refused(f"{name} needs the recovery step and the date it should be on course again."):
            scene.submit(update)

    def test_with_its_recovery_it_is_submitted(self, scene):
        update = scene.save(rating="R", recovery_step="A second team", recovery_by=datetime.date(2020, 9, 30))
        assert scene.submit(update).state == UpdateState.SUBMITTED

    @pytest.mark.parametrize("code", ["G", "NS"])
    def test_a_rating_that_needs_no_recovery_is_submitted_without(self, scene, code):
        assert scene.submitted(rating=code).state == UpdateState.SUBMITTED

    def test_it_is_judged_as_it_is_now_and_not_as_it_was_read(self, scene):
        read_long_ago = scene.save()
        scene.save(rating="", version=read_long_ago.version)
        with refused("Choose a rating before you submit: G Green, A Amber, R Red and NS Not started."):
            scene.submit(read_long_ago)

    @pytest.mark.parametrize("state", ["submitted", "approved"])
    def test_one_that_is_not_a_draft_is_neither_submitted_nor_written(self, scene, state):
        update = scene.in_state(state)
        with refused(f"This update is {state}, so it cannot be submitted."):
            scene.submit(update)
        with refused(f"This update is {state}. It can be changed once it has been returned or reopened."):
            scene.save(version=update.version)


class TestReturn:
    def test_it_is_a_draft_again_with_the_note_kept(self, scene):
        update = scene.submitted(narrative="Teams met.")
        return_update(update=update, note="Give the figure.", by=scene.reviewer, at=LATER)
        assert (now(update).state, now(update).narrative) == (UpdateState.DRAFT, "<p>Teams met.</p>")
        assert steps(update)[1:] == [("returned", scene.reviewer, LATER, "Give the figure.")]

    def test_it_can_be_written_and_submitted_again(self, scene):
        update = scene.submitted()
        return_update(update=update, note="Give the figure.", by=scene.reviewer, at=NOW)
        scene.submit(scene.save(narrative="101 arrests.", version=update.version))
        assert [step for step, *_ in steps(update)] == ["submitted", "returned", "submitted"]

    def test_without_a_note_it_is_refused(self, scene):
        update = scene.submitted()
        with refused("Say what the owner should change."):
            return_update(update=update, note="", by=scene.reviewer, at=NOW)

    @pytest.mark.parametrize("state", ["draft", "approved"])
    def test_only_what_is_submitted_is_returned(self, scene, state):
        update = scene.in_state(state)
        with refused(f"This update is {state}, so it cannot be returned."):
            return_update(update=update, note="Give the figure.", by=scene.reviewer, at=NOW)


class TestApprove:
    def test_it_counts_as_it_was_written(self, scene):
        update = scene.submitted(
            narrative="Teams met.",
            rating="A",
            date=datetime.date(2020, 4, 1),
            date_precision=DatePrecision.DAY,
            recovery_step="A second team",
            recovery_by=datetime.date(2020, 9, 30),
        )
        approve(update=update, by=scene.reviewer, at=LATER)
        assert now(update).state == UpdateState.APPROVED
        approved = ApprovedUpdate.objects.get(update=update)
        for name in QuarterlyUpdate.CONTENT:
            assert getattr(approved, name) == getattr(update, name)
        assert (approved.approved_by, approved.approved_at) == (scene.reviewer, LATER)
        assert steps(update)[1:] == [("approved", scene.reviewer, LATER, "")]

    def test_it_keeps_number_wording_and_owner_label_whatever_becomes_of_the_deliverable(self, scene):
        label, number, wording = scene.owner.owner_label, scene.row.number, scene.row.wording
        update = scene.approved()
        make.led_by(scene.row, make.staff(), since=Q4.starts)
        Deliverable.objects.filter(pk=scene.row.pk).update(number=99, wording="Other words")
        approved = ApprovedUpdate.objects.get(update=update)
        assert (approved.number, approved.wording, approved.owner_label) == (number, wording, label)

    def test_its_owner_label_is_that_of_the_quarter_and_not_of_the_day(self, scene):
        make.led_by(scene.row, make.staff(), since=NEXT_Q1.starts)
        update = scene.submit(scene.save(by=scene.staff), by=scene.staff)
        approve(update=update, by=scene.reviewer, at=NOW)
        assert ApprovedUpdate.objects.get(update=update).owner_label == scene.owner.owner_label

    def test_the_earlier_updates_named_are_printed_below_it(self, scene):
        make.approved(scene.row, Q2)
        update = scene.approved(earlier=[Q2])
        assert ApprovedUpdate.objects.get(update=update).earlier == (Q2,)

    def test_what_was_approved_before_is_kept_in_the_history(self, scene):
        update = scene.reopened()
        update = scene.submit(scene.save(narrative="Second text.", version=update.version))
        approve(update=update, by=scene.reviewer, at=NOW)
        versions = ApprovedUpdate.history.filter(update=update.pk).order_by("history_id")
        assert [one.narrative for one in versions][-1] == "<p>Second text.</p>"
        assert versions.count() == 2

    def test_who_submitted_it_is_refused(self, scene):
        update = scene.submit(scene.save(), by=scene.staff)
        with refused("You submitted or last changed this update, so somebody else has to approve it."):
            approve(update=update, by=scene.staff, at=NOW)
        approve(update=update, by=scene.reviewer, at=NOW)

    def test_who_last_changed_it_is_refused(self, scene):
        update = scene.submit(scene.save(by=scene.staff), by=scene.owner)
        with refused("You submitted or last changed this update, so somebody else has to approve it."):
            approve(update=update, by=scene.staff, at=NOW)

    def test_who_changed_or_submitted_it_before_others_did_may_approve_it(self, scene):
        update = scene.submit(scene.save(by=scene.staff), by=scene.staff)
        return_update(update=update, note="Give the figure.", by=scene.reviewer, at=NOW)
        scene.submit(scene.save(version=update.version))
        approve(update=update, by=scene.staff, at=NOW)
        assert now(update).state == UpdateState.APPROVED

    def test_one_may_approve_ones_own_where_the_office_allows_it(self, scene):
        Office.objects.update(allows_self_approval=True)
        update = scene.submit(scene.save(by=scene.staff), by=scene.staff)
        approve(update=update, by=scene.staff, at=NOW)
        assert now(update).state == UpdateState.APPROVED

    @pytest.mark.parametrize("state", ["draft", "approved"])
    def test_only_what_is_submitted_is_approved(self, scene, state):
        update = scene.in_state(state)
        with refused(f"This update is {state}, so it cannot be approved."):
            approve(update=update, by=scene.reviewer, at=NOW)


class TestReopen:
    def figures(self, scene):
        theme = scene.row.theme
        place = find_place(plan=theme.plan.slug, quarter=str(Q4), theme=str(theme.number))
        (found,) = gather(place, scene.owner, themes=[place.theme], texts=True)
        (row,) = found.rows
        return row.standing.rating.code, row.narrative.text

    def test_it_is_a_draft_again_with_the_reason_kept(self, scene):
        update = scene.approved()
        reopen(update=update, reason="The figure was wrong.", by=scene.reviewer, at=LATER)
        assert now(update).state == UpdateState.DRAFT
        assert steps(update)[2:] == [("reopened", scene.reviewer, LATER, "The figure was wrong.")]

    def test_what_was_approved_counts_until_the_new_text_is_approved(self, scene):
        update = scene.reopened()
        assert self.figures(scene) == ("G", "Teams met.")
        recovery = {"recovery_step": "A second team", "recovery_by": datetime.date(2020, 9, 30)}
        update = scene.save(narrative="Teams did not meet.", rating="R", version=update.version, **recovery)
        assert self.figures(scene) == ("G", "Teams met.")
        scene.submit(update)
        assert self.figures(scene) == ("G", "Teams met.")
        approve(update=update, by=scene.reviewer, at=LATER)
        assert self.figures(scene) == ("R", "Teams did not meet.")
        assert ApprovedUpdate.objects.get(update=update).approved_at == LATER

    def test_approved_again_it_has_the_number_and_wording_of_that_day(self, scene):
        update = scene.reopened()
        Deliverable.objects.filter(pk=scene.row.pk).update(number=99, wording="Other words")
        approve(update=scene.submit(update), by=scene.reviewer, at=LATER)
        approved = ApprovedUpdate.objects.get(update=update)
        assert (approved.number, approved.wording) == (99, "Other words")

    def test_without_a_reason_it_is_refused(self, scene):
        update = scene.approved()
        with refused("Say why the update is reopened."):
            reopen(update=update, reason="", by=scene.reviewer, at=NOW)

    @pytest.mark.parametrize("state", ["draft", "submitted"])
    def test_only_what_is_approved_is_reopened(self, scene, state):
        update = scene.in_state(state)
        with refused(f"This update is {state}, so it cannot be reopened."):
            reopen(update=update, reason="The figure was wrong.", by=scene.reviewer, at=NOW)


class TestWhoMay:
    """Who may take which step; what each verb needs to be done stands ready."""

    MANAGING = {
        "add": lambda scene, by: TestAddDeliverable().add(scene.row.theme, by),
        "carry forward": lambda scene, by: carry_forward(deliverable=scene.row, reason="It goes on.", by=by),
        "complete": lambda scene, by: mark_complete(deliverable=scene.row, quarter=Q4, reason="Done.", by=by),
        "withdraw": lambda scene, by: withdraw(deliverable=scene.row, quarter=Q4, reason="Ended.", by=by),
    }
    REVIEWING = {
        "return": ("submitted", lambda update, by: return_update(update=update, note="More.", by=by, at=NOW)),
        "approve": ("submitted", lambda update, by: approve(update=update, by=by, at=NOW)),
        "reopen": ("approved", lambda update, by: reopen(update=update, reason="Wrong.", by=by, at=NOW)),
    }

    @pytest.mark.parametrize("role", [make.panel_member, make.person, make.staff])
    @pytest.mark.parametrize("verb", MANAGING)
    def test_only_an_administrator_manages_deliverables(self, scene, verb, role):
        someone = role()
        make.approved(scene.row)
        managing = Permission.MANAGE_PLAN.value
        with refused(f"{someone} may not {managing}."):
            self.MANAGING[verb](scene, someone)
        self.MANAGING[verb](scene, scene.administrator)

    @pytest.mark.parametrize("role", [make.panel_member, make.person])
    @pytest.mark.parametrize("verb", REVIEWING)
    def test_only_the_office_reviews(self, scene, verb, role):
        state, act = self.REVIEWING[verb]
        update, someone = scene.in_state(state), role()
        with refused(f"{someone} may not return and approve updates."):
            act(update, someone)
        act(update, scene.administrator)

    def test_a_panel_member_neither_writes_nor_submits(self, scene):
        panel_member = make.panel_member()
        with refused(f"{panel_member} does not lead {scene.row}."):
            scene.save(by=panel_member)
        update = scene.save()
        with refused(f"{panel_member} does not lead {scene.row}."):
            scene.submit(update, by=panel_member)

    def test_an_owner_may_not_approve_even_where_self_approval_is_allowed(self, scene):
        Office.objects.update(allows_self_approval=True)
        update = scene.submitted()
        with refused(f"{scene.owner} may not return and approve updates."):
            approve(update=update, by=scene.owner, at=NOW)
