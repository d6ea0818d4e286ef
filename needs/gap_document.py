"""The gaps of a needs assessment as a page and its files print them: gathered once into plain frozen values."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils.text import get_text_list

from accounts.models import Office
from needs.models import Assessment
from needs.options import Answered
from needs.sight import DeliverableState, Gap, GapKind, NeedState, Sight
from reports.models import WordTemplate
from themes.ratings import Kind, RatingValue

IN_FULL, MOST_SHOWN = 15, 8
"""Up to how many lines a gap stands in full on the page of all of them, and how many of a longer one. Files have all,
as nobody can follow a link on paper."""

NONE, LEFT_OUT = "No deliverable", "Not published"

WORST_FIRST = [Kind.OFF_TRACK, Kind.AT_RISK, None, Kind.NOT_STARTED, Kind.ON_COURSE, Kind.COMPLETE]
"""How ratings sort; None is no update."""


@dataclass(frozen=True)
class Said:
    """Something said in a cell: a rating where it has a `label`, and then the words; its address is this site's."""

    text: str
    label: str = ""
    rating: RatingValue | None = None
    remark: str = ""
    address: str = ""
    is_strong: bool = False


Cell = tuple[Said, ...]


@dataclass(frozen=True)
class Column:
    """A column and how wide it is beside the others."""

    heading: str
    width: int


@dataclass(frozen=True)
class Listing:
    """A table: the first cell of each row says what the row is about. A page cuts a long one, and files do not."""

    title: str
    meaning: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    address: str = ""
    """Where all rows are; empty for a table that is never cut."""

    @property
    def is_cut(self) -> bool:
        return self.address != "" and len(self.rows) > IN_FULL

    @property
    def shown(self) -> tuple[tuple[tuple[str, Cell], ...], ...]:
        """The rows that a page shows, each cell with the heading of its column."""
        heads = [column.heading for column in self.columns]
        return tuple(tuple(zip(heads, row, strict=True)) for row in self.rows[: MOST_SHOWN if self.is_cut else None])

    @property
    def rest(self) -> str:
        """Said below a table that is cut."""
        return f"These are the first {MOST_SHOWN}. See all {len(self.rows)}"


@dataclass(frozen=True)
class Count:
    """A line of the table of counts."""

    gap: Gap
    address: str


