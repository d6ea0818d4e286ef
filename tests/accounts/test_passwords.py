"""Setting a password by a link: of an invitation, and for who has forgotten theirs; and changing it."""

import re
import threading

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.mail import password_link
from accounts.models import User
from accounts.people_actions import invite
from tests import builders as make
from tests.conftest import PASSWORD, QUARTER

FORGOTTEN = "/accounts/password/forgotten/"
CHANGE = "/accounts/password/change/"
SIGN_IN = "/accounts/login/"
NEW = "staple of another battery"
OF_NO_USE = "This link is of no use any more"


def links():
    """The addresses of the links in what was sent, once whatever is sent aside has gone out."""
    for thread in threading.enumerate():
        if thread.name == "password link":
            thread.join()
    return [re.search(r"http://\S+(/accounts/password/set/\S+)", one.body)[1] for one in mail.outbox]


def path_of(link):
    return link[link.index("/accounts/") :]


def set_password(client, address, password=NEW, again=None):
    """Open a link, and send the form that it leads to."""
    form = client.get(address)
    data = {"password1": password, "password2": again or password}
    return client.post(form["Location"] if form.status_code == 302 else address, data)


def text(response):
    return response.content.decode()


@pytest.fixture
def leader(db):
    return make.person(email="roads@example.org", display_name="Head of roads")


