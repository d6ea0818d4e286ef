"""Whether a file that an office uploads can be its Word template: everything that is wrong with it, in plain words.

The bytes may be anybody's. They are measured before they are unzipped, unzipped before they are read, and read by a
parser that keeps nothing, before any library opens them. No database here.
"""

import io
from pathlib import PurePosixPath
from typing import NamedTuple

import docx
from docx.document import Document as WordFile
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn

from deliverables.importing.zipped import Unreadable, Zipped, unzipped
from reports.renderers.word_file import LEAST_WIDTH, opened, saved, text_width
from reports.renderers.word_leftovers import problems as hidden_problems
from reports.renderers.word_narrative import DEEPEST_HEADING, Writer
from reports.renderers.word_running import running_parts
from reports.renderers.word_scan import MOST_PROBLEMS, Scan

MOST_MEGABYTES = 5
"""The largest file that is taken."""

MOST_LENGTH = 31_680
"""The longest page, and the widest margin, that Word takes, in twentieths of a point: 22 inches."""

_LENGTHS = {"pgSz": ("w", "h"), "pgMar": ("top", "right", "bottom", "left", "header", "footer", "gutter")}

_LINES = ("Title", *(f"Heading {level}" for level in range(1, DEEPEST_HEADING + 1)))
NEEDED_STYLES = {
    **dict.fromkeys(_LINES, (WD_STYLE_TYPE.PARAGRAPH, "line")),
    "Table Grid": (WD_STYLE_TYPE.TABLE, "table"),
}
"""By name: of what kind they are, and what they are applied to."""

_SAVE_AS = "Open it in Word and save it as “Word Document (.docx)”."
_NOT_WORD = f"It is not a Word document, or not a whole one. {_SAVE_AS}"
_BROKEN = f"Something in it is broken, or written in a way that cannot be used. {_SAVE_AS}"
_WORD = Zipped(
    program="Word",
    megabytes=MOST_MEGABYTES,
    unzipped=25_000_000,
    parts=300,
    smaller="Make the pictures in it smaller.",
    save_as=_SAVE_AS,
    old=f"It is in the format of an older Word (.doc). {_SAVE_AS}",
    protected="It is protected with a password. Save it in Word without one: File, Info, Protect Document.",
    broken=_NOT_WORD,
)
_PICTURES_AND_FONTS = {
    *(".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".svg"),
    *(".odttf", ".ttf", ".fntdata"),
}


class _Package(NamedTuple):
    parts: dict[str, bytes]
    """By name, in lower case."""
    scan: Scan


def why_too_large(size: int) -> str:
    """Why a file of so many bytes is not taken; empty for one that is."""
    return _WORD.why_too_large(size)


def check(content: bytes) -> list[str]:
    """Everything that keeps `content` from being a template, each a sentence or two; empty where it can be one.

    Takes at most a second or two and some 200 MB, whatever the bytes are.
    """
    try:
        package = _read(content)
        if problems := [*_kind_problems(package.scan), *_part_problems(package), *package.scan.problems]:
            return list(dict.fromkeys(problems))[:MOST_PROBLEMS]
        return _missing(content)
    except Unreadable as error:
        return [str(error)]


def _read(content: bytes) -> _Package:
    parts = unzipped(content, _WORD)
    scan = Scan()
    if "[content_types].xml" not in parts:
        raise Unreadable(_NOT_WORD)
    scan.read("[content_types].xml", parts["[content_types].xml"])
    for name, part in parts.items():
        if name != "[content_types].xml" and scan.is_xml(name):
            scan.read(name, part)
    return _Package(parts, scan)


def _kind_problems(scan: Scan) -> list[str]:
    """What the file says that it is."""
    if any("macroenabled" in kind or "vbaproject" in kind for kind in scan.kinds):
        return ["It can hold macros (.docm). Save it in Word as “Word Document (.docx)”, which holds none."]
    if any("wordprocessingml.template.main+xml" in kind for kind in scan.kinds):
        return [f"It is a Word template (.dotx), which cannot be taken as it is. {_SAVE_AS}"]
    if not any("wordprocessingml.document.main+xml" in kind for kind in scan.kinds):
        return [_NOT_WORD]
    if scan.is_strict:
        return [f"It is a “Strict Open XML Document”, which is written otherwise. {_SAVE_AS}"]
    return []


def _part_problems(package: _Package) -> list[str]:
    problems = []
    for name in package.parts:
        path = PurePosixPath(name)
        if path.name.startswith("vba"):
            problems.append("It holds macros. Save it in Word as “Word Document (.docx)”, which holds none.")
        elif {"embeddings", "activex"} & set(path.parts):
            problems.append(
                f"It holds an embedded object ({path.name}). Delete it in Word, or put a picture in its place."
            )
        elif not (package.scan.is_xml(name) or path.suffix in _PICTURES_AND_FONTS or "printersettings" in path.parts):
            problems.append(f"It holds {path.name}, which is neither text nor a picture nor a font. {_SAVE_AS}")
    return problems


def _missing(content: bytes) -> list[str]:
    """What a report needs and the file lacks; it is safe to open by now, though it may still be broken."""
    try:
        file = docx.Document(io.BytesIO(content))
        if problems := [*_page_problems(file), *_style_problems(file)]:
            return problems
        file = opened(content)
        if problems := hidden_problems(file):
            return problems
        Writer(file)
        running_parts(file)
        saved(file)
    except Exception as error:  # a broken file makes python-docx raise nearly anything
        raise Unreadable(_BROKEN) from error
    return []


def _style_problems(file: WordFile) -> list[str]:
    there = {((one.name or "").lower(), one.type) for one in file.styles}
    return [
        f"The style “{name}” is not in it. In Word, apply it to a {what} once and save: it then stays in the file, "
        "whatever you delete."
        for name, (kind, what) in NEEDED_STYLES.items()
        if (name.lower(), kind) not in there
    ]


def _page_problems(file: WordFile) -> list[str]:
    section = file.element.body.sectPr
    if section is None or section.find(qn("w:pgSz")) is None or section.find(qn("w:pgMar")) is None:
        return ["It does not say how large its pages are. In Word, choose a size and margins under Layout, and save."]
    lengths = [
        abs(int(section.find(qn(f"w:{element}")).get(qn(f"w:{side}"), "0")))
        for element, sides in _LENGTHS.items()
        for side in sides
    ]
    if max(lengths) > MOST_LENGTH:
        most = round(MOST_LENGTH / 567)
        return [f"Its pages or their margins are larger than Word can print: the most is {most} cm."]
    if text_width(section) <= LEAST_WIDTH:
        least = round(LEAST_WIDTH / 567)
        return [f"Its pages leave too little room between the margins: a report needs more than {least} cm."]
    return []
