"""How a need is answered, and how many there are of what, in words. No query here."""

from collections import Counter

from django.utils.text import get_text_list

from needs.sight import Answered, NeedState
from themes.ratings import Kind, RatingValue


def answered_in_words(need: NeedState) -> str:
    """Such as "Answered by an amber deliverable only"; of each rating how many deliverables that count have it."""
    if need.answered is Answered.LEFT_OUT:
        return f"Answered by {_counted(len(need.left_out), 'deliverable')} exempt from publication alone"
    if not need.counting:
        return "No deliverable answers it any more" if need.answers else "No deliverable answers it"
    counted = Counter(one.deliverable.rating for one in need.counting)
    said = get_text_list([_of_rating(rating, count) for rating, count in counted.items()], "and")
    only = " only" if need.answered is Answered.TROUBLED else ""
    return f"Answered by {said}{only}"


def so_many(count: int, what: str) -> str:
    """Such as "1 need" and "10,000 needs"."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def wrong_cells(count: int) -> str:
    return f"{so_many(count, 'cell')} {'has a problem' if count == 1 else 'have problems'}"


def _of_rating(rating: RatingValue | None, count: int) -> str:
    if rating is None:
        return _counted(count, "deliverable") + " without an update"
    if rating.kind is Kind.NOT_STARTED:
        return _counted(count, "deliverable") + (" that has not started" if count == 1 else " that have not started")
    return _counted(count, f"{rating.name.lower()} deliverable")


def _counted(count: int, what: str) -> str:
    if count > 1:
        return f"{count} {what}s"
    return f"an {what}" if what[0] in "aeiou" else f"a {what}"
