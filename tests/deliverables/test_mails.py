"""The e-mails that tell of a step: staff when an update is submitted, its owner when it comes back or gets time."""

import datetime

import pytest

from accounts.models import Mail, User
from deliverables.actions import Draft, approve, extend, reopen, return_update, save_draft, submit
from deliverables.models import DeliverableOwner
from tests import builders as make
from tests.builders import NOW, Q4, noon


@pytest.fixture
def commits(monkeypatch):
    """E-mails go out at once, as they do after a transaction; a test's own is never committed."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda send: send())


@pytest.fixture
def owner(db):
    return make.person(email="an.owner@example.org", display_name="Head of roads")


@pytest.fixture
def row(owner):
    return make.deliverable(owner=owner, wording="Cut casualties & deaths")


def written(row, by, text="A secret not told yet"):
    period = row.theme.periods.filter(quarter=Q4).first() or make.period(row.theme, Q4)
    return save_draft(deliverable=row, period=period, draft=Draft(text, rating="G"), by=by, at=NOW)


def submitted(row, by):
    return submit(update=written(row, by), by=by, at=NOW)


def told(mailoutbox):
    return sorted(one for mail in mailoutbox for one in mail.to)


class TestSubmitted:
    def test_staff_and_administrators_are_told_with_the_link_and_without_the_text(
        self, row, owner, commits, mailoutbox
    ):
        update = submitted(row, owner)
        assert told(mailoutbox) == ["admin@example.org", "staff@example.org"]
        mail = mailoutbox[0]
        assert mail.subject == f"Submitted: Theme 1, deliverable {row.number}, Quarter 4, 2019-20"
        assert "Cut casualties & deaths\nQuarter 4, 2019-20, rated Green" in mail.body
        where = f"/plans/{row.theme.plan.slug}/2019-20/q4/themes/{row.theme.number}/deliverables/{row.number}/review/"
        assert f"http://127.0.0.1:8000{where}\n" in mail.body
        assert "secret" not in mail.body
        assert update.state == "submitted"
        assert set(Mail.objects.values_list("kind", "written_by")) == {("submitted", owner.pk)}

    def test_who_submitted_it_is_not_told(self, row, user, commits, mailoutbox):
        submitted(row, user("staff"))
        assert told(mailoutbox) == ["admin@example.org"]

    @pytest.mark.parametrize("facts", [{"is_told_of_submissions": False}, {"is_active": False}, {"email": None}])
    def test_who_does_not_want_to_be_told_or_cannot_be_is_not(self, row, owner, commits, mailoutbox, facts):
        User.objects.filter(email="staff@example.org").update(**facts)
        submitted(row, owner)
        assert told(mailoutbox) == ["admin@example.org"]

    def test_what_is_refused_tells_nobody(self, row, owner, commits, mailoutbox):
        update = written(row, owner, text="")
        with pytest.raises(Exception, match="Write the update"):
            submit(update=update, by=owner, at=NOW)
        assert not Mail.objects.exists()

    def test_what_is_loaded_tells_nobody_so_the_demonstration_posts_no_e_mail(self, row, owner):
        submit(update=written(row, owner), by=owner, at=NOW, tell=False)
        assert not Mail.objects.exists()


class TestReturned:
    def test_who_submitted_it_is_told_with_the_note_and_the_link(self, row, owner, user, commits, mailoutbox):
        update = submitted(row, owner)
        mailoutbox.clear()
        return_update(update=update, note='Say "how many" <arrests>.', by=user("staff"), at=NOW)
        (mail,) = mailoutbox
        assert mail.to == [owner.email]
        assert mail.subject == f"Returned: Theme 1, deliverable {row.number}, Quarter 4, 2019-20"
        assert 'Say "how many" <arrests>.' in mail.body
        assert f"/deliverables/{row.number}/update/\n" in mail.body
        assert "secret" not in mail.body

    def test_who_leads_it_now_is_told_too(self, row, user, commits, mailoutbox):
        update = submitted(row, user("admin"))
        successor = make.person(email="the.next@example.org")
        DeliverableOwner.objects.create(deliverable=row, user=successor, since=noon("2020-04-05").date())
        mailoutbox.clear()
        return_update(update=update, note="More.", by=user("staff"), at=noon("2020-04-06"))
        assert told(mailoutbox) == ["admin@example.org", "the.next@example.org"]

    def test_the_coordinators_are_told_of_what_is_led_by_who_has_no_e_mail(self, user, commits, mailoutbox):
        organisation = make.organisation()
        make.person(organisation=organisation, is_coordinator=True, email="coordinator@example.org")
        row = make.deliverable(owner=make.person(organisation=organisation))
        update = submitted(row, user("admin"))
        mailoutbox.clear()
        return_update(update=update, note="More.", by=user("staff"), at=NOW)
        assert told(mailoutbox) == ["admin@example.org", "coordinator@example.org"]

    def test_who_returned_it_is_not_told(self, row, owner, user, commits, mailoutbox):
        update = submitted(row, user("staff"))
        mailoutbox.clear()
        return_update(update=update, note="More.", by=user("staff"), at=NOW)
        assert told(mailoutbox) == [owner.email]

    @pytest.mark.parametrize(
        "facts", [{"role": "panel member"}, {"is_active": False}, {}], ids=["role", "left", "moved"]
    )
    def test_who_submitted_it_and_may_no_longer_see_it_is_not_told(self, row, owner, user, commits, mailoutbox, facts):
        update = submitted(row, owner)
        successor = make.person(email="the.next@example.org")
        DeliverableOwner.objects.create(deliverable=row, user=successor, since=noon("2020-04-05").date())
        User.objects.filter(pk=owner.pk).update(**facts)
        mailoutbox.clear()
        return_update(update=update, note="More.", by=user("staff"), at=noon("2020-04-06"))
        assert told(mailoutbox) == ["the.next@example.org"]


class TestReopened:
    def test_its_owner_is_told_why_and_that_what_was_approved_counts(self, row, owner, user, commits, mailoutbox):
        update = approve(update=submitted(row, owner), by=user("staff"), at=NOW)
        mailoutbox.clear()
        reopen(update=update, reason="A <figure> was wrong.", by=user("staff"), at=NOW)
        (mail,) = mailoutbox
        assert mail.to == [owner.email]
        assert mail.subject == f"Reopened: Theme 1, deliverable {row.number}, Quarter 4, 2019-20"
        assert "A <figure> was wrong." in mail.body
        assert "What was approved counts until then." in mail.body
        assert f"/deliverables/{row.number}/update/\n" in mail.body
        assert Mail.objects.latest("pk").kind == "returned"


class TestMoreTime:
    def give(self, row, by):
        until = datetime.date(2020, 5, 4)
        period = row.theme.periods.filter(quarter=Q4).first() or make.period(row.theme, Q4)
        return extend(deliverable=row, period=period, until=until, reason="Ill & away.", by=by, at=NOW)

    def test_its_owner_is_told_until_when_and_why(self, row, owner, user, commits, mailoutbox):
        self.give(row, user("staff"))
        (mail,) = mailoutbox
        assert mail.to == [owner.email]
        assert mail.subject == f"More time: Theme 1, deliverable {row.number}, Quarter 4, 2019-20"
        assert "until the end of 4 May 2020" in mail.body
        assert "Ill & away." in mail.body
        assert f"/deliverables/{row.number}/update/\n" in mail.body
        assert Mail.objects.get().kind == "more time"

    def test_the_coordinators_are_told_of_what_is_led_by_who_has_no_e_mail(self, user, commits, mailoutbox):
        organisation = make.organisation()
        make.person(organisation=organisation, is_coordinator=True, email="coordinator@example.org")
        self.give(make.deliverable(owner=make.person(organisation=organisation)), user("staff"))
        assert told(mailoutbox) == ["coordinator@example.org"]

    def test_where_it_is_submitted_nobody_has_it_to_write(self, row, owner, user, commits, mailoutbox):
        submitted(row, owner)
        mailoutbox.clear()
        self.give(row, user("staff"))
        assert mailoutbox == []
