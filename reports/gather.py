"""A panel report as it stands now: its sections filled from the data and merged with what was edited, and its appendix.

In Public form the sections are filled from the figures of Public form too, so nothing exempt is in them.
"""

from dataclasses import dataclass, replace

from django.utils.formats import date_format

from accounts.models import User
from deliverables.blocks import Narrative
from deliverables.narrative import parse
from deliverables.progress import ThemeProgress
from deliverables.rag import Breakdown, Line, Movements
from reports.content import Document
from reports.cover import Contact, Cover, Section
from reports.feedback import feedback
from reports.figures import strange_figures
from reports.gather_appendix import document_of, gather_progress
from reports.models import OfficeSection, PanelReport
from reports.options import Classification
from reports.sections import SectionKind, Stale, fill, merge
from themes.models import Theme
from themes.place import Place, find_place


@dataclass(frozen=True)
class PreparedSection:
    """A section of a report in preparation."""

    kind: SectionKind
    heading: str
    qualifier: str
    narrative: Narrative
    """As it is to be printed."""
    fresh: Narrative
    """What the office's text is filled with now."""
    is_edited: bool
    stale: tuple[Stale, ...]
    strange_figures: tuple[str, ...]
    """Shares that it prints and that are none of the report's."""


@dataclass(frozen=True)
class Prepared:
    """A report as it would be published now."""

    report: PanelReport
    place: Place
    document: Document
    sections: tuple[PreparedSection, ...]
    """All of them, also those with nothing to say, which are not printed."""
    progress: tuple[ThemeProgress, ...]
    """What the appendix was made of, theme by theme."""

    def section(self, kind: SectionKind) -> PreparedSection:
        return next(one for one in self.sections if one.kind is kind)


def gather_report(report: PanelReport, user: User, *, version: str = "") -> Prepared:
    """The report with its appendix as far as `user` may see it; `version` is empty for a preview.

    Raises NothingHere where the plan has no such quarter any more. The number of queries does not grow with the
    report's themes or their history.
    """
    place = find_place(plan=report.plan.slug, quarter=str(report.quarter))
    chosen = {theme.pk for theme in report.themes.all()}
    themes = [theme for theme in place.themes if theme.pk in chosen]
    classification = Classification(report.classification)
    progress = gather_progress(place, user, themes, classification)
    document = document_of(
        place, progress, user, options=report.options, classification=classification, version=version
    )
    sections = _sections(report, document, _values(report, place, document))
    printed = [one for one in sections if one.narrative]
    cover = Cover(
        for_line=report.for_line,
        report_to=report.report_to,
        meeting_date=report.meeting.date,
        agenda_item=report.agenda_item,
        report_of=report.report_of,
        author=Contact(report.author, report.author_email, report.author_phone),
        other_contact=Contact(report.other_contact, report.other_email, report.other_phone),
        sections=tuple(
            Section(number, one.heading, one.qualifier, one.narrative) for number, one in enumerate(printed, start=1)
        ),
    )
    return Prepared(report, place, replace(document, cover=cover), sections, tuple(progress))


def _sections(report: PanelReport, document: Document, values: dict[str, str]) -> tuple[PreparedSection, ...]:
    edited = {one.kind: one for one in report.sections.all()}
    known = known_figures(document)
    sections = []
    for kind, text in OfficeSection.texts().items():
        fresh = narrative = fill(parse(text.text), values)
        stale: tuple[Stale, ...] = ()
        filled = fresh
        if by_hand := edited.get(kind.value):
            filled = parse(by_hand.filled)
            merged = merge(filled=filled, edited=parse(by_hand.text), fresh=fresh)
            narrative, stale = merged.narrative, merged.stale
        strange = tuple(strange_figures(narrative, known, filled))
        sections.append(
            PreparedSection(kind, text.heading, text.qualifier, narrative, fresh, by_hand is not None, stale, strange)
        )
    return tuple(sections)


def known_figures(document: Document) -> set[str]:
    """Every share that the report may print: of each theme and of all together, and behind the overall wording."""
    of = [(document.figures, document.overall), *((one.figures, one.overall) for one in document.appendices)]
    printed = {line.printed for figures, _ in of for line in figures.lines}
    return printed | {share.printed for _, said in of if said for share in (said.on_course, said.off_track)}


def _values(report: PanelReport, place: Place, document: Document) -> dict[str, str]:
    """What stands for each of `sections.PLACEHOLDERS`."""
    themes = place.themes
    return {
        "plan": document.plan,
        "title": document.title,
        "themes": document.themes,
        "theme_count": f"{len(themes)} theme{'' if len(themes) == 1 else 's'}",
        "theme_titles": _titles(themes),
        "year": str(document.quarter.year),
        "quarter": document.quarter.label,
        "position": " and ".join(dict.fromkeys(date_format(one.as_at) for one in document.appendices)),
        "presented": date_format(place.plan.presented) if place.plan.presented else "",
        "meeting_date": date_format(report.meeting.date),
        "ratings": ratings_sentence(document.figures),
        "overall": document.overall.wording if document.overall else "",
        "moved": moved_sentence([one.movements for one in document.appendices], document.quarter.previous.label),
        "exempt": document.exempt_note,
        **feedback(report, [one.theme_number for one in document.appendices]),
    }


def _titles(themes: tuple[Theme, ...]) -> str:
    *most, last = (theme.title for theme in themes)
    return f"{'; '.join(most)}; and {last}" if most else last


def ratings_sentence(figures: Breakdown) -> str:
    """What most activity is graded, and the rest, each with its count and share; empty of nothing."""
    first, *rest = sorted((line for line in figures.lines if line.count), key=lambda line: -line.count) or [None]
    if first is None:
        return ""
    if not rest and first.rating is None:
        return "No deliverable has an approved update yet."
    others = ", ".join(f"{line.label} {line.printed}" for line in rest)
    if not rest:
        return f"All activity {_graded(first)}: {first.printed}."
    if 2 * first.count > first.total:
        return f"Most activity {_graded(first)}: {first.printed}. The rest: {others}."
    return f"No one rating is that of most activity: {first.label} {first.printed}, {others}."


def _graded(line: Line) -> str:
    return f"is graded {line.label}" if line.rating else "has no approved update"


def moved_sentence(movements: list[Movements], since: str) -> str:
    """How many ratings improved and got worse; empty where none can be compared."""
    improved, worse = sum(one.improved for one in movements), sum(one.worse for one in movements)
    if not improved + worse + sum(one.same for one in movements):
        return ""
    if not improved + worse:
        return f"No rating has changed since {since}."
    ratings = "rating" if improved == 1 else "ratings"
    return f"Since {since}, {improved or 'no'} {ratings} improved and {worse or 'none'} got worse."
