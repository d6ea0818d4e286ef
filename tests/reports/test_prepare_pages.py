"""The pages on which staff prepare a report, from the meeting's date to the preview."""

import csv
import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from deliverables.exempt_actions import exempt
from deliverables.models import ApprovedUpdate
from reports.actions import change_report
from reports.models import OfficeSection, PanelMeeting, PanelReport, ReportDefaults, ReportSection, WordTemplate
from reports.office_actions import change_defaults, change_office_text
from reports.sections import SectionKind
from tests import builders as make
from tests.answers import refused
from tests.builders import NOW, Q4
from tests.conftest import PLAN
from themes.models import Theme

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def only_its_own_reports(db):
    make.without_reports()


MEETING = "/meetings/2020-05-14/"


@pytest.fixture
def staff(signed_in):
    return signed_in("staff")


@pytest.fixture
def theme():
    return Theme.objects.get(plan__slug=PLAN, number=3)


@pytest.fixture
def report(theme):
    return make.report(theme, slug="the-report")


def html_of(response):
    assert response.status_code == 200
    return response.content.decode()


class TestMeetings:
    def test_with_none_the_page_says_what_comes_first(self, staff):
        assert "No meeting is to come. Add the Panel’s next dates" in html_of(staff.get("/meetings/"))

    def test_one_is_added_moved_and_removed(self, staff):
        html = html_of(staff.post("/meetings/add/", {"date": "2020-05-14", "papers_due": "2020-05-06"}, follow=True))
        assert "Meeting of 14 May 2020" in html
        staff.post(f"{MEETING}change/", {"date": "2020-05-21", "note": "Moved."})
        assert str(PanelMeeting.objects.get().date) == "2020-05-21"
        staff.post("/meetings/2020-05-21/remove/", {"reason": "Called off."})
        assert not PanelMeeting.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"date": ""}, "Enter the date of the meeting."),
            ({"date": "2020-05-14"}, "There is a meeting on this day already."),
            ({"date": "0020-05-14"}, "Enter a real date"),
            ({"date": "Thursday"}, "Enter a real date, like 28/03/2020."),
            ({"papers_due": "soon"}, "Enter a real date, like 28/03/2020."),
            ({"papers_due": "2020-07-01"}, "The papers are due after the meeting."),
        ],
    )
    def test_what_is_wrong_is_said_and_kept(self, staff, changes, says):
        make.meeting()
        html = refused(staff.post("/meetings/add/", {"date": "2020-06-04", "note": "Kept."} | changes), says)
        assert "Kept.</textarea>" in html

    @pytest.mark.parametrize("day", ["2020-05-14", "14/05/2020", "14 May 2020"])
    def test_a_day_is_taken_as_pages_print_it_too(self, staff, day):
        assert staff.post("/meetings/add/", {"date": day})["Location"] == MEETING

    def test_a_note_loses_what_no_file_can_hold(self, staff):
        staff.post("/meetings/add/", {"date": "2020-05-14", "note": "One.\x07\nTwo."})
        assert PanelMeeting.objects.get().note == "One.\nTwo."

    @pytest.mark.parametrize(
        ("entered", "says"),
        [
            ({"theme": "0"}, "Choose the theme. What was sent is not on offer"),
            ({}, "Choose the quarter."),
            ({"quarter": "2019-20 Q9"}, "Choose the quarter. What was sent is not on offer"),
        ],
    )
    def test_a_line_that_is_not_chosen_from_what_is_offered_is_refused_in_words(self, staff, theme, entered, says):
        make.meeting()
        html = refused(staff.post(MEETING, {"theme": theme.pk} | entered), says)
        assert "Select a valid choice" not in html
        assert "This field is required" not in html

    @pytest.mark.parametrize("day", ["2020-05-15", "14-may", "2020-02-30"])
    def test_a_day_without_a_meeting_says_which_there_are(self, staff, day):
        make.meeting()
        response = staff.get(f"/meetings/{day}/")
        assert response.status_code == 404
        assert MEETING in response.content.decode()

    def test_the_programme_is_added_to_and_taken_from(self, staff, theme):
        meeting = make.meeting()
        html = html_of(staff.post(MEETING, {"theme": theme.pk, "quarter": "2019-20 Q4"}, follow=True))
        assert "Quarter 4, 2019-20, is on the programme." in html
        refused(staff.post(MEETING, {"theme": theme.pk, "quarter": "2019-20 Q4"}), "on the meeting&#x27;s programme")
        line = meeting.programme.get().pk
        for _ in range(2):
            staff.post(f"{MEETING}programme/{line}/remove/")
        assert not meeting.programme.exists()

    def test_what_is_due_next_is_pointed_out_with_what_to_do(self, staff, theme):
        meeting = make.meeting("2140-05-14", papers_due="2140-05-06")
        make.line(meeting, theme)
        sentence = "papers for 14 May 2140 are due on 6 May 2140: Theme 3, Quarter 4, 2019-20; "
        html = html_of(staff.get("/meetings/"))
        assert sentence in html
        assert "start the report</a>" in html
        make.report(theme, meeting=meeting)
        assert "go on with the report</a>" in html_of(staff.get("/meetings/"))

    def test_the_list_has_what_is_to_come_and_what_is_past_and_can_be_taken_away(self, staff, theme):
        make.line(make.meeting(), theme)
        make.meeting("2140-05-14")
        html = html_of(staff.get("/meetings/"))
        assert html.index("To come") < html.index("14 May 2140") < html.index("Past") < html.index("14 May 2020")
        rows = list(csv.DictReader(io.StringIO(staff.get("/meetings.csv").content.decode("utf-8-sig"))))
        assert [(row["Meeting"], row["Quarter"], row["Report"]) for row in rows] == [
            ("2020-05-14", "2019-20 Q4", "Not started"),
            ("2140-05-14", "", ""),
        ]
        assert staff.get("/meetings.xlsx").status_code == 200
        assert staff.get("/meetings.pdf").status_code == 404

    def test_two_reports_on_the_same_are_both_shown_wherever_reports_are_listed_and_told_apart(self, staff, theme):
        make.line(make.meeting(), theme)
        facts = {"classification": "Non public", "agenda_item": "07"}
        first, second = make.report(theme, slug="a-q4"), make.report(theme, slug="a-q4-2", **facts)
        said = "Non public, agenda item 07, report 2"
        html = html_of(staff.get(MEETING))
        assert f'href="/reports/{first.slug}/"' in html
        assert f'href="/reports/{second.slug}/"' in html
        assert said in html
        assert html.count("Take off") == 1
        rows = list(csv.DictReader(io.StringIO(staff.get("/meetings.csv").content.decode("utf-8-sig"))))
        assert [row["Which report"] for row in rows] == ["Public", said]
        assert said in html_of(staff.get("/meetings/"))
        assert "Theme 3 (report 2)</a>" in html_of(staff.get("/reports/"))
        assert f"Quarter 4, 2019-20 ({said})" in html_of(staff.get("/reports/a-q4-2/"))


