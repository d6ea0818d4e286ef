"""The pages on which an administrator looks after a year's deliverables and who leads them."""

import pytest

from accounts.models import User
from deliverables.models import Deliverable
from tests import builders as make
from tests.answers import refused
from tests.builders import Q2
from tests.conftest import PLAN

YEAR = f"/administration/plans/{PLAN}/2020-21/"
LIST = f"{YEAR}themes/3/"
ONE = f"{LIST}deliverables/12/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(signed_in):
    return signed_in("admin")


def row(number=12, year="2020-21"):
    return Deliverable.objects.get(theme__number=3, theme__plan__slug=PLAN, financial_year=year, number=number)


def test_the_list_says_who_leads_each_and_what_can_be_done(administrator):
    html = administrator.get(LIST).content.decode()
    for words in ("Head of neighbourhood policing, Force", "mark complete", "who leads", "In force from 2020-21 Q1"):
        assert words in html


class TestAdd:
    facts = {
        "number": 16,
        "wording": "Fit cameras at fuel stations",
        "in_force_from": "2020-21 Q2",
        "planned_start": "2020-21 Q3",
        "due": "2020-21 Q4",
        "reason": "Thefts of fuel have doubled.",
    }

    def test_one_is_added_with_its_owner_and_reason(self, administrator, user):
        assert administrator.get(f"{LIST}add/").context["form"]["number"].value() == 16
        administrator.post(f"{LIST}add/", self.facts | {"owner": user("owner").pk})
        added = row(16)
        assert (added.wording, str(added.due)) == ("Fit cameras at fuel stations", "2020-21 Q4")
        assert added.leader_on(added.in_force_from.starts) == user("owner")
        assert added.history.get().history_change_reason == "Thefts of fuel have doubled."

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"number": 12}, "Number 12 is taken. A withdrawn deliverable keeps its number."),
            ({"number": "twelve"}, "Enter a whole number."),
            ({"number": 1000}, "less than or equal to 999"),
            ({"wording": " "}, "This field is required."),
            ({"owner": ""}, "This field is required."),
            ({"owner": 999999}, "Select a valid choice"),
            ({"due": "2020-21 Q2"}, "The due quarter comes before the planned start."),
            ({"reason": ""}, "Say why."),
            ({"wording": "x" * 1001}, "at most 1000 characters"),
        ],
    )
    def test_bad_input_is_told_and_kept(self, administrator, user, changes, says):
        html = refused(administrator.post(f"{LIST}add/", self.facts | {"owner": user("owner").pk} | changes), says)
        if "reason" not in changes:
            assert "Thefts of fuel have doubled." in html
        assert not Deliverable.objects.filter(wording__startswith="Fit cameras").exists()

    def test_who_is_deactivated_is_not_offered(self, administrator):
        gone = make.person(is_active=False)
        data = self.facts | {"owner": gone.pk}
        refused(administrator.post(f"{LIST}add/", data), "Select a valid choice")


class TestChange:
    def test_the_page_starts_with_what_is_there_and_keeps_what_is_changed(self, administrator):
        form = administrator.get(ONE).context["form"]
        data = {field.html_name: field.value() or "" for field in form}
        assert data["wording"] == row().wording
        administrator.post(ONE, data | {"wording": "Answer 101 faster", "reason": "Shorter."})
        assert row().wording == "Answer 101 faster"

    def test_no_reason_no_change(self, administrator):
        form = administrator.get(ONE).context["form"]
        data = {field.html_name: field.value() or "" for field in form} | {"wording": "Other"}
        assert "Other" in refused(administrator.post(ONE, data), "Say why.")

    @pytest.mark.parametrize("number", ["99", "x", "12.5"])
    def test_one_that_is_not_there_is_answered_with_those_that_are(self, administrator, number):
        response = administrator.get(f"{LIST}deliverables/{number}/")
        assert response.status_code == 404
        assert "12. Improve the 101 response" in response.content.decode()


class TestEnds:
    def test_one_is_withdrawn_and_taken_back(self, administrator):
        administrator.post(f"{ONE}withdraw/", {"quarter": "2020-21 Q3", "reason": "Merged."})
        assert str(row().withdrawn_from) == "2020-21 Q3"
        administrator.post(f"{ONE}take-back/", {"reason": "It was not."})
        assert row().withdrawn_from is None

    def test_one_is_not_withdrawn_from_its_first_quarter(self, administrator):
        data = {"quarter": "2020-21 Q1", "reason": "Merged."}
        refused(administrator.post(f"{ONE}withdraw/", data), "Select a valid choice")

    def test_one_is_complete_only_with_an_approved_rating(self, administrator):
        data = {"quarter": "2020-21 Q1", "reason": "Done."}
        html = refused(administrator.post(f"{ONE}complete/", data), "has no approved rating to keep")
        assert "Done." in html
        year_before = f"/administration/plans/{PLAN}/2019-20/themes/3/deliverables/1/"
        administrator.post(f"{year_before}complete/", {"quarter": "2019-20 Q4", "reason": "Done."})
        assert str(row(1, "2019-20").completed_in) == "2019-20 Q4"


