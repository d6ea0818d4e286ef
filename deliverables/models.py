"""Deliverables, who leads them, and the updates written on them quarter by quarter."""

import datetime
import uuid
from itertools import zip_longest

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from simple_history.models import HistoricalRecords

from accounts.models import User
from deliverables.blocks import Narrative
from deliverables.file_models import PlanFile, PlanFileRow, ReturnFile  # noqa: F401 - where Django looks for models
from deliverables.narrative import parse
from deliverables.querysets import ApprovedUpdateQuerySet, DeliverableQuerySet, UpdateEventQuerySet, UpdateQuerySet
from themes.fields import FinancialYearField, QuarterField, QuarterListField
from themes.models import SENSIBLE_DAY, Rating, ReportingPeriod, Theme
from themes.quarters import Quarter
from themes.ratings import RatingValue


class Deliverable(models.Model):
    """One numbered row of a theme's list for a financial year.

    Its `key` stays with it when it is carried forward, so the rows of all years that share one are one
    piece of work; a withdrawn row keeps its number.
    """

    key = models.UUIDField(default=uuid.uuid4, editable=False)
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="deliverables")
    financial_year = FinancialYearField()
    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(999)])
    wording = models.TextField(validators=[MaxLengthValidator(1000)])
    in_force_from = QuarterField(help_text="The first quarter it counts in.")
    planned_start = QuarterField(help_text="Until this quarter it counts as Not started.")
    due = QuarterField(null=True, blank=True, help_text="The quarter it should be achieved by.")
    completed_in = QuarterField(null=True, blank=True, help_text="From this quarter on it needs no further update.")
    completed_reason = models.TextField(blank=True, validators=[MaxLengthValidator(1000)])
    withdrawn_from = QuarterField(null=True, blank=True, help_text="From this quarter on it no longer counts.")
    withdrawn_reason = models.TextField(blank=True, validators=[MaxLengthValidator(1000)])
    carried_forward_reason = models.TextField(
        blank=True,
        validators=[MaxLengthValidator(1000)],
        help_text="Why last year's deliverable goes on; empty for a new one.",
    )
    exempt_from = QuarterField(
        null=True, blank=True, help_text="From this quarter on it is left out of what is published in Public form."
    )
    exempt_until = QuarterField(null=True, blank=True, help_text="The last quarter it is left out of; open if empty.")
    exempt_reason = models.TextField(blank=True, validators=[MaxLengthValidator(1000)])
    history = HistoricalRecords()

    objects = DeliverableQuerySet.as_manager()

    class Meta:
        ordering = ["theme_id", "financial_year", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "financial_year", "number"],
                name="one_number_per_theme_and_year",
                violation_error_message="This number is taken in that year. A withdrawn deliverable keeps its number.",
            ),
            models.UniqueConstraint(
                fields=["key", "financial_year"],
                name="carried_forward_once_a_year",
                violation_error_message="This deliverable is in that year already.",
            ),
            models.CheckConstraint(
                condition=Q(completed_in__isnull=True, completed_reason="")
                | (Q(completed_in__isnull=False) & ~Q(completed_reason="")),
                name="completed_goes_with_a_reason",
                violation_error_message="Say why it is complete, or leave out the quarter.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_from__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_from__isnull=False) & ~Q(withdrawn_reason="")),
                name="withdrawn_goes_with_a_reason",
                violation_error_message="Say why it is withdrawn, or leave out the quarter.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_from__isnull=True) | Q(withdrawn_from__gt=F("in_force_from")),
                name="in_force_before_withdrawn",
                violation_error_message="It can be withdrawn only from a quarter after the first it is in force in.",
            ),
            models.CheckConstraint(
                condition=Q(due__isnull=True) | Q(due__gte=F("planned_start")),
                name="due_after_planned_start",
                violation_error_message="The due quarter comes before the planned start.",
            ),
            models.CheckConstraint(
                condition=Q(exempt_from__isnull=True, exempt_until__isnull=True, exempt_reason="")
                | (Q(exempt_from__isnull=False) & ~Q(exempt_reason="")),
                name="exempt_goes_with_a_reason",
                violation_error_message="Say why it is exempt from publication.",
            ),
            models.CheckConstraint(
                condition=Q(exempt_until__isnull=True) | Q(exempt_until__gte=F("exempt_from")),
                name="exempt_until_after_from",
                violation_error_message="The last quarter it is exempt in comes before the first.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.theme.short} {self.financial_year} no. {self.number}"

    def clean(self) -> None:
        if self.in_force_from and self.financial_year and self.in_force_from.year != self.financial_year:
            raise ValidationError({"in_force_from": f"Choose a quarter of {self.financial_year}."})
        if self.completed_in and self.in_force_from and not self.is_in_force(self.completed_in):
            raise ValidationError({"completed_in": "Choose a quarter that the deliverable is in force in."})
        if self.withdrawn_from and self.financial_year and self.withdrawn_from.year != self.financial_year:
            raise ValidationError({"withdrawn_from": f"Choose a quarter of {self.financial_year}."})

    def is_in_force(self, quarter: Quarter) -> bool:
        """Whether it counts in `quarter`."""
        return (
            self.financial_year == quarter.year
            and self.in_force_from <= quarter
            and (self.withdrawn_from is None or self.withdrawn_from > quarter)
        )

    def is_exempt(self, quarter: Quarter) -> bool:
        """Whether it is left out of what is published in Public form about `quarter` (DESIGN section 4, rule 9)."""
        return (
            self.exempt_from is not None
            and self.exempt_from <= quarter
            and (self.exempt_until is None or self.exempt_until >= quarter)
        )

    def owner_on(self, quarter: Quarter) -> User | None:
        """Who led it at the quarter's end, for labels; before the first owner's time, the first owner."""
        owners = sorted(self.owners.all(), key=lambda owner: owner.since)
        return self.leader_on(quarter.ends) or (owners[0].user if owners else None)

    def leader_on(self, day: datetime.date) -> User | None:
        """Who leads it on a day, as `led_by` asks of many; nobody before the first owner's time."""
        in_time = [owner for owner in self.owners.all() if owner.since <= day]
        return max(in_time, key=lambda owner: owner.since).user if in_time else None

    def title_in(self, quarter: Quarter) -> str:
        """How messages and e-mails name it: "Theme 3, deliverable 15, Quarter 1, 2020-21"."""
        return f"Theme {self.theme.number}, deliverable {self.number}, {quarter.label}"

    @property
    def leaders(self) -> list[tuple[User, datetime.date, datetime.date | None]]:
        """Who led it, from which day, and until which; the last one's end is open."""
        owners = sorted(self.owners.all(), key=lambda owner: owner.since)
        ends = [owner.since - datetime.timedelta(days=1) for owner in owners[1:]]
        return [(owner.user, owner.since, end) for owner, end in zip_longest(owners, ends)]

    def owner_label_on(self, quarter: Quarter) -> str:
        """What the column Organisation prints for the quarter; empty while nobody leads it."""
        owner = self.owner_on(quarter)
        return owner.owner_label if owner else ""


class DeliverableOwner(models.Model):
    """Who leads a deliverable from a day on, until the next one does."""

    deliverable = models.ForeignKey(Deliverable, on_delete=models.CASCADE, related_name="owners")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ownerships", verbose_name="led by"
    )
    since = models.DateField(validators=SENSIBLE_DAY)
    history = HistoricalRecords()

    class Meta:
        ordering = ["deliverable_id", "since"]
        constraints = [models.UniqueConstraint(fields=["deliverable", "since"], name="one_owner_from_a_day_on")]

    def __str__(self) -> str:
        return f"{self.user} since {self.since}"