class TestStartingAReport:
    def test_what_the_programme_says_is_chosen_already(self, staff, theme):
        make.line(make.meeting(), theme)
        form = staff.get(f"{MEETING}start-a-report/").context["form"]
        assert (form["quarter"].value(), form["themes"].value()) == ("2019-20 Q4", [theme.pk])

    def test_it_leads_to_the_report(self, staff, theme):
        make.meeting()
        entered = {"quarter": "2019-20 Q4", "themes": [theme.pk], "agenda_item": "04", "classification": "Public"}
        response = staff.post(f"{MEETING}start-a-report/", entered)
        assert response["Location"] == "/reports/police-and-crime-plan-2018-21-theme-3-2019-20-q4/"
        html = html_of(staff.get(response["Location"]))
        assert "4. Summary of key points" in html
        assert "Most activity is graded Green: 14/15 (93.3%)" in html

    def test_sent_twice_it_leads_to_the_report_that_is_there(self, staff, theme):
        make.meeting()
        entered = {"quarter": "2019-20 Q4", "themes": [theme.pk], "agenda_item": "04", "classification": "Public"}
        first = staff.post(f"{MEETING}start-a-report/", entered)["Location"]
        html = refused(staff.post(f"{MEETING}start-a-report/", entered), "is in preparation for this meeting already.")
        assert f'<a href="{first}">Go on with the report that is there</a>' in html
        assert PanelReport.objects.count() == 1

    def test_what_is_wrong_is_said_at_its_field(self, staff, theme):
        make.meeting()
        other = make.theme()
        entered = {"quarter": "2019-20 Q4", "classification": "Public"}
        address = f"{MEETING}start-a-report/"
        refused(staff.post(address, entered), "Choose at least one theme.")
        refused(staff.post(address, entered | {"themes": [theme.pk, other.pk]}), "Choose themes of one plan.")
        refused(staff.post(address, entered | {"themes": [other.pk]}), "has not been opened for Theme 1")
        for name in ("quarter", "themes", "classification"):
            html = refused(staff.post(address, entered | {"themes": [theme.pk]} | {name: "0"}), "is not on offer")
            assert "Select a valid choice" not in html
        assert not PanelReport.objects.exists()


