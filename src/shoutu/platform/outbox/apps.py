from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "shoutu.platform.outbox"
    label = "outbox"
