"""The evidence that panel reports carry below their deliverables: the needs that each answers, in sentences."""

from collections.abc import Collection, Mapping

from needs.models import Assessment
from needs.options import Audience
from needs.other_side import NeedRef, needs_answered
from reports.options import Classification

_SHOWN = {
    Classification.PUBLIC: [Audience.EVERYONE],
    Classification.NON_PUBLIC: [Audience.EVERYONE, Audience.PANEL],
}
"""The assessments that a report may tell of: those that all of its readers may see."""


def evidence_of(keys: Collection[str], classification: Classification) -> Mapping[str, tuple[str, ...]]:
    """By deliverable, of `keys`, the needs that it answers, grave risks first; those without any are left out.

    Such as: Very high risk “Organised crime groups” (Needs Assessment 2014-15, 4.3). Two queries for all of them.
    """
    shown = Assessment.objects.filter(audience__in=_SHOWN[classification])
    return {key: tuple(map(_sentence, needs)) for key, needs in needs_answered(keys, shown).items()}


def _sentence(need: NeedRef) -> str:
    return f"{need.label} “{need.wording}” ({need.assessment}, {' and '.join(need.sections)})"
