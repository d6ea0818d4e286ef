"""Forms on deliverables."""

from django import forms

from accounts.forms import ListFilter, reason_field
from deliverables.models import Deliverable
from deliverables.progress import Row
from deliverables.rag import Movement
from themes.forms import QuarterChoice, quarters_of
from themes.place import Place

NO_UPDATE = "no-update"  # no rating has this code: codes are letters and digits


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


class ExemptForm(forms.Form):
    """In which quarters a deliverable is exempt from publication, and why."""

    first = QuarterChoice(label="From")
    last = QuarterChoice(
        nothing="Until it is lifted",
        label="Until",
        help_text="The last quarter it is left out of. It holds in the years it is carried forward to as well.",
    )
    reason = reason_field()

    def __init__(self, data: object, *, place: Place, row: Deliverable) -> None:
        super().__init__(
            data,
            initial={
                "first": row.exempt_from or place.quarter,
                "last": row.exempt_until,
                "reason": row.exempt_reason,
            },
        )
        quarters = quarters_of(place.plan.years)
        self.fields["first"].offer(quarters)
        self.fields["last"].offer(quarters)

    def clean(self) -> dict:
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", "The last quarter it is exempt in comes before the first.")
        return cleaned
