"""What pages ask of meetings, reports and editions, and which editions a person may see."""

import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.models import User
from accounts.roles import Permission
from reports.options import Classification


class MeetingQuerySet(models.QuerySet):
    def upcoming(self, on: datetime.date) -> Self:
        """Those on a day or after it, the next one first."""
        return self.filter(date__gte=on).order_by("date")


class ReportQuerySet(models.QuerySet):
    def with_themes(self) -> Self:
        return self.select_related("meeting", "plan").prefetch_related("themes")


class EditionQuerySet(models.QuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Public ones to anyone, Non public ones to panel members and staff (DESIGN section 4, rule 9).

        Withdrawn ones only to who prepares reports.
        """
        if may(user, Permission.PREPARE_REPORTS):
            return self
        in_view = self.filter(withdrawn_at__isnull=True)
        return (
            in_view if may(user, Permission.VIEW_NON_PUBLIC) else in_view.filter(classification=Classification.PUBLIC)
        )

    def latest_first(self) -> Self:
        """In the order in which they count: of several for a theme and quarter the last published."""
        return self.order_by("-published_at", "-pk")


def may(user: User | AnonymousUser, permission: Permission) -> bool:
    """Whether somebody may do something; who is not signed in may do nothing that needs a permission."""
    return user.is_authenticated and user.may(permission)