class TestTheListOfReports:
    def test_it_is_narrowed_sorted_and_taken_away(self, staff, report):
        other = make.report(make.theme(), meeting=make.meeting("2021-02-04"), agenda_item="07")
        make.edition(other)
        html = html_of(staff.get("/reports/?state=published"))
        assert "1 of 2 reports" in html
        assert f"/reports/{other.slug}/" in html
        assert "/reports/the-report/" not in html
        for asked, found in (("theme=3", 1), ("year=2021", 1), ("words=police+crime", 1), ("state=preparation", 1)):
            assert len(staff.get(f"/reports/?{asked}").context["table"].rows) == found
        rows = list(csv.reader(io.StringIO(staff.get("/reports.csv?sort=meeting").content.decode("utf-8-sig"))))
        assert [row[0] for row in rows] == ["Meeting", "2020-05-14", "2021-02-04"]
        assert rows[2][-1] == "Published V1"

    def test_a_wrong_choice_is_passed_over_on_the_page_and_refused_as_a_file(self, staff, report):
        assert "It is passed over." in html_of(staff.get("/reports/?state=lost"))
        assert staff.get("/reports.csv?state=lost").status_code == 404

    def test_a_report_that_is_not_there_says_which_there_are(self, staff, report):
        response = staff.get("/reports/no-such/")
        assert response.status_code == 404
        assert "/reports/the-report/" in response.content.decode()


class TestTheReportsPage:
    said = "has no deliverable in force in Quarter 4, 2019-20: its appendix will have no rows and no figures."

    def test_a_theme_without_deliverables_is_pointed_out(self, staff, report):
        empty = make.report(make.theme(title="Roads"))
        assert f"Theme 1: Roads {self.said}" in html_of(staff.get(f"/reports/{empty.slug}/"))
        assert self.said not in html_of(staff.get("/reports/the-report/"))

    def test_one_whose_deliverables_are_all_exempt_is_not_called_empty(self, staff):
        row = make.deliverable()
        exempt(deliverable=row, first=Q4, last=None, reason="Under investigation.", by=make.staff())
        html = html_of(staff.get(f"/reports/{make.report(row.theme).slug}/"))
        assert self.said not in html
        assert "exempt from publication" in html


