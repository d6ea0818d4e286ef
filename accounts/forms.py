"""Forms on the office, organisations and people, and what all forms share."""

from collections.abc import Callable, Iterable
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.forms import BaseForm

from accounts.models import Office, Organisation, User
from accounts.querysets import SignIn, UserQuerySet
from accounts.roles import Refused, Role
from pcc_tracker.errors import NothingHere

FORM_PAGE = "components/form_page.html"
"""The template of a page of one form; it says what it needs."""

NO_ADDRESS = "Enter an e-mail address, like name@example.org."


def carried_out(form: BaseForm, verb: Callable[[], object]) -> bool:
    """Whether a valid form's verb was done. What is invalid or refused is said on the form, with all input kept."""
    if not form.is_valid():
        return False
    try:
        verb()
    except Refused as error:
        form.add_error(None, str(error))
        return False
    return True


class OfficeForm(forms.ModelForm):
    class Meta:
        model = Office
        fields = [
            "name",
            "strapline",
            "email",
            "allows_self_approval",
            "requires_second_factor",
            "remind_before",
            "remind_after",
            "remind_every",
        ]
        labels = {
            "allows_self_approval": "Staff may approve what they wrote themselves",
            "requires_second_factor": "Staff and administrators need a second factor",
            "remind_before": "Remind so many days before updates are due",
            "remind_after": "Remind so many days after updates were due",
            "remind_every": "Least days between two reminders to one person",
        }
        help_texts = {
            "strapline": "Printed at the foot of every page and at the head of the appendix.",
            "allows_self_approval": "Otherwise nobody approves an update that they submitted or last changed.",
            "requires_second_factor": (
                "A code from an app on their phone, beside the password. Who has none is led to set it up at once; "
                "nobody who signs in by single sign-on is, as the provider asks for its own."
            ),
            "remind_every": "One person gets no second scheduled reminder sooner.",
        }
        error_messages = {
            "name": {"required": "Enter the office's name."},
            "email": {"invalid": NO_ADDRESS},
            "remind_every": {
                "required": "Enter a number of days; 0 is none.",
                "invalid": "Enter a whole number of days.",
            },
        }


class OrganisationForm(forms.ModelForm):
    class Meta:
        model = Organisation
        fields = ["name", "short_name"]
        error_messages = {
            "name": {"required": "Enter the name.", "unique": "Another organisation has this name."},
            "short_name": {
                "required": "Enter the short name.",
                "unique": "Another organisation has this short name.",
            },
        }


class PersonForm(forms.ModelForm):
    """A person as administrators see them. What is in use already is said at its field."""

    class Meta:
        model = User
        fields = ["display_name", "initials", "job_title", "organisation", "email", "role", "is_coordinator"]
        labels = {"display_name": "Name", "email": "E-mail address", "is_coordinator": "Coordinator"}
        help_texts = {
            "initials": "Unique within the organisation. The appendix prints those of the office's own people.",
            "email": "Leave it empty for who never signs in; they can own deliverables all the same.",
            "is_coordinator": "May write the updates of all the organisation's deliverables.",
        }
        error_messages = {
            "display_name": {"required": "Enter the name."},
            "initials": {"required": "Enter the initials."},
            "organisation": {"required": "Choose the organisation."},
            "email": {"invalid": NO_ADDRESS, "unique": "Another person has this e-mail address."},
            "role": {"required": "Choose the role."},
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        chosen = Q(pk=self.instance.organisation_id)
        self.fields["organisation"].queryset = Organisation.objects.filter(Q(is_active=True) | chosen)

    def clean_email(self) -> str | None:
        email = self.cleaned_data["email"]
        return email.lower() if email else None

    def clean(self) -> dict:
        cleaned = super().clean()
        same = User.objects.filter(
            organisation=cleaned.get("organisation"), initials=cleaned.get("initials", "")
        ).exclude(pk=self.instance.pk)
        if person := same.first():
            self.add_error("initials", f"{person} of the same organisation has these initials.")
        return cleaned

    def validate_constraints(self) -> None:
        """Said at their fields above, and held by the verb."""


def reason_field(
    *,
    label: str = "Reason",
    help_text: str = "Kept in the history, with your name and the time.",
    ask: str = "Say why.",
) -> forms.CharField:
    """Why something is done; `ask` is said where it is left empty."""
    return forms.CharField(
        max_length=1000,
        label=label,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": ask},
    )


class ReasonForm(forms.Form):
    reason = reason_field()


class AccountForm(forms.ModelForm):
    """What a person chooses for themselves."""

    class Meta:
        model = User
        fields = ["is_told_of_submissions"]
        labels = {"is_told_of_submissions": "Send me an e-mail when an update is submitted"}
        help_texts = {"is_told_of_submissions": ""}


class ListFilter(forms.Form):
    """Narrows a list. What the address asks and the list does not have is said, and passed over."""

    KEPT: tuple[str, ...] = ()
    """What else an address of the list may say, which stays when it is narrowed and when all of it is shown again."""

    def offer(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        """Let one of `choices` be chosen, or all."""
        field = self.fields[name]
        field.choices = [("", "All"), *choices]
        there = ", ".join(label for _, label in field.choices)
        field.error_messages["invalid_choice"] = f'There is no "%(value)s" to choose. There is: {there}.'

    @property
    def chosen(self) -> dict[str, str]:
        """What was asked for and makes sense, by field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def sorting(self) -> list[tuple[str, str]]:
        """How the page's lists are sorted, and whatever else stays when they are narrowed."""
        return [(name, value) for name, value in self.data.items() if name.endswith("sort") or name in self.KEPT]

    @property
    def of_all(self) -> str:
        """The query of the list's address when all of it is shown."""
        kept = {name: self.data[name] for name in self.KEPT if name in self.data}
        return f"?{urlencode(kept)}" if kept else ""

    def refuse_what_is_not_there(self) -> None:
        """Raise NothingHere for a wrong choice: a file cannot say beside its rows that one was passed over."""
        if not self.is_valid():
            raise NothingHere(" ".join(str(message) for messages in self.errors.values() for message in messages))


class PeopleFilter(ListFilter):
    """Narrows the list of people."""

    words = forms.CharField(required=False, max_length=100, label="Words")
    role = forms.ChoiceField(required=False, label="Role")
    organisation = forms.ChoiceField(required=False, label="Organisation")
    sign_in = forms.ChoiceField(required=False, label="Sign-in")
    account = forms.ChoiceField(required=False, label="Account")

    def __init__(self, data: object) -> None:
        super().__init__(data)
        self.offer("role", [(role.value, role.value.capitalize()) for role in Role])
        self.offer("organisation", [(str(one.pk), one.short_name) for one in Organisation.objects.all()])
        self.offer("sign_in", SignIn.choices)
        self.offer("account", [("active", "Active"), ("deactivated", "Deactivated")])

    def matching(self, people: UserQuerySet) -> UserQuerySet:
        chosen = self.chosen
        found = people.with_words(chosen.get("words", ""))
        if "sign_in" in chosen:
            found = found.with_sign_in(SignIn(chosen["sign_in"]))
        if "account" in chosen:
            found = found.filter(is_active=chosen["account"] == "active")
        return found.filter(**{name: chosen[name] for name in ("role", "organisation") if name in chosen})
