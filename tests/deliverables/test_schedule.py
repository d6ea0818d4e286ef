"""The schedule of changes and what each change did to the figures."""

import pytest

from deliverables.models import Deliverable
from deliverables.plan_actions import add_deliverable, change_deliverable, mark_complete, renumber, withdraw
from deliverables.schedule import gather_changes
from tests import builders as make
from tests.builders import Q1, Q2, Q3, Q4, YEAR
from tests.conftest import PLAN
from themes.place import find_year

pytestmark = pytest.mark.django_db

ADDRESS = f"/plans/{PLAN}/2019-20/changes/"


class Scene:
    """A theme reported in all four quarters: three green deliverables and a red one in each."""

    def __init__(self):
        self.administrator = make.administrator()
        self.theme = make.theme()
        self.rows = [add(self, number) for number in (1, 2, 3, 4)]
        for quarter in (Q1, Q2):
            for row, code in zip(self.rows, "GGGR", strict=True):
                make.approved(row, quarter, code)
        for quarter in (Q3, Q4):
            make.period(self.theme, quarter)

    def changes(self):
        return gather_changes(find_year(plan=self.theme.plan.slug, year="2019-20"), self.administrator).changes

    def change(self):
        (change,) = self.changes()
        return change

    def again(self, row):
        return Deliverable.objects.get(pk=row.pk)


def add(scene, number, **changes):
    facts = {"theme": scene.theme, "financial_year": YEAR, "number": number, "wording": f"Matter {number}"}
    facts |= {"owner": scene.administrator, "by": scene.administrator}
    return add_deliverable(**facts | changes)


@pytest.fixture
def scene():
    return Scene()


def test_what_a_year_begins_with_is_no_change(scene):
    assert scene.changes() == ()
    schedule = gather_changes(find_year(plan=scene.theme.plan.slug, year="2019-20"), scene.administrator)
    assert schedule.began_with == ((scene.theme, 4, 4),)


def test_withdrawing_a_red_one_shows_what_that_did_to_the_shares(scene):
    withdraw(deliverable=scene.rows[3], quarter=Q3, reason="No money.", by=scene.administrator)
    for row in scene.rows[:3]:
        make.approved(row, Q3)
    change = scene.change()
    assert (change.step, change.number, change.reason, change.by) == ("Withdrawn", 4, "No money.", scene.administrator)
    assert change.effect.quarter == Q3
    assert change.effect.lines == [("Green", "3/4 (75%)", "3/3 (100%)"), ("Red", "1/4 (25%)", "0/3 (0%)")]
    assert change.effect_in_words == "2019-20 Q3: Green 3/4 (75%) → 3/3 (100%); Red 1/4 (25%) → 0/3 (0%)"


def test_adding_one_shows_what_that_did_to_the_shares(scene):
    row = add(scene, 5, in_force_from=Q2, reason="Asked for by the Panel.")
    make.approved(row, Q2, "G")
    change = scene.change()
    assert (change.step, change.in_force_from, change.reason) == ("Added", Q2, "Asked for by the Panel.")
    assert change.effect.lines == [("Green", "3/4 (75%)", "4/5 (80%)"), ("Red", "1/4 (25%)", "1/5 (20%)")]


def test_one_marked_complete_keeps_its_rating_where_it_would_have_no_update(scene):
    mark_complete(deliverable=scene.rows[0], quarter=Q2, reason="Done.", by=scene.administrator)
    change = scene.change()
    assert change.step == "Marked complete"
    assert change.effect.quarter == Q3
    assert change.effect.lines == [("Green", "0/4 (0%)", "1/4 (25%)"), ("No update", "4/4 (100%)", "3/4 (75%)")]


def test_rewording_and_renumbering_change_no_figure(scene):
    row = scene.rows[0]
    facts = {name: getattr(row, name) for name in ("in_force_from", "planned_start", "due")}
    change_deliverable(deliverable=row, wording="Other words", reason="Clearer.", by=scene.administrator, **facts)
    renumber(theme=scene.theme, financial_year=YEAR, numbers={row.pk: 9}, reason="At the end.", by=scene.administrator)
    reworded, renumbered = scene.changes()
    assert [(one.step, one.effect_in_words) for one in (reworded, renumbered)] == [
        ("Reworded", "None"),
        ("Renumbered", "None"),
    ]
    assert [(one.label, one.before, one.after) for one in reworded.changes] == [("Wording", "Matter 1", "Other words")]
    assert [(one.before, one.after) for one in renumbered.changes] == [("1", "9")]


def test_a_later_start_shows_that_it_counts_as_not_started(scene):
    row = scene.rows[0]
    facts = {"wording": row.wording, "in_force_from": Q1, "planned_start": Q4, "due": None}
    change_deliverable(deliverable=row, reason="Recruitment takes longer.", by=scene.administrator, **facts)
    change = scene.change()
    assert (change.step, change.effect.quarter) == ("Dates changed", Q3)
    assert ("Not started", "0/4 (0%)", "1/4 (25%)") in change.effect.lines


def test_where_no_quarter_is_reported_yet_it_says_so(scene):
    row = add(scene, 5, in_force_from=Q4)
    scene.theme.periods.filter(quarter=Q4).delete()
    assert scene.change().effect is None
    assert scene.change().effect_in_words == "None yet: no quarter that it tells in is reported"
    assert row.number == 5


def test_the_real_years_schedule_is_printed_and_taken_away(signed_in):
    html = signed_in("owner").get(ADDRESS).content.decode()
    assert "Schedule of changes in 2019-20" in html
    assert "The supplier stopped selling the product" in html
    assert "Added in July, after the Commissioner&#x27;s meeting with victims." in html
    csv = signed_in("owner").get(ADDRESS.rstrip("/") + ".csv").content.decode()
    assert "2019-20 Q3: Green 6/12 (50%) → 6/11 (54.5%)" in csv


def test_the_queries_are_the_same_however_much_was_changed(scene, signed_in, django_assert_max_num_queries):
    for number in range(20):
        renumber(
            theme=scene.theme,
            financial_year=YEAR,
            numbers={scene.rows[0].pk: 10 + number},
            reason="Again.",
            by=scene.administrator,
        )
    client = signed_in("staff")
    with django_assert_max_num_queries(14):
        client.get(f"/plans/{scene.theme.plan.slug}/2019-20/changes/")
