"""The numbering of a Word file: bullets, numbered lists that each begin at 1, and paragraphs numbered by section."""

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from reports.renderers.word_xml import el

LEVELS = 9
"""As many as Word has."""

BULLETS = ("•", "–")


class Numbering:
    """Adds what a report needs to what a file has, and touches nothing that is there."""

    def __init__(self, element: BaseOxmlElement) -> None:
        for last in element.findall(qn("w:numIdMacAtCleanup")):
            element.remove(last)  # it would have to stand behind all that is added
        self._element = element
        self._next = 1 + max((int(one.get(qn("w:numId"))) for one in element.findall(qn("w:num"))), default=0)
        self._numbers = self._abstract(*(("decimal", f"%{level + 1}.") for level in range(LEVELS)))
        self.bullets = self._instance(self._abstract(*(("bullet", BULLETS[level % 2]) for level in range(LEVELS))))
        self.sections = self._instance(
            self._abstract(
                ("decimal", "%1."),
                *(("decimal", ".".join(f"%{n + 1}" for n in range(level + 1))) for level in range(1, LEVELS)),
            )
        )

    def numbers(self, level: int) -> int:
        """A numbered list of its own at a level, beginning at 1 whatever was numbered before it."""
        return self._instance(self._numbers, el("w:lvlOverride", el("w:startOverride", val=1), ilvl=level))

    def _instance(self, abstract: int, *overrides: BaseOxmlElement) -> int:
        number, self._next = self._next, self._next + 1
        self._element.append(el("w:num", el("w:abstractNumId", val=abstract), *overrides, numId=number))
        return number

    def _abstract(self, *levels: tuple[str, str]) -> int:
        there = self._element.findall(qn("w:abstractNum"))
        identity = 1 + max((int(one.get(qn("w:abstractNumId"))) for one in there), default=0)
        made = el("w:abstractNum", el("w:multiLevelType", val="multilevel"), abstractNumId=identity)
        for level, (form, text) in enumerate(levels):
            made.append(
                el(
                    "w:lvl",
                    el("w:start", val=1),
                    el("w:numFmt", val=form),
                    el("w:lvlText", val=text),
                    el("w:lvlJc", val="left"),
                    el("w:pPr", el("w:ind", left=360 * (level + 1), hanging=360)),
                    ilvl=level,
                )
            )
        # All of them stand before the first instance, and after the pictures of bullets.
        first = self._element.find(qn("w:num"))
        if first is None:
            self._element.append(made)
        else:
            first.addprevious(made)
        return identity
