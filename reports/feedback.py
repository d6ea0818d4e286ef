"""What the Panel has said since the last report, as a report's section on feedback prints it."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from deliverables.models import Deliverable
from reports.edition_models import Edition, EditionTheme
from reports.models import PanelReport
from reports.options import Classification
from reports.panel_models import MeetingAction, Question
from reports.questions import with_themes


def feedback(report: PanelReport, theme_numbers: Iterable[int]) -> dict[str, str]:
    """What stands for the placeholders `questions` and `actions`, a paragraph each; empty where there is nothing.

    Questions are those about earlier meetings' reports on any of the themes, or a row of them, whose answer no report
    has told of yet; in a Public report only about Public editions, and about no row that is exempt by now. Actions are
    those of earlier meetings that are open, or were closed since the last report. The report's own editions count for
    neither, so a correction says the same. Five queries at most.
    """
    numbers, told = set(theme_numbers), list(_earlier_reports(report))
    return {
        "questions": "\n\n".join(map(_said_of_question, _questions(report, numbers, told))),
        "actions": "\n\n".join(map(_said_of_action, _actions(report, numbers, told))),
    }


class _Reported(NamedTuple):
    """A theme of an earlier report, which told of what earlier meetings than its own had asked."""

    theme: int
    meeting: datetime.date
    at: datetime.datetime
    """When the report was first published: its corrections say what it said, and may leave out what came since."""


def _earlier_reports(report: PanelReport) -> Iterator[_Reported]:
    """Of the reports for earlier meetings with an edition in view; for a Public report, with a Public one."""
    in_view = Edition.objects.in_view().filter(slug=OuterRef("edition__slug"))
    if report.is_public:
        in_view = in_view.filter(classification=Classification.PUBLIC)
    themes = EditionTheme.objects.filter(
        Exists(in_view),
        edition__number=1,
        edition__plan_slug=report.plan.slug,
        edition__meeting_date__lt=report.meeting.date,
    ).exclude(edition__slug=report.slug)
    found = themes.order_by().values_list("number", "edition__meeting_date", "edition__published_at")
    return map(_Reported._make, found)


def _questions(report: PanelReport, numbers: set[int], told: list[_Reported]) -> Iterable[Question]:
    """Each held against the reports on its own theme; one about a whole report, against those on any theme of it."""
    found = (
        Question.objects.answered(public_only=report.is_public)
        .filter(edition__plan_slug=report.plan.slug, edition__meeting_date__lt=report.meeting.date)
        .exclude(edition__slug=report.slug)
        .order_by("answered_at", "pk")
    )
    untold = [
        one.question
        for one in with_themes(found)
        if numbers.intersection(one.themes)
        and not any(
            other.theme in one.themes
            and one.question.edition.meeting_date < other.meeting
            and one.question.answered_at <= other.at
            for other in told
        )
    ]
    return _publishable(untold, report) if report.is_public else untold


def _publishable(questions: list[Question], report: PanelReport) -> Iterator[Question]:
    """Without those about a row that is exempt in the quarter they are about or the report's, in whichever year."""
    exempt: defaultdict[object, list[Deliverable]] = defaultdict(list)
    keys = [one.row_key for one in questions if one.row_key]
    for row in Deliverable.objects.filter(key__in=keys, exempt_from__isnull=False):
        exempt[row.key].append(row)
    for one in questions:
        quarters = (one.edition.quarter, report.quarter)
        if not any(row.is_exempt(quarter) for row in exempt[one.row_key] for quarter in quarters):
            yield one


def _said_of_question(question: Question) -> str:
    """Question and answer, each from a line of its own."""
    asked, answered = (_day(one) for one in (question.asked_at, question.answered_at))
    about = f"{question.about} ({question.edition.quarter.label})" if question.row_key else question.about
    return "\n".join(
        (
            f"On {about}, a member of the Panel asked on {asked}: {_lines(question.text)}",
            f"The answer, published on {answered}: {_lines(question.answer)}",
        )
    )


def _actions(report: PanelReport, numbers: set[int], told: list[_Reported]) -> Iterator[MeetingAction]:
    """One closed on the day of an earlier report counts: that report may have told of it as open."""
    found = MeetingAction.objects.filter(meeting__date__lt=report.meeting.date)
    for one in found.select_related("meeting", "owner__organisation").order_by("meeting__date", "due", "pk"):
        if one.is_open or not any(
            other.theme in numbers and one.meeting.date < other.meeting and one.closed_on < timezone.localdate(other.at)
            for other in told
        ):
            yield one


def _said_of_action(action: MeetingAction) -> str:
    text = " ".join(action.text.split())
    stop = "" if text.endswith((".", "!", "?")) else "."
    asked = f"Asked for by the meeting of {date_format(action.meeting.date)}: {text}{stop}"
    if action.is_open:
        return f"{asked} Open; it is with {_named(action.owner)}, due on {date_format(action.due)}."
    return f"{asked} Closed on {date_format(action.closed_on)}: {' '.join(action.outcome.split())}"


def _named(owner: User) -> str:
    """By organisation; in the office by job title, as initials say nothing to the public. Never by name."""
    organisation = owner.organisation
    return (organisation.is_office and owner.job_title) or organisation.short_name


def _lines(text: str) -> str:
    """Without empty lines, which would end the paragraph, and the blanks that a stored text would lose."""
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def _day(moment: datetime.datetime) -> str:
    return date_format(timezone.localtime(moment))
