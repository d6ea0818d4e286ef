"""The work programme: what goes to which meeting, how far it has come, and what is due next."""

import datetime

import pytest

from reports.actions import change_report
from reports.models import PanelMeeting
from reports.programme import due_next, lines_of, with_programme
from tests import builders as make
from tests.builders import NEXT_Q1, NOW, Q4

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def only_its_own_reports(db):
    make.without_reports()


TODAY = datetime.date(2020, 5, 1)


def lines(meeting):
    (found,) = with_programme(PanelMeeting.objects.filter(pk=meeting.pk))
    return lines_of(found)


def next_due():
    return due_next(with_programme(PanelMeeting.objects.filter(date__gte=TODAY)), TODAY)


class TestLines:
    def test_each_says_how_far_its_report_has_come(self):
        plan = make.plan()
        one, two, three = (make.theme(plan) for _ in range(3))
        meeting = make.meeting()
        for theme in (one, two, three):
            make.line(meeting, theme)
        make.report(two)
        make.edition(make.report(three))
        assert [line.state for line in lines(meeting)] == ["Not started", "In preparation", "Published V1"]

    def test_a_report_on_what_is_not_on_the_programme_has_a_line_too(self):
        report = make.report(make.theme(), make.theme())
        assert [(line.item, line.report) for line in lines(report.meeting)] == [(None, report)] * 2

    def test_another_quarters_report_is_not_this_lines(self):
        theme = make.theme()
        make.line(make.meeting(), theme, NEXT_Q1)
        report = make.report(theme, quarter=Q4)
        assert [(line.quarter, line.state) for line in lines(report.meeting)] == [
            (Q4, "In preparation"),
            (NEXT_Q1, "Not started"),
        ]

    def test_every_report_of_a_theme_and_quarter_has_a_line_with_what_tells_it_from_the_others(self):
        plan = make.plan()
        one, two = make.theme(plan), make.theme(plan)
        meeting = make.meeting()
        item = make.line(meeting, one)
        make.edition(make.report(one, slug="theme-1-2019-20-q4"))
        make.report(one, slug="theme-1-2019-20-q4-2", classification="Non public", agenda_item="07")
        make.report(one, two, slug="themes-1-and-2-2019-20-q4")
        assert [(line.theme, line.item, line.particulars, line.state) for line in lines(meeting)] == [
            (one, item, "Public", "Published V1"),
            (one, item, "Non public, agenda item 07, report 2", "In preparation"),
            (one, item, "Public", "In preparation"),
            (two, None, "Public", "In preparation"),
        ]

    def test_of_several_editions_the_last_counts(self):
        report, by = make.report(), make.staff()
        make.edition(report)
        change_report(report=report, themes=list(report.themes.all()), by=make.staff(), agenda_item="07")
        make.edition(report)
        assert report.state == "Published V2"
        report.editions.filter(number=2).update(withdrawn_at=NOW, withdrawn_by=by, withdrawn_reason="Wrong.")
        assert type(report).objects.get().state == "V2 withdrawn from view"


class TestWhatIsDueNext:
    def test_it_is_what_has_its_papers_due_first_though_the_meeting_be_later(self):
        make.line(make.meeting("2020-06-01"), make.theme())
        first = make.meeting("2020-06-11", papers_due=datetime.date(2020, 5, 20))
        make.line(first, make.theme())
        assert next_due().meeting == first

    def test_themes_that_go_into_one_report_are_named_together(self):
        plan = make.plan()
        for theme in [make.theme(plan) for _ in range(3)]:
            make.line(make.meeting(), theme)
        due = next_due()
        assert (due.themes, due.quarter, due.report, due.is_late) == ("Themes 1, 2 and 3", Q4, None, False)

    def test_what_is_started_is_gone_on_with_and_what_is_published_is_not_due(self):
        first, second = make.meeting("2020-05-14"), make.meeting("2020-06-14")
        published = make.report(meeting=first)
        make.edition(published)
        started = make.report(meeting=second)
        assert (next_due().meeting, next_due().report) == (second, started)

    def test_papers_that_should_be_out_are_late(self):
        make.line(make.meeting(papers_due=datetime.date(2020, 4, 30)), make.theme())
        assert next_due().is_late

    def test_where_nothing_is_on_a_programme_nothing_is_due(self):
        make.meeting()
        assert next_due() is None
