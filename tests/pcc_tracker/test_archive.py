"""Everything goes out into one archive of open formats, and comes back the same or not at all."""

import csv
import datetime
import hashlib
import io
import json
import stat
import zipfile
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tqdm import tqdm

from accounts.models import ArchiveTaken, Office, User
from deliverables.file_models import PlanFile
from deliverables.models import Deliverable, QuarterlyUpdate
from needs.models import Need
from pcc_tracker.archive import checking
from pcc_tracker.archive.cells import BadCell, Column
from pcc_tracker.archive.checking import check, opened
from pcc_tracker.archive.contents import LEFT_OUT, MANIFEST, count_rows, tables
from pcc_tracker.archive.manifest import BadArchive
from pcc_tracker.archive.restoring import restore
from pcc_tracker.archive.writing import write_archive
from pcc_tracker.empty import NotEmpty
from reports.models import EditionFile, WordTemplate
from themes.fields import FinancialYearField, QuarterField, QuarterListField
from themes.models import Plan
from themes.quarters import FinancialYear, Quarter

DOCS = Path(__file__).resolve().parents[2] / "docs"
AT = datetime.datetime(2026, 11, 23, 9, 30, tzinfo=datetime.UTC)
EXOTIC = '"\'=1+1,\r\n\rlone " and \n\t\u202eright to left\u2069 🦉 naïve – £'
SILENT = tqdm(disable=True)


def written(*, sign_in=True):
    file = io.BytesIO()
    write_archive(file, at=AT, sign_in=sign_in, bar=SILENT)
    return zipfile.ZipFile(file)


def manifest_of(zipped):
    return json.loads(zipped.read(MANIFEST))