@dataclass(frozen=True)
class GapDocument:
    """All that the page of gaps and its files say."""

    sight: Sight
    office: str
    strapline: str
    slug: str
    """The assessment's name in addresses."""
    query: str
    """What addresses of this assessment end in, so that they lead to the same ratings."""
    site: str
    """What a whole address begins with."""
    word_template_key: int | None = None
    word_template: bytes = b""

    @property
    def title(self) -> str:
        return f"Gaps: {self.sight.title}"

    @property
    def file_name(self) -> str:
        name = f"gaps {self.slug}"
        if not self.sight.is_published:
            return name
        return f"{name} as published{', Non public' if self.sight.basis.has_non_public else ''}"

    @property
    def plans_said(self) -> str:
        """Which plan the assessment informs, and which plans its deliverables are of where it is not that one alone."""
        said = f"The assessment informs the {self.sight.plan}."
        if not self._plans or self._plans == [self.sight.plan]:
            return said
        return f"{said} The deliverables are those of the {' and the '.join(self._plans)}."

    @property
    def basis(self) -> str:
        """Which plans these are, and whose ratings."""
        return f"{self.plans_said} {self.sight.standing}"

    @property
    def running(self) -> str:
        """What stands on every page of a file: what it is about, and what its ratings are, in short."""
        now = self.sight.now
        ratings = (
            f"{now.label}, as {'published' if self.sight.is_published else 'approved'}" if now else "No ratings yet"
        )
        return f"{self.title}. {ratings}"

    @property
    def headline(self) -> str:
        """What matters most: how many of the gravest risks nobody answers, and how many of the recommendations."""
        sight = self.sight
        risks = "The assessment rates no risk as high or very high."
        if total := len(sight.grave):
            subject = "Its one high or very high risk" if total == 1 else f"Of its {total} high and very high risks,"
            risks = self._said(sight.grave, subject, _OF_RISKS, "is answered by something on course")
        if not (total := len(sight.recommendations)):
            return risks
        subject = "Its one recommendation" if total == 1 else f"Of its {total} recommendations,"
        otherwise = "has a response, and a deliverable unless it was turned down"
        return f"{risks} {self._said(sight.recommendations, subject, _OF_RECOMMENDATIONS, otherwise)}"

    @property
    def counts(self) -> tuple[Count, ...]:
        return tuple(Count(gap, self.address_of(gap)) for gap in self.sight.gaps)

    @property
    def grave(self) -> Listing:
        """The high and very high risks, all of them, with what answers them."""
        columns = (
            (Column("Risk", 56), lambda need: (self._needed(need, f"Section {need.section}{_also(need)}"),)),
            (Column("Level", 15), lambda need: (Said(need.level.capitalize()),)),
            (Column("What answers it", 79), self.answers),
        )
        rows = self._rows(self.sight.grave, columns)
        meaning = f"Very high ones first, with what answers each and how it is rated. “{NONE}” marks those without."
        return Listing("High and very high risks", meaning, _heads(columns), rows)

    @property
    def listings(self) -> tuple[Listing, ...]:
        """What is in each gap that has anything in it, but for those of the risks: `grave` has these already."""
        return tuple(self._listing(gap) for gap in self.sight.gaps if gap.share.count and not gap.kind.is_of_risks)

    def address_of(self, gap: Gap) -> str:
        return reverse("gap", args=[self.slug, gap.kind]) + self.query

    def whole(self, address: str) -> str:
        """An address of this site as a file needs it."""
        return f"{self.site}{address}"

    def _said(self, needs: Sequence[NeedState], subject: str, kinds: "Sayings", otherwise: str) -> str:
        """A sentence on needs: how many of them are in each gap of `kinds`, and `otherwise` where none is."""
        total = len(needs)
        said = [
            f"{count} {one if count == 1 else several}" if total > 1 else one
            for kind, one, several in kinds
            if (count := self.sight.gap(kind).share.count)
        ]
        if left_out := sum(one.answered is Answered.LEFT_OUT for one in needs):
            is_are = "is" if left_out == 1 else "are"
            said.append(f"{f'{left_out} ' if total > 1 else ''}{is_are} answered by what is not published")
        return f"{subject} {get_text_list(said, 'and') or (f'each {otherwise}' if total > 1 else otherwise)}."

    def _listing(self, gap: Gap) -> Listing:
        if gap.kind is GapKind.DELIVERABLES:
            columns = self._columns_of_deliverables()
            rows = self._rows(sorted(gap.deliverables, key=worst_first), columns)
            meaning = f"{gap.meaning} Those rated worst come first."
            return Listing(gap.title, meaning, _heads(columns), rows, self.address_of(gap))
        columns = (
            (Column("Recommendation", 48), lambda need: (self._needed(need),)),
            (Column("Response", 22), lambda need: (Said(response(need)),)),
            (Column("Section", 28), lambda need: (Said(f"{need.section} {need.section_title}{_also(need)}"),)),
            (Column("What answers it", 65), self.answers),
        )
        # What every row of the gap would say is no column.
        if gap.kind.is_unanswered:
            columns = columns[:-1]
        if gap.kind is GapKind.NO_RESPONSE:
            columns = (columns[0], *columns[2:])
        return Listing(gap.title, gap.meaning, _heads(columns), self._rows(gap.needs, columns), self.address_of(gap))

    @staticmethod
    def _rows(states: Iterable, columns: "Columns") -> tuple[tuple[Cell, ...], ...]:
        return tuple(tuple(cell(one) for _, cell in columns) for one in states)

    def _needed(self, need: NeedState, remark: str = "") -> Said:
        return Said(need.wording, remark=remark, address=need.address + self.query)

    def _columns_of_deliverables(self) -> "Columns":
        return (
            (Column("Deliverable", 62), lambda one: (Said(one.wording, address=one.address),)),
            (Column("Where", 20), lambda one: (Said(self.place_of(one)),)),
            (Column("Led by", 14), lambda one: (Said(one.organisation),)),
            (Column("Rating", 20), lambda one: (rated(one, ""),)),
        )

    def answers(self, need: NeedState) -> Cell:
        """What answers a need: each deliverable with its rating, and that there is none that counts where so."""
        found = tuple(
            rated(one, f"{self.place_of(one)}: {one.wording}{f' ({one.organisation})' if one.organisation else ''}")
            for one in (answer.deliverable for answer in need.answers)
        )
        if need.counting:
            return found
        return Said(NONE if need.answered is Answered.NOTHING else LEFT_OUT, is_strong=True), *found

    def place_of(self, one: DeliverableState) -> str:
        """Theme and number, and the plan where there are several."""
        return f"{one.plan}, {one.place}" if len(self._plans) > 1 else one.place

    @cached_property
    def _plans(self) -> list[str]:
        return list(dict.fromkeys(one.plan for one in self.sight.deliverables))


Columns = tuple[tuple[Column, Callable], ...]
Sayings = tuple[tuple[GapKind, str, str], ...]

_OF_RISKS: Sayings = (
    (GapKind.RISKS_UNANSWERED, "has no deliverable", "have no deliverable"),
    (GapKind.RISKS_TROUBLED, "is answered by amber or red ones only", "are answered by amber or red ones only"),
    (GapKind.RISKS_WAITING, "has nothing on course yet", "have nothing on course yet"),
)
_OF_RECOMMENDATIONS: Sayings = (
    (GapKind.NO_RESPONSE, "has no response", "have no response"),
    (GapKind.UNANSWERED, "has no deliverable", "have no deliverable"),
)


def gap_document(assessment: Assessment, sight: Sight, query: str = "") -> GapDocument:
    """The document of an assessment's line of sight; two queries. `query` is kept in its addresses."""
    office, template = Office.get(), WordTemplate.current()
    return GapDocument(
        sight=sight,
        office=office.name,
        strapline=office.strapline,
        slug=assessment.slug,
        query=query,
        site=settings.SITE_URL,
        word_template_key=template.pk if template else None,
    )


def rated(one: DeliverableState, text: str) -> Said:
    """A deliverable with its rating, where it counts; one that ended has words alone, as nothing rates it any more."""
    if not one.counts:
        return Said(text, remark=one.remark, address=one.address)
    rating = one.rating
    return Said(text, str(rating) if rating else "No update", rating, one.remark, one.address)


def worst_first(one: DeliverableState) -> tuple:
    """How deliverables sort: by rating, the worst first, and within one by plan, theme and number."""
    kind = one.rating.kind if one.rating else None
    return WORST_FIRST.index(kind), one.plan, one.theme_number, one.number


def response(need: NeedState) -> str:
    """The office's response to a recommendation."""
    return need.response.capitalize() or "None yet"


def _also(need: NeedState) -> str:
    """The other sections that list a need."""
    if not need.also_in:
        return ""
    return f"; also in {'section' if len(need.also_in) == 1 else 'sections'} {get_text_list(need.also_in, 'and')}"


def _heads(columns: Columns) -> tuple[Column, ...]:
    return tuple(column for column, _ in columns)
