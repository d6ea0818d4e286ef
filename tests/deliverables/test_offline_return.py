"""A workbook of updates comes back: every cell is checked, nothing newer is written over, and all becomes drafts."""

import datetime
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Office, User
from accounts.roles import Refused
from deliverables.actions import Draft, save_draft
from deliverables.file_models import ReturnFile
from deliverables.models import DatePrecision, Extension, QuarterlyUpdate, UpdateState
from deliverables.narrative import clean, parse
from deliverables.offline.columns import CUT, FILLED, SHEET, Column, in_a_cell
from deliverables.offline.typed import as_narrative
from deliverables.revisions import NOT_KEPT
from tests import builders as make
from tests.answers import refused
from tests.conftest import PLAN
from tests.deliverables.workbooks import (
    COLUMNS,
    brought_back,
    cell,
    closed,
    filled_in,
    kept,
    opened,
    problems,
    read,
    taken_away,
)
from tests.needs.test_spreadsheets import WORKBOOK, changed
from themes.models import ReportingPeriod

pytestmark = pytest.mark.django_db
RICH = (
    '<p><strong>Bold</strong> and <a href="https://example.org">a link</a></p><ul><li><p>One</p><ol><li><p>Two</p></li>'
    "</ol></li></ul><table><tbody><tr><td><p>1</p></td><td><p>2</p></td></tr></tbody></table>"
)


@pytest.fixture
def owner():
    return make.person()


@pytest.fixture
def row(owner):
    """Led by the owner, asked for in Quarter 4."""
    new = make.deliverable(owner=owner)
    make.period(new.theme)
    return new


@pytest.fixture
def plan(row):
    return row.theme.plan


@pytest.fixture
def content(owner, plan):
    """The owner's workbook, taken away before anything is written."""
    return taken_away(owner, plan)


def the_update(row):
    return QuarterlyUpdate.objects.get(deliverable=row)


def history(row):
    return the_update(row).history.values_list("narrative", "history_change_reason")


WRITTEN = {
    "rating": "A Amber", "text": "Teams met.\n- North\n- South\n1. First\n2. Second",
    "date": datetime.date(2020, 3, 28), "step": "Recruit two more", "by": datetime.date(2020, 9, 30),
}  # fmt: skip


