"""The section on what the Panel has said since the last report, filled from its questions and its meetings' actions."""

import datetime
import io

import docx
import pytest

from deliverables.models import Deliverable
from reports.checks import find_without_files
from reports.findings import Check
from reports.gather import gather_report
from reports.models import EditionRow
from reports.options import Classification
from reports.publishing import withdraw
from reports.section_actions import write_section
from reports.sections import SectionKind, fill
from reports.shown import seen
from tests import builders as make
from tests.reports.test_sections import text

pytestmark = pytest.mark.django_db

PUBLISHED = make.noon("2020-05-06")
ANSWERED = make.noon("2020-05-20")


@pytest.fixture
def theme():
    make.without_reports()
    theme = make.theme()
    make.approved(make.deliverable(theme, wording="Patrol the parks"))
    return theme


@pytest.fixture
def last(theme):
    """The row of the edition for the meeting of 14 May 2020."""
    edition = make.edition(make.report(theme), at=PUBLISHED)
    return EditionRow.objects.get(theme__edition=edition)


@pytest.fixture
def following(theme):
    """The report for the next meeting, in preparation."""
    return make.report(theme, quarter=make.NEXT_Q1, meeting=make.meeting("2020-09-10"))


def section(report):
    return gather_report(report, make.staff()).section(SectionKind.FEEDBACK)


def said(report):
    return section(report).narrative.text


def answered(row, answer="All of them.", **changes):
    return make.question(row, answer=answer, **{"answered_at": ANSWERED, "text": "Which parks?", **changes})


def test_questions_answers_and_actions_are_told_with_their_dates_and_nobodys_name(last, following):
    answered(last, "All of them.\n\nEach  day.", about="Theme 1, deliverable 1: Patrol the parks")
    owner = make.person(organisation=make.organisation(short_name="Wardens"))
    make.action(text="Look at the woods", owner=owner, due=datetime.date(2020, 6, 30))
    closed = {"closed_on": datetime.date(2020, 6, 1), "closed_by": make.staff(), "outcome": "They are lit."}
    make.action(text="Light the parks.", owner=owner, **closed)
    assert said(following).splitlines() == [
        "On Theme 1, deliverable 1: Patrol the parks (Quarter 4, 2019-20), a member of the Panel asked on "
        "2 April 2020: Which parks?",
        "The answer, published on 20 May 2020: All of them.",
        "Each day.",
        "Asked for by the meeting of 14 May 2020: Light the parks. Closed on 1 June 2020: They are lit.",
        "Asked for by the meeting of 14 May 2020: Look at the woods. Open; it is with Wardens, due on 30 June 2020.",
    ]


def test_where_there_is_nothing_to_say_it_is_left_out_and_the_numbers_close_up(last, following):
    make.question(last)
    sections = gather_report(following, make.staff()).document.cover.sections
    assert [one.number for one in sections] == [*range(1, 8)]
    assert "Feedback from the Panel" not in [one.heading for one in sections]


def test_what_the_last_report_could_tell_of_what_waits_and_what_is_withdrawn_stays_out(last, following):
    meeting = make.meeting("2020-02-14")
    theme = following.themes.get()
    before = make.edition(make.report(theme, quarter=make.Q3, meeting=meeting), at=make.noon("2020-02-06"))
    answered(before, answered_at=PUBLISHED - datetime.timedelta(minutes=1))
    make.question(last)
    closed = {"closed_by": make.staff(), "outcome": "Done."}
    make.action(meeting, closed_on=PUBLISHED.date() - datetime.timedelta(days=1), **closed)
    make.action(make.meeting("2020-09-10"))
    assert said(following) == ""
    answered(last, text="How often?")
    assert "How often?" in said(following)
    withdraw(edition=last.theme.edition, by=make.administrator(), reason="A name is in it.")
    assert "How often?" not in said(following)


def test_it_counts_from_the_first_edition_of_the_last_report_and_a_correction_says_the_same(last, following):
    answered(last)
    report = last.theme.edition.report
    assert said(report) == ""
    report.agenda_item = "05"
    report.save()
    make.edition(report, at=make.noon("2020-06-01"))
    first = said(following)
    assert "Which parks?" in first
    make.edition(following, at=make.noon("2020-09-01"))
    assert said(following) == first


def test_of_other_themes_it_tells_nothing(last, following):
    other = make.theme(following.plan)
    make.approved(make.deliverable(other))
    both = make.edition(make.report(following.themes.get(), other), at=PUBLISHED)
    answered(EditionRow.objects.get(theme__edition=both, theme__number=2), text="Of the other?")
    answered(EditionRow.objects.get(theme__edition=both, theme__number=1), text="Of this?")
    answered(both, text="Of all?")
    answered(make.edition(make.report(other)), text="Of the other alone?")
    told = said(following)
    assert [one in told for one in ("Of the other", "Of this?", "Of all?")] == [False, True, True]


