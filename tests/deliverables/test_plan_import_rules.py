"""What an import must not do to a plan, and what it must not say: rules of DESIGN section 4 held against it."""

import datetime
from dataclasses import replace

import pytest

from accounts.roles import Refused
from deliverables.importing.found import Field, FoundShare, FoundUpdate, FoundWithdrawn
from deliverables.importing.plan_files import look, put_right, shown_of
from deliverables.importing.plan_import import import_plan
from deliverables.importing.plan_preview import ranges
from deliverables.importing.plan_values import Does
from deliverables.models import ApprovedUpdate, Deliverable
from deliverables.plan_actions import change_deliverable
from tests import builders
from tests.builders import NOW, Q1, Q2, Q3, Q4
from tests.deliverables.test_plan_import import MET, imported, kept, problems, row
from themes.models import ReportingPeriod

pytestmark = pytest.mark.django_db


def locked(theme, quarter):
    return builders.period(theme, quarter, locked_at=NOW, locked_by=builders.staff())


def notes(file):
    return " ".join(note for one in look(file).preview.outcomes for note in one.notes)


def test_what_is_exempt_from_publication_stays_so_in_the_next_year():
    theme = builders.theme()
    facts = {"exempt_from": Q1.year.previous.quarters[0], "exempt_reason": "A court case."}
    builders.deliverable(theme, wording="Support victims", financial_year=Q1.year.previous, **facts)
    imported(kept(theme.plan, row(3, wording="Support victims")))
    assert theme.deliverables.get(financial_year=Q1.year).is_exempt(Q4)


def test_a_rating_that_a_later_locked_quarter_keeps_is_not_replaced():
    theme = builders.theme()
    done = builders.deliverable(theme, wording="Matter 1 is worked on", completed_in=Q2, completed_reason="Done")
    builders.approved(done, Q2, "G")
    locked(theme, Q3)
    file = kept(theme.plan, row(1, rating="R"), quarter=Q2)
    with pytest.raises(Refused, match="complete in 2019-20 Q2, so Red cannot stand there"):
        imported(file, replaces=True)
    earlier = kept(theme.plan, row(1, rating="R", updates=(MET,)), quarter=Q1)
    assert problems(earlier) == []


def test_what_would_be_complete_before_a_locked_quarter_is_refused_in_the_preview():
    theme = builders.theme()
    builders.approved(builders.deliverable(theme, wording="Matter 1 is worked on"), Q2, "G")
    locked(theme, Q3)
    file = kept(theme.plan, row(1, updates=(), completed_in=Q2), quarter=Q4)
    assert [said for _, said in problems(file)] == [
        "It would change the figures of Quarter 3, 2019-20, which is locked. "
        "Open that quarter first, or leave this row out."
    ]


def test_an_unknown_deliverable_that_is_listed_as_withdrawn_comes_into_no_quarter_that_is_known():
    theme = builders.theme()
    locked(theme, Q1)
    ended = FoundWithdrawn("paragraph 4", 1, 2, "Force", "Close the scheme", Q3, "Not needed.")
    bad = replace(ended, number=99_999)
    file = kept(theme.plan, row(1, quarter=Q4), quarter=Q4, withdrawn=(ended, bad))
    said = look(file).preview.notes
    assert "the plan has it in no quarter before; it is left out" in said[0]
    assert "of no theme, year or number of the plan; it is left out" in said[1]
    assert [one.identity[2] for one in look(file).preview.deliverables] == [1]


def test_two_rows_worded_alike_are_two_deliverables():
    plan = builders.plan()
    imported(kept(plan, row(1, wording="Publish figures"), row(2, wording="Publish figures")))
    assert ApprovedUpdate.objects.filter(update__deliverable__theme__plan=plan).count() == 2


def test_the_plans_own_wording_counts_before_one_that_is_alike_and_neither_row_is_lost():
    theme = builders.theme()
    here = builders.deliverable(theme, wording="Support victims of burglary", number=5)
    file = kept(
        theme.plan, row(5, wording="Support victims of burglary in Kent"), row(6, wording="Support victims of burglary")
    )
    ((about, said),) = problems(file)
    assert about == Field.NUMBER and "Number 5 of the plan is what stands at table 2, row 6." in said
    put_right(file=file, at=1, facts={"number": 8}, by=builders.administrator())
    imported(file)
    assert dict(ApprovedUpdate.objects.filter(update__deliverable__theme=theme).values_list("number", "wording")) == {
        6: "Support victims of burglary",
        8: "Support victims of burglary in Kent",
    }
    assert here.updates.count() == 1


