"""Every list of records in every format, so that a new one cannot escape."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from django.test import Client

from pcc_tracker.tables import LIST_FORMATS
from tests.pcc_tracker.test_access import EXPECTED, address, addresses

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCHEMAS = {
    data["properties"]["schema"]["const"]: data
    for data in (json.loads(path.read_text(encoding="utf-8")) for path in DOCS.glob("*.schema.json"))
}
DOCUMENTS = {"edition_file", "appendix_file", "report_preview_file"}
"""Files of a report, not of a list."""
FILES = sorted(one.name for one in addresses() if "form" in one.pattern.converters and one.name in EXPECTED)
OF_THEIR_OWN = {"chart_file", "theme_chart_file", "search_file", "needs_template", "import_plan_template"}
"""Beside each chart, whose page is not sorted; of what was searched for; and to be filled in for an import."""
LISTS = [name for name in FILES if name not in DOCUMENTS]
PAGE_OF = {
    "schedule_file": "schedule_of_changes",
    "needs_problems_file": "preview_needs",
    "offline_people_file": "offline",
    "offline_organisations_file": "offline",
    "return_problems_file": "preview_return",
    "return_rows_file": "preview_return",
    "plan_rows_file": "plan_file",
    "plan_files_file": "import_plan",
}
PAGES = [PAGE_OF.get(name, name.removesuffix("_file")) for name in LISTS if name not in OF_THEIR_OWN]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", FILES)
def test_every_file_as_json_keeps_to_its_documented_shape(name, signed_in):
    response = signed_in("admin").get(address(name, form="json"))
    data = response.json()
    assert response["Content-Type"] == "application/json"
    assert data["schema"] == ("pcc-tracker-report-1" if name in DOCUMENTS else "pcc-tracker-list-1")
    jsonschema.validate(data, SCHEMAS[data["schema"]], format_checker=jsonschema.FormatChecker())
    for part in () if name in DOCUMENTS else (data, *data["further"]):
        columns = [one["name"] for one in part["columns"]]
        assert all(list(row) == columns for row in part["rows"])
        # Nothing of the demonstration's plan was changed yet, nothing is searched for, and some gaps are empty.
        assert (
            part["rows"]
            or name in ("schedule_file", "search_file", "import_plan_template")
            or (name == "gaps_file" and part is not data)
        )


@pytest.mark.parametrize("name", PAGES)
def test_every_list_is_offered_in_all_formats_as_it_is_sorted_but_not_paged(name, signed_in):
    html = signed_in("admin").get(address(name), {"sort": "-x", "page": "1"}).content.decode()
    for form, one in LIST_FORMATS.items():
        assert re.search(rf'<a href="[^"]+\.{form}\?sort=-x">{one.label}</a>', html), form


@pytest.mark.parametrize("schema", ["list", "report"])
def test_what_the_files_hold_is_described_for_anyone(schema):
    response = Client().get(f"/open-data/{schema}.schema.json")
    assert response["Content-Type"] == "application/schema+json"
    assert response.json() in SCHEMAS.values()
