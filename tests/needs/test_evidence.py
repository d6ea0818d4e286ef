"""The sentences of evidence that a panel report may carry below its deliverables."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deliverables.models import Deliverable
from needs.actions import mark_gone
from needs.copying import copy_forward
from needs.evidence import evidence_of
from needs.models import Need
from needs.options import Audience, Level
from reports.options import Classification
from tests import builders as make
from themes.quarters import FinancialYear

PUBLIC, NON_PUBLIC = Classification

pytestmark = pytest.mark.django_db


def evidence(row, classification=PUBLIC):
    return evidence_of([str(row.key)], classification).get(str(row.key), ())


def test_the_demonstrations_deliverables_have_the_evidence_that_the_plan_was_built_on():
    rows = Deliverable.objects.filter(theme__number=3, financial_year="2019-20")
    keys = {row.number: str(row.key) for row in rows}
    with CaptureQueriesContext(connection) as captured:
        found = evidence_of(list(keys.values()), PUBLIC)
    assert len(captured) == 2
    assert found[keys[1]] == (
        "Very high risk “Organised crime groups” (Nottinghamshire Police and Crime Needs Assessment 2014-15, 4.3)",
    )
    assert keys[4] not in found


def test_grave_risks_come_first_and_twins_are_told_once_with_both_sections():
    row, assessment = make.deliverable(), make.assessment(audience=Audience.EVERYONE)
    section, other = make.section(assessment), make.section(assessment)
    advice, plain = make.recommendation(section), make.risk(section)
    grave, graver = make.risk(section, Level.HIGH), make.risk(section, Level.VERY_HIGH)
    make.risk(other, Level.VERY_HIGH, wording=graver.wording, key=graver.key)
    for need in (advice, plain, grave, graver):
        make.answers(row, need)
    assert evidence(row) == (
        f"Very high risk “{graver.wording}” ({assessment}, 1 and 2)",
        f"High risk “{grave.wording}” ({assessment}, 1)",
        f"Risk “{plain.wording}” ({assessment}, 1)",
        f"Recommendation “{advice.wording}” ({assessment}, 1)",
    )


def test_a_report_tells_only_of_what_all_its_readers_may_see():
    row = make.deliverable()
    needs = {one: make.risk(make.section(make.assessment(audience=one))) for one in Audience}
    for need in needs.values():
        make.answers(row, need)
    assert [needs[Audience.EVERYONE].wording in one for one in evidence(row)] == [True]
    told = " ".join(evidence(row, NON_PUBLIC))
    assert [audience for audience, need in needs.items() if need.wording in told] == [
        Audience.PANEL,
        Audience.EVERYONE,
    ]


def test_the_newest_assessment_counts_and_what_is_gone_in_it_is_left_out():
    row, by = make.deliverable(), make.staff()
    need = make.risk(make.section(make.assessment(audience=Audience.EVERYONE)))
    make.answers(row, need)
    first = need.section.assessment
    new = copy_forward(
        assessment=first, title="Newer", period=FinancialYear.parse("2020-21"), informs=first.informs, by=by
    )
    assert str(first) in evidence(row)[0]
    new.audience = Audience.EVERYONE
    new.save()
    assert str(new) in evidence(row)[0]
    mark_gone(need=Need.objects.get(section__assessment=new), reason="It was done.", by=by)
    assert evidence(row) == ()


def test_of_no_deliverable_there_is_none():
    assert evidence_of([], NON_PUBLIC) == {}
