"""What every test has: a database with the demonstration plan in it, and people of each role.

The plan is loaded once a process through the product's own loader; each test's changes are rolled back.
"""

import datetime
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from pcc_tracker import demo
from reports.public_pages import shelf
from tests.commands import WALKERS_PASSWORD, manage
from themes.models import Plan
from themes.place import Place, find_place

# The browser tests keep an event loop in their process, and Django would refuse its database beside one.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

LOADED_ON = datetime.date(2026, 11, 2)
PASSWORD = "correct horse battery"
PLAN = "police-and-crime-plan-2018-21"
QUARTER = f"/plans/{PLAN}/2019-20/q4/"
THEME_3 = f"{QUARTER}themes/3/"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock():
        demo.load(PASSWORD, LOADED_ON)


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory, worker_id) -> Path:
    """A folder with `demo.sqlite3` as `manage.py demo` fills it, and what it said in `said.txt`: copy, never change.

    Beside it is `empty.sqlite3`, as `manage.py migrate` makes it. Made once for all the processes that the tests run
    in, as it takes many seconds.
    """
    ours = tmp_path_factory.getbasetemp()
    folder = (ours if worker_id == "master" else ours.parent) / "demonstration"
    folder.mkdir(exist_ok=True)
    # A lock that every system has, and that goes with the process that holds it.
    with closing(sqlite3.connect(folder / "lock.sqlite3", timeout=300)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        said = folder / "said.txt"
        if not said.exists():
            database = f"sqlite:///{folder / 'demo.sqlite3'}"
            done = manage("migrate", "--verbosity", "0", DATABASE_URL=database)
            assert done.returncode == 0, done.stderr
            shutil.copy(folder / "demo.sqlite3", folder / "empty.sqlite3")
            done = manage("demo", "--no-server", "--password", WALKERS_PASSWORD, DATABASE_URL=database)
            assert done.returncode == 0, done.stderr
            said.write_text(done.stdout, encoding="utf-8")
    return folder


@pytest.fixture
def user(db) -> Callable[[str], User]:
    """The demonstration's account for a role, by the first part of its e-mail: admin, staff, owner, panel."""
    return lambda name: User.objects.get(email=f"{name}@example.org")


@pytest.fixture
def signed_in(user) -> Callable[[str], Client]:
    """A client signed in as admin, staff, owner or panel."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(user(name))
        return client

    return sign_in


@pytest.fixture
def plan(db) -> Plan:
    return Plan.objects.get(slug=PLAN)


@pytest.fixture
def theme_3(db) -> Place:
    """The real document's theme and quarter."""
    return find_place(plan=PLAN, quarter="2019-20 Q4", theme="3")


def pytest_addoption(parser):
    parser.addoption(
        "--asking-the-database",
        action="store_true",
        help="run the tests that ask a database alone: the others answer alike, whichever database it is",
    )


def pytest_collection_modifyitems(config, items):
    if config.getoption("--asking-the-database"):
        asking = [one for one in items if asks_a_database(one)]
        config.hook.pytest_deselected(items=[one for one in items if one not in {*asking}])
        items[:] = asking


def asks_a_database(test) -> bool:
    """Whether a test asks the suite's database itself, or starts processes that do."""
    fixtures, names = {"db", "django_db_setup", "demonstration"}, {"subprocess", "manage"}
    is_marked = test.get_closest_marker("django_db") is not None
    return bool(is_marked or fixtures & {*test.fixturenames} or names & vars(test.module).keys())


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """Where FAIL_ON_SKIP is set, as it is in CI, a skipped test fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("FAIL_ON_SKIP") and reporter and reporter.stats.get("skipped"):
        reporter.write_line("FAIL_ON_SKIP is set and tests were skipped.", red=True)
        session.exitstatus = 1


@pytest.fixture(autouse=True)
def nothing_kept(settings):
    """No public page is kept from one test to the next, and each is looked after at once."""
    settings.PUBLIC_PAGES_LOOK_EVERY = 0
    shelf.clear()
