"""Who is reminded of what, and on which days: the rules as properties, then the verbs and the command."""

import datetime

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Mail, Office, User
from accounts.roles import Refused
from deliverables.file_models import PlanFile, ReturnFile
from deliverables.models import Deliverable, Extension, UpdateState
from deliverables.reminders import CAUGHT_UP, Schedule, letters, remind, send_scheduled
from deliverables.work import current_tasks
from needs.models import NeedsFile
from tests import builders as make
from tests.builders import NOW, Q4, noon
from themes.models import ReportingPeriod

DAY = datetime.timedelta(days=1)
START = datetime.date(2020, 4, 1)
DUE = datetime.date(2020, 4, 21)

offsets = st.lists(st.integers(0, 30), max_size=4).map(tuple)
schedules = st.builds(Schedule, before=offsets, after=offsets, every=st.integers(0, 10))
due_days = st.lists(st.integers(-20, 60).map(lambda days: START + days * DAY), max_size=4)
days_run = st.sets(st.integers(0, 60).map(lambda days: START + days * DAY))


def days_of(schedule, due):
    return {due + offset * DAY for offset in schedule.offsets}


def reminded(schedule, due, days):
    """The days on which somebody with all that is due is reminded, where the command runs on `days`."""
    went = []
    for day in sorted(days):
        if schedule.asks_for_one(due, today=day, last=went[-1] if went else None):
            went.append(day)
    return went


class TestSchedule:
    @given(schedules, due_days, days_run)
    def test_nobody_is_reminded_twice_within_the_least_days(self, schedule, due, days):
        went = reminded(schedule, due, days)
        assert all(later - earlier >= schedule.every * DAY for earlier, later in zip(went, went[1:], strict=False))

    @given(schedules, days_run)
    def test_who_has_nothing_to_write_is_never_reminded(self, schedule, days):
        assert reminded(schedule, [], days) == []

    @given(schedules, due_days, st.dates(START, START + 60 * DAY))
    def test_on_the_day_of_a_reminder_there_is_no_second(self, schedule, due, day):
        assert not schedule.asks_for_one(due, today=day, last=day)

    @given(schedules, due_days, days_run)
    def test_a_reminder_always_has_a_set_day_at_most_three_days_before(self, schedule, due, days):
        set_days = {day for one in due for day in days_of(schedule, one)}
        for day in reminded(schedule, due, days):
            assert any(day - CAUGHT_UP <= one <= day for one in set_days)

    @given(schedules, due_days)
    def test_run_daily_every_set_day_is_reminded_of_unless_that_was_just_done(self, schedule, due):
        days = [START + number * DAY for number in range(61)]
        went = reminded(schedule, due, days)
        for one in due:
            for day in days_of(schedule, one) & set(days):
                assert any(day - max(schedule.every - 1, 0) * DAY <= other <= day for other in went)

    @given(schedules, due_days, st.integers(0, 57), st.integers(1, 3))
    def test_a_set_day_missed_by_up_to_three_days_is_caught_up(self, schedule, due, first, down):
        missed = START + first * DAY
        days = [START + number * DAY for number in range(61)]
        went = reminded(schedule, due, [day for day in days if not missed <= day < missed + down * DAY])
        back = missed + down * DAY
        if any(missed <= day < back for one in due for day in days_of(schedule, one)):
            assert any(missed - schedule.every * DAY < day <= back for day in went)

    @pytest.mark.parametrize("due", [datetime.date.min, datetime.date.max])
    def test_a_day_however_far_off_stops_nobody_s_reminder(self, due):
        schedule = Schedule(before=(14,), after=(14,), every=3)
        assert schedule.asks_for_one([due, DUE], today=DUE + 14 * DAY, last=None)
        assert not schedule.asks_for_one([due], today=DUE, last=None)

    def test_the_offices_days_are_read(self):
        office = Office(remind_before="14,7, 0", remind_after="", remind_every=5)
        assert Schedule.of(office) == Schedule(before=(14, 7, 0), after=(), every=5)


@pytest.fixture
def commits(monkeypatch):
    """E-mails go out at once, as they do after a transaction; a test's own is never committed."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda send: send())


@pytest.fixture
def quarter(db):
    """A theme's Quarter 4, due on 21 April 2020, in a database in which nothing else is open."""
    ReportingPeriod.objects.update(locked_at=NOW, locked_by=make.staff())
    return make.period(make.theme(), Q4, updates_due=DUE)


def owner(**changes):
    return make.person(**{"email": f"owner.{User.objects.count()}@example.org"} | changes)