class DatePrecision(models.TextChoices):
    """How much of an update's date is known and printed."""

    DAY = "day", "Day"
    MONTH = "month", "Month"
    NONE = "none", "No date"


class UpdateContent(models.Model):
    """What an owner writes, and what is approved of it."""

    rating = models.ForeignKey(Rating, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    narrative = models.TextField(blank=True, help_text="As narrative.clean() leaves it.")
    date = models.DateField(null=True, blank=True, help_text="The first of the month where only the month is known.")
    date_precision = models.CharField(max_length=5, choices=DatePrecision, default=DatePrecision.DAY)
    recovery_step = models.TextField(blank=True, validators=[MaxLengthValidator(1000)])
    recovery_by = models.DateField(null=True, blank=True)
    earlier = QuarterListField(help_text="The quarters whose approved updates are printed below it, newest first.")

    CONTENT = ("rating", "narrative", "date", "date_precision", "recovery_step", "recovery_by", "earlier")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(date__isnull=True, date_precision=DatePrecision.NONE)
                | (Q(date__isnull=False) & ~Q(date_precision=DatePrecision.NONE)),
                name="%(class)s_date_goes_with_its_precision",
            ),
            models.CheckConstraint(
                condition=Q(date_precision__in=DatePrecision.values), name="%(class)s_date_precision_is_known"
            ),
        ]

    @property
    def rating_value(self) -> RatingValue | None:
        return self.rating.value if self.rating else None

    @property
    def parsed(self) -> Narrative:
        return parse(self.narrative)

    @property
    def date_label(self) -> str:
        """The date as far as it is known: "28 March 2020", "April 2020", or nothing."""
        if self.date is None:
            return ""
        return date_format(self.date, "j F Y" if self.date_precision == DatePrecision.DAY else "F Y")


