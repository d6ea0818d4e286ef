"""Theme 3's figures at Quarter 4, 2019-20 are the same wherever they stand: pages, charts, feed, files, and live."""

import io
import re
import zipfile
from html import unescape

import pypdf
import pytest
from django.test import Client

PLAN = "/progress/police-and-crime-plan-2018-21"
THEME = f"{PLAN}/2019-20/q4/themes/3"
EDITION = "/published/police-and-crime-plan-2018-21-theme-3-2019-20-q4/v1"
LIVE = "/plans/police-and-crime-plan-2018-21/2019-20/q4"
REPORT = "/reports/police-and-crime-plan-2018-21-theme-3-2019-20-q4"

PRINTED = {"14/15 (93.3%)", "1/15 (6.7%)", "0/15 (0%)"}
"""Green; Amber; and Red, Not started and No update."""
EARLIER = {"11/15 (73.3%)", "10/15 (66.7%)", "3/15 (20%)", "2/15 (13.3%)"}
"""What stands beside it where the year's earlier quarters do."""

FOR_ALL = [
    "/",
    f"{PLAN}/",
    *(f"{PLAN}/themes.{form}" for form in ("csv", "json", "xlsx")),
    f"{THEME}/",
    *(f"{THEME}/list.{form}" for form in ("json", "xlsx")),
    f"{PLAN}/themes/3/compare/",
    f"{PLAN}/charts/",
    *(f"{PLAN}/charts/shares.{form}" for form in ("csv", "json", "xlsx")),
    f"{PLAN}/themes/3/charts/",
    *(f"{PLAN}/themes/3/charts/trend.{form}" for form in ("csv", "json", "xlsx")),
    f"{EDITION}/",
    *(f"{EDITION}.{form}" for form in ("html", "docx", "pdf", "xlsx", "json")),
    *(f"/published.{form}" for form in ("csv", "json", "xlsx", "atom")),
]
FOR_THE_OFFICE = [
    "/",
    f"{LIVE}/",
    f"{LIVE}/themes.csv",
    f"{LIVE}/themes/3/",
    *(f"{LIVE}/themes/3/appendix-a.{form}" for form in ("html", "docx", "pdf", "xlsx", "json")),
    f"{LIVE}/themes/3/deliverables.xlsx",
    f"{REPORT}/preview/",
]

pytestmark = pytest.mark.django_db


def words_of(response):
    """All that a page or a file says, without its markup, in one line."""
    content = response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            said = "\n".join(packed.read(name).decode(errors="replace") for name in packed.namelist() if "xml" in name)
    elif content.startswith(b"%PDF"):
        said = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    else:
        said = content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", unescape(said.replace("\\n", " "))))


def printed_in(response):
    """Every share of 15 deliverables that is printed, as Theme 3 alone has so many."""
    return set(re.findall(r"(?<![\d/])\d+/15 ?\([\d.]+%\)", words_of(response)))


def held(address, client):
    response = client.get(address)
    assert response.status_code == 200, address
    found = {share.replace("15(", "15 (") for share in printed_in(response)}
    assert {"14/15 (93.3%)", "1/15 (6.7%)"} <= found, address
    assert found <= PRINTED | EARLIER, address


@pytest.mark.parametrize("address", FOR_ALL)
def test_whatever_anyone_looks_at_says_the_same(address):
    held(address, Client())


@pytest.mark.parametrize("address", FOR_THE_OFFICE)
def test_what_the_office_sees_live_says_the_same_too(address, signed_in):
    held(address, signed_in("staff"))


def test_help_and_the_overall_wording_rest_on_the_same_counts():
    said = words_of(Client().get(f"{THEME}/"))
    assert "Green: 14 ÷ 15 × 100, rounded half up to one decimal, is 93.3%" in said
    assert "of the 15 due to have started, 14/15 (93.3%) are complete or on course and 0/15 (0%) off track" in said
    assert "Overall, progress is very good" in said
