"""What a report says, gathered once into frozen plain values that every renderer takes and nothing else.

A `Document` is a covering report with its Appendix A, or the appendix alone. In Public form what is exempt from
publication is in none of it (DESIGN section 4, rule 9): it is left out by the queries, before anything is counted.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import F
from django.utils.formats import date_format

from accounts.models import Office, User
from deliverables.blocks import Block, Narrative, Paragraph
from deliverables.models import ApprovedUpdate, DatePrecision
from deliverables.progress import Row, ThemeProgress, bands, gather
from deliverables.rag import Breakdown, Movement, Movements, Overall, Standing, breakdown, overall
from reports.options import Classification, Column, Exceptions, Options
from themes.models import Theme
from themes.place import Place
from themes.quarters import Quarter
from themes.ratings import Kind, RatingValue

EXCEPTIONS = (Kind.AT_RISK, Kind.OFF_TRACK)
"""The kinds of rating that a reader is led to first: amber and red."""


@dataclass(frozen=True)
class PrintedUpdate:
    """One update as it is printed below its deliverable."""

    quarter: Quarter
    date: datetime.date | None
    date_precision: DatePrecision
    date_label: str
    narrative: Narrative


@dataclass(frozen=True)
class AppendixRow:
    """One deliverable of the appendix. `key` stays with it from year to year."""

    key: str
    number: int
    owner_label: str
    wording: str
    standing: Standing
    previous: Standing | None
    """How it stood in the quarter just before; None where that cannot be said."""
    movement: Movement
    due: Quarter | None
    recovery_step: str
    recovery_by: datetime.date | None
    updates: tuple[PrintedUpdate, ...]
    """The quarter's update and then the earlier ones that it names, newest first."""
    is_exempt: bool
    """Whether Public form leaves it out; here it is printed because the document is Non public."""

    @property
    def is_exception(self) -> bool:
        return self.standing.rating is not None and self.standing.rating.kind in EXCEPTIONS

    def cell(self, column: Column) -> str:
        """What stands in one of the columns that can be chosen."""
        if column is Column.DUE:
            return self.due.label if self.due else "Not set"
        if column is Column.PREVIOUS:
            return str(self.previous.rating) if self.previous and self.previous.rating else "None"
        if column is Column.MOVEMENT:
            return self.movement.value.capitalize()
        return f"{self.recovery_label} {self.recovery_step}" if self.recovery_step else ""

    @property
    def recovery_label(self) -> str:
        """What is printed before the recovery step."""
        return f"Back on course by {date_format(self.recovery_by)}:" if self.recovery_by else "To get back on course:"

    @property
    def without_update(self) -> str:
        """What stands in the place of an update where there is none."""
        if self.updates:
            return ""
        return "No update is needed." if self.standing.remark else "No approved update for this quarter."


@dataclass(frozen=True)
class WithdrawnRow:
    """One deliverable that no longer counts, and why."""

    number: int
    owner_label: str
    wording: str
    withdrawn_from: Quarter
    reason: str


@dataclass(frozen=True)
class Appendix:
    """Appendix A of one theme in a quarter."""

    theme_number: int
    theme_title: str
    quarter: Quarter
    as_at: datetime.date
    notice: str
    last_approved_at: datetime.datetime | None
    figures: Breakdown
    overall: Overall | None
    rows: tuple[AppendixRow, ...]
    """Those that are printed, in their order; `figures` count all."""
    movements: Movements
    """Of all rows since the quarter just before."""
    withdrawn: tuple[WithdrawnRow, ...]
    exempt: int
    """How many deliverables in force are left out of rows and figures alike."""
    exempt_keys: tuple[str, ...]
    """Which those are. No renderer prints it."""
    exceptions_note: str
    """Where not all rows stand in their place: which rows are printed, and where."""

    @property
    def position(self) -> str:
        """The day that its figures stand at."""
        return f"Position at {date_format(self.as_at)}"

    @property
    def theme_label(self) -> str:
        return f"Theme {self.theme_number}: {self.theme_title}"

    @property
    def exempt_note(self) -> str:
        return exempt_note(self.exempt)


@dataclass(frozen=True)
class Contact:
    """Somebody to turn to, by role; what is not known is empty."""

    role: str
    email: str
    phone: str

    def __bool__(self) -> bool:
        return bool(self.role or self.email or self.phone)


