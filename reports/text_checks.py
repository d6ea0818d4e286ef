"""What should not stand in a published text: ways to reach a person, and what is exempt. No database here."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from deliverables.blocks import Blocks, Heading, ListBlock, Narrative, Paragraph
from reports.sections import sentences

FEWEST_WORDS = 6
"""A shorter sentence, such as "Work goes on.", can stand anywhere without being taken from what is exempt."""

_WORD = re.compile(r"\w+")
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
# A UK number as it is written in groups: the first of three figures or more, so that no date is taken for one.
_PHONE = re.compile(
    r"(?<![\w.,/£$€#=-])(?:(?:\+|\b00) ?44[ -]?(?:\(0\) ?)?(?P<abroad>\d{2,})|\(?(?P<code>0\d{2,})\)?)"
    r"(?P<rest>(?:[ .-]\(?\d{2,}\)?)*)(?![\w£%]|[.,/-]\d)"
)
_NAMED_OTHERWISE = re.compile(
    r"\b(?:ref(?:erence)?|crime|incident|log|occurrence|case|invoice|order)(?: (?:no|number|ref(?:erence)?))?\W*$",
    re.IGNORECASE,
)


def contacts(narrative: Narrative) -> list[str]:
    """What looks like an e-mail address or a UK telephone number, each once; the addresses of links too."""
    found = []
    for paragraph in paragraphs(narrative.blocks):
        text = "".join(run.text for run in paragraph.runs).replace("\u00a0", " ")
        links = [unquote(run.href).removeprefix("mailto:") for run in paragraph.runs if run.href]
        found += [one for part in (text, *links) for one in _EMAIL.findall(part)]
        found += _phones(text)
    return list(dict.fromkeys(found))


def _phones(text: str) -> Iterator[str]:
    """Numbers of nine or ten figures after the 0 or +44, unless the word before says that they are something else."""
    for found in _PHONE.finditer(text):
        figures = re.sub(r"\D", "", (found["abroad"] or found["code"][1:]) + found["rest"])
        if len(figures) in (9, 10) and figures[0] != "0" and not _NAMED_OTHERWISE.search(text[: found.start()]):
            yield found[0].strip()


def exempt_sentences(exempt: Iterable[Narrative], printed: Narrative) -> list[str]:
    """The whole sentences of exempt texts, of at least FEWEST_WORDS words, that stand in what is printed."""
    text = _words(" ".join(_text(one) for one in paragraphs(printed.blocks)))
    told = [sentence for narrative in exempt for one in paragraphs(narrative.blocks) for sentence in sentences(one)]
    long = [one for one in told if len(_words(one).split()) >= FEWEST_WORDS]
    return [one for one in dict.fromkeys(long) if _words(one) in text]


def stands_in(wording: str, printed: Narrative) -> bool:
    """Whether a deliverable's whole wording stands in what is printed, however short it is."""
    return _words(wording) in _words(" ".join(_text(one) for one in paragraphs(printed.blocks)))


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


def _words(text: str) -> str:
    """The words alone, as neither case nor marks hide one text in another; between spaces, as each has to be whole."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "
