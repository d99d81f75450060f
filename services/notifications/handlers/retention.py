"""Delete what was written to people: after its term, or when somebody is forgotten."""

import re
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, delete, exists, func, select
from sqlalchemy.orm import Session

from notifications.models import Attempt, Delivery, GroupMessage, Mission, Notification, NotifiedMeeting, PastAttempts
from notifications.sending.transport import mailbox_of
from notifications.settings import Settings
from servicekit import context, identifiers
from servicekit.auth import Actor
from servicekit.clock import machine_now

RETENTION = timedelta(days=180)
"""How long messages are kept by the machine's clock, and what people were told after the end of their mission."""
BATCH_SIZE = 500
"""Deliveries that one transaction deletes."""
_MESSAGE_ID = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.")
"""How the Message-ID of a letter begins: with the id of its delivery."""


def delete_expired(session: Session, now: datetime, actor: Actor) -> bool:
    """Delete old messages; tell whether there are more."""
    before = identifiers.first_at(machine_now() - RETENTION)
    old = session.scalars(select(Delivery.id).where(Delivery.position < before).limit(BATCH_SIZE)).all()
    delete_deliveries(session, select(Delivery.id).where(Delivery.id.in_(old)))
    is_told = exists().where(Delivery.notification_id == Notification.id)
    session.execute(delete(Notification).where(Notification.event_id < before, ~is_told))
    session.execute(delete(GroupMessage).where(GroupMessage.id < before))
    over = select(Mission.id).where(Mission.ends_at < now - RETENTION)
    session.execute(delete(NotifiedMeeting).where(NotifiedMeeting.mission_id.in_(over)))
    return len(old) == BATCH_SIZE


def delete_orphaned_mails(session: Session, now: datetime, actor: Actor) -> bool:
    """Throw letters away, in the mailbox on disk, whose delivery is gone.

    They were left by a process that ended, or wrote one more, while somebody was forgotten; or their term is over.
    """
    settings = context.of(session).settings
    if not isinstance(settings, Settings) or settings.smtp_url:
        return False
    mailbox = mailbox_of(settings)
    letters = {key: UUID(found[1]) for key, name in mailbox.message_ids().items() if (found := _MESSAGE_ID.match(name))}
    known = set(session.scalars(select(Delivery.id)))
    mailbox.delete(key for key, delivery_id in letters.items() if delivery_id not in known)
    return False


def delete_deliveries(session: Session, chosen: Select[UUID]) -> None:
    """Delete deliveries with their attempts; what the attempts counted stays counted."""
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
