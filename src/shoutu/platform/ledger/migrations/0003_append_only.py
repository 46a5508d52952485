"""The database itself refuses to change the record."""

from django.db import migrations

from shoutu.platform.ledger import append_only


def install(apps, schema_editor):
    append_only.install(schema_editor.connection)


def remove(apps, schema_editor):
    append_only.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = (("ledger", "0002_head"),)
    operations = (migrations.RunPython(install, remove),)
