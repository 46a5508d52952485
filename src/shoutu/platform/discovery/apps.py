from django.apps import AppConfig


class DiscoveryConfig(AppConfig):
    name = "shoutu.platform.discovery"
    label = "discovery"

    def ready(self) -> None:
        from shoutu.platform.discovery import crossing_again
        from shoutu.platform.territory import registered

        registered.on_registration(crossing_again.on_registration)
