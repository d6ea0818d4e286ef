from django.db import migrations

from deliverables import search_index

TABLE = "deliverables_approvedupdate"


def create(apps, schema_editor):
    search_index.create(schema_editor, table=TABLE, key="update_id", wording="wording")


def drop(apps, schema_editor):
    search_index.drop(schema_editor, table=TABLE, wording="wording")


class Migration(migrations.Migration):
    """What is approved can be searched."""

    dependencies = [("deliverables", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
