from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "shoutu.platform.accounts"
    label = "accounts"
