"""Word files of one plan as other people make them: each function says what it shows."""

import io
from collections.abc import Sequence
from typing import Any

import docx
from docx.document import Document as WordFile
from docx.oxml.ns import qn

from reports.renderers.word_xml import el

TITLE = "Police and Crime Plan 2018-21"
PATROLS = "Run patrols in six towns where antisocial behaviour is highest"
VISITS = "Visit every victim of burglary within a week"
COURSES = "Offer courses to people caught driving carelessly"


def saved(file: WordFile) -> bytes:
    content = io.BytesIO()
    file.save(content)
    return content.getvalue()


def begun(*headings: str) -> WordFile:
    """A file with a title and headings."""
    file = docx.Document()
    file.add_heading(TITLE, 0)
    for text in headings or ("Theme 3: Tackling Crime", "Quarter 4 (Jan-Mar 2020)"):
        file.add_heading(text, 1)
    return file


def table(file: WordFile, rows: Sequence[Sequence[str]], *, style: str = "Table Grid") -> Any:
    """A table of texts; a line end begins another paragraph, `**` before one makes it bold."""
    made = file.add_table(len(rows), max(map(len, rows)), style=style)
    for cells, texts in zip(made.rows, rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=False):
            fill(cell, text)
    return made


def fill(cell: Any, text: str) -> None:
    for at, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
        before, bold, after = line.rpartition("**") if line.startswith("**") else ("", "", line)
        if bold:
            paragraph.add_run(before.removeprefix("**")).bold = True
        paragraph.add_run(after)


def merged(made: Any, first: tuple[int, int], last: tuple[int, int]) -> None:
    """The cells from one to the other as one, with the first one's text."""
    kept = len(made.cell(*first).paragraphs)
    whole = made.cell(*first).merge(made.cell(*last))
    for paragraph in whole.paragraphs[kept:]:
        paragraph._element.getparent().remove(paragraph._element)


def shaded(cell: Any, colour: str) -> None:
    cell._element.get_or_add_tcPr().append(el("w:shd", val="clear", color="auto", fill=colour))


def updates_beside() -> bytes:
    """Updates in a column of their own, ratings as letters, several dated updates in one cell."""
    file = begun("Theme 3: Tackling Crime", "Update as at 31 March 2020", "Q4 2019/20")
    table(
        file,
        [
            ["No", "Lead", "Objective", "RAG", "Progress", "Timescale"],
            ["1.", "Force", PATROLS, "G", "**28.3.20**\nPatrols run in all six.\n**April 2019**\nThree began.", "Q4"],
            ["2.", "NW", VISITS, "A", "October 2019: Half were visited.\n03/01/2020 - Most were.", "31/03/2020"],
            ["3.", "Force", COURSES, "R", "April 2020 saw the first course.", "Ongoing"],
        ],
    )
    return saved(file)


def updates_below() -> bytes:
    """Updates in a row over the full width below each deliverable, words as ratings, headings in between."""
    file = begun("STRATEGIC THEME THREE – Tackling Crime", "January to March 2020")
    made = table(
        file,
        [
            ["Ref", "Organisation", "Action", "Progress rating"],
            ["**Antisocial behaviour**", "", "", ""],
            ["3.1", "Force", PATROLS, "On track"],
            ["**Update: 28.3.20**\nPatrols run in all six.", "", "", ""],
            ["**Burglary**", "", "", ""],
            ["3.2", "NW", VISITS, "At risk"],
            ["Most were visited.\nPath to green: Two more officers from May.", "", "", ""],
        ],
    )
    for at in (1, 3, 4, 6):
        merged(made, (at, 0), (at, 3))
    return saved(file)


def split_over_tables() -> bytes:
    """One list over three tables: the second begins with the end of an update, and neither of the two has heads."""
    file = begun()
    heads = ["No.", "Owner", "Deliverable", "Status", "Commentary"]
    table(file, [heads, ["1", "Force", PATROLS, "Green", "**March 2020**\nPatrols run in five."]])
    file.add_paragraph("Page 2")
    table(file, [["", "", "", "", "The sixth began in May."], ["2", "NW", VISITS, "Amber", "Most were visited."]])
    file.add_paragraph()
    table(file, [["3", "Force", COURSES, "Red", "None was held."], heads, ["4", "Force", "Talk", "Green", "Held."]])
    return saved(file)


def merged_cells() -> bytes:
    """An organisation merged down over two deliverables, a number merged down over the rows of its updates."""
    file = begun()
    made = table(
        file,
        [
            ["Number", "Led by", "What we will do", "BRAG", "Date", "Latest update"],
            ["1", "Force", PATROLS, "B", "28/03/2020", "All six run."],
            ["", "", "", "", "October 2019", "Three run."],
            ["2", "", VISITS, "G", "", "All were visited."],
        ],
    )
    merged(made, (1, 0), (2, 0))
    merged(made, (1, 1), (3, 1))
    merged(made, (1, 2), (2, 2))
    merged(made, (1, 3), (2, 3))
    return saved(file)


