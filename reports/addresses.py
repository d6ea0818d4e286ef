"""Addresses that more than one room leads to: of a report and its sections, and whole ones for files and e-mails."""

from django.conf import settings
from django.urls import reverse

from reports.models import PanelReport
from reports.sections import SectionKind


def absolute(address: str) -> str:
    """The whole of an address of this site: it begins with the setting SITE_URL, never with what a request says."""
    return f"{settings.SITE_URL}{address}"


def report_address(report: PanelReport) -> str:
    return reverse("report", args=[report.slug])


def section_address(report: PanelReport, kind: SectionKind) -> str:
    return reverse("write_section", args=[report.slug, kind])
