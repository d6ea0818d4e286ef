import datetime

import pytest

from accounts.models import Organisation, User
from accounts.roles import Refused
from deliverables.file_models import PlanFile
from deliverables.importing.found import Doubt, Field, Found, FoundRow, FoundShare, FoundUpdate, FoundWithdrawn
from deliverables.importing.plan_files import LEFT_OUT, choices_of, choose, look, put_right
from deliverables.importing.plan_import import import_plan
from deliverables.importing.plan_values import Choices, Does, NewLeader
from deliverables.models import ApprovedUpdate, Deliverable, QuarterlyUpdate, UpdateEvent, UpdateState
from tests import builders
from tests.builders import NOW, Q1, Q2, Q3, Q4
from themes.models import ReportingPeriod, Theme

pytestmark = pytest.mark.django_db

MET = FoundUpdate("<p>Teams met.</p>", datetime.date(2020, 3, 28), "day", "28.3.20")


def row(number=1, **changes):
    facts = {
        "at": number or 1, "place": f"table 2, row {number}", "number": number, "organisation": "Force",
        "wording": f"Matter {number} is worked on", "rating": "G", "updates": (MET,),
    }  # fmt: skip
    return FoundRow(**facts | changes)


def kept(into, *rows, quarter=Q4, theme=1, **found):
    """A file in which these rows were found, on a theme and a quarter."""
    facts = Found((), theme=theme, quarter=quarter, **found).facts
    choices = {"theme": None, "theme_title": "", "quarter": "", "replaces": False, "leaders": {}}
    file = PlanFile.objects.create(
        plan=into, file_name="Appendix A.docx", content=b"", choices=choices, found=facts,
        uploaded_by=builders.administrator(), uploaded_at=NOW,
    )  # fmt: skip
    for at, one in enumerate(rows, start=1):
        file.rows.create(at=at, facts=FoundRow(**{**vars(one), "at": at}).facts)
    return file


def imported(file, **choices):
    by = builders.administrator()
    if choices:
        choose(file=file, choices=Choices(**choices), by=by)
    return import_plan(file=file, agreed=look(file).preview.fingerprint, by=by, at=NOW)


def outcomes(file):
    return look(file).preview.outcomes


def problems(file):
    return [(one.field, one.said) for _, one in look(file).preview.problems]


def stored():
    """Everything that an import could change, to see that it changed nothing."""
    models = [Theme, ReportingPeriod, Deliverable, QuarterlyUpdate, ApprovedUpdate, UpdateEvent, User, Organisation]
    return [(list(one.objects.order_by("pk").values()), getattr(one, "history", one.objects).count()) for one in models]


def test_an_import_makes_the_theme_the_quarter_and_the_deliverable_and_its_update_is_approved():
    plan = builders.plan()
    file = kept(plan, row(4, recovery_step="Ask"), theme=3, theme_title="Tackling Crime")
    imported(file)
    one = ApprovedUpdate.objects.get(update__deliverable__theme__plan=plan)
    assert (one.number, one.wording, one.owner_label) == (4, "Matter 4 is worked on", "Force")
    assert (one.narrative, one.date_label, one.rating.code) == ("<p>Teams met.</p>", "28 March 2020", "G")
    assert one.update.state == UpdateState.APPROVED
    assert str(one.update.deliverable.theme) == "Theme 3: Tackling Crime"
    assert one.update.period.quarter == Q4
    assert one.update.deliverable.owner_label_on(Q4) == "Force"
    assert one.update.deliverable.in_force_from == Q1
    (event,) = one.update.events.all()
    assert (event.step, event.file, event.by) == ("imported", file, one.approved_by)
    assert "Appendix A.docx" in one.history.get().history_change_reason


def test_the_same_file_again_changes_nothing():
    plan = builders.plan()
    rows = row(1), row(2, rating="R", updates=(MET, FoundUpdate("<p>Before.</p>", None, "none", "")))
    imported(kept(plan, *rows))
    again = kept(plan, *rows)
    before = stored()[:6]
    assert [one.does for one in outcomes(again)] == [Does.LEAVES, Does.LEAVES]
    with pytest.raises(Refused, match="here already"):
        imported(again)
    assert stored()[:6] == before


