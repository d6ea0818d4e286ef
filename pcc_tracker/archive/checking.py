"""Opens an archive, whoever made its bytes, and finds whatever is wrong with it before anything is stored.

Nothing is unzipped into files, and no more of a member than its manifest says is read. What memory it takes does not
grow with the archive, beyond the longest cell and the largest kept file.
"""

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tqdm import tqdm

from pcc_tracker.archive.cells import BadCell
from pcc_tracker.archive.contents import MANIFEST, Table, tables
from pcc_tracker.archive.manifest import LARGEST, BadArchive, Kept, KeptTable, Manifest, read_manifest

LONGEST_LINE = 20_000_000  # characters; a cell's lines may be many
LARGEST_KEPT = 250_000_000  # bytes of one kept file, which is read whole
MOST_TIMES = 200
"""How many times its own size an archive may unzip to. What people write makes some ten times."""
SMALL = 100_000_000
"""Bytes to which any archive may unzip."""
_AT_ONCE = 1_000_000
_ANOTHER_COPY = "Take another copy of the archive."
_UNSAFE = re.compile(r"^/|^[A-Za-z]:|\\|\0|(^|/)\.{0,2}(/|$)")
_MOST_SHOWN = 60  # characters of a wrong cell


@dataclass(frozen=True)
class Archive:
    """An archive that is open, whose files are those of its manifest."""

    zipped: zipfile.ZipFile
    manifest: Manifest

    @cached_property
    def tables(self) -> list[tuple[Table, KeptTable]]:
        """Each table of ours with what the archive has of it."""
        written = {kept.name: kept for kept in self.manifest.tables}
        return [(table, written[table.name]) for table in tables()]

    @cached_property
    def kept(self) -> dict[str, Kept]:
        """The files that tables name, by their paths."""
        return {one.file: one for one in self.manifest.files if one.file.startswith(("editions/", "files/"))}

    def content(self, path: str) -> bytes:
        return self.zipped.read(path)

    def rows(self, table: Table) -> Iterator[tuple[int, list[str]]]:
        """The cells of each row, with the row's number as a spreadsheet program counts; raises BadArchive."""
        number = 1
        with self.zipped.open(table.file) as stream, _long_cells():
            text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
            try:
                reader = csv.reader(_lines(text), strict=True)
                columns = [field.column for field in table.fields]
                if (head := next(reader, [])) != columns:
                    raise BadArchive(_other_columns(table, head, columns))
                for number, cells in enumerate(reader, start=2):
                    if len(cells) != len(columns):
                        raise BadArchive(
                            f"{table.file}, row {number}: it has {len(cells)} cells for {len(columns)} columns."
                        )
                    yield number, cells
            except (csv.Error, UnicodeDecodeError) as error:
                raise BadArchive(f"{table.file} cannot be read beyond about row {number}: {error}.") from error


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """An archive whose list of files is sound. Raises BadArchive."""
    try:
        zipped = zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise BadArchive("There is no such file.") from error
    except OSError as error:
        raise BadArchive(f"It cannot be read: {error.strerror or error}.") from error
    except Exception as error:  # bytes that are no zip file make zipfile raise nearly anything
        raise BadArchive(f"It is not a zip file, or not a whole one. {_ANOTHER_COPY}") from error
    with zipped:
        entries = {one.orig_filename: one for one in zipped.infolist() if not one.is_dir()}
        _check_entries(zipped, entries)
        manifest = read_manifest(_read_manifest(zipped, entries))
        _check_files(manifest, entries, path.stat().st_size)
        _check_tables(manifest)
        yield Archive(zipped, manifest)


def check(archive: Archive, bar: tqdm) -> None:
    """Hold every file against its SHA-256 and every cell against its column. Raises BadArchive. The bar counts rows."""
    bar.reset(total=archive.manifest.rows)
    for one in archive.manifest.all_files:
        _check_bytes(archive.zipped, one)
    named: set[str] = set()
    for table, written in archive.tables:
        count = 0
        for number, cells in archive.rows(table):
            for column, cell in zip(table.columns, cells, strict=True):
                try:
                    if column.is_bytes:
                        _check_path(archive, cell, named)
                    else:
                        column.check(cell)
                except BadCell as error:
                    shown = cell if len(cell) <= _MOST_SHOWN else f"{cell[:_MOST_SHOWN]} …"
                    raise BadArchive(
                        f"{table.file}, row {number}, column {column.field.column}: “{shown}” {error}."
                    ) from error
            count += 1
            bar.update(1)
        if count != written.rows:
            raise BadArchive(f"{table.file} has {count} rows, and {MANIFEST} says {written.rows}. {_ANOTHER_COPY}")
    if lost := sorted(archive.kept.keys() - named):
        raise BadArchive(f"No table names the file {lost[0]}, so it would be lost. {_ANOTHER_COPY}")


