from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from accounts.mail import password_link
from accounts.models import Office
from tests.conftest import PASSWORD, QUARTER
from tests.deliverables.test_queries import queries

SIGN_IN = "/accounts/login/"
CODE = "/accounts/code/"
SECOND_FACTOR = "/accounts/second-factor/"
SET_UP = f"{SECOND_FACTOR}set-up/"
OFF = f"{SECOND_FACTOR}switch-off/"
CODES = f"{SECOND_FACTOR}recovery-codes/"

NOW = 1_585_828_800  # seconds; a moment at which the phone and the product agree on the time


@pytest.fixture(autouse=True)
def time_stands_still(monkeypatch):
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", SimpleNamespace(time=lambda: NOW))


def code_of(secret, after=0):
    """What the app on the phone shows, or will show so many half minutes later."""
    return format_hotp_value(hotp_value(secret, NOW // 30 + after))


def text(response):
    return response.content.decode()


@pytest.fixture
def signs_in(db):
    """A client that signs in by password as admin, staff, owner or panel, and is asked for whatever comes next."""

    def sign_in(name):
        client = Client()
        data = {"login": f"{name}@example.org", "password": PASSWORD}
        client.landed = client.post(SIGN_IN, data)
        return client

    return sign_in


@pytest.fixture
def protected(user):
    """A person whose second factor is set up: its key."""

    def protect(name):
        secret = generate_totp_secret()
        TOTP.activate(user(name), secret)
        return secret

    return protect


def confirmed(client):
    """The same client, after its person has confirmed by password that it is they."""
    client.post("/accounts/confirm/", {"password": PASSWORD})
    return client


class TestSettingUp:
    def test_it_asks_for_the_password_first(self, signs_in):
        assert signs_in("staff").get(SET_UP)["Location"].startswith("/accounts/confirm/")

    def test_a_wrong_password_is_refused(self, signs_in):
        client = signs_in("staff")
        assert "That is not your password." in text(client.post("/accounts/confirm/", {"password": "wrong"}))
        assert client.get(SET_UP).status_code == 302

    def test_it_shows_a_picture_and_the_key_and_takes_the_code(self, signs_in, user):
        client = confirmed(signs_in("staff"))
        html = text(client.get(SET_UP))
        secret = client.session["mfa.totp.secret"]
        assert secret in html
        assert "data:image/svg+xml;base64," in html
        assert client.post(SET_UP, {"code": code_of(secret)})["Location"] == CODES
        assert user("staff").has_second_factor

    def test_a_wrong_code_keeps_the_key(self, signs_in, user):
        client = confirmed(signs_in("staff"))
        client.get(SET_UP)
        secret = client.session["mfa.totp.secret"]
        html = text(client.post(SET_UP, {"code": "12"}))
        assert "That code is not right" in html
        assert secret in html
        assert not user("staff").has_second_factor

    def test_the_recovery_codes_are_ten_and_can_be_taken_as_a_file(self, signs_in):
        client = confirmed(signs_in("staff"))
        client.get(SET_UP)
        client.post(SET_UP, {"code": code_of(client.session["mfa.totp.secret"])})
        assert text(client.get(CODES)).count("<li><code>") == 10
        file = client.get(f"{CODES}file/")
        assert "attachment" in file["Content-Disposition"]
        assert len([line for line in text(file).splitlines() if line.isdigit()]) == 10

    def test_new_recovery_codes_replace_the_old(self, signs_in):
        client = confirmed(signs_in("staff"))
        client.get(SET_UP)
        client.post(SET_UP, {"code": code_of(client.session["mfa.totp.secret"])})
        old = text(client.get(f"{CODES}file/"))
        client.post(f"{CODES}new/")
        assert text(client.get(f"{CODES}file/")) != old

    def test_it_can_be_switched_off(self, signs_in, protected, user):
        secret = protected("owner")
        client = signs_in("owner")
        client.post(CODE, {"code": code_of(secret)})
        confirmed(client).post(OFF)
        assert not user("owner").has_second_factor

    def test_who_has_no_password_confirms_by_a_code(self, protected, user):
        secret = protected("owner")
        owner = user("owner")
        owner.set_unusable_password()
        owner.save()
        client = Client()
        client.force_login(owner)
        confirm = client.get(OFF)["Location"]
        assert confirm.startswith("/accounts/confirm/code/")
        assert "so your code is asked for once more" in text(client.get(confirm))
        assert client.post(confirm, {"code": code_of(secret)})["Location"] == OFF
        assert client.get(OFF).status_code == 200

    def test_nobody_reaches_the_second_factor_of_somebody_else(self, signed_in, protected, user):
        protected("staff")
        client = signed_in("owner")
        assert "It is off" in text(client.get(SECOND_FACTOR))
        assert confirmed(client).post(OFF).status_code == 404
        assert user("staff").has_second_factor


class TestSigningIn:
    def test_it_asks_for_the_code_and_nothing_is_open_before(self, signs_in, protected):
        protected("staff")
        client = signs_in("staff")
        assert client.landed["Location"] == CODE
        assert client.get(QUARTER)["Location"].startswith(SIGN_IN)
        assert client.get(SECOND_FACTOR)["Location"].startswith(SIGN_IN)

    @pytest.mark.parametrize("spaced", ["{}{}", " {}{} ", "{} {}", "{}-{}"])
    def test_the_code_signs_in_however_it_is_spaced(self, spaced, signs_in, protected):
        code = code_of(protected("staff"))
        client = signs_in("staff")
        client.post(CODE, {"code": spaced.format(code[:3], code[3:])})
        assert client.get(QUARTER).status_code == 200

    def test_it_leads_on_to_what_was_asked_for(self, protected):
        code = code_of(protected("staff"))
        client = Client()
        client.post(SIGN_IN, {"login": "staff@example.org", "password": PASSWORD, "next": QUARTER})
        assert client.post(CODE, {"code": code})["Location"] == QUARTER

    def test_a_code_is_of_use_once(self, signs_in, protected):
        code = code_of(protected("staff"))
        signs_in("staff").post(CODE, {"code": code})
        client = signs_in("staff")
        assert "That code is not right, or has been used" in text(client.post(CODE, {"code": code}))
        assert client.get(QUARTER).status_code == 302

    @pytest.mark.parametrize(("after", "status"), [(-1, 200), (1, 200), (-4, 302), (4, 302)])
    def test_a_phone_whose_clock_is_half_a_minute_off_will_do(self, after, status, signs_in, protected):
        secret = protected("staff")
        client = signs_in("staff")
        client.post(CODE, {"code": code_of(secret, after)})
        assert client.get(QUARTER).status_code == status

    @pytest.mark.parametrize("code", ["", "000", "x" * 5000, "١٢٣٤٥٦", "\x00"])
    def test_a_wrong_code_says_so(self, code, signs_in, protected):
        protected("staff")
        html = text(signs_in("staff").post(CODE, {"code": code}))
        assert html.count("There is a problem") == 1

    def test_guessing_is_stopped(self, signs_in, protected):
        secret = protected("staff")
        client = signs_in("staff")
        for _ in range(5):
            client.post(CODE, {"code": "1"})
        assert "Too many failed tries" in text(client.post(CODE, {"code": code_of(secret)}))

    def test_a_recovery_code_signs_in_once(self, signs_in, protected, user):
        secret = protected("staff")
        client = signs_in("staff")
        client.post(CODE, {"code": code_of(secret)})
        confirmed(client).post(f"{CODES}new/")
        recovery = next(line for line in text(client.get(f"{CODES}file/")).splitlines() if line.isdigit())
        for status in (200, 302):
            other = signs_in("staff")
            other.post(CODE, {"code": recovery})
            assert other.get(QUARTER).status_code == status

    def test_a_link_that_sets_a_password_asks_for_it_too(self, protected, user):
        protected("staff")
        client = Client()
        link = password_link(user("staff"))
        form = client.get(link[link.index("/accounts/") :])["Location"]
        done = client.post(form, {"password1": "staple of another battery", "password2": "staple of another battery"})
        assert done["Location"] == CODE
        assert client.get(QUARTER).status_code == 302


class TestWhereTheOfficeRequiresIt:
    @pytest.fixture(autouse=True)
    def required(self, db):
        Office.objects.update(requires_second_factor=True)

    @pytest.mark.parametrize("name", ["staff", "admin"])
    @pytest.mark.parametrize("page", ["/", QUARTER, "/accounts/", SECOND_FACTOR, "/no-such-page/"])
    def test_staff_without_one_are_led_to_set_it_up_whatever_they_ask_for(self, page, name, signed_in):
        assert signed_in(name).get(page)["Location"] == SET_UP

    def test_a_session_that_was_open_before_is_led_there_too(self, signed_in):
        Office.objects.update(requires_second_factor=False)
        client = signed_in("staff")
        assert client.get(QUARTER).status_code == 200
        Office.objects.update(requires_second_factor=True)
        assert client.get(QUARTER)["Location"] == SET_UP
        assert client.post(QUARTER)["Location"] == SET_UP

    def test_the_way_there_is_open_and_ends_where_they_began(self, signs_in):
        client = confirmed(signs_in("staff"))
        assert "The office requires it" in text(client.get(SET_UP))
        client.post(SET_UP, {"code": code_of(client.session["mfa.totp.secret"])})
        assert client.get(QUARTER).status_code == 200

    def test_they_can_sign_out_instead(self, signed_in):
        client = signed_in("staff")
        client.post("/accounts/logout/")
        assert client.get(QUARTER)["Location"].startswith(SIGN_IN)

    @pytest.mark.parametrize("name", ["owner", "panel"])
    def test_others_are_not_asked(self, name, signed_in):
        assert signed_in(name).get("/accounts/").status_code == 200

    def test_it_cannot_be_switched_off(self, signs_in, protected, user):
        secret = protected("staff")
        client = signs_in("staff")
        client.post(CODE, {"code": code_of(secret)})
        assert "cannot be switched off" in text(confirmed(client).get(OFF))
        client.post(OFF)
        assert user("staff").has_second_factor


class TestQueries:
    @pytest.mark.parametrize(("name", "more"), [("owner", 0), ("staff", 1), ("admin", 1)])
    def test_it_costs_one_query_of_those_it_concerns_and_none_of_others(self, name, more, signed_in, protected):
        protected(name)
        client = signed_in(name)
        before = queries(client, QUARTER)
        Office.objects.update(requires_second_factor=True)
        assert queries(client, QUARTER) == before + more
