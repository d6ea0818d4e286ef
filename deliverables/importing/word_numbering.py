"""Which paragraphs of a Word file have a bullet or a number, and which number that is. No database here.

Word numbers as it shows a file: nothing of "3." stands in its text. Elements are those of `word_package`.
"""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from deliverables.importing.word_styles import Style, child, indent, number, value
from deliverables.narrative import storable
from deliverables.narrative_parser import DEEPEST_LIST

_LIST_STYLE = re.compile(r"list (bullet|number)(?: ([2-5]))?")
_ROMAN = {500: "d", 400: "cd", 100: "c", 90: "xc", 50: "l", 40: "xl", 10: "x", 9: "ix", 5: "v", 4: "iv", 1: "i"}
_MOST = 780  # beyond it Word too writes letters as a long row of one
_LONGEST_LABEL = 50
_ALONE = re.compile(r"\W?%[1-9]\W{0,2}")


@dataclass(frozen=True)
class Mark:
    """A paragraph's bullet or number."""

    counter: str
    """What it is counted with; lists of one look and their levels share it."""
    level: int
    indent: int | None
    """Of its text, where its level says so."""
    label: str = ""
    """Its number as shown, such as `3.` or `b)`; empty of a bullet."""
    is_first: bool = True
    """Whether it is what a list begins with: a bullet, or a number that is 1, alone, and in no words."""


class Numbering:
    """The lists of a file, and how far each has been counted; to be asked in the order of the text."""

    def __init__(self, numbering: Element) -> None:
        self._abstract = {one.get("abstractNumId", ""): one for one in numbering.findall("abstractNum")}
        self._instances = {one.get("numId", ""): one for one in numbering.findall("num")}
        self._by_style = {value(one, "styleLink"): key for key, one in self._abstract.items()}
        self._levels: dict[tuple[str, int], _Level | None] = {}
        self._counts: dict[str, dict[int, int]] = {}

    def mark(self, properties: Element | None, style: Style) -> Mark | None:
        """That of a paragraph with these `pPr` in this style; None for one that has none."""
        direct = child(properties, "numPr")
        instance = value(direct, "numId") or value(style.number, "numId")
        level = number(value(direct, "ilvl") or value(style.number, "ilvl"), 0) or 0
        level = max(0, min(level, DEEPEST_LIST - 1))
        named = _LIST_STYLE.fullmatch(style.name)
        deeper = int(named[2] or 1) - 1 if named else 0
        if instance in self._instances:
            return self._counted(instance, level, deeper)
        if named and not instance:  # a file may rely on everybody's knowing these
            if named[1] == "bullet":
                return Mark(style.name, deeper, None)
            return self._labelled(_Level(style.name, "decimal", f"%{deeper + 1}."), deeper, 0)
        return None

    def _counted(self, instance: str, at: int, deeper: int) -> Mark | None:
        """`deeper` is by how much a style's name says that it stands below others, for lists of one level each."""
        key = (instance, at)
        is_new = key not in self._levels
        if is_new:
            self._levels[key] = self._level(instance, at)
        level = self._levels[key]
        if level is None:
            return None
        if level.form == "bullet":
            return Mark(level.counter, at or deeper, level.indent)
        if is_new and level.begins_anew:
            self._counts.get(level.counter, {}).pop(at, None)
        return self._labelled(level, at, deeper)

    def _labelled(self, level: "_Level", at: int, deeper: int) -> Mark:
        counts = self._counts.setdefault(level.counter, {})
        counts[at] = counts.get(at, level.start - 1) + 1
        for below in [one for one in counts if one > at]:
            del counts[below]

        def numeral(of: re.Match[str]) -> str:
            one = int(of[1]) - 1
            return _written(counts.get(one, 1), level.form if one == at else "decimal")

        is_first = counts[at] == 1 and _ALONE.fullmatch(level.text) is not None
        label = re.sub("%([1-9])", numeral, level.text)
        return Mark(level.counter, at or deeper, level.indent, label, is_first)

    def _level(self, instance: str, at: int) -> "_Level | None":
        """How a list's level is defined; None where nothing is shown of it."""
        one = self._instances[instance]
        counter, begins, definition = value(one, "abstractNumId"), None, None
        for override in one.findall("lvlOverride"):
            if number(override.get("ilvl", ""), None) == at:
                begins, definition = number(value(override, "startOverride"), None), override.find("lvl")
        if linked := value(self._abstract.get(counter), "numStyleLink"):
            counter = self._by_style.get(linked, counter)
        if definition is None and counter in self._abstract:
            levels = {number(one.get("ilvl", ""), None): one for one in self._abstract[counter].findall("lvl")}
            definition = levels.get(at)
        if definition is None:
            return None
        form, text = _form(definition), storable(value(definition, "lvlText"))[:_LONGEST_LABEL].strip()
        if form == "none" or (not text and form != "bullet"):
            return None
        start = number(value(definition, "start"), 1) if begins is None else begins
        return _Level(counter, form, text, start or 0, indent(definition.find("pPr")), begins is not None)


@dataclass(frozen=True)
class _Level:
    """How a level of a list is numbered."""

    counter: str
    form: str
    text: str
    """With `%1` for the number of the first level and so on."""
    start: int = 1
    indent: int | None = None
    begins_anew: bool = False


def _form(definition: Element) -> str:
    """The kind of number, with the one that older programs are given where only newer ones know it."""
    plain = value(definition, "numFmt")
    if plain:
        return plain
    known = next((one for one in definition.iter("numFmt") if one.get("val") not in (None, "custom")), None)
    return "decimal" if known is None else known.get("val", "decimal")


def _written(count: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter") and 0 < count <= _MOST:
        letters = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letters.upper() if form == "upperLetter" else letters
    if form in ("lowerRoman", "upperRoman") and 0 < count <= _MOST:
        letters, left = "", count
        for size, letter in _ROMAN.items():
            letters += letter * (left // size)
            left %= size
        return letters.upper() if form == "upperRoman" else letters
    return f"{count:02}" if form == "decimalZero" else str(count)
