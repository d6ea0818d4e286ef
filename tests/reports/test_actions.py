"""The verbs on meetings, reports, sections and what the office keeps: what they do, and what they refuse in words."""

import datetime
import io
import zipfile

import pytest

from accounts.roles import Refused
from reports import actions, office_actions, section_actions
from reports.models import OfficeSection, PanelMeeting, PanelReport, ReportDefaults, ReportSection, WordTemplate
from reports.options import Column
from reports.sections import OFFICE_TEXTS, SectionKind
from reports.shown import SavedSince, seen
from tests import builders as make
from tests.builders import Q3, Q4, noon

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def only_its_own_reports(db):
    make.without_reports()


DAY = datetime.date(2021, 2, 4)
SUMMARY = SectionKind.SUMMARY


def opened(*of, quarter=Q4):
    """A theme of a plan that has a quarter open."""
    theme = make.theme(*of)
    make.period(theme, quarter)
    return theme


def started(*themes, **changes):
    facts = {"quarter": Q4, "agenda_item": "04", "classification": "Public", "by": make.staff()}
    meeting = changes.pop("meeting", None) or make.meeting()
    return actions.start_report(meeting=meeting, themes=themes, **facts | changes)


class TestMeetings:
    facts = {"date": DAY, "papers_due": None, "note": ""}

    def test_who_does_not_prepare_reports_may_not(self):
        with pytest.raises(Refused, match="may not prepare"):
            actions.add_meeting(by=make.person(), **self.facts)

    def test_there_is_one_a_day(self):
        actions.add_meeting(by=make.staff(), **self.facts)
        with pytest.raises(Refused, match="There is a meeting on this day already."):
            actions.add_meeting(by=make.staff(), **self.facts)

    def test_papers_are_not_due_after_it(self):
        with pytest.raises(Refused, match="The papers are due after the meeting."):
            actions.add_meeting(by=make.staff(), **self.facts | {"papers_due": DAY + datetime.timedelta(1)})

    def test_without_a_day_of_their_own_the_papers_are_due_with_the_meeting(self):
        assert actions.add_meeting(by=make.staff(), **self.facts).due == DAY

    def test_one_that_has_reports_is_not_removed(self):
        report = make.report()
        with pytest.raises(Refused, match="The meeting of 14 May 2020 has reports. Give them another meeting first"):
            actions.remove_meeting(meeting=report.meeting, reason="Called off.", by=make.staff())

    def test_removed_it_takes_its_programme_along_and_the_history_says_who_and_why(self):
        meeting, by = make.meeting(), make.staff()
        item = make.line(meeting, make.theme())
        actions.remove_meeting(meeting=meeting, reason="Called off.", by=by)
        assert not PanelMeeting.objects.exists()
        for record in (PanelMeeting.history.first(), type(item).history.first()):
            assert (record.history_user, record.history_change_reason) == (by, "Called off.")

    def test_a_line_of_the_programme_stands_on_it_once(self):
        meeting, theme, by = make.meeting(), make.theme(), make.staff()
        actions.add_to_programme(meeting=meeting, theme=theme, quarter=Q4, by=by)
        with pytest.raises(Refused, match="on the meeting's programme already"):
            actions.add_to_programme(meeting=meeting, theme=theme, quarter=Q4, by=by)

    def test_a_line_is_about_a_quarter_of_its_plan(self):
        theme = make.theme(make.plan(title="Plan for Safety", start_year=2021, end_year=2024))
        with pytest.raises(Refused, match="Plan for Safety does not cover Quarter 4, 2019-20."):
            actions.add_to_programme(meeting=make.meeting(), theme=theme, quarter=Q4, by=make.staff())


