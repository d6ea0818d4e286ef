"""A rating as a plain value, and the kinds of rating that rules are written in. No database here."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

NEAR_BLACK, WHITE = "#0b0c0c", "#ffffff"
READABLE = 4.5
"""The least contrast of text that WCAG 2.2 AA allows."""


class Kind(StrEnum):
    """What a rating says, whatever letter and colour an office gives it."""

    COMPLETE = "complete"
    ON_COURSE = "on course"
    AT_RISK = "at risk"
    OFF_TRACK = "off track"
    NOT_STARTED = "not started"


@dataclass(frozen=True)
class RatingValue:
    """One rating of a scheme: its letter, name, colour and meaning, as pages, charts and files read them."""

    code: str
    name: str
    kind: Kind
    colour: str
    definition: str = ""
    needs_recovery: bool = False

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def same(self) -> tuple[str, Kind]:
        """What makes it the same rating at another time, whatever else was changed about it since."""
        return self.code, self.kind

    @property
    def ink(self) -> str:
        """Near-black or white, whichever is easier to read on the colour; black on the few greys between them."""
        best = max((NEAR_BLACK, WHITE), key=lambda ink: contrast(ink, self.colour))
        return best if contrast(best, self.colour) >= READABLE else "#000000"

    @property
    def outline(self) -> str:
        """The tag's border: its own colour, or grey where the colour is too near to the page's white."""
        return "#505a5f" if relative_luminance(self.colour) > 0.8 else self.colour


def stylesheet(ratings: Iterable[RatingValue]) -> str:
    """The colours of the ratings' tags and bars, for pages and for files that stand alone."""
    return "".join(
        f".rating-{rating.code} {{ background: {rating.colour}; color: {rating.ink}; "
        f"border-color: {rating.outline}; }}\n"
        f".bar-{rating.code} {{ fill: {rating.colour}; stroke: {rating.outline}; }}\n"
        f".bar-text-{rating.code} {{ fill: {rating.ink}; }}\n"
        for rating in ratings
    )


GREEN_AMBER_RED = (
    RatingValue("G", "Green", Kind.ON_COURSE, "#00703c", "On course to be achieved on time"),
    RatingValue("A", "Amber", Kind.AT_RISK, "#f4a81c", "At risk of not being achieved on time", needs_recovery=True),
    RatingValue(
        "R", "Red", Kind.OFF_TRACK, "#b42318", "Off track: it will not be achieved on time", needs_recovery=True
    ),
    RatingValue("NS", "Not started", Kind.NOT_STARTED, "#ffffff", "Work has not started yet"),
)
"""The default scheme (DESIGN section 2)."""

BLUE_FOR_COMPLETE = (RatingValue("B", "Blue", Kind.COMPLETE, "#1d70b8", "Complete"), *GREEN_AMBER_RED)
"""As other offices have it."""


def contrast(one: str, other: str) -> float:
    """WCAG 2's contrast of two colours, 1 to 21."""
    darker, lighter = sorted((relative_luminance(one), relative_luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def relative_luminance(colour: str) -> float:
    """WCAG 2's relative luminance, 0 to 1, of a colour written `#rrggbb`."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