def _check_entries(zipped: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> None:
    files = [one.orig_filename for one in zipped.infolist() if not one.is_dir()]
    for name in files:
        if _UNSAFE.search(name):
            raise BadArchive(f"It has a file with an unsafe path, {name!r}. It was not made by PCC Tracker.")
    if len(entries) != len(files):
        twice = next(name for name in entries if files.count(name) > 1)
        raise BadArchive(f"It has the file {twice} more than once. {_ANOTHER_COPY}")
    usual = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if odd := next((one for one in entries.values() if one.flag_bits & 1 or one.compress_type not in usual), None):
        raise BadArchive(f"Its file {odd.orig_filename} is locked by a password or packed in an unusual way.")


def _read_manifest(zipped: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> bytes:
    if MANIFEST not in entries:
        raise BadArchive(f"It has no {MANIFEST}, so it is not an archive of PCC Tracker.")
    if entries[MANIFEST].file_size > LARGEST:
        raise BadArchive(f"Its {MANIFEST} is over {LARGEST // 1_000_000} MB large, more than any archive needs.")
    try:
        return zipped.read(MANIFEST)
    except Exception as error:  # as above
        raise BadArchive(f"Its {MANIFEST} cannot be unzipped. {_ANOTHER_COPY}") from error


def _check_files(manifest: Manifest, entries: dict[str, zipfile.ZipInfo], size: int) -> None:
    """That there are exactly the files of the manifest, as large as it says, and no more than a machine can bear."""
    listed = {one.file: one for one in manifest.all_files}
    if len(listed) != len(manifest.all_files):
        raise BadArchive(f"Its {MANIFEST} names a file more than once. {_ANOTHER_COPY}")
    if missing := sorted(listed.keys() - entries.keys()):
        raise BadArchive(f"Its file {missing[0]} is missing. {_ANOTHER_COPY}")
    if extra := sorted(entries.keys() - listed.keys() - {MANIFEST}):
        raise BadArchive(f"It has a file that its {MANIFEST} does not name, {extra[0]}. Take that out of it.")
    for path, one in listed.items():
        if entries[path].file_size != one.bytes:
            raise BadArchive(
                f"Its file {path} has {entries[path].file_size:,} bytes, and {MANIFEST} says {one.bytes:,}. "
                f"{_ANOTHER_COPY}"
            )
        if one.bytes > LARGEST_KEPT and not path.startswith("tables/"):
            raise BadArchive(f"Its file {path} is over {LARGEST_KEPT // 1_000_000} MB large, more than is ever kept.")
    unzipped = sum(one.bytes for one in listed.values())
    if unzipped > max(SMALL, MOST_TIMES * size):
        raise BadArchive(f"It unzips to {unzipped / size:.0f} times its size, as nothing that people write does.")


def _check_tables(manifest: Manifest) -> None:
    ours = {table.name: table.file for table in tables()}
    theirs = {table.name: table.file for table in manifest.tables}
    if len(theirs) != len(manifest.tables) or ours != theirs:
        differing = sorted(dict(ours.items() ^ theirs.items()))
        raise BadArchive(
            f"Its tables are not those of this PCC Tracker ({', '.join(differing[:5])}). Bring it in with the version "
            "of PCC Tracker that made it."
        )


def _check_bytes(zipped: zipfile.ZipFile, one: Kept) -> None:
    sha256 = hashlib.sha256()
    try:
        with zipped.open(one.file) as stream:
            while part := stream.read(_AT_ONCE):  # never more than its size, which was held against the manifest's
                sha256.update(part)
    except Exception as error:  # bytes that were changed make zipfile and zlib raise nearly anything
        raise BadArchive(f"Its file {one.file} cannot be unzipped: it was changed. {_ANOTHER_COPY}") from error
    if sha256.hexdigest() != one.sha256:
        raise BadArchive(f"Its file {one.file} was changed: its SHA-256 is not the one of {MANIFEST}. {_ANOTHER_COPY}")


def _check_path(archive: Archive, cell: str, named: set[str]) -> None:
    if cell in named:
        raise BadCell("is named by another cell too")
    if cell and cell not in archive.kept:
        raise BadCell("is no file of the archive under editions/ or files/")
    if cell:
        named.add(cell)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise csv.Error(f"a line is over {LONGEST_LINE:,} characters long")
        yield line


@contextmanager
def _long_cells() -> Iterator[None]:
    """The longest cell that Python's csv reads is one for the whole process, and small elsewhere for safety."""
    usual = csv.field_size_limit(LONGEST_LINE)
    try:
        yield
    finally:
        csv.field_size_limit(usual)


def _other_columns(table: Table, head: list[str], columns: list[str]) -> str:
    differing = [one for one in head if one not in columns] or [one for one in columns if one not in head]
    what = f"({', '.join(differing[:5])})" if differing else "(they are in another order, or there twice)"
    return (
        f"{table.file}: its columns are not those of this PCC Tracker {what}. Bring it in with the version of PCC "
        "Tracker that made it."
    )
