"""Reactions that apply the notification rules: queue mails for the delegates of the organisations concerned."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.registration import ApplicationState, DelegateRegistered
from notifications.events import publish_settled
from notifications.handlers.deliveries import create_notification, queue_delivery, queue_for_organisation, serves_home
from notifications.models import Contact, Delegate, Delivery, Notification
from notifications.models.deliveries import WAITING
from notifications.rules import APPLICATION_TEMPLATES, CHANNELS, RULES, Rule
from servicekit.auth.actors import Actor
from servicekit.data import clock


def notify_organisations(session: Session, envelope: Envelope[Any], actor: Actor) -> None:
    """Apply the rule of an event, unless a newer version of its aggregate is known."""
    rule = RULES[type(envelope.data)]
    if not _is_current(session, rule, envelope):
        return
    if rule.template in APPLICATION_TEMPLATES:
        _suppress_superseded(session, envelope.data)
    for organisation_id in rule.organisations(envelope.data):
        content = rule.content(envelope.data, organisation_id)
        notification = content and create_notification(session, envelope, rule.template, organisation_id, content)
        if notification:
            queue_for_organisation(session, notification, rule.channels)


def notify_new_delegate(session: Session, envelope: Envelope[DelegateRegistered], actor: Actor) -> None:
    """Queue for a new delegate what the organisation's delegates were notified about since this one was registered.

    The event of an application may arrive before those of the delegates registered with it.
    """
    delegate = session.get(Delegate, envelope.data.delegate_id)
    if delegate is None or delegate.is_removed or not serves_home(session, delegate.home):
        return
    for notification in _notifications_since(
        session, envelope.data.mission_id, envelope.data.organisation_id, envelope.time
    ):
        for channel in CHANNELS[notification.kind]:
            queue_delivery(session, notification, delegate.id, channel, notification.content, delegate.home)


def _notifications_since(
    session: Session, mission_id: UUID, organisation_id: UUID, named_at: datetime
) -> list[Notification]:
    query = select(Notification).where(
        Notification.mission_id == mission_id,
        Notification.organisation_id == organisation_id,
        Notification.caused_at >= named_at,
        Notification.is_shared.is_(True),
    )
    return list(session.scalars(query.order_by(Notification.caused_at, Notification.id)))


def _suppress_superseded(session: Session, newest: ApplicationState) -> None:
    """Suppress older mails about an application that are on hold, so that only the newest one waits."""
    of_application = Delivery.mission_id == newest.mission_id, Delivery.organisation_id == newest.organisation_id
    older = select(Delivery).join(Contact, Contact.id == Delivery.person_id)
    older = older.where(*of_application, Delivery.kind.in_(APPLICATION_TEMPLATES), Delivery.state.in_(WAITING))
    older = older.where(Contact.is_on_hold).order_by(Delivery.position)
    for delivery in session.scalars(older.with_for_update(of=Delivery)):
        delivery.suppress(clock.now(session))
        publish_settled(session, delivery)


def _is_current(session: Session, rule: Rule, envelope: Envelope[Any]) -> bool:
    newest = session.get(rule.copy, UUID(envelope.subject))
    return newest is not None and newest.version == envelope.subjectversion
