"""The plan, its themes, the ratings it uses, and the quarters it is reported in."""

import datetime
import hashlib
from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from themes.fields import QuarterField
from themes.quarters import FinancialYear
from themes.ratings import Kind, RatingValue, stylesheet

FIRST_DAY, LAST_DAY = datetime.date(1990, 1, 1), datetime.date(2150, 12, 31)
NO_DAY = "Enter a real date, like 28/03/2020."
SENSIBLE_DAY = [MinValueValidator(FIRST_DAY, NO_DAY), MaxValueValidator(LAST_DAY, NO_DAY)]
"""A half-typed year, such as 0020, is a real day too, and no plan's."""

SENSIBLE_YEAR = [
    MinValueValidator(FIRST_DAY.year, "Enter a year from %(limit_value)s on."),
    MaxValueValidator(LAST_DAY.year, "Enter a year up to %(limit_value)s."),
]
MOST_YEARS = 20

PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


class RatingScheme(models.Model):
    """The ratings that a plan uses. Other offices have others, such as Blue for complete."""

    name = models.CharField(max_length=100, unique=True)
    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.name

    @cached_property
    def values(self) -> tuple[RatingValue, ...]:
        """The scheme's ratings in its order, as plain values."""
        return tuple(rating.value for rating in self.ratings.all())

    @property
    def stylesheet(self) -> str:
        return stylesheet(self.values)

    @property
    def stylesheet_address(self) -> str:
        digest = hashlib.sha256(self.stylesheet.encode()).hexdigest()[:12]
        return reverse("rating_colours", args=[self.pk, digest])


