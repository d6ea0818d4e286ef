"""Every address with every role: exactly the allowed ones answer, and a new address cannot be left out."""

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from accounts.models import Mail, Organisation, User
from deliverables.importing.plan_files import keep_plan_file
from deliverables.importing.plan_values import Choices
from deliverables.models import Deliverable, PlanFile, ReturnFile
from deliverables.offline.actions import keep_return
from deliverables.offline.columns import Column, Key
from needs.importing import keep_upload
from needs.models import Assessment, Need, NeedsFile
from pcc_tracker.tables import as_csv, sheet
from reports.models import Edition, PanelReport, Question, WordTemplate
from tests import builders as make
from tests.conftest import PLAN
from themes.models import Plan, RatingScheme, ReportingPeriod
from themes.quarters import Quarter

ROLES = ("nobody", "panel", "owner", "staff", "admin")

# What each role gets, in the order of ROLES: 200 an answer, 302 sent elsewhere (nobody: to sign in), 403 refused.
EVERYONE = (200, 200, 200, 200, 200)
THE_OFFICE_AND_OWNERS = (302, 403, 200, 200, 200)
THE_OFFICE = (302, 403, 403, 200, 200)
ADMINISTRATORS = (302, 403, 403, 403, 200)
POSTED_BY_THE_OFFICE = (302, 403, 403, 302, 302)  # to the review page, with the request to press again
PRESSED_BY_THE_OFFICE = (302, 403, 403, 405, 405)
POSTED_BY_ADMINISTRATORS = (302, 403, 403, 403, 405)
THE_SIGNED_IN = (302, 200, 200, 200, 200)
ONES_OWN_SETTING = (302, 302, 302, 302, 302)  # on to confirm by password, or back from what one has not
NOT_SET_UP = (302, 404, 404, 404, 404)
THE_WRITER = (302, 403, 403, 200, 200)
EXPECTED = {
    "home": EVERYONE,
    "current_plan": (302, 403, 302, 302, 302),
    "start": (302, 302, 302, 302, 302),
    "administration": ADMINISTRATORS,
    "plans": ADMINISTRATORS,
    "add_plan": ADMINISTRATORS,
    "manage_plan": ADMINISTRATORS,
    "office_history": ADMINISTRATORS,
    "plan_history": ADMINISTRATORS,
    "change_plan": ADMINISTRATORS,
    "change_wording": ADMINISTRATORS,
    "change_scheme": ADMINISTRATORS,
    "open_quarter": ADMINISTRATORS,
    "add_theme": ADMINISTRATORS,
    "change_theme": ADMINISTRATORS,
    "change_period": ADMINISTRATORS,
    "manage_year": (302, 403, 403, 403, 302),
    "open_next_year": ADMINISTRATORS,
    "import_plan": ADMINISTRATORS,
    "import_plan_template": ADMINISTRATORS,
    "plan_files_file": ADMINISTRATORS,
    "plan_file": ADMINISTRATORS,
    "plan_file_choices": ADMINISTRATORS,
    "plan_file_row": ADMINISTRATORS,
    "plan_file_rows": POSTED_BY_ADMINISTRATORS,
    "plan_rows_file": ADMINISTRATORS,
    "plan_file_original": ADMINISTRATORS,
    "check_plan_file": POSTED_BY_ADMINISTRATORS,
    "discard_plan_file": POSTED_BY_ADMINISTRATORS,
    "manage_deliverables": ADMINISTRATORS,
    "add_deliverable": ADMINISTRATORS,
    "renumber": ADMINISTRATORS,
    "change_deliverable": ADMINISTRATORS,
    "complete": ADMINISTRATORS,
    "withdraw": ADMINISTRATORS,
    "remove_deliverable": ADMINISTRATORS,
    "put_back": ADMINISTRATORS,
    "carry_forward": ADMINISTRATORS,
    "owners": ADMINISTRATORS,
    "remove_owner": ADMINISTRATORS,
    "hand_over": ADMINISTRATORS,
    "schedule_of_changes": THE_OFFICE_AND_OWNERS,
    "schedule_file": THE_OFFICE_AND_OWNERS,
    "account_login": (200, 302, 302, 302, 302),
    "account_logout": (302, 200, 200, 200, 200),
    "account_inactive": EVERYONE,
    "account_reset_password": EVERYONE,
    "account_reset_password_done": EVERYONE,
    "account_reset_password_from_key": EVERYONE,  # of a link that is of no use
    "account_change_password": THE_SIGNED_IN,
    "account_reauthenticate": THE_SIGNED_IN,
    "mfa_authenticate": (302, 302, 302, 302, 302),  # a step of signing in, of who has begun to
    "mfa_reauthenticate": ONES_OWN_SETTING,
    "mfa_index": THE_SIGNED_IN,
    "mfa_activate_totp": ONES_OWN_SETTING,
    "mfa_deactivate_totp": NOT_SET_UP,
    "mfa_view_recovery_codes": NOT_SET_UP,
    "mfa_generate_recovery_codes": ONES_OWN_SETTING,
    "mfa_download_recovery_codes": NOT_SET_UP,
    "single_sign_on": (405, 405, 405, 405, 405),
    "openid_connect_callback": (404, 404, 404, 404, 404),  # as long as no provider is named
    "your_account": THE_SIGNED_IN,
    "office": ADMINISTRATORS,
    "organisations": ADMINISTRATORS,
    "organisations_file": ADMINISTRATORS,
    "add_organisation": ADMINISTRATORS,
    "organisation": ADMINISTRATORS,
    "deactivate_organisation": ADMINISTRATORS,
    "activate_organisation": ADMINISTRATORS,
    "people": ADMINISTRATORS,
    "people_file": ADMINISTRATORS,
    "add_person": ADMINISTRATORS,
    "person": ADMINISTRATORS,
    "change_person": ADMINISTRATORS,
    "invite_person": POSTED_BY_ADMINISTRATORS,
    "deactivate_person": ADMINISTRATORS,
    "activate_person": ADMINISTRATORS,
    "remove_second_factor": ADMINISTRATORS,
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
    "update_history": THE_WRITER,
    "deliverable_history": THE_OFFICE_AND_OWNERS,
    "person_history": THE_OFFICE,
    "review_file": THE_OFFICE,
    "remind": POSTED_BY_THE_OFFICE,
    "extend": THE_OFFICE,
    "mails": THE_OFFICE,
    "mails_file": THE_OFFICE,
    "mail": THE_OFFICE,
    "autosave": (401, 403, 405, 405, 405),  # asked in the background, so nobody is sent to a page to sign in
    "write_update": THE_WRITER,  # of a deliverable that the owner does not lead
    "appendix": THE_OFFICE_AND_OWNERS,
    "appendix_file": THE_OFFICE_AND_OWNERS,
    "publish_report": THE_OFFICE,
    "published": EVERYONE,
    "latest_edition": (302, 302, 302, 302, 302),
    "edition": EVERYONE,
    "edition_file": EVERYONE,
    "edition_colours": EVERYONE,
    "edition_differences": EVERYONE,
    "edition_differences_file": EVERYONE,
    "withdraw_edition": ADMINISTRATORS,
    "put_edition_back": ADMINISTRATORS,
    "meetings": THE_OFFICE,
    "meetings_file": THE_OFFICE,
    "add_meeting": THE_OFFICE,
    "meeting": THE_OFFICE,
    "change_meeting": THE_OFFICE,
    "remove_meeting": THE_OFFICE,
    "start_report": THE_OFFICE,
    "reports": THE_OFFICE,
    "reports_file": THE_OFFICE,
    "office_texts": THE_OFFICE,
    "office_text": THE_OFFICE,
    "office_texts_history": THE_OFFICE,
    "meeting_history": THE_OFFICE,
    "report_defaults": THE_OFFICE,
    "word_template": THE_OFFICE,
    "word_template_file": THE_OFFICE,
    "report": THE_OFFICE,
    "change_report": THE_OFFICE,
    "remove_report": THE_OFFICE,
    "report_history": THE_OFFICE,
    "report_preview": THE_OFFICE,
    "report_preview_file": THE_OFFICE,
    "write_section": THE_OFFICE,
    "remove_from_programme": PRESSED_BY_THE_OFFICE,
    "use_product_text": PRESSED_BY_THE_OFFICE,
    "use_product_look": PRESSED_BY_THE_OFFICE,
    "keep_section": PRESSED_BY_THE_OFFICE,
    "fill_section_again": PRESSED_BY_THE_OFFICE,
    "published_plan": EVERYONE,
    "published_plan_file": EVERYONE,
    "published_colours": EVERYONE,
    "latest_theme": (302, 302, 302, 302, 302),
    "published_theme": EVERYONE,
    "published_theme_file": EVERYONE,
    "published_deliverable": EVERYONE,
    "compare_theme": EVERYONE,
    "compare_theme_file": EVERYONE,
    "plan_charts": EVERYONE,
    "chart_file": EVERYONE,
    "theme_charts": EVERYONE,
    "theme_chart_file": EVERYONE,
    "about_figures": EVERYONE,
    "exempt": THE_OFFICE,
    "lift_exemption": THE_OFFICE,
    "published_file": EVERYONE,
    "published_feed": EVERYONE,
    "open_data": EVERYONE,
    "schema": EVERYONE,
    "accessibility": EVERYONE,
    "ask_question": (302, 200, 403, 403, 403),
    "questions": EVERYONE,
    "questions_file": EVERYONE,
    "question": EVERYONE,  # an answered one about a Public report
    "answer_question": THE_OFFICE,
    "close_question": THE_OFFICE,
    "take_back_answer": THE_OFFICE,
    "reopen_question": THE_OFFICE,
    "question_history": THE_OFFICE,
    "actions": THE_SIGNED_IN,
    "actions_file": THE_SIGNED_IN,
    "change_action": THE_OFFICE,
    "close_action": THE_OFFICE,
    "reopen_action": THE_OFFICE,
    "remove_action": THE_OFFICE,
    "add_action": THE_OFFICE,
    "search": EVERYONE,
    "search_file": EVERYONE,
    "needs": EVERYONE,
    "assessment": EVERYONE,  # one that staff have shown to everyone
    "need": EVERYONE,
    "matrix": EVERYONE,
    "gaps": EVERYONE,
    "needs_file": EVERYONE,
    "assessment_file": EVERYONE,
    "add_assessment": THE_OFFICE,
    "change_assessment": THE_OFFICE,
    "remove_assessment": THE_OFFICE,
    "copy_assessment": THE_OFFICE,
    "assessment_history": THE_OFFICE,
    "add_section": THE_OFFICE,
    "change_section": THE_OFFICE,
    "remove_section": THE_OFFICE,
    "add_need": THE_OFFICE,
    "change_need": THE_OFFICE,
    "respond": THE_OFFICE,
    "remove_need": THE_OFFICE,
    "mark_gone": THE_OFFICE,
    "bring_back": THE_OFFICE,
    "need_history": THE_OFFICE,
    "link_need": THE_OFFICE,
    "link_deliverable": THE_OFFICE,
    "matrix_file": EVERYONE,
    "theme_needs": EVERYONE,
    "theme_needs_file": EVERYONE,
    "import_needs": THE_OFFICE,
    "needs_template": THE_OFFICE,
    "preview_needs": THE_OFFICE,
    "needs_problems_file": THE_OFFICE,
    "gaps_file": EVERYONE,
    "gap": EVERYONE,
    "gap_file": EVERYONE,
    "archive": ADMINISTRATORS,
    "offline": THE_OFFICE,
    "workbook": THE_OFFICE,
    "person_workbook": THE_OFFICE,
    "organisation_workbook": THE_OFFICE,
    "my_workbook": (302, 403, 200, 404, 404),  # of staff who lead nothing
    "return_workbook": THE_OFFICE_AND_OWNERS,
    "preview_return": (302, 403, 404, 404, 200),  # of a workbook that the administrator brought back
    "return_problems_file": (302, 403, 404, 404, 200),
    "return_rows_file": (302, 403, 404, 404, 200),
    "offline_people_file": THE_OFFICE,
    "offline_organisations_file": THE_OFFICE,
}


