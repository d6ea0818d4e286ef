"""What is exempt from publication: said by a person, left out of every figure in Public form, and lifted again."""

import pytest

from accounts.roles import Refused
from deliverables.exempt_actions import exempt, lift_exemption
from deliverables.models import Deliverable
from deliverables.plan_actions import carry_forward
from deliverables.progress import gather
from deliverables.rag import Movement
from reports.gather_appendix import gather_appendix
from reports.options import Classification
from tests import builders as make
from tests.answers import refused
from tests.builders import NEXT_Q1, Q2, Q3, Q4, YEAR
from tests.conftest import THEME_3
from themes.place import find_place

pytestmark = pytest.mark.django_db

ONE = f"{THEME_3}deliverables/12/"


def the_row():
    return Deliverable.objects.get(theme__number=3, financial_year="2019-20", number=12)


def in_public(theme, quarter=Q4):
    place = find_place(plan=theme.plan.slug, quarter=str(quarter), theme=str(theme.number))
    (found,) = gather(place, make.staff(), themes=[place.theme], texts=True, public_form=True)
    return found


def a_row(theme, *codes, quarters=(Q3, Q4), **changes):
    row = make.deliverable(theme, **changes)
    for quarter, code in zip(quarters, codes, strict=True):
        make.approved(row, quarter, code)
    return row


def printed_below(theme, quarter, classification):
    """The texts that the appendix prints of a theme's one deliverable, newest first."""
    place = find_place(plan=theme.plan.slug, quarter=str(quarter), theme=str(theme.number))
    document = gather_appendix(place, make.staff(), classification=classification)
    return [one.narrative.text for one in document.appendices[0].rows[0].updates]


class TestTheVerbs:
    def test_a_reason_is_asked_for(self):
        with pytest.raises(Refused, match="Say why"):
            exempt(deliverable=make.deliverable(), first=Q3, last=None, reason=" ", by=make.staff())

    def test_the_last_quarter_is_not_before_the_first(self):
        with pytest.raises(Refused, match="comes before the first"):
            exempt(deliverable=make.deliverable(), first=Q3, last=Q2, reason="A trial.", by=make.staff())

    @pytest.mark.parametrize("who", [make.person, make.panel_member])
    def test_it_is_for_those_who_prepare_reports(self, who):
        with pytest.raises(Refused, match="may not prepare and publish"):
            exempt(deliverable=make.deliverable(), first=Q3, last=None, reason="A trial.", by=who())

    def test_what_is_not_exempt_cannot_be_lifted(self):
        with pytest.raises(Refused, match="not exempt"):
            lift_exemption(deliverable=make.deliverable(), reason="Over.", by=make.staff())

    def test_it_holds_from_the_first_to_the_last_quarter_and_who_why_is_kept(self):
        row, by = make.deliverable(), make.staff()
        exempt(deliverable=row, first=Q2, last=Q3, reason="A trial.", by=by)
        row.refresh_from_db()
        assert [row.is_exempt(quarter) for quarter in (Q2.previous, Q2, Q3, Q4)] == [False, True, True, False]
        assert (row.history.first().history_user, row.history.first().history_change_reason) == (by, "A trial.")
        lift_exemption(deliverable=row, reason="It is over.", by=by)
        row.refresh_from_db()
        assert not row.is_exempt(Q3)


