"""What pages ask of reports, editions, questions and actions, and which of them a person may see."""

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Prefetch, Q

from accounts.models import User
from accounts.roles import Permission, may
from reports.options import Classification
from themes.models import Theme


class ReportQuerySet(models.QuerySet):
    def with_themes(self) -> Self:
        themes = Prefetch("themes", Theme.objects.select_related("plan"))
        return self.select_related("meeting", "plan").prefetch_related(themes)


class EditionQuerySet(models.QuerySet):
    def readable_by(self, user: User | AnonymousUser) -> Self:
        """Public ones by anyone, Non public ones by panel members and staff (DESIGN section 4, rule 9)."""
        return self if may(user, Permission.VIEW_NON_PUBLIC) else self.filter(classification=Classification.PUBLIC)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those that the user may see: what they may read, without what was withdrawn from view.

        Who prepares reports sees that too.
        """
        if may(user, Permission.PREPARE_REPORTS):
            return self
        return self.readable_by(user).in_view()

    def in_view(self) -> Self:
        """Without what was withdrawn from view, whoever asks."""
        return self.filter(withdrawn_at__isnull=True)

    def newest_first(self) -> Self:
        """Of each report the newest edition first: a correction may be for another meeting or agenda item."""
        return self.order_by("slug", "-number")


def _answered(*, public_only: bool) -> Q:
    in_view = Q(answered_at__isnull=False, edition__withdrawn_at__isnull=True)
    return in_view & Q(edition__classification=Classification.PUBLIC) if public_only else in_view


class QuestionQuerySet(models.QuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those that the user may see (DESIGN section 4, rule 9).

        Who answers questions sees all; everybody else those with a published answer about an edition that they may
        read and that is in view, and who asked sees their own.
        """
        if may(user, Permission.ANSWER_QUESTIONS):
            return self
        answered = _answered(public_only=not may(user, Permission.VIEW_NON_PUBLIC))
        return self.filter(answered | Q(asked_by=user) if may(user, Permission.ASK_QUESTIONS) else answered)

    def answered(self, *, public_only: bool) -> Self:
        """Those with a published answer about an edition that is in view, of Public editions only or of all."""
        return self.filter(_answered(public_only=public_only))


class MeetingActionQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """All, for panel members and staff; who owns one sees it too."""
        return self if may(user, Permission.VIEW_ACTIONS) else self.filter(owner=user)
