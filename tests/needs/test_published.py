"""The figures of line of sight hold for who reads published reports as for who sees the live plan."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from needs.gaps import GapKind
from needs.gather import gather_sight
from needs.options import Answered, Audience
from needs.other_side import gather_theme
from needs.sight import ThemeRef
from reports.options import Classification, Exceptions
from tests import builders as make
from themes.quarters import FinancialYear
from themes.ratings import Kind

NEXT = FinancialYear.parse("2020-21")
NOBODY = AnonymousUser()

pytestmark = pytest.mark.django_db


def answered_by(*rows):
    """A high risk, shown to everyone, that deliverables answer."""
    assessment = make.assessment(informs=rows[0].theme.plan, audience=Audience.EVERYONE)
    risk = make.risk(make.section(assessment), "high")
    for row in rows:
        make.answers(row, risk)
    return assessment


def seen(assessment, reader=NOBODY, **how):
    """The one need of an assessment with how what answers it is labelled, and the sight that they are of."""
    sight = gather_sight(assessment, reader, **how)
    (need,) = sight.needs
    return need.answered, [one.deliverable.label for one in need.answers], sight


def rated(theme, quarter, code="G", **changes):
    row = make.deliverable(theme, **changes)
    make.approved(row, quarter, code)
    return row


@pytest.mark.parametrize("by_rating", [False, True])
def test_what_was_completed_answers_on_in_both_once_it_is_in_force_no_more(by_rating):
    theme = make.theme()
    make.rating(theme.plan.rating_scheme, "B", Kind.COMPLETE, name="Blue")
    row = rated(theme, make.Q4, "B" if by_rating else "G")
    if not by_rating:
        row.completed_in, row.completed_reason = make.Q4, "Done."
        row.save()
    assessment = answered_by(row)
    make.edition(make.report(theme))
    rated(theme, make.NEXT_Q1, financial_year=NEXT)
    make.edition(make.report(theme, quarter=make.NEXT_Q1))
    label = f"{'B Blue' if by_rating else 'G Green'}. Completed. As at Quarter 4, 2019-20"
    for reader in (NOBODY, make.staff()):
        assert seen(assessment, reader)[:2] == (Answered.ON_COURSE, [label])


def test_one_that_became_exempt_has_not_ended_and_is_left_out_with_a_note():
    theme = make.theme()
    row, other = (rated(theme, make.Q3) for _ in range(2))
    make.approved(row, code="R")
    make.approved(other)
    assessment = answered_by(row)
    make.edition(make.report(theme, quarter=make.Q3))
    row.exempt_from, row.exempt_reason = make.Q4, "An operation."
    row.save()
    make.edition(make.report(theme))
    answered, labels, sight = seen(assessment)
    assert (answered, labels, sight.left_out) == (Answered.LEFT_OUT, [], 1)
    assert sight.standing.endswith("1 deliverable is exempt from publication and left out here, of the figures too.")
    assert sight.gap(GapKind.RISKS_UNANSWERED).share.printed == "0/1 (0%)"
    side = gather_theme(ThemeRef(theme.plan.title, theme.plan.slug, theme.number, theme.title), NOBODY)
    assert (side.share.printed, side.left_out) == ("0/1 (0%)", 1)


def test_a_report_of_amber_and_red_alone_says_of_the_others_how_they_stand():
    theme = make.theme()
    better, new = rated(theme, make.Q3, "A"), rated(theme, make.Q4, in_force_from=make.Q4)
    make.approved(better)
    rated(theme, make.Q4, "R")
    hidden = rated(theme, make.Q4, exempt_from=make.Q4, exempt_reason="An operation.")
    assessment = answered_by(better, new)
    make.edition(make.report(theme, quarter=make.Q3))
    edition = make.edition(make.report(theme, exceptions=Exceptions.ALONE))
    answered, labels, sight = seen(assessment)
    assert (answered, labels) == (Answered.ON_COURSE, ["G Green", "G Green"])
    assert sight.gap(GapKind.DELIVERABLES).share.printed == "1/3 (33.3%)"
    wordings = [one.wording for one in sight.deliverables]
    assert better.wording in wordings
    assert new.wording not in wordings
    kept = edition.themes.get().not_printed
    assert [one["key"] for one in kept] == [str(better.key), str(new.key)]
    assert str(hidden.key) not in bytes(edition.files.get(form="json").content).decode()


@pytest.mark.parametrize("is_published", [False, True])
def test_an_earlier_quarters_rating_says_of_which_quarter_it_is(is_published):
    theme = make.theme()
    late = make.theme(theme.plan)
    rated(theme, make.Q4)
    row = rated(late, make.Q3)
    assessment = answered_by(row)
    make.edition(make.report(theme))
    make.edition(make.report(late, quarter=make.Q3))
    label = "G Green. As at Quarter 3, 2019-20"
    assert seen(assessment, make.staff(), as_published=is_published)[:2] == (Answered.ON_COURSE, [label])


def test_one_whose_theme_was_never_reported_on_has_no_update(signed_in):
    theme = make.theme()
    other = make.theme(theme.plan)
    rated(theme, make.Q4)
    row = make.deliverable(other)
    assert seen(answered_by(row), make.staff())[:2] == (Answered.WAITING, ["No update"])
    page = signed_in("staff").get(f"/line-of-sight/{theme.plan.slug}/themes/{other.number}/").content.decode()
    assert row.wording in page
    assert 'href=""' not in page


def test_staff_who_ask_see_what_the_public_sees_and_panel_members_are_told_of_non_public_reports(signed_in):
    row = rated(make.theme(), make.Q4, "R", exempt_from=make.Q4, exempt_reason="An operation.")
    assessment = answered_by(row)
    make.edition(make.report(row.theme, classification=Classification.NON_PUBLIC))
    address = f"{assessment.get_absolute_url()}gaps/?ratings=published"
    assert row.wording not in signed_in("staff").get(address).content.decode()
    assert row.wording not in Client().get(address).content.decode()
    told = signed_in("panel").get(address).content.decode()
    assert row.wording in told
    assert "up to Quarter 4, 2019-20, Non public reports among them." in told


def test_that_a_need_of_several_sections_is_counted_in_each_is_said():
    first = make.risk(level="high")
    assessment = first.section.assessment
    assert gather_sight(assessment, make.staff()).counting_note == ""
    make.risk(make.section(assessment), "high", key=first.key)
    sight = gather_sight(assessment, make.staff())
    assert sight.gap(GapKind.RISKS_UNANSWERED).share.printed == "2/2 (100%)"
    assert sight.counting_note == "One that several sections have is counted in each."
