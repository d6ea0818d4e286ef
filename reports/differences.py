"""What differs between two editions, read from what was published of each. No database here.

What either of them leaves out as exempt is left out of this too, and where they leave out different rows nothing
that counts rows or is written of them all is compared, since the difference would say how those are rated (DESIGN
section 4, rule 9).
"""

import datetime
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format

from accounts.words import Piece, compare, shortened
from reports.options import EVIDENCE

Content = Mapping[str, Any]
"""An edition's content as `renderers.json.content` writes it."""


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was."""

    where: str
    """Such as "Theme 3, deliverable 12"."""
    what: str
    """Such as "Rating"."""
    before: str
    after: str

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Both texts in one, with what went and what came marked."""
        return shortened(compare(self.before, self.after))


@dataclass(frozen=True)
class Comparison:
    """All that differs, and what could not be compared."""

    differences: tuple[Difference, ...]
    note: str = ""


NOT_COMPARED = (
    "The figures and the covering reports' texts are not compared, because the two do not leave out the same "
    "deliverables as exempt from publication."
)
REFORMATTED = "the same words, with other formatting or links"


def differences(
    before: Content, after: Content, *, exempt_before: Collection[str], exempt_after: Collection[str]
) -> Comparison:
    """What differs from `before` to `after`, theme by theme and row by row. Rows are matched by their stable key."""
    exempt = set(exempt_before) | set(exempt_after)
    is_comparable = set(exempt_before) == set(exempt_after)
    found = [*_fields("Report", _REPORT, before, after)]
    if before["report"] and after["report"]:
        found += _fields("Report", _COVER, before["report"], after["report"])
        if is_comparable:
            found += _sections(before["report"], after["report"])
    themes_before, themes_after = _by_number(before["themes"]), _by_number(after["themes"])
    if is_comparable and max(len(themes_before), len(themes_after)) > 1:
        found += _figures("All of these themes", before, after)
    for number in sorted({*themes_before, *themes_after}):
        where = f"Theme {number}"
        one, other = themes_before.get(number), themes_after.get(number)
        if one is None or other is None:
            titles = [theme["theme"]["title"] if theme else "" for theme in (one, other)]
            found.append(Difference(where, "Reported on", *titles))
            continue
        found += _fields(where, _THEME, one, other)
        if is_comparable:
            found += _figures(where, one, other)
        found += _rows(where, _by_key(one, exempt), _by_key(other, exempt))
        found += _withdrawn(where, one["withdrawn"], other["withdrawn"]) if is_comparable else []
    return Comparison(tuple(found), "" if is_comparable else NOT_COMPARED)


def _plain(value: Any) -> str:
    """A value of the content in words."""
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, dict):
        return " ".join(str(one) for one in value.values() if one)
    return "" if value is None else str(value)


def _capital(value: str) -> str:
    return value.capitalize()


def _date(value: str | None) -> str:
    return date_format(datetime.date.fromisoformat(value)) if value else ""


def _is_printed(value: bool) -> str:
    return "Printed" if value else "Not printed"


def _listed(value: Collection[str]) -> str:
    return "; ".join(value)


def _recovery(value: Content | None) -> str:
    return f"{value['step']} (by {_date(value['by'])})" if value and value["by"] else value["step"] if value else ""


_Field = tuple[str, Callable[[Any], str]]
"""What a field is called, and how its value is said."""

_REPORT: dict[str, _Field] = {
    "title": ("Title", _plain),
    "classification": ("Classification", _plain),
    "office": ("Office", _plain),
    "strapline": ("Strapline", _plain),
    "columns": ("Further columns", _plain),
    "exceptions": ("Red and amber", _plain),
    "evidence": (EVIDENCE, _is_printed),
}
_COVER: dict[str, _Field] = {
    "for": ("For", _plain),
    "report_to": ("Report to", _plain),
    "meeting_date": ("Date of meeting", _date),
    "agenda_item": ("Agenda item", _plain),
    "report_of": ("Report of", _plain),
    "author": ("Report author", _plain),
    "other_contact": ("Other contacts", _plain),
}
_THEME: dict[str, _Field] = {"as_at": ("Position at", _date), "notice": ("Notice", _plain)}
_ROW: dict[str, _Field] = {
    "number": ("Number", _plain),
    "organisation": ("Organisation", _plain),
    "deliverable": ("Wording", _plain),
    "rating": ("Rating", _plain),
    "remark": ("Remark", _plain),
    "previous_rating": ("Previous rating", _plain),
    "since_last_quarter": ("Since last quarter", _capital),
    "due": ("Due", _plain),
    "completed": ("Completed", _plain),
    "recovery": ("Recovery", _recovery),
    "evidence": (EVIDENCE, _listed),
}