def addresses(patterns=None):
    """Every address of the product, however deep it is included."""
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from addresses(pattern.url_patterns)


def a_mail():
    to = User.objects.get(email="owner@example.org")
    facts = {"kind": "reminder", "subject": "1 update to write", "body": "Write it.", "written_at": timezone.now()}
    return Mail.objects.create(to=to, address=to.email, **facts)


def a_report():
    """The real one, for a meeting that has its theme on the programme."""
    return PanelReport.objects.select_related("meeting").get(quarter="2019-20 Q4", themes__number=3)


def the_second_edition():
    """Of the real report; made where there is only the first."""
    PanelReport.objects.filter(quarter="2019-20 Q4").update(agenda_item="05")
    report = a_report()
    return Edition.objects.filter(slug=report.slug, number=2).first() or make.edition(report)


def a_word_template():
    """So that there is one to take away."""
    by = User.objects.get(email="staff@example.org")
    WordTemplate.objects.create(file_name="a.docx", content=b"a", uploaded_at=timezone.now(), uploaded_by=by)


def a_needs_file():
    """Uploaded, with a problem in it; made where there is none."""
    if not NeedsFile.objects.exists():
        by = User.objects.get(email="staff@example.org")
        keep_upload(
            assessment=Assessment.objects.get(period="2014-15"),
            file_name="a.csv",
            content=b"Need\nTheft",
            by=by,
            at=timezone.now(),
        )
    return NeedsFile.objects.get()


