"""Which assessments a person may see, and what pages ask of needs."""

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.models import User
from accounts.roles import Permission, may
from needs.options import Audience


class AssessmentQuerySet(models.QuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those that the user may see: who may see the live plan sees all, others what staff have shown to them."""
        if may(user, Permission.VIEW_PLAN):
            return self
        shown = [Audience.EVERYONE]
        if may(user, Permission.VIEW_NON_PUBLIC):
            shown.append(Audience.PANEL)
        return self.filter(audience__in=shown)


class NeedQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Without those that are gone."""
        return self.filter(gone_reason="")

    def of(self, assessment: models.Model) -> Self:
        """Those of an assessment, of all its sections."""
        return self.filter(section__assessment=assessment)