def test_a_public_report_tells_nothing_of_a_non_public_one(theme, last, following):
    between = {"classification": Classification.NON_PUBLIC, "meeting": make.meeting("2020-05-28")}
    hidden = make.edition(make.report(theme, **between), at=make.noon("2020-05-25"))
    answered(hidden, text="In private?", answered_at=make.noon("2020-05-26"))
    answered(last)
    assert "In private?" not in said(following)
    assert "Which parks?" in said(following)
    following.classification = Classification.NON_PUBLIC
    following.save()
    assert "In private?" in said(following)
    assert "Which parks?" not in said(following)


def test_what_was_edited_by_hand_stays_and_a_further_answer_comes_in(last, following):
    answered(last)
    before = section(following)
    by_hand = before.fresh.html.replace("All of them.", "All of them, as we said.")
    write_section(
        report=following,
        kind=SectionKind.FEEDBACK,
        text=by_hand,
        filled=before.fresh.html,
        shown=seen(None),
        by=make.staff(),
    )
    answered(last, "Twice a day.", text="How often?", answered_at=ANSWERED + datetime.timedelta(days=1))
    after = section(following)
    assert "All of them, as we said." in after.narrative.text
    assert "Twice a day." in after.narrative.text
    last.theme.edition.questions.earliest("pk").delete()
    (stale,) = section(following).stale
    assert "The answer, published on 20 May 2020: All of them." in stale.was


def test_a_telephone_number_in_an_answer_is_pointed_out_before_it_is_published(last, following):
    answered(last, "Ring 01632 960001.")
    prepared = gather_report(following, make.staff())
    found = [one for one in find_without_files(prepared, make.staff()) if one.check is Check.CONTACT]
    assert any("Feedback from the Panel" in one.message for one in found)


def test_the_word_file_prints_it_as_numbered_paragraphs(last, following):
    answered(last)
    edition = make.edition(following)
    words = docx.Document(io.BytesIO(bytes(edition.files.get(form="docx").content)))
    printed = "\n".join(one.text for one in words.paragraphs)
    assert "Feedback from the Panel" in printed
    assert "The answer, published on 20 May 2020: All of them." in printed


def test_a_placeholder_of_several_parts_gives_a_paragraph_for_each():
    filled = fill(text("Said: {questions}", "B."), {"questions": "One.\n\nTwo."})
    assert filled == text("Said: One.", "Said: Two.", "B.")


def test_question_and_answer_are_one_paragraph_and_an_owner_in_the_office_is_named_by_job_title(last, following):
    answered(last, "All of them.\n\nEach  day.")
    owner = make.staff(job_title="Head of performance", display_name="Never printed", initials="NP")
    make.action(text="Look at the woods", owner=owner)
    question, action = section(following).narrative.blocks
    assert "asked on 2 April 2020: Which parks?\nThe answer" in question.runs[0].text
    assert "it is with Head of performance, due" in action.runs[0].text


def test_a_public_report_leaves_out_a_question_on_what_has_become_exempt(last, following):
    answered(last)
    Deliverable.objects.filter(key=last.key).update(exempt_from=make.NEXT_Q1, exempt_reason="It names a victim.")
    assert said(following) == ""
    following.classification = Classification.NON_PUBLIC
    following.save()
    assert "Which parks?" in said(following)


def test_a_later_report_on_another_theme_loses_no_answer(theme, last, following):
    other = make.theme(following.plan)
    make.approved(make.deliverable(other))
    answered(last)
    make.edition(make.report(other, meeting=make.meeting("2020-06-14")), at=make.noon("2020-06-06"))
    following.themes.add(other)
    make.period(other, make.NEXT_Q1)
    assert "Which parks?" in said(following)


def test_what_only_a_withdrawn_report_or_the_reports_own_edition_told_of_is_told_again(theme, last, following):
    answered(last)
    edition = make.edition(following, at=make.noon("2020-09-01"))
    following.meeting = make.meeting("2020-12-10")
    following.save()
    assert "Which parks?" in said(following)
    after = make.report(theme, quarter=make.NEXT_Q1.next, meeting=make.meeting("2021-02-04"))
    assert "Which parks?" not in said(after)
    withdraw(edition=edition, by=make.administrator(), reason="A name is in it.")
    assert "Which parks?" in said(after)
