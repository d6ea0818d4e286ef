"""A need's page: what it is, what is being done about it, how that is and was rated, and its thread."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from needs.actions import change_need, mark_gone, respond
from needs.copying import copy_forward
from needs.gather import gather_sight
from needs.models import Need
from needs.options import Audience, Response
from needs.over_time import over_time
from needs.wording import answered_in_words
from tests import builders as make
from themes.quarters import FinancialYear

pytestmark = pytest.mark.django_db

NEXT = FinancialYear.parse("2020-21")


def page(client, need):
    html = client.get(f"/needs/{need.section.assessment.slug}/{need.pk}/").content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<main")[2])).split())


def state_of(need, reader=None):
    sight = gather_sight(need.section.assessment, reader or make.staff())
    return next(one for one in (*sight.needs, *sight.gone) if one.pk == need.pk)


def a_need(*rated, kind=make.risk, **changes):
    """A need that deliverables of one theme answer, each rated with a letter in Quarter 4, or not where it is empty."""
    theme = make.theme()
    need = kind(make.section(make.assessment(informs=theme.plan)), **changes)
    make.period(theme)
    for code in rated:
        row = make.deliverable(theme)
        make.answers(row, need)
        if code:
            make.approved(row, code=code)
    if rated and not any(rated):
        make.approved(make.deliverable(theme))
    return need


def test_the_demonstrations_needs_say_how_they_are_answered(signed_in):
    def told(begins):
        return page(signed_in("staff"), Need.objects.get(wording__startswith=begins))

    positive = told("Positive action")
    assert "Answered by an amber deliverable only." in positive
    assert "Theme 3: Focus on priority crime types" in positive
    burglary = told("Dwelling burglary")
    assert "High risk of section 4.6 Acquisitive crime" in burglary
    assert "Why: Dedicated burglary teams." in burglary
    assert "Answered by a green deliverable." in burglary
    over = burglary.partition("Over time")[2]
    assert "2018-19 2019-20" in over
    assert over.count("G Green") == 5
    hate = told("Hate crime")
    assert "No deliverable answers it." in hate
    assert "Over time" not in hate


@pytest.mark.parametrize(
    ("rated", "said"),
    [
        ("G", "Answered by a green deliverable"),
        ("GG", "Answered by 2 green deliverables"),
        ("AR", "Answered by an amber deliverable and a red deliverable only"),
        ("GA", "Answered by a green deliverable and an amber deliverable"),
        (["A", ""], "Answered by an amber deliverable and a deliverable without an update"),
        (["NS", "NS"], "Answered by 2 deliverables that have not started"),
    ],
)
def test_how_it_is_answered_is_said_in_words(rated, said):
    assert answered_in_words(state_of(a_need(*rated))) == said


def test_what_ended_counts_no_more_and_what_was_completed_does():
    need = a_need("G", "G")
    ended, completed = (link.deliverable for link in need.deliverable_links.order_by("pk"))
    ended.withdrawn_from, ended.withdrawn_reason = make.NEXT_Q1, "Stopped."
    completed.completed_in, completed.completed_reason = make.Q4, "Done."
    ended.save()
    completed.save()
    nobody_yet = make.deliverable(ended.theme, financial_year=NEXT)
    make.approved(nobody_yet, make.NEXT_Q1)
    state = state_of(need)
    assert [one.deliverable.wording for one in state.counting] == [completed.wording]
    assert answered_in_words(state) == "Answered by a green deliverable"
    need.deliverable_links.get(deliverable=completed).delete()
    assert answered_in_words(state_of(need)) == "No deliverable answers it any more"


def test_one_carried_forward_goes_on_answering_and_its_years_stand_in_one_row():
    need = a_need("G")
    row = need.deliverable_links.get().deliverable
    later = make.deliverable(row.theme, financial_year=NEXT, key=row.key)
    make.approved(later, make.NEXT_Q1, code="A")
    ((state, stood),) = over_time(state_of(need).answers).rows
    assert state.wording == later.wording
    assert [at.label for at in stood] == ["G Green", "A Amber"]


def test_the_same_need_in_two_sections_shares_what_answers_it(signed_in):
    need = a_need("R")
    twin = make.risk(make.section(need.section.assessment), wording=need.wording, key=need.key)
    text = page(signed_in("staff"), twin)
    assert "section 1 has it too" in text
    assert "Answered by a red deliverable only." in text


def test_the_thread_goes_to_the_years_that_the_reader_may_see(signed_in):
    by, old = make.staff(), a_need("G", kind=make.recommendation)
    first = old.section.assessment
    new = copy_forward(assessment=first, title=first.title, period=NEXT, informs=first.informs, by=by)
    need = Need.objects.get(section__assessment=new)
    change_need(need=need, section=need.section, wording="Put otherwise", by=by)
    respond(need=need, response=Response.IN_PART, reason="There is no money.", by=by)
    text = page(signed_in("staff"), need)
    assert f"Changed. Before: {old.wording} (no level)" in text
    assert "Accepted in part: There is no money." in text
    assert f"In other assessments {first}" in text
    mark_gone(need=need, reason="It was done.", by=by)
    assert "It is gone since the assessment before: It was done." in page(signed_in("staff"), need)
    assert "Gone: It was done." in page(signed_in("staff"), old)


def test_nothing_of_an_assessment_for_the_office_alone_shows_through_its_public_copy(signed_in):
    by, section = make.staff(), make.section(make.assessment(title="Kept in the office"))
    reworded, dropped = make.risk(section, "very high", wording="As it was"), make.risk(section)
    old = section.assessment
    new = copy_forward(assessment=old, title="Shown", period=NEXT, informs=old.informs, by=by)
    need, gone = (Need.objects.get(section__assessment=new, key=one.key) for one in (reworded, dropped))
    change_need(need=need, section=need.section, wording="As it is", by=by)
    mark_gone(need=gone, reason="Nobody asks", by=by)
    new.audience = Audience.EVERYONE
    new.save()
    addresses = [f"/needs/{new.slug}{rest}" for rest in ("/", "/needs.csv", f"/{need.pk}/", f"/{gone.pk}/")]

    def told(client):
        return "".join(client.get(address).content.decode() for address in addresses)

    secrets = ("Kept in the office", "As it was", "Nobody asks", "Since last year", "In other assessments")
    assert [one for one in secrets if one in told(signed_in("panel"))] == []
    assert [one for one in secrets if one not in told(signed_in("owner"))] == []
    old.audience = Audience.PANEL
    old.save()
    assert [one for one in secrets if one not in told(signed_in("panel"))] == []


def test_a_need_at_a_wrong_address_leads_to_the_assessment(signed_in):
    need = a_need()
    other = make.risk()
    response = signed_in("staff").get(f"/needs/{need.section.assessment.slug}/{other.pk}/")
    assert response.status_code == 404
    assert need.section.assessment.get_absolute_url() in response.content.decode()


def test_the_page_costs_the_same_queries_however_many_quarters_and_deliverables(signed_in):
    need = a_need("G")
    row = need.deliverable_links.get().deliverable
    assessment = need.section.assessment
    assessment.audience = Audience.EVERYONE
    assessment.save()
    make.edition(make.report(row.theme))
    address = f"/needs/{assessment.slug}/{need.pk}/?"
    clients = [signed_in("staff"), Client()]
    before = [cost(client, address) for client in clients]
    for quarter in (make.Q1, make.Q2, make.Q3):
        make.approved(row, quarter)
        further = make.deliverable(row.theme)
        make.answers(further, need)
        make.approved(further, quarter)
        make.edition(make.report(row.theme, quarter=quarter))
    assert [cost(client, address) for client in clients] == before


def cost(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
