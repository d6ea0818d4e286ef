"""Forms on deliverables."""

from django import forms

from deliverables.progress import Row
from deliverables.rag import Movement
from themes.place import Place

NO_UPDATE = "none"


class DeliverableFilter(forms.Form):
    """Narrows a theme's list. What the address asks and the list cannot mean is passed over, not an error."""

    words = forms.CharField(required=False, max_length=100, label="Words")
    owner = forms.ChoiceField(required=False, label="Organisation")
    rating = forms.ChoiceField(required=False, label="Rating")
    movement = forms.ChoiceField(required=False, label="Since last quarter")

    def __init__(self, data: object, place: Place, rows: tuple[Row, ...]) -> None:
        super().__init__(data)
        self.rows = rows
        owners = sorted({row.owner_label for row in rows if row.owner_label})
        self.fields["owner"].choices = [("", "All"), *((owner, owner) for owner in owners)]
        ratings = [(rating.code, rating.name) for rating in place.plan.rating_scheme.values]
        self.fields["rating"].choices = [("", "All"), *ratings, (NO_UPDATE, "No update")]
        self.fields["movement"].choices = [("", "All"), *((one.value, one.value.capitalize()) for one in Movement)]

    @property
    def chosen(self) -> dict[str, str]:
        """What was asked for and makes sense, by field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def matching(self) -> list[Row]:
        return [row for row in self.rows if self._matches(row)]

    def _matches(self, row: Row) -> bool:
        chosen = self.chosen
        rating = row.standing.rating.code if row.standing.rating else NO_UPDATE
        text = f"{row.wording} {row.narrative.text}".casefold()
        return (
            chosen.get("owner", row.owner_label) == row.owner_label
            and chosen.get("rating", rating) == rating
            and chosen.get("movement", row.movement) == row.movement
            and all(word in text for word in chosen.get("words", "").casefold().split())
        )
