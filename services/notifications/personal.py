"""Personal data in notifications: export and erasure of contacts, deliveries and mails."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from notifications.composition.message import message_id_of
from notifications.handlers import retention
from notifications.mail.maildir import mailbox_key
from notifications.models import Contact, Delegate, Delivery, NotifiedMeeting, Organisation
from notifications.schemas import DeliverySchema
from notifications.scope import SCOPE
from notifications.sending.transport import mailbox_of
from notifications.settings import Settings
from servicekit.auth.actors import Actor
from servicekit.data import context
from servicekit.privacy.personal import Personal, Records
from servicekit.texts.languages import noop as _

LABELS: Mapping[str, str] = {
    "contact": _("How to reach the person"),
    "delivery": _("Messages"),
    "told": _("Meetings that the person was told of"),
    "organisation": _("Organisation"),
    "names": _("Name"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "language": _("Language"),
    "timezone": _("Time zone"),
    "kind": _("What it says"),
    "channel": _("Channel"),
    "state": _("State"),
    "subject": _("Subject"),
    "created_at": _("Queued"),
    "settled_at": _("Settled"),
}


def is_visible(session: Session, person_id: UUID, actor: Actor) -> bool:
    """Return whether the actor may see a person's data; everybody sees their own account's."""
    if person_id == actor.account_id:
        return True
    row = session.get(Delegate, person_id) or session.get(Organisation, person_id)
    return actor.may_everywhere() or (row is not None and SCOPE.sees(session, actor, row))


def export(session: Session, person_id: UUID) -> Records:
    """Return a person's contact data, deliveries and notified meetings; for an organisation, its names."""
    records: dict[str, Sequence[Mapping[str, Any]]] = {}
    contact = session.get(Contact, person_id)
    if contact is not None and not contact.is_removed:
        names = ("names", "email", "phone", "language", "timezone")
        records["contact"] = [{name: getattr(contact, name) for name in names}]
    organisation = session.get(Organisation, person_id)
    if organisation is not None:
        records["organisation"] = [{"names": organisation.names}]
    query = select(Delivery).where(Delivery.person_id == person_id).order_by(Delivery.position)
    records["delivery"] = DeliverySchema().dump(session.scalars(query), many=True)
    notified = session.scalars(
        select(NotifiedMeeting).where(NotifiedMeeting.person_id == person_id).order_by(NotifiedMeeting.meeting_id)
    )
    records["told"] = [{"meeting_id": str(row.meeting_id), **row.line} for row in notified]
    return {kind: rows for kind, rows in records.items() if rows}


def erase(session: Session, person_id: UUID, actor: Actor) -> None:
    """Delete a person's contact data, deliveries, mails and notified meetings; reset an organisation's names.

    An attempt that is running at that moment ends without a record.
    """
    contact = session.get(Contact, person_id, with_for_update=True)
    if contact is not None:
        contact.erase()
    _delete_mails_from_mailbox(session, person_id)
    retention.delete_deliveries(session, select(Delivery.id).where(Delivery.person_id == person_id))
    session.execute(delete(NotifiedMeeting).where(NotifiedMeeting.person_id == person_id))
    delegate = session.get(Delegate, person_id, with_for_update=True)
    if delegate is not None:
        delegate.is_removed = True
    organisation = session.get(Organisation, person_id, with_for_update=True)
    if organisation is not None:
        organisation.names = dict.fromkeys(organisation.names, organisation.reference)
        organisation.city, organisation.sought = {}, organisation.reference.casefold()


def _delete_mails_from_mailbox(session: Session, person_id: UUID) -> None:
    """Delete the person's mails from the mailbox on disk, after the transaction has committed."""
    surroundings = context.of(session)
    settings = surroundings.settings
    if not isinstance(settings, Settings) or settings.smtp_url:
        return
    deliveries = session.scalars(select(Delivery).where(Delivery.person_id == person_id))
    keys = [mailbox_key(message_id_of(settings, delivery)) for delivery in deliveries]
    if keys:
        surroundings.afterwards.append(lambda: mailbox_of(settings).delete(keys))


PERSONAL = Personal(export=export, erase=erase, is_seen=is_visible, words=LABELS)
