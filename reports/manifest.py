"""The seal of an edition: a file that names all its other files and what no file says, with a SHA-256 of its own.

It is offered to nobody, as it says which deliverables were left out as exempt. Whoever wants to be sure that nobody
has exchanged an edition with all its sums keeps the seal's SHA-256 elsewhere: its page shows it to the office.
"""

import hashlib
import json
from typing import Any

from reports.edition_models import Edition, EditionFile

FORM = "seal"


def sealed(edition: Edition) -> dict[str, Any]:
    """What the seal says, read from the edition's tables."""
    files = edition.files.exclude(form=FORM).order_by("form")
    return {
        "edition": {
            "slug": edition.slug,
            "number": edition.number,
            "plan_slug": edition.plan_slug,
            "meeting_date": edition.meeting_date.isoformat(),
            "agenda_item": edition.agenda_item,
            "published_at": edition.published_at.timestamp(),
            "published_by": edition.published_by_name,
            "correction": edition.correction,
        },
        "files": list(files.values("form", "file_name", "content_type", "sha256")),
        "exempt": [{"theme": one.number, "keys": one.exempt_keys} for one in edition.themes.all()],
        "decisions": list(edition.decisions.values("check_name", "message", "note")),
    }


def seal(edition: Edition) -> EditionFile:
    """Store the seal; the last step of publishing."""
    content = json.dumps(sealed(Edition.objects.get(pk=edition.pk)), ensure_ascii=False, indent=1).encode()
    return EditionFile.objects.create(
        edition=edition,
        form=FORM,
        file_name=f"{edition.slug} {edition.version}.seal.json",
        content_type="application/json",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )
