"""A document as the plain data that `report.typ` is set from, every text already printable.

No text is ever read as markup: the template is given it as data. What the fonts cannot print is noted with its place.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from deliverables.blocks import Block, Blocks, Cell, Heading, ListBlock, Narrative, Paragraph, Run, Runs, Table
from deliverables.rag import Breakdown, Overall
from reports.content import Appendix, AppendixRow, Document
from reports.cover import Cover
from reports.renderers.fonts import FAMILIES, name, printable
from reports.renderers.word_grid import Placed, figure_columns
from themes.ratings import RatingValue

LONGEST_ADDRESS = 8000
"""The most bytes of a link's address that typst takes."""


@dataclass(frozen=True)
class Replaced:
    """A character that a PDF prints otherwise than it was typed, and where it stands.

    `theme` and `row` are the numbers of theme and deliverable, `section` that of the covering report's section;
    None where it stands in none. `where` says the place in words.
    """

    character: str
    printed: str
    where: str
    theme: int | None = None
    row: int | None = None
    section: int | None = None

    @property
    def name(self) -> str:
        return name(self.character)


@dataclass
class Gathering:
    """Builds the data. `place` is where the text that is being read stands."""

    replaced: dict[Replaced, None] = field(default_factory=dict)
    place: dict[str, Any] = field(default_factory=dict)
    deepest_heading: int = 0
    """The level of the heading that the text being read stands under, since none may be skipped."""

    def document(self, document: Document) -> dict[str, Any]:
        self.place = {"where": "the heading"}
        base = 2 if document.has_parts else 1
        return {
            "fonts": FAMILIES,
            "title": self.text(document.title),
            "office": self.text(document.office),
            "strapline": self.text(document.strapline),
            "quarter": document.quarter.label,
            "months": document.quarter.months,
            "state": document.state,
            "is_draft": document.is_draft,
            "classification": document.classification.value,
            "exempt_note": document.exempt_note,
            "running_title": self.text(f"{document.themes}, {document.quarter.label}"),
            "base": base,
            "headings": document.headings,
            "columns": [column.name for column in document.options.columns],
            "together": document.together,
            "key": self.key(document.figures, document.overall) if document.together else None,
            "themes": [self.theme(one, document, base) for one in document.appendices],
            "cover": self.cover(document.cover) if document.cover else None,
        }

    def cover(self, cover: Cover) -> dict[str, Any]:
        self.place = {"where": "the lines over the report"}
        data = {
            "for_line": self.text(cover.for_line),
            "facts": [(label, self.text(text)) for label, text in cover.facts],
            "contacts": [
                {"role": self.text(one.role), "email": self.text(one.email), "phone": self.text(one.phone)}
                for one in cover.contacts
            ],
            "sections": [],
        }
        for section in cover.sections:
            self.place = {"where": f"section {section.number}", "section": section.number}
            self.deepest_heading = 1
            data["sections"].append(
                {
                    "heading": self.text(f"{section.number}. {section.heading}"),
                    "qualifier": self.text(section.qualifier),
                    "blocks": [(label, self.block(block, 1)) for label, block in section.numbered],
                }
            )
        return data

    def key(self, figures: Breakdown, overall: Overall | None) -> dict[str, Any]:
        return {
            "lines": [
                (self.rating(line.rating), self.text(figures.meaning(line)), line.printed)
                for line in figures.printed_lines
            ],
            "notes": [(note, bool(figures.missing_note) and figures.missing_note in note) for note in figures.notes],
            "overall": [self.text(part) for part in overall.sentence] if overall else None,
        }

    def rating(self, rating: RatingValue | None) -> dict[str, str] | None:
        """None where there is no update."""
        if rating is None:
            return None
        return {
            "code": self.text(rating.code),
            "name": self.text(rating.name),
            "colour": rating.colour,
            "ink": rating.ink,
            "outline": rating.outline,
        }

    def theme(self, appendix: Appendix, document: Document, base: int) -> dict[str, Any]:
        number = appendix.theme_number
        self.place = {"where": f"Theme {number}", "theme": number}
        return {
            "heading": self.text(appendix.theme_label) if document.together else "",
            "position": appendix.position,
            "exempt_note": appendix.exempt_note if document.together else "",
            "notice": self.text(appendix.notice),
            "key": self.key(appendix.figures, appendix.overall),
            "exceptions_note": appendix.exceptions_note,
            "without_rows": appendix.without_rows,
            "rows": [self.row(row, number, document, base) for row in appendix.rows],
            "withdrawn": [self.text(one.printed) for one in appendix.withdrawn],
        }

    def row(self, row: AppendixRow, theme: int, document: Document, base: int) -> dict[str, Any]:
        self.place = {"where": f"Theme {theme}, deliverable {row.number}", "theme": theme, "row": row.number}
        with_recovery = row.recovery_step and not document.recovery_has_a_column
        return {
            "number": str(row.number),
            "owner_label": self.text(row.owner_label),
            "wording": self.text(row.wording),
            "is_exempt": row.is_exempt,
            "cells": [self.text(row.cell(column)) for column in document.options.columns],
            "rating": self.rating(row.standing.rating),
            "remark": row.standing.remark,
            "updates": [
                {"date": self.text(one.date_label), "blocks": self.narrative(one.narrative.blocks, base)}
                for one in row.updates
            ],
            "without_update": row.without_update,
            "recovery": (row.recovery_label, self.text(row.recovery_step)) if with_recovery else None,
            "evidence": self.evidence(row, theme) if row.evidence else None,
        }

    def evidence(self, row: AppendixRow, theme: int) -> tuple[str, str]:
        # It is of no update, so a character of it is not noted as the row's, which leads to the update.
        self.place = {"where": f"Theme {theme}, deliverable {row.number}, its evidence of need", "theme": theme}
        return row.evidence_label, self.text(row.evidence_line)

    # Rich text.

    def text(self, text: str) -> str:
        printed, replaced = printable(text)
        for character in replaced:
            self.replaced[Replaced(character, printable(character)[0], **self.place)] = None
        return printed

    def narrative(self, blocks: Blocks, under: int) -> list[dict[str, Any]]:
        """The blocks of one text that stands under a heading of level `under`."""
        self.deepest_heading = under
        return self.blocks(blocks, under)

    def blocks(self, blocks: Blocks, under: int) -> list[dict[str, Any]]:
        return [self.block(block, under) for block in blocks]

    def block(self, block: Block, under: int) -> dict[str, Any]:
        if isinstance(block, Paragraph):
            return {"kind": "paragraph", "runs": self.runs(block.runs)}
        if isinstance(block, Heading):
            return self.heading(block, under)
        if isinstance(block, ListBlock):
            items = [self.blocks(item, under) for item in block.items]
            return {"kind": "list", "numbered": block.numbered, "items": items}
        return self.table(block, under) if any(block.rows) else self.block(Paragraph((Run(""),)), under)

    def heading(self, block: Heading, under: int) -> dict[str, Any]:
        runs = self.runs(block.runs)
        if not any(run["text"].strip() for run in runs):
            return {"kind": "paragraph", "runs": runs}  # what is left of it cannot be seen; it would be no heading
        self.deepest_heading = min(under + block.level, self.deepest_heading + 1)
        return {"kind": "heading", "level": self.deepest_heading, "runs": runs}

    def runs(self, runs: Runs) -> list[dict[str, Any]]:
        return [
            run for href, linked in groupby(runs, key=lambda one: one.href) for run in self.linked(href, list(linked))
        ]

    def linked(self, href: str, runs: list[Run]) -> list[dict[str, Any]]:
        """Neighbours with one address; none of it where nothing would be left to click on, or typst takes it not."""
        written = [{"text": self.text(run.text), "bold": run.bold, "italic": run.italic} for run in runs]
        can_link = len(href.encode()) <= LONGEST_ADDRESS
        return [{**one, "href": href if can_link and one["text"].strip() else ""} for one in written]

    def table(self, table: Table, under: int) -> dict[str, Any]:
        """With every cell's place worked out as browsers do it, so that no hole moves the cells after it."""
        placed = list(_placed(table))
        # Only columns where some cell begins are real: a lone cell across 50 columns is one column wide.
        begins = sorted({x for x, _, _, _, _ in placed})
        at = {x: index for index, x in enumerate(begins)}
        body = [Placed(cell, at[x], 1) for x, y, _, _, cell in placed if y >= table.header_rows]
        figures = figure_columns([body], 0)
        return {
            "kind": "table",
            "columns": len(begins),
            "header_rows": min(table.header_rows, len(table.rows)),
            # Repeated on a further page it is an artifact, which PDF/UA allows no link in.
            "repeats": "<a " not in Narrative((Table(table.rows[: table.header_rows]),)).html,
            "cells": [
                {
                    "x": at[x],
                    "y": y,
                    "columns": sum(x <= one < x + width for one in begins),
                    "rows": height,
                    "is_header": cell.header,
                    "is_figure": at[x] in figures,
                    "blocks": self.blocks(cell.blocks, under),
                }
                for x, y, width, height, cell in placed
            ],
        }


def _placed(table: Table) -> Iterator[tuple[int, int, int, int, Cell]]:
    """Each cell with its column, row, width and height; none reaches over another, out of its part, or past the end."""
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(table.rows):
        end = table.header_rows if y < table.header_rows else len(table.rows)
        x = 0
        for cell in row:
            while (x, y) in taken:
                x += 1
            width = next((step for step in range(1, cell.columns) if (x + step, y) in taken), cell.columns)
            height = min(cell.rows, end - y)
            taken |= {(x + right, y + down) for right in range(width) for down in range(height)}
            yield x, y, width, height, cell
            x += width