class TestOverTheYears:
    """What is exempt in a quarter is exempt whichever year's row was looked at, and whenever it was carried forward."""

    @pytest.fixture
    def by(self):
        return make.administrator()

    @pytest.fixture
    def old(self, by):
        """Of 2019-20, green in its Q4, in a theme of which two years are reported on."""
        row = make.deliverable(owner=by)
        make.approved(row, Q4, "G", narrative="<p>Fourth quarter.</p>")
        return row

    def carried(self, old, by):
        row = carry_forward(deliverable=old, reason="It goes on.", by=by)
        make.approved(row, NEXT_Q1, "R", narrative="<p>First quarter.</p>", earlier=(Q4,))
        return row

    def facts(self, key):
        return set(Deliverable.objects.filter(key=key).values_list("exempt_from", "exempt_until", "exempt_reason"))

    def is_printed(self, theme):
        return [bool(in_public(theme, quarter).rows) for quarter in (Q4, NEXT_Q1)]

    @pytest.mark.parametrize("through", [YEAR, YEAR.next])
    @pytest.mark.parametrize(
        ("first", "last", "printed"),
        [
            (Q4, None, [False, False]),
            (Q4, NEXT_Q1, [False, False]),
            (Q4, Q4, [False, True]),
            (NEXT_Q1, None, [True, False]),
        ],
    )
    def test_carried_forward_before_it_is_left_out_of_both_years(self, old, by, through, first, last, printed):
        self.carried(old, by)
        row = Deliverable.objects.get(key=old.key, financial_year=through)
        exempt(deliverable=row, first=first, last=last, reason="A trial.", by=by)
        assert self.is_printed(old.theme) == printed
        assert self.facts(old.key) == {(first, last, "A trial.")}
        for year in Deliverable.objects.filter(key=old.key):
            told = year.history.first()
            assert (told.history_user, told.history_change_reason) == (by, "A trial.")
            for quarter, is_printed in zip((Q4, NEXT_Q1), printed, strict=True):
                one = Deliverable.objects.filter(pk=year.pk)
                assert (one.publishable(quarter).exists(), one.exempt(quarter).exists()) == (is_printed, not is_printed)

    @pytest.mark.parametrize("last", [None, NEXT_Q1, Q4])
    def test_carried_forward_after_it_keeps_first_and_last_and_reason(self, old, by, last):
        exempt(deliverable=old, first=Q3, last=last, reason="A trial.", by=by)
        self.carried(old, by)
        assert self.facts(old.key) == {(Q3, last, "A trial.")}
        assert self.is_printed(old.theme) == [False, last == Q4]

    @pytest.mark.parametrize("through", [YEAR, YEAR.next])
    def test_it_is_lifted_in_both_years_from_either(self, old, by, through):
        self.carried(old, by)
        exempt(deliverable=old, first=Q3, last=None, reason="A trial.", by=by)
        row = Deliverable.objects.get(key=old.key, financial_year=through)
        lift_exemption(deliverable=row, reason="It is over.", by=by)
        assert self.is_printed(old.theme) == [True, True]
        assert self.facts(old.key) == {(None, None, "")}
        reasons = {one.history.first().history_change_reason for one in Deliverable.objects.filter(key=old.key)}
        assert reasons == {"It is over."}

    def test_another_deliverable_of_the_years_stays_as_it_is(self, old, by):
        other = make.deliverable(old.theme)
        exempt(deliverable=old, first=Q3, last=None, reason="A trial.", by=by)
        assert self.facts(other.key) == {(None, None, "")}

    def test_exempt_through_this_years_row_there_is_no_movement_against_last_years_quarter_4(self, old, by):
        row = self.carried(old, by)
        assert [one.movement for one in in_public(old.theme, NEXT_Q1).rows] == [Movement.WORSE]
        exempt(deliverable=row, first=Q4, last=Q4, reason="A trial.", by=by)
        (found,) = in_public(old.theme, NEXT_Q1).rows
        assert (found.movement, found.before) == (Movement.NOT_COMPARABLE, None)

    def test_exempt_through_this_years_row_last_years_update_is_not_printed_below(self, old, by):
        row = self.carried(old, by)
        assert printed_below(old.theme, NEXT_Q1, Classification.PUBLIC) == ["First quarter.", "Fourth quarter."]
        exempt(deliverable=row, first=Q4, last=Q4, reason="A trial.", by=by)
        assert printed_below(old.theme, NEXT_Q1, Classification.PUBLIC) == ["First quarter."]
        assert printed_below(old.theme, NEXT_Q1, Classification.NON_PUBLIC) == ["First quarter.", "Fourth quarter."]


