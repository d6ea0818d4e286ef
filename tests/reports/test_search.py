"""The search page: who finds what, how it is shown and narrowed, and what can be taken away."""

import csv
import io
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports import search_views
from reports.edition_models import Edition, EditionRow
from reports.freezing import freeze
from reports.gather import gather_report
from reports.options import Classification
from reports.publishing import put_back_in_view, withdraw
from tests import builders as make
from tests.builders import Q3, Q4, noon

pytestmark = pytest.mark.django_db


def published(*rows, quarter=Q4, number=1, at="2020-05-01", **changes):
    """An edition of the rows' theme, without its files."""
    report = make.report(*{row.theme for row in rows}, quarter=quarter, **changes)
    by = make.staff()
    edition = Edition(
        slug=report.slug,
        number=number,
        correction="A wording is put right." if number > 1 else "",
        plan_slug=report.plan.slug,
        published_at=noon(at),
        published_by=by,
        published_by_name=by.display_name,
    )
    freeze(edition, gather_report(report, by, version=f"V{number}").document, by)
    return edition


def said(text, code="G", quarter=Q4, of=None, **changes):
    row = make.deliverable(of, owner=make.person(), **changes)
    make.approved(row, quarter, code, narrative=f"<p>{text}</p>")
    return row


def searched(words, client=None, **narrowed):
    response = (client or Client()).get("/search/", {"q": words, **narrowed})
    assert response.status_code == 200
    return response


def found(words, client=None, **narrowed):
    """What is found, by its wording, the best first."""
    return [hit.wording for hit in searched(words, client, **narrowed).context["hits"]]


def main(response):
    """What the page says, without its tags and white space."""
    inner = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<option.*?</option>|<[^>]*>", " ", f"<main{inner}", flags=re.S)).split())


class TestWhatAReaderFinds:
    def test_anyone_finds_what_is_public_by_any_form_of_its_words_and_it_leads_to_the_deliverable(self):
        row = said("Quaggas grazed.", wording="Watch the herd")
        edition = published(row)
        hit = searched("quagga").context["hits"][0]
        assert hit.wording == "Watch the herd"
        assert hit.address == f"/progress/{edition.plan_slug}/2019-20/q4/themes/1/deliverables/{row.number}/"
        assert "Quaggas grazed." in Client().get(hit.address).content.decode()

    def test_a_draft_and_what_is_approved_and_not_published_are_not_found(self):
        row = said("Okapis.")
        published(row)
        make.approved(make.deliverable(row.theme), narrative="<p>Quagga</p>")
        make.update(make.deliverable(row.theme), narrative="<p>Quagga</p>")
        assert found("quagga") == []

    def test_what_is_not_public_is_found_by_panel_members_and_staff_alone(self, signed_in):
        published(said("Quagga", wording="Secret"), classification=Classification.NON_PUBLIC)
        assert found("quagga") == found("quagga", signed_in("owner")) == []
        assert found("quagga", signed_in("panel")) == found("quagga", signed_in("staff")) == ["Secret"]

    def test_withdrawing_and_putting_back_show_at_once(self, user):
        edition = published(said("Quagga", wording="Watch"))
        withdraw(edition=edition, by=user("admin"), reason="Wrong")
        assert found("quagga") == []
        put_back_in_view(edition=edition, by=user("admin"), reason="Right after all")
        assert found("quagga") == ["Watch"]

    def test_of_several_for_a_theme_and_quarter_the_last_in_view_counts(self, user):
        row = said("Quagga", wording="Watch")
        first = published(row)
        row.updates.get().approved.delete()
        row.updates.all().delete()
        make.approved(row, narrative="<p>Okapi</p>")
        last = published(row, at="2020-05-08")
        assert (found("quagga"), found("okapi")) == ([], ["Watch"])
        assert first.quarter == last.quarter
        withdraw(edition=last, by=user("admin"), reason="Wrong")
        assert (found("quagga"), found("okapi")) == (["Watch"], [])

    def test_of_a_public_and_a_later_non_public_one_each_reader_has_the_last_they_may_read(self, signed_in):
        row = said("Quagga", wording="Watch")
        published(row)
        published(row, at="2020-05-08", classification=Classification.NON_PUBLIC)
        assert found("quagga") == found("quagga", signed_in("panel")) == ["Watch"]

    def test_what_is_deleted_vanishes(self):
        edition = published(said("Quagga"))
        Edition.objects.filter(pk=edition.pk).delete()
        assert found("quagga") == []


