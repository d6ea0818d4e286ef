from allauth.account.forms import LoginForm
from django.core.exceptions import ValidationError


class SignInForm(LoginForm):
    """allauth's sign-in in the product's words. "Remember me" is left out: offices share computers."""

    error_messages = {
        **LoginForm.error_messages,
        "email_password_mismatch": "The e-mail address or the password is not right. Check both and try again.",
        "account_inactive": "This account has been closed. Ask the office to open it again.",
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail address"
        self.fields["login"].error_messages["required"] = "Enter your e-mail address."
        self.fields["password"].label = "Password"
        self.fields["password"].error_messages["required"] = "Enter your password."
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields.pop("remember", None)

    def clean(self) -> dict:
        cleaned = super().clean()
        if not cleaned.get("login") and not self.errors:
            raise ValidationError("Enter your e-mail address.")
        return cleaned
