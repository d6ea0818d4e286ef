"""A panel report as it stands: what its sections say is drawn from the figures beside them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.gather import gather_report
from reports.models import OfficeSection, PanelReport, ReportSection
from reports.sections import SectionKind
from tests import builders as make
from tests.builders import Q3, Q4

pytestmark = pytest.mark.django_db


def a_theme(*codes, plan=None, title=None):
    """A theme with a deliverable for each code, approved in Quarter 4; none for an empty code."""
    theme = make.theme(plan, **({"title": title} if title else {}))
    make.period(theme)
    for code in codes:
        row = make.deliverable(theme)
        if code:
            make.approved(row, code=code)
    return theme


def prepared(*themes, **changes):
    return gather_report(make.report(*themes, **changes), make.staff())


def said(found, kind=SectionKind.SUMMARY):
    return found.section(kind).narrative.text


class TestTheSentenceOnRatings:
    @pytest.mark.parametrize(
        ("codes", "sentence"),
        [
            ("GG", "All activity is graded Green: 2/2 (100%)."),
            ("GGA", "Most activity is graded Green: 2/3 (66.7%). The rest: Amber 1/3 (33.3%)."),
            ("GARRR", "Most activity is graded Red: 3/5 (60%). The rest: Green 1/5 (20%), Amber 1/5 (20%)."),
            ("GA", "No one rating is that of most activity: Green 1/2 (50%), Amber 1/2 (50%)."),
            ("GGAARR", "No one rating is that of most activity: Green 2/6 (33.3%), Amber 2/6 (33.3%), Red 2/6"),
        ],
    )
    def test_it_says_what_all_most_or_no_majority_is_graded(self, codes, sentence):
        assert sentence in said(prepared(a_theme(*codes)))

    def test_what_has_no_update_is_called_that_and_never_graded(self):
        theme = a_theme("", "", "G")
        text = said(prepared(theme))
        assert "Most activity has no approved update: 2/3 (66.7%). The rest: Green 1/3 (33.3%)." in text

    def test_of_nothing_there_is_no_sentence_at_all(self):
        text = said(prepared(a_theme()))
        assert "activity" not in text
        assert "Overall" not in text

    def test_several_themes_are_counted_together(self):
        plan = make.plan()
        text = said(prepared(a_theme("G", "G", plan=plan), a_theme("A", plan=plan)))
        assert "Most activity is graded Green: 2/3 (66.7%)." in text


class TestTheSentenceOnMovement:
    def two_quarters(self, *pairs):
        theme = make.theme()
        make.period(theme, Q3)
        make.period(theme, Q4)
        for before, now in pairs:
            row = make.deliverable(theme)
            make.approved(row, Q3, before)
            make.approved(row, Q4, now)
        return theme

    @pytest.mark.parametrize(
        ("pairs", "sentence"),
        [
            ([("A", "G")], "Since Quarter 3, 2019-20, 1 rating improved and none got worse."),
            ([("G", "R"), ("G", "A")], "Since Quarter 3, 2019-20, no ratings improved and 2 got worse."),
            ([("A", "G"), ("R", "G"), ("G", "A")], "2 ratings improved and 1 got worse."),
            ([("G", "G")], "No rating has changed since Quarter 3, 2019-20."),
        ],
    )
    def test_it_counts_what_improved_and_what_got_worse(self, pairs, sentence):
        assert sentence in said(prepared(self.two_quarters(*pairs)))

    def test_where_nothing_can_be_compared_it_is_left_out(self):
        assert "since" not in said(prepared(a_theme("G"))).lower()


class TestExemptFromPublication:
    @pytest.fixture
    def theme(self):
        theme = make.theme()
        for quarter in (Q3, Q4):
            make.period(theme, quarter)
        for number, (before, now) in enumerate([("G", "G"), ("G", "G"), ("A", "R")], start=1):
            row = make.deliverable(theme, number=number, wording=f"Wording {number}")
            make.approved(row, Q3, before)
            make.approved(row, Q4, now, narrative=f"<p>Text {number}</p>")
        theme.deliverables.filter(number=3).update(exempt_from=Q3, exempt_reason="Names a suspect.")
        return theme

    def test_in_public_form_it_changes_figures_sentences_and_movement_and_how_many_is_said(self, theme):
        found = prepared(theme)
        text = said(found)
        assert "All activity is graded Green: 2/2 (100%)." in text
        assert "No rating has changed since" in text
        assert "1 deliverable is exempt from publication and left out here, of the figures too." in text
        assert [row.number for row in found.document.appendices[0].rows] == [1, 2]
        assert "Wording 3" not in str(found.document)
        assert "Text 3" not in str(found.document)

    def test_non_public_it_is_whole_and_says_nothing_of_it(self, theme):
        found = prepared(theme, classification="Non public")
        text = said(found)
        assert "Most activity is graded Green: 2/3 (66.7%)." in text
        assert "no ratings improved and 1 got worse" in text
        assert "exempt" not in text
        assert [row.is_exempt for row in found.document.appendices[0].rows] == [False, False, True]

    def test_a_figure_of_the_whole_is_strange_in_public_form(self, theme):
        report = make.report(theme)
        ReportSection.objects.create(report=report, kind="purpose", text="<p>2/3 (66.7%) and 2/2 (100%)</p>")
        section = gather_report(report, make.staff()).section(SectionKind.PURPOSE)
        assert section.strange_figures == ("2/3 (66.7%)",)


class TestSections:
    def test_paragraphs_are_numbered_within_their_section_and_empty_sections_are_not_printed(self):
        report = make.report(a_theme("G"))
        filled = gather_report(report, make.staff()).section(SectionKind.RECOMMENDATIONS).fresh.html
        ReportSection.objects.create(report=report, kind="recommendations", text="", filled=filled)
        cover = gather_report(report, make.staff()).document.cover
        assert [section.heading for section in cover.sections][:2] == [
            "Purpose of the report",
            "Reasons for recommendations",
        ]
        assert [label for label, _ in cover.sections[1].numbered] == ["2.1"]

    def test_the_titles_and_dates_are_those_of_plan_and_meeting(self):
        plan = make.plan(title="Plan for Safety", presented="2018-02-07")
        theme = a_theme("G", plan=plan, title="Roads")
        a_theme(plan=plan, title="Homes")
        text = said(prepared(theme))
        assert "Plan for Safety was presented to the Panel on 7 February 2018." in text
        assert "The plan has 2 themes: Roads; and Homes." in text

    def test_a_text_edited_by_hand_stays_and_what_it_rests_on_is_pointed_out(self):
        theme = a_theme("G", "A")
        report = make.report(theme)
        staff = make.staff()
        fresh = gather_report(report, staff).section(SectionKind.SUMMARY).fresh.html
        by_hand = fresh.replace("No one rating is that of most activity", "It is half and half")
        ReportSection.objects.create(report=report, kind="summary", text=by_hand, filled=fresh)
        make.approved(make.deliverable(theme))
        section = gather_report(report, staff).section(SectionKind.SUMMARY)
        assert "It is half and half: Green 1/2 (50%), Amber 1/2 (50%)." in section.narrative.text
        (stale,) = section.stale
        assert stale.was == "No one rating is that of most activity: Green 1/2 (50%), Amber 1/2 (50%)."
        assert stale.now.startswith("Most activity is graded Green: 2/3 (66.7%).")
        assert "Overall, progress is mixed." in section.narrative.text
        assert section.strange_figures == ("1/2 (50%)",)

    def test_a_paragraph_moved_up_says_what_the_ratings_have_come_to(self):
        theme = a_theme("G", "G", "G")
        report, staff = make.report(theme), make.staff()
        fresh = gather_report(report, staff).section(SectionKind.SUMMARY).fresh.html
        overall = "<p>Overall, progress is very good.</p>"
        assert overall in fresh
        ReportSection.objects.create(
            report=report, kind="summary", text=overall + fresh.replace(overall, ""), filled=fresh
        )
        for _ in range(3):
            make.approved(make.deliverable(theme), code="R")
        section = gather_report(report, staff).section(SectionKind.SUMMARY)
        assert "very good" not in section.narrative.text
        assert section.narrative.text.startswith("Overall, progress is ")
        assert section.stale == ()

    def test_what_is_left_out_as_exempt_is_said_whatever_else_was_written_by_hand(self):
        theme = a_theme("G", "G")
        report, staff = make.report(theme), make.staff()
        fresh = gather_report(report, staff).section(SectionKind.SUMMARY).fresh.html
        by_hand = fresh.replace("progress is very good", "we think that progress is good")
        ReportSection.objects.create(report=report, kind="summary", text=by_hand, filled=fresh)
        theme.deliverables.update(exempt_from=Q4, exempt_reason="Names a suspect.")
        section = gather_report(report, staff).section(SectionKind.SUMMARY)
        assert section.narrative.text.count("2 deliverables are exempt from publication") == 1
        assert [stale.was for stale in section.stale] == ["Overall, progress is very good."]

    def test_an_office_text_as_a_list_is_printed_without_the_items_that_say_nothing(self):
        OfficeSection.objects.create(
            kind="summary", heading="Summary", text="<ul><li>{ratings}</li><li>{exempt}</li></ul>"
        )
        assert said(prepared(a_theme("G"))) == "- All activity is graded Green: 1/1 (100%)."


def test_the_queries_do_not_grow_with_themes_and_history():
    staff = make.staff()

    def cost(report):
        with CaptureQueriesContext(connection) as captured:
            gather_report(PanelReport.objects.with_themes().get(pk=report.pk), staff)
        return len(captured)

    plan = make.plan()
    one = a_theme("G", plan=plan)
    few = cost(make.report(one))
    more = [one, *(a_theme("G", "A", "R", "G", plan=plan) for _ in range(3))]
    assert cost(make.report(*more)) <= few
