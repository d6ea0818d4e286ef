import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client

from accounts import people_actions as verbs
from accounts.models import Mail, User
from accounts.querysets import SignIn
from accounts.roles import Refused, Role
from tests import builders as make
from tests.conftest import QUARTER

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(user):
    return user("admin")


def fresh(person):
    return User.objects.get(pk=person.pk)


def an_administrator_who_signs_in(**changes):
    return make.administrator(password="correct horse battery", **{"email": "second@example.org"} | changes)


class TestAdding:
    def test_a_person_without_an_e_mail_never_signs_in(self, boss):
        leader = verbs.add_person(
            by=boss, display_name="Head of roads", initials="AN", organisation=make.office(), email=""
        )
        assert leader.email is None
        assert leader.sign_in == SignIn.NEVER
        assert leader.history.get().history_user == boss

    def test_the_e_mail_is_kept_in_lower_case(self, boss):
        facts = {"display_name": "Head of roads", "initials": "AN", "organisation": make.office()}
        assert verbs.add_person(by=boss, email="Roads@Example.org", **facts).email == "roads@example.org"

    @pytest.mark.parametrize("clash", [{"email": "staff@example.org"}, {"initials": "PO"}])
    def test_what_is_in_use_is_refused(self, clash, boss):
        facts = {
            "display_name": "Head of roads",
            "initials": "AN",
            "organisation": make.office(),
            "email": "roads@example.org",
        }
        with pytest.raises(Refused, match="already exists"):
            verbs.add_person(by=boss, **facts | clash)

    def test_nobody_but_an_administrator_adds_people(self):
        with pytest.raises(Refused, match="may not manage the office"):
            verbs.add_person(by=make.staff(), display_name="Head of roads", initials="AN", organisation=make.office())


class TestInviting:
    def test_it_sends_a_link_on_the_products_own_address(self, boss, settings, django_capture_on_commit_callbacks):
        settings.SITE_URL = "https://tracker.example.org"
        leader = make.person(email="roads@example.org")
        with django_capture_on_commit_callbacks(execute=True):
            written = verbs.invite(user=leader, by=boss, at=make.NOW)
        body = mail.outbox[0].body
        assert "https://tracker.example.org/accounts/password/set/" in body
        assert boss.display_name in body
        assert "for 7 days" in body
        assert "Forgotten your password?" in body
        assert (written.kind, written.body, written.written_by) == (Mail.Kind.INVITATION, "", boss)

    def test_it_is_open_until_the_person_signs_in(self, boss):
        leader = make.person(email="roads@example.org")
        assert fresh(leader).sign_in == SignIn.NOT_INVITED
        verbs.invite(user=leader, by=boss, at=make.NOW)
        assert fresh(leader).sign_in == SignIn.INVITED
        User.objects.filter(pk=leader.pk).update(last_login=make.noon("2020-04-05"))
        assert fresh(leader).sign_in == SignIn.DONE

    def test_it_can_be_sent_again(self, boss):
        leader = make.person(email="roads@example.org")
        verbs.invite(user=leader, by=boss, at=make.NOW)
        verbs.invite(user=leader, by=boss, at=make.noon("2020-04-09"))
        assert fresh(leader).invited_at == make.noon("2020-04-09")
        assert leader.mails.count() == 2

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"email": None}, "no e-mail address"),
            ({"is_active": False}, "is deactivated"),
            ({"password": "correct horse battery", "last_login": make.NOW}, "has signed in already"),
        ],
    )
    def test_an_invitation_of_no_use_is_refused(self, changes, why, boss):
        leader = make.person(**{"email": "roads@example.org"} | changes)
        with pytest.raises(Refused, match=why):
            verbs.invite(user=leader, by=boss, at=make.NOW)
        assert fresh(leader).invited_at is None

    def test_where_all_sign_in_elsewhere_it_says_so_and_has_no_link(
        self, boss, settings, django_capture_on_commit_callbacks
    ):
        settings.OIDC_ONLY, settings.OIDC_NAME = True, "Microsoft"
        with django_capture_on_commit_callbacks(execute=True):
            verbs.invite(user=make.person(email="roads@example.org"), by=boss, at=make.NOW)
        assert "You sign in with Microsoft" in mail.outbox[0].body
        assert "/password/" not in mail.outbox[0].body

    def test_nobody_but_an_administrator_invites(self):
        with pytest.raises(Refused, match="may not manage the office"):
            verbs.invite(user=make.person(email="roads@example.org"), by=make.staff(), at=make.NOW)


class TestChanging:
    def test_the_history_says_who_changed_what(self, boss, user):
        verbs.change_person(user=user("owner"), by=boss, job_title="Chief constable")
        last = user("owner").history.first()
        assert (last.history_user, last.job_title) == (boss, "Chief constable")

    def test_an_invitation_to_the_old_address_lapses(self, boss):
        leader = make.person(email="old@example.org", invited_at=make.NOW)
        verbs.change_person(user=leader, by=boss, email="new@example.org")
        assert fresh(leader).sign_in == SignIn.NOT_INVITED

    def test_without_an_e_mail_every_session_ends(self, boss, user, signed_in):
        client = signed_in("owner")
        verbs.change_person(user=user("owner"), by=boss, email="")
        assert client.get(QUARTER).status_code == 302

    def test_a_role_counts_at_once(self, boss, user, signed_in):
        client = signed_in("staff")
        verbs.change_person(user=user("staff"), by=boss, role=Role.PANEL_MEMBER)
        assert client.get(QUARTER).status_code == 403


