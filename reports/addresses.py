"""Where a report and its sections are mended: the addresses that checks and pages lead to."""

from django.urls import reverse

from reports.models import PanelReport
from reports.sections import SectionKind


def report_address(report: PanelReport) -> str:
    return reverse("report", args=[report.slug])


def section_address(report: PanelReport, kind: SectionKind) -> str:
    return reverse("write_section", args=[report.slug, kind])
