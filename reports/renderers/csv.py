"""A document's rows alone as CSV."""

from pcc_tracker.tables import as_csv
from reports.content import Document
from reports.renderers.rows import rows_sheet


def render(document: Document) -> bytes:
    return as_csv(rows_sheet(document))
