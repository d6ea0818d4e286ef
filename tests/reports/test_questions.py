"""What panel members ask about what was published: the verbs, who sees what, the e-mails and the pages."""

import datetime
import re
import uuid

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Mail
from accounts.roles import Refused, Role
from reports.models import EditionRow, Question
from reports.options import Classification
from reports.public_pages import shelf
from reports.publishing import withdraw
from reports.question_actions import (
    ask,
    close_question,
    draft_answer,
    publish_answer,
    reopen_question,
    take_back_answer,
)
from reports.questions import Waiting, answered_about, answered_by_row, waiting
from reports.shown import SavedSince, seen
from tests import builders as make
from tests.answers import refused

pytestmark = pytest.mark.django_db

LATER = make.NOW + datetime.timedelta(days=1)


@pytest.fixture
def edition():
    """Public, on a theme with one row."""
    make.without_reports()
    theme = make.theme(title="Safer streets")
    make.approved(make.deliverable(theme, wording="Patrol\nthe parks"))
    return make.edition(make.report(theme))


@pytest.fixture
def row(edition):
    return EditionRow.objects.get(theme__edition=edition)


@pytest.fixture
def asked(row):
    return make.question(row, text="Which parks?")


def sent_to(user):
    return [one.body for one in Mail.objects.filter(to=user)]


class TestAsking:
    def test_it_is_about_the_row_as_it_was_printed_or_about_the_whole_report(self, edition, row):
        by = make.panel_member()
        of_row = ask(edition=edition, row_key=row.key, text=" Which\x00 parks? ", by=by)
        of_all = ask(edition=edition, row_key=None, text="Why?", by=by)
        assert (of_row.about, of_row.text) == ("Theme 1, deliverable 1: Patrol the parks", "Which parks?")
        assert of_all.about == f"{edition.title}, Quarter 4, 2019-20"
        assert of_row.history.get().history_user == by

    def test_who_may_answer_is_told_by_name_who_asked_what_and_nobody_else_is(self, edition):
        office, other = make.staff(email="answers@example.org"), make.panel_member(email="other@example.org")
        ask(edition=edition, row_key=None, text="Which parks?", by=make.panel_member(display_name="Ward member"))
        (said,) = sent_to(office)
        assert "Ward member" in said
        assert "Which parks?" in said
        assert not sent_to(other)

    def test_what_is_sent_twice_is_asked_once(self, edition):
        facts = {"edition": edition, "row_key": None, "text": "Why?", "by": make.panel_member()}
        assert ask(**facts) == ask(**facts)
        assert Mail.objects.filter(kind="question").count() == len({one.to_id for one in Mail.objects.all()})

    @pytest.mark.parametrize("role", [one for one in Role if one != Role.PANEL_MEMBER])
    def test_only_panel_members_ask(self, role, edition):
        with pytest.raises(Refused, match="may not ask about published reports"):
            ask(edition=edition, row_key=None, text="Why?", by=make.person(role))

    def test_what_is_withdrawn_or_not_printed_or_says_nothing_is_refused(self, edition):
        by = make.panel_member()
        with pytest.raises(Refused, match="prints no such deliverable"):
            ask(edition=edition, row_key=uuid.uuid4(), text="Why?", by=by)
        for text, why in ((" ", "cannot be blank"), ("x" * 2001, "at most 2000")):
            with pytest.raises(Refused, match=why):
                ask(edition=edition, row_key=None, text=text, by=by)
        withdraw(edition=edition, by=make.administrator(), reason="A name is in it.")
        with pytest.raises(Refused, match="not in view any more"):
            ask(edition=edition, row_key=None, text="Why?", by=by)


