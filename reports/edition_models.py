"""What was published, as it was published: nothing here is read from other tables again (DESIGN section 4, rule 8).

An edition's rows, figures and files never change once they are written. Its one live fact is whether it was
withdrawn from view. `freezing.py` writes and reads the frozen tables.
"""

import hashlib

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from reports.options import Classification
from reports.querysets import EditionQuerySet
from themes.fields import QuarterField


class FrozenFigures(models.Model):
    """What was said of one set of deliverables beside the count of each rating."""

    deliverables_in_force = models.PositiveIntegerField()
    planned_for_later = models.PositiveIntegerField()
    overdue_to_start = models.PositiveIntegerField()
    complete_since_earlier = models.PositiveIntegerField()
    rounding_note = models.TextField(blank=True)
    overall = models.JSONField(null=True, blank=True, help_text="The overall wording with its workings.")
    exempt = models.PositiveIntegerField(help_text="How many deliverables were left out as exempt.")

    class Meta:
        abstract = True


class Edition(FrozenFigures):
    """One publication of a panel report: V1, V2, ..."""

    slug = models.SlugField(max_length=120, help_text="The report's, which names it in addresses.")
    number = models.PositiveSmallIntegerField()
    report = models.ForeignKey("PanelReport", on_delete=models.SET_NULL, null=True, blank=True, related_name="editions")
    classification = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Classification])
    schema = models.CharField(max_length=40)
    title = models.CharField(max_length=500)
    office = models.CharField(max_length=200)
    strapline = models.CharField(max_length=200, blank=True)
    plan = models.CharField(max_length=200)
    plan_slug = models.SlugField(max_length=80)
    quarter = QuarterField()
    meeting_date = models.DateField()
    agenda_item = models.CharField(max_length=20, blank=True)
    columns = models.JSONField(blank=True)
    exceptions = models.CharField(max_length=20)
    evidence = models.BooleanField(help_text="Whether the needs that deliverables answer are printed.")
    cover = models.JSONField(help_text="The covering report: its facts and its sections.")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_by_name = models.CharField(max_length=150)
    correction = models.TextField(
        blank=True, validators=[MaxLengthValidator(1000)], help_text="What a later edition put right."
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_reason = models.TextField(blank=True, validators=[MaxLengthValidator(1000)])
    history = HistoricalRecords()

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-meeting_date", "slug", "-number"]
        indexes = [models.Index(fields=["plan_slug", "quarter"])]
        constraints = [
            models.UniqueConstraint(fields=["slug", "number"], name="one_edition_per_number"),
            models.CheckConstraint(
                condition=Q(classification__in=list(Classification)), name="edition_classification_is_known"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="edition_withdrawn_by_whom_and_why",
            ),
            models.CheckConstraint(
                condition=Q(number=1, correction="") | (Q(number__gt=1) & ~Q(correction="")),
                name="later_editions_say_what_they_correct",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.quarter.label}, {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("edition", args=[self.slug, self.number])

    @property
    def version(self) -> str:
        return f"V{self.number}"

    @property
    def is_public(self) -> bool:
        return self.classification == Classification.PUBLIC

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class EditionTheme(FrozenFigures):
    """One theme of an edition."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="themes")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    as_at = models.DateField()
    notice = models.TextField(blank=True)
    not_printed = models.JSONField(help_text="How those stand that are counted and not printed, by key and number.")
    withdrawn = models.JSONField(help_text="The deliverables that were withdrawn, as they were printed.")
    exempt_keys = models.JSONField(help_text="Which deliverables were left out. Never shown, nor in any file.")

    class Meta:
        ordering = ["edition_id", "number"]
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="one_edition_theme_per_number")]

    def __str__(self) -> str:
        return f"Theme {self.number}: {self.title}"


class EditionFigure(models.Model):
    """A line of a status key as it was published. Without a theme it is of all the edition's themes together."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="figures")
    theme = models.ForeignKey(EditionTheme, on_delete=models.CASCADE, null=True, related_name="figures")
    order = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=4, blank=True, help_text='Empty for "No update".')
    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, blank=True)
    colour = models.CharField(max_length=7, blank=True)
    definition = models.CharField(max_length=300)
    count = models.PositiveIntegerField()
    of = models.PositiveIntegerField()

    class Meta:
        ordering = ["edition_id", "theme__number", "order"]
        constraints = [
            models.UniqueConstraint(fields=["theme", "order"], name="one_figure_per_place_of_a_theme"),
            models.UniqueConstraint(
                fields=["edition", "order"], condition=Q(theme__isnull=True), name="one_figure_per_place_of_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.count}/{self.of}"


class EditionRow(models.Model):
    """A deliverable with its updates as they were published. `key` is the deliverable's, from year to year."""

    theme = models.ForeignKey(EditionTheme, on_delete=models.CASCADE, related_name="rows")
    order = models.PositiveSmallIntegerField()
    key = models.UUIDField(db_index=True)
    number = models.PositiveSmallIntegerField()
    organisation = models.CharField(max_length=30, blank=True)
    deliverable = models.TextField()
    rating = models.JSONField(null=True, help_text="Code and name; nothing where there was no update.")
    standing = models.CharField(max_length=40)
    remark = models.CharField(max_length=100, blank=True)
    previous_rating = models.JSONField(null=True)
    since_last_quarter = models.CharField(max_length=20)
    due = QuarterField(null=True)
    completed = QuarterField(null=True, help_text="The quarter that it was marked complete in, where it was by then.")
    recovery = models.JSONField(null=True, help_text="The recovery step, and the date it should be on course again.")
    evidence = models.JSONField(help_text="The needs that it answers, as they were printed.")
    exempt = models.BooleanField(help_text="Whether Public form would leave it out.")
    updates = models.JSONField(help_text="What is printed below it: each with quarter, date, HTML and text.")
    words = models.TextField(blank=True, help_text="All of its text, for searching.")

    class Meta:
        ordering = ["theme_id", "order"]
        constraints = [
            models.UniqueConstraint(fields=["theme", "order"], name="one_edition_row_per_place"),
            models.UniqueConstraint(fields=["theme", "key"], name="one_edition_row_per_deliverable"),
        ]

    def __str__(self) -> str:
        return f"{self.theme}, {self.number}"


class EditionFile(models.Model):
    """A file of an edition: its bytes, and their SHA-256."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="files")
    form = models.CharField(max_length=10, help_text="As `formats.FORMATS` names it; `body` is what its page shows.")
    file_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["edition_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["edition", "form"], name="one_file_per_form")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_whole(self) -> bool:
        """Whether its bytes are still those that were published."""
        return hashlib.sha256(bytes(self.content)).hexdigest() == self.sha256


class EditionDecision(models.Model):
    """Something that was pointed out before publishing, and that a person decided to publish all the same."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="decisions")
    check_name = models.CharField(max_length=60)
    message = models.TextField()
    note = models.TextField(blank=True, validators=[MaxLengthValidator(1000)], help_text="Why, in the person's words.")

    class Meta:
        ordering = ["edition_id", "pk"]

    def __str__(self) -> str:
        return f"{self.check_name}: {self.message}"
