import pytest
from django.test import Client
from django.utils import timezone

from deliverables.actions import return_update
from deliverables.models import Deliverable, Extension, QuarterlyUpdate, UpdateState
from deliverables.narrative import MOST_BYTES
from tests.answers import refused
from tests.conftest import PLAN
from themes.models import ReportingPeriod

ADDRESS = f"/plans/{PLAN}/2020-21/q1/themes/3/deliverables/15/update/"
ANOTHERS = f"/plans/{PLAN}/2020-21/q1/themes/3/deliverables/8/update/"


def the_update():
    return QuarterlyUpdate.objects.filter(
        deliverable__theme__number=3, deliverable__number=15, period__quarter="2020-21 Q1"
    ).first()


def the_row():
    return Deliverable.objects.get(theme__number=3, number=15, financial_year="2020-21")


def entered(**changes):
    return {
        "rating": "G",
        "narrative": "Teams met twice.\nThe guide is out.",
        "date_precision": "day",
        "date": "2020-07-01",
        "recovery_step": "",
        "recovery_by": "",
        "version": "",
        "save": "1",
    } | changes


@pytest.fixture
def owner(signed_in):
    return signed_in("owner")


def test_an_owner_saves_a_draft_and_submits_it(owner):
    assert owner.post(ADDRESS, entered()).status_code == 302
    draft = the_update()
    assert (draft.state, draft.narrative) == (UpdateState.DRAFT, "<p>Teams met twice.</p><p>The guide is out.</p>")
    del (data := entered(version=draft.version, submit="1"))["save"]
    assert "Submitted for review." in owner.post(ADDRESS, data, follow=True).content.decode()
    assert the_update().state == UpdateState.SUBMITTED


def test_the_page_starts_with_what_is_saved_and_shows_the_quarter_before(owner):
    owner.post(ADDRESS, entered())
    html = owner.get(ADDRESS).content.decode()
    assert "Teams met twice." in html
    assert "The update before: Quarter 4, 2019-20" in html


def test_an_owner_may_start_from_last_quarters_text_and_gives_a_date_of_their_own(owner):
    html = owner.get(ADDRESS).content.decode()
    assert 'href="?from-last=1"' in html
    form = owner.get(f"{ADDRESS}?from-last=1").context["form"]
    assert "Problem solving training" in form["narrative"].value()
    assert form["rating"].value() == "G"
    assert form["date"].value() is None
    assert the_update() is None


def test_a_narrative_over_100_kb_is_refused_with_its_size_and_kept(owner):
    text = "word " * (MOST_BYTES // 5 + 20)
    html = refused(owner.post(ADDRESS, entered(narrative=text)))
    assert "The text is 100.1 kB long; the most that can be kept is 100 kB" in html
    assert text.strip() in html
    assert the_update() is None


def test_a_rating_outside_the_scheme_is_refused_with_the_scheme_listed(owner):
    html = refused(owner.post(ADDRESS, entered(rating="B")))
    assert "It has G Green, A Amber, R Red and NS Not started." in html
    assert "Teams met twice." in html


def test_hostile_html_is_stored_harmless(owner):
    owner.post(
        ADDRESS, entered(narrative="<p onclick=x>Met<script>alert(1)</script> <a href='javascript:x'>twice</a></p>")
    )
    assert the_update().narrative == "<p>Met twice</p>"


def test_what_a_rating_needs_is_asked_for_on_submitting_and_nothing_is_lost(owner):
    del (data := entered(rating="A", submit="1"))["save"]
    html = refused(owner.post(ADDRESS, data))
    assert "Amber needs the recovery step." in html
    assert "Amber needs the date it should be on course again." in html
    assert "Teams met twice." in html
    assert the_update() is None


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"date": "31/02/2020"}, "Enter a real date"),
        ({"date_precision": "century"}, "Select a valid choice"),
        ({"recovery_by": "soon"}, "Enter a real date"),
        ({"recovery_step": "x" * 1001}, "at most 1000 characters"),
    ],
)
def test_bad_input_is_answered_with_one_summary_and_kept(owner, changes, says):
    html = refused(owner.post(ADDRESS, entered(**changes)))
    assert says in html
    assert "Teams met twice." in html
    assert the_update() is None


