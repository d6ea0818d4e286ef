"""What a spreadsheet of needs would do, as a table and in figures."""

import django_tables2 as tables

from needs.import_preview import Outcome, Preview
from needs.sight import in_order
from pcc_tracker.tables import BaseTable


class OutcomeTable(BaseTable):
    """By section, what is added before what is changed."""

    section = tables.Column(order_by="at")
    kind = tables.Column()
    wording = tables.Column(verbose_name="Need")
    does = tables.Column(verbose_name="What the import does")
    level = tables.Column(verbose_name="Level or response", order_by="level")
    themes = tables.Column(orderable=False)

    class Meta(BaseTable.Meta):
        default = ""

    def __init__(self, found: Preview, **kwargs: object) -> None:
        rows = sorted(found.added + found.changed, key=lambda one: in_order(one.section))
        super().__init__([_record(at, one) for at, one in enumerate(rows)], **kwargs)
        self.caption = "What the import does"


def counts_of(found: Preview) -> list[tuple[str, str]]:
    """What an import would do in figures, each with what it is of."""
    counts = {
        "Sections to be added": len(found.sections),
        "Needs to be added": len(found.added),
        "Needs to be changed": len(found.changed),
        "Needs left alone": found.left_alone,
        "Cells with a problem": len(found.problems),
    }
    return [(what, f"{count:,}") for what, count in counts.items()]


def _record(at: int, one: Outcome) -> dict[str, object]:
    return {
        "at": at,
        "section": one.section,
        "kind": one.kind,
        "wording": one.wording,
        "does": "Adds it" if one.pk is None else f"Changes {'; '.join(one.changes)}",
        "level": one.level or one.response,
        "themes": ", ".join(map(str, one.themes)),
    }
