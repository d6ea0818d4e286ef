from django.apps import AppConfig


class PccTrackerConfig(AppConfig):
    name = "pcc_tracker"
