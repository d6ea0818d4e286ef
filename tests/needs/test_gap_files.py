"""The files of gaps, opened and read back: they count what the page counts, and say whose ratings they show."""

import csv
import dataclasses
import io
import re

import docx
import openpyxl
import pikepdf
import pypdf
import pytest
from django.test import Client
from docx.oxml.ns import qn

from needs.gap_document import IN_FULL, MOST_SHOWN, GapDocument
from needs.gap_files import GAP_FORMATS
from needs.options import Audience, NeedKind
from needs.renderers import gaps_docx, gaps_pdf
from needs.sight import Sight
from reports.models import WordTemplate
from tests import builders as make
from tests.needs.test_gaps import AS_PUBLISHED, DEMONSTRATION, words
from tests.needs.test_sight import A, G, deliverable, need, sight
from tests.reports.test_word_template import TEMPLATE

FILE = DEMONSTRATION[:-1]


def document(*needs, in_force=(), **changes):
    seen = sight(*needs, in_force=in_force)
    facts = {
        "sight": seen,
        "office": "Office",
        "strapline": "",
        "slug": "needs",
        "query": "",
        "site": "https://a.example",
    }
    return GapDocument(**facts | changes)


def of_pdf(content):
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split())


def of_word(content):
    """All that its body says, in order."""
    body = docx.Document(io.BytesIO(content)).element.body
    return " ".join(" ".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p"))).split())


def sheets(content):
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {page.title: [list(row) for row in page.iter_rows(values_only=True)] for page in book}


@pytest.mark.django_db
class TestTheDemonstration:
    @pytest.fixture(params=["", AS_PUBLISHED])
    def query(self, request):
        return request.param

    def test_page_word_pdf_and_spreadsheets_have_the_same_counts(self, query, signed_in):
        client = signed_in("staff")
        of_page = re.findall(r"\d+/\d+ \([\d.]+%\)", words(client.get(DEMONSTRATION + query)))
        files = {form: client.get(f"{FILE}.{form}{query}").content for form in GAP_FORMATS}
        assert len(of_page) == 8
        for text in (of_pdf(files["pdf"]), of_word(files["docx"])):
            assert re.findall(r"\d+/\d+ \([\d.]+%\)", text) == of_page
        found = sheets(files["xlsx"])
        head, *rows = found.pop("Gaps")
        assert [row[head.index("Printed")] for row in rows] == of_page
        assert len(found.pop("High and very high risks")) == 1 + 10
        assert [len(one) - 1 for one in found.values()] == [row[head.index("Count")] for row in rows]
        lines = list(csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig"))))
        assert [one["Printed"] for one in lines] == of_page

    def test_each_file_says_whose_ratings_it_shows(self, query, signed_in):
        client = signed_in("staff")
        says = "Ratings as last published, up to Quarter 4" if query else "Ratings as approved for Quarter 4, 2019-20"
        files = {form: client.get(f"{FILE}.{form}{query}") for form in GAP_FORMATS}
        assert says in of_pdf(files["pdf"].content)
        assert says in of_word(files["docx"].content)
        assert says in files["csv"].content.decode()
        for one in files["json"].json()["further"]:
            assert all(row["ratings"].startswith(says) for row in one["rows"])
        assert all(("as published" in one["Content-Disposition"]) == bool(query) for one in files.values())

    def test_what_a_chief_executive_reads_first(self, signed_in):
        for text in (
            of_pdf(signed_in("staff").get(f"{FILE}.pdf").content),
            of_word(signed_in("staff").get(f"{FILE}.docx").content),
        ):
            assert "Of its 10 high and very high risks, 6 have no deliverable." in text
            assert "Hate crime is up 20%" in text
            assert re.search(r"Organised crime groups Section 4\.3 Very high G Green Theme 3", text)

    def test_a_pdf_is_tagged_and_of_at_most_six_pages(self):
        with pikepdf.open(io.BytesIO(Client().get(f"{FILE}.pdf").content)) as pdf:
            assert len(pdf.pages) <= 6
            with pdf.open_metadata() as metadata:
                assert metadata["pdfuaid:part"] == "1"
            heads = [cell for cell in cells(pdf.Root.StructTreeRoot.K) if cell.S == "/TH"]
        scopes = [str(one.Scope) for cell in heads for one in cell.A if one.O == "/Table"]
        # Of each table its columns, and of each row its first cell.
        assert scopes.count("/Column") == 2 + 3 + 3 + 3 + 4 + 4
        assert scopes.count("/Row") == 8 + 10 + 31 + 28 + 1 + 40

    def test_the_same_document_is_the_same_bytes(self, signed_in):
        for form in GAP_FORMATS:
            first, again = (signed_in("staff").get(f"{FILE}.{form}").content for _ in range(2))
            assert first == again, form
        with pikepdf.open(io.BytesIO(Client().get(f"{FILE}.pdf").content)) as pdf:
            assert "/CreationDate" not in pdf.docinfo


def cells(element):
    """The table cells below a structure element."""
    if isinstance(element, pikepdf.Array):
        return [cell for one in element for cell in cells(one)]
    if not isinstance(element, pikepdf.Dictionary) or "/S" not in element:
        return []
    return ([element] if element.S in ("/TH", "/TD") else []) + cells(element.get("/K"))


@pytest.mark.django_db
class TestForWhom:
    def test_the_public_gets_published_ratings_alone(self, signed_in):
        theme = make.theme()
        row = make.deliverable(theme, owner=make.person(), wording="Patrol")
        make.approved(row, make.Q3, "A", recovery_step="Catch up")
        make.edition(make.report(theme, quarter=make.Q3))
        make.approved(row, make.Q4, "G")
        assessment = make.assessment(informs=theme.plan, audience=Audience.EVERYONE)
        make.answers(row, make.risk(make.section(assessment), "very high"))
        where = f"{assessment.get_absolute_url()}gaps."
        for form, read in {"pdf": of_pdf, "docx": of_word}.items():
            for client in (Client(), signed_in("panel")):
                assert "A Amber Theme 1, no. 1: Patrol" in read(client.get(f"{where}{form}").content)
            assert "G Green Theme 1, no. 1: Patrol" in read(signed_in("staff").get(f"{where}{form}").content)
        (grave, *_) = Client().get(f"{where}json").json()["further"]
        assert "A Amber" in grave["rows"][0]["what_answers_it"]

    def test_a_word_file_has_the_office_s_own_look_as_soon_as_there_is_one(self):
        before = Client().get(f"{FILE}.docx").content
        by = make.staff()
        WordTemplate.objects.create(file_name="a.docx", content=TEMPLATE, uploaded_at=make.NOW, uploaded_by=by)
        after = docx.Document(io.BytesIO(Client().get(f"{FILE}.docx").content))
        own = docx.Document(io.BytesIO(TEMPLATE))
        assert Client().get(f"{FILE}.docx").content != before
        assert after.sections[0].header.paragraphs[0].text == own.sections[0].header.paragraphs[0].text

    def test_a_file_that_cannot_be_made_says_so_and_offers_the_others(self, monkeypatch, tmp_path):
        monkeypatch.setattr(gaps_pdf, "TEMPLATE", tmp_path / "no-such.typ")
        page = Client().get(f"{FILE}.pdf")
        assert page.status_code == 404
        assert "The PDF file cannot be made" in words(page)
        assert f'href="{FILE}.docx"' in page.content.decode()

    def test_an_unknown_format_says_which_there_are(self):
        page = Client().get(f"{FILE}.odt{AS_PUBLISHED}")
        assert page.status_code == 404
        assert f'href="{FILE}.pdf{AS_PUBLISHED}"' in page.content.decode()


HOSTILE = "=cmd() <b>&\u0007 \U0001f600 \uf0b7 " + "x" * 200


def test_any_text_is_printed():
    hostile = dataclasses.replace(deliverable(1, A), wording=HOSTILE, organisation=HOSTILE)
    risk = dataclasses.replace(need(1, NeedKind.RISK, hostile, level="high"), wording=HOSTILE, section_title=HOSTILE)
    made = document(risk, in_force=[hostile, deliverable(2, None)], office=HOSTILE, strapline=HOSTILE)
    assert "=cmd() <b>&" in of_pdf(gaps_pdf.render(made))
    assert "=cmd() <b>&" in of_word(gaps_docx.render(made))
    assert sheets(GAP_FORMATS["xlsx"].render(made))["High and very high risks"][1][0].startswith("'=cmd()")


def test_what_to_know_of_the_counts_stands_below_them(monkeypatch):
    monkeypatch.setattr(Sight, "counting_note", "Two more are not counted.")
    made = document(need(1, NeedKind.RISK, level="high"))
    for text in (of_pdf(gaps_pdf.render(made)), of_word(gaps_docx.render(made))):
        assert "Two more are not counted. High and very high risks" in text


def test_without_any_need_there_is_still_a_file():
    for made in (gaps_pdf.render(document()), gaps_docx.render(document())):
        text = of_pdf(made) if made.startswith(b"%PDF") else of_word(made)
        assert "The assessment rates no risk as high or very high." in text
        assert "0/0 deliverables in force" in text


def test_a_rating_is_letter_and_name_on_its_colour():
    made = document(need(1, NeedKind.RISK, deliverable(1, A), deliverable(2, None), level="high"))
    body = docx.Document(io.BytesIO(gaps_docx.render(made))).element.body
    shaded = [
        ("".join(t.text for t in r.iter(qn("w:t"))).strip(), r.find(f".//{qn('w:shd')}").get(qn("w:fill")))
        for r in body.iter(qn("w:r"))
        if r.find(f".//{qn('w:shd')}") is not None
    ]
    assert set(shaded) == {("A Amber", "F4A81C"), ("No update", "D9DBDD")}


def test_what_ended_has_no_rating_and_answers_nothing():
    ended = deliverable(1, G, counts=False)
    text = of_pdf(gaps_pdf.render(document(need(1, NeedKind.RISK, ended, level="high"))))
    assert "No deliverable Theme 1, no. 1: Work 1 (Force) Ended: last rated for Quarter 4, 2019-20" in text
    assert "G Green" not in text


def test_a_long_list_is_cut_on_the_page_alone():
    assert not document(*(need(at, NeedKind.RECOMMENDATION) for at in range(IN_FULL))).listings[0].is_cut
    made = document(*(need(at, NeedKind.RECOMMENDATION) for at in range(31)))
    listing = made.listings[0]
    assert (len(listing.shown), listing.rest) == (MOST_SHOWN, f"These are the first {MOST_SHOWN}. See all 31")
    for text in (of_pdf(gaps_pdf.render(made)), of_word(gaps_docx.render(made))):
        assert "Annex: the lists" in text
        # In the two lists that it is in: without a response, and without a deliverable.
        assert text.count("Need 30") == 2
        assert "See all" not in text


def test_where_several_plans_answer_each_deliverable_says_which():
    other = dataclasses.replace(deliverable(2, G), plan="Other plan", plan_slug="other")
    made = document(need(1, NeedKind.RISK, deliverable(1, A), other, level="high"))
    assert [one.text for one in made.grave.rows[0][-1]] == [
        "P, Theme 1, no. 1: Work 1 (Force)",
        "Other plan, Theme 1, no. 2: Work 2 (Force)",
    ]


@pytest.mark.parametrize(
    ("ratings", "headline"),
    [
        ([G], "Its one high or very high risk is answered by something on course."),
        ([None], "Its one high or very high risk has nothing on course yet."),
        ([], "Its one high or very high risk has no deliverable."),
    ],
)
def test_what_matters_most_in_one_sentence(ratings, headline):
    rows = [deliverable(at, rating) for at, rating in enumerate(ratings)]
    assert document(need(1, NeedKind.RISK, *rows, level="high")).headline == headline


@pytest.mark.parametrize(
    ("responses", "said"),
    [
        (["", "accepted"], "Of its 2 recommendations, 1 has no response and 1 has no deliverable."),
        (["accepted"], "Its one recommendation has a response, and a deliverable unless it was turned down."),
    ],
)
def test_then_how_many_recommendations_wait(responses, said):
    """The first of them has a deliverable, and another has none."""
    answered = [[deliverable(1, G)], []]
    needs = (
        need(at, NeedKind.RECOMMENDATION, *answered[at], response=response) for at, response in enumerate(responses)
    )
    assert document(*needs).headline.endswith(said)
