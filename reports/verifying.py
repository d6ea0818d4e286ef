"""Whether what was published is still as it was: every file's bytes, every frozen row and figure, and the facts.

Nothing live is read. An edition's JSON file, once its bytes are known to be whole, says what its tables must hold;
its seal says which files it has, and what no file says.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from reports import manifest
from reports.edition_models import Edition
from reports.files import BODY
from reports.freezing import thawed

_NEEDED = ("json", BODY.name, manifest.FORM)
_KNOWN_BY: dict[str, Callable[[dict[str, Any]], object]] = {
    "themes": lambda one: one["theme"]["number"],
    "rows": lambda one: one["key"],
    "not_printed": lambda one: one["key"],
    "status_key": lambda one: one["name"],
    "files": lambda one: one["form"],
    "exempt": lambda one: one["theme"],
}
"""What tells the items of a list apart; those of other lists are known by their place."""


def differences(edition: Edition) -> Iterator[str]:
    """Everything in which the edition is not as it was published, a line each; nothing of one that is.

    One file at a time is in memory, and the rows of one edition.
    """
    forms, published, seal = set(), None, None
    for file in edition.files.iterator(chunk_size=1):
        forms.add(file.form)
        if not file.is_whole:
            yield f"the bytes of {file.file_name} are not those that were published"
        elif file.form == "json":
            published = json.loads(bytes(file.content))
        elif file.form == manifest.FORM:
            seal = json.loads(bytes(file.content))
    yield from (f"the {form} file is missing" for form in _NEEDED if form not in forms)
    if seal:
        yield from _compared("", seal, manifest.sealed(edition))
    if published is None:
        yield "its rows and figures cannot be held against its JSON file"
    else:
        yield from _held_against(published, edition)


def gaps() -> Iterator[str]:
    """The editions that are not there although a later one is, a line each."""
    numbers: dict[str, list[int]] = {}
    for slug, number in Edition.objects.order_by("slug", "number").values_list("slug", "number"):
        numbers.setdefault(slug, []).append(number)
    for slug, there in numbers.items():
        yield from (f"{slug} V{number} is not there" for number in range(1, there[-1]) if number not in there)


def _held_against(published: dict[str, Any], edition: Edition) -> Iterator[str]:
    yield from _compared("", published, thawed(edition))


def _compared(where: str, published: Any, stored: Any) -> Iterator[str]:
    """What differs of two values of one shape, each by the names of the place that it stands in."""
    if isinstance(published, dict) and isinstance(stored, dict):
        for name in dict.fromkeys([*published, *stored]):
            one, other = published.get(name), stored.get(name)
            if isinstance(one, list) and isinstance(other, list):
                yield from _compared_items(where, name, one, other)
            else:
                yield from _compared(_inside(where, name.replace("_", " ")), one, other)
    elif published != stored:
        yield f"{where} was published as {published!r} and is stored as {stored!r}"


def _compared_items(where: str, name: str, published: list[Any], stored: list[Any]) -> Iterator[str]:
    """Each item against the one of its own, so that where one is gone only that one is named."""
    known_by = _KNOWN_BY.get(name)
    before, after = (
        {known_by(one) if known_by else place: one for place, one in enumerate(items, start=1)}
        for items in (published, stored)
    )
    if len(published) == len(before) and len(stored) > len(after):
        yield f"{_inside(where, name.replace('_', ' '))} are stored more than once"
    for key, one in before.items():
        label = _inside(where, _label(name, key, one))
        if key in after:
            yield from _compared(label, one, after[key])
        else:
            yield f"{label} was published and is not stored"
    for key, one in after.items():
        if key not in before:
            yield f"{_inside(where, _label(name, key, one))} is stored and was not published"
    if [key for key in before if key in after] != [key for key in after if key in before]:
        yield f"{_inside(where, name.replace('_', ' '))} are not in the order that they were published in"


def _label(name: str, key: object, one: Any) -> str:
    if name in ("rows", "not_printed"):
        return f"deliverable {one['number']}"
    if name == "exempt":
        return f"Theme {key}, left out"
    return f"Theme {key}" if name == "themes" else f"{name.removesuffix('s').replace('_', ' ')} {key}"


def _inside(where: str, name: str) -> str:
    return f"{where}, {name}" if where else name
