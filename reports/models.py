"""The Panel's meetings, the reports prepared for them, and what the office's reports begin with."""

import datetime
import re

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.formats import date_format
from simple_history.models import HistoricalRecords

from reports.edition_models import (  # noqa: F401 - where Django looks for models
    Edition,
    EditionDecision,
    EditionFigure,
    EditionFile,
    EditionRow,
    EditionTheme,
)
from reports.fields import ColumnsField
from reports.options import Classification, Exceptions, Options
from reports.panel_models import MeetingAction, Question  # noqa: F401 - likewise
from reports.querysets import ReportQuerySet
from reports.sections import OFFICE_TEXTS, SectionKind, SectionText
from themes.fields import QuarterField
from themes.models import SENSIBLE_DAY, Plan, Theme
from themes.place import themes_in_words


class PanelMeeting(models.Model):
    """A meeting of the Police and Crime Panel."""

    date = models.DateField(
        unique=True, validators=SENSIBLE_DAY, error_messages={"unique": "There is a meeting on this day already."}
    )
    papers_due = models.DateField(
        null=True, blank=True, validators=SENSIBLE_DAY, help_text="The day by which the papers have to be out."
    )
    note = models.TextField(blank=True, validators=[MaxLengthValidator(1000)])
    history = HistoricalRecords()

    class Meta:
        ordering = ["date"]
        constraints = [
            models.CheckConstraint(
                condition=Q(papers_due__isnull=True) | Q(papers_due__lte=models.F("date")),
                name="papers_are_due_before_the_meeting",
                violation_error_message="The papers are due after the meeting.",
            )
        ]

    def __str__(self) -> str:
        return f"Meeting of {date_format(self.date)}"

    @property
    def due(self) -> datetime.date:
        """When its papers have to be out: the day of the meeting unless another is set."""
        return self.papers_due or self.date


class ProgrammeItem(models.Model):
    """A line of the work programme: a theme's quarter that is to go to a meeting."""

    meeting = models.ForeignKey(PanelMeeting, on_delete=models.CASCADE, related_name="programme")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="programme")
    quarter = QuarterField()
    history = HistoricalRecords()

    class Meta:
        ordering = ["meeting__date", "quarter", "theme__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "theme", "quarter"],
                name="one_line_per_meeting_theme_and_quarter",
                violation_error_message="This theme's quarter is on the meeting's programme already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.theme}, {self.quarter.label}"


class CoverFacts(models.Model):
    """What stands over a covering report, and how its appendix is printed."""

    for_line = models.CharField("for", max_length=60, default="For Consideration")
    report_to = models.CharField(max_length=200, default="Police and Crime Panel")
    report_of = models.CharField(max_length=200, default="Police and Crime Commissioner")
    author = models.CharField(max_length=200, blank=True, help_text="By role, such as Chief Executive.")
    author_email = models.EmailField("author's e-mail", blank=True)
    author_phone = models.CharField("author's telephone", max_length=40, blank=True)
    other_contact = models.CharField(max_length=200, blank=True, help_text="By role.")
    other_email = models.EmailField("other contact's e-mail", blank=True)
    other_phone = models.CharField("other contact's telephone", max_length=40, blank=True)
    columns = ColumnsField(help_text="The appendix's columns beyond number, organisation, deliverable and rating.")
    exceptions = models.CharField(
        "red and amber",
        max_length=20,
        choices=[(one.value, one.value.capitalize()) for one in Exceptions],
        default=Exceptions.AMONG,
    )
    evidence = models.BooleanField(
        "evidence of need",
        default=False,
        help_text='From the needs assessment, such as: Very high risk "Organised crime groups" (Needs Assessment '
        "2014-15, 4.3). Below a deliverable that answers none there is no such line.",
    )

    FACTS = (
        "for_line", "report_to", "report_of", "author", "author_email", "author_phone", "other_contact",
        "other_email", "other_phone", "columns", "exceptions", "evidence",
    )  # fmt: skip

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(exceptions__in=list(Exceptions)), name="%(class)s_exceptions_are_known")
        ]

    @property
    def options(self) -> Options:
        return Options(self.columns, Exceptions(self.exceptions), self.evidence)


class ReportDefaults(CoverFacts):
    """What the office's next report begins with: one row."""

    history = HistoricalRecords()

    class Meta:
        constraints = [
            *CoverFacts.Meta.constraints,
            models.CheckConstraint(condition=Q(pk=1), name="there_is_one_set_of_report_defaults"),
        ]

    def __str__(self) -> str:
        return "What reports begin with"

    @classmethod
    def get(cls) -> "ReportDefaults":
        return cls.objects.first() or cls(pk=1)


