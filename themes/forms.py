"""Forms on plans, themes, quarters and ratings."""

from collections.abc import Iterable

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.functional import lazy

from themes.models import FIRST_DAY, LAST_DAY, NO_DAY, Plan, Rating, RatingScheme, ReportingPeriod, Theme, WordingBand
from themes.quarters import FinancialYear, Quarter
from themes.ratings import BLUE_FOR_COMPLETE, GREEN_AMBER_RED

NEW_SCHEMES = {
    "new:green-amber-red": ("Green, Amber, Red", GREEN_AMBER_RED),
    "new:blue-for-complete": ("Blue for complete, Green, Amber, Red", BLUE_FOR_COMPLETE),
}
"""Schemes that a plan can be started with before there are any, by the choice's value."""


def _not_taken() -> str:
    return f"{NO_DAY} It can be from {date_format(FIRST_DAY)} to {date_format(LAST_DAY)}."


NOT_TAKEN = lazy(_not_taken, str)()
"""Said of a day out of range; lazy, as dates cannot be formatted while the product is being loaded."""


class Day(forms.DateInput):
    """A date as the browser's own field asks for it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day in the years that a plan can be about; also as pages print it, 14 May 2020."""

    widget = Day

    def __init__(self, *, error_messages: dict[str, str] | None = None, **options: object) -> None:
        super().__init__(
            validators=[MinValueValidator(FIRST_DAY, NOT_TAKEN), MaxValueValidator(LAST_DAY, NOT_TAKEN)],
            input_formats=("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y"),
            error_messages={"invalid": NO_DAY} | (error_messages or {}),
            **options,
        )


class QuarterChoice(forms.TypedChoiceField):
    """One of some quarters, oldest first."""

    def __init__(self, quarters: Iterable[Quarter] = (), *, nothing: str = "", **options: object) -> None:
        """`nothing` is what the choice of no quarter is called; without it one must be chosen."""
        super().__init__(coerce=Quarter.parse, empty_value=None, required=not nothing, **options)
        self.nothing = nothing
        self.offer(quarters)

    def offer(self, quarters: Iterable[Quarter]) -> None:
        none = [("", self.nothing)] if self.nothing else []
        self.choices = [*none, *((str(quarter), quarter.label) for quarter in quarters)]

    def prepare_value(self, value: object) -> str:
        return "" if value is None else str(value)


def quarters_of(years: Iterable[FinancialYear]) -> list[Quarter]:
    return [quarter for year in years for quarter in year.quarters]


class PlanForm(forms.ModelForm):
    class Meta:
        model = Plan
        fields = ("title", "start_year", "end_year", "presented")
        widgets = {"presented": Day()}
        labels = {"presented": "Presented to the Panel on"}
        help_texts = {"presented": "Leave it empty if it has not been presented."}
        error_messages = {"title": {"unique": "There is a plan with this title already."}}


class NewPlanForm(PlanForm):
    """A plan's facts and the ratings that it uses, which stay once updates are rated by them."""

    scheme = forms.ChoiceField(label="Ratings", widget=forms.RadioSelect)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        stored = list(RatingScheme.objects.all())
        names = {scheme.name for scheme in stored}
        new = [(value, name) for value, (name, _) in NEW_SCHEMES.items() if name not in names]
        self.fields["scheme"].choices = [*((str(scheme.pk), scheme.name) for scheme in stored), *new]
        self.fields["scheme"].initial = self.fields["scheme"].choices[0][0]


class ThemeForm(forms.ModelForm):
    class Meta:
        model = Theme
        fields = ("number", "title")
        error_messages = {
            "number": {"required": "Enter the theme's number.", "invalid": "Enter the theme's number in figures."},
            "title": {"required": "Enter the theme's title."},
        }

    def clean(self) -> dict:
        # The plan is no field of the form, so the form alone would not hold the number against the plan's others.
        cleaned = super().clean()
        others = Theme.objects.filter(plan=self.instance.plan_id, number=cleaned.get("number"))
        if others.exclude(pk=self.instance.pk).exists():
            self.add_error("number", f"Theme {cleaned['number']} is there already. Choose another number.")
        return cleaned


class PeriodForm(forms.ModelForm):
    class Meta:
        model = ReportingPeriod
        fields = ("opens", "updates_due", "as_at_set", "notice")
        widgets = {"opens": Day(), "updates_due": Day(), "as_at_set": Day(), "notice": forms.Textarea({"rows": 3})}
        labels = {"opens": "Opens for updates on", "updates_due": "Updates due on", "as_at_set": "Figures stand at"}


class OpenQuarterForm(forms.Form):
    quarter = QuarterChoice(label="Quarter")
    opens = DayField(label="Opens for updates on")
    updates_due = DayField(label="Updates due on")
    notice = forms.CharField(
        required=False,
        max_length=1000,
        label="Notice",
        help_text="Printed on every page of the quarter. Leave it empty if there is nothing to say.",
        widget=forms.Textarea({"rows": 3}),
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        opens, due = cleaned.get("opens"), cleaned.get("updates_due")
        if opens and due and due < opens:
            self.add_error("updates_due", "The updates are due before the quarter opens for them.")
        return cleaned


class Rows(forms.BaseInlineFormSet):
    """The rows that belong to one record, changed together; an empty last one may be filled in."""

    @property
    def kept(self) -> list[Model]:
        """What is to be there, in the order asked for."""
        if self.can_order:
            return [form.instance for form in self.ordered_forms]
        forms = [form for form in self if form not in self.deleted_forms]
        return [form.instance for form in forms if form.instance.pk or form.has_changed()]

    @property
    def removed(self) -> list[Model]:
        return [form.instance for form in self.deleted_forms if form.instance.pk]

    def add_error(self, field: None, message: str) -> None:
        """Say what was refused on top of the page, as a form does."""
        self.non_form_errors().append(message)


class BandForm(forms.ModelForm):
    class Meta:
        model = WordingBand
        fields = ("wording", "least_on_course", "most_off_track")


class RatingForm(forms.ModelForm):
    class Meta:
        model = Rating
        fields = ("code", "name", "definition", "kind", "colour", "needs_recovery")
        labels = {"code": "Letter", "needs_recovery": "Needs recovery"}
        help_texts = {"needs_recovery": ""}
        widgets = {"colour": forms.TextInput({"type": "color"}), "definition": forms.Textarea({"rows": 2})}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            # A browser sends a colour whether or not one was chosen; that alone fills no row in.
            self.fields["colour"].initial = BLUE_FOR_COMPLETE[0].colour


BandFormSet = forms.inlineformset_factory(Plan, WordingBand, form=BandForm, formset=Rows, extra=1, can_delete=True)
RatingFormSet = forms.inlineformset_factory(
    RatingScheme, Rating, form=RatingForm, formset=Rows, extra=1, can_delete=True, can_order=True
)
