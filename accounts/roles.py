"""What each role may do. This is the one place that says so; a view names the permission it needs."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse


class Role(StrEnum):
    """What a person may do. Owning a deliverable is not a role but a dated relation."""

    ADMINISTRATOR = "administrator"
    STAFF = "staff"
    CONTRIBUTOR = "contributor"
    PANEL_MEMBER = "panel member"


class Permission(StrEnum):
    VIEW_PUBLISHED = "see published reports"
    VIEW_PLAN = "see the plan's approved updates before they are published"
    VIEW_PROVISIONAL = "see what is submitted and not yet approved"
    WRITE_UPDATE = "write updates for one's own deliverables"
    WRITE_ANY_UPDATE = "write updates for every deliverable"
    REVIEW = "return and approve updates"
    VIEW_NON_PUBLIC = "see published reports that are Non public"
    ASK_QUESTIONS = "ask about published reports"
    ANSWER_QUESTIONS = "answer the Panel's questions and keep its actions"
    VIEW_ACTIONS = "see all actions that meetings of the Panel asked for"
    PREPARE_REPORTS = "prepare and publish reports for the Panel"
    MANAGE_NEEDS = "keep needs assessments and say what answers each need"
    WITHDRAW_EDITIONS = "withdraw a published edition from view"
    MANAGE_PLAN = "look after plans, themes, ratings, quarters, deliverables and who leads them"
    MANAGE_OFFICE = "manage the office, organisations and people"


_PANEL_MEMBER = {
    Permission.VIEW_PUBLISHED,
    Permission.VIEW_NON_PUBLIC,
    Permission.ASK_QUESTIONS,
    Permission.VIEW_ACTIONS,
}
_CONTRIBUTOR = {Permission.VIEW_PUBLISHED, Permission.VIEW_PLAN, Permission.WRITE_UPDATE}
_STAFF = _CONTRIBUTOR | {
    Permission.VIEW_NON_PUBLIC,
    Permission.VIEW_PROVISIONAL,
    Permission.WRITE_ANY_UPDATE,
    Permission.REVIEW,
    Permission.PREPARE_REPORTS,
    Permission.MANAGE_NEEDS,
    Permission.ANSWER_QUESTIONS,
    Permission.VIEW_ACTIONS,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.PANEL_MEMBER: frozenset(_PANEL_MEMBER),
    Role.CONTRIBUTOR: frozenset(_CONTRIBUTOR),
    Role.STAFF: frozenset(_STAFF),
    Role.ADMINISTRATOR: frozenset(
        _STAFF | {Permission.MANAGE_PLAN, Permission.MANAGE_OFFICE, Permission.WITHDRAW_EDITIONS}
    ),
}

View = Callable[..., HttpResponse]


class Refused(Exception):
    """A verb that was not done, and why, in words for the person who asked."""


def may(user: Any, permission: Permission) -> bool:
    """Whether somebody may do something; who is not signed in may do nothing that needs a permission."""
    return user.is_authenticated and user.may(permission)


def refuse_unless(user: Any, permission: Permission) -> None:
    """Raise Refused where `user` may not do what `permission` allows."""
    if not user.may(permission):
        raise Refused(f"{user} may not {permission}.")


def requires(permission: Permission) -> Callable[[View], View]:
    """Answer a signed-in person without `permission` with the 403 page, before anything is looked up.

    So the answer is the same whether or not what was asked for exists. Who is not signed in never comes
    here: `LoginRequiredMiddleware` has sent them to sign in.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not request.user.may(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