def test_all_that_is_missing_is_asked_for_at_once(owner):
    del (data := entered(rating="", narrative="", date="", submit="1"))["save"]
    html = refused(owner.post(ADDRESS, data))
    for asked in ("Choose a rating.", "Write the update.", "Enter the date of the update"):
        assert asked in html


def test_a_draft_is_saved_without_its_date(owner):
    assert owner.post(ADDRESS, entered(date="")).status_code == 302
    assert (the_update().date, the_update().date_precision) == (None, "none")


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("Teams met twice.\nThe guide is out.", "Teams met twice.\nThe guide is out."),
        ("<ul><li>One</li></ul>", "<ul><li><p>One</p></li></ul>"),
        ("<p>Under <strong>five</strong></p>", "<p>Under <strong>five</strong></p>"),
        ("Fewer than &lt;b&gt;", "<p>Fewer than &lt;b&gt;</p>"),
    ],
)
def test_a_saved_draft_of_plain_lines_comes_back_as_plain_lines(owner, stored, shown):
    owner.post(ADDRESS, entered(narrative=stored))
    assert owner.get(ADDRESS).context["form"]["narrative"].value() == shown


def test_a_month_is_kept_as_its_first_day(owner):
    owner.post(ADDRESS, entered(date_precision="month", date="2020-07-20"))
    assert the_update().date_label == "July 2020"


def test_the_second_of_two_edits_shows_both_texts_and_loses_neither(owner, signed_in):
    owner.post(ADDRESS, entered(narrative="First text."))
    version = the_update().version
    signed_in("staff").post(ADDRESS, entered(narrative="Staff's text.", version=version))
    html = refused(owner.post(ADDRESS, entered(narrative="Owner's text.", version=version)))
    assert "Staff&#x27;s text." in html or "Staff's text." in html
    assert "Owner&#x27;s text." in html
    assert the_update().narrative == "<p>Staff's text.</p>"
    owner.post(ADDRESS, entered(narrative="Both texts.", version=the_update().version))
    assert the_update().narrative == "<p>Both texts.</p>"


def test_two_first_saves_end_in_one_update_and_a_told_conflict(owner, signed_in):
    owner.post(ADDRESS, entered(narrative="First."))
    html = refused(signed_in("staff").post(ADDRESS, entered(narrative="Also first.")))
    assert "Also first." in html
    assert the_update().narrative == "<p>First.</p>"


def test_a_conflict_with_a_draft_that_has_no_rating_yet_shows_both_texts(owner, signed_in):
    signed_in("staff").post(ADDRESS, entered(rating="", narrative="Staff's text."))
    html = refused(owner.post(ADDRESS, entered(narrative="Owner's text.")))
    assert "No rating chosen yet." in html
    assert "Staff's text." in html
    assert "Owner&#x27;s text." in html


def test_a_conflict_with_what_is_submitted_meanwhile_keeps_the_typed_text_on_the_page(owner, signed_in):
    owner.post(ADDRESS, entered())
    version = the_update().version
    del (data := entered(narrative="Staff's text.", version=version, submit="1"))["save"]
    signed_in("staff").post(ADDRESS, data)
    html = refused(owner.post(ADDRESS, entered(narrative="Owner's text.", version=version)))
    assert "Staff's text." in html
    assert "Owner&#x27;s text." in html
    assert "It cannot be saved now" in html


def test_a_less_than_sign_that_a_person_types_is_kept(owner):
    owner.post(ADDRESS, entered(narrative="Answered in <ten minutes; write to <the office> if x<y."))
    kept = "Answered in &lt;ten minutes; write to &lt;the office&gt; if x&lt;y."
    assert the_update().narrative == f"<p>{kept}</p>"


