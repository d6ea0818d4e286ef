"""Forms on deliverables."""

from collections.abc import Iterable

from django import forms

from deliverables.progress import Row
from deliverables.rag import Movement
from pcc_tracker.errors import NothingHere
from themes.place import Place

NO_UPDATE = "no-update"  # no rating has this code: codes are letters and digits


class ListFilter(forms.Form):
    """Narrows a list. What the address asks and the list does not have is said, and passed over."""

    def offer(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        """Let one of `choices` be chosen, or all."""
        field = self.fields[name]
        field.choices = [("", "All"), *choices]
        there = ", ".join(label for _, label in field.choices)
        field.error_messages["invalid_choice"] = f'There is no "%(value)s" to choose. There is: {there}.'

    @property
    def chosen(self) -> dict[str, str]:
        """What was asked for and makes sense, by field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def sorting(self) -> list[tuple[str, str]]:
        """How the page's lists are sorted, which stays when they are narrowed."""
        return [(name, value) for name, value in self.data.items() if name.endswith("sort")]

    def refuse_what_is_not_there(self) -> None:
        """Raise NothingHere for a wrong choice: a file cannot say beside its rows that one was passed over."""
        if not self.is_valid():
            raise NothingHere(" ".join(str(message) for messages in self.errors.values() for message in messages))


class DeliverableFilter(ListFilter):
    """Narrows a theme's list."""

    words = forms.CharField(required=False, max_length=100, label="Words")
    owner = forms.ChoiceField(required=False, label="Organisation")
    rating = forms.ChoiceField(required=False, label="Rating")
    movement = forms.ChoiceField(required=False, label="Since last quarter")

    def __init__(self, data: object, place: Place, rows: tuple[Row, ...]) -> None:
        super().__init__(data)
        self.rows = rows
        owners = sorted({row.owner_label for row in rows if row.owner_label})
        self.offer("owner", [(owner, owner) for owner in owners])
        ratings = [(rating.code, rating.name) for rating in place.plan.rating_scheme.values]
        self.offer("rating", [*ratings, (NO_UPDATE, "No update")])
        self.offer("movement", [(one.value, one.value.capitalize()) for one in Movement])

    def matching(self) -> list[Row]:
        chosen = self.chosen
        return [row for row in self.rows if self._matches(row, chosen)]

    def _matches(self, row: Row, chosen: dict[str, str]) -> bool:
        rating = row.standing.rating.code if row.standing.rating else NO_UPDATE
        words = chosen.get("words", "").casefold().split()
        text = f"{row.wording} {row.narrative.text}".casefold() if words else ""
        return (
            chosen.get("owner", row.owner_label) == row.owner_label
            and chosen.get("rating", rating) == rating
            and chosen.get("movement", row.movement) == row.movement
            and all(word in text for word in words)
        )