@dataclass(frozen=True)
class Section:
    """A numbered section of the covering report; its paragraphs are numbered within it."""

    number: int
    heading: str
    qualifier: str
    """Whom it is for, such as "Relevant for the Police and Crime Panel only"; mostly empty."""
    narrative: Narrative

    @property
    def numbered(self) -> Iterator[tuple[str, Block]]:
        """Each block with its number: 1.1, 1.2, ... for paragraphs, nothing for the lists and tables after them."""
        count = 0
        for block in self.narrative.blocks:
            count += isinstance(block, Paragraph)
            yield (f"{self.number}.{count}" if isinstance(block, Paragraph) else "", block)


@dataclass(frozen=True)
class Cover:
    """What the covering report says over and beside its appendix."""

    for_line: str
    report_to: str
    meeting_date: datetime.date
    agenda_item: str
    report_of: str
    author: Contact
    other_contact: Contact
    sections: tuple[Section, ...]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The lines over the report, each with its name; one that is not known is left out."""
        lines = [
            ("Report to", self.report_to),
            ("Date of meeting", date_format(self.meeting_date)),
            ("Report of", self.report_of),
            ("Report author", self.author.role),
            ("E-mail", self.author.email),
            ("Other contacts", ", ".join(filter(None, (self.other_contact.role, self.other_contact.email)))),
            ("Agenda item", self.agenda_item),
        ]
        return [(name, text) for name, text in lines if text]

    @property
    def contacts(self) -> list[Contact]:
        """Who stands in the block at the end."""
        return [one for one in (self.author, self.other_contact) if one]


@dataclass(frozen=True)
class Document:
    """A covering report with Appendix A, or the appendix alone, for one or more themes at a quarter."""

    office: str
    strapline: str
    plan: str
    quarter: Quarter
    classification: Classification
    version: str
    """`V1` of an edition; empty of what is not published, which every page of a file says across it."""
    appendices: tuple[Appendix, ...]
    """One a theme."""
    figures: Breakdown
    """Of all the themes together."""
    overall: Overall | None
    options: Options
    scheme: tuple[RatingValue, ...]
    colours: str
    """The stylesheet of the rating scheme's colours."""
    cover: Cover | None

    @property
    def is_draft(self) -> bool:
        return not self.version

    @property
    def has_parts(self) -> bool:
        """Whether the appendix stands below headings of its own: beside a covering report, or with several themes."""
        return self.cover is not None or len(self.appendices) > 1

    @property
    def headings(self) -> list[str]:
        """The heads of the appendix's columns, in their order."""
        return [
            "No.",
            "Organisation",
            "Deliverable",
            *(one.value.capitalize() for one in self.options.columns),
            "Rating",
        ]

    @property
    def columns(self) -> int:
        return len(self.headings)

    @property
    def recovery_has_a_column(self) -> bool:
        return self.options.shows(Column.RECOVERY)

    @property
    def themes(self) -> str:
        """The themes by number, and one theme by its title too."""
        if len(self.appendices) == 1:
            return self.appendices[0].theme_label
        return in_words([one.theme_number for one in self.appendices], "Theme", "Themes")

    @property
    def title(self) -> str:
        """From plan, theme and year, as the real one is titled."""
        year = f"({self.quarter.year} Delivery Plan)"
        if len(self.appendices) == 1:
            (one,) = self.appendices
            return f"{self.plan} – Theme {one.theme_number} {year}: {one.theme_title}"
        return f"{self.plan} – {self.themes} {year}"

    @property
    def exempt(self) -> int:
        return sum(one.exempt for one in self.appendices)

    @property
    def exempt_note(self) -> str:
        return exempt_note(self.exempt)

    @property
    def state(self) -> str:
        """Its version in words, for headings and file properties."""
        return f"Version {self.version}" if self.version else "Draft, not published"

    @property
    def file_name(self) -> str:
        """What its files are called, without the ending."""
        about = in_words([one.theme_number for one in self.appendices], "theme", "themes").replace(" ", "-")
        what = "panel-report" if self.cover else "appendix-a"
        return " ".join(filter(None, (what, about.replace(",", ""), str(self.quarter), self.version or "")))


def in_words(numbers: Sequence[int], one: str, many: str) -> str:
    """ "Theme 3", "Themes 1, 2 and 4"."""
    *most, last = map(str, numbers)
    return f"{many} {', '.join(most)} and {last}" if most else f"{one} {last}"


def exempt_note(count: int) -> str:
    """What is said of rows that Public form leaves out; empty where there are none."""
    if not count:
        return ""
    are = "deliverable is" if count == 1 else "deliverables are"
    return f"{count} {are} exempt from publication and left out here, of the figures too."


