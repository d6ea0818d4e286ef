import datetime

import pytest

from deliverables.models import UpdateState
from deliverables.progress import gather
from deliverables.rag import Because, Movement, Movements
from tests import builders as make
from tests.builders import NEXT_Q1, Q1, Q2, Q3, Q4, YEAR
from themes.place import find_place

pytestmark = pytest.mark.django_db


def progress(theme, quarter=Q4, *, by=None, texts=True):
    """How a theme stands, as `by` or else somebody in the office sees it."""
    if not theme.periods.filter(quarter=quarter).exists():
        make.period(theme, quarter)
    place = find_place(plan=theme.plan.slug, quarter=str(quarter), theme=str(theme.number))
    (found,) = gather(place, by or make.staff(), themes=[place.theme], texts=texts)
    return found


def counts(figures):
    """How many deliverables each rating has, and how many have no update; ratings that have none left out."""
    named = {line.rating.code if line.rating else "none": line.count for line in figures.lines}
    return {code: count for code, count in named.items() if count}


def the_row(theme, quarter=Q4, **how):
    (row,) = progress(theme, quarter, **how).rows
    return row


class TestCounting:
    def test_a_theme_without_deliverables_is_nought_of_nought_and_not_put_into_words(self):
        found = progress(make.theme())
        assert found.figures.total == 0
        assert {line.printed for line in found.figures.lines} == {"0/0"}
        assert (found.rows, found.overall, found.provisional, found.last_approved_at) == ((), None, None, None)

    def test_a_theme_with_a_single_deliverable_is_all_or_nothing(self):
        row = make.deliverable()
        make.approved(row)
        found = progress(row.theme)
        assert found.figures.line("G").printed == "1/1 (100%)"
        assert found.figures.line("R").printed == "0/1 (0%)"
        assert found.overall.wording == "very good"

    def test_one_without_an_approved_update_counts_as_no_update_and_in_the_denominator(self):
        theme = make.theme()
        make.approved(make.deliverable(theme))
        make.deliverable(theme)
        found = progress(theme)
        assert found.figures.line("G").printed == "1/2 (50%)"
        assert found.figures.no_update.printed == "1/2 (50%)"
        assert (found.missing, found.overall.wording) == (1, "mixed")

    @pytest.mark.parametrize("state", [UpdateState.DRAFT, UpdateState.SUBMITTED])
    def test_an_update_that_is_not_approved_is_no_update(self, state):
        row = make.deliverable()
        make.update(row, state=state)
        assert the_row(row.theme).standing.because is Because.NO_UPDATE
        assert the_row(row.theme).update is None

    def test_last_quarters_rating_is_not_carried_into_this_one(self):
        row = make.deliverable()
        make.approved(row, Q3, "G")
        assert counts(progress(row.theme, Q4).figures) == {"none": 1}

    def test_next_quarters_rating_is_not_carried_back_into_this_one(self):
        row = make.deliverable()
        make.approved(row, Q4, "G")
        assert counts(progress(row.theme, Q3).figures) == {"none": 1}

    def test_one_planned_for_a_later_quarter_counts_as_not_started(self):
        row = make.deliverable(planned_start=NEXT_Q1)
        found = progress(row.theme)
        assert counts(found.figures) == {"NS": 1}
        assert (found.figures.planned_later, found.overall) == (1, None)

    def test_one_complete_since_an_earlier_quarter_keeps_its_rating_and_says_since_when(self):
        row = make.deliverable(completed_in=Q2, completed_reason="The guide is out.")
        make.approved(row, Q1, "A")
        make.approved(row, Q2, "G")
        found = progress(row.theme)
        assert counts(found.figures) == {"G": 1}
        assert (found.figures.complete_since, found.missing) == (1, 0)
        assert found.rows[0].standing.remark == "Complete since 2019-20 Q2"

    def test_it_is_put_into_words_by_the_plans_own_bands(self):
        row = make.deliverable()
        make.approved(row)
        row.theme.plan.wording_bands.filter(wording="very good").update(wording="splendid")
        assert progress(row.theme).overall.wording == "splendid"

    def test_another_themes_and_another_years_deliverables_are_not_counted(self):
        row = make.deliverable()
        make.deliverable(make.theme(row.theme.plan))
        make.deliverable(row.theme, financial_year=YEAR.previous)
        make.deliverable(row.theme, financial_year=YEAR.next)
        assert [one.deliverable for one in progress(row.theme, Q1).rows] == [row]

    def test_all_themes_of_a_plan_are_gathered_each_with_its_own(self):
        plan = make.plan()
        for code in ("G", "R"):
            make.approved(make.deliverable(make.theme(plan)), Q4, code)
        place = find_place(plan=plan.slug, quarter=str(Q4))
        found = gather(place, make.staff(), themes=place.themes, texts=False)
        assert [(one.theme.number, counts(one.figures)) for one in found] == [(1, {"G": 1}), (2, {"R": 1})]


