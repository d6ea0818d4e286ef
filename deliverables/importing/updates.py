"""The updates that a text of an uploaded plan holds, parted by their dates, and its recovery step. No database here."""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from deliverables.blocks import Block, Blocks, Heading, Narrative, Paragraph, Run, Runs
from deliverables.importing.dates import WrittenDate, date_in, label_of, leading_label
from deliverables.importing.found import Doubt, Field, FoundUpdate
from deliverables.importing.guessing import NOTHING
from deliverables.importing.heads import Head, head_of
from deliverables.narrative import NarrativeTooLong, clean

_NO_UPDATE = re.compile(
    r"(?:no (?:approved )?update(?: is needed| (?:for )?this quarter| required| provided| available)?|n/?a|[-–—])\.?",
    re.IGNORECASE,
)
_BACK_ON_COURSE = re.compile(r"(?:get )?back on (?:course|track) by\b", re.IGNORECASE)
_OUR_OWN = re.compile(r"(?:to )?(?:get )?back on (?:course|track)\b", re.IGNORECASE)
_COLON = re.compile(r":|[ ][-–—][ ]")
_RATED = re.compile(
    r"\b(?:b?rag(?:[ ]+(?:rating|status))?|rating|rated|status)[ ]*(?::|=|–|-|is)?[ ]+([\w/]+(?:[ ]\w+)?)|"
    r"\b(?:b?rag|rating|status):([\w/]+)",
    re.IGNORECASE,
)
_EVIDENCE = "evidence of need"
_BETWEEN = re.compile(r"^[ \t\n:–—-]+")


@dataclass
class _Text:
    """What stands below one date."""

    date: WrittenDate | None = None
    blocks: list[Block] = field(default_factory=list)
    place_of_date: str = ""
    """Where its date stands, if that is a place of its own."""
    has_heading: bool = False
    """Whether a heading is among the blocks, which may be tens of thousands."""


@dataclass
class UpdatesRead:
    """What one row's texts say."""

    updates: tuple[FoundUpdate, ...] = ()
    recovery_step: str = ""
    recovery_by: datetime.date | None = None
    rating: str = ""
    """A rating that is spoken of in the text, such as `Amber` of "RAG: Amber"."""
    doubts: list[Doubt] = field(default_factory=list)


def read_updates(parts: Sequence[tuple[str, Blocks]], place: str, place_of_dates: str) -> UpdatesRead:
    """The updates of texts, each with what stands in its column for dates.

    A text is parted only where a paragraph is nothing but a date, or begins with one in bold, or with one and a colon,
    a dash or a line end; and where a line within a paragraph does, but for bold. The newest stands first; what has no
    date stays where it is.
    """
    read, texts = UpdatesRead(), list[_Text]()
    for written, blocks in parts:
        date = date_in(written)
        if not date and written.strip().casefold() not in NOTHING:
            date = WrittenDate(0, 0, written, None, "none", f"“{_short(written)}” is no date.")
        _gather(_by_lines(blocks), date, (place, place_of_dates), texts, read)
    found = [one for text in texts if (one := _update(text, place, read)) is not None]
    read.updates = _newest_first(found)
    return read


def recovery_of(text: str) -> tuple[str, datetime.date | None]:
    """The step and the day of a text such as "Back on course by 30 September 2020: more staff"."""
    before, colon, after = _parted(text)
    if colon and _BACK_ON_COURSE.match(before):
        date = date_in(before)
        return after, date.date if date else None
    if colon and head_of(before, exactly=True) is Head.RECOVERY_STEP:
        return after, None
    return text.strip(), None


def _parted(text: str) -> tuple[str, str, str]:
    """What stands before the first colon or dash, that, and what stands after it."""
    found = _COLON.search(text)
    return (text[: found.start()].strip(), found[0], text[found.end() :].strip()) if found else (text.strip(), "", "")


def _by_lines(blocks: Blocks) -> Iterable[Block]:
    """A paragraph whose lines begin with dates, or with a way back on course, becomes one for each of these."""
    for block in blocks:
        if not isinstance(block, Paragraph):
            yield block
            continue
        text = _text(block.runs)
        breaks = (at for at, letter in enumerate(text) if letter == "\n")
        starts = [0, *(at + 1 for at in breaks if _begins_anew(text[at + 1 :])), len(text)]
        for start, end in pairwise(starts):
            if runs := _from(block.runs, start, start + len(text[start:end].rstrip(" \t\n"))):
                yield replace(block, runs=runs) if start or end < len(text) else block


def _begins_anew(text: str) -> bool:
    line, _, rest = text.partition("\n")
    if label_of(line):
        return not rest.lstrip()[:1].islower()  # a sentence that breaks after "in" and after its date goes on
    return bool(leading_label(line)) or _is_recovery(line)


