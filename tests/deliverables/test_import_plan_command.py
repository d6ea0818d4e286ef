"""`manage.py import_plan`: a plan or a quarter brought in without a browser."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organisation, User
from deliverables.models import ApprovedUpdate, Deliverable, PlanFile
from tests.deliverables.test_import_pages import appendix, line
from themes.models import Plan, ReportingPeriod, Theme

pytestmark = pytest.mark.django_db

NEW = "Police and Crime Plan 2030-34"


@pytest.fixture
def brought_in(tmp_path, capsys):
    """Runs the command on a file with this content; what it said."""

    def run(content, *options, plan=NEW, name="Appendix A.docx"):
        (tmp_path / name).write_bytes(content)
        call_command("import_plan", str(tmp_path / name), "--plan", plan, *options)
        return capsys.readouterr().out

    return run


def of_2030(*rows):
    return appendix(*rows, headings=("Theme 2: Safer streets", "Quarter 4, 2030-31"))


def everything():
    models = [Plan, Theme, ReportingPeriod, Deliverable, ApprovedUpdate, PlanFile, User, Organisation]
    return [one.objects.count() for one in models]


def test_a_dry_run_says_what_would_be_done_and_stores_nothing(brought_in):
    before = everything()
    said = brought_in(of_2030(line(1), line(2)), "--dry-run")
    assert "Opens Theme 2, Quarter 4, 2030-31." in said and "Adds “Fire” as an organisation." in said
    assert "Would do: 2 deliverables added, 2 updates approved. Nothing is stored." in said
    assert everything() == before


def test_plan_theme_and_period_are_made_where_they_are_not_there_yet_and_the_file_again_changes_nothing(brought_in):
    content = of_2030(line(1), line(2))
    assert "Imported by Office manager: 2 deliverables added, 2 updates approved." in brought_in(content)
    plan = Plan.objects.get(title=NEW)
    assert (plan.start_year, plan.end_year, str(plan.themes.get())) == (2030, 2034, "Theme 2: Safer streets")
    file = PlanFile.objects.get()
    assert (file.imported_by.display_name, bytes(file.content)) == ("Office manager", content)
    after = everything()
    assert "All that the file says is here already" in brought_in(content)
    assert everything() == after


def test_theme_and_period_are_said_where_the_file_does_not(brought_in):
    content = appendix(line(1), headings=("Progress report",))
    with pytest.raises(CommandError, match="its title does not say its years. Give --period"):
        brought_in(content, plan="The Plan")
    brought_in(content, "--theme", "5", "--theme-title", "Courts", "--period", "2030-31 Q2", plan="The Plan")
    assert str(ReportingPeriod.objects.get(theme__title="Courts")) == "Theme 5, 2030-31 Q2"


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (of_2030(line(1), line(2, "Grene")), (), "Nothing is imported: 1 thing not understood."),
        (of_2030(line(1)), ("--period", "2030"), "is not a quarter. Write it like 2019-20 Q4."),
        (of_2030(line(1)), ("--by", "nobody@example.org"), "There is no administrator nobody@example.org."),
        (b"%PDF-1.7", (), "It is a PDF file"),
        (appendix(heads=("Name", "Telephone")), (), "Nothing is imported: no deliverable was found."),
    ],
)
def test_what_cannot_be_imported_leaves_nothing_behind(content, options, said, brought_in):
    before = everything()
    with pytest.raises(CommandError, match=said):
        brought_in(content, *options)
    assert everything() == before
