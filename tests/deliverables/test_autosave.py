"""The address that keeps the draft while it is typed."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deliverables.models import Deliverable, QuarterlyUpdate, UpdateState
from deliverables.revisions import NOT_KEPT
from tests import builders as make
from tests.deliverables.test_write_update import ADDRESS, entered, the_update
from themes.models import ReportingPeriod
from themes.quarters import Quarter

MOST_QUERIES = 10
EARLIER = ["2019-20 Q4", "2019-20 Q2"]


def typed(**changes):
    return {name: value for name, value in entered(**changes).items() if name != "save"}


def autosave(number=15, quarter="2020-21 Q1", theme=3):
    """The address that the page of a deliverable's update names."""
    period = ReportingPeriod.objects.get(theme__number=theme, quarter=quarter)
    row = Deliverable.objects.get(theme__number=3, number=number, financial_year="2020-21")
    return f"/autosave/{period.pk}/{row.pk}/"


def save(client, **changes):
    return client.post(autosave(), typed(**changes))


@pytest.fixture
def owner(signed_in):
    return signed_in("owner")


def history():
    return the_update().history.order_by("history_id")


class TestKept:
    def test_the_first_save_makes_the_draft_and_answers_with_its_version_and_the_time(self, owner):
        answer = save(owner).json()
        assert answer["version"] == the_update().version == 1
        assert len(answer["at"]) == len("14:02")
        assert answer["left_out"] == {}

    def test_the_next_goes_over_the_version_that_was_answered(self, owner):
        version = save(owner).json()["version"]
        assert save(owner, narrative="More.", version=version).json()["version"] == 2
        assert the_update().narrative == "<p>More.</p>"

    def test_all_that_the_form_has_is_kept(self, owner):
        save(owner, rating="A", recovery_step="Hire.", recovery_by="2020-12-01", earlier=EARLIER)
        update = the_update()
        assert (update.rating.code, update.recovery_step, str(update.recovery_by)) == ("A", "Hire.", "2020-12-01")
        assert [str(quarter) for quarter in update.earlier] == EARLIER

    def test_earlier_updates_that_are_no_longer_ticked_are_taken_out(self, owner):
        save(owner, earlier=EARLIER)
        save(owner, version=1)
        assert the_update().earlier == ()

    def test_a_text_sent_again_because_its_answer_was_lost_is_no_conflict(self, owner):
        save(owner, narrative="One.")
        assert save(owner, narrative="Two.", version=1).json()["version"] == 2
        again = save(owner, narrative="Two.", version=1)
        assert (again.status_code, again.json()["version"]) == (200, 2)
        assert history().count() == 1


class TestInvalidInput:
    """What cannot be read stays as it was stored, and keeps nothing else from being kept."""

    @pytest.mark.parametrize(
        ("field", "value", "label"),
        [
            ("date", "31/02/2020", "Date of the update"),
            ("date_precision", "century", "What date should be printed?"),
            ("recovery_by", "soon", "Back on course by"),
            ("recovery_step", "x" * 1001, "Recovery step"),
            ("narrative", "word " * 21_000, "Update"),
        ],
    )
    def test_a_field_that_cannot_be_read_stays_as_stored_and_is_named(self, owner, field, value, label):
        stored = {"rating": "A", "recovery_step": "Hire.", "recovery_by": "2020-12-01"}
        save(owner, **stored)
        before = the_update()
        answer = save(owner, **stored | {"rating": "R", "version": 1, field: value}).json()
        assert list(answer["left_out"]) == [label]
        after = the_update()
        assert after.rating.code == "R"
        names = ("narrative", "date", "date_precision", "recovery_step", "recovery_by")
        assert [getattr(after, name) for name in names] == [getattr(before, name) for name in names]

    def test_a_field_that_is_not_sent_stays_as_stored(self, owner):
        save(owner)
        del (data := typed(narrative="More.", version=1))["date"]
        owner.post(autosave(), data)
        assert (the_update().narrative, str(the_update().date)) == ("<p>More.</p>", "2020-07-01")

    def test_a_date_that_was_emptied_is_empty(self, owner):
        save(owner)
        save(owner, date="", version=1)
        assert (the_update().date, the_update().date_precision) == (None, "none")

    def test_an_unreadable_first_save_keeps_the_rest(self, owner):
        assert list(save(owner, date="soon").json()["left_out"]) == ["Date of the update"]
        assert the_update().narrative == "<p>Teams met twice.</p><p>The guide is out.</p>"

    @pytest.mark.parametrize("changes", [{"rating": "B"}, {"earlier": ["1999-00 Q1"]}, {"version": "many"}])
    def test_what_no_page_sends_is_told_and_never_fails(self, owner, changes):
        save(owner, narrative="First.")
        assert save(owner, **{"version": 1} | changes).status_code in (409, 422)
        assert the_update().narrative == "<p>First.</p>"

    def test_earlier_quarters_that_are_none_stay_as_stored(self, owner):
        save(owner, earlier=EARLIER)
        assert save(owner, earlier=["tomorrow"], version=1).status_code == 200
        assert len(the_update().earlier) == 2

    def test_hostile_html_is_stored_harmless(self, owner):
        save(owner, narrative="<p onclick=x>Met<script>alert(1)</script></p>")
        assert the_update().narrative == "<p>Met</p>"


