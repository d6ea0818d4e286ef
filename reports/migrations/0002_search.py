from django.db import migrations

from deliverables import search_index

TABLE = "reports_editionrow"


def create(apps, schema_editor):
    search_index.create(schema_editor, table=TABLE, key="id", wording="deliverable")


def drop(apps, schema_editor):
    search_index.drop(schema_editor, table=TABLE, wording="deliverable")


class Migration(migrations.Migration):
    """What is published can be searched."""

    dependencies = [("reports", "0001_initial"), ("deliverables", "0002_search")]
    operations = [migrations.RunPython(create, drop)]