class TestTheFacts:
    def entered(self, staff, address):
        form = staff.get(address).context["form"]
        return {field.name: field.value() for field in form if field.value() not in (None, "")}

    def test_all_of_them_are_changed_on_one_form(self, staff, report):
        address = "/reports/the-report/facts/"
        columns = ["recovery", "due quarter"]
        entered = self.entered(staff, address) | {
            "columns": columns, "exceptions": "alone", "author": "Chief Executive", "themes": [1],
            "classification": "Non public",
        }  # fmt: skip
        entered["themes"] = [theme.pk for theme in report.plan.themes.all()[:2]]
        staff.post(address, entered)
        report = PanelReport.objects.get()
        assert [str(column) for column in report.columns] == ["due quarter", "recovery"]
        assert (report.author, report.exceptions, report.themes_label) == ("Chief Executive", "alone", "Themes 1 and 2")
        html = html_of(staff.get("/reports/the-report/preview/"))
        assert "Chief Executive" in html
        assert '<th scope="col">Due quarter</th>' in html

    def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays(self, staff, report):
        entered = self.entered(staff, "/reports/the-report/facts/") | {"author_email": "nobody", "author": "Chief"}
        html = refused(staff.post("/reports/the-report/facts/", entered | {"themes": []}), "Enter an e-mail address")
        assert "Choose at least one theme." in html
        assert 'value="Chief"' in html

    def test_its_lines_lose_what_no_file_can_hold(self, staff, report):
        address = "/reports/the-report/facts/"
        entered = self.entered(staff, address) | {"agenda_item": "0\x074", "author": "Chief\x1b\n Executive"}
        assert staff.post(address, entered).status_code == 302
        report.refresh_from_db()
        assert (report.agenda_item, report.author) == ("04", "Chief Executive")
        for empty in ("", "\x07"):
            refused(staff.post(address, entered | {"report_to": empty}), "Enter whom the report goes to.")

    def test_the_form_names_what_is_missing_or_not_on_offer(self, staff, report):
        names = ("meeting", "classification", "themes", "columns", "exceptions")
        wrong = dict.fromkeys(names, "0") | dict.fromkeys(("for_line", "report_to", "report_of"), "")
        html = refused(
            staff.post("/reports/the-report/facts/", wrong),
            "Choose the meeting. What was sent", "Choose the classification. What was sent", "Choose at least one",
            "Choose the columns. What", "Choose where the red and amber", "Enter what the report is for", "Enter whose",
        )  # fmt: skip
        assert "Select a valid choice" not in html
        assert "This field is required" not in html

    def test_what_the_next_report_begins_with_is_kept(self, staff):
        entered = self.entered(staff, "/reports/defaults/") | {"columns": ["recovery"], "author": "Chief Executive"}
        assert staff.post("/reports/defaults/", entered).status_code == 302
        assert ReportDefaults.objects.get().author == "Chief Executive"
        assert staff.get("/reports/defaults/").context["form"]["columns"].value() == ("recovery",)

    @pytest.mark.parametrize("address", ["/reports/the-report/facts/", "/reports/defaults/"])
    def test_of_two_people_the_second_sees_what_the_first_saved_and_none_is_lost(
        self, staff, signed_in, user, report, address
    ):
        def author():
            return (ReportDefaults if "defaults" in address else PanelReport).objects.get().author

        mine, theirs = self.entered(staff, address), self.entered(signed_in("admin"), address)
        theirs |= {"author": "Theirs", "other_phone": "", "columns": ["due quarter"]}
        assert signed_in("admin").post(address, theirs).status_code == 302
        response = staff.post(address, mine | {"author": "Mine", "other_phone": "Mine too"})
        html = refused(response, f"{user('admin')} saved", "since you opened it. Both are below")
        newer = html.partition("What was saved meanwhile")[2].partition("What you typed")[0]
        assert newer.count("<dt>") == 3
        for label, value in (
            ("Report author", "Theirs"),
            ("Other contact&#x27;s telephone", "Empty"),
            ("Further columns", "Due quarter"),
        ):
            assert f"<dt>{label}</dt><dd>{value}</dd>" in newer
        form = response.context["form"]
        assert (form["author"].value(), form["other_phone"].value(), author()) == ("Mine", "Mine too", "Theirs")
        again = {field.name: field.value() for field in form if field.value() not in (None, "")}
        assert staff.post(address, again).status_code == 302
        assert author() == "Mine"

    def test_themes_chosen_meanwhile_are_shown_by_their_names_and_stay(self, staff, signed_in, report):
        address = "/reports/the-report/facts/"
        mine, one = self.entered(staff, address), report.plan.themes.get(number=1)
        signed_in("admin").post(address, mine | {"themes": [one.pk]})
        refused(staff.post(address, mine | {"author": "Mine"}), f"<dt>Themes</dt><dd>{one}</dd>")
        assert PanelReport.objects.get().themes.get() == one

    def test_facts_sent_twice_are_no_conflict_with_themselves(self, staff, report):
        for address, model in (("/reports/the-report/facts/", PanelReport), ("/reports/defaults/", ReportDefaults)):
            mine = self.entered(staff, address) | {"author": "Mine", "columns": ["recovery", "due quarter"]}
            staff.post(address, mine)
            count = model.history.filter(author="Mine").count()
            assert staff.post(address, mine).status_code == 302
            assert model.history.filter(author="Mine").count() == count > 0

    @pytest.mark.parametrize("address", ["/reports/the-report/facts/", "/reports/defaults/"])
    def test_a_form_that_does_not_say_what_it_showed_changes_nothing(self, staff, report, address):
        mine = self.entered(staff, address) | {"author": "Mine"}
        del mine["shown"]
        refused(staff.post(address, mine), "Both are below")
        assert not (ReportDefaults if "defaults" in address else PanelReport).objects.filter(author="Mine").exists()

    def test_a_report_is_removed_until_it_is_published(self, staff, report):
        make.edition(report)
        refused(staff.post("/reports/the-report/remove/", {"reason": "A slip."}), "It has been published")
        report.editions.all().delete()
        staff.post("/reports/the-report/remove/", {"reason": "A slip."})
        assert not PanelReport.objects.exists()


