"""What the columns of a plan's table are called, ours and other people's, and how rows are numbered. No database."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Head(StrEnum):
    """What a column says, by the head that it has in our own template."""

    THEME = "Theme"
    THEME_TITLE = "Theme title"
    QUARTER = "Quarter"
    NUMBER = "Number"
    ORGANISATION = "Organisation"
    WORDING = "Deliverable"
    RATING_CODE = "Rating code"
    RATING = "Rating"
    REMARK = "Remark"
    DATE = "Date"
    UPDATE = "Update"
    UPDATE_HTML = "Update (HTML)"
    EARLIER = "Earlier updates"
    RECOVERY_STEP = "Recovery step"
    RECOVERY_BY = "Recovery by"
    PLANNED_START = "Planned start"
    DUE = "Due"
    COMPLETED_IN = "Completed in"
    OTHER = "Other"
    """What an import has no use for, such as the rating of a quarter before."""


TEMPLATE = (
    Head.THEME, Head.THEME_TITLE, Head.QUARTER, Head.NUMBER, Head.ORGANISATION, Head.WORDING, Head.RATING, Head.DATE,
    Head.UPDATE, Head.RECOVERY_STEP, Head.RECOVERY_BY, Head.PLANNED_START, Head.DUE,
)  # fmt: skip
"""The columns of a template, in their order."""

_WORDS: dict[Head, tuple[str, ...]] = {
    Head.THEME: ("theme number", "theme no", "strategic theme"),
    Head.QUARTER: ("period", "reporting period", "reporting quarter"),
    Head.NUMBER: ("no", "nr", "num", "ref", "ref no", "reference", "id", "item", "deliverable no", "deliverable number",
                  "action no", "objective no", "action ref", "ref number", "nº", "n°", "№", "#"),
    Head.ORGANISATION: ("organisation", "organization", "lead", "leads", "owner", "owners", "led by", "partner",
                        "partners", "lead organisation", "lead agency", "lead officer", "agency", "responsible",
                        "responsibility", "who", "by whom", "delivery lead", "action owner", "lead officer / partner",
                        "org", "orgs", "lead org", "org lead", "owner/lead", "owner / lead", "lead/owner",
                        "lead / owner", "lead(s)", "assigned to", "accountable", "sro", "department", "directorate"),
    Head.WORDING: ("deliverables", "objective", "objectives", "action", "actions", "activity", "activities",
                   "commitment", "commitments", "strategic activity", "strategic activities", "what we will do",
                   "what will we do", "we will", "key deliverable", "key action", "task", "measure", "pledge",
                   "description", "description of deliverable", "workstream", "deliverable/action"),
    Head.RATING: ("rag", "brag", "status", "rag status", "rag rating", "brag rating", "brag status", "progress rating",
                  "r/a/g", "rag (r/a/g)", "r/a/g status", "grade", "assessment", "current status", "colour", "r.a.g",
                  "delivery confidence"),
    Head.DATE: ("update date", "date of update", "date updated", "updated", "as at", "last updated"),
    Head.UPDATE: ("updates", "progress", "commentary", "position", "latest update", "latest position", "comments",
                  "comment", "narrative", "progress update", "update on progress", "current position",
                  "progress to date", "what we have done", "what has been done", "achievements", "outcome", "outcomes",
                  "progress report", "progress and update", "action taken", "actions taken", "comments/progress",
                  "progress/comments", "delivery update", "evidence of progress", "supporting narrative"),
    Head.UPDATE_HTML: ("html", "update html", "narrative html"),
    Head.RECOVERY_STEP: ("recovery", "path to green", "route to green", "mitigation", "mitigations", "recovery action",
                         "recovery plan", "mitigating action", "mitigating actions", "corrective action",
                         "to get back on course", "to get back on track", "remedial action", "remedial actions",
                         "return to green", "get to green", "actions to green", "recovery step", "recovery steps"),
    Head.RECOVERY_BY: ("recovery date", "back on course by", "back on track by", "green by", "recovered by"),
    Head.PLANNED_START: ("start", "starts", "start date", "planned start date", "to start"),
    Head.DUE: ("due quarter", "due date", "timescale", "timescales", "by when", "target date", "deadline", "when",
               "completion date", "target", "to be completed by", "end date", "timeframe", "due by", "delivery date",
               "target quarter", "finish date"),
    Head.COMPLETED_IN: ("completed", "complete since", "date completed"),
    Head.OTHER: ("previous rating", "since last quarter", "movement since last quarter", "movement", "version",
                 "notice", "evidence of need", "direction of travel", "previous rag", "last quarter", "trend", "dot",
                 "prior rag", "last rag"),
}  # fmt: skip
_BY_WORDS = {one.value.casefold(): one for one in Head} | {word: one for one, words in _WORDS.items() for word in words}

_BY_PART = [
    (re.compile(pattern), head)
    for pattern, head in (
        (r"\b(?:previous|last quarter|last period|movement|direction of travel|evidence)\b", Head.OTHER),
        (r"\bback on (?:course|track)\b.*\bby\b|\brecover\w* (?:by|date)\b", Head.RECOVERY_BY),
        (r"\b(?:path|route) to green\b|\bmitigat|\brecover|\bcorrective\b", Head.RECOVERY_STEP),
        (r"\bplanned start\b|\bstart date\b", Head.PLANNED_START),
        (r"\b(?:due|timescale|deadline|by when|target date|completion date)\b", Head.DUE),
        (r"\bb?rag\b|\br/a/g\b|\brating\b|\bgrad(?:e|ing)\b", Head.RATING),
        (r"\b(?:updates?|progress|commentary|narrative|actions? taken|comments|position)\b|^notes?$", Head.UPDATE),
        (r"\b(?:lead|owner|led by|organisations?|responsible|partners?|agency)\b", Head.ORGANISATION),
        (
            r"\b(?:deliverables?|objectives?|actions?|activit(?:y|ies)|commitments?)\b.*\b(?:no|number|ref)\b",
            Head.NUMBER,
        ),
        (r"\b(?:deliverables?|objectives?|actions?|activit(?:y|ies)|commitments?|we will)\b", Head.WORDING),
        (r"\bstatus\b", Head.RATING),
    )
]
_OF_A_QUARTER = re.compile(
    r"\b(?:q(?:uarter|tr)?\s*[1-4]|(?:19|20)?\d\d\s*[-/–]\s*\d{2,4}|(?:19|20)\d\d)\b", re.IGNORECASE
)
_LONGEST = 60


def head_of(text: str, *, exactly: bool = False) -> Head | None:
    """What a column with this head says; None of a text that is no head. `exactly`: by the words listed alone."""
    line = " ".join(text.split()).casefold()
    if not line or len(line) > _LONGEST:
        return None
    plain = line.strip(" .:*?")
    without_quarter = " ".join(_OF_A_QUARTER.sub(" ", re.sub(r"\([^()]*\)", " ", plain)).split()).strip(" .:-–,")
    for one in (plain, without_quarter):
        if head := _BY_WORDS.get(one):
            return head
    if exactly or line.endswith((".", ",", ";")):
        return None
    return next((head for pattern, head in _BY_PART if pattern.search(plain)), None)


# Numbers.

_NUMBER = re.compile(
    r"[(\[]?\s*(?:(?:no|nr|number|ref|deliverable|objective|action|activity|item)\b\.?\s*|d(?=\d)|#\s*)?"
    r"(?:(?:t|theme\s*)?(\d{1,3})\s*[./-]\s*)?(\d{1,5})\s*([a-z])?\s*[.):\]]*\s*",
    re.IGNORECASE | re.ASCII,
)
_NUMBER_BEFORE = re.compile(
    r"((?:no\.?|deliverable|objective|action)?\s*\d{1,3}(?:\.\d{1,3})?)\s*(?:[.):–-]\s+|\t|(?<=\d\.\d)\s+|(?<=\d\.\d\d)\s+)",
    re.I,
)
LARGEST_NUMBER = 999


@dataclass(frozen=True)
class Numbered:
    """The number that a row gives itself; `theme` where it stands before it ("3.2", "T3/2"), `rest` what is more."""

    number: int
    theme: int | None = None
    rest: str = ""


def number_of(text: str) -> Numbered | None:
    """The number of a text that is nothing else ("3.", "No. 3", "3.2"); None of any other."""
    found = _NUMBER.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if not found or not 1 <= int(found[2]) <= LARGEST_NUMBER:
        return None
    return Numbered(int(found[2]), int(found[1]) if found[1] else None, found[3] or "")


def number_before(text: str) -> tuple[str, str]:
    """The number that stands before a wording, and the wording without it: ("3", "Reduce burglary")."""
    found = _NUMBER_BEFORE.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def first_of_each(heads: Iterable[tuple[int, Head, str]], quarter: int | None) -> tuple[dict[int, Head], list[str]]:
    """Which column says what, and the heads of those that say again what another says already.

    Of several ratings or updates, each of another quarter, the one of `quarter` is taken, and else the last.
    """
    heads = [*heads]
    taken: dict[Head, int] = {}
    for at, head, text in heads:
        if head not in taken or (head is not Head.OTHER and _is_of_a_later_quarter(text, heads, taken[head], quarter)):
            taken[head] = at
    columns = {at: head for at, head, _ in heads if taken[head] == at or head is Head.OTHER}
    return columns, [text for at, head, text in heads if at not in columns]


def _is_of_a_later_quarter(text: str, heads: list[tuple[int, Head, str]], taken: int, quarter: int | None) -> bool:
    said = {at: _quarter_in(other) for at, _, other in heads}
    this, before = _quarter_in(text), said[taken]
    return bool(this and before) and before != quarter


def _quarter_in(text: str) -> int | None:
    found = re.search(r"\bq(?:uarter|tr)?\.?\s*([1-4])\b", text, re.IGNORECASE)
    return int(found[1]) if found else None
