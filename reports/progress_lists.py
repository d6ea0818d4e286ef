"""The list of a theme's deliverables as they were published: how it is narrowed, shown and taken away."""

import uuid
from collections.abc import Mapping, Sequence

import django_tables2 as tables
import tablib
from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.forms import ListFilter
from deliverables.forms import NO_UPDATE
from deliverables.rag import Movement
from deliverables.templatetags.rag import moved, rating_tag
from pcc_tracker.tables import BaseTable, sheet
from reports.addresses import absolute
from reports.changes import Changes
from reports.front import ReportedTheme
from reports.panel_models import Question
from reports.published import Publication
from reports.states import RowState, ThemeState

_MOVEMENTS = list(Movement)


class RowFilter(ListFilter):
    """Narrows a theme's published deliverables."""

    words = forms.CharField(required=False, max_length=100, label="Words")
    owner = forms.ChoiceField(required=False, label="Organisation")
    rating = forms.ChoiceField(required=False, label="Rating")
    movement = forms.ChoiceField(required=False, label="Since last quarter")

    def __init__(self, data: object, state: ThemeState) -> None:
        super().__init__(data)
        self.state = state
        owners = sorted({row.organisation for row in state.rows if row.organisation})
        self.offer("owner", [(owner, owner) for owner in owners])
        lines = state.figures.lines
        self.offer("rating", [(line.rating.code if line.rating else NO_UPDATE, line.label) for line in lines])
        self.offer("movement", [(one.value, one.value.capitalize()) for one in Movement])

    def matching(self) -> list[RowState]:
        chosen = self.chosen
        return [row for row in self.state.rows if self._matches(row, chosen)]

    def _matches(self, row: RowState, chosen: dict[str, str]) -> bool:
        rating = row.rating.code if row.rating else NO_UPDATE
        text = row.wording.casefold()
        return (
            chosen.get("owner", row.organisation) == row.organisation
            and chosen.get("rating", rating) == rating
            and chosen.get("movement", row.since_last_quarter) == row.since_last_quarter
            and all(word in text for word in chosen.get("words", "").casefold().split())
        )


class RowTable(BaseTable):
    """A theme's deliverables as they were published at a quarter."""

    number = tables.Column(verbose_name="No.")
    organisation = tables.Column()
    wording = tables.Column(verbose_name="Deliverable")
    rating = tables.Column(accessor="label", order_by="rating_order")
    since_last_quarter = tables.Column(order_by="movement_order")
    rating_code = tables.Column(empty_values=(), visible=False, orderable=False)
    remark = tables.Column(accessor="row__remark", visible=False, orderable=False)
    due = tables.Column(accessor="row__due", visible=False, orderable=False)
    recovery_step = tables.Column(accessor="row__recovery_step", visible=False, orderable=False)
    recovery_by = tables.Column(accessor="row__recovery_by", visible=False, orderable=False)
    quarter = tables.Column(visible=False, orderable=False)
    edition = tables.Column(visible=False, orderable=False)

    class Meta(BaseTable.Meta):
        attrs = {"class": "records compact"}
        order_by = "number"
        empty_text = "No deliverable answers to this choice."

    def __init__(
        self,
        publication: Publication,
        state: ThemeState,
        rows: list[RowState],
        answers: Mapping[uuid.UUID, Sequence[Question]] | None = None,
    ) -> None:
        """`answers`: the answered questions by row key, which the page tells of and a file does not."""
        places = {line.rating: place for place, line in enumerate(state.figures.lines)}
        records = [
            {
                "row": row,
                "answers": len((answers or {}).get(uuid.UUID(row.key), ())),
                "address": publication.address("published_deliverable", deliverable=row.number),
                "number": row.number,
                "organisation": row.organisation,
                "wording": row.wording,
                "label": row.rating.name if row.rating else "No update",
                "rating_order": places[row.rating],
                "since_last_quarter": row.since_last_quarter,
                "movement_order": _MOVEMENTS.index(row.since_last_quarter),
                "quarter": str(publication.quarter),
                "edition": f"V{publication.version}",
            }
            for row in rows
        ]
        super().__init__(records, default="")

    def render_wording(self, value: str, record: dict) -> SafeString:
        link = format_html('<a href="{}">{}</a>', record["address"], value)
        if not (count := record["answers"]):
            return link
        asked = "1 question answered" if count == 1 else f"{count} questions answered"
        return format_html('{} <a class="remark" href="{}#questions">{}</a>', link, record["address"], asked)

    def value_wording(self, value: str) -> str:
        return value

    def render_rating(self, record: dict) -> SafeString:
        remark = record["row"].remark
        beside = format_html(' <span class="remark">{}</span>', remark) if remark else ""
        return format_html("{}{}", rating_tag(record["row"].rating), beside)

    def value_rating(self, value: str) -> str:
        return value

    def value_rating_code(self, record: dict) -> str:
        rating = record["row"].rating
        return rating.code if rating else ""

    def render_since_last_quarter(self, value: Movement) -> SafeString:
        return moved(value)

    def value_since_last_quarter(self, value: Movement) -> str:
        return value.value


