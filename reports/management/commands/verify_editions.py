"""`python manage.py verify_editions`: whether everything that was published is still as it was."""

from django.core.management.base import BaseCommand, CommandError

from reports.models import Edition, EditionFile
from reports.verifying import differences, gaps


class Command(BaseCommand):
    help = (
        "Hold every published file against its SHA-256, and every frozen row and figure against its edition's JSON "
        "file. What differs is said, a line each, and makes the exit code 1."
    )

    def handle(self, **options: object) -> None:
        editions, differing = 0, 0
        for edition in Edition.objects.order_by("slug", "number").iterator(chunk_size=1):
            editions += 1
            is_whole = True
            for said in differences(edition):
                is_whole = False
                self.stdout.write(f"{edition.slug} {edition.version}: {said}.")
            differing += not is_whole
        for said in gaps():
            differing += 1
            self.stdout.write(f"{said}.")
        files = EditionFile.objects.count()
        checked = f"Checked {editions} edition{'' if editions == 1 else 's'} with {files} files"
        if differing:
            raise CommandError(f"{checked}: {differing} {'is' if differing == 1 else 'are'} not as published.")
        self.stdout.write(f"{checked}: all are as they were published.")
