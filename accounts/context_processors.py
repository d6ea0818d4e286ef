from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Office
from accounts.roles import Permission, may


def office(request: HttpRequest) -> dict[str, object]:
    """The office's name for the page head, and what the reader may do, by the permission's name."""
    user = request.user
    return {
        "office": getattr(request, "office", SimpleLazyObject(Office.get)),
        "may": {permission.name: may(user, permission) for permission in Permission},
    }
