"""The pages and files of what was published."""

import pytest
from django.test import Client

from reports.actions import change_report
from reports.publishing import withdraw
from tests import builders as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def report():
    make.without_reports()
    theme = make.theme(title="Safer streets")
    make.approved(make.deliverable(theme, wording="Patrol the parks"), narrative="<p>Teams met.</p>")
    return make.report(theme, agenda_item="03")


def correct(report, **facts):
    """The next edition, after something over the report was changed."""
    change_report(report=report, themes=list(report.themes.all()), by=make.staff(), **facts)
    return make.edition(report)


def html_of(address, client=None):
    response = (client or Client()).get(address, follow=True)
    assert response.status_code == 200, address
    return response.content.decode()


def test_anyone_finds_a_public_report_in_the_list_and_reads_it(report):
    edition = make.edition(report)
    html = html_of("/published/")
    assert f'href="{edition.get_absolute_url()}"' in html
    assert "agenda item 03" in html
    assert "Patrol the parks" in html_of(edition.get_absolute_url())


def test_every_file_is_given_byte_for_byte_as_it_was_published(report):
    edition = make.edition(report)
    report.plan.title = "Another plan"
    report.plan.save()
    for file in edition.files.exclude(form__in=("body", "seal")):
        response = Client().get(f"/published/{report.slug}/v1.{file.form}")
        assert response.content == bytes(file.content)
        assert response["Content-Type"] == file.content_type
        assert file.file_name in response["Content-Disposition"]


@pytest.mark.parametrize("form", ["body", "seal", "exe"])
def test_what_is_no_format_is_not_given_and_the_formats_are_named(report, form):
    make.edition(report)
    response = Client().get(f"/published/{report.slug}/v1.{form}")
    assert response.status_code == 404
    assert f"/published/{report.slug}/v1.pdf" in response.content.decode()


class TestACorrection:
    def test_the_latest_is_the_last_published_whatever_its_meeting_and_agenda_item(self, report):
        make.edition(report)
        correct(report, agenda_item="04")
        correct(report, meeting=make.meeting("2019-05-14"), agenda_item="01")
        response = Client().get(f"/published/{report.slug}/")
        assert response["Location"] == f"/published/{report.slug}/v3/"
        assert 'Corrected by <a href="/published/' + report.slug + "/v3/" in html_of(f"/published/{report.slug}/v1/")
        html = html_of("/published/")
        assert html.index("/v3/") < html.index("/v2/") < html.index("/v1/")

    def test_the_first_edition_points_to_it_and_its_stored_body_stays(self, report):
        first = make.edition(report)
        body = bytes(first.files.get(form="body").content)
        correct(report, agenda_item="04")
        html = html_of(first.get_absolute_url())
        assert "A wording is put right." in html
        assert body.decode() in html
        assert bytes(first.files.get(form="body").content) == body

    def test_what_differs_is_a_page_and_a_file(self, report):
        make.edition(report)
        correct(report, agenda_item="04")
        html = html_of(f"/published/{report.slug}/v2/differences/")
        assert "Agenda item" in html
        csv = Client().get(f"/published/{report.slug}/v2/differences.csv").content.decode("utf-8-sig")
        assert csv.splitlines() == ["Where,What,V1,V2", "Report,Agenda item,03,04"]

    def test_a_first_edition_differs_from_none(self, report):
        make.edition(report)
        response = Client().get(f"/published/{report.slug}/v1/differences/")
        assert response.status_code == 404
        assert "no edition in view before V1" in response.content.decode()

    def test_one_that_was_withdrawn_is_compared_with_no_more(self, report):
        first = make.edition(report)
        correct(report, agenda_item="04")
        withdraw(edition=first, by=make.administrator(), reason="A name is in it.")
        assert Client().get(f"/published/{report.slug}/v2/differences/").status_code == 404
        assert "What differs" not in html_of(f"/published/{report.slug}/v2/")


class TestWithdrawal:
    def test_it_asks_why_and_leads_to_what_is_left(self, report, signed_in):
        make.edition(report)
        correct(report, agenda_item="04")
        client, address = signed_in("admin"), f"/published/{report.slug}/v2/withdraw/"
        assert "There is a problem" in client.post(address, {"reason": ""}).content.decode()
        client.post(address, {"reason": "A name is in it."})
        response = Client().get(f"/published/{report.slug}/v2/")
        assert response.status_code == 410
        assert f"/published/{report.slug}/v1/" in response.content.decode()
        assert Client().get(f"/published/{report.slug}/")["Location"].endswith("/v1/")
        assert "Corrected by" not in html_of(f"/published/{report.slug}/v1/")

    def test_it_can_be_put_back(self, report, signed_in):
        edition = make.edition(report)
        client, address = signed_in("admin"), f"/published/{report.slug}/v1/"
        client.post(f"{address}withdraw/", {"reason": "A name is in it."})
        again = client.post(f"{address}withdraw/", {"reason": "A name is in it."}).content.decode()
        assert "V1 is withdrawn from view already." in again
        assert f"{address}put-back/" in html_of(address, client)
        client.post(f"{address}put-back/", {"reason": "It was nobody's name."})
        assert "Patrol the parks" in html_of(edition.get_absolute_url())

    def test_the_office_sees_it_still_with_the_reason(self, report, signed_in):
        withdraw(edition=make.edition(report), by=make.administrator(), reason="A name is in it.")
        html = html_of(f"/published/{report.slug}/v1/", signed_in("staff"))
        assert "A name is in it." in html
        assert "Patrol the parks" in html


def test_the_office_sees_what_was_decided_and_the_sums_and_a_reader_does_not(report, signed_in):
    make.deliverable(report.themes.get())
    edition = make.edition(report)
    seal = edition.files.get(form="seal").sha256
    decision = edition.decisions.get().message
    office, reader = (html_of(edition.get_absolute_url(), one) for one in (signed_in("staff"), signed_in("panel")))
    assert seal in office
    assert decision in office
    assert seal not in reader
    assert decision not in reader


def test_the_colours_are_those_that_were_published(report):
    edition = make.edition(report)
    before = Client().get(f"{edition.get_absolute_url()}colours.css").content
    report.plan.rating_scheme.ratings.update(colour="#123456")
    assert b".rating-G { background: #00703c" in before
    assert Client().get(f"{edition.get_absolute_url()}colours.css").content == before