def test_one_row_that_is_not_understood_keeps_all_others_out_until_it_is_put_right():
    plan = builders.plan()
    file = kept(plan, row(1), row(2, rating="Grene"))
    ((about, said),) = problems(file)
    assert about == Field.RATING and said.startswith("“Grene” is not a rating of the plan.")
    assert "G Green, A Amber, R Red and NS Not started" in said
    before = stored()[:6]
    with pytest.raises(Refused, match="Nothing is imported: 1 thing was not understood, the first at table 2, row 2"):
        imported(file)
    assert stored()[:6] == before
    put_right(file=file, at=2, facts={"rating": "A"}, by=builders.administrator())
    imported(file)
    assert set(ApprovedUpdate.objects.filter(update__deliverable__theme__plan=plan).values_list("rating__code")) == {
        ("G",),
        ("A",),
    }


def test_a_row_that_is_left_out_is_not_imported():
    plan = builders.plan()
    file = kept(plan, row(1), row(2, rating="Grene"))
    put_right(file=file, at=2, facts={LEFT_OUT: True}, by=builders.administrator())
    imported(file)
    assert Deliverable.objects.get(theme__plan=plan).number == 1


def test_what_somebody_agreed_to_is_what_is_imported():
    plan = builders.plan()
    file, by = kept(plan, row(1)), builders.administrator()
    agreed = look(file).preview.fingerprint
    put_right(file=file, at=1, facts={"rating": "R"}, by=by)
    with pytest.raises(Refused, match="changed since you looked"):
        import_plan(file=file, agreed=agreed, by=by, at=NOW)


def test_an_older_wording_and_label_stay_with_the_quarter_and_the_plan_keeps_its_own():
    theme = builders.theme()
    here = builders.deliverable(theme, wording="Work with partners on serious and organised crime", number=5)
    imported(kept(theme.plan, row(5, wording="Work with partners on organised crime", organisation="Old")))
    here.refresh_from_db()
    assert here.wording == "Work with partners on serious and organised crime"
    one = ApprovedUpdate.objects.get(update__deliverable=here)
    assert (one.wording, one.owner_label) == ("Work with partners on organised crime", "Old")


def test_another_wording_under_a_number_of_the_plan_is_asked_about():
    theme = builders.theme()
    here = builders.deliverable(theme, wording="Support victims of burglary", number=5)
    file = kept(theme.plan, row(5, wording="Publish the estates strategy by summer"))
    ((about, said),) = problems(file)
    assert about == Field.WORDING and "Support victims of burglary" in said
    put_right(file=file, at=1, facts={"is_same": True}, by=builders.administrator())
    imported(file)
    assert ApprovedUpdate.objects.get(update__deliverable=here).wording == "Publish the estates strategy by summer"


def test_a_deliverable_that_was_renumbered_is_known_by_its_wording():
    theme = builders.theme()
    here = builders.deliverable(theme, wording="Support victims of burglary", number=7)
    imported(kept(theme.plan, row(5, wording="Support  victims of Burglary")))
    assert ApprovedUpdate.objects.get(update__deliverable=here).number == 5


def test_work_that_is_worded_the_same_a_year_later_goes_on():
    theme = builders.theme()
    before = builders.deliverable(theme, wording="Support victims", financial_year=Q1.year.previous, number=2)
    imported(kept(theme.plan, row(3, wording="Support victims")))
    after = theme.deliverables.get(financial_year=Q1.year)
    assert (after.key, after.number) == (before.key, 3)
    assert after.carried_forward_reason


def test_something_else_that_was_approved_here_is_kept_unless_it_is_to_be_replaced():
    theme = builders.theme()
    here = builders.deliverable(theme, wording="Matter 1 is worked on", number=1)
    was = builders.approved(here, code="R", narrative="<p>Written here.</p>")
    file = kept(theme.plan, row(1))
    (one,) = outcomes(file)
    assert one.does is Does.KEEPS
    assert "another rating, text, date, organisation" in " ".join(one.notes)
    with pytest.raises(Refused, match="Where the file says otherwise, what is here is kept"):
        imported(file)
    imported(file, replaces=True)
    was.refresh_from_db()
    assert (was.rating.code, was.narrative) == ("G", "<p>Teams met.</p>")
    assert [entry.narrative for entry in was.update.history.all()][0] == "<p>Teams met.</p>"


