"""The sections of a covering report: the office's texts, filled from the data, and merged with what was edited by hand.

No database here. A text is filled afresh each time it is shown, so what nobody edited is always right. What was
edited by hand stays as it was written; where the sentence it came from has since changed, that is pointed out.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby, product
from operator import itemgetter

from deliverables.blocks import Block, Blocks, Heading, ListBlock, Narrative, Paragraph, Runs, Table


class SectionKind(StrEnum):
    """The sections of a covering report, in their order."""

    PURPOSE = "purpose"
    RECOMMENDATIONS = "recommendations"
    REASONS = "reasons"
    SUMMARY = "summary"
    CONSULTATION = "consultation"
    FEEDBACK = "feedback"
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
    SectionKind.FEEDBACK: SectionText("Feedback from the Panel", "<p>{questions}</p><p>{actions}</p>"),
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
    "questions": "what members of the Panel asked, with each answer published since the last report",
    "actions": "what earlier meetings asked for that is open, or was closed since the last report",
}
"""What a text can have filled in, by the name between braces. A paragraph with one that is empty is left out; one
with one of several parts, such as questions and answers, is printed for each; an empty line stands between them."""

LEAST_LIKENESS = 0.4
"""From which share of common words one block is taken for another filled or written anew. The product's own sentences
share about half from one day to the next, and a quarter at most with one another."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_WORD = re.compile(r"\w+")


def placeholders(narrative: Narrative) -> list[str]:
    """What stands between braces, each name once."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(narrative.text)))


def unknown_placeholders(narrative: Narrative) -> list[str]:
    """What stands between braces and is no placeholder."""
    return [name for name in placeholders(narrative) if name not in PLACEHOLDERS]


def fill(narrative: Narrative, values: Mapping[str, str]) -> Narrative:
    """The office's text with its placeholders filled.

    A paragraph or heading is printed once for each part of what is filled in, which an empty line ends. With one that
    is empty it is left out, as it speaks of something the data do not have; so is a list's item, a whole list or a
    table of which nothing is left.
    """
    return Narrative(tuple(_fill_all(narrative.blocks, values)))


def _fill_all(blocks: Blocks, values: Mapping[str, str]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Paragraph | Heading):
            names = placeholders(Narrative((block,)))
            for parts in product(*(_parts(values.get(name, f"{{{name}}}")) for name in names)):
                yield replace(block, runs=_fill_runs(block.runs, dict(zip(names, parts, strict=True))))
        elif isinstance(block, ListBlock):
            if items := tuple(filter(None, (tuple(_fill_all(item, values)) for item in block.items))):
                yield replace(block, items=items)
        else:
            # A cell that has become empty keeps its place, or those after it would slip into other columns.
            rows = tuple(
                tuple(replace(cell, blocks=tuple(_fill_all(cell.blocks, values))) for cell in row) for row in block.rows
            )
            if any(cell.blocks for row in rows for cell in row):
                yield replace(block, rows=rows)


def _parts(value: str) -> list[str]:
    return value.split("\n\n") if value else []


def _fill_runs(runs: Runs, values: Mapping[str, str]) -> Runs:
    """A placeholder that is split over runs is filled in the style that its name begins with."""
    pieces = [(replace(run, text=""), letter) for run in runs for letter in run.text]
    for found in reversed([*_PLACEHOLDER.finditer("".join(letter for _, letter in pieces))]):
        style, _ = pieces[found.start() + 1]
        pieces[found.start() : found.end()] = [(style, values.get(found[1], found[0]))]
    styles = groupby(pieces, key=itemgetter(0))
    return tuple(replace(style, text="".join(piece for _, piece in of)) for style, of in styles)


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

    Blocks left as they were filled are filled afresh, wherever they were moved to; those taken out stay out. Those
    written or changed by hand stay, and what the data said where they stand and now say otherwise is pointed out,
    sentence by sentence.
    """
    untouched = _untouched(filled.blocks, edited.blocks)
    followed = _followed(filled.blocks, fresh.blocks, set(untouched.values()))
    places = _places(filled.blocks, edited.blocks)
    added = _added(places, followed, fresh.blocks)
    blocks = [*added[-1]]
    by_hand: dict[int, str] = {}
    for number, block in enumerate(edited.blocks):
        if number not in untouched:
            by_hand[number] = _words(block)
            blocks.append(block)
        elif untouched[number] in followed:
            blocks.append(fresh.blocks[followed[untouched[number]]])
        blocks += added[number]
    rested_on = {
        number
        for number, words in enumerate(map(_words, filled.blocks))
        if number not in untouched.values()
        if places[number] in by_hand or any(_likeness(words, one) >= LEAST_LIKENESS for one in by_hand.values())
    }
    stale = _stale(filled.blocks, fresh.blocks, followed, rested_on, by_hand.values())
    return Merged(Narrative(tuple(blocks)), tuple(dict.fromkeys(stale)))


