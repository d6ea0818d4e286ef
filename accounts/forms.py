from allauth.account.forms import LoginForm


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