class TestWhatIsSaved:
    def test_a_row_becomes_a_draft_with_its_lines_as_paragraphs_and_lists(self, row, owner, plan, content):
        done = brought_back(owner, plan, filled_in(content, **WRITTEN))
        assert (len(done.saved), done.left_alone) == (1, 0)
        update = the_update(row)
        assert (update.state, update.rating.code, update.last_changed_by) == (UpdateState.DRAFT, "A", owner)
        assert update.narrative == (
            "<p>Teams met.</p><ul><li><p>North</p></li><li><p>South</p></li></ul>"
            "<ol><li><p>First</p></li><li><p>Second</p></li></ol>"
        )
        assert (update.date, update.date_precision) == (datetime.date(2020, 3, 28), DatePrecision.DAY)
        assert (update.recovery_step, update.recovery_by) == ("Recruit two more", datetime.date(2020, 9, 30))

    def test_the_same_file_again_changes_nothing_even_after_it_was_submitted(self, row, owner, plan, content):
        back = filled_in(content, **WRITTEN)
        brought_back(owner, plan, back)
        before = the_update(row).__dict__
        for state in (UpdateState.DRAFT, UpdateState.SUBMITTED):
            QuarterlyUpdate.objects.filter(deliverable=row).update(state=state)
            done = brought_back(owner, plan, back)
            assert (done.count, done.refused, done.left_alone) == (0, (), 1)
            assert the_update(row).version == before["version"] and history(row).count() == 1
        assert ReturnFile.objects.get().imported_at, "of what was saved the file is kept, and of nothing else"

    def test_a_rating_is_known_by_letter_and_name_however_it_is_written(self, row, owner, plan, content):
        for text in ("g", "GREEN", " G  Green\u200f", "G"):
            assert read(owner, plan, filled_in(content, rating=text)).saved[0].draft.rating == "G", text

    def test_a_date_is_read_as_people_write_it(self, row, owner, plan, content):
        for typed, date, precision in (
            ("28/03/2020", datetime.date(2020, 3, 28), "day"),
            ("28.3.20", datetime.date(2020, 3, 28), "day"),
            ("28 March 2020", datetime.date(2020, 3, 28), "day"),
            ("March 2020", datetime.date(2020, 3, 1), "month"),
            ("28th of Sept. ’20", datetime.date(2020, 9, 28), "day"),
            (datetime.datetime(2020, 3, 28, 10, 30), datetime.date(2020, 3, 28), "day"),
        ):
            draft = read(owner, plan, filled_in(content, date=typed)).saved[0].draft
            assert (draft.date, draft.date_precision) == (date, precision), typed

    def test_rows_are_sorted_deleted_and_columns_added_and_all_is_found_all_the_same(self, row, owner, plan):
        rows = [row, *(make.deliverable(row.theme, owner=owner) for _ in range(3))]
        book = opened(taken_away(owner, plan))
        page = book[SHEET]
        lines = [[one.value for one in line] for line in page.iter_rows(min_row=2)]
        for line in lines:
            line[COLUMNS.index(Column.TEXT)] = f"About {line[COLUMNS.index(Column.NUMBER)]}"
        page.delete_rows(2, 4)
        for line in reversed(lines[1:]):
            page.append(line)
        page.insert_cols(4)
        page["D1"], page["D2"] = "Mine", "=LEN(E2)"
        done = brought_back(owner, plan, closed(book))
        assert (len(done.saved), done.notes) == (3, ("The column “Mine” is none of ours, so it is passed over.",))
        texts = {one.deliverable.number: one.narrative for one in QuarterlyUpdate.objects.filter(deliverable__in=rows)}
        assert texts == {number: f"<p>About {number}</p>" for number in (2, 3, 4)}

    def test_empty_rows_and_those_as_they_were_are_left_alone_and_counted(self, row, owner, plan):
        make.update(row, narrative=RICH, code="A", recovery_step="A step", earlier=[make.Q1])
        make.deliverable(row.theme, owner=owner)
        content = taken_away(owner, plan)
        emptied = filled_in(content, **dict.fromkeys(("rating", "text", "step")))
        for back in (content, emptied):
            done = brought_back(owner, plan, back)
            assert (done.count, done.left_alone, done.problems) == (0, 2, ())
        assert the_update(row).version == 1

    def test_a_rich_text_stays_while_another_cell_is_changed(self, row, owner, plan):
        make.update(row, narrative=clean(RICH))
        done = brought_back(owner, plan, filled_in(taken_away(owner, plan), rating="R Red"))
        assert not done.saved[0].loses
        assert (the_update(row).narrative, the_update(row).rating.code) == (clean(RICH), "R")

    def test_that_a_changed_text_loses_its_formatting_is_said(self, row, owner, plan):
        make.update(row, narrative=clean(RICH))
        assert read(owner, plan, filled_in(taken_away(owner, plan), text="Anew")).saved[0].loses

    def test_a_column_that_was_taken_out_leaves_what_is_stored(self, row, owner, plan):
        make.update(row, code="A", recovery_step="A step")
        book = opened(filled_in(taken_away(owner, plan), text="Anew"))
        for column in (Column.BY, Column.STEP, Column.RATING):
            book[SHEET].delete_cols(COLUMNS.index(column) + 1)
        brought_back(owner, plan, closed(book))
        update = the_update(row)
        assert (update.narrative, update.rating.code, update.recovery_step) == ("<p>Anew</p>", "A", "A step")

    def test_what_looks_like_a_formula_or_hides_its_direction_is_text(self, row, owner, plan, content):
        brought_back(owner, plan, filled_in(content, text="'=1+1\n\u202eesrever <b>"))
        assert the_update(row).narrative == "<p>=1+1</p><p>esrever &lt;b&gt;</p>"

    def test_one_cell_that_is_wrong_keeps_all_from_being_saved(self, row, owner, plan):
        make.deliverable(row.theme, owner=owner)
        back = filled_in(filled_in(taken_away(owner, plan), text="Good"), row=3, rating="Grene")
        with pytest.raises(Refused, match="Nothing is saved: G3 has a problem. “Grene” is not a rating"):
            brought_back(owner, plan, back)
        assert not QuarterlyUpdate.objects.filter(deliverable=row).exists()
        assert ReturnFile.objects.get().imported_at is None


