"""Which assessments a person may see, and what pages ask of needs."""

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.roles import Permission, may
from needs.options import Audience


class AssessmentQuerySet(models.QuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those that the user may see: who may see the live plan sees all, others what staff have shown to them."""
        return self.filter(audience__in=_audiences(user))


def _audiences(user: User | AnonymousUser) -> list[Audience]:
    """Those that the user belongs to."""
    if may(user, Permission.VIEW_PLAN):
        return list(Audience)
    return [Audience.EVERYONE, Audience.PANEL] if may(user, Permission.VIEW_NON_PUBLIC) else [Audience.EVERYONE]


class NeedQuerySet(models.QuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the assessments that the user may see.

        What is gone was in the assessment before, so of that only what stood in one that they may see too.
        """
        audiences = _audiences(user)
        of_before = Q(gone_reason="") | Q(section__assessment__follows__audience__in=audiences)
        return self.filter(of_before, section__assessment__audience__in=audiences)

    def standing(self) -> Self:
        """Without those that are gone."""
        return self.filter(gone_reason="")

    def of(self, assessment: models.Model) -> Self:
        """Those of an assessment, of all its sections."""
        return self.filter(section__assessment=assessment)
