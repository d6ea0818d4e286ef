"""The office, the organisations that lead deliverables, and the people in them."""

from itertools import chain, count
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords

from accounts.querysets import SignIn, UserQuerySet
from accounts.roles import PERMISSIONS, Permission, Role

LISTED_DAYS = RegexValidator(r"^(\d{1,3}(, ?\d{1,3})*)?\Z", "Write days between commas, such as 14, 7, 1.")


class Office(models.Model):
    """The Commissioner's office that this installation serves: one row, what it is called and what it allows."""

    name = models.CharField(max_length=200)
    strapline = models.CharField(max_length=200, blank=True)
    allows_self_approval = models.BooleanField(
        default=False, help_text="Whether staff may approve an update that they submitted or last changed."
    )
    requires_second_factor = models.BooleanField(
        default=False, help_text="Whether staff and administrators need a code from their phone beside their password."
    )
    email = models.EmailField(
        "e-mail", blank=True, help_text="Replies to the product's e-mails go here, and people are told to ask here."
    )
    remind_before = models.CharField(
        "days before the due date",
        max_length=60,
        blank=True,
        default="14, 7, 1",
        validators=[LISTED_DAYS],
        help_text="On which days before it owners are reminded, such as 14, 7, 1; 0 is the day itself.",
    )
    remind_after = models.CharField(
        "days after the due date",
        max_length=60,
        blank=True,
        default="1, 7, 14",
        validators=[LISTED_DAYS],
        help_text="On which days after it owners of late updates are reminded, such as 1, 7, 14.",
    )
    remind_every = models.PositiveSmallIntegerField(
        "least days between two reminders",
        default=3,
        validators=[MaxValueValidator(365)],
        help_text="One person gets no second reminder of the schedule within so many days.",
    )
    demonstration_since = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When `manage.py demo` filled this database; its pages say that they are a demonstration.",
    )
    history = HistoricalRecords()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="there_is_one_office")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def get(cls) -> "Office":
        """The office, or one not yet named where none has been set up."""
        return cls.objects.first() or cls(pk=1, name="Police and Crime Commissioner")


class Organisation(models.Model):
    """Who leads deliverables: the force, a partner, or the office itself (exactly one is the office)."""

    name = models.CharField(max_length=200, unique=True)
    short_name = models.CharField(max_length=30, unique=True, help_text="As the appendix prints it, such as Force.")
    is_office = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["short_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_office"], condition=Q(is_office=True), name="one_organisation_is_the_office"
            )
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(
        self,
        *,
        display_name: str,
        organisation: Organisation,
        email: str | None = None,
        password: str | None = None,
        **fields: Any,
    ) -> "User":
        """A person; without a password they cannot sign in, without an e-mail they never will."""
        user = self.model(
            display_name=display_name, organisation=organisation, email=email.lower() if email else None, **fields
        )
        user.set_password(password)
        user.full_clean()
        user.save()
        return user

    def create_superuser(self, email: str, display_name: str, password: str | None = None, **fields: Any) -> "User":
        """The first administrator, in the office's organisation, which is made where there is none yet."""
        office, _ = Organisation.objects.get_or_create(
            is_office=True, defaults={"name": "Office of the Police and Crime Commissioner", "short_name": "OPCC"}
        )
        return self.create_user(
            email=email,
            display_name=display_name,
            password=password,
            organisation=fields.pop("organisation", office),
            initials=fields.pop("initials", None) or self._free_initials(office),
            role=Role.ADMINISTRATOR,
            **fields,
        )

    def _free_initials(self, office: Organisation) -> str:
        taken = set(self.filter(organisation=office).values_list("initials", flat=True))
        return next(one for one in chain(["ADM"], map("ADM{}".format, count(2))) if one not in taken)

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email=email.lower())


class User(AbstractBaseUser):
    """A person. Those who never sign in have no e-mail; they can own deliverables all the same."""

    display_name = models.CharField(max_length=150)
    initials = models.CharField(max_length=10)
    job_title = models.CharField(max_length=150, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="users")
    email = models.EmailField(unique=True, null=True, blank=True)
    role = models.CharField(
        max_length=20, choices=[(role.value, role.value.capitalize()) for role in Role], default=Role.CONTRIBUTOR
    )
    is_coordinator = models.BooleanField(
        default=False, help_text="May write updates for all the organisation's deliverables."
    )
    is_active = models.BooleanField(default=True)
    is_told_of_submissions = models.BooleanField(
        "e-mail when an update is submitted", default=True, help_text="For staff: they review what is submitted."
    )
    invited_at = models.DateTimeField(null=True, blank=True, editable=False)
    date_joined = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        ordering = ["display_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "initials"], name="initials_are_unique_in_the_organisation"
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="email_is_in_lower_case"),
            models.CheckConstraint(condition=~Q(email=""), name="email_is_an_address_or_none"),
            models.CheckConstraint(condition=Q(role__in=list(Role)), name="role_is_known"),
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_full_name(self) -> str:
        return self.display_name

    def may(self, permission: Permission) -> bool:
        """Whether this person's role gives `permission`; someone deactivated may do nothing."""
        return self.is_active and permission in PERMISSIONS[Role(self.role)]

    @property
    def sign_in(self) -> SignIn:
        """Whether they sign in; the same as `UserQuerySet.with_sign_in` asks of many."""
        if not self.email:
            return SignIn.NEVER
        if self.invited_at and (self.last_login is None or self.last_login < self.invited_at):
            return SignIn.INVITED
        return SignIn.DONE if self.last_login else SignIn.NOT_INVITED

    @property
    def has_a_way_in(self) -> bool:
        """Whether they have signed in, and can again without an invitation."""
        return bool(self.last_login) and (self.has_usable_password() or self.socialaccount_set.exists())

    def needs_second_factor(self, office: Office) -> bool:
        """Whether the office asks for a code beside the password, which it does of those who review, if of any."""
        return self.may(Permission.REVIEW) and office.requires_second_factor

    @property
    def has_second_factor(self) -> bool:
        return self.authenticator_set.filter(type="totp").exists()

    @property
    def owner_label(self) -> str:
        """What the appendix prints in the column Organisation: initials in the office, else the short name."""
        return self.initials if self.organisation.is_office else self.organisation.short_name


class Mail(models.Model):
    """An e-mail of the product: to whom, what it said, and whether it went out.

    It is written in the transaction of what it tells of, and sent after that; `mail.py` does both.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", "Invitation"
        REMINDER = "reminder", "Reminder"
        SUBMITTED = "submitted", "Update submitted"
        RETURNED = "returned", "Update returned or reopened"
        MORE_TIME = "more time", "More time given"
        QUESTION = "question", "Question asked"
        ANSWER = "answer", "Question answered"
        ACTION = "action", "Action agreed"

    kind = models.CharField(max_length=10, choices=Kind)
    to = models.ForeignKey(User, on_delete=models.PROTECT, related_name="mails")
    address = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True, help_text="Empty where it held a link that signs in.")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", help_text="Nobody where it came by the schedule."
    )
    sent_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True, help_text="Why the last try to send it failed.")

    class Meta:
        ordering = ["-written_at", "-pk"]
        indexes = [models.Index(fields=["to", "kind", "-written_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        *("invitation", "reminder", "submitted", "returned", "more time"),
                        *("question", "answer", "action"),
                    ]
                ),
                name="mail_kind_is_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} to {self.address}"


class ArchiveTaken(models.Model):
    """That somebody took an archive of everything away, from the page for it."""

    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "archives taken"

    def __str__(self) -> str:
        return f"Taken by {self.by}"
