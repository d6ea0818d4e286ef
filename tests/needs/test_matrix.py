"""Needs against themes: how each need is answered in each theme, for whom, and at what cost."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from needs.copying import copy_forward
from needs.models import Assessment, Need
from needs.options import Audience
from reports.models import Edition
from tests import builders as make
from themes.quarters import FinancialYear

DEMONSTRATION = "/needs/nottinghamshire-police-and-crime-needs-assessment-2014-15/"
PLAN_2018 = "police_and_crime_plan_2018_21_theme_3"

pytestmark = pytest.mark.django_db


def rows_of(client, address=f"{DEMONSTRATION}matrix.json", **asked):
    return client.get(address, asked).json()["rows"]


def row_of(client, wording, **asked):
    (row,) = rows_of(client, words=wording, **asked)
    return row


def test_the_demonstrations_needs_are_answered_as_their_deliverables_are_rated(signed_in):
    staff = signed_in("staff")
    positive = row_of(staff, "Positive action against antisocial")
    assert positive["how_it_is_answered"] == "Amber or red only"
    assert positive[PLAN_2018] == "12 A Amber"
    assert positive["police_and_crime_plan_2015_18_theme_3"] == "named"
    hate = row_of(staff, "hate crime")
    assert hate["how_it_is_answered"] == "No deliverable"
    assert {value for name, value in hate.items() if "_theme_" in name} == {None}
    assert row_of(staff, "dwelling burglary")[PLAN_2018] == "14 G Green"


def test_the_counts_above_the_table_add_up_and_each_leads_to_its_list(signed_in):
    client = signed_in("staff")
    html = client.get(f"{DEMONSTRATION}matrix/").content.decode()
    shares = html.partition('<ul class="shares">')[2].partition("</ul>")[0]
    counts = re.findall(r'href="([^"]+)#needs">[^<]+</a> <span class="figure">(\d+)/68', shares)
    assert [int(count) for _, count in counts] == [57, 1, 0, 0, 10]
    for where, count in counts:
        listed = rows_of(client, unescape(where).replace("matrix/", "matrix.json"))
        assert len(listed) == int(count)
    (any_deliverable,) = re.findall(r'href="([^"]+)#needs">Only those that a deliverable answers', html)
    assert len(rows_of(client, unescape(any_deliverable).replace("matrix/", "matrix.json"))) == 68 - 57


def test_every_line_of_every_file_says_whose_ratings_it_has(signed_in):
    for query, says in (("", "Ratings as approved"), ("?ratings=published", "Ratings as last published")):
        matrix = signed_in("staff").get(f"{DEMONSTRATION}matrix.json{query}").json()
        theme = signed_in("staff").get(f"/line-of-sight/police-and-crime-plan-2018-21/themes/3.json{query}").json()
        for one in (matrix, *matrix["further"], theme):
            assert all(row["which_ratings"].startswith(says) for row in one["rows"])


def test_the_list_is_narrowed_sorted_and_paged(signed_in):
    client = signed_in("staff")
    assert len(rows_of(client)) == 68
    grave = rows_of(client, level="very high")
    assert {(row["kind"], row["level"]) for row in grave} == {("risk", "very high")}
    assert list(grave[0])[:4] == ["section", "need", "kind", "level"]
    assert {row["section"] for row in rows_of(client, section="4.6")} == {"4.6"}
    of_theme = rows_of(client, theme="police-and-crime-plan-2015-18/7", kind="recommendation")
    assert of_theme
    assert {row["police_and_crime_plan_2015_18_theme_7"] for row in of_theme} == {"named"}
    assert rows_of(client, sort="label")[0]["level"] == "very high"
    assert client.get(f"{DEMONSTRATION}matrix/?page=2").content.decode().count('<th scope="row"') == 18
    passed_over = client.get(f"{DEMONSTRATION}matrix/?level=dreadful").content.decode()
    assert "There is no &quot;dreadful&quot; to choose." in passed_over
    assert client.get(f"{DEMONSTRATION}matrix.csv?level=dreadful").status_code == 404


def test_a_mark_says_the_rating_in_words_and_leads_to_the_deliverable(signed_in):
    html = signed_in("staff").get(f"{DEMONSTRATION}matrix/?words=positive+action").content.decode()
    (address, title) = re.search(r'class="mark" href="([^"]+)" title="([^"]+)"', html).groups()
    assert address.endswith("/2019-20/q4/themes/3/deliverables/12/")
    assert title.startswith("A Amber: 12. ")
    assert re.search(r'<th scope="colgroup" colspan="7">Police and Crime Plan 2015-18</th>', html)


def test_others_than_the_office_see_published_ratings_only(signed_in):
    Edition.objects.all().delete()
    for client in (Client(), signed_in("panel")):
        assert row_of(client, "dwelling burglary")["how_it_is_answered"] == "No deliverable"
        html = client.get(f"{DEMONSTRATION}matrix/").content.decode()
        # Nor which themes a plan has that nothing is published of, but for the plan that the assessment informs.
        assert "Police and Crime Plan 2018-21" not in html
        assert "Police and Crime Plan 2015-18" in html
    staff = signed_in("staff")
    assert row_of(staff, "dwelling burglary")["how_it_is_answered"] == "On course"
    assert row_of(staff, "dwelling burglary", ratings="published")["how_it_is_answered"] == "No deliverable"


def test_a_need_that_an_exempt_deliverable_answers_has_its_answer_left_out_in_public():
    plan = make.plan()
    row = make.deliverable(make.theme(plan), exempt_from=make.Q4, exempt_reason="An operation.")
    other = make.deliverable(row.theme)
    for one in (row, other):
        make.approved(one)
    assessment = make.assessment(informs=plan, audience=Audience.EVERYONE)
    need = make.risk(make.section(assessment))
    make.answers(row, need)
    make.edition(make.report(row.theme))
    html = Client().get(f"/needs/{assessment.slug}/matrix/").content.decode()
    assert need.wording in html
    assert row.wording not in html
    assert rows_of(Client(), f"/needs/{assessment.slug}/matrix.json")[0]["how_it_is_answered"] == "Not published"


@pytest.mark.parametrize("page", ["matrix/", "matrix.csv", "{need}/"])
def test_an_assessment_for_the_office_alone_is_answered_like_what_is_not_there(page, signed_in):
    need = make.risk(make.section(make.assessment()))
    of = f"/needs/{need.section.assessment.slug}/{page.format(need=need.pk)}"
    nowhere = f"/needs/not-there/{page.format(need=need.pk)}"
    assert signed_in("staff").get(of).status_code == 200
    for client in (Client(), signed_in("panel")):
        hidden, missing = client.get(of), client.get(nowhere)
        assert (hidden.status_code, missing.status_code) == (404, 404)
        token = b"csrfmiddlewaretoken"
        assert hidden.content.split(token)[0] == missing.content.split(token)[0]


def cost(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_pages_cost_the_same_queries_with_1_10_and_40_assessments(signed_in):
    staff, by = signed_in("staff"), make.staff()
    newest = Assessment.objects.get()
    pages = {}
    for count in (1, 10, 40):
        while Assessment.objects.count() < count:
            title, period = newest.title, FinancialYear(newest.period.start + 1)
            newest = copy_forward(assessment=newest, title=title, period=period, informs=newest.informs, by=by)
            newest.audience = Audience.EVERYONE
            newest.save()
        need = Need.objects.get(section__assessment=newest, wording="Dwelling burglary")
        for client, who in ((staff, "staff"), (Client(), "nobody")):
            for page in (f"{newest.get_absolute_url()}matrix/?", need_address(need), THEME_SIDE, deliverable(who)):
                pages.setdefault((who, page.replace(newest.slug, "").replace(str(need.pk), "")), []).append(
                    cost(client, page)
                )
    # The first has no assessment before it, whose needs are one query.
    assert {name: costs for name, costs in pages.items() if costs[1] != costs[2] or costs[0] < costs[2] - 1} == {}
    assert max(max(costs) for costs in pages.values()) <= 32


THEME_SIDE = "/line-of-sight/police-and-crime-plan-2018-21/themes/3/?"


def need_address(need):
    return f"/needs/{need.section.assessment.slug}/{need.pk}/?"


def deliverable(who):
    pages = {"staff": "plans", "nobody": "progress"}
    return f"/{pages[who]}/police-and-crime-plan-2018-21/2019-20/q4/themes/3/deliverables/14/?"