def a_plan_file():
    """Uploaded, with a row that is not understood; made where there is none."""
    if not PlanFile.objects.exists():
        keep_plan_file(
            plan=Plan.objects.get(slug=PLAN),
            file_name="a.csv",
            content=b"Number,Deliverable,Rating,Update\n1,Support victims,Grene,Teams met.",
            choices=Choices(),
            by=User.objects.get(email="admin@example.org"),
            at=timezone.now(),
        )
    return PlanFile.objects.get()


def a_return_file():
    """Brought back by the administrator, with a new text and a problem; made where there is none."""
    if there := ReturnFile.objects.first():
        return there
    by, row = (
        User.objects.get(email="admin@example.org"),
        Deliverable.objects.get(theme__number=3, financial_year="2020-21", number=1),
    )
    key = Key(3, row.number, Quarter.parse("2020-21 Q1"), 0, row.key, "0" * 12)
    content = as_csv(sheet("Updates", [Column.KEY, Column.TEXT], [[key, "New"], ["No key of ours", ""]]))
    facts = {"plan": Plan.objects.get(slug=PLAN), "quarter": Quarter.parse("2020-21 Q1"), "file_name": "a.csv"}
    return keep_return(content=content, by=by, at=timezone.now(), **facts)


OWN = {
    "write_update": THE_OFFICE_AND_OWNERS,
    "update_history": THE_OFFICE_AND_OWNERS,
    "autosave": (401, 403, 405, 405, 405),
}
"""What those addresses answer that differ by whether the owner leads the deliverable that they name."""


