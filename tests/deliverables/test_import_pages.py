"""The pages on which a plan is brought in: upload, checking, preview, putting right, importing."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from deliverables.importing import reading
from deliverables.importing.plan_files import keep_plan_file
from deliverables.importing.plan_values import Choices
from deliverables.models import ApprovedUpdate, Deliverable, PlanFile
from tests import builders as make
from tests.builders import NOW
from tests.deliverables.word_variants import begun, saved, table

pytestmark = pytest.mark.django_db

HEADS = ("No", "Lead", "Deliverable", "Update", "RAG")


def appendix(*rows, headings=("Theme 2: Safer streets", "Quarter 4, 2019-20"), heads=HEADS) -> bytes:
    """A Word file with a table of these rows."""
    file = begun(*headings)
    table(file, [heads, *rows])
    return saved(file)


def line(number, rating="Green", text="28.3.20\nTeams met."):
    return (str(number), "Fire", f"Matter {number} is worked on", text, rating)


@pytest.fixture
def plan(db):
    return make.plan()


@pytest.fixture
def admin(signed_in):
    return signed_in("admin")


def uploaded(client, plan, content, name="Appendix A.docx", **said):
    where = reverse("import_plan", args=[plan.slug])
    return client.post(where, {"file": SimpleUploadedFile(name, content), **said}, follow=True)


def main(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode().partition("<main")[2])
    return " ".join(text.split())


def agreed(page):
    return {"agreed": re.search(r'name="agreed" value="([0-9a-f]+)"', page.content.decode())[1]}


def where(page, *names):
    """Addresses of the file that a page is about."""
    file = PlanFile.objects.latest("pk")
    return [reverse(name, args=[file.plan.slug, file.pk]) for name in names]


def test_a_word_file_is_uploaded_put_right_looked_at_and_imported(admin, plan):
    page = uploaded(admin, plan, appendix(line(1), line(2, "Grene")))
    assert "Nothing can be imported yet: 1 thing was not understood." in main(page)
    assert "Table 1, row 3 2 Rating “Grene” is not a rating of the plan." in main(page)
    assert "Theme 2 (new: Safer streets) Quarter 4, 2019-20" in main(page)
    assert "Fire (as an organisation)" in main(page)
    preview = page.request["PATH_INFO"]
    row = admin.get(f"{preview}rows/2/")
    assert "Rating: “Grene” is not a rating of the plan." in main(row)
    form = {"number": "2", "organisation": "Fire", "wording": "Matter 2", "rating": "A", "update": "Late.", "date": "x"}
    wrong = admin.post(f"{preview}rows/2/", form)
    assert "“x” is no date." in main(wrong) and 'value="Fire"' in wrong.content.decode()
    page = admin.post(f"{preview}rows/2/", form | {"date": "April 2020"}, follow=True)
    assert "Import as approved" in main(page)
    assert not Deliverable.objects.filter(theme__plan=plan).exists()
    done = admin.post(preview, agreed(page), follow=True)
    assert "is imported: 2 deliverables added, 2 updates approved." in main(done)
    late = ApprovedUpdate.objects.get(update__deliverable__theme__plan=plan, number=2)
    assert (late.narrative, late.date_label, late.rating.code) == ("<p>Late.</p>", "April 2020", "A")
    again = main(admin.get(preview))
    assert "It was imported on" in again and "2 deliverables added, 2 updates approved" in again
    assert "Matter 2" in again and "Say otherwise" not in again and "Import as approved" not in again
    row = admin.get(f"{preview}rows/2/").content.decode()
    assert "Late." in row and "<textarea" not in row
    assert "2 deliverables added, 2 updates approved" in main(admin.get(reverse("import_plan", args=[plan.slug])))


def test_who_and_which_file_stand_in_the_updates_history(admin, plan):
    page = uploaded(admin, plan, appendix(line(1)))
    admin.post(page.request["PATH_INFO"], agreed(page))
    theme = plan.themes.get(number=2)
    place = [plan.slug, "2019-20", "q4", theme.number, 1]
    told = main(admin.get(reverse("update_history", args=place)))
    assert "Office manager Imported from Appendix A.docx" in told
    steps = admin.get(reverse("deliverable", args=place)).content.decode()
    assert f'from <a href="{page.request["PATH_INFO"]}">Appendix A.docx</a>' in steps


def test_what_was_agreed_to_and_was_changed_since_is_not_imported(admin, plan):
    page = uploaded(admin, plan, appendix(line(1)))
    preview = page.request["PATH_INFO"]
    admin.post(f"{preview}rows/1/", {"number": "7", "wording": "Another", "rating": "G", "update": "Said."})
    said = admin.post(preview, agreed(page), follow=True)
    assert "changed since you looked" in main(said)
    assert not Deliverable.objects.filter(theme__plan=plan).exists()


def test_what_the_file_does_not_say_is_said_of_the_whole_file(admin, plan):
    page = uploaded(admin, plan, appendix(line(1), headings=("Progress report",)))
    assert "The file does not say which theme this is about." in main(page)
    (about,) = where(page, "plan_file_choices")
    said = {"theme": "3", "theme_title": "Crime", "quarter": "2019-20 Q4"}
    page = admin.post(about, said | {"theme_title": ""}, follow=True)
    assert "The file gives no title for theme 3." in main(page)
    page = admin.post(about, said | {"leader_0": "organisation"}, follow=True)
    assert "gives no title" not in main(page)
    assert "Theme 3 (new: Crime) Quarter 4, 2019-20" in main(page) and "Import as approved" in main(page)


def test_a_long_spreadsheet_is_checked_step_by_step(admin, plan, monkeypatch):
    monkeypatch.setattr(reading, "SLICE", 3)
    monkeypatch.setattr("deliverables.importing.plan_files.SLICE", 3)
    lines = [["Theme", "Quarter", "Number", "Deliverable", "Rating", "Update"]]
    lines += [[1, "2019-20 Q4", number, f"Matter {number}", "G", "Teams met."] for number in range(1, 9)]
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    page = uploaded(admin, plan, text.getvalue().encode(), "plan.csv")
    assert "Checking “plan.csv”" in main(page) and "0 of 8 rows are checked" in main(page)
    (check,) = where(page, "check_plan_file")
    steps = [admin.post(check, headers={"accept": "application/json"}).json() for _ in range(3)]
    assert steps == [{"done": done, "total": 8} for done in (3, 6, 8)]
    page = admin.get(page.request["PATH_INFO"])
    assert "Deliverables to be added 8" in main(page)
    assert "8 rows" in main(page)


def test_a_file_that_cannot_be_read_is_said_at_its_field_and_not_kept(admin, plan):
    page = uploaded(admin, plan, b"%PDF-1.7 not a plan", "plan.docx", theme="3")
    assert page.status_code == 200 and 'value="3"' in page.content.decode()
    assert not PlanFile.objects.exists()
    assert page.context["form"].errors["file"]


def test_a_file_is_discarded_until_it_is_imported(admin, plan):
    page = uploaded(admin, plan, appendix(line(1)))
    (discard,) = where(page, "discard_plan_file")
    admin.post(page.request["PATH_INFO"], agreed(page))
    assert "kept as the record" in main(admin.post(discard, follow=True))
    page = uploaded(admin, plan, appendix(line(1)))
    (discard,) = where(page, "discard_plan_file")
    assert "is discarded" in main(admin.post(discard, follow=True))
    assert PlanFile.objects.count() == 1


def test_the_file_is_taken_away_as_it_was_uploaded_and_no_browser_shows_it(admin, plan):
    content = appendix(line(1))
    page = uploaded(admin, plan, content, 'a"b\r\nX: y.docx')
    response = admin.get(*where(page, "plan_file_original"))
    assert response.content == content
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment; filename")


def test_a_file_of_another_plan_is_answered_as_one_that_is_not_there(admin, plan):
    page = uploaded(admin, plan, appendix(line(1)))
    file = PlanFile.objects.get()
    other = make.plan()
    there = admin.get(reverse("plan_file", args=[other.slug, file.pk]))
    never = admin.get(reverse("plan_file", args=[other.slug, 999_999]))
    assert page.status_code == 200 and there.status_code == never.status_code == 404
    assert main(there) == main(never)


def test_markup_in_a_file_is_shown_as_text(admin, plan):
    row = ("1", "<b>Force</b>", "<script>alert(1)</script> in a deliverable", "28.3.20\n<img src=x onerror=y>", "Green")
    page = uploaded(admin, plan, appendix(row), "<i>a</i>.docx").content.decode()
    assert "<script>alert" not in page and "<img src=x" not in page and "<i>a</i>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; in a deliverable" in page


def test_a_preview_costs_the_same_queries_whatever_is_in_the_file(admin, plan, django_assert_max_num_queries):
    for count in (1, 40):
        content = appendix(*(line(number) for number in range(1, count + 1)))
        by = make.administrator()
        file = keep_plan_file(plan=plan, file_name="a.docx", content=content, choices=Choices(), by=by, at=NOW)
        with django_assert_max_num_queries(20):
            assert admin.get(reverse("plan_file", args=[plan.slug, file.pk])).status_code == 200


def test_emptying_a_rows_text_leaves_the_earlier_texts_below_it(admin, plan):
    page = uploaded(admin, plan, appendix(line(1, text="28.3.20\nTeams met.\n3.10.19\nTeams were formed.")))
    row = f"{page.request['PATH_INFO']}rows/1/"
    form = {"number": "1", "wording": "Matter 1", "rating": "G", "update": "", "date": ""}
    admin.post(row, form)
    kept = PlanFile.objects.get().rows.get()
    assert [one["narrative"] for one in kept.put_right["updates"]] == ["", "<p>Teams were formed.</p>"]
    assert [one["narrative"] for one in kept.facts["updates"]][0] == "<p>Teams met.</p>"
    assert "The file says" in main(admin.get(row)) and "Teams met." in main(admin.get(row))
    late = admin.post(row, form | {"shown": "another", "wording": "Typed too late"})
    assert "put this row right since you opened it" in main(late) and "Typed too late" in main(late)
    assert "Teams met." in admin.post(row, {"as_found": "1"}, follow=True).context["form"]["update"].value()
    assert PlanFile.objects.get().rows.get().put_right == {}


def test_a_date_within_a_sentence_is_no_date_of_an_update(admin, plan):
    page = uploaded(admin, plan, appendix(line(1)))
    form = {
        "number": "1",
        "wording": "Matter 1",
        "rating": "G",
        "update": "Said.",
        "date": "not before 28.3.20 I think",
    }
    assert "is no date" in main(admin.post(f"{page.request['PATH_INFO']}rows/1/", form))


def test_from_a_row_one_goes_to_the_next_that_is_not_understood(admin, plan):
    page = uploaded(admin, plan, appendix(line(1, "Grene"), line(2), line(3, "Grene")))
    row = f"{page.request['PATH_INFO']}rows/1/"
    assert "Keep, and go to the next one not understood" in main(admin.get(row))
    form = {"number": "1", "wording": "Matter 1", "rating": "G", "next": "1"}
    page = admin.post(row, form, follow=True)
    assert page.request["PATH_INFO"].endswith("rows/3/")
    assert "go to the next one" not in main(page) and "The row before" in main(page)


def test_another_theme_than_the_files_own_is_said_on_top(admin, plan):
    page = uploaded(admin, plan, appendix(line(1)), theme="3")
    assert "The file itself says Theme 2, Quarter 4, 2019-20." in main(page)
    assert "The file says Theme 2." in main(admin.get(*where(page, "plan_file_choices")))


def test_rows_that_say_otherwise_than_the_plan_are_not_said_to_be_here_already(admin, plan):
    page = uploaded(admin, plan, appendix(line(1)))
    admin.post(page.request["PATH_INFO"], agreed(page))
    page = uploaded(admin, plan, appendix(line(1, text="28.3.20\nTeams did not meet.")))
    assert "Nothing is new; 1 row says otherwise than the plan, whose text is kept." in main(page)


def test_one_problem_of_many_rows_is_put_right_for_all_at_once(admin, plan):
    page = uploaded(admin, plan, appendix(*(line(number) for number in range(1, 6))))
    admin.post(page.request["PATH_INFO"], agreed(page))
    reworded = [(str(number), "Fire", f"Wholly other words {number}", "", "Green") for number in range(1, 6)]
    page = uploaded(admin, plan, appendix(*reworded, *(line(number, "Grene") for number in range(6, 10))))
    assert "Deliverable: 5 rows" in main(page) and "Rating: 4 rows" in main(page)
    (many,) = where(page, "plan_file_rows")
    work, ratings = re.findall(r'name="key" value="(\w+)"', page.content.decode())
    assert "5 rows are the same work." in main(admin.post(many, {"key": work, "answer": "the same work"}, follow=True))
    assert "changed since you looked" in main(admin.post(many, {"key": work, "answer": "left out"}, follow=True))
    page = admin.post(many, {"key": ratings, "answer": "left out"}, follow=True)
    assert "Not understood" not in main(page) and "Rows left out by you 4" in main(page)