class TestInForce:
    def test_one_in_force_from_quarter_2_counts_from_then_on(self):
        row = make.deliverable(in_force_from=Q2)
        assert [progress(row.theme, quarter).figures.total for quarter in (Q1, Q2, Q3)] == [0, 1, 1]

    def test_one_in_force_from_this_quarter_on_has_nothing_to_be_compared_with(self):
        row = make.deliverable(in_force_from=Q2)
        make.approved(row, Q2)
        assert the_row(row.theme, Q2).before is None
        assert the_row(row.theme, Q2).movement is Movement.NOT_COMPARABLE

    def test_a_withdrawn_one_is_left_out_and_listed_from_then_on(self):
        kept = make.deliverable()
        gone = make.deliverable(kept.theme, withdrawn_from=Q3, withdrawn_reason="The grant ended.")
        make.approved(gone, Q2)
        before, after = progress(kept.theme, Q2), progress(kept.theme, Q3)
        assert (before.figures.total, before.withdrawn) == (2, ())
        assert (after.figures.total, after.withdrawn) == (1, (gone,))
        assert [row.deliverable for row in after.rows] == [kept]

    def test_the_years_quarters_so_far_that_were_reported_are_compared(self):
        theme = make.theme()
        steady = make.deliverable(theme)
        make.deliverable(theme, in_force_from=Q3)
        make.deliverable(theme, withdrawn_from=Q2, withdrawn_reason="Not needed.")
        for quarter, code in ((Q1, "R"), (Q3, "A"), (Q4, "G")):
            make.approved(steady, quarter, code)
        found = progress(theme, Q3)
        assert [(quarter, counts(figures)) for quarter, figures in found.by_quarter] == [
            (Q1, {"R": 1, "none": 1}),
            (Q3, {"A": 1, "none": 1}),
        ]


class TestMovement:
    @pytest.mark.parametrize(
        ("before", "now", "expected"),
        [
            ("R", "A", Movement.IMPROVED),
            ("G", "A", Movement.WORSE),
            ("A", "A", Movement.SAME),
            ("", "G", Movement.NOT_COMPARABLE),
            ("G", "", Movement.NOT_COMPARABLE),
        ],
    )
    def test_a_rating_is_compared_with_that_of_the_quarter_just_before(self, before, now, expected):
        row = make.deliverable()
        make.approved(row, Q1, "R")
        for quarter, code in ((Q2, before), (Q3, now)):
            if code:
                make.approved(row, quarter, code)
        found = progress(row.theme, Q3)
        assert [one.movement for one in found.rows] == [expected]
        assert found.movements == Movements.count([expected])

    def test_through_carry_forward_quarter_1_is_compared_with_quarter_4_whatever_its_number_and_theme_were(self):
        old = make.deliverable(make.theme(), number=4)
        decoy = make.deliverable(old.theme, number=12)
        new_theme = make.theme(old.theme.plan)
        new = make.deliverable(new_theme, number=12, key=old.key, financial_year=YEAR.next)
        make.approved(old, Q4, "R")
        make.approved(decoy, Q4, "G")
        make.approved(new, NEXT_Q1, "A")
        row = the_row(new_theme, NEXT_Q1)
        assert row.deliverable == new
        assert row.before.rating.code == "R"
        assert row.movement is Movement.IMPROVED

    def test_without_carry_forward_quarter_1_is_not_compared(self):
        old = make.deliverable(number=4)
        make.approved(old, Q4, "R")
        make.approved(make.deliverable(old.theme, number=4, financial_year=YEAR.next), NEXT_Q1, "A")
        assert the_row(old.theme, NEXT_Q1).movement is Movement.NOT_COMPARABLE

    def test_quarter_2_is_compared_within_the_year_and_not_with_the_year_before(self):
        old = make.deliverable()
        new = make.deliverable(old.theme, key=old.key, financial_year=YEAR.next)
        make.approved(old, Q4, "R")
        make.approved(new, NEXT_Q1.next, "G")
        assert the_row(old.theme, NEXT_Q1.next).movement is Movement.NOT_COMPARABLE

    def test_one_that_was_complete_before_it_was_carried_forward_is_compared_with_the_rating_it_kept(self):
        old = make.deliverable(completed_in=Q2, completed_reason="The guide is out.")
        new = make.deliverable(old.theme, key=old.key, financial_year=YEAR.next)
        make.approved(old, Q2, "G")
        make.approved(new, NEXT_Q1, "A")
        make.period(old.theme, Q4)
        assert the_row(old.theme, NEXT_Q1).movement is Movement.WORSE

    def test_a_quarter_that_the_theme_was_not_reported_in_is_not_compared_with(self):
        old = make.deliverable()
        new = make.deliverable(old.theme, key=old.key, financial_year=YEAR.next, planned_start=NEXT_Q1.next)
        make.period(old.theme, NEXT_Q1)
        assert the_row(new.theme, NEXT_Q1).movement is Movement.NOT_COMPARABLE


