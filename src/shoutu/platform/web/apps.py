from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "shoutu.platform.web"
    label = "web"

    def ready(self) -> None:
        from shoutu.platform.web import waiting

        waiting.hang()
