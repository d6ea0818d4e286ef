"""The fonts of a PDF, what they can print, and what stands in the place of what they cannot.

A PDF/UA file with a character that no font has cannot be made, so every text goes through `printable()` first.
"""

import unicodedata
from collections.abc import Iterator
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


@cache
def _faces() -> tuple[frozenset[int], ...]:
    """The characters of each face. Read once a process; faces that have the same are one."""
    paths = sorted(path for folder in font_folders() for path in folder.glob("*.ttf"))
    return tuple(dict.fromkeys(frozenset(TTFont(path, lazy=True).getBestCmap()) for path in paths))


def printable(text: str) -> tuple[str, tuple[str, ...]]:
    """The text as a PDF can print it, and the characters that something else stands in place of.

    Those of Word's own list marks become ordinary ones, others their Unicode name in square brackets, and those
    without a name a square. What nobody can see and no reader needs is left out without a word.
    """
    if text.isascii() and text.isprintable():
        return text, ()
    written, replaced = [], []
    for cluster in _clusters(text):
        if _one_face_has(cluster):
            written.append(cluster)
        elif _one_face_has(composed := unicodedata.normalize("NFC", cluster)):
            written.append(composed)
        else:
            for character in cluster:
                stand_in = _stand_in(character)
                written.append(stand_in)
                if stand_in != character and not _is_invisible(character):
                    replaced.append(character)
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
        if cluster and character and not unicodedata.category(character).startswith("M"):
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


def _one_face_has(cluster: str) -> bool:
    seen = [ord(one) for one in cluster if one not in _STEERING and one != "\n"]
    return any(face.issuperset(seen) for face in _faces())


def _stand_in(character: str) -> str:
    if _one_face_has(character):
        return character
    if character in _WORDS_OWN:
        return _WORDS_OWN[character]
    if unicodedata.category(character) == "Zs":
        return " "
    called = unicodedata.name(character, "")
    return f"[{called.lower()}]" if called else _UNNAMED