def test_a_change_of_the_plan_since_it_was_looked_at_is_not_written_over():
    theme = builders.theme()
    here = builders.deliverable(theme, wording="Matter 1 is worked on", due=None)
    file, by = kept(theme.plan, row(1, due=Q4)), builders.administrator()
    agreed = look(file).preview.fingerprint
    facts = {"wording": here.wording, "in_force_from": Q1, "planned_start": Q2, "due": Q3, "reason": "Put off."}
    change_deliverable(deliverable=here, by=by, **facts)
    with pytest.raises(Refused, match="changed since you looked"):
        import_plan(file=file, agreed=agreed, by=by, at=NOW)
    here.refresh_from_db()
    assert (here.planned_start, here.due) == (Q2, Q3)


def test_what_a_file_does_not_speak_of_stays():
    theme = builders.theme()
    here = builders.deliverable(theme, wording="Matter 1 is worked on", owner=builders.person())
    facts = {"recovery_step": "Hire two.", "recovery_by": datetime.date(2020, 9, 30), "owner_label": "Old"}
    was = builders.approved(here, code="R", **facts)
    imported(kept(theme.plan, row(1, rating="A", organisation="")), replaces=True)
    was.refresh_from_db()
    assert was.rating.code == "A"
    assert {name: getattr(was, name) for name in facts} == facts


def test_without_an_organisation_the_label_is_that_of_who_leads_it():
    theme = builders.theme()
    owner = builders.person()
    here = builders.deliverable(theme, wording="Matter 1 is worked on", owner=owner)
    imported(kept(theme.plan, row(1, organisation="")))
    assert ApprovedUpdate.objects.get(update__deliverable=here).owner_label == owner.owner_label


def test_another_organisation_than_the_plans_is_said():
    theme = builders.theme()
    owner = builders.person()
    builders.deliverable(theme, wording="Matter 1 is worked on", owner=owner)
    assert f"In the plan {owner.owner_label} leads it; for this quarter the file says CDP." in notes(
        kept(theme.plan, row(1, organisation="CDP"))
    )


def test_what_is_complete_takes_no_update_in_a_later_quarter():
    theme = builders.theme()
    done = builders.deliverable(theme, wording="Matter 1 is worked on", completed_in=Q2, completed_reason="Done")
    builders.approved(done, Q2, "G")
    ((about, said),) = problems(kept(theme.plan, row(1, rating="R")))
    assert "complete since 2019-20 Q2, so it takes no update" in said


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"completed_in": Q4.next}, "Quarter 1, 2020-21 is after Quarter 4, 2019-20."),
        ({"completed_in": Q1.previous}, "not among the deliverables of 2019-20"),
        ({"completed_in": Q2, "rating": "", "updates": ()}, "it is not known how it was rated"),
        ({"completed_in": Q2, "rating": "R", "updates": ()}, "It is complete, so Red cannot stand there."),
    ],
)
def test_a_completion_that_cannot_be_is_said(facts, said):
    assert said in " ".join(one for _, one in problems(kept(builders.plan(), row(1, **facts))))


def test_a_rating_is_not_dropped_as_the_start_is_planned_for_later():
    plan = builders.plan()
    imported(kept(plan, row(1, rating="A", updates=(), planned_start=Q4), quarter=Q2))
    assert ApprovedUpdate.objects.get(update__deliverable__theme__plan=plan).rating.code == "A"


def test_the_status_key_is_counted_by_the_rules_of_the_plan():
    key = (
        FoundShare("row 2", None, "Green", "", 1, 2, "50%"),
        FoundShare("row 3", None, "Not started", "", 1, 2, "50%"),
    )
    theme = builders.theme()
    done = builders.deliverable(theme, wording="Matter 1 is worked on", number=1)
    builders.approved(done, Q2, "G")
    rows = row(1, updates=(), rating="", completed_in=Q2), row(2, updates=(), rating="", planned_start=Q4.next)
    assert look(kept(theme.plan, *rows, quarter=Q4, status_key=key)).preview.differences == ()


def test_one_file_of_several_quarters_is_left_alone_the_second_time():
    plan = builders.plan()
    earlier = FoundUpdate("<p>They began.</p>", datetime.date(2019, 9, 28), "day", "28.9.19")
    rows = row(1, quarter=Q2, updates=(earlier,)), row(1, quarter=Q4, updates=(MET, earlier))
    imported(kept(plan, *rows, quarter=None))
    assert {one.does for one in look(kept(plan, *rows, quarter=None)).preview.outcomes} == {Does.LEAVES}
    assert ApprovedUpdate.objects.get(update__period__quarter=Q4, update__deliverable__theme__plan=plan).earlier == (
        Q2,
    )


