"""What the Panel asks: questions about what was published, and actions that a meeting asked for."""

import datetime

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from reports.edition_models import Edition
from reports.querysets import MeetingActionQuerySet, QuestionQuerySet
from themes.models import SENSIBLE_DAY

_USER = settings.AUTH_USER_MODEL
LONGEST_QUESTION, LONGEST_ANSWER = 2000, 5000  # characters


class Question(models.Model):
    """A panel member's question about an edition or one row of it, with the office's answer.

    An answer is a draft until it is published; then whoever may read the edition may read question and answer. One
    that is not answered in public is closed, with a note to who asked.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="questions")
    row_key = models.UUIDField(null=True, blank=True, db_index=True, help_text="The row's; none of the whole report.")
    about = models.TextField(help_text="What it is about, as it was printed.")
    text = models.TextField("question", validators=[MaxLengthValidator(LONGEST_QUESTION)])
    asked_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="questions")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True, validators=[MaxLengthValidator(LONGEST_ANSWER)])
    answered_at = models.DateTimeField(null=True, blank=True, help_text="When the answer was published.")
    answered_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_note = models.TextField(blank=True, validators=[MaxLengthValidator(1000)])
    history = HistoricalRecords()

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="question_says_something"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | (Q(answered_at__isnull=False, answered_by__isnull=False, closed_at__isnull=True) & ~Q(answer="")),
                name="question_answered_by_whom_and_how",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, closed_note="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closed_note="")),
                name="question_closed_by_whom_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"Question {self.pk} about {self.about}"

    def get_absolute_url(self) -> str:
        return reverse("question", args=[self.pk])

    @property
    def about_in_view(self) -> str:
        """What it is about, without its words where the report was withdrawn from view: the words may be why."""
        return "a report since withdrawn from view" if self.edition.is_withdrawn else self.about

    @property
    def about_address(self) -> str:
        """The page of the edition, at its row where it is about one."""
        return self.edition.get_absolute_url() + (f"#row-{self.row_key}" if self.row_key else "")

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer, drafted or not."""
        return self.answered_at is None and self.closed_at is None

    @property
    def state(self) -> str:
        """How far it has come, in words."""
        if self.is_answered:
            return "Answered"
        if self.closed_at:
            return "Closed without a published answer"
        return "Answer being drafted" if self.answer else "Waiting for an answer"


class MeetingAction(models.Model):
    """What a meeting of the Panel asked for: kept with who does it and by when, until it is closed."""

    meeting = models.ForeignKey("PanelMeeting", on_delete=models.PROTECT, related_name="actions")
    text = models.TextField("action", validators=[MaxLengthValidator(1000)])
    owner = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="meeting_actions")
    due = models.DateField(validators=SENSIBLE_DAY)
    closed_on = models.DateField(null=True, blank=True, validators=SENSIBLE_DAY)
    closed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.TextField(blank=True, validators=[MaxLengthValidator(1000)], help_text="What came of it.")
    history = HistoricalRecords()

    objects = MeetingActionQuerySet.as_manager()

    class Meta:
        ordering = ["due", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="meeting_action_says_something"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, closed_by__isnull=True, outcome="")
                | (Q(closed_on__isnull=False, closed_by__isnull=False) & ~Q(outcome="")),
                name="meeting_action_closed_by_whom_and_how",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    def state_on(self, day: datetime.date) -> str:
        """How it stands on a day, in words; overdue from the day after it is due."""
        if not self.is_open:
            return "Closed"
        return "Overdue" if self.due < day else "Open"
