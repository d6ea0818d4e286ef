"""What becomes of uploaded files, of whatever kind, that nobody imports."""

import datetime

from django.apps import apps
from django.db import transaction

from deliverables.file_models import Upload

KEPT_FOR = datetime.timedelta(days=30)


@transaction.atomic
def remove_forgotten_uploads(*, at: datetime.datetime) -> int:
    """Remove the files that were uploaded over 30 days before `at` and not imported; how many. For the daily command.

    What was imported stays for good, as the record of it.
    """
    removed = 0
    for model in apps.get_models():
        if issubclass(model, Upload):
            forgotten = model._base_manager.filter(imported_at=None, uploaded_at__lt=at - KEPT_FOR)
            # Held first, so that one that is just being imported is seen to be when that is done.
            held = list(forgotten.select_for_update(of=("self",)).values_list("pk", flat=True))
            model._base_manager.filter(pk__in=held).delete()
            removed += len(held)
    return removed
