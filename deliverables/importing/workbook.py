"""Reads a sheet of an Excel workbook that anybody may have made. No database here.

Only the parts that say what is in its cells are read, each once, and nothing is built but the texts. So no formula is
worked out, no link followed, and what else a file holds cannot do anything.
"""

import re
from collections.abc import Callable
from datetime import datetime, time

from openpyxl.styles.colors import COLOR_INDEX
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from deliverables.importing.cells import (
    FORMULA,
    MOST_COLUMNS,
    MOST_FAULTS,
    MOST_ROWS,
    TOO_MANY_FAULTS,
    TOO_MANY_ROWS,
    TOO_WIDE,
    Row,
    Spreadsheet,
)
from deliverables.importing.zipped import Unreadable, Zipped, feed, part_at, relationships_of, unzipped, xml_parser
from pcc_tracker.tables import LONGEST_CELL, storable

_SAVE_AS = "Open it in a spreadsheet program and save it as “Excel Workbook (.xlsx)” or as CSV."
EXCEL = Zipped(
    program="Excel",
    megabytes=5,
    unzipped=40_000_000,
    parts=500,
    smaller="Copy the cells into an empty workbook and paste them as values, or split it.",
    save_as=_SAVE_AS,
    old=f"It is in the format of an older Excel (.xls). {_SAVE_AS}",
    protected="It is protected with a password. Save it without one: File, Info, Protect Workbook or Protect Document.",
    broken=f"It is not an Excel workbook, or not a whole one. {_SAVE_AS}",
)
_MACROS = "It can hold macros (.xlsm or .xlsb). Save it as “Excel Workbook (.xlsx)”, which holds none."
_BROKEN = f"Something in it is broken. {_SAVE_AS}"
_MOST_ELEMENTS, _DEEPEST = 2_500_000, 100
_FURTHEST_HEADS = 20
"""Rows among which heads of columns are looked for whose colours are read."""
_LONGEST_FORMAT = 255  # characters, Excel's limit

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_PLACE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_RGB = re.compile("[0-9a-f]{6}")
_DECIMALS = re.compile(r"0(?:\.(0+))?")

_Start = Callable[[str, dict[str, str]], None]
_Walk = Callable[[bytes, "_Part"], None]
_IsHead = Callable[[str], bool]


class _Part:
    """What is done with the elements of a part, by their local names."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """At an element's beginning; attributes by their local names."""

    def end(self, name: str) -> None:
        """At an element's end."""

    def text(self, text: str) -> None:
        """At each piece of text."""


def read_workbook(content: bytes, sheet_name: str = "") -> Spreadsheet:
    """Of the sheets that are not hidden the one of that name, or else the first; raises Unreadable."""
    (sheet,) = _read_safely(content, sheet_name, lambda text: False, is_one=True)
    if sheet.is_too_wide:
        raise Unreadable(TOO_WIDE)
    return sheet


def read_sheets(content: bytes, is_coloured: _IsHead) -> tuple[Spreadsheet, ...]:
    """All sheets that are not hidden; limits hold for all of them together. Raises Unreadable.

    Colours are read below the texts of the first rows of which `is_coloured` says so.

    A sheet that is too wide is cut, and says so, since it may be one that nobody wants read.
    """
    return _read_safely(content, "", is_coloured, is_one=False)


def _read_safely(content: bytes, sheet_name: str, is_coloured: _IsHead, *, is_one: bool) -> tuple[Spreadsheet, ...]:
    try:
        return _read(content, sheet_name, is_coloured, is_one=is_one)
    except Unreadable:
        raise
    except (KeyError, ValueError, IndexError, OverflowError) as error:  # a part or a number that is not as it must be
        raise Unreadable(_BROKEN) from error


def _read(content: bytes, sheet_name: str, is_coloured: _IsHead, *, is_one: bool) -> tuple[Spreadsheet, ...]:
    parts, walk = unzipped(content, EXCEL), _walker()
    _refuse_other_kinds(parts, walk)
    (book_name,) = [target for kind, target in _targets(parts, "", walk).values() if kind == "officeDocument"][:1]
    book = _Book()
    walk(parts[book_name], book)
    targets = _targets(parts, book_name, walk)
    strings, styles = _Strings(), _Styles()
    for kind, target in targets.values():
        if kind in ("sharedStrings", "styles") and target in parts:
            walk(parts[target], strings if kind == "sharedStrings" else styles)
    shown = [(name, targets[key][1]) for name, key in book.shown if targets[key][0] == "worksheet"]
    if not shown:
        raise Unreadable("It has no sheet that is not hidden. Show the one to be read, and save it.")
    named = [one for one in shown if one[0].strip().casefold() == sheet_name.casefold()]
    if sheet_name and not named:
        raise Unreadable(f"It has no sheet “{sheet_name}”, or that is hidden. Give the sheet to be read this name.")
    calendar = CALENDAR_MAC_1904 if book.is_from_1904 else CALENDAR_WINDOWS_1900
    rows = faults = 0
    read = []
    for name, target in (named or shown)[:1] if is_one else shown:
        sheet = _Sheet(strings.all, styles, calendar, MOST_ROWS - rows, MOST_FAULTS - faults, is_coloured)
        walk(parts[target], sheet)
        rows, faults = rows + len(sheet.rows), faults + len(sheet.faults)
        others = tuple(other for other, _ in shown if other != name)
        read.append(Spreadsheet(tuple(sheet.rows), sheet.faults, True, name, others, sheet.fills, sheet.is_too_wide))
    return tuple(read)


