"""The files that are made of a document: one to take away, or all of an edition before anything is stored."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from django.http import HttpResponse

from pcc_tracker.errors import NothingHere
from reports.content import Document
from reports.formats import FORMATS, Format
from reports.models import WordTemplate
from reports.renderers import html

logger = logging.getLogger(__name__)

BODY = Format("body", "Page", "text/html; charset=utf-8", html.body)
"""What an edition's page shows between the site's head and foot."""


class Filed(Protocol):
    """A frozen value that files are made of, such as a document: what they are called, and the Word file they name."""

    file_name: str
    word_template_key: int | None
    word_template: bytes


F = TypeVar("F", bound=Filed)


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


class CannotBeMade(Exception):
    """A file cannot be made of a document; the message says which and why, in words."""


def make_file(document: F, form: Format[F], *, ending: str = "") -> MadeFile:
    """The document in one format; raises CannotBeMade, whatever the reason, which is logged."""
    try:
        content = form.render(_with_template(document) if form.name == "docx" else document)
    except Exception as error:
        logger.exception("The %s file of %s cannot be made", form.label, document.file_name)
        raise CannotBeMade(f"The {form.label} file cannot be made: {error}") from error
    return MadeFile(form.name, f"{document.file_name}.{ending or form.name}", form.content_type, content)


def _with_template(document: F) -> F:
    """The document with the bytes of the office's Word file that it names. What was uploaded is never changed."""
    if document.word_template_key is None:
        return document
    template = WordTemplate.objects.get(pk=document.word_template_key)
    return replace(document, word_template=bytes(template.content))


def make_files(document: Document) -> Made:
    """Make the document in every format. One that cannot be made keeps no other from being made."""
    files, failures = [], []
    for one in (*FORMATS.values(), BODY):
        try:
            files.append(make_file(document, one, ending="body.html" if one is BODY else ""))
        except CannotBeMade as error:
            failures.append(str(error))
    return Made(tuple(files), tuple(failures))


def download_of(
    document: F, form: str, address: Callable[[str], str], formats: Mapping[str, Format[F]] = FORMATS
) -> HttpResponse:
    """A document as a file of `form`, one of `formats`; `address` gives that of another format.

    Raises NothingHere, with the formats there are, for one that there is not or that cannot be made.
    """
    others = [(one.label, address(one.name)) for one in formats.values() if one.name != form]
    if form not in formats:
        raise NothingHere(f'It cannot be had as "{form}".', others)
    try:
        made = make_file(document, formats[form])
    except CannotBeMade as error:
        raise NothingHere(str(error), others) from error
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return HttpResponse(made.content, content_type=made.content_type, headers=headers)
