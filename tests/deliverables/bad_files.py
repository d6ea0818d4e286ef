"""Bad files to bring a plan in from, as many as are asked for: the same number and seed give the same bytes.

Each is a good file with something broken, exaggerated or put in, or is of another format. Of some nothing bad is left,
as a changed byte may mean nothing: those are only to be read like any other.
"""

import functools
import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

from pcc_tracker.tables import as_csv, as_xlsx, sheet
from tests.deliverables import word_variants as variants
from tests.deliverables.bad_xml import CELLS, CHANGES, strange

Parts = dict[str, bytes]
Made = tuple[str, bytes]
"""Ending and bytes."""

HEADS = ("Theme", "Quarter", "Number", "Organisation", "Deliverable", "Rating", "Date", "Update", "Recovery by")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def good_files() -> list[Made]:
    """What the bad ones are made of, beside the product's own Appendix A, which a caller can add."""
    rows = [
        [t, "2019-20 Q4", n, "Force", f"Work on matter {t} {n}", "GAR"[n % 3], f"2{n}.3.20", f"Met.\n- {n}", "30.9.20"]
        for t in (1, 2)
        for n in range(1, 6)
    ]
    data = sheet("Plan", HEADS, rows)
    words = (
        variants.updates_beside,
        variants.updates_below,
        variants.merged_cells,
        variants.colours_alone,
        variants.a_table_for_each,
        variants.automatic_numbers,
        variants.with_a_key_and_several_themes,
    )
    return [*((".docx", one()) for one in words), *[(".xlsx", as_xlsx(data))] * 4, *[(".csv", as_csv(data))] * 2]


def bad_files(
    count: int, seed: int, good: Sequence[Made], kinds: Sequence[str] | None = None
) -> Iterator[tuple[str, bytes, str]]:
    """Name, bytes and kind of so many; the kinds take turns, those that take long only every third time."""
    names = kinds or [name for turn in range(3) for name in KINDS if turn == 0 or name not in LARGE]
    for at in range(count):
        yield bad_file(at, seed, good, names[at % len(names)])


def bad_file(at: int, seed: int, good: Sequence[Made], kind: str) -> tuple[str, bytes, str]:
    random = Random(f"{seed} {at} {kind}")
    ending, content = KINDS[kind](random, good)
    return f"{kind} {at}{ending}", content, kind


# Bytes.


def _any_bytes(random: Random, good: Sequence[Made]) -> Made:
    ending, content = random.choice(good)
    return ending, _damaged(random, content)


def _damaged(random: Random, content: bytes) -> bytes:
    """Some bytes changed, taken out, doubled or put in; a few, or a long piece."""
    new = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 5, 30))):
        at, length = random.randrange(len(new) + 1), random.choice((1, 1, 4, 100, 5000))
        match random.randrange(5):
            case 0 if at < len(new):
                new[at] ^= 1 << random.randrange(8)
            case 1:
                del new[at : at + length]
            case 2:
                new[at:at] = new[at : at + length]
            case 3:
                new[at:at] = random.randbytes(length)
            case _:
                new[at : at + length] = random.choice((b"\0", b"\xff", b"<", b'"', b"\xed\xa0\x80")) * min(length, 100)
    return bytes(new)


def _cut(random: Random, good: Sequence[Made]) -> Made:
    """The beginning of a file, up to any of its parts or anywhere, or with something before or behind it."""
    ending, content = random.choice(good)
    places = [found.start() for found in re.finditer(rb"PK\x01\x02|PK\x03\x04|PK\x05\x06", content)]
    at = random.choice([*places, random.randrange(len(content))])
    junk = random.randbytes(random.choice((1, 50, 70_000)))
    return ending, random.choice((content[:at], content[:at], content[:at] + junk, junk + content, content[at:]))


# Parts of a zip file.


