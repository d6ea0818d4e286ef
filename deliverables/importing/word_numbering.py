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
        self._levels: dict[tuple[str, int], tuple[str, Element | None, int | None]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

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
            return self._labelled(style.name, deeper, "decimal", "%1.", 1, None, 0)
        return None

    def _counted(self, instance: str, level: int, deeper: int) -> Mark | None:
        """`deeper` is by how much a style's name says that it stands below others, for lists of one level each."""
        counter, definition, begins = self._level(instance, level)
        if definition is None:
            return None
        form = _form(definition)
        text = value(definition, "lvlText")
        from_left = indent(definition.find("pPr"))
        if form == "none" or (not text.strip() and form != "bullet"):
            return None
        if form == "bullet":
            return Mark(counter, level or deeper, from_left)
        if begins is not None and (instance, level) not in self._begun:
            self._counts.get(counter, {}).pop(level, None)
        self._begun.add((instance, level))
        start = number(value(definition, "start"), 1) if begins is None else begins
        return self._labelled(counter, level, form, text, start or 0, from_left, deeper)

    def _labelled(
        self, counter: str, level: int, form: str, text: str, start: int, from_left: int | None, deeper: int
    ) -> Mark:
        counts = self._counts.setdefault(counter, {})
        counts[level] = counts.get(level, start - 1) + 1
        for below in [one for one in counts if one > level]:
            del counts[below]
        text = text[:_LONGEST_LABEL].strip()

        def numeral(of: re.Match[str]) -> str:
            at = int(of[1]) - 1
            return _written(counts.get(at, 1), form if at == level else "decimal")

        is_first = counts[level] == 1 and _ALONE.fullmatch(text) is not None
        return Mark(counter, level or deeper, from_left, storable(re.sub("%([1-9])", numeral, text)), is_first)

    def _level(self, instance: str, level: int) -> tuple[str, Element | None, int | None]:
        """What a list's level is counted with, how it is defined, and at which number this list begins it anew."""
        key = (instance, level)
        if key not in self._levels:
            self._levels[key] = self._looked_up(instance, level)
        return self._levels[key]

    def _looked_up(self, instance: str, level: int) -> tuple[str, Element | None, int | None]:
        one = self._instances[instance]
        counter, begins, definition = value(one, "abstractNumId"), None, None
        for override in one.findall("lvlOverride"):
            if number(override.get("ilvl", ""), None) == level:
                begins, definition = number(value(override, "startOverride"), None), override.find("lvl")
        if linked := value(self._abstract.get(counter), "numStyleLink"):
            counter = self._by_style.get(linked, counter)
        if definition is None and counter in self._abstract:
            levels = {number(one.get("ilvl", ""), None): one for one in self._abstract[counter].findall("lvl")}
            definition = levels.get(level)
        return counter, definition, begins


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
