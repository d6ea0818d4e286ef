"""The sections of a covering report: the office's texts, filled from the data, and merged with what was edited by hand.

No database here. A text is filled afresh each time it is shown, so what nobody edited is always right. What was
edited by hand stays as it was written; where the sentence it came from has since changed, that is pointed out.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

from deliverables.blocks import Block, Blocks, Heading, ListBlock, Narrative, Paragraph


class SectionKind(StrEnum):
    """The sections of a covering report, in their order."""

    PURPOSE = "purpose"
    RECOMMENDATIONS = "recommendations"
    REASONS = "reasons"
    SUMMARY = "summary"
    CONSULTATION = "consultation"
    APPENDICES = "appendices"
    BACKGROUND = "background"


@dataclass(frozen=True)
class SectionText:
    """What the office begins a section with: its heading, whom it is for, and its text with placeholders."""

    heading: str
    text: str
    """HTML as `narrative.clean` leaves it."""
    qualifier: str = ""


OFFICE_TEXTS = {
    SectionKind.PURPOSE: SectionText(
        "Purpose of the report",
        "<p>This report tells members of the Police and Crime Panel how far the Chief Constable and partners have come "
        "with the strategic activities of {themes} in {year}, as they stood at {position}.</p>",
    ),
    SectionKind.RECOMMENDATIONS: SectionText(
        "Recommendations",
        "<p>That members of the Panel consider the report and note the progress made.</p>"
        "<p>That members give the Commissioner any feedback they have on it.</p>",
    ),
    SectionKind.REASONS: SectionText(
        "Reasons for recommendations",
        "<p>The Panel's work programme for the year asks for an update on {themes}.</p>",
    ),
    SectionKind.SUMMARY: SectionText(
        "Summary of key points",
        "<p>{plan} was presented to the Panel on {presented}.</p>"
        "<p>The plan has {theme_count}: {theme_titles}.</p>"
        "<p>{ratings} Appendix A says for each deliverable what has been done.</p>"
        "<p>Overall, progress is {overall}.</p>"
        "<p>{moved}</p>"
        "<p>{exempt}</p>",
    ),
    SectionKind.CONSULTATION: SectionText(
        "Details of outcome of consultation", "<p>The Chief Constable has been sent a copy of this report.</p>"
    ),
    SectionKind.APPENDICES: SectionText("Appendices", "<p>Appendix A: {title}, position at {quarter}.</p>"),
    SectionKind.BACKGROUND: SectionText(
        "Background papers",
        "<p>{plan} (published)</p>",
        "Relevant for the Police and Crime Panel only",
    ),
}
"""The product's own texts, until the office keeps others."""

PLACEHOLDERS = {
    "plan": "the plan's title",
    "title": "the report's title",
    "themes": "the themes reported on, by number; one theme with its title",
    "theme_count": "how many themes the plan has, such as 4 themes",
    "theme_titles": "all themes of the plan by title",
    "year": "the financial year, such as 2019-20",
    "quarter": "the quarter, such as Quarter 4, 2019-20",
    "position": "the day that the figures stand at",
    "presented": "when the plan was presented to the Panel",
    "meeting_date": "the date of the meeting",
    "ratings": "a sentence on the ratings, such as that most activity is graded Green",
    "overall": "the overall wording, such as very good",
    "moved": "a sentence on what improved and got worse since last quarter",
    "exempt": "a sentence on what is left out as exempt from publication",
}
"""What a text can have filled in, by the name between braces. A paragraph with one that is empty is left out."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_FIGURE = re.compile(r"\b\d+/\d+ ?\(\d+(?:\.\d+)?%\)")


def placeholders(narrative: Narrative) -> list[str]:
    """What stands between braces, each name once."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(narrative.text)))


def unknown_placeholders(narrative: Narrative) -> list[str]:
    """What stands between braces and is no placeholder."""
    return [name for name in placeholders(narrative) if name not in PLACEHOLDERS]


def fill(narrative: Narrative, values: Mapping[str, str]) -> Narrative:
    """The office's text with its placeholders filled. A block with one that is empty is left out.

    So is what would be left over of a text that speaks of something the data do not have.
    """
    return Narrative(tuple(_fill_all(narrative.blocks, values)))


def _fill_all(blocks: Blocks, values: Mapping[str, str]) -> Iterable[Block]:
    def filled(text: str) -> str:
        return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)

    for block in blocks:
        asked = _PLACEHOLDER.findall(Narrative((block,)).text)
        is_single = isinstance(block, Paragraph | Heading)
        if not is_single or all(values.get(name, name) for name in asked):
            yield _each_text(block, filled, lambda inner: tuple(_fill_all(inner, values)))