class OfficeSection(models.Model):
    """The text that the office keeps for a section; where there is none, the product's own is used."""

    kind = models.CharField(max_length=20, unique=True, choices=[(one.value, one.value) for one in SectionKind])
    heading = models.CharField(max_length=200)
    qualifier = models.CharField("whom it is for", max_length=200, blank=True)
    text = models.TextField(blank=True, help_text="As narrative.clean() leaves it.")
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(SectionKind)), name="office_section_kind_is_known")
        ]

    def __str__(self) -> str:
        return self.heading

    @classmethod
    def texts(cls) -> dict[SectionKind, SectionText]:
        """What each section begins with, in the report's order."""
        kept = {one.kind: SectionText(one.heading, one.text, one.qualifier) for one in cls.objects.all()}
        return {kind: kept.get(kind.value, OFFICE_TEXTS[kind]) for kind in SectionKind}


class WordTemplate(models.Model):
    """A Word file whose styles, header, footer and logo the office's reports have. The latest row counts."""

    file_name = models.CharField(max_length=200, blank=True)
    content = models.BinaryField(blank=True, help_text="Empty: the product's own look again.")
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name or "The product's own"

    @classmethod
    def current(cls) -> "WordTemplate | None":
        """The one in use, its content left in the database until it is asked for; None for the product's own look."""
        latest = cls.objects.defer("content").annotate(size=Length("content")).first()
        return latest if latest and latest.size else None


class PanelReport(CoverFacts):
    """A report for a meeting, on one or more themes at a quarter, as it is being prepared."""

    slug = models.SlugField(max_length=120, unique=True, editable=False, help_text="Names it in addresses, for good.")
    meeting = models.ForeignKey(PanelMeeting, on_delete=models.PROTECT, related_name="reports")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="reports")
    quarter = QuarterField()
    themes = models.ManyToManyField(Theme, related_name="reports")
    agenda_item = models.CharField(max_length=20, blank=True)
    classification = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in Classification], default=Classification.PUBLIC
    )
    history = HistoricalRecords(m2m_fields=[themes])

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-meeting__date", "agenda_item", "-quarter", "slug"]
        constraints = [
            *CoverFacts.Meta.constraints,
            models.CheckConstraint(
                condition=Q(classification__in=list(Classification)), name="report_classification_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan}, {self.themes_label}, {self.quarter.label}"

    @property
    def themes_label(self) -> str:
        return themes_in_words([theme.number for theme in self.themes.all()])

    @property
    def particulars(self) -> str:
        """What tells it from another report on the same themes and quarter."""
        agenda_item = f"agenda item {self.agenda_item}" if self.agenda_item else ""
        return ", ".join(part for part in (self.classification, agenda_item, self.ordinal) if part)

    @property
    def ordinal(self) -> str:
        """Which of several on the same themes and quarter it is, by its address: empty for the first, then report 2."""
        number = re.search(r"-q[1-4]-(\d+)$", self.slug)
        return f"report {number[1]}" if number else ""

    @property
    def numbered_label(self) -> str:
        return f"{self.themes_label} ({self.ordinal})" if self.ordinal else self.themes_label

    @property
    def full_title(self) -> str:
        """As `str()`, told from other reports on the same."""
        return f"{self} ({self.particulars})"

    @property
    def is_public(self) -> bool:
        return self.classification == Classification.PUBLIC

    @property
    def state(self) -> str:
        """How far it has come, in words, by its last edition."""
        latest = max(self.editions.all(), key=lambda edition: edition.number, default=None)
        if latest is None:
            return "In preparation"
        return f"{latest.version} withdrawn from view" if latest.is_withdrawn else f"Published {latest.version}"


class ReportSection(models.Model):
    """A section of a report that was edited by hand. One that was not has no row: it is filled each time."""

    report = models.ForeignKey(PanelReport, on_delete=models.CASCADE, related_name="sections")
    kind = models.CharField(max_length=20, choices=[(one.value, one.value) for one in SectionKind])
    text = models.TextField(blank=True, help_text="As it was written, cleaned.")
    filled = models.TextField(blank=True, help_text="What the office's text was filled with when it was written.")
    history = HistoricalRecords()

    class Meta:
        ordering = ["report_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "kind"], name="one_section_per_report_and_kind"),
            models.CheckConstraint(condition=Q(kind__in=list(SectionKind)), name="report_section_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.report}: {self.kind}"
