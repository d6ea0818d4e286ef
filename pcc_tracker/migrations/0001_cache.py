from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias)


def drop(apps, schema_editor):
    schema_editor.execute('DROP TABLE "cache"')


class Migration(migrations.Migration):
    """The table of the cache, in which sign-in counts its failed tries."""

    dependencies = []
    operations = [migrations.RunPython(create, drop)]
