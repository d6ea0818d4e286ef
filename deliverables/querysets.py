"""What pages ask of the deliverables and their updates, and which rows a person may see."""

import datetime
from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from accounts.models import User
from accounts.roles import Permission
from themes.quarters import Quarter


class DeliverableQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Those that `user` may see: all for who may see the plan, none for others."""
        return self if user.may(Permission.VIEW_PLAN) else self.none()

    def publishable(self, quarter: Quarter) -> Self:
        """Those that may be printed in Public form about a quarter: all that are not exempt in it (rule 9)."""
        return self.filter(Q(exempt_from__isnull=True) | Q(exempt_from__gt=quarter) | Q(exempt_until__lt=quarter))

    def exempt(self, quarter: Quarter) -> Self:
        """Those that are exempt from publication in a quarter: all that are not publishable."""
        return self.exclude(pk__in=self.publishable(quarter).values("pk"))

    def led_by(self, user: User, on: datetime.date) -> Self:
        """Those that `user` leads on a day; for a coordinator, all that the organisation leads."""
        owners = apps.get_model("deliverables", "DeliverableOwner").objects
        latest = owners.filter(deliverable=OuterRef("pk"), since__lte=on).order_by("-since")
        led = self.annotate(leader=Subquery(latest.values("user")[:1]))
        if user.is_coordinator:
            return led.filter(leader__in=User.objects.filter(organisation=user.organisation_id).values("pk"))
        return led.filter(leader=user.pk)

    def written_by(self, user: User, on: datetime.date) -> Self:
        """Those whose updates `user` may write on a day: staff any, others those that they lead."""
        if user.may(Permission.WRITE_ANY_UPDATE):
            return self
        return self.led_by(user, on) if user.may(Permission.WRITE_UPDATE) else self.none()


class UpdateQuerySet(models.QuerySet):
    def visible_to(self, user: User, on: datetime.date) -> Self:
        """Those whose unapproved text `user` may see on a day: of the deliverables whose updates they write."""
        deliverables = apps.get_model("deliverables", "Deliverable").objects
        return self.filter(deliverable__in=deliverables.written_by(user, on).values("pk"))


class ApprovedUpdateQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """All for who may see the plan before it is published, none for others."""
        return self if user.may(Permission.VIEW_PLAN) else self.none()

    def with_quarter(self) -> Self:
        """Each with `deliverable_id` and `quarter`, the one that the update was asked for."""
        return self.annotate(deliverable_id=F("update__deliverable_id"), quarter=F("update__period__quarter"))


class UpdateEventQuerySet(models.QuerySet):
    def latest_of(self, update: str) -> Self:
        """The last step of the update that an outer query names, for a subquery."""
        return self.filter(update=OuterRef(update)).order_by("-at", "-pk")
