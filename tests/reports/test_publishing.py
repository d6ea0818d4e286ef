"""The verbs on editions: publish one, withdraw it, put it back."""

import datetime
import hashlib
import json

import pytest

from accounts.roles import Refused
from deliverables.models import ApprovedUpdate
from reports import formats
from reports.edition_models import EditionFile, EditionRow
from reports.findings import Check
from reports.formats import FORMATS
from reports.models import Edition
from reports.options import Classification
from reports.publishing import publish, put_back_in_view, withdraw
from tests import builders as make
from tests.builders import NOW, Q4, noon
from tests.conftest import PLAN

pytestmark = pytest.mark.django_db


@pytest.fixture
def theme():
    theme = make.theme()
    make.approved(make.deliverable(theme))
    return theme


@pytest.fixture
def report(theme):
    return make.report(theme)


def asked(report, **changes):
    return {"report": report, "by": make.staff(), "decided": {}, "expected_number": 1} | changes


class TestPublishing:
    def test_an_edition_says_which_it_is_who_published_it_and_when(self, report):
        by = make.staff(display_name="Policy officer")
        edition = make.edition(report, by=by, at=NOW)
        assert (edition.slug, edition.version, edition.report) == (report.slug, "V1", report)
        assert (edition.published_by, edition.published_by_name, edition.published_at) == (by, "Policy officer", NOW)
        assert edition.history.get().history_user == by

    def test_it_has_a_file_in_every_format_and_the_body_of_its_page(self, report):
        files = {one.form: one for one in make.edition(report).files.all()}
        assert set(files) == {*FORMATS, "body", "seal"}
        for one in files.values():
            assert one.sha256 == hashlib.sha256(bytes(one.content)).hexdigest()
            assert "V1." in one.file_name
        assert bytes(files["body"].content).strip().startswith(b"<article")
        assert "Version V1" in bytes(files["body"].content).decode()
        assert "Draft" not in bytes(files["html"].content).decode().partition("<body")[2]
        assert json.loads(bytes(files["json"].content))["version"] == "V1"

    def test_a_contributor_may_not_publish(self, report):
        with pytest.raises(Refused, match="may not prepare and publish reports"):
            publish(**asked(report, by=make.person()))

    def test_what_was_found_has_to_be_looked_at(self, report, theme):
        make.deliverable(theme)
        with pytest.raises(Refused, match="No update has been written for the quarter"):
            publish(**asked(report))
        assert not report.editions.exists()

    def test_the_decision_on_what_was_found_is_kept_with_its_note(self, report, theme):
        make.deliverable(theme)
        found = make.findings(report)
        edition = publish(**asked(report, decided=dict.fromkeys(found, "It comes to the next meeting.")))
        (decision,) = edition.decisions.all()
        assert decision.check_name == Check.MISSING.value
        assert decision.message.endswith("No update has been written for the quarter.")
        assert decision.note == "It comes to the next meeting."

    def test_a_file_that_cannot_be_made_keeps_everything_from_being_published(self, report, monkeypatch):
        def fails(document):
            raise ValueError("a character has no shape")

        monkeypatch.setitem(formats.FORMATS, "csv", formats.Format("csv", "CSV", "text/csv", fails))
        with pytest.raises(Refused, match="The CSV file cannot be made: a character has no shape"):
            publish(**asked(report))
        assert not report.editions.exists()
        assert not EditionFile.objects.exclude(edition__plan_slug=PLAN).exists()

    def test_nothing_is_stored_where_storing_fails_half_way(self, report, monkeypatch):
        def fails(*args, **kwargs):
            raise RuntimeError

        monkeypatch.setattr(EditionFile.objects, "bulk_create", fails)
        with pytest.raises(RuntimeError):
            publish(**asked(report))
        assert not report.editions.exists()
        assert not EditionRow.objects.exclude(theme__edition__plan_slug=PLAN).exists()

    def test_what_changes_while_the_files_are_made_is_not_published(self, report, monkeypatch):
        csv = formats.FORMATS["csv"]

        def changes_meanwhile(document):
            ApprovedUpdate.objects.update(narrative="<p>Approved a moment ago.</p>")
            return csv.render(document)

        monkeypatch.setitem(formats.FORMATS, "csv", formats.Format("csv", "CSV", "text/csv", changes_meanwhile))
        with pytest.raises(Refused, match="Something in the report changed while its files were being made"):
            publish(**asked(report))
        assert not report.editions.exists()

    def test_a_report_that_was_removed_meanwhile_is_refused(self, report, monkeypatch):
        stale = type(report).objects.get(pk=report.pk)
        by = make.staff()
        csv = formats.FORMATS["csv"]

        def removes(document):
            report.delete()
            return csv.render(document)

        monkeypatch.setitem(formats.FORMATS, "csv", formats.Format("csv", "CSV", "text/csv", removes))
        with pytest.raises(Refused, match="has been removed"):
            publish(**asked(stale, by=by))


