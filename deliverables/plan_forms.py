"""Forms on which an administrator looks after deliverables and who leads them."""

import datetime
from collections.abc import Iterable

from django import forms

from accounts.forms import reason_field
from accounts.models import User
from accounts.roles import Role
from deliverables.models import Deliverable
from deliverables.plan_actions import Carried
from themes.forms import DayField, QuarterChoice, quarters_of
from themes.quarters import FinancialYear, Quarter

LONGEST = 1000
PRINTED = "Printed in the schedule of changes."
NUMBER = {"min_value": 1, "max_value": 999}
LATER_YEARS = 3
"""A deliverable may be planned and due this many years after its own: they run over a plan's years."""


class PersonChoice(forms.ModelChoiceField):
    """Somebody who is there, with the organisation."""

    def __init__(self, **options: object) -> None:
        people = User.objects.filter(is_active=True).exclude(role=Role.PANEL_MEMBER).select_related("organisation")
        super().__init__(people.order_by("organisation__short_name", "display_name"), **options)

    def label_from_instance(self, user: User) -> str:
        initials = "" if f"({user.initials})" in user.display_name else f" ({user.initials})"
        return f"{user.organisation.short_name}: {user.display_name}{initials}"


class DeliverableForm(forms.Form):
    """What is said of a deliverable apart from its number and who leads it."""

    wording = forms.CharField(
        max_length=LONGEST, label="Deliverable", widget=forms.Textarea({"rows": 3}), help_text="As reports print it."
    )
    in_force_from = QuarterChoice(label="In force from", help_text="The first quarter it counts in.")
    planned_start = QuarterChoice(label="Planned start", help_text="Until this quarter it counts as Not started.")
    due = QuarterChoice(nothing="Not set", label="Due", help_text="The quarter it should be achieved by.")
    reason = reason_field(help_text=PRINTED)

    def __init__(self, data: object = None, *, year: FinancialYear, row: Deliverable | None = None, **options: object):
        first = year.quarters[0]
        initial = (
            {name: getattr(row, name) for name in ("wording", "in_force_from", "planned_start", "due")} if row else {}
        )
        super().__init__(data, initial={"in_force_from": first, "planned_start": first, **initial}, **options)
        later = quarters_of(FinancialYear(year.start + ahead) for ahead in range(LATER_YEARS))
        # A carried-forward one may have been planned and due before its year.
        stored = [row.planned_start, *([row.due] if row.due else [])] if row else []
        offered = sorted({*later, *stored})
        self.fields["in_force_from"].offer(year.quarters)
        self.fields["planned_start"].offer(offered)
        self.fields["due"].offer(offered)

    def clean(self) -> dict:
        cleaned = super().clean()
        start, due = cleaned.get("planned_start"), cleaned.get("due")
        if start and due and due < start:
            self.add_error("due", "The due quarter comes before the planned start.")
        return cleaned


class NewDeliverableForm(DeliverableForm):
    number = forms.IntegerField(label="Number", **NUMBER)
    owner = PersonChoice(label="Led by", help_text="From the first day it is in force.")

    field_order = ("number", "wording", "owner", "in_force_from", "planned_start", "due", "reason")

    def __init__(self, data: object = None, *, year: FinancialYear, taken: set[int], now: Quarter) -> None:
        """`now` is the quarter that is being reported: what is added then does not change those before."""
        super().__init__(data, year=year)
        self.taken = taken
        self.initial["in_force_from"] = self.initial["planned_start"] = now
        self.initial["number"] = max(taken, default=0) + 1
        self.initial["reason"] = f"Part of the delivery plan for {year}."

    def clean_number(self) -> int:
        number = self.cleaned_data["number"]
        if number in self.taken:
            raise forms.ValidationError(f"Number {number} is taken. A withdrawn deliverable keeps its number.")
        return number


class EndForm(forms.Form):
    """From which quarter on a deliverable is complete or withdrawn, and why."""

    quarter = QuarterChoice(label="From")
    reason = reason_field(help_text=PRINTED)


class PrintedReasonForm(forms.Form):
    reason = reason_field(help_text=PRINTED)


class OwnerForm(forms.Form):
    owner = PersonChoice(label="Led by")
    since = DayField(label="From")
    reason = reason_field(help_text=PRINTED)


class HandOverForm(forms.Form):
    successor = PersonChoice(label="To")
    since = DayField(label="With effect from")
    reason = reason_field(help_text=PRINTED)
    deactivate = forms.BooleanField(
        required=False,
        label="Deactivate the account at once",
        help_text="They can no longer sign in. What they wrote and led stays theirs.",
    )

    def __init__(self, data: object = None, *, leaver: User, today: datetime.date) -> None:
        super().__init__(data, initial={"since": today})
        successors = self.fields["successor"]
        successors.queryset = successors.queryset.exclude(pk=leaver.pk)


class RowsForm(forms.Form):
    """A list of deliverables with a field or more each, and one reason for all."""

    reason = reason_field(help_text=PRINTED)

    def __init__(self, data: object, rows: Iterable[Deliverable]) -> None:
        super().__init__(data)
        self.rows = list(rows)
        for row in self.rows:
            for name, field in self.fields_of(row).items():
                self.fields[f"{name}-{row.pk}"] = field
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])

    def fields_of(self, row: Deliverable) -> dict[str, forms.Field]:
        raise NotImplementedError

    def lines(self) -> list[tuple[Deliverable, list[forms.BoundField]]]:
        """Each deliverable with its fields, for the page."""
        return [(row, [self[f"{name}-{row.pk}"] for name in self.fields_of(row)]) for row in self.rows]

    def entered(self, row: Deliverable, name: str) -> object:
        return self.cleaned_data[f"{name}-{row.pk}"]


class RenumberForm(RowsForm):
    def fields_of(self, row: Deliverable) -> dict[str, forms.Field]:
        return {"number": forms.IntegerField(label=f"Number of {row.wording}", initial=row.number, **NUMBER)}

    def numbers(self) -> dict[int, int]:
        return {row.pk: self.entered(row, "number") for row in self.rows}


class NextYearForm(RowsForm):
    """Which of a year's deliverables go on next year, under which number, and until when."""

    def __init__(self, data: object, rows: Iterable[Deliverable], year: FinancialYear) -> None:
        self.next_year = year.next
        super().__init__(data, rows)
        self.initial["reason"] = f"The work goes on in {year.next}."

    def fields_of(self, row: Deliverable) -> dict[str, forms.Field]:
        last = self.next_year.quarters[3]
        due = row.due if row.due is None or row.due.year >= self.next_year else last
        later = quarters_of(FinancialYear(self.next_year.start + ahead) for ahead in range(LATER_YEARS))
        called = f"{row.theme.short} {row.number}. {row.wording}"
        return {
            "goes_on": forms.BooleanField(required=False, initial=True, label=called),
            "number": forms.IntegerField(label=f"Number of {called}", initial=row.number, **NUMBER),
            "due": QuarterChoice(
                sorted({*later, *([due] if due else [])}),
                nothing="" if due else "Not set",
                initial=due,
                label=f"When {called} is due",
            ),
        }

    def carried(self) -> list[Carried]:
        return [
            Carried(row, self.entered(row, "number"), self.entered(row, "due"))
            for row in self.rows
            if self.entered(row, "goes_on")
        ]

    def clean(self) -> dict:
        cleaned = super().clean()
        if not any(value for name, value in cleaned.items() if name.startswith("goes_on")):
            self.add_error(None, "Tick at least one deliverable that goes on.")
        return cleaned
