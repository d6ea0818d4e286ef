"""What changed between two texts, word by word. No database here."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

MOST = 2_000
"""Of more lines, or of more words in changed lines, all is a change: comparing costs the square of their number."""

AROUND = 24
"""How many unchanged words and spaces are left on each side of a change where a text is shortened."""

LEAST_STAY = 4
"""Fewer unchanged words than this between two changes are part of the change: by chance alone some always stay."""


class Kind(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """A stretch of text that stayed, went or came."""

    kind: Kind
    text: str


def compare(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces of both texts: those that are not new make `before`, those that are not gone make `after`."""
    return tuple(_joined(_without_chance(tuple(_joined(_compared(_lines(before), _lines(after), _by_words))))))


def shortened(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces with long unchanged stretches cut to the words around the changes."""
    last = len(pieces) - 1
    return tuple(
        _cut(piece, at_start=index == 0, at_end=index == last) if piece.kind is Kind.SAME else piece
        for index, piece in enumerate(pieces)
    )


def _cut(piece: Piece, *, at_start: bool, at_end: bool) -> Piece:
    words = _words(piece.text)
    if len(words) <= (1 if at_start or at_end else 2) * AROUND:
        return piece
    first = "" if at_start else "".join(words[:AROUND])
    rest = "" if at_end else "".join(words[-AROUND:])
    return Piece(Kind.SAME, f"{first}… {rest}" if at_start or rest else f"{first}…")


def _compared(before: list[str], after: list[str], replaced: Callable[[str, str], Iterator[Piece]]) -> Iterator[Piece]:
    if max(len(before), len(after)) > MOST:
        yield from _whole("".join(before), "".join(after))
        return
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for step, from_, to, start, end in matcher.get_opcodes():
        gone, new = "".join(before[from_:to]), "".join(after[start:end])
        if step == "equal":
            yield Piece(Kind.SAME, new)
        elif step == "replace":
            yield from replaced(gone, new)
        else:
            yield from _whole(gone, new)


def _whole(gone: str, new: str) -> Iterator[Piece]:
    return _pieces("", gone, new)


def _by_words(gone: str, new: str) -> Iterator[Piece]:
    return _compared(_words(gone), _words(new), _whole)


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _words(text: str) -> list[str]:
    """Words, and the spaces between them, so that joined they are the text."""
    return re.findall(r"\s+|\S+", text)


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind as one piece; between two same ones, all that went stands before all that came."""
    gone = new = same = ""
    for piece in pieces:
        if piece.kind is Kind.SAME:
            if gone or new:
                yield from _pieces(same, gone, new)
                same, gone, new = "", "", ""
            same += piece.text
        elif piece.kind is Kind.GONE:
            gone += piece.text
        else:
            new += piece.text
    yield from _pieces(same, gone, new)


def _without_chance(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces, with the few words that stayed between two changes taken into both."""
    for index, piece in enumerate(pieces):
        is_between = 0 < index < len(pieces) - 1
        if piece.kind is Kind.SAME and is_between and len(piece.text.split()) < LEAST_STAY:
            yield from _pieces("", piece.text, piece.text)
        else:
            yield piece


def _pieces(same: str, gone: str, new: str) -> Iterator[Piece]:
    for kind, text in ((Kind.SAME, same), (Kind.GONE, gone), (Kind.NEW, new)):
        if text:
            yield Piece(kind, text)