class TestConflict:
    def test_a_newer_text_is_answered_with_who_and_when_and_both_are_in_the_record(self, owner, signed_in):
        save(owner, narrative="First.")
        save(signed_in("staff"), narrative="Staff's.", version=1)
        answer = save(owner, narrative="Owner's.", version=1)
        assert answer.status_code == 409
        told = answer.json()
        assert (told["version"], told["fields"]["narrative"], told["is_open"]) == (2, "<p>Staff's.</p>", True)
        assert "<p>Staff's.</p>" in told["html"]
        assert f"Saved by {the_update().last_changed_by}" in told["html"]
        assert the_update().narrative == "<p>Staff's.</p>"
        assert [one.narrative for one in history()] == ["<p>First.</p>", "<p>Staff's.</p>", "<p>Owner's.</p>"]

    def test_the_same_refused_text_is_recorded_once_and_a_changed_one_again(self, owner, signed_in):
        save(owner, narrative="First.")
        save(signed_in("staff"), narrative="Staff's.", version=1)
        for text in ("Owner's.", "Owner's.", "Owner's, longer.", "Owner's."):
            assert save(owner, narrative=text, version=1).status_code == 409
        refused = history().filter(history_change_reason=NOT_KEPT)
        assert [one.narrative for one in refused] == ["<p>Owner's.</p>", "<p>Owner's, longer.</p>"]

    def test_ones_own_second_tab_is_told_too(self, owner):
        save(owner, narrative="First tab.")
        answer = save(owner, narrative="Second tab.")
        at = timezone.localtime(the_update().last_changed_at)
        assert answer.status_code == 409
        assert answer.json()["message"] == f"You saved another text in another tab at {at:%H:%M}."
        assert [one.narrative for one in history()] == ["<p>First tab.</p>", "<p>Second tab.</p>"]

    def test_what_was_submitted_meanwhile_is_told_with_the_reason(self, owner):
        save(owner)
        QuarterlyUpdate.objects.filter(pk=the_update().pk).update(state=UpdateState.SUBMITTED)
        answer = save(owner, narrative="More.", version=1)
        assert (answer.status_code, answer.json()["message"].startswith("This update is submitted")) == (422, True)