class TestWhatIsWrong:
    def test_it_is_said_at_its_cell_with_what_to_do(self, row, owner, plan, content):
        for cells, place, says in (
            ({"rating": "Grene"}, "G2", "“Grene” is not a rating of this plan. Choose one of these: G Green, A Amber"),
            ({"date": "31/02/2020"}, "I2", "“31/02/2020” is not a real date."),
            ({"date": datetime.date(1905, 1, 1)}, "I2", "is not a real date"),
            ({"date": "28.3.20 or so"}, "I2", "is not a real date"),
            ({"by": "soon"}, "K2", "“soon” is not a real date. Write a day, such as 30/09/2020."),
            ({"by": "March 2020"}, "K2", "is not a real date"),
            ({"step": "x" * 1001}, "J2", "It is longer than 1,000 characters. Shorten it."),
            ({"text": "a\n" * 15_000}, "H2", "The text is"),
            ({"text": "=1+1"}, "H2", "It holds a formula."),
            ({"key": "=1+1"}, "L2", "It holds a formula."),
            ({"key": None, "text": "A"}, "L2", "Nothing in this hidden cell says what the row is about."),
            ({"key": "T1.1 other"}, "L2", "This hidden key was changed"),
            ({"number": 9, "text": "A"}, "B2", "The row says Theme 1, 9, and its hidden key Theme 1, 1"),
            ({"text": f"A{CUT}"}, "H2", "too long for a cell, so a part of it is missing"),
        ):  # fmt: skip
            found = problems(owner, plan, filled_in(content, **cells))
            assert list(found) == [place] and says in found[place], cells

    def test_a_formula_in_a_column_that_is_not_read_is_none_of_ours(self, row, owner, plan, content):
        assert problems(owner, plan, filled_in(content, last_text="=1+1", text="A")) == {}

    def test_the_same_update_twice(self, row, owner, plan, content):
        book = opened(content)
        book[SHEET].append([one.value for one in book[SHEET][2]])
        assert problems(owner, plan, closed(book)) == {
            "L3": "Row 2 is about the same update. Take one of the two rows out."
        }

    def test_a_column_twice_and_a_name_of_another_sheet(self, row, owner, plan, content):
        book = opened(content)
        book[SHEET].cell(1, 14).value = Column.TEXT.value
        assert "The column “Update” stands at H1 already." in problems(owner, plan, closed(book))["N1"]
        book[SHEET].title = "Mine"
        with pytest.raises(Refused, match="It has no sheet “Updates”"):
            kept(owner, plan, closed(book))

    def test_a_key_of_another_plan_and_of_a_row_that_is_not_there(self, row, owner, plan, content):
        other = make.deliverable(owner=owner)
        make.period(other.theme)
        said = problems(owner, other.theme.plan, content)["L2"]
        assert said.startswith(f"{other.theme.plan} has no such deliverable in 2019-20: the row is of another plan")

    def test_a_workbook_of_another_quarter_is_sent_there_and_a_row_of_one_is_named(self, row, owner, plan, content):
        make.period(row.theme, make.Q3)
        with pytest.raises(Refused, match="It is of Quarter 4, 2019-20. Bring it in on that quarter’s page"):
            kept(owner, plan, content, quarter=make.Q3)
        make.deliverable(row.theme, owner=owner)
        book = opened(taken_away(owner, plan))
        key = cell(book[SHEET], Column.KEY)
        key.value = key.value.replace("Q4", "Q3")
        assert "This row is of Quarter 3, 2019-20." in problems(owner, plan, closed(book))["L2"]

    @pytest.mark.parametrize(
        ("bad", "says"),
        [
            (b"\0\1", "neither an Excel workbook nor a text"),
            (WORKBOOK, "It has no sheet “Updates”"),
            (WORKBOOK[:-100], "not a whole one"),
            (b"a,b\nc,d", "It has no column “Key: leave it as it is”"),
            (changed(WORKBOOK, added={"xl/vbaProject.bin": b"x"}.items()), "can hold macros"),
        ],
    )
    def test_a_file_that_is_none_is_refused_and_not_kept(self, bad, says, row, owner, plan):
        with pytest.raises(Refused, match=says):
            kept(owner, plan, bad)
        assert not ReturnFile.objects.exists()

    @given(st.text("T1. 209-Qv\u202eabcdef\ud800=", max_size=80), st.sampled_from([Column.KEY, *FILLED]))
    @settings(max_examples=20, deadline=None)
    def test_whatever_is_typed_is_read_or_said(self, text, column):
        from deliverables.importing.cells import Row, Spreadsheet
        from deliverables.offline.preview import preview_of

        texts = [text if one is column else "" for one in COLUMNS]
        sheet = Spreadsheet((Row(1, tuple(COLUMNS)), Row(2, tuple(texts))), {}, True)
        found = preview_of(sheet, {}, plan="P", quarter=make.Q4, scheme=())
        assert found.count == 0 and all(one.said for one in found.problems)


