"""The verb by which an administrator takes an archive away."""

import datetime
from typing import IO

from tqdm import tqdm

from accounts.models import ArchiveTaken, User
from accounts.roles import Permission, refuse_unless
from pcc_tracker.archive.writing import write_archive


def take_archive(*, file: IO[bytes], by: User, at: datetime.datetime) -> None:
    """Write an archive into `file` and keep on record who took it; what people sign in with is not in it.

    The archive itself does not know of its being taken. Raises Refused.
    """
    refuse_unless(by, Permission.MANAGE_OFFICE)
    with tqdm(disable=True) as bar:
        write_archive(file, at=at, sign_in=False, bar=bar)
    ArchiveTaken.objects.create(by=by, at=at)
