"""Whether a table's printed changes are what its own figures give. No database here.

Columns are known by their headings: one of changes, and two of figures that name different years, or this year and
the last; of more years the heading of the changes says which ("% change since 2018/19"). Where that cannot be told, a
cell is no plain figure, or the figures are percentages themselves, whose change may be in points, nothing is said:
a false alarm costs more trust than it is worth.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from deliverables.blocks import Blocks, Cell, ListBlock, Narrative, Table

_KIND = r"(?:change|difference|variation|variance|increase|decrease|reduction)"
_PERCENT = r"(?:%|percent(?:age)?|per cent)"
_PERCENT_HEADING = re.compile(rf"{_PERCENT} ?{_KIND}|{_KIND} ?\(?{_PERCENT}\)?")
_VOLUME_HEADING = re.compile(rf"(?:volume|numeric|numerical|number|actual) {_KIND}|{_KIND} \(?(?:volume|number)\)?")
_PLAIN_HEADING = re.compile(_KIND)
_FALL_HEADING = re.compile(r"\b(?:decrease|reduction)\b")
_SINCE = re.compile(r" (?:since|from|on|against|compared (?:with|to)|vs\.?) (?P<year>\S*\d\S*)$")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b|\b\d\d(?=[/–-]\d\d\b)")
_BEFORE = re.compile(r"\b(?:last|previous|prior|before|baseline)\b")
_NOW = re.compile(r"\b(?:this|current|latest|now)\b")
_ROUNDED_HEADING = re.compile(r"£|\b000s?\b|\bmillions?\b|\bthousands?\b")

_NUMBER = re.compile(
    r"(?P<sign>[-+−–]?) ?£?(?P<digits>\d{1,3}(?:,\d{3}){1,3}|\d{1,12})(?P<decimals>\.\d{1,4})?(?P<percent> ?%)?"
)
_IN_BRACKETS = re.compile(r"\((.+?)\)(%?)|\[(.+?)\](%?)")


@dataclass(frozen=True)
class WrongChange:
    """A change that is printed otherwise than the row's figures give it."""

    row: str
    heading: str
    printed: str
    worked_out: str
    now: str
    before: str

    def __str__(self) -> str:
        of = f' for "{self.row}"' if self.row else ""
        return (
            f'prints {self.printed} under "{self.heading}"{of}, but {self.before} before and {self.now} now give '
            f"{self.worked_out}"
        )


@dataclass(frozen=True)
class _Figure:
    """A printed number, and half of the last place that it was rounded to."""

    value: Fraction
    half: Fraction
    decimals: int
    is_percent: bool


def wrong_changes(narrative: Narrative) -> list[WrongChange]:
    """Every printed change in the narrative's tables that its own row contradicts, in their order."""
    return [wrong for table in _tables(narrative.blocks) for wrong in _wrong_in(table)]


def _tables(blocks: Blocks) -> Iterator[Table]:
    for block in blocks:
        if isinstance(block, ListBlock):
            for item in block.items:
                yield from _tables(item)
        elif isinstance(block, Table):
            yield block
            for row in block.rows:
                for cell in row:
                    yield from _tables(cell.blocks)


def _wrong_in(table: Table) -> Iterator[WrongChange]:
    if any(cell.columns > 1 or cell.rows > 1 for row in table.rows for cell in row):
        return
    first, *body = [[_text(cell) for cell in row] for row in table.rows[max(table.header_rows - 1, 0) :]] or [[]]
    headings = [" ".join(heading.casefold().split()) for heading in first]
    figures = {column: heading for column, heading in enumerate(headings) if _kind(heading) is None}
    for column, percents, since in _changes(headings):
        compared = _compared(figures, since)
        if compared is None:
            continue
        now, before = compared
        is_rounded = any(_ROUNDED_HEADING.search(headings[one]) for one in compared)
        for row in body:
            if len(row) != len(headings) or _are_shares(headings[0], row[0], headings[now], headings[before]):
                continue
            may_lack_sign = _may_lack_sign(headings[column], row[column])
            worked_out = _contradicted(row[column], row[now], row[before], percents, is_rounded, may_lack_sign)
            if worked_out:
                label = "" if 0 in (column, now, before) else row[0]
                yield WrongChange(label, first[column], row[column], worked_out, row[now], row[before])


def _text(cell: Cell) -> str:
    return " ".join(Narrative(cell.blocks).text.split())


def _are_shares(*said: str) -> bool:
    """Whether what heads a row's figures says that they are percentages."""
    return any(re.search(_PERCENT, one.casefold()) for one in said)


def _may_lack_sign(heading: str, printed: str) -> bool:
    """Whether a fall may be printed like a rise: under "% reduction", or as a bare "11.6%"."""
    return bool(_FALL_HEADING.search(heading)) or not re.search(r"[-+−–(\[]", printed)


