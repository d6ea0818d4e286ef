import datetime
import io
import re

import openpyxl
import pytest
from django.utils import timezone

from accounts.models import Mail, Office, User
from accounts.roles import Refused
from deliverables.models import ApprovedUpdate, Deliverable, DeliverableOwner, Extension, QuarterlyUpdate
from deliverables.templatetags.work import review_address
from tests import builders as make
from tests.conftest import PLAN
from themes.models import ReportingPeriod

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


class TestWhatIsNew:
    def write(self, update, narrative, code="G"):
        update.narrative = narrative
        update.rating = update.period.theme.plan.rating_scheme.ratings.get(code=code)
        update.save()

    def last(self, update):
        before = ApprovedUpdate.objects.get(
            update__deliverable__key=update.deliverable.key, update__period__quarter="2019-20 Q4"
        )
        return before.narrative

    def test_a_text_taken_over_shows_the_words_that_came_and_went(self, staff, update):
        self.write(update, self.last(update).replace("all four", "three of the"), code="A")
        html = said(staff.get(ONE))
        assert "New since Quarter 4, 2019-20" in html
        assert '<del><span class="visually-hidden">[gone: </span>all four<' in html
        assert '<ins><span class="visually-hidden">[new: </span>three of the<' in html
        assert "it was" in html

    def test_one_written_anew_says_so(self, staff, update):
        self.write(update, "<p>Something else altogether was done.</p>")
        assert "The text is written anew." in said(staff.get(ONE))

    def test_one_that_is_the_same_is_warned_of(self, staff, update):
        self.write(update, self.last(update))
        html = said(staff.get(ONE))
        assert "the same as for Quarter 4, 2019-20." in html
        assert "as it was." in html


def test_approving_one_makes_it_count(staff, update):
    html = said(staff.post(ONE, {"approve": "1", "version": update.version}, follow=True))
    assert "Theme 3, deliverable 1, Quarter 1, 2020-21 approved." in html
    assert ApprovedUpdate.objects.get(update=update).narrative == update.narrative


