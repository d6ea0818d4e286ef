"""The fonts of a PDF, what they can print, and what stands in the place of what they cannot.

A PDF/UA file with a character that no font has cannot be made, so every text goes through `printable()` first.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from fontTools.ttLib import TTFont

FAMILIES = ("Source Sans Pro", "Inter", "Noto Sans Arabic")
"""In this order a character is looked for."""
_PACKAGES = ("font_source_sans_pro", "fontpkg_inter", "fontpkg_noto_sans_arabic")

# Word writes the marks of its lists in the private use area, meaning a place in the fonts Symbol and Wingdings.
_WORDS_OWN = {"\uf0b7": "•", "\uf0a7": "•", "\uf0d8": "•", "\uf076": "•", "\uf0fc": "✓", "\uf0fb": "✗", "\uf0e0": "→"}
_LINE_ENDS = {"\x0b", "\x0c", "\r", "\x85", "\u2028", "\u2029"}
_UNNAMED = "□"
# Invisible, and with a meaning for how lines break, letters join or writing runs: typst knows them all.
_STEERING = {"\u00ad", *map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A)))}
# Of category Cf, and yet drawn.
_DRAWN_FORMATS = {*map(chr, (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD))}
_INVISIBLE = {"\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u3164", "\uffa0"}


def font_folders() -> list[Path]:
    """Where the files are. No other font is used, so that a PDF is the same on every machine."""
    return [Path(str(files(package))) / "files" for package in _PACKAGES]


@dataclass(frozen=True)
class _Family:
    in_some_style: frozenset[int]
    in_every_style: frozenset[int]


@cache
def _families() -> tuple[_Family, ...]:
    """The characters of each family, of its styles together and of every one. Read once a process."""
    found = []
    for folder in font_folders():
        faces = [_characters(path) for path in folder.glob("*.ttf")]
        found.append(_Family(frozenset().union(*faces), faces[0].intersection(*faces)))
    return tuple(found)


def _characters(path: Path) -> frozenset[int]:
    with path.open("rb") as file, TTFont(file, lazy=True) as face:
        return frozenset(face.getBestCmap())


def printable(text: str) -> tuple[str, tuple[str, ...]]:
    """The text as a PDF can print it, and the characters that something else stands in place of.

    Those of Word's own list marks become ordinary ones, others their Unicode name in square brackets, and those
    without a name a square. What nobody can see and no reader needs is left out without a word.
    """
    if text.isascii() and text.isprintable():
        return text, ()
    written, replaced = [], []
    for cluster in _clusters(text):
        composed = unicodedata.normalize("NFC", cluster)
        if _can_print(cluster) or _can_print(composed):
            written.append(cluster if _can_print(cluster) else composed)
            continue
        for character in cluster:
            keeps = not _is_mark(character) and _can_print(character)
            written.append(character if keeps else _stand_in(character))
            replaced += [] if keeps else [character]
    return "".join(written), tuple(dict.fromkeys(replaced))


def name(character: str) -> str:
    """What a character is called, in words for people."""
    return unicodedata.name(character, "").lower() or f"character without a name, U+{ord(character):04X}"


def _clusters(text: str) -> Iterator[str]:
    """The text in parts that are drawn as one, and so with one font: a character with the marks over and below it."""
    cluster = ""
    for character in text.replace("\r\n", "\n"):
        if character in _LINE_ENDS or character == "\t" or _is_invisible(character):
            character = "\n" if character in _LINE_ENDS else " " if character == "\t" else ""
        if cluster and character and not _is_mark(character):
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def _is_invisible(character: str) -> bool:
    if character in _STEERING or character in _DRAWN_FORMATS or character in "\n\t" or character in _LINE_ENDS:
        return False
    is_selector = 0xFE00 <= ord(character) <= 0xFE0F or 0xE0100 <= ord(character) <= 0xE01EF
    is_selector = is_selector or 0x180B <= ord(character) <= 0x180F
    return is_selector or character in _INVISIBLE or unicodedata.category(character) in ("Cc", "Cf")


def _can_print(cluster: str) -> bool:
    """Whether the family that is asked for the first character has all of it: typst does not look for a better one."""
    first, *marks = [ord(one) for one in cluster if one not in _STEERING and one != "\n"] or [ord(" ")]
    if unicodedata.category(chr(first)) == "Co":
        return False
    if not marks and not _is_mark(chr(first)):
        return any(first in family.in_some_style for family in _families())
    asked = next((family for family in _families() if first in family.in_some_style), None)
    return asked is not None and asked.in_every_style.issuperset([first, *marks])


def _is_mark(character: str) -> bool:
    """Whether it is drawn over, below or beside the character before it."""
    return unicodedata.category(character).startswith("M")


def _stand_in(character: str) -> str:
    if character in _WORDS_OWN:
        return _WORDS_OWN[character]
    if unicodedata.category(character) == "Zs":
        return " "
    called = unicodedata.name(character, "")
    return f"[{called.lower()}]" if called else _UNNAMED
