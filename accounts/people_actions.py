"""The verbs on people: each names its actor, and is all or nothing.

Each raises `Refused`, with the reason in words for the person who asked, and then leaves everything as it was.
"""

import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.actions import refuse_without, save
from accounts.mail import PASSWORD_LINK_DAYS, password_link, post
from accounts.models import Mail, User
from accounts.roles import Permission, Refused, Role, refuse_unless


@transaction.atomic
def add_person(*, by: User, **facts: Any) -> User:
    """Add a person. Without an e-mail they never sign in, and can own deliverables all the same."""
    refuse_unless(by, Permission.MANAGE_OFFICE)
    user = User(**facts | {"email": _stored(facts.get("email"))})
    user.set_unusable_password()
    save(user, by)
    return user


@transaction.atomic
def change_person(*, user: User, by: User, **facts: Any) -> User:
    """Change what is stored of a person. An invitation to an old address lapses; without one, so does every way in."""
    refuse_unless(by, Permission.MANAGE_OFFICE)
    user = _fresh(user)
    before = user.email
    for name, value in facts.items():
        setattr(user, name, _stored(value) if name == "email" else value)
    if user.email != before:
        user.invited_at = None
        if user.email is None:
            _forget_ways_in(user)
    _refuse_unless_an_administrator_stays(user)
    save(user, by)
    return user


@transaction.atomic
def invite(*, user: User, by: User, at: datetime.datetime) -> Mail:
    """Send a person a link to set a password, or to sign in where that is done elsewhere. It can be sent again."""
    refuse_unless(by, Permission.MANAGE_OFFICE)
    user = _fresh(user)
    _refuse_unless_of_use(user)
    user.invited_at = at
    save(user, by, "Invited to sign in")
    context = {"by": by, "days": PASSWORD_LINK_DAYS, "elsewhere": settings.OIDC_NAME if settings.OIDC_ONLY else ""}
    mail = post(
        kind=Mail.Kind.INVITATION,
        to=user,
        subject="Your account on PCC Tracker",
        template="accounts/mail/invitation.txt",
        context=context | {"link": "" if settings.OIDC_ONLY else password_link(user)},
        at=at,
        by=by,
        holds_a_secret=True,
    )
    assert mail is not None
    return mail


def _refuse_unless_of_use(user: User) -> None:
    """Refuse an invitation that cannot reach the person, or that they do not need."""
    if not user.email:
        raise Refused(f"{user} has no e-mail address to send an invitation to.")
    if not user.is_active:
        raise Refused(f"{user} is deactivated. Activate them first.")
    if user.has_a_way_in:
        raise Refused(f'{user} has signed in already. Who forgets a password chooses "Forgotten your password?".')


@transaction.atomic
def deactivate_person(*, user: User, by: User, reason: str) -> User:
    """Close a person's account at once, wherever they are signed in. What they own and wrote stays theirs.

    Their password and their connection to single sign-on are forgotten, so that activating them again later
    brings no old session or password back.
    """
    refuse_unless(by, Permission.MANAGE_OFFICE)
    reason = refuse_without(reason)
    if user.pk == by.pk:
        raise Refused("Nobody deactivates themselves. Ask another administrator.")
    user = _fresh(user)
    user.is_active = False
    _forget_ways_in(user)
    _refuse_unless_an_administrator_stays(user)
    save(user, by, reason)
    return user


@transaction.atomic
def activate_person(*, user: User, by: User, reason: str) -> User:
    """Open an account again. To sign in the person needs a new invitation, or a new password."""
    refuse_unless(by, Permission.MANAGE_OFFICE)
    reason, user = refuse_without(reason), _fresh(user)
    user.is_active = True
    save(user, by, reason)
    return user


@transaction.atomic
def remove_second_factor(*, user: User, by: User, reason: str) -> User:
    """Take the second factor from who has lost their phone; they sign in by password alone until the next is set up."""
    refuse_unless(by, Permission.MANAGE_OFFICE)
    if user.pk == by.pk:
        raise Refused("Your own second factor is switched off on the page of your account, with a code of it.")
    reason, user = refuse_without(reason), _fresh(user)
    if not user.has_second_factor:
        raise Refused(f"{user} has no second factor.")
    user.authenticator_set.all().delete()
    save(user, by, f"Second factor removed: {reason}")
    return user


@transaction.atomic
def be_told_of_submissions(*, user: User, told: bool) -> User:
    """A person's own choice: whether an e-mail tells them that an update was submitted."""
    refuse_unless(user, Permission.REVIEW)
    user = _fresh(user)
    user.is_told_of_submissions = told
    save(user, by=user)
    return user


def _fresh(user: User) -> User:
    """As they are stored: what a form has made of the one given does not count.

    They are locked, and every administrator with them, so that two cannot take the role from each other at once.
    """
    rows = User.objects.select_for_update(of=("self",)).select_related("organisation").order_by("pk")
    return {row.pk: row for row in rows.filter(Q(pk=user.pk) | Q(role=Role.ADMINISTRATOR))}[user.pk]


def _stored(email: str | None) -> str | None:
    return email.lower() if email else None


def _forget_ways_in(user: User) -> None:
    """A password that nobody knows, which ends every session too, and no single sign-on."""
    user.set_unusable_password()
    user.socialaccount_set.all().delete()
    user.invited_at = None


def _refuse_unless_an_administrator_stays(changed: User) -> None:
    """Refuse to take the last administrator who can sign in out of that role. `changed` is not yet saved."""
    able = set(User.objects.administrators_who_can_sign_in().values_list("pk", flat=True))
    stays = changed.is_active and changed.email and changed.role == Role.ADMINISTRATOR
    if able == {changed.pk} and not stays:
        raise Refused(f"{changed} is the last administrator who can sign in. Let another one sign in first.")
