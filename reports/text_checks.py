"""What should not stand in a published text: ways to reach a person, and what is exempt. No database here."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from deliverables.blocks import Blocks, Heading, ListBlock, Narrative, Paragraph
from reports.sections import sentences

FEWEST_WORDS = 6
"""A shorter sentence, such as "Work goes on.", can stand anywhere without being taken from what is exempt."""

_WORD = re.compile(r"\w+")
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
# A UK number as it is written in groups: the first of three figures or more, so that no date is taken for one. Another
# that differs in its last figures may follow.
_PHONE = re.compile(
    r"(?<![\w.,/£$€#=-])(?:(?:\+|\b00) ?44[ -]?(?:\(0\) ?)?(?P<abroad>\d{2,})|\(?(?P<code>0\d{2,})\)?)"
    r"(?P<rest>(?:(?:[ .-]| - |(?<=\)))\(?\d{2,}\)?)*)(?:/\d{2,4})?(?![\w£%]|[.,/-]\d)"
)
_SPACE = re.compile(r"[^\S\n]+")
_DASH = re.compile(r"(?<=[\d) ])[\u2010-\u2014\u2212](?=[\d( ])")
_NAMED_OTHERWISE = re.compile(
    r"\b(?:ref(?:erence)?|(?:crime|incident|log|occurrence|case|invoice|order)\W+(?:no|number|ref(?:erence)?))"
    r"(?:\W+(?:no|number))?\W*$"
    # "To report a crime: 0115 967 0999" names no crime.
    r"|(?<!\ba )(?<!\ban )(?<!\bthe )(?<!\bany )(?<!\bthis )\b(?:crime|incident|log|occurrence|invoice) $",
    re.IGNORECASE,
)


def contacts(narrative: Narrative) -> list[str]:
    """What looks like an e-mail address or a UK telephone number, each once; the e-mail addresses of links too."""
    found = []
    for paragraph in paragraphs(narrative.blocks):
        links = [unquote(run.href).removeprefix("mailto:") for run in paragraph.runs if run.href]
        found += [one for part in (_text(paragraph), *links) for one in _EMAIL.findall(part)]
        found += _phones(_DASH.sub("-", _SPACE.sub(" ", _text(paragraph))))
    return list(dict.fromkeys(found))


def _phones(text: str) -> Iterator[str]:
    """Numbers of nine or ten figures after the 0 or +44, unless the word before says that they are something else."""
    for found in _PHONE.finditer(text):
        figures = re.sub(r"\D", "", (found["abroad"] or found["code"][1:]) + found["rest"])
        if len(figures) in (9, 10) and figures[0] != "0" and not _NAMED_OTHERWISE.search(text[: found.start()]):
            yield found[0].strip()


@dataclass(frozen=True)
class Saying:
    """A sentence or the wording of an exempt deliverable."""

    of: str
    """The deliverable; of several that say the same, the first."""
    text: str
    is_wording: bool
    words: tuple[str, ...]

    @property
    def is_short(self) -> bool:
        return len(self.words) < FEWEST_WORDS


class Sayings:
    """What exempt deliverables say, split once, to be looked up in any number of printed texts.

    Sentences of fewer than FEWEST_WORDS words are left out; wordings are not.
    """

    def __init__(self) -> None:
        self._known: set[tuple[str, ...]] = set()
        self._by_start: dict[tuple[str, ...], list[Saying]] = defaultdict(list)
        self._lengths: set[int] = set()

    def add_wording(self, of: str, wording: str) -> None:
        self._add(Saying(of, wording, True, _words(wording)))

    def add_text(self, of: str, narrative: Narrative) -> None:
        for paragraph in paragraphs(narrative.blocks):
            for sentence in sentences(paragraph):
                saying = Saying(of, sentence, False, _words(sentence))
                if not saying.is_short:
                    self._add(saying)

    def _add(self, saying: Saying) -> None:
        if saying.words and saying.words not in self._known:
            self._known.add(saying.words)
            start = saying.words[:FEWEST_WORDS]
            self._by_start[start].append(saying)
            self._lengths.add(len(start))

    def told_in(self, printed: Narrative) -> Iterator[tuple[Saying, bool]]:
        """Each saying that stands in what is printed, once, and whether as a whole paragraph or cell.

        Neither case nor marks hide it, nor words around it; but a wording of one word only counts as a whole.
        """
        parts = [_words(_text(one)) for one in paragraphs(printed.blocks)]
        words = tuple(word for part in parts for word in part)
        found = {
            saying: saying.words in parts
            for place in range(len(words))
            for length in sorted(self._lengths)
            for saying in self._by_start.get(words[place : place + length], ())
            if words[place : place + len(saying.words)] == saying.words
        }
        for saying, is_whole in found.items():
            if is_whole or len(saying.words) > 1:
                yield saying, is_whole


def paragraphs(blocks: Blocks) -> Iterator[Paragraph | Heading]:
    """Everything with words of its own, out of lists and tables too."""
    for block in blocks:
        if isinstance(block, Paragraph | Heading):
            yield block
        elif isinstance(block, ListBlock):
            for item in block.items:
                yield from paragraphs(item)
        else:
            for row in block.rows:
                for cell in row:
                    yield from paragraphs(cell.blocks)


def _text(block: Paragraph | Heading) -> str:
    return "".join(run.text for run in block.runs)


def _words(text: str) -> tuple[str, ...]:
    """The words alone, as neither case nor marks make one text another."""
    return tuple(_WORD.findall(text.casefold()))