def _walker() -> _Walk:
    """Walks through parts, and refuses what is far more than a sheet of so many rows is in all of them together."""
    count = 0

    def walk(content: bytes, part: _Part) -> None:
        parser, depth = xml_parser("Excel"), 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal count, depth
            count, depth = count + 1, depth + 1
            if count > _MOST_ELEMENTS or depth > _DEEPEST:
                raise Unreadable(f"There is far more in it than in a sheet of {MOST_ROWS:,} rows. {EXCEL.smaller}")
            part.start(name.rpartition("}")[2], {key.rpartition("}")[2]: value for key, value in attributes.items()})

        def end(name: str) -> None:
            nonlocal depth
            depth -= 1
            part.end(name.rpartition("}")[2])

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = part.text
        feed(parser, content, _BROKEN)

    return walk


def _refuse_other_kinds(parts: dict[str, bytes], walk: _Walk) -> None:
    if "[content_types].xml" not in parts:
        raise Unreadable(EXCEL.broken)
    types = _Found("Override", "Default")
    walk(parts["[content_types].xml"], types)
    kinds = " ".join(one.get("ContentType", "").lower() for one in types.all)
    if "macroenabled" in kinds or "vbaproject" in kinds or any("vbaproject" in name for name in parts):
        raise Unreadable(_MACROS)
    if "spreadsheetml.sheet.main+xml" not in kinds and "spreadsheetml.template.main+xml" not in kinds:
        raise Unreadable(EXCEL.broken)


def _targets(parts: dict[str, bytes], of: str, walk: _Walk) -> dict[str, tuple[str, str]]:
    """What a part names: by its key there, of what kind it is and which part; links out of the file are left out."""
    found = _Found("Relationship")
    walk(parts[relationships_of(of)], found)
    return {
        one["Id"]: (one["Type"].rpartition("/")[2], part_at(of, one["Target"]))
        for one in found.all
        if one.get("TargetMode") != "External"
    }


class _Found(_Part):
    """The attributes of each element of some names."""

    def __init__(self, *names: str) -> None:
        self.names, self.all = names, []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in self.names:
            self.all.append(attributes)


class _Book(_Part):
    """The sheets that are not hidden, by name and key, and from which year days are counted."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []
        self.is_from_1904 = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            self.shown.append((storable(attributes["name"]), attributes["id"]))
        elif name == "workbookPr":
            self.is_from_1904 = attributes.get("date1904") in ("1", "true")


class _Text(_Part):
    """Gathers the text of elements; no more of one than a cell can hold, and one character by which that is seen."""

    def __init__(self) -> None:
        self._is_in_text, self._pieces, self._length = False, [], 0

    def text(self, text: str) -> None:
        if self._is_in_text and self._length <= LONGEST_CELL:
            self._pieces.append(text)
            self._length += len(text)

    def taken(self) -> str:
        """What was gathered since this was asked last."""
        whole = "".join(self._pieces)[: LONGEST_CELL + 1]
        self._pieces, self._length = [], 0
        return whole


class _Strings(_Text):
    """The texts that cells name by number. How a text is to be spoken is no part of it."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[str] = []
        self._is_in_sound = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "rPh":
            self._is_in_sound = True
        self._is_in_text = name == "t" and not self._is_in_sound

    def end(self, name: str) -> None:
        self._is_in_text = False
        if name == "rPh":
            self._is_in_sound = False
        elif name == "si":
            self.all.append(_plain(self.taken()))


class _Styles(_Part):
    """The number format and the colour of each style that cells name by number. Colours of a theme are not known."""

    def __init__(self) -> None:
        self._fills: list[str] = []
        self._fill_of_styles: list[int] = []
        self._is_solid = False
        self._own: dict[int, str] = {}
        self._of_styles: list[int] = []
        self._is_in_cells = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt" and len(attributes["formatCode"]) <= _LONGEST_FORMAT:
            self._own[int(attributes["numFmtId"])] = attributes["formatCode"]
        elif name == "cellXfs":
            self._is_in_cells = True
        elif name == "fill":
            self._fills.append("")
        elif name == "patternFill":
            self._is_solid = attributes.get("patternType") == "solid"
        elif name == "fgColor" and self._is_solid and self._fills:
            self._fills[-1] = _colour(attributes)
        elif name == "xf" and self._is_in_cells:
            self._fill_of_styles.append(int(attributes.get("fillId", 0)))
            self._of_styles.append(int(attributes.get("numFmtId", 0)))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._is_in_cells = False

    def fill(self, style: int) -> str:
        """Such as `00b050`; empty of a style without a colour."""
        number = self._fill_of_styles[style] if style < len(self._fill_of_styles) else 0
        return self._fills[number] if 0 <= number < len(self._fills) else ""

    def format(self, style: int) -> str:
        number = self._of_styles[style] if style < len(self._of_styles) else 0
        return self._own.get(number) or BUILTIN_FORMATS.get(number, "General")