def _compared(figures: dict[int, str], since: str) -> tuple[int, int] | None:
    """The columns of the figures now and of those before; None where it cannot be told which they are.

    `since` is the year that the changes' heading names, or empty.
    """
    dated = {column: _when(heading) for column, heading in figures.items() if _YEAR.search(heading)}
    # "Target 2020/21" beside "2019/20" is not one thing at two times.
    alike = len({re.sub(r"\d+", "#", figures[column]) for column in dated}) == 1
    if since:
        base, latest = _when(since)[0], max(dated.values(), default=None)
        dated = {column: when for column, when in dated.items() if when == latest or when[0] == base}
    if len(dated) == 2:
        (one, when), (other, other_when) = dated.items()
        if not alike or when == other_when:
            return None
        return (one, other) if when > other_when else (other, one)
    now = [column for column, heading in figures.items() if _NOW.search(heading) and not _BEFORE.search(heading)]
    before = [column for column, heading in figures.items() if _BEFORE.search(heading) and not _NOW.search(heading)]
    return (now[0], before[0]) if not (dated or since) and len(now) == len(before) == 1 else None


def _when(heading: str) -> tuple[list[int], list[int]]:
    """What puts two headings of one form in order: their years, then their other numbers."""
    return [int(year) for year in _YEAR.findall(heading)], [int(number) for number in re.findall(r"\d+", heading)]


def _kind(heading: str) -> tuple[bool | None, str] | None:
    """For a column of changes whether it is in percent, None where its cells say that, and the year since when."""
    since = _SINCE.search(heading)
    bare, year = (heading[: since.start()], since["year"]) if since else (heading, "")
    for pattern, percents in ((_PERCENT_HEADING, True), (_VOLUME_HEADING, False), (_PLAIN_HEADING, None)):
        if pattern.fullmatch(bare):
            return percents, year
    return None


def _changes(headings: list[str]) -> Iterator[tuple[int, bool | None, str]]:
    """The columns of changes, one of a kind, each with its kind."""
    kinds = [_kind(heading) for heading in headings]
    for column, kind in enumerate(kinds):
        if kind is not None and kinds.count(kind) == 1:
            yield column, *kind


def _contradicted(
    printed: str, now: str, before: str, percents: bool | None, is_rounded: bool, may_lack_sign: bool
) -> str:
    """What the change is, where that is not what is printed; empty where it is or nothing can be said."""
    said, new, old = _figure(printed), _figure(now, is_rounded), _figure(before, is_rounded)
    if said is None or new is None or old is None or new.is_percent or old.is_percent:
        return ""
    in_percent = said.is_percent or bool(percents)
    if percents is False and said.is_percent or min(new.value, old.value) < 0:
        return ""
    if in_percent and old.value - old.half <= 0:
        return ""
    half = Fraction(1, 2 * 10**said.decimals)
    values = (said.value, -said.value) if may_lack_sign else (said.value,)
    # A bare figure under "Change" may be either.
    may_be_percent = percents is None and not said.is_percent and old.value - old.half > 0
    for percent in {in_percent, may_be_percent or in_percent}:
        if any(_is_within(value, half, new, old, in_percent=percent) for value in values):
            return ""
    change = (new.value - old.value) * 100 / old.value if in_percent else new.value - old.value
    return _printed(change, max(said.decimals, 0 if in_percent else max(new.decimals, old.decimals)), in_percent)


def _is_within(said: Fraction, half: Fraction, new: _Figure, old: _Figure, *, in_percent: bool) -> bool:
    """Whether the change can be what is printed, given how everything was rounded."""
    low_new, high_new = new.value - new.half, new.value + new.half
    low_old, high_old = old.value - old.half, old.value + old.half
    if in_percent:
        least, most = (low_new / high_old - 1) * 100, (high_new / low_old - 1) * 100
    else:
        least, most = low_new - high_old, high_new - low_old
    return least - half <= said <= most + half


def _figure(text: str, is_rounded: bool = False) -> _Figure | None:
    """A cell as a number; None where it is empty, "n/a" or anything but one plain number."""
    text = text.strip().replace("\u00a0", "")
    sign = 1
    if bracketed := _IN_BRACKETS.fullmatch(text):
        text, sign = "".join(filter(None, bracketed.groups())), -1
    found = _NUMBER.fullmatch(text)
    if not found or (sign < 0 and found["sign"]):
        return None
    decimals = len(found["decimals"] or ".") - 1
    value = Fraction(found["digits"].replace(",", "") + (found["decimals"] or ""))
    half = Fraction(1, 2 * 10**decimals) if decimals or is_rounded else Fraction(0)
    if found["sign"] in tuple("-−–"):
        sign = -1
    return _Figure(sign * value, half, decimals, bool(found["percent"]))


def _printed(change: Fraction, decimals: int, in_percent: bool) -> str:
    exact = Decimal(change.numerator) / Decimal(change.denominator)
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{rounded + 0:,}{'%' if in_percent else ''}"  # never -0