def test_a_text_changed_since_it_was_read_is_not_approved(staff, update):
    QuarterlyUpdate.objects.filter(pk=update.pk).update(version=update.version + 1)
    assert "has changed Theme 3, deliverable 1, Quarter 1, 2020-21 since you read it" in said(
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
    assert f"{own.title} was not approved: You submitted or last changed" in html
    assert submitted() == [own]


@pytest.mark.parametrize("data", [{}, {"update": ["x", "²", "9" * 30, "0"]}])
def test_ticking_nothing_that_is_there_approves_nothing(staff, data):
    before = len(submitted())
    assert staff.post(f"{REVIEW}approve/", data).status_code == 302
    assert len(submitted()) == before


def test_an_update_of_another_quarter_is_not_approved_from_this_page(staff, update):
    staff.post(f"/plans/{PLAN}/2019-20/q4/review/approve/", ticked(update))
    assert now(update).state == "submitted"


class TestNotWritten:
    PAGE = f"{QUARTER}themes/3/deliverables/15/review/"

    def test_it_says_who_has_it_and_since_when_it_is_due_and_reminds_or_gives_more_time(self, staff, user):
        ReportingPeriod.objects.filter(theme__number=3, quarter="2020-21 Q1").update(
            opens="2020-01-01", updates_due="2020-04-21"
        )
        response = staff.get(self.PAGE)
        html = said(response)
        assert response.status_code == 200
        assert (
            "Head of neighbourhood policing (Nottinghamshire Police) leads it; it is late since 21 April 2020." in html
        )
        assert f'name="user" value="{user("owner").pk}"' in html
        assert "Send a reminder to Head of neighbourhood policing" in html
        assert f"{QUARTER}themes/3/deliverables/15/more-time/" in html

    def test_whom_no_e_mail_reaches_is_not_offered_a_reminder(self, staff):
        User.objects.filter(email="owner@example.org").update(email=None)
        html = said(staff.get(self.PAGE))
        assert "No e-mail reaches who has it to write" in html
        assert "Send a reminder" not in html

    def test_one_that_nobody_leads_says_so(self, staff):
        DeliverableOwner.objects.filter(deliverable__theme__number=3, deliverable__number=15).delete()
        assert "Nobody leads it yet" in said(staff.get(self.PAGE))

    def test_in_a_locked_quarter_no_reminder_is_offered(self, staff):
        ReportingPeriod.objects.update(locked_at=timezone.now(), locked_by=make.staff())
        html = said(staff.get(self.PAGE))
        assert "It cannot be written now" in html
        assert "Give more time" in html


def test_a_locked_quarter_takes_no_approval_until_it_is_open_again(staff, update):
    assert "is locked." in said(staff.post(f"{REVIEW}lock/", {"lock": "1", "confirmed": "1"}, follow=True))
    assert "is locked, so its updates can no longer be changed" in said(
        staff.post(ONE, {"approve": "1", "version": update.version})
    )
    staff.post(f"{REVIEW}lock/", {"unlock": "1"})
    staff.post(ONE, {"approve": "1", "version": update.version})
    assert now(update).state == "approved"


class TestLock:
    LOCK = f"{REVIEW}lock/"

    def locked(self):
        return ReportingPeriod.objects.filter(quarter="2020-21 Q1", locked_at__isnull=False).count()

    def test_it_is_asked_first_with_the_numbers_of_what_is_not_approved(self, staff):
        html = said(staff.post(self.LOCK, {"lock": "1"}))
        waiting = len(submitted())
        assert f"{waiting} wait for approval, {52 - waiting} are not in; they count as No update." in html
        assert 'name="confirmed"' in html
        assert self.locked() == 0

    def test_confirmed_it_is_locked_for_all_themes_and_then_said_on_top(self, staff):
        html = said(staff.post(self.LOCK, {"lock": "1", "confirmed": "1"}, follow=True))
        assert self.locked() == 4
        assert html.index("<b>Locked.</b>") < html.index("By theme")
        assert "<b>Locked.</b>" not in said(staff.get(f"/plans/{PLAN}/2019-20/q4/review/"))

    def test_where_all_is_approved_nothing_is_asked(self, staff):
        Deliverable.objects.filter(financial_year="2020-21").update(planned_start="2020-21 Q2", due=None)
        QuarterlyUpdate.objects.filter(period__quarter="2020-21 Q1").update(state="approved")
        assert staff.post(self.LOCK, {"lock": "1"}).status_code == 302
        assert self.locked() == 4

    def test_nothing_that_cannot_be_approved_is_offered_for_it(self, staff, update):
        staff.post(self.LOCK, {"lock": "1", "confirmed": "1"})
        html, one = said(staff.get(REVIEW)), said(staff.get(ONE))
        assert 'class="tick"' not in html
        assert "Approve those ticked" not in html
        for button in ("approve", "return", "reopen"):
            assert f'name="{button}"' not in one
        assert "is locked, so its updates can no longer be changed" in one
        give_time(update.deliverable)
        html, one = said(staff.get(REVIEW)), said(staff.get(ONE))
        assert html.count('class="tick"') == 1
        assert f'name="update" value="{update.pk}"' in html
        assert 'name="approve"' in one

    def test_a_note_typed_while_somebody_locked_stays(self, staff):
        staff.post(self.LOCK, {"lock": "1", "confirmed": "1"})
        html = said(staff.post(ONE, {"return": "1", "note": "Say how many."}))
        assert "Say how many.</textarea>" in html
        assert 'id="id_note"' in html

    def test_what_is_refused_is_said(self, staff, monkeypatch):
        def refuse(**facts):
            raise Refused("Somebody else has just made a change.")

        for verb in ("lock_all_themes", "unlock_quarter"):
            monkeypatch.setattr(f"deliverables.work_views.{verb}", refuse)
        for data in ({"lock": "1", "confirmed": "1"}, {"unlock": "1"}):
            assert "Somebody else has just made a change." in said(staff.post(self.LOCK, data, follow=True))


@pytest.mark.parametrize("page", ["approve/", "lock/", "remind/"])
def test_who_comes_back_from_signing_in_is_asked_to_press_the_button_again(staff, page):
    response = staff.get(f"{REVIEW}{page}", follow=True)
    assert response.redirect_chain == [(REVIEW, 302)]
    assert "Nothing was sent: please press the button again." in said(response)


def test_after_approving_the_list_is_as_it_was_filtered_and_sorted(staff, update):
    html = said(staff.get(f"{REVIEW}?theme=3&waiting-sort=-number&waiting-page=1&all=1"))
    action = re.search(r'action="([^"]+/approve/[^"]*)"', html)[1].replace("&amp;", "&")
    response = staff.post(action, ticked(update))
    assert response["Location"] == f"{REVIEW}?theme=3&waiting-sort=-number"
    response = staff.post(f"{REVIEW}approve/?theme=3%0d%0aX: y&//evil.example", ticked())
    assert response["Location"] == f"{REVIEW}?theme=3%0D%0AX%3A+y&%2F%2Fevil.example="


@pytest.mark.parametrize("version", ["9" * 5000, "²", "x", ""])
def test_a_version_that_is_none_approves_nothing(staff, update, version):
    html = said(staff.post(f"{REVIEW}approve/", ticked(update) | {f"version-{update.pk}": version}, follow=True))
    assert "0 approved." in html
    assert now(update).state == "submitted"


class TestNavigation:
    def review_link(self, html):
        found = re.search(r'<li><a href="([^"]+)">Review</a></li>', html)
        return found and found[1]

    def test_from_a_page_without_a_quarter_it_leads_to_the_latest_that_is_open(self, staff, user):
        assert self.review_link(said(staff.get("/my-updates/"))) == REVIEW
        ReportingPeriod.objects.filter(quarter="2020-21 Q1").update(locked_at=timezone.now(), locked_by=user("staff"))
        assert self.review_link(said(staff.get("/my-updates/"))) == f"/plans/{PLAN}/2019-20/q4/review/"
        ReportingPeriod.objects.update(locked_at=timezone.now(), locked_by=user("staff"))
        assert self.review_link(said(staff.get("/my-updates/"))) == REVIEW
        ReportingPeriod.objects.update(opens="2140-01-01", updates_due="2140-01-01")
        assert self.review_link(said(staff.get("/my-updates/"))) is None

    def test_from_a_page_of_a_quarter_it_keeps_that(self, staff):
        assert self.review_link(said(staff.get(f"/plans/{PLAN}/2018-19/q4/"))) == f"/plans/{PLAN}/2018-19/q4/review/"

    def test_it_is_for_who_reviews(self, signed_in):
        assert self.review_link(said(signed_in("owner").get("/my-updates/"))) is None

    def test_it_costs_one_query_where_the_page_has_no_quarter_and_none_where_it_has(
        self, theme_3, django_assert_num_queries
    ):
        with django_assert_num_queries(1):
            review_address("")
        with django_assert_num_queries(0):
            review_address(theme_3)


def test_the_review_page_costs_a_constant_number_of_queries(staff, django_assert_max_num_queries):
    staff.get(REVIEW)
    with django_assert_max_num_queries(18):
        staff.get(REVIEW)


def test_the_review_page_costs_the_same_queries_with_more_of_everything(staff, django_assert_num_queries):
    staff.get(REVIEW)
    with django_assert_num_queries(18):
        staff.get(REVIEW)
    theme = ReportingPeriod.objects.get(theme__number=3, quarter="2020-21 Q1").theme
    year = ReportingPeriod.objects.get(theme=theme, quarter="2020-21 Q1").quarter.year
    for number in range(50, 110):
        owner = make.person(email=f"n{number}@example.org", is_coordinator=True)
        give_time(make.deliverable(theme, owner=owner, number=number, financial_year=year))
    with django_assert_num_queries(18):
        staff.get(REVIEW)


def give_time(row, until="2140-01-01"):
    period = ReportingPeriod.objects.get(theme=row.theme, quarter="2020-21 Q1")
    facts = {"until": until, "reason": "The system was down.", "given_by": make.staff(), "given_at": timezone.now()}
    return Extension.objects.create(deliverable=row, period=period, **facts)


def numbers(html, caption):
    """Theme and number of each row of one of the page's tables."""
    table = html.split(f'aria-label="{caption}"')[1].split("</table>")[0]
    cells = re.findall(r'<td class="col-(?:theme|number)"[^>]*>(\d+)</td>', table)
    return list(zip(map(int, cells[::2]), map(int, cells[1::2]), strict=True))


class TestLists:
    def test_what_waits_and_what_is_with_owners_are_in_the_order_of_the_plan(self, staff):
        html = said(staff.get(REVIEW))
        waiting, still_open = numbers(html, "Waiting for approval"), numbers(html, "Still with their owners")
        assert waiting == sorted(waiting)
        assert (3, 1) in waiting
        assert (3, 2) in still_open
        assert not set(waiting) & set(still_open)

    def test_each_is_sorted_by_itself(self, staff):
        plain, sorted_ = said(staff.get(REVIEW)), said(staff.get(f"{REVIEW}?waiting-sort=-number&open-sort=-theme"))
        down = [number for _, number in numbers(sorted_, "Waiting for approval")]
        assert down == sorted(down, reverse=True)
        assert numbers(sorted_, "Still with their owners")[0][0] == 4
        assert set(numbers(plain, "Waiting for approval")) == set(numbers(sorted_, "Waiting for approval"))
        assert 'name="waiting-sort" value="-number"' in sorted_

    def test_they_are_narrowed_by_theme_organisation_owner_and_stage(self, staff, user):
        assert {theme for theme, _ in numbers(said(staff.get(f"{REVIEW}?theme=3")), "Waiting for approval")} == {3}
        mine = said(staff.get(f"{REVIEW}?owner={user('owner').pk}&stage=to+do"))
        assert "No submitted update answers to this choice." in mine
        assert (3, 15) in numbers(mine, "Still with their owners")
        assert (3, 2) not in numbers(mine, "Still with their owners")
        office = make.office().pk
        for theme, number in numbers(said(staff.get(f"{REVIEW}?organisation={office}")), "Still with their owners"):
            row = Deliverable.objects.get(theme__number=theme, number=number, financial_year="2020-21")
            assert row.leader_on(timezone.localdate()).organisation_id == office

    def test_late_only_is_what_is_past_its_day(self, staff):
        ReportingPeriod.objects.update(updates_due=timezone.localdate())
        assert "Nothing that is left to write answers" in said(staff.get(f"{REVIEW}?late=late"))
        ReportingPeriod.objects.filter(theme__number=3, quarter="2020-21 Q1").update(
            opens="2020-01-01", updates_due=timezone.localdate() - datetime.timedelta(days=5)
        )
        html = said(staff.get(f"{REVIEW}?late=late"))
        assert {theme for theme, _ in numbers(html, "Still with their owners")} == {3}
        assert "5 days late" in html

    @pytest.mark.parametrize("query", ["theme=77", "owner=x", "stage=zebra", "late=yes"])
    def test_a_choice_that_is_not_there_is_said_and_passed_over_and_no_file_is_made(self, staff, query):
        assert "It is passed over" in said(staff.get(f"{REVIEW}?{query}"))
        assert staff.get(f"{REVIEW}updates.csv?{query}").status_code == 404

    def test_all_tasks_of_all_stages_are_taken_away(self, staff, update):
        give_time(update.deliverable)
        text = staff.get(f"{REVIEW}updates.csv").content.decode("utf-8-sig")
        header, *rows = text.strip().split("\r\n")
        assert header.startswith("Theme,No.,Deliverable,Organisation,Owner,Stage,Due,Late,Deadline,Rating")
        assert len(rows) == 52
        assert "2140-01-01,The system was down.,2020-21 Q1" in text
        sheet = openpyxl.load_workbook(io.BytesIO(staff.get(f"{REVIEW}updates.xlsx?theme=3").content)).active
        assert {row[0] for row in sheet.iter_rows(min_row=2, values_only=True)} == {3}
        assert staff.get(f"{REVIEW}updates.pdf").status_code == 404

    def test_all_are_ticked_by_a_link(self, staff):
        assert " checked" not in said(staff.get(REVIEW))
        html = said(staff.get(f"{REVIEW}?all=1&theme=3"))
        assert html.count(" checked>") == len(numbers(html, "Waiting for approval")) > 0
        assert 'href="?theme=3#waiting">Tick none' in html

    def test_the_second_page_of_a_long_list_is_its_own(self, staff, update):
        theme, year = update.deliverable.theme, update.deliverable.financial_year
        for number in range(50, 110):
            make.deliverable(theme, number=number, financial_year=year)
        html = said(staff.get(f"{REVIEW}?open-page=2"))
        assert numbers(html, "Still with their owners")
        assert numbers(html, "Waiting for approval")[0] == (1, 2)
        assert staff.get(f"{REVIEW}?open-page=99").status_code == 404


class TestMoreTime:
    PAGE = f"{QUARTER}themes/3/deliverables/15/more-time/"
    GIVEN = {"until": "2140-01-01", "reason": "The figures come late."}

    def test_staff_give_it_and_it_is_shown_where_it_counts(self, staff):
        assert self.PAGE in said(staff.get(REVIEW))
        html = said(staff.post(self.PAGE, self.GIVEN, follow=True))
        assert "Theme 3, deliverable 15, Quarter 1, 2020-21 has time until 1 January 2140." in html
        assert "on 1 January 2140. More time was given: The figures come late." in html
        given = Extension.objects.get()
        assert (str(given.until), given.given_by.email) == ("2140-01-01", "staff@example.org")

    def test_the_form_starts_with_what_was_given(self, staff):
        staff.post(self.PAGE, self.GIVEN)
        html = said(staff.get(self.PAGE))
        assert 'value="2140-01-01"' in html
        assert "It has more time until 1 January 2140: The figures come late." in html

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"until": ""}, "Enter the last day."),
            ({"until": "soon"}, "Enter a real date"),
            ({"until": "2020-01-01"}, "1 January 2020 is past"),
            ({"reason": " "}, "Say why more time is given."),
            ({"reason": "r" * 1001}, "at most 1000 characters"),
        ],
    )
    def test_what_is_wrong_is_said_once_and_what_was_typed_stays(self, staff, changes, says):
        typed = self.GIVEN | changes
        html = said(staff.post(self.PAGE, typed))
        assert html.count("There is a problem") == 1
        assert says in html
        assert typed["reason"] in html
        assert not Extension.objects.exists()

    def test_a_deliverable_that_is_not_there_is_named(self, staff):
        assert staff.get(f"{QUARTER}themes/3/deliverables/99/more-time/").status_code == 404

    def test_the_review_of_one_says_it_and_a_draft_leads_to_the_form(self, staff, update):
        give_time(update.deliverable)
        assert "More time was given until 1 January 2140: The system was down." in said(staff.get(ONE))
        staff.post(ONE, {"return": "1", "note": "More.", "version": update.version})
        assert f"{QUARTER}themes/3/deliverables/1/more-time/" in said(staff.get(ONE))


