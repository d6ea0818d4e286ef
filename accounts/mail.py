"""The product's e-mails: each is written down with what it tells of, and sent once that is stored.

A mail server that is down loses nothing: what could not be sent waits for the next `send_waiting`, which
`manage.py send_reminders` calls, and that writes a reminder afresh rather than send an old one. Each mail goes out
once at most. Links begin with the setting SITE_URL, never with what a request says.
"""

import datetime
import logging
import smtplib
import threading
from functools import partial
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import Mail, Office, User

logger = logging.getLogger(__name__)

BEING_SENT = datetime.timedelta(minutes=2)
"""A mail not sent and without trouble is left for so long to who has just written it, and is about to send it."""

TRIED_FOR = datetime.timedelta(days=2)
"""A mail that could not be sent for so long is out of date, and is not sent any more."""

REST = datetime.timedelta(minutes=1)
"""For so long after a mail server did not answer, no page waits for it again."""

NO_ANSWER = "The mail server did not answer."

PASSWORD_LINK_DAYS = settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)


def post(
    *,
    kind: Mail.Kind,
    to: User,
    subject: str,
    template: str,
    context: dict[str, Any],
    at: datetime.datetime,
    by: User | None = None,
    holds_a_secret: bool = False,
) -> Mail | None:
    """Write an e-mail to a person, to be sent after the transaction; None for who has no address or may not sign in.

    One that holds a secret, such as a link that sets a password, is stored without its text.
    """
    if not to.email or not to.is_active:
        return None
    body = render_to_string(template, {"to": to, "site": settings.SITE_URL, "office": Office.get(), **context})
    mail = Mail.objects.create(
        kind=kind,
        to=to,
        address=to.email,
        subject=subject[:200],
        body="" if holds_a_secret else body,
        written_at=at,
        written_by=by,
    )
    transaction.on_commit(partial(_send_at_once, mail, body))
    return mail


def send_waiting(at: datetime.datetime) -> tuple[int, int]:
    """Send again what could not be sent and is still true; how many went out, and how many still wait.

    A reminder is never sent again: the next run of the schedule writes one afresh. Nothing goes to who has been
    deactivated since, or to an address that is no longer theirs; why is noted, and it does not count as waiting.
    """
    waiting = Mail.objects.filter(sent_at=None, written_at__gte=at - TRIED_FOR).exclude(body="")
    waiting = waiting.exclude(kind=Mail.Kind.REMINDER).exclude(trouble="", written_at__gt=at - BEING_SENT)
    sent = []
    for mail in waiting.select_related("to").order_by("pk"):
        if reason := _why_out_of_date(mail):
            Mail.objects.filter(pk=mail.pk, sent_at=None).update(trouble=reason)
        elif _claim(mail):
            sent.append(_send(mail, mail.body))
    return sum(sent), len(sent) - sum(sent)


def _why_out_of_date(mail: Mail) -> str:
    """Why a mail that waited is not for its reader any more, in words; empty where it is."""
    if not mail.to.is_active:
        return f"{mail.to} has been deactivated since."
    if mail.to.email != mail.address:
        return f"{mail.to} has another e-mail address now, or none."
    return ""


def _send_at_once(mail: Mail, body: str) -> None:
    """Send a mail while somebody waits for their page: a server that has just not answered is not tried again.

    Nobody waits for the schedule, so each of its runs tries the server, and then once. One whose text is not
    stored is tried all the same, as nothing could send it later.
    """
    since = mail.written_at - REST if mail.written_by else mail.written_at
    meanwhile = Mail.objects.filter(sent_at=None, written_at__gte=since, trouble__startswith=NO_ANSWER)
    if mail.body and meanwhile.exists():
        Mail.objects.filter(pk=mail.pk, sent_at=None).update(
            trouble=f"{NO_ANSWER} It is left to the next send_reminders."
        )
    elif _claim(mail):
        _send(mail, body)


def _claim(mail: Mail) -> bool:
    """Mark a mail as sent before it is: of two runs at once only one gets it, so it goes out once at most.

    A process that dies while it sends leaves it marked: rather not sent than sent twice.
    """
    return Mail.objects.filter(pk=mail.pk, sent_at=None).update(sent_at=timezone.now()) == 1


def _send(mail: Mail, body: str) -> bool:
    """Send a claimed mail; where that fails the claim is given back, with why. Whatever happens, nothing else fails."""
    reply_to = [email] if (email := Office.get().email) else None
    try:
        EmailMessage(mail.subject, body, to=[mail.address], reply_to=reply_to).send()
    except Exception as error:
        logger.warning("E-mail %s could not be sent: %s", mail.pk, error)
        answered = isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused)
        why = str(error) or type(error).__name__
        trouble = (why if answered else f"{NO_ANSWER} {why}")[:500]
        Mail.objects.filter(pk=mail.pk).update(sent_at=None, trouble=trouble)
        return False
    Mail.objects.filter(pk=mail.pk).update(trouble="")
    return True


def password_link(user: User) -> str:
    """An address at which a person may set a password, once and for `PASSWORD_LINK_DAYS`."""
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=key)


def send_password_link(user: User) -> None:
    """Send who has forgotten their password a link to set another, without keeping whoever asked waiting.

    How long the answer takes would tell a stranger whether the address is somebody's. The mail is not stored:
    who does not get it asks again.
    """
    office = Office.get()
    context = {"to": user, "office": office, "link": password_link(user), "days": PASSWORD_LINK_DAYS}
    body = render_to_string("accounts/mail/password.txt", context)
    mail = EmailMessage("Set a new password", body, to=[user.email], reply_to=[office.email] if office.email else None)
    threading.Thread(target=_send_aside, args=[mail], name="password link").start()


def _send_aside(mail: EmailMessage) -> None:
    try:
        mail.send()
    except Exception as error:
        logger.warning("A link to set a password could not be sent: %s", error)
