"""The figures that a covering report may print, and those that it should not. No database here."""

import re
from collections.abc import Collection

from deliverables.blocks import Narrative

_FIGURE = re.compile(r"\b\d+/\d+ ?\(\d+(?:\.\d+)?%\)")
_PART_OF_A_FIGURE = re.compile(r"\b\d+/\d+\b|\b\d+(?:\.\d+)?%")


def strange_figures(narrative: Narrative, known: Collection[str], filled: Narrative) -> list[str]:
    """What is printed like a share, such as 14/15 (93.3%), and is none of the report's own figures.

    So is a part of one alone, such as 93.3%, that the data said when the text was written over `filled`, and say no
    more. Other percentages are the writer's own affair.
    """
    shares = _FIGURE.findall(narrative.text)
    known_parts = set(_PART_OF_A_FIGURE.findall(" ".join(known)))
    said_then = set(_PART_OF_A_FIGURE.findall(filled.text)) - known_parts
    parts = [one for one in _PART_OF_A_FIGURE.findall(_FIGURE.sub("", narrative.text)) if one in said_then]
    return [one for one in dict.fromkeys([*shares, *parts]) if one not in known]
