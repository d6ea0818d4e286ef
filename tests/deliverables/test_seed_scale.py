"""`manage.py seed_scale` fills a database to any size, and the product's pages can show what it wrote."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organisation
from deliverables import narrative
from deliverables.models import ApprovedUpdate, Deliverable, QuarterlyUpdate, UpdateState
from themes.models import Plan, ReportingPeriod

pytestmark = pytest.mark.django_db


def seed(deliverables: int, quarters: int) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("seed_scale", deliverables=deliverables, quarters=quarters, stdout=out)
    return out.getvalue()


def of_plan(model, title="Scale plan"):
    """What a plan has of a model."""
    to_plan = {
        Deliverable: "theme__plan",
        ReportingPeriod: "theme__plan",
        QuarterlyUpdate: "period__theme__plan",
        ApprovedUpdate: "update__period__theme__plan",
    }
    return model.objects.filter(**{f"{to_plan[model]}__title": title})


def test_sizes_come_out_as_asked():
    printed = seed(deliverables=10, quarters=6)
    quarters = {str(period.quarter) for period in of_plan(ReportingPeriod)}
    assert quarters == {"2018-19 Q3", "2018-19 Q4", "2019-20 Q1", "2019-20 Q2", "2019-20 Q3", "2019-20 Q4"}
    assert of_plan(Deliverable).count() == 2 * 10
    assert of_plan(Deliverable).values("key").distinct().count() == 10
    assert [theme.deliverables.count() for theme in Plan.objects.get(title="Scale plan").themes.all()] == [6, 6, 4, 4]
    assert "20 deliverables" in printed


def test_most_updates_are_approved_and_a_few_of_the_last_quarter_wait():
    seed(deliverables=100, quarters=5)
    approved = of_plan(QuarterlyUpdate).filter(state=UpdateState.APPROVED)
    waiting = of_plan(QuarterlyUpdate).filter(state=UpdateState.SUBMITTED)
    assert 450 <= approved.count() == of_plan(ApprovedUpdate).count() <= 500
    assert 0.65 <= approved.filter(rating__code="G").count() / approved.count() <= 0.85
    assert {str(update.period.quarter) for update in waiting} == {"2019-20 Q4"}
    assert 1 <= waiting.count() <= 10


def test_what_is_written_keeps_the_rules_that_the_verbs_keep():
    seed(deliverables=12, quarters=5)
    for model in (Deliverable, QuarterlyUpdate, ApprovedUpdate):
        for row in of_plan(model):
            row.full_clean()
    for update in of_plan(QuarterlyUpdate).select_related("rating"):
        assert update.narrative == narrative.clean(update.narrative)
        assert bool(update.recovery_step and update.recovery_by) == update.rating.needs_recovery
        assert update.events.count() == (2 if update.state == UpdateState.APPROVED else 1)


@pytest.mark.parametrize(
    ("deliverables", "quarters", "allowed"),
    [
        (0, 1, "--deliverables 0 .* 1 to 100,000"),
        (-5, 1, "--deliverables -5 .* 1 to 100,000"),
        (100_001, 1, "--deliverables 100001 .* 1 to 100,000"),
        (1, 0, "--quarters 0 .* 1 to 400"),
        (1, 401, "--quarters 401 .* 1 to 400"),
    ],
)
def test_bad_numbers_are_refused_with_what_is_allowed(deliverables, quarters, allowed):
    with pytest.raises(CommandError, match=allowed):
        seed(deliverables, quarters)
    assert not Plan.objects.filter(title="Scale plan").exists()


def test_a_failure_on_the_way_leaves_nothing(monkeypatch):
    monkeypatch.setattr(ApprovedUpdate.objects, "bulk_create", lambda rows: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        seed(deliverables=4, quarters=2)
    assert not Plan.objects.filter(title="Scale plan").exists()
    assert not Organisation.objects.filter(short_name="Scale").exists()


def test_a_second_run_makes_a_second_plan_of_the_same_texts_and_ratings():
    seed(deliverables=8, quarters=2)
    seed(deliverables=8, quarters=2)
    first, second = (
        list(of_plan(ApprovedUpdate, title).order_by("pk").values_list("number", "rating__code", "narrative"))
        for title in ("Scale plan", "Scale plan 2")
    )
    assert first == second != []


def test_the_pages_of_the_scale_plan_answer_for_staff(signed_in):
    seed(deliverables=12, quarters=6)
    staff = signed_in("staff")
    quarter = "/plans/scale-plan/2019-20/q4/"
    for address in (quarter, f"{quarter}themes/1/", f"{quarter}themes/1/deliverables/1/"):
        assert staff.get(address).status_code == 200, address
    assert "If all submitted are approved" in staff.get(quarter).content.decode()