def colours_alone() -> bytes:
    """Ratings as the colours of cells without a text; titles within the table over two rows of heads."""
    file = begun("Delivery plan")
    made = table(
        file,
        [
            ["Theme 3 – Tackling Crime", "", "", "", ""],
            ["No.", "Partner", "Commitment", "Quarter 4 2019/20", ""],
            ["", "", "", "RAG", "Update"],
            ["1", "Force", PATROLS, "", "Patrols run in all six."],
            ["2", "NW", VISITS, "", "RAG: Amber as visits are late."],
            ["3", "Force", COURSES, "", "Status: Red"],
        ],
    )
    merged(made, (0, 0), (0, 4))
    merged(made, (1, 3), (1, 4))
    for column in range(3):
        merged(made, (1, column), (2, column))
    shaded(made.cell(3, 3), "00B050")
    shaded(made.cell(4, 3), "FFC000")
    return saved(file)


def a_table_for_each() -> bytes:
    """A table for each deliverable with the heads in its left column."""
    file = begun()
    for number, wording, rating in (("No. 1", PATROLS, "Green"), ("No. 2", VISITS, "Amber")):
        table(
            file,
            [
                ["Number", number],
                ["Deliverable", wording],
                ["Lead organisation", "Force"],
                ["RAG rating", rating],
                ["Progress update", "28th March 2020:\nIt goes on."],
                ["By when", "March 2020"],
            ],
        )
        file.add_paragraph()
    return saved(file)


def automatic_numbers() -> bytes:
    """Numbers by Word's own automatic numbering, and a rich update: bold, a link's text, lists in lists and a table."""
    file = begun()
    made = table(
        file,
        [
            ["No.", "Organisation", "Deliverable", "Rating", "Update"],
            ["", "Force", PATROLS, "Green", "**Six** towns have patrols:"],
            ["", "NW", VISITS, "Amber", "Most were visited."],
        ],
    )
    for at in (1, 2):
        made.cell(at, 0).paragraphs[0].style = file.styles["List Number"]
    cell = made.cell(1, 4)
    cell.add_paragraph("two by night", style="List Bullet")
    cell.add_paragraph("on Fridays", style="List Bullet 2")
    inner = cell.add_table(2, 2)
    for place, text in zip([(0, 0), (0, 1), (1, 0), (1, 1)], ["Town", "Patrols", "North", "12"], strict=True):
        inner.cell(*place).text = text
    cell.add_paragraph("More in May.")
    return saved(file)


def doubtful_numbers_and_dates() -> bytes:
    """Numbers that are missing, doubled or of another theme, a day that is none, and tables that are none of it."""
    file = begun()
    table(file, [["Version", "Changed by"], ["1.0", "Head of Strategy"]])
    table(
        file,
        [
            ["No.", "Organisation", "Deliverable", "RAG", "Update"],
            ["1", "Force", PATROLS, "Green/Amber", "31/02/2020: Patrols run."],
            ["", "NW", VISITS, "G", "28.3.20 Most were visited."],
            ["1", "Force", COURSES, "G", ""],
            ["T4/5", "Force", "Talk to schools", "G", ""],
        ],
    )
    table(file, [["1", "Somebody", "Signs it off", "x"], ["2", "Somebody else", "Reads it", "x"], ["3", "A", "B", "C"]])
    table(file, [["Contact", "Telephone"], ["Chief Executive", "0100 000 0001"]])
    return saved(file)


def with_a_key_and_several_themes() -> bytes:
    """A status key for each of two themes, and a list of contents before them."""
    file = begun("Contents")
    table(file, [["Theme", "Page"], ["One", "2"], ["Three", "3"]])
    for heading, wording in (("Theme 1: Protecting People", VISITS), ("Theme 3: Tackling Crime", PATROLS)):
        file.add_heading(heading, 1)
        key = table(file, [["Green", "On track", "1 (100%)"], ["Amber", "At risk", "0 (0%)"]])
        shaded(key.cell(0, 0), "00B050")
        table(file, [["No.", "Organisation", "Deliverable", "RAG"], ["1", "Force", wording, "Green"]])
    return saved(file)


def as_libreoffice_saves_it(content: bytes) -> bytes:
    """A file in the shape in which LibreOffice writes the same: every format on each paragraph and run itself.

    Numbering stands in the paragraphs and not in their style, bold is taken back where it is not, rows and cells have
    empty properties, and columns are fixed.
    """
    file = docx.Document(io.BytesIO(content))
    numbers = {style.style_id: style.element.find(f".//{qn('w:numId')}") for style in file.styles}
    for made in file.element.body.iter(qn("w:tbl")):
        made.tblPr.append(el("w:tblLayout", type="fixed"))
        for row in made.tr_lst:
            row.get_or_add_trPr()
        for cell in made.iter(qn("w:tc")):
            cell.get_or_add_tcPr().append(el("w:tcBorders"))
    for paragraph in file.element.body.iter(qn("w:p")):
        properties = paragraph.get_or_add_pPr()
        if properties.pStyle is None:
            properties.insert(0, el("w:pStyle", val="Normal"))
        number = numbers.get(properties.pStyle.val)
        if number is not None:
            of_list = el("w:numPr", el("w:ilvl", val=0), el("w:numId", val=number.get(qn("w:val"))))
            properties.append(of_list)
        properties.append(el("w:spacing", lineRule="auto", line=240, before=0, after=0))
        properties.append(el("w:rPr", el("w:lang", val="en-GB")))
        for run in paragraph.iter(qn("w:r")):
            of_run = run.get_or_add_rPr()
            if of_run.find(qn("w:b")) is None:
                of_run.append(el("w:b", val="false"))
            of_run.extend([el("w:kern", val=0), el("w:sz", val=22), el("w:lang", val="en-GB")])
    return saved(file)