def rows_of(zipped, table):
    text = zipped.read(f"tables/{table}.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def rich(db):
    """The demonstration with what is hard to write: exotic texts, formulas, NULL beside empty, uploads, a row gone."""
    QuarterlyUpdate.objects.filter(pk=QuarterlyUpdate.objects.first().pk).update(narrative=EXOTIC)
    Plan.objects.filter(pk=Plan.objects.first().pk).update(title="=HYPERLINK(1)")
    Need.history.filter(pk=Need.history.first().pk).update(history_change_reason="")
    by = User.objects.get(email="staff@example.org")
    WordTemplate.objects.create(
        file_name="../ö/\u202ea.docx", content=b"PK\x00\xff", uploaded_at=timezone.now(), uploaded_by=by
    )
    facts = {"plan": Plan.objects.first(), "found": {}, "uploaded_at": timezone.now(), "uploaded_by": by}
    PlanFile.objects.create(file_name="waiting", content=b"a file", waiting=b"its rows", **facts)
    by.authenticator_set.create(type="totp", data={"secret": "Sesame"})
    last = Need.objects.order_by("-pk").first()
    last.delete()
    return SimpleNamespace(lost_key=last.pk or Need.history.order_by("-id").first().id)


@pytest.fixture
def emptied():
    """Take every row out of the database; the test's end brings all back."""

    def empty():
        for table in tables():
            table.model._base_manager.all()._raw_delete(using="default")

    return empty


class TestWhatIsInIt:
    def test_every_table_is_carried_or_left_out_for_a_reason(self):
        carried = {table.model._meta.label for table in tables()}
        everything = {model._meta.label for model in apps.get_models(include_auto_created=True)}
        assert everything == carried | set(LEFT_OUT)
        assert not carried & set(LEFT_OUT)

    def test_the_manifest_keeps_to_its_documented_shape_and_counts_and_sums_are_right(self, rich):
        zipped = written()
        manifest = manifest_of(zipped)
        schema = json.loads((DOCS / "archive.schema.json").read_text(encoding="utf-8"))
        jsonschema.validate(manifest, schema, format_checker=jsonschema.FormatChecker())
        files = [*manifest["tables"], *manifest["files"]]
        assert sorted(one["file"] for one in files) == sorted(set(zipped.namelist()) - {MANIFEST})
        for one in files:
            content = zipped.read(one["file"])
            assert (len(content), hashlib.sha256(content).hexdigest()) == (one["bytes"], one["sha256"])
        counts = {one["name"]: one["rows"] for one in manifest["tables"]}
        assert counts["deliverables_deliverable"] == Deliverable.objects.count()
        assert len(rows_of(zipped, "needs_historicalneed")) == counts["needs_historicalneed"] == Need.history.count()

    def test_the_same_content_gives_the_same_bytes_but_for_the_moment(self, rich):
        first, second = io.BytesIO(), io.BytesIO()
        write_archive(first, at=AT, sign_in=True, bar=SILENT)
        write_archive(second, at=AT, sign_in=True, bar=SILENT)
        assert first.getvalue() == second.getvalue()

    def test_published_files_uploads_and_narratives_lie_in_it_as_files(self, rich):
        zipped = written()
        assert (
            zipped.read("files/reports_wordtemplate/" + f"{WordTemplate.objects.get().pk}-content-_a.docx")
            == b"PK\x00\xff"
        )
        for file in EditionFile.objects.select_related("edition"):
            path = f"editions/{file.edition.slug}/v{file.edition.number}/{file.file_name}"
            assert zipped.read(path) == bytes(file.content)
        plan = PlanFile.objects.get()
        path = f"files/{plan._meta.db_table}/{plan.pk}"
        assert (zipped.read(f"{path}-content-waiting"), zipped.read(f"{path}-waiting")) == (b"a file", b"its rows")
        page = zipped.read("narratives/police-and-crime-plan-2018-21/2019-20-q4/theme-3.html").decode()
        assert "<strong>G Green</strong>" in page
        assert 'lang="en-GB"' in page
        assert page.count("<h1>") == 1

    def test_without_sign_in_nobody_can_be_signed_in_as(self, rich):
        User.objects.filter(email="staff@example.org").update(password="hash-of-a-password")
        zipped = written(sign_in=False)
        everything = b"".join(map(zipped.read, zipped.namelist()))
        assert b"hash-of-a-password" not in everything
        assert b"Sesame" not in everything
        assert {row["password"] for row in rows_of(zipped, "accounts_user")} == {"!"}
        assert b"hash-of-a-password" in written().read("tables/accounts_user.csv")


class TestThereAndBack:
    def test_everything_comes_back_and_goes_out_the_same(self, rich, emptied, tmp_path):
        zipped = save(tmp_path / "a.zip", written())
        emptied()
        assert restored(tmp_path / "a.zip") == []
        assert manifest_of(written()) == manifest_of(zipped)
        assert QuarterlyUpdate.objects.filter(narrative=EXOTIC).exists()
        assert Need.history.filter(history_change_reason="").count() == 1
        assert Need.history.filter(history_change_reason=None).count() > 1

    def test_a_key_that_only_history_knows_is_not_given_again(self, rich, emptied, tmp_path):
        save(tmp_path / "a.zip", written())
        emptied()
        restored(tmp_path / "a.zip")
        section = Need.objects.first().section
        assert Need.objects.create(section=section, kind="risk", wording="New").pk > rich.lost_key

    def test_a_database_that_is_not_empty_is_refused(self, db, tmp_path):
        save(tmp_path / "a.zip", written())
        with pytest.raises(NotEmpty):
            restored(tmp_path / "a.zip")
        with pytest.raises(CommandError, match="is not empty: it has .* in it"):
            call_command("import_archive", tmp_path / "a.zip", verbosity=0)

    def test_what_does_not_fit_together_leaves_nothing_behind(self, db, emptied, tmp_path):
        changed = with_cell("deliverables_deliverable", "theme_id", "999999")
        save(tmp_path / "a.zip", written(), **changed)
        emptied()
        with pytest.raises(BadArchive, match="does not fit together"):
            restored(tmp_path / "a.zip")
        assert not Office.objects.exists()

    def test_an_edition_that_was_damaged_is_said_and_taken_only_if_asked_for(self, db, emptied, tmp_path):
        EditionFile.objects.filter(form="pdf", edition=EditionFile.objects.first().edition).update(content=b"Damaged")
        save(tmp_path / "a.zip", written())
        emptied()
        with pytest.raises(BadArchive, match=r"V1\.pdf are not those that were published"):
            restored(tmp_path / "a.zip")
        assert not Office.objects.exists()
        assert len(restored(tmp_path / "a.zip", whatever_differs=True)) == 1
        assert Office.objects.exists()


def restored(path, **options):
    with opened(path) as archive:
        check(archive, SILENT)
        return restore(archive, SILENT, **options)


def save(path, zipped, files=None, manifest=None, sealed=True):
    """Write an archive anew with other files (nothing takes one out), sealed as if they had been so; returns it."""
    listed = manifest_of(zipped)
    contents = {name: zipped.read(name) for name in zipped.namelist() if name != MANIFEST}
    for name, change in (files or {}).items():
        contents[name] = change(contents.get(name, b"")) if callable(change) else change
    if sealed:
        for one in [*listed["tables"], *listed["files"]]:
            if content := contents[one["file"]]:
                one |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    if manifest:
        manifest(listed)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in contents.items():
            if content is not None:
                file.writestr(name, content)
        file.writestr(MANIFEST, json.dumps(listed))
    return zipfile.ZipFile(io.BytesIO(path.read_bytes()))


def with_cell(table, column, cell):
    """Another cell in a table's first row."""

    def change(content):
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        rows[1][rows[0].index(column)] = cell
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        return ("\ufeff" + text.getvalue()).encode()

    return {"files": {f"tables/{table}.csv": change}}


THEMES = "tables/themes_theme.csv"
RATING = "tables/themes_rating.csv"


def claims(**facts):
    """A manifest that says something else of the themes."""
    return lambda listed: next(one for one in listed["tables"] if one["file"] == THEMES).update(facts)


FAULTS = {
    "a changed byte": (
        {"files": {THEMES: lambda c: c.replace(b"T", b"t", 1)}, "sealed": False},
        "theme.csv was changed",
    ),
    "a missing file": ({"files": {THEMES: None}, "sealed": False}, "themes_theme.csv is missing"),
    "a file too many": ({"files": {"notes.txt": b"?"}}, "does not name, notes.txt"),
    "a path that climbs": ({"files": {"files/../../x": b"?"}}, "unsafe path"),
    "an absolute path": ({"files": {"/etc/x": b"?"}}, "unsafe path"),
    "a wrong count": ({"manifest": claims(rows=3)}, "themes_theme.csv has 11 rows, and manifest.json says 3"),
    "a wrong size": ({"manifest": claims(bytes=3)}, "manifest.json says 3"),
    "an unknown table": ({"manifest": claims(name="recipes")}, r"tables are not those .*\(recipes, themes_theme\)"),
    "a later format": ({"manifest": lambda m: m.update(schema="pcc-tracker-archive-2")}, "reads up to version 1"),
    "another format": ({"manifest": lambda m: m.update(schema="recipes-1")}, "not what an archive"),
    "a manifest of nothing": ({"manifest": lambda m: m.clear()}, "not what an archive"),
    "a huge claim": ({"manifest": claims(bytes=10**15)}, "manifest.json says"),
    "a line without an end": ({"files": {THEMES: b"a" * 20_000_001}}, "over 20,000,000 characters long"),
    "another column": ({"files": {THEMES: lambda c: c.replace(b"title", b"name", 1)}}, r"columns are not .*\(name\)"),
    "a row too short": ({"files": {RATING: lambda c: c + b"9\r\n"}}, "row 6: it has 1 cells for 9 columns"),
    "no Unicode": ({"files": {RATING: lambda c: c + b"\xff"}}, "cannot be read beyond about row"),
    "a quarter that is none": (
        with_cell("themes_reportingperiod", "quarter", "2019-21 Q4"),
        r"themes_reportingperiod.csv, row 2, column quarter: “2019-21 Q4”",
    ),
    "a number that is none": (with_cell("themes_theme", "number", "three"), "column number: “three” is not a whole"),
    "a number written otherwise": (with_cell("themes_theme", "number", "01"), "docs/archive.md"),
    "a number too large": (with_cell("themes_theme", "id", str(2**63)), "is not between"),
    "nothing where something must be": (with_cell("themes_theme", "number", ""), "is not a whole number"),
    "an unmarked formula": (with_cell("themes_theme", "title", "=1+1"), "docs/archive.md"),
    "a time without its zone": (
        with_cell("accounts_user", "date_joined", "2020-01-01T00:00:00.000000"),
        "column date_joined: .* is not a time",
    ),
    "a file that is not there": (
        with_cell("reports_editionfile", "content", "editions/x"),
        "is no file of the archive",
    ),
    "a file that nothing names": (with_cell("reports_editionfile", "content", ""), "No table names the file"),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory, django_db_setup, django_db_blocker):
    """An archive of the demonstration."""
    with django_db_blocker.unblock():
        return written()


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_is_said_before_anything_is_stored(fault, whole, db, tmp_path):
    change, said = FAULTS[fault]
    save(tmp_path / "a.zip", whole, **change)
    with pytest.raises(BadArchive, match=said), opened(tmp_path / "a.zip") as archive:
        check(archive, SILENT)


@pytest.mark.parametrize("content", [b"", b"no zip file", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_archive_is_said(content, tmp_path):
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("import_archive", tmp_path / "a.zip", "--check-only")


def test_what_unzips_to_far_more_than_people_write_is_refused(whole, db, tmp_path, monkeypatch):
    monkeypatch.setattr(checking, "SMALL", 10_000_000)
    monkeypatch.setattr(checking, "MOST_TIMES", 10)
    save(tmp_path / "a.zip", whole)
    with opened(tmp_path / "a.zip"):
        pass
    save(tmp_path / "b.zip", whole, files={THEMES: b"a" * 15_000_000})
    with pytest.raises(BadArchive, match="times its size"), opened(tmp_path / "b.zip"):
        pass


def test_a_file_that_is_there_twice_is_refused(whole, db, tmp_path):
    save(tmp_path / "a.zip", whole)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(tmp_path / "a.zip", "a") as file:
        file.writestr(THEMES, "again")
    with pytest.raises(BadArchive, match="more than once"), opened(tmp_path / "a.zip"):
        pass


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
PARTS = st.one_of(st.none(), st.booleans(), st.integers(-(2**40), 2**40), TEXTS)
YEARS = st.integers(2000, 2050).map(FinancialYear)
QUARTERS = st.builds(Quarter, YEARS, st.integers(1, 4))
VALUES = [
    (models.TextField(), TEXTS),
    (models.TextField(null=True), st.none() | TEXTS),
    (models.BooleanField(), st.booleans()),
    (models.BigIntegerField(null=True), st.none() | st.integers(-(2**63), 2**63 - 1)),
    (models.DecimalField(max_digits=5, decimal_places=4), st.decimals(0, 1, places=4)),
    (models.DateField(null=True), st.none() | st.dates()),
    (models.DateTimeField(), st.datetimes(timezones=st.just(datetime.UTC))),
    (models.UUIDField(), st.uuids()),
    (models.JSONField(), st.dictionaries(TEXTS, PARTS | st.lists(PARTS, max_size=3), max_size=3) | st.lists(PARTS)),
    (QuarterField(null=True), st.none() | QUARTERS),
    (QuarterListField(), st.sets(QUARTERS).map(lambda some: tuple(sorted(some, reverse=True)))),
    (FinancialYearField(), YEARS),
]


@pytest.mark.parametrize(("field", "values"), VALUES, ids=lambda one: type(one).__name__)
@given(data=st.data())
def test_any_value_is_a_cell_that_no_program_runs_and_comes_back(field, values, data):
    value = data.draw(values)
    column = Column(field)
    cell = column.cell(value)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    text = io.StringIO(newline="")
    csv.writer(text).writerow([cell, "beside"])
    ((read, _),) = csv.reader(io.StringIO(text.getvalue(), newline=""), strict=True)
    column.check(read)
    assert column.value(read) == value


def test_a_formula_an_empty_text_and_no_value_are_written_apart():
    always, sometimes = Column(models.TextField()), Column(models.TextField(null=True))
    assert [always.cell(text) for text in ("=1+1", "'x", "")] == ["'=1+1", "''x", ""]
    assert [sometimes.cell(text) for text in ("", None)] == ["'", ""]
    with pytest.raises(BadCell, match="longer than 3") if connection.vendor == "postgresql" else nullcontext():
        Column(models.CharField(max_length=3)).check("four")


class TestTheCommand:
    def test_it_writes_for_its_owner_alone_and_over_nothing(self, db, tmp_path):
        file = tmp_path / "a.zip"
        call_command("export_archive", file, verbosity=0)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        with pytest.raises(CommandError, match="is there already"):
            call_command("export_archive", file)
        call_command("export_archive", file, "--overwrite", verbosity=0)
        call_command("import_archive", file, "--check-only", verbosity=0)
        assert list(tmp_path.iterdir()) == [file]

    def test_one_that_fails_leaves_nothing_and_keeps_the_archive_before(self, db, tmp_path, monkeypatch):
        file = tmp_path / "a.zip"
        file.write_bytes(b"the one before")

        def break_down():
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("pcc_tracker.archive.writing.narrative_pages", break_down)
        with pytest.raises(CommandError, match="cannot be written: No space left on device"):
            call_command("export_archive", file, "--overwrite", verbosity=0)
        assert file.read_bytes() == b"the one before"
        assert list(tmp_path.iterdir()) == [file]

    def test_a_folder_that_is_not_there_is_said(self, db, tmp_path):
        with pytest.raises(CommandError, match="No such file or directory"):
            call_command("export_archive", tmp_path / "nowhere" / "a.zip")


def test_an_administrator_takes_it_from_a_page_and_that_is_kept_on_record(signed_in, tmp_path):
    client = signed_in("admin")
    page = client.get("/administration/archive/").content.decode()
    assert "Nobody has taken one" in page
    assert f"PCC Tracker has {count_rows():,} rows now. With more than 100,000" in page
    answer = client.post("/administration/archive/")
    (tmp_path / "a.zip").write_bytes(answer.getvalue())
    assert answer["Content-Disposition"].startswith('attachment; filename="pcc-tracker-')
    with opened(tmp_path / "a.zip") as archive:
        assert not archive.manifest.sign_in
        check(archive, SILENT)
    assert ArchiveTaken.objects.get().by.email == "admin@example.org"
    assert (
        str(ArchiveTaken.objects.get().by)
        in client.get("/administration/archive/").content.decode().partition("Who took")[2]
    )
