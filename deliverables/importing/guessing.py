"""What a plan's file says in people's own words: a rating, a quarter, a theme, a plan, a day. No database here."""

import colorsys
import re
from collections.abc import Iterable, Sequence
from datetime import date

from deliverables.importing.dates import MONTH, dates_in
from themes.quarters import FinancialYear, InvalidQuarter, Quarter
from themes.ratings import Kind, RatingValue

NOTHING = ("", "-", "–", "—", "n/a", "na", "none", "nil", "tbc", "no update", "not rated", "not set", "?")
"""What stands in a cell that says nothing, in small letters."""

_KINDS: dict[str, tuple[Kind, ...]] = {
    "achieved": (Kind.COMPLETE, Kind.ON_COURSE),
    "completed": (Kind.COMPLETE, Kind.ON_COURSE),
    "complete": (Kind.COMPLETE, Kind.ON_COURSE),
    "delivered": (Kind.COMPLETE, Kind.ON_COURSE),
    "on track": (Kind.ON_COURSE,),
    "on course": (Kind.ON_COURSE,),
    "on target": (Kind.ON_COURSE,),
    "on schedule": (Kind.ON_COURSE,),
    "at risk": (Kind.AT_RISK,),
    "some concerns": (Kind.AT_RISK,),
    "slippage": (Kind.AT_RISK,),
    "off track": (Kind.OFF_TRACK,),
    "off target": (Kind.OFF_TRACK,),
    "off course": (Kind.OFF_TRACK,),
    "not on track": (Kind.OFF_TRACK,),
    "not on target": (Kind.OFF_TRACK,),
    "not on course": (Kind.OFF_TRACK,),
    "not achieved": (Kind.OFF_TRACK,),
    "not delivered": (Kind.OFF_TRACK,),
    "delayed": (Kind.OFF_TRACK,),
    "not started": (Kind.NOT_STARTED,),
    "not yet started": (Kind.NOT_STARTED,),
    "not due": (Kind.NOT_STARTED,),
    "not yet due": (Kind.NOT_STARTED,),
    "not complete": (),
    "not completed": (),
    "not yet complete": (),
    "not yet completed": (),
    "nearly complete": (),
    "partially achieved": (),
    "partly achieved": (),
}
"""What words say, first the kind that they say best; some that hold others say nothing certain."""

_HUES = {"red": "red", "amber": "amber", "yellow": "amber", "orange": "amber", "green": "green", "blue": "blue"}
_KIND_OF_HUE = {"red": Kind.OFF_TRACK, "amber": Kind.AT_RISK, "green": Kind.ON_COURSE, "blue": Kind.COMPLETE}
_UNTIL = ((20, "red"), (70, "amber"), (170, "green"), (262, "blue"), (325, ""), (361, "red"))
"""Up to which degree of the colour wheel a colour is called what; between blue and red it is none of them."""
_LEAST_SATURATED, _LEAST_BRIGHT = 0.12, 0.2
_WORSE = (Kind.COMPLETE, Kind.ON_COURSE, Kind.NOT_STARTED, Kind.AT_RISK, Kind.OFF_TRACK)
"""From the best kind to the worst."""
_TWO = re.compile(r"\s*([^/→⇒➔>]+?)(\s*/\s*|\s*(?:→|⇒|➔|[-–—=]+>)\s*|\s+to\s+)([^/→⇒➔>]+?)\s*", re.IGNORECASE)
_LEAD = re.compile(r"^\s*(?:overall\s+|current\s+)?b?(?:rag|r/a/g)?\s*(?:rating|status)?\s*[:=–-]\s*", re.IGNORECASE)
_BEFORE = re.compile(r"[(\[]?\b(?:was|previously|prev|from|last quarter)\b.*", re.IGNORECASE | re.DOTALL)


