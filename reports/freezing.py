"""An edition's rows and figures in tables of their own: written once, and read back as they were published.

Both ways go through the content of the JSON file, so what the tables hold and what the file says are one thing.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from accounts.actions import save
from accounts.models import User
from deliverables.rag import Share
from deliverables.searching import words_of
from reports.content import Document
from reports.edition_models import Edition, EditionFigure, EditionRow, EditionTheme, FrozenFigures
from reports.renderers.json import content
from themes.quarters import Quarter

_FIGURES = (
    "deliverables_in_force", "planned_for_later", "overdue_to_start", "complete_since_earlier", "rounding_note",
    "overall", "exempt",
)  # fmt: skip
_FACTS = (
    "schema", "office", "strapline", "plan", "title", "classification", "columns", "exceptions", "evidence",
    *_FIGURES,
)  # fmt: skip
_LINE = ("name", "definition", "count", "of")
_LINE_OR_NOTHING = ("code", "kind", "colour")
"""What "No update" has none of: None in the content, and empty in the table."""
_ROW = (
    "key", "number", "organisation", "deliverable", "rating", "standing", "remark", "previous_rating",
    "since_last_quarter", "recovery", "evidence", "exempt", "updates",
)  # fmt: skip
_QUARTERS = ("due", "completed")


def freeze(edition: Edition, document: Document, by: User) -> None:
    """Store an edition with all that the document says, its rows and figures in batches.

    `edition` is new and says which one it is and who published it, when and why; the document has a covering report
    and the edition's version. Raises Refused where what is said breaks a rule.
    """
    data = content(document)
    assert data["version"] == edition.version
    for name in _FACTS:
        setattr(edition, name, data[name])
    edition.quarter, edition.cover = document.quarter, data["report"]
    edition.meeting_date = document.cover.meeting_date
    edition.agenda_item = document.cover.agenda_item
    save(edition, by)
    themes = EditionTheme.objects.bulk_create(
        EditionTheme(
            edition=edition,
            number=theme["theme"]["number"],
            title=theme["theme"]["title"],
            as_at=appendix.as_at,
            notice=theme["notice"],
            not_printed=theme["not_printed"],
            withdrawn=theme["withdrawn"],
            exempt_keys=list(appendix.exempt_keys),
            **_some(theme, _FIGURES),
        )
        for appendix, theme in zip(document.appendices, data["themes"], strict=True)
    )
    EditionFigure.objects.bulk_create(
        EditionFigure(
            edition=edition,
            theme=theme,
            order=order,
            **_some(line, _LINE),
            **{name: line[name] or "" for name in _LINE_OR_NOTHING},
        )
        for theme, of in [(None, data), *zip(themes, data["themes"], strict=True)]
        for order, line in enumerate(of["status_key"], start=1)
    )
    EditionRow.objects.bulk_create(
        EditionRow(
            theme=theme,
            order=order,
            **{name: Quarter.parse(row[name]) if row[name] else None for name in _QUARTERS},
            words=_words(row),
            **_some(row, _ROW),
        )
        for theme, of in zip(themes, data["themes"], strict=True)
        for order, row in enumerate(of["rows"], start=1)
    )


def _words(row: dict[str, Any]) -> str:
    recovery = row["recovery"]["step"] if row["recovery"] else ""
    return words_of(row["deliverable"], recovery, *(update["text"] for update in row["updates"]), *row["evidence"])


def thawed(edition: Edition) -> dict[str, Any]:
    """What the edition's tables say, in the shape of its JSON file; three queries."""
    figures = defaultdict(list)
    for figure in edition.figures.all():
        figures[figure.theme_id].append(figure)
    themes = edition.themes.prefetch_related("rows")
    return {
        **_of(edition, _FACTS),
        "quarter": str(edition.quarter),
        "version": edition.version,
        "report": edition.cover,
        "status_key": _status_key(figures[None]),
        "themes": [_theme(edition, theme, figures[theme.pk]) for theme in themes],
    }


def _theme(edition: Edition, theme: EditionTheme, figures: Iterable[EditionFigure]) -> dict[str, Any]:
    return {
        "theme": {"number": theme.number, "title": theme.title},
        "quarter": str(edition.quarter),
        "as_at": theme.as_at.isoformat(),
        "notice": theme.notice,
        **_of(theme, _FIGURES),
        "status_key": _status_key(figures),
        "rows": [_row(row) for row in theme.rows.all()],
        "not_printed": theme.not_printed,
        "withdrawn": theme.withdrawn,
    }


def _status_key(figures: Iterable[EditionFigure]) -> list[dict[str, Any]]:
    """The lines with their percentages, which are worked out from the counts again."""
    return [
        {
            **_of(line, _LINE),
            **{name: getattr(line, name) or None for name in _LINE_OR_NOTHING},
            "percent": Share(line.count, line.of).percent or None,
            "printed": Share(line.count, line.of).printed,
        }
        for line in figures
    ]


def _row(row: EditionRow) -> dict[str, Any]:
    quarters = {name: str(quarter) if quarter else None for name, quarter in _of(row, _QUARTERS).items()}
    return {**_of(row, _ROW), "key": str(row.key), **quarters}


def _of(row: FrozenFigures | EditionFigure | EditionRow, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _some(data: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: data[name] for name in names}