class TestAnInvitation:
    @pytest.fixture
    def link(self, leader, user, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            invite(user=leader, by=user("admin"), at=timezone.now())
        return links()[0]

    def test_it_sets_a_password_signs_in_and_leads_to_where_one_begins(self, link):
        client = Client()
        assert set_password(client, link)["Location"] == "/start/"
        html = text(client.get("/", follow=True))
        assert "Head of roads (contributor)" in html
        assert "Your new password is set" in html

    def test_the_history_says_that_a_password_was_set_and_of_signing_in_nothing(self, link, leader):
        before = leader.history.count()
        set_password(Client(), link)
        Client().post(SIGN_IN, {"login": "roads@example.org", "password": NEW})
        assert leader.history.count() == before + 1
        assert (leader.history.first().history_user, leader.history.first().history_change_reason) == (
            leader,
            "Set a password",
        )

    def test_it_is_of_use_once(self, link):
        set_password(Client(), link)
        assert OF_NO_USE in text(Client().get(link))

    def test_the_secret_does_not_stay_in_the_address(self, link):
        assert Client().get(link)["Location"].endswith("/set-password/")

    @pytest.mark.parametrize(
        ("password", "again", "says"),
        [
            ("short", "short", "at least 12 characters"),
            (NEW, "something else", "same password"),
            ("password12345", "password12345", "too common"),
            ("", "", "Enter a new password."),
        ],
    )
    def test_a_password_that_will_not_do_is_refused_at_its_field(self, password, again, says, link, leader):
        html = text(set_password(Client(), link, password, again))
        assert html.count("There is a problem") == 1
        assert says in html
        assert not User.objects.get(pk=leader.pk).has_usable_password()

    def test_who_is_signed_in_as_somebody_else_becomes_the_one_it_was_sent_to(self, link, signed_in):
        client = signed_in("panel")
        set_password(client, link)
        assert "Head of roads" in text(client.get("/", follow=True))


class TestForgotten:
    def ask(self, email):
        return Client().post(FORGOTTEN, {"email": email})

    @pytest.mark.parametrize("email", ["staff@example.org", "STAFF@example.org", " staff@example.org "])
    def test_it_sends_a_link_that_sets_a_password(self, email, db):
        self.ask(email)
        (link,) = links()
        client = Client()
        set_password(client, link)
        assert client.get(QUARTER).status_code == 200
        assert mail.outbox[0].to == ["staff@example.org"]

    def test_the_link_begins_with_the_products_own_address_whatever_host_was_asked(self, settings, db):
        settings.SITE_URL = "http://tracker.example.org"
        settings.ALLOWED_HOSTS = ["evil.example.org"]
        Client().post(FORGOTTEN, {"email": "staff@example.org"}, headers={"host": "evil.example.org"})
        links()
        assert "http://tracker.example.org/accounts/password/set/" in mail.outbox[0].body
        assert "evil" not in mail.outbox[0].body

    def test_the_answer_is_the_same_whether_or_not_there_is_an_account(self, db):
        known, unknown = self.ask("staff@example.org"), self.ask("nobody@example.org")
        assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
        assert len(links()) == 1

    def test_a_person_deactivated_gets_nothing(self, db):
        make.person(email="left@example.org", is_active=False)
        self.ask("left@example.org")
        assert not links()

    def test_a_link_of_a_person_deactivated_since_is_of_no_use(self, leader):
        link = path_of(password_link(leader))
        User.objects.filter(pk=leader.pk).update(is_active=False)
        assert OF_NO_USE in text(Client().get(link))

    def test_a_link_dies_with_the_address_it_was_sent_to(self, leader):
        link = path_of(password_link(leader))
        User.objects.filter(pk=leader.pk).update(email="new@example.org")
        assert OF_NO_USE in text(Client().get(link))

    def test_a_link_that_is_too_old_says_what_to_do(self, leader, settings):
        link = path_of(password_link(leader))
        settings.PASSWORD_RESET_TIMEOUT = -1
        html = text(Client().get(link))
        assert OF_NO_USE in html
        assert "Ask for a new link" in html

    @pytest.mark.parametrize("address", ["1/made-up-0000", "zzzzzzzzzzzzzzzzzzzz/x", "-1/x", "é/x"])
    def test_a_link_that_was_never_sent_is_of_no_use(self, address, db):
        assert OF_NO_USE in text(Client().get(f"/accounts/password/set/{address}/"))

    def test_it_ends_the_sessions_elsewhere(self, signed_in, user):
        client = signed_in("staff")
        set_password(Client(), path_of(password_link(user("staff"))))
        assert client.get(QUARTER).status_code == 302

    def test_a_mail_server_that_is_down_fails_nothing_and_gives_nothing_away(self, monkeypatch, db, caplog):
        def refuse(message):
            raise OSError("The mail server is down.")

        monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
        assert self.ask("staff@example.org")["Location"] == f"{FORGOTTEN}sent/"
        links()
        assert "The mail server is down." in caplog.text

    def test_nobody_is_sent_more_than_three_in_ten_minutes(self, db):
        answers = [self.ask("staff@example.org").status_code for _ in range(4)]
        assert answers == [302, 302, 302, 429]

    def test_no_second_list_of_addresses_comes_to_be(self, db):
        self.ask("staff@example.org")
        (link,) = links()
        set_password(Client(), link)
        assert not EmailAddress.objects.exists()

    def test_an_address_that_is_none_is_said_and_kept(self, db):
        html = text(self.ask("staff"))
        assert "Enter an e-mail address, like name@example.org." in html
        assert 'value="staff"' in html


class TestChanging:
    def change(self, client, **changes):
        return client.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW} | changes)

    def test_the_new_one_signs_in(self, signed_in):
        response = self.change(signed_in("owner"))
        assert response["Location"] == "/accounts/"
        client = Client()
        client.post(SIGN_IN, {"login": "owner@example.org", "password": NEW})
        assert client.get(QUARTER).status_code == 200

    def test_it_signs_out_elsewhere_and_not_here(self, signed_in):
        here, elsewhere = signed_in("owner"), signed_in("owner")
        self.change(here)
        assert here.get(QUARTER).status_code == 200
        assert elsewhere.get(QUARTER).status_code == 302

    @pytest.mark.parametrize(
        ("changes", "says"),
        [({"oldpassword": "wrong"}, "That is not your current password."), ({"password1": "short"}, "at least 12")],
    )
    def test_what_will_not_do_is_said_at_its_field(self, changes, says, signed_in):
        html = text(self.change(signed_in("owner"), **changes))
        assert html.count("There is a problem") == 1
        assert says in html

    def test_who_has_none_is_sent_one_by_e_mail(self, leader):
        client = Client()
        client.force_login(leader)
        assert client.get(CHANGE)["Location"] == FORGOTTEN


class TestYourAccount:
    def test_it_says_who_one_is_and_is_linked_from_every_page(self, signed_in):
        client = signed_in("owner")
        assert 'href="/accounts/"' in text(client.get(QUARTER))
        html = text(client.get("/accounts/"))
        for fact in ("Head of neighbourhood policing", "owner@example.org", "Nottinghamshire Police", "Contributor"):
            assert fact in html

    def test_staff_choose_whether_an_e_mail_tells_of_submissions(self, signed_in, user):
        client = signed_in("staff")
        client.post("/accounts/", {})
        assert not user("staff").is_told_of_submissions
        client.post("/accounts/", {"is_told_of_submissions": "on"})
        assert user("staff").is_told_of_submissions

    def test_nobody_else_is_asked(self, signed_in):
        assert "is_told_of_submissions" not in text(signed_in("owner").get("/accounts/"))

    def test_nothing_else_can_be_changed_there(self, signed_in, user):
        signed_in("staff").post("/accounts/", {"role": "administrator", "email": "x@example.org"})
        assert user("staff").role == "staff"
