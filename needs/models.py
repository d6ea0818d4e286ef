"""The needs assessment: the evidence that a plan is built on, and what answers each need (line of sight)."""

import uuid

from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from simple_history.models import HistoricalRecords

from deliverables.file_models import Upload
from deliverables.models import Deliverable
from needs.options import Audience, Level, Mark, NeedKind, Response
from needs.querysets import AssessmentQuerySet, NeedQuerySet
from themes.fields import FinancialYearField
from themes.models import Plan, Theme

LONGEST_NEED = 600
"""In characters. PostgreSQL's index of the wordings takes 2,700 bytes, so no more than four for each of them."""

LONGEST_REASON, LONGEST_NOTE = 1000, 500  # characters


def _choices(of: type) -> list[tuple[str, str]]:
    return [(one.value, one.value.capitalize()) for one in of]


class Assessment(models.Model):
    """A needs assessment of one financial year, and the plan that it informs."""

    slug = models.SlugField(max_length=120, unique=True, editable=False, help_text="Names it in addresses, for good.")
    title = models.CharField(max_length=200)
    period = FinancialYearField(help_text="The financial year that it is about, such as 2019-20.")
    informs = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="assessments", verbose_name="plan that it informs"
    )
    cross_cutting = models.TextField(
        "cross-cutting themes", blank=True, validators=[MaxLengthValidator(2000)], help_text="One a line."
    )
    audience = models.CharField("who may see it", max_length=30, choices=_choices(Audience), default=Audience.OFFICE)
    follows = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="followed_by"
    )
    history = HistoricalRecords()

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-period", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["title", "period"],
                name="one_assessment_of_a_title_and_period",
                violation_error_message="There is an assessment of this title and year already.",
            ),
            models.CheckConstraint(condition=Q(audience__in=list(Audience)), name="assessment_audience_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.period}"

    def get_absolute_url(self) -> str:
        return reverse("assessment", args=[self.slug])

    @property
    def copy(self) -> "Assessment | None":
        """The one that it was copied forward to; one query."""
        return Assessment.objects.filter(follows=self).first()

    @property
    def cross_cutting_themes(self) -> list[str]:
        return [line.strip() for line in self.cross_cutting.splitlines() if line.strip()]


class Section(models.Model):
    """A section of an assessment, in the document's own numbering."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="sections")
    number = models.CharField(
        max_length=20,
        validators=[
            RegexValidator(r"^[0-9A-Za-z]+(\.[0-9A-Za-z]+)*\Z", "Write the number like 4, 4.3 or A.1, without blanks.")
        ],
    )
    title = models.CharField(max_length=200)
    history = HistoricalRecords()

    class Meta:
        ordering = ["assessment_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "number"],
                name="one_section_of_a_number",
                violation_error_message="Another section of the assessment has this number.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Need(models.Model):
    """A risk or a recommendation as a section lists it.

    Its `key` stays with it when the assessment is copied forward, and is the same for the same need in several
    sections of one assessment; so the rows that share one are one need, and what answers one of them answers all.
    A need that next year's assessment does not have any more stays in it as gone, with the reason.
    """

    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="needs")
    key = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    kind = models.CharField(max_length=20, choices=_choices(NeedKind))
    wording = models.TextField(validators=[MaxLengthValidator(LONGEST_NEED)])
    level = models.CharField(max_length=10, blank=True, choices=_choices(Level), help_text="Of a risk, where given.")
    response = models.CharField("the office’s response", max_length=20, blank=True, choices=_choices(Response))
    response_reason = models.TextField(blank=True, validators=[MaxLengthValidator(LONGEST_REASON)])
    gone_reason = models.TextField(
        blank=True, validators=[MaxLengthValidator(LONGEST_REASON)], help_text="Empty as long as it stands."
    )
    history = HistoricalRecords()

    objects = NeedQuerySet.as_manager()

    class Meta:
        ordering = ["section_id", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(NeedKind)), name="need_kind_is_known"),
            models.CheckConstraint(condition=~Q(wording=""), name="need_says_something"),
            models.CheckConstraint(
                condition=Q(level="") | Q(level__in=list(Level), kind=NeedKind.RISK),
                name="a_risk_alone_has_a_level",
                violation_error_message="Only a risk has a level.",
            ),
            models.CheckConstraint(
                condition=Q(response="", response_reason="")
                | Q(response=Response.ACCEPTED, kind=NeedKind.RECOMMENDATION)
                | (
                    Q(response__in=[Response.IN_PART, Response.NOT_ACCEPTED], kind=NeedKind.RECOMMENDATION)
                    & ~Q(response_reason="")
                ),
                name="a_recommendation_alone_has_a_response",
                violation_error_message="Only a recommendation has a response; say why it is not accepted as it is.",
            ),
            models.UniqueConstraint(
                "section",
                "kind",
                Lower("wording"),
                name="one_need_of_a_wording_in_a_section",
                violation_error_message="The section has this already.",
            ),
            models.UniqueConstraint(
                fields=["section", "key"],
                name="one_need_of_a_key_in_a_section",
                violation_error_message="The section has this already, in other words.",
            ),
        ]

    def __str__(self) -> str:
        return self.wording

    @property
    def is_risk(self) -> bool:
        return self.kind == NeedKind.RISK

    @property
    def is_gone(self) -> bool:
        return self.gone_reason != ""

    def mark_since(self, before: "Need | None") -> Mark:
        """What became of it since last year's, which is None where it was not in that."""
        if self.is_gone:
            return Mark.GONE
        if before is None:
            return Mark.NEW
        return Mark.KEPT if (self.wording, self.level) == (before.wording, before.level) else Mark.CHANGED


class ThemeLink(models.Model):
    """A theme that a need names: of any plan, with a note why."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="theme_links")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="need_links")
    note = models.TextField("why", blank=True, validators=[MaxLengthValidator(LONGEST_NOTE)])
    history = HistoricalRecords()

    class Meta:
        ordering = ["need_id", "theme__plan_id", "theme__number"]
        constraints = [models.UniqueConstraint(fields=["need", "theme"], name="one_link_of_need_and_theme")]

    def __str__(self) -> str:
        return f"{self.need}: {self.theme}"


class DeliverableLink(models.Model):
    """A deliverable that answers a need, in all its years: one carried forward goes on answering it."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="deliverable_links")
    deliverable = models.ForeignKey(Deliverable, on_delete=models.PROTECT, related_name="need_links")
    note = models.TextField("why", blank=True, validators=[MaxLengthValidator(LONGEST_NOTE)])
    history = HistoricalRecords()

    class Meta:
        ordering = ["need_id", "deliverable_id"]
        constraints = [models.UniqueConstraint(fields=["need", "deliverable"], name="one_link_of_need_and_deliverable")]

    def __str__(self) -> str:
        return f"{self.need}: {self.deliverable}"


class NeedsFile(Upload):
    """A spreadsheet of needs."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="files")
