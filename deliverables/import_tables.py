"""What the import of a plan would do, as tables on a page and as rows of a file."""

import datetime
from collections.abc import Iterable, Sequence

import django_tables2 as tables
import tablib
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from deliverables.file_models import PlanFile
from deliverables.importing.found import Doubt, Field, FoundRow
from deliverables.importing.plan_values import Difference, Does, Outcome, PlanPreview
from deliverables.narrative import parse
from deliverables.templatetags.rag import rating_tag
from pcc_tracker.tables import BaseTable, sheet


class _Linked(BaseTable):
    """A table of rows of a file, each linked to where it is put right."""

    def __init__(self, file: PlanFile, records: Iterable[dict[str, object]], **kwargs: object) -> None:
        self._file = file
        super().__init__(list(records), **kwargs)

    def _link(self, at: object, text: str) -> SafeString:
        address = reverse("plan_file_row", args=[self._file.plan.slug, self._file.pk, at])
        return format_html('<a href="{}">{}</a>', address, text)

    def render_place(self, value: str, record: dict[str, object]) -> SafeString:
        return self._link(record["at"], value)

    def sheet(self, title: str) -> tablib.Dataset:
        """All rows as plain texts, to take away: `sheet_of` would take half a minute for the most that there may be."""
        columns = [*self.columns.iterall()]
        rows = ([self.plain(record, one.name) for one in columns] for record in self.data)
        return sheet(title, [one.header for one in columns], rows)

    def plain(self, record: dict[str, object], name: str) -> object:
        """What a column says of a row, without HTML."""
        return record[name]


class ProblemTable(_Linked):
    """What was not understood."""

    place = tables.Column(verbose_name="Place in the file", order_by="at")
    number = tables.Column(verbose_name="No.")
    field = tables.Column(verbose_name="About")
    said = tables.Column(verbose_name="What is wrong", orderable=False)

    class Meta(BaseTable.Meta):
        default = ""

    def __init__(self, file: PlanFile, problems: Sequence[tuple[FoundRow, Doubt]], **kwargs: object) -> None:
        records = [
            {
                "at": row.at,
                "place": capfirst(problem.place),
                "number": row.number,
                "field": problem.field.label,
                "said": problem.said,
            }
            for row, problem in problems
        ]
        super().__init__(file, records, **kwargs)
        self.caption = "Not understood"


class OutcomeTable(_Linked):
    """Every row, in the file's order."""

    place = tables.Column(verbose_name="Place in the file", order_by="at")
    theme = tables.Column()
    quarter = tables.Column()
    number = tables.Column(verbose_name="No.")
    organisation = tables.Column()
    wording = tables.Column(verbose_name="Deliverable")
    rating = tables.Column()
    date = tables.Column(orderable=False)
    text = tables.Column(verbose_name="Update", orderable=False, visible=False)
    does = tables.Column(verbose_name="What becomes of it")
    said = tables.Column(verbose_name="What is done, and what to look at", orderable=False, visible=False)

    class Meta(BaseTable.Meta):
        default = ""

    def __init__(self, file: PlanFile, found: PlanPreview, **kwargs: object) -> None:
        records = [_record(one) for one in found.outcomes]
        all_alike = [name for name in ("theme", "quarter") if len({one[name] for one in records}) < 2]
        # Of a file that is imported they would say what it would do once more.
        super().__init__(file, records, exclude=("does", "said") if file.imported_at else (), **kwargs)
        for name in all_alike:
            self.columns.hide(name)
        self.caption = "Every row of the file"

    def render_rating(self, record: dict[str, object]) -> SafeString | str:
        outcome: Outcome = record["outcome"]  # type: ignore[assignment]
        return rating_tag(outcome.rating) if outcome.rating else outcome.row.rating

    def render_wording(self, value: str, record: dict[str, object]) -> SafeString:
        """With the first words of its update."""
        return format_html('{}<br><span class="count">{}</span>', value, parse(str(record["html"])).excerpt(100))

    def plain(self, record: dict[str, object], name: str) -> object:
        return parse(str(record["html"])).text if name == "text" else super().plain(record, name)

    def render_does(self, value: str, record: dict[str, object]) -> SafeString:
        said = format_html("<br>{}.", record["said"]) if record["said"] else ""
        return format_html("<b>{}</b>{}", value, said)


