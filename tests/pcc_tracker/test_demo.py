"""`manage.py demo` as a newcomer runs it: in a process and a database of its own."""

import shutil
import sqlite3

import pytest

from deliverables.models import ApprovedUpdate, Deliverable, QuarterlyUpdate, UpdateEvent
from tests.commands import WALKERS_PASSWORD, manage
from tests.conftest import LOADED_ON
from themes.models import ReportingPeriod


@pytest.fixture
def demo(tmp_path):
    """Run `demo` on a database file in a folder of the test's own."""
    database = f"sqlite:///{tmp_path}/demo.sqlite3"
    return lambda *words: manage("demo", "--no-server", *words, DATABASE_URL=database)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """A database file that has its tables and nothing in them, to copy."""
    database = tmp_path_factory.mktemp("migrated") / "demo.sqlite3"
    done = manage("migrate", DATABASE_URL=f"sqlite:///{database}")
    assert done.returncode == 0, done.stderr
    return database


def test_it_fills_an_empty_database_and_says_who_can_sign_in(demonstration):
    said = (demonstration / "said.txt").read_text(encoding="utf-8")
    for account in ("admin@example.org", "staff@example.org", "owner@example.org", "panel@example.org"):
        assert account in said
    assert WALKERS_PASSWORD in said


def test_a_second_run_keeps_everything(demo, demonstration, tmp_path):
    shutil.copy(demonstration / "demo.sqlite3", tmp_path)
    with sqlite3.connect(tmp_path / "demo.sqlite3") as database:
        database.execute("update accounts_user set display_name = 'Renamed by a person' where initials = 'PO'")
    done = demo()
    assert done.returncode == 0, done.stderr
    assert "everything in it is kept" in done.stdout
    with sqlite3.connect(tmp_path / "demo.sqlite3") as database:
        assert database.execute("select count(*) from accounts_user where display_name like 'Renamed%'").fetchone() == (
            1,
        )


def test_a_database_with_anything_else_in_it_is_refused(demo, tmp_path):
    with sqlite3.connect(tmp_path / "demo.sqlite3") as database:
        database.execute("create table recipes (name text)")
    done = demo()
    assert done.returncode == 1
    assert "is not empty: it has tables that are not PCC Tracker's (recipes)" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_with_somebodys_own_plan_in_it_is_refused(demo, migrated, tmp_path):
    shutil.copy(migrated, tmp_path)
    with sqlite3.connect(tmp_path / "demo.sqlite3") as database:
        database.execute("insert into themes_ratingscheme (name) values ('Ours')")
    done = demo()
    assert done.returncode == 1
    assert "it has rating schemes in it" in done.stderr


def test_a_database_that_is_migrated_and_empty_is_filled(demo, migrated, tmp_path):
    shutil.copy(migrated, tmp_path)
    assert demo().returncode == 0


def test_a_port_that_is_none_is_refused(demo):
    done = demo("--port", "99999")
    assert done.returncode == 1
    assert "--port 99999 is not a port" in done.stderr


class TestWhatIsLoaded:
    def test_the_next_quarter_is_open_with_due_dates_reckoned_from_the_day_of_loading(self, db):
        for period in ReportingPeriod.objects.filter(quarter="2020-21 Q1"):
            assert period.opens < LOADED_ON < period.updates_due

    def test_it_has_updates_to_write_to_review_and_a_draft(self, db):
        states = QuarterlyUpdate.objects.filter(period__quarter="2020-21 Q1").values_list("state", flat=True)
        assert set(states) == {"draft", "submitted"}
        assert not ApprovedUpdate.objects.filter(update__period__quarter="2020-21 Q1").exists()

    def test_every_approved_update_has_the_steps_that_led_to_it(self, db):
        assert UpdateEvent.objects.filter(step="approved").count() == ApprovedUpdate.objects.count() > 200

    def test_what_is_made_up_says_so_and_what_is_real_does_not(self, db):
        for period in ReportingPeriod.objects.select_related("theme"):
            is_real = period.theme.number == 3 and str(period.quarter) == "2019-20 Q4"
            assert bool(period.notice) is not is_real, period

    def test_the_owner_account_has_updates_to_write(self, user):
        assert Deliverable.objects.written_by(user("owner"), LOADED_ON).filter(financial_year="2020-21").count() >= 3
