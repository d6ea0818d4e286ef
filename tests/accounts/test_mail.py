import smtplib
from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.db import transaction

from accounts.mail import TRIED_FOR, post, send_waiting
from accounts.models import Mail, Office
from tests import builders as make

pytestmark = pytest.mark.django_db

LATER = make.noon("2020-04-03")


def posted(**changes):
    facts = {"kind": Mail.Kind.RETURNED, "subject": "Updates are due", "at": make.NOW, "context": {"link": "/x/"}}
    facts |= {
        "to": changes.get("to") or make.person(email="roads@example.org"),
        "template": "accounts/mail/password.txt",
    }
    return post(**facts | changes)


@pytest.fixture
def no_server(monkeypatch):
    """A mail server that refuses everything."""

    def refuse(message, **options):
        raise smtplib.SMTPServerDisconnected("The mail server is down.")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)


class TestAServerThatDoesNotAnswer:
    @pytest.fixture
    def tried(self, monkeypatch):
        tried = []

        def refuse(message, **options):
            tried.append(message.to)
            raise smtplib.SMTPServerDisconnected("The connection timed out.")

        monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
        return tried

    def test_a_page_waits_for_it_once_and_the_others_wait_for_the_next_run(
        self, tried, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            first = posted()
            second = posted(to=make.person(email="crime@example.org"), at=make.NOW + timedelta(seconds=59), by=first.to)
        assert tried == [["roads@example.org"]]
        for mail in (first, second):
            mail.refresh_from_db()
            assert mail.trouble.startswith("The mail server did not answer.")
        assert send_waiting(LATER) == (0, 2)

    def test_one_that_only_refuses_an_address_is_tried_for_the_next(
        self, monkeypatch, django_capture_on_commit_callbacks
    ):
        tried = []

        def refuse(message, **options):
            tried.append(message.to)
            raise smtplib.SMTPRecipientsRefused({})

        monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
        with django_capture_on_commit_callbacks(execute=True):
            posted()
            posted(to=make.person(email="crime@example.org"))
        assert len(tried) == 2


class TestPost:
    def test_it_is_sent_once_the_transaction_is_stored_and_not_before(self, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            mail = posted()
            assert not django_mail.outbox
            assert mail.sent_at is None
        (sent,) = django_mail.outbox
        assert (sent.to, sent.subject, sent.body) == (["roads@example.org"], "Updates are due", mail.body)
        mail.refresh_from_db()
        assert mail.sent_at is not None

    def test_what_is_rolled_back_is_not_sent(self, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError), transaction.atomic():
            posted()
            raise ZeroDivisionError
        assert not django_mail.outbox
        assert not Mail.objects.exists()

    def test_a_failure_is_noted_and_nothing_else_fails(self, no_server, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            mail = posted()
        mail.refresh_from_db()
        assert mail.sent_at is None
        assert mail.trouble == "The mail server did not answer. The mail server is down."

    @pytest.mark.parametrize("changes", [{"email": None}, {"email": "roads@example.org", "is_active": False}])
    def test_nobody_without_an_address_and_nobody_deactivated_gets_one(self, changes):
        assert posted(to=make.person(**changes)) is None
        assert not Mail.objects.exists()

    def test_a_text_with_a_secret_in_it_is_sent_and_not_stored(self, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            mail = posted(holds_a_secret=True, context={"link": "https://example.org/secret"})
        mail.refresh_from_db()
        assert mail.body == ""
        assert "https://example.org/secret" in django_mail.outbox[0].body

    @pytest.mark.parametrize(("email", "reply_to"), [("office@example.org", ["office@example.org"]), ("", [])])
    def test_replies_go_to_the_office_where_it_has_an_address(
        self, email, reply_to, django_capture_on_commit_callbacks
    ):
        Office.objects.update(email=email)
        with django_capture_on_commit_callbacks(execute=True):
            posted()
        assert django_mail.outbox[0].reply_to == reply_to

    def test_a_name_is_written_as_it_is_and_not_as_html(self, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            posted(to=make.person(email="roads@example.org", display_name="Head of roads & rail's crew"))
        assert "Hello Head of roads & rail's crew," in django_mail.outbox[0].body


class TestSendWaiting:
    def test_what_could_not_be_sent_is_sent_again_once(self):
        waiting = posted()
        assert send_waiting(LATER) == (1, 0)
        assert send_waiting(LATER) == (0, 0)
        waiting.refresh_from_db()
        assert waiting.sent_at is not None
        assert waiting.trouble == ""

    def test_what_fails_again_goes_on_waiting(self, no_server):
        posted()
        assert send_waiting(LATER) == (0, 1)

    def test_what_is_out_of_date_is_not_sent_any_more(self):
        posted()
        assert send_waiting(make.NOW + TRIED_FOR * 2) == (0, 0)

    def test_what_held_a_secret_is_not_sent_empty(self):
        posted(holds_a_secret=True)
        assert send_waiting(LATER) == (0, 0)
        assert not django_mail.outbox

    def test_a_reminder_is_not_sent_again_as_the_next_run_writes_afresh(self):
        posted(kind=Mail.Kind.REMINDER)
        assert send_waiting(LATER) == (0, 0)
        assert not django_mail.outbox

    @pytest.mark.parametrize(
        ("facts", "why"),
        [
            ({"is_active": False}, "has been deactivated since."),
            ({"email": "other@example.org"}, "has another e-mail address now, or none."),
            ({"email": None}, "has another e-mail address now, or none."),
        ],
    )
    def test_nothing_goes_to_who_has_left_or_has_another_address(self, facts, why):
        mail = posted()
        type(mail.to).objects.filter(pk=mail.to.pk).update(**facts)
        assert send_waiting(LATER) == (0, 0)
        assert not django_mail.outbox
        mail.refresh_from_db()
        assert mail.trouble.endswith(why)

    def test_of_two_runs_at_once_only_one_sends(self, monkeypatch):
        """The second run comes while the first is sending."""
        posted()
        runs = []
        send = django_mail.EmailMessage.send

        def send_while_another_runs(message, **options):
            runs.append(send_waiting(LATER))
            return send(message, **options)

        monkeypatch.setattr("django.core.mail.EmailMessage.send", send_while_another_runs)
        assert send_waiting(LATER) == (1, 0)
        assert runs == [(0, 0)]
        assert len(django_mail.outbox) == 1
