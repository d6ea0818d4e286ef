"""Who has updates to write, and what a returned workbook would do: as tables on a page and as rows of a file."""

from collections import Counter
from collections.abc import Iterable

import django_tables2 as tables
import tablib
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from deliverables.actions import Draft
from deliverables.models import QuarterlyUpdate
from deliverables.narrative import parse
from deliverables.offline.preview import Preview, Returned
from deliverables.work import Task
from pcc_tracker.tables import BaseTable, sheet
from themes.place import Place
from themes.ratings import RatingValue


class WriterTable(BaseTable):
    """How many updates each writer has still to write, with a workbook for each."""

    name = tables.Column(verbose_name="Person")
    organisation = tables.Column()
    to_write = tables.Column(verbose_name="To write")
    workbook = tables.Column(orderable=False, exclude_from_export=True)

    class Meta(BaseTable.Meta):
        order_by = "name"

    def __init__(self, caption: str, records: list[dict[str, object]], **kwargs: object) -> None:
        super().__init__(records, **kwargs)
        self.caption = caption

    def render_workbook(self, value: str, record: dict[str, object]) -> SafeString:
        link = '<a href="{}">Workbook<span class="visually-hidden"> for {}</span></a>'
        return format_html(link, value, record["name"])


def people_table(place: Place, found: Iterable[Task]) -> WriterTable:
    """Of each person who leads any of the tasks."""
    people = Counter(task.owner for task in found if task.owner)
    records = [
        {
            "name": str(person),
            "organisation": str(person.organisation),
            "to_write": count,
            "workbook": place.address("person_workbook", user=person.pk),
        }
        for person, count in people.items()
    ]
    return WriterTable("By person", records, prefix="people-")


def organisations_table(place: Place, found: Iterable[Task]) -> WriterTable:
    """Of each organisation whose people lead any of the tasks."""
    organisations = Counter(task.owner.organisation for task in found if task.owner)
    records = [
        {
            "name": str(organisation),
            "to_write": count,
            "workbook": place.address("organisation_workbook", organisation=organisation.pk),
        }
        for organisation, count in organisations.items()
    ]
    name = tables.Column(verbose_name="Organisation")
    return WriterTable(
        "By organisation", records, prefix="organisations-", exclude=["organisation"], extra_columns=[("name", name)]
    )


class ReturnedTable(BaseTable):
    """Rows of a workbook, each with what is stored beside what it says."""

    wording = tables.Column(verbose_name="Deliverable", order_by="row")
    now = tables.Column(verbose_name="Now", orderable=False)
    returned = tables.Column(verbose_name="In the workbook", orderable=False)

    class Meta(BaseTable.Meta):
        pass

    def __init__(
        self, caption: str, found: Iterable[Returned], scheme: tuple[RatingValue, ...], **kwargs: object
    ) -> None:
        records = [{"row": one.row, "wording": one, "now": one, "returned": one} for one in found]
        super().__init__(records, **kwargs)
        self.caption = caption
        self._ratings = {one.code: one for one in scheme}

    def render_wording(self, value: Returned) -> SafeString:
        stored = value.stored
        name = format_html('<a href="{}">{}</a>', stored.address, stored.name) if stored.address else stored.name
        return format_html('{}<br><span class="remark">Row {}</span>', name, value.row)

    def render_now(self, value: Returned) -> SafeString:
        return self._content(value.stored.draft, {"saved": value.stored.saved})

    def render_returned(self, value: Returned) -> SafeString:
        return self._content(value.draft, {"one": value})

    def _content(self, draft: Draft, context: dict[str, object]) -> SafeString:
        content = {"draft": draft, "rating": self._ratings.get(draft.rating), "dated": _dated(draft)}
        return render_to_string("deliverables/_returned.html", content | {"text": parse(draft.narrative)} | context)


def rows_of(found: Preview, scheme: tuple[RatingValue, ...]) -> tablib.Dataset:
    """All rows of a workbook that say something new, in its order, each beside what is stored."""
    ratings = {one.code: str(one) for one in scheme}
    rows = sorted(
        (one.row, one.stored.name, what, one.stored.why_not, one.lacks, one.stored.saved)
        + _cells(one.stored.draft, ratings)
        + _cells(one.draft, ratings)
        for what, some in (
            ("Saved as a draft", found.saved),
            ("Kept in the history: saved by somebody since", found.conflicts),
            ("Cannot be written now", found.refused),
        )
        for one in some
    )
    heads = ["Row", "Deliverable", "What happens", "Why not", "Lacks", "Saved now"]
    said = ("Rating", "Update", "Date of the update", "Recovery step", "Back on course by")
    return sheet("Rows", heads + [f"{one}, {where}" for where in ("now", "in the workbook") for one in said], rows)


def _cells(draft: Draft, ratings: dict[str, str]) -> tuple[object, ...]:
    text = parse(draft.narrative).text
    return ratings.get(draft.rating, ""), text, _dated(draft), draft.recovery_step, draft.recovery_by or ""


def _dated(draft: Draft) -> str:
    return QuarterlyUpdate(date=draft.date, date_precision=draft.date_precision).date_label
