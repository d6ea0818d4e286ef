"""What is wrong with the cells of a spreadsheet that was brought in, as a table on a page and as rows of a file."""

from collections.abc import Iterable

import django_tables2 as tables
from django.utils.text import capfirst

from deliverables.importing.cells import Problem
from pcc_tracker.tables import BaseTable


class ProblemTable(BaseTable):
    place = tables.Column(verbose_name="Cell", order_by="at")
    said = tables.Column(verbose_name="Problem", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "No cell has a problem."

    def __init__(self, problems: Iterable[Problem], **kwargs: object) -> None:
        records = [{"at": at, "place": capfirst(one.place), "said": one.said} for at, one in enumerate(problems)]
        super().__init__(records, **kwargs)
        self.caption = "Problems"
