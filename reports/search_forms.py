"""What a person searches for."""

from typing import Any

from django import forms

from accounts.forms import ListFilter
from accounts.roles import Permission, may
from deliverables.searching import Query, parse
from reports.searching import PLAN, Reader, Source, choices, source

MOST_CHARACTERS = 200
WHERE = [("published", "Published reports"), ("plan", "The plan’s approved updates")]


class SearchForm(ListFilter):
    """Words, and what the reader may narrow them to. Who may see the plan chooses where to search."""

    q = forms.CharField(
        required=False,
        max_length=MOST_CHARACTERS,
        label="Words",
        widget=forms.TextInput(attrs={"type": "search", "aria-describedby": "search-hint"}),
        error_messages={"max_length": f"Search for at most {MOST_CHARACTERS} characters at once."},
    )
    theme = forms.ChoiceField(required=False, label="Theme")
    owner = forms.ChoiceField(required=False, label="Organisation")
    rating = forms.ChoiceField(required=False, label="Rating")
    quarter = forms.ChoiceField(required=False, label="Quarter")

    def __init__(self, data: Any, user: Reader) -> None:
        super().__init__(data)
        self.source: Source = source(user, data.get("in", ""))
        there = choices(user, self.source)
        for name in ("theme", "owner", "rating", "quarter"):
            self.offer(name, getattr(there, name))
        if may(user, Permission.VIEW_PLAN):
            where = forms.ChoiceField(required=False, label="Search in", choices=WHERE)
            where.error_messages["invalid_choice"] = 'There is no "%(value)s" to search in.'
            self.fields["in"] = where

    @property
    def query(self) -> Query:
        return parse(self.chosen.get("q", ""))

    @property
    def narrowed(self) -> dict[str, str]:
        """The filters that were chosen, by field."""
        return {name: value for name, value in self.chosen.items() if name not in ("q", "in")}

    @property
    def is_of_the_plan(self) -> bool:
        return self.source is PLAN
