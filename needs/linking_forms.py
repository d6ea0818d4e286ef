"""The form of what is linked: a tick each, and why."""

from itertools import groupby
from typing import Any

from django import forms

from needs.models import LONGEST_NOTE
from needs.offered import LONGEST_WORDS, MOST_OFFERED, Offered, matching
from reports.forms import PlainTexts
from reports.panel_forms import LongText

SHOW_ONLY = "show_only"
"""The button that narrows what is offered, and saves nothing."""


class LinksForm(PlainTexts, forms.Form):
    """Ticks over what the page showed: what was not offered, or linked by somebody else meanwhile, stays as it is."""

    words = forms.CharField(required=False, max_length=LONGEST_WORDS, label="Only those with the words")
    links = forms.MultipleChoiceField(required=False, label="What is linked", widget=forms.CheckboxSelectMultiple)
    was = forms.MultipleChoiceField(required=False, widget=forms.MultipleHiddenInput)
    """What was ticked when the page was shown."""
    note = LongText(
        required=False,
        most=LONGEST_NOTE,
        rows=2,
        label="Why",
        help_text="Of those that you tick now. All who see the assessment see it; it can stay empty.",
    )

    def __init__(self, data: Any, offered: list[Offered]) -> None:
        """`offered` is all that could be linked; the page shows what has the words, and what is ticked."""
        linked = [one.value for one in offered if one.is_linked]
        super().__init__(data, initial={"links": linked, "was": linked})
        self.offered = {one.value: one for one in offered}
        gone = "What was sent is not on offer: it may have been removed meanwhile. Look at the list again."
        for name in ("links", "was"):
            self.fields[name].choices = [(one.value, one.label) for one in offered]
            self.fields[name].error_messages["invalid_choice"] = gone

    @property
    def only_narrows(self) -> bool:
        """Whether it was sent to see fewer or more of what is offered."""
        return SHOW_ONLY in self.data

    def clean(self) -> dict[str, Any]:
        for value in self._noted:
            if len(self._note(value)[1]) > LONGEST_NOTE:
                about = self.offered[value].label[:60]
                self.add_error(
                    "links", f"Why it is linked to “{about}” is too long: at most {LONGEST_NOTE} characters."
                )
        return super().clean()

    @property
    def changes(self) -> dict[str, Any]:
        """What `change_links` and `change_needs_of` take."""
        now, was = set(self.cleaned_data["links"]), set(self.cleaned_data["was"])
        chosen = [(value, one.row) for value, one in self.offered.items()]
        return {
            "add": [row for value, row in chosen if value in now - was],
            "take_away": [row for value, row in chosen if value in was - now],
            "note": self.cleaned_data["note"],
            "notes": [(self.offered[value].row, *self._note(value)) for value in self._noted if value in now & was],
        }

    @property
    def _noted(self) -> list[str]:
        """The links of which the page sent another note than it had shown."""
        return [value for value in self.offered if f"why-{value}" in self.data and len(set(self._note(value))) == 2]

    def _note(self, value: str) -> tuple[str, str]:
        """Why something is linked, as the page showed it and as it was sent."""
        shown, now = (self.data.get(f"{name}-{value}", "").strip() for name in ("was", "why"))
        return shown, now

    left_out = 0
    """How many more have the words than the page offers."""

    @property
    def grouped(self) -> list[tuple[str, list[tuple[Offered, bool, str]]]]:
        """What the page offers under each theme or section, with whether it is ticked, and why."""
        ticked = set(self["links"].value() or ())
        words = self["words"].value() or ""
        others = [one.value for one in self.offered.values() if matching(one, words)]
        self.left_out = len(others[MOST_OFFERED:])
        among = {*ticked, *others[:MOST_OFFERED]}
        shown = [one for one in self.offered.values() if one.value in among or one.is_linked]
        return [
            (group, [(one, one.value in ticked, self.data.get(f"why-{one.value}", one.note)) for one in rows])
            for group, rows in groupby(shown, key=lambda one: one.group)
        ]
