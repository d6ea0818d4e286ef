from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "needs"

    def ready(self) -> None:
        """Public pages are made of assessments too."""
        from needs.models import Assessment, DeliverableLink, Need, Section, ThemeLink
        from reports.public_pages import SHOWN

        SHOWN.extend((Assessment, Section, Need, ThemeLink, DeliverableLink))
