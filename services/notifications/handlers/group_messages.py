"""The command that sends an organiser's message to a group of people."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy.orm import Session

from notifications.commands import SendGroupMessage
from notifications.errors import GroupChangedError, MissionNotFoundError
from notifications.handlers.deliveries import queue_delivery
from notifications.mail import contexts
from notifications.models import GroupMessage, Mission, Notification
from notifications.queries.recipients import find_recipients, may_send
from notifications.rules import MAIL
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.problems import FieldError, InvalidInputError
from servicekit.telemetry import audit_log
from servicekit.texts.languages import noop as _

KIND = contexts.GroupMessage.template


def send_group_message(session: Session, command: SendGroupMessage, actor: Actor) -> GroupMessage:
    """Queue a message for each person of a group; a repeated command returns the first message.

    Raises:
        MissionNotFoundError: the mission does not exist, or the actor may write to nobody on it.
        GroupChangedError: the number of recipients differs from the one in the command.
        InvalidInputError: the group is empty.

    """
    sent = session.get(GroupMessage, command.message_id)
    mission = session.get(Mission, command.mission_id)
    if mission is None or not may_send(session, mission.id, actor):
        raise MissionNotFoundError
    audit_log.about(session, context=str(mission.id), home=mission.host_region)
    if sent is not None and sent.mission_id == mission.id:
        return sent
    recipients = find_recipients(session, mission.id, command.group, actor)
    if not recipients.people:
        raise InvalidInputError(_("Nothing was sent."), errors=[FieldError("#/group", _("There is nobody in it."))])
    if len(recipients.people) != command.people:
        detail = _("It has %(people)s people now. Look at it again: nothing was sent.")
        raise GroupChangedError(detail, people=len(recipients.people))
    message = GroupMessage(
        id=command.message_id,
        mission_id=mission.id,
        subjects=command.subjects,
        texts=command.texts,
        asked=command.group.criteria(),
        people=len(recipients.people),
        written_at=clock.now(session),
    )
    session.add(message)
    by_organisation: defaultdict[UUID | None, list[tuple[UUID, str]]] = defaultdict(list)
    for delegate, _contact in recipients.people:
        by_organisation[delegate.organisation_id].append((delegate.id, delegate.home))
    for organisation_id, people in by_organisation.items():
        notification = _create_notification(session, message, organisation_id)
        for person_id, home in people:
            queue_delivery(session, notification, person_id, MAIL, notification.content, home)
    return message


def _create_notification(session: Session, message: GroupMessage, organisation_id: UUID | None) -> Notification:
    notification = Notification(
        id=identifiers.derived("notification", message.id, KIND, organisation_id),
        event_id=message.id,
        kind=KIND,
        mission_id=message.mission_id,
        organisation_id=organisation_id,
        caused_at=message.written_at,
        is_shared=False,
        content={"subjects": message.subjects, "texts": message.texts},
    )
    session.add(notification)
    session.flush()
    return notification