class TestTheLivePlan:
    def test_who_sees_the_plan_searches_its_approved_updates_which_lead_to_its_pages(self, signed_in):
        row = said("Quagga", wording="Watch")
        make.update(make.deliverable(row.theme), narrative="<p>Quagga in a draft</p>")
        for name in ("owner", "staff", "admin"):
            assert found("quagga", signed_in(name)) == []
            hit = searched("quagga", signed_in(name), **{"in": "plan"}).context["hits"][0]
            assert (hit.wording, hit.rating.name) == ("Watch", "Green")
        assert signed_in("staff").get(hit.address).status_code == 200
        assert hit.address.endswith("/2019-20/q4/themes/1/deliverables/1/")

    def test_others_ask_for_it_in_vain(self, signed_in):
        said("Quagga")
        for client in (Client(), signed_in("panel")):
            response = searched("quagga", client, **{"in": "plan"})
            assert "Nothing found" in main(response)
            assert "in" not in response.context["form"].fields


def test_a_rating_that_only_an_earlier_edition_of_the_plan_has_has_its_colour():
    row = said("Quagga", "R", Q3, in_force_from=Q3)
    published(row, quarter=Q3)
    row.theme.plan.rating_scheme.ratings.filter(code="R").update(code="X", name="Off")
    published(said("Okapi", of=row.theme))
    (address,) = searched("quagga").context["stylesheets"]
    assert ".rating-R" in Client().get(address).content.decode()
    assert ".rating-X" in Client().get(address).content.decode()


@pytest.fixture
def herd(db):
    """Five rows in two themes and quarters, all with "quagga": each wording says what is special in it."""
    theme = make.theme()
    force = make.person(organisation=make.organisation(short_name="Herders"))
    rows = [
        said("Quagga", wording="Green", of=theme),
        said("Quagga", "R", wording="Red", of=theme),
        said("Quagga", "NS", Q3, wording="Early", of=theme, in_force_from=Q3),
        make.deliverable(theme, owner=force, wording="Quagga without update"),
    ]
    other = said("Quagga", wording="Other theme", of=make.theme(theme.plan))
    published(*rows, quarter=Q3)
    published(*rows)
    published(other)
    return theme


class TestThePage:
    def test_best_are_those_with_the_words_in_the_wording_then_the_newest(self, herd):
        wordings = found("quagga")
        assert wordings == ["Quagga without update", "Quagga without update", "Green", "Red", "Other theme", "Early"]

    def test_it_counts_deliverables_and_quarters_in_words(self, herd):
        assert "5 deliverables in 2 quarters" in main(searched("quagga"))
        assert "1 deliverable in 1 quarter " in main(searched("quagga", rating="R"))

    @pytest.mark.parametrize(
        ("narrowed", "expected"),
        [
            ({"rating": "R"}, ["Red"]),
            ({"rating": "no-update", "quarter": "2019-20 Q4"}, ["Quagga without update"]),
            ({"quarter": "2019-20 Q3", "owner": "Herders"}, ["Quagga without update"]),
            ({"owner": "Herders", "rating": "R"}, []),
        ],
    )
    def test_it_is_narrowed_by_rating_owner_and_quarter(self, herd, narrowed, expected):
        assert found("quagga", **narrowed) == expected

    def test_it_is_narrowed_by_theme_of_a_plan(self, herd):
        assert found("quagga", theme=f"{herd.plan.slug}/2") == ["Other theme"]

    def test_the_live_plan_is_narrowed_alike(self, herd, signed_in):
        narrowed = {"in": "plan", "theme": f"{herd.plan.slug}/1", "rating": "R", "quarter": "2019-20 Q4"}
        assert found("quagga", signed_in("staff"), **narrowed) == ["Red"]

    def test_a_filter_that_is_not_there_is_passed_over_and_said(self, herd):
        response = searched("quagga", rating="Purple", theme="x/y", quarter="\x00")
        assert len(response.context["hits"]) == 6
        assert main(response).count("It is passed over.") == 3

    def test_words_are_marked_and_everything_else_escaped(self):
        row = said("Quagga &amp; zebu &lt;script&gt;alert(1)&lt;/script&gt;", wording="<b>Quaggas</b> & co")
        published(row)
        html = searched("quagga script").content.decode()
        assert "&lt;b&gt;<mark>Quaggas</mark>&lt;/b&gt; &amp; co" in html
        assert "<mark>Quagga</mark> &amp; zebu &lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;" in html

    def test_nothing_found_names_the_words_and_leads_to_fewer(self, herd):
        response = searched("quagga zebu of", rating="R")
        text = main(response)
        assert "No deliverable that answers to the filters holds all of these together: “quagga”, “zebu”" in text
        assert "“of” is too common to search for" in text
        html = response.content.decode()
        assert 'href="?q=quagga&amp;rating=R"' in html
        assert 'href="?q=quagga+zebu+of"' in html

    @pytest.mark.parametrize(
        ("typed", "answer"),
        [
            ("", "What is found will be here."),
            ("the", "Nothing to search for"),
            ('"', "Nothing to search for"),
            ("*", "Nothing to search for"),
            ("'", "Nothing to search for"),
            ("\x00", "It is passed over."),
            ("x" * 10_000, "Search for at most 200 characters"),
            ("quagga AND (", "Nothing found"),
        ],
    )
    def test_whatever_is_typed_is_answered_and_kept(self, typed, answer):
        response = searched(typed)
        assert answer in main(response)
        assert response.context["form"]["q"].value() == typed

    def test_more_than_a_page_is_paged_and_a_page_that_is_not_there_is_said(self, herd, monkeypatch):
        monkeypatch.setattr(search_views, "HITS_PER_PAGE", 4)
        assert len(found("quagga")) == 4
        assert found("quagga", page="2") == ["Other theme", "Early"]
        assert 'href="?q=quagga&amp;page=2"' in searched("quagga").content.decode()
        for wrong in ("3", "0", "x"):
            response = Client().get("/search/", {"q": "quagga", "page": wrong})
            assert response.status_code == 404
            assert f'There is no page "{wrong}" of what was found: there are 2 pages.' in main(response)

    @pytest.mark.parametrize("where", ["published", "plan"])
    def test_it_costs_the_same_queries_however_much_is_found(self, herd, where, signed_in):
        client = signed_in("staff")

        def cost():
            with CaptureQueriesContext(connection) as captured:
                searched("quagga", client, **{"in": where})
            return len(captured)

        before = cost()
        for _ in range(3):
            published(said("Quagga"), said("Quagga"))
        assert cost() == before <= 14


