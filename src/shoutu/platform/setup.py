"""Loading the platform from a command: settings, guard on every connection, schema up to date."""

from __future__ import annotations

import os


def load() -> None:
    """Make Django ready. Commands call it before they import an app."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shoutu.platform.settings")
    import django

    django.setup()


def migrate() -> None:
    """Bring the schema of the records up to date."""
    from django.core.management import call_command

    from shoutu.platform.acts import unsafe_writes

    with unsafe_writes("migration"):
        call_command("migrate", verbosity=0, interactive=False)
