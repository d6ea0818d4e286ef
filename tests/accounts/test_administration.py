import csv
import io

import pytest
from django.core import mail
from openpyxl import load_workbook

from accounts.models import Office, Organisation, User
from tests import builders as make
from tests.conftest import QUARTER
from tests.deliverables.test_queries import queries

ADMINISTRATION = "/administration/"
PEOPLE = f"{ADMINISTRATION}people/"
ORGANISATIONS = f"{ADMINISTRATION}organisations/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(signed_in):
    return signed_in("admin")


def text(response):
    return response.content.decode()


def rows_of(response):
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


class TestTheOffice:
    FACTS = {"name": "Commissioner for Rutland", "remind_before": "7", "remind_after": "", "remind_every": "2"}

    def test_each_setting_is_changed_and_the_history_says_by_whom(self, client, user):
        facts = {"strapline": "Safe", "email": "office@example.org", "requires_second_factor": "on"}
        client.post(f"{ADMINISTRATION}office/", self.FACTS | facts)
        office = Office.get()
        assert (office.name, office.email, office.requires_second_factor) == (
            "Commissioner for Rutland",
            "office@example.org",
            True,
        )
        assert office.history.first().history_user == user("admin")

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"remind_before": "soon"}, "Write days between commas, such as 14, 7, 1."),
            ({"email": "office"}, "Enter an e-mail address, like name@example.org."),
            ({"name": ""}, "Enter the office&#x27;s name."),
            ({"remind_every": "-1"}, "greater than or equal to 0"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field_and_all_is_kept(self, wrong, says, client):
        html = text(client.post(f"{ADMINISTRATION}office/", self.FACTS | {"strapline": "Kept"} | wrong))
        assert html.count("There is a problem") == 1
        assert says in html
        assert 'value="Kept"' in html
        assert Office.get().name != "Commissioner for Rutland"


class TestOrganisations:
    def test_one_is_added_and_stands_in_the_list(self, client, user):
        client.post(f"{ORGANISATIONS}add/", {"name": "Fire and Rescue", "short_name": "Fire"})
        assert "Fire and Rescue" in text(client.get(ORGANISATIONS))
        assert Organisation.objects.get(short_name="Fire").history.get().history_user == user("admin")

    def test_a_name_in_use_is_said_at_its_field(self, client):
        html = text(client.post(f"{ORGANISATIONS}add/", {"name": "Another", "short_name": "Force"}))
        assert "Another organisation has this short name." in html

    def test_one_that_is_deactivated_is_offered_no_more_and_loses_nothing(self, client):
        force = Organisation.objects.get(short_name="Force")
        before = force.users.count()
        page = f"{ORGANISATIONS}{force.pk}/deactivate/"
        assert f"Its {before} active people keep their accounts" in text(client.get(page))
        client.post(page, {"reason": "Merged."})
        force.refresh_from_db()
        assert (force.is_active, force.users.count()) == (False, before)
        assert force.history.first().history_change_reason == "Merged."
        assert "Nottinghamshire Police</option>" not in text(client.get(f"{PEOPLE}add/"))
        client.post(f"{ORGANISATIONS}{force.pk}/activate/", {"reason": "Parted."})
        assert "Nottinghamshire Police</option>" in text(client.get(f"{PEOPLE}add/"))

    def test_a_person_of_one_that_is_deactivated_keeps_it_when_changed(self, client, user):
        Organisation.objects.filter(short_name="Force").update(is_active=False)
        assert "Nottinghamshire Police</option>" in text(client.get(f"{PEOPLE}{user('owner').pk}/change/"))

    def test_the_office_itself_stays(self, client):
        html = text(client.post(f"{ORGANISATIONS}{make.office().pk}/deactivate/", {"reason": "Abolished."}))
        assert "The office itself cannot be deactivated." in html
        assert make.office().is_active

    def test_exactly_one_is_the_office_whatever_is_posted(self, client):
        client.post(f"{ORGANISATIONS}add/", {"name": "Another", "short_name": "An", "is_office": "on"})
        assert Organisation.objects.filter(is_office=True).count() == 1

    def test_the_list_can_be_taken_away(self, client):
        rows = rows_of(client.get(f"{ORGANISATIONS}list.csv"))
        assert {row["Short name"] for row in rows} >= {"OPCC", "Force"}
        assert load_workbook(io.BytesIO(client.get(f"{ORGANISATIONS}list.xlsx").content)).active["A1"].value


class TestPeople:
    def facts(self, **changes):
        force = Organisation.objects.get(short_name="Force")
        return {
            "display_name": "Head of roads",
            "initials": "AN",
            "organisation": force.pk,
            "role": "contributor",
        } | changes

    def test_an_owner_who_never_signs_in_is_added(self, client):
        response = client.post(f"{PEOPLE}add/", self.facts(), follow=True)
        assert "Does not sign in" in text(response)
        assert User.objects.get(display_name="Head of roads").email is None
        assert "Send an invitation" not in text(response)

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"initials": "NP"}, "Head of neighbourhood policing of the same organisation has these initials."),
            ({"email": "STAFF@example.org"}, "Another person has this e-mail address."),
            ({"role": "councillor"}, "not one of the available choices"),
            ({"organisation": "999999"}, "not one of the available choices"),
            ({"display_name": ""}, "Enter the name."),
            ({"email": "leader"}, "Enter an e-mail address, like name@example.org."),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field_and_all_is_kept(self, wrong, says, client):
        html = text(client.post(f"{PEOPLE}add/", self.facts(job_title="Kept") | wrong))
        assert html.count("There is a problem") == 1
        assert says in html
        assert 'value="Kept"' in html
        assert not User.objects.filter(display_name="Head of roads").exists()

    def test_a_person_is_changed_and_stays_themselves(self, client, user):
        owner = user("owner")
        client.post(f"{PEOPLE}{owner.pk}/change/", self.facts(initials="NP", email="Owner@example.org"))
        assert user("owner").display_name == "Head of roads"
        assert user("owner").history.first().history_user == user("admin")

    def test_what_the_verb_refuses_is_said_on_the_form(self, client, user):
        boss = user("admin")
        facts = self.facts(display_name="Boss", email="admin@example.org", role="staff", organisation=make.office().pk)
        html = text(client.post(f"{PEOPLE}{boss.pk}/change/", facts))
        assert "is the last administrator who can sign in" in html
        assert user("admin").role == "administrator"

    def test_a_role_cannot_be_posted_by_somebody_else(self, signed_in, user):
        owner = user("owner")
        response = signed_in("owner").post(f"{PEOPLE}{owner.pk}/change/", self.facts(role="administrator"))
        assert response.status_code == 403
        assert user("owner").role == "contributor"

    def test_an_invitation_is_sent_and_sent_again(self, client, django_capture_on_commit_callbacks):
        leader = make.person(email="roads@example.org")
        for label in ("Send an invitation", "Send the invitation again"):
            assert label in text(client.get(f"{PEOPLE}{leader.pk}/"))
            with django_capture_on_commit_callbacks(execute=True):
                client.post(f"{PEOPLE}{leader.pk}/invite/")
        assert [one.to for one in mail.outbox] == [["roads@example.org"]] * 2
        assert "Invitation open, sent on" in text(client.get(f"{PEOPLE}{leader.pk}/"))

    def test_an_invitation_of_no_use_is_refused_in_words(self, client, user):
        nobody = make.person(email=None)
        html = text(client.post(f"{PEOPLE}{nobody.pk}/invite/", follow=True))
        assert "has no e-mail address to send an invitation to" in html

    def test_deactivating_asks_why_and_signs_out(self, client, user, signed_in):
        theirs = signed_in("owner")
        page = f"{PEOPLE}{user('owner').pk}/deactivate/"
        assert "Say why." in text(client.post(page, {"reason": " "}))
        html = text(client.post(page, {"reason": "Has left."}, follow=True))
        assert "Deactivated: they cannot sign in." in html
        assert theirs.get(QUARTER).status_code == 302
        client.post(f"{PEOPLE}{user('owner').pk}/activate/", {"reason": "Is back."})
        assert user("owner").is_active

    def test_one_is_not_offered_to_deactivate_oneself(self, client, user):
        assert "/deactivate/" not in text(client.get(f"{PEOPLE}{user('admin').pk}/"))

    @pytest.mark.parametrize("page", [f"{PEOPLE}999999/", f"{PEOPLE}999999/change/", f"{ORGANISATIONS}999999/"])
    def test_who_is_not_there_is_not_found(self, page, client):
        response = client.get(page)
        assert response.status_code == 404
        assert "There is no such" in text(response)


