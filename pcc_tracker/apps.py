from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class PccTrackerConfig(AppConfig):
    name = "pcc_tracker"


class StaticFiles(StaticFilesConfig):
    """Django's, without what else plotly's package holds beside the one file that pages load."""

    default = False
    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "widgetbundle.js", "datasets", "templates"]
