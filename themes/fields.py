"""Quarters and financial years in the database: stored as they are written, so that text order is time order."""

from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from themes.quarters import FinancialYear, InvalidQuarter, Quarter


@lru_cache(maxsize=1024)
def _read(value_class: type[Quarter] | type[FinancialYear], text: str) -> Quarter | FinancialYear:
    """Parse what is stored; a database holds few quarters, each many times."""
    return value_class.parse(text)


class _ParsedField(models.CharField):
    """A short text that reads back as the value it names."""

    value_class: type[Quarter] | type[FinancialYear]
    length: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = self.length
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def from_db_value(self, value: str | None, *_: object) -> Quarter | FinancialYear | None:
        return None if value is None else _read(self.value_class, value)

    def to_python(self, value: Any) -> Any:
        if value is None or value == "" or isinstance(value, self.value_class):
            return value or None
        try:
            return self.value_class.parse(str(value))
        except InvalidQuarter as error:
            raise ValidationError(str(error), code="invalid") from error

    def run_validators(self, value: Any) -> None:
        super().run_validators("" if value is None else str(value))

    def get_prep_value(self, value: Any) -> str | None:
        value = self.to_python(value)
        return None if value is None else str(value)

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj)) or ""


class QuarterField(_ParsedField):
    value_class = Quarter
    length = 10


class QuarterListField(models.CharField):
    """Quarters of one row, stored as they are written, newest first: `2019-20 Q3, 2019-20 Q1`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 500, "blank": True, "default": ()} | kwargs)

    def from_db_value(self, value: str | None, *_: object) -> tuple[Quarter, ...]:
        return self.to_python(value)

    def to_python(self, value: Any) -> tuple[Quarter, ...]:
        if isinstance(value, str) or value is None:
            value = [part for part in (value or "").split(", ") if part]
        try:
            return tuple(
                sorted({one if isinstance(one, Quarter) else Quarter.parse(one) for one in value}, reverse=True)
            )
        except InvalidQuarter as error:
            raise ValidationError(str(error), code="invalid") from error

    def run_validators(self, value: Any) -> None:
        super().run_validators(self.get_prep_value(value))

    def get_prep_value(self, value: Any) -> str:
        return ", ".join(map(str, self.to_python(value)))

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))


class FinancialYearField(_ParsedField):
    value_class = FinancialYear
    length = 7