class TestTheNextEdition:
    def test_it_says_what_it_corrects(self, report):
        make.edition(report)
        ApprovedUpdate.objects.update(narrative="<p>Teams met twice.</p>")
        with pytest.raises(Refused, match="Say what V2 corrects"):
            publish(**asked(report, expected_number=2, correction=" "))
        edition = publish(**asked(report, expected_number=2, correction="Teams met twice."))
        assert (edition.version, edition.correction) == ("V2", "Teams met twice.")

    @pytest.mark.parametrize(
        "correction",
        [
            "Ring 0115 967 0999 about it.",
            "Write to team@example.org.",
            "We left out: a suspect was arrested at the harbour in March.",
            "Operation Harbour",
            "What was said of Operation Harbour is left out.",
        ],
    )
    def test_what_it_corrects_holds_no_way_to_reach_a_person_and_nothing_exempt(self, report, theme, correction):
        make.edition(report)
        ApprovedUpdate.objects.update(narrative="<p>Teams met twice.</p>")
        facts = {"exempt_from": Q4, "exempt_reason": "A matter before the courts.", "wording": "Operation Harbour"}
        make.update(
            make.deliverable(theme, **facts), narrative="<p>A suspect was arrested at the harbour in March.</p>"
        )
        with pytest.raises(Refused, match="this has to be left out of it. What this edition corrects: "):
            publish(**asked(report, expected_number=2, correction=correction))
        assert report.editions.count() == 1

    def test_what_an_edition_that_is_not_public_corrects_may_hold_it(self, theme):
        report = make.report(theme, classification=Classification.NON_PUBLIC)
        make.edition(report)
        ApprovedUpdate.objects.update(narrative="<p>Teams met twice.</p>")
        assert make.edition(report, correction="Ring 0115 967 0999 about it.").version == "V2"

    def test_a_first_edition_corrects_nothing(self, report):
        with pytest.raises(Refused, match="corrects nothing"):
            publish(**asked(report, correction="All of it."))

    def test_one_in_which_nothing_differs_is_refused(self, report):
        make.edition(report)
        with pytest.raises(Refused, match="Nothing in the report differs from V1"):
            publish(**asked(report, expected_number=2, correction="Nothing."))

    def test_who_did_not_know_of_the_last_edition_is_told_who_published_it(self, report):
        make.edition(report, by=make.staff(display_name="Policy officer"), at=noon("2020-05-06"))
        with pytest.raises(Refused, match=r"Policy officer published V1 at 12:00 on 6 May 2020\. Look at it first"):
            publish(**asked(report))
        assert report.editions.count() == 1

    def test_withdrawn_editions_keep_their_number(self, report):
        withdraw(edition=make.edition(report), by=make.administrator(), reason="A name is in it.")
        ApprovedUpdate.objects.update(narrative="<p>Teams met twice.</p>")
        assert make.edition(report).version == "V2"

    def test_a_number_that_comes_too_soon_is_refused(self, report):
        with pytest.raises(Refused, match="There is no edition yet"):
            publish(**asked(report, expected_number=2, correction="All of it."))


class TestWithdrawing:
    def test_it_is_taken_out_of_view_with_a_reason_and_put_back_with_another(self, report):
        edition, by = make.edition(report), make.administrator()
        withdraw(edition=edition, by=by, reason=" A name is in it. ", at=NOW)
        assert (edition.withdrawn_at, edition.withdrawn_by, edition.withdrawn_reason) == (NOW, by, "A name is in it.")
        assert edition not in Edition.objects.visible_to(make.panel_member())
        put_back_in_view(edition=edition, by=by, reason="It was nobody's name.")
        assert not edition.is_withdrawn
        assert edition in Edition.objects.visible_to(make.panel_member())
        reasons = edition.history.order_by("history_id").values_list("history_change_reason", flat=True)
        assert list(reasons) == [None, "A name is in it.", "It was nobody's name."]

    def test_its_files_are_kept(self, report):
        edition = make.edition(report)
        files = edition.files.count()
        withdraw(edition=edition, by=make.administrator(), reason="A name is in it.")
        assert edition.files.count() == files

    @pytest.mark.parametrize("verb", [withdraw, put_back_in_view])
    def test_only_administrators_may_and_only_with_a_reason(self, verb, report):
        edition = make.edition(report)
        with pytest.raises(Refused, match="may not withdraw"):
            verb(edition=edition, by=make.staff(), reason="A name is in it.")
        with pytest.raises(Refused, match="Say why"):
            verb(edition=edition, by=make.administrator(), reason=" ")

    def test_neither_is_done_twice(self, report):
        edition, by = make.edition(report), make.administrator()
        with pytest.raises(Refused, match="in view already"):
            put_back_in_view(edition=edition, by=by, reason="It was nobody's name.")
        withdraw(edition=edition, by=by, reason="A name is in it.")
        with pytest.raises(Refused, match="withdrawn from view already"):
            withdraw(edition=edition, by=by, reason="A name is in it.")

    def test_one_whose_report_is_gone_can_be_withdrawn_too(self, report):
        edition = make.edition(report)
        report.delete()
        edition.refresh_from_db()
        withdraw(edition=edition, by=make.administrator(), reason="A name is in it.")
        assert edition.is_withdrawn


def test_the_meeting_and_the_agenda_item_are_kept(theme):
    meeting = make.meeting("2020-05-21")
    edition = make.edition(make.report(theme, meeting=meeting, agenda_item="04"))
    assert (edition.meeting_date, edition.agenda_item) == (datetime.date(2020, 5, 21), "04")
