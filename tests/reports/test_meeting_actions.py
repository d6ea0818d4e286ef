"""What meetings asked for: the verbs, who sees it, the e-mail to its owner and the pages."""

import datetime

import pytest

from accounts.models import Mail
from accounts.roles import Refused, Role
from reports.actions import remove_meeting
from reports.meeting_action_actions import add_action, change_action, close_action, remove_action, reopen_action
from reports.models import MeetingAction
from reports.shown import SavedSince, seen
from tests import builders as make
from tests.answers import refused

pytestmark = pytest.mark.django_db

DAY = datetime.date.fromisoformat
FACTS = {"text": "Look at the parks", "due": DAY("2020-06-30")}


@pytest.fixture(autouse=True)
def nothing_else():
    make.without_reports()


def test_it_is_kept_once_and_its_owner_is_told_once():
    owner, by = make.person(email="leads@example.org"), make.staff()
    for _ in range(2):
        add_action(meeting=make.meeting(), owner=owner, by=by, **FACTS)
    assert MeetingAction.objects.get().history.get().history_user == by
    body = Mail.objects.get(to=owner).body
    assert "Look at the parks" in body
    assert "/actions/" in body


def test_a_new_owner_is_told_and_the_one_who_gives_it_to_themselves_is_not():
    action, by = make.action(), make.staff(email="office@example.org")
    new = make.person(email="leads@example.org")
    change_action(action=action, owner=new, by=by, **FACTS)
    change_action(action=action, owner=new, by=by, **FACTS | {"text": "Look at the woods"})
    assert Mail.objects.filter(to=new).count() == 1
    change_action(action=action, owner=by, by=by, **FACTS)
    assert not Mail.objects.filter(to=by).exists()


@pytest.mark.parametrize("role", [Role.PANEL_MEMBER, Role.CONTRIBUTOR])
def test_only_the_office_keeps_them(role):
    by, action = make.person(role), make.action()
    for verb, given in (
        (add_action, {"meeting": action.meeting, "owner": action.owner, **FACTS}),
        (change_action, {"action": action, "owner": action.owner, **FACTS}),
        (close_action, {"action": action, "outcome": "Done.", "closed_on": DAY("2020-06-01")}),
        (reopen_action, {"action": action, "reason": "So."}),
        (remove_action, {"action": action, "reason": "So."}),
    ):
        with pytest.raises(Refused, match="may not answer the Panel's questions and keep its actions"):
            verb(by=by, **given)


def test_wrong_days_owners_and_steps_are_refused_in_words():
    by, action = make.staff(), make.action()
    owner = action.owner
    gone = make.person(is_active=False)
    for changed, why in (
        ({"due": DAY("2020-05-13")}, "before the meeting, on 14 May 2020"),
        ({"owner": gone}, "has been deactivated"),
        ({"text": " "}, "cannot be blank"),
        ({"text": "x" * 1001}, "at most 1000"),
    ):
        with pytest.raises(Refused, match=why):
            change_action(action=action, by=by, **{"owner": owner, **FACTS, **changed})
    today = DAY("2020-07-01")
    for closed_on in ("2020-05-13", "2020-07-02"):
        with pytest.raises(Refused, match="between the meeting"):
            close_action(action=action, outcome="Done.", closed_on=DAY(closed_on), by=by, today=today)
    with pytest.raises(Refused, match="what came of it"):
        close_action(action=action, outcome=" ", closed_on=today, by=by, today=today)
    with pytest.raises(Refused, match="open already"):
        reopen_action(action=action, reason="So.", by=by)
    close_action(action=action, outcome="Done.", closed_on=today, by=by, today=today)
    for verb in (
        lambda: close_action(action=action, outcome="Done.", closed_on=today, by=by, today=today),
        lambda: change_action(action=action, owner=owner, by=by, **FACTS),
    ):
        with pytest.raises(Refused, match="closed on 1 July 2020"):
            verb()
    reopen_action(action=action, reason="Not quite.", by=by)
    assert action.is_open
    remove_action(action=action, reason="A mistake.", by=by)
    assert not MeetingAction.objects.exists()


