"""Searching the column `words` of a table that `search_index.py` has indexed: what is asked for, and what is found.

A search is words and "words side by side"; all must be there, each in any of its forms: "patrols" finds "patrol".
Words such as "the" are in every text and are passed over. Both databases answer by their own index and stemming.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import BooleanField, Expression, F, Field, Func, Model, QuerySet, TextField

from deliverables.models import UpdateContent
from deliverables.narrative import storable
from deliverables.search_index import fts_table, vector_column

MOST_BYTES = 200_000
"""Of a row's text so much can be found, in bytes of UTF-8: PostgreSQL refuses a row with an index entry over 1 MB."""

# As PostgreSQL's list of English ones has them (Snowball).
_STOP_WORDS = """
    i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself
    it its itself they them their theirs themselves what which who whom this that these those am is are was were be
    been being have has had having do does did doing a an the and but if or because as until while of at by for with
    about against between into through during before after above below to from up down in out on off over under again
    further then once here there when where why how all any both each few more most other some such no nor not only
    own same so than too very s t can will just don should now
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

_ASKED = re.compile(r'["“”„]([^"“”„]*)|([^\s"“”„]+)')
_WORD = re.compile(r"[^\W_]+")


def words_of(*texts: str) -> str:
    """What is stored to be searched of a row's texts: a line each, the wording first, without what cannot be stored."""
    text = unicodedata.normalize("NFC", storable("\n".join(text for text in texts if text)))
    return text.encode()[:MOST_BYTES].decode(errors="ignore")


def words_of_update(update: UpdateContent, wording: str) -> str:
    """What is stored to be searched of an update under a deliverable's wording."""
    return words_of(wording, update.recovery_step, update.parsed.text)


@dataclass(frozen=True)
class Query:
    """What a person asked for."""

    terms: tuple[str, ...] = ()
    """Each a word, or several that stand side by side; letters, digits and single spaces, nothing else."""
    passed_over: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms)


def parse(typed: str) -> Query:
    """Read what a person typed; any text is a search, of nothing where it holds no word to search for.

    A word of several parts, such as 2019-20 or stop-and-search, is those side by side.
    """
    terms, passed_over = {}, {}
    for quoted, bare in _ASKED.findall(unicodedata.normalize("NFC", storable(typed))):
        words = _WORD.findall(quoted or bare)
        kept = [place for place, word in enumerate(words) if word.lower() not in STOP_WORDS]
        if kept:
            terms[" ".join(words[kept[0] : kept[-1] + 1])] = None
        elif words:
            passed_over[" ".join(words)] = None
    return Query(tuple(terms), tuple(passed_over))


class _OfIndex(Func):
    """Something that the index knows of a row's column. `words` is the one that is indexed."""

    def __init__(self, column: str, query: Query, **extra: Any) -> None:
        super().__init__(F("pk"), F(column), **extra)
        self.column, self.query = column, query

    def _tsquery(self) -> str:
        return " && ".join(["phraseto_tsquery('english', searchable_words(%s))"] * len(self.query.terms))

    def _match(self) -> str:
        return " AND ".join(f'"{term}"' for term in self.query.terms)

    def _compiled(self, compiler: Any) -> tuple[str, str, str]:
        """Key and column as SQL, and the FTS5 table's name."""
        key, column = self.get_source_expressions()
        return compiler.compile(key)[0], compiler.compile(column)[0], fts_table(key.target.model._meta.db_table)


class Holds(_OfIndex):
    """Whether the column holds all that is asked for."""

    output_field: Field = BooleanField()

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[str]]:
        key, _column = self.get_source_expressions()
        vector = f"{connection.ops.quote_name(key.alias)}.{vector_column(self.column)}"
        return f"{vector} @@ ({self._tsquery()})", [*self.query.terms]

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[str]]:
        key, _column, fts = self._compiled(compiler)
        return f"{key} IN (SELECT rowid FROM {fts} WHERE {fts} MATCH %s)", [f"{self.column} : ({self._match()})"]  # noqa: S608


START, END = "\x02", "\x03"
"""Round a found word. No stored text has them (`narrative.storable`)."""


class Marked(_OfIndex):
    """The column's text with each found word between START and END. On PostgreSQL its punctuation is white space."""

    output_field: Field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[str]]:
        _key, column, _fts = self._compiled(compiler)
        how = f'HighlightAll=true, StartSel="{START}", StopSel="{END}"'
        return f"ts_headline('english', searchable_words({column}), {self._tsquery()}, %s)", [*self.query.terms, how]

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[str]]:
        key, _column, fts = self._compiled(compiler)
        place = 0 if self.column == "words" else 1
        marked = f"highlight({fts}, {place}, char(2), char(3))"
        return f"(SELECT {marked} FROM {fts} WHERE {fts} MATCH %s AND rowid = {key})", [self._match()]  # noqa: S608


