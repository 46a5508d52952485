"""The one row of the head: an empty tree."""

from django.db import migrations


def plant(apps, schema_editor):
    apps.get_model("ledger", "Head").objects.get_or_create(id=1)


class Migration(migrations.Migration):
    dependencies = (("ledger", "0001_initial"),)
    operations = (migrations.RunPython(plant, migrations.RunPython.noop),)