class TestWhatIsNotWritten:
    def refusal(self, owner, plan, content):
        found = read(owner, plan, filled_in(content, text="In my words"))
        assert (found.count, found.problems) == (0, ())
        (one,) = found.refused
        assert one.draft.narrative == "<p>In my words</p>"
        brought_back(owner, plan, filled_in(content, text="In my words"))
        assert not QuarterlyUpdate.objects.filter(narrative__contains="In my words").exists()
        return one

    def test_what_another_leads_and_nothing_of_it_is_shown(self, row, plan, owner, content):
        make.update(row, narrative="<p>Secret draft</p>")
        one = self.refusal(make.person(), plan, content)
        assert "You do not lead this deliverable" in one.stored.why_not
        assert (one.stored.draft, one.stored.saved, one.stored.address) == (Draft(""), "", "")

    @pytest.mark.parametrize("state", [UpdateState.SUBMITTED, UpdateState.APPROVED])
    def test_what_is_submitted_or_approved(self, state, row, owner, plan, content):
        make.update(row, state=state)
        assert f"It is {state} already." in self.refusal(owner, plan, content).stored.why_not

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"completed_in": make.Q2, "completed_reason": "Done"}, "is complete since"),
            ({"withdrawn_from": make.Q3, "withdrawn_reason": "Gone"}, "is not in force"),
        ],
    )
    def test_what_is_complete_or_withdrawn(self, changes, says, row, owner, plan, content):
        for name, value in changes.items():
            setattr(row, name, value)
        row.save()
        assert says in self.refusal(owner, plan, content).stored.why_not

    def test_what_is_locked_unless_more_time_was_given(self, row, owner, plan, content):
        period = ReportingPeriod.objects.get(theme=row.theme)
        ReportingPeriod.objects.update(locked_at=timezone.now(), locked_by=make.staff())
        assert "is locked" in self.refusal(owner, plan, content).stored.why_not
        Extension.objects.create(deliverable=row, period=period, until=make.NOW.date(), reason="Ill",
                                 given_by=make.staff(), given_at=make.NOW)  # fmt: skip
        assert len(read(owner, plan, filled_in(content, text="Mine")).saved) == 1

    def test_what_is_not_open_yet(self, row, owner, plan, content):
        ReportingPeriod.objects.filter(theme=row.theme).update(opens=make.NOW.date() + datetime.timedelta(days=1))
        assert "opens for updates on" in self.refusal(owner, plan, content).stored.why_not

    def test_a_newer_edit_and_both_texts_are_kept(self, row, owner, plan, content):
        period, colleague = ReportingPeriod.objects.get(theme=row.theme), make.staff()
        save_draft(deliverable=row, period=period, draft=Draft("Newer"), by=colleague, at=make.NOW)
        other = make.deliverable(row.theme, owner=owner)
        back = filled_in(taken_away(owner, plan), row=3, text="Other")
        back = filled_in(back, text="Mine", key=cell(opened(content)[SHEET], Column.KEY).value)
        found = read(owner, plan, back)
        (conflict,) = found.conflicts
        assert (conflict.stored.draft.narrative, conflict.draft.narrative) == ("<p>Newer</p>", "<p>Mine</p>")
        assert conflict.stored.saved.startswith(f"Saved by {colleague} on 2 April 2020")
        for _ in range(2):
            brought_back(owner, plan, back)
        assert the_update(row).narrative == "<p>Newer</p>" and the_update(other).narrative == "<p>Other</p>"
        assert list(history(row)) == [("<p>Mine</p>", NOT_KEPT), ("<p>Newer</p>", None)]

    def test_an_untouched_row_is_no_conflict_with_a_newer_edit(self, row, owner, plan, content):
        make.update(row, version=3)
        assert (found := read(owner, plan, content)).left_alone == 1 and not found.conflicts


