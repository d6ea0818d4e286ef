from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: people are invited."""
        return False

    def add_message(self, *args: object, **kwargs: object) -> None:
        """The page that follows says who is signed in; a message would say it twice."""
