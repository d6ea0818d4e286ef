"""Needs are brought in from a spreadsheet: every case is told at its cell, and all is done or nothing."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.roles import Refused
from deliverables.importing.spreadsheets import read_spreadsheet
from needs.actions import mark_gone
from needs.copying import copy_forward
from needs.import_lines import Column
from needs.import_preview import preview_of
from needs.importing import as_rows, import_needs, keep_upload, read, stored
from needs.models import LONGEST_NEED, Need, NeedsFile, Section, ThemeLink
from needs.options import Level, NeedKind, Response
from pcc_tracker.tables import as_csv, as_xlsx, sheet
from tests import builders as make

pytestmark = pytest.mark.django_db

HEADS = ["Section", "Section title", "Kind", "Need", "Level", "Response", "Reason", "Themes", "Was worded"]


def written(*rows, heads=HEADS):
    """A CSV file of rows that may end early."""
    return as_csv(sheet("Needs", heads, [[*row, *[""] * (len(heads) - len(row))] for row in rows]))


def kept(assessment, content, **changes):
    facts = {"file_name": "needs.csv", "by": make.staff(), "at": make.NOW}
    return keep_upload(assessment=assessment, content=content, **facts | changes)


def brought_in(assessment, *rows):
    return import_needs(file=kept(assessment, written(*rows)), by=make.staff(), at=make.NOW)


def problems(assessment, *rows, heads=HEADS):
    plan = read(kept(assessment, written(*rows, heads=heads)))
    return {one.place: one.said for one in plan.problems}


def all_that_is_stored():
    return [list(one.objects.order_by("pk").values()) for one in (Section, Need, ThemeLink)]


@pytest.fixture
def section():
    """Section 1, of an assessment that informs a plan with themes 1 and 2."""
    new = make.section(number="1", title="Violence")
    make.theme(new.assessment.informs)
    make.theme(new.assessment.informs)
    return new


class TestWhatIsDone:
    def test_sections_needs_and_the_themes_they_name_are_added(self, section):
        done = brought_in(
            section.assessment,
            ["1", "", "Risk", "Knife  crime\nrises", "Very high", "", "", "T1; 2"],
            ["4.1", "Hate crime", "recommendation", "Train officers", "", "Accepted in part", "From next year"],
            ["5", "Only a section"],
        )
        assert (len(done.sections), len(done.added), len(done.changed)) == (2, 2, 0)
        risk, recommendation = Need.objects.of(section.assessment)
        assert (risk.section, risk.wording, risk.level) == (section, "Knife crime rises", Level.VERY_HIGH)
        assert [link.theme.number for link in risk.theme_links.all()] == [1, 2]
        assert (str(recommendation.section), recommendation.response) == ("4.1 Hate crime", Response.IN_PART)
        assert recommendation.response_reason == "From next year"
        assert [one.number for one in section.assessment.sections.all()] == ["1", "4.1", "5"]

    def test_each_has_its_history_with_who_did_it(self, section):
        old, by = make.risk(section, wording="Old"), make.staff()
        content = written(["1", "", "risk", "Old", "high"], ["1", "", "risk", "New", "", "", "", "1"])
        import_needs(file=kept(section.assessment, content), by=by, at=make.NOW)
        new = Need.objects.get(wording="New")
        last = old.history.first()
        assert (last.history_user, last.level, last.history_type) == (by, "high", "~")
        assert new.history.get().history_user == new.theme_links.get().history.get().history_user == by

    def test_a_need_that_is_there_is_left_alone_or_changed_and_empty_cells_change_nothing(self, section):
        same = make.risk(section, "high", wording="Same")
        other = make.recommendation(section, wording="Other", response="not accepted", response_reason="No money")
        done = brought_in(
            section.assessment,
            ["1", "VIOLENCE", "risk", " SAME "],
            ["1", "", "recommendation", "Other", "", "accepted"],
        )
        assert (done.left_alone, len(done.added)) == (1, 0)
        assert done.changed[0].changes == ("response from not accepted to accepted",)
        same.refresh_from_db(), other.refresh_from_db()
        assert (same.wording, same.level) == ("Same", "high")
        assert (other.response, other.response_reason) == ("accepted", "")

    def test_themes_are_added_to_those_it_names_and_never_taken_away(self, section):
        need = make.risk(section, wording="A")
        make.names(need, section.assessment.informs.themes.get(number=1), note="As said")
        brought_in(section.assessment, ["1", "", "risk", "A", "", "", "", "1, 2"], ["1", "", "risk", "A b"])
        brought_in(section.assessment, ["1", "", "risk", "A", "", "", "", "2"])
        assert [(one.theme.number, one.note) for one in need.theme_links.all()] == [(1, "As said"), (2, "")]

    def test_the_same_need_in_several_sections_has_one_key_and_one_response(self, section):
        twin = make.recommendation(make.section(section.assessment, number="2"), wording="Train")
        brought_in(
            section.assessment,
            ["1", "", "recommendation", "train"],
            ["3", "New", "recommendation", "TRAIN", "", "not accepted", "Done already", "2"],
            ["3", "", "risk", "New"],
            ["1", "", "risk", "new"],
        )
        said = Need.objects.of(section.assessment).filter(kind=NeedKind.RECOMMENDATION)
        assert {(one.key, one.response, one.response_reason) for one in said} == {
            (twin.key, "not accepted", "Done already")
        }
        assert said.count() == 3 and ThemeLink.objects.filter(need__key=twin.key).count() == 1
        assert Need.objects.filter(wording__iexact="new").values("key").distinct().count() == 1

    def test_a_new_one_has_the_response_of_its_twin_where_none_is_given(self, section):
        make.recommendation(section, wording="Train", response="accepted", response_reason="At once")
        brought_in(section.assessment, ["2", "Two", "recommendation", "Train"])
        new = Need.objects.get(section__number="2", section__assessment=section.assessment)
        assert (new.response, new.response_reason) == ("accepted", "At once")

    def test_a_need_worded_otherwise_keeps_its_key_and_can_be_brought_in_again(self, section):
        make.risk(section, "high", wording="Knife crime")
        copy = copy_forward(
            assessment=section.assessment,
            title="Next",
            period=make.NEXT_Q1.year,
            informs=section.assessment.informs,
            by=make.staff(),
        )
        key = Need.objects.of(copy).get().key
        row = ["1", "", "risk", "Knife crime has doubled", "very high", "", "", "", "knife crime"]
        assert len(brought_in(copy, row).changed) == 1
        assert brought_in(copy, row).left_alone == 1
        need = Need.objects.of(copy).get()
        assert (need.key, need.wording, need.level) == (key, "Knife crime has doubled", "very high")

    def test_the_same_file_again_changes_nothing(self, section):
        content = written(["1", "", "risk", "A", "high", "", "", "1"], ["2", "Two", "recommendation", "B"])
        file = kept(section.assessment, content)
        import_needs(file=file, by=make.staff(), at=make.NOW)
        before = all_that_is_stored()
        again = import_needs(file=file, by=make.staff(), at=make.NOW + timedelta(days=1))
        assert (again.count, again.left_alone, file.imported_at) == (0, 2, make.NOW)
        assert all_that_is_stored() == before
        assert Need.history.filter(section=section).count() == 1

    def test_columns_in_any_order_by_any_of_their_heads_and_others_are_pointed_out(self, section):
        content = written(["a", "Note", "RISK", "1"], heads=["wording", "Remarks", " KIND ", "section"])
        plan = read(kept(section.assessment, content))
        assert (plan.added[0].wording, plan.problems) == ("a", ())
        assert plan.notes == ("The column “Remarks” is not one of an import, so it is passed over.",)


class TestProblems:
    """Each is told at its cell, with what to do."""

    @pytest.mark.parametrize(
        ("row", "place", "says"),
        [
            (["4.12", "", "risk", "A"], "Section", "There is no section 4.12. Add a title in the column Section title"),
            (["", "", "risk", "A"], "Section", "It is empty."),
            (["4,1", "T", "risk", "A"], "Section", "Write the number like 4, 4.3 or A.1"),
            (["1" * 21, "T", "risk", "A"], "Section", "at most 20 characters"),
            (["1", "Theft", "risk", "A"], "Section title", "Section 1 is called “Violence”"),
            (["2", "T" * 201, "risk", "A"], "Section title", "longer than 200 characters"),
            (["1", "", "", "A"], "Kind", "It is empty. Write risk or recommendation."),
            (["1", "", "hazard", "A"], "Kind", "“hazard” is not known here. Write risk or recommendation."),
            (["1", "", "risk", ""], "Need", "It is empty."),
            (["1", "", "risk", "x" * (LONGEST_NEED + 1)], "Need", "longer than 600 characters"),
            (["1", "", "risk", "=1+1"], None, None),
            (["1", "", "risk", "A", "medium"], "Level", "Write very high or high, or leave it empty."),
            (["1", "", "recommendation", "A", "high"], "Level", "Only a risk has a level."),
            (["1", "", "recommendation", "A", "", "yes"], "Response", "Write accepted, accepted in part or not"),
            (["1", "", "risk", "A", "", "accepted"], "Response", "Only a recommendation has a response."),
            (["1", "", "risk", "A", "", "", "Why"], "Reason", "Only a recommendation has a response."),
            (["1", "", "recommendation", "A", "", "not accepted"], "Reason", "Say why it is not accepted"),
            (["1", "", "recommendation", "A", "", "", "Why"], "Reason", "A reason goes with a response."),
            (["1", "", "recommendation", "A", "", "accepted", "x" * 1001], "Reason", "longer than 1,000 characters"),
            (["1", "", "risk", "A", "", "", "", "1, 7"], "Themes", "has no theme 7. It has: 1, 2."),
            (["1", "", "risk", "A", "", "", "", "one"], "Themes", "“one” is no list of themes"),
            (["1", "", "risk", "A", "", "", "", "", "B"], "Was worded", "Section 1 has no risk of these words."),
            (["1", "", "risk", "gone"], "Need", "marked as gone. Bring it back first."),
            (["1", "", "risk", "There", "", "", "", "", "Here"], "Need", "Section 1 has this beside the risk"),
        ],
    )  # fmt: skip
    def test_of_a_cell(self, section, row, place, says):
        make.risk(section, wording="Gone", gone_reason="It is no more")
        make.risk(section, wording="Here")
        make.risk(section, wording="There")
        found = problems(section.assessment, row)
        if place is None:  # our own files write what looks like a formula so that it is none
            assert found == {}
        else:
            assert list(found) == [f"row 2, column {place}"]
            assert says in found[f"row 2, column {place}"]

    def test_the_same_twice_in_a_section_is_told_at_the_second(self, section):
        rows = ["1", "", "risk", "A  b"], ["1", "", "recommendation", "A b"], ["1", "", "risk", "a B"]
        found = problems(section.assessment, *rows)
        assert found == {
            "row 4, column Need": "The same risk of section 1 stands at row 2, column Need. Take one of the two out."
        }

    def test_two_titles_of_a_section(self, section):
        (place, said), *others = problems(section.assessment, ["2", "One"], ["2", "ONE"], ["2", "Two"]).items()
        assert (place, others) == ("row 4, column Section title", [])
        assert said.startswith("Section 2 has another title at row 2, column Section title: “One”.")

    def test_two_rows_about_one_need(self, section):
        make.risk(section, wording="A")
        for rows in (["A", "B"], ["B", "A"], ["B", "C"]):
            found = problems(
                section.assessment, *(["1", "", "risk", one, "", "", "", "", "" if one == "A" else "A"] for one in rows)
            )
            assert [said.partition(" is about")[0] for said in found.values()] == ["The row of row 2, column Need"]

    def test_two_responses_or_reasons_to_the_same_recommendation(self, section):
        found = problems(
            section.assessment,
            ["1", "", "recommendation", "A", "", "not accepted", "Why"],
            ["2", "Two", "recommendation", "A", "", "accepted"],
            ["3", "Three", "recommendation", "A", "", "", "Because"],
        )
        assert list(found) == ["row 3, column Response", "row 4, column Reason"]
        assert "“not accepted” at row 2, column Response" in found["row 3, column Response"]
        assert "another reason at row 2, column Reason" in found["row 4, column Reason"]

    def test_a_need_that_the_section_has_in_other_words(self, section):
        twin = make.risk(section, wording="A")
        make.risk(make.section(section.assessment), wording="B", key=twin.key)
        found = problems(section.assessment, ["1", "", "risk", "B"])
        assert "has this already in other words: “A”" in found["row 2, column Need"]

    @pytest.mark.parametrize(
        ("heads", "says"),
        [
            (["Section", "Title"], "There is no column Kind and none Need."),
            (["Section", "Kind", "Risk", "Recommendation"], "The column Need stands at row 1, column Risk already."),
        ],
    )
    def test_of_the_heads(self, section, heads, says):
        (said,) = problems(section.assessment, ["1", "risk", "A"][: len(heads)], heads=heads).values()
        assert said.startswith(says)

    def test_every_cell_of_a_workbook_by_its_place(self, section):
        book = openpyxl.Workbook()
        for row in (HEADS, [1, None, "risk", "=A1", "low"], [4.12, None, "hazard", "B", None, None, None, 9]):
            book.active.append(row)
        content = io.BytesIO()
        book.save(content)
        plan = read(kept(section.assessment, content.getvalue()))
        assert [one.place for one in plan.problems] == ["D2", "E2", "A3", "C3", "H3"]
        assert "formula" in plan.problems[0].said


class TestAllOrNothing:
    def test_with_one_problem_nothing_is_imported(self, section):
        file = kept(section.assessment, written(["2", "Two", "risk", "A"], ["1", "", "risk", "B", "low"]))
        before = all_that_is_stored()
        with pytest.raises(Refused, match="1 cell has a problem, the first at row 3, column Level: “low” is not known"):
            import_needs(file=file, by=make.staff(), at=make.NOW)
        assert all_that_is_stored() == before
        assert NeedsFile.objects.get(pk=file.pk).imported_at is None

    def test_what_was_changed_since_the_preview_counts(self, section):
        need = make.risk(make.section(copied(section), number="9"), wording="A")
        assessment = need.section.assessment
        file = kept(assessment, written(["9", "", "risk", "A", "high"]))
        assert read(file).problems == ()
        mark_gone(need=need, reason="It is no more", by=make.staff())
        with pytest.raises(Refused, match="Bring it back first"):
            import_needs(file=file, by=make.staff(), at=make.NOW)

    def test_what_cannot_be_read_is_not_kept(self, section):
        with pytest.raises(Refused, match="neither an Excel workbook nor a text"):
            kept(section.assessment, b"\0")
        assert not NeedsFile.objects.exists()

    def test_the_next_upload_of_a_person_takes_the_place_of_one_that_was_not_imported(self, section):
        by, content = make.staff(), written(["1", "", "risk", "A"])
        imported = kept(section.assessment, content, by=by)
        import_needs(file=imported, by=by, at=make.NOW)
        kept(section.assessment, content, by=by, file_name="first.csv")
        kept(section.assessment, content, file_name="of another.csv")
        kept(section.assessment, content, by=by, file_name="x" * 300 + ".csv")
        names = list(NeedsFile.objects.order_by("pk").values_list("file_name", flat=True))
        assert names == ["needs.csv", "of another.csv", "x" * 196 + ".csv"]

    def test_others_than_the_office_may_not(self, section):
        with pytest.raises(Refused, match="may not keep needs assessments"):
            kept(section.assessment, written(), by=make.person())
        file = kept(section.assessment, written(["1", "", "risk", "A"]))
        with pytest.raises(Refused, match="may not keep needs assessments"):
            import_needs(file=file, by=make.panel_member(), at=make.NOW)

    def test_ten_thousand_rows_are_previewed_with_as_many_queries_as_one(self, section):
        rows = [[str(number % 40 + 2), "T", "risk", f"Risk {number}"] for number in range(9_998)]
        rows += [["99", "", "risk", "A"], ["2", "", "risk", "Risk 0"]]
        costs = []
        for some in (rows[:1], rows):
            file = kept(section.assessment, written(*some))
            with CaptureQueriesContext(connection) as captured:
                plan = read(file)
            costs.append(len(captured))
        assert costs[0] == costs[1]
        assert [one.place for one in plan.problems] == ["row 10000, column Section", "row 10001, column Need"]
        assert len(plan.added) == 9_998


def copied(section):
    """The next year's assessment."""
    year = make.NEXT_Q1.year
    informs = section.assessment.informs
    return copy_forward(assessment=section.assessment, title="N", period=year, informs=informs, by=make.staff())


WORDS = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"], exclude_characters="_"), min_size=1, max_size=40
).filter(lambda text: text.strip() and not text.strip().startswith("'"))


@given(st.lists(st.tuples(WORDS, st.booleans(), st.sampled_from(["", "high"]), WORDS), max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_taken_away_and_brought_back_changes_nothing(section, needs):
    Need.objects.of(section.assessment).delete()
    there = {" ".join(wording.split()).casefold(): (" ".join(wording.split()), *rest) for wording, *rest in needs}
    for wording, is_risk, level, reason in there.values():
        if is_risk:
            make.names(make.risk(section, level, wording=wording), section.assessment.informs.themes.first())
        else:
            make.recommendation(section, wording=wording, response="not accepted", response_reason=f"{reason}\r\nx")
    data = sheet("Needs", list(Column), as_rows(section.assessment))
    for write in (as_csv, as_xlsx):
        plan = preview_of(read_spreadsheet(write(data)), stored(section.assessment))
        assert (plan.count, plan.problems, plan.notes, plan.left_alone) == (0, (), (), len(there))