class TestStartingAReport:
    def test_its_facts_are_those_that_reports_begin_with(self):
        office_actions.change_defaults(by=make.staff(), report_to="Panel of Twelve", columns=[Column.DUE])
        report = started(opened())
        assert (report.report_to, report.columns, report.agenda_item) == ("Panel of Twelve", (Column.DUE,), "04")

    def test_its_address_says_plan_themes_and_quarter_and_is_nobody_elses(self):
        plan = make.plan(title="Plan for Safety")
        one, two, three = (opened(plan) for _ in range(3))
        assert started(two).slug == "plan-for-safety-theme-2-2019-20-q4"
        assert started(one, three).slug == "plan-for-safety-themes-1-and-3-2019-20-q4"
        assert started(one, two, three).slug == "plan-for-safety-all-themes-2019-20-q4"
        assert started(two, classification="Non public").slug == "plan-for-safety-theme-2-2019-20-q4-2"

    def test_what_was_sent_twice_makes_no_second_report(self):
        theme = opened(make.plan(title="Plan for Safety"))
        first = started(theme)
        said = r"Plan for Safety, Theme 1, Quarter 4, 2019-20 \(Public, agenda item 04\) is in preparation for this"
        with pytest.raises(actions.StartedAlready, match=said) as caught:
            started(theme, agenda_item="05")
        assert caught.value.report == first
        assert PanelReport.objects.get() == first

    def test_one_on_something_else_or_after_the_first_was_published_is_another_report(self):
        plan = make.plan()
        one, two = opened(plan), opened(plan)
        make.period(one, Q3)
        first = started(one)
        for facts in ({"classification": "Non public"}, {"quarter": Q3}, {"meeting": make.meeting("2020-06-11")}):
            started(one, **facts)
        started(one, two)
        make.edition(first)
        started(one)
        assert PanelReport.objects.count() == 6

    def test_an_edition_keeps_the_address_of_its_report(self):
        theme = opened(make.plan(title="Plan for Safety"))
        first = started(theme)
        make.edition(first)
        PanelReport.objects.all().delete()
        assert started(theme).slug == "plan-for-safety-theme-1-2019-20-q4-2"

    def test_an_address_is_never_too_long(self):
        plan = make.plan(title="Plan " * 30)
        report = started(*(opened(plan) for _ in range(8)), opened(plan, quarter=Q4))
        assert len(report.slug) <= 120
        assert report.slug.endswith("-all-themes-2019-20-q4")

    def test_a_quarter_that_is_not_open_is_refused(self):
        with pytest.raises(Refused, match="Quarter 3, 2019-20 has not been opened for Theme 1"):
            started(opened(), quarter=Q3)

    def test_a_report_is_on_something(self):
        with pytest.raises(Refused, match="Choose at least one theme."):
            started()

    def test_a_report_is_on_one_plan(self):
        with pytest.raises(Refused, match="Choose themes of one plan."):
            started(opened(), opened())


class TestChangingAReport:
    def test_its_facts_and_themes_change_and_its_address_stays(self):
        plan = make.plan()
        one, two = opened(plan), opened(plan)
        report, by = started(one), make.staff()
        slug = report.slug
        actions.change_report(report=report, themes=[one, two], classification="Non public", by=by)
        report = PanelReport.objects.get()
        assert (report.slug, report.themes_label, report.is_public) == (slug, "Themes 1 and 2", False)
        assert report.history.first().history_user == by

    def test_themes_of_another_plan_are_refused(self):
        report = started(opened())
        with pytest.raises(Refused, match=f"Choose themes of {report.plan}."):
            actions.change_report(report=report, themes=[opened()], by=make.staff())

    def test_what_is_wrong_changes_nothing(self):
        report = started(opened())
        with pytest.raises(Refused, match="Author's e-mail"):
            actions.change_report(
                report=report, themes=report.themes.all(), author_email="nobody", agenda_item="9", by=make.staff()
            )
        assert PanelReport.objects.get().agenda_item == "04"

    @pytest.mark.parametrize("theirs", ["a fact", "the themes"])
    def test_over_what_was_saved_meanwhile_nothing_is_changed(self, theirs):
        plan = make.plan()
        one, two = opened(plan), opened(plan)
        report, other = started(one), make.staff(display_name="Press officer")
        shown = seen(report, themes=[one])
        newer = {"themes": [one], "author": "Theirs"} if theirs == "a fact" else {"themes": [one, two]}
        actions.change_report(report=report, by=other, shown=shown, **newer)
        with pytest.raises(SavedSince, match="Press officer saved this report since you opened it."):
            actions.change_report(report=report, themes=[one], by=make.staff(), shown=shown, author="Mine")
        stored = PanelReport.objects.get()
        assert (stored.author == "Theirs", list(stored.themes.all())) == (theirs == "a fact", newer["themes"])
        assert stored.author != "Mine"

    def test_ones_own_other_tab_is_called_that(self):
        theme, by = opened(), make.staff()
        report = started(theme, by=by)
        with pytest.raises(SavedSince, match="You saved this report in another tab since you opened it here."):
            actions.change_report(report=report, themes=[theme], by=by, shown="another", author="Mine")

    def test_one_that_was_published_is_not_removed(self):
        report = started(opened())
        make.edition(report)
        with pytest.raises(Refused, match="It has been published, so it stays."):
            actions.remove_report(report=report, reason="A slip.", by=make.staff())

    def test_removed_it_takes_its_sections_along_and_the_history_keeps_them(self):
        report, by = started(opened()), make.staff()
        ReportSection.objects.create(report=report, kind="summary", text="<p>Mine.</p>")
        actions.remove_report(report=report, reason="A slip.", by=by)
        assert not PanelReport.objects.exists()
        assert ReportSection.history.first().text == "<p>Mine.</p>"
        assert ReportSection.history.first().history_user == by


