"""Whether a file's own status key says what its rows do. No database here."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from deliverables.importing.found import Found, FoundShare
from deliverables.importing.guessing import rating_of
from deliverables.importing.plan_rows import Reader
from deliverables.importing.plan_values import Difference, Outcome
from deliverables.rag import Because, Breakdown, Line, Standing, breakdown
from themes.ratings import RatingValue


def differences(
    found: Found, outcomes: Sequence[Outcome], scheme: Sequence[RatingValue], reader: Reader
) -> tuple[Difference, ...]:
    """Every line of the file's status key whose count, total or percentage the rows do not give.

    The figures are of the file's rows of that theme and quarter, as they were understood or put right, made by the one
    function that makes all figures (DESIGN section 4, rule 1). A row that is not understood has no update.
    """
    quarter = reader.quarter_of(None) or next((one.quarter for one in outcomes if one.quarter), None)
    standings: dict[int | None, list[Standing]] = defaultdict(list)
    for one in outcomes:
        if one.quarter in (quarter, None):
            standings[one.theme].append(one.standing or Standing(one.rating, _because(one)))
    figures = {theme: breakdown(rows, scheme) for theme, rows in standings.items()}
    everything = breakdown([one for rows in standings.values() for one in rows], scheme)
    said = []
    for share in found.status_key:
        theme = reader.theme_of(share.theme)
        line = _line(share, figures.get(theme, everything), scheme)
        if line is None:
            said.append(Difference(share.place, f"“{share.rating}” in the status key is not a rating of the plan."))
        elif wrong := _difference(share, line):
            said.append(Difference(share.place, wrong))
    return tuple(said)


def _because(one: Outcome) -> Because:
    return Because.APPROVED if one.rating else Because.NO_UPDATE


def _line(share: FoundShare, figures: Breakdown, scheme: Sequence[RatingValue]) -> Line | None:
    """The line of the figures that a line of the key is about."""
    if share.rating.casefold() == figures.no_update.label.casefold():
        return figures.no_update
    rating, _ = rating_of(share.rating, share.fill, scheme)
    return figures.line(rating.code) if rating else None


def _is_rounded(percent: str, line: Line) -> bool:
    """Whether a percentage is a line's, to as many places as it is printed with, rounded half up."""
    try:
        printed = Decimal(percent.strip("% "))
    except InvalidOperation:
        return False
    places = -min(int(printed.as_tuple().exponent), 0)
    shifted = 200 * line.count * 10**places + line.total
    return line.total > 0 and printed == Decimal(shifted // (2 * line.total)).scaleb(-places)


def _difference(share: FoundShare, line: Line) -> str:
    total = line.total if share.total is None else share.total
    if (share.count, total) != (line.count, line.total):
        printed = f"{share.count}/{share.total}" if share.total is not None else str(share.count)
        return f"{line.label}: the document says {printed}, the rows give {line.count}/{line.total}."
    if share.percent and not _is_rounded(share.percent, line):
        return f"{line.label}: the document says {share.percent}, {line.count}/{line.total} is {line.percent}."
    return ""