class TestHowTextIsTyped:
    @pytest.mark.parametrize(
        ("text", "html"),
        [
            ("A\n\nB", "<p>A</p><p>B</p>"),
            ("2019. A year\n3. Three", "<p>2019. A year</p><p>3. Three</p>"),
            ("• A\n* B\n– C", "<ul><li><p>A</p></li><li><p>B</p></li><li><p>C</p></li></ul>"),
            ("-\n-5 degrees", "<p>-</p><p>-5 degrees</p>"),
            ("- A\n  1. B\n  2. C", "<ul><li><p>A</p><ol><li><p>B</p></li><li><p>C</p></li></ol></li></ul>"),
            ("1) A\n   more", "<ol><li><p>A</p><p>more</p></li></ol>"),
        ],
    )
    def test_lines_are_paragraphs_and_items(self, text, html):
        assert as_narrative(text) == html

    @given(st.recursive(
        st.sampled_from(["A", "b c", "4 < 5 & 6"]).map("<p>{}</p>".format),
        lambda inner: st.builds(
            lambda tag, items: f"<p>x</p><{tag}>{''.join(f'<li><p>y</p>{one}</li>' for one in items)}</{tag}><p>z</p>",
            st.sampled_from(["ul", "ol"]), st.lists(inner, min_size=1, max_size=3),
        ),
        max_leaves=6,
    ))  # fmt: skip
    @settings(max_examples=30, deadline=None)
    def test_paragraphs_and_nested_lists_come_back_as_they_went(self, html):
        stored = clean(html.replace("4 < 5 & 6", "4 &lt; 5 &amp; 6"))
        assert parse(as_narrative(in_a_cell(stored))).text == parse(stored).text


QUARTER = f"/plans/{PLAN}/2020-21/q1/"
BACK = f"{QUARTER}offline/return/"


def main(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode().partition("<main")[2])
    return " ".join(text.split())


def uploaded(client, content, name="back.xlsx"):
    return client.post(BACK, {"file": SimpleUploadedFile(name, content)}, follow=True)


