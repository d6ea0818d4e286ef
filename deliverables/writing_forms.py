"""The forms that an update is written in: the page's, and the one that keeps the draft while it is typed."""

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.html import format_html

from deliverables import narrative
from deliverables.actions import Draft
from deliverables.models import ApprovedUpdate, DatePrecision, QuarterlyUpdate, UpdateContent
from deliverables.rag import listed
from deliverables.templatetags.rag import rating_tag
from themes.quarters import InvalidQuarter, Quarter
from themes.ratings import RatingValue

WRITTEN = ("narrative", "date", "date_precision", "recovery_step", "recovery_by")
EARLIEST, LATEST = datetime.date(1990, 1, 1), datetime.date(2150, 12, 31)
LONGEST_STEP = 1_000  # characters


class SensibleDateField(forms.DateField):
    """A day in the time of anybody who writes here. Any other is a slip, such as a year of two or five digits."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def to_python(self, value: object) -> datetime.date | None:
        date = super().to_python(value)
        if date and not EARLIEST <= date <= LATEST:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return date


class WrittenForm(forms.Form):
    """What an owner writes, whichever way it comes in."""

    rating = forms.CharField(required=False)
    narrative = forms.CharField(
        required=False,
        label="Update",
        help_text="Each line becomes a paragraph. Headings, lists and tables may be written as HTML.",
        widget=forms.Textarea(attrs={"rows": 14, "data-rich-text": True}),
    )
    date_precision = forms.ChoiceField(
        label="What date should be printed?",
        choices=[("day", "A day"), ("month", "A month"), ("none", "No date")],
        initial=DatePrecision.DAY,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what date should be printed."},
    )
    date = SensibleDateField(
        required=False,
        label="Date of the update",
        help_text="For a month, give any day in it.",
        error_messages={"invalid": "Enter a real date, like 28/03/2020."},
    )
    recovery_step = forms.CharField(
        required=False,
        max_length=LONGEST_STEP,
        label="Recovery step",
        help_text="For a rating that is not on course: what will be done about it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    recovery_by = SensibleDateField(
        required=False,
        label="Back on course by",
        error_messages={"invalid": "Enter a real date, like 30/09/2020."},
    )
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A browser cuts off what is pasted over this length and says nothing; the server says it.
        del self.fields["recovery_step"].widget.attrs["maxlength"]

    def clean_recovery_step(self) -> str:
        return narrative.storable(self.cleaned_data["recovery_step"])

    def clean_narrative(self) -> str:
        try:
            return narrative.clean(self.cleaned_data["narrative"])
        except narrative.NarrativeTooLong as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        precision, date = cleaned.get("date_precision"), cleaned.get("date")
        if precision == DatePrecision.NONE or not date:
            # A draft may leave the date open; submitting asks for it.
            cleaned["date"], cleaned["date_precision"] = None, DatePrecision.NONE
        elif precision == DatePrecision.MONTH:
            cleaned["date"] = date.replace(day=1)
        return cleaned


class UpdateForm(WrittenForm):
    """An owner's update for a quarter. What the verbs refuse is shown here too, with everything typed kept."""

    rating = forms.ChoiceField(required=False, label="Rating", widget=forms.RadioSelect)
    earlier = forms.TypedMultipleChoiceField(
        required=False,
        coerce=Quarter.parse,
        label="Which of them?",
        help_text="The appendix shows those that are ticked under this quarter's, each with its date.",
        widget=forms.CheckboxSelectMultiple,
    )
    copy = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    """Which copy on the writer's device this is; whoever saves it says so, and the device drops the copy."""

    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)
    """The warnings that its writer was shown, and submits it all the same."""

    field_order = ("rating", "narrative", "recovery_step", "recovery_by", "date_precision", "date", "earlier")

    def __init__(
        self,
        data: object = None,
        *,
        scheme: tuple[RatingValue, ...],
        update: QuarterlyUpdate | None,
        starts_from: ApprovedUpdate | None = None,
        printable: Iterable[tuple[Quarter, ApprovedUpdate]] = (),
    ) -> None:
        """`starts_from` is an earlier update that the owner asked to start from: its text, not its date.

        `printable` are the approved updates of the same work that may be printed below, newest first.
        """
        initial = _initial(update, *WRITTEN, "earlier", "version") if update else None
        if starts_from:
            initial = {"version": update.version if update else None}
            initial |= _initial(starts_from, "narrative", "recovery_step", "recovery_by")
        super().__init__(data, initial=initial)
        self.scheme = scheme
        rating, earlier = self.fields["rating"], self.fields["earlier"]
        rating.choices = [(one.code, format_html("{} {}", rating_tag(one), one.definition)) for one in scheme]
        rating.error_messages["invalid_choice"] = f'"%(value)s" is not a rating of this plan. It has {listed(scheme)}.'
        earlier.choices = [(str(quarter), _in_a_line(quarter, one)) for quarter, one in printable]
        if not earlier.choices:
            del self.fields["earlier"]

    def bring_up_to_date(self, **hidden: object) -> None:
        """Send these hidden fields with the page that comes back, beside all that was typed."""
        self.data = self.data.copy()
        for name, value in hidden.items():
            self.data[name] = str(value)

    def clean(self) -> dict[str, Any]:
        entered = dict(self.cleaned_data)
        cleaned = super().clean()
        if "submit" in self.data:
            self._ask_for_what_is_missing(entered)
        return cleaned

    def _ask_for_what_is_missing(self, entered: dict[str, Any]) -> None:
        """All that `submit` would refuse, at once and each at its field."""
        rating = next((one for one in self.scheme if one.code == entered.get("rating")), None)
        missing = {
            "rating": (not entered.get("rating"), "Choose a rating."),
            "narrative": (not entered.get("narrative"), "Write the update."),
            "date": (
                entered.get("date_precision") != DatePrecision.NONE and not entered.get("date"),
                "Enter the date of the update, or choose that no date is printed.",
            ),
        }
        if rating and rating.needs_recovery:
            step = entered.get("recovery_step", "").strip()
            missing["recovery_step"] = (not step, f"{rating.name} needs the recovery step.")
            missing["recovery_by"] = (
                not entered.get("recovery_by"),
                f"{rating.name} needs the date it should be on course again.",
            )
        for name, (is_missing, message) in missing.items():
            if is_missing and name not in self.errors:
                self.add_error(name, message)

    def draft(self) -> Draft:
        """What was entered, for `save_draft`."""
        entered = {name: self.cleaned_data[name] for name in ("rating", *WRITTEN)}
        return Draft(**entered, earlier=self.cleaned_data.get("earlier", ()))