def gather_appendix(
    place: Place,
    user: User,
    *,
    themes: Sequence[Theme] = (),
    options: Options = Options(),  # noqa: B008 - a frozen value
    classification: Classification = Classification.NON_PUBLIC,
    version: str = "",
) -> Document:
    """Appendix A of `themes`, or of the place's theme, from approved updates as far as `user` may see them.

    Non public it is whole; in Public form what is exempt is left out.
    """
    themes = themes or [place.theme]
    is_public = classification is Classification.PUBLIC
    progress = gather(place, user, themes=themes, texts=True, public_form=is_public)
    earlier = _earlier([row for one in progress for row in one.rows], user, is_public)
    office, scheme = Office.get(), place.plan.rating_scheme.values
    figures = breakdown((row.standing for one in progress for row in one.rows), scheme)
    return Document(
        office=office.name,
        strapline=office.strapline,
        plan=place.plan.title,
        quarter=place.quarter,
        classification=classification,
        version=version,
        appendices=tuple(_appendix(place, one, earlier, options) for one in progress),
        figures=figures,
        overall=overall(figures, bands(place.plan)) if any(one.overall for one in progress) else None,
        options=options,
        scheme=scheme,
        colours=place.plan.rating_scheme.stylesheet,
        cover=None,
    )


def _appendix(
    place: Place, progress: ThemeProgress, earlier: dict[int, tuple[ApprovedUpdate, ...]], options: Options
) -> Appendix:
    rows = [_row(place, row, earlier.get(row.update.pk, ()) if row.update else ()) for row in progress.rows]
    printed, note = _printed_rows(rows, options.exceptions)
    return Appendix(
        theme_number=progress.theme.number,
        theme_title=progress.theme.title,
        quarter=place.quarter,
        as_at=progress.period.as_at if progress.period else place.quarter.ends,
        notice=progress.period.notice if progress.period else "",
        last_approved_at=progress.last_approved_at,
        figures=progress.figures,
        overall=progress.overall,
        rows=tuple(printed),
        movements=progress.movements,
        withdrawn=tuple(
            WithdrawnRow(
                one.number,
                one.owner_label_on(one.withdrawn_from),
                one.wording,
                one.withdrawn_from,
                one.withdrawn_reason,
            )
            for one in progress.withdrawn
        ),
        exempt=len(progress.exempt),
        exempt_keys=tuple(str(one.key) for one in progress.exempt),
        exceptions_note=note,
    )


def _printed_rows(rows: list[AppendixRow], choice: Exceptions) -> tuple[list[AppendixRow], str]:
    exceptions = [row for row in rows if row.is_exception]
    if choice is Exceptions.AMONG:
        return rows, ""
    if choice is Exceptions.ALONE:
        are = "deliverable is" if len(exceptions) == 1 else "deliverables are"
        return exceptions, f"Of {len(rows)} in force, the {len(exceptions)} {are} printed that need attention."
    return [*exceptions, *(row for row in rows if not row.is_exception)], (
        "Those that need attention stand first." if exceptions else ""
    )


def _earlier(rows: list[Row], user: User, is_public: bool) -> dict[int, tuple[ApprovedUpdate, ...]]:
    """The earlier updates to be printed, newest first, by the update that names them; one query for all.

    In Public form without those of quarters that their deliverable was exempt in.
    """
    naming = [(row.update, row.deliverable.key) for row in rows if row.update and row.update.earlier]
    asked = ApprovedUpdate.objects.visible_to(user).with_quarter().select_related("update__deliverable")
    found = {
        (update.key, update.quarter): update
        for update in asked.filter(
            update__deliverable__key__in={key for _, key in naming},
            update__period__quarter__in={quarter for update, _ in naming for quarter in update.earlier},
        ).annotate(key=F("update__deliverable__key"))
        if not (is_public and update.update.deliverable.is_exempt(update.quarter))
    }
    return {
        update.pk: tuple(found[key, quarter] for quarter in update.earlier if (key, quarter) in found)
        for update, key in naming
    }


def _row(place: Place, row: Row, earlier: tuple[ApprovedUpdate, ...]) -> AppendixRow:
    update = row.update
    printed = [_printed(update)] if update else []
    return AppendixRow(
        key=str(row.deliverable.key),
        number=row.number,
        owner_label=row.owner_label,
        wording=row.wording,
        standing=row.standing,
        previous=row.before,
        movement=row.movement,
        due=row.deliverable.due,
        recovery_step=update.recovery_step if update else "",
        recovery_by=update.recovery_by if update else None,
        updates=(*printed, *map(_printed, earlier)),
        is_exempt=row.deliverable.is_exempt(place.quarter),
    )


def _printed(update: ApprovedUpdate) -> PrintedUpdate:
    return PrintedUpdate(
        quarter=update.quarter,
        date=update.date,
        date_precision=DatePrecision(update.date_precision),
        date_label=update.date_label,
        narrative=update.parsed,
    )
