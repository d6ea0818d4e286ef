"""Which publication counts, for whom, and what is told of it."""

import datetime
from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.front import gather_front
from reports.gather_appendix import gather_appendix
from reports.options import Classification
from reports.published import counting, entries_of, publications, states
from reports.publishing import withdraw
from reports.states import state_of
from tests import builders as make
from themes.place import find_place

pytestmark = pytest.mark.django_db

NOBODY = AnonymousUser()
TODAY = datetime.date(2020, 6, 1)


@pytest.fixture(autouse=True)
def nothing_else(db):
    make.without_reports()


def front(user=NOBODY, **about):
    return gather_front(user, TODAY, **about)


def quarters_of(theme, *codes, first=make.Q1):
    """A deliverable with a rating for each quarter from the first on, and an edition of each."""
    row = make.deliverable(theme, owner=make.person(), wording="Patrol")
    quarter, editions = first, []
    for code in codes:
        make.approved(row, quarter, code, recovery_step="Catch up" if code in "AR" else "")
        editions.append(make.edition(make.report(theme, quarter=quarter)))
        quarter = quarter.next
    return row, editions


def test_of_several_editions_on_a_theme_and_quarter_the_last_one_counts():
    theme = make.theme()
    row = make.deliverable(theme, owner=make.person())
    update = make.approved(row, code="A")
    report = make.report(theme)
    make.edition(report)
    update.rating = theme.plan.rating_scheme.ratings.get(code="G")
    update.save()
    corrected = make.edition(report)
    (one,) = counting(publications(NOBODY))
    assert (one.edition_id, one.version) == (corrected.pk, 2)
    assert front().themes[0].state.figures.line("G").printed == "1/1 (100%)"
    withdraw(edition=corrected, by=make.administrator(), reason="Wrong.")
    assert front().themes[0].state.figures.line("A").printed == "1/1 (100%)"


def test_a_report_published_again_on_the_same_theme_takes_the_place_of_the_one_before():
    theme = make.theme()
    first, second = make.report(theme), make.report(theme, meeting=make.meeting("2020-06-20"))
    make.edition(second)
    later = make.edition(first)
    assert [one.edition_id for one in counting(publications(NOBODY))] == [later.pk]


def test_what_is_non_public_counts_for_the_panel_and_not_for_the_public():
    theme = make.theme()
    make.approved(make.deliverable(theme, owner=make.person()))
    public = make.edition(make.report(theme))
    hidden = make.edition(make.report(theme, classification=Classification.NON_PUBLIC))
    counts = {user: counting(publications(user))[0].edition_id for user in (NOBODY, make.panel_member(), make.staff())}
    assert list(counts.values()) == [public.pk, hidden.pk, hidden.pk]
    assert counting(publications(make.person()))[0].edition_id == public.pk


def as_told(row):
    """All of a row but whether its rating needs recovery, which no edition says."""
    return replace(row, rating=row.rating and replace(row.rating, needs_recovery=False))


def test_a_published_state_is_the_live_one_that_it_was_made_of():
    theme = make.theme()
    rows = [make.deliverable(theme, owner=make.person()) for _ in range(5)]
    for row, code in zip(rows, ["G", "A", "R", "NS"], strict=False):
        recovery = {"recovery_step": "Catch up", "recovery_by": TODAY} if code in "AR" else {}
        make.approved(row, code=code, **recovery)
    make.edition(make.report(theme))
    (published,) = states(publications(NOBODY)).values()
    place = find_place(plan=theme.plan.slug, quarter=str(make.Q4), theme="1")
    live = gather_appendix(place, make.staff(), classification=Classification.PUBLIC)
    state = state_of(live.appendices[0])
    for stored, row in zip(published.rows, state.rows, strict=True):
        assert vars(as_told(stored)) == vars(as_told(row))
    assert [line.printed for line in published.figures.lines] == [line.printed for line in state.figures.lines]
    assert published.figures.notes == state.figures.notes
    assert published.overall == state.overall


def test_how_long_something_has_been_amber_or_red_is_told_by_the_reports():
    theme = make.theme()
    quarters_of(theme, "G", "A", "R", "A")
    (attention,) = front().themes[0].exceptions
    assert attention.since.in_words == "since Quarter 2, 2019-20 (3 reports)"


def test_where_it_was_so_in_the_first_report_already_that_is_said():
    quarters_of(make.theme(), "A", "A", first=make.Q3)
    (attention,) = front().themes[0].exceptions
    assert attention.since.in_words == "since at least Quarter 3, 2019-20, the first quarter published here (2 reports)"


def test_how_long_counts_the_quarters_in_which_another_theme_had_it():
    plan = make.plan()
    before, after = make.theme(plan), make.theme(plan)
    row = make.deliverable(before, owner=make.person())
    make.approved(row, make.Q4, "A")
    carried = make.deliverable(after, owner=make.person(), key=row.key, financial_year=make.YEAR.next)
    make.approved(carried, make.NEXT_Q1, "R")
    make.edition(make.report(before))
    make.edition(make.report(after, quarter=make.NEXT_Q1))
    (attention,) = front().themes[1].exceptions
    assert (attention.since.quarter, attention.since.reports) == (make.Q4, 2)


