from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Office
from accounts.roles import Permission


def office(request: HttpRequest) -> dict[str, object]:
    """The office's name for the page head, and what the reader may do, by the permission's name."""
    user = request.user
    return {
        "office": getattr(request, "office", SimpleLazyObject(Office.get)),
        "may": {permission.name: user.is_authenticated and user.may(permission) for permission in Permission},
    }