def front_sheet(themes: tuple[ReportedTheme, ...]) -> tablib.Dataset:
    """A line for each rating of each theme as it was last reported, counts and percentages as everywhere else."""
    header = [
        "Plan", "Theme", "Title", "Quarter", "Edition", "Classification", "Code", "Rating", "Count",
        "Deliverables in force", "Percentage", "Printed", "Overall", "Address",
    ]  # fmt: skip
    return sheet("Themes", header, [line for theme in themes for line in _lines(theme)])


def _lines(theme: ReportedTheme) -> list[list[object]]:
    one, state = theme.publication, theme.state
    return [
        [
            one.plan,
            one.number,
            one.title,
            str(one.quarter),
            f"V{one.version}",
            one.classification,
            line.rating.code if line.rating else "",
            line.label,
            line.count,
            line.total,
            line.percent,
            line.printed,
            state.overall.wording if state.overall else "",
            absolute(one.address()),
        ]
        for line in state.figures.printed_lines
    ]


class CompareForm(forms.Form):
    """Which two publications of a theme are compared. Without a choice, the last two."""

    def __init__(self, data: Mapping[str, str], listed: Sequence[Publication]) -> None:
        """`listed` are all of the theme that the reader may see, newest first."""
        self.by_reference = {one.reference: one for one in listed}
        defaults = {"from": listed[min(1, len(listed) - 1)].reference, "to": listed[0].reference}
        super().__init__(defaults | {name: data[name] for name in defaults if data.get(name)})
        choices = [(one.reference, one.name) for one in listed]
        for name, default in defaults.items():
            field = forms.ChoiceField(label=name.capitalize(), choices=choices)
            field.error_messages["invalid_choice"] = (
                'There is no report "%(value)s" on this theme. ' + f"{self.by_reference[default].name} is taken."
            )
            self.fields[name] = field
        self.defaults = defaults

    @property
    def chosen(self) -> tuple[Publication, Publication]:
        """The two, from and to; the default in place of one that is not there."""
        self.is_valid()
        from_, to = (self.cleaned_data.get(name, default) for name, default in self.defaults.items())
        return self.by_reference[from_], self.by_reference[to]


def changes_sheet(found: Changes) -> tablib.Dataset:
    """What changed, a line a change."""
    header = ["Change", "No.", "Organisation", "Deliverable", "Rating before", "Rating now", "What happened"]
    rows = [
        [
            change.kind.value.capitalize(),
            change.row.number,
            change.row.organisation,
            change.row.wording,
            change.before.label if change.before else "",
            change.now.label if change.now else "",
            change.what,
        ]
        for change in found.changes
    ]
    return sheet("Changes", header, rows)