def test_who_leads_what_is_part_of_what_is_agreed_to():
    one, another = builders.person(), builders.person()
    plan = builders.plan()
    file, by = kept(plan, row(1, organisation=one.organisation.short_name)), builders.administrator()
    before = look(file).preview
    assert before.led_by == ((one.organisation.short_name, one.display_name),)
    with pytest.raises(Refused, match="changed since you looked"):
        imported_as_agreed(file, before, by, leaders={one.organisation.short_name.casefold(): another.pk})


def imported_as_agreed(file, before, by, **choices):
    from deliverables.importing.plan_files import choose
    from deliverables.importing.plan_values import Choices

    choose(file=file, choices=Choices(**choices), by=by)
    import_plan(file=file, agreed=before.fingerprint, by=by, at=NOW)


def test_what_goes_on_stays_with_who_led_it_where_the_file_does_not_say_otherwise():
    theme = builders.theme()
    leader = builders.person()
    colleague = builders.person(organisation=leader.organisation)
    for number in (8, 9):
        builders.deliverable(theme, owner=colleague, number=number)
    before = Q1.year.previous
    builders.deliverable(theme, wording="Support victims", financial_year=before, owner=leader)
    builders.deliverable(theme, wording="Support witnesses", financial_year=before, owner=leader)
    imported(
        kept(
            theme.plan,
            row(3, wording="Support victims", organisation=leader.owner_label),
            row(4, wording="Support witnesses", organisation=""),
        )
    )
    for number in (3, 4):
        assert theme.deliverables.get(financial_year=Q1.year, number=number).owner_on(Q4) == leader


def test_a_file_of_another_plan_is_remarked_on():
    file = kept(builders.plan(title="Plan of Kent"), row(1), plan="Police and Crime Plan 2018-21")
    assert "The file says that it is of “Police and Crime Plan 2018-21”" in look(file).preview.notes[0]


def test_a_date_far_from_the_quarter_is_remarked_on():
    far = FoundUpdate("<p>Met.</p>", datetime.date(2030, 2, 1), "day", "01/02/2030")
    assert "The update is dated 1 February 2030, far from Quarter 4, 2019-20." in notes(
        kept(builders.plan(), row(1, updates=(far,)))
    )


def test_what_was_imported_is_a_record_that_nobody_changes():
    plan = builders.plan()
    file, by = kept(plan, row(1)), builders.administrator()
    imported(file)
    file.refresh_from_db()
    assert file.imported_by is not None and file.did == "1 deliverable added, 1 update approved"
    with pytest.raises(Refused, match="kept as the record"):
        put_right(file=file, at=1, facts={"number": 3}, by=by)
    with pytest.raises(Refused, match="kept as the record|here already"):
        import_plan(file=file, agreed=look(file).preview.fingerprint, by=by, at=NOW)


def test_no_putting_right_is_lost_to_another():
    file, by = kept(builders.plan(), row(1)), builders.administrator()
    shown = shown_of({})
    put_right(file=file, at=1, facts={"number": 3}, by=by, shown=shown)
    with pytest.raises(Refused, match="put this row right since you opened it"):
        put_right(file=file, at=1, facts={"number": 4}, by=builders.administrator(), shown=shown)
    assert file.rows.get().put_right == {"number": 3} and file.rows.get().put_right_by == by


def test_a_file_that_was_discarded_meanwhile_is_said_to_be_gone():
    file, by = kept(builders.plan(), row(1)), builders.administrator()
    agreed = look(file).preview.fingerprint
    type(file).objects.all().delete()
    with pytest.raises(Refused, match="discarded the file meanwhile|changed since"):
        import_plan(file=file, agreed=agreed, by=by, at=NOW)


def test_rows_that_are_not_understood_add_nothing_by_the_counts():
    found = look(kept(builders.plan(), row(1, rating="Grene"))).preview
    assert (found.deliverables, found.themes, found.periods) == ((), (), ())


def test_numbers_are_said_in_ranges():
    assert ranges([1, 2, 3, 5, 6, 9]) == "1 to 3, 5, 6, 9"


def test_a_theme_has_a_number_that_a_theme_can_have():
    assert [about for about, _ in problems(kept(builders.plan(), row(1), theme=99_999))] == [Field.THEME]


def test_nothing_of_a_plan_is_there_before_it_is_imported():
    plan = builders.plan()
    look(kept(plan, row(1)))
    assert not Deliverable.objects.filter(theme__plan=plan).exists()
    assert not ReportingPeriod.objects.filter(theme__plan=plan).exists()
