"""Forms of the quarter's work: a reviewer's note, more time, and what the lists are narrowed by."""

from django import forms

from accounts.forms import ListFilter, reason_field
from accounts.models import Mail, User
from deliverables import narrative
from deliverables.models import Extension
from deliverables.work import Stage, Task

LATE = "late"


class NoteForm(forms.Form):
    """A reviewer's note to the owner."""

    note = forms.CharField(
        required=False,
        max_length=2000,
        label="Note to the owner",
        help_text="Say what should be changed, or why it is reopened. The owner sees it.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def clean_note(self) -> str:
        return narrative.storable(self.cleaned_data["note"])


class ExtendForm(forms.Form):
    """More time for one deliverable's update."""

    until = forms.DateField(
        label="The last day to write it",
        help_text="Until the end of this day it can be written and submitted, also where the quarter is locked.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Enter the last day.", "invalid": "Enter a real date, like 28/03/2020."},
    )
    reason = reason_field(
        label="Why more time is given",
        help_text="The owner sees it, and it stays on record.",
        ask="Say why more time is given.",
    )

    def __init__(self, data: object, extension: Extension | None) -> None:
        super().__init__(data, initial={"until": extension.until, "reason": extension.reason} if extension else None)

    def clean_reason(self) -> str:
        return narrative.storable(self.cleaned_data["reason"])


class TaskFilter(ListFilter):
    """Narrows the lists of a quarter's updates."""

    theme = forms.ChoiceField(required=False, label="Theme")
    organisation = forms.ChoiceField(required=False, label="Organisation")
    owner = forms.ChoiceField(required=False, label="Owner")
    stage = forms.ChoiceField(required=False, label="Stage")
    late = forms.ChoiceField(required=False, label="Late")

    def __init__(self, data: object, tasks: list[Task]) -> None:
        super().__init__(data)
        self.tasks = tasks
        themes = sorted({task.deliverable.theme.number for task in tasks})
        owners = sorted({task.owner for task in tasks if task.owner}, key=str)
        organisations = sorted({owner.organisation for owner in owners}, key=str)
        self.offer("theme", [(str(number), f"Theme {number}") for number in themes])
        self.offer("organisation", [(str(one.pk), one.name) for one in organisations])
        self.offer("owner", [(str(one.pk), str(one)) for one in owners])
        self.offer("stage", [(stage.value, stage.capitalize()) for stage in Stage])
        self.offer("late", [(LATE, "Late only")])

    def matching(self) -> list[Task]:
        chosen = self.chosen
        return [task for task in self.tasks if chosen.items() <= _facts(task).items()]


def _facts(task: Task) -> dict[str, str]:
    """What a task is filtered by."""
    return {
        "theme": str(task.deliverable.theme.number),
        "organisation": str(task.owner.organisation_id) if task.owner else "",
        "owner": str(task.owner.pk) if task.owner else "",
        "stage": task.stage.value,
        "late": LATE if task.is_late else "",
    }


class MailFilter(ListFilter):
    """Narrows the list of e-mails."""

    to = forms.ChoiceField(required=False, label="To")
    kind = forms.ChoiceField(required=False, label="Kind")

    def __init__(self, data: object) -> None:
        super().__init__(data)
        people = User.objects.filter(mails__isnull=False).distinct()
        self.offer("to", [(str(one.pk), str(one)) for one in people])
        self.offer("kind", Mail.Kind.choices)
