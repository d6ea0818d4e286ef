import pytest
from django.test import Client

from tests.conftest import PASSWORD, QUARTER

SIGN_IN = "/accounts/login/"


@pytest.fixture
def visitor(db):
    return Client()


def test_a_person_signs_in_by_e_mail_whatever_its_case(visitor):
    response = visitor.post(SIGN_IN, {"login": "STAFF@example.org", "password": PASSWORD}, follow=True)
    assert "Performance officer (staff)" in response.content.decode()


def test_sign_in_leads_to_the_page_that_was_asked_for(visitor):
    asked = visitor.get(QUARTER)
    response = visitor.post(asked["Location"], {"login": "owner@example.org", "password": PASSWORD, "next": QUARTER})
    assert response["Location"] == QUARTER


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://elsewhere.example.org/",
        "//elsewhere.example.org/",
        "https:elsewhere.example.org",
        "/\\elsewhere.example.org",
        "javascript:alert(1)",
        "http://localhost/",
    ],
)
def test_sign_in_never_leads_to_another_site(elsewhere, visitor):
    data = {"login": "owner@example.org", "password": PASSWORD, "next": elsewhere}
    assert visitor.post(SIGN_IN, data)["Location"] == "/start/"


def test_sign_in_begins_a_session_of_its_own(visitor):
    visitor.get("/accounts/password/set/1/x/")
    session = visitor.session
    session["planted"] = True
    session.save()
    visitor.post(SIGN_IN, {"login": "owner@example.org", "password": PASSWORD})
    assert visitor.session.session_key != session.session_key


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"login": "staff@example.org", "password": "wrong"}, "The e-mail address or the password is not right"),
        ({"login": "nobody@example.org", "password": "wrong"}, "The e-mail address or the password is not right"),
        ({"login": "staff", "password": "wrong"}, "Enter an e-mail address, like name@example.org"),
        ({"login": "", "password": ""}, "Enter your password"),
    ],
)
def test_a_failed_sign_in_says_why_and_keeps_the_address(visitor, data, says):
    html = visitor.post(SIGN_IN, data).content.decode()
    assert html.count("There is a problem") == 1
    assert says in html
    assert f'value="{data["login"]}"' in html or not data["login"]


def test_a_closed_account_cannot_sign_in(visitor, user):
    owner = user("owner")
    owner.is_active = False
    owner.save()
    response = visitor.post(SIGN_IN, {"login": "owner@example.org", "password": PASSWORD}, follow=True)
    assert "This account has been closed" in response.content.decode()
    assert visitor.get(QUARTER).status_code == 302


def test_signing_out_asks_for_sign_in_again(signed_in):
    client = signed_in("staff")
    client.post("/accounts/logout/")
    assert client.get(QUARTER)["Location"].startswith(SIGN_IN)


def test_nobody_signs_up(visitor):
    assert visitor.get("/accounts/signup/").status_code in (302, 404)
