"""The archive's list of itself, `manifest.json`, as plain values. Its shape is described in `archive.schema.json`."""

import datetime
import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from pcc_tracker.archive.contents import FORMAT, MANIFEST, VERSION

LARGEST = 50_000_000
"""Bytes that a manifest may have: some 300,000 files."""
_SCHEMA = re.compile(rf"{FORMAT}-([1-9]\d{{0,8}})", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}")


class BadArchive(Exception):
    """An archive that is not brought in; the message says what is wrong, where, and what to do."""


@dataclass(frozen=True)
class Kept:
    """A file of the archive that is not a table."""

    file: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class KeptTable(Kept):
    """A table's file, with how many rows it has below its head."""

    name: str
    rows: int


@dataclass(frozen=True)
class Manifest:
    made_at: datetime.datetime
    sign_in: bool
    tables: tuple[KeptTable, ...]
    files: tuple[Kept, ...]

    @property
    def all_files(self) -> tuple[Kept, ...]:
        return (*self.tables, *self.files)

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    def as_json(self) -> bytes:
        data = {
            "schema": f"{FORMAT}-{VERSION}",
            "product": "PCC Tracker",
            "made_at": self.made_at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "sign_in": self.sign_in,
            "tables": [asdict(table) for table in self.tables],
            "files": [asdict(file) for file in self.files],
        }
        return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def read_manifest(content: bytes) -> Manifest:
    """Raises BadArchive for what is no manifest, or one of a later version of the format."""
    try:
        data = json.loads(content)
        schema = _SCHEMA.fullmatch(data["schema"])
        if schema and int(schema[1]) > VERSION:
            raise BadArchive(
                f"It is an archive of version {schema[1]}, and this PCC Tracker reads up to version {VERSION}. "
                "Use the version of PCC Tracker that made it, or a later one."
            )
        if not schema:
            raise ValueError("schema")
        return Manifest(
            made_at=datetime.datetime.fromisoformat(data["made_at"]),
            sign_in=_is(bool, data["sign_in"]),
            tables=tuple(
                KeptTable(**_kept(one), name=_is(str, one["name"]), rows=_count(one["rows"])) for one in data["tables"]
            ),
            files=tuple(Kept(**_kept(one)) for one in data["files"]),
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadArchive(f"Its {MANIFEST} is not what an archive of PCC Tracker has. Take another copy.") from error


def _kept(one: dict[str, Any]) -> dict[str, Any]:
    sha256 = _is(str, one["sha256"])
    if not _SHA256.fullmatch(sha256):
        raise ValueError("sha256")
    return {"file": _is(str, one["file"]), "bytes": _count(one["bytes"]), "sha256": sha256}


def _is(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(value)
    return value


def _count(value: Any) -> int:
    if _is(int, value) < 0:
        raise ValueError(value)
    return value
