"""Forms on meetings, reports and what reports begin with."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField

from accounts.forms import NO_ADDRESS, ListFilter, carried_out
from accounts.roles import Refused
from deliverables.importing.fields import UploadField
from deliverables.narrative import parse, plain
from reports.models import CoverFacts, OfficeSection, PanelMeeting, PanelReport, ReportDefaults
from reports.options import Classification, Column, Exceptions
from reports.renderers.word_template import MOST_MEGABYTES, why_too_large
from reports.shown import SavedSince, seen
from themes.forms import DayField, QuarterChoice
from themes.models import Theme
from themes.quarters import Quarter


class OverShown(forms.Form):
    """A form that says which stored values its page showed, so that nobody saves over what they have not seen."""

    shown = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    """What the page showed, as `shown.seen` says it."""

    WRITTEN = ""
    """The field, if any, whose newer text is shown whole and not among the values."""

    newer: "OverShown | None" = None
    """The form as it would be opened now, where somebody has saved meanwhile."""

    def carried_out(self, verb: Callable[[], object], *, fresh: Callable[[], "OverShown"]) -> bool:
        """Like `accounts.forms.carried_out`; `fresh` is the form as it is now, kept where somebody saved meanwhile."""

        def unless_newer() -> None:
            try:
                verb()
            except SavedSince as error:
                self.newer = fresh()
                self.bring_up_to_date(self.newer["shown"].value())
                raise Refused(f"{error} Both are below: bring them together, then save.") from error

        return carried_out(self, unless_newer)

    def bring_up_to_date(self, shown: str) -> None:
        """Let the page that comes back be over what was saved meanwhile, beside all that was typed."""
        self.data = self.data.copy()
        self.data["shown"] = shown

    def differing(self) -> list[tuple[str, str]]:
        """Label and newer value of each field that was saved meanwhile and is not what was typed."""
        fields = self.newer.visible_fields() if self.newer else []
        pairs = [(newer, self[newer.name]) for newer in fields if newer.name != self.WRITTEN]
        return [(newer.label, _said(newer)) for newer, typed in pairs if _said(newer) != _said(typed)]


def _said(field: BoundField) -> str:
    """What a field holds, in the words that the page shows."""
    value = field.value()
    if isinstance(field.field, forms.BooleanField):
        return "Yes" if value else "No"
    if not hasattr(field.field, "choices"):
        return str(value or "")
    chosen = {str(one) for one in (value if isinstance(value, list | tuple) else [value])}
    return ", ".join(str(label) for choice, label in field.field.choices if str(choice) in chosen)


def choosing(what: str, missing: str = "") -> dict[str, str]:
    """What is said where nothing is chosen of a field, or something that is not offered (any more)."""
    missing = missing or f"Choose the {what}."
    gone = f"{missing} What was sent is not on offer: it may have been removed meanwhile."
    return {"required": missing, "invalid_choice": gone, "invalid_pk_value": gone, "invalid_list": gone}


class PlainTexts:
    """For a form whose texts lose what can be neither stored nor seen; short ones are of one line."""

    def clean(self) -> dict[str, Any]:
        texts = {name: value for name, value in super().clean().items() if isinstance(value, str)}
        for name, value in texts.items():
            field = self.fields[name]
            is_long = isinstance(field.widget, forms.Textarea)
            self.cleaned_data[name] = plain(value) if is_long else " ".join(plain(value).split())
            if value and field.required and not self.cleaned_data[name]:
                self.add_error(name, field.error_messages["required"])
        return self.cleaned_data


class MeetingForm(PlainTexts, forms.ModelForm):
    class Meta:
        model = PanelMeeting
        fields = ("date", "papers_due", "note")
        field_classes = {"date": DayField, "papers_due": DayField}
        widgets = {"note": forms.Textarea({"rows": 3})}
        labels = {"date": "Date of the meeting", "papers_due": "Papers due on"}
        help_texts = {"papers_due": "The day by which the papers have to be out. Leave it empty if it is the same day."}
        error_messages = {"date": {"required": "Enter the date of the meeting."}}


class ThemeChoice(forms.ModelChoiceField):
    def label_from_instance(self, theme: Theme) -> str:
        return f"{theme.plan}, {theme}"


class ThemesChoice(forms.ModelMultipleChoiceField):
    """Some themes, by tick boxes; they say which plan they are of where there are several plans."""

    def __init__(self, themes: QuerySet[Theme], *, names_plan: bool = False, **options: Any) -> None:
        self.names_plan = names_plan
        messages = choosing("themes", "Choose at least one theme.")
        super().__init__(themes, widget=forms.CheckboxSelectMultiple, error_messages=messages, **options)

    def label_from_instance(self, theme: Theme) -> str:
        return f"{theme.plan}, {theme}" if self.names_plan else str(theme)


class ProgrammeForm(forms.Form):
    """A further line of a meeting's work programme."""

    theme = ThemeChoice(
        Theme.objects.none(),
        label="Theme",
        empty_label="Choose one",
        error_messages=choosing("theme"),
    )
    quarter = QuarterChoice(label="Quarter", error_messages=choosing("quarter"))

    def __init__(self, data: object, *, quarters: Iterable[Quarter], themes: QuerySet[Theme], likely: Quarter) -> None:
        super().__init__(data, initial={"quarter": likely})
        self.fields["theme"].queryset = themes
        self.fields["quarter"].offer(quarters)