class TestWritingASection:
    address = "/reports/the-report/sections/summary/"

    def opened(self, client):
        form = client.get(self.address).context["form"]
        return {name: form[name].value() for name in ("narrative", "filled", "shown")}

    def write(self, client, old, new, page=None):
        entered = page or self.opened(client)
        entered["narrative"] = entered["narrative"].replace(old, new)
        return client.post(self.address, entered)

    def data_change(self):
        """Deliverable 12's amber becomes green."""
        update = ApprovedUpdate.objects.get(
            update__deliverable__theme__number=3, number=12, update__period__quarter=str(Q4)
        )
        update.rating = update.rating.scheme.ratings.get(code="G")
        update.save()

    def test_what_is_written_is_printed_and_the_rest_follows_the_data(self, staff, report):
        assert self.write(staff, "Appendix A says", "Appendix A tells").status_code == 302
        html = html_of(staff.get("/reports/the-report/"))
        assert "Appendix A tells for each deliverable" in html
        assert "Edited by hand." in html
        self.data_change()
        html = html_of(staff.get("/reports/the-report/"))
        assert "This was written by hand when the data said: “Most activity is graded Green: 14/15 (93.3%)." in html
        assert "Now they say: “All activity is graded Green: 15/15 (100%).”" in html
        assert "14/15 (93.3%), 1/15 (6.7%) are none of this report’s figures" in html
        assert "3 ratings improved and none got worse." in html

    def test_kept_as_it_is_it_is_pointed_out_no_more(self, staff, report):
        self.write(staff, "Most activity", "By far most activity")
        self.data_change()
        page = html_of(staff.get("/reports/the-report/"))
        filled = page.partition('name="filled" value="')[2].partition('"')[0]
        shown = page.partition('name="shown" value="')[2].partition('"')[0]
        entered = {"filled": filled.replace("&lt;", "<").replace("&gt;", ">"), "shown": shown}
        html = html_of(staff.post(f"{self.address}keep/", entered, follow=True))
        assert "Your text stays." in html
        assert "This was written by hand" not in html
        assert "By far most activity is graded Green: 14/15" in html

    def test_the_offices_text_is_taken_again(self, staff, report):
        self.write(staff, "Most activity", "By far most activity")
        shown = self.opened(staff)["shown"]
        html = html_of(staff.post(f"{self.address}fill-again/", {"shown": shown}, follow=True))
        assert "It is filled from the data again." in html
        assert not ReportSection.objects.exists()
        assert "By far most activity" in html_of(staff.get("/reports/the-report/history/"))

    def test_of_two_people_the_second_sees_both_texts_and_none_is_lost(self, staff, signed_in, report):
        other = signed_in("admin")
        page = self.opened(staff)
        self.write(other, "Most activity", "Their activity")
        response = self.write(staff, "Most activity", "My activity", page)
        html = refused(response, "saved this section since you opened it. Both texts are below")
        assert "Their activity is graded" in html
        assert "My activity is graded" in html
        assert "Their activity" in ReportSection.objects.get().text
        form = response.context["form"]
        again = {name: form[name].value() for name in ("narrative", "filled", "shown")}
        assert staff.post(self.address, again).status_code == 302
        assert "My activity" in ReportSection.objects.get().text

    def test_a_button_pressed_over_a_newer_text_changes_nothing_and_says_so(self, staff, signed_in, report):
        self.write(staff, "Most activity", "My activity")
        shown = self.opened(staff)["shown"]
        self.write(signed_in("admin"), "My activity", "Their activity")
        html = html_of(staff.post(f"{self.address}fill-again/", {"shown": shown}, follow=True))
        assert "saved this section since you opened it. It is shown as it is now; nothing was changed." in html
        assert "Their activity" in ReportSection.objects.get().text

    def test_a_placeholder_is_refused_and_what_was_typed_stays(self, staff, report):
        html = refused(self.write(staff, "Most activity", "{plan}"), "Nothing is filled in here for {plan}")
        assert "{plan} is graded Green" in html

    def test_an_emptied_section_is_left_out_when_asked_again_and_can_be_taken_back(self, staff, report):
        page = self.opened(staff)
        html = refused(staff.post(self.address, page | {"narrative": ""}), "so it will be left out of the report")
        assert '<input type="checkbox" name="is_left_out"' in html
        assert not ReportSection.objects.exists()
        entered = page | {"narrative": "", "is_left_out": "on"}
        html = html_of(staff.post(self.address, entered, follow=True))
        assert "<b>Left out of the report:</b> its text was emptied by hand." in html
        assert "4. Details of outcome of consultation" in html
        shown = self.opened(staff)["shown"]
        html = html_of(staff.post(f"{self.address}fill-again/", {"shown": shown}, follow=True))
        assert "4. Summary of key points" in html

    @pytest.mark.parametrize("missing", ["narrative", "filled", "shown"])
    def test_a_text_that_was_lost_on_its_way_is_not_taken_for_an_empty_one(self, staff, report, missing):
        self.write(staff, "Most activity", "My activity")
        stored = ReportSection.objects.get().text
        entered = self.opened(staff) | {"is_left_out": "on"}
        del entered[missing]
        html = html_of(staff.post(self.address, entered, follow=True))
        assert "The form did not arrive whole, so nothing was saved" in html
        assert "My activity" in html
        assert ReportSection.objects.get().text == stored

    def test_a_text_is_not_kept_beside_one_that_was_lost_on_its_way(self, staff, report):
        self.write(staff, "Most activity", "My activity")
        stored = ReportSection.objects.get()
        html = html_of(staff.post(f"{self.address}keep/", {"shown": self.opened(staff)["shown"]}, follow=True))
        assert "The form did not arrive whole" in html
        assert ReportSection.objects.get().filled == stored.filled

    def test_what_is_sent_after_the_session_has_ended_is_shown_to_be_copied(self, report):
        response = Client().post(self.address, {"narrative": "My words.", "filled": "<p>A.</p>", "shown": "0"})
        html = response.content.decode()
        assert response.status_code == 401
        assert "My words." in html
        assert "Filled" not in html

    def test_a_section_that_is_not_there_says_which_there_are(self, staff, report):
        response = staff.get("/reports/the-report/sections/poem/")
        assert response.status_code == 404
        assert self.address in response.content.decode()