class TestProvisionalFigures:
    def test_staff_see_the_figures_if_all_that_is_submitted_were_approved(self):
        theme = make.theme()
        make.approved(make.deliverable(theme), Q4, "R")
        make.update(make.deliverable(theme), Q4, "G", state=UpdateState.SUBMITTED)
        make.update(make.deliverable(theme), Q4, "A", state=UpdateState.DRAFT)
        found = progress(theme, by=make.staff())
        assert counts(found.provisional) == {"R": 1, "G": 1, "none": 1}
        assert counts(found.figures) == {"R": 1, "none": 2}

    @pytest.mark.parametrize("role", [make.person, make.panel_member])
    def test_nobody_else_does(self, role):
        row = make.deliverable()
        make.update(row, state=UpdateState.SUBMITTED)
        assert progress(row.theme, by=role()).provisional is None

    def test_there_are_none_while_nothing_is_submitted(self):
        row = make.deliverable()
        make.update(row, state=UpdateState.DRAFT)
        make.update(row, Q3, state=UpdateState.SUBMITTED)
        assert progress(row.theme).provisional is None

    def test_what_is_submitted_again_stands_in_for_what_was_approved(self):
        row = make.deliverable()
        written = make.approved(row, Q4, "G").update
        written.rating, written.state = row.theme.plan.rating_scheme.ratings.get(code="R"), UpdateState.SUBMITTED
        written.save()
        found = progress(row.theme)
        assert (counts(found.figures), counts(found.provisional)) == ({"G": 1}, {"R": 1})

    def test_what_is_submitted_for_a_withdrawn_deliverable_makes_none(self):
        row = make.deliverable(withdrawn_from=Q4, withdrawn_reason="Not needed.")
        make.update(row, state=UpdateState.SUBMITTED)
        assert progress(row.theme).provisional is None


class TestRows:
    def test_they_are_sorted_by_number(self):
        theme = make.theme()
        for number in (10, 2, 1):
            make.deliverable(theme, number=number)
        assert [row.number for row in progress(theme).rows] == [1, 2, 10]

    def test_an_approved_update_keeps_the_number_wording_and_label_it_was_approved_under_and_its_place_by_it(self):
        theme = make.theme()
        other = make.deliverable(theme, number=5)
        row = make.deliverable(theme, number=9, wording="New words", owner=make.person())
        make.approved(row, number=1, wording="Old words", owner_label="Fire")
        first, second = progress(theme).rows
        assert (first.number, first.wording, first.owner_label) == (1, "Old words", "Fire")
        assert second.deliverable == other

    def test_one_without_an_approved_update_has_its_own_wording_and_the_quarters_owner(self):
        row = make.deliverable(owner=make.person(), wording="Its own words")
        make.led_by(row, make.staff(initials="NWX"), since=Q4.ends)
        make.led_by(row, make.person(), since=NEXT_Q1.starts)
        assert (the_row(row.theme).wording, the_row(row.theme).owner_label) == ("Its own words", "NWX")

    def test_the_narrative_is_that_of_the_quarter(self):
        row = make.deliverable()
        make.approved(row, Q3, narrative="<p>In Q3.</p>")
        make.approved(row, Q4, narrative="<p>In Q4.</p>")
        assert the_row(row.theme).narrative.text == "In Q4."

    def test_without_texts_the_figures_are_the_same_and_the_narrative_is_left_out(self):
        row = make.deliverable()
        make.approved(row, Q4, "R", narrative="<p>In Q4.</p>")
        found = progress(row.theme, texts=False)
        assert found.figures == progress(row.theme, texts=True).figures
        assert found.rows[0].narrative.text == ""

    def test_the_page_is_as_current_as_the_last_of_the_quarters_approvals(self):
        theme = make.theme()
        earlier, later = make.NOW, make.NOW + datetime.timedelta(hours=1)
        for at in (earlier, later, earlier):
            make.approved(make.deliverable(theme), approved_at=at)
        make.approved(theme.deliverables.first(), Q3, approved_at=later + datetime.timedelta(days=9))
        assert progress(theme).last_approved_at == later


class TestScope:
    def test_a_contributor_sees_every_deliverable_whoever_leads_it(self):
        row = make.deliverable(owner=make.person())
        make.approved(row)
        found = progress(row.theme, by=make.person())
        assert [(one.deliverable, one.narrative.text) for one in found.rows] == [(row, "Teams met.")]
        assert counts(found.figures) == {"G": 1}

    @pytest.mark.parametrize("role", [make.panel_member, lambda: make.staff(is_active=False)])
    def test_a_panel_member_and_somebody_deactivated_see_nothing(self, role):
        row = make.deliverable()
        make.deliverable(row.theme, withdrawn_from=Q2, withdrawn_reason="Not needed.")
        make.approved(row)
        found = progress(row.theme, by=role())
        assert (found.rows, found.withdrawn, found.overall, found.provisional) == ((), (), None, None)
        assert found.figures.total == sum(figures.total for _, figures in found.by_quarter) == 0
