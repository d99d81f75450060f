"""Reaction to `sign_in.requested`: queue a mail with a sign-in link, an invitation, or a change of second factors."""

import logging

from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.registration import SignInRequested
from notifications.handlers.deliveries import create_notification, queue_delivery, serves_home
from notifications.mail.contexts import FactorsChanged, Invitation, SignIn
from notifications.rules import MAIL
from servicekit.auth.actors import Actor
from servicekit.bus.handlers import home_of
from servicekit.data.clock import machine_now

log = logging.getLogger(__name__)
KINDS = frozenset({SignIn.template, Invitation.template, FactorsChanged.template})


def send_account_mail(session: Session, envelope: Envelope[SignInRequested], actor: Actor) -> None:
    """Queue the mail for an account, unless its sign-in link has expired.

    Link and code stay encrypted in the delivery; they are decrypted when the mail is sent.
    """
    asked, home = envelope.data, home_of(envelope)
    expires_at = asked.expires_at if asked.kind == SignIn.template else None
    if asked.kind not in KINDS or not serves_home(session, home):
        return
    if expires_at and expires_at <= machine_now():
        log.warning("no mail queued: the sign-in link has expired", extra={"account_id": str(asked.account_id)})
        return
    notification = create_notification(session, envelope, asked.kind, None, None)
    content = {"sealed": asked.sealed} if expires_at else {}
    delivery = notification and queue_delivery(session, notification, asked.account_id, MAIL, content, home)
    if delivery:
        delivery.is_critical, delivery.expires_at = True, expires_at