def _gather(
    blocks: Iterable[Block],
    date: WrittenDate | None,
    places: tuple[str, str],
    texts: list[_Text],
    read: UpdatesRead,
) -> None:
    """`places`: of the texts, and of what stands in the column for dates."""
    if date or not texts:
        texts.append(_Text(date, place_of_date=places[1] if date else ""))
    awaits_step = False
    for block in blocks:
        if not isinstance(block, Paragraph | Heading):
            texts[-1].blocks.append(block)
            continue
        text = _text(block.runs)
        if awaits_step:
            read.recovery_step, awaits_step = _joined(read.recovery_step, text.strip()), False
        elif _NO_UPDATE.fullmatch(text.strip()):
            continue
        elif _is_recovery(text):
            step, by = recovery_of(text)
            read.recovery_step, read.recovery_by = _joined(read.recovery_step, step), by or read.recovery_by
            awaits_step = not step
            if not _OUR_OWN.match(text.strip()):
                said = f"“{_short(text)}” in the update was taken for its recovery step."
                read.doubts.append(Doubt(Field.RECOVERY_STEP, places[0], said, is_guessed=True))
        elif block.runs[0].bold and text.partition(":")[0].strip().casefold() == _EVIDENCE:
            continue
        elif label := _label(block, in_a_line=bool(date) or texts[-1].has_heading):
            texts.append(_Text(label[0], [Paragraph(label[1])] if label[1] else []))
        elif rest := _without_head(block):
            texts[-1].blocks += rest
            texts[-1].has_heading |= any(isinstance(one, Heading) for one in rest)
        _speaks_of_rating(text, read)


def _is_recovery(text: str) -> bool:
    before, colon, _ = _parted(text)
    return bool(colon) and (bool(_BACK_ON_COURSE.match(before)) or head_of(before, exactly=True) is Head.RECOVERY_STEP)


def _label(block: Paragraph | Heading, *, in_a_line: bool) -> tuple[WrittenDate, Runs] | None:
    """The date that parts a paragraph from what was before it, and what the paragraph says below it.

    `in_a_line`: it must have a line of its own, as below a heading of the update itself, or beside a column for dates:
    else it is a remark there.
    """
    text = _text(block.runs)
    if whole := label_of(text):
        return whole, ()
    if isinstance(block, Heading):
        return None
    if (found := leading_label(text)) and (not in_a_line or "\n" in text[found[0].end : found[1]]):
        return found[0], _from(block.runs, found[1])
    if in_a_line:
        return None
    bold = ""
    for run in block.runs:
        if not run.bold:
            break
        bold += run.text
    rest = text[len(bold) :].lstrip(" :–—-\n")
    if (found_bold := label_of(bold)) and not rest[:1].islower():  # "April 2020 saw ...": the sentence goes on
        return found_bold, _from(block.runs, len(bold))
    return None


def _without_head(block: Paragraph | Heading) -> list[Block]:
    """A paragraph without the word "Update:" in bold before it; nothing where it says no more."""
    first = block.runs[0]
    before, colon, _ = first.text.partition(":")
    is_alone = len(block.runs) == 1 and not colon
    if not (first.bold or isinstance(block, Heading)) or head_of(before, exactly=True) is not Head.UPDATE:
        return [block]
    if not (colon or is_alone):
        return [block]
    rest = _from(block.runs, len(before) + len(colon))
    return [replace(block, runs=rest)] if rest else []


def _from(runs: Runs, start: int, end: int | None = None) -> Runs:
    """Runs without their first characters, and without what parts a date from its text; up to an end."""
    left: list[Run] = []
    at = 0
    for run in runs:
        text = run.text[max(0, start - at) : None if end is None else max(0, end - at)]
        at += len(run.text)
        if not left:
            text = _BETWEEN.sub("", text)
        if text:
            left.append(replace(run, text=text))
    return tuple(left)


def _speaks_of_rating(text: str, read: UpdatesRead) -> None:
    if not read.rating and (found := _RATED.search(text)):
        read.rating = (found[1] or found[2]).strip()


def _update(text: _Text, place: str, read: UpdatesRead) -> FoundUpdate | None:
    date = text.date
    if date and date.wrong:
        said = f"{date.wrong} Its update is taken without a date. Write it like 28 March 2020."
        read.doubts.append(Doubt(Field.DATE, text.place_of_date or place, said, is_guessed=True))
    if not date and text.blocks and (guess := _date_before(text.blocks[0])):
        said = f"The update begins with “{guess.label}”, which was taken for its date."
        read.doubts.append(Doubt(Field.DATE, place, said, is_guessed=True))
        date = guess
    try:
        html = clean(Narrative(tuple(text.blocks)).html)
    except NarrativeTooLong as error:
        read.doubts.append(Doubt(Field.UPDATE, place, str(error)))
        html = ""
    if not html and not date:
        return None
    if not date:
        return FoundUpdate(html)
    return FoundUpdate(html, date.date, date.precision, date.label)


def _date_before(block: Block) -> WrittenDate | None:
    """A day that a text begins with, though nothing parts it from the text."""
    if not isinstance(block, Paragraph):
        return None
    text = _text(block.runs)
    found = date_in(text[:40])
    is_before = found and found.start == 0 and found.precision == "day" and text[found.end : found.end + 1] == " "
    return found if found and is_before and text[found.end + 1 : found.end + 2].isupper() else None


def _newest_first(found: Sequence[FoundUpdate]) -> tuple[FoundUpdate, ...]:
    dated = iter(
        sorted((one for one in found if one.date), key=lambda one: one.date or datetime.date.min, reverse=True)
    )
    return tuple(next(dated) if one.date else one for one in found)


def _joined(before: str, after: str) -> str:
    return " ".join(filter(None, (before, after)))


def _text(runs: Iterable[Run]) -> str:
    return "".join(run.text for run in runs)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
