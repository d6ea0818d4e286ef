import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVER = {
    "SECRET_KEY": "only-for-this-test-" + "x7f3k9q2m5w8" * 4,
    "ALLOWED_HOSTS": "tracker.example.org",
}


def manage(*words, **environment):
    """A management command in a process of its own, with this environment alone."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=kept | environment, capture_output=True, text=True
    )


def test_a_servers_settings_pass_djangos_own_check_for_deployment(tmp_path):
    done = manage("check", "--deploy", "--fail-level", "WARNING", **SERVER, DATABASE_URL=f"sqlite:///{tmp_path}/db")
    assert done.returncode == 0, done.stderr


def test_a_server_must_name_the_hosts_it_answers():
    done = manage("check", SECRET_KEY=SERVER["SECRET_KEY"])
    assert done.returncode != 0
    assert "ALLOWED_HOSTS" in done.stderr


def test_migrations_say_all_that_the_models_say(tmp_path):
    done = manage("makemigrations", "--check", "--dry-run", DATABASE_URL=f"sqlite:///{tmp_path}/db")
    assert done.returncode == 0, done.stdout


def test_every_page_has_a_strict_content_security_policy(signed_in):
    policy = signed_in("staff").get("/", follow=True)["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("header", ["X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy"])
def test_every_page_has_its_safety_headers(signed_in, header):
    assert header in signed_in("staff").get("/", follow=True)
