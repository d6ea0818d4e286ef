"""The field of a form that takes a file."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile


class UploadField(forms.FileField):
    """A file that is neither empty nor too large.

    `wanted` is what is to be chosen, in words, such as "a spreadsheet"; `endings` those that a browser offers first,
    such as ".csv,.xlsx"; `why_too_large` says why a file of so many bytes is not taken, or nothing.
    """

    def __init__(self, *, wanted: str, endings: str, why_too_large: Callable[[int], str], **options: Any) -> None:
        said = {"required": f"Choose {wanted}.", "empty": "The file is empty. Choose another."}
        super().__init__(widget=forms.FileInput({"accept": endings}), error_messages=said, **options)
        self.why_too_large = why_too_large

    def validate(self, value: UploadedFile | None) -> None:
        super().validate(value)
        if value and (too_large := self.why_too_large(value.size or 0)):
            raise forms.ValidationError(too_large)
