"""The JSON of a document keeps to its documented shape."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from reports.gather_appendix import gather_appendix
from reports.options import Classification, Column, Exceptions, Options
from reports.renderers.json import content
from themes.place import find_place

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "report.schema.json").read_text(encoding="utf-8"))

pytestmark = pytest.mark.django_db


def held_against_the_schema(document):
    jsonschema.validate(content(document), SCHEMA, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("quarter", ["2018-19 Q4", "2019-20 Q3", "2019-20 Q4", "2020-21 Q1"])
@pytest.mark.parametrize("classification", Classification)
def test_every_quarter_of_the_demonstration_keeps_to_the_documented_shape(quarter, classification, user):
    place = find_place(plan="police-and-crime-plan-2018-21", quarter=quarter)
    options = Options(tuple(Column), Exceptions.FIRST)
    document = gather_appendix(
        place, user("staff"), themes=place.themes, options=options, classification=classification
    )
    held_against_the_schema(document)
    held_against_the_schema(replace(document, version="V12"))


def test_the_shape_knows_no_other_field(theme_3, user):
    data = content(gather_appendix(theme_3, user("staff")))
    data["themes"][0]["rows"][0]["shoe_size"] = 43
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, SCHEMA)