class DifferenceTable(BaseTable):
    """Where the file's own figures are not those of its rows."""

    place = tables.Column(verbose_name="Place in the file", orderable=False)
    said = tables.Column(verbose_name="Difference", orderable=False)

    def __init__(self, differences: Sequence[Difference], **kwargs: object) -> None:
        super().__init__([{"place": capfirst(one.place), "said": one.said} for one in differences], **kwargs)
        self.caption = "The file’s status key against its rows"


class PlanFileTable(BaseTable):
    """The files that were brought to a plan, the newest first."""

    file_name = tables.Column(verbose_name="File")
    uploaded_at = tables.Column(verbose_name="Uploaded")
    uploaded_by = tables.Column(accessor="uploaded_by__display_name", verbose_name="By")
    imported_at = tables.Column(verbose_name="Imported")
    did = tables.Column(verbose_name="What it did", orderable=False, default="")

    class Meta(BaseTable.Meta):
        default = "Not yet"
        empty_text = "No file has been uploaded for this plan."

    def render_file_name(self, record: PlanFile) -> SafeString:
        address = reverse("plan_file", args=[record.plan.slug, record.pk])
        return format_html('<a href="{}">{}</a>', address, record.file_name)

    def value_file_name(self, record: PlanFile) -> str:
        return record.file_name

    def render_uploaded_at(self, value: datetime.datetime) -> str:
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")

    render_imported_at = render_uploaded_at


def counts_of(found: PlanPreview, left_out: Sequence[FoundRow]) -> list[tuple[str, int]]:
    """What an import would do in figures, each with what it is of."""
    new = sum(one.pk is None for one in found.deliverables)
    counts = {
        "Deliverables to be added": new,
        "Deliverables to be changed": len(found.deliverables) - new,
        "Updates to be added or replaced": len(found.updates),
        "Rows that say what is here": found.counts[Does.LEAVES],
        "Rows that say otherwise, where what is here is kept": found.counts[Does.KEEPS],
        "Rows not understood": found.counts[Does.CANNOT],
        "Rows left out by you": len(left_out),
    }
    always = {"Deliverables to be added", "Updates to be added or replaced", "Rows not understood"}
    return [(what, count) for what, count in counts.items() if count or what in always]


def _record(one: Outcome) -> dict[str, object]:
    newest = one.row.updates[0] if one.row.updates else None
    return {
        "outcome": one,
        "at": one.row.at,
        "place": capfirst(one.row.place),
        "theme": one.theme,
        "quarter": one.quarter and str(one.quarter),
        "number": one.row.number,
        "organisation": one.row.organisation,
        "wording": one.row.wording,
        "rating": str(one.rating) if one.rating else one.row.rating or "None",
        "date": newest.label if newest else "",
        "text": " ",
        "html": newest.narrative if newest else "",
        "does": one.does.value.capitalize(),
        "said": ". ".join(
            said.rstrip(".") for said in (*(wrong.said for wrong in one.problems), *one.said, *one.notes)
        ),
    }


def facts_of(row: FoundRow) -> list[tuple[str, str]]:
    """What a row says beside its texts, each with what it is called; what it does not say is left out."""
    newest = row.updates[0].label if row.updates else ""
    said = {
        Field.THEME: row.theme,
        Field.QUARTER: row.quarter and row.quarter.label,
        Field.NUMBER: row.number,
        Field.ORGANISATION: row.organisation,
        Field.WORDING: row.wording,
        Field.RATING: row.rating or (row.fill and f"A cell of the colour {row.fill}"),
        Field.DATE: newest,
        Field.RECOVERY_STEP: row.recovery_step,
        Field.RECOVERY_BY: row.recovery_by and date_format(row.recovery_by),
        Field.PLANNED_START: row.planned_start and row.planned_start.label,
        Field.DUE: row.due and row.due.label,
        Field.COMPLETED_IN: row.completed_in and row.completed_in.label,
    }
    return [(about.label, str(value)) for about, value in said.items() if value]
