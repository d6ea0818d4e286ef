"""Forms on questions and on the actions that meetings asked for."""

import datetime
import uuid
from typing import Any

from django import forms
from django.utils.formats import date_format

from accounts.forms import ListFilter
from accounts.models import User
from deliverables.narrative import plain
from deliverables.plan_forms import PersonChoice
from reports.edition_models import Edition, EditionRow
from reports.forms import OverShown, PlainTexts, choosing
from reports.panel_models import LONGEST_ANSWER, LONGEST_QUESTION, MeetingAction, Question
from reports.questions import Listed
from reports.shown import seen
from themes.forms import DayField


class LongText(forms.CharField):
    """A text of some lines. Its limit is said below its label, and by the server.

    A browser cuts off what is pasted over a `maxlength` and says nothing.
    """

    def __init__(self, *, most: int, rows: int, help_text: str, **options: Any) -> None:
        """`most` is in characters."""
        self.most = most
        limit = f"At most {most:,} characters."
        super().__init__(widget=forms.Textarea({"rows": rows}), help_text=f"{help_text} {limit}", **options)

    def clean(self, value: object) -> str:
        text = super().clean(plain(str(value or "")))
        if len(text) > self.most:
            raise forms.ValidationError(
                f"The text has {len(text):,} characters; the most that can be kept is {self.most:,}. Shorten it."
            )
        return text


class OwnerChoice(PersonChoice):
    """Somebody who can be given an action; of who has no e-mail address it says so, as nobody is told for them."""

    def label_from_instance(self, user: User) -> str:
        label = super().label_from_instance(user)
        return label if user.email else f"{label}, no e-mail: tell them yourself"


WHOLE_REPORT = ("", "The whole report")


class AskForm(PlainTexts, forms.Form):
    """A question about an edition or a row that it prints."""

    row = forms.ChoiceField(
        required=False,
        label="What it is about",
        error_messages={"invalid_choice": "This report prints no such deliverable. Choose one that it prints."},
    )
    narrative = LongText(
        most=LONGEST_QUESTION,
        rows=6,
        label="Your question",
        help_text=(
            "Question and answer will be readable by everyone who can read the report, without your name. "
            "Leave out what nobody else should read."
        ),
        error_messages={"required": "Write your question."},
    )

    def __init__(self, data: object, *, edition: Edition, row: str) -> None:
        super().__init__(data, initial={"row": row})
        rows = EditionRow.objects.filter(theme__edition=edition).select_related("theme")
        rows = rows.only("key", "number", "deliverable", "theme__number").order_by("theme__number", "order")
        self.fields["row"].choices = [WHOLE_REPORT, *((str(one.key), _named(one)) for one in rows)]

    @property
    def facts(self) -> dict[str, Any]:
        """What `ask` takes: the question, and the row that was chosen; None of the whole report."""
        row = self.cleaned_data["row"]
        return {"row_key": uuid.UUID(row) if row else None, "text": self.cleaned_data["narrative"]}


def _named(row: EditionRow) -> str:
    """Short enough for a line of a list on a narrow screen."""
    words = " ".join(row.deliverable.split())
    cut = words if len(words) <= 70 else f"{words[:70].rsplit(' ', 1)[0]} …"
    return f"Theme {row.theme.number}, deliverable {row.number}: {cut}"


class AnswerForm(PlainTexts, OverShown):
    """The answer to a question, over the text that the page showed."""

    WRITTEN = "narrative"

    narrative = LongText(
        required=False,
        most=LONGEST_ANSWER,
        rows=12,
        label="The answer",
        help_text="Plain words. An empty line begins a new paragraph.",
    )

    def __init__(self, data: object, *, question: Question) -> None:
        self.text = question.answer
        super().__init__(data, initial={"narrative": question.answer, "shown": seen(question)})


class NoteForm(PlainTexts, forms.Form):
    note = LongText(
        most=1000,
        rows=3,
        label="Note to who asked",
        help_text="Why it gets no published answer, or the answer itself where it is for them alone. Nobody else "
        "outside the office sees it.",
        error_messages={"required": "Write the note."},
    )


