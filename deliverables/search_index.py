"""The full text index of a table's column `words`, made and dropped by migrations, on either database.

PostgreSQL has further columns in the table itself, which it fills from the others and models do not know; an index
on the expression alone would do, but a word that many rows hold took 20 seconds with it, at 10,000 rows. SQLite has
an FTS5 table that reads its text from the table and follows it by triggers. On SQLite a migration that changes the
table makes it anew and loses its triggers: such a migration ends with `create` once more, which fills the index again.
"""

import string
import unicodedata

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_ACCENTED = [
    (letter, plain)
    for letter in map(chr, range(0xC0, 0x180))
    if (plain := unicodedata.normalize("NFD", letter)[0]) != letter
]
_FROM = string.punctuation + "".join(letter for letter, _ in _ACCENTED)
_TO = " " * len(string.punctuation) + "".join(plain for _, plain in _ACCENTED)

# PostgreSQL's parser takes "victims/witnesses" for a file's name, "<b>" for a tag and "-20" for a number, each one
# word or none. So punctuation is white space to it, and accents are taken off, as FTS5 does by itself. A character
# stays a character, so that a place in the result is the same place in the text.
_SEARCHABLE = """
    CREATE OR REPLACE FUNCTION searchable_words(text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $plain$ SELECT translate($1, '{}', '{}') $plain$
""".format(_FROM.replace("'", "''"), _TO)


def fts_table(table: str) -> str:
    """The FTS5 table of a searched table. FTS5 keeps tables of its own beside it, whose names go on from this one."""
    return f"{table}_fts"


def vector_column(column: str) -> str:
    """PostgreSQL's column of what can be found in another column."""
    return f"{column}_search"


def create(schema_editor: BaseDatabaseSchemaEditor, *, table: str, key: str, wording: str) -> None:
    """Index what the table holds, and what it will. `key` and `wording` are columns: an integer that is unique for
    good, and the deliverable's wording, which is a part of `words`.
    """
    drop(schema_editor, table=table, wording=wording)
    if schema_editor.connection.vendor == "postgresql":
        _run(
            schema_editor,
            _SEARCHABLE,
            *(
                f"ALTER TABLE {table} ADD COLUMN {vector_column(column)} tsvector "
                f"GENERATED ALWAYS AS (to_tsvector('english', searchable_words({column}))) STORED"
                for column in ("words", wording)
            ),
            f"CREATE INDEX {table}_search ON {table} USING gin ({vector_column('words')})",
        )
        return
    fts = fts_table(table)
    columns = f"words, {wording}"
    # These names stand in migrations; nothing of them is input.
    forget = f"INSERT INTO {fts} ({fts}, rowid, {columns}) VALUES ('delete', old.{key}, old.words, old.{wording});"  # noqa: S608
    learn = f"INSERT INTO {fts} (rowid, {columns}) VALUES (new.{key}, new.words, new.{wording});"  # noqa: S608
    _run(
        schema_editor,
        f"CREATE VIRTUAL TABLE {fts} USING fts5 ({columns}, content='{table}', content_rowid='{key}', "
        "tokenize='porter unicode61 remove_diacritics 2')",
        f"CREATE TRIGGER {fts}_learn AFTER INSERT ON {table} BEGIN {learn} END",
        f"CREATE TRIGGER {fts}_forget AFTER DELETE ON {table} BEGIN {forget} END",
        f"CREATE TRIGGER {fts}_relearn AFTER UPDATE OF {columns} ON {table} BEGIN {forget} {learn} END",
        f"INSERT INTO {fts} ({fts}) VALUES ('rebuild')",  # noqa: S608
    )


def drop(schema_editor: BaseDatabaseSchemaEditor, *, table: str, wording: str) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for column in ("words", wording):
            _run(schema_editor, f"ALTER TABLE {table} DROP COLUMN IF EXISTS {vector_column(column)}")
        return
    fts = fts_table(table)
    triggers = (f"DROP TRIGGER IF EXISTS {fts}_{what}" for what in ("learn", "forget", "relearn"))
    _run(schema_editor, *triggers, f"DROP TABLE IF EXISTS {fts}")


def _run(schema_editor: BaseDatabaseSchemaEditor, *statements: str) -> None:
    for statement in statements:
        schema_editor.execute(statement, params=None)