class AutosaveForm(WrittenForm):
    """What has been typed so far. It is not yet meant to be right, so no field's error keeps another from being kept.

    A field that cannot be read, such as a half-typed date or a recovery step that is too long, and one that was
    not sent, stays as it is stored. The rating and the earlier updates are held against the plan by the verb.
    """

    earlier = forms.CharField(required=False)
    NAMES = ("rating", *WRITTEN, "earlier")

    def clean_earlier(self) -> tuple[Quarter, ...]:
        try:
            return tuple(Quarter.parse(one) for one in self.data.getlist("earlier"))
        except InvalidQuarter as error:
            raise forms.ValidationError(str(error)) from error

    @property
    def left_out(self) -> dict[str, str]:
        """The fields that cannot be kept as they are now, by label, and why."""
        return {
            str(self[name].label): " ".join(messages) for name, messages in self.errors.items() if name in self.NAMES
        }

    def draft(self, stored: Callable[[], QuarterlyUpdate | None]) -> Draft:
        """What can be kept, for `save_draft`. `stored` looks up the update, where something stays as it is."""
        sent = {name for name in ("rating", *WRITTEN) if name in self.data and name not in self.errors}
        if "date" not in sent or "date_precision" not in sent:
            sent -= {"date", "date_precision"}
        if "earlier" not in self.errors:
            sent.add("earlier")
        kept = {name: self.cleaned_data[name] for name in sent}
        if len(sent) < len(self.NAMES) and (update := stored()):
            kept = _stored(update) | kept
        return Draft(**{"narrative": ""} | kept)


def _initial(content: UpdateContent, *names: str) -> dict[str, object]:
    """What the form starts with: the rating, and the fields that are named."""
    initial = {name: getattr(content, name) for name in names}
    if "earlier" in initial:
        initial["earlier"] = [str(quarter) for quarter in content.earlier]
    return initial | {"rating": content.rating.code if content.rating else "", "narrative": content.parsed.typed}


def _stored(update: QuarterlyUpdate) -> dict[str, Any]:
    written = {name: getattr(update, name) for name in (*WRITTEN, "earlier")}
    return written | {"rating": update.rating.code if update.rating else ""}


def _in_a_line(quarter: Quarter, update: ApprovedUpdate) -> str:
    tag = rating_tag(update.rating_value)
    return format_html("{} {} {}", quarter.label, tag, update.parsed.excerpt(90))
