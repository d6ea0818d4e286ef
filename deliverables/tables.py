"""The lists of themes and deliverables, as tables on a page and as rows of a file."""

import django_tables2 as tables
import tablib
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.history import in_words
from deliverables.progress import Row, ThemeProgress
from deliverables.rag import Breakdown, Movement
from deliverables.schedule import Schedule
from deliverables.templatetags.rag import moved, rating_tag
from pcc_tracker.tables import BaseTable, sheet
from themes.place import Place

_MOVEMENT_ORDER = list(Movement)


class DeliverableTable(BaseTable):
    """A theme's deliverables in a quarter."""

    number = tables.Column(verbose_name="No.")
    owner_label = tables.Column(verbose_name="Organisation")
    wording = tables.Column(verbose_name="Deliverable")
    rating = tables.Column(accessor="standing__label", order_by="rating_order")
    movement = tables.Column(verbose_name="Since last quarter", order_by="movement_order")
    update = tables.Column(empty_values=(), order_by="update_date")
    rating_code = tables.Column(empty_values=(), visible=False, orderable=False)
    remark = tables.Column(accessor="standing__remark", visible=False, orderable=False)
    planned_start = tables.Column(accessor="deliverable__planned_start", visible=False, orderable=False)
    due = tables.Column(accessor="deliverable__due", visible=False, orderable=False)
    update_date = tables.Column(empty_values=(), visible=False, orderable=False)
    quarter = tables.Column(visible=False, orderable=False)
    notice = tables.Column(visible=False, orderable=False)
    recovery_step = tables.Column(accessor="update__recovery_step", visible=False, orderable=False)
    recovery_by = tables.Column(accessor="update__recovery_by", visible=False, orderable=False)

    class Meta(BaseTable.Meta):
        order_by = "number"
        empty_text = "No deliverable answers to this choice."

    def __init__(self, place: Place, rows: list[Row], *, tells_exempt: bool = False) -> None:
        """`tells_exempt`: say of a deliverable that it is exempt from publication, on the page alone."""
        self.place = place
        self.tells_exempt = tells_exempt
        self.notice = " ".join(place.notices)
        scheme = [rating.code for rating in place.plan.rating_scheme.values]
        self.rating_places = {code: index for index, code in enumerate(scheme)}
        super().__init__([self._record(row) for row in rows], default="")

    def _record(self, row: Row) -> dict[str, object]:
        rating = row.standing.rating
        return {
            "row": row,
            "quarter": str(self.place.quarter),
            "notice": self.notice,
            "address": self.place.address("deliverable", deliverable=row.deliverable.number),
            "number": row.number,
            "owner_label": row.owner_label,
            "wording": row.wording,
            "standing": row.standing,
            "rating_order": self.rating_places[rating.code] if rating else len(self.rating_places),
            "movement": row.movement,
            "movement_order": _MOVEMENT_ORDER.index(row.movement),
            "update_date": str(row.update.date or "") if row.update else "",
            "deliverable": row.deliverable,
            "update": row.update,
        }

    def render_wording(self, value: str, record: dict) -> SafeString:
        exempt = self.tells_exempt and record["deliverable"].is_exempt(self.place.quarter)
        remark = format_html(' <span class="remark">{}</span>', "Exempt from publication") if exempt else ""
        return format_html('<a href="{}">{}</a>{}', record["address"], value, remark)

    def value_wording(self, value: str) -> str:
        return value

    def render_rating(self, record: dict) -> SafeString:
        standing = record["row"].standing
        remark = format_html('<span class="remark">{}</span>', standing.remark) if standing.remark else ""
        return format_html("{} {}", rating_tag(standing.rating), remark)

    def value_rating(self, record: dict) -> str:
        return record["row"].standing.label

    def render_movement(self, record: dict) -> SafeString:
        return moved(record["row"].movement)

    def value_movement(self, record: dict) -> str:
        return record["row"].movement.value

    def render_update(self, record: dict) -> SafeString:
        context = {"row": record["row"], "address": record["address"]}
        return render_to_string("deliverables/_update_cell.html", context)

    def value_update(self, record: dict) -> str:
        return record["row"].narrative.text

    def value_rating_code(self, record: dict) -> str:
        rating = record["row"].standing.rating
        return rating.code if rating else ""

    def value_update_date(self, record: dict) -> str:
        update = record["row"].update
        return update.date_label if update else ""


def figures_sheet(figures: Breakdown, wording: str) -> tablib.Dataset:
    """A breakdown as a sheet of its own: the status key's counts and percentages, and the overall wording."""
    rows = [
        [line.rating.code if line.rating else "", line.label, line.count, line.total, line.percent, line.printed]
        for line in figures.lines
    ]
    rows.append(["", "Overall", "", "", "", wording])
    return sheet("Status key", ["Code", "Rating", "Count", "Deliverables in force", "Percentage", "Printed"], rows)


def themes_sheet(place: Place, themes: list[ThemeProgress]) -> tablib.Dataset:
    """A plan's themes in a quarter, one a row, with the figures as they are printed."""
    ratings = [*(rating.name for rating in place.plan.rating_scheme.values), "No update"]
    header = ["Theme", "Title", "Quarter", "Deliverables in force", *ratings, *(f"{name}, count" for name in ratings)]
    header += ["Planned for later", "Overdue to start", "Complete since earlier", "Withdrawn", "Overall"]
    header += [*(movement.value.capitalize() for movement in Movement), "Updates due", "Notice"]
    rows = [
        [
            one.theme.number,
            one.theme.title,
            str(place.quarter),
            one.figures.total,
            *(line.printed for line in one.figures.lines),
            *(line.count for line in one.figures.lines),
            one.figures.planned_later,
            one.figures.overdue_to_start,
            one.figures.complete_since,
            len(one.withdrawn),
            one.overall.wording if one.overall else "",
            one.movements.improved,
            one.movements.worse,
            one.movements.same,
            one.movements.not_comparable,
            one.period.updates_due if one.period else "",
            one.period.notice if one.period else "",
        ]
        for one in themes
    ]
    return sheet("Themes", header, rows)


def changes_sheet(schedule: Schedule) -> tablib.Dataset:
    """A year's changes, one a row, with what each did to the figures."""
    header = [
        "When",
        "By",
        "Theme",
        "No.",
        "Deliverable",
        "Change",
        "Before",
        "After",
        "Reason",
        "Effect on the figures",
    ]
    rows = [
        [
            in_words(one.at),
            one.by or "",
            one.theme.number,
            one.number,
            one.wording,
            one.step,
            "\n".join(f"{change.label}: {change.before}" for change in one.changes if change.before),
            "\n".join(f"{change.label}: {change.after}" for change in one.changes if change.after),
            one.reason,
            one.effect_in_words,
        ]
        for one in schedule.changes
    ]
    return sheet("Changes", header, rows)