class TestThePreview:
    def test_page_and_files_say_that_they_are_a_draft(self, staff, report):
        for address in ("preview/", "preview.html"):
            html = html_of(staff.get(f"/reports/the-report/{address}"))
            assert "Draft: not published" in html
            assert "1.1" in html
            assert "14/15 (93.3%)" in html
        assert json.loads(staff.get("/reports/the-report/preview.json").content)["quarter"] == "2019-20 Q4"
        name = staff.get("/reports/the-report/preview.csv")["Content-Disposition"]
        assert name == 'attachment; filename="panel-report theme-3 2019-20 Q4 draft.csv"'

    def test_a_form_that_is_not_there_says_which_there_are(self, staff, report):
        response = staff.get("/reports/the-report/preview.odt")
        assert response.status_code == 404
        assert "/reports/the-report/preview.csv" in response.content.decode()

    def test_editions_are_listed_with_who_and_when(self, staff, report):
        make.edition(report, by=make.staff(display_name="Policy officer"), at=make.NOW)
        html = html_of(staff.get("/reports/the-report/"))
        assert "V1</a>, published on 2 April 2020, 12:00 by Policy officer" in html


class TestOfficeTexts:
    address = "/reports/texts/purpose/"
    entered = {"heading": "Why we write", "qualifier": "", "narrative": "On {themes}."}

    def shown(self, client):
        return {"shown": client.get(self.address).context["form"]["shown"].value()}

    def test_a_report_follows_the_offices_text_and_goes_back_to_the_products(self, staff, report):
        staff.post(self.address, self.entered | self.shown(staff))
        html = html_of(staff.get("/reports/the-report/"))
        assert "1. Why we write" in html
        assert "On Theme 3: Tackling Crime" in html
        assert "The office’s own text." in html_of(staff.get("/reports/texts/"))
        html = html_of(staff.get(self.address))
        assert html.count(f'name="shown" value="{self.shown(staff)["shown"]}"') == 2
        staff.post(f"{self.address}product/", self.shown(staff))
        assert not OfficeSection.objects.exists()

    def test_of_two_people_the_second_sees_both_texts_and_none_is_lost(self, staff, signed_in, user):
        mine = self.entered | self.shown(staff)
        theirs = mine | {"heading": "Their heading", "narrative": "<ul><li>Their text on {themes}.</li></ul>"}
        assert signed_in("admin").post(self.address, theirs).status_code == 302
        response = staff.post(self.address, mine)
        html = refused(response, f"{user('admin')} saved this text since you opened it. Both are below")
        newer = html.partition("What was saved meanwhile")[2].partition("What you typed")[0]
        assert "<dt>Heading</dt><dd>Their heading</dd>" in newer
        assert "Their text on {themes}." in newer
        assert "&lt;" not in newer
        assert "On {themes}.</textarea>" in html
        assert OfficeSection.objects.get().heading == "Their heading"
        form = response.context["form"]
        assert staff.post(self.address, {field.name: field.value() for field in form}).status_code == 302
        assert OfficeSection.objects.get().heading == "Why we write"

    def test_a_text_over_the_products_taken_again_meanwhile_is_refused_with_that(self, staff, signed_in):
        staff.post(self.address, self.entered | self.shown(staff))
        mine = self.entered | self.shown(staff) | {"heading": "Mine"}
        signed_in("admin").post(f"{self.address}product/", self.shown(staff))
        refused(staff.post(self.address, mine), "<dt>Heading</dt><dd>Purpose of the report</dd>")
        assert not OfficeSection.objects.exists()

    def test_the_products_text_is_not_taken_over_one_that_was_saved_meanwhile(self, staff, signed_in):
        staff.post(self.address, self.entered | self.shown(staff))
        shown = self.shown(staff)
        signed_in("admin").post(self.address, self.entered | shown | {"heading": "Theirs"})
        html = html_of(staff.post(f"{self.address}product/", shown, follow=True))
        assert "saved this text since you opened it. It is shown as it is now; nothing was changed." in html
        assert 'value="Theirs"' in html
        assert OfficeSection.objects.get().heading == "Theirs"

    def test_a_text_sent_twice_is_no_conflict_with_itself(self, staff):
        mine = self.entered | self.shown(staff)
        assert [staff.post(self.address, mine).status_code for _ in range(2)] == [302, 302]
        assert OfficeSection.history.count() == 1

    def test_unknown_placeholders_are_refused_with_those_there_are_and_the_text_stays(self, staff):
        html = refused(
            staff.post(self.address, self.entered | {"narrative": "On {theme}."}), "nothing to fill in for {theme}"
        )
        assert "On {theme}.</textarea>" in html
        assert "{theme_titles}" in html

    def test_the_placeholders_are_explained_beside_the_form(self, staff):
        assert "<code>{overall}</code>" in html_of(staff.get(self.address))


