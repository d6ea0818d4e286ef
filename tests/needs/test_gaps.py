"""The pages of gaps: what they count, where each count leads, and to whom they show what."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deliverables.exempt_actions import exempt
from needs.models import Assessment
from needs.options import Audience
from tests import builders as make

DEMONSTRATION = "/needs/nottinghamshire-police-and-crime-needs-assessment-2014-15/gaps/"
AS_PUBLISHED = "?ratings=published"

pytestmark = pytest.mark.django_db


def words(response):
    """What a page says between its tags."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def counts(html):
    """The address and the count of each line of the table of counts."""
    found = re.findall(r'<td class="figure"><a href="([^"]+)">(\d+)/\d+', html)
    return [(unescape(address), int(count)) for address, count in found]


@pytest.fixture
def answered():
    """A very high risk, shown to everyone, that a deliverable answers: amber as published, green as approved since."""
    theme = make.theme()
    row = make.deliverable(theme, owner=make.person(), wording="Patrol")
    make.approved(row, make.Q3, "A", recovery_step="Catch up")
    make.edition(make.report(theme, quarter=make.Q3))
    make.approved(row, make.Q4, "G")
    assessment = make.assessment(informs=theme.plan, audience=Audience.EVERYONE)
    risk = make.risk(make.section(assessment), "very high", wording="Harm done")
    make.answers(row, risk)
    return f"{assessment.get_absolute_url()}gaps/"


class TestTheDemonstration:
    def test_of_its_10_high_and_very_high_risks_6_have_no_deliverable(self, signed_in):
        said = words(signed_in("staff").get(DEMONSTRATION))
        assert "Of its 10 high and very high risks, 6 have no deliverable." in said
        assert "Of its 31 recommendations, 31 have no response and 28 have no deliverable." in said
        meaning = "No deliverable that is in force or was completed answers them."
        assert f"High and very high risks without a deliverable {meaning} 6/10 (60%)" in said
        assert "Ratings as approved for Quarter 4, 2019-20, published or not." in said
        # The table of all grave risks marks them; they are not listed once more.
        assert said.count("Urban street gangs") == 1

    def test_hate_crime_is_among_those_without_a_deliverable(self, signed_in):
        page = signed_in("staff").get(f"{DEMONSTRATION}risks-without-a-deliverable/")
        assert "Hate crime is up 20%" in words(page)
        assert len(page.context["table"].rows) == 6

    def test_positive_action_against_antisocial_behaviour_is_answered_by_an_amber_deliverable_alone(self, signed_in):
        page = signed_in("staff").get(f"{DEMONSTRATION}recommendations-amber-or-red-only/")
        assert "Positive action against antisocial behaviour" in words(page)
        assert "A Amber Theme 3, no. 12" in words(page)

    @pytest.mark.parametrize(("role", "query"), [("staff", ""), ("staff", AS_PUBLISHED), ("nobody", "")])
    def test_each_count_leads_to_a_list_of_as_many(self, role, query, signed_in):
        client = Client() if role == "nobody" else signed_in(role)
        found = counts(client.get(DEMONSTRATION + query).content.decode())
        assert len(found) == 8
        for address, count in found:
            assert address.endswith(query)
            listed = client.get(address)
            there = re.search(r'href="([^"]+needs\.json[^"]*)"', listed.content.decode())
            assert len(listed.context["table"].rows) == count
            assert bool(there) == bool(count)
            if there:
                assert len(client.get(unescape(there[1])).json()["rows"]) == count


def test_a_list_is_narrowed_and_sorted_and_its_file_with_it(signed_in):
    client, where = signed_in("staff"), f"{DEMONSTRATION}deliverables-without-a-need/"
    page = client.get(where, {"words": "CHILDREN missing", "ratings": "published"})
    assert len(page.context["table"].rows) == 1
    assert '<input type="hidden" name="ratings" value="published">' in page.content.decode()
    assert f'href="{where}?ratings=published#gap">Show all' in page.content.decode()
    rows = client.get(f"{where}needs.json", {"organisation": "Force", "sort": "rating"}).json()["rows"]
    assert {one["led_by"] for one in rows} == {"Force"}
    assert [one["rating_code"] for one in rows][0] == "R"
    assert [one["rating_code"] for one in rows][-1] == "G"


def test_deliverables_that_answer_no_need_come_worst_first_on_the_page_in_the_list_and_in_files(signed_in):
    client = signed_in("staff")
    codes = [
        one["rating_code"]
        for one in client.get(f"{DEMONSTRATION}deliverables-without-a-need/needs.json").json()["rows"]
    ]
    assert list(dict.fromkeys(codes)) == ["R", "A", None, "NS", "G"]
    table = client.get(f"{DEMONSTRATION}deliverables-without-a-need/").context["table"]
    assert [row.record["rating_code"] or None for row in table.rows] == codes
    listing = client.get(DEMONSTRATION).context["document"].listings[-1]
    assert [row[-1][0].rating.code if row[-1][0].rating else None for row in listing.rows] == codes