def test_a_date_that_was_put_off_is_told_with_the_one_it_was():
    theme = make.theme()
    row = make.deliverable(theme, owner=make.person())
    first, later = datetime.date(2020, 6, 30), datetime.date(2020, 9, 30)
    for quarter, by in ((make.Q3, first), (make.Q4, later)):
        make.approved(row, quarter, "A", recovery_step="Catch up", recovery_by=by)
        make.edition(make.report(theme, quarter=quarter))
    (attention,) = front().themes[0].exceptions
    assert (attention.slipped_from, attention.row.recovery_by) == (first, later)


def test_red_stands_before_amber():
    theme = make.theme()
    for code in "AGRA":
        make.approved(make.deliverable(theme, owner=make.person()), code=code)
    make.edition(make.report(theme))
    assert [one.row.number for one in front().themes[0].exceptions] == [3, 1, 4]


def test_changes_are_told_from_the_last_report_however_long_ago_it_was():
    theme = make.theme()
    row = make.deliverable(theme, owner=make.person())
    for quarter, code in ((make.Q1, "G"), (make.Q2, "A"), (make.Q4, "R")):
        make.approved(row, quarter, code)
    for quarter in (make.Q1, make.Q4):
        make.edition(make.report(theme, quarter=quarter))
    (found,) = front().themes
    assert found.before.quarter == make.Q1
    assert [change.what for change in found.changes.changes] == ["got worse, from G Green to R Red"]


def test_what_is_due_next_is_the_first_of_the_programme_that_is_not_published():
    theme = make.theme()
    make.edition(make.report(theme))
    meeting = make.meeting("2020-09-10", papers_due=datetime.date(2020, 9, 2))
    make.line(meeting, theme, make.Q4)
    make.line(meeting, theme, make.NEXT_Q1)
    make.line(make.meeting("2020-05-20"), theme, make.NEXT_Q1.next)
    assert front().next_report.sentence == (
        "The next report is due on 2 September 2020: Theme 1 at Quarter 1, 2020-21, for the Panel's meeting of "
        "10 September 2020."
    )


def test_what_is_due_next_is_of_the_pages_own_plan_and_says_when_it_is_late():
    theme, other = make.theme(), make.theme()
    make.edition(make.report(theme))
    meeting = make.meeting("2020-06-10", papers_due=datetime.date(2020, 5, 28))
    make.line(make.meeting("2020-06-05"), other, make.NEXT_Q1)
    make.line(meeting, theme, make.NEXT_Q1)
    assert front().next_report.sentence.startswith("The next report was due on 28 May 2020: Theme 1 at Quarter 1")


def test_of_two_plans_reported_on_for_one_quarter_the_last_published_is_in_front():
    first, second = make.theme(make.plan(title="Plan Z")), make.theme(make.plan(title="Plan A"))
    make.edition(make.report(second))
    make.edition(make.report(first))
    assert front().plan == "Plan Z"


def test_a_front_page_is_of_the_plan_that_was_reported_on_last_and_names_the_others():
    older, newer = make.theme(), make.theme()
    make.edition(make.report(newer, quarter=make.NEXT_Q1))
    make.edition(make.report(older))
    assert front().plan == newer.plan.title
    assert front().other_plans == ((older.plan.title, older.plan.slug),)
    assert front(plan=older.plan.slug).plan == older.plan.title
    assert front(plan="never-there") is None


def test_an_update_printed_again_below_a_later_one_stands_once_in_a_deliverables_history():
    theme = make.theme()
    row = make.deliverable(theme, owner=make.person())
    make.approved(row, make.Q2, narrative="<p>In the summer.</p>")
    make.approved(row, make.Q3, narrative="<p>In the autumn.</p>")
    make.approved(row, make.Q4, narrative="<p>In the winter.</p>", earlier=[make.Q3, make.Q2])
    for quarter in (make.Q3, make.Q4):
        make.edition(make.report(theme, quarter=quarter))
    told = [[html for _, html in entry.updates] for entry in entries_of(str(row.key), counting(publications(NOBODY)))]
    assert told == [["<p>In the winter.</p>", "<p>In the summer.</p>"], ["<p>In the autumn.</p>"]]


def test_an_update_that_came_after_its_quarter_was_published_without_one_is_told_where_it_was_printed():
    theme = make.theme()
    row = make.deliverable(theme, owner=make.person())
    make.edition(make.report(theme, quarter=make.Q3))
    make.approved(row, make.Q3, narrative="<p>In the autumn.</p>")
    make.approved(row, make.Q4, narrative="<p>In the winter.</p>", earlier=[make.Q3])
    make.edition(make.report(theme))
    told = [[html for _, html in entry.updates] for entry in entries_of(str(row.key), counting(publications(NOBODY)))]
    assert told == [["<p>In the winter.</p>", "<p>In the autumn.</p>"], []]


def test_the_front_page_asks_as_many_queries_however_long_the_history():
    theme = make.theme()
    quarters_of(theme, "A", "A")
    with CaptureQueriesContext(connection) as short:
        front()
    for _ in range(3):
        theme = make.theme(theme.plan)
        quarters_of(theme, "G", "A", "R", "G", "A", first=make.Q1)
    with CaptureQueriesContext(connection) as long:
        front()
    assert len(front().themes) == 4
    assert len(long) == len(short) <= 8