class TestSections:
    @pytest.fixture
    def report(self):
        return started(opened())

    def write(self, report, text, **changes):
        facts = {"kind": SUMMARY, "filled": "<p>A.</p><p>14/15.</p>", "shown": "", "by": make.staff()}
        section_actions.write_section(report=report, text=text, **facts | changes)
        return ReportSection.objects.filter(report=report).first()

    def test_what_is_written_is_made_safe_and_kept_beside_what_it_was_written_over(self, report):
        section = self.write(report, "Mine.\n\n<script>alert()</script>14/15.")
        assert (section.text, section.filled) == ("<p>Mine.</p><p>14/15.</p>", "<p>A.</p><p>14/15.</p>")

    def test_a_text_left_as_it_was_filled_is_no_edit(self, report):
        assert self.write(report, "A.\n14/15.") is None
        section = self.write(report, "Mine.")
        assert self.write(report, "A.\n14/15.", shown=seen(section)) is None

    @pytest.mark.parametrize("text", ["", "  \n ", "<p> </p>"])
    def test_an_empty_text_leaves_the_section_out_once_the_person_says_so(self, report, text):
        with pytest.raises(section_actions.LeftEmpty, match="it will be left out of the report"):
            self.write(report, text)
        assert not ReportSection.objects.exists()
        assert self.write(report, text, is_left_out=True).text == ""

    def test_a_section_that_has_no_office_text_may_stay_empty(self, report):
        assert self.write(report, "", filled="") is None

    def test_a_text_over_one_saved_meanwhile_is_refused_and_the_newer_one_handed_over(self, report):
        first = self.write(report, "Theirs.", by=make.staff(display_name="Press officer"))
        with pytest.raises(SavedSince, match="Press officer saved this section since you opened it.") as caught:
            self.write(report, "Mine.", shown="")
        assert caught.value.newer == first
        assert ReportSection.objects.get().text == "<p>Theirs.</p>"

    def test_a_text_over_one_that_was_dropped_meanwhile_is_refused(self, report):
        section, other = self.write(report, "Theirs."), make.staff(display_name="Press officer")
        section_actions.fill_section_again(report=report, kind=SUMMARY, shown=seen(section), by=other)
        with pytest.raises(SavedSince, match="Press officer") as caught:
            self.write(report, "Mine.", shown=seen(section))
        assert caught.value.newer is None

    def test_ones_own_other_tab_is_called_that(self, report):
        by = make.staff()
        self.write(report, "One.", by=by)
        with pytest.raises(SavedSince, match="You saved this section in another tab since you opened it here."):
            self.write(report, "Two.", by=by)

    def test_a_text_sent_twice_is_no_conflict_with_itself(self, report):
        self.write(report, "Mine.")
        self.write(report, "Mine.")
        assert ReportSection.history.count() == 1

    def test_placeholders_are_refused_since_nothing_fills_them_in_here(self, report):
        with pytest.raises(Refused, match="Nothing is filled in here for {plan}, {no such}: write the words"):
            self.write(report, "On {plan} and {no such}.")

    def test_braces_that_the_data_brought_along_are_no_placeholder_of_the_writer(self, report):
        assert self.write(report, "On {A}, mine.", filled="<p>On {A}.</p>").text == "<p>On {A}, mine.</p>"

    def test_a_text_that_is_too_long_is_refused_with_its_size(self, report):
        with pytest.raises(Refused, match="The text is 200 kB long"):
            self.write(report, "x" * 200_000)

    def test_kept_as_it_is_it_follows_the_data_elsewhere_and_is_stale_no_more(self, report):
        section, by = self.write(report, "A, so I think.\n14/15."), make.staff()
        fresh = "<p>A, B.</p><p>15/15.</p>"
        section_actions.keep_section(report=report, kind=SUMMARY, filled=fresh, shown=seen(section), by=by)
        section.refresh_from_db()
        assert (section.text, section.filled) == ("<p>A, so I think.</p><p>15/15.</p>", fresh)

    @pytest.mark.parametrize("verb", ["keep", "fill again"])
    def test_a_text_saved_meanwhile_is_neither_kept_nor_dropped_unseen(self, report, verb):
        facts = {"report": report, "kind": SUMMARY, "shown": seen(self.write(report, "Mine.")), "by": make.staff()}
        ReportSection.objects.update(text="<p>Theirs.</p>")
        with pytest.raises(SavedSince):
            if verb == "keep":
                section_actions.keep_section(filled="<p>B.</p>", **facts)
            else:
                section_actions.fill_section_again(**facts)
        assert ReportSection.objects.get().text == "<p>Theirs.</p>"

    def test_who_does_not_prepare_reports_may_not(self, report):
        with pytest.raises(Refused, match="may not prepare"):
            self.write(report, "Mine.", by=make.person())


