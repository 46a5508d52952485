from django.apps import AppConfig


class WarningsConfig(AppConfig):
    name = "shoutu.platform.warnings"
    label = "warnings"
