import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.roles import PERMISSIONS, Permission, Refused, Role, refuse_unless, requires
from tests import builders as make


class TestTable:
    def test_every_role_has_its_line(self):
        assert set(PERMISSIONS) == set(Role)

    def test_a_panel_member_sees_what_is_published_and_what_meetings_asked_for_and_asks(self):
        assert PERMISSIONS[Role.PANEL_MEMBER] == {
            Permission.VIEW_PUBLISHED,
            Permission.VIEW_NON_PUBLIC,
            Permission.ASK_QUESTIONS,
            Permission.VIEW_ACTIONS,
        }

    def test_each_role_but_a_panel_members_includes_the_one_before_it_and_something_more(self):
        order = [Role.CONTRIBUTOR, Role.STAFF, Role.ADMINISTRATOR]
        permissions = [PERMISSIONS[role] for role in order]
        assert all(less < more for less, more in zip(permissions, permissions[1:], strict=False))

    def test_an_administrator_has_every_permission_but_to_ask_for_the_panel(self):
        assert PERMISSIONS[Role.ADMINISTRATOR] == set(Permission) - {Permission.ASK_QUESTIONS}

    @pytest.mark.parametrize(
        ("permission", "roles"),
        [
            (Permission.WRITE_UPDATE, {Role.CONTRIBUTOR, Role.STAFF, Role.ADMINISTRATOR}),
            (Permission.VIEW_PROVISIONAL, {Role.STAFF, Role.ADMINISTRATOR}),
            (Permission.WRITE_ANY_UPDATE, {Role.STAFF, Role.ADMINISTRATOR}),
            (Permission.REVIEW, {Role.STAFF, Role.ADMINISTRATOR}),
            (Permission.VIEW_NON_PUBLIC, {Role.PANEL_MEMBER, Role.STAFF, Role.ADMINISTRATOR}),
            (Permission.ASK_QUESTIONS, {Role.PANEL_MEMBER}),
            (Permission.ANSWER_QUESTIONS, {Role.STAFF, Role.ADMINISTRATOR}),
            (Permission.VIEW_ACTIONS, {Role.PANEL_MEMBER, Role.STAFF, Role.ADMINISTRATOR}),
            (Permission.PREPARE_REPORTS, {Role.STAFF, Role.ADMINISTRATOR}),
            (Permission.WITHDRAW_EDITIONS, {Role.ADMINISTRATOR}),
            (Permission.MANAGE_PLAN, {Role.ADMINISTRATOR}),
        ],
    )
    def test_a_permission_is_given_to_these_roles_alone(self, permission, roles):
        assert {role for role in Role if permission in PERMISSIONS[role]} == roles


def request_of(user):
    request = RequestFactory().get("/")
    request.user = user
    return request


@pytest.mark.django_db
class TestRequires:
    def test_it_refuses_before_anything_is_looked_up(self, django_assert_num_queries):
        request = request_of(make.panel_member())
        called = []

        @requires(Permission.VIEW_PLAN)
        def view(request):
            called.append(request)

        with django_assert_num_queries(0), pytest.raises(PermissionDenied):
            view(request)
        assert not called

    def test_it_lets_others_through_with_what_the_address_says(self):
        @requires(Permission.VIEW_PLAN)
        def view(request, plan, *, theme):
            return HttpResponse(f"{plan} {theme}")

        assert view(request_of(make.person()), "plan", theme="3").content == b"plan 3"

    def test_it_is_answered_with_the_403_page(self, signed_in):
        assert signed_in("panel").get("/plans/no-such-plan/").status_code == 403
        assert signed_in("owner").get("/plans/no-such-plan/").status_code == 404


@pytest.mark.django_db
class TestRefuseUnless:
    def test_it_says_who_may_not_do_what(self):
        with pytest.raises(Refused) as caught:
            refuse_unless(make.person(display_name="Head of roads"), Permission.REVIEW)
        assert str(caught.value) == "Head of roads may not return and approve updates."

    def test_it_says_nothing_to_who_may(self):
        assert refuse_unless(make.staff(), Permission.REVIEW) is None
