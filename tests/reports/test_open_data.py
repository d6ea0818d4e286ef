"""What was published, taken away: the list of editions and the Atom feed."""

import csv
import io
from xml.etree import ElementTree

import pytest
from django.test import Client

from reports.options import Classification
from reports.publishing import withdraw
from tests import builders as make

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "https://tracker.example.org"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


@pytest.fixture
def report():
    """On two themes: in the first two deliverables on course, in the second one without an update."""
    make.without_reports()
    plan = make.plan(title="Plan for safety")
    first, second = make.theme(plan, title="Safer streets"), make.theme(plan, title="Help for victims")
    for _ in range(2):
        make.approved(make.deliverable(first))
    make.deliverable(second)
    return make.report(first, second, slug="the-report", agenda_item="03")


def listed(client=None):
    return (client or Client()).get("/published.json").json()


def entries(client=None, **headers):
    response = (client or Client()).get("/published.atom", headers=headers)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content).findall(f"{ATOM}entry")


def said(entry, name):
    return entry.findtext(ATOM + name)


class TestTheList:
    def test_it_says_of_each_edition_what_it_is_its_figures_and_where_its_files_are(self, report):
        make.edition(report)
        (row,) = listed()["rows"]
        assert (
            row.items()
            >= {
                "plan": "Plan for safety",
                "themes": "Theme 1: Safer streets; Theme 2: Help for victims",
                "quarter": "2019-20 Q4",
                "meeting": "2020-05-14",
                "agenda_item": "03",
                "version": "V1",
                "classification": "Public",
                "corrected_by": None,
                "deliverables_in_force": 3,
                "green": "2/3 (66.7%)",
                "green_count": 2,
                "no_update": "1/3 (33.3%)",
                "page": f"{SITE}/published/the-report/v1/",
                "word_file": f"{SITE}/published/the-report/v1.docx",
            }.items()
        )

    def test_each_themes_figures_stand_beside_it(self, report):
        make.edition(report)
        (themes,) = listed()["further"]
        shares = [(row["theme"], row["theme_title"], row["green"], row["no_update_count"]) for row in themes["rows"]]
        assert shares == [(1, "Safer streets", "2/2 (100%)", 0), (2, "Help for victims", "0/1 (0%)", 1)]

    def test_one_that_was_corrected_says_by_which_until_that_is_withdrawn(self, report):
        make.edition(report)
        report.agenda_item = "04"
        report.save()
        second = make.edition(report)
        assert [(row["version"], row["corrected_by"]) for row in listed()["rows"]] == [("V2", None), ("V1", "V2")]
        withdraw(edition=second, by=make.administrator(), reason="A name is in it.")
        assert [(row["version"], row["corrected_by"]) for row in listed()["rows"]] == [("V1", None)]

    def test_the_figures_are_those_that_were_published(self, report):
        make.edition(report)
        before = listed()["rows"]
        report.plan.rating_scheme.ratings.update(definition="Otherwise")
        for theme in report.themes.all():
            make.deliverable(theme)
        assert listed()["rows"] == before

    def test_a_rating_that_another_plan_has_stays_empty(self, report):
        make.edition(report)
        other = make.plan()
        make.rating(other.rating_scheme, "B", make.Kind.COMPLETE, name="Blue")
        make.approved(make.deliverable(theme := make.theme(other)), code="B")
        make.edition(make.report(theme))
        assert sorted((row["blue_count"] is None, row["blue"]) for row in listed()["rows"]) == [
            (False, "1/1 (100%)"),
            (True, None),
        ]

    def test_ratings_are_told_apart_by_letter_and_kind_whatever_they_are_called(self, report):
        make.edition(report)
        other = make.plan()
        other.rating_scheme.ratings.filter(code="G").update(code="T", name="True")
        make.rating(other.rating_scheme, "B", make.Kind.COMPLETE, name="Green")
        make.rating(other.rating_scheme, "N", make.Kind.COMPLETE, name="No update")
        theme = make.theme(other)
        make.approved(make.deliverable(theme), code="B")
        make.approved(make.deliverable(theme), code="N")
        make.deliverable(theme)
        make.edition(make.report(theme))
        row = next(row for row in listed()["rows"] if row["plan"] != "Plan for safety")
        counts = [row[f"{name}_count"] for name in ("green_g", "green_b", "no_update_n", "no_update")]
        assert counts == [None, 1, 1, 1]

    def test_where_nothing_is_published_it_is_empty_in_every_form(self, report):
        assert listed()["rows"] == []
        assert Client().get("/published.csv").content.decode("utf-8-sig") == "Title\r\n"
        assert Client().get("/published.xlsx").status_code == 200


class TestTheFeed:
    def test_it_says_of_each_edition_what_was_printed_and_where_it_is_whatever_host_is_asked(self, report):
        edition = make.edition(report)
        (entry,) = entries(host="localhost:9")
        assert said(entry, "title") == str(edition)
        assert said(entry, "id") == f"{SITE}/published/the-report/v1/"
        assert said(entry, "updated") == said(entry, "published") == edition.published_at.isoformat()
        assert said(entry, "summary") == (
            "Of the deliverables in force: Green 2/3 (66.7%), Amber 0/3 (0%), Red 0/3 (0%), Not started 0/3 (0%), "
            "No update 1/3 (33.3%); overall, progress is mixed."
        )
        links = {one.get("href"): one.get("length") for one in entry.iter(f"{ATOM}link") if one.get("length")}
        assert links == {
            f"{SITE}/published/the-report/v1.{file.form}": str(len(bytes(file.content)))
            for file in edition.files.exclude(form__in=("body", "seal"))
        }

    def test_the_newest_is_first_and_one_withdrawn_is_in_nobodys(self, report, signed_in):
        first = make.edition(report)
        report.agenda_item = "04"
        report.save()
        make.edition(report)
        assert [said(one, "title")[-2:] for one in entries()] == ["V2", "V1"]
        withdraw(edition=first, by=make.administrator(), reason="A name is in it.")
        for client in (Client(), signed_in("admin")):
            assert [said(one, "title")[-2:] for one in entries(client)] == ["V2"]

    def test_what_xml_cannot_hold_breaks_nothing(self, report):
        make.edition(report)
        report.editions.update(title="Parks \x0b & <streets>")
        assert said(entries()[0], "title") == "Parks  & <streets>, Quarter 4, 2019-20, V1"


def test_one_that_is_not_public_is_for_panel_members_and_the_office_alone(report, signed_in):
    report.classification = Classification.NON_PUBLIC
    report.save()
    make.edition(report)
    for client, there in ((Client(), 0), (signed_in("owner"), 0), (signed_in("panel"), 1), (signed_in("staff"), 1)):
        assert len(listed(client)["rows"]) == len(entries(client)) == there
        assert len(listed(client)["further"][0]["rows"]) == 2 * there
        assert len(list(csv.reader(io.StringIO(client.get("/published.csv").content.decode())))) == 1 + there


def test_the_pages_of_what_is_published_lead_to_the_feed(report):
    for page in ("/published/", "/open-data/"):
        assert '<link rel="alternate" type="application/atom+xml"' in Client().get(page).content.decode()