def test_a_page_that_takes_no_update_says_why_and_offers_no_form(signed_in):
    page = f"/plans/{PLAN}/2019-20/q4/themes/2/deliverables/10/"
    client = signed_in("staff")
    assert "Write the update" not in client.get(page).content.decode()
    html = client.get(f"{page}update/").content.decode()
    assert "is not in force in 2019-20 Q4, so it takes no update there." in html
    assert "Save draft" not in html


def test_what_another_leads_is_not_open_to_write(owner):
    assert owner.get(ANOTHERS).status_code == 403
    assert owner.post(ANOTHERS, entered()).status_code == 403


def test_a_locked_period_takes_no_edits(owner, user):
    period = ReportingPeriod.objects.get(theme__number=3, quarter="2020-21 Q1")
    period.locked_at, period.locked_by = timezone.now(), user("admin")
    period.save()
    assert "is locked" in owner.get(ADDRESS).content.decode()
    html = refused(owner.post(ADDRESS, entered()))
    assert "is locked" in html
    assert "Teams met twice." in html
    assert the_update() is None


def test_nothing_of_a_draft_is_on_the_pages_that_others_read(owner, signed_in):
    owner.post(ADDRESS, entered(narrative="Quite secret so far."))
    for client in (owner, signed_in("staff")):
        for address in (
            "",
            "themes/3/",
            "themes/3/deliverables/15/",
            "themes/3/appendix-a/",
            "themes/3/appendix-a.json",
        ):
            assert b"Quite secret" not in client.get(f"/plans/{PLAN}/2020-21/q1/{address}").content


class TestWhatThePageSays:
    def submit(self, client, **changes):
        del (data := entered(submit="1", **changes))["save"]
        return client.post(ADDRESS, data, follow=True)

    def test_after_submitting_it_says_what_comes_next_and_names_the_next_update_to_write(self, owner):
        html = self.submit(owner).content.decode()
        assert "The office reads it now." in html
        assert html.index("Write the next: Theme ") < html.index("My updates</a></p>")
        assert (
            "/themes/3/deliverables/15/update/" not in html.split("Write the next")[0].split("Submitted for review.")[1]
        )

    def test_what_can_no_longer_be_written_is_not_offered_next(self, owner, user):
        """With more time for it a locked quarter is open, but for that one update only."""
        period = ReportingPeriod.objects.get(theme__number=3, quarter="2020-21 Q1")
        facts = {"until": "2999-01-01", "reason": "Ill.", "given_by": user("staff"), "given_at": timezone.now()}
        row = Deliverable.objects.get(theme=period.theme, number=15, financial_year="2020-21")
        Extension.objects.create(deliverable=row, period=period, **facts)
        ReportingPeriod.objects.update(locked_at=timezone.now(), locked_by=user("staff"))
        assert "No other update waits for you." in self.submit(owner).content.decode()

    def test_who_leads_nothing_else_is_told_that_nothing_waits(self, signed_in):
        assert "No other update waits for you." in self.submit(signed_in("staff")).content.decode()

    def test_a_returned_update_shows_the_reviewers_note_on_top(self, owner, user):
        self.submit(owner)
        return_update(update=the_update(), note="Say how many.\nAnd when.", by=user("staff"), at=timezone.now())
        html = owner.get(ADDRESS).content.decode()
        order = ("Returned by", "Say how many.<br>And when.", '<form class="writing')
        assert sorted(order, key=html.index) == list(order)
        assert "Returned by" not in owner.get(ANOTHERS.replace("/8/", "/4/")).content.decode()

    def test_it_warns_of_a_rating_on_course_past_the_due_quarter(self, owner):
        owner.post(ADDRESS, entered())
        Deliverable.objects.filter(pk=the_update().deliverable_id).update(due="2019-20 Q4", planned_start="2019-20 Q4")
        assert "It is rated Green, though it was due in Quarter 4, 2019-20." in owner.get(ADDRESS).content.decode()

    def test_an_empty_draft_may_still_start_from_last_quarters_text_and_be_saved(self, owner):
        owner.post(ADDRESS, entered(narrative="", rating=""))
        form = owner.get(f"{ADDRESS}?from-last=1").context["form"]
        assert "Problem solving training" in form["narrative"].value()
        owner.post(ADDRESS, entered(narrative=form["narrative"].value(), version=form["version"].value()))
        assert "Problem solving training" in the_update().narrative

    def test_a_draft_with_a_text_may_not(self, owner):
        owner.post(ADDRESS, entered())
        assert "Start from the text" not in owner.get(ADDRESS).content.decode()
        assert owner.get(f"{ADDRESS}?from-last=1").context["form"]["narrative"].value().startswith("Teams met twice.")


