"""What differs between two editions, read from what was published of each. No database here.

What either of them leaves out as exempt is left out of this too, and where they leave out different rows nothing
that counts rows is compared, since the difference would say how those are rated (DESIGN section 4, rule 9).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.words import Piece, compare, shortened

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
    "The figures and the covering reports are not compared, because the two do not leave out the same deliverables "
    "as exempt from publication."
)


def differences(
    before: Content, after: Content, *, exempt_before: Collection[str], exempt_after: Collection[str]
) -> Comparison:
    """What differs from `before` to `after`, theme by theme and row by row. Rows are matched by their stable key."""
    exempt = set(exempt_before) | set(exempt_after)
    found = []
    if set(exempt_before) == set(exempt_after):
        found += [*_cover(before, after), *_figures("All themes together", before, after)]
    themes_before, themes_after = _by_number(before), _by_number(after)
    for number in sorted({*themes_before, *themes_after}):
        where = f"Theme {number}"
        one, other = themes_before.get(number), themes_after.get(number)
        if one is None or other is None:
            title = (one or other)["theme"]["title"]
            found.append(Difference(where, "Reported on", *((title, "") if one else ("", title))))
            continue
        if set(exempt_before) == set(exempt_after):
            found += _figures(where, one, other)
        found += _fields(where, {"as_at": "Position at", "notice": "Notice"}, one, other)
        found += _rows(where, _by_key(one, exempt), _by_key(other, exempt))
    return Comparison(tuple(found), "" if set(exempt_before) == set(exempt_after) else NOT_COMPARED)


def _by_number(content: Content) -> dict[int, Any]:
    return {one["theme"]["number"]: one for one in content["themes"]}


def _by_key(theme: Content, exempt: set[str]) -> dict[str, Any]:
    return {row["key"]: row for row in theme["rows"] if row["key"] not in exempt}


def _fields(where: str, names: Mapping[str, str], one: Content, other: Content) -> Iterator[Difference]:
    for field, name in names.items():
        before, after = _said(one[field]), _said(other[field])
        if before != after:
            yield Difference(where, name, before, after)


def _said(value: Any) -> str:
    """A value of the content in words."""
    if isinstance(value, dict):
        return " ".join(str(one) for one in value.values() if one)
    return "" if value is None else str(value)


def _cover(before: Content, after: Content) -> Iterator[Difference]:
    names = {"title": "Title", "classification": "Classification", "office": "Office", "strapline": "Strapline"}
    yield from _fields("Report", names, before, after)
    one, other = before["report"] or {}, after["report"] or {}
    facts = {
        "for": "For", "report_to": "Report to", "meeting_date": "Date of meeting", "agenda_item": "Agenda item",
        "report_of": "Report of", "author": "Report author", "other_contact": "Other contacts",
    }  # fmt: skip
    if one and other:
        yield from _fields("Report", facts, one, other)
    texts = [{section["heading"]: section["text"] for section in said.get("sections", [])} for said in (one, other)]
    for heading in dict.fromkeys([*texts[0], *texts[1]]):
        was, now = texts[0].get(heading, ""), texts[1].get(heading, "")
        if was != now:
            yield Difference("Report", heading, was, now)


def _figures(where: str, one: Content, other: Content) -> Iterator[Difference]:
    before, after = ({line["name"]: line["printed"] for line in said["status_key"]} for said in (one, other))
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name, ""), after.get(name, "")
        if was != now:
            yield Difference(where, f"{name}, of all deliverables", was, now)
    overall = [(said["overall"] or {}).get("wording", "") for said in (one, other)]
    if overall[0] != overall[1]:
        yield Difference(where, "Overall", *overall)


ROW_FIELDS = {
    "number": "Number",
    "organisation": "Organisation",
    "deliverable": "Wording",
    "rating": "Rating",
    "remark": "Remark",
    "previous_rating": "Previous rating",
    "since_last_quarter": "Since last quarter",
    "due": "Due",
    "recovery": "Recovery",
}


def _rows(where: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for key in dict.fromkeys([*after, *before]):
        one, other = before.get(key), after.get(key)
        row = other or one
        about = f"{where}, deliverable {row['number']}"
        if one is None:
            yield Difference(about, "Added", "", row["deliverable"])
        elif other is None:
            yield Difference(about, "No longer printed", row["deliverable"], "")
        else:
            yield from _fields(about, ROW_FIELDS, one, other)
            texts = [_updates(said) for said in (one, other)]
            if texts[0] != texts[1]:
                yield Difference(about, "Update", *texts)


def _updates(row: Content) -> str:
    return "\n\n".join(f"{one['date_printed']}\n{one['text']}".strip() for one in row["updates"])
