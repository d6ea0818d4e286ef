"""Questions about many people."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.roles import Role


class SignIn(models.TextChoices):
    """Whether a person signs in, or how far they have come with it."""

    NEVER = "never", "Does not sign in"
    NOT_INVITED = "not-invited", "Not invited"
    INVITED = "invited", "Invitation open"
    DONE = "signs-in", "Signs in"


_HAS_EMAIL = Q(email__isnull=False)
_IS_OPEN = Q(invited_at__isnull=False) & (Q(last_login=None) | Q(last_login__lt=F("invited_at")))
_BY_SIGN_IN = {
    SignIn.NEVER: ~_HAS_EMAIL,
    SignIn.NOT_INVITED: _HAS_EMAIL & Q(invited_at=None, last_login=None),
    SignIn.INVITED: _HAS_EMAIL & _IS_OPEN,
    SignIn.DONE: _HAS_EMAIL & Q(last_login__isnull=False) & (Q(invited_at=None) | Q(last_login__gte=F("invited_at"))),
}


class UserQuerySet(models.QuerySet):
    def with_sign_in(self, state: SignIn) -> "UserQuerySet":
        return self.filter(_BY_SIGN_IN[state])

    def administrators_who_can_sign_in(self) -> "UserQuerySet":
        """Active, and with a password or a connection to single sign-on; an open invitation is not enough."""
        has_a_way = ~Q(password__startswith="!") | Q(socialaccount__isnull=False)  # noqa: S106, "!" begins one of no use
        administrators = self.filter(_HAS_EMAIL & has_a_way, role=Role.ADMINISTRATOR, is_active=True)
        return self.filter(pk__in=administrators.values("pk"))

    def with_words(self, words: str) -> "UserQuerySet":
        """In whose name, initials, job title, e-mail or organisation each of the words stands."""
        found = self
        for word in words.split():
            told = ("display_name", "initials", "job_title", "email", "organisation__name", "organisation__short_name")
            found = found.filter(Q.create([(f"{name}__icontains", word) for name in told], connector=Q.OR))
        return found

    def by_name(self) -> "UserQuerySet":
        return self.order_by(Lower("display_name"), "pk")