def _same(one: Blocks, other: Blocks) -> dict[int, int]:
    """The blocks of one text that stand in another in the same order, each with its number there."""
    found = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return {start + at: start_other + at for start, start_other, size in found for at in range(size)}


def _untouched(filled: Blocks, edited: Blocks) -> dict[int, int]:
    """The blocks of the edited text that are as they were filled, moved or not, each with the one that it is."""
    same = {number: original for original, number in _same(filled, edited).items()}
    left = [number for number in range(len(filled)) if number not in same.values()]
    for number, block in enumerate(edited):
        original = next((one for one in left if filled[one] == block), None)
        if number not in same and original is not None:
            same[number] = original
            left.remove(original)
    return same


def _followed(filled: Blocks, fresh: Blocks, untouched: Collection[int]) -> dict[int, int]:
    """Which block of the fresh text says now what each of the filled one said: the same, or the most alike.

    They follow each other in order, so that the fresh text's own order is kept; only what is not printed afresh, as
    it was edited or taken out, is looked for anywhere. A block unlike all of the other text is new, or gone.
    """
    found = _same(filled, fresh)
    alike = [
        (likeness, -abs(number - other), number, other)
        for number, words in enumerate(map(_words, filled))
        if number not in found
        for other, others in enumerate(map(_words, fresh))
        if other not in found.values() and (likeness := _likeness(words, others)) >= LEAST_LIKENESS
    ]
    for anywhere in (False, True):
        for _, _, number, other in sorted(alike, reverse=True):
            if number not in found and other not in found.values():
                in_order = all((number < one) == (other < after) for one, after in found.items())
                if (anywhere and number not in untouched) or in_order:
                    found[number] = other
    return found


def _places(filled: Blocks, edited: Blocks) -> dict[int, int]:
    """For each filled block the edited one that stands in its place, or before it where it was taken out."""
    edits = SequenceMatcher(None, filled, edited, autojunk=False).get_opcodes()
    return {
        number: min(start_edited + number - start, end_edited - 1)
        for _, start, end, start_edited, end_edited in edits
        for number in range(start, end)
    }


def _added(places: Mapping[int, int], followed: Mapping[int, int], fresh: Blocks) -> dict[int, list[Block]]:
    """What is new in the fresh text, by the number of the edited block that it comes after; -1 is the beginning."""
    originals = {after: number for number, after in followed.items()}
    added: defaultdict[int, list[Block]] = defaultdict(list)
    place = -1
    for number, block in enumerate(fresh):
        if number in originals:
            place = max(place, places[originals[number]])
        else:
            added[place].append(block)
    return added


def _stale(
    filled: Blocks, fresh: Blocks, followed: Mapping[int, int], rested_on: Collection[int], by_hand: Collection[str]
) -> Iterator[Stale]:
    """What the data now say otherwise of what an edit rests on, or of which a sentence stands in what is by hand."""
    said = {sentence for block in fresh for sentence in sentences(block)}
    for number, block in enumerate(filled):
        was, now = sentences(block), sentences(fresh[followed[number]]) if number in followed else []
        for tag, start, end, start_now, end_now in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
            gone = [sentence for sentence in was[start:end] if sentence not in said]
            stands = any(_words(sentence) in text for sentence in gone for text in by_hand)
            if stands or (number in rested_on and (gone or tag == "insert")):
                yield Stale(" ".join(was[start:end]), " ".join(now[start_now:end_now]))


def _words(of: Block | str) -> str:
    """The words alone, between spaces: neither case nor marks hide one text in another."""
    text = of if isinstance(of, str) else " ".join(sentences(of))
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def _likeness(one: str, other: str) -> float:
    """How much of two texts is words that they share, of 1."""
    words, others = Counter(one.split()), Counter(other.split())
    return 2 * (words & others).total() / ((words.total() + others.total()) or 1)


def sentences(block: Block) -> list[str]:
    """A block's words, sentence by sentence; none runs on from one item or cell to the next."""
    if isinstance(block, ListBlock):
        return [one for item in block.items for inner in item for one in sentences(inner)]
    if isinstance(block, Table):
        return [one for row in block.rows for cell in row for inner in cell.blocks for one in sentences(inner)]
    text = " ".join(Narrative((block,)).text.split())
    return [one for one in re.split(r"(?<=[.!?])\s+(?=[^a-z])", text) if one]