class StartReportForm(PlainTexts, forms.Form):
    quarter = QuarterChoice(
        label="Quarter", help_text="The quarter that is reported on.", error_messages=choosing("quarter")
    )
    agenda_item = forms.CharField(required=False, max_length=20, label="Agenda item", help_text="Such as 04.")
    classification = forms.ChoiceField(
        label="Classification",
        choices=[(one.value, one.value) for one in Classification],
        initial=Classification.PUBLIC,
        widget=forms.RadioSelect,
        help_text="Public leaves out what is exempt from publication; Non public is for panel members and staff.",
        error_messages=choosing("classification"),
    )

    field_order = ("quarter", "themes", "agenda_item", "classification")

    def __init__(
        self, data: object, *, quarters: Iterable[Quarter], themes: QuerySet[Theme], initial: dict[str, object]
    ) -> None:
        super().__init__(data, initial=initial)
        several = len({theme.plan_id for theme in themes}) > 1
        self.fields["themes"] = ThemesChoice(themes, names_plan=several, label="Themes")
        self.fields["quarter"].offer(quarters)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if len({theme.plan_id for theme in cleaned.get("themes", ())}) > 1:
            self.add_error("themes", "Choose themes of one plan.")
        return cleaned


CONTACTS = {
    "What stands over the report": ("for_line", "report_to", "report_of"),
    "Who answers for it": ("author", "author_email", "author_phone"),
    "Other contact": ("other_contact", "other_email", "other_phone"),
    "How the appendix is printed": ("columns", "exceptions", "evidence"),
}
"""The fields of a covering report's facts, by the heading they stand under."""


class FactsForm(PlainTexts, forms.ModelForm, OverShown):
    """What stands over a report and how its appendix is printed."""

    FIELDSETS = CONTACTS

    columns = forms.MultipleChoiceField(
        required=False,
        label="Further columns",
        choices=[(one.value, one.value.capitalize()) for one in Column],
        widget=forms.CheckboxSelectMultiple,
        help_text="Beside number, organisation, deliverable and rating. Recovery without a column of its own is "
        "printed below the update.",
        error_messages=choosing("columns"),
    )
    exceptions = forms.ChoiceField(
        label="Red and amber deliverables",
        choices=[(one.value, one.value.capitalize()) for one in Exceptions],
        widget=forms.RadioSelect,
        help_text="Printed alone, the figures still count all deliverables.",
        error_messages=choosing("exceptions", "Choose where the red and amber deliverables are printed."),
    )

    class Meta:
        model = ReportDefaults
        fields = CoverFacts.FACTS
        labels = {
            "for_line": "For",
            "author": "Report author",
            "evidence": "Print under each deliverable the needs it answers",
        }
        error_messages = {
            "for_line": {"required": "Enter what the report is for, such as For Consideration."},
            "report_to": {"required": "Enter whom the report goes to."},
            "report_of": {"required": "Enter whose report it is."},
            "author_email": {"invalid": NO_ADDRESS},
            "other_email": {"invalid": NO_ADDRESS},
        }

    def fieldsets(self) -> list[tuple[str, list[BoundField]]]:
        """The fields by the heading they stand under."""
        return [(legend, [self[name] for name in names]) for legend, names in self.FIELDSETS.items()]


