"""Files that people brought in: kept as they were uploaded, until they are imported and then as the record of what was.

Reading one takes several short requests, each going on from what those before have kept; nothing of the plan is
touched before the last.
"""

from pathlib import PurePosixPath

from django.conf import settings
from django.db import models
from django.db.models import Q

from deliverables.narrative import storable
from themes.fields import QuarterField
from themes.models import Plan

LONGEST_NAME = 200


def kept_name(file_name: str) -> str:
    """What a file is kept as: its name, shortened before its ending where it is too long."""
    name = PurePosixPath(storable(file_name).strip() or "file")
    return (name.stem[: LONGEST_NAME - len(name.suffix)] + name.suffix)[-LONGEST_NAME:]


class Upload(models.Model):
    """A file as it was uploaded."""

    file_name = models.CharField(max_length=LONGEST_NAME)
    content = models.BinaryField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name


class PlanFile(Upload):
    """A delivery plan, or a quarter of one, from Word or a spreadsheet.

    `choices` are what people said of the whole file: the theme and quarter that it is about, and who leads what its
    column Organisation names; `importing/plan_values.py` says what stands in it.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="files", help_text="That it is brought into.")
    choices = models.JSONField(default=dict)
    found = models.JSONField(help_text="What was found in it beside its rows.")
    waiting = models.BinaryField(blank=True, help_text="Rows that were read and are not checked yet, packed.")
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    did = models.TextField(blank=True, help_text="What its import did, in words.")

    class Meta(Upload.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(imported_at__isnull=True, imported_by__isnull=True)
                | Q(imported_at__isnull=False, imported_by__isnull=False),
                name="imported_by_somebody",
            )
        ]


class PlanFileRow(models.Model):
    """A row of a file, as it was found and as it was put right."""

    file = models.ForeignKey(PlanFile, on_delete=models.CASCADE, related_name="rows")
    at = models.PositiveIntegerField()
    facts = models.JSONField(help_text="As `importing.found.FoundRow` keeps them.")
    put_right = models.JSONField(default=dict, help_text="What people wrote instead, by the names of its fields.")
    put_right_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    put_right_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["file_id", "at"]
        constraints = [models.UniqueConstraint(fields=["file", "at"], name="one_row_at_each_place_of_a_file")]

    def __str__(self) -> str:
        return f"{self.file}, row {self.at}"


class ReturnFile(Upload):
    """A workbook of a quarter's updates that was filled in away from the product."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="return_files")
    quarter = QuarterField()
