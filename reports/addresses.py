"""Where a report and its parts are mended: the addresses that checks and pages lead to."""

from django.urls import reverse

from reports.edition_models import Edition
from reports.models import PanelReport
from reports.sections import SectionKind

REPORT_PAGE = "publish_report"
"""The page that a report is prepared on."""


def report_address(report: PanelReport) -> str:
    return reverse(REPORT_PAGE, args=[report.slug])


def section_address(report: PanelReport, kind: SectionKind) -> str:
    return f"{report_address(report)}#{kind}"


def edition_address(edition: Edition) -> str:
    """Where an edition is looked after: its report's page."""
    return reverse(REPORT_PAGE, args=[edition.slug])
