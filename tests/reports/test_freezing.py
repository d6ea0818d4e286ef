"""What is frozen in an edition's tables is what its JSON file says, whatever the document."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deliverables.models import ApprovedUpdate, Deliverable
from reports.content import exempt_note
from reports.freezing import freeze, thawed
from reports.gather import gather_report
from reports.models import Edition
from reports.options import Classification, Column, Exceptions
from reports.renderers.json import content, render
from tests import builders as make
from tests.builders import NOW, Q1, Q3
from themes.models import Theme
from themes.quarters import Quarter

pytestmark = pytest.mark.django_db


def frozen(report, by):
    document = gather_report(report, by, version="V1").document
    edition = Edition(
        slug=report.slug,
        number=1,
        report=report,
        plan_slug=report.plan.slug,
        published_at=NOW,
        published_by=by,
        published_by_name=by.display_name,
    )
    freeze(edition, document, by)
    return document, Edition.objects.get(pk=edition.pk)


def test_the_tables_hold_the_real_report_as_its_json_file_has_it(user):
    document, edition = frozen(make.report(*Theme.objects.filter(number=3)), user("staff"))
    data = thawed(edition)
    assert data == json.loads(render(document))
    assert len(data["themes"][0]["rows"]) == 15
    assert data["status_key"][0]["printed"] == "14/15 (93.3%)"


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    themes=st.sets(st.sampled_from([1, 2, 3, 4]), min_size=1),
    quarter=st.sampled_from(["2018-19 Q4", "2019-20 Q1", "2019-20 Q3", "2019-20 Q4", "2020-21 Q1"]),
    columns=st.sets(st.sampled_from(Column)),
    exceptions=st.sampled_from(Exceptions),
    classification=st.sampled_from(Classification),
    exempt=st.sets(st.integers(1, 15), max_size=15),
)
def test_whatever_is_frozen_is_read_back_exactly(themes, quarter, columns, exceptions, classification, exempt, user):
    Deliverable.objects.update(exempt_from=None, exempt_reason="")
    Deliverable.objects.filter(number__in=exempt).update(
        exempt_from=Quarter.parse("2018-19 Q1"), exempt_reason="A matter before the courts."
    )
    report = make.report(
        *Theme.objects.filter(number__in=themes),
        quarter=Quarter.parse(quarter),
        columns=tuple(columns),
        exceptions=exceptions,
        classification=classification,
    )
    document, edition = frozen(report, user("staff"))
    assert thawed(edition) == content(document)


def test_a_theme_in_which_nothing_counts_is_frozen_too():
    theme = make.theme()
    make.period(theme)
    document, edition = frozen(make.report(theme), make.staff())
    assert thawed(edition) == content(document)
    assert thawed(edition)["themes"][0]["rows"] == []


def test_what_is_exempt_is_counted_and_named_only_in_the_table():
    theme = make.theme()
    row = make.deliverable(theme, exempt_from=Q1, exempt_reason="A matter before the courts.")
    make.approved(row)
    make.approved(make.deliverable(theme))
    document, edition = frozen(make.report(theme), make.staff())
    (frozen_theme,) = edition.themes.all()
    assert frozen_theme.exempt_keys == [str(row.key)]
    assert str(row.key) not in json.dumps(thawed(edition))
    assert document.exempt_note == exempt_note(1)


def test_reading_back_costs_the_same_queries_whatever_the_size(user, django_assert_num_queries):
    small = frozen(make.report(*Theme.objects.filter(number=3)), user("staff"))[1]
    large = frozen(make.report(*Theme.objects.filter(number__lt=5)), user("staff"))[1]
    for edition in (small, large):
        with django_assert_num_queries(3):
            thawed(edition)


def test_what_changes_afterwards_changes_nothing_that_is_frozen(user):
    document, edition = frozen(make.report(*Theme.objects.filter(number=3), quarter=Q3), user("staff"))
    Deliverable.objects.update(wording="Something else")
    ApprovedUpdate.objects.update(narrative="<p>Something else.</p>", owner_label="Nobody")
    assert thawed(edition) == content(document)
