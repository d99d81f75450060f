"""Deletes deliveries, notifications and mails after their retention period, and those of erased people."""

import re
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, delete, exists, func, select
from sqlalchemy.orm import Session

from notifications.models import Attempt, Delivery, GroupMessage, Mission, Notification, NotifiedMeeting, PastAttempts
from notifications.sending.transport import mailbox_of
from notifications.settings import Settings
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.data import context
from servicekit.data.clock import machine_now

RETENTION = timedelta(days=180)
"""Retention period: of deliveries by the machine's clock, of notified meetings from the end of the mission."""
BATCH_SIZE = 500
"""How many deliveries one transaction deletes at most."""
_MESSAGE_ID = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.")
"""The start of a Message-ID: the id of the delivery."""


def delete_expired(session: Session, now: datetime, actor: Actor) -> bool:
    """Delete data older than its retention period; return whether there may be more deliveries to delete."""
    before = identifiers.first_at(machine_now() - RETENTION)
    old = session.scalars(select(Delivery.id).where(Delivery.position < before).limit(BATCH_SIZE)).all()
    delete_deliveries(session, select(Delivery.id).where(Delivery.id.in_(old)))
    has_delivery = exists().where(Delivery.notification_id == Notification.id)
    session.execute(delete(Notification).where(Notification.event_id < before, ~has_delivery))
    session.execute(delete(GroupMessage).where(GroupMessage.id < before))
    ended_missions = select(Mission.id).where(Mission.ends_at < now - RETENTION)
    session.execute(delete(NotifiedMeeting).where(NotifiedMeeting.mission_id.in_(ended_missions)))
    return len(old) == BATCH_SIZE


def delete_orphaned_mails(session: Session, now: datetime, actor: Actor) -> bool:
    """Delete mails from the mailbox on disk whose delivery no longer exists.

    Their retention period is over, or a process stopped, or wrote another mail, while a person was being erased.
    """
    settings = context.of(session).settings
    if not isinstance(settings, Settings) or settings.smtp_url:
        return False
    mailbox = mailbox_of(settings)
    mails = {key: UUID(match[1]) for key, name in mailbox.message_ids().items() if (match := _MESSAGE_ID.match(name))}
    known = set(session.scalars(select(Delivery.id)))
    mailbox.delete(key for key, delivery_id in mails.items() if delivery_id not in known)
    return False


def delete_deliveries(session: Session, chosen: Select[UUID]) -> None:
    """Delete deliveries with their attempts; add the attempts to `PastAttempts`, so that metrics never decrease."""
    ids = session.scalars(chosen.with_for_update()).all()
    if not ids:
        return
    keys = Delivery.channel, Attempt.state
    ended = select(*keys, func.count()).join(Delivery, Delivery.id == Attempt.delivery_id)
    counts = session.execute(ended.where(Delivery.id.in_(ids), Attempt.ended_at.is_not(None)).group_by(*keys)).all()
    for channel, state, number in counts:
        past = session.get(PastAttempts, (channel, state), with_for_update=True)
        if past is None:
            past = PastAttempts(channel=channel, state=state, number=0)
            session.add(past)
        past.number += number
    session.execute(delete(Attempt).where(Attempt.delivery_id.in_(ids)))
    session.execute(delete(Delivery).where(Delivery.id.in_(ids)))
    session.flush()
