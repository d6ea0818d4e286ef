"""Forms on deliverables."""

from collections.abc import Iterable

from django import forms

from deliverables import narrative
from deliverables.actions import Draft
from deliverables.models import ApprovedUpdate, DatePrecision, QuarterlyUpdate, UpdateContent
from deliverables.progress import Row
from deliverables.rag import Movement, listed
from pcc_tracker.errors import NothingHere
from themes.place import Place
from themes.ratings import RatingValue

_WRITTEN = ("narrative", "date", "date_precision", "recovery_step", "recovery_by")
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


class UpdateForm(forms.Form):
    """An owner's update for a quarter. What the verbs refuse is shown here too, with everything typed kept."""

    rating = forms.ChoiceField(required=False, label="Rating", widget=forms.RadioSelect)
    narrative = forms.CharField(
        required=False,
        label="Update",
        help_text="Each line becomes a paragraph. Headings, lists and tables may be written as HTML.",
        widget=forms.Textarea(attrs={"rows": 14}),
    )
    date_precision = forms.ChoiceField(
        label="What date should be printed?",
        choices=[("day", "A day"), ("month", "A month"), ("none", "No date")],
        initial=DatePrecision.DAY,
        widget=forms.RadioSelect,
    )
    date = forms.DateField(
        required=False,
        label="Date of the update",
        help_text="For a month, give any day in it.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Enter a real date, like 28/03/2020."},
    )
    recovery_step = forms.CharField(
        required=False,
        max_length=1000,
        label="Recovery step",
        help_text="For a rating that is not on course: what will be done about it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    recovery_by = forms.DateField(
        required=False,
        label="Back on course by",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Enter a real date, like 30/09/2020."},
    )
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(
        self,
        data: object = None,
        *,
        scheme: tuple[RatingValue, ...],
        update: QuarterlyUpdate | None,
        starts_from: ApprovedUpdate | None = None,
    ) -> None:
        """`starts_from` is an earlier update that the owner asked to start from: its text, not its date."""
        initial = _initial(update, *_WRITTEN, "version") if update else None
        if starts_from:
            initial = _initial(starts_from, "narrative", "recovery_step", "recovery_by")
        super().__init__(data, initial=initial)
        self.scheme = scheme
        rating = self.fields["rating"]
        rating.choices = [(one.code, f"{one} – {one.definition}") for one in scheme]
        rating.error_messages["invalid_choice"] = f'"%(value)s" is not a rating of this plan. It has {listed(scheme)}.'

    def clean_recovery_step(self) -> str:
        return narrative.storable(self.cleaned_data["recovery_step"])

    def clean_narrative(self) -> str:
        try:
            return narrative.clean(self.cleaned_data["narrative"])
        except narrative.NarrativeTooLong as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict:
        cleaned = super().clean()
        precision, date = cleaned.get("date_precision"), cleaned.get("date")
        if "submit" in self.data:
            self._ask_for_what_is_missing(cleaned)
        if precision == DatePrecision.NONE or not date:
            # A draft may leave the date open; submitting asks for it.
            cleaned["date"], cleaned["date_precision"] = None, DatePrecision.NONE
        elif precision == DatePrecision.MONTH:
            cleaned["date"] = date.replace(day=1)
        return cleaned

    def _ask_for_what_is_missing(self, cleaned: dict) -> None:
        """All that `submit` would refuse, at once and each at its field."""
        rating = next((one for one in self.scheme if one.code == cleaned.get("rating")), None)
        missing = {
            "rating": (not cleaned.get("rating"), "Choose a rating."),
            "narrative": (not cleaned.get("narrative"), "Write the update."),
            "date": (
                cleaned.get("date_precision") != DatePrecision.NONE and not cleaned.get("date"),
                "Enter the date of the update, or choose that no date is printed.",
            ),
        }
        if rating and rating.needs_recovery:
            step = cleaned.get("recovery_step", "").strip()
            missing["recovery_step"] = (not step, f"{rating.name} needs the recovery step.")
            missing["recovery_by"] = (
                not cleaned.get("recovery_by"),
                f"{rating.name} needs the date it should be on course again.",
            )
        for name, (is_missing, message) in missing.items():
            if is_missing and name not in self.errors:
                self.add_error(name, message)

    def draft(self, update: QuarterlyUpdate | None) -> Draft:
        """What was entered, for `save_draft`; the earlier updates to be printed below stay as they are."""
        earlier = update.earlier if update else ()
        return Draft(**{name: self.cleaned_data[name] for name in ("rating", *_WRITTEN)}, earlier=earlier)


def _initial(content: UpdateContent, *names: str) -> dict[str, object]:
    """What the form starts with: the rating, and the fields that are named."""
    initial = {name: getattr(content, name) for name in names}
    return initial | {"rating": content.rating.code if content.rating else "", "narrative": content.parsed.typed}