class TestRemind:
    def remind(self, staff, user):
        return said(staff.post(f"{REVIEW}remind/", {"user": user.pk}, follow=True))

    def test_one_person_is_reminded_and_the_page_says_when(self, staff, user):
        assert "None yet" in said(staff.get(REVIEW))
        html = self.remind(staff, user("owner"))
        assert "A reminder was sent to Head of neighbourhood policing." in html
        assert "None yet" not in html
        mail = Mail.objects.get(kind="reminder")
        assert (mail.to, mail.written_by) == (user("owner"), user("staff"))

    def test_pressed_again_it_says_when_the_last_went(self, staff, user):
        self.remind(staff, user("owner"))
        assert "was last reminded on" in self.remind(staff, user("owner"))
        assert Mail.objects.count() == 1

    def test_a_mail_server_that_is_down_is_said(self, staff, user, monkeypatch):
        def refuse(*args, **options):
            raise OSError("no route")

        monkeypatch.setattr("django.db.transaction.on_commit", lambda send: send())
        monkeypatch.setattr("django.core.mail.message.EmailMessage.send", refuse)
        assert "could not be sent. Try again later. The mail server did not answer. no route" in self.remind(
            staff, user("owner")
        )

    @pytest.mark.parametrize("data", [{}, {"user": "x"}, {"user": "²"}, {"user": "9" * 30}, {"user": "0"}])
    def test_nobody_chosen_reminds_nobody(self, staff, data):
        assert "Nobody was chosen" in said(staff.post(f"{REVIEW}remind/", data, follow=True))

    def test_who_no_e_mail_reaches_is_named_with_what_they_have_to_write(self, staff):
        html = said(staff.get(REVIEW))
        assert "No e-mail reaches these owners" in html
        assert "Chief finance officer 2" in html

    def test_a_coordinator_stands_for_who_has_no_e_mail(self, staff):
        User.objects.filter(email="admin@example.org").update(is_coordinator=True)
        html = said(staff.get(REVIEW))
        assert "Office manager<span" in html
        assert "also for Chief finance officer, Commissioning manager (NW)" in html
        assert "Chief finance officer 2" not in html

    def test_in_a_locked_quarter_nobody_is_asked_to_write(self, staff):
        ReportingPeriod.objects.update(locked_at=timezone.now(), locked_by=make.staff())
        assert "Nobody who can be written to has anything to write" in said(staff.get(REVIEW))

    def test_what_changes_hands_today_is_asked_of_the_successor(self, staff, user):
        row = Deliverable.objects.get(theme__number=4, number=3, financial_year="2020-21")
        DeliverableOwner.objects.create(deliverable=row, user=user("admin"), since=timezone.localdate())
        assert "Office manager" in said(staff.get(f"{REVIEW}?owner={user('admin').pk}"))


def test_what_is_submitted_is_a_part_of_the_bar_beside_what_is_approved(staff, update):
    html = said(staff.get(REVIEW))
    assert "0 of 15 approved, 2 submitted" in html
    staff.post(ONE, {"approve": "1", "version": update.version})
    html = said(staff.get(REVIEW))
    assert "1 of 15 approved, 1 submitted" in html
    assert '<rect class="work-submitted" x="6.667%" width="6.667%" height="16"></rect>' in html
