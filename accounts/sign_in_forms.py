"""allauth's forms of signing in, with labels, hints and messages in the product's words."""

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.forms import BaseForm, Field

NEW_PASSWORD = "At least 12 characters, and nothing that is easy to guess: three words that you remember do well."  # noqa: S105


def _say(form: BaseForm, name: str, label: str, required: str, hint: str = "") -> Field:
    """Give a field its words; no placeholder, which would vanish as one types."""
    field = form.fields[name]
    field.label, field.help_text = label, hint
    field.error_messages["required"] = required
    field.widget.attrs.pop("placeholder", None)
    return field


def _say_email(form: BaseForm, name: str) -> None:
    field = _say(form, name, "E-mail address", "Enter your e-mail address.")
    field.error_messages["invalid"] = "Enter an e-mail address, like name@example.org."


def _say_new_password(form: BaseForm) -> None:
    _say(form, "password1", "New password", "Enter a new password.", NEW_PASSWORD)
    _say(form, "password2", "New password again", "Enter the new password again.")


def _say_code(form: BaseForm, hint: str) -> None:
    field = _say(form, "code", "Code", "Enter the code.", hint)
    field.widget.attrs |= {"inputmode": "numeric", "class": "code"}


class SignInForm(account_forms.LoginForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say_email(self, "login")
        _say(self, "password", "Password", "Enter your password.")


class ForgottenPasswordForm(account_forms.ResetPasswordForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say_email(self, "email")


class NewPasswordForm(account_forms.ResetPasswordKeyForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say_new_password(self)


class PasswordLinkForm(account_forms.UserTokenForm):
    """Whether a link may set a password: it is of use to a person whose account is open, and to nobody else."""

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.reset_user.is_active:
            raise get_adapter().validation_error("invalid_password_reset")
        return cleaned


class ChangePasswordForm(account_forms.ChangePasswordForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "oldpassword", "Current password", "Enter your current password.")
        _say_new_password(self)


class ConfirmPasswordForm(account_forms.ReauthenticateForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password", "Password", "Enter your password.")


class CodeForm(AuthenticateForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say_code(self, "From the app on your phone; or one of your recovery codes.")


class ConfirmCodeForm(ReauthenticateForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say_code(self, "From the app on your phone; or one of your recovery codes.")


class FirstCodeForm(ActivateTOTPForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say_code(self, "The six digits that the app shows now.")
