"""The rows of a plan's workbook brought in by django-import-export, as somebody would do it who knows both well.

What the deliverables and quarters of a row are is looked up in memory, and its text is cleaned as ours is. Row by row,
history is kept by the save of each row, and the approved update and its event are made beside; in bulk, neither is.
"""

import time
from typing import Any

import tablib
from django.utils import timezone
from import_export import fields, resources, widgets

from accounts.models import User
from benchmarks.importing import peak
from deliverables.importing.cell_texts import blocks_of
from deliverables.models import ApprovedUpdate, Deliverable, QuarterlyUpdate, UpdateEvent, UpdateState
from deliverables.narrative import Narrative, clean, parse
from deliverables.searching import words_of
from themes.models import Plan, ReportingPeriod, Theme
from themes.quarters import Quarter


class _Known(widgets.Widget):
    """What a row's cells name, by a function from the row to the key of what is known."""

    def __init__(self, known: dict[Any, Any], key: Any) -> None:
        super().__init__()
        self._known, self._key = known, key

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return self._known[self._key(row)]


class _Text(widgets.Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return clean(Narrative(blocks_of(value)).html)


def _deliverable(row: Any) -> tuple[int, str, int]:
    return int(row["Theme"]), row["Quarter"][:7], int(row["Number"])


def _period(row: Any) -> tuple[int, str]:
    return int(row["Theme"]), row["Quarter"]


def brought_in(plan: Plan, content: bytes, by: User, *, in_bulk: bool) -> dict[str, float]:
    """Read the workbook, try it, and bring it in; in seconds and MB."""
    began = time.perf_counter()
    rows = tablib.Dataset().load(content, format="xlsx")
    read = time.perf_counter()
    resource = _resource(plan, rows, by, in_bulk=in_bulk)
    start = time.perf_counter()
    resource.import_data(rows, dry_run=True, raise_errors=True, use_transactions=True)
    tried = time.perf_counter()
    resource.import_data(rows, raise_errors=True, use_transactions=True)
    ended = time.perf_counter()
    assert QuarterlyUpdate.objects.count() == len(rows)
    assert in_bulk or ApprovedUpdate.history.count() == UpdateEvent.objects.count() == len(rows)
    seconds = {"reading, s": read - began, "dry run, s": tried - start, "import, one transaction, s": ended - tried}
    each = {
        "rows per second": len(rows) / sum(seconds.values()),
        "rows per second without the dry run": len(rows) / (read - began + ended - tried),
    }
    return seconds | each | {"peak MB": peak()}


def _resource(plan: Plan, rows: tablib.Dataset, by: User, *, in_bulk: bool) -> resources.ModelResource:
    """What takes rows in, into a plan that it gives its deliverables and quarters."""
    deliverables, periods = _made(plan, rows)
    ratings = {one.code: one for one in plan.rating_scheme.ratings.all()}
    now, is_bulk = timezone.now(), in_bulk

    class Updates(resources.ModelResource):
        deliverable = fields.Field("deliverable", "Number", _Known(deliverables, _deliverable))
        period = fields.Field("period", "Quarter", _Known(periods, _period))
        rating = fields.Field("rating", "Rating", _Known(ratings, lambda row: row["Rating"]))
        narrative = fields.Field("narrative", "Update", _Text())
        date = fields.Field("date", "Date", widgets.DateWidget("%Y-%m-%d"))
        recovery_step = fields.Field("recovery_step", "Recovery step")
        recovery_by = fields.Field("recovery_by", "Recovery by", widgets.DateWidget("%Y-%m-%d"))

        class Meta:
            model = QuarterlyUpdate
            fields = ("deliverable", "period", "rating", "narrative", "date", "recovery_step", "recovery_by")
            import_id_fields = ("deliverable", "period")
            use_bulk, batch_size, skip_diff = is_bulk, 500, is_bulk
            force_init_instance = is_bulk  # the faster way: it does not look for one that is there already

        def before_save_instance(self, instance: QuarterlyUpdate, row: Any, **kwargs: Any) -> None:
            instance.state, instance.date_precision = UpdateState.APPROVED, "day"
            instance.last_changed_by, instance.last_changed_at = by, now
            instance._history_user, instance._change_reason = by, "Imported"

        def after_save_instance(self, instance: QuarterlyUpdate, row: Any, **kwargs: Any) -> None:
            if is_bulk:
                return
            content = {name: getattr(instance, name) for name in QuarterlyUpdate.CONTENT}
            wording = row["Deliverable"]
            words = words_of(wording, instance.recovery_step, parse(instance.narrative).text)
            approved = ApprovedUpdate(
                update=instance, number=row["Number"], wording=wording, owner_label=row["Organisation"], words=words,
                approved_by=by, approved_at=now, **content,
            )  # fmt: skip
            approved._history_user, approved._change_reason = by, "Imported"
            approved.save(force_insert=True)
            UpdateEvent.objects.create(update=instance, step=UpdateEvent.Step.APPROVED, by=by, at=now)

    return Updates()


def _made(plan: Plan, rows: tablib.Dataset) -> tuple[dict[Any, Deliverable], dict[Any, ReportingPeriod]]:
    themes = {n: Theme.objects.create(plan=plan, number=n, title=f"Theme {n}") for n in {*map(int, rows["Theme"])}}
    deliverables, periods = {}, {}
    for row in rows.dict:
        quarter = Quarter.parse(row["Quarter"])
        first, theme = quarter.year.quarters[0], themes[int(row["Theme"])]
        deliverables[_deliverable(row)] = Deliverable(
            theme=theme, financial_year=quarter.year, number=row["Number"], wording=row["Deliverable"],
            in_force_from=first, planned_start=first,
        )  # fmt: skip
        periods[_period(row)] = ReportingPeriod(
            theme=theme, quarter=quarter, opens=quarter.starts, updates_due=quarter.ends
        )
    Deliverable.objects.bulk_create(deliverables.values(), batch_size=500)
    ReportingPeriod.objects.bulk_create(periods.values(), batch_size=500)
    return deliverables, periods
