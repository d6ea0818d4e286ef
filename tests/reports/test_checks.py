"""What is found before a report is published, and that nothing is found where nothing is."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deliverables.models import UpdateState
from reports import formats, text_checks
from reports.checks import find_without_files
from reports.findings import Check
from reports.gather import gather_report
from reports.models import OfficeSection, ReportSection
from reports.options import Classification, Exceptions
from reports.publishing import withdraw
from reports.sections import SectionKind, sentences
from tests import builders as make
from tests.builders import Q1, Q2, Q3, Q4, YEAR
from tests.conftest import PLAN
from themes.models import Theme

pytestmark = pytest.mark.django_db

MEETING = datetime.date(2020, 5, 14)
SECRET = "A suspect was arrested at the harbour in March."
DRAFT = "Officers will appear before the court in the autumn."
STOCK = "There is nothing further to report this quarter."


@pytest.fixture
def theme():
    return make.theme()


def found(report, by=None):
    """What is found, by the check that found it."""
    said = {}
    for one in make.findings(report, by):
        said.setdefault(one.check, []).append(one.message)
    return said


def messages(report, check):
    return found(report).get(check, [])


def blocked(theme, place, text):
    """Whether a Public report is blocked by exempt text once this stands at a place of it."""
    make.approved(make.deliverable(theme, wording=text if place == "wording" else "Work on a matter of its own."))
    report = make.report(theme, **({"report_of": text} if place == "fact" else {}))
    if place == "notice":
        theme.periods.filter(quarter=Q4).update(notice=text)
    elif place == "withdrawn":
        make.deliverable(theme, withdrawn_from=Q4, withdrawn_reason=text)
    elif place in ("heading", "qualifier"):
        facts = {"heading": "Purpose", place: text}
        OfficeSection.objects.create(kind="purpose", text="<p>This report is for members.</p>", **facts)
    elif place == "purpose":
        ReportSection.objects.create(report=report, kind=place, text=f"<p>{text}</p>")
    return Check.EXEMPT_TEXT in found(report)


def ready(theme, code="G", **changes):
    """A deliverable about which there is nothing to say."""
    row = make.deliverable(theme)
    return make.approved(row, code=code, **changes)


def test_nothing_is_found_in_a_report_that_is_ready(theme):
    ready(theme)
    ready(theme, "A", recovery_step="Recruit two analysts.", recovery_by=datetime.date(2020, 9, 30))
    assert found(make.report(theme)) == {}


def test_they_are_found_in_the_order_of_the_checks(theme):
    make.approved(make.deliverable(theme), code="R", narrative="<p>Write to team@example.org.</p>")
    make.deliverable(theme)
    order = list(Check)
    places = [order.index(one.check) for one in make.findings(make.report(theme))]
    assert places == sorted(places)
    assert len(set(places)) == 3


class TestUpdates:
    def test_one_that_was_never_written(self, theme):
        make.deliverable(theme)
        assert messages(make.report(theme), Check.MISSING) == [
            f"Theme {theme.number}, deliverable 1: No update has been written for the quarter."
        ]

    @pytest.mark.parametrize(
        ("state", "says"),
        [(UpdateState.DRAFT, "still a draft"), (UpdateState.SUBMITTED, "waits for approval")],
    )
    def test_one_that_is_not_approved(self, theme, state, says):
        make.update(make.deliverable(theme), state=state)
        (message,) = messages(make.report(theme), Check.MISSING)
        assert says in message

    def test_what_is_planned_for_later_or_complete_is_not_missing(self, theme):
        make.deliverable(theme, planned_start=Q4.next)
        done = make.deliverable(theme, completed_in=Q3, completed_reason="Done.")
        make.approved(done, Q3)
        assert found(make.report(theme)) == {}

    @pytest.mark.parametrize(
        ("state", "says"),
        [(UpdateState.DRAFT, "is a draft again"), (UpdateState.SUBMITTED, "waits for approval")],
    )
    def test_one_that_was_reopened_though_an_older_version_counts(self, theme, state, says):
        approved = ready(theme)
        type(approved.update).objects.update(state=state)
        (message,) = messages(make.report(theme), Check.NOT_APPROVED_AGAIN)
        assert f"{says}; what was approved on 2 April 2020 is printed." in message

    def test_those_that_are_not_printed_count_all_the_same(self, theme):
        make.deliverable(theme)
        assert messages(make.report(theme, exceptions=Exceptions.ALONE), Check.MISSING)

    def test_in_public_form_nothing_is_said_of_what_is_left_out(self, theme):
        make.deliverable(theme, exempt_from=Q1, exempt_reason="A matter before the courts.")
        assert found(make.report(theme)) == {}
        assert messages(make.report(theme, classification=Classification.NON_PUBLIC), Check.MISSING)

    @pytest.mark.parametrize(
        ("facts", "says"),
        [
            ({}, "without a recovery step and without a date to be back on course"),
            ({"recovery_step": "Recruit."}, "without a date to be back on course"),
            ({"recovery_by": datetime.date(2020, 9, 30)}, "without a recovery step."),
        ],
    )
    def test_a_rating_that_needs_recovery_without_it(self, theme, facts, says):
        ready(theme, "R", **facts)
        (message,) = messages(make.report(theme), Check.WITHOUT_RECOVERY)
        assert says in message

    def test_on_course_past_its_due_quarter(self, theme):
        make.approved(make.deliverable(theme, due=Q3))
        make.approved(make.deliverable(theme, due=Q4))
        (message,) = messages(make.report(theme), Check.ON_COURSE_PAST_DUE)
        assert message.endswith("deliverable 1: It is rated Green, though it was due in Quarter 3, 2019-20.")

    def test_a_text_that_is_the_last_ones(self, theme):
        row, other = make.deliverable(theme), make.deliverable(theme)
        for one in (row, other):
            make.approved(one, Q2, narrative="<p>Teams met in May.</p>")
        make.approved(other, Q3, narrative="<p>Teams met in October.</p>")
        for one in (row, other):
            make.approved(one, Q4, narrative="<p>Teams met in May.</p>")
        (message,) = messages(make.report(theme), Check.UNCHANGED)
        assert message.endswith("deliverable 1: The text and the rating are the same as for Quarter 2, 2019-20.")

    def test_a_text_that_was_carried_into_the_next_year_is_the_last_ones_too(self, theme):
        last = make.deliverable(theme)
        this = make.deliverable(theme, key=last.key, financial_year=YEAR.next, in_force_from=Q4.next)
        make.approved(last, Q4)
        make.approved(this, Q4.next)
        assert messages(make.report(theme, quarter=Q4.next), Check.UNCHANGED)

    def test_a_date_back_on_course_before_the_meeting(self, theme):
        ready(theme, "A", recovery_step="Recruit.", recovery_by=MEETING - datetime.timedelta(days=1))
        ready(theme, "A", recovery_step="Recruit.", recovery_by=MEETING)
        (message,) = messages(make.report(theme), Check.RECOVERY_PAST)
        assert message.endswith("should be back on course by 13 May 2020, and the Panel meets on 14 May 2020.")


class TestTexts:
    def test_a_sentence_that_no_longer_holds_and_a_strange_figure(self, theme):
        ready(theme)
        report = make.report(theme)
        filled = "<p>All activity is graded Green: 2/2 (100%).</p>"
        text = "<p>All activity is graded Green: 2/2 (100%), which is good.</p>"
        ReportSection.objects.create(report=report, kind="summary", text=text, filled=filled)
        said = found(report)
        (stale,) = said[Check.STALE]
        assert 'was written over "All activity is graded Green: 2/2 (100%).", and the data say' in stale
        assert '"All activity is graded Green: 1/1 (100%).' in stale
        assert said[Check.STRANGE_FIGURE] == ['Section "Summary of key points" prints 2/2 (100%).']

    @pytest.mark.parametrize("field", ["narrative", "recovery_step"])
    def test_a_number_or_an_address_in_what_is_approved(self, theme, field):
        facts = {"recovery_step": "Recruit.", "recovery_by": datetime.date(2020, 9, 30), "narrative": "<p>Met.</p>"}
        ready(theme, "A", **facts | {field: "Ring 0115 967 0999."})
        (message,) = messages(make.report(theme), Check.CONTACT)
        assert message.endswith(": 0115 967 0999")

    def test_one_in_a_wording_a_notice_or_a_section(self, theme):
        make.period(theme, notice="Write to notice@example.org.")
        make.approved(make.deliverable(theme, wording="Answer wording@example.org"))
        report = make.report(theme)
        ReportSection.objects.create(report=report, kind="purpose", text="<p>Ask section@example.org.</p>")
        said = messages(report, Check.CONTACT)
        assert [one.rpartition(": ")[2] for one in said] == [
            "section@example.org",
            "notice@example.org",
            "wording@example.org",
        ]

    def test_the_reports_contacts_and_what_is_not_public_may_have_them(self, theme):
        ready(theme)
        contact = {"author": "Chief Executive", "other_contact": "Policy officer", "other_phone": "0115 967 0998"}
        contact |= {"author_email": "chief@example.org", "author_phone": "0115 967 0999"}
        assert found(make.report(theme, **contact)) == {}
        ready(theme, narrative="<p>Ring 0115 967 0999.</p>")
        assert found(make.report(theme, classification=Classification.NON_PUBLIC)) == {}

    def test_one_in_a_heading_a_qualifier_or_a_fact_over_the_report(self, theme):
        ready(theme)
        heading = {"heading": "Ask head@example.org", "qualifier": "For for@example.org", "text": "<p>To note.</p>"}
        OfficeSection.objects.create(kind="purpose", **heading)
        report = make.report(theme, author="Chief Executive, 0115 967 0999", agenda_item="04 a@example.org")
        said = [one for one in make.findings(report) if one.check is Check.CONTACT]
        assert [one.message.rpartition(": ")[2] for one in said] == [
            "0115 967 0999",
            "a@example.org",
            "head@example.org",
            "for@example.org",
        ]
        assert [one.address.rpartition("/reports/")[2] for one in said] == [
            *[f"{report.slug}/facts/"] * 2,
            *["texts/purpose/"] * 2,
        ]

    def test_the_heading_of_a_section_that_is_not_printed_is_not(self, theme):
        ready(theme)
        OfficeSection.objects.create(kind="purpose", heading="Ask head@example.org")
        assert found(make.report(theme)) == {}

    def test_the_real_tables_figure_is_said_both_ways(self):
        *others, last = messages(make.report(Theme.objects.get(plan__slug=PLAN, number=3)), Check.WRONG_CHANGE)
        assert last.startswith("Theme 3, deliverable 14, its update: a table prints -13.2%")
        assert last.endswith("give -11.6%.")
        assert len(others) == 4

    def test_an_earlier_update_that_is_printed_again_is_looked_through_too(self, theme):
        row = make.deliverable(theme)
        make.approved(row, Q3, narrative="<p>Write to then@example.org.</p>")
        make.approved(row, Q4, earlier=(Q3,))
        (finding,) = [one for one in make.findings(make.report(theme)) if one.check is Check.CONTACT]
        assert "its update for Quarter 3, 2019-20: then@example.org" in finding.message
        assert "/q3/" in finding.address

    def test_what_the_pdf_replaced_is_said_with_its_place_and_mended_there(self, theme):
        make.approved(make.deliverable(theme), narrative="<p>Well done \N{GRINNING FACE}</p>")
        (finding,) = [one for one in make.findings(make.report(theme)) if one.check is Check.REPLACED]
        assert "deliverable 1" in finding.message
        assert 'grinning face is printed as "[grinning face]"' in finding.message
        assert finding.address.endswith("/deliverables/1/review/")


def test_a_theme_without_a_deliverable(theme):
    make.period(theme)
    assert [one.check for one in make.findings(make.report(theme))] == [Check.NOTHING]


def test_a_section_that_was_emptied_by_hand(theme):
    ready(theme)
    report = make.report(theme)
    filled = gather_report(report, make.staff()).section(SectionKind.PURPOSE).fresh.html
    ReportSection.objects.create(report=report, kind="purpose", text="", filled=filled)
    (finding,) = [one for one in make.findings(report) if one.check is Check.LEFT_OUT]
    assert "Purpose of the report" in finding.message


class TestExemptText:
    @pytest.fixture
    def exempt(self, theme):
        facts = {"exempt_from": Q4, "exempt_reason": "A matter before the courts.", "wording": "Operation Harbour"}
        row = make.deliverable(theme, **facts)
        make.approved(row, Q3, narrative=f"<p>{SECRET}</p>")
        return row

    def test_a_sentence_of_an_earlier_update_in_a_section_blocks(self, theme, exempt):
        report = make.report(theme)
        ReportSection.objects.create(report=report, kind="summary", text=f"<p>In short: {SECRET.lower()}</p>")
        (finding,) = make.findings(report)
        assert finding.blocks
        assert SECRET in finding.message
        assert "deliverable 1, which is exempt from publication" in finding.message

    @pytest.mark.parametrize("place", ["purpose", "notice", "wording", "heading", "qualifier", "fact", "withdrawn"])
    @pytest.mark.parametrize(
        "text",
        ["<p>{}</p>", "<ul><li><p>Draft</p></li></ul><table><tr><td>{}</td></tr></table>"],
    )
    def test_what_was_only_ever_a_draft_blocks_wherever_it_stands(self, theme, exempt, place, text):
        make.update(exempt, code="", narrative=text.format(DRAFT))
        assert blocked(theme, place, DRAFT)

    @pytest.mark.parametrize("state", [UpdateState.SUBMITTED, UpdateState.DRAFT])
    def test_so_does_a_recovery_step_that_was_not_approved_or_is_written_again(self, theme, exempt, state):
        waiting = make.approved(exempt, code="R", recovery_step="Nothing yet.", recovery_by=MEETING)
        type(waiting.update).objects.filter(pk=waiting.pk).update(state=state, recovery_step=DRAFT)
        assert blocked(theme, "purpose", DRAFT)

    @pytest.mark.parametrize("told", ["narrative", "recovery_step"])
    def test_on_a_sentence_that_two_others_say_of_themselves_too_a_person_decides(self, theme, exempt, told):
        make.approved(exempt, Q2, narrative=f"<p>{STOCK}</p>")
        facts = {"recovery_step": "Recruit.", "recovery_by": MEETING, "narrative": "<p>Met.</p>"}
        ready(theme, "A", **facts | {told: STOCK})
        report = make.report(theme)
        assert Check.EXEMPT_TEXT in found(report)  # of one other alone it may have been copied
        ready(theme, "A", **facts | {told: STOCK})
        first, second = make.findings(report)
        assert first.check is second.check is Check.SHARED_TEXT
        assert not first.blocks
        assert STOCK in first.message
        ReportSection.objects.create(report=report, kind="summary", text=f"<p>{STOCK}</p>")
        assert Check.EXEMPT_TEXT in found(report)

    def test_a_short_wording_blocks_where_it_is_all_that_is_said(self, theme, exempt):
        assert blocked(theme, "wording", "operation harbour.")
        make.deliverable(theme, wording="Progress of Operation Harbour")
        assert len(messages(make.report(theme), Check.SHARED_TEXT)) == 1

    def test_a_word_that_is_a_wording_is_free_among_others(self, theme):
        make.deliverable(theme, wording="Recruitment", exempt_from=Q4, exempt_reason="Courts.")
        make.approved(make.deliverable(theme, wording="Recruitment of 20 officers"))
        assert found(make.report(theme)) == {}

    def test_a_long_wording_blocks_in_another_update_too(self, theme, exempt):
        type(exempt).objects.filter(pk=exempt.pk).update(wording=SECRET)
        ready(theme, narrative=f"<p>{SECRET}</p>")
        assert Check.EXEMPT_TEXT in found(make.report(theme))

    def test_a_wording_that_was_approved_is_mended_by_reopening_its_update(self, theme, exempt):
        make.approved(make.deliverable(theme, wording="Another wording"), wording="Operation Harbour")
        (finding,) = make.findings(make.report(theme), make.administrator())
        assert "deliverable 2, its wording as it was approved" in finding.message
        assert finding.address.endswith("/deliverables/2/review/")

    def test_one_under_which_nothing_was_approved_yet_is_changed_itself(self, theme, exempt):
        make.deliverable(theme, wording="Operation Harbour")
        (finding,) = [one for one in make.findings(make.report(theme), make.administrator()) if one.blocks]
        assert finding.address.startswith("/administration/")

    def test_each_of_its_texts_is_split_once_however_much_is_printed(self, theme, exempt, monkeypatch):
        split = []
        monkeypatch.setattr(text_checks, "sentences", lambda block: split.append(block) or sentences(block))
        for _ in range(3):
            ready(theme)
        make.findings(make.report(theme))
        assert len(split) == 2  # the update as it is written, and as it was approved

    def test_an_older_wording_of_what_is_exempt_counts_still(self, theme, exempt):
        make.approved(exempt, Q2, wording="Operation Quay")
        assert blocked(theme, "purpose", "Operation Quay")

    def test_one_of_another_theme_of_the_plan_blocks_too(self, theme, exempt):
        assert blocked(make.theme(theme.plan), "purpose", SECRET)

    def test_what_is_not_public_may_print_it(self, theme, exempt):
        report = make.report(theme, classification=Classification.NON_PUBLIC)
        ReportSection.objects.create(report=report, kind="summary", text=f"<p>{SECRET}</p>")
        assert Check.EXEMPT_TEXT not in found(report)

    def test_so_may_a_quarter_that_it_is_not_exempt_in(self, theme, exempt):
        report = make.report(theme, quarter=Q3)
        ReportSection.objects.create(report=report, kind="summary", text=f"<p>{SECRET}</p>")
        assert Check.EXEMPT_TEXT not in found(report)


class TestWhatIsInView:
    @pytest.fixture
    def row(self, theme):
        row = make.deliverable(theme)
        make.approved(row, Q3)
        ready(theme)
        return row

    def exempted(self, row):
        row.exempt_from, row.exempt_reason = Q3, "A matter before the courts."
        row.save()

    def test_a_public_edition_that_prints_what_is_exempt_now(self, theme, row):
        edition = make.edition(make.report(theme, quarter=Q3))
        self.exempted(row)
        (message,) = messages(make.report(theme), Check.STILL_IN_VIEW)
        assert message.startswith(f"{edition} prints Theme {theme.number}, deliverable 1, which is exempt now.")

    def test_not_one_that_is_withdrawn_or_was_never_public(self, theme, row):
        make.edition(make.report(theme, quarter=Q3, classification=Classification.NON_PUBLIC))
        edition = make.edition(make.report(theme, quarter=Q3))
        withdraw(edition=edition, by=make.administrator(), reason="What it prints is exempt now.")
        self.exempted(row)
        assert messages(make.report(theme), Check.STILL_IN_VIEW) == []

    def test_not_one_on_a_quarter_that_it_is_not_exempt_in(self, theme, row):
        make.approved(row, Q2)
        make.edition(make.report(theme, quarter=Q2))
        self.exempted(row)
        assert messages(make.report(theme), Check.STILL_IN_VIEW) == []

    def test_one_that_prints_an_update_on_such_a_quarter_below_a_later_one(self, theme, row):
        make.approved(row, Q4, earlier=(Q3,))
        make.edition(make.report(theme))
        row.exempt_until = Q3
        self.exempted(row)
        assert messages(make.report(theme), Check.STILL_IN_VIEW)

    def test_not_one_whose_only_update_is_on_another_quarter(self, theme, row):
        make.approved(row, Q4)
        make.edition(make.report(theme))
        row.exempt_until = Q3
        self.exempted(row)
        assert messages(make.report(theme), Check.STILL_IN_VIEW) == []


class TestFiles:
    def test_one_that_cannot_be_made_blocks(self, theme, monkeypatch):
        def fails(document):
            raise ValueError("no font has U+1F600")

        ready(theme)
        monkeypatch.setitem(formats.FORMATS, "csv", formats.Format("csv", "CSV", "text/csv", fails))
        (finding,) = make.findings(make.report(theme))
        assert finding.blocks
        assert finding.message == "The CSV file cannot be made: no font has U+1F600"


class TestWhereItIsMended:
    def test_every_address_answers(self, theme, signed_in, user):
        row = make.deliverable(theme, exempt_from=Q4, exempt_reason="Courts.", wording="Operation Harbour")
        make.approved(row, Q3)
        make.deliverable(theme, wording="Ask wording@example.org of Operation Harbour")
        other = make.deliverable(theme)
        make.approved(other, Q2, narrative="<p>Ask then@example.org.</p>")
        make.approved(other, Q4, code="R", earlier=(Q2,))
        report = make.report(theme)
        theme.periods.filter(quarter=Q4).update(notice="Ask notice@example.org.")
        ReportSection.objects.create(report=report, kind="summary", text="<p>9/9 (100%)</p>", filled="<p>8/9.</p>")
        for name in ("staff", "admin"):
            for one in make.findings(report, user(name)):
                assert signed_in(name).get(one.address).status_code == 200, one


def test_the_queries_do_not_grow_with_themes_or_history(user):
    def cost(*themes):
        report = make.report(*themes)
        prepared = gather_report(report, user("staff"))
        with CaptureQueriesContext(connection) as captured:
            find_without_files(prepared, user("staff"))
        return len(captured)

    first, *rest = Theme.objects.filter(plan__slug="police-and-crime-plan-2018-21")
    assert cost(first, *rest) == cost(first) <= 12
