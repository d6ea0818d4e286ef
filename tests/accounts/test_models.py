import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Office, Organisation, User
from accounts.roles import PERMISSIONS, Permission, Role
from tests import builders as make
from tests.builders import violates

pytestmark = pytest.mark.django_db


class TestEmail:
    def test_it_is_kept_in_lower_case(self):
        leader = make.person(email="Roads@Example.ORG")
        leader.refresh_from_db()
        assert leader.email == "roads@example.org"

    def test_the_database_takes_none_with_capitals(self):
        leader = make.person(email="roads@example.org")
        with violates(User, "email_is_in_lower_case"):
            User.objects.filter(pk=leader.pk).update(email="Roads@example.org")

    def test_it_is_one_persons_whatever_its_case(self):
        make.person(email="roads@example.org")
        with pytest.raises(ValidationError, match="Email already exists"):
            make.person(email="ROADS@example.org")

    def test_the_database_takes_it_once(self):
        make.person(email="roads@example.org")
        second = make.person(email="crime@example.org")
        with pytest.raises(IntegrityError, match="email"), transaction.atomic():
            User.objects.filter(pk=second.pk).update(email="roads@example.org")

    def test_a_person_is_found_by_it_whatever_its_case(self):
        leader = make.person(email="roads@example.org")
        assert User.objects.get_by_natural_key("ROADS@example.org") == leader

    @pytest.mark.parametrize("nothing", [None, ""])
    def test_several_owners_are_users_without_one(self, nothing):
        leader, second = make.person(email=nothing), make.person(email=nothing)
        assert (leader.email, second.email) == (None, None)
        assert leader.may(Permission.WRITE_UPDATE)
        assert not leader.has_usable_password()


class TestInitials:
    def test_they_are_used_once_in_an_organisation(self):
        leader, second = make.person(initials="AB", organisation=(force := make.organisation())), make.person()
        with violates(User, "initials_are_unique_in_the_organisation"):
            User.objects.filter(pk=second.pk).update(organisation=force, initials=leader.initials)

    def test_they_may_be_those_of_somebody_in_another_organisation(self):
        leader, second = make.person(initials="AB"), make.person(initials="AB")
        assert leader.organisation != second.organisation


class TestOffice:
    def test_exactly_one_organisation_is_the_office(self):
        with violates(Organisation, "one_organisation_is_the_office"):
            make.organisation(is_office=True)

    def test_there_is_one_row_of_what_it_is_called_and_allows(self):
        with violates(Office, "there_is_one_office"):
            Office.objects.create(pk=2, name="Another")

    def test_one_not_set_up_yet_has_a_name_and_no_row(self):
        Office.objects.all().delete()
        assert str(Office.get()) == "Police and Crime Commissioner"
        assert not Office.get().allows_self_approval
        assert not Office.objects.exists()

    def test_one_that_is_set_up_is_found(self):
        Office.objects.update(name="Commissioner for Rutland")
        assert Office.get().name == "Commissioner for Rutland"


class TestFirstAdministrator:
    def test_one_made_in_an_empty_office_can_sign_in(self):
        call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
        assert not Organisation.objects.exists()
        User.objects.create_superuser("Boss@example.org", display_name="The boss", password="correct horse battery")
        client = Client()
        client.post("/accounts/login/", {"login": "boss@example.org", "password": "correct horse battery"})
        html = client.get("/", follow=True).content.decode()
        assert "The boss" in html

    def test_it_is_an_administrator_of_the_office(self):
        boss = User.objects.create_superuser("boss@example.org", display_name="The boss", initials="BO")
        assert boss.role == Role.ADMINISTRATOR
        assert boss.organisation == make.office()
        assert boss.may(Permission.MANAGE_PLAN)


class TestMay:
    @pytest.mark.parametrize("role", Role)
    def test_a_person_may_what_their_role_gives_and_nothing_else(self, role):
        someone = make.person(role)
        assert {permission for permission in Permission if someone.may(permission)} == PERMISSIONS[role]

    @pytest.mark.parametrize("role", Role)
    def test_someone_deactivated_may_do_nothing(self, role):
        someone = make.person(role, is_active=False)
        assert not any(someone.may(permission) for permission in Permission)

    def test_there_is_no_role_that_the_product_does_not_know(self):
        with violates(User, "role_is_known"):
            User.objects.filter(pk=make.person().pk).update(role="councillor")


class TestOwnerLabel:
    def test_it_is_the_initials_of_an_owner_in_the_office(self):
        assert make.staff(initials="NWX").owner_label == "NWX"

    def test_it_is_the_organisations_short_name_for_any_other_owner(self):
        partner = make.organisation(short_name="Fire")
        assert make.person(initials="NWX", organisation=partner).owner_label == "Fire"
