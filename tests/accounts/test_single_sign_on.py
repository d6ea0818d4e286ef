"""Single sign-on against a real OpenID provider, run on this machine: the whole way there and back."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from oidc_provider_mock import run_server_in_thread

from accounts.models import Office, User
from tests import builders as make
from tests.conftest import PASSWORD, QUARTER

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:authlib")  # of the provider, which is not ours

START = "/accounts/single-sign-on/"
SIGN_IN = "/accounts/login/"
UNKNOWN = "No account is known here for you"
BROKEN = "Sign-in did not work"


@pytest.fixture(scope="module")
def provider():
    """The address of a provider for which a person's name is their subject."""
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


def name(settings, server):
    """What the environment would set."""
    app = {"provider_id": "office", "name": "Microsoft", "client_id": "tracker", "secret": "only-for-this-test"}
    app["settings"] = {"server_url": server, "oauth_pkce_enabled": True}
    settings.OIDC_SERVER_URL, settings.OIDC_NAME = server, "Microsoft"
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}


@pytest.fixture
def elsewhere(provider, settings, db):
    """What the provider says of a person: their subject and further claims."""
    name(settings, provider)

    def knows(subject, **claims):
        httpx.put(f"{provider}/users/{subject}", json=claims).raise_for_status()
        return subject

    return knows


def back_with(client, subject, *, start=START, **data):
    """Start at the product, sign in at the provider, and come back with its answer: the address to come back to."""
    there = client.post(start, data)
    assert there.status_code == 302, there.content
    answer = httpx.post(there["Location"], data={"sub": subject})
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def sign_in(client, subject, **data):
    return client.get(back_with(client, subject, **data))


def text(response):
    return response.content.decode()


class TestWhoGetsIn:
    def test_a_person_in_the_list_does(self, elsewhere):
        client = Client()
        response = sign_in(client, elsewhere("s1", email="staff@example.org"))
        assert response["Location"] == "/start/"
        assert "Performance officer (staff)" in text(client.get(QUARTER))

    def test_the_case_of_the_address_does_not_count(self, elsewhere):
        assert sign_in(Client(), elsewhere("s2", email="STAFF@Example.ORG")).status_code == 302

    def test_microsofts_name_of_the_person_stands_in_for_an_address(self, elsewhere):
        assert sign_in(Client(), elsewhere("s3", preferred_username="Owner@example.org")).status_code == 302

    def test_they_are_led_on_to_what_they_asked_for_but_never_to_another_site(self, elsewhere):
        elsewhere("s4", email="owner@example.org")
        assert sign_in(Client(), "s4", next=QUARTER)["Location"] == QUARTER
        assert sign_in(Client(), "s4", next="https://elsewhere.example.org/")["Location"] == "/start/"

    @pytest.mark.parametrize(
        "claims",
        [
            {"email": "nobody@example.org"},
            {"email": "nobody@example.org", "preferred_username": "staff@example.org"},
            {"email": "staff@example.org", "email_verified": False},
            {"email": "staff@example.org", "email_verified": "false"},
            {"email": "staff@example.org", "idp": "https://another.example.org/"},
            {"email": "staff@example.org", "preferred_username": "staff_example.org#EXT#@tenant.example.org"},
            {"name": "Performance officer"},
            {"email": ""},
            {"email": ["staff@example.org"]},
        ],
    )
    def test_anybody_else_is_told_to_ask_the_office(self, claims, elsewhere):
        Office.objects.update(email="office@example.org")
        client = Client()
        response = sign_in(client, elsewhere("x1", **claims))
        assert response.status_code == 403
        assert UNKNOWN in text(response)
        assert "office@example.org" in text(response)
        assert client.get(QUARTER).status_code == 302
        assert not SocialAccount.objects.exists()
        assert not User.objects.filter(email__startswith="nobody").exists()

    def test_a_person_deactivated_does_not(self, elsewhere):
        make.person(email="left@example.org", is_active=False)
        assert UNKNOWN in text(sign_in(Client(), elsewhere("s5", email="left@example.org")))

    def test_a_person_deactivated_since_does_not(self, elsewhere):
        subject = elsewhere("s6", email="owner@example.org")
        sign_in(Client(), subject)
        User.objects.filter(email="owner@example.org").update(is_active=False)
        client = Client()
        sign_in(client, subject)
        assert client.get(QUARTER).status_code == 302


