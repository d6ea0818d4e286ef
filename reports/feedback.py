"""What the Panel has said since the last report, as a report's section on feedback prints it: a line a paragraph."""

import datetime
from collections.abc import Iterable, Iterator

from django.db.models import Exists, F, Max, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format

from reports.edition_models import Edition, EditionTheme
from reports.models import PanelReport
from reports.options import Classification
from reports.panel_models import MeetingAction, Question


def feedback(report: PanelReport, theme_numbers: Iterable[int]) -> dict[str, str]:
    """What stands for the placeholders `questions` and `actions`; each empty where there is nothing. Three queries.

    Questions are those about earlier meetings' reports on any of the themes, or a row of them, that were answered
    since the last report; in a Public report only about Public editions. Actions are those of earlier meetings that
    are open, or were closed since. The report's own editions count for neither, so a correction says the same.
    """
    numbers = list(theme_numbers)
    since = _last_reported(report, numbers)
    return {
        "questions": "\n".join(line for one in _questions(report, numbers, since) for line in _said_of_question(one)),
        "actions": "\n".join(_said_of_action(one) for one in _actions(report, since)),
    }


def _last_reported(report: PanelReport, numbers: list[int]) -> datetime.datetime | None:
    """When the newest report on any of the themes for an earlier meeting was first published; None where none was.

    First, as a correction says what the edition before it said: what was answered between the two is in neither. In
    a Public report what only a Non public one has told of still has to be told.
    """
    earlier = Edition.objects.filter(
        plan_slug=report.plan.slug, meeting_date__lt=report.meeting.date, number=1, themes__number__in=numbers
    )
    if report.is_public:
        earlier = earlier.filter(classification=Classification.PUBLIC)
    return earlier.aggregate(last=Max("published_at"))["last"]


def _questions(report: PanelReport, numbers: list[int], since: datetime.datetime | None) -> Iterable[Question]:
    themes = EditionTheme.objects.filter(edition=OuterRef("edition"), number__in=numbers)
    found = Question.objects.answered(public_only=report.is_public).filter(
        Q(Exists(themes), row_key=None) | Q(Exists(themes.filter(rows__key=OuterRef("row_key")))),
        edition__plan_slug=report.plan.slug,
        edition__meeting_date__lt=report.meeting.date,
    )
    if since:
        found = found.filter(answered_at__gt=since)
    return found.annotate(quarter=F("edition__quarter")).order_by("answered_at", "pk")


def _said_of_question(question: Question) -> Iterator[str]:
    asked, answered = (_day(one) for one in (question.asked_at, question.answered_at))
    about = f"{question.about} ({question.quarter.label})" if question.row_key else question.about
    first, *rest = _paragraphs(question.text)
    yield f"On {about}, a member of the Panel asked on {asked}: {first}"
    yield from rest
    first, *rest = _paragraphs(question.answer)
    yield f"The answer, published on {answered}: {first}"
    yield from rest


def _actions(report: PanelReport, since: datetime.datetime | None) -> Iterable[MeetingAction]:
    """One closed on the day of the last report counts: that report may have told of it as open."""
    found = MeetingAction.objects.filter(meeting__date__lt=report.meeting.date)
    if since:
        found = found.filter(Q(closed_on=None) | Q(closed_on__gte=timezone.localdate(since)))
    return found.select_related("meeting", "owner__organisation").order_by("meeting__date", "due", "pk")


def _said_of_action(action: MeetingAction) -> str:
    """The owner as the appendix prints one: by organisation, or by initials in the office."""
    text = " ".join(action.text.split())
    stop = "" if text.endswith((".", "!", "?")) else "."
    asked = f"Asked for by the meeting of {date_format(action.meeting.date)}: {text}{stop}"
    if action.is_open:
        return f"{asked} Open; it is with {action.owner.owner_label}, due on {date_format(action.due)}."
    return f"{asked} Closed on {date_format(action.closed_on)}: {' '.join(action.outcome.split())}"


def _paragraphs(text: str) -> list[str]:
    """Each line as a paragraph of the report, without the blanks that a stored text would lose."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _day(moment: datetime.datetime) -> str:
    return date_format(timezone.localtime(moment))