class ActionForm(PlainTexts, OverShown):
    """What a meeting asked for, who does it and by when."""

    text = LongText(
        most=1000,
        rows=4,
        label="What the meeting asked for",
        help_text="It is printed in the next report’s section on feedback.",
        error_messages={"required": "Say what the meeting asked for."},
    )
    owner = OwnerChoice(
        label="Who does it",
        empty_label="Choose one",
        help_text="They are told by e-mail. Reports name them by organisation, or in the office by job title.",
        error_messages=choosing("owner", "Choose who does it."),
    )
    due = DayField(label="Due on", error_messages={"required": "Enter the day that it is due on."})

    def __init__(self, data: object, *, action: MeetingAction | None = None) -> None:
        stored = {"text": action.text, "owner": action.owner, "due": action.due} if action else {}
        super().__init__(data, initial=stored | {"shown": seen(action)})

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("text", "owner", "due")}


class CloseActionForm(PlainTexts, forms.Form):
    outcome = LongText(
        most=1000,
        rows=4,
        label="What came of it",
        help_text="It is printed in the next report’s section on feedback.",
        error_messages={"required": "Say what came of it."},
    )
    closed_on = DayField(label="Closed on", error_messages={"required": "Enter the day that it was closed on."})


QUESTION_STATES = {
    "waiting": "Waiting for an answer",
    "drafted": "Answer being drafted",
    "answered": "Answered",
    "closed": "Closed without a published answer",
}


class QuestionFilter(ListFilter):
    """Narrows the list of questions. It offers what those have that the reader may see, and nothing else."""

    words = forms.CharField(required=False, max_length=100, label="Words")
    state = forms.ChoiceField(required=False, label="State")
    theme = forms.ChoiceField(required=False, label="Theme")

    def __init__(self, data: object, questions: list[Listed]) -> None:
        super().__init__(data)
        self.questions = questions
        there = {one.question.state for one in questions}
        self.offer("state", [(name, label) for name, label in QUESTION_STATES.items() if label in there])
        numbers = sorted({number for one in questions for number in one.themes})
        self.offer("theme", [(str(number), f"Theme {number}") for number in numbers])

    def matching(self) -> list[Listed]:
        chosen = self.chosen
        words = chosen.get("words", "").casefold().split()
        return [
            one
            for one in self.questions
            if chosen.get("state") in (None, _name_of(one.question.state))
            and ("theme" not in chosen or int(chosen["theme"]) in one.themes)
            and all(word in _words_of(one.question) for word in words)
        ]


def _name_of(state: str) -> str:
    return next(name for name, label in QUESTION_STATES.items() if label == state)


def _words_of(question: Question) -> str:
    """What the list can be searched for: a drafted answer is no part of it."""
    answer = question.answer if question.is_answered else ""
    return " ".join((question.about, question.text, answer)).casefold()


ACTION_STATES = {"open": "Open", "overdue": "Overdue", "closed": "Closed"}


class ActionFilter(ListFilter):
    """Narrows the list of actions, as they stand on a day; "open" holds those that are overdue too."""

    words = forms.CharField(required=False, max_length=100, label="Words")
    state = forms.ChoiceField(required=False, label="State")
    meeting = forms.ChoiceField(required=False, label="Meeting")

    def __init__(self, data: object, actions: list[MeetingAction], today: datetime.date) -> None:
        super().__init__(data)
        self.actions, self.today = actions, today
        self.offer("state", ACTION_STATES.items())
        dates = sorted({one.meeting.date for one in actions}, reverse=True)
        self.offer("meeting", [(date.isoformat(), date_format(date)) for date in dates])

    def matching(self) -> list[MeetingAction]:
        chosen = self.chosen
        words = chosen.get("words", "").casefold().split()
        return [
            one
            for one in self.actions
            if self._has_state(one, chosen.get("state"))
            and chosen.get("meeting") in (None, one.meeting.date.isoformat())
            and all(word in f"{one.text} {one.owner} {one.outcome}".casefold() for word in words)
        ]

    def _has_state(self, action: MeetingAction, state: str | None) -> bool:
        if state == "open":
            return action.is_open
        return state is None or action.state_on(self.today) == ACTION_STATES[state]
