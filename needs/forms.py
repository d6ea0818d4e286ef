"""Forms on assessments, their sections and needs."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from needs.filters import NeedFilter
from needs.models import LONGEST_NEED, LONGEST_REASON, Assessment, Need, Section
from needs.options import Audience, Level, Mark, NeedKind, Response
from needs.sight import NeedState, Sight, in_order
from reports.forms import OverShown, PlainTexts, choosing
from reports.panel_forms import LongText
from reports.shown import seen
from themes.models import Plan
from themes.quarters import FinancialYear, InvalidQuarter


class YearField(forms.CharField):
    """A financial year as it is written, 2019-20."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=20, help_text="Written like 2019-20.", **options)
        self.error_messages["required"] = "Enter the financial year, like 2019-20."

    def to_python(self, value: object) -> FinancialYear | None:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return FinancialYear.parse(text.replace("/", "-"))
        except InvalidQuarter as error:
            raise forms.ValidationError("Write the financial year like 2019-20.") from error

    def validate(self, value: FinancialYear | None) -> None:
        if value is None and self.required:
            raise forms.ValidationError(self.error_messages["required"])

    def run_validators(self, value: FinancialYear | None) -> None:
        """A year that could be read is one; the text's own validators are for texts."""


class AssessmentForm(PlainTexts, OverShown):
    title = forms.CharField(
        max_length=200,
        label="Title",
        help_text="Without the year.",
        error_messages={"required": "Enter the title."},
    )
    period = YearField(label="Financial year")
    informs = forms.ModelChoiceField(
        Plan.objects.all(),
        label="Plan that it informs",
        empty_label="Choose one",
        error_messages=choosing("plan"),
    )
    cross_cutting = LongText(required=False, most=2000, rows=6, label="Cross-cutting themes", help_text="One a line.")
    audience = forms.ChoiceField(
        choices=Assessment._meta.get_field("audience").choices,
        label="Who may see it",
        help_text=(
            "With all its risks, recommendations, responses and notes. Panel members and the public see beside them "
            "the ratings of published reports only."
        ),
        widget=forms.RadioSelect,
        error_messages=choosing("who may see it", "Choose who may see it."),
    )

    def __init__(self, data: object, *, assessment: Assessment | None = None) -> None:
        stored = {name: getattr(assessment, name) for name in self.base_fields if hasattr(assessment, name)}
        stored.setdefault("audience", Audience.OFFICE)
        super().__init__(data, initial=stored | {"shown": seen(assessment)})

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "shown"}


class CopyForm(PlainTexts, forms.Form):
    """What the next assessment is called and about."""

    title = AssessmentForm.base_fields["title"]
    period = YearField(label="Financial year")
    informs = AssessmentForm.base_fields["informs"]

    def __init__(self, data: object, *, assessment: Assessment) -> None:
        next_year = {"title": assessment.title, "period": assessment.period.next, "informs": assessment.informs}
        super().__init__(data, initial=next_year)


class SectionForm(PlainTexts, OverShown):
    number = forms.CharField(
        max_length=20,
        label="Number",
        help_text="As the document numbers it, such as 4 or 4.3.",
        error_messages={"required": "Enter the number."},
    )
    title = forms.CharField(max_length=200, label="Title", error_messages={"required": "Enter the title."})

    def __init__(self, data: object, *, section: Section | None = None) -> None:
        stored = {"number": section.number, "title": section.title} if section else {}
        super().__init__(data, initial=stored | {"shown": seen(section)})

    @property
    def facts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("number", "title")}


def sections_of(assessment: Assessment) -> list[Section]:
    """In the document's order; one query."""
    return sorted(assessment.sections.all(), key=lambda one: in_order(one.number))


class NeedForm(PlainTexts, OverShown):
    """A risk or a recommendation; of one that is there its kind stays."""

    section = forms.ChoiceField(label="Section", error_messages=choosing("section"))
    kind = forms.ChoiceField(
        choices=[(one.value, one.value.capitalize()) for one in NeedKind],
        label="What it is",
        widget=forms.RadioSelect,
        error_messages=choosing("kind", "Choose whether it is a risk or a recommendation."),
    )
    wording = LongText(
        most=LONGEST_NEED,
        rows=3,
        label="Wording",
        help_text="As the assessment words it.",
        error_messages={"required": "Write what the assessment says."},
    )
    level = forms.ChoiceField(
        required=False,
        choices=[("", "None given"), *((one.value, one.value.capitalize()) for one in Level)],
        label="Level",
        help_text="Of a risk, where the assessment gives one.",
        error_messages=choosing("level"),
    )

    def __init__(
        self,
        data: object,
        sections: Sequence[Section],
        *,
        need: Need | None = None,
        initial: dict[str, str] | None = None,
    ) -> None:
        stored = {"section": need.section_id, "wording": need.wording, "level": need.level} if need else initial
        super().__init__(data, initial={**(stored or {}), "shown": seen(need)})
        self.sections = {str(one.pk): one for one in sections}
        self.fields["section"].choices = [(key, str(one)) for key, one in self.sections.items()]
        if need:
            del self.fields["kind"]
            if not need.is_risk:
                del self.fields["level"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("kind") == NeedKind.RECOMMENDATION and cleaned.get("level"):
            self.add_error("level", "Only a risk has a level. Choose “None given”, or say that it is a risk.")
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        names = [name for name in ("kind", "wording", "level") if name in self.fields]
        return {name: self.cleaned_data[name] for name in names} | {
            "section": self.sections[self.cleaned_data["section"]]
        }


class ResponseForm(PlainTexts, OverShown):
    """What the office makes of a recommendation."""

    response = forms.ChoiceField(
        required=False,
        choices=[("", "None yet"), *((one.value, one.value.capitalize()) for one in Response)],
        label="The office’s response",
        widget=forms.RadioSelect,
        error_messages=choosing("response"),
    )
    reason = LongText(
        required=False,
        most=LONGEST_REASON,
        rows=4,
        label="Reason",
        help_text="Needed where it is not accepted as it is. All who see the assessment see it.",
    )

    def __init__(self, data: object, *, need: Need) -> None:
        stored = {"response": need.response, "reason": need.response_reason}
        super().__init__(data, initial=stored | {"shown": seen(need)})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("response") in (Response.IN_PART, Response.NOT_ACCEPTED) and cleaned.get("reason") == "":
            self.add_error("reason", "Say why it is not accepted as it is.")
        return cleaned

    @property
    def facts(self) -> dict[str, str]:
        return {"response": self.cleaned_data["response"], "reason": self.cleaned_data["reason"]}


class AssessmentFilter(NeedFilter):
    """Narrows an assessment's risks and recommendations, also by what became of them since last year."""

    mark = forms.ChoiceField(required=False, label="Since last year")

    def __init__(self, data: object, sight: Sight, sections: Iterable[Section]) -> None:
        super().__init__(data, (*sight.needs, *sight.gone), [(one.number, str(one)) for one in sections])
        if any(one.mark for one in self.needs):
            self.offer("mark", [(one.value, one.value.capitalize()) for one in Mark])
        else:
            del self.fields["mark"]

    def _matches(self, need: NeedState, chosen: dict[str, str]) -> bool:
        """What is gone stands in the list only where it is asked for."""
        is_asked_for = chosen["mark"] == need.mark if "mark" in chosen else not need.gone_reason
        return is_asked_for and super()._matches(need, chosen)
