"""The files of an edition, made of a document before anything is stored."""

import logging
from dataclasses import dataclass

from reports.content import Document
from reports.formats import FORMATS, Format
from reports.renderers import html

logger = logging.getLogger(__name__)

BODY = Format("body", "Page", "text/html; charset=utf-8", html.body)
"""What an edition's page shows between the site's head and foot."""


@dataclass(frozen=True)
class MadeFile:
    form: str
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Made:
    """All files of a document, and in words why some could not be made."""

    files: tuple[MadeFile, ...]
    failures: tuple[str, ...]


def make_files(document: Document) -> Made:
    """Make the document in every format. One that cannot be made keeps no other from being made."""
    files, failures = [], []
    for one in (*FORMATS.values(), BODY):
        ending = "body.html" if one is BODY else one.name
        try:
            content = one.render(document)
        except Exception as error:  # whatever it is, it is told to who publishes, and there is no edition without it
            logger.exception("The %s file of %s cannot be made", one.label, document.file_name)
            failures.append(f"The {one.label} file cannot be made: {error}")
        else:
            files.append(MadeFile(one.name, f"{document.file_name}.{ending}", one.content_type, content))
    return Made(tuple(files), tuple(failures))
