"""The form that a report is published with: what was found and looked at, and what a later edition corrects."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.forms import BoundField

from deliverables.narrative import storable
from reports.findings import Check, Finding

LONGEST = 1000


@dataclass(frozen=True)
class Group:
    """What one check found, with the fields that say that it was looked at."""

    check: Check
    findings: tuple[Finding, ...]
    looked: BoundField
    note: BoundField


class PublishForm(forms.Form):
    """A tick and a note for each check that found something, and from V2 on what is corrected.

    A tick is worth what it was put at: where something else has been found since, it has to be put again.
    """

    def __init__(self, data: Mapping[str, str] | None, found: Sequence[Finding], number: int) -> None:
        super().__init__(data)
        self.found = {check: tuple(one for one in found if one.check is check) for check in Check}
        self.next_number = number
        self.fields["number"] = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=number)
        for check, findings in self.found.items():
            if findings:
                self._offer(check, findings)
        if number > 1:
            self.fields["correction"] = forms.CharField(
                # Of who had V1 before them nothing was asked; they are told that it is published.
                required=self.data.get("number") != "1",
                max_length=LONGEST,
                label="What this edition corrects",
                help_text=f"Printed with V{number}, and on V{number - 1}, which then points to it.",
                widget=forms.Textarea(attrs={"rows": 3}),
                error_messages={"required": f"Say what V{number} corrects."},
            )

    def _offer(self, check: Check, findings: Sequence[Finding]) -> None:
        name = check.name.lower()
        self.fields[f"looked_{name}"] = forms.BooleanField(
            label="I have looked at these" if len(findings) > 1 else "I have looked at this",
            widget=forms.CheckboxInput(attrs={"value": _digest(findings)}),
            error_messages={"required": f'Tick that you have looked at "{check}".'},
        )
        self.fields[f"note_{name}"] = forms.CharField(
            required=False,
            max_length=LONGEST,
            label="Why it is published like this (optional)",
            help_text="Kept with the edition, for the office.",
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def clean(self) -> dict:
        cleaned = super().clean()
        for check, findings in self.found.items():
            name = f"looked_{check.name.lower()}"
            if cleaned.get(name) and self.data.get(name) != _digest(findings):
                self.add_error(name, f'What was found has changed. Look at "{check}" again.')
        return {name: storable(value) if isinstance(value, str) else value for name, value in cleaned.items()}

    @property
    def groups(self) -> list[Group]:
        return [
            Group(check, findings, self[f"looked_{check.name.lower()}"], self[f"note_{check.name.lower()}"])
            for check, findings in self.found.items()
            if findings
        ]

    def decided(self) -> dict[Finding, str]:
        """Every finding that was looked at, with the note on it."""
        return {
            one: self.cleaned_data[f"note_{check.name.lower()}"]
            for check, findings in self.found.items()
            for one in findings
        }


def _digest(findings: Sequence[Finding]) -> str:
    return hashlib.sha256("\n".join(one.message for one in findings).encode()).hexdigest()[:16]
