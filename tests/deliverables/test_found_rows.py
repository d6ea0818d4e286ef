"""What is found in plain values of Word files and spreadsheets; whole files stand in test_word_variants.py."""

import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliverables.blocks import Block, Heading, ListBlock, Paragraph, Run
from deliverables.importing.cell_texts import blocks_of
from deliverables.importing.cells import Spreadsheet
from deliverables.importing.document import FileCell, FileDocument, FileRow, FileTable
from deliverables.importing.found import Found, FoundRow
from deliverables.importing.heads import TEMPLATE
from deliverables.importing.sheet_rows import SheetColumns, SheetRow, found_in_rows, sheet_columns, sheet_rows
from deliverables.importing.spreadsheets import read_spreadsheet
from deliverables.importing.word_rows import found_in_document
from deliverables.narrative import MOST_BYTES
from reports.renderers.csv import render as as_csv
from reports.renderers.xlsx import render as as_xlsx
from tests.builders import Q3, Q4
from tests.reports.word_documents import appendix, document, row, update

HEADS = ("No.", "Organisation", "Deliverable", "RAG", "Update")
RED = "ff0000"


def paragraphs(text: str) -> tuple[Block, ...]:
    return tuple(Paragraph((Run(line),)) for line in text.split("\n") if line)


def a_row(number: int, *texts: str | FileCell) -> FileRow:
    """A row of cells, each a text or a cell as it is."""
    cells = [
        replace(text, column=at) if isinstance(text, FileCell) else FileCell(at, paragraphs(text))
        for at, text in enumerate(texts)
    ]
    return FileRow(number, tuple(cells))


def a_table(*rows: tuple, number: int = 1) -> FileTable:
    return FileTable(
        number, tuple(a_row(at, *texts) for at, texts in enumerate(rows, start=1)), max(map(len, rows), default=0)
    )


def found(*body: FileTable | Block) -> Found:
    return found_in_document(FileDocument(body))


def listed(*rows: tuple) -> Found:
    """What is found in one table with the usual heads."""
    return found(Heading(1, (Run("Theme 3: Tackling Crime"),)), a_table(HEADS, *rows))


def only(of: Found) -> FoundRow:
    (one,) = of.rows
    return one


def texts(one: FoundRow) -> list[tuple[str, str]]:
    return [(update.label, update.narrative) for update in one.updates]


