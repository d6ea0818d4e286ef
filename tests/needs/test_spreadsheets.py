"""A spreadsheet that anybody may have made is read into texts, or refused in words that a person can act on."""

import io
import random
import re
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliverables.importing.cells import FORMULA, MOST_COLUMNS, MOST_ROWS
from deliverables.importing.spreadsheets import read_spreadsheet
from deliverables.importing.zipped import Unreadable
from pcc_tracker.tables import as_csv, as_xlsx, sheet

RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TEXTS = ["a", "ä “quoted”, and\nmore", "=1+1", "+44", "-5", "@x", "'quoted'", "4.10", "TRUE"]


def workbook(*rows, change=lambda book: None):
    book = openpyxl.Workbook()
    for row in rows or [["Section"], ["4.1"]]:
        book.active.append(row)
    change(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def changed(content, replacements=(), added=()):
    """A zipped file with some text of its parts replaced, and parts added."""
    new = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as file:
        parts = {name: old.read(name) for name in old.namelist()}
        for name, before, after in replacements:
            assert before.encode() in parts[name]
            parts[name] = parts[name].replace(before.encode(), after.encode())
        for name, part in (parts | dict(added)).items():
            file.writestr(name, part)
    return new.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def in_sheet(xml):
    return changed(workbook(), [(SHEET, "<sheetData>", f"<sheetData>{xml}")])


def texts(content):
    return [list(row.texts) for row in read_spreadsheet(content).rows]


def faults(content):
    found = read_spreadsheet(content)
    return {found.place(*where): said for where, said in found.faults.items()}


def refused(content):
    with pytest.raises(Unreadable) as error:
        read_spreadsheet(content)
    return str(error.value)


class TestWhatIsRead:
    @pytest.mark.parametrize("write", [as_csv, as_xlsx])
    def test_our_own_files_come_back_as_they_were(self, write):
        data = sheet("A", ["First", "Second"], [[one, one] for one in TEXTS])
        assert texts(write(data)) == [["First", "Second"], *([one, one] for one in TEXTS)]
        assert faults(write(data)) == {}

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    @pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
    def test_csv_of_many_programs(self, encoding, separator, line_end):
        text = line_end.join([f"A{separator}B", f'“ä€”{separator}"x{separator} y"', "", f"c{separator}"])
        assert texts(text.encode(encoding)) == [["A", "B"], ["“ä€”", f"x{separator} y"], ["c"]]

    def test_rows_and_cells_are_named_as_people_know_them(self):
        csv, xlsx = read_spreadsheet(b"\nNeed,Level\n\na,b"), read_spreadsheet(workbook([], ["Need", "Level"], ["a"]))
        assert csv.place(csv.rows[1].number, 1) == "row 4, column Level"
        assert csv.place(4, 5) == "row 4, column 6"
        assert xlsx.place(xlsx.rows[1].number, 1) == "B3"

    def test_numbers_days_and_truths_as_they_are_shown(self):
        def formats(book):
            book.active["C1"].number_format = "0.00"
            book.active["D1"].number_format = "dd/mm/yyyy"

        content = workbook([4, 4.0999999999999996, 4.1, 43922, True, 1e300, -0.5], change=formats)
        assert texts(content) == [["4", "4.1", "4.10", "2020-04-01", "TRUE", "1e+300", "-0.5"]]

    def test_a_text_in_pieces_and_with_escaped_characters(self):
        text = "<is><r><t>a</t></r><r><t>_x0041_b</t></r></is>"
        assert texts(in_sheet(f'<row><c t="inlineStr">{text}</c></row>'))[0] == ["aAb"]

    def test_texts_that_cells_share_without_how_they_are_spoken(self):
        strings = "<sst><si><t>東</t><rPh><t>spoken</t></rPh></si><si><r><t>a</t></r><r><t>b</t></r></si></sst>"
        relation = (
            f'<Relationship Id="s" Type="{RELATIONSHIPS}/sharedStrings" Target="/xl/strings.xml"/></Relationships>'
        )
        content = changed(
            in_sheet('<row><c t="s"><v>1</v></c><c r="C1" t="s"><v>0</v></c></row>'),
            [("xl/_rels/workbook.xml.rels", "</Relationships>", relation)],
            {"xl/strings.xml": strings}.items(),
        )
        assert texts(content)[0] == ["ab", "", "東"]

    def test_rows_that_are_formatted_and_empty_do_not_count(self):
        assert texts(in_sheet('<row r="5"><c r="XFD5" s="0"/></row>' * 30_000))[-1] == ["4.1"]

    def test_empty_cells_at_the_end_of_a_row_do_not_count(self):
        assert texts(b"a,b\nc" + b", " * 100_000) == [["a", "b"], ["c"]]

    def test_the_first_sheet_that_is_not_hidden(self):
        def sheets(book):
            book.active.sheet_state = "hidden"
            book.create_sheet("Shown").append(["here"])
            book.create_sheet("Other")

        found = read_spreadsheet(workbook(change=sheets))
        assert (found.rows[0].texts, found.sheet, found.other_sheets) == (("here",), "Shown", ("Other",))

    def test_characters_that_cannot_be_stored_are_left_out(self):
        assert texts(b"a\x0bb,\xef\xbf\xbfc") == [["ab", "c"]]
        assert texts(in_sheet('<row><c t="str"><v>a_x0000__xD800_b</v></c></row>'))[0] == ["ab"]


class TestFormulas:
    def test_one_in_a_workbook_is_named_whatever_it_shows(self):
        content = in_sheet('<row r="7"><c r="B7" t="str"><f>A1&amp;"x"</f><v>shown</v></c></row>')
        assert faults(content) == {"B7": FORMULA}
        assert faults(workbook(["a", "=1+1"], ["=SUM(A1)"])) == {"B1": FORMULA, "A2": FORMULA}

    def test_each_cell_of_one_that_many_share(self):
        cells = '<c r="A9"><f t="shared" ref="A9:A10" si="0">B1</f></c><c r="B9"><f t="shared" si="0"/><v>1</v></c>'
        assert set(faults(in_sheet(f'<row r="9">{cells}</row>'))) == {"A9", "B9"}

    @pytest.mark.parametrize("text", ["=1+1", " =cmd|' /C calc'!A0", '"=HYPERLINK(""x"")"'])
    def test_one_in_csv(self, text):
        assert faults(f"Need\n{text}\n".encode()) == {"row 2, column Need": FORMULA}

    def test_a_text_that_begins_like_one_is_none(self):
        assert faults(b"Need\n'=1+1\n+44\n") == {}
        assert texts(in_sheet('<row><c t="str"><v>=1+1</v></c></row>'))[0] == ["=1+1"]

    def test_a_cell_that_shows_an_error(self):
        assert "error #REF!" in faults(in_sheet('<row><c r="C1" t="e"><v>#REF!</v></c></row>'))["C1"]


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"", "nothing in it"),
            (b" \n,,\n", "nothing in it"),
            (b"\x89PNG\r\n\x1a\n\0\0", "neither an Excel workbook nor a text"),
            (b"\xef\xbb\xbfa\xff", "neither an Excel workbook nor a text"),
            (b"\xff\xfea\x00\x00\xd8", "neither an Excel workbook nor a text"),  # half a character
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "older Excel (.xls)"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "protected with a password"),
            (workbook()[:-200], "not an Excel workbook, or not a whole one"),
            (b"PK\x03\x04" + bytes(99), "not an Excel workbook, or not a whole one"),
            (changed(workbook(), [("[Content_Types].xml", "spreadsheetml.sheet", "word")]), "not an Excel workbook"),
            (
                changed(workbook(), [("[Content_Types].xml", "openxmlformats-officedocument.spreadsheetml.sheet.main",
                                      "ms-excel.sheet.macroEnabled.main")]),
                "can hold macros",
            ),
            (changed(workbook(), added={"xl/vbaProject.bin": b"x"}.items()), "can hold macros"),
            (b"x" * 5_000_001, "5.1 MB large; the most is 5 MB"),
            (b'a,b\n"' + b"x" * 200_000, "a quotation mark is opened there"),
            (b"a\n" * (MOST_ROWS + 2), "more than 20,000 rows"),
            (b"a," * (MOST_COLUMNS + 1) + b"a", "more than 50 columns"),
            (in_sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "more than 50 columns"),
            (in_sheet('<row r="1"><c r="ZZZ1"><f>1</f></c></row>'), "more than 50 columns"),
            (in_sheet("<row><c><v>1</v></c></row>" * (MOST_ROWS + 1)), "more than 20,000 rows"),
            (b"=,=\n" * 6_000, "More than 10,000 of its cells hold formulas"),
            (in_sheet("<row><c><f/></c><c><f/></c></row>" * 6_000), "More than 10,000 of its cells hold formulas"),
            (in_sheet('<row><c t="s"><v>99</v></c></row>'), "Something in it is broken"),
            (in_sheet('<row><c t="s"><v>-1</v></c></row>'), "Something in it is broken"),
            (in_sheet('<row><c s="-1"><v>1</v></c></row>'), "Something in it is broken"),
            (in_sheet("<row><c><v>x</v></c></row>"), "Something in it is broken"),
            (in_sheet('<row r="x"/>'), "Something in it is broken"),
            (in_sheet("<unclosed>"), "Something in it is broken"),
            (in_sheet("&#xD800;"), "Something in it is broken"),
            (in_sheet("<a>" * 200 + "</a>" * 200), "far more in it"),
            (in_sheet("<row" + "".join(f" a{at}='x'" for at in range(300_000)) + "/>"), "Something in it is broken"),
            (changed(workbook(), [(SHEET, "<worksheet", '<?xml version="1.0" encoding="cp037"?><worksheet')]),
             "not written in Unicode"),
            (changed(workbook(), [("xl/workbook.xml", 'state="visible"', 'state="hidden"')]), "no sheet that is not"),
        ],
    )  # fmt: skip
    def test_it_says_why_and_what_to_do(self, content, says):
        assert says in refused(content)

    def test_a_bomb_is_not_unzipped(self):
        content = changed(workbook(), added={"xl/media/a.png": bytes(60_000_000)}.items())
        assert "the most is 40 MB" in refused(content)
        lying = bytearray(content)
        for at in (one.start() for one in re.finditer((60_000_000).to_bytes(4, "little"), content)):
            lying[at : at + 4] = (1000).to_bytes(4, "little")
        assert "not a whole one" in refused(bytes(lying))

    def test_a_billion_laughs_in_any_part(self):
        dtd = '<!DOCTYPE a [<!ENTITY b "c">]>'
        for part, root in ((SHEET, "<worksheet"), ("xl/workbook.xml", "<workbook "), ("xl/styles.xml", "<styleSheet")):
            assert "DTD" in refused(changed(workbook(), [(part, root, dtd + root)]))

    @given(st.binary(max_size=200))
    @settings(max_examples=40, deadline=None)
    def test_random_bytes_are_refused_or_read(self, content):
        for one in (content, b"PK\x03\x04" + content, b"\xff\xfe" + content):
            try:
                "".join(text for row in texts(one) for text in row).encode()
            except Unreadable as error:
                assert str(error)

    @given(st.integers(0, 2**32), st.sampled_from([SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]))
    @settings(max_examples=60, deadline=None)
    def test_a_workbook_with_some_bytes_changed_is_refused_or_read(self, seed, name):
        chance = random.Random(seed)
        with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as file:
            part = bytearray(file.read(name))
        for _ in range(3):
            part[chance.randrange(len(part))] = chance.choice(b'<>/"= 0a9')
        try:
            read_spreadsheet(changed(WORKBOOK, added={name: bytes(part)}.items()))
        except Unreadable as error:
            assert str(error)


WORKBOOK = workbook(["Section", "Need"], ["4.1", "a"], [4.2, "=1+1"])