class TestRenumber:
    def test_all_numbers_are_given_at_once(self, administrator):
        form = administrator.get(f"{LIST}renumber/").context["form"]
        data = {field.html_name: field.value() for field in form} | {"reason": "In order of need."}
        first, last = row(1), row(15)
        data |= {f"number-{first.pk}": 15, f"number-{last.pk}": 1}
        administrator.post(f"{LIST}renumber/", data)
        first.refresh_from_db(), last.refresh_from_db()
        assert (first.number, last.number) == (15, 1)

    def test_one_number_twice_is_told_and_what_was_typed_is_kept(self, administrator):
        form = administrator.get(f"{LIST}renumber/").context["form"]
        data = {field.html_name: field.value() for field in form} | {"reason": "Why not."}
        data[f"number-{row(1).pk}"] = 2
        html = refused(administrator.post(f"{LIST}renumber/", data), "Number 2 is given to 2 deliverables")
        assert "Why not." in html


class TestNextYear:
    @pytest.fixture
    def plan(self):
        plan = make.plan()
        theme = make.theme(plan)
        for _ in range(3):
            make.deliverable(theme, owner=make.person(), due=Q2)
        make.deliverable(theme, withdrawn_from=Q2, withdrawn_reason="Merged.")
        return plan

    def test_what_is_ticked_goes_on(self, administrator, plan):
        where = f"/administration/plans/{plan.slug}/2019-20/open-the-next-year/"
        form = administrator.get(where).context["form"]
        assert len(form.rows) == 3
        data = {field.html_name: field.value() for field in form if field.value()}
        dropped = form.rows[1]
        del data[f"goes_on-{dropped.pk}"]
        administrator.post(where, data)
        carried = Deliverable.objects.filter(theme__plan=plan, financial_year="2020-21")
        assert {one.key for one in carried} == {row.key for row in form.rows} - {dropped.key}
        assert {str(one.due) for one in carried} == {"2020-21 Q4"}
        assert {one.carried_forward_reason for one in carried} == {"The work goes on in 2020-21."}
        assert [one.pk for one in administrator.get(where).context["form"].rows] == [dropped.pk]

    def test_with_nothing_ticked_it_says_so(self, administrator, plan):
        where = f"/administration/plans/{plan.slug}/2019-20/open-the-next-year/"
        form = administrator.get(where).context["form"]
        data = {field.html_name: field.value() for field in form if field.value() and "goes_on" not in field.html_name}
        refused(administrator.post(where, data), "Tick at least one deliverable that goes on.")

    def test_after_the_plans_last_year_it_says_what_to_do(self, administrator):
        response = administrator.get(f"{YEAR}open-the-next-year/")
        assert response.status_code == 404
        assert "Start its successor, or change the plan&#x27;s years." in response.content.decode()


class TestOwners:
    def test_somebody_else_leads_from_a_day_on_and_it_can_be_taken_back(self, administrator, user):
        data = {"owner": user("staff").pk, "since": "2020-05-01", "reason": "A new post."}
        administrator.post(f"{ONE}owners/", data)
        leads = row().owners.get(user=user("staff"))
        assert str(leads.since) == "2020-05-01"
        administrator.post(f"{ONE}owners/{leads.pk}/take-back/", {"reason": "A mistake."})
        assert not row().owners.filter(user=user("staff")).exists()

    def test_bad_input_is_told_and_kept(self, administrator, user):
        data = {"owner": user("staff").pk, "since": "2020-02-31", "reason": "A new post."}
        assert "A new post." in refused(administrator.post(f"{ONE}owners/", data), "Enter a real date")


class TestHandOver:
    def test_all_goes_to_the_successor_in_one_step(self, administrator, user):
        leaver, successor = user("owner"), User.objects.get(organisation__short_name="Force", initials="PP")
        where = f"/administration/people/{leaver.pk}/hand-over/"
        rows = administrator.get(where).context["rows"]
        assert rows
        administrator.post(where, {"successor": successor.pk, "since": "2026-12-01", "reason": "Left the force."})
        for one in rows:
            assert Deliverable.objects.get(pk=one.pk).owners.get(since="2026-12-01").user == successor

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"successor": ""}, "This field is required."),
            ({"since": "tomorrow"}, "Enter a real date"),
            ({"reason": ""}, "Say why."),
        ],
    )
    def test_bad_input_is_told_and_kept(self, administrator, user, changes, says):
        data = {"successor": user("staff").pk, "since": "2026-12-01", "reason": "Left the force."}
        where = f"/administration/people/{user('owner').pk}/hand-over/"
        refused(administrator.post(where, data | changes), says)

    def test_of_nobody_there_is_nothing_to_hand_over(self, administrator):
        assert administrator.get("/administration/people/999999/hand-over/").status_code == 404


@pytest.mark.parametrize("year", ["2030-31", "2020", "x"])
def test_a_year_that_the_plan_does_not_have_is_answered_with_those_it_has(administrator, year):
    response = administrator.get(f"/administration/plans/{PLAN}/{year}/themes/3/")
    assert response.status_code == 404
    assert "2019-20" in response.content.decode()


def test_the_list_costs_the_same_queries_however_many_there_are(administrator, django_assert_max_num_queries):
    for number in range(20, 40):
        theme = row().theme
        make.deliverable(theme, owner=make.person(), number=number, financial_year=row().financial_year)
    with django_assert_max_num_queries(12):
        administrator.get(LIST)