class TestWhatTheOfficeKeeps:
    def change(self, **changes):
        facts = {"kind": SUMMARY, "heading": "Key points", "qualifier": "", "text": "On {plan}.", "by": make.staff()}
        office_actions.change_office_text(**facts | changes)

    def test_a_text_of_the_offices_own_takes_the_place_of_the_products(self):
        self.change()
        assert OfficeSection.texts()[SUMMARY].text == "<p>On {plan}.</p>"
        office_actions.use_product_text(kind=SUMMARY, by=make.staff())
        assert OfficeSection.texts()[SUMMARY] == OFFICE_TEXTS[SUMMARY]
        assert OfficeSection.history.first().text == "<p>On {plan}.</p>"

    def test_unknown_placeholders_are_named_with_those_there_are(self):
        with pytest.raises(Refused, match=r"nothing to fill in for {plann}, {}. There is: {plan}, {title}"):
            self.change(text="On {plann} and {}.")
        assert not OfficeSection.objects.exists()

    @pytest.mark.parametrize(
        "text", ["On {plan", "On plan}.", "On {{plan}}.", "On {pl<b>an</b>}.", "<ul><li>{</li></ul>"]
    )
    def test_a_brace_that_is_of_no_placeholder_is_refused(self, text):
        with pytest.raises(Refused, match="A brace in .* belongs to no placeholder."):
            self.change(text=text)
        assert not OfficeSection.objects.exists()

    @pytest.mark.parametrize("text", ["On {plan}{quarter}.", "On <b>{plan}</b>.", "<ol><li>{title}</li></ol>"])
    def test_a_placeholder_stands_anywhere_in_a_text(self, text):
        self.change(text=text)
        assert OfficeSection.objects.exists()

    @pytest.mark.parametrize("words", [{"heading": "{plan} points"}, {"qualifier": "For {"}])
    def test_a_heading_has_nothing_filled_in(self, words):
        with pytest.raises(Refused, match="write both without braces"):
            self.change(**words)

    def test_what_reports_begin_with_is_one_set(self):
        for author in ("Chief Executive", "Head of Strategy"):
            office_actions.change_defaults(author=author, by=make.staff())
        assert ReportDefaults.objects.get().author == "Head of Strategy"

    @pytest.mark.parametrize(
        "verb",
        [
            lambda by: office_actions.change_defaults(author="Me", by=by),
            lambda by: office_actions.use_product_text(kind=SUMMARY, by=by),
            lambda by: office_actions.use_product_look(by=by, at=noon("2020-05-01")),
            lambda by: office_actions.upload_word_template(file_name="a", content=b"", by=by, at=noon("2020-05-01")),
        ],
    )
    def test_who_does_not_prepare_reports_may_change_none_of_it(self, verb):
        with pytest.raises(Refused, match="may not prepare"):
            verb(make.person())


class TestTheWordTemplate:
    def upload(self, content=b"a", day="2020-05-01"):
        office_actions.upload_word_template(file_name="look.docx", content=content, by=make.staff(), at=noon(day))

    @pytest.fixture
    def problems(self, monkeypatch):
        """What the check of a template finds."""
        found = []
        monkeypatch.setattr(office_actions.word_template, "check", lambda content: found)
        return found

    def test_a_good_one_counts_until_the_products_own_look_is_asked_for_again_and_all_are_kept(self, problems):
        self.upload(b"one")
        self.upload(b"two", "2020-05-02")
        assert bytes(WordTemplate.current().content) == b"two"
        office_actions.use_product_look(by=make.staff(), at=noon("2020-05-03"))
        assert WordTemplate.current() is None
        assert WordTemplate.objects.count() == 3

    def test_one_that_lacks_something_is_refused_with_all_of_it_and_not_kept(self, problems):
        problems += ["It has no style “Heading 1”.", "It has no footer."]
        with pytest.raises(office_actions.TemplateRefused) as caught:
            self.upload()
        assert caught.value.problems == problems
        assert not WordTemplate.objects.exists()

    def test_one_that_is_too_large_is_refused_with_its_size(self):
        with pytest.raises(Refused, match="It is 5.1 MB large; the most is 5 MB."):
            self.upload(b"x" * 5_100_000)

    def test_what_is_no_word_file_is_refused(self):
        other = io.BytesIO()
        with zipfile.ZipFile(other, "w") as file:
            file.writestr("a.txt", "a")
        for content in (b"", b"a", other.getvalue()):
            with pytest.raises(office_actions.TemplateRefused):
                self.upload(content)