class ReportForm(FactsForm):
    """All facts of a report that can be changed: plan and quarter stay."""

    FIELDSETS = {"The meeting": ("meeting", "agenda_item", "classification", "themes"), **CONTACTS}

    class Meta(FactsForm.Meta):
        model = PanelReport
        fields = ("meeting", "agenda_item", "classification", *CoverFacts.FACTS)
        widgets = {"classification": forms.RadioSelect}
        error_messages = FactsForm.Meta.error_messages | {
            name: choosing(name) for name in ("meeting", "classification")
        }
        help_texts = {
            "classification": "Public leaves out what is exempt from publication; Non public is for panel members and "
            "staff."
        }

    def __init__(self, data: object, *, report: PanelReport) -> None:
        themes = report.themes.all()
        super().__init__(data, instance=report, initial={"themes": themes, "shown": seen(report, themes=themes)})
        self.fields["themes"] = ThemesChoice(report.plan.themes.all(), label="Themes")
        self.fields["meeting"].empty_label = None


class SectionForm(OverShown):
    """A section as it is written by hand, over the text that the page showed."""

    narrative = forms.CharField(
        required=False,
        label="Text",
        help_text="Each line becomes a numbered paragraph. Lists and tables may be written as HTML.",
        widget=forms.Textarea({"rows": 14, "data-rich-text": True}),
    )
    filled = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    """What the office's text was filled with when the page was shown."""
    is_left_out = forms.BooleanField(
        required=False, label="Leave this section out of the report", widget=forms.HiddenInput
    )
    """Asked for once the text is empty."""

    SENT = {"narrative", "filled", "shown"}
    """What every browser sends of it. Where one is missing it was lost on the way, and is not empty."""

    def ask_whether_to_leave_it_out(self) -> None:
        self.fields["is_left_out"].widget = forms.CheckboxInput()


class OfficeTextForm(PlainTexts, OverShown):
    WRITTEN = "narrative"

    heading = forms.CharField(max_length=200, label="Heading", error_messages={"required": "Enter the heading."})
    qualifier = forms.CharField(
        required=False,
        max_length=200,
        label="Whom it is for",
        help_text="Printed below the heading, such as “Relevant for the Police and Crime Panel only”. Mostly empty.",
    )
    narrative = forms.CharField(
        required=False,
        label="Text",
        help_text="Each line becomes a numbered paragraph. Lists and tables may be written as HTML.",
        widget=forms.Textarea({"rows": 14, "data-rich-text": True}),
    )

    def __init__(self, data: object, *, text: OfficeSection) -> None:
        self.written = parse(text.text)
        facts = {"heading": text.heading, "qualifier": text.qualifier, "narrative": self.written.typed}
        super().__init__(data, initial=facts | {"shown": seen(text)})


class WordTemplateForm(forms.Form):
    file = UploadField(
        label="Word file",
        help_text=f"A document (.docx) of at most {MOST_MEGABYTES} MB.",
        wanted="a Word file",
        endings=".docx",
        why_too_large=why_too_large,
    )


STATES = {"preparation": "In preparation", "published": "Published", "withdrawn": "Withdrawn from view"}


class ReportFilter(ListFilter):
    """Narrows the list of reports."""

    words = forms.CharField(required=False, max_length=100, label="Words")
    year = forms.ChoiceField(required=False, label="Year of the meeting")
    theme = forms.ChoiceField(required=False, label="Theme")
    state = forms.ChoiceField(required=False, label="State")

    def __init__(self, data: object, reports: list[PanelReport]) -> None:
        super().__init__(data)
        self.reports = reports
        years = sorted({str(one.meeting.date.year) for one in reports}, reverse=True)
        self.offer("year", [(year, year) for year in years])
        numbers = sorted({theme.number for one in reports for theme in one.themes.all()})
        self.offer("theme", [(str(number), f"Theme {number}") for number in numbers])
        self.offer("state", STATES.items())

    def matching(self) -> list[PanelReport]:
        chosen = self.chosen
        return [one for one in self.reports if self._matches(one, chosen)]

    def _matches(self, report: PanelReport, chosen: dict[str, str]) -> bool:
        words = chosen.get("words", "").casefold().split()
        state = STATES[chosen["state"]].casefold() if "state" in chosen else ""
        return (
            all(word in str(report).casefold() for word in words)
            and chosen.get("year", str(report.meeting.date.year)) == str(report.meeting.date.year)
            and ("theme" not in chosen or chosen["theme"] in {str(theme.number) for theme in report.themes.all()})
            and state in report.state.casefold()
        )
