"""How a need is answered, in a sentence. No query here."""

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
    said = get_text_list([_so_many(rating, count) for rating, count in counted.items()], "and")
    only = " only" if need.answered is Answered.TROUBLED else ""
    return f"Answered by {said}{only}"


def _so_many(rating: RatingValue | None, count: int) -> str:
    if rating is None:
        return _counted(count, "deliverable") + " without an update"
    if rating.kind is Kind.NOT_STARTED:
        return _counted(count, "deliverable") + (" that has not started" if count == 1 else " that have not started")
    return _counted(count, f"{rating.name.lower()} deliverable")


def _counted(count: int, what: str) -> str:
    if count > 1:
        return f"{count} {what}s"
    return f"an {what}" if what[0] in "aeiou" else f"a {what}"