def rating_of(text: str, fill: str, scheme: Sequence[RatingValue]) -> tuple[RatingValue | None, bool]:
    """Which rating of a plan's scheme is meant, and whether that is a guess; None of none or of several.

    `text` is what stands in the cell, `fill` its colour, such as `00b050`: it is asked only where there is no text.
    """
    said = _BEFORE.sub("", _LEAD.sub("", text)).strip(" .:;()[]\n")
    if said.casefold() in NOTHING:
        rating = _by_colour(fill, scheme) if not said else None
        return rating, rating is not None
    plain = " ".join(re.sub(r"[()\[\]:,–—-]", " ", said).casefold().split())
    for one in scheme:
        if plain in (one.code.casefold(), one.name.casefold(), f"{one.code} {one.name}".casefold()):
            return one, False
    pair = _TWO.fullmatch(said)
    found = _of_two(pair[1], pair[3], scheme, is_change=pair[2].strip() != "/") if pair else set()
    found = found or _mentioned(said, scheme)
    return (found.pop(), True) if len(found) == 1 else (None, False)


def _of_two(one: str, other: str, scheme: Sequence[RatingValue], *, is_change: bool) -> set[RatingValue]:
    """Of "Amber → Green" the second, as what it has become; of "Green/Amber" the worse one; none if one is unknown."""
    ratings = []
    for text in (one, other):
        rating, is_guess = rating_of(text, "", scheme)
        if rating and (not is_guess or text.casefold() in (*_HUES, *_KINDS)):
            ratings.append(rating)
    if len(ratings) < 2:
        return set()
    return {ratings[1] if is_change else max(ratings, key=lambda rating: _WORSE.index(rating.kind))}


def _mentioned(text: str, scheme: Sequence[RatingValue]) -> set[RatingValue]:
    """All ratings that a text speaks of: by name, by words, and by a letter that stands by itself."""
    found = set()
    left = text.casefold()
    names = {one.name.casefold(): one for one in scheme}
    for phrase in sorted({*names, *_KINDS, *_HUES}, key=len, reverse=True):
        pattern = rf"(?<!\w){re.escape(phrase)}(?!\w)"
        if not re.search(pattern, left):
            continue
        left = re.sub(pattern, " ", left)
        if phrase in names:
            found.add(names[phrase])
        elif phrase in _HUES:
            found |= {one for one in [_of_hue(_HUES[phrase], "", scheme) or _in_place_of_blue(phrase, scheme)] if one}
        else:
            of_kinds = ([one for one in scheme if one.kind is kind] for kind in _KINDS[phrase])
            first = next((ratings for ratings in of_kinds if ratings), [])
            found |= {*first} if len(first) == 1 else set()
    for one in scheme:
        code = re.escape(one.code)
        if re.search(rf"^{code}\s*[-–:)(/]|[:=(/]\s*{code}\s*(?:$|[-–:)/.,;])|^{code}$", text):
            found.add(one)
    return found


def _by_colour(fill: str, scheme: Sequence[RatingValue]) -> RatingValue | None:
    hue = _hue(fill)
    return _of_hue(hue, fill, scheme) if hue else None


def _of_hue(hue: str, fill: str, scheme: Sequence[RatingValue]) -> RatingValue | None:
    """The rating that is of a hue, of several the nearest one; else the one of the kind that the hue stands for."""
    same = [one for one in scheme if _hue(one.colour) == hue]
    if len(same) > 1 and fill:
        return min(same, key=lambda one: _distance(one.colour, fill))
    plain = [one for one in scheme if not _hue(one.colour) and one.kind is _KIND_OF_HUE[hue]]
    candidates = same or plain
    return candidates[0] if len(candidates) == 1 else None


def _in_place_of_blue(phrase: str, scheme: Sequence[RatingValue]) -> RatingValue | None:
    """Blue says of most plans that work is complete, which is on course where a scheme has nothing for complete."""
    if phrase != "blue" or any(one.kind is Kind.COMPLETE for one in scheme):
        return None
    on_course = [one for one in scheme if one.kind is Kind.ON_COURSE]
    return on_course[0] if len(on_course) == 1 else None


