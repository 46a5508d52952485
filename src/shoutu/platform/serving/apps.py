from django.apps import AppConfig


class ServingConfig(AppConfig):
    name = "shoutu.platform.serving"
    label = "serving"

    def ready(self) -> None:
        from shoutu.platform.serving import ahead
        from shoutu.platform.territory import registered

        registered.on_registration(ahead.start_if_worthwhile)
