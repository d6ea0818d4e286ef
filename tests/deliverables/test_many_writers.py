"""Many writers at once on a real server: every save is kept or told of a conflict, and no text is lost.

gunicorn serves a database of the test's own: a SQLite file, or on PostgreSQL one made beside the suite's.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.databases import new_postgresql, on_postgresql

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = UPDATES = 20
SAVES = 10  # by each client
TOKEN = "t" * 32

PREPARE = """
import json
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.urls import reverse
from accounts.models import Organisation, User
from deliverables.models import Deliverable
office = Organisation.objects.get(is_office=True)
sessions = []
for number in range(20):
    user = User.objects.create_user(
        display_name=f"Writer {number}", initials=f"W{number}", organisation=office, role="staff"
    )
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    sessions.append(session.session_key)
rows = Deliverable.objects.filter(financial_year="2020-21", updates=None).select_related("theme")[:20]
print(json.dumps({"sessions": sessions, "addresses": [
    reverse("autosave", args=[row.theme.periods.get(quarter="2020-21 Q1").pk, row.pk]) for row in rows
]}))
"""

RECORD = """
import json
from django.urls import reverse
from deliverables.models import QuarterlyUpdate
record = {}
for update in QuarterlyUpdate.objects.filter(period__quarter="2020-21 Q1"):
    address = reverse("autosave", args=[update.period_id, update.deliverable_id])
    history = list(update.history.values_list("narrative", "history_change_reason"))
    record[address] = {"version": update.version, "text": update.narrative, "history": history}
print(json.dumps(record))
"""


@pytest.fixture
def environment(tmp_path, request):
    """A server's environment, with the demonstration in a database of its own that goes with the test."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG") if name in os.environ}
    kept |= {"SECRET_KEY": "only for this test " * 4, "ALLOWED_HOSTS": "127.0.0.1", "HTTPS": "0", "LOG_LEVEL": "ERROR"}
    if not on_postgresql():
        database = shutil.copy(request.getfixturevalue("demonstration") / "demo.sqlite3", tmp_path)
        yield kept | {"DATABASE_URL": f"sqlite:///{database}"}
        return
    with new_postgresql("many_writers") as database:
        filled = kept | {"DATABASE_URL": database}
        manage(filled, "demo", "--no-server")
        yield filled


def manage(environment, *words):
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def port(environment):
    """The port of a gunicorn with threads, as the README starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "pcc_tracker.wsgi", "--bind", f"127.0.0.1:{number}"]
    command += ["--worker-class", "gthread", "--workers", "3", "--threads", "4"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(number, process)
            yield number
        finally:
            process.terminate()


def _wait_for(port, process):
    for _ in range(300):
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, "gunicorn stopped"
        time.sleep(0.1)
    raise AssertionError("gunicorn did not answer within half a minute")


def write(port, number, session, addresses):
    """One client's saves, over three updates in turn; after a conflict it goes on from the newer version."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
        "X-CSRFToken": TOKEN,
    }
    versions, told = {}, []
    for save in range(SAVES):
        address, text = addresses[(number + save % 3) % UPDATES], f"Save {save} of writer {number}."
        body = {"narrative": text, "rating": "G", "date_precision": "none", "version": versions.get(address, "")}
        connection.request("POST", address, urlencode(body), headers)
        response = connection.getresponse()
        answer = response.read()
        assert response.status in (200, 409), (response.status, answer[:500])
        versions[address] = json.loads(answer)["version"]
        told.append((address, f"<p>{text}</p>", number, response.status == 200, versions[address]))
    connection.close()
    return told


def test_of_200_saves_by_20_clients_each_is_kept_or_told_and_no_text_is_lost(environment, port):
    scene = json.loads(manage(environment, "shell", "--no-imports", "-c", PREPARE))
    with ThreadPoolExecutor(CLIENTS) as pool:
        writers = [
            pool.submit(write, port, number, session, scene["addresses"])
            for number, session in enumerate(scene["sessions"])
        ]
        told = [one for writer in writers for one in writer.result()]
    record = json.loads(manage(environment, "shell", "--no-imports", "-c", RECORD))

    kept = [one for one in told if one[3]]
    assert len(told) == CLIENTS * SAVES
    assert UPDATES < len(kept) < len(told), "the clients did not write at once"
    assert len(scene["addresses"]) == UPDATES
    of_update = Counter(address for address, *_ in kept)
    assert {address: record[address]["version"] for address in scene["addresses"]} == of_update

    by_version = {(address, version): writer for address, _, writer, was_kept, version in told if was_kept}
    for address, text, writer, was_kept, version in told:
        saved = [words for words, reason in record[address]["history"] if reason is None]
        refused = [words for words, reason in record[address]["history"] if reason is not None]
        if not was_kept:
            assert refused.count(text) == 1, f"{text} was refused and is not in the record"
        elif version == of_update[address]:
            assert record[address]["text"] == text
            assert text in saved
        else:
            # A person's saves that follow each other are one entry: the next one was over their own.
            assert text in saved or by_version[address, version + 1] == writer, f"{text} was kept and is lost"
