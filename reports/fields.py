"""The appendix's chosen columns in the database: their values between commas."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from reports.options import Column


class ColumnsField(models.CharField):
    """Some of `Column`, in its order."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 200, "blank": True, "default": ()} | kwargs)

    def from_db_value(self, value: str | None, *_: object) -> tuple[Column, ...]:
        return self.to_python(value)

    def to_python(self, value: Any) -> tuple[Column, ...]:
        if isinstance(value, str) or value is None:
            value = [part for part in (value or "").split(", ") if part]
        try:
            chosen = {Column(one) for one in value}
        except ValueError as error:
            raise ValidationError("There is no such column.", code="invalid") from error
        return tuple(column for column in Column if column in chosen)

    def run_validators(self, value: Any) -> None:
        super().run_validators(self.get_prep_value(value))

    def get_prep_value(self, value: Any) -> str:
        return ", ".join(self.to_python(value))

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))
