import pytest
from django.core.cache import cache
from django.test import Client

from tests.commands import manage, run

SERVER = {
    "SECRET_KEY": "only-for-this-test-" + "x7f3k9q2m5w8" * 4,
    "ALLOWED_HOSTS": "tracker.example.org",
}


def test_a_servers_settings_pass_djangos_own_check_for_deployment(tmp_path):
    done = manage("check", "--deploy", "--fail-level", "WARNING", **SERVER, DATABASE_URL=f"sqlite:///{tmp_path}/db")
    assert done.returncode == 0, done.stderr


def test_a_server_must_name_the_hosts_it_answers():
    done = manage("check", SECRET_KEY=SERVER["SECRET_KEY"])
    assert done.returncode != 0
    assert "ALLOWED_HOSTS" in done.stderr


def test_single_sign_on_is_set_by_the_environment_and_passes_the_check_too():
    named = {"OIDC_SERVER_URL": "https://login.example.org/tenant/v2.0/", "OIDC_ONLY": "1"}
    secrets = {"OIDC_CLIENT_ID": "tracker", "OIDC_CLIENT_SECRET": "only-for-this-test"}
    done = manage("check", "--deploy", "--fail-level", "WARNING", **SERVER, **named, **secrets)
    assert done.returncode == 0, done.stderr
    say = "from django.conf import settings as s; print(s.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'])"
    done = manage("shell", "--no-imports", "-c", say, **SERVER, **named, **secrets)
    assert done.stdout.strip() == "[\"'self'\", 'https://login.example.org']", done.stderr


def test_single_sign_on_without_its_client_does_not_start():
    done = manage("check", **SERVER, OIDC_SERVER_URL="https://login.example.org/tenant/v2.0")
    assert done.returncode != 0
    assert "OIDC_CLIENT_ID" in done.stderr


def test_migrations_say_all_that_the_models_say(tmp_path):
    done = manage("makemigrations", "--check", "--dry-run", DATABASE_URL=f"sqlite:///{tmp_path}/db")
    assert done.returncode == 0, done.stdout


def test_every_page_has_a_strict_content_security_policy(signed_in):
    policy = signed_in("staff").get("/", follow=True)["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_no_browser_keeps_a_page_that_somebody_saw_signed_in(signed_in):
    assert signed_in("owner").get("/", follow=True)["Cache-Control"] == "private, no-store"


def test_a_session_cookie_that_was_never_given_out_is_passed_over(db):
    response = Client().get("/my-updates/", headers={"cookie": 'sessionid="abcdefgh\\000ijkl"'})
    assert response["Location"].startswith("/accounts/login/")


def test_a_server_without_its_secret_key_does_not_start():
    done = run("-c", "import pcc_tracker.wsgi")
    assert done.returncode != 0
    assert "Set SECRET_KEY" in done.stderr


@pytest.mark.parametrize("header", ["X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy"])
def test_every_page_has_its_safety_headers(signed_in, header):
    assert header in signed_in("staff").get("/", follow=True)


@pytest.mark.parametrize("charset", ["unicode_escape", "utf-7"])
def test_a_form_in_another_encoding_is_refused_and_no_error(charset, client, db):
    response = client.post(
        "/accounts/login/", b"login=\\ud800", content_type=f"multipart/form-data; boundary=x; charset={charset}"
    )
    assert response.status_code == 400


def test_the_limits_on_tries_cannot_be_pushed_out_by_other_tries(db):
    for number in range(1_000):
        cache.set(f"try-{number}", number)
    assert cache.get("try-0") == 0
