import pytest

from accounts.models import Office
from deliverables.models import ApprovedUpdate, QuarterlyUpdate
from tests.conftest import PLAN

QUARTER = f"/plans/{PLAN}/2020-21/q1/"
REVIEW = f"{QUARTER}review/"
ONE = f"{QUARTER}themes/3/deliverables/1/review/"


@pytest.fixture
def staff(signed_in):
    return signed_in("staff")


@pytest.fixture
def update(db):
    """Submitted by its owner in the demonstration."""
    return QuarterlyUpdate.objects.get(
        deliverable__theme__number=3, deliverable__number=1, period__quarter="2020-21 Q1"
    )


def now(update):
    return QuarterlyUpdate.objects.get(pk=update.pk)


def said(response):
    return response.content.decode()


def test_staff_see_the_quarter_at_a_glance(staff):
    html = said(staff.get(REVIEW))
    assert "Nottinghamshire Police: 0 of" in html
    assert "Theme 3: Tackling Crime and Antisocial Behaviour: 0 of 15 approved" in html
    assert "Amber 1/15 (6.7%)" in html


def test_an_update_is_shown_beside_that_of_the_quarter_before(staff, update):
    html = said(staff.get(ONE))
    assert update.parsed.page in html
    assert "Quarter 4, 2019-20" in html


def test_approving_one_makes_it_count(staff, update):
    html = said(staff.post(ONE, {"approve": "1", "version": update.version}, follow=True))
    assert "T3 2020-21 no. 1 approved." in html
    assert ApprovedUpdate.objects.get(update=update).narrative == update.narrative


def test_a_text_changed_since_it_was_read_is_not_approved(staff, update):
    QuarterlyUpdate.objects.filter(pk=update.pk).update(version=update.version + 1)
    assert "has changed T3 2020-21 no. 1 since you read it" in said(
        staff.post(ONE, {"approve": "1", "version": update.version})
    )
    assert now(update).state == "submitted"


def test_one_is_returned_with_a_note_that_the_owner_sees(staff, update):
    staff.post(ONE, {"return": "1", "note": "Say how many arrests.", "version": update.version})
    assert now(update).state == "draft"
    assert now(update).events.last().note == "Say how many arrests."


def test_one_is_not_returned_without_a_note_and_the_page_says_so_once(staff, update):
    html = said(staff.post(ONE, {"return": "1", "note": " ", "version": update.version}))
    assert html.count("There is a problem") == 1
    assert "Say what the owner should change." in html
    assert now(update).state == "submitted"


def test_a_note_that_is_too_long_is_kept_and_nothing_is_done(staff, update):
    html = said(staff.post(ONE, {"return": "1", "note": "n" * 2001, "version": update.version}))
    assert "n" * 2001 in html
    assert "at most 2000 characters" in html
    assert now(update).state == "submitted"


def test_reopening_lets_what_was_approved_count_on(staff, update):
    staff.post(ONE, {"approve": "1", "version": update.version})
    staff.post(ONE, {"reopen": "1", "note": "A figure was wrong.", "version": update.version})
    assert now(update).state == "draft"
    assert ApprovedUpdate.objects.filter(update=update).exists()


def test_nobody_approves_what_they_last_changed_unless_the_office_allows_it(staff, update, user):
    QuarterlyUpdate.objects.filter(pk=update.pk).update(last_changed_by=user("staff"))
    asked = {"approve": "1", "version": update.version}
    assert "somebody else has to approve it" in said(staff.post(ONE, asked))
    Office.objects.update(allows_self_approval=True)
    staff.post(ONE, asked)
    assert now(update).state == "approved"


def ticked(*updates):
    versions = {f"version-{one.pk}": one.version for one in updates}
    return {"update": [one.pk for one in updates]} | versions


def submitted():
    return list(QuarterlyUpdate.objects.filter(period__quarter="2020-21 Q1", state="submitted"))


def test_many_are_approved_at_once_and_what_cannot_be_is_named(staff, user):
    all_waiting = submitted()
    own = all_waiting[0]
    QuarterlyUpdate.objects.filter(pk=own.pk).update(last_changed_by=user("staff"))
    html = said(staff.post(f"{REVIEW}approve/", ticked(*all_waiting), follow=True))
    assert f"{len(all_waiting) - 1} approved." in html
    assert f"{own.deliverable} was not approved: You submitted or last changed" in html
    assert submitted() == [own]


@pytest.mark.parametrize("data", [{}, {"update": ["x", "²", "9" * 30, "0"]}])
def test_ticking_nothing_that_is_there_approves_nothing(staff, data):
    before = len(submitted())
    assert staff.post(f"{REVIEW}approve/", data).status_code == 302
    assert len(submitted()) == before


def test_an_update_of_another_quarter_is_not_approved_from_this_page(staff, update):
    staff.post(f"/plans/{PLAN}/2019-20/q4/review/approve/", ticked(update))
    assert now(update).state == "submitted"


def test_one_that_nobody_has_written_says_that_there_is_nothing_to_review(staff):
    response = staff.get(f"{QUARTER}themes/3/deliverables/2/review/")
    assert response.status_code == 404
    assert "has no update to review for Quarter 1, 2020-21" in said(response)


def test_a_locked_quarter_takes_no_approval_until_it_is_open_again(staff, update):
    assert "is locked." in said(staff.post(f"{REVIEW}lock/", {"lock": "1"}, follow=True))
    assert "is locked, so its updates can no longer be changed" in said(
        staff.post(ONE, {"approve": "1", "version": update.version})
    )
    staff.post(f"{REVIEW}lock/", {"unlock": "1"})
    staff.post(ONE, {"approve": "1", "version": update.version})
    assert now(update).state == "approved"


def test_the_review_page_costs_a_constant_number_of_queries(staff, django_assert_max_num_queries):
    staff.get(REVIEW)
    with django_assert_max_num_queries(15):
        staff.get(REVIEW)
