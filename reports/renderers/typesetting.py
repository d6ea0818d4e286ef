"""What typst makes of a template and its data: a tagged PDF/UA-1 file."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from reports.renderers.fonts import font_folders

ROOT = Path(__file__).resolve().parents[2]
"""The folder that a template may import from: a room's takes `/reports/renderers/setting.typ`."""
PROCESS = Path(__file__).with_name("typst_process.py")
LONGEST = 120
"""Seconds that setting one PDF may take. A report of 300 deliverables takes about two."""


class NotSet(Exception):
    """The PDF cannot be made; the message says why, in words."""


def typeset(template: Path, data: Mapping[str, object]) -> bytes:
    """The PDF, set in a process of its own; raises NotSet."""
    asked = {
        "root": str(ROOT),
        "template": str(template),
        "font_folders": [str(folder) for folder in font_folders()],
        "document": json.dumps(data),
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own script, and what it is told goes by standard input
            [sys.executable, "-I", str(PROCESS)], input=json.dumps(asked).encode(), capture_output=True, timeout=LONGEST
        )
    except subprocess.TimeoutExpired as error:
        raise NotSet(f"it was not done within {LONGEST} seconds. Ask for less in one file.") from error
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip() or f"its process ended with {done.returncode}"
        raise NotSet(why)
    return done.stdout