class TestWhoMay:
    def test_who_is_not_signed_in_is_told_and_not_sent_away(self, db):
        answer = save(Client())
        assert (answer.status_code, answer.json()["message"]) == (401, "You have been signed out.")
        assert the_update() is None

    def test_a_page_that_somebody_else_opened_is_not_saved_in_the_name_of_who_is_signed_in_now(self, owner, user):
        assert save(owner, writer=user("owner").pk).status_code == 200
        answer = save(owner, writer=user("staff").pk, version=1)
        assert (answer.status_code, "somebody else" in answer.json()["message"]) == (401, True)

    def test_what_another_leads_is_refused(self, owner):
        assert owner.post(autosave(8), typed()).status_code == 422

    def test_a_panel_member_is_refused(self, signed_in):
        assert save(signed_in("panel")).status_code == 403

    def test_a_page_of_another_site_cannot_save(self, user):
        client = Client(enforce_csrf_checks=True)
        client.force_login(user("owner"))
        assert save(client).status_code == 403
        assert the_update() is None

    def test_what_is_not_there_is_not_found(self, owner):
        assert owner.post("/autosave/999999999999999999999/1/", typed()).status_code == 404
        assert owner.post("/autosave/1/9223372036854775808/", {"narrative": "Met."}).status_code == 404
        assert owner.post(autosave().rsplit("/", 2)[0] + "/999999999999999999999/", typed()).status_code == 404

    def test_a_quarter_of_another_theme_or_year_takes_no_update_of_it(self, owner):
        for elsewhere in (autosave(theme=1), autosave(quarter="2019-20 Q4")):
            assert owner.post(elsewhere, typed()).status_code == 422
        assert the_update() is None

    def test_the_page_names_the_address(self, owner):
        assert f'data-autosave="{autosave()}"' in owner.get(ADDRESS).content.decode()


def coordinator(of):
    return make.person(organisation=of.organisation, is_coordinator=True, email="coordinator@example.org")


class TestQueries:
    """Saving a draft costs at most 10 queries in all: session and user too, what begins and ends a transaction not."""

    @pytest.fixture(params=["owner", "coordinator", "staff"])
    def writer(self, request, user):
        client = Client()
        client.force_login(coordinator(user("owner")) if request.param == "coordinator" else user(request.param))
        return client

    def cost(self, client, **changes):
        address = autosave()
        with CaptureQueriesContext(connection) as captured:
            assert client.post(address, typed(**changes)).status_code == 200
        around = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")
        return len([one for one in captured if not one["sql"].startswith(around)])

    def test_the_first_save(self, writer):
        assert self.cost(writer, rating="A", recovery_step="Hire.", earlier=EARLIER) <= MOST_QUERIES

    def test_a_later_save(self, writer):
        save(writer, earlier=EARLIER)
        assert self.cost(writer, narrative="More.", earlier=EARLIER, version=1) <= MOST_QUERIES - 2

    def test_a_later_save_with_another_rating(self, writer):
        save(writer)
        assert self.cost(writer, narrative="More.", rating="R", version=1) <= MOST_QUERIES - 1

    def test_a_save_over_another_persons(self, writer, user):
        admin = Client()
        admin.force_login(user("admin"))
        save(admin, earlier=EARLIER)
        assert self.cost(writer, narrative="More.", rating="R", earlier=EARLIER, version=1) <= MOST_QUERIES

    def test_a_save_of_which_a_field_cannot_be_read(self, writer):
        save(writer)
        assert self.cost(writer, narrative="More.", date="31/02/2020", version=1) <= MOST_QUERIES

    def test_a_conflict(self, writer, user):
        admin = Client()
        admin.force_login(user("admin"))
        save(admin)
        address = autosave()
        with CaptureQueriesContext(connection) as captured:
            assert writer.post(address, typed(narrative="Mine.")).status_code == 409
        assert len(captured) <= MOST_QUERIES + 2  # with what begins and ends the transaction


def test_the_page_and_the_autosave_keep_the_same_of_the_same_entries(owner):
    earlier = {"rating": "A", "recovery_step": "Hire.", "recovery_by": "2020-12-01", "date_precision": "month"}
    save(owner, **earlier, earlier=EARLIER)
    by_itself = {name: getattr(the_update(), name) for name in QuarterlyUpdate.CONTENT}
    owner.post(ADDRESS, entered(**earlier, earlier=EARLIER, version=1))
    assert {name: getattr(the_update(), name) for name in QuarterlyUpdate.CONTENT} == by_itself
    assert the_update().earlier == (Quarter.parse("2019-20 Q4"), Quarter.parse("2019-20 Q2"))
    assert Deliverable.objects.get(pk=the_update().deliverable_id).number == 15
