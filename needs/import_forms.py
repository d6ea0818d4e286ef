"""The form of a spreadsheet of needs."""

from django import forms

from deliverables.importing.cells import MOST_ROWS
from deliverables.importing.fields import UploadField
from deliverables.importing.spreadsheets import MOST_MEGABYTES, why_too_large


class SpreadsheetForm(forms.Form):
    file = UploadField(
        label="Spreadsheet",
        help_text=(
            f"CSV or Excel (.xlsx), of at most {MOST_MEGABYTES} MB and {MOST_ROWS:,} rows. "
            "Nothing is changed before you have seen what would be."
        ),
        wanted="a spreadsheet",
        endings=".csv,.xlsx",
        why_too_large=why_too_large,
    )
