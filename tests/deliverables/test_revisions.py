"""The history of an update's texts, and more time for one of them."""

import datetime

import pytest

from accounts.roles import Refused
from deliverables.actions import Draft, NewerEdit, approve, extend, return_update, save_draft, submit
from deliverables.revisions import AN_EVENING, NOT_KEPT, has_refused
from tests import builders as make
from tests.builders import NOW, Q1, Q4
from themes.actions import lock_period

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)
TODAY = NOW.date()


class Scene:
    def __init__(self):
        self.owner, self.staff, self.reviewer = make.person(), make.staff(), make.staff()
        self.row = make.deliverable(owner=self.owner)
        self.period = make.period(self.row.theme, Q4)
        self.version = None

    def save(self, text, *, at=NOW, by=None, version=...):
        update = save_draft(
            deliverable=self.row,
            period=self.period,
            draft=Draft(text, rating="G"),
            by=by or self.owner,
            at=at,
            version=self.version if version is ... else version,
        )
        self.version = update.version
        return update

    def lock(self):
        lock_period(period=self.period, by=self.reviewer, at=NOW)


@pytest.fixture
def scene():
    return Scene()


def texts(update):
    return [(one.narrative, one.history_user) for one in update.history.order_by("history_id")]


class TestEntries:
    def test_an_evening_of_saves_is_one_entry_with_the_last_text(self, scene):
        for minute in range(30):
            update = scene.save(f"Text {minute}", at=NOW + minute * MINUTE)
        assert texts(update) == [("<p>Text 29</p>", scene.owner)]
        assert update.history.get().history_date == NOW + 29 * MINUTE

    def test_the_next_evening_begins_another(self, scene):
        scene.save("One", at=NOW)
        update = scene.save("Two", at=NOW + AN_EVENING + MINUTE)
        assert texts(update) == [("<p>One</p>", scene.owner), ("<p>Two</p>", scene.owner)]

    def test_so_does_another_person(self, scene):
        scene.save("One")
        scene.save("Two", by=scene.staff)
        update = scene.save("Three")
        assert texts(update) == [
            ("<p>One</p>", scene.owner),
            ("<p>Two</p>", scene.staff),
            ("<p>Three</p>", scene.owner),
        ]

    def test_a_step_is_an_entry_with_its_note_and_ends_the_one_before(self, scene):
        update = scene.save("One")
        submit(update=update, by=scene.owner, at=NOW)
        return_update(update=update, note="Give the figure.", by=scene.reviewer, at=NOW)
        update = scene.save("Two")
        entries = list(update.history.order_by("history_id"))
        assert [one.history_change_reason for one in entries] == [None, "Submitted", "Returned: Give the figure.", None]
        assert [one.history_user for one in entries] == [scene.owner, scene.owner, scene.reviewer, scene.owner]
        assert [one.state for one in entries] == ["draft", "submitted", "draft", "draft"]
        assert entries[0].narrative == "<p>One</p>"

    def test_a_text_that_came_too_late_is_in_the_record(self, scene):
        update = scene.save("Mine")
        with pytest.raises(NewerEdit):
            scene.save("Theirs", by=scene.staff, version=None)
        late = update.history.get(history_change_reason=NOT_KEPT)
        assert (late.narrative, late.history_user, late.last_changed_by) == ("<p>Theirs</p>", scene.staff, scene.staff)
        update.refresh_from_db()
        assert update.narrative == "<p>Mine</p>" and has_refused(update)
        assert not has_refused(scene.save("Mine and theirs", at=NOW + MINUTE))


class TestExtend:
    def extend(self, scene, days=7, **changes):
        facts = {"deliverable": scene.row, "period": scene.period, "until": TODAY + datetime.timedelta(days=days)}
        return extend(**facts | {"reason": "The system was down.", "by": scene.staff, "at": NOW} | changes)

    def test_it_opens_a_locked_quarter_to_one_deliverable_until_its_last_day(self, scene):
        scene.lock()
        with pytest.raises(Refused, match="is locked"):
            scene.save("Late")
        self.extend(scene)
        assert scene.save("Late", at=NOW + datetime.timedelta(days=7)).narrative == "<p>Late</p>"
        with pytest.raises(Refused, match="more time was given until 9 April 2020 only"):
            scene.save("Too late", at=NOW + datetime.timedelta(days=8))
        with pytest.raises(Refused, match="is locked"):
            save_draft(
                deliverable=make.deliverable(scene.row.theme, owner=scene.owner),
                period=scene.period,
                draft=Draft("Another's"),
                by=scene.owner,
                at=NOW,
            )

    def test_what_was_submitted_in_it_can_be_approved_after_it(self, scene):
        scene.lock()
        self.extend(scene)
        update = scene.save("Late")
        submit(update=update, by=scene.owner, at=NOW)
        approve(update=update, by=scene.reviewer, at=NOW + datetime.timedelta(days=30))
        update.refresh_from_db()
        assert update.state == "approved"

    def test_given_again_the_new_day_counts_and_both_are_in_the_history(self, scene):
        self.extend(scene, days=30)
        extension = self.extend(scene, days=40, reason="Still down.")
        assert scene.row.extensions.get() == extension
        assert [one.reason for one in extension.history.order_by("history_id")] == [
            "The system was down.",
            "Still down.",
        ]

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"days": -1}, "is past"),
            ({"days": 19}, "It is due on 21 April 2020 anyway"),
            ({"days": 20, "reason": " "}, "This field cannot be blank"),
        ],
        ids=["a day that is past", "less time than there is", "no reason"],
    )
    def test_what_makes_no_sense_is_refused(self, scene, changes, says):
        with pytest.raises(Refused, match=says):
            self.extend(scene, **changes)
        assert not scene.row.extensions.exists()

    def test_who_does_not_review_may_not_give_one(self, scene):
        with pytest.raises(Refused):
            self.extend(scene, by=scene.owner)

    def test_one_not_in_force_is_given_none(self, scene):
        with pytest.raises(Refused, match="not in force"):
            self.extend(
                scene, deliverable=make.deliverable(scene.row.theme, in_force_from=Q4.next, financial_year=Q1.year.next)
            )