def _parts(content: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def _zipped(parts: Mapping[str, bytes] | Sequence[tuple[str, bytes]]) -> bytes:
    content = io.BytesIO()
    entries = parts.items() if isinstance(parts, Mapping) else parts
    with warnings.catch_warnings(), zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        warnings.simplefilter("ignore")  # of a name twice
        for name, part in entries:
            file.writestr(name, part)
    return content.getvalue()


def _office_file(random: Random, good: Sequence[Made]) -> tuple[str, Parts]:
    ending, content = random.choice([one for one in good if one[0] != ".csv"])
    return ending, _parts(content)


def _some_part(random: Random, parts: Parts) -> str:
    """One of those that are read, oftener than not the one with the tables."""
    main = [one for one in parts if one.endswith(("word/document.xml", "sheet1.xml", "sharedStrings.xml"))]
    others = [one for one in parts if one.endswith((".rels", "styles.xml", "numbering.xml", "workbook.xml", "s].xml"))]
    return random.choice(main if random.random() < 0.6 else others)


def _damaged_part(random: Random, good: Sequence[Made]) -> Made:
    ending, parts = _office_file(random, good)
    name = _some_part(random, parts)
    return ending, _zipped(parts | {name: _damaged(random, parts[name])})


def _moved_parts(random: Random, good: Sequence[Made]) -> Made:
    """Parts that are not there, there twice, of another name or another's, macros, and links that go in circles."""
    ending, parts = _office_file(random, good)
    name, other = _some_part(random, parts), _some_part(random, parts)
    itself = name.rpartition("/")[2].encode()
    entries = list(parts.items())
    match random.randrange(8):
        case 0:
            del parts[name]
        case 1:
            return ending, _zipped([*entries, (name, parts[other])])
        case 2:
            parts[random.choice((name.upper(), f"../{name}", f"/{name}", name.replace("/", "\\")))] = parts.pop(name)
        case 3:
            parts[name], parts[other] = parts[other], parts[name]
        case 4:
            parts[name] = random.choice((b"", b"\0" * 5000, _OLE, b"PK\x05\x06" + b"\0" * 18, b"\xff\xfe<\0"))
        case 5:
            parts["word/vbaProject.bin" if ending == ".docx" else "xl/vbaProject.bin"] = _OLE
        case 6:
            parts[name] = re.sub(rb'Target="[^"]*"', b'Target="%s"' % itself, parts[name])
        case _:
            parts = {one: part.replace(b"/main+xml", b".macroEnabled.main+xml") for one, part in parts.items()}
    return ending, _zipped(parts)


# XML.


def _changed_xml(random: Random, good: Sequence[Made]) -> Made:
    ending, parts = _office_file(random, good)
    name = _some_part(random, parts)
    for _ in range(random.choice((1, 1, 3))):
        parts[name] = random.choice(CHANGES)(random, parts[name])
    return ending, _zipped(parts)


# What a zip file says of its parts.


def _headers(random: Random, good: Sequence[Made]) -> Made:
    """Sizes, places, flags and ways of packing that are not so, such as a part that says it is 500 MB."""
    ending, parts = _office_file(random, good)
    content = bytearray(_zipped(parts))
    places = [found.start() for found in re.finditer(rb"PK\x01\x02", content)]
    first = next(re.finditer(rb"PK\x03\x04", content)).start()
    field, size = random.choice(((24, "I"), (20, "I"), (42, "I"), (8, "H"), (10, "H"), (16, "I"), (28, "H"), (30, "H")))
    value = random.choice((500_000_000, 0xFFFFFFFF, 0, 1, 99, first)) & (0xFFFF if size == "H" else 0xFFFFFFFF)
    for place in random.sample(places, random.choice((1, len(places)))):
        struct.pack_into(f"<{size}", content, place + field, value)
        at = struct.unpack_from("<I", content, place + 42)[0]
        if random.random() < 0.5 and field in (20, 24) and at + 30 < len(content):  # the same before the part itself
            struct.pack_into("<I", content, at + field - 2, value)
    return ending, bytes(content)


@functools.cache
def _packed_blanks(megabytes: int) -> tuple[bytes, int]:
    """So many as a zip file has them, and their checksum."""
    blanks = b" " * megabytes * 1_000_000
    packer = zlib.compressobj(9, wbits=-15)
    return packer.compress(blanks) + packer.flush(), zlib.crc32(blanks)


def _bomb(random: Random, good: Sequence[Made]) -> Made:
    """Far more unzipped than zipped, by one part or by many, said or not; or by parts that share their bytes."""
    ending, parts = _office_file(random, good)
    name, megabytes = _some_part(random, parts), random.choice((10, 30, 35, 200))
    match random.randrange(4):
        case 0:
            return ending, with_blanks(parts, [name], megabytes, says=megabytes * 1_000_000)
        case 1:
            return ending, with_blanks(parts, [name], megabytes, says=random.choice((0, 10, 1_000_000)))
        case 2:
            many = [*parts.items(), *((f"x/{at}", b"") for at in range(random.choice((600, 3000, 70_000))))]
            return ending, _zipped(many)
        case _:
            names = [f"word/media/{at}.png" for at in range(random.choice((3, 100)))]
            return ending, with_blanks(parts, names, 10, says=10_000_000)


def with_blanks(parts: Parts, names: Sequence[str], megabytes: int, *, says: int) -> bytes:
    """A file with parts of blanks, all of them the same bytes of the file, which is small."""
    packed, checksum = _packed_blanks(megabytes)
    content = io.BytesIO(_zipped({name: part for name, part in parts.items() if name not in names}))
    with zipfile.ZipFile(content, "a") as file:
        at = file.start_dir
        content.seek(at)
        name = names[0].encode()
        sizes = struct.pack("<III", checksum, len(packed), says)
        content.write(struct.pack("<IHHHHH", 0x04034B50, 20, 0, 8, 0, 33) + sizes + struct.pack("<HH", len(name), 0))
        content.write(name + packed)
        file.start_dir = content.tell()
        for one in names:
            info = zipfile.ZipInfo(one)
            info.compress_type, info.header_offset = zipfile.ZIP_DEFLATED, at
            info.CRC, info.compress_size, info.file_size = checksum, len(packed), says
            file.filelist.append(info)
        file._didModify = True  # so that its list of parts is written anew
    return content.getvalue()


# Far too much, all of it well formed.


def _too_much(random: Random, good: Sequence[Made]) -> Made:
    """Many of one element, in a row or in one another's place; a million rows that are empty, or 50,001 columns."""
    times = random.choice((1000, 20_000, 50_001, 400_000))
    if random.random() < 0.5:
        one = random.choice(_MANY_OF_WORD)
        ending, parts = ".docx", _parts(random.choice([content for end, content in good if end == ".docx"]))
        name, pattern = "word/document.xml", rb"</w:tc>|</w:tbl>|</w:tr>|<w:sectPr|</w:p>"
    else:
        one = random.choice(_MANY_OF_EXCEL)
        ending, parts = ".xlsx", _parts(random.choice([content for end, content in good if end == ".xlsx"]))
        name, pattern = "xl/worksheets/sheet1.xml", rb"</row>|</sheetData>|<sheetData>|</is>"
    place = random.choice([*re.finditer(pattern, parts[name])])
    at = random.choice(place.span())
    return ending, _zipped(parts | {name: parts[name][:at] + one * times + parts[name][at:]})


_EXCEL_CELL = b'<c t="inlineStr"><is><t>Theme 1 2019-20 Q4 28.3.20 Green</t></is></c>'
_MANY_OF_WORD = (
    b"<w:p/>", b"<w:p><w:r><w:t>28.3.20 It goes on</w:t></w:r></w:p>", b"<w:tr/>", b"<w:tc/>", b"<w:tbl/>", b"<x/>",
    b"<w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr>", b"<w:r><w:tab/></w:r>",
    b"<w:tc><w:tcPr><w:gridSpan w:val='60'/></w:tcPr><w:p/></w:tc>", b"<w:r><w:t>3.1</w:t></w:r>", b"<w:br/>",
)  # fmt: skip
_MANY_OF_EXCEL = (
    b"<row/>", b"<row><c/></row>", b"<c/>", b"<c><f>A1</f></c>", _EXCEL_CELL, b"<row>" + _EXCEL_CELL * 2 + b"</row>",
    b"<row><c><f>1</f></c></row>", b"<t>x</t>", b'<c t="s"><v>0</v></c>', b"<row>" + b"<c><v>1</v></c>" * 9 + b"</row>",
)  # fmt: skip


# Other formats.

_OTHERS: tuple[bytes, ...] = (
    b"", b"x", b"\n", b"\0", b"PK", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"{\\rtf1\\ansi No.\\cell Deliverable\\cell}", b"MZ\x90\0\x03\0\0\0PE\0\0",
    b"<!DOCTYPE html><table><tr><td>Number<td>Deliverable<td>Rating</table>", b"<?xml version='1.0'?><Workbook/>",
    b'{"rows": [{"number": 1, "deliverable": "x"}]}', b"\x7fELF\x02\x01\x01", b"\x1f\x8b\x08\0\0\0\0\0", b"7z\xbc\xaf'",
    b"Rar!\x1a\x07\x01\0", b"GIF89a", b"\xff\xd8\xff\xe0\0\x10JFIF", _OLE, _OLE + b"\0" * 9000,
    _OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 9000, b"\xff\xfe", b"\xef\xbb\xbf",
    "Number,Deliverable,Rating\n1,Ä,G".encode("utf-16"), "Number,Deliverable,Rating\n1,Ä,G".encode("utf-32"),
    b"\xff" * 3000, b'"' * 3001, b",\n" * 100_000, b"a" * 6_000_000, b"\xfe\xff\0",
)  # fmt: skip


def _other_format(random: Random, good: Sequence[Made]) -> Made:
    """Another program's file, nothing at all, or a file under another one's name."""
    ending = random.choice((".docx", ".xlsx", ".csv", ".docm", "", ".docx.exe", "\u202excod.exe", "x" * 300))
    match random.randrange(4):
        case 0:
            names = ("ppt/presentation.xml", "content.xml", "mimetype", "xl/workbook.bin", "word/document.xml", "a")
            return ending, _zipped({name: random.choice(_OTHERS) for name in random.sample(names, 2)})
        case 1:
            return ending, random.choice(good)[1]
        case 2:
            return ending, random.choice(_OTHERS) + random.randbytes(random.choice((0, 1, 5000)))
        case _:
            return ending, random.choice(_OTHERS)


# Text.


def _csv(random: Random, good: Sequence[Made]) -> Made:
    text = random.choice([content for ending, content in good if ending == ".csv"]).decode("utf-8-sig")
    lines = [line.split(",") for line in text.split("\r\n") if line]
    for _ in range(random.choice((1, 3, 10))):
        cells = random.choice(lines)
        cells[random.randrange(len(cells))] = strange(random, random.choice(cells))
    match random.randrange(9):
        case 0:
            random.choice(lines).append('"never closed')
        case 1:
            random.choice(lines).extend(["1"] * random.choice((50, 60, 50_001)))
        case 2:
            lines += random.choice(([[""]], [["1", "x"]], lines[-1:], [[",,,"]])) * random.choice((600, 19_999, 30_000))
        case 3:
            random.choice(lines).append("x" * random.choice((131_073, 40_000, 2_000_000)))
        case 4:
            lines += [["1", "2019-20 Q4", str(n % 40), "Force", "A " + random.choice(CELLS), "G"] for n in range(700)]
        case 5:
            lines[0] = [random.choice(lines[0]) for _ in lines[0]]
    text = "\r\n".join(map(random.choice((",", ",", ";", "\t", "|", "\0", "\n")).join, lines))
    encoding = random.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "utf-7"))
    return ".csv", text.encode(encoding, errors="surrogatepass" if encoding.startswith("utf-") else "replace")


KINDS: dict[str, Callable[[Random, Sequence[Made]], Made]] = {
    "bytes": _any_bytes, "cut": _cut, "damaged part": _damaged_part, "moved parts": _moved_parts, "xml": _changed_xml,
    "headers": _headers, "bomb": _bomb, "too much": _too_much, "other format": _other_format, "csv": _csv,
}  # fmt: skip
"""What is done to a good file."""
LARGE = ("bomb", "too much")
