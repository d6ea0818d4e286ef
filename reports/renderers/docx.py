"""A document as a Word file: the covering report where there is one, and Appendix A."""

from collections.abc import Iterator
from copy import deepcopy

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from deliverables.blocks import Narrative, Paragraph, Run
from deliverables.rag import Breakdown, Overall
from reports.content import Appendix, AppendixRow, Document, PrintedUpdate, WithdrawnRow
from reports.cover import Contact, Cover, Section
from reports.options import Column
from reports.renderers.word_file import opened, saved, text_width, turned
from reports.renderers.word_narrative import Place, Writer
from reports.renderers.word_running import Running, add_running
from reports.renderers.word_xml import (
    CELL_MARGIN,
    HEAD_SHADE,
    ROW_SHADE,
    cell,
    el,
    paragraph,
    rating_cell,
    row,
    run,
    table,
)

NUMBER_WIDTH, ORGANISATION_WIDTH, RATING_WIDTH, KEY_WIDTH = 620, 1570, 1300, 1850
COLUMN_WIDTHS = {Column.DUE: 1250, Column.PREVIOUS: 1250, Column.MOVEMENT: 1450, Column.RECOVERY: 2900}
LEAST_WORDING = 3000
"""Where the wording would be narrower than this, about 5 cm, the appendix stands on the page's long side."""
NUMBERED_INDENT = 680

Elements = Iterator[BaseOxmlElement]


def render(document: Document) -> bytes:
    """The Word file's bytes, the same for the same document.

    Of the office's own Word file, where the document has one, styles, headers, footers and page are kept; it must
    have passed `word_template.check`.
    """
    assert document.word_template or document.word_template_key is None, "make_file() brings the template it names"
    template = document.word_template or None
    file = opened(template)
    add_running(file, _running(document), is_office_template=template is not None)
    body = file.element.body
    section = body.sectPr
    page = turned(section) if _wording_width(document, text_width(section)) < LEAST_WORDING else section
    content = _Content(document, Writer(file), text_width(section), text_width(page))
    body.remove(section)
    if document.cover:
        body.extend(content.cover(document.cover))
        _end_section(body, section)
        page = _without_first_page(page)
    body.extend(content.appendices())
    body.append(page)
    return saved(file)


def _running(document: Document) -> Running:
    return Running(
        office=document.office,
        title=document.title,
        subject=f"{document.quarter.label}, {document.classification}",
        about=f"{document.themes}, {document.quarter.label}",
        state=document.state,
        version=document.version,
        is_draft=document.is_draft,
    )