def led(quarter, by, **changes):
    return make.deliverable(quarter.theme, owner=by, **changes)


def schedule_run(day, **options):
    return send_scheduled(at=noon(day), **options)


def written_to(day, **options):
    return [letter.to for letter in schedule_run(day, **options).letters]


class TestWhoIsWrittenTo:
    def test_one_e_mail_lists_all_that_a_person_has_to_write_late_ones_first(self, quarter, commits, mailoutbox):
        by = owner()
        led(quarter, by, wording="Open the centre")
        earlier = make.period(quarter.theme, Q4.previous, updates_due=datetime.date(2020, 1, 21))
        schedule_run("2020-04-14")
        (mail,) = mailoutbox
        assert mail.to == [by.email]
        assert mail.subject == "2 updates to write, 1 late"
        late, in_time = mail.body.split("STILL IN TIME")
        assert "Quarter 3, 2019-20, late since 21 January 2020\nTo do" in late
        assert "Quarter 4, 2019-20, due in 7 days, on 21 April 2020\nTo do" in in_time
        for period in (earlier, quarter):
            where = f"/{period.quarter.slug}/themes/{quarter.theme.number}/deliverables/1/update/"
            assert f"http://127.0.0.1:8000/plans/{quarter.theme.plan.slug}/2019-20{where}\n" in mail.body
        assert mail.body.count("Open the centre") == 2

    def test_what_is_not_late_is_announced_with_its_day(self, quarter, commits, mailoutbox):
        led(quarter, owner())
        schedule_run("2020-04-14")
        assert mailoutbox[0].subject == "1 update to write by 21 April 2020"
        assert "LATE" not in mailoutbox[0].body

    def test_what_is_returned_is_there_with_its_note_and_signs_are_not_escaped(self, quarter, commits, mailoutbox):
        row = led(quarter, owner(), wording="Fraud & cyber")
        update = make.update(row)
        update.events.create(step="returned", note='Say "how many" <arrests>.', by=make.staff(), at=NOW)
        schedule_run("2020-04-14")
        assert 'Returned with the note:\nSay "how many" <arrests>.' in mailoutbox[0].body
        assert "Fraud & cyber" in mailoutbox[0].body

    @pytest.mark.parametrize("state", [UpdateState.SUBMITTED, UpdateState.APPROVED])
    def test_nothing_is_written_about_what_is_submitted_or_approved(self, quarter, state):
        make.update(led(quarter, owner()), state=state)
        assert written_to("2020-04-14") == []

    def test_nothing_is_written_about_what_is_not_needed(self, quarter):
        led(quarter, owner(), planned_start=Q4.next, due=Q4.next)
        assert written_to("2020-04-14") == []

    def test_nothing_is_written_about_a_locked_quarter_unless_more_time_was_given(self, quarter):
        by, other = owner(), owner()
        row = led(quarter, by)
        led(quarter, other)
        quarter.locked_at, quarter.locked_by = NOW, make.staff()
        quarter.save()
        assert written_to("2020-05-04") == []
        until = datetime.date(2020, 5, 11)
        facts = {"until": until, "reason": "Ill.", "given_by": make.staff(), "given_at": NOW}
        Extension.objects.create(deliverable=row, period=quarter, **facts)
        assert written_to("2020-05-04") == [by]

    def test_a_quarter_that_has_not_opened_is_not_written_about(self, quarter):
        led(quarter, owner())
        quarter.opens = DUE - 7 * DAY
        quarter.save()
        assert written_to("2020-04-10") == []

    @pytest.mark.parametrize("facts", [{"email": None}, {"is_active": False}], ids=["no e-mail", "left"])
    def test_what_is_led_by_who_cannot_be_written_to_goes_to_the_coordinators(
        self, quarter, commits, mailoutbox, facts
    ):
        organisation = make.organisation()
        leader = owner(organisation=organisation, display_name="Head of custody", **facts)
        coordinators = [owner(organisation=organisation, is_coordinator=True) for _ in range(2)]
        owner(organisation=organisation)
        owner(is_coordinator=True)
        led(quarter, leader)
        schedule_run("2020-04-14")
        assert {one for mail in mailoutbox for one in mail.to} == {one.email for one in coordinators}
        assert "they cannot be written to: Head of custody." in mailoutbox[0].body
        assert "To do, led by Head of custody" in mailoutbox[0].body

    def test_what_reaches_nobody_is_named(self, quarter):
        row = led(quarter, owner(email=None))
        ownerless = make.deliverable(quarter.theme)
        done = schedule_run("2020-04-14")
        assert [task.deliverable for task in done.unreached] == [row, ownerless]
        assert done.letters == []

    def test_who_may_not_write_updates_is_not_asked_to(self, quarter):
        led(quarter, make.panel_member(email="a.member@example.org"))
        assert written_to("2020-04-14") == []

    def test_letters_cost_the_same_queries_for_one_person_and_for_many(self, quarter, django_assert_num_queries):
        led(quarter, owner())
        with django_assert_num_queries(8):
            letters(current_tasks(Deliverable.objects.all(), DUE))
        for _ in range(4):
            led(quarter, owner(email=None, is_coordinator=True))
            led(quarter, owner())
        with django_assert_num_queries(8):
            letters(current_tasks(Deliverable.objects.all(), DUE))