class TestThePages:
    def test_an_owner_brings_it_back_looks_at_it_and_saves_it(self, signed_in):
        client = signed_in("owner")
        content = client.get(f"{QUARTER}offline/my-updates.xlsx").content
        page = uploaded(client, filled_in(content, rating="R Red", text="Worse <script>now"))
        assert "Updates to be saved as drafts 1" in main(page) and "Worse &lt;script&gt;now" in page.content.decode()
        before = QuarterlyUpdate.objects.filter(narrative__contains="Worse").count()
        done = client.post(page.request["PATH_INFO"], follow=True)
        assert done.request["PATH_INFO"] == "/my-updates/"
        assert "1 update was saved as a draft." in main(done)
        assert "lacks the recovery step and when it is back on course." in main(done)
        assert (before, QuarterlyUpdate.objects.filter(narrative__contains="Worse").count()) == (0, 1)
        again = client.get(page.request["PATH_INFO"])
        assert "It was saved on" in main(again) and "<button" not in again.content.decode().partition("<main")[2]

    def test_staff_bring_in_any_and_are_told_that_somebody_else_approves(self, signed_in):
        client = signed_in("staff")
        content = filled_in(client.get(f"{QUARTER}offline/updates.xlsx").content, text="Brought in")
        page = uploaded(client, content)
        assert "somebody else has to approve them" in main(page)
        done = client.post(page.request["PATH_INFO"], follow=True)
        assert done.request["PATH_INFO"] == f"{QUARTER}review/"
        Office.objects.update(allows_self_approval=True)
        assert "somebody else" not in main(client.get(page.request["PATH_INFO"]))

    def test_with_a_problem_there_is_no_way_to_save_it(self, signed_in):
        client = signed_in("owner")
        content = client.get(f"{QUARTER}offline/my-updates.xlsx").content
        page = uploaded(client, filled_in(content, rating="Grene"))
        assert "Nothing can be saved yet: 1 cell has a problem." in main(page) and "G2" in main(page)
        assert "<button" not in page.content.decode().partition("<main")[2]
        forced = client.post(page.request["PATH_INFO"], follow=True)
        assert "Nothing is saved: G2 has a problem." in main(forced)

    def test_a_file_that_cannot_be_read_is_said_at_its_field(self, signed_in):
        client = signed_in("owner")
        refused(uploaded(client, b"\0\1\2"), "neither an Excel workbook nor a text")
        refused(uploaded(client, b""), "The file is empty. Choose another.")
        refused(uploaded(client, b"x" * 5_100_000), "It is 5.1 MB large; the most is 5 MB.")

    def test_a_workbook_of_another_person_is_answered_like_one_that_is_not_there(self, signed_in):
        owner, staff = signed_in("owner"), signed_in("staff")
        content = owner.get(f"{QUARTER}offline/my-updates.xlsx").content
        there = uploaded(owner, content).request["PATH_INFO"]
        answers = [staff.get(there), staff.get(f"{BACK}999999/"), staff.post(there)]
        assert {one.status_code for one in answers} == {404}
        assert len({main(one) for one in answers}) == 1
        assert owner.get(there.replace("/q1/", "/q4/").replace("2020-21", "2019-20")).status_code == 404

    def test_the_next_upload_takes_the_place_of_one_that_was_not_saved(self, signed_in):
        client = signed_in("owner")
        content = client.get(f"{QUARTER}offline/my-updates.xlsx").content
        for _ in range(2):
            uploaded(client, content)
        assert ReturnFile.objects.get().uploaded_by == User.objects.get(email="owner@example.org")

    def test_the_preview_costs_the_same_however_many_rows_are_in_it(self, signed_in):
        costs = {}
        for who, path in (("owner", "my-updates.xlsx"), ("staff", "updates.xlsx")):
            client = signed_in(who)
            book = opened(client.get(f"{QUARTER}offline/{path}").content)
            for line in range(2, book[SHEET].max_row + 1):
                cell(book[SHEET], Column.TEXT, line).value = "Anew"
            where = uploaded(client, closed(book)).request["PATH_INFO"]
            with CaptureQueriesContext(connection) as captured:
                client.get(where)
            costs[book[SHEET].max_row] = len(captured)
        assert len(costs) == 2 and max(costs.values()) - min(costs.values()) <= 1 and max(costs.values()) <= 24
