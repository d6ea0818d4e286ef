from collections.abc import Callable

from allauth.account.forms import LoginForm
from django.forms import BaseForm

from accounts.roles import Refused


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


class SignInForm(LoginForm):
    """allauth's sign-in, with labels and messages in the product's words."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label, password.label = "E-mail address", "Password"
        login.error_messages["required"] = "Enter your e-mail address."
        login.error_messages["invalid"] = "Enter an e-mail address, like name@example.org."
        password.error_messages["required"] = "Enter your password."
        password.help_text = ""
        for field in (login, password):
            field.widget.attrs.pop("placeholder", None)