@pytest.mark.usefixtures("commits")
class TestWhen:
    @pytest.mark.parametrize(
        "day", ["2020-04-07", "2020-04-14", "2020-04-20", "2020-04-22", "2020-04-28", "2020-05-05"]
    )
    def test_people_are_reminded_on_the_days_that_the_office_has_set(self, quarter, day):
        by = owner()
        led(quarter, by)
        assert written_to(day) == [by]

    @pytest.mark.parametrize("day", ["2020-04-01", "2020-04-11", "2020-04-18", "2020-05-20"])
    def test_on_other_days_they_are_not(self, quarter, day):
        led(quarter, owner())
        done = schedule_run(day)
        assert (done.letters, done.held_back) == ([], 1)

    def test_a_second_run_on_the_same_day_and_one_in_the_days_after_write_nothing(self, quarter):
        by = owner()
        led(quarter, by)
        assert written_to("2020-04-14") == [by]
        assert written_to("2020-04-14") == []
        assert written_to("2020-04-16") == []
        assert Mail.objects.filter(kind="reminder").count() == 1

    def test_a_set_day_too_soon_after_another_reminder_waits(self, quarter):
        by = owner()
        led(quarter, by)
        assert written_to("2020-04-20") == [by]
        assert written_to("2020-04-22") == []
        assert written_to("2020-04-23") == [by]

    def test_a_reminder_by_hand_does_not_count_for_the_schedule(self, quarter):
        by = owner()
        led(quarter, by)
        remind(user=by, by=make.staff(), at=noon("2020-04-13"))
        assert written_to("2020-04-14") == [by]

    def test_one_that_could_not_be_sent_reminded_nobody_and_the_next_run_writes_afresh(self, quarter):
        by = owner()
        led(quarter, by)
        schedule_run("2020-04-20")
        Mail.objects.update(sent_at=None, trouble="The mail server did not answer.")
        Office.objects.update(remind_every=10)
        assert written_to("2020-04-20") == [by]

    def test_one_that_is_just_being_sent_counts(self, quarter):
        by = owner()
        led(quarter, by)
        schedule_run("2020-04-20")
        Mail.objects.update(sent_at=None)
        assert written_to("2020-04-20") == []
        Mail.objects.update(written_at=noon("2020-04-20") - datetime.timedelta(minutes=2))
        assert written_to("2020-04-20") == [by]

    def test_a_dry_run_writes_nothing(self, quarter):
        by = owner()
        led(quarter, by)
        assert written_to("2020-04-14", dry_run=True) == [by]
        assert not Mail.objects.filter(to=by).exists()


@pytest.mark.usefixtures("commits")
class TestByHand:
    def test_one_person_is_reminded_of_everything_whatever_the_schedule(self, quarter, commits, mailoutbox):
        by, staff = owner(), make.staff(display_name="Performance lead")
        led(quarter, by)
        mail = remind(user=by, by=staff, at=noon("2020-04-02"))
        assert (mail.to, mail.written_by, mail.kind) == (by, staff, "reminder")
        assert "Sent by Performance lead" in mailoutbox[0].body

    def test_not_twice_within_an_hour_and_then_again(self, quarter):
        by, staff = owner(), make.staff()
        led(quarter, by)
        remind(user=by, by=staff, at=NOW)
        with pytest.raises(Refused, match="was last reminded on 2 April 2020, 12:00. Wait an hour"):
            remind(user=by, by=staff, at=NOW + datetime.timedelta(minutes=59))
        remind(user=by, by=staff, at=NOW + datetime.timedelta(minutes=60))
        assert Mail.objects.filter(to=by).count() == 2

    def test_who_has_nothing_to_write_is_not_reminded(self, quarter):
        with pytest.raises(Refused, match="nothing to write"):
            remind(user=owner(), by=make.staff(), at=NOW)

    def test_who_cannot_be_written_to_is_not_reminded(self, quarter):
        by = owner(email=None)
        led(quarter, by)
        with pytest.raises(Refused, match="no e-mail address"):
            remind(user=by, by=make.staff(), at=NOW)

    def test_who_does_not_review_reminds_nobody(self, quarter):
        by = owner()
        led(quarter, by)
        with pytest.raises(Refused):
            remind(user=by, by=by, at=NOW)
        assert not Mail.objects.filter(to=by).exists()