class TestInPublicForm:
    def test_it_is_in_no_figure_and_no_row_and_is_counted_as_left_out(self):
        theme = make.theme()
        shown = a_row(theme, "G", "G")
        left_out = a_row(theme, "G", "R", exempt_from=Q4, exempt_reason="A trial.")
        found = in_public(theme)
        assert [row.deliverable for row in found.rows] == [shown]
        assert found.figures.line("G").printed == "1/1 (100%)"
        assert found.figures.line("R").printed == "0/1 (0%)"
        assert (found.exempt, found.by_quarter, found.overall.wording) == ((left_out,), (), "very good")

    def test_outside_its_quarters_it_is_printed_as_ever(self):
        theme = make.theme()
        a_row(theme, "G", "R", exempt_from=Q2, exempt_until=Q3, exempt_reason="A trial.")
        found = in_public(theme)
        assert found.figures.line("R").printed == "1/1 (100%)"
        assert found.exempt == ()

    def test_against_a_quarter_that_it_was_exempt_in_there_is_no_movement(self):
        theme = make.theme()
        a_row(theme, "G", "R", exempt_from=Q3, exempt_until=Q3, exempt_reason="A trial.")
        (row,) = in_public(theme).rows
        assert (row.movement, row.before) == (Movement.NOT_COMPARABLE, None)

    def test_a_first_quarter_is_not_compared_with_a_last_one_it_was_exempt_in(self):
        theme = make.theme()
        old = a_row(theme, "G", quarters=(Q4,), exempt_from=Q4, exempt_until=Q4, exempt_reason="A trial.")
        other = a_row(theme, "G", quarters=(Q4,))
        for carried in (old, other):
            row = make.deliverable(theme, key=carried.key, number=carried.number, financial_year=NEXT_Q1.year)
            make.approved(row, NEXT_Q1, "R")
        assert [row.movement for row in in_public(theme, NEXT_Q1).rows] == [Movement.NOT_COMPARABLE, Movement.WORSE]

    def test_an_earlier_update_of_a_quarter_it_was_exempt_in_is_not_printed_below(self):
        theme = make.theme()
        row = make.deliverable(theme, exempt_from=Q3, exempt_until=Q3, exempt_reason="A trial.")
        make.approved(row, Q2, narrative="<p>Second quarter.</p>")
        make.approved(row, Q3, narrative="<p>Third quarter.</p>")
        make.approved(row, Q4, narrative="<p>Fourth quarter.</p>", earlier=(Q3, Q2))
        public = printed_below(theme, Q4, Classification.PUBLIC)
        assert public == ["Fourth quarter.", "Second quarter."]
        whole = printed_below(theme, Q4, Classification.NON_PUBLIC)
        assert whole == ["Fourth quarter.", "Third quarter.", "Second quarter."]


class TestThePages:
    facts = {"first": "2019-20 Q3", "last": "", "reason": "It names a suspect."}

    def test_staff_exempt_one_and_are_told_on_its_page_and_the_themes(self, signed_in):
        staff = signed_in("staff")
        response = staff.post(f"{ONE}exempt/", self.facts, follow=True)
        html = response.content.decode()
        assert "Deliverable 12 is exempt from publication." in html
        assert "Quarter 3, 2019-20 on: It names a suspect." in html
        assert the_row().is_exempt(Q4)
        theme = staff.get(THEME_3).content.decode()
        assert theme.count('<span class="remark">Exempt from publication</span>') == 1
        history = staff.get(f"{ONE}history/").content.decode()
        assert "Exempt from" in history
        rows = Deliverable.objects.filter(key=the_row().key)
        assert history.count("It names a suspect.") == rows.count() > 1

    def test_owners_are_not_told_on_those_pages(self, signed_in):
        signed_in("staff").post(f"{ONE}exempt/", self.facts)
        for address in (ONE, THEME_3):
            assert "xempt" not in signed_in("owner").get(address).content.decode()

    def test_what_is_wrong_is_said_at_its_field_and_the_reason_stays(self, signed_in):
        wrong = self.facts | {"last": "2019-20 Q2"}
        html = refused(signed_in("staff").post(f"{ONE}exempt/", wrong), "comes before the first")
        assert "It names a suspect.</textarea>" in html
        assert the_row().exempt_from is None

    def test_it_is_lifted_with_a_reason(self, signed_in):
        staff = signed_in("staff")
        staff.post(f"{ONE}exempt/", self.facts)
        refused(staff.post(f"{ONE}exempt/lift/", {"reason": ""}), "Say why.")
        html = staff.post(f"{ONE}exempt/lift/", {"reason": "The trial is over."}, follow=True).content.decode()
        assert "no longer exempt" in html
        assert the_row().exempt_from is None
        assert "The trial is over." in staff.get(f"{ONE}history/").content.decode()

    @pytest.mark.parametrize("page", ["exempt/", "exempt/lift/"])
    def test_which_years_it_is_about_is_said(self, signed_in, page):
        years = Deliverable.objects.filter(key=the_row().key).order_by("financial_year")
        said = ", ".join(f"number {row.number} in {row.financial_year}" for row in years)
        assert "2019-20, number" in said
        html = signed_in("staff").get(ONE + page).content.decode()
        assert f"This is about the deliverable in all its years: {said}, and later ones." in html

    def test_that_it_takes_the_place_of_what_was_exempt_is_said_where_it_was(self, signed_in):
        staff = signed_in("staff")
        replaces = "takes the place of the quarters it is exempt in now"
        assert replaces not in staff.get(f"{ONE}exempt/").content.decode()
        staff.post(f"{ONE}exempt/", self.facts)
        assert replaces in staff.get(f"{ONE}exempt/").content.decode()

    def test_lifting_what_is_not_exempt_says_so(self, signed_in):
        refused(signed_in("staff").post(f"{ONE}exempt/lift/", {"reason": "Over."}), "It is not exempt")