def _each_text(block: Block, of_text: Callable[[str], str], of_blocks: Callable[[Blocks], Blocks]) -> Block:
    """A block with its own text and the blocks inside it replaced."""
    if isinstance(block, Paragraph | Heading):
        return replace(block, runs=tuple(replace(run, text=of_text(run.text)) for run in block.runs))
    if isinstance(block, ListBlock):
        return replace(block, items=tuple(of_blocks(item) for item in block.items))
    rows = tuple(tuple(replace(cell, blocks=of_blocks(cell.blocks)) for cell in row) for row in block.rows)
    return replace(block, rows=rows)


@dataclass(frozen=True)
class Stale:
    """A sentence that was edited by hand, or rests on one that was, and what the data have come to say since."""

    was: str
    now: str
    """Empty where the data say nothing of the kind any more."""


@dataclass(frozen=True)
class Merged:
    """A section's text as it is to be printed, and what in it may no longer hold."""

    narrative: Narrative
    stale: tuple[Stale, ...] = ()


def merge(*, filled: Narrative, edited: Narrative, fresh: Narrative) -> Merged:
    """What a person made of `filled` brought up to date with `fresh`, what the same text is filled with now.

    Blocks left as they were filled are filled afresh; those written or changed by hand stay, and those of them whose
    original has changed are pointed out, sentence by sentence.
    """
    now = _followed(filled.blocks, fresh.blocks)
    origins = _origins(filled.blocks, edited.blocks)
    blocks: list[Block] = []
    stale: list[Stale] = []
    shown = 0
    for block, origin in zip(edited.blocks, origins, strict=True):
        if origin is None:
            blocks.append(block)
            continue
        blocks += [new for before in range(shown, origin + 1) for new in now.added[before]]
        shown = origin + 1
        original, successor = filled.blocks[origin], now.successor[origin]
        if block == original:
            blocks += [successor] if successor else []
        else:
            blocks.append(block)
            stale += _stale(original, successor)
    blocks += [new for before in range(shown, len(filled.blocks) + 1) for new in now.added[before]]
    return Merged(Narrative(tuple(blocks)), tuple(stale))


@dataclass(frozen=True)
class _Followed:
    """What has become of each block of a text that was filled again."""

    successor: dict[int, Block | None]
    added: dict[int, list[Block]]
    """Blocks that are new, by the number of the block they stand before."""


def _followed(before: Blocks, after: Blocks) -> _Followed:
    successor: dict[int, Block | None] = {}
    added: dict[int, list[Block]] = {number: [] for number in range(len(before) + 1)}
    for tag, start, end, start_after, end_after in _matched(before, after):
        if tag == "insert":
            added[start] += after[start_after:end_after]
            continue
        pairs = zip_longest(range(start, end), after[start_after:end_after])
        for number, block in pairs:
            if number is None:
                added[end].append(block)
            else:
                successor[number] = block
    return _Followed(successor, added)


def _origins(filled: Blocks, edited: Blocks) -> list[int | None]:
    """For each block of the edited text the one it was made of; None for what was added by hand."""
    origins: list[int | None] = [None] * len(edited)
    for tag, start, end, start_edited, end_edited in _matched(filled, edited):
        if tag in ("equal", "replace"):
            for origin, number in zip(range(start, end), range(start_edited, end_edited), strict=False):
                origins[number] = origin
    return origins


def _matched(one: Blocks, other: Blocks) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, one, other, autojunk=False).get_opcodes()


def _stale(original: Block, successor: Block | None) -> list[Stale]:
    """The sentences of a block that was edited by hand which the data now say otherwise."""
    was, now = sentences(original), sentences(successor) if successor else []
    return [
        Stale(" ".join(was[start:end]), " ".join(now[start_now:end_now]))
        for tag, start, end, start_now, end_now in SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
        if tag != "equal"
    ]


def sentences(block: Block) -> list[str]:
    """A block's words, sentence by sentence."""
    text = " ".join(Narrative((block,)).text.split())
    return [one for one in re.split(r"(?<=[.!?])\s+(?=[^a-z])", text) if one]


def strange_figures(narrative: Narrative, known: Collection[str]) -> list[str]:
    """What is printed like a share, such as 14/15 (93.3%), and is none of the report's own figures."""
    return [one for one in dict.fromkeys(_FIGURE.findall(narrative.text)) if one not in known]