class TestWord:
    def test_a_bold_date_parts_an_update_but_not_a_sentence_that_goes_on(self):
        def bold(date: str, rest: str) -> Paragraph:
            return Paragraph((Run(date, bold=True), Run(rest)))

        cell = FileCell(0, (bold("28.3.20", " Patrols run."), bold("April 2019", " saw three begin.")))
        (one,) = listed(("1", "Force", "Patrol", "G", cell)).rows
        assert texts(one) == [("28.3.20", "<p>Patrols run.</p><p><strong>April 2019</strong> saw three begin.</p>")]

    def test_lines_of_a_paragraph_that_begin_with_dates_part_it(self):
        def cell(text: str) -> FileCell:
            return FileCell(0, (Paragraph((Run(text),)),))

        one, other, third = listed(
            ("1", "Force", "Patrol", "G", cell("28.3.19\nAll are.\nSo is this.\n\n12/01/2019\nWork began.")),
            ("2", "Force", "Visit", "G", cell("Oct 2018 – A plan.\nDec 2018 – A start.\nMarch 2019 saw two.")),
            ("3", "Force", "Speak", "G", cell("We met in\nApril 2020\nand agreed.")),
        ).rows
        assert texts(one) == [("28.3.19", "<p>All are.<br>So is this.</p>"), ("12/01/2019", "<p>Work began.</p>")]
        assert texts(other) == [("Dec 2018", "<p>A start.<br>March 2019 saw two.</p>"), ("Oct 2018", "<p>A plan.</p>")]
        assert len(texts(third)) == 1

    @pytest.mark.parametrize("lead", ["Path to green:", "Recovery –"])
    def test_a_way_back_to_green_in_an_update_is_guessed_to_be_the_recovery_step(self, lead):
        one = only(listed(("1", "Force", "Patrol", "A", f"It is late.\n{lead} award by June 2019.")))
        assert (texts(one), one.recovery_step) == ([("", "<p>It is late.</p>")], "award by June 2019.")
        assert [(doubt.field.value, doubt.is_guessed) for doubt in one.doubts] == [("recovery_step", True)]

    def test_a_second_rating_of_a_deliverable_is_not_dropped_as_if_it_were_none(self):
        one = only(listed(("1", "Force", "Patrol", "G", "One."), ("", "", "", "R", "Two.")))
        assert [(doubt.field.value, doubt.is_guessed) for doubt in one.doubts] == [("rating", False)]

    def test_a_date_below_a_heading_of_the_update_itself_is_a_remark(self):
        blocks = (*paragraphs("28.3.20\nOne."), Heading(1, (Run("Boards"),)), *paragraphs("3.10.19: one met."))
        one = only(listed(("1", "Force", "Patrol", "G", FileCell(0, blocks))))
        assert texts(one) == [("28.3.20", "<p>One.</p><h3>Boards</h3><p>3.10.19: one met.</p>")]

    def test_remarks_beside_a_rating_are_quarters(self):
        one, other = listed(
            ("1", "Force", "Patrol", "G Green\nComplete since 2019-20 Q3", "No update is needed."),
            ("2", "Force", "Visit", "NS Not started\nPlanned to start 2019-20 Q4", ""),
        ).rows
        assert (one.rating, one.completed_in, one.updates) == ("G Green", Q3, ())
        assert (other.rating, other.planned_start) == ("NS Not started", Q4)

    def test_a_number_before_the_wording_is_its_number(self):
        one = only(found(a_table(("Objective", "RAG"), ("4. Patrol", "G"))))
        assert (one.number, one.wording, one.doubts) == (4, "Patrol", ())

    def test_words_automatic_numbering_of_wordings_counts_on(self):
        def item(text: str) -> FileCell:
            return FileCell(0, (ListBlock(True, (paragraphs(text),)),))

        rows = found(a_table(("Objective", "RAG"), (item("Patrol"), "G"), (item("Visit"), "A"))).rows
        assert [(one.number, one.wording) for one in rows] == [(1, "Patrol"), (2, "Visit")]

    def test_a_column_without_a_head_is_known_by_what_is_in_it(self):
        red = FileCell(0, (), RED)
        one, other = found(a_table(("", "Objective", "Lead", ""), ("1", "A", "F", red), ("2", "B", "F", red))).rows
        assert [(row.number, row.fill) for row in (one, other)] == [(1, RED), (2, RED)]

    def test_of_ratings_of_several_quarters_that_of_the_heading_is_taken(self):
        heading = Heading(1, (Run("Quarter 3, 2019-20"),))
        rows = (("No.", "Objective", "Q2 RAG", "Q3 RAG", "Q4 RAG"), ("1", "Patrol", "R", "A", ""))
        of = found(heading, a_table(*rows))
        assert only(of).rating == "A"
        assert [note for note in of.notes if "Q2 RAG" in note or "Q4 RAG" in note] == list(of.notes)

    def test_an_update_over_the_width_goes_on_in_the_next_table(self):
        first = a_table(HEADS[:4], ("1", "Force", "Patrol", "G"))
        wide = FileTable(2, (FileRow(1, (FileCell(0, paragraphs("Patrols run.\nAll six do."), columns=4),)),), 4)
        assert texts(only(found(first, wide))) == [("", "<p>Patrols run.</p><p>All six do.</p>")]

    def test_an_update_that_is_too_long_is_a_doubt(self):
        one = only(listed(("1", "Force", "Patrol", "G", "x" * MOST_BYTES)))
        assert one.updates == ()
        assert [(doubt.field.value, doubt.is_guessed) for doubt in one.doubts] == [("update", False)]

    def test_a_number_of_a_theme_that_is_not_known_gives_the_theme(self):
        one = only(found(a_table(HEADS, ("3.2", "Force", "Patrol", "G", ""))))
        assert (one.theme, one.number) == (3, 2)
        assert [doubt.field.value for doubt in one.doubts] == ["theme"]

    def test_what_stands_below_no_deliverable_is_said(self):
        of = listed(("", "", "", "", "A text without one."))
        assert of.rows == ()
        assert of.unread == (
            ("table 1, row 2", "“A text without one.” belongs to no deliverable, so it is not taken."),
        )

    def test_a_number_without_a_wording_is_a_row_with_a_doubt(self):
        one = only(listed(("1", "Force", "", "G", "")))
        assert [doubt.field.value for doubt in one.doubts] == ["wording"]

    @pytest.mark.parametrize(
        ("rows", "shares"),
        [
            ((("Rating", "Count", "%"), ("Green", "14", "93.3%")), [("Green", 14, None, "93.3%")]),
            (
                (("Green", "Amber"), ("14 (93.3%)", "1/15 (6.7%)")),
                [("Green", 14, None, "93.3%"), ("Amber", 1, 15, "6.7%")],
            ),
            ((("Green", "14 of 15"), ("Total", "15 of 15")), [("Green", 14, 15, "")]),
        ],
    )
    def test_status_keys_of_several_shapes(self, rows, shares):
        key = found(a_table(*rows)).status_key
        assert [(one.rating, one.count, one.total, one.percent) for one in key] == shares

    def test_long_text_between_tables_is_said_to_be_passed_over(self):
        of = found(a_table(HEADS, ("1", "Force", "Patrol", "G", "")), *paragraphs("Much was done. " * 20))
        assert of.notes[0].startswith("1 long paragraph between the tables or after them is passed over")

    words = st.sampled_from(["", "1", "3.2", "G", "28.3.20", "Update", "Theme 1: X", "1/5", "No.", "Force"]).map(
        paragraphs
    )
    cells = st.builds(
        FileCell, column=st.just(0), blocks=words, fill=st.sampled_from(["", RED]), rows=st.integers(1, 3)
    )

    @settings(max_examples=20, deadline=None)
    @given(st.lists(st.lists(st.lists(cells, min_size=5, max_size=5), max_size=6), max_size=3), st.data())
    def test_no_wording_is_dropped_without_a_word(self, tables, data):
        wordings: list[tuple[str, str]] = []
        body = []
        for number, rows in enumerate(tables, start=1):
            made: list[tuple] = [HEADS] if number == 1 or data.draw(st.booleans()) else []
            for row_of_cells in rows:
                wordings.append((f"table {number}", f"Deed {len(wordings)} of many"))
                made.append((*row_of_cells[:2], wordings[-1][1], *row_of_cells[3:]))
            body.append(a_table(*made, number=number))
        of = found(*body)
        said = json.dumps([one.facts for one in of.rows] + [of.facts])
        unread = [place for place, _ in of.unread]
        assert [one for place, one in wordings if one not in said and place not in unread] == []
        assert Found.of(json.loads(json.dumps(of.facts)), of.rows) == of
        assert tuple(FoundRow.of(json.loads(json.dumps(one.facts))) for one in of.rows) == of.rows


