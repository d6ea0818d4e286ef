"""The form of a spreadsheet of needs."""

from typing import Any

from django import forms

from deliverables.importing.cells import MOST_ROWS
from deliverables.importing.spreadsheets import MOST_MEGABYTES, why_too_large


class SpreadsheetForm(forms.Form):
    file = forms.FileField(
        label="Spreadsheet",
        help_text=(
            f"CSV or Excel (.xlsx), of at most {MOST_MEGABYTES} MB and {MOST_ROWS:,} rows. "
            "Nothing is changed before you have seen what would be."
        ),
        widget=forms.FileInput({"accept": ".csv,.xlsx"}),
        error_messages={"required": "Choose a spreadsheet.", "empty": "The file is empty. Choose another."},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if too_large := why_too_large(file.size):
            raise forms.ValidationError(too_large)
        return file
