"""`manage.py send_reminders` in a process of its own, against a real mail server on this machine."""

import email.policy
import shutil
import socket
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller

from tests.commands import manage

FORCE = "coordinator.force@example.org"


class Postbox:
    """A mail server's handler, which keeps what it takes and refuses the recipients it is told to."""

    def __init__(self):
        self.messages, self.refused = [], set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.messages.append((envelope.rcpt_tos, envelope.original_content))
        return "250 OK"

    @property
    def read(self):
        return [message_from_bytes(content, policy=email.policy.default) for _, content in self.messages]


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def postbox():
    """A mail server that is up."""
    handler = Postbox()
    server = Controller(handler, hostname="127.0.0.1", port=free_port())
    server.start()
    handler.port = server.port
    yield handler
    server.stop()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory, demonstration):
    """The demonstration's database, in which today is 14 days before the due day: one of the office's days."""
    database = shutil.copy(demonstration / "demo.sqlite3", tmp_path_factory.mktemp("smtp"))
    # Closed before it is copied, so that all of it stands in the one file.
    with closing(sqlite3.connect(database)) as changed, changed:
        changed.execute("update accounts_office set email = 'performance@example.org'")
        changed.execute("update deliverables_deliverable set wording = wording || ' – naïve “quotes”'")
        changed.execute(
            "update accounts_user set email = ?, is_coordinator = 1 where initials = 'SOC'",
            [FORCE],
        )
    return database


@pytest.fixture
def send(loaded, tmp_path):
    """Run the command on a copy of the database, with a mail server's port."""
    database = shutil.copy(loaded, tmp_path / "copy.sqlite3")

    def run(port, *words):
        return manage(
            "send_reminders",
            *words,
            DATABASE_URL=f"sqlite:///{database}",
            EMAIL_URL=f"smtp://127.0.0.1:{port}",
            EMAIL_FROM="PCC Tracker <tracker@example.org>",
            SITE_URL="https://tracker.example.org",
        )

    return run


def test_each_person_gets_one_message_with_the_right_headers_and_links(postbox, send):
    done = send(postbox.port)
    assert done.returncode == 0, done.stderr
    assert sorted(to for to, _ in postbox.messages) == [[FORCE], ["owner@example.org"]]
    for message in postbox.read:
        assert message["From"] == "PCC Tracker <tracker@example.org>"
        assert message["Reply-To"] == "performance@example.org"
        assert "updates to write" in message["Subject"]
        assert (message.get_content_type(), message.get_content_charset()) == ("text/plain", "utf-8")
        text = message.get_content()
        assert "naïve “quotes”" in text
        assert "https://tracker.example.org/plans/police-and-crime-plan-2018-21/2020-21/q1/themes/" in text
        assert "https://tracker.example.org/my-updates/" in text
    to_owner = next(one.get_content() for one in postbox.read if one["To"] == "owner@example.org")
    assert "/2020-21/q1/themes/3/deliverables/15/update/" in to_owner
    assert "Head of operations" in next(one.get_content() for one in postbox.read if one["To"] == FORCE)
    lines = [line for _, content in postbox.messages for line in content.split(b"\r\n")]
    assert 0 < max(map(len, lines)) < 998


def test_a_second_run_sends_nothing(postbox, send):
    send(postbox.port)
    done = send(postbox.port)
    assert done.returncode == 0
    assert "Reminded: 0." in done.stdout
    assert len(postbox.messages) == 2


def test_two_runs_at_once_write_to_each_person_once(postbox, send):
    with ThreadPoolExecutor() as both:
        done = list(both.map(send, [postbox.port, postbox.port]))
    assert [one.returncode for one in done] == [0, 0]
    assert len(postbox.messages) == 2


def test_where_the_server_is_down_the_command_says_so_and_the_next_run_sends(postbox, send):
    down = send(free_port())
    assert down.returncode == 1
    assert f"{FORCE}: " in down.stderr
    assert "Connection refused" in down.stderr
    assert "Traceback" not in down.stderr
    done = send(postbox.port)
    assert done.returncode == 0
    assert "Reminded: 2." in done.stdout
    assert len(postbox.messages) == 2


def test_a_recipient_who_is_refused_does_not_stop_the_others(postbox, send):
    postbox.refused = {FORCE}
    done = send(postbox.port)
    assert done.returncode == 1
    assert f"{FORCE}: " in done.stderr
    assert "no such mailbox" in done.stderr
    assert [to for to, _ in postbox.messages] == [["owner@example.org"]]


def test_a_dry_run_sends_nothing_and_needs_no_server(send):
    done = send(free_port(), "--dry-run")
    assert done.returncode == 0
    assert "<owner@example.org>" in done.stdout
