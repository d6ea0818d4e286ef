"""The page on which an administrator takes everything away."""

import tempfile

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import ArchiveTaken
from accounts.roles import Permission, requires
from pcc_tracker.archive.actions import take_archive
from pcc_tracker.archive.contents import count_rows

SHOWN = 20
"""How many times that an archive was taken the page shows."""
MOST_ROWS = 100_000
"""With more, the page says that the command is better: the answer begins when the archive is whole."""


@requires(Permission.MANAGE_OFFICE)
def archive(request: HttpRequest) -> HttpResponse:
    """What an archive holds and who took one; and taking one, made on disk in a file that ends with the answer."""
    if request.method != "POST":
        taken = ArchiveTaken.objects.select_related("by")[:SHOWN]
        context = {"taken": taken, "most": SHOWN, "rows": f"{count_rows():,}", "most_rows": f"{MOST_ROWS:,}"}
        return render(request, "archive/archive.html", context)
    now = timezone.now()
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it, and the system then removes it
    try:
        take_archive(file=file, by=request.user, at=now)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    name = f"pcc-tracker-{timezone.localtime(now):%Y-%m-%d-%H%M}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
