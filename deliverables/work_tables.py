"""The lists of a quarter's updates and of the product's e-mails, as tables on a page and as rows of a file."""

import datetime

import django_tables2 as tables
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from accounts.mail import TRIED_FOR
from accounts.models import Mail
from deliverables.templatetags.rag import rating_tag
from deliverables.work import Stage, Task
from pcc_tracker.tables import BaseTable

NOBODY = "Nobody yet"
_STAGES = list(Stage)


class TaskTable(BaseTable):
    """A quarter's updates, whatever their stage, with all that is known of each."""

    theme = tables.Column()
    number = tables.Column(verbose_name="No.")
    wording = tables.Column(verbose_name="Deliverable")
    organisation = tables.Column()
    owner = tables.Column()
    stage = tables.Column(order_by="stage_order")
    due = tables.Column()
    late = tables.Column()
    deadline = tables.Column()
    rating = tables.Column()
    last_changed_by = tables.Column()
    last_changed = tables.Column()
    note = tables.Column(verbose_name="Returned or reopened with the note")
    more_time_until = tables.Column()
    more_time_reason = tables.Column(verbose_name="Why more time was given")
    quarter = tables.Column()

    class Meta(BaseTable.Meta):
        attrs = {"class": "records compact"}
        order_by = ("theme", "number")
        empty_text = "No update answers to this choice."

    def __init__(self, tasks: list[Task], **options: object) -> None:
        super().__init__([_record(task) for task in tasks], default="", **options)

    def render_wording(self, record: dict) -> SafeString:
        task = record["task"]
        written = task.stage in (Stage.SUBMITTED, Stage.APPROVED)
        address = task.review_address if written else task.deliverable_address
        return format_html('<a href="{}">{}</a>', address, record["wording"])

    def value_wording(self, record: dict) -> str:
        return record["wording"]

    def render_due(self, record: dict) -> str:
        task = record["task"]
        more_time = f". More time was given: {task.extension.reason}" if task.extension else ""
        return capfirst(task.when) + more_time

    def value_due(self, record: dict) -> datetime.date:
        return record["due"]


class WaitingTable(TaskTable):
    """What waits for approval, each with a box to tick."""

    caption = "Waiting for approval"
    tick = tables.Column(accessor="task", orderable=False)

    class Meta(TaskTable.Meta):
        exclude = (
            "stage", "due", "late", "deadline", "last_changed_by", "note", "more_time_until", "more_time_reason",
            "quarter",
        )  # fmt: skip
        sequence = ("tick", "theme", "number", "wording", "organisation", "owner", "rating", "last_changed")

    def __init__(self, tasks: list[Task], *, all_ticked: bool) -> None:
        self.all_ticked = all_ticked
        super().__init__(tasks, prefix="waiting-")

    def render_tick(self, record: dict) -> SafeString:
        task = record["task"]
        if not task.can_be_approved:
            return mark_safe("Locked")
        return format_html(
            '<input class="tick" type="checkbox" name="update" value="{}" aria-label="Theme {}, deliverable {}"{}>'
            '<input type="hidden" name="version-{}" value="{}">',
            task.update.pk,
            record["theme"],
            record["number"],
            mark_safe(" checked") if self.all_ticked else "",
            task.update.pk,
            task.update.version,
        )

    def render_rating(self, record: dict) -> SafeString:
        return rating_tag(record["task"].update.rating_value)

    def render_last_changed(self, record: dict) -> str:
        update = record["task"].update
        return f"{update.last_changed_by}, {date_format(timezone.localtime(update.last_changed_at))}"


class OpenTable(TaskTable):
    """What is still with its owners."""

    caption = "Still with their owners"
    more_time = tables.Column(accessor="task", orderable=False)

    class Meta(TaskTable.Meta):
        exclude = (
            "late", "deadline", "rating", "last_changed_by", "last_changed", "note", "more_time_until",
            "more_time_reason", "quarter",
        )  # fmt: skip

    def __init__(self, tasks: list[Task]) -> None:
        super().__init__(tasks, prefix="open-")

    def render_stage(self, record: dict) -> SafeString:
        late = mark_safe(" <b>Late</b>") if record["late"] else ""
        return format_html('<span class="stage">{}{}</span>', record["stage"], late)

    def render_more_time(self, record: dict) -> SafeString:
        return format_html(
            '<a href="{}">Give more time<span class="visually-hidden"> for Theme {}, deliverable {}</span></a>',
            record["task"].extend_address,
            record["theme"],
            record["number"],
        )


def _record(task: Task) -> dict[str, object]:
    update, extension = task.update, task.extension
    return {
        "task": task,
        "theme": task.deliverable.theme.number,
        "number": task.deliverable.number,
        "wording": task.deliverable.wording,
        "organisation": task.owner.organisation.short_name if task.owner else NOBODY,
        "owner": task.owner.display_name if task.owner else NOBODY,
        "stage": task.stage_label,
        "stage_order": _STAGES.index(task.stage),
        "due": task.due,
        "late": "Late" if task.is_late else "",
        "deadline": task.deadline,
        "rating": str(update.rating_value or "") if update else "",
        "last_changed_by": update.last_changed_by.display_name if update else "",
        "last_changed": f"{timezone.localtime(update.last_changed_at):%Y-%m-%d %H:%M}" if update else "",
        "note": task.note,
        "more_time_until": extension.until if extension else None,
        "more_time_reason": extension.reason if extension else "",
        "quarter": str(task.period.quarter),
    }


class MailTable(BaseTable):
    """The e-mails that the product wrote."""

    caption = "E-mails"
    written_at = tables.Column(verbose_name="Written")
    to = tables.Column(order_by="to__display_name")
    address = tables.Column(visible=False)
    kind = tables.Column()
    subject = tables.Column()
    by = tables.Column(verbose_name="By", accessor="written_by", empty_values=(), order_by="written_by__display_name")
    outcome = tables.Column(verbose_name="Outcome", accessor="sent_at", empty_values=(), order_by="sent_at")
    trouble = tables.Column(visible=False)

    class Meta(BaseTable.Meta):
        order_by = "-written_at"
        empty_text = "No e-mail answers to this choice."

    def __init__(self, mails: QuerySet[Mail], at: datetime.datetime) -> None:
        self.at = at
        super().__init__(mails.select_related("to", "written_by").defer("body"), default="")

    def render_written_at(self, value: datetime.datetime) -> str:
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")

    def value_written_at(self, value: datetime.datetime) -> str:
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"

    def render_subject(self, value: str, record: Mail) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("mail", args=[record.pk]), value)

    def value_subject(self, value: str) -> str:
        return value

    def render_by(self, record: Mail) -> str:
        return by_whom(record)

    def render_outcome(self, record: Mail) -> str:
        return outcome(record, self.at)


def by_whom(mail: Mail) -> str:
    """Who caused an e-mail: a person, or the schedule of reminders."""
    return mail.written_by.display_name if mail.written_by else "Schedule"


def outcome(mail: Mail, at: datetime.datetime) -> str:
    """Whether an e-mail went out, and if not why, in words."""
    if mail.sent_at:
        return f"Sent {date_format(timezone.localtime(mail.sent_at), 'DATETIME_FORMAT')}"
    given_up = at - mail.written_at > TRIED_FOR or (mail.kind == Mail.Kind.REMINDER and mail.trouble)
    trouble = f": {mail.trouble}" if mail.trouble else ""
    return f"{'Never sent' if given_up else 'Not sent yet'}{trouble}"