def test_a_choice_that_is_not_there_is_said_and_refused_of_a_file(signed_in):
    client, where = signed_in("staff"), f"{DEMONSTRATION}risks-without-a-deliverable/"
    assert "There is no &quot;99&quot; to choose." in client.get(where, {"section": "99"}).content.decode()
    assert client.get(f"{where}needs.csv", {"section": "99"}).status_code == 404


def test_an_unknown_gap_says_which_there_are():
    page = Client().get(f"{DEMONSTRATION}holes/")
    assert page.status_code == 404
    assert "There is no list of gaps called" in words(page)
    assert "Deliverables that answer no need" in words(page)


@pytest.mark.parametrize("role", ["nobody", "panel"])
def test_who_does_not_see_the_live_plan_sees_published_ratings_alone(role, answered, signed_in):
    client = Client() if role == "nobody" else signed_in(role)
    for query in ("", AS_PUBLISHED):
        said = words(client.get(answered + query))
        assert "Its one high or very high risk is answered by amber or red ones only." in said
        assert "A Amber Theme 1, no. 1: Patrol" in said
        assert "G Green" not in said
        assert "Ratings as last published, up to Quarter 3, 2019-20." in said


def test_the_office_sees_what_is_approved_and_on_request_what_is_published(answered, signed_in):
    client = signed_in("staff")
    assert "G Green Theme 1, no. 1: Patrol" in words(client.get(answered))
    as_published = client.get(answered + AS_PUBLISHED)
    assert "A Amber Theme 1, no. 1: Patrol" in words(as_published)
    led_to = re.findall(r'href="(/needs/[^"]+)"', as_published.content.decode().partition("<h1")[2])
    assert [one for one in led_to if not one.endswith(AS_PUBLISHED)] == []


def test_a_need_that_an_exempt_deliverable_answers_is_not_said_to_have_none(signed_in):
    theme, by = make.theme(), make.staff()
    row = make.deliverable(theme, owner=make.person(), wording="Undercover")
    make.approved(row)
    exempt(deliverable=row, first=make.Q1, last=None, reason="Live", by=by)
    make.edition(make.report(theme), by=by)
    assessment = make.assessment(informs=theme.plan, audience=Audience.EVERYONE)
    make.answers(row, make.risk(make.section(assessment), "high"))
    where = f"{assessment.get_absolute_url()}gaps/"
    said = words(Client().get(where))
    assert "Undercover" not in said
    assert "1 deliverable is exempt from publication and left out here, of the figures too." in said
    assert re.search("High and very high risks without a deliverable [^/]* 0/1", said)
    assert "Its one high or very high risk is answered by what is not published." in said
    assert "Undercover" in words(signed_in("staff").get(where))


@pytest.mark.parametrize("rest", ["", "risks-without-a-deliverable/", "risks-without-a-deliverable/needs.csv", ".pdf"])
def test_one_for_the_office_alone_is_answered_as_one_that_is_not_there(rest, signed_in):
    hidden = make.assessment()
    for client in (Client(), signed_in("panel")):
        there, not_there = (
            client.get(f"/needs/{slug}/gaps{rest if rest.startswith('.') else f'/{rest}'}")
            for slug in (hidden.slug, "no-such-needs")
        )
        assert there.status_code == not_there.status_code == 404
        assert words(there) == words(not_there)
    assert signed_in("owner").get(f"/needs/{hidden.slug}/gaps/").status_code == 200


def test_what_is_kept_for_the_public_changes_as_soon_as_a_link_does(answered):
    assert "Burglary" not in words(Client().get(answered))
    make.risk(make.section(Assessment.objects.get(slug=answered.split("/")[2])), "high", wording="Burglary")
    assert "Burglary" in words(Client().get(answered))


def test_of_several_published_plans_the_pages_cost_nobody_the_same():
    where = make.assessment(audience=Audience.EVERYONE)
    need, costs = make.risk(make.section(where), "high"), []
    for _ in range(5):
        row = make.deliverable()
        make.approved(row)
        make.answers(row, need)
        make.edition(make.report(row.theme))
        costs.append([cost(Client(), f"{where.get_absolute_url()}{page}/") for page in ("gaps", "matrix")])
    assert costs[0] == costs[-1]


def cost(client, where):
    client.get(where)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(where).status_code == 200
    return len(captured)


def test_the_queries_are_the_same_with_1_10_and_40_assessments(signed_in):
    pages = [DEMONSTRATION, f"{DEMONSTRATION}risks-without-a-deliverable/", f"{DEMONSTRATION[:-1]}.xlsx"]
    plan = make.plan()
    rows = [make.deliverable(make.theme(plan)) for _ in range(3)]
    costs = []
    for count in (1, 10, 40):
        while Assessment.objects.count() < count:
            section = make.section(make.assessment(informs=plan, audience=Audience.EVERYONE))
            for row in rows:
                make.answers(row, make.risk(section, "high"))
        costs.append([cost(client, page) for client in (signed_in("staff"), signed_in("panel")) for page in pages])
    assert costs[0] == costs[1] == costs[2]
    assert max(costs[0]) <= 32
