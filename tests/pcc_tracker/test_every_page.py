"""What holds for every page of the product, so that a new one cannot escape it: its queries and its forms."""

import datetime
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Mail, Office, Organisation, User
from deliverables.actions import Draft, save_draft
from deliverables.models import Deliverable
from reports.models import MeetingAction, PanelReport, Question, ReportSection
from tests import builders as make
from tests.pcc_tracker.test_access import EXPECTED, ROLES, address
from themes.models import ReportingPeriod, Theme

ADMINISTRATOR = ROLES.index("admin")
PAGES = [name for name, answers in EXPECTED.items() if answers[ADMINISTRATOR] == 200]

pytestmark = pytest.mark.django_db


def cost(client, where):
    client.get(where)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(where).status_code == 200
    return len(captured)


def more_of_everything():
    """Twenty more people, organisations, deliverables, drafts, e-mails, owners and changes of what is there."""
    administrator = User.objects.get(email="admin@example.org")
    period = ReportingPeriod.objects.get(theme__number=3, quarter="2020-21 Q1")
    first = Deliverable.objects.get(theme__number=3, financial_year="2020-21", number=1)
    update = first.updates.get()
    office = Office.get()
    now = timezone.now()
    report = PanelReport.objects.filter(themes=period.theme).first()
    for number in range(100, 120):
        owner = make.person(email=f"person-{number}@example.org")
        row = make.deliverable(period.theme, owner=owner, number=number, financial_year=period.quarter.year)
        save_draft(deliverable=row, period=period, draft=Draft("Begun."), by=owner, at=now)
        make.led_by(first, owner, since=datetime.date(2020, 4, number - 98))
        Mail.objects.create(kind="reminder", to=owner, address=owner.email, subject="Due", written_at=now)
        first.wording = f"Wording {number}"
        first.save()
        update.narrative = f"<p>Text {number}</p>"
        update.save()
        if report:
            more_meetings_and_reports(report, period.theme, number)
        for changed in (administrator, office, period, period.theme.plan, Organisation.objects.first()):
            changed.save()


def more_meetings_and_reports(report, theme, number):
    """One more meeting, report, line of the programme, question, action, edited section and change of the report."""
    meeting = make.meeting(f"2021-05-{number - 95:02d}")
    make.report(theme, quarter=report.quarter, meeting=meeting)
    make.line(meeting, theme, report.quarter)
    further = Theme.objects.create(plan=theme.plan, number=number, title=f"Theme {number}")
    make.line(report.meeting, further, report.quarter)
    make.question(report.editions.first(), answer="It has been.")
    make.question(report.editions.first())
    make.action(report.meeting)
    for one in (Question.objects.first(), MeetingAction.objects.first()):
        one.save()
    ReportSection.objects.update_or_create(report=report, kind="summary", defaults={"text": f"<p>{number}</p>"})
    report.save()


def test_a_page_costs_the_same_queries_however_much_there_is(signed_in):
    """All pages in one test, as making more of everything takes far longer than asking for a page."""
    client = signed_in("admin")
    pages, before = {}, {}
    for name in PAGES:
        pages[name] = address(name)
        before[name] = cost(client, pages[name])
    more_of_everything()
    after = {name: cost(client, where) for name, where in pages.items()}
    # One more where there was none of a kind before, such as an extension or a mail.
    grown = {name: (before[name], after[name]) for name in PAGES if after[name] > before[name] + 2}
    assert grown == {}
    assert {name: queries for name, queries in before.items() if queries > 32} == {}


GARBAGE = "zz\u202e<b>" + "x" * 6000 + "{nothing of the kind}"


@pytest.mark.parametrize("name", PAGES)
def test_a_form_with_wrong_input_says_so_once_on_top_leads_to_the_fields_and_keeps_it(name, signed_in):
    client = signed_in("admin")
    where = address(name)
    page = client.get(where)
    if not page["Content-Type"].startswith("text/html"):
        return
    form = (page.context or {}).get("form") or (page.context or {}).get("formset")
    main = page.content.decode().partition("<main")[2]
    # What can be typed into; what is hidden is no person's input, and a tick cannot be wrong.
    inputs = re.findall(r"<(?:input|textarea)[^>]*>", main)
    typed = [one for one in inputs if not re.search(r'type="(hidden|checkbox|radio|submit)"', one)]
    wrong = {re.search(r' name="([^"]+)"', one)[1]: GARBAGE for one in typed}
    if form is None or 'method="post"' not in main or not wrong:
        return
    hidden = [one for one in inputs if 'type="hidden"' in one and "csrfmiddlewaretoken" not in one]
    kept = {
        re.search(r' name="([^"]+)"', one)[1]: unescape((re.search(r' value="([^"]*)"', one) or "  ")[1])
        for one in hidden
    }
    answer = client.post(where, wrong | kept)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert html.count("There is a problem") == 1
    summary = html.partition('class="error-summary"')[2].partition("</div>")[0]
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert targets
    assert all(f'id="{target}"' in html for target in targets), targets
    areas = re.findall(r'<textarea[^>]*? name="[^"]+"', main)
    assert html.count("zz\u202e&lt;b&gt;xxx") >= len(areas), "what was typed is gone"
