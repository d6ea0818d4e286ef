"""Locking a quarter for all themes of a plan, and opening it again."""

import pytest

from accounts.roles import Refused
from tests import builders as make
from tests.builders import NOW, Q3, Q4, noon
from themes.actions import lock_period, lock_quarter, unlock_quarter
from themes.models import ReportingPeriod

LATER = noon("2020-05-04")


@pytest.fixture
def plan(db):
    """With Quarter 4 of two themes, and Quarter 3 of one."""
    plan = make.plan()
    for theme in (make.theme(plan), make.theme(plan)):
        make.period(theme, Q4)
    make.period(theme, Q3)
    make.period(make.theme(), Q4)
    return plan


def locked():
    return ReportingPeriod.objects.exclude(locked_at=None).filter(locked_by__initials__startswith="X")


def test_a_quarter_is_locked_for_all_themes_of_the_plan_and_for_no_others(plan):
    lock_quarter(plan=plan, quarter=Q4, by=make.staff(), at=LATER)
    assert set(locked()) == set(ReportingPeriod.objects.filter(theme__plan=plan, quarter=Q4))
    unlock_quarter(plan=plan, quarter=Q4, by=make.staff())
    assert not locked()


def test_what_was_locked_already_keeps_when_and_by_whom(plan):
    first = ReportingPeriod.objects.filter(theme__plan=plan, quarter=Q4).first()
    before = make.staff()
    lock_period(period=first, by=before, at=NOW)
    lock_quarter(plan=plan, quarter=Q4, by=make.staff(), at=LATER)
    first.refresh_from_db()
    assert (first.locked_at, first.locked_by) == (NOW, before)


def test_who_does_not_review_locks_and_opens_nothing(plan):
    with pytest.raises(Refused):
        lock_quarter(plan=plan, quarter=Q4, by=make.person(), at=LATER)
    lock_quarter(plan=plan, quarter=Q4, by=make.staff(), at=LATER)
    with pytest.raises(Refused):
        unlock_quarter(plan=plan, quarter=Q4, by=make.person())
    assert locked().count() == 2
