"""A text typed into a cell as a narrative: its lines are paragraphs, and those with a mark before them lists.

No database here. It is what `Narrative.text` writes, read back: dashes, bullets and numbers begin the items of lists,
and lines set in below an item belong to it.
"""

import re
from collections.abc import Sequence

from deliverables.blocks import Block, ListBlock, Narrative, Paragraph, Run
from deliverables.narrative import clean
from deliverables.narrative_parser import DEEPEST_LIST

_DASH = re.compile(r"[-–•·▪◦●‣*]\s+(?=\S)")
_NUMBER = re.compile(r"(\d{1,3})[.)]\s+(?=\S)", re.ASCII)


def as_narrative(text: str) -> str:
    """The HTML that is stored of it; raises NarrativeTooLong."""
    lines = [line.expandtabs(4).rstrip() for line in text.split("\n")]
    return clean(Narrative(_blocks([line for line in lines if line], 0)).html)


def _blocks(lines: Sequence[str], depth: int) -> tuple[Block, ...]:
    blocks: list[Block] = []
    at = 0
    while at < len(lines):
        items, next_at = _items(lines, at, depth) if depth < DEEPEST_LIST else ([], at)
        if items:
            blocks.append(ListBlock(_DASH.match(lines[at].lstrip()) is None, tuple(items)))
            at = next_at
        else:
            blocks.append(Paragraph((Run(lines[at].strip()),)))
            at += 1
    return tuple(blocks)


def _items(lines: Sequence[str], at: int, depth: int) -> tuple[list[tuple[Block, ...]], int]:
    """The items of the list that begins at a line, and where it ends; none where none begins.

    Numbers count from 1, so that a paragraph that begins with a year or a number of its own stays one.
    """
    items: list[tuple[Block, ...]] = []
    margin, is_dashed = _margin(lines[at]), _DASH.match(lines[at].lstrip()) is not None
    while at < len(lines) and _margin(lines[at]) == margin:
        line = lines[at].lstrip()
        mark = _DASH.match(line) if is_dashed else _NUMBER.match(line)
        if mark is None or (not is_dashed and int(mark[1]) != len(items) + 1):
            break
        end = at + 1
        while end < len(lines) and _margin(lines[end]) > margin:
            end += 1
        items.append((Paragraph((Run(line[mark.end() :]),)), *_blocks(lines[at + 1 : end], depth + 1)))
        at = end
    return items, at


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip())
