"""What is wrong with a returned workbook, and what it would do, as tables on a page and as rows of a file."""

from collections.abc import Iterable

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from deliverables.actions import Draft
from deliverables.models import QuarterlyUpdate
from deliverables.narrative import parse
from deliverables.offline.preview import Returned
from pcc_tracker.tables import BaseTable
from themes.ratings import RatingValue


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
        dated = QuarterlyUpdate(date=draft.date, date_precision=draft.date_precision).date_label
        content = {"draft": draft, "rating": self._ratings.get(draft.rating), "dated": dated}
        return render_to_string("deliverables/_returned.html", content | {"text": parse(draft.narrative)} | context)