def test_nothing_is_added_to_a_meeting_removed_meanwhile():
    meeting = make.meeting("2020-09-09")
    gone = type(meeting).objects.get(pk=meeting.pk)
    meeting.delete()
    with pytest.raises(Refused, match="The meeting has been removed meanwhile"):
        add_action(meeting=gone, owner=make.person(), by=make.staff(), **FACTS | {"due": DAY("2020-10-01")})


def test_of_an_owner_without_an_address_the_list_and_the_message_say_so(signed_in):
    client, owner = signed_in("staff"), make.person(display_name="Ward lead", email=None)
    address = f"/meetings/{make.meeting().date}/actions/add/"
    assert "no e-mail: tell them yourself" in client.get(address).content.decode()
    typed = {"text": "Look at the parks", "owner": owner.pk, "due": "2020-06-30"}
    html = client.post(address, typed, follow=True).content.decode()
    assert "The action is added. Ward lead has no e-mail here: tell them yourself." in html


def test_a_day_that_no_plan_is_about_is_refused_with_the_days_that_are_taken(signed_in):
    answer = signed_in("staff").post(
        f"/meetings/{make.meeting().date}/actions/add/", {"text": "Look", "due": "0020-06-30"}
    )
    refused(answer, "It can be from 1 January 1990 to 31 December 2150.", "Look")


def test_a_meeting_with_actions_is_not_removed():
    with pytest.raises(Refused, match="has actions"):
        remove_meeting(meeting=make.action().meeting, reason="So.", by=make.staff())


def test_of_two_who_change_one_the_second_is_shown_both(signed_in):
    action = make.action()
    shown, address = seen(action), f"/actions/{action.pk}/change/"
    change_action(action=action, owner=action.owner, by=make.staff(display_name="The first"), **FACTS)
    with pytest.raises(SavedSince):
        change_action(action=action, owner=action.owner, by=make.staff(), shown=shown, **FACTS)
    typed = {"text": "Look at the woods", "owner": action.owner.pk, "due": "2020-06-30", "shown": shown}
    refused(signed_in("staff").post(address, typed), "The first saved this", "Look at the parks", "Look at the woods")


@pytest.mark.parametrize("name", ["staff", "panel", "owner"])
def test_panel_and_office_see_all_and_owners_their_own_with_what_is_overdue_in_words(name, signed_in, user):
    make.action(text="Look at the parks")
    make.action(text="Look at the woods", owner=user("owner"))
    html = signed_in(name).get("/actions/").content.decode()
    assert ("Look at the parks" in html) is (name != "owner")
    assert "Look at the woods" in html
    assert "Overdue" in html
    assert ("/change/" in html) is (name == "staff")
    csv = signed_in(name).get("/actions.csv?state=overdue&words=woods").content.decode("utf-8-sig")
    assert len(csv.strip().splitlines()) == 2


def test_it_is_added_from_its_meetings_page_and_closed_from_the_list(signed_in, user):
    client, meeting = signed_in("staff"), make.meeting()
    address = f"/meetings/{meeting.date}/"
    typed = {"text": "Look at the parks", "owner": user("owner").pk, "due": "2020-05-01"}
    refused(client.post(f"{address}actions/add/", typed), "cannot be due before the meeting", "Look at the parks")
    html = client.post(f"{address}actions/add/", typed | {"due": "2020-06-30"}, follow=True).content.decode()
    assert "Look at the parks" in html
    action = MeetingAction.objects.get()
    done = {"outcome": "All were looked at.", "closed_on": "2020-06-01"}
    assert "Closed on 1 June 2020" in client.post(f"/actions/{action.pk}/close/", done, follow=True).content.decode()
    assert "Look at the parks" in client.get(f"{address}history/").content.decode()
    assert client.get("/actions/99999/change/").status_code == 404


def test_open_ones_come_first_the_first_due_first(signed_in):
    make.action(text="Third", closed_on=DAY("2020-05-20"), closed_by=make.staff(), outcome="Done.")
    make.action(text="Second", due=DAY("2020-06-30"))
    make.action(text="First", due=DAY("2020-05-30"))
    html = signed_in("panel").get("/actions/").content.decode()
    assert html.index("First") < html.index("Second") < html.index("Third")
