"""Forms on deliverables."""

from django import forms

from deliverables import narrative
from deliverables.progress import Row
from deliverables.rag import Movement
from themes.place import Place

NO_UPDATE = "no-update"  # no rating has this code: codes are letters and digits


class DeliverableFilter(forms.Form):
    """Narrows a theme's list. What the address asks and the list does not have is said, and passed over."""

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
        for name in ("owner", "rating", "movement"):
            there = ", ".join(label for _, label in self.fields[name].choices)
            self.fields[name].error_messages["invalid_choice"] = (
                f'There is no "%(value)s" to choose. There is: {there}.'
            )

    @property
    def chosen(self) -> dict[str, str]:
        """What was asked for and makes sense, by field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

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


class NoteForm(forms.Form):
    """A reviewer's note to the owner."""

    note = forms.CharField(
        required=False,
        max_length=2000,
        label="Note to the owner",
        help_text="Say what should be changed, or why it is reopened. The owner sees it.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def clean_note(self) -> str:
        return narrative.storable(self.cleaned_data["note"])
