"""The pages on which an assessment is seen and kept, and on which needs are linked."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from needs.models import Assessment, DeliverableLink, Need
from needs.options import Audience, Response
from tests import builders as make
from tests.builders import YEAR

pytestmark = pytest.mark.django_db

REAL = "/needs/nottinghamshire-police-and-crime-needs-assessment-2014-15/"


def text_of(response):
    return " ".join(response.content.decode().split())


def without_tokens(response):
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text_of(response))


def changed(client, address, **changes):
    """What a person sends who opens the form at an address and changes something."""
    form = client.get(address).context["form"]
    return client.post(address, {field.name: field.value() or "" for field in form} | changes)


class TestTheRealOne:
    def test_it_has_13_sections_37_risks_and_31_recommendations_and_informs_a_plan_of_seven_themes(self):
        assessment = Assessment.objects.get(period="2014-15")
        assert assessment.sections.count() == 13
        assert Need.objects.of(assessment).filter(kind="risk").count() == 37
        assert Need.objects.of(assessment).exclude(level="").count() == 10
        assert Need.objects.of(assessment).filter(kind="recommendation").count() == 31
        assert assessment.informs.themes.count() == 7
        assert len(assessment.cross_cutting_themes) == 11

    def test_anyone_reads_it_section_by_section_and_nobody_else_than_the_office_is_offered_to_change_it(self):
        html = text_of(Client().get(REAL))
        assert "37 risks, 10 of them high or very high; 31 recommendations" in html
        assert (
            html.index("4.9 Theft") < html.index("5 Victimisation and safeguarding") < html.index("8 Recommendations")
        )
        assert "Change it, or who may see it" not in html
        assert "Who may see it" not in html

    def test_it_is_narrowed_by_section_level_and_how_it_is_answered(self):
        html = text_of(Client().get(REAL, {"level": "high", "answered": "no deliverable"}))
        assert "Hate crime is up 20%" in html
        assert "Dwelling burglary" not in html
        assert "3 of 68" in html

    def test_what_is_narrowed_is_taken_away(self):
        data = Client().get(f"{REAL}needs.json", {"section": "4.5"}).json()
        assert [row["answered_by"] for row in data["rows"]] == ["No deliverable", "No deliverable"]

    def test_it_costs_as_much_with_forty_other_assessments(self, signed_in):
        client = signed_in("staff")
        client.get(REAL)
        with CaptureQueriesContext(connection) as before:
            client.get(REAL)
        for _ in range(40):
            make.answers(make.deliverable(), make.risk(level="high"))
        with CaptureQueriesContext(connection) as after:
            client.get(REAL)
        assert len(after) == len(before)


class TestKeepingOne:
    def test_from_nothing_to_an_assessment_with_a_risk_that_a_deliverable_answers(self, signed_in, plan):
        client = signed_in("staff")
        facts = {"title": "County needs", "period": "2026-27", "informs": plan.pk, "audience": "the office and owners"}
        address = client.post("/needs/add/", facts)["Location"]
        assert address == "/needs/county-needs-2026-27/"
        client.post(f"{address}sections/add/", {"number": "4.10", "title": "Theft"})
        client.post(f"{address}sections/add/", {"number": "4.9", "title": "Fraud"})
        assessment = Assessment.objects.get(title="County needs")
        section = assessment.sections.get(number="4.10")
        added = client.post(
            f"{address}add/", {"section": section.pk, "kind": "risk", "wording": "Theft of bicycles", "level": "high"}
        )
        assert added["Location"] == f"{address}add/?section={section.pk}&kind=risk"
        html = text_of(client.get(address))
        assert html.index("4.9 Fraud") < html.index("4.10 Theft")
        need = Need.objects.of(assessment).get()
        row = plan.themes.get(number=3).deliverables.get(financial_year="2019-20", number=14)
        client.post(
            f"{address}{need.pk}/link/?plan={plan.slug}", {"links": f"deliverable-{row.pk}", "note": "Burglary teams"}
        )
        assert DeliverableLink.objects.get(need=need).deliverable.key == row.key

    def test_a_risk_with_a_wrong_level_comes_back_with_all_that_was_typed(self, signed_in):
        section = make.section()
        sent = {"section": section.pk, "kind": "recommendation", "wording": "Share data", "level": "high"}
        html = text_of(signed_in("staff").post(f"/needs/{section.assessment.slug}/add/", sent))
        assert "Only a risk has a level" in html
        assert "Share data" in html

    @pytest.mark.parametrize("period", ["2019", "19-20", "2019-21", "next year", "9999-00"])
    def test_a_year_that_is_none_is_refused_in_words(self, period, signed_in):
        sent = {"title": "County needs", "period": period, "informs": make.plan().pk, "audience": "everyone"}
        assert "Write the financial year like 2019-20." in text_of(signed_in("staff").post("/needs/add/", sent))

    def test_two_people_who_change_one_see_both_versions(self, signed_in):
        need = make.recommendation()
        address = f"/needs/{need.section.assessment.slug}/{need.pk}/change/"
        client = signed_in("staff")
        shown = client.get(address).context["form"]["shown"].value()
        Need.objects.filter(pk=need.pk).update(wording="What a colleague wrote")
        sent = {"section": need.section_id, "wording": "What I wrote", "shown": shown}
        html = text_of(client.post(address, sent))
        assert "What a colleague wrote" in html
        assert "What I wrote" in html

    def test_next_year_each_need_is_marked_as_kept_changed_new_or_gone(self, signed_in):
        client, section = signed_in("staff"), make.section()
        kept, other, _ = (make.risk(section, wording=word) for word in ("Kept", "Changed", "Gone"))
        address = client.post(
            f"/needs/{section.assessment.slug}/copy/",
            {"title": "Next", "period": "2020-21", "informs": section.assessment.informs_id},
        )["Location"]
        new = Assessment.objects.get(slug=address.split("/")[2])
        copies = {need.wording: need for need in Need.objects.of(new)}
        here = new.sections.get()
        changed(client, f"{address}{copies['Changed'].pk}/change/", wording="Changed a lot")
        client.post(f"{address}{copies['Gone'].pk}/gone/", {"reason": "Solved"})
        client.post(f"{address}add/", {"section": here.pk, "kind": "risk", "wording": "New"})
        rows = client.get(f"{address}needs.json").json()["rows"]
        assert {row["risk_or_recommendation"]: row["since_last_year"] for row in rows} == {
            "Kept": "kept",
            "Changed a lot": "changed",
            "New": "new",
        }
        (row,) = client.get(f"{address}needs.json", {"mark": "gone"}).json()["rows"]
        assert row["gone_reason"] == "Solved"
        assert [need.key for need in (kept, other)] == [copies["Kept"].key, copies["Changed"].key]

    def test_a_response_is_kept_with_its_reason_and_told_to_all_who_see_the_assessment(self, signed_in):
        need = make.recommendation(make.section(make.assessment(audience=Audience.EVERYONE)))
        address = f"/needs/{need.section.assessment.slug}/{need.pk}/"
        client = signed_in("staff")
        assert "Say why it is not accepted" in text_of(changed(client, f"{address}respond/", response="not accepted"))
        changed(client, f"{address}respond/", response="not accepted", reason="No money for it")
        assert Need.objects.get(pk=need.pk).response == Response.NOT_ACCEPTED
        assert "No money for it" in text_of(Client().get(address))


class TestWhoSeesWhat:
    def test_one_for_the_office_alone_is_answered_like_one_that_is_not_there(self, signed_in):
        need = make.risk()
        slug = need.section.assessment.slug
        for client in (Client(), signed_in("panel")):
            for page in ("", f"{need.pk}/", "matrix/", "gaps/", "needs.csv"):
                there, not_there = client.get(f"/needs/{slug}/{page}"), client.get(f"/needs/no-such/{page}")
                assert there.status_code == not_there.status_code == 404
                assert without_tokens(there) == without_tokens(not_there)
        assert slug not in text_of(Client().get("/needs/"))

    def test_one_for_panel_members_is_seen_by_them_and_not_by_the_public(self, signed_in):
        slug = make.assessment(audience=Audience.PANEL).slug
        assert signed_in("panel").get(f"/needs/{slug}/").status_code == 200
        assert Client().get(f"/needs/{slug}/").status_code == 404

    def test_a_rating_that_is_not_published_is_seen_by_the_office_alone(self, signed_in):
        need = make.risk(make.section(make.assessment(audience=Audience.EVERYONE)), level="high")
        row = make.deliverable(
            need.section.assessment.informs.themes.first() or make.theme(need.section.assessment.informs)
        )
        make.approved(row, code="R", recovery_step="Do more", recovery_by="2030-01-01")
        make.answers(row, need)
        page = f"/needs/{need.section.assessment.slug}/"
        assert "R</b> Red" in text_of(signed_in("staff").get(page))
        for html in (
            text_of(Client().get(page)),
            text_of(signed_in("panel").get(page)),
            text_of(signed_in("staff").get(page, {"ratings": "published"})),
        ):
            assert "R</b> Red" not in html
            assert "No deliverable" in html

    def test_the_public_page_is_made_anew_once_a_need_is_linked(self, settings):
        client = Client()
        before = client.get(REAL)
        need = Need.objects.get(wording="Urban street gangs")
        row = make.deliverable()
        make.answers(row, need)
        assert client.get(REAL)["ETag"] == before["ETag"]  # what is not published shows nowhere
        make.risk(need.section, wording="Something new")
        assert client.get(REAL)["ETag"] != before["ETag"]


class TestLinking:
    def test_a_deliverable_offers_each_need_once_with_those_that_it_answers_ticked(self, signed_in, theme_3):
        address = theme_3.address("link_deliverable", deliverable=12)
        html = text_of(signed_in("staff").get(address))
        assert html.count('type="checkbox"') == 68
        assert html.count(" checked>") == 1

    def test_narrowing_what_is_offered_keeps_every_tick_and_saves_nothing(self, signed_in, theme_3):
        address = theme_3.address("link_deliverable", deliverable=12)
        client = signed_in("staff")
        linked = client.get(address).context["form"]["was"].value()
        (gangs, theft) = (Need.objects.get(wording__startswith=word) for word in ("Urban", "Theft is"))
        sent = {"links": [f"need-{gangs.pk}"], "was": linked, "words": "theft", "show_only": "1", "note": "Why not"}
        html = text_of(client.post(address, sent))
        assert f'value="need-{gangs.pk}" id="tick-need-{gangs.pk}" checked>' in html
        assert f'value="need-{theft.pk}" id="tick-need-{theft.pk}">' in html
        assert f'value="{linked[0]}" id="tick-{linked[0]}">' in html  # unticked, and still there to be seen
        assert html.count('type="checkbox"') == 3
        assert "Why not" in html
        assert not DeliverableLink.objects.filter(need=gangs).exists()

    def test_why_it_is_linked_is_put_right_beside_the_tick(self, signed_in):
        need, row = make.risk(), make.deliverable()
        link = make.answers(row, need, "Doos it")
        value = f"deliverable-{row.pk}"
        address = f"/needs/{need.section.assessment.slug}/{need.pk}/link/?plan={row.theme.plan.slug}"
        sent = {"links": [value], "was": [value], f"was-{value}": "Doos it", f"why-{value}": "Does it"}
        signed_in("staff").post(address, sent)
        link.refresh_from_db()
        assert link.note == "Does it"
        html = text_of(signed_in("staff").post(address, sent | {f"why-{value}": "What I think"}))
        assert "Somebody else has written meanwhile" in html
        assert "What I think" in html

    def test_what_was_not_offered_stays_linked(self, signed_in, theme_3):
        address = theme_3.address("link_deliverable", deliverable=12)
        need = Need.objects.get(wording="Urban street gangs")
        sent = {"links": f"need-{need.pk}", "note": "Quieter streets"}
        signed_in("staff").post(address, sent)  # over a page that did not offer what is linked
        linked = DeliverableLink.objects.filter(deliverable__theme=theme_3.theme, deliverable__number=12)
        assert {link.need.wording for link in linked} == {
            "Urban street gangs",
            "Positive action against antisocial behaviour",
        }

    def test_what_a_colleague_linked_meanwhile_stays_linked(self, signed_in):
        need, row = make.risk(), make.deliverable()
        plan = row.theme.plan
        make.answers(row, need)
        address = f"/needs/{need.section.assessment.slug}/{need.pk}/link/?plan={plan.slug}"
        signed_in("staff").post(address, {"links": [], "was": []})  # it was not linked when the page was opened
        assert DeliverableLink.objects.filter(need=need, deliverable=row).exists()

    def test_one_of_a_year_to_come_is_offered_with_when_it_begins(self, signed_in):
        need, old = make.risk(), make.deliverable()
        make.approved(old)
        make.deliverable(old.theme, financial_year=YEAR.next, wording="Begin something new")
        address = f"/needs/{need.section.assessment.slug}/{need.pk}/link/?plan={old.theme.plan.slug}"
        html = text_of(signed_in("staff").get(address))
        assert "Begin something new" in html
        assert "Begins in Quarter 1, 2020-21" in html

    def test_what_is_not_on_offer_is_refused_in_words(self, signed_in):
        need, row = make.risk(), make.deliverable()
        address = f"/needs/{need.section.assessment.slug}/{need.pk}/link/?plan={row.theme.plan.slug}"
        html = text_of(signed_in("staff").post(address, {"links": ["deliverable-0", "x" * 5000], "note": "Why not"}))
        assert "not on offer" in html
        assert "Why not" in html