class TestEarlierUpdates:
    def test_the_approved_ones_of_this_work_are_offered_newest_first_with_their_first_words(self, owner):
        form = owner.get(ADDRESS).context["form"]
        quarters = [value for value, _ in form.fields["earlier"].choices]
        assert quarters == sorted(quarters, reverse=True)
        assert quarters[0] == "2019-20 Q4"
        label = form.fields["earlier"].choices[0][1]
        assert label.startswith('Quarter 4, 2019-20 <span class="rating rating-G"><b>G</b> Green</span> The national')

    def test_what_is_ticked_is_kept_and_ticked_again(self, owner):
        owner.post(ADDRESS, entered(earlier=["2019-20 Q3", "2019-20 Q4"]))
        assert [str(quarter) for quarter in the_update().earlier] == ["2019-20 Q4", "2019-20 Q3"]
        html = owner.get(ADDRESS).content.decode()
        assert html.count("checked") == 4  # with the rating and the date's precision
        owner.post(ADDRESS, entered(version=1))
        assert the_update().earlier == ()

    def test_another_quarter_is_refused(self, owner):
        html = refused(owner.post(ADDRESS, entered(earlier=["2010-11 Q1"])))
        assert "2010-11 Q1 is not one of the available choices" in html


class TestTheCopyOnTheDevice:
    """A button's page tells the device which of its copies has been saved; see static/autosave.js."""

    def test_a_save_names_the_copy_in_the_address_that_follows(self, owner):
        assert owner.post(ADDRESS, entered(copy="a1b2"))["Location"] == f"{ADDRESS}?kept=a1b2"

    @pytest.mark.parametrize("copy", ["", "x&next=//evil.example", "../.."])
    def test_anything_else_is_left_out_of_it(self, owner, copy):
        assert owner.post(ADDRESS, entered(copy=copy))["Location"] == ADDRESS

    def test_what_is_refused_names_none(self, owner):
        assert "kept=" not in refused(owner.post(ADDRESS, entered(rating="B", copy="a1b2")))


def test_a_recovery_step_is_never_cut_off_by_the_browser(owner):
    assert "maxlength" not in owner.get(ADDRESS).content.decode()


class TestNothingTypedIsLost:
    def test_signed_out_the_text_comes_back_to_be_copied_with_a_link_to_sign_in(self, db, client):
        response = client.post(ADDRESS, entered(narrative="Written <b>long</b>.", recovery_step="Hire two."))
        html = response.content.decode()
        assert response.status_code == 401
        assert "You have been signed out" in html
        assert "Written &lt;b&gt;long&lt;/b&gt;.</textarea>" in html
        assert "<dt>Recovery step</dt><dd>Hire two.</dd>" in html
        assert f'href="/accounts/login/?next={ADDRESS}"' in html
        assert the_update() is None

    def test_signed_out_a_page_that_is_opened_leads_to_sign_in_as_ever(self, db, client):
        assert client.get(ADDRESS).url == f"/accounts/login/?next={ADDRESS}"

    def test_a_form_whose_token_does_not_fit_comes_back_with_its_text(self, user):
        client = Client(enforce_csrf_checks=True)
        client.force_login(user("owner"))
        response = client.post(ADDRESS, entered(recovery_step="Hire two."))
        html = response.content.decode()
        assert response.status_code == 403
        assert "The guide is out.</textarea>" in html
        assert "Hire two." in html

    def test_no_password_comes_back_where_the_token_does_not_fit(self, db):
        entries = {"login": "owner@example.org", "password": "battery staple"}
        response = Client(enforce_csrf_checks=True).post("/accounts/login/", entries)
        assert response.status_code == 403
        assert "battery staple" not in response.content.decode()

    def test_what_is_far_too_long_is_refused_with_its_size_and_kept(self, owner):
        html = refused(owner.post(ADDRESS, entered(narrative="word " * 600_000)))
        assert "kB long; the most that can be kept is 100 kB" in html

    def test_what_is_longer_than_can_be_sent_is_told_with_what_to_do(self, owner):
        response = owner.post(ADDRESS, entered(narrative="word " * 1_100_000))
        html = response.content.decode()
        assert response.status_code == 400
        assert "It is longer than can be sent" in html
        assert "Go back: your browser keeps the text." in html


