"""Changing a year's deliverables: each verb with its reason, its history and what it refuses."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.roles import Refused
from deliverables.actions import Draft, save_draft
from deliverables.models import Deliverable, DeliverableOwner
from deliverables.owner_actions import change_owner, hand_over, remove_owner, to_hand_over
from deliverables.plan_actions import (
    Carried,
    add_deliverable,
    change_deliverable,
    mark_complete,
    open_year,
    put_back,
    remove_deliverable,
    renumber,
    withdraw,
)
from tests import builders as make
from tests.builders import NOW, Q1, Q2, Q3, Q4, YEAR
from themes.actions import lock_period

pytestmark = pytest.mark.django_db

DAY = datetime.date(2019, 11, 1)


class Scene:
    """A theme with three deliverables of one owner."""

    def __init__(self):
        self.administrator = make.administrator()
        self.owner, self.successor = make.person(), make.person()
        self.theme = make.theme()
        self.rows = [make.deliverable(self.theme, owner=self.owner) for _ in range(3)]
        self.first = self.rows[0]


@pytest.fixture
def scene():
    return Scene()


def numbers(scene):
    return [Deliverable.objects.get(pk=row.pk).number for row in scene.rows]


def last_entry(row):
    return row.history.order_by("-history_id").first()


class TestChange:
    def change(self, scene, **changes):
        facts = {name: getattr(scene.first, name) for name in ("wording", "in_force_from", "planned_start", "due")}
        facts |= {"reason": "The Panel asked for it.", "by": scene.administrator}
        change_deliverable(deliverable=scene.first, **facts | changes)

    def test_the_new_wording_and_dates_are_kept_with_who_and_why(self, scene):
        self.change(scene, wording=" New words ", planned_start=Q2, due=Q4)
        row = Deliverable.objects.get(pk=scene.first.pk)
        assert (row.wording, row.planned_start, row.due) == ("New words", Q2, Q4)
        entry = last_entry(row)
        assert (entry.history_user, entry.history_change_reason) == (scene.administrator, "The Panel asked for it.")

    def test_what_was_approved_keeps_the_wording_it_was_approved_under(self, scene):
        approved = make.approved(scene.first, Q1)
        self.change(scene, wording="New words")
        approved.refresh_from_db()
        assert approved.wording != "New words"

    def test_it_cannot_come_into_force_after_an_approved_update(self, scene):
        make.approved(scene.first, Q1)
        with pytest.raises(Refused, match="approved update of 2019-20 Q1"):
            self.change(scene, in_force_from=Q2, planned_start=Q2)

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"reason": "  "}, "Say why"),
            ({"wording": ""}, "cannot be blank"),
            ({"planned_start": Q3, "due": Q2}, "before the planned start"),
            ({"in_force_from": Q4.next}, "Choose a quarter of 2019-20"),
        ],
    )
    def test_what_makes_no_sense_is_refused_and_nothing_is_changed(self, scene, changes, says):
        before = Deliverable.objects.filter(pk=scene.first.pk).values().get()
        with pytest.raises(Refused, match=says):
            self.change(scene, **changes)
        assert Deliverable.objects.filter(pk=scene.first.pk).values().get() == before


class TestRenumber:
    def renumber(self, scene, *new, **changes):
        wanted = {row.pk: number for row, number in zip(scene.rows, new, strict=True)}
        facts = {"theme": scene.theme, "financial_year": YEAR, "numbers": wanted, "reason": "In order of need."}
        return renumber(**facts | {"by": scene.administrator} | changes)

    def test_two_can_change_places(self, scene):
        moved = self.renumber(scene, 2, 1, 3)
        assert numbers(scene) == [2, 1, 3]
        assert {row.pk for row in moved} == {scene.rows[0].pk, scene.rows[1].pk}
        assert last_entry(scene.first).history_change_reason == "In order of need."
        assert [one.number for one in scene.first.history.order_by("history_id")] == [1, 2]

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.permutations([1, 2, 3, 7, 999]))
    def test_any_order_can_be_given(self, scene, order):
        self.renumber(scene, *order[:3])
        assert numbers(scene) == order[:3]

    def test_one_number_for_two_is_refused(self, scene):
        with pytest.raises(Refused, match="Number 2 is given to 2 deliverables"):
            self.renumber(scene, 2, 2, 3)
        assert numbers(scene) == [1, 2, 3]

    def test_the_number_of_a_withdrawn_one_is_not_used_again(self, scene):
        withdraw(deliverable=scene.rows[2], quarter=Q2, reason="Merged.", by=scene.administrator)
        with pytest.raises(Refused, match="Number 3 is given to 2"):
            self.renumber(scene, 3, 1, 3)
        with pytest.raises(Refused, match="keeps its number"):
            self.renumber(scene, 1, 2, 4)

    @pytest.mark.parametrize("number", [0, 1000])
    def test_a_number_out_of_reach_is_refused_and_all_stay(self, scene, number):
        with pytest.raises(Refused, match="Number:"):
            self.renumber(scene, number, 1, 2)
        assert numbers(scene) == [1, 2, 3]

    def test_without_a_reason_it_is_refused(self, scene):
        with pytest.raises(Refused, match="Say why"):
            self.renumber(scene, 3, 2, 1, reason="")


class TestPutBack:
    def test_a_withdrawn_one_is_in_force_again(self, scene):
        withdraw(deliverable=scene.first, quarter=Q2, reason="By mistake.", by=scene.administrator)
        put_back(deliverable=scene.first, reason="It was number 2 that ended.", by=scene.administrator)
        row = Deliverable.objects.get(pk=scene.first.pk)
        assert row.is_in_force(Q4)
        assert row.withdrawn_reason == ""
        reasons = [one.history_change_reason for one in row.history.order_by("history_id")]
        assert reasons[1:] == ["By mistake.", "It was number 2 that ended."]

    def test_a_complete_one_is_asked_for_updates_again(self, scene):
        make.approved(scene.first, Q1)
        mark_complete(deliverable=scene.first, quarter=Q1, reason="Done.", by=scene.administrator)
        put_back(deliverable=scene.first, reason="There is more to do.", by=scene.administrator)
        assert Deliverable.objects.get(pk=scene.first.pk).completed_in is None

    def test_one_that_never_ended_cannot_be_taken_back(self, scene):
        with pytest.raises(Refused, match="nothing to take back"):
            put_back(deliverable=scene.first, reason="Oh.", by=scene.administrator)


class TestLockedQuarters:
    """What was reported in a locked quarter stays as it was until it is opened again."""

    @pytest.fixture
    def locked(self, scene):
        for quarter in (Q1, Q2):
            make.approved(scene.first, quarter)
            lock_period(period=scene.theme.periods.get(quarter=quarter), by=make.staff(), at=NOW)
        return scene

    @pytest.mark.parametrize(
        "verb",
        [
            lambda s: withdraw(deliverable=s.first, quarter=Q2, reason="Why.", by=s.administrator),
            lambda s: mark_complete(deliverable=s.rows[2], quarter=Q1, reason="Why.", by=s.administrator),
            lambda s: add_deliverable(
                theme=s.theme, financial_year=YEAR, number=9, wording="New", owner=s.owner, by=s.administrator
            ),
            lambda s: change_deliverable(
                deliverable=s.rows[1],
                wording="Same",
                in_force_from=Q1,
                planned_start=Q4,
                due=None,
                reason="Why.",
                by=s.administrator,
            ),
            lambda s: remove_deliverable(deliverable=s.rows[1], reason="Why.", by=s.administrator),
        ],
        ids=["withdraw", "complete", "add", "start later", "remove"],
    )
    def test_what_would_change_its_figures_is_refused(self, locked, verb):
        make.approved(locked.rows[2], Q1)
        before = list(Deliverable.objects.values_list("pk", "withdrawn_from", "completed_in", "planned_start"))
        with pytest.raises(Refused, match="is locked, and this would change its figures"):
            verb(locked)
        assert list(Deliverable.objects.values_list("pk", "withdrawn_from", "completed_in", "planned_start")) == before

    def test_what_tells_only_later_is_done(self, locked):
        mark_complete(deliverable=locked.first, quarter=Q2, reason="Done.", by=locked.administrator)
        withdraw(deliverable=locked.rows[1], quarter=Q3, reason="No money.", by=locked.administrator)
        add_deliverable(
            theme=locked.theme,
            financial_year=YEAR,
            number=9,
            wording="New",
            owner=locked.owner,
            in_force_from=Q3,
            by=locked.administrator,
        )


class TestTwice:
    def test_one_that_ended_is_not_ended_again_with_another_reason(self, scene):
        make.approved(scene.first, Q1)
        for verb, row in ((mark_complete, scene.rows[0]), (withdraw, scene.rows[1])):
            verb(deliverable=row, quarter=Q2, reason="First.", by=scene.administrator)
            with pytest.raises(Refused, match="already. Take that back first"):
                verb(deliverable=row, quarter=Q3, reason="Second.", by=scene.administrator)

    def test_taking_back_takes_back_the_last_end_alone(self, scene):
        make.approved(scene.first, Q1)
        mark_complete(deliverable=scene.first, quarter=Q1, reason="Done.", by=scene.administrator)
        withdraw(deliverable=scene.first, quarter=Q3, reason="No money.", by=scene.administrator)
        put_back(deliverable=scene.first, reason="There is.", by=scene.administrator)
        row = Deliverable.objects.get(pk=scene.first.pk)
        assert (row.withdrawn_from, row.completed_in) == (None, Q1)

    def test_a_verb_on_what_was_read_before_changes_nothing_else_back(self, scene):
        stale = Deliverable.objects.get(pk=scene.first.pk)
        Deliverable.objects.filter(pk=scene.first.pk).update(number=9, wording="Newer words")
        withdraw(deliverable=stale, quarter=Q2, reason="No money.", by=scene.administrator)
        row = Deliverable.objects.get(pk=scene.first.pk)
        assert (row.number, row.wording, row.withdrawn_from) == (9, "Newer words", Q2)

    def test_one_is_not_complete_before_an_update_that_was_approved_later(self, scene):
        make.approved(scene.first, Q1), make.approved(scene.first, Q3, "R")
        with pytest.raises(Refused, match="approved update of 2019-20 Q3, after that"):
            mark_complete(deliverable=scene.first, quarter=Q1, reason="Done.", by=scene.administrator)


class TestRemove:
    def test_one_added_by_mistake_goes_and_its_history_stays(self, scene):
        remove_deliverable(deliverable=scene.first, reason="Added twice.", by=scene.administrator)
        gone = Deliverable.history.get(history_type="-")
        assert (gone.number, gone.history_change_reason, gone.history_user) == (1, "Added twice.", scene.administrator)
        assert not Deliverable.objects.filter(theme=scene.theme, number=1).exists()

    def test_one_that_is_written_on_stays(self, scene):
        make.update(scene.first, Q4)
        with pytest.raises(Refused, match="Withdraw it instead"):
            remove_deliverable(deliverable=scene.first, reason="Oh.", by=scene.administrator)

    def test_one_that_goes_on_next_year_stays(self, scene):
        open_year(carried=[Carried(scene.first, 1, None)], reason="It goes on.", by=scene.administrator)
        with pytest.raises(Refused, match="carried forward already"):
            remove_deliverable(deliverable=scene.first, reason="Oh.", by=scene.administrator)


def test_a_year_that_the_plan_does_not_cover_takes_no_deliverable(scene):
    last = make.deliverable(scene.theme, owner=scene.owner, financial_year=YEAR.next)
    with pytest.raises(Refused, match="covers 2018-19 to 2020-21, so it has no 2021-22"):
        open_year(carried=[Carried(last, 1, None)], reason="It goes on.", by=scene.administrator)


class TestOwners:
    def test_from_a_day_on_somebody_else_leads(self, scene):
        change_owner(
            deliverable=scene.first, owner=scene.successor, since=DAY, reason="A new post.", by=scene.administrator
        )
        assert scene.first.leader_on(DAY - datetime.timedelta(days=1)) == scene.owner
        assert scene.first.leader_on(DAY) == scene.successor

    def test_the_same_day_again_corrects_it(self, scene):
        for owner in (scene.successor, scene.administrator):
            change_owner(deliverable=scene.first, owner=owner, since=DAY, reason="Why.", by=scene.administrator)
        assert scene.first.leader_on(DAY) == scene.administrator
        assert scene.first.owners.count() == 2

    def test_taken_back_who_led_before_goes_on(self, scene):
        leads = make.led_by(scene.first, scene.successor, since=DAY)
        remove_owner(ownership=leads, reason="A mistake.", by=scene.administrator)
        assert scene.first.leader_on(DAY) == scene.owner
        kept = DeliverableOwner.history.filter(history_type="-").get(deliverable=scene.first.pk)
        assert (kept.history_user, kept.history_change_reason) == (scene.administrator, "A mistake.")

    def test_the_only_one_cannot_be_taken_back(self, scene):
        with pytest.raises(Refused, match="Nobody else"):
            remove_owner(ownership=scene.first.owners.get(), reason="A mistake.", by=scene.administrator)

    def test_the_same_again_is_said(self, scene):
        with pytest.raises(Refused, match="leads it from that day on already"):
            change_owner(
                deliverable=scene.first, owner=scene.owner, since=Q1.starts, reason="Why.", by=scene.administrator
            )

    def test_a_panel_member_cannot_lead_what_the_panel_looks_at(self, scene):
        with pytest.raises(Refused, match="member of the Panel"):
            change_owner(
                deliverable=scene.first, owner=make.panel_member(), since=DAY, reason="Why.", by=scene.administrator
            )

    @pytest.mark.parametrize("since", [datetime.date(26, 4, 1), datetime.date.max])
    def test_a_day_out_of_reach_is_refused(self, scene, since):
        with pytest.raises(Refused, match="Enter a real date"):
            change_owner(
                deliverable=scene.first, owner=scene.successor, since=since, reason="Why.", by=scene.administrator
            )
        with pytest.raises(Refused, match="not a day that a plan can be about"):
            hand_over(leaver=scene.owner, successor=scene.successor, since=since, reason="Why.", by=scene.administrator)

    def test_one_deactivated_cannot_take_it_on(self, scene):
        with pytest.raises(Refused, match="deactivated"):
            change_owner(
                deliverable=scene.first,
                owner=make.person(is_active=False),
                since=DAY,
                reason="Why.",
                by=scene.administrator,
            )


class TestHandOver:
    def hand_over(self, scene, **changes):
        facts = {"leaver": scene.owner, "successor": scene.successor, "since": DAY, "reason": "Left the force."}
        return hand_over(**facts | {"by": scene.administrator} | changes)

    def test_all_goes_to_the_successor_from_the_day_on(self, scene):
        others = make.deliverable(scene.theme, owner=make.person())
        assert self.hand_over(scene) == scene.rows
        for row in scene.rows:
            assert row.leader_on(DAY - datetime.timedelta(days=1)) == scene.owner
            assert row.leader_on(DAY) == scene.successor
        assert others.leader_on(DAY) not in (scene.owner, scene.successor)
        kept = scene.first.owners.get(since=DAY).history.get()
        assert (kept.history_user, kept.history_change_reason) == (scene.administrator, "Left the force.")

    def test_the_successor_goes_on_with_the_open_drafts_and_the_leaver_cannot(self, scene):
        period = make.period(scene.theme, Q4)
        draft = save_draft(deliverable=scene.first, period=period, draft=Draft("Half a text"), by=scene.owner, at=NOW)
        self.hand_over(scene)
        going_on = {"deliverable": scene.first, "period": period, "at": NOW, "version": draft.version}
        with pytest.raises(Refused, match="does not lead"):
            save_draft(draft=Draft("Still mine"), by=scene.owner, **going_on)
        assert save_draft(draft=Draft("The whole text"), by=scene.successor, **going_on).pk == draft.pk

    def test_the_leavers_account_can_be_closed_in_the_same_step(self, scene):
        self.hand_over(scene, deactivate=True)
        scene.owner.refresh_from_db()
        assert not scene.owner.is_active
        assert scene.first.leader_on(DAY) == scene.successor

    def test_what_cannot_be_closed_is_not_handed_over_either(self, scene):
        leads = make.deliverable(scene.theme, owner=scene.administrator)
        with pytest.raises(Refused, match="Nobody deactivates themselves"):
            self.hand_over(scene, leaver=scene.administrator, deactivate=True)
        assert leads.owners.count() == 1

    def test_what_was_to_be_led_later_goes_too_and_what_others_lead_later_stays(self, scene):
        later = DAY + datetime.timedelta(days=60)
        anothers = make.deliverable(scene.theme, owner=make.person())
        make.led_by(anothers, scene.owner, since=later)
        third = make.person()
        make.led_by(scene.first, third, since=later)
        self.hand_over(scene)
        assert anothers.leader_on(later) == scene.successor
        assert anothers.leader_on(DAY) != scene.successor
        assert scene.first.leader_on(later) == third

    def test_years_that_are_over_stay_as_they_were(self, scene):
        since = datetime.date(2021, 6, 1)
        period = make.period(scene.theme, Q4)
        assert to_hand_over(scene.owner, since) == scene.rows  # its last quarter is still open
        lock_period(period=period, by=make.staff(), at=NOW)
        with pytest.raises(Refused, match="nothing to hand over"):
            self.hand_over(scene, since=since)

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            (lambda scene: {"successor": scene.owner}, "leads them already"),
            (lambda scene: {"successor": make.person(is_active=False)}, "deactivated"),
            (lambda scene: {"reason": ""}, "Say why"),
            (lambda scene: {"by": make.staff()}, "may not"),
        ],
        ids=["to themselves", "to one deactivated", "without a reason", "by staff"],
    )
    def test_what_makes_no_sense_is_refused_and_nobody_leads_anything_else(self, scene, changes, says):
        with pytest.raises(Refused, match=says):
            self.hand_over(scene, **changes(scene))
        assert DeliverableOwner.objects.filter(deliverable__theme=scene.theme).count() == 3


class TestOpenYear:
    def test_those_named_go_on_under_their_new_numbers(self, scene):
        carried = [Carried(scene.rows[0], 2, Q4.next), Carried(scene.rows[1], 1, None)]
        rows = open_year(carried=carried, reason="The work goes on.", by=scene.administrator)
        assert [(row.key, row.number, row.financial_year, row.due) for row in rows] == [
            (scene.rows[0].key, 2, YEAR.next, Q4.next),
            (scene.rows[1].key, 1, YEAR.next, None),
        ]
        assert [row.leader_on(Q4.next.starts) for row in rows] == [scene.owner, scene.owner]

    def test_all_of_them_or_none(self, scene):
        with pytest.raises(Refused, match="number is taken"):
            open_year(
                carried=[Carried(scene.rows[0], 1, None), Carried(scene.rows[1], 1, None)],
                reason="The work goes on.",
                by=scene.administrator,
            )
        assert not Deliverable.objects.filter(theme=scene.theme, financial_year=YEAR.next).exists()


def test_one_added_within_the_year_keeps_its_reason(scene):
    row = add_deliverable(
        theme=scene.theme,
        financial_year=YEAR,
        number=4,
        wording="New work",
        owner=scene.owner,
        in_force_from=Q2,
        reason="Asked for by the Panel.",
        by=scene.administrator,
    )
    assert last_entry(row).history_change_reason == "Asked for by the Panel."


@pytest.mark.parametrize(
    "verb",
    [
        lambda scene, by: put_back(deliverable=scene.first, reason="Why.", by=by),
        lambda scene, by: renumber(theme=scene.theme, financial_year=YEAR, numbers={}, reason="Why.", by=by),
        lambda scene, by: open_year(carried=[], reason="Why.", by=by),
        lambda scene, by: remove_owner(ownership=scene.first.owners.get(), reason="Why.", by=by),
        lambda scene, by: change_owner(deliverable=scene.first, owner=by, since=DAY, reason="Why.", by=by),
    ],
    ids=["put back", "renumber", "open the next year", "take an owner back", "change the owner"],
)
def test_only_administrators_change_the_plan(scene, verb):
    with pytest.raises(Refused, match="may not look after plans"):
        verb(scene, make.staff())
