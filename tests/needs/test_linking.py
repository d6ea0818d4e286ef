"""What answers a need: linked from either side, kept once for all sections that have it."""

import pytest

from accounts.roles import Refused
from deliverables.plan_actions import remove_deliverable
from needs.linking import change_links, change_needs_of
from needs.models import DeliverableLink, ThemeLink
from tests import builders as make
from tests.builders import YEAR

pytestmark = pytest.mark.django_db


def twin_of(need):
    return make.risk(make.section(need.section.assessment), wording=need.wording, key=need.key)


def test_a_need_is_linked_to_themes_and_deliverables_with_a_note_why():
    need, row = make.risk(), make.deliverable()
    assert change_links(need=need, add=[row, row.theme], note=" Does it ", by=make.staff()) == 2
    assert DeliverableLink.objects.get(need=need).note == "Does it"
    assert ThemeLink.objects.get(need=need).theme == row.theme


def test_what_is_linked_already_stays_as_it_is():
    need, row = make.risk(), make.deliverable()
    make.answers(row, need, "First")
    assert change_links(need=need, add=[row], note="Second", by=make.staff()) == 0
    assert DeliverableLink.objects.get(need=need).note == "First"


def test_another_year_of_the_same_deliverable_is_linked_already():
    need, row = make.risk(), make.deliverable()
    make.answers(row, need)
    next_year = make.deliverable(row.theme, key=row.key, financial_year=YEAR.next)
    assert change_links(need=need, add=[next_year], by=make.staff()) == 0
    assert change_links(need=need, take_away=[next_year], by=make.staff()) == 1


def test_a_link_of_one_section_is_that_of_all_that_have_the_need():
    need, row = make.risk(), make.deliverable()
    twin = twin_of(need)
    change_links(need=need, add=[row], by=make.staff())
    assert change_links(need=twin, add=[row], by=make.staff()) == 0
    change_links(need=twin, take_away=[row], by=make.staff())
    assert not DeliverableLink.objects.filter(deliverable=row).exists()


def test_from_the_deliverable_needs_are_ticked_and_unticked_at_once():
    row, old, new = make.deliverable(), make.risk(), make.risk()
    make.answers(row, old)
    assert change_needs_of(deliverable=row, add=[new], take_away=[old], by=make.staff()) == 2
    assert [link.need for link in DeliverableLink.objects.filter(deliverable=row)] == [new]


def test_an_owner_links_nothing():
    with pytest.raises(Refused, match="may not keep needs assessments"):
        change_needs_of(deliverable=make.deliverable(), add=[make.risk()], by=make.person())


def test_what_is_gone_is_not_linked_any_more():
    with pytest.raises(Refused, match="Bring it back first"):
        change_links(need=make.risk(gone_reason="Solved"), add=[make.deliverable()], by=make.staff())


def test_who_linked_what_is_in_the_history():
    need, by = make.risk(), make.staff()
    change_links(need=need, add=[make.deliverable()], by=by)
    assert DeliverableLink.history.get(need=need).history_user == by


def test_a_deliverable_that_answers_a_need_is_not_removed_under_it():
    need, row = make.risk(wording="Theft of bicycles"), make.deliverable()
    make.answers(row, need)
    with pytest.raises(Refused, match="It is in use: Theft of bicycles"):
        remove_deliverable(deliverable=row, reason="Twice", by=make.administrator())
    assert DeliverableLink.objects.filter(need=need, deliverable=row).exists()
