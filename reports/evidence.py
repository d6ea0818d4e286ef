"""The needs that deliverables answer, as they are printed below them.

They are kept in a room that this one imports nothing of, so that room hands them over as plain values.
"""

from collections.abc import Collection, Mapping

from django.conf import settings
from django.utils.module_loading import import_string

from reports.options import Classification


def evidence_of(keys: Collection[str], classification: Classification) -> Mapping[str, tuple[str, ...]]:
    """By deliverable key the needs that it answers, each in words; a deliverable that answers none may be missing.

    Such as `Very high risk "Organised crime groups" (Needs Assessment 2014-15, 4.3)`, without a full stop. They are
    asked of the callable that the setting REPORT_EVIDENCE names, with the same arguments: which of them may be told
    in Public form is for it to say. Nothing where the setting is empty.
    """
    if not settings.REPORT_EVIDENCE:
        return {}
    source = import_string(settings.REPORT_EVIDENCE)
    return source(keys, classification)
