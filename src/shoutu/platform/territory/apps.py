from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "shoutu.platform.territory"
    label = "territory"

    def ready(self) -> None:
        from shoutu.platform.accounts import places
        from shoutu.platform.territory import queries

        places.register(queries.names)
