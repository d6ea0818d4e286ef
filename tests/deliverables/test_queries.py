"""The number of queries a page costs, whatever the history behind it."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import PLAN
from themes.models import Plan

MOST = 12


def queries(client, address):
    """How many queries a page costs once whatever is kept between requests is warm."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


@pytest.fixture
def scale_plan(db):
    def seed(quarters):
        before = set(Plan.objects.values_list("pk", flat=True))
        call_command("seed_scale", deliverables=8, quarters=quarters, verbosity=0)
        return Plan.objects.exclude(pk__in=before).get().slug

    return seed


@pytest.mark.parametrize("page", ["", "themes/1/"])
def test_summary_and_theme_page_cost_the_same_with_1_quarter_of_history_and_with_40(page, signed_in, scale_plan):
    client = signed_in("staff")
    short, long = (f"/plans/{scale_plan(quarters)}/2019-20/q4/{page}" for quarters in (1, 40))
    assert queries(client, short) == queries(client, long) <= MOST


@pytest.mark.parametrize("quarter", ["q1", "q4"])
@pytest.mark.parametrize("role", ["owner", "staff", "admin"])
@pytest.mark.parametrize("page", ["", "themes/3/"])
def test_summary_and_theme_page_cost_at_most_12_queries(page, role, quarter, signed_in):
    assert queries(signed_in(role), f"/plans/{PLAN}/2019-20/{quarter}/{page}") <= MOST


def test_a_deliverable_costs_the_same_with_1_quarter_of_history_and_with_40(signed_in, scale_plan):
    client = signed_in("staff")
    short, long = (f"/plans/{scale_plan(n)}/2019-20/q4/themes/1/deliverables/1/" for n in (1, 40))
    assert queries(client, short) == queries(client, long) <= 18


def test_the_appendix_costs_the_same_whatever_the_number_of_rows(signed_in):
    client = signed_in("staff")
    few, many = (f"/plans/{PLAN}/{when}/themes/3/appendix-a/" for when in ("2018-19/q4", "2019-20/q2"))
    assert queries(client, few) == queries(client, many) <= 14


def test_the_page_an_update_is_written_on_costs_the_same_with_1_quarter_of_history_and_with_40(signed_in, scale_plan):
    client = signed_in("staff")
    short, long = (f"/plans/{scale_plan(n)}/2019-20/q4/themes/1/deliverables/1/update/" for n in (1, 40))
    assert queries(client, short) == queries(client, long) <= 24