class UpdateState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    APPROVED = "approved", "Approved"


class QuarterlyUpdate(UpdateContent):
    """The one update of a deliverable for a reporting period, as it is being written.

    Figures and reports never read it: they read `ApprovedUpdate`. Written by the verbs in `actions.py` only.
    """

    deliverable = models.ForeignKey(Deliverable, on_delete=models.PROTECT, related_name="updates")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="updates")
    state = models.CharField(max_length=10, choices=UpdateState, default=UpdateState.DRAFT)
    last_changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    last_changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, help_text="Counts the saves, so that no edit is lost to another.")
    history = HistoricalRecords()

    objects = UpdateQuerySet.as_manager()

    class Meta:
        ordering = ["deliverable_id", "period_id"]
        constraints = [
            *UpdateContent.Meta.constraints,
            models.UniqueConstraint(fields=["deliverable", "period"], name="one_update_per_deliverable_and_period"),
            models.CheckConstraint(
                condition=Q(state=UpdateState.DRAFT) | Q(rating__isnull=False), name="submitted_only_with_a_rating"
            ),
            models.CheckConstraint(condition=Q(state__in=UpdateState.values), name="update_state_is_known"),
        ]
        indexes = [models.Index(fields=["period", "state"])]

    def __str__(self) -> str:
        return f"{self.deliverable}, {self.period.quarter}"

    @property
    def title(self) -> str:
        """How messages and e-mails name it."""
        return self.deliverable.title_in(self.period.quarter)


class ApprovedUpdate(UpdateContent):
    """What was last approved of an update, with the number, wording and owner label it was approved under.

    It stands unchanged while a reopened update is being written again, until that is approved; what it said
    before is in its history.
    """

    update = models.OneToOneField(QuarterlyUpdate, on_delete=models.PROTECT, primary_key=True, related_name="approved")
    number = models.PositiveSmallIntegerField()
    wording = models.TextField()
    owner_label = models.CharField(max_length=30)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()
    words = models.TextField(blank=True, editable=False, help_text="All of its text, for searching.")
    history = HistoricalRecords(excluded_fields=["words"])

    objects = ApprovedUpdateQuerySet.as_manager()

    class Meta:
        constraints = [
            *UpdateContent.Meta.constraints,
            models.CheckConstraint(condition=Q(rating__isnull=False), name="approved_only_with_a_rating"),
        ]

    def __str__(self) -> str:
        return f"{self.update}, approved"


class Extension(models.Model):
    """More time for one deliverable's update: it is due later, and until then a locked quarter is open to it."""

    deliverable = models.ForeignKey(Deliverable, on_delete=models.CASCADE, related_name="extensions")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.CASCADE, related_name="extensions")
    until = models.DateField(validators=SENSIBLE_DAY, help_text="The last day on which it can be written.")
    reason = models.TextField(validators=[MaxLengthValidator(1000)])
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    history = HistoricalRecords()

    class Meta:
        ordering = ["deliverable_id", "period_id"]
        constraints = [
            models.UniqueConstraint(fields=["deliverable", "period"], name="one_extension_per_deliverable_and_period"),
            models.CheckConstraint(condition=~Q(reason=""), name="extended_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.deliverable} until {date_format(self.until)}"


class UpdateEvent(models.Model):
    """A step in an update's life: who, when, and the note that went with it."""

    class Step(models.TextChoices):
        SUBMITTED = "submitted", "Submitted"
        RETURNED = "returned", "Returned"
        APPROVED = "approved", "Approved"
        REOPENED = "reopened", "Reopened"
        IMPORTED = "imported", "Imported as approved"

    update = models.ForeignKey(QuarterlyUpdate, on_delete=models.CASCADE, related_name="events")
    step = models.CharField(max_length=10, choices=Step)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True, validators=[MaxLengthValidator(2000)])
    file = models.ForeignKey(
        PlanFile, on_delete=models.PROTECT, null=True, blank=True, related_name="events", help_text="It came from."
    )

    objects = UpdateEventQuerySet.as_manager()

    class Meta:
        ordering = ["update_id", "at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(step__in=["returned", "reopened"]) | ~Q(note=""), name="returned_and_reopened_with_a_note"
            ),
            models.CheckConstraint(
                condition=Q(step__in=["submitted", "returned", "approved", "reopened", "imported"]),
                name="step_is_known",
            ),
            models.CheckConstraint(
                condition=Q(step="imported", file__isnull=False) | (~Q(step="imported") & Q(file__isnull=True)),
                name="imported_from_a_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} by {self.by} on {date_format(self.at)}"
