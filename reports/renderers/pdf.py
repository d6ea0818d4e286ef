"""A document as PDF: tagged, PDF/UA-1, set by typst from `report.typ`."""

import json
import subprocess
import sys
from pathlib import Path

from reports.content import Document
from reports.renderers.fonts import font_folders
from reports.renderers.pdf_data import Gathering, Replaced
from reports.renderers.pdf_tags import with_row_headers

TEMPLATE = Path(__file__).with_name("report.typ")
PROCESS = Path(__file__).with_name("typst_process.py")
LONGEST = 120
"""Seconds that setting one PDF may take. One of 300 deliverables takes about two."""


class NotSet(Exception):
    """The PDF cannot be made of this document; the message says why, in words."""


def render(document: Document) -> bytes:
    """The document as a tagged PDF/UA-1 file; raises NotSet."""
    return with_row_headers(_set(Gathering().document(document)))


def replaced(document: Document) -> list[Replaced]:
    """The characters that the PDF prints otherwise than they were typed, each place once, in reading order."""
    gathering = Gathering()
    gathering.document(document)
    return list(gathering.replaced)


def _set(data: dict[str, object]) -> bytes:
    """What typst makes of the template and the data, in a process of its own."""
    asked = {
        "template": str(TEMPLATE),
        "font_folders": [str(folder) for folder in font_folders()],
        "document": json.dumps(data),
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own script, and what it is told goes by standard input
            [sys.executable, "-I", str(PROCESS)], input=json.dumps(asked).encode(), capture_output=True, timeout=LONGEST
        )
    except subprocess.TimeoutExpired as error:
        raise NotSet(f"it was not done within {LONGEST} seconds. Print fewer themes in one.") from error
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip() or f"its process ended with {done.returncode}"
        raise NotSet(why)
    return done.stdout
