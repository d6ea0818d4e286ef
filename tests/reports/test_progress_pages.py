"""What a reader finds on the pages about what was published."""

import csv
import io
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from deliverables.exempt_actions import exempt
from deliverables.models import ApprovedUpdate
from reports.models import Edition
from reports.options import Classification
from tests import builders as make

pytestmark = pytest.mark.django_db

PLAN = "/progress/police-and-crime-plan-2018-21/"
THEME = f"{PLAN}2019-20/q4/themes/3/"
ELSEWHERE = ("style", "script", "head")


def text(response):
    """What is read of a page, in one line."""
    html = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def get(address, **query):
    return Client().get(address, query)


class TestFrontPage:
    def test_it_says_what_is_red_or_amber_why_and_since_when(self):
        said = text(get("/"))
        assert "Theme 3: Tackling Crime and Antisocial Behaviour" in said
        assert "14/15 (93.3%)" in said
        assert "Overall, progress is very good" in said
        assert "12. Improve the 101 response" in said
        assert "Back on course by 30 September 2020 (it was to be by 31 March 2020):" in said
        assert "Amber or red since at least Quarter 3, 2019-20, the first quarter published here (2 reports)" in said

    def test_it_says_what_changed_in_a_sentence_per_change_with_a_link(self):
        html = get("/").content.decode()
        assert "What changed since the last report (Quarter 3, 2019-20)" in html
        assert re.search(
            rf'href="{THEME}deliverables/9/">9\. [^<]*</a>\s*<strong>improved, from R Red to G Green', html
        )

    def test_where_nobody_reported_that_is_said_first_and_not_taken_for_good_news(self):
        theme = make.theme()
        rows = [make.deliverable(theme, owner=make.person(), wording=f"Matter {number}") for number in range(5)]
        for row in rows:
            make.approved(row, make.Q3, "R", recovery_step="Catch up")
        for quarter in (make.Q3, make.Q4):
            make.edition(make.report(theme, quarter=quarter))
        said = text(get(f"/progress/{theme.plan.slug}/"))
        assert "5 without an update, so how they stand is not known" in said
        assert "5. Matter 4 has no update; it was rated R Red" in said
        assert "None is rated amber or red." in said
        assert "2 more without an update now" in said

    def test_it_says_when_the_next_report_is_due(self):
        assert "The next report is due on" in text(get("/"))

    def test_the_spreadsheet_is_one_step_away(self):
        links = re.findall(r'href="([^"]+\.xlsx)"', get("/").content.decode())
        (ours,) = [link for link in links if "theme-3-2019-20-q4" in link]
        assert get(ours).content.startswith(b"PK")

    def test_its_figures_can_be_taken_away(self):
        rows = list(csv.DictReader(io.StringIO(get(f"{PLAN}themes.csv").content.decode("utf-8-sig"))))
        (green,) = [row for row in rows if (row["Theme"], row["Code"]) == ("3", "G")]
        assert green["Printed"] == "14/15 (93.3%)"
        assert green["Address"].endswith(THEME)

    def test_before_anything_is_published_it_says_what_will_be_here(self, signed_in):
        Edition.objects.all().delete()
        assert "No report has been published yet" in text(get("/"))
        assert "/plans/" not in get("/").content.decode()
        assert "The plan as it stands" in text(signed_in("owner").get("/"))

    def test_a_plan_that_nothing_was_published_on_is_answered_like_one_that_never_was(self):
        hidden = make.report(classification=Classification.NON_PUBLIC)
        make.edition(hidden)
        there, never = get(f"/progress/{hidden.plan.slug}/"), get("/progress/never/")
        assert there.status_code == never.status_code == 404
        assert there.content == never.content


