"""What was published stays as it was, whatever becomes of what it was made of; and what does not is named."""

import io
from hashlib import sha256

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Concat

from accounts.models import Office, Organisation, User
from deliverables.models import ApprovedUpdate, Deliverable
from pcc_tracker import demo
from reports.edition_models import EditionDecision, EditionFigure, EditionFile, EditionRow, EditionTheme
from reports.models import Edition, OfficeSection
from tests import builders as make
from tests.builders import NOW, Q4
from tests.conftest import LOADED_ON, PASSWORD, PLAN
from themes.models import Plan, Rating, Theme

pytestmark = pytest.mark.django_db

REAL = "police-and-crime-plan-2018-21-theme-3-2019-20-q4"
FROZEN = ("edition", "historicaledition")


def verify():
    out = io.StringIO()
    call_command("verify_editions", stdout=out)
    return out.getvalue()


def what_differs():
    """What the command says and that it fails."""
    out = io.StringIO()
    with pytest.raises(CommandError, match="not as published") as error:
        call_command("verify_editions", stdout=out)
    assert error.value.returncode == 1
    return out.getvalue()


@pytest.fixture
def edition(db):
    """The demonstration's, of the real quarter."""
    return Edition.objects.get(slug=REAL)


def stored(edition):
    """Every byte that was published."""
    return {one.form: (bytes(one.content), one.sha256) for one in EditionFile.objects.filter(edition=edition.pk)}


def delete_everything_live(but):
    """All rows of all tables but the editions', the person who published and their organisation."""
    Edition.objects.update(report=None)
    kept = {User: but.pk, Organisation: but.organisation_id}
    live = ("accounts", "themes", "deliverables", "reports", "needs")
    with connection.cursor() as cursor:  # foreign keys are held against at the end, not table by table
        for model in apps.get_models(include_auto_created=True):
            if model._meta.app_label in live and not model._meta.model_name.startswith(FROZEN):
                table, key = model._meta.db_table, model._meta.pk.column
                cursor.execute(f'DELETE FROM "{table}" WHERE "{key}" <> %s', [kept.get(model, 0)])


def again(name):
    """A field with something after it, as it may have to stay unique."""
    return Concat(F(name), Value(" 2"))


class TestWhateverHappensAfterwards:
    def test_an_edition_without_a_change_is_whole(self, edition):
        count = Edition.objects.count()
        files = count * edition.files.count()
        assert f"Checked {count} editions with {files} files: all are as they were published." in verify()

    def test_it_is_the_same_to_the_byte(self, edition):
        before = stored(edition)
        Plan.objects.filter(slug=PLAN).update(title="Another plan")
        Theme.objects.update(title="Another title")
        Organisation.objects.update(name=again("name"), short_name=again("short_name"))
        User.objects.update(display_name="Renamed")
        Rating.objects.update(colour="#123456", name=again("name"), definition="Something else")
        Deliverable.objects.update(wording="Something else")
        OfficeSection.objects.create(kind="purpose", heading="Another heading", text="<p>Another text.</p>")
        Office.objects.update(name="Another office", strapline="")
        assert stored(edition) == before
        assert "all are as they were published" in verify()

    def test_it_is_so_where_a_deliverable_is_deleted_with_its_updates(self, edition):
        before = stored(edition)
        row = Deliverable.objects.get(theme__number=3, financial_year="2019-20", number=12)
        row.need_links.all().delete()
        ApprovedUpdate.objects.filter(update__deliverable=row).delete()
        row.updates.all().delete()
        row.delete()
        assert stored(edition) == before
        assert "all are as they were published" in verify()

    def test_it_is_so_where_the_report_is_deleted(self, edition):
        before = stored(edition)
        edition.report.delete()
        assert stored(edition) == before
        assert "all are as they were published" in verify()

    def test_it_is_so_where_everything_is_deleted_and_the_demonstration_loaded_again(self):
        for table in (Edition, Edition.history.model):
            table.objects.all().delete()  # those of the demonstration, which its people published
        by = make.staff(organisation=make.organisation())
        edition = make.edition(make.report(Theme.objects.get(plan__slug=PLAN, number=3)), by=by)
        before = stored(edition)
        delete_everything_live(but=by)
        assert not Deliverable.objects.exists()
        demo.load(PASSWORD, LOADED_ON)
        assert Deliverable.objects.exists()
        assert stored(edition) == before
        assert "all are as they were published" in verify()