class TestCommand:
    @pytest.fixture(autouse=True)
    def on_the_day(self, quarter, monkeypatch, commits):
        monkeypatch.setattr("django.utils.timezone.now", lambda: noon("2020-04-14"))

    def test_it_says_who_was_reminded_and_who_cannot_be(self, quarter, capsys, mailoutbox):
        led(quarter, owner(display_name="Head of roads", email="roads@example.org"))
        led(quarter, owner(display_name="Head of custody", email=None))
        call_command("send_reminders")
        out = capsys.readouterr().out
        assert "Reminded: 1. Others with updates to write, to whom no reminder is due today: 0." in out
        assert "  Head of roads <roads@example.org>: 1 to write\n" in out
        assert "  Head of custody: T1 2019-20 no. 2 (due in 7 days)\n" in out
        assert len(mailoutbox) == 1

    def test_a_dry_run_says_the_same_and_sends_nothing_not_even_what_waited(self, quarter, capsys, mailoutbox):
        by = owner(display_name="Head of roads", email="roads@example.org")
        led(quarter, by)
        facts = {"kind": "submitted", "to": by, "address": by.email, "subject": "s", "body": "b", "written_at": NOW}
        Mail.objects.create(**facts | {"written_at": noon("2020-04-14")})
        call_command("send_reminders", "--dry-run")
        assert "  Head of roads <roads@example.org>: 1 to write\n" in capsys.readouterr().out
        assert mailoutbox == []

    def test_it_removes_what_was_uploaded_and_not_imported_for_30_days_and_says_how_many(self, quarter, capsys):
        by, old = make.staff(), noon("2020-03-14")
        assessment, plan = make.assessment(), quarter.theme.plan
        facts = {"content": b"x", "uploaded_by": by}
        for at, imported_at in ((old, None), (old, NOW), (noon("2020-03-16"), None)):
            times = {"uploaded_at": at, "imported_at": imported_at}
            imported_by = by if imported_at else None
            file = PlanFile.objects.create(**facts, **times, plan=plan, found={}, imported_by=imported_by)
            file.rows.create(at=1, facts={})
            ReturnFile.objects.create(**facts, **times, plan=plan, quarter=make.Q4)
            NeedsFile.objects.create(**facts, **times, assessment=assessment)
        call_command("send_reminders", "--dry-run")
        assert "Removed" not in capsys.readouterr().out
        call_command("send_reminders")
        assert "Removed, as not imported within 30 days of being uploaded: 3." in capsys.readouterr().out
        for model in (PlanFile, ReturnFile, NeedsFile):
            assert not model.objects.filter(uploaded_at=old, imported_at=None).exists()
            assert model.objects.count() == 2

    def test_what_a_page_is_just_sending_is_left_to_it(self, mailoutbox):
        by = owner()
        facts = {"kind": "submitted", "to": by, "address": by.email, "subject": "s", "body": "b"}
        mail = Mail.objects.create(**facts, written_at=noon("2020-04-14"))
        call_command("send_reminders")
        assert mailoutbox == []
        Mail.objects.filter(pk=mail.pk).update(written_at=noon("2020-04-14") - datetime.timedelta(minutes=2))
        call_command("send_reminders")
        assert len(mailoutbox) == 1

    def test_where_the_mail_server_refuses_it_says_so_and_the_next_run_sends(
        self, quarter, capsys, mailoutbox, monkeypatch
    ):
        led(quarter, owner(email="roads@example.org"))

        def refuse(*args, **options):
            raise OSError("no route")

        with monkeypatch.context() as down:
            down.setattr("django.core.mail.message.EmailMessage.send", refuse)
            with pytest.raises(CommandError, match="roads@example.org: The mail server did not answer. no route"):
                call_command("send_reminders")
        monkeypatch.setattr("django.utils.timezone.now", lambda: noon("2020-04-14") + datetime.timedelta(seconds=1))
        call_command("send_reminders")
        out = capsys.readouterr().out
        assert "Reminded: 1." in out
        assert "that waited" not in out
        assert [mail.to for mail in mailoutbox] == [["roads@example.org"]]
