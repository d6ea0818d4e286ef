"""The restore drill, by the very commands of `docs/restore.md`: from SQLite to another database, and back."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext

import pytest

from tests.commands import ROOT, kept_environment, run
from tests.databases import new_postgresql, on_postgresql

DOCUMENT = ROOT / "docs" / "restore.md"

PAGES = """
import datetime, json, re
import django
django.setup()
from django.db import transaction
from django.test import Client
from accounts.models import User
from tests.pcc_tracker.test_access import EXPECTED, address
MAKES_SOMETHING = ("mail", "needs_problems", "preview_needs", "edition_differences", "word_template", "remove_assess")
MAKES_SOMETHING += ("plan_file", "plan_rows", "preview_return", "return_problems", "return_rows")
ONLY_A_FORM = ("account_", "activate", "add_", "answer_", "bring_back", "change_", "close_", "complete", "copy_")
ONLY_A_FORM += ("deactivate", "exempt", "extend", "hand_over", "import_", "lift_", "mark_gone", "open_next")
ONLY_A_FORM += ("open_quarter", "put_", "remove_", "renumber", "reopen_", "respond", "take_back", "withdraw")
pages = {}
with transaction.atomic():
    admin = Client()
    admin.force_login(User.objects.get(email="admin@example.org"))
    User.objects.update(last_login=datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC))
    for name, answers in EXPECTED.items():
        if answers[-1] == 200 and not name.startswith(MAKES_SOMETHING + ONLY_A_FORM):
            client = Client() if answers[0] == 200 else admin
            body = client.get(address(name), headers={"host": "localhost"}).getvalue().decode("latin-1")
            pages[name] = re.sub('(name="csrfmiddlewaretoken" value=)"[^"]+"', "", body)
    transaction.set_rollback(True)
print(json.dumps(pages))
"""
EXOTIC = '"\'=1+1,\r\n\rlone " and \n\t\u202eright to left\u2069 🦉'


def blocks(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def type_in(commands, names, database):
    """Run commands as a person types them, with the paths and databases of this test."""
    for name, here in names.items():
        assert name in DOCUMENT.read_text(encoding="utf-8")
        commands = commands.replace(name, here)
    environment = kept_environment() | {"DATABASE_URL": database}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def table_sums(archive):
    with zipfile.ZipFile(archive) as file:
        return json.loads(file.read("manifest.json"))["tables"]


def pages_of(database):
    done = run("-c", PAGES, DATABASE_URL=database, DJANGO_SETTINGS_MODULE="pcc_tracker.settings")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def lived_in(demonstration, tmp_path):
    """The demonstration after some use: an exotic text, an uploaded template, and a need that is gone."""
    file = shutil.copy(demonstration / "demo.sqlite3", tmp_path / "lived-in.sqlite3")
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("update deliverables_quarterlyupdate set narrative = ? where id = 1", [EXOTIC])
        database.execute("update needs_historicalneed set history_change_reason = '' where history_id = 1")
        template = ("../=a\u202e.docx", b"PK\x00", "2026-11-23 09:30:00.000001")
        database.execute(
            "insert into reports_wordtemplate (file_name, content, uploaded_at, uploaded_by_id) values (?, ?, ?, 1)",
            template,
        )
    return f"sqlite:///{file}"


def test_the_document_restores_everything_from_sqlite_to_another_database_and_back(lived_in, demonstration, tmp_path):
    backup = tmp_path / "backup"
    backup.mkdir()
    *restoring, moving = blocks("sh")
    (nightly,) = blocks("cron")
    # Tables are made from nothing on the way there; that takes long, and once shows it.
    back = f"sqlite:///{shutil.copy(demonstration / 'empty.sqlite3', tmp_path / 'back.sqlite3')}"
    with (
        new_postgresql("drill") if on_postgresql() else nullcontext(f"sqlite:///{tmp_path / 'other.sqlite3'}") as other
    ):
        names = {
            "postgres://tracker:password@127.0.0.1/tracker_restored": back,
            "postgres://tracker:password@127.0.0.1/tracker": other,
            "sqlite:////srv/tracker/pcc_tracker.sqlite3": lived_in,
            ".venv/bin/python": sys.executable,
            "/srv/tracker": str(ROOT),
            "/srv/backup": str(backup),
        }
        said = type_in(moving, names, lived_in)
        assert "every edition is as it was published" in said
        assert "all are as they were published" in said
        with ThreadPoolExecutor() as both:
            before, after = both.map(pages_of, [lived_in, other])
        assert {name for name in before if before[name] != after[name]} == set()
        assert len(before) > 90

        for line in nightly.splitlines():
            type_in(line.split(maxsplit=5)[5].replace(r"\%", "%"), names, other)
    (archive,) = [one for one in backup.glob("*.zip") if one.name != "moving.zip"]
    archive.rename(backup / "tracker.zip")
    said = type_in(f"export DATABASE_URL={back}\n" + "".join(restoring), names, back)
    assert "differ" not in said
    assert (
        table_sums(backup / "moving.zip") == table_sums(backup / "tracker.zip") == table_sums(backup / "restored.zip")
    )
    with closing(sqlite3.connect(tmp_path / "back.sqlite3")) as database:
        narrative = "select narrative from deliverables_quarterlyupdate where id = 1"
        assert database.execute(narrative).fetchone() == (EXOTIC,)