class TestWhatIsNotAsPublishedIsNamed:
    def test_one_byte_of_a_file(self, edition):
        file = edition.files.get(form="csv")
        content = bytearray(file.content)
        content[100] ^= 1
        EditionFile.objects.filter(pk=file.pk).update(content=bytes(content))
        said = what_differs()
        assert said == f"{REAL} V1: the bytes of {file.file_name} are not those that were published.\n"

    def test_a_byte_of_the_json_file_that_all_else_is_held_against(self, edition):
        file = edition.files.get(form="json")
        EditionFile.objects.filter(pk=file.pk).update(content=b"{" + bytes(file.content))
        said = what_differs()
        assert f"the bytes of {file.file_name}" in said
        assert "cannot be held against its JSON file" in said

    def test_a_file_that_is_gone(self, edition):
        edition.files.get(form="body").delete()
        assert f"{REAL} V1: the body file is missing." in what_differs()

    def test_a_rows_rating(self, edition):
        row = EditionRow.objects.filter(theme__edition=edition, number=12)
        row.update(rating={"code": "G", "name": "Green"})
        said = what_differs()
        assert f"{REAL} V1: Theme 3, deliverable 12, rating, code was published as 'A' and is stored as 'G'." in said
        assert said.count("\n") == 2

    def test_a_row_that_is_gone_and_no_other(self, edition):
        EditionRow.objects.filter(theme__edition=edition, number=12).delete()
        assert what_differs() == f"{REAL} V1: Theme 3, deliverable 12 was published and is not stored.\n"

    def test_a_row_that_was_added(self, edition):
        row = EditionRow.objects.filter(theme__edition=edition, number=12).get()
        row.pk, row.order, row.number, row.key = None, 99, 99, "0" * 32
        row.save()
        assert what_differs() == f"{REAL} V1: Theme 3, deliverable 99 is stored and was not published.\n"

    def test_an_update_below_a_row(self, edition):
        row = EditionRow.objects.filter(theme__edition=edition, number=8).get()
        row.updates[1]["text"] = "Something else."
        row.save()
        assert "Theme 3, deliverable 8, update 2, text was published as" in what_differs()

    def test_the_order_of_the_rows(self, edition):
        rows = EditionRow.objects.filter(theme__edition=edition)
        rows.filter(number=1).update(order=99)
        assert what_differs() == f"{REAL} V1: Theme 3, rows are not in the order that they were published in.\n"

    def test_a_figure(self, edition):
        EditionFigure.objects.filter(theme__edition=edition, name="Green").update(count=15)
        assert (
            "Theme 3, status key Green, printed was published as '14/15 (93.3%)' and is stored as '15/15 (100%)'."
            in what_differs()
        )

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"title": "Another title"}, "title was published as"),
            ({"number": 2, "correction": "More."}, "version was published as 'V1' and is stored as 'V2'"),
            ({"agenda_item": "99"}, "agenda item was published as '04' and is stored as '99'"),
            ({"classification": "Non public"}, "classification was published as 'Public'"),
            ({"columns": ["recovery"]}, "column 1 is stored and was not published"),
            ({"evidence": True}, "evidence was published as False and is stored as True"),
        ],
    )
    def test_the_editions_own_facts(self, edition, change, says):
        Edition.objects.filter(pk=edition.pk).update(
            **{"correction": "More."} | change if "number" in change else change
        )
        assert says in what_differs()

    def test_the_keys_of_what_was_left_out(self, edition):
        EditionTheme.objects.filter(edition=edition).update(exempt_keys=["a"])
        assert "Theme 3, left out, key 1 is stored and was not published." in what_differs()

    def test_a_file_that_was_exchanged_with_its_sum(self, edition):
        other = b"Something else."
        EditionFile.objects.filter(edition=edition, form="docx").update(content=other, sha256=sha256(other).hexdigest())
        assert f"{REAL} V1: file docx, sha256 was published as" in what_differs()

    @pytest.mark.parametrize("form", ["html", "docx", "pdf", "csv", "xlsx"])
    def test_a_file_that_is_gone_whichever_it_is(self, edition, form):
        edition.files.filter(form=form).delete()
        assert f"{REAL} V1: file {form} was published and is not stored." in what_differs()

    @pytest.mark.parametrize("change", [{"file_name": "other.pdf"}, {"content_type": "text/plain"}])
    def test_what_a_file_is_called_and_taken_for(self, edition, change):
        edition.files.filter(form="pdf").update(**change)
        assert f"{REAL} V1: file pdf, " in what_differs()

    @pytest.mark.parametrize(
        "change", [{"published_by_name": "Somebody"}, {"published_at": NOW}, {"plan_slug": "p"}, {"slug": "other"}]
    )
    def test_who_published_it_when_and_where(self, edition, change):
        Edition.objects.filter(pk=edition.pk).update(**change)
        (name,) = change
        assert f"edition, {name.removesuffix('_name').replace('_', ' ')} was published as" in what_differs()

    def test_a_decision_that_was_added(self, edition):
        EditionDecision.objects.create(edition=edition, check_name="None", message="None")
        assert "is stored and was not published" in what_differs()

    def test_a_second_figure_of_the_same_name(self, edition):
        line = EditionFigure.objects.get(edition=edition, theme=None, name="Green")
        line.pk, line.order, line.count = None, 0, 99
        line.save()
        assert "status key are stored more than once" in what_differs()

    def test_an_earlier_edition_that_is_not_there_any_more(self, edition):
        ApprovedUpdate.objects.update(narrative="<p>Teams met twice.</p>")
        make.edition(edition.report)
        edition.delete()
        assert f"{REAL} V1 is not there." in what_differs()

    def test_of_several_editions_only_the_one(self, edition, user):
        other = make.edition(make.report(*Theme.objects.filter(number=1), quarter=Q4), by=user("staff"))
        EditionFigure.objects.filter(edition=other, theme=None, name="Green").update(count=0)
        said = what_differs()
        assert f"{other.slug} V1: status key Green, count" in said
        assert REAL not in said