class TestWarnedBeforeSubmitting:
    def pressed(self, **changes):
        return {name: value for name, value in entered(submit="1", **changes).items() if name != "save"}

    def taken_over(self, owner):
        form = owner.get(f"{ADDRESS}?from-last=1").context["form"]
        return self.pressed(narrative=form["narrative"].value())

    def test_a_text_taken_over_unchanged_comes_back_once_and_the_second_press_submits_it(self, owner):
        first = owner.post(ADDRESS, self.taken_over(owner))
        html = first.content.decode()
        assert "Not submitted yet" in html
        assert "The text and the rating are the same as for Quarter 4, 2019-20." in html
        assert "Submit all the same</button>" in html
        assert the_update().state == UpdateState.DRAFT
        form = first.context["form"]
        assert form["date"].value() == "2020-07-01"
        again = {name: form[name].value() for name in ("version", "confirmed")}
        assert owner.post(ADDRESS, self.taken_over(owner) | again).status_code == 302
        assert the_update().state == UpdateState.SUBMITTED

    def test_what_was_not_shown_yet_is_not_confirmed(self, owner):
        form = owner.post(ADDRESS, self.taken_over(owner)).context["form"]
        again = {name: form[name].value() for name in ("version", "confirmed")}
        html = owner.post(ADDRESS, self.taken_over(owner) | again | {"date": "2140-01-01"}).content.decode()
        assert "Its date, 1 January 2140, is in the future." in html
        assert the_update().state == UpdateState.DRAFT

    def test_all_warnings_stand_in_one_list(self, owner):
        Deliverable.objects.filter(pk=the_row().pk).update(due="2019-20 Q3")
        warned = owner.post(ADDRESS, self.taken_over(owner)).context["unconfirmed"]
        assert warned == [
            "It is rated Green, though it was due in Quarter 3, 2019-20.",
            "The text and the rating are the same as for Quarter 4, 2019-20.",
        ]

    def test_without_a_warning_the_first_press_submits(self, owner):
        assert owner.post(ADDRESS, self.pressed()).status_code == 302
        assert the_update().state == UpdateState.SUBMITTED


@pytest.mark.parametrize("date", ["1989-12-31", "2151-01-01", "0020-03-28"])
def test_a_date_of_another_age_is_refused_at_its_field(owner, date):
    form = owner.post(ADDRESS, entered(date=date, recovery_by=date)).context["form"]
    assert form.errors == {
        "date": ["Enter a real date, like 28/03/2020."],
        "recovery_by": ["Enter a real date, like 30/09/2020."],
    }


def test_which_date_is_printed_is_asked_for(owner):
    del (data := entered())["date_precision"]
    assert "Choose what date should be printed." in refused(owner.post(ADDRESS, data))


def test_ones_own_text_of_another_tab_is_called_that(owner):
    owner.post(ADDRESS, entered())
    at = timezone.localtime(the_update().last_changed_at)
    html = refused(owner.post(ADDRESS, entered(narrative="Another.")))
    assert f"You saved another text in another tab at {at:%H:%M}. Both texts are below" in html
    assert "You saved another text in another tab on" in html
    assert "Use that text" in html