def address(name, deliverable="1", form="csv"):
    """An address with everything that it asks for; the deliverable is one that the owner does not lead."""
    row = Deliverable.objects.get(theme__number=3, financial_year="2020-21", number=deliverable)
    given = {
        "plan": PLAN,
        "year": "2020-21",
        "quarter": "q1",
        "theme": "3",
        "deliverable": row.pk if name == "autosave" else deliverable,
        "form": form,
        "chart": "trend",
        "scheme": RatingScheme.objects.get().pk,
        "digest": "0",
        "ownership": row.owners.get().pk,
        "uidb36": "1",
        "key": "never-given-out",
        "organisation": Organisation.objects.get(short_name="Force").pk,
        "user": User.objects.get(email="owner@example.org").pk,
        "period": ReportingPeriod.objects.get(theme__number=3, quarter="2020-21 Q1").pk,
        "report": (report := a_report()).slug,
        "meeting": report.meeting.date.isoformat(),
        "line": report.meeting.programme.first().pk,
        "kind": "summary",
        "slug": report.slug,
        "number": 1,
        "schema": "list",
        "question": Question.objects.get(answered_at__isnull=name == "answer_question").pk,
        "action": report.meeting.actions.get().pk,
        "assessment": (assessment := Assessment.objects.get(period="2014-15")).slug,
        "need": Need.objects.get(section__assessment=assessment, wording__startswith="Hate crime").pk,
        "section": assessment.sections.get(number="4.5").pk,
        "gap": "risks-without-a-deliverable",
    }
    if name in ("preview_needs", "needs_problems_file"):
        given["file"] = a_needs_file().pk
    if name in ("plan_file", "plan_files_file", "plan_rows_file", "check_plan_file", "discard_plan_file") or (
        name.startswith("plan_file_")
    ):
        given |= {"file": a_plan_file().pk, "at": 1}
    if name in ("preview_return", "return_problems_file", "return_rows_file"):
        given["file"] = a_return_file().pk
    if name.startswith("edition_differences"):
        given["number"] = the_second_edition().number
    if name in ("mail", "mails_file"):
        given["mail"] = a_mail().pk
    if name.startswith("published_"):
        given |= {"year": "2019-20", "quarter": "q4"}
    if name == "word_template_file":
        a_word_template()
    if name == "remove_assessment":
        given["assessment"] = make.assessment(
            informs=Plan.objects.get(slug=PLAN)
        ).slug  # one that others than the office can see is not removed
    if name == "respond":
        given["need"] = Need.objects.get(wording="Positive action against antisocial behaviour").pk
    if name == "open_next_year":
        given["year"] = "2019-20"  # the plan's last year has no next one
    (wanted,) = [one.pattern.converters for one in addresses() if one.name == name]
    return reverse(name, kwargs={key: given[key] for key in wanted})


