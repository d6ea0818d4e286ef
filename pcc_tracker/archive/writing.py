"""Writes everything into one archive, as it stands at one moment. Its memory does not grow with what there is.

The same content gives the same bytes but for the moment that the manifest names: the rows stand in the order of
their keys, and the zip file says of each file the earliest time that it can.
"""

import csv
import datetime
import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.db import connection, reset_queries, transaction
from django.template.loader import render_to_string
from tqdm import tqdm

from pcc_tracker.archive.cells import Column
from pcc_tracker.archive.contents import MANIFEST, README, Table, is_password, kept_path, tables
from pcc_tracker.archive.manifest import Kept, KeptTable, Manifest
from pcc_tracker.archive.pages import count_pages, narrative_pages

MADE_AT = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can say
NO_PASSWORD = "!"  # noqa: S105 - as Django marks one that nothing matches
BYTE_ORDER_MARK = "\ufeff"
_ROWS_AT_ONCE = 500


def write_archive(file: IO[bytes], *, at: datetime.datetime, sign_in: bool, bar: tqdm) -> Manifest:
    """Write an archive of all there is into `file`, which can be sought in. `at` is when it is made.

    Without `sign_in` nobody's password, second factor or account of another provider is in it. The bar counts rows,
    narratives and kept files.
    """
    with _one_moment(), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        return _Writer(zipped, sign_in, bar).write(at)


@contextmanager
def _one_moment() -> Iterator[None]:
    """All that is read in here is as it stood at one moment; nobody who writes meanwhile has to wait.

    In a transaction of the caller's, as tests have, it is that one's moment.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        connection.ensure_connection()
        usual, connection.transaction_mode = connection.transaction_mode, "DEFERRED"  # it only reads
        try:
            with transaction.atomic():
                yield
        finally:
            connection.transaction_mode = usual


class _Member:
    """A file of the archive that is being written."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.sha256 = hashlib.sha256()
        self.bytes = 0

    def write(self, content: bytes) -> None:
        self.stream.write(content)
        self.sha256.update(content)
        self.bytes += len(content)

    def facts(self, path: str) -> dict[str, Any]:
        return {"file": path, "bytes": self.bytes, "sha256": self.sha256.hexdigest()}


class _Writer:
    def __init__(self, zipped: zipfile.ZipFile, sign_in: bool, bar: tqdm) -> None:
        self.zipped = zipped
        self.sign_in = sign_in
        self.bar = bar
        self.files: list[Kept] = []

    def write(self, at: datetime.datetime) -> Manifest:
        there = tables()
        self.bar.reset(total=count_pages() + sum(table.rows.count() * (2 if table.kept else 1) for table in there))
        written = [self._write_table(table) for table in there]
        for path, narratives, html in narrative_pages():
            self._write_file(path, html.encode())
            self.bar.update(narratives)
        self._write_file(README, self._readme(written))
        files = sorted(self.files, key=lambda kept: kept.file)
        manifest = Manifest(at, self.sign_in, tuple(written), tuple(files))
        with self._member(MANIFEST) as member:
            member.write(manifest.as_json())
        return manifest

    def _write_table(self, table: Table) -> KeptTable:
        paths = dict(self._write_kept(table)) if table.kept else {}
        rows = table.rows.none() if table.is_secret and not self.sign_in else table.rows
        others = [field.attname for field in table.fields if field not in table.kept]
        count = 0
        with self._member(table.file) as member:
            lines = io.StringIO(newline="")
            writer = csv.writer(lines)
            lines.write(BYTE_ORDER_MARK)
            writer.writerow([field.column for field in table.fields])
            for row in rows.values("pk", *others).iterator(chunk_size=_ROWS_AT_ONCE):
                writer.writerow([self._cell(column, row, paths) for column in table.columns])
                count += 1
                if count % _ROWS_AT_ONCE == 0:
                    self._hand_over(lines, member)
                    self.bar.update(_ROWS_AT_ONCE)
            self._hand_over(lines, member)
        self.bar.update(count % _ROWS_AT_ONCE)
        return KeptTable(**member.facts(table.file), name=table.name, rows=count)

    def _cell(self, column: Column, row: dict[str, Any], paths: dict[tuple[str, Any], str]) -> str:
        if column.is_bytes:
            return paths.get((column.field.attname, row["pk"]), "")
        if not self.sign_in and is_password(column.field):
            return NO_PASSWORD
        return column.cell(row[column.field.attname])

    def _hand_over(self, lines: io.StringIO, member: _Member) -> None:
        member.write(lines.getvalue().encode())
        lines.seek(0)
        lines.truncate()
        reset_queries()  # with DEBUG on, Django would keep every statement with its texts

    def _write_kept(self, table: Table) -> Iterator[tuple[tuple[str, Any], str]]:
        """Write the bytes that a table keeps, one row's at a time; gives where those of each column and key lie."""
        for row in table.rows.iterator(chunk_size=1):
            for field in table.kept:
                if content := bytes(getattr(row, field.attname)):
                    path = kept_path(row, field)
                    self._write_file(path, content)
                    yield (field.attname, row.pk), path
            self.bar.update(1)

    def _write_file(self, path: str, content: bytes) -> None:
        with self._member(path) as member:
            member.write(content)
        self.files.append(Kept(**member.facts(path)))

    @contextmanager
    def _member(self, path: str) -> Iterator[_Member]:
        if path in self.zipped.NameToInfo:
            raise ValueError(f"Two files of the archive would be called {path}.")
        info = zipfile.ZipInfo(path, MADE_AT)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        with self.zipped.open(info, "w", force_zip64=path.startswith("tables/")) as stream:
            member = _Member(stream)
            yield member

    def _readme(self, written: list[KeptTable]) -> bytes:
        """Without the moment, as the manifest alone differs between two archives of the same."""
        context = {"sign_in": self.sign_in, "tables": written, "manifest": MANIFEST}
        return render_to_string("archive/README.txt", context).replace("\n", "\r\n").encode()