class TestAnswering:
    def test_a_draft_is_kept_then_published_and_who_asked_is_told_then(self, row):
        by = make.panel_member(email="ward@example.org")
        question = make.question(row, text="Which parks?", asked_by=by)
        draft_answer(question=question, answer="All.", by=make.staff())
        assert question.state == "Answer being drafted"
        assert not sent_to(by)
        publish_answer(question=question, answer="All of them.", by=make.staff(), at=LATER)
        assert (question.state, question.answered_at) == ("Answered", LATER)
        (said,) = sent_to(by)
        assert "All of them." in said
        assert f"/accounts/login/?next=/questions/{question.pk}/" in said

    def test_it_is_taken_back_with_a_reason_and_its_words_stay_as_a_draft(self, row):
        question, by = make.question(row, answer="None."), make.staff()
        with pytest.raises(Refused, match="Say why"):
            take_back_answer(question=question, reason=" ", by=by)
        take_back_answer(question=question, reason="It is wrong.", by=by)
        assert (question.state, question.answer) == ("Answer being drafted", "None.")
        assert question.history.first().history_change_reason == "It is wrong."
        with pytest.raises(Refused, match="there is none to take back"):
            take_back_answer(question=question, reason="Again.", by=by)

    def test_who_asked_is_told_that_it_was_taken_back_but_not_why_and_its_page_says_when(self, row, signed_in, user):
        question, by = make.question(row, asked_by=user("panel")), make.staff()
        publish_answer(question=question, answer="None.", by=by, tell=False)
        take_back_answer(question=question, reason="It is wrong.", by=by)
        (said,) = sent_to(user("panel"))
        assert "has been taken back" in said
        assert "It is wrong." not in said
        html = signed_in("panel").get(question.get_absolute_url()).content.decode()
        assert "An earlier answer, on " in html
        assert "Waiting for an answer." in html
        assert "None." not in html

    def test_about_a_report_withdrawn_from_view_nothing_is_published_and_its_words_go_to_nobody(
        self, edition, row, signed_in, user
    ):
        question = ask(edition=edition, row_key=row.key, text="Which?", by=user("panel"), tell=False)
        withdraw(edition=edition, by=make.administrator(), reason="A name is in it.")
        client, address = signed_in("staff"), question.get_absolute_url()
        assert "Publish the answer" not in client.get(f"{address}answer/").content.decode()
        typed = {"narrative": "All.", "shown": seen(question), "publish": "yes"}
        refused(client.post(f"{address}answer/", typed), "nobody could read the answer", "All.")
        close_question(question=question, note="It is out of view.", by=make.staff())
        mail_to_asker = Mail.objects.get(to=user("panel"))
        pages = [signed_in("panel").get(where).content.decode() for where in (address, "/questions/", "/questions.csv")]
        for said in (mail_to_asker.subject, mail_to_asker.body, *pages):
            assert "Patrol" not in said
            assert "report since withdrawn from view" in " ".join(said.split())
        assert "Patrol" in client.get(address).content.decode()

    def test_it_is_closed_with_a_note_to_who_asked_and_opened_again(self, row):
        by, asker = make.staff(), make.panel_member(email="ward@example.org")
        question = make.question(row, asked_by=asker)
        with pytest.raises(Refused, match="Say why"):
            close_question(question=question, note="", by=by)
        close_question(question=question, note="Asked at the meeting.", by=by)
        assert question.state == "Closed without a published answer"
        assert "Asked at the meeting." in sent_to(asker)[0]
        with pytest.raises(Refused, match="It is closed"):
            close_question(question=question, note="Again.", by=by)
        reopen_question(question=question, reason="It was not.", by=by)
        assert question.state == "Waiting for an answer"
        with pytest.raises(Refused, match="not closed"):
            reopen_question(question=question, reason="Again.", by=by)

    @pytest.mark.parametrize("verb", [draft_answer, publish_answer])
    def test_what_is_answered_or_closed_or_empty_or_too_long_is_refused(self, verb, row):
        by = make.staff()
        closed = {"closed_at": make.NOW, "closed_by": by, "closed_note": "No."}
        for question, why in (
            (make.question(row, answer="None."), "Take it back first"),
            (make.question(row, **closed), "Open it again first"),
        ):
            with pytest.raises(Refused, match=why):
                verb(question=question, answer="All.", by=by)
        with pytest.raises(Refused, match="at most 5000"):
            verb(question=make.question(row), answer="x" * 5001, by=by)
        with pytest.raises(Refused, match="Write the answer"):
            publish_answer(question=make.question(row), answer=" ", by=by)

    @pytest.mark.parametrize("role", [Role.PANEL_MEMBER, Role.CONTRIBUTOR])
    def test_only_the_office_answers(self, role, asked):
        by = make.person(role)
        for verb, given in (
            (draft_answer, {"answer": "All."}),
            (publish_answer, {"answer": "All."}),
            (take_back_answer, {"reason": "So."}),
            (close_question, {"note": "So."}),
            (reopen_question, {"reason": "So."}),
        ):
            with pytest.raises(Refused, match="may not answer the Panel's questions"):
                verb(question=asked, by=by, **given)

    def test_of_two_who_answer_the_second_is_refused_over_what_they_have_not_seen(self, asked):
        shown = seen(asked)
        draft_answer(question=asked, answer="All.", shown=shown, by=make.staff(display_name="The first"))
        with pytest.raises(SavedSince, match="The first saved this question since"):
            publish_answer(question=asked, answer="Some.", shown=shown, by=make.staff())
        asked.refresh_from_db()
        assert asked.answer == "All."

    def test_who_left_the_panel_is_told_nothing_about_a_non_public_report(self, edition):
        type(edition).objects.update(classification=Classification.NON_PUBLIC)
        gone = make.person(email="gone@example.org")
        question = make.question(edition, asked_by=gone)
        publish_answer(question=question, answer="All.", by=make.staff())
        assert not sent_to(gone)


