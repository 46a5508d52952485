from django.apps import AppConfig


class DiscoveryConfig(AppConfig):
    name = "shoutu.platform.discovery"
    label = "discovery"