class TestTheWordTemplatesPage:
    def word_file(self, *, has_document=True):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as file:
            file.writestr("word/document.xml" if has_document else "a.txt", "a")
        return content.getvalue()

    def upload(self, client, content, name="look.docx"):
        return client.post("/reports/word-template/", {"file": SimpleUploadedFile(name, content)}, follow=True)

    def test_what_is_refused_is_refused_with_all_that_is_wrong_and_not_kept(self, staff, monkeypatch):
        problems = ["It has no style “Heading 1”.", "It has no footer."]
        monkeypatch.setattr("reports.office_actions.word_template.check", lambda content: problems)
        refused(self.upload(staff, b"a"), *problems)
        refused(self.upload(staff, b""), "The file is empty.")
        refused(self.upload(staff, b"x" * 5_100_000), "It is 5.1 MB large; the most is 5 MB.")
        refused(staff.post("/reports/word-template/", {"csrfmiddlewaretoken": "a"}), "Choose a Word file.")
        assert not WordTemplate.objects.exists()

    def test_the_one_in_use_is_offered_and_given_back_as_it_was(self, staff, monkeypatch):
        monkeypatch.setattr("reports.office_actions.word_template.check", lambda content: [])
        content = self.word_file()
        html = html_of(self.upload(staff, content))
        assert "look.docx</a>, uploaded on" in html
        assert staff.get("/reports/word-template/file/").content == content
        html = html_of(staff.post("/reports/word-template/product/", follow=True))
        assert "In use: the product’s own look." in html
        assert staff.get("/reports/word-template/file/").status_code == 404