class TestLive:
    def test_staff_see_that_nothing_differs_from_what_was_published(self, signed_in):
        said = text(signed_in("staff").get("/"))
        assert "Live, for the office alone" in said
        assert "No rating or wording differs from V1." in said

    def test_staff_see_what_has_come_to_differ(self, signed_in, plan):
        update = ApprovedUpdate.objects.get(
            number=12, update__period__quarter="2019-20 Q4", update__period__theme__number=3
        )
        update.rating = plan.rating_scheme.ratings.get(code="R")
        update.save()
        said = text(signed_in("staff").get("/"))
        assert "Differs from V1: 1 got worse" in said
        assert re.search(r"12\. Improve the 101 response .* got worse, from A Amber to R Red", said)

    def test_staff_are_told_how_many_questions_wait_for_them(self, signed_in):
        assert "For the office: 1 question of the Panel to answer" in text(signed_in("staff").get("/"))
        assert "For the office" not in text(signed_in("panel").get("/"))

    @pytest.mark.parametrize("role", ["panel", "owner"])
    def test_nobody_else_sees_the_live_state_there(self, role, signed_in):
        assert "Live, for the office" not in text(signed_in(role).get("/"))

    def test_a_theme_that_was_never_reported_on_is_shown_to_staff_alone(self, signed_in):
        Edition.objects.exclude(slug__contains="theme-3").delete()
        assert "Not reported yet, for the office alone" in text(signed_in("staff").get("/"))
        assert "Theme 4" not in text(get("/"))


class TestTheme:
    def test_the_list_is_sorted_and_narrowed_as_asked(self):
        html = get(THEME, rating="A").content.decode()
        assert "1 of 15 deliverables" in html
        numbers = re.findall(r'col-number" data-label="No\.">(\d+)<', get(THEME, sort="-number").content.decode())
        assert numbers[0] == "15"

    def test_the_file_holds_what_the_page_shows(self):
        rows = list(csv.DictReader(io.StringIO(get(f"{THEME}list.csv", rating="A").content.decode("utf-8-sig"))))
        assert [(row["No."], row["Rating"], row["Edition"]) for row in rows] == [("12", "Amber", "V1")]
        assert rows[0]["Recovery step"].startswith("Agree with the City Council")

    def test_a_file_narrowed_by_what_is_not_there_says_so(self):
        assert get(f"{THEME}list.csv", rating="Q").status_code == 404

    def test_workings_stand_one_click_from_the_figures(self):
        said = text(get(THEME))
        assert "Green: 14 ÷ 15 × 100, rounded half up to one decimal, is 93.3%" in said
        assert "very good : 90% or more complete or on course, and none off track" in said

    def test_it_leads_to_the_other_quarters_and_themes(self):
        html = get(THEME).content.decode()
        assert f'href="{PLAN}2019-20/q3/themes/3/"' in html
        assert f'href="{PLAN}2019-20/q4/themes/1/"' in html

    def test_its_short_address_leads_to_the_last_report(self):
        assert get(f"{PLAN}themes/3/")["Location"] == THEME

    def test_colours_of_a_plan_that_is_not_there_are_not_there_either(self):
        for plan in ("never", "x%00y"):
            assert get(f"/progress/{plan}/colours-0.css").status_code == 404

    @pytest.mark.parametrize(
        "address",
        [
            "2019-20/Q4/themes/3/",
            "2019-20/q4/themes/03/",
            "2019-20/q1/themes/3/",
            "2019-20/q9/themes/3/",
            "2019-20/q4/themes/77/",
            "x/y/themes/²/",
        ],
    )
    def test_what_is_not_there_is_answered_with_what_is(self, address):
        response = get(PLAN + address)
        assert response.status_code == 404
        assert THEME in response.content.decode()

    def test_of_a_theme_with_an_exempt_deliverable_it_says_how_many_are_left_out_and_no_more(self):
        theme = make.theme()
        rows = [make.deliverable(theme, owner=make.person(), wording=f"Matter {number}") for number in range(3)]
        for row in rows:
            make.approved(row, code="G")
        exempt(deliverable=rows[0], first=make.Q1, last=None, reason="Live", by=make.staff())
        make.edition(make.report(theme))
        assert "1 deliverable is exempt from publication" in text(get(f"/progress/{theme.plan.slug}/"))
        said = text(get(reverse("published_theme", args=[theme.plan.slug, "2019-20", "q4", theme.number])))
        assert "1 deliverable is exempt from publication" in said
        assert "2/2 (100%)" in said
        assert "Matter 0" not in said
        assert not re.search(r"\b\d/3\b", said)


