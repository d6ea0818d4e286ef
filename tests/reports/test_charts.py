"""The pages of charts: what they show, to whom, where they lead, and what they cost."""

import csv
import io
import json
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deliverables.exempt_actions import exempt
from reports.edition_models import Edition
from reports.options import Classification, Exceptions
from reports.publishing import withdraw
from tests import builders as make
from themes.quarters import FinancialYear

pytestmark = pytest.mark.django_db

REAL = "police-and-crime-plan-2018-21"


@pytest.fixture
def theme(db):
    make.without_reports()
    return make.theme(title="Safer streets")


def page(theme, client=None, **query):
    response = (client or Client()).get(reverse("theme_charts", args=[theme.plan.slug, theme.number]), query)
    assert response.status_code == 200
    return unescape(response.content.decode())


def rows_of(theme, chart, **query):
    address = reverse("theme_chart_file", args=[theme.plan.slug, theme.number, chart, "csv"])
    response = Client().get(address, query)
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def edition(theme, quarter, **facts):
    return make.edition(make.report(theme, quarter=quarter, **facts))


def rated(theme, *codes, first=make.Q3, **facts):
    """A deliverable with a rating for each quarter from the first on."""
    row = make.deliverable(theme, owner=make.person(), **facts)
    quarter = first
    for code in codes:
        make.approved(row, quarter, code, recovery_step="Catch up" if code in "AR" else "")
        quarter = quarter.next
    return row


def test_a_plans_charts_show_each_themes_newest_shares_and_the_trends_as_they_are_printed_elsewhere():
    html = unescape(Client().get(f"/progress/{REAL}/charts/").content.decode())
    titles = re.findall(r"<h2>(.+?)</h2>", html)
    assert titles[:2] == ["How each theme stands", "All themes together, quarter by quarter"]
    assert titles[2:] == [f"Theme {number}, quarter by quarter" for number in (1, 2, 3, 4)]
    front = unescape(Client().get("/").content.decode())
    shares = Client().get(f"/progress/{REAL}/charts/shares.csv").content.decode("utf-8-sig")
    for row in csv.DictReader(io.StringIO(shares)):
        theme, _, quarter = row["Theme"].partition(", Quarter")
        section = front.partition(f'id="theme-{theme[6]}"')[2]
        for name in ("G Green", "A Amber", "R Red"):
            assert row[name] in section.partition("</section>")[0]
        assert f"Quarter{quarter}" in section


def test_a_quarter_that_not_all_themes_are_reported_on_says_so_and_adds_up_what_there_is(theme):
    other = make.theme(theme.plan)
    rated(theme, "G", "G")
    rated(other, "A", first=make.Q4)
    edition(theme, make.Q3)
    make.edition(make.report(theme, other, quarter=make.Q4))
    html = unescape(Client().get(reverse("plan_charts", args=[theme.plan.slug])).content.decode())
    assert "* Quarter 3, 2019-20 (Theme 1 only): there is no report on the others for it." in html
    file = Client().get(reverse("chart_file", args=[theme.plan.slug, "trend", "csv"])).content.decode("utf-8-sig")
    assert [row[:4] for row in csv.reader(io.StringIO(file))][1:] == [
        ["Quarter 3, 2019-20 (Theme 1 only)", "1", "1/1 (100%)", "0/1 (0%)"],
        ["Quarter 4, 2019-20", "2", "1/2 (50%)", "1/2 (50%)"],
    ]


def test_a_quarter_without_a_report_between_two_is_named(theme):
    rated(theme, "G", "G", "G", first=make.Q2)
    edition(theme, make.Q2)
    edition(theme, make.Q4)
    assert "No report is published for Quarter 3, 2019-20." in page(theme)


