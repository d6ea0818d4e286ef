"""The record of e-mails: a list that sorts, narrows and is taken away, and one with its text."""

import io

import openpyxl
import pytest

from accounts.models import Mail
from tests.builders import noon


@pytest.fixture
def staff(signed_in):
    return signed_in("staff")


@pytest.fixture
def mails(user):
    """A reminder by the schedule that went out, and word of a submission that did not."""
    sent = mail(user("owner"), subject="3 updates to write", sent_at=noon("2026-11-02"))
    failed = mail(
        user("admin"),
        kind="submitted",
        subject="Submitted: T3",
        written_by=user("owner"),
        trouble="Connection refused",
        written_at=noon("2026-11-03"),
    )
    return sent, failed


def mail(to, **changes):
    facts = {
        "kind": "reminder",
        "to": to,
        "address": to.email,
        "body": "Write to <us>.",
        "written_at": noon("2026-11-02"),
    }
    return Mail.objects.create(**facts | changes)


def said(response):
    assert response.status_code == 200
    return response.content.decode()


def order(html):
    return [name for _, name in sorted((html.index(name), name) for name in ("3 updates to write", "Submitted: T3"))]


def test_an_empty_record_says_what_will_be_there(staff):
    assert "No e-mail was written yet" in said(staff.get("/mails/"))


def test_each_says_to_whom_by_whom_and_whether_it_went_out_the_latest_first(staff, mails):
    html = said(staff.get("/mails/"))
    assert order(html) == ["Submitted: T3", "3 updates to write"]
    assert "Schedule" in html
    assert "Sent 2 November 2026, 12:00" in html
    assert "Connection refused" in html


@pytest.mark.parametrize("sort", ["written_at", "to", "kind", "subject", "by", "outcome"])
def test_it_sorts_by_every_column(staff, mails, sort):
    up, down = said(staff.get(f"/mails/?sort={sort}")), said(staff.get(f"/mails/?sort=-{sort}"))
    assert order(up) == order(down)[::-1]


def test_it_is_narrowed_by_person_and_kind(staff, mails, user):
    assert "Submitted: T3" not in said(staff.get("/mails/?kind=reminder"))
    html = said(staff.get(f"/mails/?to={user('admin').pk}"))
    assert "Submitted: T3" in html
    assert "3 updates to write" not in html


@pytest.mark.parametrize("query", ["to=x", "to=99999999999999999999999", "kind=zebra"])
def test_a_choice_that_is_not_there_is_said_and_passed_over_and_no_file_is_made(staff, mails, query):
    html = said(staff.get(f"/mails/?{query}"))
    assert "It is passed over" in html
    assert len(order(html)) == 2
    assert staff.get(f"/mails.csv?{query}").status_code == 404


def test_it_is_taken_away_as_csv_and_xlsx_as_it_is_narrowed(staff, mails):
    text = staff.get("/mails.csv?kind=submitted").content.decode()
    assert "owner@example.org" not in text
    assert "2026-11-03 12:00" in text
    sheet = openpyxl.load_workbook(io.BytesIO(staff.get("/mails.xlsx?sort=written_at").content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("Written", "To", "Address", "Kind", "Subject", "By", "Outcome", "Trouble")
    assert [row[4] for row in rows[1:]] == ["3 updates to write", "Submitted: T3"]
    assert staff.get("/mails.pdf").status_code == 404


def test_one_is_shown_with_its_text_and_nothing_in_it_is_markup(staff, mails):
    html = said(staff.get(f"/mails/{mails[0].pk}/"))
    assert "Write to &lt;us&gt;." in html
    assert "Schedule" in html


def test_the_text_of_one_that_held_a_secret_is_not_there(staff, user):
    assert "Its text is not kept" in said(staff.get(f"/mails/{mail(user('owner'), subject='s', body='').pk}/"))


@pytest.mark.parametrize("number", ["0", "9" * 30])
def test_one_that_is_not_there_leads_to_the_list(staff, db, number):
    response = staff.get(f"/mails/{number}/")
    assert response.status_code == 404
    assert "All e-mails" in response.content.decode()


def test_the_list_costs_the_same_queries_for_a_few_and_for_many(staff, user, mails, django_assert_num_queries):
    staff.get("/mails/")
    with django_assert_num_queries(7):
        staff.get("/mails/")
    for _ in range(60):
        mail(user("owner"), subject="More")
    with django_assert_num_queries(7):
        staff.get("/mails/")
    assert "Page 2" in said(staff.get("/mails/"))
    assert said(staff.get("/mails/?page=2")).count("<td") < said(staff.get("/mails/")).count("<td")
    assert 'href="?page=2"' in said(staff.get("/mails/"))