SEES = {
    # State and classification of a question of another person: which roles see it, while its edition is in view.
    ("waiting", Classification.PUBLIC): {"staff", "administrator"},
    ("closed", Classification.PUBLIC): {"staff", "administrator"},
    ("answered", Classification.PUBLIC): {"staff", "administrator", "contributor", "panel member", "nobody"},
    ("waiting", Classification.NON_PUBLIC): {"staff", "administrator"},
    ("closed", Classification.NON_PUBLIC): {"staff", "administrator"},
    ("answered", Classification.NON_PUBLIC): {"staff", "administrator", "panel member"},
}


@pytest.mark.parametrize("role", [*Role, "nobody"])
def test_who_sees_which_question(role, edition):
    client, user = Client(), None
    if role != "nobody":
        user = make.person(role)
        client.force_login(user)
    closed = {"closed_at": make.NOW, "closed_by": make.staff(), "closed_note": "No."}
    states = {"waiting": {}, "closed": closed, "answered": {"answer": "All."}}
    for (state, classification), roles in SEES.items():
        type(edition).objects.update(classification=classification)
        question = make.question(edition, **states[state])
        html = client.get("/questions/").content.decode()
        assert (question.text in html) is (role in roles), (state, classification)
        type(edition).objects.update(withdrawn_at=make.NOW, withdrawn_by=make.staff(), withdrawn_reason="So.")
        shelf.clear()  # as the verb's line in the history does
        html = client.get("/questions/").content.decode()
        assert (question.text in html) is (role in ("staff", "administrator")), (state, "withdrawn")
        type(edition).objects.update(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
        if role == Role.PANEL_MEMBER:
            own = make.question(edition, asked_by=user, **states[state])
            assert own.text in client.get(own.get_absolute_url()).content.decode()
        question.delete()


class TestWhatIsPrintedBesideARow:
    def test_it_follows_the_deliverable_and_what_waits_stays_out(self, edition, row, asked):
        answered = make.question(row, answer="All.")
        make.question(edition, answer="Of the whole.")
        nobody = Client().get("/questions/").wsgi_request.user
        with CaptureQueriesContext(connection) as queries:
            assert answered_by_row([row.key, uuid.uuid4()], nobody) == {row.key: [answered]}
        assert len(queries) == 1
        with CaptureQueriesContext(connection) as queries:
            assert [one.answer for one in answered_about(edition, nobody)] == ["All.", "Of the whole."]
        assert len(queries) == 1

    def test_the_edition_that_corrects_it_tells_of_it_too(self, edition, row):
        make.question(row, answer="All <of> them.\n\nEach day.")
        edition.report.agenda_item = "05"
        edition.report.save()
        html = Client().get(make.edition(edition.report).get_absolute_url()).content.decode()
        assert "<p>All &lt;of&gt; them.</p>" in html
        assert "<p>Each day.</p>" in html
        assert f'href="{edition.get_absolute_url()}#row-{row.key}"' in html
        assert f'id="row-{row.key}"' in html


class TestPages:
    def test_a_panel_member_asks_about_the_row_that_the_link_names(self, edition, row, signed_in):
        client, address = signed_in("panel"), f"{edition.get_absolute_url()}ask/?row={row.key}"
        assert f'<option value="{row.key}" selected>' in client.get(address).content.decode()
        html = refused(client.post(address, {"row": str(row.key), "narrative": " "}), "Write your question.")
        assert "without your name" in html
        response = client.post(address, {"row": str(row.key), "narrative": "Which parks?"}, follow=True)
        html = response.content.decode()
        question = Question.objects.get()
        assert question.row_key == row.key
        assert response.redirect_chain[-1][0] == question.get_absolute_url()
        assert "Your question is sent." in html
        assert f"<title>Question {question.pk} about Theme 1, deliverable 1" in html
        assert "<h1>Question about Theme 1, deliverable 1</h1>" in html
        (link,) = re.findall(r'href="(/progress/[^"]*/deliverables/1/)">Theme 1, deliverable 1: Patrol the parks', html)
        assert client.get(link).status_code == 200

    def test_what_nobody_can_see_is_no_question_and_what_turns_a_text_is_left_out(self, edition, signed_in):
        client, address = signed_in("panel"), f"{edition.get_absolute_url()}ask/"
        refused(client.post(address, {"row": "", "narrative": "\u200b\u202e \u2060\x02"}), "Write your question.")
        client.post(address, {"row": "", "narrative": "\u200bWhich \u202eparks\u202c?\u200b\r\n"})
        assert Question.objects.get().text == "Which parks?"
        with pytest.raises(Refused, match="cannot be blank"):
            ask(edition=edition, row_key=None, text="\u200b", by=make.panel_member())

    def test_a_text_too_long_is_not_cut_but_answered_with_how_long_it_is(self, edition, signed_in):
        client, address = signed_in("panel"), f"{edition.get_absolute_url()}ask/"
        html = client.get(address).content.decode()
        assert "At most 2,000 characters." in html
        assert not re.search(r"<textarea[^>]*maxlength", html)
        refused(
            client.post(address, {"row": "", "narrative": "x" * 2014}), "has 2,014 characters; the most", "x" * 2014
        )
        client.post(address, {"row": "", "narrative": "x" * 1998 + "\r\ny"})
        assert len(Question.objects.get().text) == 2000

    def test_who_asked_is_never_told_that_an_answer_is_drafted(self, edition, signed_in, user):
        question = make.question(edition, asked_by=user("panel"))
        draft_answer(question=question, answer="A secret draft.", by=make.staff())
        for where in (question.get_absolute_url(), "/questions/", "/questions.csv"):
            said = signed_in("panel").get(where).content.decode()
            assert "Waiting for an answer" in said
            assert "draft" not in said
            assert "Answer being drafted" in signed_in("staff").get(where).content.decode()

    def test_a_row_that_is_not_printed_is_not_there_and_what_was_typed_about_it_stays(self, edition, signed_in):
        client, address = signed_in("panel"), f"{edition.get_absolute_url()}ask/"
        for key in (uuid.uuid4(), "x"):
            assert client.get(f"{address}?row={key}").status_code == 404
            refused(client.post(address, {"row": key, "narrative": "Quaint?"}), "prints no such", "Quaint?")
        assert client.get("/published/never-there/v1/ask/").status_code == 404
        assert "csrfmiddlewaretoken" in client.get(address).content.decode()

    def test_a_question_about_what_was_withdrawn_meanwhile_is_not_sent_and_not_lost(self, edition, signed_in):
        withdraw(edition=edition, by=make.administrator(), reason="A name is in it.")
        answer = signed_in("panel").post(f"{edition.get_absolute_url()}ask/", {"row": "", "narrative": "Which parks?"})
        assert answer.status_code == 410
        assert "Which parks?" in answer.content.decode()
        assert not Question.objects.exists()

    def test_two_on_one_answer_see_both_texts_and_can_go_on(self, asked, signed_in):
        client, address = signed_in("staff"), f"/questions/{asked.pk}/answer/"
        shown = seen(asked)
        draft_answer(question=asked, answer="All of them.", by=make.staff(display_name="The first"))
        answer = client.post(address, {"narrative": "Some of them.", "shown": shown, "publish": "yes"})
        html = refused(answer, "The first saved this question since", "All of them.", "Some of them.")
        assert seen(Question.objects.get(pk=asked.pk)) in html
        both = {"narrative": "All of them, some daily.", "shown": seen(Question.objects.get(pk=asked.pk))}
        assert "The draft is saved." in client.post(address, both, follow=True).content.decode()

    def test_what_was_typed_over_an_answer_published_meanwhile_is_shown_again(self, asked, signed_in):
        shown = seen(asked)
        publish_answer(question=asked, answer="All of them.", by=make.staff())
        answer = signed_in("staff").post(f"/questions/{asked.pk}/answer/", {"narrative": "Some.", "shown": shown})
        refused(answer, "All of them.", "Some.")

    def test_each_step_of_the_office_is_a_page_and_its_history_tells_of_all(self, asked, signed_in):
        client, address = signed_in("staff"), asked.get_absolute_url()
        client.post(f"{address}answer/", {"narrative": "All.", "shown": seen(asked), "publish": "yes"})
        refused(client.post(f"{address}close/", {"note": "Too late."}), "Take it back first", "Too late.")
        client.post(f"{address}take-back/", {"reason": "It is wrong."})
        client.post(f"{address}close/", {"note": "Asked at the meeting."})
        client.post(f"{address}reopen/", {"reason": "It was not."})
        assert "Waiting" not in client.get(address).content.decode()
        html = client.get(f"{address}history/").content.decode()
        for words in ("It is wrong.", "Asked at the meeting.", "It was not."):
            assert words in html

    def test_who_asked_is_named_to_the_office_alone_in_lists_and_files(self, row, signed_in):
        question = make.question(row, answer="All.", asked_by=make.panel_member(display_name="Ward member"))
        for where in ("/questions/", "/questions.csv", question.get_absolute_url()):
            assert "Ward member" in signed_in("staff").get(where).content.decode()
            assert "Ward member" not in signed_in("panel").get(where).content.decode()

    def test_the_list_is_narrowed_by_state_theme_and_words_on_the_page_and_in_the_file(self, row, asked, signed_in):
        make.question(row, text="How often?", answer="Daily.")
        client = signed_in("staff")
        for query, rows in (("state=answered", 1), ("theme=1", 2), ("words=daily+often", 1), ("state=waiting", 1)):
            csv = client.get(f"/questions.csv?{query}").content.decode("utf-8-sig")
            assert len(csv.strip().splitlines()) == rows + 1, query
        assert "It is passed over." in client.get("/questions/?theme=77").content.decode()
        assert client.get("/questions.csv?theme=77").status_code == 404


def test_the_office_is_told_how_much_waits_in_two_queries_and_nobody_else_anything(edition):
    make.question(edition)
    make.question(edition, answer="All.")
    make.action(due=datetime.date(2020, 6, 29))
    make.action(due=datetime.date(2020, 6, 30))
    office = make.staff()
    with CaptureQueriesContext(connection) as queries:
        assert waiting(office, datetime.date(2020, 6, 30)) == Waiting(questions=1, overdue=1)
    assert len(queries) == 2
    assert waiting(make.panel_member(), datetime.date(2020, 6, 30)) == Waiting(0, 0)


def test_nothing_is_sent_while_a_step_is_undone(edition, django_capture_on_commit_callbacks):
    make.staff(email="answers@example.org")
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Refused):
        ask(edition=edition, row_key=None, text="", by=make.panel_member())
    assert not mail.outbox
