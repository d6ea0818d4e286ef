"""The form of a workbook that comes back."""

from django import forms

from deliverables.importing.fields import UploadField
from deliverables.importing.spreadsheets import MOST_MEGABYTES, why_too_large


class ReturnForm(forms.Form):
    file = UploadField(
        label="Workbook",
        help_text=(
            f"The Excel workbook (.xlsx) that was taken away, filled in; of at most {MOST_MEGABYTES} MB. "
            "Nothing is saved before you have seen what would be."
        ),
        wanted="the workbook",
        endings=".xlsx",
        why_too_large=why_too_large,
    )