def test_each_cell_of_the_grid_leads_to_the_deliverable_at_its_quarter_through_years_and_numbers(theme):
    row = rated(theme, "A", first=make.Q4, wording="Patrol the parks")
    next_year = FinancialYear.parse("2020-21")
    first = make.deliverable(theme, number=1, financial_year=next_year, owner=make.person(), wording="Light the paths")
    again = make.deliverable(theme, number=2, financial_year=next_year, key=row.key, wording="Patrol all parks")
    make.approved(again, make.NEXT_Q1, "G")
    edition(theme, make.Q4)
    edition(theme, make.NEXT_Q1)
    html = page(theme).partition('class="chart-grid"')[2].partition("</table>")[0]
    lines = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", line)).strip() for line in html.split("<tr>")[3:]]
    assert lines == [
        "1. Light the paths Not in force – No update, deliverable 1",
        "2. Patrol all parks A A Amber, deliverable 1 G G Green, deliverable 2",
    ]
    at = f"/progress/{theme.plan.slug}/%s/themes/{theme.number}/deliverables/%s/"
    where = [at % one for one in (("2020-21/q1", first.number), ("2019-20/q4", 1), ("2020-21/q1", 2))]
    assert re.findall(r'href="([^"]+)"', html) == where
    assert [Client().get(one).status_code for one in where] == [200] * 3
    assert re.findall(r'<a class="([^"]+)"', html) == ["no-update", "rating-A", "rating-G"]


def test_movement_between_two_chosen_quarters_counts_every_deliverable_of_both_once(theme):
    rated(theme, "G", "A", "G", first=make.Q2)
    rated(theme, "R", "A", "A", first=make.Q2)
    rated(theme, "G", first=make.Q4, in_force_from=make.Q4)
    editions = [edition(theme, quarter) for quarter in (make.Q2, make.Q3, make.Q4)]
    header, *rows = rows_of(theme, "movement")
    assert header[:2] == ["Quarter 3, 2019-20", "Quarter 4, 2019-20"]
    assert sum(int(row[2]) for row in rows) == 3
    first, last = (f"{one.slug}-v1" for one in (editions[0], editions[2]))
    assert rows_of(theme, "movement", **{"from": first, "to": last})[1:] == [
        ["G Green", "G Green", "1", "Same", "1"],
        ["R Red", "A Amber", "1", "Improved", "2"],
        ["Not yet in force", "G Green", "1", "Not comparable", "3"],
    ]
    html = page(theme, **{"from": first, "to": last})
    assert "What moved from Quarter 2, 2019-20 to Quarter 4, 2019-20" in html
    assert f"movement.csv?from={first}&to={last}" in html


def test_movement_is_told_forwards_also_where_the_later_quarter_is_asked_for_first(theme):
    rated(theme, "A", "G")
    gone = rated(theme, "G")
    first = edition(theme, make.Q3)
    gone.withdrawn_from, gone.withdrawn_reason = make.Q4, "Done by others."
    gone.save()
    last = edition(theme, make.Q4)
    assert rows_of(theme, "movement", **{"from": f"{last.slug}-v1", "to": f"{first.slug}-v1"}) == [
        ["Quarter 3, 2019-20", "Quarter 4, 2019-20", "How many", "Movement", "Which"],
        ["G Green", "No longer in force", "1", "Not comparable", "2"],
        ["A Amber", "G Green", "1", "Improved", "1"],
    ]


def test_what_a_report_of_red_and_amber_alone_does_not_print_is_not_said_to_be_out_of_force(theme):
    rated(theme, "G", "G")
    rated(theme, "A", "A")
    edition(theme, make.Q3)
    edition(theme, make.Q4, exceptions=Exceptions.ALONE)
    assert ["G Green", "Not printed: red and amber only", "1", "Not comparable", "1"] in rows_of(theme, "movement")
    number, _, _, last = rows_of(theme, "grid")[-1]
    assert (number, last) == ("1", "Not printed: the report lists red and amber only")


