"""Reaction to whoever wants to sign in, is invited to, or has other second factors: one letter, at once or never."""

import logging

from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.registration import SignInRequested
from notifications.handlers.deliveries import create_notification, queue_delivery, serves_home
from notifications.mail.contexts import FactorsChanged, Invitation, SignIn
from notifications.rules import MAIL
from servicekit.auth import Actor
from servicekit.clock import machine_now
from servicekit.copies import home_of

log = logging.getLogger(__name__)
KINDS = frozenset({SignIn.template, Invitation.template, FactorsChanged.template})


def send_account_mail(session: Session, envelope: Envelope[SignInRequested], actor: Actor) -> None:
    """Write to whoever asked for a link and a code that are not spent yet, was given a role, or has other factors.

    Link and code stay sealed here; the sender opens them.
    """
    asked, home = envelope.data, home_of(envelope)
    expires_at = asked.expires_at if asked.kind == SignIn.template else None
    if asked.kind not in KINDS or not serves_home(session, home):
        return
    if expires_at and expires_at <= machine_now():
        log.warning("nobody was written to: the link is spent", extra={"account_id": str(asked.account_id)})
        return
    notification = create_notification(session, envelope, asked.kind, None, None)
    content = {"sealed": asked.sealed} if expires_at else {}
    delivery = notification and queue_delivery(session, notification, asked.account_id, MAIL, content, home)
    if delivery:
        delivery.is_critical, delivery.expires_at = True, expires_at
