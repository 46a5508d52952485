from django.apps import AppConfig


class EnforcementConfig(AppConfig):
    name = "shoutu.platform.enforcement"
    label = "enforcement"