class Rating(models.Model):
    """One rating of a scheme: the only place that says its letter, name, colour and meaning."""

    scheme = models.ForeignKey(RatingScheme, on_delete=models.CASCADE, related_name="ratings")
    code = models.CharField(
        max_length=4, validators=[RegexValidator(r"^[A-Za-z0-9]+\Z", "Use letters and digits only.")]
    )
    name = models.CharField(max_length=40)
    definition = models.CharField(max_length=300)
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value.capitalize()) for kind in Kind])
    colour = models.CharField(
        max_length=7, validators=[RegexValidator(r"^#[0-9a-f]{6}\Z", "Write the colour like #00703c.")]
    )
    order = models.PositiveSmallIntegerField()
    needs_recovery = models.BooleanField(
        default=False, help_text="Whether an update with this rating must say how and when it gets back on course."
    )
    history = HistoricalRecords()

    class Meta:
        ordering = ["scheme_id", "order"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="one_code_per_scheme"),
            models.UniqueConstraint(fields=["scheme", "name"], name="one_name_per_scheme"),
            models.UniqueConstraint(fields=["scheme", "order"], name="one_place_per_scheme"),
            models.UniqueConstraint(
                fields=["scheme"], condition=Q(kind=Kind.NOT_STARTED), name="one_not_started_rating_per_scheme"
            ),
            models.CheckConstraint(condition=Q(kind__in=list(Kind)), name="rating_kind_is_known"),
            # Both stand in a stylesheet, so nothing but a code and a colour may be in them.
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Za-z0-9]+\Z"), name="rating_code_is_plain"),
            models.CheckConstraint(condition=Q(colour__regex=r"^#[0-9a-f]{6}\Z"), name="rating_colour_is_a_colour"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_used(self) -> bool:
        """Whether any update is rated by it."""
        rated = Q(updates__rating=self.pk) | Q(updates__approved__rating=self.pk)
        return ReportingPeriod.objects.filter(rated).exists()

    @cached_property
    def value(self) -> RatingValue:
        return RatingValue(
            code=self.code,
            name=self.name,
            kind=Kind(self.kind),
            colour=self.colour,
            definition=self.definition,
            needs_recovery=self.needs_recovery,
        )


class Plan(models.Model):
    """A Police and Crime Plan: the years it covers, its ratings and the wording of its overall progress."""

    title = models.CharField(max_length=200, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    start_year = models.PositiveSmallIntegerField(
        validators=SENSIBLE_YEAR, help_text="The calendar year that the plan starts in, such as 2018."
    )
    end_year = models.PositiveSmallIntegerField(
        validators=SENSIBLE_YEAR, help_text="The calendar year that the plan ends in, such as 2021."
    )
    presented = models.DateField(
        null=True, blank=True, validators=SENSIBLE_DAY, help_text="When the plan was presented to the Panel."
    )
    rating_scheme = models.ForeignKey(RatingScheme, on_delete=models.PROTECT, related_name="plans")
    history = HistoricalRecords()

    class Meta:
        ordering = ["-start_year", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_year__gt=F("start_year")),
                name="plan_ends_after_it_starts",
                violation_error_message="The plan ends before it starts.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def years(self) -> tuple[FinancialYear, ...]:
        """The financial years it covers: 2018 to 2021 are 2018-19, 2019-20 and 2020-21."""
        return tuple(FinancialYear(start) for start in range(self.start_year, self.end_year))

    def clean(self) -> None:
        """The scheme has a rating for Not started, which rule 2 needs, and stays once updates are rated by it."""
        if self.start_year and self.end_year and self.end_year - self.start_year > MOST_YEARS:
            raise ValidationError({"end_year": f"A plan covers at most {MOST_YEARS} years."})
        if self.rating_scheme_id is None:
            return
        if not self.rating_scheme.ratings.filter(kind=Kind.NOT_STARTED).exists():
            raise ValidationError({"rating_scheme": "Choose a scheme that has a rating for Not started."})
        stored = Plan.objects.filter(pk=self.pk).exclude(rating_scheme=self.rating_scheme_id)
        if stored.filter(themes__periods__updates__rating__isnull=False).exists():
            raise ValidationError({"rating_scheme": "Updates are rated by the scheme it has, so it cannot be changed."})


class WordingBand(models.Model):
    """From which share on a theme's progress is called "very good" and so on (DESIGN section 4, rule 4)."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="wording_bands")
    wording = models.CharField(max_length=40)
    least_on_course = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        validators=PERCENT,
        help_text="Least share of complete and on course, in percent.",
    )
    most_off_track = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        default=Decimal(100),
        validators=PERCENT,
        help_text="Most share of off track, in percent.",
    )
    history = HistoricalRecords()

    class Meta:
        ordering = ["plan_id", "-least_on_course", "most_off_track"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "wording"], name="one_band_per_wording"),
            models.CheckConstraint(
                condition=Q(least_on_course__range=(0, 100), most_off_track__range=(0, 100)),
                name="bands_are_percentages",
            ),
        ]

    def __str__(self) -> str:
        return self.wording


class Theme(models.Model):
    """A numbered theme of a plan."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="themes")
    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    title = models.CharField(max_length=200)
    history = HistoricalRecords()

    class Meta:
        ordering = ["plan_id", "number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="one_theme_per_number")]

    def __str__(self) -> str:
        return f"Theme {self.number}: {self.title}"

    @property
    def short(self) -> str:
        return f"T{self.number}"


class ReportingPeriod(models.Model):
    """One theme's quarter: when it opens, when updates are due, the day its figures stand at."""

    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="periods")
    quarter = QuarterField()
    opens = models.DateField(validators=SENSIBLE_DAY)
    updates_due = models.DateField(validators=SENSIBLE_DAY)
    as_at_set = models.DateField(
        "as-at date", null=True, blank=True, validators=SENSIBLE_DAY, help_text="The quarter's last day unless set."
    )
    locked_at = models.DateTimeField(null=True, blank=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="locked_periods"
    )
    notice = models.TextField(
        blank=True,
        validators=[MaxLengthValidator(1000)],
        help_text="Printed on every page of this theme and quarter.",
    )
    history = HistoricalRecords()

    class Meta:
        ordering = ["theme_id", "quarter"]
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "quarter"],
                name="one_period_per_theme_and_quarter",
                violation_error_message="This quarter is open for the theme already.",
            ),
            models.CheckConstraint(
                condition=Q(updates_due__gte=F("opens")),
                name="updates_are_due_after_opening",
                violation_error_message="The updates are due before the quarter opens for them.",
            ),
            models.CheckConstraint(
                condition=Q(locked_at__isnull=True, locked_by__isnull=True)
                | Q(locked_at__isnull=False, locked_by__isnull=False),
                name="locked_at_goes_with_locked_by",
            ),
        ]

    def __str__(self) -> str:
        return f"Theme {self.theme.number}, {self.quarter}"

    @property
    def as_at(self) -> datetime.date:
        """The day that the period's figures stand at."""
        return self.as_at_set or self.quarter.ends

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None