def found(rows: QuerySet, query: Query) -> QuerySet:
    """Those of the rows that hold all that is asked for; of nothing asked for, none."""
    return rows.filter(Holds("words", query)) if query else rows.none()


def best_first(query: Query, wording: str) -> Expression:
    """To order by: rows whose wording alone holds all that is asked for come first."""
    return Holds(wording, query).desc()


class Piece(NamedTuple):
    """A part of a text, found or not. Plain text: what shows it escapes it."""

    text: str
    is_found: bool


Pieces = list[Piece]

MOST_EXCERPTS = 3
BEFORE, LENGTH = 60, 200
"""An excerpt's characters before its first found word, and in all."""


class Found(NamedTuple):
    """How a row that was found is shown."""

    wording: Pieces
    excerpts: list[Pieces]


def show(rows: Iterable[Model], query: Query, wording: str) -> dict[Any, Found]:
    """By primary key, each row's wording and excerpts of its other text, with the found words marked; one query."""
    rows = list(rows)
    if not rows or not query:
        return {}
    marked = type(rows[0])._default_manager.filter(pk__in=[row.pk for row in rows]).order_by()
    marked = marked.annotate(marked_wording=Marked(wording, query), marked_words=Marked("words", query))
    return {
        pk: Found(_pieces(text, _spans(text, marked_text)), _excerpts(words, _spans(words, marked_words), text))
        for pk, text, marked_text, words, marked_words in marked.values_list(
            "pk", wording, "marked_wording", "words", "marked_words"
        )
    }


def _spans(text: str, marked: str) -> list[tuple[int, int]]:
    """Where the found words of a text begin and end, neighbours as one; of a phrase PostgreSQL marks each word.

    Nothing where the database left a part of the text out, as PostgreSQL does with a word of more than 2 kB.
    """
    spans: list[tuple[int, int]] = []
    place = 0
    for number, part in enumerate(re.split(f"[{START}{END}]", marked)):
        if number % 2:
            is_next = bool(spans) and place == spans[-1][1] + 1
            spans.append((spans.pop()[0] if is_next else place, place + len(part)))
        place += len(part)
    return spans if place == len(text) else []


def _excerpts(words: str, spans: list[tuple[int, int]], wording: str) -> list[Pieces]:
    """What stands round the first found words that are not in the wording; without any, how the text begins."""
    begin = min(len(words_of(wording)) + 1, len(words))
    excerpts: list[Pieces] = []
    end = begin
    for start, _ in [span for span in spans if span[0] >= begin] or [(begin, begin)]:
        if start < end or len(excerpts) == MOST_EXCERPTS:
            continue
        first = _word_begins(words, max(end, start - BEFORE), start)
        end = _word_ends(words, max(first + LENGTH, start + 1))
        inside = [(max(one, first), min(other, end)) for one, other in spans if one < end and other > first]
        pieces = _pieces(words, inside, first, end)
        if "".join(piece.text for piece in pieces).strip():
            before, after = "… " * (first > begin), " …" * (end < len(words))
            excerpts.append([*[Piece(before, False)] * bool(before), *pieces, *[Piece(after, False)] * bool(after)])
    return excerpts


def _word_begins(text: str, place: int, least: int) -> int:
    """The first place from `place` on, and before `least`, at which a word begins."""
    if place == 0 or text[place - 1].isspace():
        return place
    space = re.search(r"\s", text[place:least])
    return place + space.end() if space else place


def _word_ends(text: str, place: int) -> int:
    """The last place before `place` at which a word ends, if one does within 30 characters."""
    if place >= len(text):
        return len(text)
    space = text.rfind(" ", place - 30, place + 1)
    return space if space > 0 else place


def _pieces(text: str, spans: list[tuple[int, int]], first: int = 0, end: int | None = None) -> Pieces:
    """The text from `first` to `end`, cut where found words begin and end."""
    pieces, place = [], first
    end = len(text) if end is None else end
    for start, stop in spans:
        pieces += [Piece(text[place:start], False), Piece(text[start:stop], True)]
        place = stop
    pieces.append(Piece(text[place:end], False))
    return [piece for piece in pieces if piece.text]
