import csv
import io

import openpyxl
import pytest
from django.utils import timezone

from accounts.models import Office
from deliverables.models import ApprovedUpdate, Deliverable
from tests import builders as make
from tests.conftest import PLAN, QUARTER, THEME_3
from themes.models import ReportingPeriod, Theme

REAL_FIGURES = ["14/15 (93.3%)", "1/15 (6.7%)", "0/15 (0%)"]


def page(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200, response
    return response.content.decode()


class TestSummary:
    def test_it_shows_every_theme_with_its_counts_and_percentages(self, signed_in):
        html = page(signed_in("staff"), QUARTER)
        for number in (1, 2, 3, 4):
            assert f"Theme {number}: " in html
        for figure in REAL_FIGURES:
            assert figure in html
        assert "Very good" in html

    def test_it_says_how_many_updates_are_missing(self, signed_in):
        assert "<strong>1 of 13</strong>" in page(signed_in("staff"), QUARTER)

    def test_it_counts_how_the_ratings_moved_since_last_quarter(self, signed_in):
        assert "2 improved, 0 worse, 12 same, 1 not comparable" in page(signed_in("staff"), QUARTER)

    def test_it_tells_the_overdue_to_start_from_what_is_planned_for_later(self, signed_in):
        assert "1 planned for later, 1 overdue to start" in page(signed_in("staff"), QUARTER)

    def test_staff_see_the_figures_if_all_submitted_were_approved(self, signed_in):
        open_quarter = f"/plans/{PLAN}/2020-21/q1/"
        assert "If all submitted are approved" in page(signed_in("staff"), open_quarter)
        assert "If all submitted are approved" not in page(signed_in("owner"), open_quarter)

    def test_a_theme_without_deliverables_shows_nought_of_nought_and_no_wording(self, signed_in, plan):
        Theme.objects.create(plan=plan, number=5, title="Nothing yet")
        section = page(signed_in("staff"), QUARTER).split('id="theme-5"')[1]
        assert "0/0</span>" in section
        assert "Overall" not in section.split("</section>")[0]

    def test_the_notice_names_the_themes_it_is_about(self, signed_in):
        assert "Themes 1, 2 and 4: Illustrative" in page(signed_in("staff"), QUARTER)

    def test_its_figures_can_be_taken_away(self, signed_in):
        rows = list(csv.reader(io.StringIO(signed_in("staff").get(f"{QUARTER}themes.csv").content.decode("utf-8-sig"))))
        theme_3 = dict(zip(rows[0], rows[3], strict=True))
        assert theme_3["Green"] == "14/15 (93.3%)"
        assert theme_3["Overall"] == "very good"

    def test_the_plan_stays_where_it_is_until_a_newer_quarters_updates_are_all_due(self, signed_in):
        client = signed_in("owner")
        periods = ReportingPeriod.objects.filter(quarter="2020-21 Q1")
        periods.update(updates_due="2999-01-01")
        row = Deliverable.objects.get(theme__number=3, financial_year="2020-21", number=15)
        make.approved(row, row.in_force_from)
        assert self.latest(client) == QUARTER
        periods.exclude(theme=row.theme).update(opens="2020-01-01", updates_due="2020-07-21")
        assert self.latest(client) == QUARTER
        periods.filter(theme=row.theme).update(locked_at=timezone.now(), locked_by=make.staff())
        assert self.latest(client) == f"/plans/{PLAN}/2020-21/q1/"

    def test_where_no_quarters_updates_are_all_due_it_leads_to_the_latest_with_an_approved_one(self, signed_in):
        ReportingPeriod.objects.update(updates_due="2999-01-01", locked_at=None, locked_by=None)
        assert self.latest(signed_in("owner")) == QUARTER

    def latest(self, client):
        return client.get("/plans/", follow=True).redirect_chain[-1][0]

    def test_the_plan_leads_to_the_latest_quarter_with_an_approved_update(self, signed_in):
        response = signed_in("staff").get("/plans/", follow=True)
        assert response.redirect_chain[-1][0] == QUARTER


class TestTheme:
    def test_it_shows_the_status_key_and_all_deliverables(self, signed_in):
        html = page(signed_in("owner"), THEME_3)
        for figure in REAL_FIGURES:
            assert figure in html
        assert "Overall, progress is <strong>very good</strong>" in html
        assert html.count('<td class="col-number"') == 15

    def test_it_is_sorted_as_the_address_asks(self, signed_in):
        html = page(signed_in("staff"), THEME_3, sort="-number")
        assert html.index(">15</td>") < html.index(">14</td>")
        assert 'aria-sort="descending"' in html

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ({"rating": "A"}, 1),
            ({"rating": "no-update"}, 0),
            ({"owner": "NW"}, 1),
            ({"movement": "improved"}, 2),
            ({"words": "BURGLARY teams"}, 1),
            ({"rating": "no such rating"}, 15),
            ({"words": "", "owner": ""}, 15),
        ],
    )
    def test_it_is_filtered_as_the_address_asks(self, signed_in, query, count):
        assert page(signed_in("staff"), THEME_3, **query).count('<td class="col-number"') == count

    def test_a_deliverable_without_an_approved_update_is_shown_and_counted(self, signed_in):
        quarter_3 = f"/plans/{PLAN}/2019-20/q3/themes/3/"
        html = page(signed_in("staff"), quarter_3)
        assert "<strong>1 has no approved update and counts in the total.</strong>" in html
        assert "1/15 (6.7%)" in html
        assert page(signed_in("staff"), quarter_3, rating="no-update").count('<td class="col-number"') == 1

    def test_a_choice_that_the_list_does_not_have_is_said_and_passed_over(self, signed_in):
        html = page(signed_in("staff"), THEME_3, rating="PURPLE")
        assert "There is no &quot;PURPLE&quot; to choose. There is: All, Green, Amber, Red" in html
        response = signed_in("staff").get(f"{THEME_3}deliverables.csv", {"rating": "PURPLE"})
        assert response.status_code == 404
        assert "There is no &quot;PURPLE&quot; to choose" in response.content.decode()

    def test_a_file_says_its_quarter_its_notice_and_whether_it_is_filtered(self, signed_in):
        response = signed_in("staff").get(f"{QUARTER}themes/1/deliverables.csv", {"rating": "R"})
        row = next(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert row["Quarter"] == "2019-20 Q4"
        assert row["Notice"].startswith("Illustrative")
        assert "filtered.csv" in response["Content-Disposition"]

    def test_before_the_first_approved_update_progress_is_not_put_into_words(self, signed_in):
        html = page(signed_in("staff"), f"/plans/{PLAN}/2020-21/q1/themes/3/")
        assert "15/15 (100%)" in html
        assert "Overall, progress" not in html

    def test_a_withdrawn_deliverable_is_listed_with_its_reason_and_not_counted(self, signed_in):
        html = page(signed_in("staff"), f"{QUARTER}themes/2/")
        assert "Withdrawn from 2019-20 Q3" in html
        assert "of the 11 deliverables in force" in html

    def test_one_that_is_complete_needs_no_update_and_says_since_when(self, signed_in):
        assert "Complete since 2019-20 Q2" in page(signed_in("staff"), f"{QUARTER}themes/1/")

    def test_a_theme_with_a_single_deliverable_behaves(self, signed_in):
        ApprovedUpdate.objects.filter(update__deliverable__theme__number=3).exclude(number=1).delete()
        keep = Deliverable.objects.get(theme__number=3, financial_year="2019-20", number=1)
        others = Deliverable.objects.filter(theme__number=3, financial_year="2019-20").exclude(pk=keep.pk)
        others.update(in_force_from="2019-20 Q1", withdrawn_from="2019-20 Q2", withdrawn_reason="For the test.")
        html = page(signed_in("staff"), THEME_3)
        assert "1/1 (100%)" in html
        assert "the 1 deliverable in force" in html

    def test_a_theme_without_deliverables_says_who_adds_them(self, signed_in, plan):
        Theme.objects.create(plan=plan, number=5, title="Nothing yet")
        html = page(signed_in("staff"), f"{QUARTER}themes/5/")
        assert "0/0" in html
        assert "Overall, progress" not in html
        assert "An administrator adds them" in html

    def test_its_list_is_the_same_as_csv(self, signed_in):
        response = signed_in("staff").get(f"{THEME_3}deliverables.csv", {"rating": "A"})
        (row,) = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))
        assert (row["No."], row["Organisation"], row["Rating"], row["Rating code"]) == ("12", "Force", "Amber", "A")
        assert row["Recovery by"] == "2020-09-30"
        assert "101" in row["Deliverable"]

    def test_its_xlsx_holds_the_list_and_the_status_key(self, signed_in):
        content = signed_in("staff").get(f"{THEME_3}deliverables.xlsx").content
        book = openpyxl.load_workbook(io.BytesIO(content))
        assert book.sheetnames == ["Deliverables", "Status key"]
        assert [row[0] for row in book["Deliverables"].values][1:] == list(range(1, 16))
        printed = {row[1]: row[5] for row in book["Status key"].values}
        assert printed["Green"] == "14/15 (93.3%)"
        assert printed["Overall"] == "very good"

    def test_a_file_follows_the_order_of_the_page(self, signed_in):
        response = signed_in("staff").get(f"{THEME_3}deliverables.csv", {"sort": "-number"})
        first = next(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert first["No."] == "15"


class TestDeliverable:
    def test_it_shows_its_whole_history(self, signed_in):
        html = page(signed_in("owner"), f"{THEME_3}deliverables/8/")
        assert "April 2020" in html
        assert "October 2019" in html
        for quarter in (1, 2, 3, 4):
            assert f"Quarter {quarter}, 2019-20" in html
        assert "Printed with the update for Quarter 2, 2019-20 below it" in html

    def test_the_history_goes_back_through_the_years_it_was_carried_forward(self, signed_in):
        html = page(signed_in("owner"), f"{THEME_3}deliverables/12/")
        assert "2018-19 (no. 4), 2019-20 (no. 12), 2020-21 (no. 12)" in html
        assert "Quarter 4, 2018-19" in html

    def test_steps_and_notes_of_review_are_for_staff(self, signed_in):
        assert "Submitted by" in page(signed_in("staff"), f"{THEME_3}deliverables/8/")
        assert "Submitted by" not in page(signed_in("owner"), f"{THEME_3}deliverables/8/")


class TestWrongAddresses:
    @pytest.mark.parametrize(
        ("address", "says", "offers"),
        [
            ("/plans/nope/", "There is no plan", "Police and Crime Plan 2018-21"),
            (f"/plans/{PLAN}/2019-20/q7/", "has no quarter 2019-20 Q7", "2019-20 Q4"),
            (f"/plans/{PLAN}/1066/q1/", "has no quarter 1066 Q1", "2019-20 Q4"),
            (f"/plans/{PLAN}/2011-12/q1/", "has no quarter 2011-12 Q1", "2019-20 Q4"),
            (f"{QUARTER}themes/9/", "has no Theme 9", "Theme 3: Tackling Crime"),
            (f"{QUARTER}themes/x/", "has no Theme x", "Theme 3: Tackling Crime"),
            (f"{THEME_3}deliverables/99/", "has no deliverable 99 in 2019-20", "15. Embed the national"),
            (f"{THEME_3}deliverables/³/", "has no deliverable ³", "15. Embed the national"),
            (f"{THEME_3}?page=7", "There is no page &quot;7&quot; of this list: it has one page", "Page 1"),
            (f"{THEME_3}?page=-1", "There is no page &quot;-1&quot;", "Page 1"),
            (f"{THEME_3}?page=x", "There is no page &quot;x&quot;", "Page 1"),
            (f"{THEME_3}deliverables.pdf", "csv, xlsx and json", ""),
            (f"{THEME_3}appendix-a.exe", "It cannot be had as", "JSON"),
        ],
    )
    def test_a_wrong_address_says_what_there_is(self, signed_in, address, says, offers):
        response = signed_in("staff").get(address)
        html = response.content.decode()
        assert response.status_code == 404
        assert says in html
        assert offers in html

    def test_text_from_the_address_is_shown_escaped(self, signed_in):
        html = signed_in("staff").get("/plans/<script>alert(1)</script>/").content.decode()
        assert "<script>" not in html

    def test_a_sort_that_is_not_there_is_passed_over(self, signed_in):
        assert page(signed_in("staff"), THEME_3, sort="nope").count('<td class="col-number"') == 15


def test_an_installation_without_a_plan_says_who_enters_it(signed_in, monkeypatch):
    monkeypatch.setattr("pcc_tracker.views.latest_plan", lambda today: None)
    assert "There is no plan yet" in page(signed_in("staff"), "/plans/")


def test_pages_of_the_demonstration_say_so(signed_in):
    assert "Demonstration." in page(signed_in("staff"), QUARTER)
    Office.objects.update(demonstration_since=None)
    assert "Demonstration." not in page(signed_in("staff"), QUARTER)
