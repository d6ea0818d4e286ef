"""Brings an archive that was checked into an empty database: all of it, with every row's key, or nothing."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import DataError, IntegrityError, connection, models, reset_queries, transaction
from django.db.models import Max
from tqdm import tqdm

from pcc_tracker.archive.cells import Column
from pcc_tracker.archive.checking import Archive
from pcc_tracker.archive.contents import Table
from pcc_tracker.archive.manifest import BadArchive
from pcc_tracker.empty import refuse_unless_empty
from reports.models import Edition
from reports.verifying import differences, gaps

_ROWS_AT_ONCE = 500


def restore(archive: Archive, bar: tqdm, *, whatever_differs: bool = False) -> list[str]:
    """Store everything in one transaction, and look whether it is all there and as it was published.

    Rows are stored as they are: no verb, signal or history entry goes with it, and the database fills what it searches
    in by itself. Raises NotEmpty, and BadArchive for what does not fit together; for an edition that is not as it was
    published too, unless it is to be stored `whatever_differs`, which is given back then. The bar counts rows.
    """
    bar.reset(total=archive.manifest.rows)
    try:
        with transaction.atomic():
            refuse_unless_empty()
            for table, _ in archive.tables:
                for rows in _batches(_rows(archive, table), 1 if table.kept else _ROWS_AT_ONCE):
                    _store(table, rows)
                    bar.update(len(rows))
            connection.check_constraints()
            for table, _ in archive.tables:
                _go_on_counting(table)
            _count_again(archive)
            differing = list(_differing())
            if differing and not whatever_differs:
                raise BadArchive(
                    f"{' '.join(differing[:5])} If it was so when the archive was made, say --whatever-differs."
                )
            return differing
    except (IntegrityError, DataError) as error:
        raise BadArchive(f"What is in it does not fit together: {' '.join(str(error).split())}") from error


def _rows(archive: Archive, table: Table) -> Iterator[models.Model]:
    names = [field.attname for field in table.fields]
    for _, cells in archive.rows(table):
        values = (_value(archive, column, cell) for column, cell in zip(table.columns, cells, strict=True))
        yield table.model(**dict(zip(names, values, strict=True)))


def _value(archive: Archive, column: Column, cell: str) -> Any:
    if column.is_bytes:
        return archive.content(cell) if cell else b""
    return column.value(cell)


def _batches(rows: Iterator[models.Model], size: int) -> Iterator[list[models.Model]]:
    while batch := list(islice(rows, size)):
        yield batch


def _store(table: Table, rows: list[models.Model]) -> None:
    """Django's own way past `pre_save`, which would set times anew; `bulk_create` has no such way."""
    size = connection.ops.bulk_batch_size(table.fields, rows)
    for start in range(0, len(rows), size):
        table.model._base_manager.all()._insert(
            rows[start : start + size], fields=table.fields, using=connection.alias, raw=True
        )
    reset_queries()  # with DEBUG on, Django would keep every statement with its texts


def _go_on_counting(table: Table) -> None:
    """Let the next row get a key that none ever had. History knows keys whose rows are gone, and must not mix them."""
    key = table.model._meta.pk
    if not isinstance(key, models.AutoField | models.BigAutoField):
        return
    highest = table.rows.order_by().aggregate(highest=Max("pk"))["highest"] or 0
    if history := getattr(table.model._meta, "simple_history_manager_attribute", None):
        in_history = getattr(table.model, history).aggregate(highest=Max(key.attname))
        highest = max(highest, in_history["highest"] or 0)
    if not highest:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "SELECT setval(pg_get_serial_sequence(%s, %s), %s)"
            cursor.execute(sequence, [connection.ops.quote_name(table.name), key.column, highest])
        else:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table.name, highest])


def _count_again(archive: Archive) -> None:
    for table, written in archive.tables:
        if (count := table.rows.count()) != written.rows:
            raise BadArchive(f"Of {written.rows} rows of {table.name} {count} were stored. This is our fault: tell us.")


def _differing() -> Iterator[str]:
    """In what the editions are not as they were published, a sentence each."""
    for edition in Edition.objects.order_by("slug", "number").iterator(chunk_size=1):
        for said in differences(edition):
            yield f"{edition.slug} {edition.version} is not as it was published: {said}."
    for said in gaps():
        yield f"{said}."
