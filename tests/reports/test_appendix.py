import csv
import io
import json
import re
from html import escape

import openpyxl
import pytest

from deliverables.models import ApprovedUpdate
from reports.gather_appendix import gather_appendix
from tests.conftest import PLAN, QUARTER, THEME_3

PRINTED = {
    "Green": "14/15 (93.3%)",
    "Amber": "1/15 (6.7%)",
    "Red": "0/15 (0%)",
    "Not started": "0/15 (0%)",
}
OWNER_LABELS = ["Force"] * 7 + ["NW", "Force", "DH", "KD"] + ["Force"] * 4
CRIME_TABLE = [
    ["Robbery", "1,213", "1,248", "-35", "-2.9%"],
    ["Robbery of business property", "116", "119", "-3", "-2.6%"],
    ["Robbery of personal property", "1,097", "1,129", "-32", "-2.9%"],
    ["Burglary", "7,662", "7,890", "-228", "-3.0%"],
    ["Burglary, residential", "5,436", "5,371", "65", "1.2%"],
    ["Burglary, business and community", "2,226", "2,519", "-293", "-13.2%"],
]


@pytest.fixture
def real(theme_3, user):
    (appendix,) = gather_appendix(theme_3, user("staff")).appendices
    return appendix


def fetched(client, form):
    response = client.get(f"{THEME_3}appendix-a.{form}")
    assert response.status_code == 200
    return response.content


def row_of(html, number):
    """The HTML of one deliverable and its updates."""
    return re.split(r'<th scope="row">\d+</th>', html)[number].split("</tbody>\n")[0]


class TestTheRealDocument:
    def test_it_has_its_fifteen_rows_in_order_with_the_owner_labels(self, real):
        assert [row.number for row in real.rows] == list(range(1, 16))
        assert [row.owner_label for row in real.rows] == OWNER_LABELS

    def test_deliverable_8_prints_both_updates_newest_first(self, real):
        assert [update.date_label for update in real.rows[7].updates] == ["April 2020", "October 2019"]

    def test_deliverable_11_is_printed_without_a_date(self, real, signed_in):
        (update,) = real.rows[10].updates
        assert update.date_label == ""
        assert '<p class="dated">' not in row_of(fetched(signed_in("staff"), "html").decode(), 11)

    def test_deliverable_14_keeps_its_table_as_printed(self, real):
        (update,) = real.rows[13].updates
        (table,) = [block for block in update.narrative.blocks if hasattr(block, "header_rows")]
        lines = [line.split("\t") for line in update.narrative.text.splitlines() if "\t" in line]
        assert lines[0] == ["Force", "2019/20", "2018/19", "Volume change", "% change"]
        assert lines[1:] == CRIME_TABLE
        assert table.header_rows == 1

    def test_deliverable_9_keeps_both_numbered_lists(self, real):
        (update,) = real.rows[8].updates
        numbered = [block for block in update.narrative.blocks if getattr(block, "numbered", False)]
        assert [len(block.items) for block in numbered] == [4, 4]

    def test_deliverable_12_says_how_it_gets_back_on_course(self, signed_in):
        html = signed_in("staff").get(f"{THEME_3}appendix-a/").content.decode()
        assert "Back on course by 30 September 2020:" in row_of(html, 12)


class TestEveryFormAgrees:
    """Rule 1: one function makes every percentage, so nothing can disagree."""

    def test_the_figures_are_the_same_on_every_page_and_in_every_file(self, signed_in):
        client = signed_in("staff")
        in_html = [client.get(a).content.decode() for a in (QUARTER, THEME_3, f"{THEME_3}appendix-a/")]
        in_html.append(fetched(client, "html").decode())
        for html in in_html:
            for printed in PRINTED.values():
                assert printed in html
            assert "very good" in html.lower()
        data = json.loads(fetched(client, "json"))
        assert {line["name"]: line["printed"] for line in data["status_key"] if line["code"]} == PRINTED
        assert data["overall"]["wording"] == "very good"
        book = openpyxl.load_workbook(io.BytesIO(client.get(f"{THEME_3}deliverables.xlsx").content))
        sheet = {row[1]: row[5] for row in book["Status key"].values}
        assert {name: sheet[name] for name in PRINTED} == PRINTED
        assert sheet["Overall"] == "very good"

    def test_the_rows_are_the_same_in_every_file(self, signed_in):
        client = signed_in("staff")
        data = json.loads(fetched(client, "json"))["themes"][0]["rows"]
        cells = list(csv.DictReader(io.StringIO(fetched(client, "csv").decode("utf-8-sig"))))
        book = openpyxl.load_workbook(io.BytesIO(client.get(f"{THEME_3}deliverables.xlsx").content))
        sheet = list(book["Deliverables"].values)[1:]
        html = fetched(client, "html").decode()
        for index, row in enumerate(data):
            facts = [row["number"], row["organisation"], row["deliverable"], row["rating"]["name"]]
            assert [int(cells[index]["Number"]), *list(cells[index].values())[2:4], cells[index]["Rating"]] == facts
            assert list(sheet[index][:4]) == facts
            assert escape(row["deliverable"]) in row_of(html, index + 1)
            assert f"</b> {row['rating']['name']}</span>" in row_of(html, index + 1)

    def test_the_csv_is_the_rows_alone(self, signed_in):
        rows = list(csv.reader(io.StringIO(fetched(signed_in("staff"), "csv").decode("utf-8-sig"))))
        assert len(rows) == 16
        assert "93.3%" not in str(rows)


def test_a_deliverable_without_an_update_says_so_and_counts(signed_in):
    html = signed_in("staff").get(f"/plans/{PLAN}/2019-20/q3/themes/3/appendix-a/").content.decode()
    assert "No approved update for this quarter." in row_of(html, 8)
    assert "<strong>1 has no approved update and counts in the total.</strong>" in html


def test_what_was_withdrawn_is_printed_with_its_reason(signed_in):
    client = signed_in("staff")
    html = client.get(f"{QUARTER}themes/2/appendix-a/").content.decode()
    (row,) = json.loads(client.get(f"{QUARTER}themes/2/appendix-a.json").content)["themes"][0]["withdrawn"]
    assert (row["number"], row["withdrawn_from"]) == (10, "2019-20 Q3")
    assert escape(row["reason"]) in html


def test_the_file_fetches_nothing(signed_in):
    html = fetched(signed_in("staff"), "html").decode()
    assert not re.search(r"<(script|link|img|iframe)\b|@import|url\(", html)


def test_the_file_is_named_after_theme_and_quarter(signed_in):
    response = signed_in("staff").get(f"{THEME_3}appendix-a.csv")
    assert response["Content-Disposition"] == 'attachment; filename="appendix-a theme-3 2019-20 Q4 draft.csv"'


def test_an_approved_text_that_looks_like_a_formula_is_harmless_in_the_csv(signed_in):
    update = ApprovedUpdate.objects.get(
        update__deliverable__theme__number=3, number=1, update__period__quarter="2019-20 Q4"
    )
    update.narrative = "<p>=HYPERLINK(1)</p>"
    update.save()
    cells = next(csv.DictReader(io.StringIO(fetched(signed_in("staff"), "csv").decode("utf-8-sig"))))
    assert cells["Update"] == "'=HYPERLINK(1)"