class _Sheet(_Text):
    """The rows of a sheet."""

    def __init__(
        self,
        strings: list[str],
        styles: _Styles,
        calendar: datetime,
        most_rows: int,
        most_faults: int,
        is_coloured: _IsHead,
    ) -> None:
        super().__init__()
        self.fills: dict[tuple[int, int], str] = {}
        self._is_coloured = is_coloured
        self._coloured: set[int] = set()
        """The columns whose colours are read."""
        self._most_rows, self._most_faults = most_rows, most_faults
        self.is_too_wide = False
        self.rows: list[Row] = []
        self.faults: dict[tuple[int, int], str] = {}
        self._strings, self._styles, self._calendar = strings, styles, calendar
        self._row = 0
        self._column = -1
        self._texts: dict[int, str] = {}
        self._cell: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self._column = column_index_from_string(place[1]) - 1 if place else self._column + 1
            self._cell = attributes
        elif name == "row":
            self._row, self._column, self._texts = int(attributes.get("r", self._row + 1)), -1, {}
        elif name == "f":
            self._fault(FORMULA)
        self._is_in_text = name in ("v", "t")

    def end(self, name: str) -> None:
        self._is_in_text = False
        if name == "c":
            self._end_cell(self.taken())
        elif name == "row" and self._texts:
            if len(self.rows) > self._most_rows:
                raise Unreadable(TOO_MANY_ROWS)
            self.rows.append(Row(self._row, tuple(self._texts.get(at, "") for at in range(max(self._texts) + 1))))

    def _end_cell(self, raw: str) -> None:
        kind = self._cell.get("t", "n")
        if self._column in self._coloured and (fill := self._styles.fill(_place(self._cell.get("s", "0")))):
            self.fills[self._row, self._column] = fill
        if not raw or (self._row, self._column) in self.faults:
            return
        if kind == "e":
            self._fault(f"It shows the error {raw[:20]}. Write what is meant.")
        elif text := self._shown(kind, raw):
            self._fill(text)

    def _fill(self, text: str) -> None:
        if self._column >= MOST_COLUMNS:
            self.is_too_wide = True
        else:
            self._texts[self._column] = text
            if len(self.rows) < _FURTHEST_HEADS and self._is_coloured(text):
                self._coloured.add(self._column)

    def _fault(self, said: str) -> None:
        self._fill("")  # a row of these alone is no empty one
        self.faults[self._row, self._column] = said
        if len(self.faults) > self._most_faults:
            raise Unreadable(TOO_MANY_FAULTS)

    def _shown(self, kind: str, raw: str) -> str:
        """A cell's text much as Excel shows it."""
        if kind == "s":
            return self._strings[_place(raw)]
        if kind == "b":
            return "TRUE" if raw == "1" else "FALSE"
        if kind != "n":
            return _plain(raw)
        number, code = float(raw), self._styles.format(_place(self._cell.get("s", "0")))
        if is_date_format(code):
            return _day(number, self._calendar)
        if (decimals := _DECIMALS.fullmatch(code)) and abs(number) < 1e15:
            return f"{number:.{len(decimals[1] or '')}f}"
        return f"{number:.15g}"  # as many digits as Excel shows: it keeps 4.1 as 4.0999999999999996


def _colour(attributes: dict[str, str]) -> str:
    """A colour such as `00b050` of its red, green and blue, or of its number in Excel's own list."""
    if "rgb" in attributes:
        colour = attributes["rgb"][-6:].lower()
    else:
        number = int(attributes.get("indexed", -1))
        colour = COLOR_INDEX[number][-6:].lower() if 0 <= number < len(COLOR_INDEX) else ""
    return colour if _RGB.fullmatch(colour) else ""


def _place(number: str) -> int:
    """A place in a list; raises ValueError for one below 0, which Python would count from the list's end."""
    if (place := int(number)) < 0:
        raise ValueError(number)
    return place


def _plain(text: str) -> str:
    """A text without Excel's own marks: characters by their numbers, and the sign that our files put before a "="."""
    text = storable(_ESCAPED.sub(lambda one: chr(int(one[1], 16)), text)).strip()
    return text[1:] if text.startswith("'=") else text


def _day(number: float, calendar: datetime) -> str:
    try:
        found = from_excel(number, calendar)
    except (OverflowError, ValueError):
        return f"{number:.15g}"
    if not isinstance(found, datetime):
        return str(found)  # a time of day, or how long something takes
    return found.date().isoformat() if found.time() == time() else found.isoformat(sep=" ", timespec="minutes")
