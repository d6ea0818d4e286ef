"""A PostgreSQL database of a test's own, made beside the suite's where the suite runs on PostgreSQL."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from django.conf import settings


def on_postgresql() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


@contextmanager
def new_postgresql(name: str) -> Iterator[str]:
    """The address of an empty database, as DATABASE_URL takes it; it goes with the block."""
    import psycopg2

    default = settings.DATABASES["default"]
    server = {
        "host": default["HOST"],
        "port": default["PORT"],
        "user": default["USER"],
        "password": default["PASSWORD"],
    }
    name = f"{name}_{uuid.uuid4().hex[:12]}"
    beside = psycopg2.connect(dbname="postgres", **server)
    beside.autocommit = True
    try:
        beside.cursor().execute(f"CREATE DATABASE {name}")
        who = f"{quote(server['user'])}:{quote(server['password'])}@{server['host']}:{server['port']}"
        yield f"postgres://{who}/{name}"
        beside.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        beside.close()
