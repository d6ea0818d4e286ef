"""Opens an uploaded file of an office program, which is zipped XML, whoever made its bytes. No database here.

It is measured before it is unzipped, and its XML is read by a parser that builds nothing and refuses a document type.
"""

import io
import posixpath
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from xml.parsers import expat

_OLD_FORMAT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK, _LONGEST_TAG = 65_536, 1_000_000  # bytes


class Unreadable(ValueError):
    """A file that cannot be read any further; the message says why and what to do."""


@dataclass(frozen=True)
class Zipped:
    """What a program's files may be at most, and what is said of one that is more or is none."""

    program: str
    megabytes: int
    """As they are uploaded."""
    unzipped: int
    """Bytes."""
    parts: int
    smaller: str
    """How one is made smaller."""
    save_as: str
    """How one is made of another format."""
    old: str
    protected: str
    broken: str

    def why_too_large(self, size: int) -> str:
        """Why a file of so many bytes is not taken; empty for one that is."""
        if size <= self.megabytes * 1_000_000:
            return ""
        return f"It is {ceil(size / 100_000) / 10:g} MB large; the most is {self.megabytes} MB. {self.smaller}"


def unzipped(content: bytes, kind: Zipped, is_wanted: Callable[[str], bool] = lambda name: True) -> dict[str, bytes]:
    """The parts by name in lower case, empty for one that is not wanted and so is not unzipped; raises Unreadable.

    Nothing is unzipped before all sizes are known, and no more than was said is.
    """
    if too_large := kind.why_too_large(len(content)):
        raise Unreadable(too_large)
    if content.startswith(_OLD_FORMAT):
        raise Unreadable(kind.protected if "EncryptedPackage".encode("utf-16-le") in content else kind.old)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            entries = [one for one in file.infolist() if not one.is_dir()]
            if len(entries) > kind.parts:
                raise Unreadable(f"It has {len(entries)} parts; the most is {kind.parts}. {kind.save_as}")
            if (size := sum(one.file_size for one in entries)) > kind.unzipped:
                raise Unreadable(
                    f"Unzipped it would be {size / 1_000_000:.0f} MB large; the most is "
                    f"{kind.unzipped // 1_000_000} MB. {kind.smaller}"
                )
            if any(one.flag_bits & 1 for one in entries):
                raise Unreadable(kind.protected)
            usual = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            if any(one.compress_type not in usual for one in entries):
                raise Unreadable(kind.broken)
            names = ((one, one.filename.lower()) for one in entries)
            parts = {name: _unzipped(file, one) if is_wanted(name) else b"" for one, name in names}
            if len(parts) < len(entries):
                raise Unreadable(kind.broken)
            return parts
    except Unreadable:
        raise
    except Exception as error:  # bytes that are no zip file make zipfile raise nearly anything
        raise Unreadable(kind.broken) from error


def _unzipped(file: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    """A part; of one that is larger than it says no more is unzipped than that.

    Asked for all of it, `zipfile` would first unzip as much as there is, up to 2 GB.
    """
    with file.open(one) as part:
        return part.read(one.file_size + 1)


def xml_parser(program: str) -> expat.XMLParserType:
    """A parser that raises Unreadable for a document type, and so for entities, and for any writing but Unicode.

    Names come as `space}local`. What it does with the XML is its user's to say, by handlers.
    """
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in ("utf-8", "utf-16"):  # read otherwise, it could say something else
            raise Unreadable(
                f"It is not written in Unicode, as {program} always writes. Make the file anew in {program}."
            )

    def doctype(*_: object) -> None:
        raise Unreadable(
            f"It declares a document type (DTD), as {program} never does. Make the file anew in {program}."
        )

    parser.XmlDeclHandler = declaration
    parser.StartDoctypeDeclHandler = doctype
    return parser


def feed(parser: expat.XMLParserType, content: bytes, broken: str) -> None:
    """Put a whole part through a parser; raises Unreadable(broken) where it is no XML, and what the handlers raise."""
    try:
        for at in range(0, len(content), _CHUNK):
            parser.Parse(content[at : at + _CHUNK])
            if at - parser.CurrentByteIndex > _LONGEST_TAG:  # kept whole in memory, many times its size
                raise Unreadable(broken)
        parser.Parse(b"", True)
    except Unreadable:
        raise
    except (expat.ExpatError, LookupError, ValueError) as error:  # the last two of an encoding that it does not know
        raise Unreadable(broken) from error


def part_at(of: str, address: str) -> str:
    """The part, in lower case, that another one means by an address."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(of), address)).lower().lstrip("/")


def relationships_of(name: str) -> str:
    """The part that says which others a part names; of the file itself for an empty name."""
    folder, last = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{last}.rels")
