"""Every address with every role: exactly the allowed ones answer, and a new address cannot be left out."""

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from tests.conftest import PLAN
from themes.models import RatingScheme

ROLES = ("nobody", "panel", "owner", "staff", "admin")

# What each role gets, in the order of ROLES: 200 an answer, 302 sent elsewhere (nobody: to sign in), 403 refused.
EVERYONE = (200, 200, 200, 200, 200)
THE_OFFICE_AND_OWNERS = (302, 403, 200, 200, 200)
THE_OFFICE = (302, 403, 403, 200, 200)
ADMINISTRATORS = (302, 403, 403, 403, 200)
POSTED_BY_THE_OFFICE = (302, 403, 403, 405, 405)
THE_WRITER = (302, 403, 403, 200, 200)
EXPECTED = {
    "home": (302, 200, 302, 302, 302),
    "administration": ADMINISTRATORS,
    "account_login": (200, 302, 302, 302, 302),
    "account_logout": (302, 200, 200, 200, 200),
    "account_inactive": EVERYONE,
    "rating_colours": EVERYONE,
    "plan": (302, 403, 302, 302, 302),
    "summary": THE_OFFICE_AND_OWNERS,
    "summary_file": THE_OFFICE_AND_OWNERS,
    "theme": THE_OFFICE_AND_OWNERS,
    "theme_file": THE_OFFICE_AND_OWNERS,
    "deliverable": THE_OFFICE_AND_OWNERS,
    "my_updates": THE_OFFICE_AND_OWNERS,
    "review": THE_OFFICE,
    "review_update": THE_OFFICE,
    "approve_many": POSTED_BY_THE_OFFICE,
    "lock_quarter": POSTED_BY_THE_OFFICE,
    "autosave": (401, 403, 405, 405, 405),  # asked in the background, so nobody is sent to a page to sign in
    "write_update": THE_WRITER,  # of a deliverable that the owner does not lead
    "appendix": THE_OFFICE_AND_OWNERS,
    "appendix_file": THE_OFFICE_AND_OWNERS,
}


def addresses(patterns=None):
    """Every address of the product, however deep it is included."""
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from addresses(pattern.url_patterns)


def address(name):
    given = {
        "plan": PLAN,
        "year": "2020-21",
        "quarter": "q1",
        "theme": "3",
        "deliverable": "1",
        "form": "csv",
        "scheme": RatingScheme.objects.get().pk,
        "digest": "0",
    }
    (wanted,) = [one.pattern.converters for one in addresses() if one.name == name]
    return reverse(name, kwargs={key: given[key] for key in wanted})


def test_every_address_has_its_expected_answers():
    assert sorted(one.name for one in addresses()) == sorted(EXPECTED)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", EXPECTED)
def test_exactly_the_allowed_roles_get_an_answer(name, role, signed_in, db):
    client = Client() if role == "nobody" else signed_in(role)
    response = client.get(address(name))
    assert response.status_code == EXPECTED[name][ROLES.index(role)]
    if role == "nobody" and response.status_code == 302:
        assert response["Location"].startswith(("/accounts/login/", "/accounts/logout/"))


def test_a_panel_member_sees_that_no_report_is_published_yet_and_nothing_else(signed_in):
    html = signed_in("panel").get("/").content.decode()
    assert "No report has been published yet" in html
    assert "/plans/" not in html


def test_a_refusal_gives_away_nothing_of_what_is_there(signed_in):
    client = signed_in("panel")
    there = client.get(f"/plans/{PLAN}/2019-20/q4/themes/3/").content
    not_there = client.get("/plans/no-such-plan/2019-20/q4/themes/77/").content
    token = b"csrfmiddlewaretoken"
    assert there.split(token)[0] == not_there.split(token)[0]
    assert b"Tackling" not in there
