from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "shoutu.platform.territory"
    label = "territory"
