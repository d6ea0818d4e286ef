"""The form of what is linked: a tick each, and one note for those that are new."""

from itertools import groupby
from typing import Any

from django import forms

from needs.models import LONGEST_NOTE
from needs.offered import Offered
from reports.forms import PlainTexts


class LinksForm(PlainTexts, forms.Form):
    """Ticks over what the page showed: what was not offered, or linked by somebody else meanwhile, stays as it is."""

    links = forms.MultipleChoiceField(required=False, label="What is linked", widget=forms.CheckboxSelectMultiple)
    was = forms.MultipleChoiceField(required=False, widget=forms.MultipleHiddenInput)
    """What was ticked when the page was shown."""
    note = forms.CharField(
        required=False,
        max_length=LONGEST_NOTE,
        label="Why",
        help_text="Of those that you tick now. It is shown to all who see the assessment; it can stay empty.",
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, data: object, offered: list[Offered]) -> None:
        linked = [one.value for one in offered if one.is_linked]
        super().__init__(data, initial={"links": linked, "was": linked})
        self.offered = {one.value: one for one in offered}
        gone = "What was sent is not on offer: it may have been removed meanwhile. Look at the list again."
        for name in ("links", "was"):
            self.fields[name].choices = [(one.value, one.label) for one in offered]
            self.fields[name].error_messages["invalid_choice"] = gone

    @property
    def changes(self) -> dict[str, Any]:
        """What `change_links` and `change_needs_of` take."""
        now, was = set(self.cleaned_data["links"]), set(self.cleaned_data["was"])
        chosen = [(value, one.row) for value, one in self.offered.items()]
        return {
            "add": [row for value, row in chosen if value in now - was],
            "take_away": [row for value, row in chosen if value in was - now],
            "note": self.cleaned_data["note"],
        }

    @property
    def grouped(self) -> list[tuple[str, list[tuple[Offered, bool]]]]:
        """What is offered under each theme or section, with whether it is ticked on the page."""
        ticked = set(self["links"].value() or ())
        return [
            (group, [(one, one.value in ticked) for one in rows])
            for group, rows in groupby(self.offered.values(), key=lambda one: one.group)
        ]