class TestTheSecondTime:
    def test_the_subject_counts_though_the_address_has_changed_here(self, elsewhere):
        subject = elsewhere("t1", email="owner@example.org")
        sign_in(Client(), subject)
        User.objects.filter(email="owner@example.org").update(email="new@example.org")
        client = Client()
        assert sign_in(client, subject)["Location"] == "/start/"
        assert "Head of neighbourhood policing" in text(client.get(QUARTER))

    def test_the_subject_counts_though_the_address_has_changed_there(self, elsewhere):
        sign_in(Client(), elsewhere("t2", email="owner@example.org"))
        client = Client()
        sign_in(client, elsewhere("t2", email="staff@example.org"))
        assert "Head of neighbourhood policing" in text(client.get(QUARTER))

    def test_somebody_else_who_was_given_the_address_does_not_get_in(self, elsewhere):
        sign_in(Client(), elsewhere("t3", email="owner@example.org"))
        assert UNKNOWN in text(sign_in(Client(), elsewhere("t4", email="owner@example.org")))

    def test_when_the_office_moves_to_another_provider_the_address_counts_again(self, elsewhere, settings):
        sign_in(Client(), elsewhere("t5", email="owner@example.org"))
        with run_server_in_thread() as moved:
            server = f"http://localhost:{moved.server_port}"
            name(settings, server)
            httpx.put(f"{server}/users/new-subject", json={"email": "owner@example.org"}).raise_for_status()
            assert sign_in(Client(), "new-subject")["Location"] == "/start/"


class TestTheWay:
    def test_it_begins_by_a_post_alone(self, elsewhere):
        assert Client().get(START).status_code == 405

    def test_it_carries_a_state_and_a_proof_key(self, elsewhere):
        asked = parse_qs(urlsplit(Client().post(START)["Location"]).query)
        assert asked["code_challenge_method"] == ["S256"]
        assert asked["state"][0]
        assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}

    def test_what_the_address_adds_is_not_passed_on(self, elsewhere):
        there = Client().post(f"{START}?scope=admin&auth_params=prompt%3Dnone&process=connect")["Location"]
        assert "admin" not in there
        assert "prompt" not in there

    @pytest.mark.parametrize("tamper", [lambda url: re.sub(r"state=\w+", "state=made-up", url), lambda url: url[:-9]])
    def test_a_state_that_was_not_given_out_is_refused(self, tamper, elsewhere):
        client = Client()
        response = client.get(tamper(back_with(client, elsewhere("w1", email="staff@example.org"))))
        assert response.status_code == 403
        assert BROKEN in text(response)
        assert client.get(QUARTER).status_code == 302

    def test_an_answer_given_to_one_browser_is_of_no_use_in_another(self, elsewhere):
        answer = back_with(Client(), elsewhere("w2", email="staff@example.org"))
        assert BROKEN in text(Client().get(answer))

    def test_an_answer_is_of_use_once(self, elsewhere):
        client = Client()
        answer = back_with(client, elsewhere("w3", email="staff@example.org"))
        client.get(answer)
        assert BROKEN in text(client.get(answer))

    def test_a_code_that_the_provider_did_not_give_is_refused(self, elsewhere):
        client = Client()
        answer = back_with(client, elsewhere("w4", email="staff@example.org"))
        assert BROKEN in text(client.get(re.sub(r"code=[^&]+", "code=made-up", answer)))

    def test_who_breaks_it_off_there_can_try_again(self, elsewhere):
        client = Client()
        there = client.post(START)["Location"]
        answer = httpx.post(there, data={"action": "deny"}).headers["Location"]
        assert BROKEN in text(client.get(answer))

    def test_a_provider_that_does_not_answer_gives_a_page_that_says_so(self, settings, db):
        name(settings, "http://localhost:9")
        response = Client().post(START)
        assert response.status_code == 403
        assert BROKEN in text(response)

    def test_the_session_gets_a_new_key(self, elsewhere):
        client = Client()
        answer = back_with(client, elsewhere("w5", email="staff@example.org"))
        before = client.cookies["sessionid"].value
        client.get(answer)
        assert client.cookies["sessionid"].value != before


class TestWhereItIsTheOnlyWay:
    def test_there_is_no_password_to_enter_and_none_is_taken(self, elsewhere, settings):
        settings.OIDC_ONLY = True
        page = text(Client().get(SIGN_IN))
        assert "Sign in with Microsoft" in page
        assert 'name="password"' not in page
        client = Client()
        assert client.post(SIGN_IN, {"login": "staff@example.org", "password": PASSWORD}).status_code == 403
        assert client.get(QUARTER).status_code == 302

    @pytest.mark.parametrize("page", ["password/forgotten/", "password/set/1/x/", "password/change/", "confirm/"])
    def test_no_password_is_set_or_changed(self, page, elsewhere, settings, signed_in):
        settings.OIDC_ONLY = True
        assert signed_in("staff").get(f"/accounts/{page}").status_code == 403


class TestWhereNoneIsNamed:
    def test_the_sign_in_page_does_not_offer_it(self, db):
        assert "Sign in with" not in text(Client().get(SIGN_IN))

    def test_it_cannot_be_begun(self, db):
        assert Client().post(START).status_code == 404


def test_a_second_factor_that_the_office_requires_is_the_providers_to_ask_for(elsewhere):
    Office.objects.update(requires_second_factor=True)
    client = Client()
    sign_in(client, elsewhere("f1", email="staff@example.org"))
    assert client.get(QUARTER).status_code == 200