def test_a_draft_is_not_written_over():
    theme = builders.theme()
    here = builders.deliverable(theme, wording="Matter 1 is worked on", number=1)
    draft = builders.update(here, narrative="<p>Half a sentence</p>")
    (one,) = outcomes(kept(theme.plan, row(1)))
    assert one.does is Does.KEEPS and "a draft" in one.notes[-1]
    draft.refresh_from_db()
    assert draft.narrative == "<p>Half a sentence</p>"


def test_nothing_in_a_locked_quarter_is_changed():
    theme = builders.theme()
    builders.period(theme, Q4, locked_at=NOW, locked_by=builders.staff())
    ((about, said),) = problems(kept(theme.plan, row(1)))
    assert about == Field.QUARTER and "Quarter 4, 2019-20 is locked" in said


def test_a_new_deliverable_does_not_come_into_the_figures_of_a_later_locked_quarter():
    theme = builders.theme()
    builders.period(theme, Q4, locked_at=NOW, locked_by=builders.staff())
    ((about, said),) = problems(kept(theme.plan, row(1), quarter=Q3))
    assert "It would change the figures of Quarter 4, 2019-20, which is locked." in said


def test_a_new_deliverable_counts_from_the_first_quarter_that_has_it():
    plan = builders.plan()
    imported(kept(plan, row(1), quarter=Q2))
    imported(kept(plan, row(1), row(2), quarter=Q3))
    imported(kept(plan, row(1), row(2), quarter=Q4))
    numbers = dict(Deliverable.objects.filter(theme__plan=plan).values_list("number", "in_force_from"))
    assert numbers == {1: Q1, 2: Q3}


def test_what_is_planned_for_later_and_what_is_complete_come_back_as_they_were():
    plan = builders.plan()
    imported(kept(plan, row(1), row(2, rating="NS", updates=(), planned_start=Q4), quarter=Q2))
    imported(
        kept(plan, row(1, updates=(), completed_in=Q2), row(2, rating="NS", updates=(), planned_start=Q4), quarter=Q3)
    )
    done, later = Deliverable.objects.filter(theme__plan=plan).order_by("number")
    assert (done.completed_in, later.planned_start) == (Q2, Q4)
    assert ApprovedUpdate.objects.filter(update__deliverable=done).count() == 1
    assert not later.updates.exists()


def test_an_earlier_text_is_the_update_of_its_own_quarter_where_that_is_known_and_else_stays_in_the_text():
    plan = builders.plan()
    earlier = FoundUpdate("<p>They began.</p>", datetime.date(2019, 9, 28), "day", "28.9.19")
    unknown = FoundUpdate("<p>Before that.</p>", datetime.date(2019, 4, 1), "month", "April 2019")
    imported(kept(plan, row(1, updates=(earlier,)), quarter=Q2))
    imported(kept(plan, row(1, updates=(MET, earlier, unknown)), quarter=Q4))
    newest = ApprovedUpdate.objects.get(update__deliverable__theme__plan=plan, update__period__quarter=Q4)
    assert newest.earlier == (Q2,)
    assert newest.narrative == "<p>Teams met.</p><p><strong>April 2019</strong></p><p>Before that.</p>"


def test_a_label_that_nobody_has_becomes_an_organisation_or_a_person_of_the_office():
    plan = builders.plan()
    file = kept(plan, row(1, organisation="Fire"), row(2, organisation="QX"))
    imported(file, leaders={"qx": NewLeader.OFFICE})
    fire, person = Deliverable.objects.filter(theme__plan=plan).order_by("number")
    assert fire.owner_on(Q4).organisation.short_name == "Fire"
    assert person.owner_on(Q4).organisation.is_office and person.owner_label_on(Q4) == "QX"
    assert choices_of(file).leaders == {"qx": NewLeader.OFFICE}


