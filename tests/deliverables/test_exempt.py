"""What is exempt from publication: said by a person, left out of every figure in Public form, and lifted again."""

import pytest

from accounts.roles import Refused
from deliverables.exempt_actions import exempt, lift_exemption
from deliverables.models import Deliverable
from deliverables.progress import gather
from deliverables.rag import Movement
from reports.gather_appendix import gather_appendix
from reports.options import Classification
from tests import builders as make
from tests.answers import refused
from tests.builders import NEXT_Q1, Q2, Q3, Q4
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
        place = find_place(plan=theme.plan.slug, quarter=str(Q4), theme=str(theme.number))

        def printed(classification):
            document = gather_appendix(place, make.staff(), classification=classification)
            return [one.narrative.text for one in document.appendices[0].rows[0].updates]

        assert printed(Classification.PUBLIC) == ["Fourth quarter.", "Second quarter."]
        assert printed(Classification.NON_PUBLIC) == ["Fourth quarter.", "Third quarter.", "Second quarter."]


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
        assert history.count("It names a suspect.") == 1

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

    def test_lifting_what_is_not_exempt_says_so(self, signed_in):
        refused(signed_in("staff").post(f"{ONE}exempt/lift/", {"reason": "Over."}), "It is not exempt")
