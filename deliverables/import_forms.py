"""The forms of the import of a plan: the file, what is said of the whole file, and putting one row right."""

from collections.abc import Sequence
from typing import Any

from django import forms

from deliverables import narrative
from deliverables.importing.dates import label_of
from deliverables.importing.fields import UploadField
from deliverables.importing.found import Found, FoundRow, FoundUpdate
from deliverables.importing.plan_files import LEFT_OUT
from deliverables.importing.plan_leaders import likely
from deliverables.importing.plan_rows import HIGHEST_NUMBER, LONGEST_LABEL, LONGEST_TEXT, LONGEST_TITLE
from deliverables.importing.plan_values import Choices, Leader, NewLeader, PlanPreview, Stored
from deliverables.importing.reading import MOST_MEGABYTES, why_too_large
from deliverables.narrative import parse
from deliverables.rag import listed
from deliverables.writing_forms import SensibleDateField
from themes.forms import QuarterChoice, quarters_of
from themes.quarters import Quarter


class ThemeAndQuarter(forms.Form):
    """Which theme and quarter a file is about, where it is on one of them."""

    theme = forms.IntegerField(required=False, min_value=1, max_value=HIGHEST_NUMBER, label="Theme")
    theme_title = forms.CharField(
        required=False, max_length=LONGEST_TITLE, label="Title of the theme", help_text="Of one that is not there yet."
    )
    quarter = QuarterChoice(nothing="As the file says")

    def __init__(self, *args: Any, quarters: Sequence[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].help_text = "Its number. Leave it empty where the file says it."
        self.fields["quarter"].offer(quarters)
        self.fields["quarter"].help_text = "Choose it where the file does not say it."


class PlanFileForm(ThemeAndQuarter):
    file = UploadField(
        wanted="a file",
        endings=".docx,.xlsx,.csv",
        why_too_large=why_too_large,
        label="File",
        help_text=(
            f"Word (.docx), Excel (.xlsx) or CSV, of at most {MOST_MEGABYTES} MB. "
            "Nothing is changed before you have seen what would be."
        ),
    )
    field_order = ("file", "theme", "theme_title", "quarter")

    @property
    def choices(self) -> Choices:
        said = self.cleaned_data
        return Choices(theme=said["theme"], theme_title=said["theme_title"], quarter=said["quarter"])


class ChoicesForm(ThemeAndQuarter):
    """What is said of a whole file, with who leads what each label names that a new deliverable has."""

    replaces = forms.BooleanField(
        required=False,
        label="Replace what is here with what the file says, where the two differ",
        help_text="What was here stays in the history. Without this it is kept, and the file's is left out.",
    )

    def __init__(
        self, *args: Any, choices: Choices, found: PlanPreview, heading: Found, stored: Stored, **kwargs: Any
    ) -> None:
        """`heading` is what was found in the file, whose headings may name theme and quarter."""
        kept = {"theme": choices.theme, "theme_title": choices.theme_title, "quarter": choices.quarter}
        super().__init__(
            *args, initial=kept | {"replaces": choices.replaces}, quarters=quarters_of([*stored.years]), **kwargs
        )
        if heading.theme:
            self.fields["theme"].help_text = f"Its number. The file says Theme {heading.theme}."
        if heading.quarter:
            self.fields["quarter"].help_text = f"The file says {heading.quarter.label}."
        self._labels: dict[str, str] = {}
        new = {one.owner_label.casefold(): one.owner_label for one in found.deliverables if one.pk is None}
        people = sorted({one for there in stored.leaders.values() for one in there}, key=lambda one: one.name)
        for at, (folded, label) in enumerate(sorted((one, text) for one, text in new.items() if one)):
            name = f"leader_{at}"
            self._labels[name] = folded
            known = stored.leaders.get(folded, ())
            self.fields[name] = forms.ChoiceField(
                label=f"Who leads what is led by “{label}”",
                choices=[*_new_leaders(label, known), *((str(one.pk), one.name) for one in people)],
                initial=str(choices.leaders.get(folded, known[0].pk if known else likely(label).value)),
            )

    @property
    def choices(self) -> Choices:
        said = self.cleaned_data
        leaders = {label: _leader(said[name]) for name, label in self._labels.items()}
        return Choices(said["theme"], said["theme_title"], said["quarter"], said["replaces"], leaders)


def _new_leaders(label: str, known: Sequence[Leader]) -> list[tuple[str, str]]:
    """Who can be made for a label that nobody has."""
    if known:
        return []
    office = [(NewLeader.OFFICE.value, f"A new person of the office, with the initials {label}")]
    return [
        (NewLeader.ORGANISATION.value, f"A new organisation called {label}"),
        *(office if len(label) <= 10 else []),
    ]


def _leader(chosen: str) -> int | NewLeader:
    return int(chosen) if chosen.isdecimal() else NewLeader(chosen)


class RowForm(forms.Form):
    """One row of a file, as it is to be imported."""

    left_out = forms.BooleanField(required=False, label="Leave this row out")
    theme = forms.IntegerField(required=False, min_value=1, max_value=HIGHEST_NUMBER, label="Theme")
    quarter = QuarterChoice(nothing="As said of the whole file")
    number = forms.IntegerField(
        min_value=1,
        max_value=HIGHEST_NUMBER,
        label="Number",
        error_messages={"required": "Write the deliverable’s number.", "invalid": "Write the number in figures."},
    )
    organisation = forms.CharField(required=False, label="Organisation", max_length=LONGEST_LABEL)
    wording = forms.CharField(
        required=False, label="Deliverable", max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 3})
    )
    is_same = forms.BooleanField(
        required=False, label="It is the work that the plan has under this number, though that is worded otherwise"
    )
    goes_on_from = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=HIGHEST_NUMBER,
        label="Goes on from",
        help_text="Its number in the year before, if the plan has it there, worded otherwise.",
    )
    rating = forms.ChoiceField(required=False, label="Rating")
    date = forms.CharField(
        required=False,
        label="Date of the update",
        max_length=60,
        help_text="Such as 28.3.20 or April 2020, or nothing.",
    )
    update = forms.CharField(
        required=False,
        label="Update",
        help_text="Each line becomes a paragraph. Headings, lists and tables may be written as HTML.",
        widget=forms.Textarea({"rows": 12, "data-rich-text": True}),
    )
    recovery_step = forms.CharField(
        required=False, label="Recovery step", max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 3})
    )
    recovery_by = SensibleDateField(
        required=False, label="Back on course by", error_messages={"invalid": "Enter a real date, like 30/09/2020."}
    )
    planned_start = QuarterChoice(nothing="Not said", label="Planned start")
    due = QuarterChoice(nothing="Not said")
    completed_in = QuarterChoice(nothing="Not said", label="Completed in")

    def __init__(
        self, *args: Any, row: FoundRow, rating: str, stored: Stored, worded: str, is_left_out: bool, **kwargs: Any
    ) -> None:
        """`rating` is the code that its rating was understood as, `worded` how the plan has it; either may be empty."""
        self._row = row
        newest = row.updates[0] if row.updates else FoundUpdate("")
        initial = {name: getattr(row, name) for name in _FACTS} | {
            "left_out": is_left_out,
            "rating": rating,
            "date": newest.label or _written(newest),
            "update": parse(newest.narrative).typed,
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["rating"].choices = [("", "No rating"), *((one.code, str(one)) for one in stored.scheme)]
        self.fields["rating"].help_text = f"The plan has {listed(stored.scheme)}."
        self.fields["is_same"].help_text = f"The plan words it: “{worded}”" if worded else ""
        for name in ("quarter", "planned_start", "due", "completed_in"):
            self.fields[name].offer(quarters_of([*stored.years]))
        for name in ("organisation", "wording", "recovery_step"):
            del self.fields[name].widget.attrs["maxlength"]  # a browser cuts off what is pasted, and says nothing

    def clean_update(self) -> str:
        try:
            return narrative.clean(self.cleaned_data["update"])
        except narrative.NarrativeTooLong as error:
            raise forms.ValidationError(str(error)) from error

    def clean_date(self) -> str:
        text = self.cleaned_data["date"].strip()
        written = label_of(text)
        if text and (written is None or written.date is None):
            raise forms.ValidationError(f"“{text}” is no date. Write it like 28.3.20, 28 March 2020 or April 2020.")
        return text

    @property
    def put_right(self) -> dict[str, Any]:
        """What is kept instead of what was found."""
        said = self.cleaned_data
        written = label_of(said["date"])
        newest = FoundUpdate(
            narrative=said["update"],
            date=written.date if written else None,
            date_precision=written.precision if written else "none",
            label=said["date"],
        )
        earlier = self._row.updates[1:]
        # An empty one stays before earlier ones, of which the first would else be taken for this quarter's.
        updates = (newest, *earlier) if said["update"] or written or earlier else ()
        right = FoundRow(
            at=self._row.at,
            place=self._row.place,
            updates=updates,
            rating=said["rating"],
            **{name: said[name] for name in _FACTS},
        ).facts
        kept = {name: right[name] for name in (*_FACTS, "rating", "fill", "updates")}
        return kept | ({LEFT_OUT: True} if said["left_out"] else {})


_FACTS = (
    "theme", "quarter", "number", "organisation", "wording", "is_same", "goes_on_from", "recovery_step", "recovery_by",
    "planned_start", "due", "completed_in",
)  # fmt: skip


def _written(update: FoundUpdate) -> str:
    """A date as it is typed."""
    if update.date is None:
        return ""
    return update.date.strftime("%d/%m/%Y" if update.date_precision == "day" else "%B %Y")
