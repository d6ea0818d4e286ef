"""The lists of people and organisations, as tables on a page and as rows of a file."""

import datetime

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Organisation, User
from pcc_tracker.tables import BaseTable


class PeopleTable(BaseTable):
    display_name = tables.Column(verbose_name="Name")
    initials = tables.Column()
    organisation = tables.Column(accessor="organisation__short_name", verbose_name="Organisation")
    job_title = tables.Column()
    email = tables.Column(verbose_name="E-mail")
    role = tables.Column()
    is_coordinator = tables.Column(verbose_name="Coordinator", visible=False)
    sign_in = tables.Column(verbose_name="Sign-in", orderable=False)
    last_login = tables.Column(verbose_name="Last signed in")
    is_active = tables.Column(verbose_name="Account")

    class Meta(BaseTable.Meta):
        default = ""
        empty_text = "Nobody answers to this choice."

    def render_display_name(self, value: str, record: User) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("person", args=[record.pk]), value)

    def value_display_name(self, value: str) -> str:
        return value

    def render_sign_in(self, record: User) -> str:
        return record.sign_in.label

    def render_last_login(self, value: datetime.datetime) -> str:
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")

    def value_last_login(self, value: datetime.datetime) -> str:
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"

    def render_is_active(self, value: bool) -> str:
        return "Active" if value else "Deactivated"

    def render_is_coordinator(self, value: bool) -> str:
        return "Yes" if value else "No"


class OrganisationTable(BaseTable):
    short_name = tables.Column()
    name = tables.Column()
    is_office = tables.Column(verbose_name="Office")
    people = tables.Column(verbose_name="Active people")
    is_active = tables.Column(verbose_name="State")

    class Meta(BaseTable.Meta):
        empty_text = "No organisation yet. Add the first one."

    def render_short_name(self, value: str, record: Organisation) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("organisation", args=[record.pk]), value)

    def value_short_name(self, value: str) -> str:
        return value

    def render_is_office(self, value: bool) -> str:
        return "The office" if value else ""

    def render_is_active(self, value: bool) -> str:
        return "Active" if value else "Deactivated"