def in_sheet(*rows: tuple[object, ...]) -> Spreadsheet:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return read_spreadsheet(text.getvalue().encode())


def read(sheet: Spreadsheet) -> tuple[SheetColumns, tuple[FoundRow, ...], tuple]:
    columns = sheet_columns(sheet)
    rows, unread = sheet_rows(sheet, columns)
    return columns, found_in_rows(rows, columns), unread


class TestSheets:
    def test_titles_may_stand_over_the_heads(self):
        columns, (one,), _ = read(
            in_sheet(
                ("Police and Crime Plan 2018-21",),
                ("Theme 3: Tackling Crime, Q4 2019/20", "", "Position at 31 March 2020"),
                ("Ref", "Lead", "What we will do", "BRAG", "Latest position", "By when", "Cost"),
                ("3.2", "Force", "Patrol", "Green", "28.3.20: Patrols run.\n- one\n- two", "Q4", "12"),
            )
        )
        said = columns.found
        assert (said.plan, said.theme, said.quarter) == (
            "Police and Crime Plan 2018-21",
            3,
            Q4,
        )
        assert columns.found.notes == ("The column “Cost” is not one of an import, so it is passed over.",)
        assert (one.place, one.number, one.rating, one.due) == ("row 4", 2, "Green", Q4)
        assert texts(one) == [("28.3.20", "<p>Patrols run.</p><ul><li><p>one</p></li><li><p>two</p></li></ul>")]
        assert one.doubts == ()

    def test_the_template_is_read_whole(self):
        row_of_template = (
            "3", "Tackling Crime", "2019-20 Q4", "1", "Force", "Patrol", "Amber", "28/03/2020", "Patrols run.",
            "More staff", "30 September 2020", "2019-20 Q3", "2019-20 Q4",
        )  # fmt: skip
        _, (one,), _ = read(in_sheet(tuple(TEMPLATE), row_of_template))
        assert one.doubts == ()
        assert (one.theme, one.theme_title, one.quarter, one.number) == (3, "Tackling Crime", Q4, 1)
        assert (one.organisation, one.wording, one.rating) == ("Force", "Patrol", "Amber")
        assert texts(one) == [("28/03/2020", "<p>Patrols run.</p>")]
        assert (one.recovery_step, str(one.recovery_by)) == ("More staff", "2020-09-30")
        assert (one.planned_start, one.due) == (Q3, Q4)

    def test_each_doubt_stands_at_its_cell(self):
        _, rows, unread = read(
            in_sheet(
                ("No.", "Deliverable", "Date", "Update", "Due"),
                ("1", "Patrol", "31/02/2020", "Run.", "soon"),
                ("1", "=A1", "", "", ""),
                ("", "", "", "", "later"),
            )
        )
        assert [[(doubt.place, doubt.is_guessed) for doubt in one.doubts] for one in rows] == [
            [("row 2, column Date", True), ("row 2, column Due", False)],
            [("row 3, column Deliverable", False), ("row 3, column No.", False)],
        ]
        assert unread == (("row 4", "“later” has no number and no wording, so it is not taken."),)

    def test_a_row_with_an_update_alone_goes_on_with_the_one_before(self):
        _, (one,), _ = read(
            in_sheet(
                ("No.", "Deliverable", "Date", "Update"),
                ("1", "Patrol", "Mar 2020", "Six."),
                ("", "", "Oct-19", "Two."),
            )
        )
        assert texts(one) == [("Mar 2020", "<p>Six.</p>"), ("Oct-19", "<p>Two.</p>")]

    def test_a_row_with_a_theme_alone_is_the_theme_of_those_below(self):
        _, rows, _ = read(
            in_sheet(("No.", "Deliverable"), ("Theme 1: People",), ("1", "Visit"), ("Theme 3: Crime",), ("1", "Patrol"))
        )
        assert [(one.theme, one.theme_title, one.number, one.doubts) for one in rows] == [
            (1, "People", 1, ()),
            (3, "Crime", 1, ()),
        ]

    def test_a_column_of_html_is_read_as_html(self):
        _, (one,), _ = read(
            in_sheet(("Deliverable", "Update (HTML)"), ("Patrol", "<p>A <b>bold</b> step</p><script>x</script>"))
        )
        assert texts(one) == [("", "<p>A <strong>bold</strong> step</p>")]

    def test_a_sheet_without_heads_says_what_to_write(self):
        columns, rows, _ = read(in_sheet(("Name", "Telephone"), ("Somebody", "0100")))
        assert rows == ()
        assert "Deliverable and one more are enough" in columns.found.unread[0][1]

    @pytest.mark.parametrize("render", [as_csv, as_xlsx])
    def test_our_own_rows_come_back(self, render):
        text = "<p>Six:</p><ul><li><p>one</p><ol><li><p>in it</p></li></ol></li></ul><p>More.</p>"
        rows = (
            row(1, update(text, "28 March 2020"), update("<p>Two.</p>", "October 2019")),
            row(2, recovery_step="Staff"),
        )
        _, (one, other), _ = read(read_spreadsheet(render(document(appendix(*rows)))))
        assert texts(one) == [("28 March 2020", text), ("October 2019", "<p>Two.</p>")]
        assert (one.theme, one.quarter, one.rating, one.due) == (3, Q4, "G Green", Q4)
        assert (other.number, other.recovery_step, other.updates) == (2, "Staff", ())
        assert one.doubts == other.doubts == ()

    cells = st.sampled_from(["", "1", "2", "Patrol", "Theme 2: X", "28.3.20", "April 2020\nSix.", "Q4", "=1", "3.1"])

    @settings(max_examples=20, deadline=None)
    @given(st.lists(st.lists(cells, min_size=6, max_size=6), max_size=12), st.integers(1, 5))
    def test_any_slice_of_rows_that_json_kept_reads_as_all_of_them(self, rows, size):
        sheet = in_sheet(("Theme", "No.", "Deliverable", "RAG", "Update", "Due"), *rows)
        columns = sheet_columns(sheet)
        kept, _ = sheet_rows(sheet, columns)
        whole = found_in_rows(kept, columns)
        columns = SheetColumns.of(json.loads(json.dumps(columns.facts)))
        facts = json.loads(json.dumps([one.facts for one in kept]))
        slices = [facts[at : at + size] for at in range(0, len(facts), size)]
        assert tuple(one for part in slices for one in found_in_rows(map(SheetRow.of, part), columns)) == whole


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One.\n\nTwo.", "One.|Two."),
        ("1. a\n2. b\n4. c", "[a|b]|4. c"),
        ("• a\n• b\nAfter", "[a|b]|After"),
        ("2019. A year", "2019. A year"),
    ],
)
def test_lines_of_a_cell_are_paragraphs_and_lists(text, html):
    def said(blocks: tuple[Block, ...]) -> str:
        return "|".join(
            f"[{'|'.join(map(said, one.items))}]" if isinstance(one, ListBlock) else one.runs[0].text for one in blocks
        )

    assert said(blocks_of(text)) == html