class TestTheFile:
    def test_it_has_all_that_was_found_with_its_text_and_address(self, herd, monkeypatch):
        monkeypatch.setattr(search_views, "HITS_PER_PAGE", 2)
        response = Client().get("/search.csv", {"q": "quagga", "quarter": "2019-20 Q4"})
        header, *rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
        assert header == search_views.HEADER
        assert [row[6] for row in rows] == found("quagga", quarter="2019-20 Q4")[:2] + ["Red", "Other theme"]
        assert rows[1][10] == "Green\nQuagga"
        assert rows[1][11].startswith("http://127.0.0.1:8000/progress/")

    def test_it_can_be_had_as_xlsx_and_as_nothing_else(self, herd):
        assert Client().get("/search.xlsx", {"q": "quagga"}).content.startswith(b"PK")
        assert Client().get("/search.doc", {"q": "quagga"}).status_code == 404

    def test_of_too_much_it_has_the_best_and_file_and_page_say_so(self, herd, monkeypatch):
        monkeypatch.setattr(search_views, "MOST_IN_A_FILE", 2)
        response = Client().get("/search.csv", {"q": "quagga"})
        _, *rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
        assert [row[6] for row in rows[:-1]] == found("quagga")[:2]
        assert rows[-1][0].startswith("Cut here: these are the best 2 of 6 rows.")
        assert "A file holds the best 2 of 6 rows" in main(searched("quagga"))
        monkeypatch.setattr(search_views, "MOST_IN_A_FILE", 6)
        assert "Cut here" not in Client().get("/search.csv", {"q": "quagga"}).content.decode()

    def test_it_is_refused_for_a_filter_that_is_not_there(self, herd):
        assert Client().get("/search.csv", {"q": "quagga", "rating": "Purple"}).status_code == 404


def test_what_is_published_is_stored_to_be_searched():
    row = said("Quagga", "R", wording="Watch")
    row.updates.get().approved.delete()
    row.updates.all().delete()
    make.approved(row, Q3, "A", narrative="<p>Zebu</p>")
    make.approved(row, code="R", narrative="<p>Quagga</p>", recovery_step="Fence", earlier=[Q3])
    edition = published(row)
    assert EditionRow.objects.get(theme__edition=edition).words == "Watch\nFence\nQuagga\nZebu"
