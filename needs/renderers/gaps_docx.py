"""The gaps as a Word file, in the office's own look where it has one."""

from collections.abc import Iterator, Sequence

from docx.oxml.xmlchemy import BaseOxmlElement

from deliverables.blocks import Run
from needs.gap_document import GapDocument, Listing, Said
from reports.renderers.word_file import opened, saved, text_width
from reports.renderers.word_narrative import Writer
from reports.renderers.word_running import Running, add_running
from reports.renderers.word_xml import HEAD_SHADE, cell, paragraph, rating_tag, row, run, table

COUNT_WIDTHS = (78, 42)
"""Of the columns of the table of counts, beside each other."""

SPACING, PADDING = (120, 40), 25
"""Before and after a heading, and above and below a cell's words: little, so that what matters most stands on the
first page."""

MISSING_SHADE = "FDE3A8"

Elements = Iterator[BaseOxmlElement]


def render(document: GapDocument) -> bytes:
    """The Word file's bytes, the same for the same document. A template must have passed `word_template.check`."""
    assert document.word_template or document.word_template_key is None, "make_file() brings the template it names"
    template = document.word_template or None
    file = opened(template)
    add_running(file, _running(document), is_office_template=template is not None)
    body = file.element.body
    section = body.sectPr
    body.remove(section)
    body.extend(_Content(document, Writer(file), text_width(section)).all())
    body.append(section)
    return saved(file)


def _running(document: GapDocument) -> Running:
    return Running(
        office=document.office,
        title=document.title,
        subject=document.basis,
        about=document.running,
    )


class _Content:
    """What stands on the pages."""

    def __init__(self, document: GapDocument, writer: Writer, width: int) -> None:
        self.document = document
        self.writer = writer
        self.width = width
        self.style = writer.styles["report small cell"]

    def all(self) -> Elements:
        document, write = self.document, self.writer.paragraph
        strapline = [run(f". {document.strapline}")] if document.strapline else []
        yield write("Report Small Cell", run(document.office, bold=True), *strapline)
        yield write("Title", run(document.title), spacing=(60, 60))
        yield write("Normal", run(document.headline, bold=True), spacing=(0, 80))
        yield write("Report Table Text", run(document.basis))
        yield self.writer.heading(1, run("Counts"), spacing=SPACING)
        yield from (self.counts(), self.writer.gap())
        if document.sight.counting_note:
            yield write("Report Table Text", run(document.sight.counting_note))
        if document.grave.rows:
            yield from self.listing(document.grave)
        if document.listings:
            yield self.writer.heading(1, run("Annex: the lists"))
        for one in document.listings:
            yield from self.listing(one, level=2)

    def counts(self) -> BaseOxmlElement:
        widths = self.widths(COUNT_WIDTHS)
        rows = [
            row(
                [
                    cell(
                        [self.line(*self.linked(one.gap.title, one.address)), self.line(run(one.gap.meaning))],
                        widths[0],
                    ),
                    cell(
                        [
                            self.line(run(one.gap.share.printed, bold=True), align="right"),
                            self.line(run(one.gap.of), align="right"),
                        ],
                        widths[1],
                    ),
                ]
            )
            for one in self.document.counts
        ]
        return self.table(["Gap", "How many"], widths, rows, "How many there are of each gap")

    def listing(self, one: Listing, level: int = 1) -> Elements:
        yield self.writer.heading(level, run(one.title), spacing=SPACING)
        yield self.writer.paragraph("Report Table Text", run(one.meaning), keep=True)
        widths = self.widths([column.width for column in one.columns])
        rows = [
            row(
                cell([self.said(said, is_first=at == 0) for said in words], width)
                for at, (words, width) in enumerate(zip(line, widths, strict=True))
            )
            for line in one.rows
        ]
        yield self.table([column.heading for column in one.columns], widths, rows, one.title)
        yield self.writer.gap()

    def said(self, one: Said, *, is_first: bool) -> BaseOxmlElement:
        tag = [rating_tag(one.rating), run(" ")] if one.label else []
        words = [run(one.text, bold=is_first or one.is_strong, shade=MISSING_SHADE if one.is_strong else "")]
        remark = [run(f" {one.remark}", italic=True)] if one.remark else []
        return self.line(*tag, *words, *remark)

    def line(self, *content: BaseOxmlElement, **how: object) -> BaseOxmlElement:
        """A paragraph of a cell."""
        return paragraph(self.style, *content, **how)

    def linked(self, text: str, address: str) -> list[BaseOxmlElement]:
        return self.writer.runs([Run(text, href=self.document.whole(address))])

    def table(
        self, heads: Sequence[str], widths: list[int], rows: list[BaseOxmlElement], caption: str
    ) -> BaseOxmlElement:
        head = row(
            [
                cell([paragraph(self.style, run(text, bold=True), keep=True)], width, shade=HEAD_SHADE)
                for text, width in zip(heads, widths, strict=True)
            ],
            repeats=True,
        )
        return table(self.writer.styles["table grid"], widths, [head, *rows], caption=caption, padding=PADDING)

    def widths(self, shares: Sequence[int]) -> list[int]:
        """The page's width shared out."""
        return [self.width * share // sum(shares) for share in shares]
