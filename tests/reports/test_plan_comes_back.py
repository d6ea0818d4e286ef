"""A plan that goes out as Appendix A in Word comes back in as it was."""

import datetime
from dataclasses import replace

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Organisation, User
from accounts.roles import Role
from deliverables.importing.plan_files import keep_plan_file, look
from deliverables.importing.plan_import import import_plan
from deliverables.importing.plan_values import Choices, Does
from deliverables.models import DeliverableOwner
from deliverables.narrative import clean
from deliverables.rag import Movement, Movements
from reports.content import Appendix
from reports.files import make_file
from reports.formats import FORMATS
from reports.gather_appendix import gather_appendix
from reports.options import Column, Options
from tests import builders
from tests.builders import Q1, YEAR
from tests.deliverables.test_narrative import narratives
from tests.reports.test_appendix_comes_back import as_written
from themes.actions import start_plan
from themes.models import Plan
from themes.place import find_place
from themes.quarters import Quarter

pytestmark = pytest.mark.django_db

ALL_COLUMNS = Options(columns=tuple(Column))
QUARTERS = [Quarter.parse(one) for one in ("2018-19 Q4", "2019-20 Q1", "2019-20 Q2", "2019-20 Q3", "2019-20 Q4")]


def administrator() -> User:
    return User.objects.filter(role=Role.ADMINISTRATOR, email__isnull=False).first()


def appendix(plan: Plan, theme: int, quarter: Quarter):
    place = find_place(plan=plan.slug, quarter=str(quarter), theme=str(theme))
    return gather_appendix(place, administrator(), options=ALL_COLUMNS)


def brought_in(plan: Plan, content: bytes, form: str = "docx") -> Does | None:
    """Bring a file in; what becomes of its rows, if all share it."""
    file = keep_plan_file(
        plan=plan, file_name=f"a.{form}", content=content, choices=Choices(), by=administrator(), at=timezone.now()
    )
    found = look(file).preview
    assert found.problems == [] and found.differences == () and found.unread == ()
    if not found.does_nothing:
        import_plan(file=file, agreed=found.fingerprint, by=administrator(), at=timezone.now())
    kinds = {one.does for one in found.outcomes}
    return kinds.pop() if len(kinds) == 1 else None


def empty_copy(of: Plan) -> Plan:
    """Another plan of the same years and ratings, with nothing in it."""
    facts = {"start_year": of.start_year, "end_year": of.end_year, "rating_scheme": of.rating_scheme}
    return start_plan(title=f"{of.title} again", by=administrator(), **facts)


def said(one: Appendix, *, as_a_word_file_can: bool = True) -> Appendix:
    """What an appendix says, without the stable keys and the time and notice that no Word file tells.

    Nor does one tell which deliverable of the year before goes on, where that is worded otherwise.
    """
    keep = as_written if as_a_word_file_can else (lambda narrative: narrative.html)
    is_first = one.quarter.number == 1
    rows = tuple(
        replace(
            row,
            key="",
            previous=None if is_first else row.previous,
            movement=Movement.NOT_COMPARABLE if is_first else row.movement,
            updates=tuple(replace(update, narrative=keep(update.narrative)) for update in row.updates),
        )
        for row in one.rows
    )
    movements = Movements.count(row.movement for row in rows)
    return replace(one, rows=rows, movements=movements, notice="", last_approved_at=None, exempt_keys=())


@pytest.mark.parametrize("theme", [1, 2, 3, 4])
def test_every_theme_of_the_demonstration_comes_back_quarter_by_quarter_into_an_empty_plan(theme, plan):
    copy, reported = empty_copy(plan), []
    for quarter in QUARTERS:
        if not plan.themes.get(number=theme).periods.filter(quarter=quarter).exists():
            continue
        document = appendix(plan, theme, quarter)
        content = make_file(document, FORMATS["docx"]).content
        brought_in(copy, content)
        assert brought_in(copy, content) is Does.LEAVES
        assert brought_in(plan, content) is Does.LEAVES
        reported.append(quarter)
    for quarter in reported:  # once all are in: what is complete is printed in the quarters after it alone
        (there,), (here,) = (appendix(one, theme, quarter).appendices for one in (copy, plan))
        assert said(there, as_a_word_file_can=False) == said(here, as_a_word_file_can=False)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_rows_of_an_appendix_as_a_spreadsheet_come_back_too(form, plan):
    assert brought_in(plan, make_file(appendix(plan, 3, QUARTERS[-1]), FORMATS[form]).content, form) is Does.LEAVES


words = st.text("abcdefghij klmno", min_size=1, max_size=60).map(lambda one: f"W{' '.join(one.split())}")
labels = st.sampled_from(["Force", "City", "NW", "KD", "Fire and Rescue"])
dates = st.one_of(
    st.just((None, "none")),
    st.dates(datetime.date(2018, 1, 1), datetime.date(2021, 12, 31)).flatmap(
        lambda day: st.sampled_from([(day, "day"), (day.replace(day=1), "month")])
    ),
)
recoveries = st.tuples(words, st.none() | st.dates(datetime.date(2020, 1, 1), datetime.date(2021, 1, 1)))
updates = st.fixed_dictionaries(
    {"code": st.sampled_from("GARN"), "narrative": narratives, "date": dates, "recovery": st.none() | recoveries}
)
rows = st.lists(
    st.fixed_dictionaries(
        {"wording": words, "label": labels, "due": st.none() | st.just(YEAR.quarters[3]), "update": st.none() | updates}
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one["wording"].casefold(),
)


def leader(label: str) -> User:
    """Somebody whose label it is: of the office by initials, else of an organisation."""
    if len(label) == 2:
        return User.objects.get(organisation__is_office=True, initials=label)
    organisation = Organisation.objects.filter(short_name=label).first() or builders.organisation(short_name=label)
    return organisation.users.first() or builders.person(organisation=organisation)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(rows)
def test_any_plan_that_goes_out_in_word_comes_back_the_same(generated):
    """All but what no Word file can tell, which `_Kept` names: headings that skip a level, and such."""
    with transaction.atomic():
        theme = builders.theme()
        builders.period(theme, Q1)
        for number, facts in enumerate(generated, start=1):
            row = builders.deliverable(theme, number=number, wording=facts["wording"], due=facts["due"])
            DeliverableOwner.objects.create(deliverable=row, user=leader(facts["label"]), since=Q1.starts)
            if one := facts["update"]:
                (date, precision), (step, by) = one["date"], one["recovery"] or ("", None)
                builders.approved(
                    row,
                    Q1,
                    {"N": "NS"}.get(one["code"], one["code"]),
                    narrative=clean(one["narrative"].html),
                    date=date,
                    date_precision=precision,
                    recovery_step=step,
                    recovery_by=by,
                )
        copy = empty_copy(theme.plan)
        document = appendix(theme.plan, theme.number, Q1)
        content = make_file(document, FORMATS["docx"]).content
        brought_in(copy, content)
        (there,), (here,) = appendix(copy, theme.number, Q1).appendices, document.appendices
        assert said(there) == said(here)
        assert brought_in(copy, content) is Does.LEAVES
        transaction.set_rollback(True)
