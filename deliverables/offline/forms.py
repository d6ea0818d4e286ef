"""The form of a workbook that comes back."""

from typing import Any

from django import forms

from deliverables.importing.spreadsheets import MOST_MEGABYTES, why_too_large


class ReturnForm(forms.Form):
    file = forms.FileField(
        label="Workbook",
        help_text=(
            f"The Excel workbook (.xlsx) that was taken away, filled in; of at most {MOST_MEGABYTES} MB. "
            "Nothing is saved before you have seen what would be."
        ),
        widget=forms.FileInput({"accept": ".xlsx"}),
        error_messages={"required": "Choose the workbook.", "empty": "The file is empty. Choose another."},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if too_large := why_too_large(file.size):
            raise forms.ValidationError(too_large)
        return file