class TestHistory:
    def test_a_reports_tells_of_its_facts_and_of_its_themes(self, staff, report):
        one, three = Theme.objects.filter(plan__slug=PLAN, number__in=[1, 3])
        change_report(report=report, themes=[one, three], agenda_item="07", by=make.staff(display_name="Press officer"))
        html = html_of(staff.get("/reports/the-report/history/"))
        assert html.count("Press officer") == 2
        assert "07" in html
        assert '<span class="visually-hidden">[gone: </span>Theme<' in html
        assert '<span class="visually-hidden">[new: </span>Themes 1 and<' in html

    def test_a_meetings_tells_of_its_programme_too(self, staff, theme):
        make.meeting()
        staff.post(MEETING, {"theme": theme.pk, "quarter": "2019-20 Q4"})
        staff.post(f"{MEETING}programme/{PanelMeeting.objects.get().programme.get().pk}/remove/")
        html = html_of(staff.get(f"{MEETING}history/"))
        assert "<b>Removed</b> 2019-20 Q4 on its programme" in html
        assert "Theme 3: Tackling Crime" in html

    def test_the_offices_tells_of_texts_facts_and_templates(self, staff, user):
        change_office_text(
            kind=SectionKind.PURPOSE, heading="Why we write", qualifier="", text="On it.", by=user("staff")
        )
        change_defaults(author="Chief Executive", by=user("staff"))
        WordTemplate.objects.create(
            file_name="look.docx", content=b"a", uploaded_at=NOW, uploaded_by=make.staff(display_name="Press officer")
        )
        html = html_of(staff.get("/reports/texts/history/"))
        for words in ("“Why we write”", "On it.", "Chief Executive", "Word template: look.docx", "Press officer"):
            assert words in html


def test_the_way_to_the_reports_is_shown_to_those_who_prepare_them(signed_in):
    for name, leads in (("staff", True), ("admin", True), ("owner", False)):
        html = signed_in(name).get("/your-account/", follow=True).content.decode()
        assert ('href="/reports/"' in html) is leads