class TestTheListOfPeople:
    @pytest.mark.parametrize(
        ("asked", "shows", "hides"),
        [
            ("words=performance", "Performance officer", "Head of neighbourhood policing"),
            ("role=panel+member", "Panel member", "Performance officer"),
            ("sign_in=never", "Policy officer (DH)", "Performance officer"),
            ("account=deactivated", "Nobody answers to this choice.", "Performance officer"),
        ],
    )
    def test_it_is_narrowed(self, asked, shows, hides, client):
        table = text(client.get(f"{PEOPLE}?{asked}")).split("<table")[1]
        assert shows in table
        assert hides not in table

    def test_it_is_narrowed_to_an_organisation(self, client):
        rows = rows_of(client.get(f"{PEOPLE}list.csv?organisation={make.office().pk}"))
        assert {row["Organisation"] for row in rows} == {"OPCC"}

    def test_a_choice_that_is_not_there_is_said_and_passed_over_on_the_page_and_refused_for_a_file(self, client):
        assert "It is passed over." in text(client.get(f"{PEOPLE}?role=councillor"))
        assert client.get(f"{PEOPLE}list.csv?role=councillor").status_code == 404

    def test_it_is_sorted_as_asked_on_the_page_and_in_the_file(self, client):
        names = [row["Name"] for row in rows_of(client.get(f"{PEOPLE}list.csv?sort=-display_name"))]
        assert names == sorted(names, reverse=True)
        html = text(client.get(f"{PEOPLE}?sort=-display_name"))
        assert html.index(names[0]) < html.index(names[-1])

    def test_the_file_says_all_that_the_page_says(self, client):
        row = next(row for row in rows_of(client.get(f"{PEOPLE}list.csv")) if row["E-mail"] == "staff@example.org")
        assert row["Name"] == "Performance officer"
        assert row["Role"] == "Staff"
        assert row["Sign-in"] == "Not invited"
        assert row["Account"] == "Active"

    @pytest.mark.parametrize("asked", ["sort=nonsense", "page=x", "sort=sign_in&page=99"])
    def test_a_strange_address_is_no_error(self, asked, client):
        assert client.get(f"{PEOPLE}?{asked}").status_code in (200, 404)

    @pytest.mark.parametrize("page", [PEOPLE, ORGANISATIONS])
    def test_it_costs_the_same_however_many_there_are(self, page, client):
        few = queries(client, page)
        for _ in range(10):
            make.person()
        assert queries(client, page) == few <= 10


def test_administration_leads_to_each(client):
    html = text(client.get(ADMINISTRATION))
    for page in (f"{ADMINISTRATION}office/", ORGANISATIONS, PEOPLE):
        assert f'href="{page}"' in html