def test_what_is_wrong_with_a_row_is_said_field_by_field():
    theme = builders.theme()
    builders.deliverable(theme, number=9, wording="Ended", withdrawn_from=Q3, withdrawn_reason="Done")
    file = kept(
        theme.plan,
        row(None, at=1),
        row(2, organisation="An organisation whose name is far too long"),
        row(3, wording="x" * 1001),
        row(4, rating=""),
        row(6),
        row(6),
        row(7, wording=""),
        row(9, wording="Ended"),
        row(10, doubts=(Doubt(Field.DATE, "table 2, row 10", "31.2.20 is no date."),)),
        quarter=None,
    )
    choose(file=file, choices=Choices(quarter=Q4), by=builders.administrator())
    said = dict(problems(file))
    assert said.keys() >= {Field.NUMBER, Field.ORGANISATION, Field.WORDING, Field.RATING, Field.DATE}
    counts = look(file).preview.counts
    assert counts[Does.CANNOT] == 8


def test_the_status_key_of_the_file_is_held_against_its_rows():
    shares = (
        FoundShare("table 1, row 2", None, "Green", "", 14, 15, "93.3%"),
        FoundShare("table 1, row 3", None, "Amber", "", 1, 15, "7%"),
        FoundShare("table 1, row 4", None, "Red", "", 0, None, "0%"),
    )
    rows = [row(number, rating="G" if number < 14 else "A") for number in range(1, 16)]
    found = look(kept(builders.plan(), *rows, status_key=shares)).preview
    assert [one.said for one in found.differences] == [
        "Green: the document says 14/15, the rows give 13/15.",
        "Amber: the document says 1/15, the rows give 2/15.",
    ]


def test_a_percentage_that_was_worked_out_wrongly_is_said():
    key = (FoundShare("table 1, row 2", None, "G", "", 2, 3, "66.6%"), FoundShare("row 3", None, "A", "", 1, 3, "33%"))
    rows = [row(1), row(2), row(3, rating="A")]
    found = look(kept(builders.plan(), *rows, status_key=key)).preview
    assert [one.said for one in found.differences] == ["Green: the document says 66.6%, 2/3 is 66.7%."]


def test_what_the_file_lists_as_withdrawn_is_withdrawn():
    plan = builders.plan()
    ended = FoundWithdrawn("paragraph 4", 1, 2, "Force", "Close the scheme", Q3, "Not needed.")
    imported(kept(plan, row(1), withdrawn=(ended,)))
    one = Deliverable.objects.get(theme__plan=plan, number=2)
    assert (one.withdrawn_from, one.withdrawn_reason) == (Q3, "Not needed.")


def test_what_is_in_force_and_not_in_the_file_is_said():
    theme = builders.theme()
    builders.deliverable(theme, number=8)
    notes = look(kept(theme.plan, row(1))).preview.notes
    assert notes == ("Theme 1, Quarter 4, 2019-20: in force in the plan and not in the file: 8.",)


def test_only_who_looks_after_the_plan_imports():
    file = kept(builders.plan(), row(1))
    with pytest.raises(Refused, match="may not"):
        import_plan(file=file, agreed=look(file).preview.fingerprint, by=builders.staff(), at=NOW)


def test_work_goes_on_once_a_year():
    theme = builders.theme()
    before = builders.deliverable(theme, wording="Support victims", financial_year=Q1.year.previous, number=2)
    builders.deliverable(theme, wording="Support all victims", key=before.key, number=1)
    imported(kept(theme.plan, row(3, wording="Support victims")))
    assert theme.deliverables.get(financial_year=Q1.year, number=3).key != before.key


def test_what_goes_on_under_another_wording_is_said_on_the_page():
    theme = builders.theme()
    before = builders.deliverable(theme, wording="Support victims", financial_year=Q1.year.previous, number=2)
    file, by = kept(theme.plan, row(3, wording="Help those harmed by crime")), builders.administrator()
    put_right(file=file, at=1, facts={"goes_on_from": 9}, by=by)
    assert [about for about, _ in problems(file)] == [Field.GOES_ON_FROM]
    put_right(file=file, at=1, facts={"goes_on_from": 2}, by=by)
    imported(file)
    assert theme.deliverables.get(financial_year=Q1.year).key == before.key
