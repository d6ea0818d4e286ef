import io
import json

import pytest
from django.core.management import CommandError, call_command

from tests.conftest import THEME_3

PLAN_TITLE = "Police and Crime Plan 2018-21"


def appendix(output, **changes):
    asked = {"plan": PLAN_TITLE, "theme": "3", "period": "2019-20 Q4", "format": "json"} | changes
    out = io.StringIO()
    call_command("appendix", output=output, **asked, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("form", ["html", "csv", "json"])
def test_it_writes_the_same_bytes_as_the_page_gives(form, tmp_path, signed_in):
    said = appendix(tmp_path / "a", format=form)
    assert (tmp_path / "a").read_bytes() == signed_in("staff").get(f"{THEME_3}appendix-a.{form}").content
    assert "15 rows; Green 14/15 (93.3%), Amber 1/15 (6.7%)" in said


def test_the_quarter_may_be_written_as_people_do(tmp_path, db):
    appendix(tmp_path / "a", period="Quarter 4, 2019-20")
    assert json.loads((tmp_path / "a").read_text())["quarter"] == "2019-20 Q4"


@pytest.mark.parametrize(
    ("changes", "says", "lists"),
    [
        ({"plan": "The Plan"}, 'There is no plan "The Plan"', PLAN_TITLE),
        ({"theme": "9"}, "has no Theme 9", "Theme 3: Tackling Crime and Antisocial Behaviour"),
        ({"theme": "three"}, "has no Theme three", "Theme 1"),
        ({"period": "2019-20 Q5"}, "has no quarter 2019-20 Q5", "2019-20 Q4"),
        ({"period": "2030-31 Q1"}, "has no quarter 2030-31 Q1", "2018-19 Q4"),
        ({"period": "soon"}, "has no quarter SOON", "2019-20 Q4"),
        ({"format": "odt"}, 'There is no format "odt"', "xlsx, json"),
    ],
)
def test_a_bad_argument_says_what_was_wrong_and_lists_what_there_is(db, tmp_path, changes, says, lists):
    with pytest.raises(CommandError) as error:
        appendix(tmp_path / "a", **changes)
    assert says in str(error.value)
    assert lists in str(error.value)
    assert not (tmp_path / "a").exists()


def test_a_file_that_cannot_be_written_is_said(db, tmp_path):
    with pytest.raises(CommandError, match="could not be written: No such file or directory"):
        appendix(tmp_path / "no such folder" / "a")
