"""The page that a report is published from."""

import re

import pytest
from django.urls import reverse

from deliverables.models import ApprovedUpdate
from reports import formats
from reports.models import Edition, ReportSection
from reports.options import Classification
from tests import builders as make
from tests.answers import refused
from tests.builders import Q1
from tests.conftest import PLAN
from themes.models import Theme

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def only_its_own_reports(db):
    make.without_reports()


@pytest.fixture
def theme():
    theme = make.theme()
    make.approved(make.deliverable(theme))
    return theme


@pytest.fixture
def report(theme):
    return make.report(theme)


@pytest.fixture
def client(signed_in):
    return signed_in("staff")


def page(report):
    return reverse("publish_report", args=[report.slug])


def as_shown(client, report, **changes):
    """What the page's form sends where everything on it is ticked."""
    html = client.get(page(report)).content.decode()
    ticks = dict(re.findall(r'type="checkbox" name="(looked_\w+)" value="(\w+)"', html))
    assert ticks or "Nothing was found" in html
    (number,) = re.findall(r'name="number" value="(\d+)"', html)
    return {"number": number, **ticks, **changes}


def test_it_says_what_will_be_published_and_who_can_see_it(client, report):
    html = client.get(page(report)).content.decode()
    assert "Publish V1</h1>" in html
    assert "Anyone, without signing in" in html
    assert report.themes.get().title in html
    assert "14 May 2020" in html
    assert "What this edition corrects" not in html


def test_a_report_that_is_not_public_is_for_the_panel_and_the_office(client, theme):
    html = client.get(page(make.report(theme, classification=Classification.NON_PUBLIC))).content.decode()
    assert "Panel members and the office, signed in" in html


def test_one_press_publishes_where_nothing_was_found(client, report):
    assert "Nothing was found that you should look at." in client.get(page(report)).content.decode()
    response = client.post(page(report), as_shown(client, report), follow=True)
    assert "V1 is published." in response.content.decode()
    assert Edition.objects.get().slug == report.slug


def test_what_was_found_is_grouped_by_check_with_where_it_is_mended(client):
    html = client.get(page(make.report(Theme.objects.get(plan__slug=PLAN, number=3)))).content.decode()
    assert "Changes that a table&#x27;s own figures contradict (5)" in html
    assert "-13.2%" in html
    assert re.search(r'href="/plans/[^"]+/2019-20/q4/themes/3/deliverables/14/review/">Mend it', html)


def test_without_a_tick_nothing_is_published_and_what_was_written_stays(client, report, theme):
    make.deliverable(theme)
    html = refused(
        client.post(page(report), {"number": 1, "note_missing": "It comes next time."}),
        "Tick that you have looked at &quot;No approved update&quot;.",
    )
    assert "It comes next time." in html
    assert not Edition.objects.exists()


def test_the_ticks_and_notes_are_kept_with_the_edition(client, report, theme):
    make.deliverable(theme)
    client.post(page(report), as_shown(client, report, note_missing="It comes next time."))
    (decision,) = Edition.objects.get().decisions.all()
    assert (decision.check_name, decision.note) == ("No approved update", "It comes next time.")


def test_a_tick_counts_only_for_what_was_shown_beside_it(client, report, theme):
    make.deliverable(theme)
    sent = as_shown(client, report)
    make.deliverable(theme)
    refused(client.post(page(report), sent), "What was found has changed.")
    assert not Edition.objects.exists()


def test_what_has_to_be_mended_stands_on_top_and_there_is_no_button(client, report, theme):
    facts = {"exempt_from": Q1, "exempt_reason": "A matter before the courts.", "wording": "Operation Harbour"}
    make.deliverable(theme, **facts)
    ReportSection.objects.create(report=report, kind="purpose", text="<p>Operation Harbour.</p>")
    html = client.get(page(report)).content.decode()
    assert "This has to be mended first" in html
    assert "<button" not in html.partition("<main")[2]
    refused(client.post(page(report), {"number": 1}), "It cannot be published.")


def test_what_the_pdf_prints_otherwise_is_shown_where_it_is_mended(client, theme):
    ApprovedUpdate.objects.filter(update__deliverable__theme=theme).update(narrative="<p>Well done \N{FIRE}</p>")
    response = client.get(page(make.report(theme)))
    assert response.status_code == 200
    html = response.content.decode()
    assert "fire is printed as &quot;[fire]&quot;" in html
    assert re.search(r'href="[^"]+/deliverables/1/review/">Mend it', html)


def test_a_file_that_cannot_be_made_is_said_and_is_no_failure_of_the_page(client, report, monkeypatch):
    def fails(document):
        raise ValueError("no font has it")

    monkeypatch.setitem(formats.FORMATS, "csv", formats.Format("csv", "CSV", "text/csv", fails))
    assert "The CSV file cannot be made: no font has it" in client.get(page(report)).content.decode()
    refused(client.post(page(report), {"number": 1}), "The CSV file cannot be made: no font has it")


class TestALaterEdition:
    @pytest.fixture
    def published(self, report):
        make.edition(report, by=make.staff(display_name="Policy officer"))
        ApprovedUpdate.objects.update(narrative="<p>Teams met twice.</p>")

    def test_it_asks_what_is_corrected(self, client, report, published):
        html = client.get(page(report)).content.decode()
        assert "Publish V2</h1>" in html
        assert "by Policy officer" in html
        refused(client.post(page(report), {"number": 2}), "Say what V2 corrects.")
        client.post(page(report), as_shown(client, report, correction="Teams met twice."))
        assert Edition.objects.get(number=2).correction == "Teams met twice."

    def test_what_anyone_would_read_in_the_correction_is_refused_and_what_was_typed_stays(
        self, client, report, published
    ):
        html = refused(
            client.post(page(report), as_shown(client, report, correction="Ring 0115 967 0999.")), "has to be left"
        )
        assert "What this edition corrects: 0115 967 0999" in html
        assert "Ring 0115 967 0999.</textarea>" in html
        assert "<button" in html.partition("<main")[2]

    def test_who_still_has_the_page_of_the_last_one_is_told_and_keeps_ticks_and_texts(self, client, report, theme):
        make.deliverable(theme)
        sent = as_shown(client, report, note_missing="It comes next time.")
        make.edition(report, by=make.staff(display_name="Policy officer"))
        html = refused(client.post(page(report), sent), "Policy officer published V1 at")
        assert "It comes next time." in html
        assert re.search(r'name="looked_missing"[^>]* checked', html)
        assert "Publish V2</h1>" in html
        assert Edition.objects.count() == 1


def test_a_report_that_is_not_there_says_which_are(client, report):
    response = client.get(reverse("publish_report", args=["no-such"]))
    assert response.status_code == 404
    assert f"/reports/{report.slug}/" in response.content.decode()


def test_it_takes_few_queries(client, report, django_assert_max_num_queries):
    client.get(page(report))
    with django_assert_max_num_queries(34):
        client.get(page(report))
