"""The page on which an administrator takes everything away."""

import tempfile

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import ArchiveTaken
from accounts.roles import Permission, requires
from pcc_tracker.archive.actions import take_archive

SHOWN = 20
"""How many times that an archive was taken the page shows."""


@requires(Permission.MANAGE_OFFICE)
def archive(request: HttpRequest) -> HttpResponse:
    """What an archive holds and who took one; and taking one, made on disk in a file that ends with the answer."""
    if request.method != "POST":
        taken = ArchiveTaken.objects.select_related("by")[:SHOWN]
        return render(request, "archive/archive.html", {"taken": taken, "most": SHOWN})
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
