"""What the forms that narrow a list of line of sight share."""

from collections.abc import Iterable

from django import forms

from accounts.forms import ListFilter
from needs.options import Level, NeedKind
from needs.sight import NeedState, ways_of

ANY_DELIVERABLE = "any deliverable"
"""What a list of needs is narrowed to where how those deliverables are rated does not matter."""


class SightFilter(ListFilter):
    """Narrows a list without changing whose ratings it shows."""

    KEPT = ("ratings",)


class NeedFilter(SightFilter):
    """Narrows risks and recommendations."""

    words = forms.CharField(required=False, max_length=100, label="Words")
    section = forms.ChoiceField(required=False, label="Section")
    kind = forms.ChoiceField(required=False, label="Risk or recommendation")
    level = forms.ChoiceField(required=False, label="Level")
    answered = forms.ChoiceField(required=False, label="Answered by")

    def __init__(self, data: object, needs: Iterable[NeedState], sections: Iterable[tuple[str, str]]) -> None:
        """`sections` are offered, each by its number and what it is called."""
        super().__init__(data)
        self.needs = tuple(needs)
        self.offer("section", sections)
        self.offer("kind", [(one.value, one.value.capitalize()) for one in NeedKind])
        self.offer("level", [(one.value, one.value.capitalize()) for one in Level])
        self.offer("answered", [(one, one.capitalize()) for one in (*ways_of(self.needs), ANY_DELIVERABLE)])

    def matching(self) -> list[NeedState]:
        chosen = self.chosen
        return [need for need in self.needs if self._matches(need, chosen)]

    def _matches(self, need: NeedState, chosen: dict[str, str]) -> bool:
        text = need.wording.casefold()
        return (
            all(word in text for word in chosen.get("words", "").casefold().split())
            and chosen.get("section", need.section) == need.section
            and chosen.get("kind", need.kind) == need.kind
            and chosen.get("level", need.level) == need.level
            and chosen.get("answered", need.answered) in (need.answered, ANY_DELIVERABLE if need.counting else None)
        )
