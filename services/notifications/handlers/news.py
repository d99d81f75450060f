"""Reactions: tell the delegates of an organisation what a rule says they are told."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.registration import DelegateRegistered
from notifications.handlers.posting import deliver, deliver_to_all, is_ours, notify
from notifications.models import Delegate, Notification
from notifications.rules import CHANNELS, RULES, Rule
from servicekit.auth import Actor


def tell_organisations(session: Session, envelope: Envelope[Any], actor: Actor) -> None:
    """Tell what an event means to the organisations that its rule names, unless it is overtaken."""
    rule = RULES[type(envelope.data)]
    if not _is_news(session, rule, envelope):
        return
    for organisation_id in rule.organisations(envelope.data):
        content = rule.content(envelope.data, organisation_id)
        notification = content and notify(session, envelope, rule.template, organisation_id, content)
        if notification:
            deliver_to_all(session, notification, rule.channels)


def tell_newcomer(session: Session, envelope: Envelope[DelegateRegistered], actor: Actor) -> None:
    """Tell a delegate what happened to the organisation since it named the delegate.

    The news of an application may come before the delegates that were named with it.
    """
    delegate = session.get(Delegate, envelope.data.delegate_id)
    if delegate is None or delegate.is_removed or not is_ours(session, delegate.home):
        return
    for notification in _since(session, envelope.data.mission_id, envelope.data.organisation_id, envelope.time):
        for channel in CHANNELS[notification.kind]:
            deliver(session, notification, delegate.id, channel, notification.content, delegate.home)


def _since(session: Session, mission_id: UUID, organisation_id: UUID, named_at: datetime) -> list[Notification]:
    missed = select(Notification).where(
        Notification.mission_id == mission_id,
        Notification.organisation_id == organisation_id,
        Notification.caused_at >= named_at,
        Notification.is_shared.is_(True),
    )
    return list(session.scalars(missed.order_by(Notification.caused_at, Notification.id)))


def _is_news(session: Session, rule: Rule, envelope: Envelope[Any]) -> bool:
    newest = session.get(rule.copy, UUID(envelope.subject))
    return newest is not None and newest.version == envelope.subjectversion
