"""Whether a database is empty, so that nobody's rows are mixed with the demonstration's or an archive's."""

from django.apps import apps
from django.db import connection


class NotEmpty(Exception):
    """The database holds something already; the message says what."""


def tables() -> list[str]:
    """The tables that the database has, of this product or not."""
    return connection.introspection.table_names()


def refuse_unless_empty() -> None:
    """Raise NotEmpty where the database has another product's tables, or a row in one of ours."""
    own = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    own_names = {*own, "django_migrations", "cache"}
    there = tables()
    # FTS5 keeps each of its tables in several, which are all named after the one that is searched.
    if strange := [name for name in there if name.partition("_fts")[0] not in own_names]:
        raise NotEmpty(f"it has tables that are not PCC Tracker's ({', '.join(sorted(strange)[:5])})")
    filled_by_migrate = {"django_content_type", "auth_permission"}
    for name, model in own.items():
        if name in there and name not in filled_by_migrate and model._base_manager.exists():
            raise NotEmpty(f"it has {model._meta.verbose_name_plural} in it")
