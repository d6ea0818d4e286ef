"""Word files for the tests of reading them: made by python-docx, with raw XML put in where it knows nothing of it."""

import io
import zipfile
from collections.abc import Callable

import docx
from docx.document import Document as WordFile
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from deliverables.importing.document import FileDocument
from deliverables.importing.word import read_word

_SPACES = (
    f"{nsdecls('w', 'r', 'm')} "
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def saved(file: WordFile) -> bytes:
    written = io.BytesIO()
    file.save(written)
    return written.getvalue()


def read(build: Callable[[WordFile], object]) -> FileDocument:
    """What is read of an empty file after `build` wrote into it."""
    file = docx.Document()
    build(file)
    return read_word(saved(file))


def of_xml(*body: str) -> FileDocument:
    """What is read of a file whose body is this XML."""

    def build(file: WordFile) -> None:
        for element in [*parse_xml(f"<w:body {_SPACES}>{''.join(body)}</w:body>")]:
            file.element.body.insert(-1, element)

    return read(build)


def changed(content: bytes, replaced: dict[str, str] | None = None, added: dict[str, bytes] | None = None) -> bytes:
    """A file with some text of its parts replaced, and parts added or put in the place of others."""
    replaced, added, new = replaced or {}, added or {}, io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as file:
        parts = {name: old.read(name) for name in old.namelist()}
        for name, part in (parts | added).items():
            for before, after in replaced.items():
                part = part.replace(before.encode(), after.encode())
            file.writestr(name, part)
    return new.getvalue()