def _fields(where: str, fields: Mapping[str, _Field], one: Content, other: Content) -> Iterator[Difference]:
    for field, (name, said) in fields.items():
        if one[field] != other[field]:
            yield Difference(where, name, said(one[field]), said(other[field]))


def _by_number(themes: Collection[Content]) -> dict[int, Content]:
    return {one["theme"]["number"]: one for one in themes}


def _by_key(theme: Content, exempt: set[str]) -> dict[str, Content]:
    return {row["key"]: row for row in theme["rows"] if row["key"] not in exempt}


def _sections(one: Content, other: Content) -> Iterator[Difference]:
    before, after = ({section["heading"]: section for section in said["sections"]} for said in (one, other))
    for heading in dict.fromkeys([*before, *after]):
        was, now = before.get(heading), after.get(heading)
        texts = [section["text"] if section else "" for section in (was, now)]
        yield from _text("Report", heading, texts, is_same=bool(was and now and was["html"] == now["html"]))
        qualifiers = [section["qualifier"] if section else "" for section in (was, now)]
        if qualifiers[0] != qualifiers[1]:
            yield Difference("Report", f"{heading}, whom it is for", *qualifiers)


def _text(where: str, what: str, texts: list[str], *, is_same: bool) -> Iterator[Difference]:
    """A rich text by its words; where only what they look like or link to differs, that is said."""
    if texts[0] != texts[1]:
        yield Difference(where, what, *texts)
    elif not is_same:
        yield Difference(where, what, "", REFORMATTED)


def _figures(where: str, one: Content, other: Content) -> Iterator[Difference]:
    before, after = ({line["name"]: line for line in said["status_key"]} for said in (one, other))
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name), after.get(name)
        for field, what in (("printed", f"{name}, of all deliverables"), ("definition", f"{name}, what it means")):
            texts = [line[field] if line else "" for line in (was, now)]
            if texts[0] != texts[1]:
                yield Difference(where, what, *texts)
    overall = [(said["overall"] or {}).get("wording", "") for said in (one, other)]
    if overall[0] != overall[1]:
        yield Difference(where, "Overall", *overall)


def _rows(where: str, before: Mapping[str, Content], after: Mapping[str, Content]) -> Iterator[Difference]:
    for key in dict.fromkeys([*after, *before]):
        one, other = before.get(key), after.get(key)
        about = f"{where}, deliverable {(other or one or {})['number']}"
        if one is None or other is None:
            wordings = [row["deliverable"] if row else "" for row in (one, other)]
            yield Difference(about, "No longer printed" if one else "Added", *wordings)
            continue
        yield from _fields(about, _ROW, one, other)
        texts = [
            "\n\n".join(f"{update['date_printed']}\n{update['text']}".strip() for update in row["updates"])
            for row in (one, other)
        ]
        yield from _text(about, "Update", texts, is_same=one["updates"] == other["updates"])


def _withdrawn(where: str, one: Collection[Content], other: Collection[Content]) -> Iterator[Difference]:
    before, after = ({row["number"]: row for row in rows} for rows in (one, other))
    for number in sorted({*before, *after}):
        texts = [
            f"{row['deliverable']} Withdrawn from {row['withdrawn_from']}: {row['reason']}" if row else ""
            for row in (before.get(number), after.get(number))
        ]
        if texts[0] != texts[1]:
            yield Difference(f"{where}, deliverable {number}", "Withdrawn", *texts)
