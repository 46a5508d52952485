from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "shoutu.platform.web"
    label = "web"
