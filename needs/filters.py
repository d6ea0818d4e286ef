"""What the forms that narrow a list of line of sight share."""

from accounts.forms import ListFilter
from needs.finding import AS_PUBLISHED


class SightFilter(ListFilter):
    """Narrows a list without changing whose ratings it shows."""

    @property
    def sorting(self) -> list[tuple[str, str]]:
        """Beside how the list is sorted, whose ratings it shows."""
        return [*super().sorting, *(pair for pair in self.data.items() if pair == ("ratings", AS_PUBLISHED))]
