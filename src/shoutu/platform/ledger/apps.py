from django.apps import AppConfig
from django.db.backends.signals import connection_created


class LedgerConfig(AppConfig):
    name = "shoutu.platform.ledger"
    label = "ledger"

    def ready(self) -> None:
        from shoutu.platform.acts import guard

        def watch(connection: object, **_: object) -> None:
            wrappers = connection.execute_wrappers  # type: ignore[attr-defined]
            if guard not in wrappers:
                wrappers.append(guard)

        connection_created.connect(watch, weak=False, dispatch_uid="shoutu.acts.guard")
