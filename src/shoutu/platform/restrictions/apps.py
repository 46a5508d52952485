from django.apps import AppConfig


class RestrictionsConfig(AppConfig):
    name = "shoutu.platform.restrictions"
    label = "restrictions"
