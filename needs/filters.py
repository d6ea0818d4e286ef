"""What the forms that narrow a list of line of sight share."""

from accounts.forms import ListFilter


class SightFilter(ListFilter):
    """Narrows a list without changing whose ratings it shows."""

    KEPT = ("ratings",)