class _Content:
    """What stands on the pages; widths are those of the covering report's pages and of the appendix's."""

    def __init__(self, document: Document, writer: Writer, cover_width: int, width: int) -> None:
        self.document = document
        self.writer = writer
        self.cover_width = cover_width
        self.width = width
        self.level = 2 if document.has_parts else 1
        self.widths = _widths(document, width)

    # The covering report.

    def cover(self, cover: Cover) -> Elements:
        write = self.writer.paragraph
        over = write("Normal", run(f"{cover.for_line}\t{self.document.classification}", bold=True), spacing=(0, 160))
        over.pPr.insert(1, el("w:tabs", el("w:tab", val="right", pos=self.cover_width)))
        yield over
        for name, text in cover.facts:
            yield write("Report Fact", run(f"{name}:", bold=True), run(f"\t{text}"))
        yield write("Title", run(self.document.title), spacing=(280, 120))
        yield write("Normal", run(f"{self.document.quarter.label}. {self.document.state}."))
        for section in cover.sections:
            yield from self.section(section)
        if cover.contacts:
            yield self.writer.heading(1, run("Contacts"))
            yield from map(self.contact, cover.contacts)

    def section(self, section: Section) -> Elements:
        indent = (NUMBERED_INDENT, NUMBERED_INDENT)
        sections = self.writer.numbering.sections
        yield self.writer.heading(1, run(section.heading), numbered=(sections, 0), indent=indent)
        if section.qualifier:
            yield self.writer.paragraph("Normal", run(section.qualifier, italic=True), indent=(NUMBERED_INDENT, 0))
        place = Place("Normal", "List Paragraph", self.cover_width, under=1, indent=NUMBERED_INDENT)
        for number, block in section.numbered:
            if number and isinstance(block, Paragraph):
                words = self.writer.runs(block.runs)
                yield self.writer.paragraph("Normal", *words, numbered=(sections, 1), indent=indent)
            else:
                yield from self.writer.block(block, place)

    def contact(self, contact: Contact) -> BaseOxmlElement:
        words = [run(contact.role, bold=True)]
        if contact.email:
            words += [run("\nE-mail: "), *self.writer.runs([Run(contact.email, href=f"mailto:{contact.email}")])]
        if contact.phone:
            words.append(run(f"\nTelephone: {contact.phone}"))
        return self.writer.paragraph("Normal", *words)

    # Appendix A.

    def appendices(self) -> Elements:
        document, write = self.document, self.writer.paragraph
        yield write("Normal", run(document.office, bold=True), spacing=(0, 0))
        if document.strapline:
            yield write("Normal", run(document.strapline), spacing=(0, 0))
        if document.cover:
            yield self.writer.heading(1, run("Appendix A"), spacing=(120, 120))
            yield write("Normal", run(document.title, bold=True))
        else:
            yield write("Normal", run("Appendix A", bold=True), spacing=(240, 0), keep=True)
            yield write("Title", run(document.title))
        months = f"{document.quarter.label} ({document.quarter.months})"
        yield write("Normal", run(f"{months}. {document.state}. {document.classification}."))
        if document.exempt_note:
            yield write("Normal", run(document.exempt_note))
        if document.together:
            yield self.writer.heading(1, run(document.together))
            yield from self.status_key(document.figures, document.overall)
        for at, appendix in enumerate(document.appendices):
            if document.together:
                yield self.writer.heading(1, run(appendix.theme_label), new_page=at > 0)
            yield from self.appendix(appendix, appendix.exempt_note if document.together else "")

    def appendix(self, appendix: Appendix, exempt_note: str) -> Elements:
        write, heading = self.writer.paragraph, self.writer.heading
        yield write("Normal", run(f"{appendix.position}. {exempt_note}".strip()))
        if appendix.notice:
            yield write("Normal", run(appendix.notice))
        yield heading(self.level, run("Status key"))
        yield from self.status_key(appendix.figures, appendix.overall)
        yield heading(self.level, run("Deliverables and updates"))
        if appendix.exceptions_note:
            yield write("Normal", run(appendix.exceptions_note), keep=True)
        if appendix.rows:
            yield from (self.rows(appendix), self.writer.gap())
        else:
            yield write("Normal", run(appendix.without_rows))
        if appendix.withdrawn:
            yield heading(self.level, run("Withdrawn"))
            yield from map(self.withdrawn, appendix.withdrawn)

    def status_key(self, figures: Breakdown, overall: Overall | None) -> Elements:
        cells = self.writer.styles["report table cell"]
        widths = [KEY_WIDTH, 0, 1900]
        widths[1] = self.width - sum(widths)
        lines = [
            row(
                [
                    rating_cell(line, cells, widths[0]),
                    cell([paragraph(cells, run(figures.meaning(line)), keep=True)], widths[1]),
                    cell([paragraph(cells, run(line.printed), keep=True, align="right")], widths[2]),
                ]
            )
            for line in figures.printed_lines
        ]
        head = self.head(["Rating", "What it means", "Deliverables"], widths)
        yield self.table(widths, [head, *lines], "Status key: deliverables by rating")
        notes = (
            run(f"{note} ", bold=bool(figures.missing_note) and figures.missing_note in note) for note in figures.notes
        )
        yield self.writer.paragraph("Normal", *notes, spacing=(120, 120))
        if overall:
            before, wording, after = overall.sentence
            yield self.writer.paragraph("Normal", run(before), run(wording, bold=True), run(after))

    def rows(self, appendix: Appendix) -> BaseOxmlElement:
        rows = [self.head(self.document.headings, self.widths)]
        for one in appendix.rows:
            rows += [self.deliverable(one), self.updates(one)]
        return self.table(self.widths, rows, f"Deliverables and updates, Theme {appendix.theme_number}")

    def deliverable(self, one: AppendixRow) -> BaseOxmlElement:
        """Kept together, and with the beginning of its updates."""
        wording = [run(one.wording, bold=True)]
        if one.is_exempt:
            wording.append(run("\nExempt from publication", italic=True))
        extra = ([run(one.cell(column))] for column in self.document.options.columns)
        texts = [[run(str(one.number), bold=True)], [run(one.owner_label, bold=True)], wording, *extra]
        cells = self.writer.styles["report table cell"]
        return row(
            [
                *(
                    cell([paragraph(cells, *text, keep=True)], width, shade=ROW_SHADE)
                    for text, width in zip(texts, self.widths, strict=False)
                ),
                rating_cell(one.standing, cells, self.widths[-1], one.standing.remark),
            ]
        )

    def updates(self, one: AppendixRow) -> BaseOxmlElement:
        """Over the full width; a long one goes on over the page."""
        write = self.writer.paragraph
        content: list[BaseOxmlElement] = []
        for update in one.updates:
            if content:
                content.append(self.writer.gap())
            content += self.update(update)
        if one.without_update:
            content.append(write("Report Table Text", run(one.without_update)))
        if one.recovery_step and not self.document.recovery_has_a_column:
            words = (run(f"{one.recovery_label} ", bold=True), run(one.recovery_step))
            content.append(write("Report Table Text", *words))
        if one.evidence:
            words = (run(f"{one.evidence_label} ", bold=True), run(one.evidence_line))
            content.append(write("Report Table Text", *words))
        content = content or [write("Report Table Text")]
        if content[0].tag == qn("w:p"):  # kept with the next, it would keep its whole row with the next one
            content[0].get_or_add_pPr().insert(1, el("w:keepNext", val=0))
        return row([cell(content, self.width, columns=self.document.columns)], breaks=True)

    def update(self, update: PrintedUpdate) -> Elements:
        """Its date stands in the first paragraph where it can: a page never ends after a paragraph's first line."""
        place = Place("Report Table Text", "Report Table List", self.width - 2 * CELL_MARGIN, under=self.level)
        label, blocks = update.date_label, update.narrative.blocks
        if label and blocks and isinstance(blocks[0], Paragraph):
            blocks = (Paragraph((Run(f"{label}\n", bold=True), *blocks[0].runs)), *blocks[1:])
        elif label:
            yield self.writer.paragraph(place.text, run(label, bold=True))
        yield from self.writer.narrative(Narrative(blocks), place)

    def withdrawn(self, one: WithdrawnRow) -> BaseOxmlElement:
        bullet = (self.writer.numbering.bullets, 0)
        return self.writer.paragraph("List Paragraph", run(one.printed), numbered=bullet, indent=(360, 360))

    def head(self, texts: list[str], widths: list[int]) -> BaseOxmlElement:
        cells = self.writer.styles["report table cell"]
        return row(
            [
                cell([paragraph(cells, run(text, bold=True), keep=True)], width, shade=HEAD_SHADE)
                for text, width in zip(texts, widths, strict=True)
            ],
            repeats=True,
        )

    def table(self, widths: list[int], rows: list[BaseOxmlElement], caption: str) -> BaseOxmlElement:
        return table(self.writer.styles["table grid"], widths, rows, caption=caption)


def _widths(document: Document, width: int) -> list[int]:
    extra = [COLUMN_WIDTHS[column] for column in document.options.columns]
    wording = _wording_width(document, width)
    return [NUMBER_WIDTH, ORGANISATION_WIDTH, wording, *extra, RATING_WIDTH]


def _wording_width(document: Document, width: int) -> int:
    """What the other columns leave."""
    taken = sum(COLUMN_WIDTHS[column] for column in document.options.columns)
    return width - NUMBER_WIDTH - ORGANISATION_WIDTH - RATING_WIDTH - taken


def _end_section(body: BaseOxmlElement, section: BaseOxmlElement) -> None:
    """The page after what is written so far is a new one; in Word its last paragraph says so."""
    if body[-1].tag != qn("w:p"):
        body.append(el("w:p"))
    body[-1].get_or_add_pPr().append(deepcopy(section))


def _without_first_page(section: BaseOxmlElement) -> BaseOxmlElement:
    """A report has one first page."""
    section = deepcopy(section)
    for one in section.findall(qn("w:titlePg")):
        section.remove(one)
    return section