def test_an_exempt_deliverable_is_counted_by_no_chart_and_its_coming_and_going_not_told(theme):
    rated(theme, "G", "G")
    hidden = rated(theme, "A", "A", wording="Watch the gang")
    edition(theme, make.Q3)
    exempt(deliverable=hidden, first=make.Q4, last=None, reason="A live investigation.", by=make.staff())
    edition(theme, make.Q4)
    assert rows_of(theme, "trend")[-1][:4] == ["Quarter 4, 2019-20", "1", "1/1 (100%)", "0/1 (0%)"]
    assert [row[2:] for row in rows_of(theme, "movement")[1:]] == [["1", "Same", "1"]]
    html = page(theme)
    assert "Theme 1 at Quarter 4, 2019-20: 1 deliverable is exempt from publication." in html
    assert "Not in force, or exempt from publication" in html


def test_what_a_reader_may_not_see_is_in_no_chart(theme):
    rated(theme, "G", "A")
    edition(theme, make.Q3)
    shown = edition(theme, make.Q4, classification=Classification.NON_PUBLIC)
    member = Client()
    member.force_login(make.panel_member())
    assert "Quarter 4, 2019-20" not in page(theme)
    assert "Quarter 4, 2019-20" in page(theme, member)
    withdraw(edition=shown, by=make.administrator(), reason="Wrong.")
    assert "Quarter 4, 2019-20" not in page(theme, member)


@pytest.mark.parametrize("where", [
    f"/progress/{REAL}/charts/never.csv", f"/progress/{REAL}/themes/3/charts/never.csv",
    f"/progress/{REAL}/themes/9/charts/", "/progress/never/charts/", f"/progress/{REAL}/charts/trend.exe",
    f"/progress/{REAL}/themes/3/charts/movement.csv?from=never",
])  # fmt: skip
def test_what_is_not_there_is_answered_with_what_there_is(where):
    response = Client().get(where)
    assert response.status_code == 404
    assert re.search("There (is|are) no|can be had as", response.content.decode())


def test_a_plan_that_nothing_can_be_seen_of_is_answered_like_one_that_never_was(theme):
    edition(theme, make.Q4, classification=Classification.NON_PUBLIC)
    hidden, never = (Client().get(reverse("plan_charts", args=[slug])) for slug in (theme.plan.slug, "never"))
    assert (hidden.status_code, hidden.content) == (404, never.content)


def test_a_single_report_has_no_movement_and_the_page_says_when_there_will_be(theme):
    rated(theme, "G", first=make.Q4)
    edition(theme, make.Q4)
    assert "Movement between two quarters will be here once" in page(theme)


def test_the_script_draws_what_the_page_holds(theme):
    rated(theme, "G", "A")
    edition(theme, make.Q3)
    edition(theme, make.Q4)
    found = re.findall(r'<script type="application/json">(.+?)</script>', page(theme))
    assert [json.loads(one)["title"].partition("<br>")[2] for one in found] == ["Theme 1: Safer streets"] * 3


def more_quarters(of, number):
    """Copies of an edition's frozen rows and figures, each for a quarter before the last."""
    theme, quarter = of.themes.get(), of.quarter
    for _ in range(number):
        quarter = quarter.previous
        edition = copy(of, slug=f"report-at-{quarter.year}-{quarter.slug}", quarter=quarter)
        new = copy(theme, edition=edition)
        for figure in theme.figures.all():
            copy(figure, edition=edition, theme=new)
        for row in theme.rows.all():
            copy(row, theme=new)


def copy(record, **changes):
    facts = {field.name: getattr(record, field.name) for field in record._meta.concrete_fields if not field.primary_key}
    return type(record).objects.create(**facts | changes)


def test_forty_quarters_cost_as_many_queries_as_two(theme):
    rated(theme, "G", "A")
    edition(theme, make.Q3)
    newest = edition(theme, make.Q4)
    member = Client()
    member.force_login(make.panel_member())
    addresses = [reverse("plan_charts", args=[theme.plan.slug]), reverse("theme_charts", args=[theme.plan.slug, 1])]

    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert [member.get(one).status_code for one in addresses] == [200, 200]
        return len(captured)

    cost()
    before = cost()
    Edition.objects.exclude(pk=newest.pk).delete()
    more_quarters(newest, 39)
    assert len(rows_of(theme, "trend")) == 41
    assert cost() == before