class TestDeliverable:
    def test_it_says_why_it_is_amber(self):
        said = text(get(f"{THEME}deliverables/12/"))
        assert "A Amber" in said
        assert "Amber reflects both points" in said
        assert "Back on course by 30 September 2020 (it was to be by 31 March 2020):" in said
        assert said.index("Amber reflects both points") < said.index("Rating by quarter") < said.index("Hold a joint")

    def test_a_number_that_is_not_there_is_answered_with_those_that_are(self):
        for number in ("16", "0", "x", "²", "9" * 500):
            response = get(f"{THEME}deliverables/{number}/")
            assert response.status_code == 404
            assert f"{THEME}deliverables/12/" in response.content.decode()


class TestCompare:
    ADDRESS = f"{PLAN}themes/3/compare/"

    def test_without_a_choice_it_compares_the_last_two(self):
        said = text(get(self.ADDRESS))
        assert "Quarter 3, 2019-20, V1 to Quarter 4, 2019-20, V1: 2 improved, 1 reported on again" in said

    def test_the_other_way_round_what_improved_got_worse(self):
        slug = "police-and-crime-plan-2018-21-theme-3-2019-20"
        said = text(get(self.ADDRESS, **{"from": f"{slug}-q4-v1", "to": f"{slug}-q3-v1"}))
        assert "2 got worse, 1 without an update now" in said

    def test_two_editions_of_one_quarter_are_compared_too(self):
        theme = make.theme()
        row = make.deliverable(theme, owner=make.person(), wording="Patrol the parks")
        update = make.approved(row)
        report = make.report(theme)
        make.edition(report)
        update.wording = "Patrol all parks"
        update.save()
        make.edition(report)
        said = text(get(reverse("compare_theme", args=[theme.plan.slug, theme.number])))
        assert "Quarter 4, 2019-20, V1 to Quarter 4, 2019-20, V2: 1 reworded" in said

    def test_a_report_that_is_not_there_is_said_and_the_last_is_taken(self):
        said = text(get(self.ADDRESS, **{"to": "x\x00y"}))
        assert "There is no report" in said
        assert "Quarter 4, 2019-20, V1 is taken." in said
        assert get(f"{self.ADDRESS[:-1]}.csv", **{"to": "x"}).status_code == 404

    def test_its_file_holds_a_line_a_change(self):
        rows = list(csv.DictReader(io.StringIO(get(f"{self.ADDRESS[:-1]}.csv").content.decode("utf-8-sig"))))
        assert [row["Change"] for row in rows] == ["Improved", "Improved", "Reported on again"]

    def test_a_single_report_says_that_there_is_nothing_to_compare(self):
        theme = make.theme()
        make.edition(make.report(theme))
        address = reverse("compare_theme", args=[theme.plan.slug, theme.number])
        assert "nothing to compare it with" in text(get(address))
        assert get(f"{address[:-1]}.csv").status_code == 404


def test_help_explains_ratings_and_percentages_with_what_was_published():
    said = text(get(reverse("about_figures")))
    assert "A Amber Under way, but too slowly, or with a risk of not being achieved." in said
    assert re.search(r"Green: \d+ of \d+, \d+ ÷ \d+ × 100, printed as \d+/\d+ \([\d.]+%\)", said)
    Edition.objects.all().delete()
    assert "rounded half up to one decimal" in text(get(reverse("about_figures")))