def test_every_address_has_its_expected_answers():
    assert sorted(one.name for one in addresses()) == sorted(EXPECTED)


def answers(where, signed_in):
    """What each role gets at an address, asked one after the other."""
    clients = [Client() if role == "nobody" else signed_in(role) for role in ROLES]
    return [client.get(where) for client in clients]


@pytest.mark.parametrize("name", EXPECTED)
def test_exactly_the_allowed_roles_get_an_answer(name, signed_in):
    given = answers(address(name), signed_in)
    assert tuple(one.status_code for one in given) == EXPECTED[name]
    to_nobody = given[ROLES.index("nobody")]
    if to_nobody.status_code == 302:
        begins = ("/accounts/login/", "/accounts/logout/", "/published/", "/progress/")
        assert to_nobody["Location"].startswith(begins)


WITH_A_DELIVERABLE = [
    pattern.name for pattern in addresses() if "deliverable" in pattern.pattern.converters and pattern.name in EXPECTED
]
LED_BY_THE_OWNER = "15"


@pytest.mark.parametrize("name", WITH_A_DELIVERABLE)
def test_of_ones_own_deliverable_exactly_what_is_ones_own_answers(name, signed_in):
    if name in ("update_history", "review_update"):
        row = Deliverable.objects.get(theme__number=3, financial_year="2020-21", number=LED_BY_THE_OWNER)
        make.update(row, row.in_force_from)
    given = answers(address(name, LED_BY_THE_OWNER), signed_in)
    assert tuple(one.status_code for one in given) == OWN.get(name, EXPECTED[name])


def test_what_another_leads_cannot_be_saved_by_its_keys(signed_in):
    assert signed_in("owner").post(address("autosave"), {"narrative": "Mine."}).status_code == 422
    assert signed_in("owner").post(address("autosave", LED_BY_THE_OWNER), {"narrative": "Mine."}).status_code == 200


@pytest.mark.parametrize("name", [name for name, given in EXPECTED.items() if 403 in given])
def test_what_may_not_be_looked_at_may_not_be_posted_either(name, signed_in):
    where = address(name)
    refused = [role for role, given in zip(ROLES, EXPECTED[name], strict=True) if given == 403]
    assert {role: signed_in(role).post(where).status_code for role in refused} == dict.fromkeys(refused, 403)


def test_a_panel_member_sees_what_is_published_and_nothing_else(signed_in):
    html = signed_in("panel").get("/").content.decode()
    assert "/progress/police-and-crime-plan-2018-21/2019-20/q4/themes/3/" in html
    assert "/published/police-and-crime-plan-2018-21-theme-3-2019-20-q4/v1/" in html
    assert "/plans/" not in html


def test_where_nothing_is_published_a_panel_member_sees_that(signed_in):
    Edition.objects.all().delete()
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


@pytest.mark.parametrize(("role", "begins_at"), [("panel", "/"), ("owner", "/my-updates/"), ("staff", "/")])
def test_who_signs_in_begins_with_what_they_came_for(role, begins_at, signed_in):
    assert signed_in(role).get("/start/")["Location"] == begins_at


def test_an_owner_for_whom_nothing_waits_begins_with_the_plan(signed_in):
    ReportingPeriod.objects.update(locked_at=timezone.now(), locked_by=User.objects.get(email="staff@example.org"))
    assert signed_in("owner").get("/start/")["Location"] == "/"