class TestTheLastAdministrator:
    @pytest.mark.parametrize(
        "change", [{"role": Role.STAFF}, {"email": ""}, {"email": None}], ids=["demoted", "no e-mail", "none"]
    )
    def test_one_who_signs_in_always_stays(self, change, boss):
        make.administrator(email="invited@example.org", invited_at=make.NOW)  # an open invitation is not enough
        make.administrator()
        with pytest.raises(Refused, match="last administrator who can sign in"):
            verbs.change_person(user=boss, by=boss, **change)
        assert fresh(boss).role == Role.ADMINISTRATOR
        assert fresh(boss).email == "admin@example.org"

    def test_it_cannot_be_deactivated(self, boss):
        other = make.administrator()
        with pytest.raises(Refused, match="last administrator who can sign in"):
            verbs.deactivate_person(user=boss, by=other, reason="Has left.")
        assert fresh(boss).is_active

    def test_one_of_two_can_go(self, boss):
        other = an_administrator_who_signs_in()
        verbs.deactivate_person(user=boss, by=other, reason="Has left.")
        assert not fresh(boss).is_active

    def test_one_who_signs_in_elsewhere_counts(self, boss):
        other = make.administrator(email="second@example.org")
        SocialAccount.objects.create(user=other, provider="office", uid="1")
        verbs.change_person(user=boss, by=boss, role=Role.STAFF)
        assert fresh(boss).role == Role.STAFF

    def test_any_other_person_may_be_changed(self, boss, user):
        verbs.change_person(user=user("staff"), by=boss, role=Role.CONTRIBUTOR)
        assert user("staff").role == Role.CONTRIBUTOR


class TestDeactivating:
    def test_it_ends_their_sessions_at_once_and_keeps_the_reason(self, boss, user, signed_in):
        client = signed_in("owner")
        verbs.deactivate_person(user=user("owner"), by=boss, reason="  Has left the force.  ")
        assert client.get(QUARTER)["Location"].startswith("/accounts/login/")
        last = user("owner").history.first()
        assert (last.history_change_reason, last.history_user) == ("Has left the force.", boss)

    def test_activating_brings_no_session_and_no_password_back(self, boss, user, signed_in):
        client = signed_in("owner")
        verbs.deactivate_person(user=user("owner"), by=boss, reason="Leave.")
        verbs.activate_person(user=user("owner"), by=boss, reason="Is back.")
        assert client.get(QUARTER).status_code == 302
        assert not user("owner").has_usable_password()
        verbs.invite(user=user("owner"), by=boss, at=make.NOW)
        assert user("owner").history.filter(history_change_reason="Is back.").exists()

    def test_it_forgets_the_connection_to_single_sign_on(self, boss, user):
        SocialAccount.objects.create(user=user("owner"), provider="office", uid="1")
        verbs.deactivate_person(user=user("owner"), by=boss, reason="Leave.")
        assert not SocialAccount.objects.exists()

    def test_nobody_deactivates_themselves(self, boss):
        an_administrator_who_signs_in()
        with pytest.raises(Refused, match="Nobody deactivates themselves"):
            verbs.deactivate_person(user=boss, by=boss, reason="Holiday.")

    @pytest.mark.parametrize("verb", [verbs.deactivate_person, verbs.activate_person, verbs.remove_second_factor])
    def test_each_asks_for_a_reason(self, verb, boss, user):
        with pytest.raises(Refused, match="Say why"):
            verb(user=user("owner"), by=boss, reason=" ")

    @pytest.mark.parametrize("verb", [verbs.deactivate_person, verbs.activate_person, verbs.remove_second_factor])
    def test_each_is_an_administrators(self, verb, user):
        with pytest.raises(Refused, match="may not manage the office"):
            verb(user=user("owner"), by=user("staff"), reason="Why not?")


class TestRemovingASecondFactor:
    def test_it_is_gone_and_the_history_says_why(self, boss, user):
        TOTP.activate(user("staff"), generate_totp_secret())
        verbs.remove_second_factor(user=user("staff"), by=boss, reason="Lost the phone.")
        assert not user("staff").has_second_factor
        last = user("staff").history.first()
        assert last.history_change_reason == "Second factor removed: Lost the phone."
        assert last.history_user == boss

    def test_ones_own_is_not_removed_without_its_code(self, boss):
        with pytest.raises(Refused, match="page of your account"):
            verbs.remove_second_factor(user=boss, by=boss, reason="Lost the phone.")

    def test_where_there_is_none_it_is_refused(self, boss, user):
        with pytest.raises(Refused, match="has no second factor"):
            verbs.remove_second_factor(user=user("staff"), by=boss, reason="Lost the phone.")


class TestQuestions:
    def test_each_state_of_signing_in_is_asked_of_many_as_of_one(self):
        early, late = make.NOW, make.noon("2020-05-01")
        make.person(email=None)
        for number, (invited_at, last_login) in enumerate(
            [(None, None), (early, None), (late, early), (early, late), (early, early), (None, early)]
        ):
            make.person(email=f"p{number}@example.org", invited_at=invited_at, last_login=last_login)
        for state in SignIn:
            found = set(User.objects.with_sign_in(state))
            assert found == {one for one in User.objects.all() if one.sign_in == state}, state
            assert found

    def test_words_are_found_in_what_is_known_of_a_person(self, user):
        assert set(User.objects.with_words("PERFORMANCE office")) == {user("staff")}
        assert set(User.objects.with_words("owner@ police")) == {user("owner")}


def test_a_person_has_no_say_over_e_mails_that_are_not_theirs(user):
    with pytest.raises(Refused):
        verbs.be_told_of_submissions(user=user("owner"), told=False)
    verbs.be_told_of_submissions(user=user("staff"), told=False)
    assert not user("staff").is_told_of_submissions
    assert Client().get("/accounts/").status_code == 302
