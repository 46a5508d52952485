from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "shoutu.platform.ledger"
    label = "ledger"