def _channels(colour: str) -> tuple[float, float, float] | None:
    if not re.fullmatch(r"#?[0-9a-fA-F]{6}", colour):
        return None
    red, green, blue = (int(colour.lstrip("#")[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def _hue(colour: str) -> str:
    """What a colour is called; empty of white, grey, black and what is none of the four."""
    if not (channels := _channels(colour)):
        return ""
    hue, saturation, value = colorsys.rgb_to_hsv(*channels)
    if saturation < _LEAST_SATURATED or value < _LEAST_BRIGHT:
        return ""
    return next(name for end, name in _UNTIL if hue * 360 < end)


def _distance(one: str, other: str) -> float:
    pairs = zip(_channels(one) or (), _channels(other) or (), strict=False)
    return sum((a - b) ** 2 for a, b in pairs)


# Quarters.

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBERS = {word: number for number, word in enumerate(_WORDS, start=1)}
_QUARTER = re.compile(
    r"\b(?:q|qtr|quarter)\.?\s*([1-4]|one|two|three|four)\b|\b([1-4])(?:st|nd|rd|th)\s+quarter\b", re.IGNORECASE
)
_FINANCIAL_YEAR = re.compile(
    r"(?<![\d./-])(?:((?:19|20|21)\d\d)\s?[-/–—]\s?(\d{4}|\d{2})|(\d\d)/(\d\d))(?!\d|[./-]\d)", re.ASCII
)
_MONTHS = re.compile(
    rf"\b({MONTH})\.?\s*(?:to|-|–|—|/|until)\s*({MONTH})\.?,?\s*['\u2019]?(\d{{4}}|\d{{2}})\b", re.IGNORECASE
)
_SPANS = {"apr": ("jun", 4), "jul": ("sep", 7), "oct": ("dec", 10), "jan": ("mar", 1)}


def year_of(text: str) -> FinancialYear | None:
    """The one financial year that a text names ("2019/20", "2019-2020", "19/20"); None of none or of several."""
    years = {
        int(one[1] or f"20{one[3]}")
        for one in _FINANCIAL_YEAR.finditer(text)
        if (int(one[1] or one[3]) + 1) % 100 == int((one[2] or one[4])[-2:])
    }
    try:
        return FinancialYear(years.pop()) if len(years) == 1 else None
    except InvalidQuarter:
        return None


def quarter_of(text: str, year: FinancialYear | None = None) -> Quarter | None:
    """The one quarter that a text names, with `year` where it names none itself; None of none or of several."""
    found = set(_quarters_by_months(text))
    numbers = {_NUMBERS.get((one[1] or one[2]).lower()) or int(one[1] or one[2]) for one in _QUARTER.finditer(text)}
    if numbers and (in_year := year_of(text) or (year if not found else None)):
        found |= {Quarter(in_year, number) for number in numbers}
    elif numbers and {one.number for one in found} != numbers:
        return None
    return found.pop() if len(found) == 1 else None


def _quarters_by_months(text: str) -> Iterable[Quarter]:
    for first, last, written in _MONTHS.findall(text):
        until, month = _SPANS.get(first[:3].lower(), ("", 0))
        if last[:3].lower() == until:
            year = int(written) if len(written) == 4 else 2000 + int(written)
            try:
                yield Quarter.of(date(year, month, 1))
            except ValueError:  # a year that is no year
                continue


def quarter_ended(day: date | None) -> Quarter | None:
    """The quarter whose last day it is."""
    quarter = Quarter.of(day) if day else None
    return quarter if quarter and quarter.ends == day else None


# What headings say.

_THEME = re.compile(
    r"(?:.{0,200}?\S\s*[-–—:,|.]\s*|appendix \w+\s+)?(?:strategic\s+)?theme\s+(\d{1,2}|"
    + "|".join(_NUMBERS)
    + r")\s*(?:\([^()]*\))?\s*(?:[-–—:.]\s*(.*))?",
    re.IGNORECASE | re.DOTALL,
)
_THEME_OF_SHEET = re.compile(r"(?:t|theme)?\s*([1-9]\d?)(?:(?:\s*[.):–—-]\s*|\s+)(\D.*))?", re.IGNORECASE | re.ASCII)
_PLAN_BEFORE_THEME = re.compile(r"(.{1,200}?)\s*[-–—:|]\s*(?:strategic\s+)?themes?\s", re.IGNORECASE)
_PLAN = re.compile(
    r"((?:(?:[A-Z][\w’'&-]*|and|of|for|the|&)\s+){0,6}(?:Plan|PLAN|Strategy))\s*\(?\s*"
    r"((?:19|20|21)\d\d\s?[-–/]\s?\d{2,4})?\s*\)?"
)
_PLAN_WITH_YEARS = re.compile(
    r"(?:[A-Z][\w’'&-]*\s+|(?:and|of|for|the|&)\s+){0,6}Plan,?\s*\(?(?:19|20)\d\d\s?[-–/]\s?\d{2,4}\)?"
)
_BESIDE_PERIOD = re.compile(
    r"(?:(?:update|report|progress|position|financial|year|fy|delivery|plan|draft)\b|[\W_])*", re.I
)
_AS_AT = re.compile(
    r"\b(?:as\s+at|as\s+of|position\s+(?:as\s+)?at|position\s+on|correct\s+at)\s+(?:the\s+)?", re.IGNORECASE
)
_LONGEST_HEADING = 300


def theme_of(text: str) -> tuple[int, str] | None:
    """The theme's number and title of a heading such as "Theme 3: Tackling Crime"; the title may be empty."""
    line = " ".join(text.split())
    found = _THEME.fullmatch(line) if len(line) <= _LONGEST_HEADING else None
    if not found:
        return None
    number = _NUMBERS.get(found[1].lower()) or int(found[1])
    return number, _without_period((found[2] or "").strip(" ."))


def theme_of_sheet(name: str) -> tuple[int, str] | None:
    """The theme's number and title of a sheet called "T2", "Theme 2 Victims" or "1. Victims"."""
    found = _THEME_OF_SHEET.fullmatch(name.strip())
    if not found or quarter_of(name) or next(dates_in(name), None):
        return None
    return int(found[1]), _without_period((found[2] or "").strip(" ."))


def _without_period(title: str) -> str:
    """A title without what stands at its end of no theme: a quarter, a financial year, a plan's title with years."""
    for word in re.finditer(r"\S+", title):
        rest, before = title[word.start() :], title[: word.start()].rstrip()
        if before.endswith((".", ",", ";", ":", "|", "-", "–", "—")) or rest.startswith("Police"):
            rest = _PLAN_WITH_YEARS.sub(" ", rest, count=1)
        for pattern in (_QUARTER, _MONTHS, _FINANCIAL_YEAR):
            rest = pattern.sub(" ", rest)
        if rest != title[word.start() :] and _BESIDE_PERIOD.fullmatch(rest):
            return before.strip(" .,;:|-–—([")
    return title


def plan_of(text: str) -> str:
    """The title of a plan with its years that a heading names: "Police and Crime Plan 2018-21"; empty of none."""
    line = " ".join(text.split())[:_LONGEST_HEADING]
    if (before := _PLAN_BEFORE_THEME.match(line)) and re.search(r"\b(?:plan|strategy)\b", before[1], re.IGNORECASE):
        return re.sub(r"\((\d{4}\s?[-–/]\s?\d{2,4})\)", r"\1", before[1]).strip()
    found = _PLAN.search(line)
    if not found or not (found[2] or re.search(r"\bcrime\b", found[1], re.IGNORECASE)):
        return ""
    return f"{found[1]} {found[2] or ''}".strip()


def as_at_of(text: str) -> date | None:
    """The day that a text says its figures stand at ("Position at 31 March 2020"); of a month its last day."""
    for lead in _AS_AT.finditer(text[:2000]):
        found = next(dates_in(text[lead.end() : lead.end() + 30]), None)
        if found and found.start == 0 and found.date:
            return found.last_day
    return None
